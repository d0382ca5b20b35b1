//! What PostgreSQL is asked for a list of customers, as text in kept files (`tests/app/statements/`): a reader sees each
//! statement whole, and a diff shows what a change asks differently. `CLIENTELE_KEEP=1 cargo test --test app statements`
//! writes the files anew.

use std::{fmt::Write as _, fs, path::Path};

use clientele::{
    customer_parts::PaymentSearch as Search,
    customer_parts::{COLUMNS, LANGUAGE},
    invoice_page::pages::list::Invoices,
    lists::{self, Column, Lists},
    paging::{Direction, Limit},
    payments::pages::list::Payments,
    schedules::pages::list::Schedules,
    search::{
        listing,
        scope::{Effort, Scope},
    },
    subscriptions::pages::list::Subscriptions,
};
use jiff::{Timestamp, tz::TimeZone};
use sqlformat::{Dialect, FormatOptions, Indent, QueryParams};

use crate::world::{World, settings};

/// A kept file: its name, its searches, and the orders in which they are listed.
struct Kept {
    name: &'static str,
    searches: &'static [&'static str],
    orders: &'static [&'static str],
}

const ORDERS: &[&str] =
    &["-created", "created", "name", "-name", "email", "-email", "-volume", "volume", "-last_payment", "last_payment"];

const FILES: &[Kept] = &[
    Kept { name: "everybody", searches: &[""], orders: ORDERS },
    Kept {
        name: "deleted",
        searches: &["status:deleted"],
        orders: &["-deleted", "deleted", "-created", "name", "-volume"],
    },
    Kept { name: "deleted_or_not", searches: &["status:active,deleted"], orders: &["-deleted", "deleted"] },
    Kept {
        name: "by_key",
        searches: &["id:{id}", "wanjiru@", "reference:R-1042"],
        orders: &["-created", "name", "-volume"],
    },
    Kept {
        name: "by_words",
        searches: &["kamau", "0712345678", "wanjiru -kamau"],
        orders: &["-created", "name", "-volume"],
    },
    Kept { name: "by_walking", searches: &["has:phone", "-country:KE", "updated:2026"], orders: &["-created", "name"] },
    Kept {
        name: "by_subscriptions",
        searches: &["subscription:past_due", "subscription:none", "-subscription:active,trialing"],
        orders: &["-created"],
    },
    Kept { name: "by_notes", searches: &["note:gate", "has:note"], orders: &["-created"] },
    Kept {
        name: "by_what_was_paid",
        searches: &[
            "spent:>100",
            "payments:0",
            "last_payment:last-30d",
            "last4:4242",
            "card:expiring",
            "has:card,address",
        ],
        orders: &["-created"],
    },
];

/// The statements that ran since the last time, without their values and the time that was left.
fn ran(world: &World) -> Vec<String> {
    let plain = |text: String| {
        let text = text.split(" -- binds").next().unwrap_or_default().to_owned();
        match text.split_once("statement_timeout = ") {
            Some((before, _)) => format!("{before}statement_timeout = (what is left)"),
            None => text,
        }
    };
    let options = FormatOptions {
        indent: Indent::Spaces(2),
        max_inline_block: 90,
        max_inline_arguments: Some(110),
        max_inline_top_level: Some(110),
        dialect: Dialect::PostgreSql,
        ..FormatOptions::default()
    };
    let format = |text: String| sqlformat::format(&text, &QueryParams::None, &options);
    let mut ran: Vec<String> = world.statements.take().into_iter().map(plain).map(format).collect();
    ran.dedup();
    ran
}

/// A file in the making: a statement that ran before is named by its number.
#[derive(Default)]
struct Text {
    known: Vec<String>,
    written: String,
}

impl Text {
    fn section(&mut self, title: &str, statements: Vec<String>) {
        writeln!(self.written, "-- {title}").unwrap();
        for statement in statements {
            match self.known.iter().position(|known| *known == statement) {
                Some(n) => writeln!(self.written, "-- as {}", n + 1).unwrap(),
                None => {
                    self.known.push(statement.clone());
                    writeln!(self.written, "/* {} */\n{statement};", self.known.len()).unwrap();
                }
            }
        }
        writeln!(self.written).unwrap();
    }
}

