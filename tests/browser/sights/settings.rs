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
    browser.go("/settings/invoicing");
    see("invoicing");
    browser.fill("Begin with", "SG-2026");
    browser.fill("Next number", "0");
    browser.press("Save");
    browser.see(".note--bad");
    see("invoicing, errors");
    browser.fill("Begin with", "SAFARI-GEAR1");
    browser.fill("Next number", "999999999");
    browser.fill("Legal name", &"W".repeat(200));
    browser.press("Save");
    browser.see(".toast");
    see("invoicing, saved");
}
