//! What holds on every page in every state: axe-core finds nothing, and nothing makes the page scroll sideways.
//!
//! Of axe-core all rules for WCAG 2.2 A and AA and all its best practices apply, wide and narrow, light and dark. The
//! widths go from a small phone to a 4K screen; 640 px is what 1280 px become at 200 % zoom.

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
        await frame();
        await frame();
        const ends = document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime < 10_000);
        await Promise.all(ends.map((a) => a.finished.catch(() => {})));
        // No rule asked for reads style sheets.
        const found = await axe.run(document, { runOnly: arguments[0], resultTypes: ['violations'], preload: false });
        return found.violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${squeezed(failureSummary)}`))";
    let found = browser.run_promise(script, json!([rules]));
    found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

const WIDTHS: [u32; 5] = [360, 640, 768, 1280, 2560];

/// What sticks out of the window, unless it is cut off or scrolls by itself.
fn sticking_out(browser: &Browser) -> Vec<String> {
    let script = "
        const width = document.documentElement.clientWidth;
        const isHeld = (e) => {
          for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
            const holds = getComputedStyle(up).overflowX !== 'visible';
            if (holds && up.getBoundingClientRect().right <= width + 1) return true;
          }
          return false;
        };
        const out = (e) => e.getBoundingClientRect().right > width + 1 && !isHeld(e) && !e.closest('.vh, .skip');
        // A menu finds its new place with the next frame.
        await frame();
        await frame();
        const wide = document.documentElement.scrollWidth > width ? ['the page itself'] : [];
        return [...wide, ...all('body *').filter(out).slice(0, 5).map((e) => e.outerHTML.slice(0, 120))]";
    let found = browser.run_promise(script, json!([]));
    found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

fn all_is_well(walk: fn(&House, Look)) {
    all_is_well_in(&House::open(), walk);
}

fn all_is_well_in(house: &House, walk: fn(&House, Look)) {
    let (mut found, mut seen) = (Vec::new(), 0_usize);
    walk(house, &mut |browser, sight, widths| {
        let exists = |width: &u32| *width <= 640 || widths == Widths::All;
        for width in WIDTHS.into_iter().filter(exists) {
            browser.resize(width, 900);
            found.extend(sticking_out(browser).into_iter().map(|what| format!("{sight}, {width} px: {what}")));
        }
        // Of all that is looked at, dark changes only colours; half of the sights show them narrow and half wide.
        seen += 1;
        let dark_width = if seen.is_multiple_of(2) && exists(&1280) { 1280 } else { 390 };
        for (width, dark) in [(dark_width, true), (390, false), (1280, false)] {
            if !exists(&width) {
                continue;
            }
            // So high that no bar at the window's edge covers a part of the page.
            browser.resize(width, 4000);
            browser.prefer_dark(dark);
            let (scheme, rules) = if dark { ("dark", json!(["color-contrast"])) } else { ("light", json!(TAGS)) };
            let violations = violations(browser, &rules).into_iter();
            found.extend(violations.map(|what| format!("{sight}, {width} px, {scheme}: {what}")));
        }
        browser.prefer_dark(false);
        browser.resize(1280, 900);
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn signing_in_is_accessible_at_every_width() {
    all_is_well(sights::signed_out);
}

#[test]
fn lists_and_menus_are_accessible_at_every_width() {
    all_is_well(sights::lists);
}

#[test]
fn creating_is_accessible_at_every_width() {
    all_is_well(sights::creating);
}

#[test]
fn a_customers_pages_are_accessible_at_every_width() {
    all_is_well(sights::customers);
}

#[test]
fn editing_is_accessible_at_every_width() {
    all_is_well(sights::editing);
}

#[test]
fn profile_and_errors_are_accessible_at_every_width() {
    all_is_well(sights::others);
}

#[test]
fn payments_are_accessible_at_every_width() {
    all_is_well(sights::payments);
}

#[test]
fn what_a_viewer_sees_is_accessible_at_every_width() {
    all_is_well(sights::reading);
}

#[test]
fn what_is_undone_told_and_erased_of_a_person_is_accessible_at_every_width() {
    all_is_well(sights::persons);
}

#[test]
fn api_keys_are_accessible_at_every_width() {
    all_is_well(sights::keys);
}

#[test]
fn webhooks_are_accessible_at_every_width() {
    all_is_well(sights::hooks);
}

#[test]
fn home_is_accessible_at_every_width() {
    all_is_well(sights::front);
}

#[test]
fn the_team_is_accessible_at_every_width() {
    all_is_well(sights::team);
}

#[test]
fn custom_fields_are_accessible_at_every_width() {
    all_is_well(sights::fields);
}

#[test]
fn prices_are_accessible_at_every_width() {
    all_is_well(sights::prices);
}

#[test]
fn wallets_in_use_are_accessible_at_every_width() {
    all_is_well(sights::wallets_in_use);
}

#[test]
fn invoices_are_accessible_at_every_width() {
    all_is_well(sights::invoices);
}

#[test]
fn subscriptions_are_accessible_at_every_width() {
    all_is_well(sights::subscriptions);
}

#[test]
fn payment_schedules_are_accessible_at_every_width() {
    all_is_well(sights::schedules);
}

#[test]
fn the_clock_of_the_test_account_is_accessible_at_every_width() {
    all_is_well(sights::test_clock);
}

#[test]
fn lists_of_invoices_and_subscriptions_are_accessible_at_every_width() {
    all_is_well(sights::bills);
}

#[test]
fn settings_are_accessible_at_every_width() {
    all_is_well(sights::settings);
}

#[test]
fn the_audit_log_is_accessible_at_every_width() {
    all_is_well(sights::audit);
}

#[test]
fn what_is_masked_is_accessible_at_every_width() {
    all_is_well(sights::curtain);
}

#[test]
fn wallets_and_the_sandbox_are_accessible_at_every_width() {
    all_is_well(sights::wallets);
}

#[test]
fn what_needs_another_look_is_accessible_at_every_width() {
    all_is_well(sights::quality);
}

#[test]
fn second_factors_are_accessible_at_every_width() {
    all_is_well(sights::second_factor);
}

#[test]
fn passkeys_and_recovery_are_accessible_at_every_width() {
    all_is_well_in(&House::at_localhost(1), sights::recovery);
}
