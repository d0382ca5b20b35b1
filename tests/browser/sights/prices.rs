//! Prices in every state.

use super::{Look, Widths};
use crate::{
    browser::Script,
    house::{AMINA, House, NJERI},
};

/// The list, the form with its errors, a price's page, what clashes, and archiving.
pub fn prices(house: &House, look: Look) {
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422", "status of 409"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/prices");
    see("prices, none yet");
    browser.press("Create price");
    browser.see_text("h1", "Create price");
    see("new price");
    browser.press("Create price");
    browser.see(".note--bad");
    see("new price, errors");
    browser.fill("Name", &"W".repeat(100));
    browser.fill("Key", &"w".repeat(60));
    browser.fill("Amount", "10000000000");
    browser.fill("Charged every", "36");
    browser.fill("Free days", "1095");
    browser.see_text("#monthly", "277,777,777.78 a month");
    see("new price, what it is a month");
    browser.press("Create price");
    browser.see_text(".toast", "is there");
    see("a price");
    browser.go("/prices/new?name=Pro&amount=4900&trial_days=14");
    browser.press("Create price");
    browser.see_text("h1", "Pro");
    let path = browser.path();
    let colleague = &house.browser_of(AMINA, Script::On);
    colleague.go(&path);
    browser.fill("Name", "Plus");
    browser.press("Save name and key");
    browser.see_text(".toast", "is called “Plus”");
    colleague.expect_in_console(&["status of 409"]);
    colleague.fill("Name", "Premium");
    colleague.press("Save name and key");
    colleague.see("#changed-title");
    look(colleague, "a price, changed by two", Widths::All);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/prices");
    see("prices");
    browser.go(&path);
    browser.press("Archive");
    browser.see_text(".toast", "is archived");
    see("an archived price");
    browser.go("/prices?state=all");
    see("prices, all");
    browser.go("/prices?state=archived");
    see("prices, archived");
}
