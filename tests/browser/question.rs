//! Who may be meant when an email is somebody's already: the ways on, with JavaScript and without.

use crate::{
    browser::Script,
    house::{AMINA, House},
};

#[test]
fn an_edit_to_what_another_has_asks_first() {
    edit(Script::On);
}

#[test]
fn an_edit_to_what_another_has_asks_first_without_javascript_too() {
    edit(Script::Off);
}

fn edit(script: Script) {
    let house = House::open();
    let wanjiru = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com");
    let other = house.customer("name=Njoroge+Family&email=njoroge%40example.com");
    let browser = &house.browser_of(AMINA, script);
    browser.go(&format!("/customers/{wanjiru}"));
    let begin = || {
        browser.press("Edit");
        browser.fill("Email", "Njoroge@example.com");
        browser.fill("Company", "Duka Moja");
        browser.press("Save changes");
        browser.see_text("#lookalikes-title", "This is another customer");
    };
    begin();
    if script.is_on() {
        browser.expect_focus(".note--warn");
    }
    browser.expect_value("Company", "Duka Moja");
    browser.see_text(".savebar", "Not saved yet");
    assert_eq!(house.stored(wanjiru).version, 1, "nothing is saved before the answer");
    browser.press("Change the email");
    if script.is_on() {
        browser.expect_focus("#email");
    }
    browser.press("Save anyway");
    browser.see_text(".toast", " changed");
    assert_eq!(house.stored(wanjiru).record.email.as_deref(), Some("Njoroge@example.com"));

    house.change(wanjiru, AMINA, "email=wanjiru%40example.com");
    browser.go(&format!("/customers/{wanjiru}"));
    begin();
    browser.press("Open: Njoroge Family");
    browser.expect_path(&format!("/customers/{other}"));
}

#[test]
fn a_deleted_customer_is_restored_instead() {
    restore(Script::On);
}

#[test]
fn a_deleted_customer_is_restored_instead_without_javascript_too() {
    restore(Script::Off);
}

fn restore(script: Script) {
    let house = House::open();
    let gone = house.customer("name=Otieno+Gone&email=otieno%40example.com");
    house.delete(gone);
    let browser = &house.browser_of(AMINA, script);
    let begin = |name| {
        browser.go("/customers");
        browser.press("Create customer");
        browser.fill("Name", name);
        browser.fill("Email", "otieno@example.com");
        browser.press("Create customer");
        browser.see_text(".alike", "Deleted just now");
    };
    begin("Otieno Again");
    assert_eq!(house.named("Otieno Again"), 0, "nothing is created before the answer");
    browser.press("Restore instead: Otieno Gone");
    browser.see_text(".toast", "Otieno Gone is restored");
    browser.expect_path(&format!("/customers/{gone}"));
    assert_eq!(house.named("Otieno Gone"), 1);

    house.delete(gone);
    begin("Otieno Again");
    browser.press("Create anyway");
    browser.see_text(".toast", "Customer created");
    assert_eq!(house.named("Otieno Again"), 1, "the form’s own button goes on");
}
