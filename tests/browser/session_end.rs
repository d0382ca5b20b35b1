//! A session that ends while somebody works: what they typed survives signing in again.

use crate::{
    browser::{Browser, Script},
    house::{AMINA, BARAKA, House},
};

/// Fills the form for a new customer that is there, the folded part too.
fn fill_new(browser: &Browser) {
    browser.fill("Name", "Wanjiru “W” Kamau");
    browser.fill("Email", "wanjiru@example.com");
    browser.press("More: company, language, addresses, metadata");
    browser.fill("Company", "Duka & Sons");
    browser.choose("Language", "Swahili");
    browser.press("Add address");
    browser.fill("City", "Nairobi");
}

#[test]
fn a_hint_leads_nowhere_when_the_session_has_ended() {
    let house = House::open();
    let browser = house.browser_of(AMINA, Script::On);
    browser.go("/customers/new");
    browser.fill("Name", "Wanjiru Kamau");
    house.end_sessions();
    browser.fill("Email", "wanjiru@gmial.com");
    let asked = "return performance.getEntriesByType('resource').some((e) => e.name.includes('/customers/email'))";
    browser.wait_until("the hint was asked for", asked, serde_json::json!([]));
    browser.fill("Phone", "0712 345 678");
    browser.press("Create customer");
    come_back(&browser);
    browser.expect_value("Name", "Wanjiru Kamau");
    browser.expect_value("Phone", "0712 345 678");
}

/// Signs in on the form that came instead of an answer, and goes on.
fn come_back(browser: &Browser) {
    browser.see_text("h2", "Your session has ended");
    browser.enter(AMINA);
    browser.see_text("h1", "You are signed in again");
    browser.press("Go on with the form");
}

fn a_new_customer_is_not_lost(path: &str, script: Script) {
    let house = House::open();
    let browser = house.browser_of(AMINA, script);
    browser.go(path);
    if path == "/customers" {
        browser.press("Create customer");
    }
    fill_new(&browser);
    house.end_sessions();
    browser.press("Create customer");
    come_back(&browser);
    browser.expect_value("Name", "Wanjiru “W” Kamau");
    browser.expect_value("Company", "Duka & Sons");
    browser.expect_value("Language", "sw");
    browser.expect_value("City", "Nairobi");
    assert_eq!(house.count("customers", "true"), 0, "nothing is saved unasked");
    browser.press("Create customer");
    browser.see_text("h1", "Wanjiru “W” Kamau");
    assert_eq!(house.count("addresses", "city = 'Nairobi'"), 1);
}

#[test]
fn a_new_customer_in_the_dialog_is_not_lost() {
    a_new_customer_is_not_lost("/customers", Script::On);
}

#[test]
fn a_new_customer_on_the_page_is_not_lost() {
    a_new_customer_is_not_lost("/customers/new", Script::On);
}

#[test]
fn a_new_customer_without_javascript_is_not_lost() {
    a_new_customer_is_not_lost("/customers/new", Script::Off);
}

fn an_edit_is_not_lost(script: Script) {
    let house = House::open();
    let id = house.customer("name=Wanjiru&email=wanjiru%40example.com&address.n1.city=Nakuru&metadata.tier=gold");
    let browser = house.browser_of(AMINA, script);
    browser.go(&format!("/customers/{id}"));
    browser.press("Edit");
    browser.fill("Name", "Wanjiru Kamau");
    browser.fill("City", "Nairobi");
    browser.fill("tier", "silver");
    house.end_sessions();
    browser.press("Save changes");
    come_back(&browser);
    browser.expect_value("Name", "Wanjiru Kamau");
    browser.expect_value("City", "Nairobi");
    browser.expect_value("tier", "silver");
    assert_eq!(house.stored(id).version, 1, "nothing is saved unasked");
    browser.press("Save changes");
    browser.see_text(".toast", " changed");
    browser.see_text("h1", "Wanjiru Kamau");
    assert_eq!(house.stored(id).record.metadata.get("tier").map(String::as_str), Some("silver"));
}

#[test]
fn an_edit_in_place_is_not_lost() {
    an_edit_is_not_lost(Script::On);
}

#[test]
fn an_edit_without_javascript_is_not_lost() {
    an_edit_is_not_lost(Script::Off);
}

#[test]
fn a_wrong_password_on_the_way_back_loses_nothing_either() {
    let house = House::open();
    let browser = house.browser_of(AMINA, Script::On);
    browser.go("/customers/new");
    fill_new(&browser);
    house.end_sessions();
    browser.press("Create customer");
    browser.see_text("h2", "Your session has ended");
    browser.fill("Email", AMINA.email);
    browser.fill("Password", "a wrong guess");
    browser.press("Sign in");
    browser.see_text("[role=alert]", "not right");
    browser.enter(AMINA);
    browser.press("Go on with the form");
    browser.expect_value("Name", "Wanjiru “W” Kamau");
}

#[test]
fn somebody_else_who_signs_in_does_not_see_the_form() {
    let house = House::open();
    let browser = house.browser_of(AMINA, Script::On);
    browser.go("/customers/new");
    fill_new(&browser);
    house.end_sessions();
    browser.press("Create customer");
    browser.see_text("h2", "Your session has ended");
    browser.enter(BARAKA);
    browser.see_text("h1", "Customers");
    browser.see_text("h2", "No customers yet");
}

#[test]
fn a_search_after_the_session_ended_leads_to_sign_in_and_back() {
    let house = House::open();
    house.customer("name=Wanjiru&email=wanjiru%40example.com");
    house.customer("name=Abena&email=abena%40example.com");
    let browser = house.browser_of(AMINA, Script::On);
    browser.go("/customers?q=abena");
    house.end_sessions();
    browser.press("Name");
    browser.see_text("h1", "Sign in to Clientele");
    browser.enter(AMINA);
    browser.expect_path("/customers?q=abena");
    browser.expect_rows(&["Abena"]);
}
