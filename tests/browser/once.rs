//! A secret is shown once: neither "back" nor a reload shows it again, with and without script.

use serde_json::json;

use crate::{
    browser::{Browser, Script},
    house::{House, NJERI},
};

fn text(browser: &Browser) -> String {
    browser.run("return document.documentElement.outerHTML", json!([])).as_str().unwrap_or_default().to_owned()
}

fn make_a_key(browser: &Browser) -> String {
    browser.go("/settings/api_keys/new");
    browser.fill("Name", "Till");
    browser.click("[name='may.customers'][value=read]");
    browser.press("Create key");
    browser.see(".secret code");
    let secret = browser.run("return document.querySelector('.secret code').textContent", json!([]));
    secret.as_str().unwrap().to_owned()
}

#[test]
fn back_does_not_show_a_secret_again() {
    for script in [Script::On, Script::Off] {
        let house = House::open();
        let browser = &house.browser_of(NJERI, script);
        browser.expect_in_console(&["ERR_CACHE_MISS"]);
        let secret = make_a_key(browser);
        assert!(secret.starts_with("sk_live_"));
        browser.press("I have copied it");
        browser.see(".keyline");
        browser.back();
        browser.wait_until(
            "another page or the same without its secret",
            "return !document.querySelector('.keyline')",
            json!([]),
        );
        assert!(!text(browser).contains(&secret), "{script:?}");
        assert_eq!(house.count("api_keys", "true"), 1);
    }
}

#[test]
fn a_press_copies_the_secret() {
    let house = House::open();
    let browser = &house.browser_of(NJERI, Script::On);
    make_a_key(browser);
    browser.press("Copy the secret");
    browser.see(".secret [data-copied], #live:not(:empty)");
}
