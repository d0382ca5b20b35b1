//! What a person types into a field is what is sent: no browser writes it in another way.

use crate::{
    browser::{Browser, Script},
    house::{AMINA, House},
};

/// Emails whose domain or letters a browser would turn into others.
const EMAILS: [&str; 6] = [
    "jörg@größe.example",
    "li@例え.example",
    "имя@почта.example",
    "O'Neil+Tag@Example.COM",
    "faß@STRAẞE.example",
    "nuno@são-tomé.example",
];

#[test]
fn an_email_is_stored_as_typed() {
    typed(Script::On);
}

#[test]
fn an_email_is_stored_as_typed_without_javascript_too() {
    typed(Script::Off);
}

fn typed(script: Script) {
    let house = House::open();
    let edited = house.customer("name=Edited&email=edited%40x.example");
    let browser = &house.browser_of(AMINA, script);
    for (n, email) in EMAILS.into_iter().enumerate() {
        browser.go(&format!("/customers/{edited}/edit"));
        browser.fill("Email", email);
        browser.press("Save changes");
        browser.see_text(".toast", " changed");
        assert_eq!(house.stored(edited).record.email.as_deref(), Some(email), "edited");
        created(browser, n, &format!("n{email}"));
    }
}

/// Creates a customer with that email, who is then found by it.
fn created(browser: &Browser, n: usize, email: &str) {
    browser.go("/customers");
    browser.press("Create customer");
    browser.fill("Name", &format!("Created {n}"));
    browser.fill("Email", email);
    browser.press("Create customer");
    browser.see_text(".toast", "Customer created");
    browser.go(&format!("/customers?q=Created+{n}"));
    browser.expect_rows(&[&format!("Created {n}")]);
    browser.see_text("#results", email);
}
