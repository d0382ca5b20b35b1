//! The table of subscriptions: a page of a search, by creation, next charge or amount.

use askama::Template;
use diesel::PgConnection;

use crate::{
    customers::identity,
    error::{Error, Result},
    ids::{CustomerId, PriceId, SubscriptionId},
    lists::{self, Asked, Listed, Lists, Sort, State, Table, Words},
    paging::Cursor,
    payments, prices,
    routes::Route,
    search_box::Sign,
    shell::Place,
    subscriptions::{
        Subscription, path,
        search::{LANGUAGE, ORDERS, texts},
    },
    values::{
        Money,
        when::{When, day},
    },
    who::SignedIn,
};

/// The list of subscriptions.
pub struct Subscriptions;

const SIGNS: [Sign; 3] = [
    ("-", "Not: leaves out what it stands before", "-status:canceled"),
    (",", "Any of several values, without spaces", "status:active,past_due"),
    ("OR", "Either search; it separates everything on its two sides", "status:past_due OR method:none"),
];

/// The list as data.
pub static TABLE: Table = Table {
    name: "subscriptions",
    language: &LANGUAGE,
    customers: &payments::CUSTOMERS,
    ids: &[(SubscriptionId::PREFIX, "id"), (CustomerId::PREFIX, "customer_id"), (PriceId::PREFIX, "price_id")],
    texts,
    orders: &ORDERS,
    words: Words {
        path: "/subscriptions",
        place: Place::Subscriptions,
        title: "Subscriptions",
        one: "subscription",
        many: "subscriptions",
        placeholder: "Customer, key of a price, ID or a filter like status:past_due",
        label: "Search subscriptions by customer, key of a price or ID",
        finds: "Words find a customer, or the whole key of a price.",
        helps: "Words find subscriptions by customer, or by the whole key of their price.",
        narrower: "status:past_due",
        tabs: &[
            ("All", ""),
            ("Active", "status:active"),
            ("Trials", "status:trialing"),
            ("Past due", "status:past_due"),
            ("Without a method", "method:none"),
            ("Canceled", "status:canceled"),
        ],
        signs: &SIGNS,
        prefix: SubscriptionId::PREFIX,
        opens: &[&identity::PAGE, &prices::PAGE, &payments::PAGES[0], &payments::PAGES[1]],
    },
};

/// Returns the routes of the list.
pub fn routes() -> Vec<Route> {
    lists::pages::routes::<Subscriptions>([
        "/subscriptions",
        "/subscriptions/count",
        "/subscriptions/completions",
        "/subscriptions/help",
        "/subscriptions/filters",
        "/subscriptions/filters/{key}",
    ])
}

/// A subscription as the list shows it.
struct Row {
    href: String,
    subscription: Subscription,
    /// How often it is charged: "every month".
    every: String,
    /// What that comes to a month, where the list is of a sum of the recurring revenue.
    monthly: Option<String>,
    /// The customer's name and page.
    customer: Option<(String, String)>,
    /// The day of the next charge.
    next: Option<String>,
    /// What else is to be known of how it stands: "ends 12 Dec 2026".
    note: Option<String>,
    at: When,
}

#[derive(Template)]
#[template(path = "subscriptions/_table.html")]
struct TableFragment<'a> {
    state: &'a State,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "subscriptions/_first.html")]
struct First;

impl Lists for Subscriptions {
    type Row = Subscription;

    fn table() -> &'static Table {
        &TABLE
    }

    fn read(conn: &mut PgConnection, asked: &Asked<'_>) -> Result<Listed<Subscription>> {
        lists::page(conn, &TABLE, asked)
    }

    fn place(sort: Sort, row: &Subscription) -> Cursor {
        let values = match sort.order.name {
            "next" => vec![row.next_on.map_or_else(|| "9999-12-31".to_owned(), |next| next.to_string())],
            _ => vec![row.currency.to_string(), row.amount.to_string()],
        };
        sort.place(row.id.uuid(), &values)
    }

    fn draw(conn: &mut PgConnection, who: &SignedIn, state: &State, rows: Vec<Subscription>) -> Result<String> {
        let titles = lists::pages::titles(conn, who, rows.iter().map(|row| row.customer_id))?;
        let (zone, now) = (&who.settings.time_zone, who.now());
        let shows_monthly = ["revenue:", "status:trialing"].iter().any(|part| state.q.contains(part));
        let row = |row: Subscription| {
            Ok(Row {
                href: path(row.id),
                every: row.interval()?.words(),
                monthly: shows_monthly.then(|| Money::new(row.monthly, row.currency).number()),
                customer: titles.get(&row.customer_id).map(|title| (title.clone(), identity::path(row.customer_id))),
                next: row.next_on.map(day),
                note: note(&row),
                at: When::new(row.id.created_at(), zone, now),
                subscription: row.behind(who.curtain()),
            })
        };
        let rows = rows.into_iter().map(row).collect::<Result<_>>()?;
        TableFragment { state, rows }.render().map_err(Error::internal)
    }

    fn nothing_yet(_: &SignedIn) -> Result<String> {
        First.render().map_err(Error::internal)
    }
}

/// Returns what else is to be known of how a subscription stands.
fn note(one: &Subscription) -> Option<String> {
    let (ends, stands) = (one.ends_on.map(|on| format!("ends {}", day(on))), one.given_up_on);
    let living = stands.map(|since| format!("stands still since {}", day(since))).or(ends);
    living.filter(|_| !one.is_ended())
}
