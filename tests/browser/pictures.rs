//! Pictures of some pages, of the demo's customers, taken when `CLIENTELE_SCREENSHOTS` names a directory for them. There
//! a test that fails also leaves a picture of what it saw last.

use std::{fs, path::PathBuf};

use clientele::{demo, ids::MethodId};
use serde_json::json;

use crate::{
    browser::{Browser, Script},
    house::{House, NJERI, Person},
    sights,
};

/// Where pictures are wanted.
pub fn directory() -> Option<PathBuf> {
    std::env::var_os("CLIENTELE_SCREENSHOTS").filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn take(browser: &Browser, name: &str) {
    let directory = directory().expect("a directory for pictures");
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join(format!("{name}.png")), browser.picture().unwrap()).unwrap();
}

#[test]
fn pictures_are_taken_where_they_are_wanted() {
    if directory().is_none() {
        return;
    }
    let house = House::for_browsers(2);
    house.command(&["demo", "--customers", "2000"]);
    let person = |name, email| Person { name, email, role: "owner", password: demo::PASSWORD };
    let amina = house.browser_of(person("Amina Otieno", demo::EMAIL), Script::On);
    let peter = house.browser_of(person("Peter Kariuki", "peter@clientele.example"), Script::On);
    amina.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    amina.prefer_dark(false);
    amina.resize(1440, 900);
    take(&amina, "customers");
    amina.prefer_dark(true);
    amina.go("/customers");
    take(&amina, "customers-dark");
    amina.resize(390, 844);
    take(&amina, "customers-phone");
    amina.prefer_dark(false);
    amina.resize(1440, 900);
    amina.go("/customers");
    amina.press("Create customer");
    amina.see("dialog:modal");
    take(&amina, "create");

    // The customer with the most to show.
    let full = "SELECT c.id FROM customers c JOIN payment_totals t ON t.account_id = c.account_id AND t.customer_id = c.id \
                WHERE c.deleted_at IS NULL AND c.kind = 'person' AND t.payments BETWEEN 12 AND 60 ORDER BY \
                (SELECT count(*) FROM payment_methods m WHERE m.account_id = c.account_id AND m.customer_id = c.id) DESC, \
                t.last_payment_at DESC, c.id LIMIT 1";
    let page = format!("/customers/{}", house.customer_id(full));
    amina.resize(1440, 1500);
    for dark in [false, true] {
        amina.prefer_dark(dark);
        amina.go(&page);
        amina.see("#payments tbody tr");
        amina.see("#wallet .wallet__main");
        take(&amina, if dark { "customer-dark" } else { "customer" });
    }
    amina.prefer_dark(false);
    amina.resize(390, 2600);
    amina.go(&page);
    amina.see("#wallet .wallet__main");
    take(&amina, "customer-phone");
    amina.resize(1440, 900);
    amina.go("/payments?q=status%3Asucceeded%2Cfailed");
    take(&amina, "payments");
    amina.go(&page);
    amina.press("Charge customer");
    amina.see("dialog:modal");
    take(&amina, "charge");
    amina.go("/sandbox/tokens/new");
    take(&amina, "sandbox");
    for (browser, phone) in [(&amina, "+254 712 345 678"), (&peter, "+254 733 000 111")] {
        browser.go(&format!("{page}/edit"));
        browser.fill("Phone", phone);
    }
    peter.fill("Company", "Kariuki & Sons");
    amina.fill("Company", "Kariuki and Sons");
    peter.press("Save changes");
    peter.see_text(".toast", " changed");
    amina.press("Save changes");
    amina.see("#conflict-title");
    amina.run("document.activeElement.blur(); scrollTo(0, 0)", json!([]));
    take(&amina, "conflict");
}

