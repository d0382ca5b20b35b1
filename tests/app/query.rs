//! The language of the search, against the database: each key, and any tree against a plain reading of every row.

use std::{cell::RefCell, collections::HashMap};

use clientele::{
    customers::{
        listing::{self, Column, Effort, Scope, Sort},
        search::{
            Branch, CardState, EmailPattern, Period, Query, Shape, Term, Test, Text as Typed, Thing, parse,
            period::{Calendar, Unit},
            {Kind, Status},
        },
        words,
    },
    ids::CustomerId,
    paging::{Direction, Limit},
    payments::amounts::Amounts,
    values::{CountryCode, Language},
};
use diesel::{
    OptionalExtension, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Bool, Jsonb, Nullable, Text, Timestamptz, Uuid},
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
    Scope {
        now: now(),
        ..Scope::now(world.shop.live, TimeZone::get("Africa/Nairobi").unwrap(), "KES".parse().unwrap())
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
           created_at, updated_at, deleted_at)
         VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, CASE WHEN $12 THEN $11 END)",
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
    .bind::<Bool, _>(one.deleted);
    world.with(|conn| statement.execute(conn)).unwrap();
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
        let all = found(&world, &parse("created:>2000", kenya()).unwrap());
        let got = found(&world, &parse(q, kenya()).unwrap());
        let places: Vec<usize> = got.iter().rev().map(|id| 7 - all.iter().position(|one| one == id).unwrap()).collect();
        assert_eq!(places, expected, "{q}");
    }
}

// --- any tree against a plain reading of every row ------------------------------------------------

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: CustomerId,
    #[diesel(sql_type = Text)]
    name_key: String,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    company: Option<String>,
    #[diesel(sql_type = Text)]
    email_key: String,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    phone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    country: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    language: Option<String>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Jsonb)]
    metadata: serde_json::Value,
    #[diesel(sql_type = Bool)]
    deleted: bool,
    #[diesel(sql_type = Bool)]
    addressed: bool,
    /// Of payments and wallet: `spent` by currency, `payments`, `last` in milliseconds, `methods`.
    #[diesel(sql_type = Jsonb)]
    money: serde_json::Value,
}

#[derive(QueryableByName)]
struct Folded {
    #[diesel(sql_type = Text)]
    folded: String,
}

const NAMES: &[&str] = &[
    "Ann Kamau",
    "José Müller",
    "Bo",
    "Anna-Lena",
    "李明",
    "50% Off",
    "A_B",
    "back\\slash",
    "O'Neil \"Q\"",
    "Ørsted OR",
    "5678 Ltd",
];
const EMAILS: &[&str] = &[
    "ann@acme.com",
    "Ann@ACME.com",
    "a_b@acme.co",
    "anna@b.example",
    "é@x.example",
    "50%@x.example",
    "o*k@x.example",
    "x@annacme.com",
];
const PHONES: &[&str] = &["+254712345678", "+254700005678", "+31628410937", "+12125552368", "+25471234567"];
const MOMENTS: &[&str] = &[
    "2024-02-29T10:00:00Z",
    "2025-12-31T20:59:59.999Z",
    "2025-12-31T21:00:00Z",
    "2026-01-31T20:59:59.999Z",
    "2026-01-31T21:00:00Z",
    "2026-03-30T20:59:59.999Z",
    "2026-03-30T21:00:00Z",
    "2026-03-31T20:59:59.999Z",
    "2026-03-31T21:00:00Z",
    "2026-03-31T22:00:00Z",
];
const TEXTS: &[&str] = &[
    "ann",
    "an",
    "a",
    "kamau",
    "jose",
    "müller",
    "李",
    "李明",
    "50%",
    "A_B",
    "k\\s",
    "o'n",
    "acme",
    "5678",
    "712345",
    "12",
    "0712345678",
    "254712345678",
    "ann@",
    "ann@acme.com",
    "a_b@",
    "@acme",
    "@acme.com",
    "@a",
    "@x",
    "é@x",
    "x@annacme.co",
    "or",
    "ltd",
    "712345678",
];
const PHRASES: &[&str] =
    &["ann kamau", "o'neil \"q\"", "ørsted OR", "5678", "nn k", "@acme", "ann", "50% o", "-a", "(ann)"];
