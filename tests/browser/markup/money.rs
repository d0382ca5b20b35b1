//! The pages about money.

use super::*;
use crate::{
    house::AMINA,
    test_clock::{a_customer_of_the_test_account, add_card},
};

#[test]
fn pages_of_prices_are_valid() {
    let house = House::open();
    let browser = house.browser_of(NJERI, Script::On);
    let mut reader = Reader::new(&browser);
    let list = "/prices";
    reader.page(200, list);
    reader.page(200, "/prices?state=archived");
    reader.page(200, "/prices/new");
    let wrong = "name=%22%3Cb%3E&price_key=%22%3Cb%3E&amount=%3Cb%3E&currency=%22&interval=%3Cb%3E&interval_count=%22&trial_days=%22";
    reader.read(422, list, Some(wrong), false, true);
    let price = "name=%22%3Cb%3E%22&price_key=pro&amount=4900&interval=year&trial_days=14";
    reader.read(200, list, Some(&format!("{price}&review=on")), false, true);
    reader.read(200, list, Some(price), false, true);
    reader.read(409, list, Some(price), false, true);
    let id = browser
        .run("return fetch('/prices').then((a) => a.text()).then((t) => t.match(/price_\\w{26}/)[0])", json!([]));
    let path = format!("{list}/{}", id.as_str().unwrap());
    reader.page(200, list);
    reader.page(200, &path);
    reader.read(200, &path, Some("version=1&name=%3Cb%3E&price_key="), false, true);
    reader.read(409, &path, Some("version=1&name=%3Ci%3E&price_key="), false, true);
    reader.read(422, &path, Some("version=1&name=&price_key=%22"), false, true);
    reader.read(200, &format!("{path}/archiving"), Some(""), false, true);
    reader.page(200, "/prices?state=all");
    reader.done(14);
}

#[test]
fn pages_of_payments_are_valid() {
    let house = House::open();
    let named = sights::furnish(&house);
    let browser = house.browser_of(NJERI, Script::On);
    let mut reader = Reader::new(&browser);
    reader.both(200, "/payments");
    let paid = sights::pay(&house, named.full);
    for q in ["", "status%3Afailed&sort=created", "nobody%20at%20%3Call%3E", "wanjiru", "customer&limit=7"] {
        reader.both(200, &format!("/payments?q={q}"));
    }
    reader.both(422, "/payments?q=foo%3A%3Cb%3E+x");
    reader.read(200, "/payments/count?q=wanjiru", None, true, true);
    let customer = format!("/customers/{}", named.full);
    for part in ["", "/payments", "/figures", "/figures?currency=KES", "/charges/new"] {
        reader.both(200, &format!("{customer}{part}"));
    }
    reader.both(200, &format!("/customers/{}/payments", named.bare));
    reader.sent(409, &format!("{customer}/charges"), "amount=5&token=tok_visa");
    for id in paid {
        reader.both(200, &format!("/payments/{id}"));
    }
    let [refunded, open, alone] = paid.map(|id| format!("/payments/{id}"));
    reader.both(200, &format!("{refunded}/refunds/new"));
    reader.sent(422, &format!("{refunded}/refunds"), "amount=%3Cb%3E&reason=4242424242424242");
    reader.sent(409, &format!("{refunded}/refunds"), "amount=5000");
    reader.both(200, &format!("{alone}/customer?q=wanjiru"));
    reader.both(200, &format!("{alone}/customer?q=foo%3A%3Cb%3E"));
    let id = alone.trim_start_matches("/payments/");
    reader.both(200, &format!("/customers/new?for={id}&name=%22%3Cb%3E"));
    reader.sent(422, &format!("{alone}/customer"), "q=wanjiru");
    reader.read(200, &format!("{open}/outcome"), Some("status=failed"), true, true);
    reader.both(200, &format!("/payments/new?customer={}", named.full));
    reader.sent(422, "/payments", "amount=%3Cb%3E&currency=%3C&status=%22&date=x&description=4242424242424242");
    reader.read(200, "/mode", Some("mode=test"), false, true);
    let tested = "name=Tess&email=tess%40example.com";
    reader.read(200, "/customers", Some(tested), false, true);
    let id = house.customer_id("SELECT id FROM customers WHERE name = 'Tess'");
    reader.both(200, &format!("/customers/{id}"));
    reader.both(200, &format!("/customers/{id}/charges/new"));
    let wrong = "amount=%3Cb%3E&method=token&token=&address.billing.country=XX";
    reader.sent(422, &format!("/customers/{id}/charges"), wrong);
    reader.sent(409, &format!("/customers/{id}/charges"), "amount=5&token=%3Cb%3E");
    reader.read(200, &format!("/customers/{id}/charges"), Some("amount=5&token=tok_slow"), false, true);
    reader.done(50);
}

