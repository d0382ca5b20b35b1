//! A working day at the desk, the same with JavaScript and without: sign in, create, search, edit, delete, restore,
//! sign out.

use serde_json::json;

use crate::{
    browser::{Browser, ESCAPE, Script},
    house::{AMINA, BARAKA, House},
};

#[test]
fn a_day_at_the_desk() {
    day(Script::On);
}

#[test]
fn the_same_day_without_javascript() {
    day(Script::Off);
}

fn day(script: Script) {
    let house = House::open();
    let browser = &house.browser(script);
    a_wrong_password_lets_nobody_in_and_keeps_the_email(browser);
    a_refused_form_keeps_what_was_typed_and_leads_to_the_field(browser, script);
    a_lookalike_can_be_used_instead(browser);
    a_lookalike_can_be_created_all_the_same(&house, browser, script);
    a_search_shows_its_rows_and_stands_in_the_address(browser, script);
    a_search_that_is_not_understood_says_so(browser, script);
    an_edit_is_saved(browser, script);
    a_delete_asks_first_and_does_nothing_when_told_not_to(browser, script);
    a_delete_is_undone_from_its_notice(&house, browser);
    a_deleted_customer_is_restored_from_the_deleted_view(&house, browser);
    after_signing_out_back_shows_nothing(browser);
}

fn a_wrong_password_lets_nobody_in_and_keeps_the_email(browser: &Browser) {
    browser.go("/customers");
    browser.expect_path("/login?next=%2Fcustomers");
    browser.fill("Email", AMINA.email);
    browser.fill("Password", "a wrong guess");
    browser.press("Sign in");
    browser.see_text("[role=alert]", "not right");
    browser.expect_value("Email", AMINA.email);
    browser.enter(AMINA);
    browser.expect_path("/customers");
    browser.see_text("h2", "No customers yet");
}

fn a_refused_form_keeps_what_was_typed_and_leads_to_the_field(browser: &Browser, script: Script) {
    browser.press("Create customer");
    if script.is_on() {
        browser.see("dialog:modal");
        browser.expect_focus_on("Name");
    } else {
        browser.expect_path("/customers/new");
    }
    browser.fill("Name", "Wanjiru Kamau");
    browser.fill("Email", "wanjiru");
    browser.fill("Phone", "0712 345 678");
    browser.press("Create customer");
    browser.see_text(".note--bad", "One field needs another look");
    if script.is_on() {
        browser.expect_focus(".note--bad");
    }
    browser.expect_value("Name", "Wanjiru Kamau");
    browser.expect_value("Email", "wanjiru");
    browser.expect_value("Phone", "0712 345 678");
    browser.see_text("#email-d", "@");
    browser.click(".note--bad a[href='#email']");
    browser.expect_focus("#email");
    browser.fill("Email", "wanjiru@example.com");
    browser.press("Create customer");
    browser.see_text(".toast", "Customer created");
    if script.is_on() {
        browser.see_no("dialog:modal");
        browser.expect_rows(&["Wanjiru Kamau"]);
        browser.expect_focus_on("Create customer");
    } else {
        browser.see_text("h1", "Wanjiru Kamau");
    }
}

fn begin_a_lookalike(browser: &Browser) {
    browser.go("/customers");
    browser.press("Create customer");
    browser.fill("Name", "Njoroge Family");
    browser.fill("Email", "Wanjiru@Example.com");
    browser.press("Create customer");
    browser.see_text(".note--warn", "This customer may be here already");
    browser.expect_value("Name", "Njoroge Family");
}

fn a_lookalike_can_be_used_instead(browser: &Browser) {
    begin_a_lookalike(browser);
    browser.press("Use this one: Wanjiru Kamau");
    browser.see_text("h1", "Wanjiru Kamau");
}

fn a_lookalike_can_be_created_all_the_same(house: &House, browser: &Browser, script: Script) {
    begin_a_lookalike(browser);
    if script.is_on() {
        browser.expect_focus(".note--warn");
    }
    assert_eq!(house.named("Njoroge Family"), 0, "nothing is created before the answer");
    browser.press("Create anyway");
    browser.see_text(".toast", "Customer created");
    assert_eq!(house.named("Njoroge Family"), 1);
}