const PATTERNS: &[&str] =
    &["*@acme.com", "ann@*", "ann@acme.com", "a_b*", "*%@*x*", "acme", "o*k", "ANN", "é@*", "5", "*a*n*", "%@x"];
const WORDS: &[&str] =
    &["ann", "an", "a", "kamau", "jose", "off", "50%", "a_b", "a%b", "ann kamau", "李", "acme", "sons", "5678"];

fn pick<'a, T: Copy>(dice: &mut u64, of: &'a [T]) -> Option<&'a T> {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let place = usize::try_from(*dice >> 33).unwrap() % (of.len() * 4 / 3 + 1);
    of.get(place)
}

fn people(world: &World) {
    let mut dice = 7;
    let dice = &mut dice;
    for _ in 0..320 {
        let mut one = Stored {
            name: pick(dice, NAMES).copied(),
            email: pick(dice, EMAILS).copied(),
            phone: pick(dice, PHONES).copied(),
            company: pick(dice, &["Acme & Sons", "ann", "50_%", "Müller KG"]).copied(),
            country: pick(dice, &["KE", "UG", "NL"]).copied(),
            language: pick(dice, &["en", "sw"]).copied(),
            kind: pick(dice, &["person", "organization"]).copied().unwrap_or_default(),
            metadata: pick(dice, &[&[("tier", "gold")][..], &[("tier", "50%"), ("x", "a b")][..]])
                .copied()
                .unwrap_or_default(),
            created: pick(dice, MOMENTS).copied().unwrap_or(MOMENTS[0]),
            deleted: pick(dice, &[true, false, false]).copied().unwrap_or_default(),
            address: pick(dice, &[true, false]).copied().unwrap_or_default(),
        };
        if one.name.or(one.email).or(one.phone).is_none() {
            one.name = Some("Nobody");
        }
        insert(world, &one);
    }
    let (account, moments) = (world.shop.live.uuid(), MOMENTS.join("', '"));
    for statement in MONEY {
        world.sql(&statement.replace("{account}", &account.to_string()).replace("{moments}", &moments));
    }
    learn(world);
}

/// Figures and wallets as no payments made them, for two of three customers each.
const MONEY: [&str; 3] = [
    "INSERT INTO payment_figures SELECT account_id, id, currency, 1, n % 40 * 229 + 1, 0, 0, now()
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c,
     unnest(ARRAY['KES', 'JPY', 'USD']) WITH ORDINALITY AS of (currency, o) WHERE (n + o) % 3 > 0",
    "INSERT INTO payment_totals SELECT account_id, id, n % 5 + 1, (ARRAY['{moments}'])[n % 10 + 1]::timestamptz
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c WHERE n % 3 > 0",
    "INSERT INTO payment_methods SELECT account_id, gen_random_uuid(), 1, id, kind_of, 'Visa',
       (ARRAY['4242', '0005', '0007'])[n % 3 + 1], CASE kind_of WHEN 'card' THEN
       (ARRAY['2026-02-28', '2026-03-31', '2026-05-31', '2026-06-30', '2027-01-31'])[n % 5 + 1]::date END, kind_of, '', NULL,
       false, NULL, NULL, now(), now(), CASE WHEN n % 7 = 0 THEN now() END
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c,
     unnest(ARRAY['card', 'bank_account']) WITH ORDINALITY AS of (kind_of, o) WHERE (n + o) % 3 > 0",
];

fn learn(world: &World) {
    // Tests share a database, and two that analyze the same table would wait for each other.
    let learn =
        words::LEARN_ALL.replace("ANALYZE words", "").replace("{account}", &format!("'{}'", world.shop.live.uuid()));
    world.with(|conn| conn.batch_execute(&learn)).unwrap();
}

fn strings(of: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    vec(select(of).prop_map(str::to_owned), 1..3)
}

fn period() -> impl Strategy<Value = Period> {
    let calendar = || {
        select(vec![
            Calendar::Year(2025),
            Calendar::Year(2026),
            Calendar::Month(2026, 1),
            Calendar::Month(2026, 3),
            Calendar::Month(2024, 2),
            Calendar::Day(jiff::civil::date(2026, 1, 31)),
            Calendar::Day(jiff::civil::date(2026, 3, 31)),
        ])
    };
    let units = select(&[Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year][..]);
    prop_oneof![
        calendar().prop_map(Period::In),
        calendar().prop_map(Period::After),
        calendar().prop_map(Period::Since),
        calendar().prop_map(Period::Before),
        calendar().prop_map(Period::Until),
        calendar().prop_map(|end| Period::Between(Calendar::Month(2024, 2), end)),
        (1u16..4, units).prop_map(|(count, unit)| Period::Last(count, unit)),
        Just(Period::Today),
        Just(Period::Yesterday),
    ]
}

