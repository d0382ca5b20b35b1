//! axe-core finds nothing on any page in any state: wide and narrow, light and dark.
//!
//! Its rules for WCAG 2.2 A and AA and its best practices apply, all of them.

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    house::House,
    sights::{self, Look, Widths},
};

const AXE: &str = include_str!("../vendor/axe.min.js");

const TAGS: [&str; 7] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/// What axe-core says of what the browser shows, as a line for each element.
fn violations(browser: &Browser, rules: &Value) -> Vec<String> {
    if browser.run("return typeof axe === 'undefined'", json!([])) == true {
        browser.run(AXE, json!([]));
    }
    // Colours may still be on their way from light to dark, and Chromium forgets some until it draws anew.
    let script = "
        const root = document.documentElement.style;
        root.display = 'none';
        document.documentElement.getBoundingClientRect();
        root.display = '';
        const frame = () => new Promise(requestAnimationFrame);
        await frame();
        await frame();
        const ends = document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime < 10_000);
        await Promise.all(ends.map((a) => a.finished.catch(() => {})));
        const found = await axe.run(document, { runOnly: arguments[0], resultTypes: ['violations'] });
        return found.violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${squeezed(failureSummary)}`))";
    let found = browser.run_promise(script, json!([rules]));
    found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

fn nothing_is_found(walk: fn(&House, Look)) {
    let house = House::open();
    let mut found = Vec::new();
    walk(&house, &mut |browser, sight, widths| {
        for (width, dark) in [(390, false), (390, true), (1280, true), (1280, false)] {
            if width > 390 && widths == Widths::Narrow {
                continue;
            }
            // So high that no bar at the window's edge covers a part of the page.
            browser.resize(width, 4000);
            browser.prefer_dark(dark);
            // Of all that is looked at, dark changes only colours.
            let (scheme, rules) = if dark { ("dark", json!(["color-contrast"])) } else { ("light", json!(TAGS)) };
            found.extend(
                violations(browser, &rules).into_iter().map(|what| format!("{sight}, {width} px, {scheme}: {what}")),
            );
        }
        browser.prefer_dark(false);
        browser.resize(1280, 900);
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_is_seen_without_a_session_is_accessible() {
    nothing_is_found(sights::signed_out);
}

#[test]
fn lists_and_menus_are_accessible() {
    nothing_is_found(sights::lists);
}

#[test]
fn creating_is_accessible() {
    nothing_is_found(sights::creating);
}

#[test]
fn customers_pages_are_accessible() {
    nothing_is_found(sights::customers);
}

#[test]
fn editing_is_accessible() {
    nothing_is_found(sights::editing);
}

#[test]
fn profile_and_error_pages_are_accessible() {
    nothing_is_found(sights::others);
}

#[test]
fn what_a_viewer_sees_is_accessible() {
    nothing_is_found(sights::reading);
}
