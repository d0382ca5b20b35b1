//! Fields of the merchant's own, filled, shown, searched and sorted by, with JavaScript and without.

use crate::{
    browser::Script,
    house::{AMINA, House},
};

fn journey(script: Script) {
    let house = House::open();
    house.field("text", "vat", "VAT number", "");
    house.field("integer", "seats", "Seats", "");
    house.field("choice", "tier", "Tier", "'Gold', 'Silver'");
    house.field("date", "renewal", "Renewal", "");
    let browser = &house.browser_of(AMINA, script);
    browser.expect_in_console(&["status of 422"]);
    for (name, vat, seats) in [("Nia Njeri", "KE1", "20"), ("Ben Otieno", "KE2", "3")] {
        browser.go("/customers/new");
        browser.fill("Name", name);
        browser.fill("Email", &format!("{}@x.example", seats));
        browser.fill("VAT number", vat);
        browser.fill("Seats", "many");
        browser.press("Create customer");
        browser.see_text(".note--bad", "Write a number in digits");
        browser.fill("Seats", seats);
        browser.press("Create customer");
        browser.see_text(".toast", "Customer created");
    }
    let id = house.customer_id("SELECT id FROM customers WHERE name = 'Nia Njeri'");
    browser.go(&format!("/customers/{id}"));
    browser.see_text("#fields", "KE1");
    browser.press("Edit fields");
    browser.choose("Tier", "Gold");
    browser.press("Save changes");
    browser.see_text(".toast", " changed");
    browser.see_text("#fields", "Gold");
    browser.see_text("#activity", "Tier");
    browser.go("/customers?columns=field.vat,field.seats&q=field.seats%3A%3E1");
    browser.see_text("thead", "VAT number");
    browser.press("Seats");
    browser.see_text("tbody tr:first-child", "Nia Njeri");
    browser.press("Seats");
    browser.see_text("tbody tr:first-child", "Ben Otieno");
    browser.go("/customers?q=field.tier%3Agold");
    browser.see_text("#filters", "Gold");
    browser.see_text("tbody", "Nia Njeri");
}

#[test]
fn values_are_filled_shown_searched_and_sorted_by() {
    journey(Script::On);
}

#[test]
fn all_of_it_works_without_javascript() {
    journey(Script::Off);
}