fn text_of(world: &World, kept: &Kept, id: &str) -> String {
    let mut out = Text::default();
    let usual = Scope::at(Timestamp::now(), &LANGUAGE, world.shop.live, TimeZone::UTC, "KES".parse().unwrap());
    // So little is looked at first that the way behind is taken, too.
    let scope = Scope { effort: Effort { walk: 1, sorted: 1_000, few: 1 }, ..usual };
    let two = Limit::parse("2").unwrap();
    for search in kept.searches {
        let shown = if search.is_empty() { "everybody" } else { search };
        let query = LANGUAGE.parse(&search.replace("{id}", id), settings().home(Default::default())).unwrap();
        for order in kept.orders {
            let sort = COLUMNS.sort(order).unwrap();
            let all = Limit::LONGEST;
            let page =
                world.with(|conn| listing::page(conn, &scope, &query, sort, &Direction::First, all, &[])).unwrap();
            world.statements.take();
            let middle = page.page.items.get(page.page.items.len() / 2).map(|row| row.cursor(sort));
            let directions = [
                ("first page", Some(Direction::First)),
                ("after a row", middle.clone().map(Direction::After)),
                ("before a row", middle.map(Direction::Before)),
            ];
            for (place, direction) in directions {
                let Some(direction) = direction else { continue };
                world.with(|conn| listing::page(conn, &scope, &query, sort, &direction, two, &[])).unwrap();
                out.section(&format!("{shown}, {}, {place}", sort.words()), ran(world));
            }
        }
        world.with(|conn| listing::count(conn, &scope, &query)).unwrap();
        out.section(&format!("{shown}, counted"), ran(world));
    }
    out.written
}

#[actix_web::test]
async fn every_statement_of_a_list_is_kept_as_text() {
    let (world, named) = World::populated().await;
    for kept in FILES {
        keep(kept.name, &text_of(&world, kept, &named.wanjiru.to_string()));
    }
}

/// Compares a text with its kept file, or writes that anew.
fn keep(name: &str, text: &str) {
    let file = Path::new("tests/app/statements").join(format!("{name}.sql"));
    if std::env::var_os("CLIENTELE_KEEP").is_some() {
        fs::write(&file, text).unwrap();
    }
    let before = fs::read_to_string(&file).unwrap_or_default();
    let differs = before.lines().zip(text.lines()).position(|(one, other)| one != other);
    assert!(
        before == text,
        "{} asks otherwise from line {} on; write it anew with CLIENTELE_KEEP=1 and look at the diff",
        file.display(),
        differs.map_or(before.lines().count(), |at| at) + 1
    );
}

/// What is asked for a list of what customers have: each search in each order, from the first row and from a place on.
fn text_of_list<L: Lists>(world: &World, searches: &[&str], id: &str) -> String {
    let mut out = Text::default();
    let (table, home) = (L::table(), settings().home(Default::default()));
    let scope = lists::Scope {
        account: world.shop.live,
        zone: TimeZone::UTC,
        now: Timestamp::now(),
        home: home.clone(),
        currency: home.currency,
        found: Default::default(),
    };
    for search in searches {
        let shown = if search.is_empty() { "all" } else { search };
        let query = table.language.parse(&search.replace("{id}", id), home.clone()).unwrap();
        for order in table.orders {
            let sort = lists::Sort { order, descending: order.begins_with_greatest };
            let values: Vec<String> = order
                .columns
                .iter()
                .map(|column| match column {
                    Column::Text(_) => "KES".to_owned(),
                    Column::Number(_) => "4900".to_owned(),
                    Column::Day(_) => "2026-12-12".to_owned(),
                })
                .collect();
            let place = sort.place(scope.account.uuid(), &values);
            world.statements.take();
            for (name, direction) in [("first page", Direction::First), ("before a row", Direction::Before(place))] {
                let (scope, query, direction) = (&scope, &query, &direction);
                let asked = lists::Asked { scope, query, sort, direction, limit: Limit::FEW };
                world.with(|conn| L::read(conn, &asked)).unwrap();
                out.section(&format!("{shown}, {}, {name}", sort.words()), ran(world));
            }
        }
        world.with(|conn| lists::count(conn, table, &scope, &query)).unwrap();
        out.section(&format!("{shown}, counted"), ran(world));
    }
    out.written
}

#[actix_web::test]
async fn every_statement_of_the_other_lists_is_kept_as_text() {
    let (world, named) = World::populated().await;
    let id = named.wanjiru.to_string();
    let payments = [
        "",
        "customer:{id}",
        "status:failed",
        "-status:failed amount:>5",
        "4242",
        "invoice:SG-1",
        "schedule:sch_01h2xcejqtf2nbrexx3vqjhp41",
    ];
    keep("payments", &text_of_list::<Payments<Search>>(&world, &payments, &id));
    let invoices = ["", "customer:{id}", "status:open", "status:overdue", "-due:<2026-12-01", "SG-2026-0412"];
    keep("invoices", &text_of_list::<Invoices>(&world, &invoices, &id));
    let subscriptions =
        ["", "customer:{id}", "status:past_due", "next:2026-12", "price:pro", "method:none OR every:month"];
    keep("subscriptions", &text_of_list::<Subscriptions>(&world, &subscriptions, &id));
    let schedules = ["", "customer:{id}", "status:past_due", "next:2026-12", "part:failed OR amount:>5"];
    keep("schedules", &text_of_list::<Schedules>(&world, &schedules, &id));
}
