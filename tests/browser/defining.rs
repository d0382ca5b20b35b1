//! Defining the merchant's own fields, with JavaScript and without.

use serde_json::json;

use crate::{
    browser::{Browser, Script},
    house::{House, NJERI},
};

/// Gives every customer a value of the field `tier`.
fn give_gold(house: &House) {
    house.sql("UPDATE customers SET custom = '{\"tier\": \"Gold\"}'");
    house.sql("INSERT INTO custom_values SELECT account_id, id, 'tier', 'gold' FROM customers");
}

fn define_tier(browser: &Browser, script: Script) {
    browser.go("/settings/fields");
    browser.press("Define field");
    browser.fill("Label", "Tier");
    browser.choose("Kind", "One choice");
    browser.fill("Choices", "Gold\nSilver");
    browser.fill("Help", "What they agreed to");
    if script.is_on() {
        browser.see_text("#preview", "What they agreed to");
        let hint = browser.run("return document.getElementById('field_key').placeholder", json!([]));
        assert_eq!(hint, "tier", "the key as it will be made");
    } else {
        browser.press("Show preview");
        browser.see_text("#preview", "What they agreed to");
        browser.expect_value("Choices", "Gold\nSilver");
    }
    browser.press("Define field");
    browser.see_text(".toast", "The field “Tier” is there");
    browser.see_text(".keyline", "One choice: Gold, Silver");
}

#[test]
fn a_field_is_defined_changed_archived_and_brought_back() {
    for script in [Script::On, Script::Off] {
        let house = House::open();
        house.customer("name=Wanjiru&email=w%40example.com");
        let browser = &house.browser_of(NJERI, script);
        browser.expect_in_console(&["status of 409"]);
        define_tier(browser, script);
        give_gold(&house);
        browser.press("Edit Tier");
        browser.fill("Choices", "Silver");
        browser.press("Save field");
        browser.see_text(".effects", "1 customer has “Gold”. They keep it");
        browser.press("Back to the form");
        browser.expect_value("Choices", "Silver");
        browser.press("Save field");
        browser.see_text(".effects", "1 customer has “Gold”");
        browser.press("Save field");
        browser.see_text(".toast", "is saved");
        browser.see_text(".keyline", "One choice: Silver");
        browser.press("Archive Tier");
        if script.is_on() {
            browser.see("dialog:modal");
            browser.expect_focus_on("Keep field");
        }
        browser.see_text(".effects", "1 customer has a value, which is kept");
        browser.press("Archive field");
        browser.see_text(".toast", "The field “Tier” is archived");
        browser.see_text("#archived-title", "Archived");
        browser.press("Undo");
        browser.see_text(".toast", "The field “Tier” is back");
        assert_eq!(house.count("customers", "custom ->> 'tier' = 'Gold'"), 1, "{script:?}");
    }
}

#[test]
fn the_kind_decides_what_is_asked_for_and_what_is_wrong_stays_in_sight() {
    let house = House::open();
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422"]);
    browser.go("/settings/fields/new");
    let shown = |css: &str| browser.run("return document.querySelector(arguments[0]).checkVisibility()", json!([css]));
    assert_eq!((shown("#choices"), shown("#least")), (json!(false), json!(false)));
    browser.choose("Kind", "One choice");
    assert_eq!((shown("#choices"), shown("#least")), (json!(true), json!(false)));
    browser.fill("Choices", "Gold");
    browser.choose("Kind", "Whole number");
    assert_eq!((shown("#choices"), shown("#least")), (json!(false), json!(true)));
    browser.fill("Label", "Seats");
    browser.press("Define field");
    browser.see_text("#choices-d", "has no choices");
    assert_eq!(shown("#choices"), json!(true));
    // The preview that follows the typing does not hold the form.
    browser.fill("Choices", "");
    browser.press("Define field");
    browser.see_text(".toast", "The field “Seats” is there");
}
