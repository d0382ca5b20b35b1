//! The search over payments: what every key finds, alone, negated, together and in pages, beside a plain reading of the
//! same payments.

use std::collections::HashMap;

use clientele::{
    customer_parts::PaymentSearch as Search,
    ids::{CustomerId, PaymentId},
    lists::{self, Asked, Listed, Scope, Sort, Table},
    paging::{Direction, Limit, Page},
    payments::{
        Searches, Status,
        listing::{self, NEWEST, OLDEST},
        model::{self, Payment, Recorded},
    },
    query::Query,
    values::Money,
};
use diesel::Connection;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    charging::Till,
    world::{World, settings},
};

fn searched() -> &'static Table {
    Search::table()
}

/// A hundred and twenty payments of three customers and of nobody, over two months.
async fn shop() -> (Till, Vec<CustomerId>, Vec<Payment>) {
    let till = Till::open(World::empty().await).await;
    let editor = till.world.shop.editor.clone();
    let people: Vec<CustomerId> = ["Jane Smith", "José Álvarez", "Jane Doe"]
        .iter()
        .enumerate()
        .map(|(n, name)| {
            till.world.customer_in(till.account(), &editor, &format!("name={name}&email=p{n}%40shop.example"))
        })
        .collect();
    let (start, mut all) = (Timestamp::now() - SignedDuration::from_hours(60 * 24), Vec::new());
    for n in 0..120_i64 {
        let at = start + SignedDuration::from_mins(720 * n);
        let currency = ["KES", "USD", "JPY"][usize::try_from(n % 3).unwrap()].parse().unwrap();
        let status = Status::ALL[usize::try_from(n % 7).unwrap().min(5)];
        let refunded = match status {
            Status::Refunded => 1_000 * (n + 1),
            Status::PartiallyRefunded => 10,
            _ => 0,
        };
        let new = Recorded {
            customer: people.get(usize::try_from(n % 4).unwrap()).copied(),
            money: Money::new(1_000 * (n + 1), currency),
            status,
            refunded,
            at,
            description: None,
            reference: (n % 10 == 0).then(|| format!("R {n}")),
            method: None,
            invoice: None,
        };
        let id = PaymentId::at(at);
        till.world.with(|conn| conn.transaction(|conn| model::record(conn, &till.by, id, &new))).unwrap();
        all.push(id);
    }
    till.world.sql("UPDATE payments SET method_kind = 'card', method_brand = 'Visa', method_last4 = '4242' WHERE amount % 5000 = 0");
    let payments = all.into_iter().rev().map(|id| till.payment(id)).collect();
    (till, people, payments)
}

fn first<'a>(scope: &'a Scope, query: &'a Query) -> Asked<'a> {
    Asked { scope, query, sort: NEWEST, direction: &Direction::First, limit: Limit::SCREEN }
}

fn page(till: &Till, q: &str, order: Sort, direction: &Direction, limit: &str) -> Page<Payment> {
    let query = searched()
        .language
        .parse(q, settings().home(Default::default()))
        .unwrap_or_else(|problem| panic!("{q}: {problem:?}"));
    let limit = Limit::parse(limit).unwrap();
    match till
        .world
        .with(|conn| {
            listing::page(
                conn,
                searched(),
                &Asked { scope: &scope(till), query: &query, sort: order, direction, limit },
            )
        })
        .unwrap()
    {
        Listed::Page(page) => page,
        other => panic!("{q}: {other:?}"),
    }
}

fn scope(till: &Till) -> Scope {
    let (zone, home) = (TimeZone::get("Africa/Nairobi").unwrap(), settings().home(Default::default()));
    Scope {
        account: till.account(),
        zone,
        now: Timestamp::now(),
        home,
        currency: "KES".parse().unwrap(),
        found: HashMap::default(),
    }
}

/// All pages of a search, from first to last, and back again.
fn all_of(till: &Till, q: &str, order: Sort) -> Vec<PaymentId> {
    let mut pages = vec![page(till, q, order, &Direction::First, "7")];
    while let Some(next) = pages[pages.len() - 1].next_cursor(|payment| listing::place(order, payment)) {
        pages.push(page(till, q, order, &Direction::After(next), "7"));
    }
    for pair in pages.windows(2) {
        let back = pair[1].previous_cursor(|payment| listing::place(order, payment)).unwrap();
        let back = page(till, q, order, &Direction::Before(back), "7");
        let ids = |page: &Page<Payment>| page.items.iter().map(|payment| payment.id).collect::<Vec<_>>();
        assert_eq!(ids(&back), ids(&pair[0]), "{q}");
    }
    pages.iter().flat_map(|page| page.items.iter().map(|payment| payment.id)).collect()
}

