//! The merchant's settings in every state.

use super::{Look, Widths};
use crate::{
    browser::Script,
    house::{House, NJERI},
};

/// The form with its errors, and what a change does.
pub fn settings(house: &House, look: Look) {
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422", "status of 409"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    house.customer("name=Wanjiru&email=w%40example.com");
    browser.go("/settings");
    see("settings");
    browser.fill("Payment methods of a customer", "21");
    browser.fill("Time zone", "Nairobi");
    browser.press("Review changes");
    browser.see(".note--bad");
    see("settings, errors");
    browser.fill("Payment methods of a customer", "2");
    browser.fill("Time zone", "America/Argentina/ComodRivadavia");
    browser.fill("Name", &"W".repeat(200));
    browser.press("Review changes");
    browser.see_text("h1", "Save these settings?");
    see("what a change of settings does");
    browser.press("Save settings");
    browser.see_text(".toast", "settings are saved");
    see("settings, saved");
}
