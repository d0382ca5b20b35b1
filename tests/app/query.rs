//! The language of the search, against the database: each key, and any tree against a plain reading of every row.

mod paging;
mod people;
mod plain;
mod stored;
mod trees;

use people::{MOMENTS, learn, people};

use std::{cell::RefCell, collections::HashMap, time::Duration};

use clientele::{
    customer_parts::{COLUMNS, LANGUAGE},
    customers::{counts::Counts, words},
    ids::CustomerId,
    paging::{Direction, Limit},
    payments::{BY_LAST_PAYMENT, BY_VOLUME},
    query::{
        Amounts, Branch, EmailPattern, Home, Keyed, Period, Query, Shape, Term, Test, Text as Typed, Value,
        period::{Calendar, Unit},
    },
    search::{
        BY_NAME,
        listing::{self, Sort},
        scope::{Effort, Scope},
    },
    values::{CountryCode, Language},
};
use diesel::{
    OptionalExtension, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid},
};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use jiff_diesel::ToDiesel;
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};

use crate::world::{World, encode};

/// Just after midnight in Nairobi.
const NOW: &str = "2026-03-31T22:30:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn home() -> Home {
    Home { country: kenya(), currency: "KES".parse().unwrap(), fields: Default::default(), curtain: Default::default() }
}

fn kenya() -> CountryCode {
    "KE".parse().unwrap()
}

/// What a search may look at before it takes another way: so little that all ways are taken, and as usual.
const EFFORTS: [Effort; 3] = [
    Effort { walk: 1, sorted: 1_000, few: 1 },
    Effort { walk: 7, sorted: 4, few: 1_000 },
    Effort { walk: 2_000, sorted: 20_000, few: 500 },
];

fn scope(world: &World) -> Scope {
    // What is found is asked here, not how soon: a machine at work must not stop a search.
    Scope {
        now: now(),
        patience: Duration::from_secs(60),
        ..Scope::at(
            Timestamp::now(),
            &LANGUAGE,
            world.shop.live,
            TimeZone::get("Africa/Nairobi").unwrap(),
            "KES".parse().unwrap(),
        )
    }
}

/// The first hundred that a query finds, newest first.
fn found(world: &World, query: &Query) -> Vec<CustomerId> {
    first_hundred(world, &scope(world), query, Sort::NEWEST)
}

fn first_hundred(world: &World, scope: &Scope, query: &Query, sort: Sort) -> Vec<CustomerId> {
    let hundred = Limit::parse("100").unwrap();
    let listed = world.with(|conn| listing::page(conn, scope, query, sort, &Direction::First, hundred, &[])).unwrap();
    assert!(!listed.is_stopped);
    listed.page.items.into_iter().map(|row| row.id).collect()
}

/// A customer as it is stored.
#[derive(Clone, Default)]
struct Stored<'a> {
    name: Option<&'a str>,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    reference: Option<&'a str>,
    company: Option<&'a str>,
    country: Option<&'a str>,
    language: Option<&'a str>,
    kind: &'a str,
    metadata: &'a [(&'a str, &'a str)],
    created: &'a str,
    deleted: bool,
    address: bool,
}

fn insert(world: &World, one: &Stored<'_>) -> CustomerId {
    let created: Timestamp = if one.created.is_empty() { now() } else { one.created.parse().unwrap() };
    let id = CustomerId::at(created);
    let metadata: serde_json::Value = one
        .metadata
        .iter()
        .map(|(key, value)| (*key, *value))
        .collect::<HashMap<_, _>>()
        .into_iter()
        .map(|(key, value)| (key.to_owned(), serde_json::Value::from(value)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let statement = sql_query(
        "INSERT INTO customers (account_id, id, version, kind, name, email, phone, company, country, language, metadata,
           created_at, updated_at, deleted_at, reference)
         VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, CASE WHEN $12 THEN $11 END, $13)",
    )
    .bind::<Uuid, _>(world.shop.live.uuid())
    .bind::<Uuid, _>(id.uuid())
    .bind::<Text, _>(if one.kind.is_empty() { "person" } else { one.kind })
    .bind::<Nullable<Text>, _>(one.name)
    .bind::<Nullable<Text>, _>(one.email)
    .bind::<Nullable<Text>, _>(one.phone)
    .bind::<Nullable<Text>, _>(one.company)
    .bind::<Nullable<Text>, _>(one.country)
    .bind::<Nullable<Text>, _>(one.language)
    .bind::<Jsonb, _>(metadata)
    .bind::<Timestamptz, _>(created.to_diesel())
    .bind::<Bool, _>(one.deleted)
    .bind::<Nullable<Text>, _>(one.reference);
    world.with(|conn| statement.execute(conn)).unwrap();
    let counts = if one.deleted { Counts { active: 0, deleted: 1 } } else { Counts::CREATED };
    world.with(|conn| counts.add(conn, world.shop.live, CustomerId::new())).unwrap();
    if one.address {
        let statement = sql_query(
            "INSERT INTO addresses (account_id, id, customer_id, kind, is_default, city) VALUES ($1, $2, $2, 'billing', false, 'Kisumu')",
        );
        let statement = statement.bind::<Uuid, _>(world.shop.live.uuid()).bind::<Uuid, _>(id.uuid());
        world.with(|conn| statement.execute(conn)).unwrap();
    }
    id
}

