//! The pages of second factors, of asking again, and of the merchant's security.

use super::*;
use crate::{house::OTTO, second_factor::Phone};

/// An app: set up, asked for, removed; asking again; a second factor that is required, and one that is taken away.
pub fn second_factor(house: &House, look: Look) {
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 403"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/profile/second_factor");
    see("second factor, none");
    browser.press("Set up an app");
    browser.press("Turn on");
    browser.see(".note--bad");
    see("second factor, setting up, errors");
    let phone = Phone::reading(browser);
    browser.fill("Type the code that the app shows", &phone.code());
    browser.press("Turn on");
    browser.see(".recovery");
    see("recovery codes");
    browser.press("I have kept them");
    see("second factor");
    browser.go("/profile/second_factor/app/removal");
    see("second factor, removing");
    browser.go("/profile/second_factor/codes");
    see("recovery codes, new ones");
    browser.go("/settings/security");
    see("security");
    browser.click("[name=factor][value=required]");
    browser.fill("Sessions that one person may have at once", "0");
    browser.press("Save");
    browser.see(".note--bad");
    see("security, errors");
    browser.fill("Sessions that one person may have at once", "5");
    browser.press("Save");
    browser.see(".effects");
    see("security, a question");
    browser.press("Save all the same");
    browser.see_text(".toast", "Security saved");
    house.end_sessions();
    browser.go("/customers");
    browser.enter(NJERI);
    see("second step");
    browser.press("Sign in");
    browser.fill("Code", "wrong");
    browser.press("Sign in");
    browser.see(".note--bad");
    see("second step, errors");
    browser.fill("Code", &phone.next_code());
    browser.press("Sign in");
    browser.see_text("h1", "Customers");
    let past = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(11);
    house.sql(&format!("UPDATE sessions SET state = state || jsonb_build_object('since', '\"{past}\"')"));
    browser.go("/settings/api_keys/new");
    browser.see_text("h1", "Confirm it is you");
    see("asking again, for a code");
    house.end_sessions();
    browser.go("/login");
    browser.enter(AMINA);
    browser.see_text("h1", "Second factor");
    see("second factor, required");
}

/// What an owner does and reads, and passkeys.
pub fn recovery(house: &House, look: Look) {
    let browser = &house.browser_of(OTTO, Script::On);
    let mut see = |name: &str| look(browser, name, Widths::All);
    let device = browser.plug_in_authenticator();
    browser.go("/profile/second_factor/passkeys/new");
    browser.see_text("main button:not([hidden])", "Create passkey");
    see("new passkey");
    browser.fill("Name", &"W".repeat(60));
    browser.press("Create passkey");
    browser.see(".recovery");
    browser.press("I have kept them");
    browser.see(".keyline");
    see("second factor, a passkey");
    browser.press(&format!("Remove {}", "W".repeat(60)));
    see("passkey, removing");
    browser.go(&format!("/settings/team/{}/second_factor", house.staff_id(OTTO)));
    see("second factor of somebody");
    house.command(&["staff", "reset-second-factor", OTTO.email]);
    browser.go("/login");
    browser.see_text("main button:not([hidden])", "Sign in with a passkey");
    see("sign in, with passkeys");
    browser.enter(OTTO);
    browser.see_text("main h2", "took your second factor away");
    see("notice that stays");
    browser.unplug_authenticator(&device);
}
