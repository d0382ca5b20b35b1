//! A payment without a customer is attached to one: found as one types, or created.

use clientele::{ids::CustomerId, payments::Status};

use crate::{
    browser::Script,
    house::{AMINA, House},
};

fn nobodys(house: &House, description: &str) -> String {
    format!("/payments/{}", house.payment(None, (1_500, 0), Status::Succeeded, 1, description))
}

#[test]
fn customers_to_attach_to_are_found_as_one_types() {
    let house = House::open();
    let wanjiru: CustomerId = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com");
    house.customer("name=Njoroge+Family&email=njoroge%40example.com");
    let payment = nobodys(&house, "Paid by Wanjiru Kamau");
    let browser = &house.browser_of(AMINA, Script::On);
    browser.go(&payment);
    browser.press("Attach to a customer");
    browser.expect_focus("#whom");
    browser.see_text("#attach-found", "The name stands in the description");
    let whom = "Find the customer by name, email, phone or ID";
    browser.fill(whom, "njor");
    browser.see_text("#attach-found", "Njoroge Family");
    browser.expect_focus("#whom");
    browser.fill(whom, "zzz");
    browser.see_text("#attach-found", "No customers match");
    browser.see_no(".attach__send");
    browser.fill(whom, "wanj");
    browser.see_text("#attach-found", "Wanjiru Kamau");
    browser.press("Attach payment");
    browser.see_text(".toast", "The payment is attached");
    browser.see_text("#content, main", "Wanjiru Kamau");
    assert_eq!(house.count("payments", &format!("customer_id = '{}'", wanjiru.uuid())), 1);
}

#[test]
fn whoever_is_not_there_is_created_for_the_payment() {
    create(Script::On);
}

#[test]
fn whoever_is_not_there_is_created_for_the_payment_without_javascript_too() {
    create(Script::Off);
}

fn create(script: Script) {
    let house = House::open();
    let payment = nobodys(&house, "Order 7");
    let browser = &house.browser_of(AMINA, script);
    browser.go(&payment);
    browser.press("Attach to a customer");
    browser.fill("Find the customer by name, email, phone or ID", "Zawadi Njeri");
    if !script.is_on() {
        browser.press("Find customer");
    }
    browser.see_text("#attach-found", "No customers match");
    browser.press("Create customer");
    browser.expect_value("Name", "Zawadi Njeri");
    browser.fill("Email", "zawadi@example.com");
    browser.press("Create customer");
    browser.see_text(".toast", "Customer created");
    browser.expect_path(&payment);
    browser.see_text("aside", "Zawadi Njeri");
}
