//! A customer pays, the same with JavaScript and without: found, charged in vain, charged, refunded by half; figures and
//! chart follow.

use crate::{
    browser::{Browser, Script},
    house::{House, NJERI},
};

#[test]
fn a_customer_pays_and_gets_half_of_it_back() {
    journey(Script::On);
}

#[test]
fn the_same_payment_without_javascript() {
    journey(Script::Off);
}

fn journey(script: Script) {
    let house = House::open();
    let browser = &house.browser_of(NJERI, script);
    a_customer_of_the_test_account_is_found(browser);
    // Without the list that it was opened from.
    let customer = browser.path().split('?').next().unwrap().to_owned();
    a_declined_charge_says_why(browser, script);
    the_next_one_is_paid(browser);
    figures_and_chart_follow(browser, &customer, "1,200.00");
    half_is_refunded(browser, script);
    browser.go(&customer);
    browser.see_text("#figures-of-KES", "600.00");
    browser.click("#figures-of-KES :is(.c-sub, td:last-child) a");
    browser.see_text("#results", "Partially refunded");
    browser.expect_rows(&["Order 7"]);
    a_search_shows_its_payments_and_stands_in_the_address(browser, script);
    browser.go(&customer);
    a_second_card_becomes_the_default(browser, &customer);
    the_default_is_charged_and_figures_follow(browser, &customer, script);
}

fn a_customer_of_the_test_account_is_found(browser: &Browser) {
    browser.press("You, Njeri Admin");
    browser.press("Switch to test");
    browser.see(".banner");
    browser.go("/customers/new");
    browser.fill("Name", "Wanjiru Kamau");
    browser.fill("Email", "wanjiru@example.com");
    browser.press("Create customer");
    browser.see_text("h1", "Wanjiru Kamau");
    browser.go("/customers?q=wanj");
    browser.press("Wanjiru Kamau");
    browser.see_text("h1", "Wanjiru Kamau");
    browser.see_text("#analytics", "Nothing paid yet");
}

fn a_declined_charge_says_why(browser: &Browser, script: Script) {
    browser.press("Charge customer");
    if script.is_on() {
        browser.see("dialog:modal");
        browser.expect_focus("#amount");
    }
    browser.fill("Token", "tok_declined");
    browser.click("[data-verb]");
    browser.see_text("#amount-d", "Enter an amount");
    browser.expect_value("Token", "tok_declined");
    browser.fill("Amount", "1.200");
    browser.see_text("[data-verb]", "Charge customer");
    browser.fill("Amount", "1,200");
    browser.see_text("[data-verb]", if script.is_on() { "Charge KES 1,200.00" } else { "Charge customer" });
    browser.fill("Description", "Order 7");
    browser.click("[data-verb]");
    browser.see_text(".toast--bad", "Declined: The bank declined the card");
    browser.see_text("#failure", "declined");
    browser.see_text("h1", "KES 1,200.00");
}

fn the_next_one_is_paid(browser: &Browser) {
    browser.click("#again");
    browser.fill("Amount", "1200");
    browser.fill("Description", "Order 7");
    browser.fill("Token", "tok_visa");
    browser.click("[data-verb]");
    browser.see_text(".toast", "Paid: KES 1,200.00");
    browser.see_text(".phead .badge", "Succeeded");
}

fn figures_and_chart_follow(browser: &Browser, customer: &str, volume: &str) {
    browser.go(customer);
    browser.see_text(".stats__lines", volume);
    browser.see(".chart .bar--now");
    browser.press("Show as a table");
    browser.see_text(".chart table", "1,200.00");
    browser.click(".stats__lines td:nth-child(3) a");
}

fn half_is_refunded(browser: &Browser, script: Script) {
    browser.press("Order 7");
    browser.see_text(".phead .badge", "Succeeded");
    browser.press("Refund");
    if script.is_on() {
        browser.see("dialog:modal");
    }
    browser.fill("Amount in KES", "1300");
    browser.click("[data-verb]");
    browser.see_text("[role=alert]", "At most KES 1,200.00");
    browser.fill("Amount in KES", "600");
    browser.see_text("[data-verb]", if script.is_on() { "Refund KES 600.00 to Visa 4242" } else { "Refund payment" });
    browser.click("[data-verb]");
    browser.see_text(".toast", "KES 600.00 is refunded");
    browser.see_text(".phead .badge", "Partially refunded");
}

fn a_search_shows_its_payments_and_stands_in_the_address(browser: &Browser, script: Script) {
    browser.go("/payments");
    browser.expect_rows(&["Order 7", "Order 7"]);
    browser.click("#q");
    browser.keys("status:failed");
    if !script.is_on() {
        browser.press("Search");
    }
    browser.expect_rows(&["Order 7"]);
    browser.wait("the address of the search", || browser.path().starts_with("/payments?q=status").then_some(()));
    browser.see_text("#quick [aria-current]", "Failed");
    browser.click("#q");
    browser.keys(" emial:x");
    if !script.is_on() {
        browser.press("Search");
    }
    browser.see_text("#search-problem [role=alert]", "“emial”");
    if script.is_on() {
        browser.expect_rows(&["Order 7"]);
    }
}

fn a_second_card_becomes_the_default(browser: &Browser, customer: &str) {
    let wallet = format!("{customer}/payment_methods");
    browser.go(&wallet);
    for (token, shown) in [("tok_visa", "1 of 4"), ("tok_mastercard", "2 of 4")] {
        browser.press("Add a payment method");
        browser.fill("Token", token);
        browser.press("Add payment method");
        browser.see_text(".toast", "added");
        browser.go(&wallet);
        browser.see_text("#wallet-title", shown);
    }
    browser.see_text("#wallet li:has(.badge--info)", "4242");
    browser.click("#wallet li:not(:has(.badge--info)) [popovertarget]");
    browser.press("Make default");
    browser.see_text("#wallet li:has(.badge--info)", "4444");
}

fn the_default_is_charged_and_figures_follow(browser: &Browser, customer: &str, script: Script) {
    browser.go(customer);
    browser.press("Charge customer");
    browser.fill("Amount", "300");
    browser.fill("Description", "Order 8");
    browser.see_text("[data-verb]", if script.is_on() { "Charge KES 300.00 to" } else { "Charge customer" });
    assert!(!browser.has("#token"), "its field comes with its choice");
    browser.click("[data-verb]");
    browser.see_text(".toast", "Paid: KES 300.00");
    browser.see_text("main", "4444");
    browser.go(customer);
    browser.see_text(".stats__lines", "1,500.00");
    browser.see_text(".stats__lines", "750.00");
    browser.press("Show as a table");
    browser.see_text(".chart table", "1,500.00");
}

#[test]
fn what_goes_with_a_choice_has_its_field_once_it_is_chosen() {
    let house = House::open();
    let browser = house.browser_of(NJERI, Script::Off);
    browser.go("/payments/new");
    browser.see_no("#refunded");
    browser.choose("Status", "Partially refunded");
    browser.see("#refunded");
    browser.fill("Amount", "5");
    browser.press("Record payment");
    browser.see("#refunded[aria-invalid]");
    browser.choose("Status", "Succeeded");
    browser.see("#refunded");
    browser.press("You, Njeri Admin");
    browser.press("Switch to test");
    browser.see(".banner");
    browser.go("/sandbox/tokens/new");
    browser.see_no("#account_number");
    browser.see("#expires");
    browser.click("[value=bank_account]");
    browser.see("#account_number");
    browser.see_no("#expires");
}
