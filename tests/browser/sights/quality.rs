//! What needs another look, in every state.

use super::*;

/// The overview, each kind with its mends, long words, errors, and a list that is done.
pub fn quality(house: &House, look: Look) {
    let named = furnish(house);
    let wide = "W".repeat(190);
    house.customer(&format!("name={wide}+SHOUTS&email={}%40gmial.com&phone=%2B2547123", "w".repeat(60)));
    house.customer("name=Nobody");
    fill_wallet(house, named.full);
    house.sql("UPDATE payment_methods SET is_default = coalesce(expires_on < now(), false)");
    let browser = &house.browser_of(AMINA, Script::On);
    browser.expect_in_console(&["status of 422"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/quality");
    see("quality");
    for finding in ["phone", "domain", "capitals", "contact", "country", "card"] {
        browser.go(&format!("/quality/{finding}"));
        see(&format!("quality, {finding}"));
    }
    browser.go("/quality/contact");
    browser.fill("Phone of Nobody", "1");
    browser.press("Save Nobody");
    browser.see(".finding .error");
    see("quality, errors");
    browser.press("Leave as it is: Nobody");
    browser.see_text("h2", "Nothing left to look at");
    see("quality, done");
}
