//! Taking changes back, from the notice and from the activity, with JavaScript and without.

use crate::{
    browser::Script,
    house::{AMINA, BARAKA, House, OTTO},
};

#[test]
fn an_edit_is_undone_from_its_notice_and_again() {
    let house = House::open();
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com&phone=0712+345+678");
    for script in [Script::On, Script::Off] {
        let browser = &house.browser_of(AMINA, script);
        browser.go(&format!("/customers/{id}"));
        browser.mark();
        browser.press("Edit details");
        browser.fill("Phone", "0733 111 222");
        browser.press("Save changes");
        browser.see_text(".toast", "Phone changed");
        browser.see_text("#details", "+254 733 111 222");
        browser.click("#toasts form button");
        browser.see_text(".toast", "Phone is as before");
        browser.see_text("#details", "+254 712 345 678");
        browser.expect_path(&format!("/customers/{id}"));
        browser.click("#toasts form button");
        browser.see_text("#details", "+254 733 111 222");
        browser.click("#toasts form button");
        browser.see_text("#details", "+254 712 345 678");
        if script.is_on() {
            assert!(browser.is_marked(), "no other page was loaded");
        }
    }
}

#[test]
fn an_edit_is_undone_from_the_activity_after_a_colleague_changed_another_field() {
    let house = House::open();
    for script in [Script::On, Script::Off] {
        let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com&company=Duka+Moja");
        house.change(id, AMINA, "company=Duka+Mbili");
        house.change(id, BARAKA, "description=Pays+on+Fridays");
        let browser = &house.browser_of(AMINA, script);
        browser.go(&format!("/customers/{id}"));
        // The older of the two; the newest is first.
        browser.click("#activity li:nth-child(2) form button");
        browser.see_text("#details", "Duka Moja");
        browser.see_text("#details", "Pays on Fridays");
        browser.see_text("#activity li:nth-child(3)", "Undone");

        house.change(id, BARAKA, "company=Duka+Tatu");
        browser.go(&format!("/customers/{id}"));
        browser.click("#activity li:nth-child(2) form button");
        browser.see_text("main", "It was changed since");
        browser.see_text("main table", "Duka Tatu");
        browser.press("See it as it is");
        browser.see_text("#details", "Duka Tatu");
        house.delete(id);
    }
}

#[test]
fn a_person_is_erased_by_typing_the_name() {
    let house = House::open();
    for script in [Script::On, Script::Off] {
        let id = house.customer("name=Zebulon+Quartermain&email=zq%40secret.example");
        let browser = &house.browser_of(OTTO, script);
        browser.go(&format!("/customers/{id}/erasure"));
        browser.fill("Type Zebulon Quartermain to confirm", "Zebulon Quartermain");
        browser.press("Erase personal data");
        browser.see_text("h1", "Erased customer");
        assert!(!house.stored(id).record.fields().values().any(|value| value.to_string().contains("secret")));
    }
}
