//! Subscriptions that are started, changed and ended.

use super::*;

/// A customer's subscriptions, the form that starts one with its errors and its next charges, and each page of one.
pub fn subscriptions(house: &House, look: Look) {
    let named = furnish(house);
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422", "status of 409"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go(&format!("/customers/{}/subscriptions", named.bare));
    see("subscriptions, none");
    browser.go(&format!("/customers/{}/subscriptions/new", named.full));
    see("a new subscription");
    browser.click(".savebar .btn--primary");
    browser.see(".note--bad");
    see("a new subscription, errors");
    browser.choose("Price", "An amount of its own");
    browser.fill("Name", &"W".repeat(100));
    browser.fill("Amount", "4,900");
    browser.see(".coming");
    see("a new subscription with its next charges");
    browser.click(".savebar .btn--primary");
    browser.see("#coming-title");
    see("a subscription");
    let path = browser.path();
    for act in ["amount", "next_charge", "cancellation"] {
        browser.go(&format!("{path}/{act}"));
        see(&format!("a subscription, {act}"));
    }
    browser.click(".savebar .btn--danger");
    browser.see("#coming-title");
    see("a subscription that ends");
    browser.press("Keep it");
    browser.see_text(".toast", "goes on");
    browser.go(&format!("{path}/cancellation"));
    browser.click("[name=at][value=now]");
    browser.click(".savebar .btn--danger");
    browser.see_text(".note", "It has ended");
    see("a subscription that has ended");
    browser.go(&format!("/customers/{}/subscriptions", named.full));
    see("subscriptions of a customer");
    browser.go("/revenue");
    see("recurring revenue");
    browser.go("/");
    browser.see("#revenue table");
    see("home with recurring revenue");
}
