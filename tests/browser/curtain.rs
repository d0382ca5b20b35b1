//! Somebody who sees customers masked has one shown to them.

use crate::{
    browser::Script,
    house::{House, ZURI},
};

fn reveal(script: Script) {
    let house = House::open();
    let customer = house.customer("name=Wanjiru&email=wanjiru.hidden%40example.com&phone=0712345678");
    house.sql("UPDATE merchants SET viewers_see = 'revealed'");
    let browser = house.browser_of(ZURI, script);
    browser.go("/customers?q=hidden");
    browser.see_text("main", "No customers match");
    browser.go("/customers?q=wanjiru.hidden%40example.com");
    browser.see_text("table", "w•••@example.com");
    browser.press("Wanjiru");
    browser.see_text("#details", "+254 ••• 78");
    browser.press("Show for 10 minutes");
    browser.see_text("#details", "wanjiru.hidden@example.com");
    // The way back leads to the same list, where it is masked as before.
    browser.go(&format!("/customers/{customer}/activity"));
    browser.see_text("main", "had what is masked shown");
    browser.go("/customers");
    browser.see_text("table", "w•••@example.com");
}

#[test]
fn one_press_shows_a_customer() {
    reveal(Script::On);
}

#[test]
fn one_press_shows_a_customer_without_javascript_too() {
    reveal(Script::Off);
}
