//! Staff move the time of their test account by a month and see a renewal, the same with JavaScript and without.

use clientele::{
    clock::Clock,
    events::By,
    ids::{CustomerId, SubscriptionId},
    schema::accounts,
    subscriptions::creating::{self, Beginning, NewSubscription, Until},
    values::{Interval, Money, interval::Unit},
};
use diesel::{Connection, prelude::*};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    browser::{Browser, Script},
    house::{AMINA, House},
    pictures::take_all,
};

#[test]
fn a_month_is_moved_and_a_renewal_is_seen() {
    journey(Script::On);
}

#[test]
fn the_same_month_without_javascript() {
    journey(Script::Off);
}

fn journey(script: Script) {
    let house = House::open();
    let browser = &house.browser_of(AMINA, script);
    let customer = a_customer_of_the_test_account(browser);
    add_card(browser, &customer, "tok_visa");
    subscribe(&house, &customer);
    browser.wait("the first charge", || (house.count("payments", "status = 'succeeded'") == 1).then_some(()));

    browser.press("Time");
    browser.see_text("h1", "Time of the test account");
    browser.press("1 month");
    browser.see_text("#plan", "1 charge or bill of 1 subscription, KES 4,900.00");
    take_all(browser, "test-clock-plan");
    browser.press("Move it there");
    browser.see_text("#way", "On the way from");
    browser.see_text(".banner", "Its time is moving");
    take_all(browser, "test-clock-moving");

    // Nothing else is changed meanwhile, and nothing that was typed is lost.
    browser.expect_in_console(&["status of 409"]);
    let moving = "The time of this test account is moving";
    browser.go("/customers/new");
    browser.fill("Name", "Baraka Otieno");
    browser.fill("Email", "baraka@example.com");
    browser.press("Create customer");
    browser.see_text("body", moving);
    assert_eq!(house.named("Baraka Otieno"), 0);

    // The seconds before the first step are over.
    browser.go("/test-clock");
    browser.see(".clock-way");
    house.sql("UPDATE jobs SET due_at = now() WHERE kind = 'move_clock'");
    browser.see_text(".clock-counts", "1 renewal");
    browser.see_no(".clock-way");
    browser.see_text(".banner", "Its time is");
    browser.see_text("#way .timeline", "Wanjiru Kamau");
    take_all(browser, "test-clock-there");
    assert_eq!(house.count("payments", "status = 'succeeded'"), 2);
    browser.go(&format!("{customer}/invoices"));
    browser.see_text("main", "TEST-");
    assert_eq!(house.count("invoices", "status = 'paid'"), 2);
}

/// Returns the path of the page of a new customer of the test account.
pub fn a_customer_of_the_test_account(browser: &Browser) -> String {
    browser.press("You, Amina Editor");
    browser.press("Switch to test");
    browser.see(".banner");
    browser.go("/customers/new");
    browser.fill("Name", "Wanjiru Kamau");
    browser.fill("Email", "wanjiru@example.com");
    browser.press("Create customer");
    browser.see_text("h1", "Wanjiru Kamau");
    browser.path().split('?').next().unwrap().to_owned()
}

/// Adds the first card to a wallet.
pub fn add_card(browser: &Browser, customer: &str, token: &str) {
    browser.go(&format!("{customer}/payment_methods"));
    browser.press("Add a payment method");
    browser.fill("Token", token);
    browser.press("Add payment method");
    browser.see_text("main", "1 of 4");
}

/// Starts a subscription of KES 4,900 a month, charged today.
pub fn subscribe(house: &House, customer: &str) {
    let id: CustomerId = customer.rsplit('/').next().unwrap().parse().unwrap();
    let conn = &mut house.connect();
    let account = accounts::table.filter(accounts::mode.eq("test")).select(accounts::id).first(conn).unwrap();
    let now = Timestamp::now();
    let new = NewSubscription {
        customer: id,
        name: "Pro".to_owned(),
        price: None,
        amount: Money::new(490_000, "KES".parse().unwrap()),
        interval: Interval::new(Unit::Month, 1).unwrap(),
        days_until_due: None,
        method: None,
        first_on: now.to_zoned(TimeZone::get("Africa/Nairobi").unwrap()).date(),
        anchor_day: None,
        until: Until::Forever,
        started_on: None,
        beginning: Beginning::Charged,
        metadata: serde_json::json!({}),
    };
    let by = By::system(account, Clock::system());
    conn.transaction(|conn| creating::create(conn, &by, SubscriptionId::at(now), new)).unwrap();
}
