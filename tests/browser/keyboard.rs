//! The dashboard without a mouse: keys that work alone, where they must not, and the order of Tab.

mod palette;

use serde_json::json;

use crate::{
    browser::{Browser, CONTROL, DOWN, END, ENTER, ESCAPE, HOME, META, SPACE, Script, TAB, UP},
    house::{AMINA, House, ZURI},
};

/// Waits until whatever a key set off has had its answer.
fn settle(browser: &Browser) {
    browser.run_promise("await fetch('/profile'); await fetch('/profile')", json!([]));
}

fn value_of_search(browser: &Browser) -> String {
    browser.run("return document.getElementById('q').value", json!([])).as_str().unwrap().to_owned()
}

#[test]
fn single_keys_search_create_edit_go_and_help() {
    let house = House::open();
    let id = house.customer("name=Wanjiru&email=wanjiru%40example.com");
    let browser = house.browser_of(AMINA, Script::On);
    browser.keys("/");
    browser.expect_focus("#q");
    browser.keys("wan");
    assert_eq!(value_of_search(&browser), "wan", "the slash itself is not typed");
    browser.keys(ESCAPE);
    browser.expect_path("/customers");
    assert_eq!(value_of_search(&browser), "", "Escape clears the search");
    browser.go("/customers");
    browser.keys("c");
    browser.see("dialog:modal");
    browser.expect_focus_on("Name");
    browser.keys(ESCAPE);
    browser.see_no("dialog:modal");
    browser.expect_focus_on("Create customer");
    browser.keys("?");
    browser.see_text("#help", "Keyboard");
    browser.keys(ESCAPE);
    browser.see_no("#help");
    browser.go(&format!("/customers/{id}"));
    browser.keys("e");
    browser.expect_path(&format!("/customers/{id}/edit"));
    browser.expect_focus("#name");
    browser.go(&format!("/customers/{id}"));
    browser.keys("/");
    browser.expect_focus("[type=search]");
    browser.go(&format!("/customers/{id}"));
    browser.keys("gc");
    browser.expect_path("/customers");
    browser.go("/profile");
    browser.keys("c");
    browser.expect_path("/customers/new");
}

#[test]
fn single_keys_are_text_where_one_types() {
    let house = House::open();
    let browser = house.browser_of(AMINA, Script::On);
    browser.click("#q");
    browser.keys("c/e?gc");
    settle(&browser);
    assert_eq!(value_of_search(&browser), "c/e?gc");
    assert!(!browser.has("dialog, #help"));
}

#[test]
fn single_keys_rest_while_a_dialog_is_open() {
    let house = House::open();
    let id = house.customer("name=Wanjiru&email=wanjiru%40example.com");
    let browser = house.browser_of(AMINA, Script::On);
    browser.go(&format!("/customers/{id}"));
    browser.press("More actions");
    browser.press("Delete");
    browser.expect_focus_on("Keep customer");
    browser.keys("/ec?gc");
    settle(&browser);
    browser.expect_path(&format!("/customers/{id}"));
    browser.expect_focus_on("Keep customer");
    assert!(!browser.has("#help"));
}

#[test]
fn single_keys_can_be_turned_off() {
    let house = House::open();
    let browser = house.browser_of(AMINA, Script::On);
    browser.go("/profile");
    browser.click("[name=single_keys]");
    browser.press("Save preferences");
    browser.see_text(".toast", "Preferences saved");
    browser.go("/customers");
    browser.keys("/c?gc");
    settle(&browser);
    assert!(!browser.has("dialog, #help"));
    assert_eq!(value_of_search(&browser), "");
    browser.expect_focus("body");
}

#[test]
fn a_viewer_has_no_keys_for_what_a_viewer_may_not_do() {
    let house = House::open();
    let id = house.customer("name=Wanjiru&email=wanjiru%40example.com");
    let browser = house.browser_of(ZURI, Script::On);
    browser.go(&format!("/customers/{id}"));
    browser.keys("ce");
    settle(&browser);
    browser.expect_path(&format!("/customers/{id}"));
    assert!(!browser.has("dialog"));
}

