//! The list of payments: one page of a search, newest or oldest first.

use diesel::PgConnection;

use super::{
    CUSTOMERS, PAGES,
    model::{Payment, Row},
    search::{self, LANGUAGE},
};
use crate::{
    customers,
    error::Result,
    ids::{CustomerId, InvoiceId, PartId, PaymentId},
    lists::{self, Asked, BY_CREATION, Language, Listed, Order, Sort, Table, Words},
    paging::Cursor,
    payment_methods,
    routes::IdPage,
    search_box::Sign,
    shell::Place,
};

static ORDERS: [Order; 1] = [BY_CREATION];

/// Newest first.
pub const NEWEST: Sort = Sort { order: &ORDERS[0], descending: true };
/// Oldest first.
pub const OLDEST: Sort = Sort { order: &ORDERS[0], descending: false };

static OPENS: [&IdPage; 4] = [&customers::identity::PAGE, &PAGES[0], &PAGES[1], &payment_methods::PAGE];

const SIGNS: [Sign; 3] = [
    ("-", "Not: leaves out what it stands before", "-status:failed"),
    (",", "Any of several values, without spaces", "status:failed,canceled"),
    ("OR", "Either search; it separates everything on its two sides", "status:failed OR customer:none"),
];

/// The list as data, searched in the language of payments alone.
pub static TABLE: Table = table(&LANGUAGE);

/// Makes the list as data, searched in a language.
pub const fn table(language: &'static Language) -> Table {
    Table {
        name: "payments",
        language,
        customers: &CUSTOMERS,
        ids: &[
            (PaymentId::PREFIX, "id"),
            (CustomerId::PREFIX, "customer_id"),
            (InvoiceId::PREFIX, "invoice_id"),
            (PartId::PREFIX, "part_id"),
        ],
        texts: search::texts,
        orders: &ORDERS,
        words: Words {
            path: "/payments",
            place: Place::Payments,
            title: "Payments",
            one: "payment",
            many: "payments",
            placeholder: "Customer, reference, last four digits, ID or a filter like status:failed",
            label: "Search payments by customer, reference, last four digits or ID",
            finds: "Words find a customer, a whole reference or the last four digits of a card.",
            helps: "Words find payments by customer, by reference, or by the last four digits of the card.",
            narrower: "status:failed",
            tabs: &[
                ("All", ""),
                ("Succeeded", "status:succeeded"),
                ("Failed", "status:failed"),
                ("Processing", "status:processing"),
                ("Refunded", "status:partially_refunded,refunded"),
                ("Without customer", "customer:none"),
            ],
            signs: &SIGNS,
            prefix: PaymentId::PREFIX,
            opens: &OPENS,
        },
    }
}

/// Returns one page of a search.
///
/// # Errors
/// When the database fails.
pub fn page(conn: &mut PgConnection, table: &Table, asked: &Asked<'_>) -> Result<Listed<Payment>> {
    lists::page::<Row>(conn, table, asked)?.try_map(Row::payment)
}

/// Returns the place of a payment in an order.
pub fn place(sort: Sort, payment: &Payment) -> Cursor {
    sort.place(payment.id.uuid(), &[])
}
