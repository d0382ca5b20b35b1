//! The classes of pages about recurring money: lists at any depth and by what is asked for, panels of a customer, what the
//! front page and the revenue count. `many.sql` makes a million subscriptions for them.

use clientele::{
    ids::{CustomerId, InvoiceId, SubscriptionId},
    invoices, lists, subscriptions,
};
use uuid::Uuid;

use crate::{
    classes::{Class, encode},
    postgres::Postgres,
};

/// How many places of a list are asked for.
const PLACES: usize = 40;

/// A row with the day by which its list can be in order.
type Row = (Uuid, String);

/// Every class; none where there are no subscriptions.
pub fn all(postgres: &mut Postgres) -> Vec<Class> {
    let subscriptions = rows(postgres, "subscriptions", "coalesce(next_on, '9999-12-31'::date)");
    let invoices = rows(postgres, "invoices", "due_on");
    if subscriptions.is_empty() || invoices.is_empty() {
        return Vec::new();
    }
    let customers = postgres.texts(&format!(
        "SELECT DISTINCT customer_id::text AS text FROM (SELECT customer_id FROM subscriptions TABLESAMPLE \
         system_rows(200)) s LIMIT {PLACES}"
    ));
    let customers: Vec<String> = customers
        .iter()
        .filter_map(|text| text.parse::<Uuid>().ok())
        .map(|id| format!("/customers/{}", CustomerId::from_uuid(id)))
        .collect();
    let numbers = postgres.texts(&format!(
        "SELECT number AS text FROM (SELECT number FROM invoices TABLESAMPLE system_rows(500)) i ORDER BY 1 LIMIT {PLACES}"
    ));
    let page = |name, paths| Class { name, paths, fragment: false };
    let panel = |name, at: &str| {
        let paths = customers.iter().map(|customer| format!("{customer}{at}")).collect();
        Class { name, paths, fragment: true }
    };
    let (of_subscriptions, of_invoices) = ("/subscriptions", "/invoices");
    vec![
        page("subscriptions", vec![of_subscriptions.to_owned()]),
        page("subscriptions, deep", deep(of_subscriptions, &subscriptions::search::ORDERS[0], &subscriptions)),
        page(
            "subscriptions by next charge, deep",
            deep("/subscriptions?sort=next", &subscriptions::search::ORDERS[1], &subscriptions),
        ),
        page(
            "subscriptions, past due, deep",
            deep("/subscriptions?q=status%3Apast_due", &subscriptions::search::ORDERS[0], &subscriptions),
        ),
        page(
            "subscriptions by one key",
            asked(
                of_subscriptions,
                &[
                    "status:active",
                    "every:month",
                    "every:year",
                    "amount:>100000",
                    "next:next-7d",
                    "next:never",
                    "price:none",
                    "currency:USD",
                    "created:last-7d",
                ],
            ),
        ),
        page(
            "subscriptions that need somebody",
            asked(
                of_subscriptions,
                &[
                    "status:still",
                    "status:missed",
                    "method:none next:next-30d",
                    "card:expiring",
                    "status:past_due amount:>50000",
                ],
            ),
        ),
        page("subscriptions by a card", asked(of_subscriptions, &["last4:4242", "last4:1117 status:past_due"])),
        page(
            "subscriptions by revenue",
            asked(of_subscriptions, &["revenue:counted", "revenue:new", "revenue:ended", "revenue:stopped"]),
        ),
        page(
            "subscriptions of a name",
            asked(of_subscriptions, &["wanjiru", "customer:otieno status:active", "jane smith"]),
        ),
        page("invoices", vec![of_invoices.to_owned()]),
        page("invoices, deep", deep(of_invoices, &invoices::search::ORDERS[0], &invoices)),
        page("invoices by due day, deep", deep("/invoices?sort=due", &invoices::search::ORDERS[1], &invoices)),
        page("invoices, open, deep", deep("/invoices?q=status%3Aopen", &invoices::search::ORDERS[0], &invoices)),
        page("invoices by number", numbers.iter().map(|number| format!("/invoices?q=number%3A{number}")).collect()),
        page(
            "invoices by one key",
            asked(
                of_invoices,
                &[
                    "status:paid",
                    "status:overdue",
                    "status:uncollectible",
                    "amount:>100000",
                    "due:last-7d",
                    "paid:last-7d",
                    "paid:never",
                    "failed:last-7d",
                    "currency:USD",
                    "created:last-7d",
                ],
            ),
        ),
        page("invoices of a name", asked(of_invoices, &["wanjiru", "customer:otieno status:open", "jane smith"])),
        page(
            "a subscription",
            subscriptions.iter().map(|(id, _)| format!("/subscriptions/{}", SubscriptionId::from_uuid(*id))).collect(),
        ),
        page("an invoice", invoices.iter().map(|(id, _)| format!("/invoices/{}", InvoiceId::from_uuid(*id))).collect()),
        page("customer with subscriptions", customers.clone()),
        panel("panel of subscriptions", "/subscriptions"),
        panel("panel of invoices", "/invoices"),
        page(
            "customers by subscription",
            asked(
                "/customers",
                &[
                    "subscription:past_due",
                    "subscription:active",
                    "subscription:trialing",
                    "subscription:none",
                    "subscription:canceled country:KE",
                ],
            ),
        ),
        page("front page", vec!["/".to_owned()]),
        Class { name: "recurring revenue of the front page", paths: vec!["/revenue".to_owned()], fragment: true },
        page("recurring revenue", vec!["/revenue".to_owned()]),
    ]
}

/// Some rows from all over a table.
fn rows(postgres: &mut Postgres, table: &str, day: &str) -> Vec<Row> {
    let some = postgres.texts(&format!(
        "SELECT id || ' ' || day AS text FROM (SELECT id, {day} AS day FROM {table} TABLESAMPLE system_rows(2000)) t \
         ORDER BY md5(id::text) LIMIT {PLACES}"
    ));
    let row = |text: &String| {
        let (id, day) = text.split_once(' ')?;
        Some((id.parse().ok()?, day.to_owned()))
    };
    some.iter().filter_map(row).collect()
}

/// The pages of a list behind these rows.
fn deep(path: &str, order: &'static lists::Order, rows: &[Row]) -> Vec<String> {
    let sort = lists::Sort { order, descending: order.begins_with_greatest };
    let then = if path.contains('?') { '&' } else { '?' };
    let place = |(id, day): &Row| sort.place(*id, std::slice::from_ref(day));
    rows.iter().map(|row| format!("{path}{then}after={}", place(row))).collect()
}

/// The pages of a list that these words find.
fn asked(path: &str, words: &[&str]) -> Vec<String> {
    words.iter().map(|words| format!("{path}?q={}", encode(words))).collect()
}