#[test]
fn pictures_of_payments_are_taken_where_they_are_wanted() {
    if directory().is_none() {
        return;
    }
    let house = House::open();
    let named = sights::furnish(&house);
    let [refunded, ..] = sights::pay(&house, named.full);
    let njeri = house.browser_of(NJERI, Script::On);
    njeri.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    let customer = format!("/customers/{}", named.full);
    for (path, name) in [
        (customer, "payments-of-customer"),
        ("/payments".to_owned(), "payments"),
        (format!("/payments/{refunded}"), "payment"),
        ("/payments/new".to_owned(), "payment-new"),
    ] {
        for (width, height, dark, look) in
            [(1440, 1500, false, "light"), (1440, 1500, true, "dark"), (390, 2400, false, "phone")]
        {
            njeri.resize(width, height);
            njeri.prefer_dark(dark);
            njeri.go(&path);
            if name == "payments-of-customer" {
                njeri.see("#payments .rowlink");
            }
            take(&njeri, &format!("{name}-{look}"));
        }
    }
}

#[test]
fn pictures_of_prices_are_taken_where_they_are_wanted() {
    if directory().is_none() {
        return;
    }
    let house = House::open();
    let njeri = house.browser_of(NJERI, Script::On);
    njeri.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    for (name, key, amount, interval, days) in [
        ("Starter", "starter_monthly", "990", "1 month", ""),
        ("Pro, monthly", "price_monthly_pro", "4,900", "1 month", "14"),
        ("Pro, quarterly", "", "13,900", "3 month", ""),
        ("Pro, yearly, with support on working days from eight to five", "pro_yearly", "49,900", "1 year", "30"),
        ("Vegetables", "box", "1250.50", "2 week", ""),
    ] {
        let (count, unit) = interval.split_once(' ').unwrap();
        let of = format!("name={name}&price_key={key}&amount={amount}&interval={unit}&interval_count={count}");
        njeri.go(&format!("/prices/new?{of}&trial_days={days}"));
        njeri.press("Create price");
        njeri.see_text(".toast", "is there");
    }
    let path = njeri.path();
    njeri.press("Archive");
    njeri.see_text(".toast", "is archived");
    let wrong = "/prices/new?name=Pro&amount=1.000&interval=year&interval_count=4&price_key=Pro";
    for (path, name) in [
        ("/prices", "prices"),
        ("/prices?state=all", "prices-all"),
        ("/prices?state=archived", "prices-archived"),
        ("/prices/new?name=Pro&amount=4900&interval_count=3&trial_days=14", "price-new"),
        (wrong, "price-wrong"),
        (&path, "price"),
    ] {
        for (width, height, dark, look) in
            [(1440, 1000, false, "light"), (1440, 1000, true, "dark"), (390, 1500, false, "phone")]
        {
            njeri.resize(width, height);
            njeri.prefer_dark(dark);
            njeri.go(path);
            if path == wrong {
                njeri.press("Create price");
                njeri.see(".note--bad");
            }
            take(&njeri, &format!("{name}-{look}"));
        }
    }
}

/// Takes a picture of a page light, dark and on a phone, where pictures are wanted.
pub fn take_all(browser: &Browser, name: &str) {
    if directory().is_none() {
        return;
    }
    for (width, height, dark, look) in
        [(1440, 1200, false, "light"), (1440, 1200, true, "dark"), (390, 1600, false, "phone")]
    {
        browser.resize(width, height);
        browser.prefer_dark(dark);
        take(browser, &format!("{name}-{look}"));
    }
    browser.resize(1280, 800);
    browser.prefer_dark(false);
}

#[test]
fn pictures_of_subscriptions_are_taken_where_they_are_wanted() {
    if directory().is_none() {
        return;
    }
    let house = House::open();
    let customer = house.customer("name=Wanjiru&email=wanjiru%40x.example");
    let njeri = house.browser_of(NJERI, Script::On);
    njeri.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    let new = format!("/customers/{customer}/subscriptions/new?price=own&name=Pro%2C+monthly&amount=4900");
    njeri.go(&new);
    njeri.click(".savebar .btn--primary");
    njeri.see("#coming-title");
    let path = njeri.path();
    for (path, name) in [
        (format!("/customers/{customer}/subscriptions/new"), "subscription-new"),
        (new, "subscription-new-filled"),
        (path.clone(), "subscription"),
        (format!("{path}/amount?amount=5900"), "subscription-amount"),
        (format!("{path}/cancellation"), "subscription-cancellation"),
        (format!("/customers/{customer}"), "subscriptions-panel"),
    ] {
        for (width, height, dark, look) in
            [(1440, 1400, false, "light"), (1440, 1400, true, "dark"), (390, 1600, false, "phone")]
        {
            njeri.resize(width, height);
            njeri.prefer_dark(dark);
            njeri.go(&path);
            take(&njeri, &format!("{name}-{look}"));
        }
    }
}

