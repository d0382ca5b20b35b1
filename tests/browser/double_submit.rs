//! A form sent twice does once what it says.

use std::thread;

use serde_json::json;

use crate::{
    browser::Script,
    house::{AMINA, House},
};

fn pressed_twice(path: &str, script: Script) {
    let house = House::open();
    let browser = house.browser_of(AMINA, script);
    browser.go(path);
    if path == "/customers" {
        browser.press("Create customer");
    }
    browser.fill("Name", "Wanjiru");
    browser.fill("Email", "wanjiru@example.com");
    if script.is_on() {
        browser.press_twice("Create customer", 0);
    } else {
        // Chromium itself drops the first of two quick ones, so the second comes when the server is at work on the first.
        let held = house.hold_customers();
        thread::scope(|scope| {
            scope.spawn(|| {
                house.wait_for_waiting(2);
                drop(held);
            });
            browser.press_twice("Create customer", 500);
        });
    }
    browser.see_text(".toast", "Customer created");
    assert_eq!(house.count("customers", "true"), 1);
}

#[test]
fn create_in_the_dialog_makes_one_customer() {
    pressed_twice("/customers", Script::On);
}

#[test]
fn create_on_the_page_makes_one_customer() {
    pressed_twice("/customers/new", Script::On);
}

#[test]
fn create_without_javascript_makes_one_customer() {
    pressed_twice("/customers/new", Script::Off);
}

#[test]
fn a_form_sent_again_by_going_back_makes_one_customer() {
    let house = House::open();
    let browser = house.browser_of(AMINA, Script::Off);
    browser.go("/customers/new");
    browser.fill("Name", "Wanjiru");
    browser.fill("Email", "wanjiru@example.com");
    browser.press("Create customer");
    browser.see_text("h1", "Wanjiru");
    let first = browser.path();
    browser.back();
    // The browser may have kept the form or ask for a new one; sent as it was kept, it leads to what it made.
    let kept = browser.run("return document.getElementById('email').value", json!([]));
    if kept == "wanjiru@example.com" {
        browser.press("Create customer");
        browser.expect_path(&first);
    }
    assert_eq!(house.count("customers", "true"), 1);
}
