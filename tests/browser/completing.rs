//! The box completes what is typed, by keyboard and mouse, and nothing moves or turns red before a pause.

use clientele::payments::Status;
use serde_json::json;

use crate::{
    browser::{Browser, DOWN, ENTER, ESCAPE, Script, TAB, UP},
    house::{AMINA, House},
};

const SEARCH: &str = "Search customers by name, email, phone, company or ID";

fn with_countries(house: &House) -> Browser {
    for (name, country) in [("Ada", "KE"), ("Ben", "KE"), ("Cleo", "UG")] {
        let place = format!("address.n.kind=billing&address.n.country={country}&address.n.city=X");
        house.customer(&format!("name={name}&email={name}%40example.com&{place}"));
    }
    house.browser_of(AMINA, Script::On)
}

/// Waits until the list is open for what the box has.
fn see_completions(browser: &Browser, texts: &[&str]) {
    browser.wait_until(
        "completions",
        "return JSON.stringify(all('#completions [role=option] b').map((b) => b.textContent)) === JSON.stringify(arguments[0])",
        json!([texts]),
    );
}

fn marked(browser: &Browser) -> String {
    let marked = browser.run(
        "const option = document.getElementById(control(arguments[0]).getAttribute('aria-activedescendant')); \
         return option?.ariaSelected === 'true' ? option.querySelector('b').textContent : ''",
        json!([SEARCH]),
    );
    marked.as_str().unwrap().to_owned()
}

#[test]
fn a_search_typed_letter_by_letter_never_loses_its_rows_nor_scolds_nor_moves() {
    let house = House::open();
    let browser = with_countries(&house);
    for name in ["Ada", "Ben"] {
        let id = house.customer_id(&format!("SELECT id FROM customers WHERE name = '{name}'"));
        house.payment(Some(id), (90_000, 0), Status::Succeeded, 1, "");
    }
    browser.resize(1440, 900);
    // The banner of a test account takes 36 more.
    let first =
        browser.run("return document.querySelector('#results tbody tr').getBoundingClientRect().top", json!([]));
    assert!(first.as_f64().unwrap() + 36.0 <= 250.0, "the list begins at {first}");
    browser.run(
        "window.states = []; const top = () => document.querySelector('#results table')?.getBoundingClientRect().top ?? -1; \
         const began = top(); const look = () => states.push({ rows: all('#results .rowlink').length, \
           red: all('[role=alert], [aria-invalid=true]').length, moved: Math.abs(top() - began) }); \
         new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true })",
        json!([]),
    );
    browser.click("#q");
    for letter in "country:KE spent:>500".chars() {
        browser.keys(&letter.to_string());
        // Both answers to the letter are there before the next is typed.
        browser.run_promise("for (let n = 0; n < 3; n += 1) await fetch('/profile')", json!([]));
        browser.wait_until("no request", "return !document.querySelector('#results[aria-busy]')", json!([]));
    }
    browser.expect_path("/customers?q=country%3AKE+spent%3A%3E500");
    browser.expect_rows(&["Ben", "Ada"]);
    let bad = browser.run("return states.filter((one) => one.rows < 1 || one.red || one.moved > 4)", json!([]));
    assert_eq!(bad, json!([]));
    assert_ne!(browser.run("return states.length", json!([])), 0);
}

#[test]
fn tab_or_enter_takes_what_is_marked_and_the_arrows_mark() {
    let house = House::open();
    let browser = with_countries(&house);
    browser.click("#q");
    browser.keys("la");
    see_completions(&browser, &["lang:", "last_payment:", "last4:"]);
    assert_eq!(marked(&browser), "", "a word may be meant as it is");
    browser.keys(DOWN);
    browser.keys(DOWN);
    assert_eq!(marked(&browser), "last_payment:");
    browser.keys(UP);
    browser.keys(UP);
    assert_eq!(marked(&browser), "");
    browser.keys(ESCAPE);
    browser.see_no("#completions [role=option]");
    browser.expect_value(SEARCH, "la");
    browser.keys(&format!("{ESCAPE}country"));
    see_completions(&browser, &["country:"]);
    browser.keys(&format!("{DOWN}{TAB}"));
    browser.expect_value(SEARCH, "country:");
    see_completions(&browser, &["KE", "UG"]);
    assert_eq!(marked(&browser), "KE", "behind a key nothing else can be meant");
    browser.see("#q[role=combobox][aria-expanded=true][aria-controls=completions-list]");
    browser.keys(&format!("{DOWN}{ENTER}"));
    browser.expect_value(SEARCH, "country:UG ");
    browser.expect_rows(&["Cleo"]);
    browser.see("#q[aria-expanded=false]");
    browser.expect_focus("#q");
    // Behind the last one the arrow leads to the rows.
    browser.keys("ad");
    browser.keys(&DOWN.repeat(2));
    browser.expect_focus("#results .rowlink");
}

#[test]
fn what_is_typed_past_a_list_is_searched_for_as_it_is() {
    let house = House::open();
    let browser = with_countries(&house);
    browser.click("#q");
    for (typed, more) in [("country:", "UG"), ("payments:", "3"), ("status:", "active ben")] {
        browser.keys(typed);
        browser.wait_until("completions", "return all('#completions [role=option]').length > 0", json!([]));
        // Enter comes before the list for the new text.
        browser.keys(&format!("{more}{ENTER}"));
        browser.expect_value(SEARCH, &format!("{typed}{more}"));
        browser.see_no("#completions [role=option]");
        browser.keys(ESCAPE);
        browser.expect_value(SEARCH, "");
    }
    // A value that is whole is no beginning of another one.
    browser.keys("kind:person");
    browser.run_promise("for (let n = 0; n < 4; n += 1) await fetch('/profile')", json!([]));
    browser.keys(ENTER);
    browser.expect_path("/customers?q=kind%3Aperson");
}