#[test]
fn pictures_of_invoices_are_taken_where_they_are_wanted() {
    if directory().is_none() {
        return;
    }
    let house = House::open();
    let customer =
        house.customer("name=%D8%B4%D8%B1%D9%83%D8%A9+%D8%A7%D9%84%D9%86%D9%88%D8%B1&email=noor%40x.example");
    let one = house.invoice(customer, "KES", &[("Pro, 12 Nov – 11 Dec 2026", 1, 490_000), ("Discount", 1, -40_000)]);
    let many: Vec<(&str, i32, i64)> = (0..60).map(|n| ("Hours of work", n + 1, 7_250)).collect();
    let long = house.invoice(customer, "JPY", &many);
    let dinars = house.invoice(customer, "KWD", &[("Consulting", 3, 1_234_567)]);
    let other = sights::fill_wallet(&house, customer);
    house.past_due(customer);
    let default: MethodId = {
        use clientele::schema::payment_methods as table;
        use diesel::prelude::*;
        let of = table::table.filter(table::customer_id.eq(customer)).filter(table::is_default);
        of.select(table::id).first(&mut house.connect()).unwrap()
    };
    let njeri = house.browser_of(NJERI, Script::On);
    njeri.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    let of = |id, part: &str| format!("/invoices/{id}{part}");
    for (path, name) in [
        (of(one, ""), "invoice"),
        (of(one, "/payment"), "invoice-payment"),
        (of(one, "/voiding"), "invoice-voiding"),
        (of(one, "/print"), "invoice-print"),
        (of(long, "/print"), "invoice-print-60"),
        (of(dinars, "/print"), "invoice-print-kwd"),
        (of(one, "/edit"), "invoice-edit"),
        (format!("/customers/{customer}/invoices/new"), "invoice-new"),
        ("/settings/invoicing".to_owned(), "invoicing"),
        (format!("/customers/{customer}/payment_methods/new"), "wallet-add-past-due"),
        (format!("/payment_methods/{default}/deletion"), "wallet-removal-in-use"),
        (format!("/payment_methods/{other}/default"), "wallet-default"),
        (format!("/customers/{customer}/invoices"), "invoices"),
        (format!("/customers/{customer}"), "invoices-panel"),
    ] {
        for (width, height, dark, look) in
            [(1440, 1400, false, "light"), (1440, 1400, true, "dark"), (390, 1600, false, "phone")]
        {
            njeri.resize(width, height);
            njeri.prefer_dark(dark);
            njeri.go(&path);
            take(&njeri, &format!("{name}-{look}"));
        }
    }
}

#[test]
fn pictures_of_the_lists_of_invoices_and_subscriptions_are_taken_where_they_are_wanted() {
    if directory().is_none() {
        return;
    }
    let house = House::open();
    let customer = house.customer("name=Wanjiru+Kamau&email=wanjiru%40x.example");
    sights::bill(&house, customer);
    let njeri = house.browser_of(NJERI, Script::On);
    njeri.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    for (path, name) in [
        ("/invoices", "list-invoices"),
        ("/invoices?q=status%3Aopen+amount%3A%3E50&sort=-amount", "list-invoices-searched"),
        ("/subscriptions?sort=next", "list-subscriptions"),
        ("/subscriptions?q=-status%3Acanceled+every%3Amonth%2Cyear", "list-subscriptions-searched"),
    ] {
        for (width, height, dark, look) in
            [(1440, 900, false, "light"), (1440, 900, true, "dark"), (390, 844, false, "phone")]
        {
            njeri.resize(width, height);
            njeri.prefer_dark(dark);
            njeri.go(path);
            take(&njeri, &format!("{name}-{look}"));
        }
    }
}