fn named(name: &str) -> Stored<'_> {
    Stored { name: Some(name), ..Stored::default() }
}

/// The names that a search on the page finds, sorted; the count must agree.
async fn names(world: &World, q: &str) -> Vec<String> {
    let viewer = world.viewer();
    let answer = viewer.get(format!("/customers?limit=100&q={}", encode(q))).await;
    assert_eq!(answer.status, 200, "{q}: {}", answer.outline());
    let mut names = answer.rows();
    names.sort();
    let count = viewer.fragment(format!("/customers/count?q={}", encode(q))).await.text("#count b");
    assert_eq!(count, names.len().to_string(), "the count of {q}");
    names
}

fn crowd(world: &World) {
    for one in [
        Stored {
            email: Some("Jane.Doe@acme.com"),
            phone: Some("+254712345678"),
            company: Some("Acme, Inc"),
            country: Some("KE"),
            language: Some("en"),
            metadata: &[("tier", "gold"), ("a.b", "50%")],
            address: true,
            ..named("Jane Doe")
        },
        Stored {
            email: Some("jane@other.example"),
            country: Some("UG"),
            metadata: &[("tier", "Gold")],
            ..named("Jané")
        },
        Stored { email: Some("x_y@acme.co.ke"), phone: Some("+254700005678"), ..named("Xavier") },
        Stored { company: Some("Jane and Sons"), kind: "organization", ..named("Sons") },
        Stored { phone: Some("+31628410937"), company: Some("acme"), ..Stored::default() },
        Stored { email: Some("gone@acme.com"), deleted: true, ..named("Gone") },
    ] {
        insert(world, &one);
    }
}

#[actix_web::test]
async fn each_key_finds_what_it_says() {
    let world = World::empty().await;
    crowd(&world);
    let phone = "+31 6 2841 0937";
    for (q, expected) in [
        ("name:jane", vec!["Jane Doe", "Jané"]),
        ("name:ja", vec!["Jane Doe", "Jané"]),
        ("name:ne", vec![]),
        ("name:\"jane d\"", vec!["Jane Doe"]),
        ("name:doe,xav", vec!["Jane Doe", "Xavier"]),
        ("company:jane", vec!["Sons"]),
        ("company:\"Acme, Inc\"", vec!["Jane Doe"]),
        ("company:acme", vec![phone, "Jane Doe"]),
        ("email:*@acme.com", vec!["Jane Doe"]),
        ("email:JANE@*", vec!["Jané"]),
        ("email:jane*@*", vec!["Jane Doe", "Jané"]),
        ("email:x_y@acme.co.ke", vec!["Xavier"]),
        ("email:x_*", vec!["Xavier"]),
        ("email:jane_doe@*", vec![]),
        ("email:acme", vec!["Jane Doe", "Xavier"]),
        ("email:jane@other.exampl", vec![]),
        ("jane@", vec!["Jané"]),
        ("ane@other", vec![]),
        ("@acme.co", vec!["Jane Doe", "Xavier"]),
        ("@a", vec!["Jane Doe", "Xavier"]),
        ("@cme", vec![]),
        ("phone:5678", vec!["Jane Doe", "Xavier"]),
        ("phone:0712345678", vec!["Jane Doe"]),
        ("country:ke,UG", vec!["Jane Doe", "Jané"]),
        ("country:Kenya", vec!["Jane Doe"]),
        ("lang:english", vec!["Jane Doe"]),
        ("kind:organization", vec!["Sons"]),
        ("metadata.tier:gold", vec!["Jane Doe"]),
        ("metadata.tier:gold,Gold", vec!["Jane Doe", "Jané"]),
        ("metadata.Tier:gold", vec![]),
        ("metadata.a.b:50%", vec!["Jane Doe"]),
        ("has:phone", vec![phone, "Jane Doe", "Xavier"]),
        ("has:address,email", vec!["Jane Doe", "Jané", "Xavier"]),
        ("has:address", vec!["Jane Doe"]),
        ("jane 0712 345 678", vec!["Jane Doe"]),
        ("status:deleted", vec!["Gone"]),
    ] {
        assert_eq!(names(&world, q).await, expected, "{q}");
    }
    let jane = world.named("Jane Doe")[0];
    assert_eq!(names(&world, &format!("id:{jane},{}", CustomerId::new())).await, ["Jane Doe"]);
}