fn a_search_shows_its_rows_and_stands_in_the_address(browser: &Browser, script: Script) {
    browser.go("/customers");
    browser.expect_rows(&["Njoroge Family", "Wanjiru Kamau"]);
    browser.mark();
    browser.click("#q");
    browser.keys("kamau");
    if !script.is_on() {
        browser.press("Search");
    }
    browser.expect_rows(&["Wanjiru Kamau"]);
    browser.wait("the address of the search", || browser.path().starts_with("/customers?q=kamau").then_some(()));
    if script.is_on() {
        assert!(browser.is_marked(), "the page was loaded anew");
        browser.expect_focus("#q");
        browser.wait_until(
            "the count to be announced",
            "return document.getElementById('live').textContent === '1 customer'",
            json!([]),
        );
    }
    browser.reload();
    browser.expect_rows(&["Wanjiru Kamau"]);
    browser.expect_value("Search customers by name, email, phone, company or ID", "kamau");
    browser.go("/customers");
    browser.click("#q");
    browser.keys("nobody at all");
    if !script.is_on() {
        browser.press("Search");
    }
    browser.see_text("h2", "No customers match “nobody at all”");
    browser.press("Clear search");
    browser.expect_rows(&["Njoroge Family", "Wanjiru Kamau"]);
}

fn a_search_that_is_not_understood_says_so(browser: &Browser, script: Script) {
    browser.click("#q");
    browser.keys("emial:x");
    if !script.is_on() {
        browser.press("Search");
    }
    browser.see_text("#search-problem [role=alert]", "“emial”");
    if script.is_on() {
        browser.expect_rows(&["Njoroge Family", "Wanjiru Kamau"]);
    } else {
        browser.press("Show all customers");
    }
}

fn an_edit_is_saved(browser: &Browser, script: Script) {
    browser.go("/customers");
    browser.press("Wanjiru Kamau");
    browser.see_text("h1", "Wanjiru Kamau");
    let page = browser.path();
    browser.mark();
    browser.press("Edit");
    browser.expect_path(&format!("{page}/edit"));
    browser.expect_focus("#name");
    browser.fill("Company", "Duka Moja");
    if script.is_on() {
        browser.see_text(".savebar", "Not saved yet");
    }
    browser.press("Save changes");
    browser.expect_path(&page);
    browser.see_text(".toast", " changed");
    browser.see_text(".dl", "Duka Moja");
    browser.see_text(".timeline", "Duka Moja");
    if script.is_on() {
        assert!(browser.is_marked(), "the page was loaded anew");
        browser.expect_focus("h1");
    }
}

fn a_delete_asks_first_and_does_nothing_when_told_not_to(browser: &Browser, script: Script) {
    let page = browser.path();
    browser.press("More actions");
    browser.press("Delete");
    if script.is_on() {
        browser.see("dialog:modal");
        browser.expect_focus_on("Keep customer");
        browser.keys(ESCAPE);
        browser.see_no("dialog:modal");
        browser.expect_focus_on("More actions");
        browser.press("More actions");
        browser.press("Delete");
    }
    browser.press("Keep customer");
    browser.expect_path(&page);
    browser.see_no("dialog:modal");
    browser.see_no(".badge--bad");
}

fn delete(browser: &Browser) {
    browser.press("More actions");
    browser.press("Delete");
    browser.press("Delete customer");
    browser.see_text(".badge--bad", "Deleted");
    browser.see_text(".toast", "Wanjiru Kamau was deleted");
}

fn a_delete_is_undone_from_its_notice(house: &House, browser: &Browser) {
    delete(browser);
    assert_eq!(house.named("Wanjiru Kamau"), 0);
    browser.press("Undo");
    browser.see_text(".toast", "Wanjiru Kamau is restored");
    browser.see_no(".badge--bad");
    assert_eq!(house.named("Wanjiru Kamau"), 1);
}