fn email() -> impl Strategy<Value = EmailPattern> {
    select(PATTERNS).prop_map(str::to_owned).prop_map(|text| match (text.contains('*'), text.contains('@')) {
        (true, _) => EmailPattern::Glob(text),
        (false, true) => EmailPattern::Whole(text),
        (false, false) => EmailPattern::Part(text),
    })
}

fn test() -> impl Strategy<Value = Test> {
    let country = select(&["KE", "UG", "NL", "DE"][..]).prop_map(|code| code.parse::<CountryCode>().unwrap());
    let language = select(&["en", "sw", "nl"][..]).prop_map(|code| code.parse::<Language>().unwrap());
    let digits = select(&["254712345678", "5678", "1234", "31628410937"][..]).prop_map(str::to_owned);
    prop_oneof![
        8 => select(TEXTS).prop_map(|text| Test::Text(Typed::bare(text, kenya()))),
        3 => select(PHRASES).prop_map(|text| Test::Text(Typed::quoted(text))),
        2 => strings(WORDS).prop_map(Test::Name),
        2 => strings(WORDS).prop_map(Test::Company),
        3 => vec(email(), 1..3).prop_map(Test::Email),
        2 => vec(digits, 1..3).prop_map(Test::Phone),
        2 => vec(country, 1..3).prop_map(Test::Country),
        1 => vec(language, 1..3).prop_map(Test::Language),
        1 => vec(select(&[Kind::Person, Kind::Organization][..]), 1..3).prop_map(Test::Kind),
        2 => vec(select(&[Status::Active, Status::Deleted][..]), 1..3).prop_map(Test::Status),
        3 => vec(period(), 1..3).prop_map(Test::Created),
        1 => strings(&["gold", "50%", "Gold"]).prop_map(|values| Test::Metadata { key: "tier".to_owned(), values }),
        2 => vec(select(&[Thing::Email, Thing::Phone, Thing::Address, Thing::Card, Thing::Bank][..]), 1..3).prop_map(Test::Has),
        2 => vec(amounts(&["0", ">0", "<=10.5", ">100JPY", "5..20USD", ">=3000", "<1JPY"]), 1..3).prop_map(Test::Spent),
        1 => vec(amounts(&["0", ">2", "1..3", "<1"]), 1..3).prop_map(Test::Payments),
        2 => vec(period(), 1..3).prop_map(Test::LastPayment),
        2 => strings(&["4242", "0005", "0007", "9999"]).prop_map(Test::Last4),
        2 => vec(select(&[CardState::Expiring, CardState::Expired][..]), 1..3).prop_map(Test::Card),
    ]
}

fn amounts(of: &'static [&'static str]) -> impl Strategy<Value = Amounts> {
    select(of).prop_map(|text| Amounts::parse(text).unwrap())
}

fn query() -> impl Strategy<Value = Query> {
    let term = (prop::bool::weighted(0.25), test()).prop_map(|(negated, test)| Term { negated, test });
    // Neighbours that are digits would be read as one phone.
    let branch = vec(term, 1..4).prop_map(|mut terms| {
        let is_digits = |term: &Term| matches!(&term.test, Test::Text(text) if !text.quoted && text.typed.starts_with(|c: char| c.is_ascii_digit()));
        terms.dedup_by(|next, last| is_digits(last) && is_digits(next));
        Branch { terms }
    });
    vec(branch, 1..4).prop_map(|branches| Query { branches })
}

/// What the language says of one row, read plainly.
struct Reading<'a> {
    world: &'a World,
    folds: RefCell<HashMap<String, String>>,
}