#[actix_web::test]
async fn every_key_finds_what_a_plain_reading_finds() {
    let (till, people, payments) = shop().await;
    let (jane, jose, doe) = (people[0], people[1], people[2]);
    let of = |payment: &Payment, code: &str| payment.money.currency.as_str() == code;
    let month =
        payments[60].created_at.to_zoned(TimeZone::get("Africa/Nairobi").unwrap()).strftime("%Y-%m").to_string();
    let zone = TimeZone::get("Africa/Nairobi").unwrap();
    let in_month = |payment: &Payment| payment.created_at.to_zoned(zone.clone()).strftime("%Y-%m").to_string() == month;
    let is_jane = |payment: &Payment| payment.customer == Some(jane) || payment.customer == Some(doe);
    let is_4242 = |payment: &Payment| payment.money.minor % 5_000 == 0;
    type Plain<'a> = Box<dyn Fn(&Payment) -> bool + 'a>;
    let table: Vec<(String, Plain<'_>)> = vec![
        ("".into(), Box::new(|_| true)),
        ("status:failed".into(), Box::new(|p| p.status == Status::Failed)),
        ("status:failed,processing".into(), Box::new(|p| matches!(p.status, Status::Failed | Status::Processing))),
        ("-status:succeeded".into(), Box::new(|p| p.status != Status::Succeeded)),
        ("currency:USD,JPY".into(), Box::new(|p| !of(p, "KES"))),
        ("amount:>500".into(), Box::new(|p| of(p, "KES") && p.money.minor > 50_000)),
        ("amount:>=400 currency:USD".into(), Box::new(|p| of(p, "USD") && p.money.minor >= 40_000)),
        ("amount:<20000JPY".into(), Box::new(|p| of(p, "JPY") && p.money.minor < 20_000)),
        (
            "amount:100..200USD,1000".into(),
            Box::new(|p| {
                (of(p, "USD") && (10_000..=20_000).contains(&p.money.minor))
                    || (of(p, "KES") && p.money.minor == 100_000)
            }),
        ),
        ("-amount:>500".into(), Box::new(|p| !(of(p, "KES") && p.money.minor > 50_000))),
        (format!("created:{month}"), Box::new(in_month)),
        (format!("-created:{month}"), Box::new(|p| !in_month(p))),
        (format!("customer:{jose}"), Box::new(|p| p.customer == Some(jose))),
        (format!("-customer:{jose}"), Box::new(|p| p.customer != Some(jose))),
        (jose.to_string(), Box::new(|p| p.customer == Some(jose))),
        ("customer:none".into(), Box::new(|p| p.customer.is_none())),
        ("-customer:none".into(), Box::new(|p| p.customer.is_some())),
        ("customer:jose,none".into(), Box::new(|p| p.customer.is_none() || p.customer == Some(jose))),
        ("jane".into(), Box::new(is_jane)),
        ("jane smith".into(), Box::new(|p| p.customer == Some(jane))),
        ("p1@shop.example".into(), Box::new(|p| p.customer == Some(jose))),
        ("jane status:failed".into(), Box::new(|p| is_jane(p) && p.status == Status::Failed)),
        ("last4:4242".into(), Box::new(is_4242)),
        ("-last4:4242".into(), Box::new(|p| !is_4242(p))),
        ("4242".into(), Box::new(is_4242)),
        ("\"R 20\"".into(), Box::new(|p| p.reference.as_deref() == Some("R 20"))),
        ("reference:\"R 20\",\"R 30\"".into(), Box::new(|p| matches!(p.reference.as_deref(), Some("R 20" | "R 30")))),
        ("-reference:\"R 20\"".into(), Box::new(|p| p.reference.as_deref() != Some("R 20"))),
        ("status:failed OR jose".into(), Box::new(|p| p.status == Status::Failed || p.customer == Some(jose))),
        (
            format!("{} OR amount:>1190", payments[3].id),
            Box::new(|p| p.id == payments[3].id || (of(p, "KES") && p.money.minor > 119_000)),
        ),
        ("nobody-like-it".into(), Box::new(|_| false)),
        ("created:>2100".into(), Box::new(|_| false)),
    ];
    for (q, plain) in &table {
        let mut expected: Vec<PaymentId> = payments.iter().filter(|p| plain(p)).map(|p| p.id).collect();
        assert_eq!(all_of(&till, q, NEWEST), expected, "{q}");
        expected.reverse();
        assert_eq!(all_of(&till, q, OLDEST), expected, "{q}");
        let query = searched().language.parse(q, settings().home(Default::default())).unwrap();
        let counted = till.world.with(|conn| lists::count(conn, searched(), &scope(&till), &query)).unwrap();
        assert_eq!(counted.known(), i64::try_from(expected.len()).ok(), "{q}");
    }
}

#[actix_web::test]
async fn a_payment_of_another_account_is_never_found() {
    let (till, _, payments) = shop().await;
    let scope = Scope { account: till.world.shop.live, ..scope(&till) };
    for q in ["".to_owned(), payments[0].id.to_string(), "status:failed".to_owned(), "4242".to_owned()] {
        let query = searched().language.parse(&q, settings().home(Default::default())).unwrap();
        let listed = till.world.with(|conn| listing::page(conn, searched(), &first(&scope, &query)));
        assert!(matches!(listed.unwrap(), Listed::Page(page) if page.items.is_empty()), "{q}");
    }
}

#[actix_web::test]
async fn a_name_of_too_many_customers_asks_for_more_of_it() {
    let world = World::empty().await;
    let many: Vec<_> = (0..150).map(|n| (format!("Kamau {n}"), format!("k{n}@x.example"))).collect();
    world.crowd(&many);
    let till = Till::open(world).await;
    let scope = Scope { account: till.world.shop.live, ..scope(&till) };
    let query = searched().language.parse("kamau", settings().home(Default::default())).unwrap();
    let listed = till.world.with(|conn| listing::page(conn, searched(), &first(&scope, &query)));
    assert!(matches!(listed.unwrap(), Listed::TooManyCustomers(words) if words == "kamau"));
}
