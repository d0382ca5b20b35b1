//! Going through what needs another look: one press mends, and the next one is ready.

use crate::{
    browser::{ENTER, Script},
    house::{AMINA, House, ZURI},
};

#[test]
fn one_press_mends_and_the_next_is_ready() {
    let house = House::open();
    for (name, email) in [("ADA+OLUFEMI", "ada"), ("BEN+OTIENO", "ben"), ("CHE+KAMAU", "che"), ("DAN+MC+SOLAAR", "dan")]
    {
        house.customer(&format!("name={name}&email={email}%40x.example"));
    }
    let browser = &house.browser_of(AMINA, Script::On);
    browser.press("Quality");
    browser.press("Names in capitals");
    browser.see_text("[data-status]", "4 customers");
    browser.mark();
    browser.press("It is right: DAN MC SOLAAR");
    browser.see_text(".toast", "Taken as right");
    browser.expect_focus_on("It is right: CHE KAMAU");
    browser.press("Put right CHE KAMAU");
    browser.see_text(".toast", "Name changed");
    browser.see_text(".toast", "Che Kamau");
    browser.expect_focus_on("Put right BEN OTIENO");
    browser.keys(ENTER);
    browser.see_text(".toast", "Ben Otieno");
    browser.expect_focus_on("Put right ADA OLUFEMI");
    browser.see_text("[data-status]", "1 customer");
    // In the field, Enter saves too.
    browser.fill("Name of ADA OLUFEMI", "Ada van Olufemi");
    browser.keys(ENTER);
    browser.see_text("h2", "Nothing left to look at");
    assert!(browser.is_marked(), "no other page was loaded");
    assert_eq!(house.named("Ada van Olufemi"), 1);
    browser.click("#toasts form button");
    browser.see_text("h1", "ADA OLUFEMI");
}

#[test]
fn a_mend_that_is_refused_says_why_beside_its_field() {
    let house = House::open();
    house.customer("name=Nia&phone=%2B2547123&email=nia%40x.example");
    for script in [Script::On, Script::Off] {
        let browser = &house.browser_of(AMINA, script);
        browser.expect_in_console(&["status of 422"]);
        browser.go("/quality/phone");
        browser.fill("Phone of Nia", "0712 x");
        browser.press("Save Nia");
        browser.see_text(".finding .error", "in this number");
        browser.expect_value("Phone of Nia", "0712 x");
        if script.is_on() {
            continue;
        }
        browser.fill("Phone of Nia", "0712 345 678");
        browser.press("Save Nia");
        browser.see_text(".toast", "Phone changed");
        browser.see_text("h2", "Nothing left to look at");
        browser.go("/quality/country");
        browser.expect_value("Country of Nia", "Kenya");
        browser.press("Put right Nia");
        browser.see_text("h2", "Nothing left to look at");
    }
    let browser = &house.browser_of(ZURI, Script::On);
    house.customer("name=Ben&email=ben%40gmial.com");
    browser.go("/quality/domain");
    browser.see_text(".finding", "Ben");
    browser.see_no(".finding form");
}
