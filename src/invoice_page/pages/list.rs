//! The table of invoices: a page of a search, by creation, day to pay or amount.

use askama::Template;
use diesel::PgConnection;

use crate::{
    customers::identity,
    error::{Error, Result},
    ids::{CustomerId, InvoiceId, SubscriptionId},
    invoice_page,
    invoices::{
        self, Invoice,
        search::{LANGUAGE, ORDERS, texts},
    },
    lists::{self, Asked, Listed, Lists, Sort, State, Table, Words},
    paging::Cursor,
    payments,
    search_box::Sign,
    shell::Place,
    values::when::When,
    who::SignedIn,
};

/// The list of invoices.
pub struct Invoices;

const SIGNS: [Sign; 3] = [
    ("-", "Not: leaves out what it stands before", "-status:paid"),
    (",", "Any of several values, without spaces", "status:open,uncollectible"),
    ("OR", "Either search; it separates everything on its two sides", "status:overdue OR amount:>500"),
];

/// The list as data.
pub static TABLE: Table = Table {
    name: "invoices",
    language: &LANGUAGE,
    customers: &payments::CUSTOMERS,
    ids: &[(InvoiceId::PREFIX, "id"), (CustomerId::PREFIX, "customer_id"), (SubscriptionId::PREFIX, "subscription_id")],
    texts,
    orders: &ORDERS,
    words: Words {
        path: "/invoices",
        place: Place::Invoices,
        title: "Invoices",
        one: "invoice",
        many: "invoices",
        placeholder: "Customer, number, reference, ID or a filter like status:overdue",
        label: "Search invoices by customer, number, reference or ID",
        finds: "Words find a customer, a whole number or a whole reference.",
        helps: "Words find invoices by customer, by their whole number, or by their reference.",
        narrower: "status:overdue",
        tabs: &[
            ("All", ""),
            ("Open", "status:open"),
            ("Overdue", "status:overdue"),
            ("Paid", "status:paid"),
            ("Void", "status:void"),
            ("Written off", "status:uncollectible"),
        ],
        signs: &SIGNS,
        prefix: InvoiceId::PREFIX,
        opens: &[&identity::PAGE, &invoice_page::PAGE, &payments::PAGES[0], &payments::PAGES[1]],
    },
};

/// An invoice as the list shows it.
struct Row {
    href: String,
    invoice: Invoice,
    /// The customer's name and page.
    customer: Option<(String, String)>,
    due: String,
    at: When,
}

#[derive(Template)]
#[template(path = "invoice_page/_table.html")]
struct TableFragment<'a> {
    state: &'a State,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "invoice_page/_first.html")]
struct First;

impl Lists for Invoices {
    type Row = Invoice;

    fn table() -> &'static Table {
        &TABLE
    }

    fn read(conn: &mut PgConnection, asked: &Asked<'_>) -> Result<Listed<Invoice>> {
        lists::page(conn, &TABLE, asked)
    }

    fn place(sort: Sort, invoice: &Invoice) -> Cursor {
        let values = match sort.order.name {
            "due" => vec![invoice.due_on.to_string()],
            _ => vec![invoice.currency.to_string(), invoice.total.to_string()],
        };
        sort.place(invoice.id.uuid(), &values)
    }

    fn draw(conn: &mut PgConnection, who: &SignedIn, state: &State, rows: Vec<Invoice>) -> Result<String> {
        let titles = lists::pages::titles(conn, who, rows.iter().map(|invoice| invoice.customer_id))?;
        let (zone, now) = (&who.settings.time_zone, who.now());
        let row = |invoice: Invoice| Row {
            href: invoices::path(invoice.id),
            customer: titles
                .get(&invoice.customer_id)
                .map(|title| (title.clone(), identity::path(invoice.customer_id))),
            due: invoice.due(),
            at: When::new(invoice.created_at, zone, now),
            invoice: invoice.behind(who.curtain()),
        };
        let rows = rows.into_iter().map(row).collect();
        TableFragment { state, rows }.render().map_err(Error::internal)
    }

    fn nothing_yet(_: &SignedIn) -> Result<String> {
        First.render().map_err(Error::internal)
    }
}