#[test]
fn the_first_press_after_typing_counts_and_takes_what_was_typed_along() {
    let house = House::open();
    let browser = with_countries(&house);
    browser.click("#q");
    browser.keys("cleo");
    browser.click("#filter-add");
    browser.see("#filter-panel:popover-open #filter-list");
    browser.click("#filter-list a[href*='filters/kind']");
    browser.see("#filter-panel input[value=person]");
    browser.click("#filter-panel input[value=person]");
    browser.press("Apply");
    browser.expect_value(SEARCH, "cleo kind:person");
    browser.keys("/");
    browser.keys(&format!("{ESCAPE}country:KE "));
    browser.click("#tab-count-deleted-tab");
    browser.expect_value(SEARCH, "status:deleted");
    browser.see_text("h2", "Nothing is deleted");
}

#[test]
fn a_completion_is_taken_by_a_click_and_the_box_keeps_the_focus() {
    let house = House::open();
    let browser = with_countries(&house);
    browser.click("#q");
    browser.keys("country:");
    see_completions(&browser, &["KE", "UG"]);
    browser.click("#completions [data-complete*='UG']");
    browser.expect_rows(&["Cleo"]);
    browser.expect_focus("#q");
    browser.keys("lang");
    see_completions(&browser, &["lang:"]);
    browser.click("h1");
    browser.see_no("#completions [role=option]");
}

#[test]
fn what_is_not_understood_is_told_after_a_pause_and_the_rows_say_of_what_they_are() {
    let house = House::open();
    let browser = with_countries(&house);
    browser.click("#q");
    browser.keys("cleo");
    browser.expect_rows(&["Cleo"]);
    browser.expect_in_console(&["status of 422"]);
    browser.keys(" contry:UG");
    browser.see_text("#search-problem [role=alert]", "There is no search key “contry”");
    browser.see_text("#stale", "Still showing cleo");
    browser.expect_rows(&["Cleo"]);
    browser.expect_path("/customers?q=cleo+contry%3AUG");
    browser.see_no("#filters > *");
    let hidden = "return !document.getElementById('count').checkVisibility() && document.getElementById('stale').checkVisibility()";
    assert_eq!(browser.run(hidden, json!([])), true);
    browser.press("Search for country:UG");
    browser.expect_rows(&["Cleo"]);
    browser.see("#filter-add");
    assert_eq!(browser.run("return document.getElementById('stale').checkVisibility()", json!([])), false);
}

#[test]
fn leaving_the_box_is_as_good_as_a_pause() {
    let house = House::open();
    let browser = with_countries(&house);
    browser.click("#q");
    browser.keys("spen");
    browser.wait_until("completions", "return all('#completions [role=option]').length > 0", json!([]));
    browser.keys(&format!("{ESCAPE}{TAB}"));
    browser.see_text("h2", "No customers match “spen”");
}

#[test]
fn a_filter_is_found_filled_in_and_changed_without_a_page_load() {
    let house = House::open();
    let browser = with_countries(&house);
    browser.mark();
    browser.click("#filter-add");
    browser.expect_focus("[data-narrows]");
    browser.keys("coun");
    let shown = "return all('#filter-list li').filter((item) => !item.hidden).map((item) => item.querySelector('a').firstChild.textContent.trim()).join()";
    assert_eq!(browser.run(shown, json!([])), "Country");
    browser.keys(ENTER);
    browser.see("#filter-panel input[value=UG]");
    browser.click("#filter-panel input[value=UG]");
    browser.press("Apply");
    browser.expect_rows(&["Cleo"]);
    browser.expect_value(SEARCH, "country:UG");
    browser.expect_path("/customers?q=country%3AUG");
    browser.expect_focus("#chip-0-0 a");
    browser.see_no("#filter-panel:popover-open");
    browser.keys(ENTER);
    browser.see("#filter-panel input[value=KE]");
    browser.click("#filter-panel input[value=KE]");
    browser.press("Apply");
    browser.expect_rows(&["Cleo", "Ben", "Ada"]);
    browser.click("#chip-0-0-remove");
    browser.expect_path("/customers");
    browser.expect_value(SEARCH, "");
    browser.expect_focus("#filter-add");
    // What cannot be searched for is told where it was typed, and stays there.
    browser.expect_in_console(&["status of 422"]);
    browser.click("#filter-add");
    browser.press("Spent spent:");
    browser.see("#filter-spent-from");
    browser.click("#filter-spent-from");
    browser.keys("much");
    browser.press("Apply");
    browser.see_text("#filter-problem [role=alert]", "is no amount");
    browser.expect_value("From", "much");
    browser.keys(ESCAPE);
    browser.expect_focus("#filter-add");
    assert!(browser.is_marked());
}

#[test]
fn columns_are_put_in_order_and_tabs_opened_without_a_page_load() {
    let house = House::open();
    let browser = with_countries(&house);
    browser.mark();
    browser.click("#choose-columns");
    browser.see("#columns-panel:popover-open");
    browser.click("#up-phone");
    browser.see("#columns-panel .columns li:first-child [value=phone]");
    browser.expect_focus("#columns-panel *");
    browser.press("Show these columns");
    browser.see_text("thead th:nth-child(2)", "Phone");
    browser.see_no("#columns-panel:popover-open");
    browser.expect_focus("#choose-columns");
    browser.click("#tab-count-deleted-tab");
    browser.see_text("h2", "Nothing is deleted");
    browser.expect_focus("#tab-count-deleted-tab");
    browser.expect_value(SEARCH, "status:deleted");
    browser.back();
    browser.see_text("thead th:nth-child(2)", "Phone");
    assert!(!browser.path().contains("deleted"));
}
