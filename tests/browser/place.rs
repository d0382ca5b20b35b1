//! From a list to a customer's page, on to the neighbours and back, with keys and without JavaScript.

use clientele::ids::CustomerId;

use crate::{
    browser::{Browser, DOWN, ENTER, Script},
    house::{AMINA, House},
};

fn kamaus(house: &House) -> Vec<CustomerId> {
    let customer = |name: &str| house.customer(&format!("name={name}+Kamau&email={name}%40example.com"));
    let ids = ["Abel", "Abena", "Abigail", "Adam", "Agnes"].map(customer);
    house.customer("name=Otieno&email=otieno%40example.com");
    ids.into()
}

fn expect_name(browser: &Browser, name: &str, number: &str) {
    browser.see_text("h1", name);
    if !number.is_empty() {
        browser.see_text("#place", number);
    }
}

#[test]
fn j_and_k_go_through_a_search_and_the_way_back_leads_to_it() {
    let house = House::open();
    let ids = kamaus(&house);
    let browser = house.browser_of(AMINA, Script::On);
    browser.keys("/");
    browser.keys("kamau");
    browser.expect_rows(&["Agnes Kamau", "Adam Kamau", "Abigail Kamau", "Abena Kamau", "Abel Kamau"]);
    browser.keys(DOWN);
    browser.keys(DOWN);
    browser.keys(ENTER);
    expect_name(&browser, "Adam Kamau", "2 of 5");
    for (key, name, number) in [
        ("k", "Agnes Kamau", "1 of 5"),
        ("k", "Agnes Kamau", "1 of 5"),
        ("j", "Adam Kamau", "2 of 5"),
        ("j", "Abigail Kamau", "3 of 5"),
        ("j", "Abena Kamau", "4 of 5"),
        ("j", "Abel Kamau", "5 of 5"),
        ("j", "Abel Kamau", "5 of 5"),
        ("k", "Abena Kamau", "4 of 5"),
    ] {
        browser.keys(key);
        expect_name(&browser, name, number);
    }
    // An edit in place comes back to the same place.
    let here = format!("/customers/{}?from=q%3Dkamau", ids[1]);
    browser.expect_path(&here);
    browser.keys("e");
    browser.expect_focus("#name");
    browser.fill("Company", "Duka Moja");
    browser.press("Save changes");
    browser.see_text(".toast", " changed");
    browser.expect_path(&here);
    expect_name(&browser, "Abena Kamau", "4 of 5");
    browser.press("More actions");
    browser.press("Delete");
    browser.press("Delete customer");
    browser.see_text(".toast", "Abena Kamau was deleted");
    browser.expect_path(&here);
    assert!(browser.has("[rel=prev]") && browser.has("[rel=next]"));
    browser.press("Undo");
    browser.see_text(".toast", "Abena Kamau is restored");
    browser.expect_path(&here);
    browser.press("Back to kamau");
    browser.expect_path("/customers?q=kamau");
    browser.expect_rows(&["Agnes Kamau", "Adam Kamau", "Abigail Kamau", "Abena Kamau", "Abel Kamau"]);
}

#[test]
fn without_javascript_the_ways_are_links_too() {
    let house = House::open();
    kamaus(&house);
    let browser = house.browser_of(AMINA, Script::Off);
    browser.go("/customers?q=kamau&sort=name");
    browser.press("Abena Kamau");
    expect_name(&browser, "Abena Kamau", "");
    browser.press("Next customer: Abigail Kamau");
    expect_name(&browser, "Abigail Kamau", "");
    browser.press("Edit");
    browser.fill("Company", "Duka Moja");
    browser.press("Save changes");
    browser.see_text(".toast", " changed");
    browser.press("Previous customer: Abena Kamau");
    expect_name(&browser, "Abena Kamau", "");
    browser.press("Back to kamau");
    browser.expect_path("/customers?q=kamau&sort=name");
}

#[test]
fn coming_back_to_a_search_the_row_that_was_opened_has_the_focus() {
    let house = House::open();
    kamaus(&house);
    let browser = house.browser_of(AMINA, Script::On);
    browser.go("/customers?q=kamau&sort=name");
    browser.keys("jj");
    browser.expect_focus("tbody tr:nth-child(2) .rowlink");
    browser.keys(ENTER);
    expect_name(&browser, "Abena Kamau", "2 of 5");
    browser.back();
    browser.expect_rows(&["Abel Kamau", "Abena Kamau", "Abigail Kamau", "Adam Kamau", "Agnes Kamau"]);
    browser.expect_focus("tbody tr:nth-child(2) .rowlink");
}