#[test]
fn tab_goes_through_everything_in_the_order_of_reading() {
    let house = House::open();
    let id = house.customer("name=Wanjiru&email=wanjiru%40example.com&address.n1.city=Nairobi&metadata.tier=gold");
    let browser = house.browser_of(AMINA, Script::On);
    for path in ["/customers", &format!("/customers/{id}"), &format!("/customers/{id}/edit"), "/profile"] {
        browser.go(path);
        // What loads when it comes in sight is there before the counting.
        browser.run("scrollTo(0, document.body.scrollHeight)", json!([]));
        browser.wait_until("all parts are there", "return !document.querySelector('main .skel')", json!([]));
        browser.run("scrollTo(0, 0)", json!([]));
        browser.run(
            "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); \
             window.reachable = all('a[href], button, input:not([type=hidden]), textarea, select, summary') \
               .filter((e) => e.tabIndex >= 0 && !(e.type === 'radio' && !e.checked)); \
             window.reached = []; \
             document.addEventListener('focusin', (e) => { if (e.target.tabIndex >= 0) reached.push(e.target) })",
            json!([]),
        );
        let count = browser.run("return reachable.length", json!([])).as_u64().unwrap() as usize;
        assert!(count > 4, "{path}");
        browser.keys(&TAB.repeat(count));
        let names = "const names = (list) => list.map((e) => nameOf(e) || e.id || e.name); ";
        let order = browser.run(&format!("{names} return [names(reachable), names(reached)]"), json!([]));
        assert_eq!(order[0], order[1], "{path}");
        browser.tab_back();
        let before = browser.run("return document.activeElement === reachable.at(-2)", json!([]));
        assert_eq!(before, true, "{path}: Shift+Tab goes back");
    }
}

#[test]
fn every_stop_of_tab_is_in_sight_and_shows_that_it_has_the_focus() {
    let house = House::open();
    let id = house.customer("name=Wanjiru&email=wanjiru%40example.com");
    let browser = house.browser_of(AMINA, Script::On);
    for path in ["/customers", &format!("/customers/{id}"), &format!("/customers/{id}/edit")] {
        browser.go(path);
        browser.run(
            "document.activeElement.blur(); window.unseen = []; \
             const ring = (e) => { const s = getComputedStyle(e); \
               return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== 'none' }; \
             const rings = (e) => [e, e.closest('.inputgroup, label, tr, td, th')].some((one) => one && ring(one)) || \
               ['::before', '::after'].some((part) => getComputedStyle(e, part).outlineStyle !== 'none'); \
             const covered = (e) => { const r = e.getBoundingClientRect(); \
               const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2); \
               return !top || !(e.contains(top) || top.contains(e)) }; \
             document.addEventListener('focusin', ({ target }) => requestAnimationFrame(() => { \
               if (target === document.activeElement && (!rings(target) || covered(target))) unseen.push(nameOf(target) || target.id) }))",
            json!([]),
        );
        for _ in 0..40 {
            browser.keys(TAB);
        }
        assert_eq!(browser.run("return unseen", json!([])), json!([]), "{path}");
    }
}

#[test]
fn a_customer_is_created_without_a_mouse() {
    let house = House::open();
    let browser = house.browser_of(AMINA, Script::On);
    browser.keys("c");
    browser.expect_focus_on("Name");
    browser.keys(&format!("Wanjiru{TAB}wanjiru{TAB}0712 345 678{ENTER}"));
    browser.expect_focus(".note--bad");
    browser.keys(TAB);
    browser.keys(ENTER);
    browser.expect_focus("#email");
    browser.keys(&format!("{END}@example.com"));
    browser.keys(&format!("{TAB}{TAB}"));
    browser.expect_focus("summary");
    browser.keys(SPACE);
    browser.expect_value("Company", "");
    browser.keys(&format!("{TAB}{TAB}{TAB}"));
    browser.expect_focus("#company");
    browser.keys(&format!("Duka Moja{ENTER}"));
    browser.see_text(".toast", "Customer created");
    browser.expect_rows(&["Wanjiru"]);
    browser.expect_focus_on("Create customer");
    assert_eq!(house.count("customers", "company = 'Duka Moja' AND email = 'wanjiru@example.com'"), 1);
}

#[test]
fn focus_is_never_lost_to_what_was_replaced() {
    let house = House::open();
    for number in 0..30 {
        house.customer(&format!("name=Customer+{number:02}&email=c{number}%40example.com"));
    }
    let browser = house.browser_of(AMINA, Script::On);
    for (name, css) in [("Name", "a.sort"), ("Next", "a[rel]"), ("Previous", "a[rel]")] {
        browser.mark();
        let before = browser.path();
        browser.press(name);
        browser.wait("another page of the list", || (browser.path() != before).then_some(()));
        browser.see_no("#results[aria-busy]");
        assert!(browser.is_marked(), "{name}: the page was loaded anew");
        browser.expect_focus(&format!("{css}, h1"));
    }
}

