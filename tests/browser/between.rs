//! What stands between a person and Clientele: another keyboard, an input method, a proxy with a page of its own.

use serde_json::json;

use crate::{
    browser::{Browser, Script},
    house::{AMINA, House},
};

fn with_a_list(house: &House) -> Browser {
    for name in ["Abel", "Abena", "山田太郎"] {
        house.customer(&format!("name={name}&email=p{}%40example.com", name.len()));
    }
    house.browser_of(AMINA, Script::On)
}

/// Presses and releases a key that writes `key` where a US keyboard has `code`.
fn press(browser: &Browser, key: &str, code: &str, modifiers: u32) {
    for kind in ["keyDown", "keyUp"] {
        let event = json!({"type": kind, "key": key, "code": code, "modifiers": modifiers});
        browser.devtools("Input.dispatchKeyEvent", event);
    }
}

#[test]
fn keys_work_by_their_place_on_other_layouts_and_with_caps_lock() {
    let house = House::open();
    let browser = with_a_list(&house);
    press(&browser, "л", "KeyK", 2);
    browser.see("dialog.palette");
    press(&browser, "Escape", "Escape", 0);
    browser.see_no("dialog.palette");
    press(&browser, "о", "KeyJ", 0);
    browser.expect_focus("tbody tr:first-child .rowlink");
    press(&browser, "J", "KeyJ", 0);
    browser.expect_focus("tbody tr:nth-child(2) .rowlink");
    press(&browser, "J", "KeyJ", 8);
    browser.expect_focus("tbody tr:nth-child(2) .rowlink");
    press(&browser, "с", "KeyC", 0);
    browser.see("dialog:modal #name");
}

/// The searches that the page has sent so far.
fn searches(browser: &Browser) -> Vec<String> {
    let script = "return performance.getEntriesByType('resource').map((one) => new URL(one.name))
        .filter((url) => url.pathname === '/customers' && url.searchParams.has('q')).map((url) => url.searchParams.get('q'))";
    let found = browser.run(script, json!([]));
    found.as_array().unwrap().iter().map(|q| q.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_word_under_way_in_an_input_method_is_not_searched_for() {
    let house = House::open();
    let browser = with_a_list(&house);
    browser.click("#q");
    for text in ["や", "やま", "やまだ", "山田"] {
        let end = text.chars().count();
        let composed = json!({"text": text, "selectionStart": end, "selectionEnd": end});
        browser.devtools("Input.imeSetComposition", composed);
    }
    // Longer than a search waits for the next letter.
    browser.run_promise("await new Promise((done) => setTimeout(done, 250))", json!([]));
    assert_eq!(searches(&browser), Vec::<String>::new());
    browser.devtools("Input.insertText", json!({"text": "山田"}));
    browser.expect_rows(&["山田太郎"]);
    assert_eq!(searches(&browser), ["山田"], "one request, for the whole word");
}

#[test]
fn a_page_of_a_proxy_takes_the_place_of_nothing() {
    let house = House::open();
    let browser = with_a_list(&house);
    browser.expect_in_console(&[""]);
    let script = "window.ours = window.fetch;
        window.fetch = async () => new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } });
        window.top = document.querySelector('h1').getBoundingClientRect().top";
    browser.run(&script.replace("window.top", "window.before"), json!([]));
    browser.click("#q");
    browser.keys("abel");
    browser.see_text("#notices [role=alert]", "Clientele did not answer");
    browser.expect_rows(&["山田太郎", "Abena", "Abel"]);
    browser.see_no("#results h1");
    let moved =
        browser.run("return document.querySelector('h1').getBoundingClientRect().top - window.before", json!([]));
    assert_eq!(moved.as_f64(), Some(0.0), "and moves nothing");
    browser.run("window.fetch = window.ours", json!([]));
    browser.press("Try again");
    browser.expect_rows(&["Abel"]);
    browser.see_no("#notices [role=alert]");
}

#[test]
fn paper_keeps_the_test_mark_full_dates_and_whole_texts() {
    let house = House::open();
    let browser = with_a_list(&house);
    house.customer("name=Kampala+Wholesale+and+Retail+Traders+of+Cooking+Oil+Sugar+Salt+and+Soap+Cooperative+Society&email=k%40x.example");
    browser.reload();
    browser.devtools("Emulation.setEmulatedMedia", json!({"media": "print"}));
    let cut = "return [...document.querySelectorAll('td, th, td *, th *')].filter((e) => e.checkVisibility()
        && getComputedStyle(e).overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)";
    assert_eq!(browser.run(cut, json!([])), json!([]), "no text is cut");
    let moment = "const time = document.querySelector('tbody time[title]');
        return getComputedStyle(time, '::after').content.includes(time.title)";
    assert_eq!(browser.run(moment, json!([])), true, "a moment has its date");
    browser.devtools("Emulation.setEmulatedMedia", json!({"media": ""}));
    browser.press("You, Amina Editor");
    browser.press("Switch to test");
    browser.see(".banner");
    browser.devtools("Emulation.setEmulatedMedia", json!({"media": "print"}));
    let shown = |css: &str| browser.run("return document.querySelector(arguments[0]).checkVisibility()", json!([css]));
    assert_eq!((shown(".banner"), shown(".banner form")), (json!(true), json!(false)));
}