fn a_deleted_customer_is_restored_from_the_deleted_view(house: &House, browser: &Browser) {
    delete(browser);
    browser.go("/customers");
    browser.expect_rows(&["Njoroge Family"]);
    browser.click("#views a[href$=deleted]");
    browser.expect_rows(&["Wanjiru Kamau"]);
    browser.press("Restore Wanjiru Kamau");
    browser.see_text(".toast", "Wanjiru Kamau is restored");
    assert_eq!(house.named("Wanjiru Kamau"), 1);
}

fn after_signing_out_back_shows_nothing(browser: &Browser) {
    browser.go("/customers");
    browser.see_text("#results", "Wanjiru Kamau");
    browser.press("You, Amina Editor");
    browser.press("Sign out");
    browser.expect_path("/login?signed_out=1");
    browser.see_text("[role=status]", "You are signed out");
    browser.back();
    browser.see_text("h1", "Sign in to Clientele");
    assert!(!browser.run("return document.body.textContent", json!([])).to_string().contains("Kamau"));
}

#[test]
fn two_people_who_edit_at_once_choose_field_by_field() {
    two_edit(Script::On);
}

#[test]
fn two_people_who_edit_at_once_choose_without_javascript_too() {
    two_edit(Script::Off);
}

fn two_edit(script: Script) {
    let house = House::for_browsers(2);
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com&phone=0712+345+678");
    let (amina, baraka) = (house.browser_of(AMINA, script), house.browser_of(BARAKA, script));
    for browser in [&amina, &baraka] {
        browser.go(&format!("/customers/{id}"));
        browser.press("Edit");
        browser.expect_value("Name", "Wanjiru Kamau");
    }
    baraka.fill("Name", "Wanjiru K.");
    baraka.fill("Phone", "0712 000 111");
    baraka.press("Save changes");
    baraka.see_text(".toast", " changed");

    amina.fill("Name", "Wanjiru wa Kamau");
    amina.fill("Phone", "0712 999 888");
    amina.fill("Company", "Duka Moja");
    amina.press("Save changes");
    amina.see_text("#conflict-title", "Baraka Editor changed this customer");
    if script.is_on() {
        amina.expect_focus(".note--warn");
    }
    amina.see_text(".note--warn", "2 fields differ");
    assert_eq!(house.stored(id).version, 2, "nothing is overwritten");
    amina.click(".choice:has([name='choice.name'][value=theirs])");
    amina.press("Save these choices");
    amina.see_text(".toast", " changed");

    let record = house.stored(id).record;
    assert_eq!(record.name.as_deref(), Some("Wanjiru K."), "theirs");
    assert_eq!(record.phone.map(|phone| phone.e164).as_deref(), Some("+254712999888"), "mine");
    assert_eq!(record.company.as_deref(), Some("Duka Moja"), "what did not clash");
}

#[test]
fn an_answer_that_comes_too_late_is_not_shown() {
    let house = House::open();
    for name in ["Abel", "Abena"] {
        house.customer(&format!("name={name}&email={name}%40example.com"));
    }
    let browser = house.browser_of(AMINA, Script::On);
    // Everything that is ever shown is written down.
    browser.run(
        "window.shown = []; const look = () => shown.push(all('#results .rowlink').map(nameOf).join()); \
         new MutationObserver(look).observe(document.querySelector('main'), { childList: true, subtree: true }); \
         const real = window.fetch.bind(window); window.asked = []; \
         window.fetch = (url, options) => (asked.push(url), real(url, options))",
        json!([]),
    );
    browser.click("#q");
    let held = house.hold_customers();
    browser.keys("abel");
    house.wait_for_waiting(1);
    browser.keys("\u{E003}\u{E003}na");
    // The first is given up with that, and ended.
    browser.wait_until(
        "the second search",
        "return asked.some((url) => url.includes('/customers?') && url.includes('q=abna'))",
        json!([]),
    );
    drop(held);
    browser.expect_rows(&[]);
    browser.see_text("h2", "“abna”");
    let shown = browser.run("return shown", json!([]));
    assert!(!shown.as_array().unwrap().contains(&json!("Abel")), "{shown}");
}
