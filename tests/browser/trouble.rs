//! A server that is slow or gone: nothing that is seen or typed is lost, and trying again works.

use serde_json::json;

use crate::{
    browser::{Browser, CONTROL, ESCAPE, Script},
    house::{AMINA, House},
};

/// What Chromium and htmx say of it: of what is asked afterwards, and of what was under way, like the counts of the views.
const REFUSED: [&str; 4] =
    ["net::ERR_CONNECTION_REFUSED", "net::ERR_CONNECTION_RESET", "net::ERR_SOCKET_NOT_CONNECTED", "Failed to fetch"];

fn with_a_list(house: &House) -> Browser {
    for name in ["Abel", "Abena", "Wanjiru"] {
        house.customer(&format!("name={name}&email={name}%40example.com"));
    }
    house.browser_of(AMINA, Script::On)
}

#[test]
fn a_search_without_an_answer_keeps_rows_and_words() {
    let house = House::open();
    let browser = with_a_list(&house);
    browser.expect_in_console(&REFUSED);
    browser.mark();
    house.kill_server();
    browser.click("#q");
    browser.keys("ab");
    browser.see_text("#notices", "Clientele did not answer");
    browser.expect_rows(&["Wanjiru", "Abena", "Abel"]);
    browser.expect_focus("#q");
    browser.see_no("#results[aria-busy]");
    house.start_server();
    browser.keys("e");
    browser.expect_rows(&["Abena", "Abel"]);
    browser.see_no("#notices .note");
    assert!(browser.is_marked(), "the page was loaded anew");
}

#[test]
fn the_palette_without_an_answer_says_so_and_goes_on_afterwards() {
    let house = House::open();
    let browser = with_a_list(&house);
    browser.expect_in_console(&REFUSED);
    house.kill_server();
    browser.keys_together(CONTROL, "k");
    browser.see_text("dialog [role=alert]", "Clientele did not answer");
    browser.keys("wan");
    browser.expect_focus("[role=combobox]");
    house.start_server();
    browser.keys("j");
    browser.see_text("dialog [role=option]", "Wanjiru");
    browser.see_no("dialog .note");
    let held = house.hold_customers();
    browser.keys("iru");
    browser.see("dialog .spinner");
    browser.see_text("dialog [role=option]", "Wanjiru");
    browser.keys(ESCAPE);
    browser.see_no("dialog");
    drop(held);
    browser.expect_rows(&["Wanjiru", "Abena", "Abel"]);
}

#[test]
fn a_create_without_an_answer_keeps_the_dialog_and_its_words() {
    let house = House::open();
    let browser = with_a_list(&house);
    browser.expect_in_console(&REFUSED);
    browser.press("Create customer");
    browser.fill("Name", "Njoroge");
    browser.fill("Email", "njoroge@example.com");
    house.kill_server();
    browser.press("Create customer");
    browser.see_text("dialog [role=alert]", "Clientele did not answer");
    browser.expect_value("Name", "Njoroge");
    browser.expect_value("Email", "njoroge@example.com");
    house.start_server();
    browser.press("Create customer");
    browser.see_text(".toast", "Customer created");
    browser.see_no("dialog");
    assert_eq!(house.named("Njoroge"), 1);
}

#[test]
fn a_save_without_an_answer_keeps_the_form_and_its_words() {
    let house = House::open();
    let id = house.customer("name=Wanjiru&email=wanjiru%40example.com");
    let browser = house.browser_of(AMINA, Script::On);
    browser.expect_in_console(&REFUSED);
    browser.go(&format!("/customers/{id}"));
    browser.press("Edit");
    browser.fill("Name", "Wanjiru Kamau");
    house.kill_server();
    browser.press("Save changes");
    browser.see_text("#notices", "Clientele did not answer");
    browser.expect_value("Name", "Wanjiru Kamau");
    house.start_server();
    browser.press("Save changes");
    browser.see_text(".toast", " changed");
    browser.see_text("h1", "Wanjiru Kamau");
    browser.see_no("#notices .note");
}

#[test]
fn a_slow_search_says_so_and_keeps_the_rows() {
    let house = House::open();
    let browser = with_a_list(&house);
    browser.click("#q");
    let held = house.hold_customers();
    browser.keys("wan");
    browser.see("#results[aria-busy=true]");
    // It is faded in late, so that a quick answer shows nothing of it.
    let line = "const s = getComputedStyle(document.querySelector('#results .loadline')); \
                return s.display !== 'none' && s.visibility === 'visible' && Number(s.opacity) > 0.9";
    browser.wait_until("the loading line", line, json!([]));
    browser.expect_rows(&["Wanjiru", "Abena", "Abel"]);
    drop(held);
    browser.expect_rows(&["Wanjiru"]);
    browser.see_no("#results[aria-busy]");
}

#[test]
fn a_slow_save_is_sent_once_and_tells_that_it_is_under_way() {
    let house = House::open();
    let browser = with_a_list(&house);
    browser.press("Create customer");
    browser.fill("Name", "Njoroge");
    browser.fill("Email", "njoroge@example.com");
    let held = house.hold_customers();
    browser.press("Create customer");
    house.wait_for_waiting(1);
    browser.see("dialog form[data-sending] [aria-disabled=true]");
    browser.press("Create customer");
    drop(held);
    browser.see_text(".toast", "Customer created");
    assert_eq!(house.named("Njoroge"), 1);
}