#[test]
fn enter_in_a_field_sends_the_form() {
    let house = House::open();
    for script in [Script::On, Script::Off] {
        let browser = house.browser_of(AMINA, script);
        let name = format!("Wanjiru {script:?}");
        browser.go("/customers/new");
        browser.fill("Email", &format!("{script:?}@example.com"));
        browser.fill("Name", &name);
        browser.keys(ENTER);
        browser.see_text("h1", &name);
        browser.press("Edit");
        browser.fill("Company", "Duka Moja");
        browser.keys(ENTER);
        browser.see_text(".toast", " changed");
        browser.see_text(".dl", "Duka Moja");
    }
    assert_eq!(house.count("customers", "company = 'Duka Moja'"), 2);
}

#[test]
fn enter_does_not_wave_a_warning_through() {
    let house = House::open();
    let id = house.customer("name=Wanjiru&email=wanjiru%40example.com");
    let browser = house.browser_of(AMINA, Script::On);
    browser.go("/customers/new");
    browser.fill("Email", "wanjiru@example.com");
    browser.fill("Name", "Another");
    browser.keys(ENTER);
    browser.see_text(".note--warn", "This customer may be here already");
    browser.fill("Name", "Yet another");
    browser.keys(ENTER);
    browser.see_text(".note--warn", "This customer may be here already");
    browser.expect_value("Name", "Yet another");
    assert_eq!(house.count("customers", "true"), 1);
    browser.go(&format!("/customers/{id}/edit"));
    house.delete(id);
    browser.fill("Name", "Wanjiru Kamau");
    browser.keys(ENTER);
    browser.see_text("h2", "This customer was deleted while you edited it");
    browser.fill("Name", "Wanjiru wa Kamau");
    browser.keys(ENTER);
    browser.expect_value("Name", "Wanjiru wa Kamau");
    assert_eq!(house.named("Wanjiru wa Kamau"), 0);
}

#[test]
fn what_was_typed_is_not_thrown_away_unasked() {
    let house = House::open();
    let browser = house.browser_of(AMINA, Script::On);
    browser.press("Create customer");
    browser.fill("Name", "Wanjiru");
    browser.keys(ESCAPE);
    browser.answer("Discard what you typed?", false);
    browser.expect_value("Name", "Wanjiru");
    browser.press("Cancel");
    browser.answer("Discard what you typed?", true);
    browser.see_no("dialog");
    browser.expect_focus_on("Create customer");
}

fn with_customers(house: &House) {
    for name in ["Abel", "Abena", "Wanjiru"] {
        house.customer(&format!("name={name}&email={name}%40example.com"));
    }
}

#[test]
fn j_and_k_go_through_the_rows_and_enter_opens() {
    let house = House::open();
    with_customers(&house);
    let browser = house.browser_of(AMINA, Script::On);
    for (key, name) in [("j", "Wanjiru"), ("j", "Abena"), ("j", "Abel"), ("j", "Abel"), ("k", "Abena")] {
        browser.keys(key);
        browser.expect_focus_on(name);
    }
    for (key, name) in [(DOWN, "Abel"), (UP, "Abena"), (HOME, "Wanjiru"), (END, "Abel")] {
        browser.keys(key);
        browser.expect_focus_on(name);
    }
    browser.keys(ENTER);
    browser.see_text("h1", "Abel");
}

#[test]
fn arrows_lead_from_the_search_into_the_rows_and_back() {
    let house = House::open();
    with_customers(&house);
    let browser = house.browser_of(AMINA, Script::On);
    browser.keys("/");
    browser.keys("abe");
    browser.expect_rows(&["Abena", "Abel"]);
    browser.keys(DOWN);
    browser.expect_focus_on("Abena");
    browser.keys(UP);
    browser.expect_focus("#q");
    browser.keys("jk");
    browser.expect_rows(&[]);
    assert_eq!(value_of_search(&browser), "abejk", "letters are text here");
}

#[test]
fn a_row_keeps_the_focus_when_the_list_changes_around_it() {
    let house = House::open();
    with_customers(&house);
    let browser = house.browser_of(AMINA, Script::On);
    browser.keys("jj");
    browser.expect_focus_on("Abena");
    house.customer("name=Njeri&email=njeri%40example.com");
    // As after a change that this page made.
    browser.run("document.body.dispatchEvent(new Event('customers-changed'))", json!([]));
    browser.expect_rows(&["Njeri", "Wanjiru", "Abena", "Abel"]);
    browser.expect_focus_on("Abena");
    // Sorted, the rows change places; the focus goes along.
    browser.run("htmx.ajax('GET', '/customers?sort=name', { target: '#results', swap: 'outerHTML' })", json!([]));
    browser.expect_rows(&["Abel", "Abena", "Njeri", "Wanjiru"]);
    browser.expect_focus_on("Abena");
    browser.keys("j");
    browser.expect_focus_on("Njeri");
}