#[actix_web::test]
async fn a_minus_keeps_the_rows_that_do_not_have_the_field() {
    let world = World::empty().await;
    crowd(&world);
    let phone = "+31 6 2841 0937";
    for (q, expected) in [
        ("-jane", vec![phone, "Xavier"]),
        ("-name:jane", vec![phone, "Sons", "Xavier"]),
        ("-name:jane,sons", vec![phone, "Xavier"]),
        ("-country:KE", vec![phone, "Jané", "Sons", "Xavier"]),
        ("-lang:en has:email", vec!["Jané", "Xavier"]),
        ("-email:*@acme.com", vec![phone, "Jané", "Sons", "Xavier"]),
        ("-phone:5678", vec![phone, "Jané", "Sons"]),
        ("-5678 -jane", vec![phone]),
        ("-@acme -kind:organization", vec![phone, "Jané"]),
        ("-metadata.tier:gold -has:phone", vec!["Jané", "Sons"]),
        ("-has:email,address", vec![phone, "Sons"]),
        ("-created:2000", vec![phone, "Jane Doe", "Jané", "Sons", "Xavier"]),
        ("acme -\"jane doe\"", vec![phone, "Xavier"]),
        ("-status:active", vec!["Gone"]),
        ("acme -status:deleted", vec![phone, "Jane Doe", "Xavier"]),
    ] {
        assert_eq!(names(&world, q).await, expected, "{q}");
    }
}

#[actix_web::test]
async fn or_joins_searches_each_with_its_own_status() {
    let world = World::empty().await;
    crowd(&world);
    for (q, expected) in [
        ("xavier OR sons", vec!["Sons", "Xavier"]),
        ("jane doe OR xavier", vec!["Jane Doe", "Xavier"]),
        ("jane OR name:jane OR @acme.com", vec!["Jane Doe", "Jané", "Sons"]),
        ("xavier OR status:deleted", vec!["Gone", "Xavier"]),
        ("gone OR xavier", vec!["Xavier"]),
        ("xavier OR gone status:active,deleted", vec!["Gone", "Xavier"]),
        ("status:deleted status:active OR xavier", vec!["Xavier"]),
    ] {
        assert_eq!(names(&world, q).await, expected, "{q}");
    }
    let page = world.viewer().get("/customers?limit=2&sort=name&q=xavier+OR+jane").await;
    assert_eq!(page.rows(), ["Jané", "Jane Doe"]);
    let page = world.viewer().get(page.attribute("a[rel=next]", "href")).await;
    assert_eq!(page.rows(), ["Sons", "Xavier"]);
    let page = world.viewer().get(page.attribute("a[rel=prev]", "href")).await;
    assert_eq!(page.rows(), ["Jané", "Jane Doe"]);
}

#[actix_web::test]
async fn days_begin_in_the_merchants_time_zone() {
    let world = World::empty().await;
    for created in [
        "2025-12-31T20:59:59.999Z",
        "2025-12-31T21:00:00Z",
        "2026-01-31T20:59:59.999Z",
        "2026-01-31T21:00:00Z",
        "2026-03-30T20:59:59.999Z",
        "2026-03-30T21:00:00Z",
        "2026-03-31T21:00:00Z",
        "2026-03-31T22:00:00Z",
    ] {
        insert(&world, &Stored { created, ..named(created) });
    }
    for (q, expected) in [
        ("created:2025", 0..1),
        ("created:2026-01", 1..3),
        ("created:2026-01-01", 1..2),
        ("created:<2026", 0..1),
        ("created:<=2026-01-31", 0..3),
        ("created:>2026-01", 3..8),
        ("created:>=2026-02", 3..8),
        ("created:2026-01..2026-02", 1..4),
        ("created:today", 6..8),
        ("created:yesterday", 5..6),
        ("created:last-1d", 5..8),
        ("created:last-2h", 6..8),
        ("created:last-1h", 7..8),
        ("created:2025,today", 0..1),
    ] {
        let expected: Vec<usize> = if q.ends_with(",today") { vec![0, 6, 7] } else { expected.collect() };
        let all = found(&world, &LANGUAGE.parse("created:>2000", home()).unwrap());
        let got = found(&world, &LANGUAGE.parse(q, home()).unwrap());
        let places: Vec<usize> = got.iter().rev().map(|id| 7 - all.iter().position(|one| one == id).unwrap()).collect();
        assert_eq!(places, expected, "{q}");
    }
}

