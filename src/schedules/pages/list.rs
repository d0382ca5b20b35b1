//! The table of payment schedules: a page of a search, by creation, next charge or amount.

use std::collections::HashMap;

use askama::Template;
use diesel::PgConnection;

use crate::{
    customers::identity,
    error::{Error, Result},
    ids::{CustomerId, ScheduleId},
    lists::{self, Asked, Listed, Lists, Sort, State, Table, Words},
    paging::Cursor,
    payments,
    routes::Route,
    schedules::{
        PAGES, Part, PartStatus, Schedule, model, path,
        search::{LANGUAGE, ORDERS, texts},
    },
    search_box::Sign,
    shell::Place,
    values::when::{When, day},
    who::SignedIn,
};

/// The list of payment schedules.
pub struct Schedules;

const SIGNS: [Sign; 3] = [
    ("-", "Not: leaves out what it stands before", "-status:finished"),
    (",", "Any of several values, without spaces", "status:active,past_due"),
    ("OR", "Either search; it separates everything on its two sides", "part:failed OR next:<2026-12-01"),
];

/// The list as data.
pub static TABLE: Table = Table {
    name: "payment_schedules",
    language: &LANGUAGE,
    customers: &payments::CUSTOMERS,
    ids: &[(ScheduleId::PREFIX, "id"), (CustomerId::PREFIX, "customer_id")],
    texts,
    orders: &ORDERS,
    words: Words {
        path: "/schedules",
        place: Place::Schedules,
        title: "Payment schedules",
        one: "payment schedule",
        many: "payment schedules",
        placeholder: "Customer, ID or a filter like part:failed",
        label: "Search payment schedules by customer or ID",
        finds: "Words find a customer.",
        helps: "Words find payment schedules by customer.",
        narrower: "status:past_due",
        tabs: &[
            ("All", ""),
            ("Active", "status:active"),
            ("Failed", "part:failed"),
            ("Past due", "status:past_due"),
            ("Finished", "status:finished"),
            ("Canceled", "status:canceled"),
        ],
        signs: &SIGNS,
        prefix: ScheduleId::PREFIX,
        opens: &[&identity::PAGE, &PAGES[1], &payments::PAGES[0], &payments::PAGES[1]],
    },
};

/// Returns the routes of the list.
pub fn routes() -> Vec<Route> {
    lists::pages::routes::<Schedules>([
        "/schedules",
        "/schedules/count",
        "/schedules/completions",
        "/schedules/help",
        "/schedules/filters",
        "/schedules/filters/{key}",
    ])
}

/// A payment schedule as the list shows it.
struct Row {
    href: String,
    schedule: Schedule,
    /// The customer's name and page.
    customer: Option<(String, String)>,
    /// How far it is: "2 of 6 parts paid".
    progress: String,
    /// The day of the next charge.
    next: Option<String>,
    at: When,
}

#[derive(Template)]
#[template(path = "schedules/_table.html")]
struct TableFragment<'a> {
    state: &'a State,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "schedules/_first.html")]
struct First;

impl Lists for Schedules {
    type Row = Schedule;

    fn table() -> &'static Table {
        &TABLE
    }

    fn read(conn: &mut PgConnection, asked: &Asked<'_>) -> Result<Listed<Schedule>> {
        lists::page(conn, &TABLE, asked)
    }

    fn place(sort: Sort, row: &Schedule) -> Cursor {
        let values = match sort.order.name {
            "next" => vec![row.next_on.map_or_else(|| "9999-12-31".to_owned(), |next| next.to_string())],
            _ => vec![row.currency.to_string(), row.total.to_string()],
        };
        sort.place(row.id.uuid(), &values)
    }

    fn draw(conn: &mut PgConnection, who: &SignedIn, state: &State, rows: Vec<Schedule>) -> Result<String> {
        let titles = lists::pages::titles(conn, who, rows.iter().map(|row| row.customer_id))?;
        let ids: Vec<ScheduleId> = rows.iter().map(|row| row.id).collect();
        let parts = if ids.is_empty() { HashMap::new() } else { model::parts_of(conn, who.account, &ids)? };
        let (zone, now) = (&who.settings.time_zone, who.now());
        let row = |row: Schedule| Row {
            href: path(row.id),
            customer: titles.get(&row.customer_id).map(|title| (title.clone(), identity::path(row.customer_id))),
            progress: progress(parts.get(&row.id).map_or(&[][..], Vec::as_slice)),
            next: row.next_on.map(day),
            at: When::new(row.id.created_at(), zone, now),
            schedule: row.behind(who.curtain()),
        };
        let rows = rows.into_iter().map(row).collect();
        TableFragment { state, rows }.render().map_err(Error::internal)
    }

    fn nothing_yet(_: &SignedIn) -> Result<String> {
        First.render().map_err(Error::internal)
    }
}

/// Says how far a schedule is, by its parts; what is skipped does not count.
fn progress(parts: &[Part]) -> String {
    let counted = parts.iter().filter(|part| part.status != PartStatus::Skipped).count();
    let paid = parts.iter().filter(|part| part.status == PartStatus::Paid).count();
    match counted {
        0 => "all parts skipped".to_owned(),
        1 => format!("{paid} of 1 part paid"),
        _ => format!("{paid} of {counted} parts paid"),
    }
}
