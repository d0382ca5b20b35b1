//! Editing where one reads: a section of the customer's page alone, with JavaScript and without.

use serde_json::json;

use crate::{
    browser::{ESCAPE, Script},
    house::{AMINA, House},
};

#[test]
fn a_section_is_edited_in_a_dialog_and_the_focus_comes_back() {
    let house = House::open();
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com");
    let browser = &house.browser_of(AMINA, Script::On);
    browser.go(&format!("/customers/{id}"));
    browser.mark();
    browser.press("Edit details");
    browser.see("dialog:modal");
    browser.expect_focus("dialog #name");
    browser.keys(ESCAPE);
    browser.see_no("dialog");
    browser.expect_focus_on("Edit details");

    browser.press("Edit details");
    browser.fill("Company", "Duka Moja");
    browser.press("Cancel");
    browser.answer("Discard what you typed?", true);
    browser.see_no("dialog");
    browser.expect_focus_on("Edit details");
    assert_eq!(house.stored(id).version, 1);

    browser.press("Edit details");
    browser.fill("Phone", "0712 345 678");
    browser.see_text("dialog", "Read as +254");
    browser.press("Save changes");
    browser.see_text(".toast", " changed");
    browser.see_no("dialog");
    browser.expect_focus("#edit-details");
    browser.see_text("#details", "+254 712 345 678");
    browser.expect_path(&format!("/customers/{id}"));

    browser.press("Add addresses");
    browser.expect_focus("dialog [name='address.new1.kind']");
    browser.fill("City", "Nairobi");
    browser.press("Save changes");
    browser.see_text("aside", "Nairobi");
    browser.expect_focus_on("Edit addresses");
    assert!(browser.is_marked(), "no other page was loaded");
}

#[test]
fn a_clash_in_a_section_is_shown_side_by_side() {
    let house = House::open();
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com&company=Old");
    let browser = &house.browser_of(AMINA, Script::On);
    browser.go(&format!("/customers/{id}"));
    browser.press("Edit details");
    browser.fill("Company", "Mine");
    house.change(id, AMINA, "company=Theirs");
    browser.press("Save changes");
    browser.see_text("#conflict-title", "changed this customer");
    browser.see_no("dialog");
    browser.expect_focus(".note--warn");
    browser.press("Save these choices");
    browser.see_text(".toast", " changed");
    assert_eq!(house.stored(id).record.company.as_deref(), Some("Mine"));
}

#[test]
fn a_section_has_a_page_of_its_own_without_javascript() {
    let house = House::open();
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com");
    let browser = &house.browser_of(AMINA, Script::Off);
    browser.go(&format!("/customers/{id}"));
    browser.press("Add addresses");
    browser.see_text("nav", "Edit addresses");
    browser.fill("City", "Nairobi");
    browser.press("Add address");
    browser.see("[name='address.new2.city']");
    browser.press("Save changes");
    browser.see_text(".toast", " changed");
    browser.see_text("aside", "Nairobi");
    browser.press("Edit details");
    browser.press("Cancel");
    browser.see_text("h1", "Wanjiru Kamau");
}

#[test]
fn a_mistyped_domain_is_put_right_before_and_after_saving() {
    let house = House::open();
    let browser = &house.browser_of(AMINA, Script::On);
    browser.go("/customers/new");
    browser.fill("Name", "Typo");
    browser.fill("Email", "typo.person@gmial.com");
    browser.press("Use typo.person@gmail.com");
    browser.expect_value("Email", "typo.person@gmail.com");
    browser.expect_focus("#email");
    browser.see_no("#email-said button");
    browser.fill("Email", "typo.person@gmial.com");
    browser.see("#email-said button");
    browser.press("Create customer");
    browser.see_text(".toast", "Customer created");
    browser.press("Use typo.person@gmail.com");
    browser.see_text(".toast", " changed");
    browser.see_text("#details", "typo.person@gmail.com");
    browser.see_no("#details form");
    browser.expect_focus("#edit-details");
}

#[test]
fn back_from_a_page_that_was_opened_in_place_asks_before_anything_is_lost() {
    let house = House::open();
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com");
    let browser = &house.browser_of(AMINA, Script::On);
    browser.click("#results .rowlink");
    browser.see_text("h1", "Wanjiru Kamau");
    browser.press("Edit details");
    browser.fill("Company", "Duka Moja");
    browser.run("setTimeout(() => history.back())", json!([]));
    browser.answer("Discard what you typed?", false);
    browser.expect_path(&format!("/customers/{id}"));
    browser.expect_value("Company", "Duka Moja");
    browser.run("setTimeout(() => history.back())", json!([]));
    browser.answer("Discard what you typed?", true);
    browser.expect_path("/customers");
    browser.expect_rows(&["Wanjiru Kamau"]);
}