#[test]
fn several_are_restored_from_the_list_of_deleted_customers_one_after_the_other() {
    let house = House::open();
    for id in kamaus(&house) {
        house.delete(id);
    }
    for script in [Script::On, Script::Off] {
        let browser = house.browser_of(AMINA, script);
        browser.click("#views a[href*=deleted]");
        browser.see_text("h1", "Deleted customers");
        if script.is_on() {
            browser.see_text("#tab-count-deleted", "5");
            browser.expect_rows(&["Agnes Kamau", "Adam Kamau", "Abigail Kamau", "Abena Kamau", "Abel Kamau"]);
            browser.mark();
            browser.press("Restore Adam Kamau");
            browser.see_text(".toast", "Adam Kamau is restored");
            browser.expect_rows(&["Agnes Kamau", "Abigail Kamau", "Abena Kamau", "Abel Kamau"]);
            browser.expect_focus_on("Restore Abigail Kamau");
            browser.see_text("#tab-count-deleted", "4");
            browser.keys(ENTER);
            browser.see_text(".toast", "Abigail Kamau is restored");
            browser.expect_rows(&["Agnes Kamau", "Abena Kamau", "Abel Kamau"]);
            browser.expect_focus_on("Restore Abena Kamau");
            assert!(browser.is_marked(), "the page was loaded anew");
            browser.press("Open");
            browser.see_text("h1", "Abigail Kamau");
        } else {
            browser.press("Restore Agnes Kamau");
            browser.see_text(".toast", "Agnes Kamau is restored");
            browser.press("Restore Abena Kamau");
            browser.see_text(".toast", "Abena Kamau is restored");
            browser.press("Restore Abel Kamau");
            browser.see_text("main h2", "Nothing is deleted");
            browser.press("Open");
            browser.see_text("h1", "Abel Kamau");
        }
    }
    assert_eq!(house.count("customers", "deleted_at IS NOT NULL"), 0);
}

#[test]
fn the_heading_follows_the_search() {
    let house = House::open();
    let id = kamaus(&house)[0];
    house.delete(id);
    let browser = house.browser_of(AMINA, Script::On);
    browser.see_text("h1", "Customers");
    browser.fill("Search customers by name, email, phone, company or ID", "status:deleted");
    browser.see_text("h1", "Deleted customers");
    browser.expect_rows(&["Abel Kamau"]);
    browser.wait_until("the title", "return document.title === 'Deleted customers · Clientele'", serde_json::json!([]));
}

#[test]
fn a_long_name_is_cut_and_whole_in_its_title() {
    let house = House::open();
    let name = "Jomo wa Kamau ".repeat(13);
    let id = house.customer(&format!("name={}&email=long%40example.com", name.trim().replace(' ', "+")));
    house.customer("name=Otieno&email=otieno%40example.com");
    let browser = house.browser_of(AMINA, Script::On);
    for (width, height) in [(390, 844), (1280, 900)] {
        browser.resize(width, height);
        browser.go(&format!("/customers/{id}"));
        let measured = browser.run(
            "const h1 = document.querySelector('h1'); const style = getComputedStyle(h1); \
             const avatar = document.querySelector('.phead .avatar').getBoundingClientRect(); \
             return [h1.clientHeight <= 2 * parseFloat(style.lineHeight) + 1, h1.scrollHeight > h1.clientHeight, \
               h1.title.length, Math.abs(avatar.top - h1.getBoundingClientRect().top) < 16]",
            serde_json::json!([]),
        );
        assert_eq!(measured, serde_json::json!([true, true, name.trim().len(), true]), "{width}");
        browser.go(&format!("/customers/{id}/activity"));
        let crumbs = browser.run(
            "return [...document.querySelectorAll('.crumbs bdi')].at(-1).getBoundingClientRect().width",
            serde_json::json!([]),
        );
        assert!(crumbs.as_f64().unwrap() < 300.0, "{crumbs}");
    }
}
