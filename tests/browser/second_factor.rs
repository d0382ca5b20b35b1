//! Second factors: set up, asked for, lost and recovered, with codes and with passkeys.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    browser::{Browser, ENTER, SPACE, Script, TAB},
    house::{AMINA, House, NJERI, OTTO, Person},
};

/// A phone with an authenticator app.
pub struct Phone(totp_rs::Totp);

impl Phone {
    /// Reads the key that a page shows.
    pub fn reading(browser: &Browser) -> Self {
        browser.see(".qr__key code");
        let shown = browser.run("return document.querySelector('.qr__key code').textContent", json!([]));
        let typed: String = shown.as_str().unwrap().split_whitespace().collect();
        let secret = totp_rs::Secret::try_from_base32(&typed).unwrap();
        Self(totp_rs::Builder::new().with_secret(secret.as_bytes().to_vec()).build().unwrap())
    }

    /// The code of now.
    pub fn code(&self) -> String {
        self.at(Timestamp::now())
    }

    /// The code of half a minute later, which is taken already.
    pub fn next_code(&self) -> String {
        self.at(Timestamp::now() + SignedDuration::from_secs(30))
    }

    fn at(&self, time: Timestamp) -> String {
        self.0.generate(u64::try_from(time.as_second()).unwrap()).to_string()
    }
}

/// Sets an app up from the profile; returns it with the first recovery code.
pub fn set_up(browser: &Browser) -> (Phone, String) {
    browser.go("/profile");
    browser.press("Set up a second factor");
    browser.press("Set up an app");
    let phone = Phone::reading(browser);
    browser.fill("Type the code that the app shows", &phone.code());
    browser.press("Turn on");
    browser.see_text("h1", "Keep your recovery codes now");
    let code = browser.run("return document.querySelector('.recovery code').textContent", json!([]));
    browser.press("I have kept them");
    browser.see_text("h1", "Second factor");
    (phone, code.as_str().unwrap().to_owned())
}

fn sign_out(browser: &Browser) {
    browser.go("/customers");
    browser.run("document.querySelector('form[action=\"/logout\"]').submit()", json!([]));
    browser.see_text("h1", "Sign in to Clientele");
}

/// As [`sign_out`], where no script runs.
fn leave(house: &House, browser: &Browser) {
    house.end_sessions();
    browser.go("/login");
}

fn app_then_lost_phone(script: Script) {
    let house = House::open();
    let browser = &house.browser_of(AMINA, script);
    let (phone, recovery) = set_up(browser);
    leave(&house, browser);
    browser.enter(AMINA);
    browser.see_text("h1", "Enter your code");
    browser.fill("Code", "not a code");
    browser.press("Sign in");
    browser.see_text("[role=alert]", "This code is not right");
    browser.fill("Code", &phone.next_code());
    browser.press("Sign in");
    browser.expect_path("/");

    // The phone is lost: a recovery code lets in, and another phone takes its place.
    leave(&house, browser);
    browser.enter(AMINA);
    browser.fill("Code", &recovery);
    browser.press("Sign in");
    browser.see_text(".toast", "You used a recovery code. 9 are left");
    browser.go("/profile/second_factor");
    browser.press("Set up another device");
    let phone = Phone::reading(browser);
    browser.fill("Type the code that the app shows", &phone.code());
    browser.press("Turn on");
    browser.see_text(".toast", "The new app counts from now on");
    leave(&house, browser);
    browser.enter(AMINA);
    browser.fill("Code", &phone.next_code());
    browser.press("Sign in");
    browser.expect_path("/");
}

#[test]
fn an_app_is_set_up_asked_for_lost_and_replaced() {
    app_then_lost_phone(Script::On);
}

#[test]
fn an_app_works_without_script() {
    app_then_lost_phone(Script::Off);
}

#[test]
fn an_owner_takes_it_away_and_they_are_told() {
    let house = House::for_browsers(2);
    let theirs = &house.browser_of(AMINA, Script::On);
    set_up(theirs);
    sign_out(theirs);
    let owner = &house.browser_of(OTTO, Script::On);
    let id = house.staff_id(AMINA);
    owner.go(&format!("/settings/team/{id}/second_factor"));
    owner.press("Take it away");
    owner.see_text(".toast", "The second factor of Amina Editor is taken away");
    theirs.enter(AMINA);
    theirs.see_text("main h2", "Otto Owner took your second factor away");
    theirs.go("/payments");
    theirs.see_text("main h2", "Otto Owner took your second factor away");
    theirs.press("Dismiss");
    theirs.see_no("main [aria-label=Notice]");
    theirs.expect_path("/payments");
}

/// Makes the last proof of everybody eleven minutes old.
fn age_proofs(house: &House) {
    let past = Timestamp::now() - SignedDuration::from_mins(11);
    house.sql(&format!("UPDATE sessions SET state = state - 'confirmed' || jsonb_build_object('since', '\"{past}\"')"));
}

#[test]
fn a_dialog_that_asks_again_keeps_what_was_typed() {
    let house = House::open();
    let browser = &house.browser_of(NJERI, Script::On);
    browser.go("/settings/api_keys/new");
    browser.fill("Name", "Web shop");
    browser.click("[name='may.customers'][value=write]");
    age_proofs(&house);
    browser.press("Create key");
    browser.see_text("h1", "Confirm it is you");
    browser.fill("Password", NJERI.password);
    browser.press("Confirm");
    browser.see_text("h1", "You confirmed that it is you");
    browser.press("Go on with the form");
    browser.expect_value("Name", "Web shop");
    browser.press("Create key");
    browser.see(".secret");
    browser.press("I have copied it");

    // In place: the dialog is asked for, and its page comes after the proof.
    age_proofs(&house);
    browser.click(".keyline a[href$='/rotation']");
    browser.see_text("h1", "Confirm it is you");
    browser.fill("Password", NJERI.password);
    browser.press("Confirm");
    browser.see_text("h1", "Replace the secret of");
}