#[test]
fn a_name_from_right_to_left_is_cut_at_its_end_and_begins_where_the_others_do() {
    let house = House::open();
    let browser = with_a_list(&house);
    house.customer("name=%D8%B4%D8%B1%D9%83%D8%A9+%D8%A7%D9%84%D9%86%D8%AE%D9%8A%D9%84+%D9%84%D9%84%D8%AA%D8%AC%D8%A7%D8%B1%D8%A9+%D9%88%D8%A7%D9%84%D8%AA%D9%88%D8%B2%D9%8A%D8%B9+%282024%29+Ltd&email=n%40x.example");
    browser.reload();
    browser.resize(640, 900);
    let script = "const [link] = document.querySelectorAll('tbody .rowlink');
        const { direction, textAlign } = getComputedStyle(link);
        return [direction, textAlign]";
    assert_eq!(browser.run(script, json!([])), json!(["rtl", "left"]));
}

#[test]
fn nothing_that_a_page_does_is_against_its_policy() {
    let house = House::open();
    let browser = with_a_list(&house);
    let listen = "window.broken = [];
        document.addEventListener('securitypolicyviolation', (e) =>
            window.broken.push(`${e.violatedDirective} ${e.sourceFile}:${e.lineNumber}:${e.columnNumber} ${e.sample}`))";
    browser.run(listen, json!([]));
    browser.click("#q");
    browser.keys("abel");
    browser.expect_rows(&["Abel"]);
    browser.press("Create customer");
    browser.fill("Name", "Njoroge");
    browser.fill("Email", "njoroge@x.example");
    browser.press("Create customer");
    browser.see_text(".toast", "Customer created");
    assert_eq!(browser.run("return window.broken", json!([])), json!([]));
}

#[test]
fn what_a_row_tells_can_be_selected_and_a_click_opens_it_all_the_same() {
    let house = House::open();
    let browser = with_a_list(&house);
    let place = "const cell = [...document.querySelectorAll('tbody tr:nth-child(2) td')].find((td) => td.textContent.includes('@'));
        const range = document.createRange();
        range.selectNodeContents(cell);
        const { left, right, top, bottom } = range.getBoundingClientRect();
        return [left, right, (top + bottom) / 2]";
    let place = browser.run(place, json!([]));
    let (left, right, y) = (place[0].as_f64().unwrap(), place[1].as_f64().unwrap(), place[2].as_f64().unwrap());
    let mouse = |kind: &str, x: f64| {
        let event = json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1});
        browser.devtools("Input.dispatchMouseEvent", event);
    };
    mouse("mousePressed", left - 1.0);
    mouse("mouseMoved", (left + right) / 2.0);
    mouse("mouseMoved", right + 1.0);
    mouse("mouseReleased", right + 1.0);
    assert_eq!(browser.run("return String(getSelection()).trim()", json!([])), "p5@example.com");
    browser.expect_path("/customers");
    mouse("mousePressed", (left + right) / 2.0);
    mouse("mouseReleased", (left + right) / 2.0);
    browser.see_text("h1", "Abena");
}

#[test]
fn what_one_copies_all_day_has_a_button() {
    let house = House::open();
    let id = house.customer(
        "name=Zuri&email=zuri%40example.com&phone=0712345678&reference=C-17&address.n.kind=billing&address.n.line1=Riverside&address.n.city=Nairobi",
    );
    let browser = house.browser_of(AMINA, Script::On);
    browser.go(&format!("/customers/{id}"));
    let origin = browser.run("return location.origin", json!([]));
    let granted = json!({"origin": origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
    browser.devtools("Browser.grantPermissions", granted);
    for (name, text) in [
        ("Copy email", "zuri@example.com"),
        ("Copy phone", "+254 712 345 678"),
        ("Copy reference", "C-17"),
        ("Copy billing address", "Riverside\nNairobi"),
    ] {
        browser.press(name);
        browser.see("[data-copied]");
        assert_eq!(browser.run_promise("return navigator.clipboard.readText()", json!([])), text, "{name}");
    }
}