impl Reading<'_> {
    fn fold(&self, text: &str) -> String {
        let fold = || {
            let statement = sql_query("SELECT fold($1) AS folded").bind::<Text, _>(text);
            self.world.with(|conn| statement.get_result::<Folded>(conn).optional()).unwrap().unwrap().folded
        };
        self.folds.borrow_mut().entry(text.to_owned()).or_insert_with(fold).clone()
    }

    /// Anywhere, or with less than three characters at the start of a word: where digits begin, or end, or punctuation
    /// does.
    fn holds(&self, folded: &str, words: &str) -> bool {
        let words = self.fold(words);
        let parts = |c: char| c == ' ' || c.is_ascii_punctuation();
        let begins = |at: usize| {
            let (before, first) = (folded[..at].chars().next_back(), folded[at..].chars().next());
            first.is_none_or(parts)
                || before.is_none_or(|before| {
                    parts(before) || before.is_ascii_digit() != first.is_some_and(|first| first.is_ascii_digit())
                })
        };
        match words.chars().count() {
            0..3 => folded.match_indices(&words).any(|(at, _)| begins(at)),
            _ => folded.contains(&words),
        }
    }

    /// Everything that words are looked for in.
    fn text(&self, row: &Row) -> String {
        let all = [&row.name, &row.email, &row.company].map(|field| field.as_deref().unwrap_or_default());
        self.fold(&all.join(" "))
    }

    fn field(&self, field: Option<&str>, values: &[String]) -> bool {
        field.is_some_and(|field| values.iter().any(|value| self.holds(&self.fold(field), value)))
    }

    fn finds(&self, query: &Query, row: &Row) -> bool {
        query.branches.iter().any(|branch| {
            let is_about_status = branch.terms.iter().any(|term| matches!(term.test, Test::Status(_)));
            (is_about_status || !row.deleted)
                && branch.terms.iter().all(|term| self.meets(&term.test, row) != term.negated)
        })
    }

    fn meets(&self, test: &Test, row: &Row) -> bool {
        let lower = |text: &str| text.to_lowercase();
        let at = |row: &Row| row.email_key.split_once('@').map(|(_, domain)| domain.to_owned());
        match test {
            Test::Text(text) => match &text.shape {
                Shape::Words => self.holds(&self.text(row), &text.typed),
                Shape::Digits(digits) => {
                    self.text(row).contains(digits) || row.phone.as_ref().is_some_and(|phone| phone.contains(digits))
                }
                Shape::Email(email) => row.email_key.starts_with(&lower(email)),
                Shape::Domain(domain) => at(row).is_some_and(|host| host.starts_with(&lower(domain))),
                Shape::Id(id) => row.id == *id,
            },
            Test::Name(values) => self.field(row.name.as_deref(), values),
            Test::Company(values) => self.field(row.company.as_deref(), values),
            Test::Email(patterns) => patterns.iter().any(|pattern| match pattern {
                EmailPattern::Whole(email) => row.email_key == lower(email),
                EmailPattern::Part(part) => row.email_key.contains(&lower(part)),
                EmailPattern::Glob(glob) => is_like(&row.email_key, &lower(glob)),
            }),
            Test::Phone(all) => all.iter().any(|digits| row.phone.as_ref().is_some_and(|phone| phone.contains(digits))),
            Test::Id(ids) => ids.contains(&row.id),
            Test::Country(all) => all.iter().any(|country| row.country.as_deref() == Some(country.as_str())),
            Test::Language(all) => all.iter().any(|language| row.language.as_deref() == Some(language.as_str())),
            Test::Kind(kinds) => kinds.contains(&if row.kind == "person" { Kind::Person } else { Kind::Organization }),
            Test::Status(all) => all.contains(&if row.deleted { Status::Deleted } else { Status::Active }),
            Test::Created(periods) => periods.iter().any(|period| is_in(period, row.id.created_at())),
            Test::Metadata { key, values } => values.iter().any(|value| row.metadata[key] == **value),
            Test::Has(things) => things.iter().any(|thing| match thing {
                Thing::Email => row.email.is_some(),
                Thing::Phone => row.phone.is_some(),
                Thing::Address => row.addressed,
                Thing::Card => methods(row).any(|method| method["kind"] == "card"),
                Thing::Bank => methods(row).any(|method| method["kind"] == "bank_account"),
            }),
            Test::Spent(amounts) => amounts.iter().any(|amounts| {
                let range = amounts.range("KES".parse().unwrap());
                let spent = row.money["spent"][range.currency.as_str()].as_i64().unwrap_or_default();
                (range.least..=range.most).contains(&spent)
            }),
            Test::Payments(counts) => counts.iter().any(|counts| {
                let ((least, most), payments) = (counts.whole(), row.money["payments"].as_i64().unwrap_or_default());
                (least..=most).contains(&payments)
            }),
            Test::LastPayment(periods) => row.money["last"].as_i64().is_some_and(|last| {
                let last = Timestamp::from_millisecond(last).unwrap();
                periods.iter().any(|period| is_in(period, last))
            }),
            Test::Last4(digits) => methods(row).any(|method| digits.iter().any(|digits| method["last4"] == **digits)),
            Test::Card(states) => methods(row).filter_map(|method| method["expires"].as_str()).any(|expires| {
                // It is the 1st of April in Nairobi; this month and the next two are soon.
                let expired = expires < "2026-04-01";
                let state = if expired { CardState::Expired } else { CardState::Expiring };
                expires <= "2026-06-30" && states.contains(&state)
            }),
        }
    }
}

