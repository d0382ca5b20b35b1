//! Payment schedules that are made, changed and ended, in the test account, where they can be charged.

use super::{Look, Widths};
use crate::{
    browser::Script,
    house::{AMINA, House},
    test_clock::{a_customer_of_the_test_account, add_card},
};

/// A customer's payment schedules, the form that makes one with its errors and its parts, each page of one, and the list.
pub fn schedules(house: &House, look: Look) {
    let browser = &house.browser_of(AMINA, Script::On);
    browser.expect_in_console(&["status of 422", "status of 409"]);
    let customer = a_customer_of_the_test_account(browser);
    add_card(browser, &customer, "tok_declined");
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/schedules");
    see("a list of payment schedules, none yet");
    browser.go(&format!("{customer}/schedules"));
    see("payment schedules, none");
    browser.go(&format!("{customer}/schedules/new"));
    see("a new payment schedule");
    browser.click(".savebar .btn--primary");
    browser.see(".note--bad");
    see("a new payment schedule, errors");
    browser.click("[name=way][value=own]");
    see("a new payment schedule, days of their own");
    browser.click("[name=way][value=equal]");
    browser.fill("What it is for", &"W".repeat(100));
    browser.fill("Amount", "10,000");
    browser.fill("Parts", "6");
    browser.see(".coming");
    see("a new payment schedule with its parts");
    browser.click(".savebar .btn--primary");
    browser.see("#failed");
    see("a payment schedule with a part that failed");
    let path = browser.path();
    for act in ["method", "collection", "payoff", "cancellation", "parts/2", "parts/2/skipping"] {
        browser.go(&format!("{path}/{act}"));
        see(&format!("a payment schedule, {act}"));
    }
    browser.go("/schedules?q=part%3Afailed");
    see("a list of payment schedules");
    browser.go(&format!("{path}/cancellation"));
    browser.click(".savebar .btn--danger");
    browser.see_text(".note", "It is canceled");
    see("a payment schedule that is canceled");
    browser.go(&format!("{customer}/schedules"));
    see("payment schedules of a customer");
}