#[test]
fn pages_of_subscriptions_are_valid() {
    let house = House::open();
    let named = sights::furnish(&house);
    let (browser, other) = (house.browser_of(NJERI, Script::On), house.browser_of(NJERI, Script::On));
    let mut reader = Reader::new(&browser);
    let of_customer = format!("/customers/{}/subscriptions", named.full);
    let own = "price=own&name=%22%3Cb%3E%22&amount=49&method=bills";
    reader.page(200, &format!("{of_customer}/new"));
    reader.read(422, &of_customer, Some("price=own&name=%22%3Cb%3E&amount=x&until=times&times=x"), false, true);
    reader.read(200, &of_customer, Some(&format!("{own}&review=on")), false, true);
    reader.read(200, &of_customer, Some(own), false, true);
    reader.both(200, &of_customer);
    reader.both(200, &format!("/customers/{}/subscriptions", named.bare));
    other.go(&of_customer);
    other.press("\"<b>\"");
    other.see("#coming-title");
    let path = other.path();
    for part in ["", "/amount", "/method", "/next_charge", "/cancellation"] {
        reader.page(200, &format!("{path}{part}"));
    }
    reader.read(422, &format!("{path}/amount"), Some("amount=%3Cb%3E"), false, true);
    reader.read(409, &format!("{path}/next_charge"), Some("next_on=2001-01-01"), false, true);
    reader.read(200, &format!("{path}/cancellation"), Some("at=now"), false, true);
    reader.done(16);
}

#[test]
fn pages_of_payment_schedules_are_valid() {
    let house = House::open();
    let (browser, other) = (house.browser_of(AMINA, Script::On), house.browser_of(AMINA, Script::On));
    let customer = a_customer_of_the_test_account(&browser);
    add_card(&browser, &customer, "tok_declined");
    other.press("You, Amina Editor");
    other.press("Switch to test");
    other.see(".banner");
    let mut reader = Reader::new(&browser);
    let of_customer = format!("{customer}/schedules");
    let roof = "description=%22%3Cb%3E%22&amount=100&count=3";
    reader.both(200, &of_customer);
    reader.page(200, &format!("{of_customer}/new"));
    reader.read(422, &of_customer, Some("description=%22%3Cb%3E&amount=x&count=1"), false, true);
    reader.read(200, &of_customer, Some(&format!("{roof}&way=own&part.3=5&review=on")), false, true);
    reader.read(200, &of_customer, Some(roof), false, true);
    reader.both(200, &of_customer);
    other.go(&of_customer);
    other.press("\"<b>\"");
    other.see("#parts-title");
    let path = other.path();
    for part in ["", "/method", "/collection", "/payoff", "/cancellation", "/parts/2", "/parts/2/skipping"] {
        reader.page(200, &format!("{path}{part}"));
    }
    reader.read(422, &format!("{path}/parts/2"), Some("amount=%3Cb%3E"), false, true);
    reader.read(409, &format!("{path}/parts/2"), Some("amount=5&due_on=2001-01-01"), false, true);
    reader.both(200, "/schedules");
    reader.read(200, &format!("{path}/cancellation"), Some("key="), false, true);
    reader.done(19);
}

#[test]
fn pages_of_invoices_are_valid() {
    let house = House::open();
    let named = sights::furnish(&house);
    let ids = [(); 3].map(|()| house.invoice(named.full, "KES", &[("\"<b>\"", 2, 490_000)]));
    let browser = house.browser_of(NJERI, Script::On);
    let mut reader = Reader::new(&browser);
    reader.both(200, &format!("/customers/{}/invoices", named.full));
    reader.both(200, &format!("/customers/{}/invoices", named.bare));
    let [recorded, void, written_off] = ids.map(|id| format!("/invoices/{id}"));
    for part in ["", "/print", "/payment", "/voiding", "/write_off"] {
        reader.page(200, &format!("{recorded}{part}"));
    }
    reader.read(422, &format!("{recorded}/payment"), Some("amount=%3Cb%3E&paid_on=x&reference=%22"), false, true);
    reader.read(200, &format!("{recorded}/payment"), Some("amount=10"), false, true);
    reader.read(200, &format!("{void}/voiding"), Some(""), false, true);
    reader.read(200, &format!("{written_off}/write_off"), Some(""), false, true);
    reader.read(200, &format!("{written_off}/reopening"), Some(""), false, true);
    reader.read(422, &recorded, Some("version=1&due_on=%3Cb%3E"), false, true);
    for path in [format!("{recorded}/edit"), format!("/customers/{}/invoices/new?replaces={}", named.full, ids[1])] {
        reader.page(200, &path);
    }
    let all = format!("/customers/{}/invoices", named.full);
    reader.read(422, &all, Some("line.0.description=%3Cb%3E&line.0.quantity=%22"), false, true);
    let whole = "currency=KES&line.0.description=%3Cb%3E&line.0.unit_amount=9&memo=%3Cb%3E&reference=%22";
    reader.read(200, &all, Some(whole), false, true);
    reader.page(200, "/settings/invoicing");
    let wrong = "invoice_prefix=%3Cb%3E&next_number=%22&seller_address=%3C/textarea%3E";
    reader.read(422, "/settings/invoicing", Some(wrong), false, true);
    reader.done(21);
}
