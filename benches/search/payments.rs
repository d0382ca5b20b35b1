//! The classes of pages about payments: lists at any depth, a customer with thousands, and customers by what they paid.

use clientele::{
    ids::{CustomerId, PaymentId},
    paging::Cursor,
    payments::listing::NEWEST,
};
use uuid::Uuid;

use crate::{
    classes::{Class, encode},
    postgres::Postgres,
};

/// How many places of a list are asked for.
const PLACES: usize = 40;

/// Every class; none where nobody paid.
pub fn all(postgres: &mut Postgres) -> Vec<Class> {
    let ids = |rows: Vec<String>| rows.iter().filter_map(|text| text.parse::<Uuid>().ok()).collect::<Vec<_>>();
    let most = "SELECT customer_id::text AS text FROM payment_totals ORDER BY payments DESC LIMIT 1";
    let Some(regular) = ids(postgres.texts(most)).pop() else { return Vec::new() };
    let some = format!(
        "SELECT id::text AS text FROM (SELECT id FROM payments TABLESAMPLE system_rows(2000)) p ORDER BY md5(id::text) LIMIT {PLACES}"
    );
    let theirs = format!(
        "SELECT id::text AS text FROM payments WHERE customer_id = '{regular}' ORDER BY md5(id::text) LIMIT {PLACES}"
    );
    let (some, theirs) = (ids(postgres.texts(&some)), ids(postgres.texts(&theirs)));
    let customer = format!("/customers/{}", CustomerId::from_uuid(regular));
    let place = |id: &Uuid| Cursor::new(NEWEST.tag(), None, *id).to_string();
    let behind = |path: &str, ids: &[Uuid]| -> Vec<String> {
        ids.iter()
            .map(|id| format!("{path}{}after={}", if path.contains('?') { '&' } else { '?' }, place(id)))
            .collect()
    };
    let last4 = postgres.texts(&format!(
        "SELECT DISTINCT method_last4 AS text FROM (SELECT method_last4 FROM payments TABLESAMPLE system_rows(500)) p \
         WHERE method_last4 IS NOT NULL LIMIT {PLACES}"
    ));
    let keyed =
        |path: &str, key: &str| last4.iter().map(|last4| format!("{path}?q={key}%3A{last4}")).collect::<Vec<_>>();
    let page = |name, paths| Class { name, paths, fragment: false };
    let named = |path: &str, terms: &[&str]| -> Vec<String> {
        terms.iter().map(|term| format!("{path}?q={}", encode(term))).collect()
    };
    vec![
        page("customer who paid most", vec![customer.clone()]),
        Class { name: "their payments", paths: vec![format!("{customer}/payments")], fragment: true },
        page("their payments, deep", behind(&format!("{customer}/payments"), &theirs)),
        page("a payment", some.iter().map(|id| format!("/payments/{}", PaymentId::from_uuid(*id))).collect()),
        page("payments", vec!["/payments".to_owned()]),
        page("payments, deep", behind("/payments", &some)),
        page("payments, failed, deep", behind("/payments?q=status%3Afailed", &some)),
        page("payments by card", keyed("/payments", "last4")),
        page(
            "payments, large",
            named("/payments", &["amount:>80000", "amount:>800USD", "amount:>89000 status:refunded"]),
        ),
        page("customers by card", keyed("/customers", "last4")),
        page(
            "customers by payments",
            named(
                "/customers",
                &[
                    "spent:>100000",
                    "spent:>5000EUR",
                    "payments:0",
                    "payments:>500",
                    "last_payment:last-7d",
                    "card:expiring",
                    "spent:>1000000 country:KE",
                ],
            ),
        ),
        page(
            "customers by volume",
            vec!["/customers?sort=-volume".to_owned(), "/customers?sort=-last_payment".to_owned()],
        ),
    ]
}