// --- the index of words ------------------------------------------------------------------------------

#[actix_web::test]
async fn the_index_of_words_leaves_out_nothing_that_a_walk_finds() {
    let world = World::empty().await;
    // What parts words, what a pattern means, what folding changes, what has no case.
    let piece = select(
        &[
            "ann", "Bö", "7", "42", "李明", "ß", "½", "…", " ", " ", "@", "@x", ".", "-", "|", "%", "_", "'", "\\",
            "ﬀ", "İ", "com",
        ][..],
    );
    let text = vec(piece, 1..9).prop_map(|pieces| pieces.concat().split_whitespace().collect::<Vec<_>>().join(" "));
    let texts = text.prop_filter("something to find", |text| text.chars().any(char::is_alphanumeric));
    let mut runner = TestRunner::new(Config { cases: 120, failure_persistence: None, ..Config::default() });
    let stored = RefCell::new(Vec::new());
    runner
        .run(&texts, |text| {
            let company: &'static str = text.leak();
            let id = insert(&world, &Stored { name: Some("x"), company: Some(company), ..Stored::default() });
            world.with(|conn| words::index(conn, world.shop.live, id)).unwrap();
            stored.borrow_mut().push(company);
            Ok(())
        })
        .unwrap();
    let pieces = |text: &'static str| -> Vec<&'static str> {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let all = ends.iter().flat_map(|from| ends.iter().map(move |to| (*from, *to))).filter(|(from, to)| from < to);
        all.map(|(from, to)| &text[from..to]).filter(|part| part.chars().any(char::is_alphanumeric)).collect()
    };
    let (index, walk) = (scope(&world), scope(&world));
    let (index, walk) = (Scope { effort: EFFORTS[0], ..index }, Scope { effort: EFFORTS[2], ..walk });
    for text in stored.into_inner().into_iter().step_by(4) {
        for part in pieces(text).into_iter().step_by(3) {
            let term = Term::of(Test::Text(Typed::quoted(part)));
            let query = Query { branches: vec![Branch { terms: vec![term] }] };
            let by_index = first_hundred(&world, &index, &query, Sort::NEWEST);
            assert_eq!(by_index, first_hundred(&world, &walk, &query, Sort::NEWEST), "{part:?} of {text:?}");
        }
    }
}

#[actix_web::test]
async fn accents_typed_apart_are_the_same_accents_to_every_way() {
    let world = World::empty().await;
    let metadata: &[(&str, &str)] = &[("city", "México")];
    let id = insert(&world, &Stored { name: Some("Ann"), created: MOMENTS[0], metadata, ..Stored::default() });
    insert(&world, &Stored { name: Some("Bo"), ..Stored::default() });
    learn(&world);
    let query = LANGUAGE.parse("metadata.city:Me\u{301}xico", home()).unwrap();
    for effort in EFFORTS {
        assert_eq!(first_hundred(&world, &Scope { effort, ..scope(&world) }, &query, Sort::NEWEST), [id], "{effort:?}");
    }
}

#[actix_web::test]
async fn a_search_without_time_says_so_and_is_no_error() {
    let world = World::empty().await;
    people(&world);
    let scope = Scope { patience: std::time::Duration::ZERO, ..scope(&world) };
    for text in ["kamau", "ann OR -has:phone", "jane@acme.com"] {
        let query = LANGUAGE.parse(text, home()).unwrap();
        let list = |direction: &Direction| {
            world.with(|conn| listing::page(conn, &scope, &query, Sort::NEWEST, direction, Limit::SCREEN, &[])).unwrap()
        };
        assert!(list(&Direction::First).is_stopped, "{text}");
        assert!(world.with(|conn| listing::count(conn, &scope, &query)).unwrap().is_stopped, "{text}");
    }
    // The connection is as it was.
    assert!(
        !first_hundred(
            &world,
            &Scope::at(Timestamp::now(), &LANGUAGE, world.shop.live, TimeZone::UTC, "KES".parse().unwrap()),
            &Query::default(),
            Sort::NEWEST
        )
        .is_empty()
    );
}