#[test]
fn rows_scroll_into_sight_below_the_bars() {
    let house = House::open();
    for number in 0..30 {
        house.customer(&format!("name=Customer+{number:02}&email=c{number}%40example.com"));
    }
    let browser = house.browser_of(AMINA, Script::On);
    browser.resize(1280, 500);
    let seen = "const e = document.activeElement.closest('tr').getBoundingClientRect(); \
                const bar = document.querySelector('.topbar').getBoundingClientRect(); \
                return e.top >= bar.bottom && e.bottom <= innerHeight";
    for keys in ["j".repeat(25), "k".repeat(24)] {
        for key in keys.chars() {
            browser.keys(&key.to_string());
            assert_eq!(browser.run(seen, json!([])), true);
        }
    }
    browser.expect_focus_on("Customer 29");
}

#[test]
fn row_keys_that_work_alone_can_be_turned_off_and_the_palettes_stays() {
    let house = House::open();
    with_customers(&house);
    let browser = house.browser_of(AMINA, Script::On);
    browser.go("/profile");
    browser.click("[name=single_keys]");
    browser.press("Save preferences");
    browser.see_text(".toast", "Preferences saved");
    browser.go("/customers");
    browser.keys("j");
    settle(&browser);
    browser.expect_focus("body");
    browser.click("#q");
    browser.keys(DOWN);
    browser.expect_focus_on("Wanjiru");
    browser.keys("j");
    browser.expect_focus_on("Wanjiru");
    browser.keys_together(CONTROL, "k");
    browser.see("dialog:modal.palette");
}

#[test]
fn coming_back_to_the_list_the_row_that_was_opened_has_the_focus() {
    let house = House::open();
    for name in ["Abel", "Abena", "Abigail"] {
        house.customer(&format!("name={name}&email={name}%40example.com"));
    }
    let browser = house.browser_of(AMINA, Script::On);
    browser.keys("jj");
    browser.expect_focus("tbody tr:nth-child(2) .rowlink");
    browser.keys(ENTER);
    browser.see_text("h1", "Abena");
    browser.back();
    browser.expect_rows(&["Abigail", "Abena", "Abel"]);
    browser.expect_focus("tbody tr:nth-child(2) .rowlink");
    browser.keys("j");
    browser.expect_focus("tbody tr:nth-child(3) .rowlink");
}

/// Fails unless something small has the focus, and shows it.
fn expect_visible_focus(browser: &Browser, step: &str) {
    let shown = browser.run(
        "const at = document.activeElement; const style = getComputedStyle(at); const ring = getComputedStyle(at, '::after'); \
         const outlined = (one) => one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) > 0; \
         return at !== document.body && at.matches(':focus-visible') && (outlined(style) || outlined(ring))",
        json!([]),
    );
    assert_eq!(shown, true, "{step}: {}", browser.run("return document.activeElement.outerHTML", json!([])));
}

#[test]
fn a_phone_is_found_changed_and_copied_by_keyboard_alone_without_a_page_load() {
    let house = House::open();
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com&phone=0711222333");
    house.customer("name=Otieno&email=otieno%40example.com");
    let browser = house.browser_of(AMINA, Script::On);
    browser.mark();
    browser.keys("/wan");
    browser.expect_rows(&["Wanjiru Kamau"]);
    expect_visible_focus(&browser, "search");
    browser.keys(DOWN);
    browser.expect_focus("#results .rowlink");
    expect_visible_focus(&browser, "row");
    browser.keys(ENTER);
    browser.see_text("h1", "Wanjiru Kamau");
    browser.expect_focus("h1");
    expect_visible_focus(&browser, "customer");
    browser.keys("e");
    browser.see("form #phone");
    expect_visible_focus(&browser, "form");
    for _ in 0..40 {
        if browser.has("#phone:focus") {
            break;
        }
        browser.keys(TAB);
    }
    browser.expect_focus("#phone");
    browser.keys_together(CONTROL, "a");
    browser.keys("0722333444");
    expect_visible_focus(&browser, "phone");
    browser.keys(ENTER);
    browser.see_text(".toast", " changed");
    assert_eq!(house.stored(id).record.phone.unwrap().e164, "+254722333444");
    expect_visible_focus(&browser, "saved");
    browser.run(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } })",
        json!([]),
    );
    for _ in 0..60 {
        if browser.has("[aria-label='Copy phone']:focus") {
            break;
        }
        browser.keys(TAB);
    }
    browser.expect_focus("[aria-label='Copy phone']");
    expect_visible_focus(&browser, "copy");
    browser.keys(ENTER);
    browser.wait_until("the phone", "return window.copied?.replaceAll(' ', '') === '+254722333444'", json!([]));
    assert!(browser.is_marked(), "no page was loaded");
}
