//! A purchase in instalments: one part is paid, the next fails, another card is put in and it is paid after all; the same
//! with JavaScript and without.

use crate::{
    browser::Script,
    house::{AMINA, House},
    pictures::take_all,
    test_clock::{a_customer_of_the_test_account, add_card},
};

#[test]
fn an_instalment_fails_and_is_recovered_by_another_card() {
    journey(Script::On);
}

#[test]
fn the_same_instalments_without_javascript() {
    journey(Script::Off);
}

fn journey(script: Script) {
    let house = House::open();
    let browser = &house.browser_of(AMINA, script);
    let customer = a_customer_of_the_test_account(browser);
    add_card(browser, &customer, "tok_declined_later");

    browser.go(&format!("{customer}/schedules/new"));
    browser.fill("What it is for", "New roof");
    browser.fill("Amount", "10,000");
    browser.fill("Parts", "3");
    if !script.is_on() {
        browser.press("Show the parts");
    }
    browser.see_text(".coming", "part 3");
    browser.see_text("#preview", "KES 10,000.00 in all.");
    take_all(browser, "schedule-new");
    browser.press("Make it and charge KES 3,333.34");
    browser.see_text(".toast", "Paid: KES 3,333.34");
    browser.see_text(".phead__meta", "KES 3,333.34 of KES 10,000.00 paid");
    let schedule = browser.path();

    // A month later the card declines.
    browser.press("Time");
    browser.press("1 month");
    browser.see_text("#plan", "1 part of 1 payment schedule, KES 3,333.33");
    browser.press("Move it there");
    browser.see_text("#way", "On the way from");
    house.sql("UPDATE jobs SET due_at = now() WHERE kind = 'move_clock'");
    browser.see_text(".clock-counts", "1 payment failed");
    browser.see_no(".clock-way");
    browser.go(&schedule);
    browser.see_text("#failed", "Part 2, KES 3,333.33, could not be charged");
    take_all(browser, "schedule-failed");

    // Another card becomes the default, and what failed is charged to it.
    browser.go(&format!("{customer}/payment_methods/new"));
    browser.see_text("#unpaid", "1 part of a payment schedule failed");
    browser.fill("Token", "tok_visa");
    browser.click("[name=default]");
    browser.press("Add payment method");
    browser.see_text(".toast", "A charge of what is unpaid has begun");
    browser.wait("it is paid", || (house.count("schedule_parts", "status = 'paid'") == 2).then_some(()));
    browser.go(&schedule);
    browser.see_text(".phead__meta", "KES 6,666.67 of KES 10,000.00 paid");
    browser.see_no("#failed");

    // The last one is left out, which finishes it.
    browser.click("a[href$='/parts/3/skipping']");
    browser.see_text("main", "All comes to KES 6,666.67 then");
    browser.press("Skip part 3");
    browser.see_text(".phead .badge", "Finished");
    take_all(browser, "schedule-finished");
    browser.go("/schedules");
    browser.see_text("main", "2 of 2 parts paid");
    take_all(browser, "list-schedules");
}