fn methods(row: &Row) -> impl Iterator<Item = &serde_json::Value> {
    row.money["methods"].as_array().into_iter().flatten()
}

fn is_like(text: &str, glob: &str) -> bool {
    match glob.split_once('*') {
        None => text == glob,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|behind| {
            behind.char_indices().map(|(at, _)| at).chain([behind.len()]).any(|at| is_like(&behind[at..], rest))
        }),
    }
}

/// By the local date, not by moments.
fn is_in(period: &Period, created: Timestamp) -> bool {
    let zone = TimeZone::get("Africa/Nairobi").unwrap();
    let (day, today) = (created.to_zoned(zone.clone()).date(), now().to_zoned(zone).date());
    let written = day.to_string();
    let place = |calendar: &Calendar| written[..calendar.to_string().len()].cmp(&calendar.to_string());
    match period {
        Period::In(calendar) => place(calendar).is_eq(),
        Period::After(calendar) => place(calendar).is_gt(),
        Period::Since(calendar) => place(calendar).is_ge(),
        Period::Before(calendar) => place(calendar).is_lt(),
        Period::Until(calendar) => place(calendar).is_le(),
        Period::Between(one, other) => place(one).is_ge() && place(other).is_le(),
        Period::Last(count, Unit::Hour) => created >= now() - i64::from(*count).hours(),
        Period::Last(count, Unit::Day) => day >= today - i64::from(*count).days(),
        Period::Last(count, Unit::Week) => day >= today - i64::from(*count).weeks(),
        Period::Last(count, Unit::Month) => day >= today - i64::from(*count).months(),
        Period::Last(count, Unit::Year) => day >= today - i64::from(*count).years(),
        Period::Today => day == today,
        Period::Yesterday => day == today - 1.day(),
    }
}

