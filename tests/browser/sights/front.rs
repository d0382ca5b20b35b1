//! The front page.

use clientele::{customers::hours as customer_hours, payments::hours as payment_hours};
use diesel::connection::SimpleConnection;

use super::*;

/// Home, with what needs a person and with what the weeks brought.
pub fn front(house: &House, look: Look) {
    let named = furnish(house);
    pay(house, named.full);
    for sql in [customer_hours::COUNT_ALL, payment_hours::SUM_ALL] {
        let live = "(SELECT id FROM accounts WHERE mode = 'live')";
        house.connect().batch_execute(&sql.replace("= {account}", &format!("IN {live}"))).unwrap();
    }
    let browser = &house.browser_of(AMINA, Script::On);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/");
    browser.see_text("h2", "Needs a person");
    see("home");
    browser.click(".card summary");
    browser.see_text("th", "so far");
    see("home, a chart as a table");
}
