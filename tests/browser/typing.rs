//! The list while somebody types: nothing flickers, nothing comes too late, and the browser's history stays short.

use serde_json::{Value, json};

use crate::{
    browser::{Browser, CONTROL, DOWN, ENTER, LEFT, Script},
    house::{AMINA, House},
};

const BACKSPACE: &str = "\u{E003}";
const SEARCH: &str = "Search customers by name, email, phone, company or ID";

fn with_a_list(house: &House) -> Browser {
    for name in ["Abel", "Abena", "Wanjiru"] {
        house.customer(&format!("name={name}&email={name}%40example.com"));
    }
    house.browser_of(AMINA, Script::On)
}

/// Writes down all rows that are ever shown.
fn watch(browser: &Browser) {
    browser.run(
        "window.shown = []; const look = () => shown.push(all('#results .rowlink').map(nameOf).join()); \
         new MutationObserver(look).observe(document.querySelector('main'), { childList: true, subtree: true })",
        json!([]),
    );
}

fn shown(browser: &Browser) -> Vec<String> {
    let shown = browser.run("return shown", json!([]));
    shown.as_array().unwrap().iter().map(|rows| rows.as_str().unwrap().to_owned()).collect()
}

/// Answers to addresses with these words come only when they are let go, even if nobody waits for them any more.
fn hold_answers(browser: &Browser, words: &str) {
    browser.run(
        "const real = window.fetch.bind(window); const words = arguments[0]; window.held = []; window.asked = []; \
         window.fetch = async (url, options) => { \
           asked.push(url); \
           const answer = await real(url, { ...options, signal: undefined }); \
           if (url.includes(words) && !url.includes('/completions')) await new Promise((go) => held.push(go)); \
           return answer; }",
        json!([words]),
    );
}

fn wait_for_held(browser: &Browser, count: u64) {
    browser.wait_until("an answer that is held", "return held.length === arguments[0]", json!([count]));
}

fn release(browser: &Browser) {
    browser.run_promise("held.forEach((go) => go()); await frame(); await frame(); await fetch('/profile')", json!([]));
}

#[test]
fn rows_that_stay_are_the_same_elements_and_none_is_ever_missing() {
    let house = House::open();
    let browser = with_a_list(&house);
    watch(&browser);
    let mark = "for (const row of all('#results tbody tr')) row.mine = true";
    browser.run(mark, json!([]));
    browser.click("#q");
    for (keys, rows) in [("a", ["Abena", "Abel"].as_slice()), ("be", &["Abena", "Abel"]), ("n", &["Abena"])] {
        browser.keys(keys);
        browser.wait_until(
            "the answer",
            "return document.getElementById('results').dataset.q === control(arguments[0]).value",
            json!([SEARCH]),
        );
        browser.expect_rows(rows);
    }
    let kept = browser.run("return all('#results tbody tr').every((row) => row.mine)", json!([]));
    assert_eq!(kept, true, "rows were made anew");
    assert!(shown(&browser).iter().all(|rows| rows.contains("Abena")), "{:?}", shown(&browser));
}

#[test]
fn caret_and_selection_stay_where_they_are() {
    let house = House::open();
    let browser = with_a_list(&house);
    browser.click("#q");
    browser.keys(&format!("ael{LEFT}{LEFT}b"));
    browser.expect_rows(&["Abel"]);
    browser.expect_focus("#q");
    let caret = "const q = document.getElementById('q'); return [q.value, q.selectionStart, q.selectionEnd]";
    assert_eq!(browser.run(caret, json!([])), json!(["abel", 2, 2]));
    // A part of a row that is marked to be copied stays marked while rows around it come.
    browser.run("getSelection().selectAllChildren(all('#results .rowlink')[0])", json!([]));
    house.customer("name=Abelard&email=abelard%40example.com");
    browser.run("document.body.dispatchEvent(new Event('customers-changed'))", json!([]));
    browser.expect_rows(&["Abelard", "Abel"]);
    assert_eq!(browser.run("return String(getSelection())", json!([])), "Abel");
}

