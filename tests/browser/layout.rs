//! Where the parts of a page stand, on a phone and on a wide screen.

use serde_json::{Value, json};

use crate::{
    browser::{Browser, Script},
    house::{AMINA, House},
};

/// The sides of what the selector finds first.
struct Place {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

fn place(browser: &Browser, css: &str) -> Place {
    let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
        return [box.left, box.top, box.right, box.bottom]";
    let sides = browser.run(script, json!([css]));
    let side = |at: usize| sides[at].as_f64().unwrap();
    Place { left: side(0), top: side(1), right: side(2), bottom: side(3) }
}

#[test]
fn details_are_beside_the_figures_on_a_wide_screen_and_below_them_on_a_phone() {
    let house = House::open();
    let id = house.customer("name=Wanjiru&email=wanjiru%40example.com&metadata.tier=gold");
    let browser = &house.browser_of(AMINA, Script::On);
    browser.go(&format!("/customers/{id}"));
    browser.resize(1440, 900);
    let [figures, aside, rest] =
        [".profile > :first-child", ".profile > aside", ".profile > :last-child"].map(|css| place(browser, css));
    assert!(aside.left > figures.right && aside.left > rest.right, "in a column of its own");
    assert!((aside.top - figures.top).abs() < 1.0, "at the top");
    assert!(rest.top - figures.bottom < 50.0, "what is long beside them parts nothing");
    browser.resize(390, 844);
    let [figures, aside, rest] =
        [".profile > :first-child", ".profile > aside", ".profile > :last-child"].map(|css| place(browser, css));
    assert!(figures.bottom <= aside.top && aside.bottom <= rest.top);
}

#[test]
fn on_a_phone_the_way_to_the_views_stays_at_the_end_of_the_tabs() {
    let house = House::open();
    let browser = &house.browser_of(AMINA, Script::On);
    for name in ["Everybody in Uganda", "Gold and silver", "Without a phone"] {
        browser.go("/views/new?q=kamau");
        browser.fill("Name", name);
        browser.press("Save view");
        browser.see_text(".tabs", name);
    }
    browser.go("/customers");
    browser.resize(360, 800);
    assert!(
        browser
            .run("const tabs = document.querySelector('.tabs'); return tabs.scrollWidth > tabs.clientWidth", json!([]))
            == Value::Bool(true)
    );
    let [strip, end] = [".tabs", ".tabs__end"].map(|css| place(browser, css));
    assert!(end.left >= strip.left && end.right <= strip.right + 1.0 && end.right - end.left >= 24.0, "it is not cut");
    let shown = "const box = document.querySelector('.tabs__end').getBoundingClientRect();
        return !!document.elementFromPoint(box.right - 8, (box.top + box.bottom) / 2).closest('.tabs__end')";
    assert_eq!(browser.run(shown, json!([])), Value::Bool(true), "nothing lies upon it");
    browser.press("Manage views");
    browser.expect_path("/views");
}

#[test]
fn the_keys_and_what_they_do_stand_in_two_columns() {
    let house = House::open();
    let browser = &house.browser_of(AMINA, Script::On);
    for width in [1280, 360] {
        browser.resize(width, 800);
        browser.go("/customers");
        browser.press("Keyboard shortcuts");
        browser.see("#help:popover-open");
        let lefts = "return ['h2, h3, dt', 'dd'].map((css) =>
            new Set([...document.querySelectorAll('#help :is(' + css + ')')].map((e) => Math.round(e.getBoundingClientRect().left))).size)";
        assert_eq!(browser.run(lefts, json!([])), json!([1, 1]), "{width} px");
    }
}

#[test]
fn panels_end_within_a_low_window() {
    let house = House::open();
    let browser = &house.browser_of(AMINA, Script::On);
    // What 200 % zoom leaves of a laptop's window, and a phone with its keyboard.
    for (width, height) in [(720, 450), (390, 500)] {
        browser.resize(width, height);
        for (button, panel) in [
            ("[popovertarget=help]", "#help"),
            ("[popovertarget=search-help]", "#search-help"),
            ("#filter-add", "#filter-panel"),
        ] {
            browser.go("/customers");
            browser.click(button);
            browser.see(&format!("{panel}:popover-open :is(dl, li)"));
            let ends = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
                return box.top >= 0 && box.bottom <= innerHeight";
            browser.wait_until(&format!("{panel} within {width} × {height}"), ends, json!([panel]));
        }
    }
}

#[test]
fn the_tools_of_a_list_share_the_row_of_its_search_where_they_fit() {
    let house = House::open();
    let browser = &house.browser_of(AMINA, Script::On);
    browser.resize(720, 450);
    browser.go("/customers");
    let [search, filter, columns] = ["#search", "#filter-add", "#choose-columns"].map(|css| place(browser, css));
    assert!(filter.top < search.bottom && columns.top < search.bottom);
    browser.go("/customers?q=country%3AKE,UG+has%3Aemail+has%3Aphone+created%3Alast-30d");
    let [search, filter, chip] = ["#search", "#filter-add", ".chip"].map(|css| place(browser, css));
    assert!(filter.top >= search.bottom && chip.top < filter.bottom, "all filters in a row of their own");
}