#[actix_web::test]
async fn any_query_finds_what_reading_every_row_finds() {
    let world = World::empty().await;
    people(&world);
    let rows = stored(&world);
    let reading = Reading { world: &world, folds: RefCell::default() };
    let mut hits = 0;
    let mut runner = TestRunner::new(Config { cases: 150, failure_persistence: None, ..Config::default() });
    let hits_of = RefCell::new(&mut hits);
    runner
        .run(&query(), |query| {
            let text = query.to_string();
            let read = parse(&text, kenya()).unwrap();
            prop_assert_eq!(&read, &query, "{}", text);
            let all: Vec<CustomerId> = rows.iter().filter(|row| reading.finds(&query, row)).map(|row| row.id).collect();
            let mut by_name: Vec<&Row> = rows.iter().filter(|row| all.contains(&row.id)).collect();
            by_name.sort_by(|a, b| (&a.name_key, a.id).cmp(&(&b.name_key, b.id)));
            let by_name: Vec<CustomerId> = by_name.into_iter().map(|row| row.id).take(100).collect();
            for effort in EFFORTS {
                let scope = Scope { effort, ..scope(&world) };
                let newest = first_hundred(&world, &scope, &read, Sort::NEWEST);
                prop_assert_eq!(&newest[..], &all[..all.len().min(100)], "{} with {:?}", text, effort);
                let named = first_hundred(&world, &scope, &read, Sort { column: Column::Name, descending: false });
                prop_assert_eq!(&named, &by_name, "{} by name with {:?}", text, effort);
                let by_figure = FIGURED[text.len() % FIGURED.len()];
                let figured = first_hundred(&world, &scope, &read, by_figure);
                let plain = sorted_plainly(rows.iter().filter(|row| all.contains(&row.id)), by_figure);
                prop_assert_eq!(
                    &figured[..],
                    &plain[..plain.len().min(100)],
                    "{} {} with {:?}",
                    text,
                    by_figure,
                    effort
                );
                let counted = world.with(|conn| listing::count(conn, &scope, &read)).unwrap();
                prop_assert_eq!(counted.customers, all.len() as i64, "the count of {} with {:?}", text, effort);
            }
            **hits_of.borrow_mut() += usize::from(!all.is_empty());
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    assert!(hits > 50, "only {hits} of the queries found anybody");
}

/// The orders by what was paid.
const FIGURED: [Sort; 4] = [
    Sort { column: Column::Volume, descending: true },
    Sort { column: Column::Volume, descending: false },
    Sort { column: Column::LastPayment, descending: true },
    Sort { column: Column::LastPayment, descending: false },
];

/// Nothing paid is zero, and never is before every time.
fn sorted_plainly<'r>(rows: impl Iterator<Item = &'r Row>, sort: Sort) -> Vec<CustomerId> {
    let figure = |row: &Row| match sort.column {
        Column::Volume => row.money["spent"]["KES"].as_i64().unwrap_or(0),
        _ => row.money["last"].as_i64().unwrap_or(i64::MIN),
    };
    let mut rows: Vec<&Row> = rows.collect();
    rows.sort_by_key(|row| (figure(row), row.id));
    if sort.descending {
        rows.reverse();
    }
    rows.into_iter().map(|row| row.id).collect()
}

/// Every customer with what is asked about, newest first.
fn stored(world: &World) -> Vec<Row> {
    let statement = sql_query(
        "SELECT id, name_key, name, company, email_key, email, phone, country, language, kind, metadata,
           deleted_at IS NOT NULL AS deleted,
           id IN (SELECT customer_id FROM addresses) AS addressed,
           jsonb_build_object(
               'spent', (SELECT jsonb_object_agg(currency, volume) FROM payment_figures f WHERE f.account_id = customers.account_id AND f.customer_id = customers.id),
               'payments', (SELECT payments FROM payment_totals t WHERE t.account_id = customers.account_id AND t.customer_id = customers.id),
               'last', (SELECT (extract(epoch FROM last_payment_at) * 1000)::bigint FROM payment_totals t WHERE t.account_id = customers.account_id AND t.customer_id = customers.id),
               'methods', (SELECT jsonb_agg(jsonb_build_object('kind', kind, 'last4', last4, 'expires', expires_on::text))
                   FROM payment_methods m WHERE m.account_id = customers.account_id AND m.customer_id = customers.id AND removed_at IS NULL)) AS money
         FROM customers WHERE account_id = $1 ORDER BY id DESC",
    );
    world.with(|conn| statement.bind::<Uuid, _>(world.shop.live.uuid()).load(conn)).unwrap()
}

// --- pages -----------------------------------------------------------------------------------------

/// Pages of a list from one end to the other; between any two, somebody is added. The customers of each page.
fn pages(world: &World, scope: &Scope, query: &Query, sort: Sort, backwards: bool) -> Vec<CustomerId> {
    let limit = Limit::parse("7").unwrap();
    let list = |direction: &Direction| {
        let listed = world.with(|conn| listing::page(conn, scope, query, sort, direction, limit, &[])).unwrap();
        let old = insert(world, &Stored { name: Some("Ann Kamau"), created: MOMENTS[3], ..Stored::default() });
        let new = insert(world, &Stored { name: Some("Zed Kamau"), email: Some("z@acme.com"), ..Stored::default() });
        // As much and at the same time as others.
        world.figured(new, &["KES"], 229 * (listed.page.items.len() as i64 % 3) + 1, MOMENTS[5]);
        for id in [old, new] {
            world.with(|conn| words::learn(conn, world.shop.live, id)).unwrap();
        }
        listed.page
    };
    let mut page = list(&Direction::First);
    let mut all: Vec<Vec<CustomerId>> = vec![page.items.iter().map(|row| row.id).collect()];
    while let Some(cursor) = page.next_cursor(|row| row.cursor(sort)) {
        page = list(&Direction::After(cursor));
        all.push(page.items.iter().map(|row| row.id).collect());
    }
    if backwards {
        all = vec![page.items.iter().map(|row| row.id).collect()];
        while let Some(cursor) = page.previous_cursor(|row| row.cursor(sort)) {
            page = list(&Direction::Before(cursor));
            all.insert(0, page.items.iter().map(|row| row.id).collect());
        }
    }
    all.concat()
}

#[actix_web::test]
async fn pages_by_what_was_paid_are_in_the_plain_order_while_others_arrive_and_pay() {
    let queries = [
        "",
        "status:deleted",
        "status:active,deleted",
        "kamau",
        "created:2026",
        "ann OR spent:>10",
        "payments:0",
        "-payments:0",
    ];
    for (n, text) in queries.into_iter().enumerate() {
        // Each pass adds people to the pages of the next one.
        let world = World::empty().await;
        people(&world);
        let query = parse(text, kenya()).unwrap();
        for (m, sort) in FIGURED.into_iter().enumerate() {
            let effort = EFFORTS[(n + m) % EFFORTS.len()];
            let scope = Scope { effort, ..scope(&world) };
            let reading = Reading { world: &world, folds: RefCell::default() };
            let before = stored(&world);
            let there = sorted_plainly(before.iter().filter(|row| reading.finds(&query, row)), sort);
            assert!(there.len() > 7, "{text} finds some pages");
            let met = pages(&world, &scope, &query, sort, (n + m) % 2 == 0);
            let once: Vec<CustomerId> = met.iter().filter(|id| there.contains(id)).copied().collect();
            assert_eq!(once, there, "{text} sorted {sort} with {effort:?}");
            let different: std::collections::HashSet<&CustomerId> = met.iter().collect();
            assert_eq!(different.len(), met.len(), "{text} sorted {sort}: somebody twice");
        }
    }
}

#[actix_web::test]
async fn pages_of_a_search_have_nobody_twice_and_leave_nobody_out_while_others_are_added() {
    let queries = ["kamau", "ann OR company:acme", "kamau -has:phone", "acme status:active,deleted", "has:phone", "a"];
    for (n, text) in queries.into_iter().enumerate() {
        // Each pass adds people to the pages of the next one.
        let world = World::empty().await;
        people(&world);
        let query = parse(text, kenya()).unwrap();
        for (m, sort) in Sort::all().into_iter().enumerate().filter(|(m, _)| m % 3 == n % 3) {
            let effort = EFFORTS[(n + m) % EFFORTS.len()];
            let scope = Scope { effort, ..scope(&world) };
            // Who is there before must be met once, in the order of the list.
            let there: Vec<CustomerId> = everybody(&world, &scope, &query, sort);
            let met = pages(&world, &scope, &query, sort, n % 2 == 0);
            let once: Vec<CustomerId> = met.iter().filter(|id| there.contains(id)).copied().collect();
            assert_eq!(once, there, "{text} sorted {sort} with {effort:?}");
            let different: std::collections::HashSet<&CustomerId> = met.iter().collect();
            assert_eq!(different.len(), met.len(), "{text} sorted {sort}: somebody twice");
        }
    }
}

/// Everybody that a query finds, read without pages.
fn everybody(world: &World, scope: &Scope, query: &Query, sort: Sort) -> Vec<CustomerId> {
    let mut all = Vec::new();
    let mut direction = Direction::First;
    loop {
        let hundred = Limit::parse("100").unwrap();
        let usual = Scope { effort: Effort::default(), ..scope.clone() };
        let page = world.with(|conn| listing::page(conn, &usual, query, sort, &direction, hundred, &[])).unwrap().page;
        all.extend(page.items.iter().map(|row| row.id));
        match page.next_cursor(|row| row.cursor(sort)) {
            Some(cursor) => direction = Direction::After(cursor),
            None => return all,
        }
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
            world.with(|conn| words::learn(conn, world.shop.live, id)).unwrap();
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
    let query = parse("metadata.city:Me\u{301}xico", kenya()).unwrap();
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
        let query = parse(text, kenya()).unwrap();
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
            &Scope::now(world.shop.live, TimeZone::UTC, "KES".parse().unwrap()),
            &Query::default(),
            Sort::NEWEST
        )
        .is_empty()
    );
}