#[test]
fn an_older_answer_that_comes_later_is_dropped() {
    let house = House::open();
    let browser = with_a_list(&house);
    watch(&browser);
    hold_answers(&browser, "q=abel");
    browser.click("#q");
    browser.keys("abel");
    wait_for_held(&browser, 1);
    browser.keys(&format!("{}wan", BACKSPACE.repeat(4)));
    browser.expect_rows(&["Wanjiru"]);
    release(&browser);
    browser.expect_rows(&["Wanjiru"]);
    browser.expect_path("/customers?q=wan");
    assert!(!shown(&browser).contains(&"Abel".to_owned()), "{:?}", shown(&browser));
    browser.see_no("#results[aria-busy]");
}

#[test]
fn a_count_that_comes_late_is_not_another_lists() {
    let house = House::open();
    for number in 0..30 {
        house.customer(&format!("name=Customer+{number:02}&email=c{number}%40example.com"));
    }
    let browser = house.browser_of(AMINA, Script::On);
    hold_answers(&browser, "/customers/count");
    browser.click("#q");
    browser.keys("example");
    wait_for_held(&browser, 1);
    browser.keys(" 07");
    browser.expect_rows(&["Customer 07"]);
    release(&browser);
    browser.see_text("#count", "1 customer");
}

#[test]
fn an_order_chosen_while_typing_is_of_what_was_typed() {
    let house = House::open();
    let browser = with_a_list(&house);
    watch(&browser);
    hold_answers(&browser, "q=ab");
    browser.click("#q");
    browser.keys("ab");
    wait_for_held(&browser, 1);
    browser.press("Name");
    wait_for_held(&browser, 2);
    release(&browser);
    browser.expect_rows(&["Abel", "Abena"]);
    browser.expect_value(SEARCH, "ab");
    browser.see("th[aria-sort=ascending] #sort-name");
    assert!(!shown(&browser).contains(&"Abena,Abel".to_owned()), "{:?}", shown(&browser));
    // Chosen before the pause after a key is over, it is asked for once.
    browser.run("held.length = asked.length = 0", json!([]));
    browser.run(
        "const q = control(arguments[0]); q.value = 'abe'; q.dispatchEvent(new Event('input', { bubbles: true })); \
         pressable('Email').click()",
        json!([SEARCH]),
    );
    wait_for_held(&browser, 1);
    std::thread::sleep(std::time::Duration::from_millis(200));
    release(&browser);
    browser.see("th[aria-sort=ascending] #sort-email");
    browser.expect_rows(&["Abel", "Abena"]);
    let asked = browser.run("return asked.filter((url) => url.startsWith('/customers?')).length", json!([]));
    assert_eq!(asked, 1);
}

#[test]
fn what_is_typed_while_another_order_is_on_its_way_comes_in_that_order() {
    let house = House::open();
    let browser = with_a_list(&house);
    hold_answers(&browser, "sort=name");
    browser.press("Name");
    wait_for_held(&browser, 1);
    browser.click("#q");
    browser.keys("abe");
    wait_for_held(&browser, 2);
    release(&browser);
    browser.expect_rows(&["Abel", "Abena"]);
    browser.see("th[aria-sort=ascending] #sort-name");
    browser.expect_path("/customers?sort=name&q=abe");
}

#[test]
fn what_is_typed_just_before_another_order_arrives_is_not_lost() {
    let house = House::open();
    let browser = with_a_list(&house);
    hold_answers(&browser, "sort=name");
    browser.press("Name");
    wait_for_held(&browser, 1);
    browser.run(
        "const q = control(arguments[0]); q.value = 'abe'; q.dispatchEvent(new Event('input', { bubbles: true })); \
         held.forEach((go) => go()); held.length = 0",
        json!([SEARCH]),
    );
    wait_for_held(&browser, 1);
    release(&browser);
    browser.expect_rows(&["Abel", "Abena"]);
    browser.expect_value(SEARCH, "abe");
}

/// How many entries the history has.
fn entries(browser: &Browser) -> Value {
    browser.run("return history.length", json!([]))
}