#[test]
fn a_second_step_is_taken_with_the_keyboard_alone() {
    let house = House::open();
    let browser = &house.browser_of(AMINA, Script::On);
    let (phone, _) = set_up(browser);
    sign_out(browser);
    browser.expect_focus("#email");
    browser.keys(AMINA.email);
    browser.keys(TAB);
    browser.keys(AMINA.password);
    browser.keys(ENTER);
    browser.see_text("h1", "Enter your code");
    browser.expect_focus("#one_time_code");
    browser.keys(&phone.next_code());
    browser.keys(ENTER);
    browser.expect_path("/");
    browser.go("/profile/second_factor/app/removal");
    browser.see_text("h1", "Remove the authenticator app?");
    for _ in 0..60 {
        browser.keys(TAB);
        let at = browser.run("return document.activeElement.textContent.trim()", json!([]));
        if at == "Remove app" {
            browser.keys(SPACE);
            break;
        }
    }
    browser.see_text(".toast", "The app is removed");
}

/// Makes a passkey from the profile.
fn create_passkey(browser: &Browser, name: &str) {
    browser.go("/profile/second_factor");
    browser.press("Create a passkey");
    browser.see_text("h1", "Create a passkey");
    browser.fill("Name", name);
    browser.press("Create passkey");
}

/// Fills in nothing but the password.
fn after_the_password(browser: &Browser, person: Person) {
    browser.enter(person);
    browser.see_text("h1", "Enter your code");
}

#[test]
fn a_passkey_signs_in_after_the_password_and_in_its_place() {
    let house = House::at_localhost(1);
    let browser = &house.browser_of(AMINA, Script::On);
    let device = browser.plug_in_authenticator();
    create_passkey(browser, "Laptop");
    browser.see_text("h1", "Keep your recovery codes now");
    let recovery = browser.run("return document.querySelector('.recovery code').textContent", json!([]));
    browser.press("I have kept them");
    browser.see_text(".keyline", "Laptop");
    browser.see_text(".keyline", "not used yet");

    // The device has one already.
    create_passkey(browser, "Laptop again");
    browser.see_text("[data-passkey-says]", "This device has a passkey of yours already.");
    assert_eq!(house.count("passkeys", "true"), 1);

    sign_out(browser);
    after_the_password(browser, AMINA);
    browser.press("Use a passkey");
    browser.expect_path("/");

    sign_out(browser);
    browser.press("Sign in with a passkey");
    browser.expect_path("/");
    browser.go("/profile/second_factor");
    browser.see_text(".keyline", "last used");

    // Asked again, it confirms too.
    age_proofs(&house);
    browser.press("Remove Laptop");
    browser.see_text("h1", "Confirm it is you");
    browser.press("Confirm with a passkey");
    browser.see_text("h1", "Remove the passkey");

    // The device is lost: a recovery code lets in, and another device takes its place.
    sign_out(browser);
    browser.unplug_authenticator(&device);
    after_the_password(browser, AMINA);
    browser.fill("Code", recovery.as_str().unwrap());
    browser.press("Sign in");
    browser.see_text(".toast", "You used a recovery code. 9 are left");
    let device = browser.plug_in_authenticator();
    create_passkey(browser, "Phone");
    browser.see_text(".toast", "The passkey is kept");
    browser.press("Remove Laptop");
    browser.press("Remove passkey");
    browser.see_text(".toast", "The passkey is removed");
    assert_eq!(house.count("passkeys", "name = 'Phone'"), 1);
    browser.unplug_authenticator(&device);
}

#[test]
fn a_passkey_whose_counter_went_back_is_refused() {
    let house = House::at_localhost(1);
    let browser = &house.browser_of(AMINA, Script::On);
    let device = browser.plug_in_authenticator();
    create_passkey(browser, "Laptop");
    browser.see_text("h1", "Keep your recovery codes now");
    sign_out(browser);
    // As if a copy of the key had been used a thousand times elsewhere.
    house.sql("UPDATE passkeys SET passkey = jsonb_set(passkey, '{cred,counter}', '1000')");
    browser.press("Sign in with a passkey");
    browser.see_text("[role=alert]", "The passkey was not taken");
    house.sql("UPDATE passkeys SET passkey = jsonb_set(passkey, '{cred,counter}', '0')");
    browser.press("Sign in with a passkey");
    browser.expect_path("/");
    browser.unplug_authenticator(&device);
}

#[test]
fn no_passkey_is_offered_where_none_can_be() {
    let house = House::open();
    let browser = &house.browser(Script::On);
    browser.go("/login");
    browser.see("#email");
    let shown = "return [...document.querySelectorAll('[data-passkey]')].some((e) => e.checkVisibility())";
    assert_eq!(browser.run(shown, json!([])), false, "under an address in numbers");
    let browser = &house.browser_of(AMINA, Script::On);
    browser.go("/profile/second_factor");
    browser.see_text("main", "a name with https, or localhost");
}
