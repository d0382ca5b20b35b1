//! A subscription as staff see it live in their test account: started, its card fails, it is past due, another card pays
//! for it, it is to end, kept and canceled; the same with JavaScript and without.

use crate::{
    browser::{Browser, Script},
    house::{AMINA, House},
    pictures::take_all,
    test_clock::{a_customer_of_the_test_account, add_card},
};

#[test]
fn one_is_started_fails_recovers_and_is_canceled() {
    journey(Script::On);
}

#[test]
fn the_same_life_without_javascript() {
    journey(Script::Off);
}

fn journey(script: Script) {
    let house = House::open();
    let browser = &house.browser_of(AMINA, script);
    let customer = a_customer_of_the_test_account(browser);
    add_card(browser, &customer, "tok_declined_later");
    it_is_started_with_its_charges_in_sight(browser, &customer, script);
    let subscription = browser.path();
    its_next_charge_fails(&house, browser);
    it_is_past_due(browser, &subscription);
    another_card_pays_for_it(&house, browser, &customer, script);
    browser.go(&subscription);
    browser.see_text(".phead", "Active");
    assert!(!browser.has("#unpaid"));
    assert_eq!(house.count("invoices", "status = 'paid'"), 2);
    it_ends_is_kept_and_canceled(&house, browser, &subscription);
}

fn it_is_started_with_its_charges_in_sight(browser: &Browser, customer: &str, script: Script) {
    browser.go(&format!("{customer}/subscriptions/new"));
    browser.choose("Price", "An amount of its own");
    browser.fill("Name", "Pro");
    browser.fill("Amount", "4,900");
    if script.is_on() {
        browser.see_text("#start-says", "Start and charge KES 4,900.00");
        browser.wait("the next five charges", || {
            browser
                .run("return document.querySelectorAll('.coming li').length", serde_json::json!([]))
                .as_u64()
                .filter(|n| *n == 5)
        });
        take_all(browser, "subscription-new");
    }
    browser.click("#start-says");
    browser.see_text("h1", "Pro");
    browser.see_text(".toast", "Pro is active");
    browser.see_text(".phead", "Active");
}

/// The time of the account goes to the next charge, and the seconds before its first step are over.
fn its_next_charge_fails(house: &House, browser: &Browser) {
    browser.go("/test-clock");
    browser.click("[name=by][value=next]");
    browser.see_text("#plan", "KES 4,900.00");
    browser.press("Move it there");
    browser.see_text("#way", "On the way from");
    house.sql("UPDATE jobs SET due_at = now() WHERE kind = 'move_clock'");
    browser.see_text(".clock-counts", "1 renewal");
    browser.see_no(".clock-way");
}

fn it_is_past_due(browser: &Browser, subscription: &str) {
    browser.go(subscription);
    browser.see_text(".phead", "Past due");
    browser.see_text("#unpaid", "KES 4,900.00 is unpaid");
    browser.see_text("#unpaid", "tried again");
    take_all(browser, "subscription-past-due");
    browser.go("/subscriptions?q=status:past_due");
    browser.expect_rows(&["Pro"]);
}

fn another_card_pays_for_it(house: &House, browser: &Browser, customer: &str, script: Script) {
    browser.go(&format!("{customer}/payment_methods"));
    browser.press("Add a payment method");
    browser.fill("Token", "tok_mastercard");
    browser.click("[name=default]");
    browser.see_text(if script.is_on() { "dialog" } else { "main" }, "KES 4,900.00 now");
    browser.press("Add payment method");
    browser.see_text(".toast", "A charge of what is unpaid has begun");
    browser.wait("the second charge", || (house.count("payments", "status = 'succeeded'") == 2).then_some(()));
}

fn it_ends_is_kept_and_canceled(house: &House, browser: &Browser, subscription: &str) {
    let end = || {
        browser.go(subscription);
        browser.press("Cancel it");
        browser.see_text("h1", "Cancel");
    };
    end();
    browser.see_text("main", "With its period. No further charge");
    browser.press("Cancel the subscription");
    browser.see_text(".phead", "ends ");
    browser.press("Keep it");
    browser.see_text(".toast", "Pro goes on");
    end();
    browser.click("[name=at][value=now]");
    browser.press("Cancel the subscription");
    browser.see_text(".phead", "Canceled");
    // Somebody thinks better of it, and then not.
    browser.press("Undo");
    browser.see_text(".toast", "The subscription goes on");
    browser.see_text(".phead", "Active");
    assert_eq!(house.count("events", "kind = 'subscription.restored'"), 1);
    end();
    browser.click("[name=at][value=now]");
    browser.press("Cancel the subscription");
    browser.see_text(".phead", "Canceled");
    browser.see_text("main", "It was canceled.");
}