#[test]
fn what_is_typed_at_a_time_is_one_entry_of_the_history() {
    let house = House::open();
    let browser = with_a_list(&house);
    browser.go("/profile");
    browser.go("/customers");
    let before = entries(&browser).as_u64().unwrap();
    browser.click("#q");
    for (key, path) in [("a", "a"), ("b", "ab"), ("e", "abe"), ("l", "abel")] {
        browser.keys(key);
        browser.expect_path(&format!("/customers?q={path}"));
    }
    assert_eq!(entries(&browser), before + 1, "one for all that was typed");
    // Enter keeps it: what is typed then is another.
    browser.keys(ENTER);
    browser.run_promise("await fetch('/profile'); await fetch('/profile')", json!([]));
    assert_eq!(entries(&browser), before + 1, "the same list is no new entry");
    browser.keys(&BACKSPACE.repeat(4));
    browser.expect_path("/customers");
    browser.keys("wan");
    browser.expect_path("/customers?q=wan");
    assert_eq!(entries(&browser), before + 2);
    browser.keys(DOWN);
    browser.keys(ENTER);
    browser.see_text("h1", "Wanjiru");
    browser.back();
    browser.expect_path("/customers?q=wan");
    browser.expect_rows(&["Wanjiru"]);
    browser.expect_value(SEARCH, "wan");
    browser.back();
    browser.expect_path("/customers?q=abel");
    browser.expect_rows(&["Abel"]);
    browser.expect_value(SEARCH, "abel");
    browser.back();
    browser.expect_path("/customers");
    browser.expect_rows(&["Wanjiru", "Abena", "Abel"]);
    browser.back();
    browser.expect_path("/profile");
}

#[test]
fn a_quick_answer_shows_no_sign_of_loading_and_a_slow_one_does() {
    let house = House::open();
    let browser = with_a_list(&house);
    let line = "return Number(getComputedStyle(document.querySelector('#results .loadline')).opacity)";
    browser.run(
        "window.most = 0; const look = () => { const line = document.querySelector('#results .loadline'); \
         if (line) most = Math.max(most, Number(getComputedStyle(line).opacity)); requestAnimationFrame(look) }; look()",
        json!([]),
    );
    // An answer within 50 ms, as the browser sees it.
    browser.run("const real = window.fetch.bind(window); const first = real('/customers?q=ab', { headers: { 'HX-Request': 'true' } }) \
         .then((answer) => answer.text()); \
         first.then((text) => { window.fetch = async () => { await new Promise((go) => setTimeout(go, 50)); \
           return new Response(text, { status: 200, headers: { 'Content-Type': 'text/html', 'Request-Id': 'x' } }) }; window.ready = true })", json!([]));
    browser.wait_until("the answer", "return window.ready === true", json!([]));
    browser.click("#q");
    browser.keys("ab");
    browser.expect_rows(&["Abena", "Abel"]);
    assert_eq!(browser.run("return most", json!([])), 0.0);
    browser.run("window.fetch = () => new Promise((go) => { window.go = go })", json!([]));
    browser.keys("e");
    browser.see("#results[aria-busy=true]");
    browser.wait_until("the loading line", &line.replace("return ", "return 0.9 < "), json!([]));
    browser.expect_rows(&["Abena", "Abel"]);
}

#[test]
fn pasted_lines_are_offered_as_any_of_them() {
    let house = House::open();
    let browser = with_a_list(&house);
    browser.run(
        "const mail = document.createElement('textarea'); mail.id = 'mail'; mail.value = arguments[0]; \
         document.querySelector('main').prepend(mail)",
        json!(["Abel@example.com\nabena@example.com"]),
    );
    browser.click("#mail");
    browser.keys_together(CONTROL, "a");
    browser.keys_together(CONTROL, "c");
    browser.click("#q");
    browser.expect_in_console(&["status of 422"]);
    browser.keys_together(CONTROL, "v");
    browser.see_text("#search-problem [role=alert]", "These are 2 emails");
    browser.expect_rows(&["Wanjiru", "Abena", "Abel"]);
    browser.click("#search-problem a");
    browser.expect_rows(&["Abena", "Abel"]);
}
