//! The keys that find payments by their invoices.

use crate::{
    ids::{AnyId, InvoiceId, SubscriptionId},
    lists::{Bind, Condition, Key, Meets, Reach, Scope, keys},
    query::{Keyed, Keyword, Value, Values},
};

/// The keys of the invoice that a payment is for.
pub static KEYS: [Key; 2] = [
    Key {
        word: Keyword::new(
            "invoice",
            "Invoice",
            "What it paid, or was to pay: a number, an ID, or none",
            "invoice:SG-2026-0412",
            Values::Exact,
        )
        .offered(8),
        asks: of_invoices,
    },
    Key {
        word: Keyword::new(
            "subscription",
            "Subscription",
            "Whose periods its invoice bills, by the ID",
            "subscription:sub_01h2xcejqtf2nbrexx3vqjhp41",
            Values::Id(SubscriptionId::PREFIX, "subscription"),
        ),
        asks: |term, scope| {
            let id = |value: &Value| if let Value::Id(id) = value { Some(id.uuid()) } else { None };
            let ids = Bind::Ids(term.values.iter().filter_map(id).collect());
            keys::one(among(scope, "subscription_id", ids), Reach::ByIndex)
        },
    },
];

/// Asks for invoices, by their whole numbers or IDs; `none` asks for payments of none.
fn of_invoices(term: &Keyed, scope: &Scope) -> Vec<Meets> {
    let texts = term.texts();
    let is_invoice = |id: &AnyId| id.prefix() == InvoiceId::PREFIX;
    let ids = texts.iter().filter_map(|text| AnyId::find(text)).filter(is_invoice).map(AnyId::uuid);
    let ids = Condition::any_of("invoice_id", Bind::Ids(ids.collect()));
    let numbers = Bind::Texts(texts.iter().map(|text| text.to_uppercase()).collect());
    let none = texts.iter().any(|text| text.eq_ignore_ascii_case("none"));
    let none = none.then(|| Condition::sql("invoice_id IS NULL"));
    keys::one(Condition::any([ids, among(scope, "number", numbers)].into_iter().chain(none)), Reach::ByIndex)
}

/// Returns the condition that a payment is for an invoice with one of these values in a column.
fn among(scope: &Scope, column: &'static str, values: Bind) -> Condition {
    Condition::sql("invoice_id = ANY(ARRAY(SELECT i.id FROM invoices i WHERE i.account_id = ")
        .with(Bind::Id(scope.account.uuid()))
        .then(" AND i.")
        .then(column)
        .then(" = ANY(")
        .with(values)
        .then(")))")
}
