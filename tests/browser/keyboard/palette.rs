//! The palette: one box that leads anywhere, without a mouse.

use super::*;

/// The option that Enter would open.
fn expect_chosen(browser: &Browser, name: &str) {
    let script = "const id = document.activeElement.getAttribute('aria-activedescendant'); \
                  const option = id && document.getElementById(id); \
                  return (option ? squeezed(option.querySelector('bdi').textContent) : '') === arguments[0] && \
                    all('[role=option][aria-selected=true]').length === (option ? 1 : 0)";
    browser.wait_until(&format!("“{name}” to be chosen"), script, json!([name]));
}

#[test]
fn the_palette_opens_everywhere_and_gives_the_focus_back() {
    let house = House::open();
    with_customers(&house);
    let browser = house.browser_of(AMINA, Script::On);
    browser.click("#q");
    browser.keys("wan");
    browser.expect_rows(&["Wanjiru"]);
    for key in [CONTROL, META] {
        browser.keys_together(key, "k");
        browser.see("dialog:modal.palette");
        browser.expect_focus("[role=combobox]");
        browser.see_text("#palette-customers", "Newest customers");
        expect_chosen(&browser, "");
        browser.keys(ESCAPE);
        browser.see_no("dialog");
        browser.expect_focus("#q");
    }
    assert_eq!(value_of_search(&browser), "wan");
    browser.keys_together(CONTROL, "k");
    browser.keys_together(CONTROL, "k");
    browser.see_no("dialog");
    browser.press("Go to");
    browser.see("dialog:modal.palette");
    browser.press("Close");
    browser.expect_focus("[data-palette]");
    browser.press("Create customer");
    browser.see("dialog:modal #name");
    browser.keys_together(CONTROL, "k");
    settle(&browser);
    assert!(!browser.has(".palette"), "never a modal from a modal");
    browser.expect_focus_on("Name");
}

#[test]
fn the_palette_finds_and_opens_customers_views_and_pages() {
    let house = House::open();
    with_customers(&house);
    let browser = house.browser_of(AMINA, Script::On);
    browser.go("/views/new?q=abe");
    browser.fill("Name", "Favourites");
    browser.press("Save view");
    browser.see_text(".toast", "View saved");
    let open = |words: &str| {
        browser.go("/profile");
        browser.keys_together(CONTROL, "k");
        browser.see("#palette-pages");
        browser.keys(words);
    };
    open("abe");
    expect_chosen(&browser, "Abena");
    for (key, name) in [(DOWN, "Abel"), (DOWN, "Abena"), (UP, "Abel")] {
        browser.keys(key);
        expect_chosen(&browser, name);
    }
    browser.wait_until(
        "the count to be said",
        "return all('dialog [role=status]').some((e) => e.textContent === '2 results')",
        json!([]),
    );
    browser.keys(ENTER);
    browser.see_text("h1", "Abel");
    open("favou");
    expect_chosen(&browser, "Favourites");
    browser.keys(ENTER);
    browser.see_text("#views [aria-current]", "Favourites");
    open("create");
    expect_chosen(&browser, "Create customer");
    browser.keys(ENTER);
    browser.expect_path("/customers/new");
    open("emial:x");
    browser.see_text("dialog .error", "“emial”");
    open("");
    browser.keys(UP);
    expect_chosen(&browser, "Sign out");
    browser.keys(UP);
    expect_chosen(&browser, "Switch to test");
    browser.keys(ENTER);
    browser.see(".banner");
}

#[test]
fn enter_in_the_palette_waits_for_what_was_typed() {
    let house = House::open();
    with_customers(&house);
    let browser = house.browser_of(AMINA, Script::On);
    browser.keys_together(CONTROL, "k");
    browser.see("#palette-customers");
    browser.keys("wan");
    expect_chosen(&browser, "Wanjiru");
    let held = house.hold_customers();
    browser.keys(&format!("{}abel{ENTER}", "\u{E003}".repeat(3)));
    house.wait_for_waiting(1);
    browser.see("dialog:modal.palette");
    browser.see_text("#palette-customers", "Wanjiru");
    drop(held);
    browser.see_text("h1", "Abel");
}

#[test]
fn without_javascript_the_palette_is_a_page() {
    let house = House::open();
    with_customers(&house);
    let browser = house.browser_of(AMINA, Script::Off);
    browser.press("Go to");
    browser.expect_path("/palette");
    browser.see_text("h1", "Go to");
    browser.fill("Customer, view or page", "abel");
    browser.press("Find");
    browser.expect_path("/palette?q=abel");
    browser.press("Abel Abel@example.com");
    browser.see_text("h1", "Abel");
    browser.go("/palette?q=test");
    browser.press("Switch to test");
    browser.see(".banner");
}
