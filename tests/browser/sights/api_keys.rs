//! The pages of API keys.

use super::*;

/// API keys: their list, the form that makes one, its secret, and the dialogs that replace and revoke one.
pub fn keys(house: &House, look: Look) {
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/settings/api_keys");
    see("api keys, none yet");
    browser.press("Create key");
    browser.see_text("h1", "Create API key");
    browser.press("Create key");
    browser.see(".note--bad");
    see("new api key, errors");
    browser.fill("Name", &"W".repeat(60));
    browser.click("[name='may.customers'][value=write]");
    browser.click("[name='may.payments'][value=read]");
    browser.press("Create key");
    browser.see(".secret");
    see("api key, its secret");
    browser.press("I have copied it");
    browser.see(".keyline");
    house
        .sql("UPDATE api_keys SET last_used_at = now(), last_used_from = '2001:db8::7', expires_at = now() + '3 days'");
    browser.click(".keyline a[href$='/rotation']");
    browser.see("dialog:modal");
    see("api key, replacing its secret");
    browser.choose("The old secret works on for", "7 days");
    browser.press("Replace secret");
    browser.see(".secret");
    browser.press("I have copied it");
    browser.see_text(".keyline", "The old secret");
    see("api keys");
    browser.click(".keyline a[href$='/revocation']");
    browser.see("dialog:modal");
    see("api key, revoking");
    browser.press("Revoke key");
    browser.see_text(".toast", "is revoked");
    see("api keys, one revoked");
}
