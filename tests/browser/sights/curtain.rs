//! Customers that are masked, and one that is revealed.

use super::*;

/// The list and a customer as a viewer sees them, before and after the press that reveals.
pub fn curtain(house: &House, look: Look) {
    let customer = house.customer(
        "name=Wanjiru+Kamau&email=wanjiru.kamau%40example.com&phone=0712345678&address.n1.line1=14+Riverside\
         &address.n1.kind=billing&address.n1.country=KE",
    );
    house.sql("UPDATE merchants SET viewers_see = 'revealed'");
    let browser = &house.browser_of(ZURI, Script::On);
    browser.expect_in_console(&["status of 422"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/customers?sort=name");
    browser.see_text("main", "Customers whose name is missing or masked are left out");
    see("customers, masked");
    browser.go("/customers?q=phone%3A3456");
    browser.see_text("#search-problem", "Phones are masked for you");
    see("customers, a part of a phone");
    browser.go(&format!("/customers/{customer}"));
    browser.see_text(".note", "Masked for you");
    see("a customer, masked");
    browser.press("Show for 10 minutes");
    browser.see_text(".toast", "Shown to you for 10 minutes");
    browser.see_text("#details", "wanjiru.kamau@example.com");
    see("a customer, revealed");
}
