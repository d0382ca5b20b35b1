//! The list of customers: its orders and pages, searches, filters and columns.

use super::*;
use crate::world::Named;

/// Customers of every kind, some of whom have paid.
async fn shop() -> (World, Named) {
    let (world, named) = World::populated().await;
    let people: Vec<_> = (0..28).map(|n| (format!("Njeri {n:02}"), format!("n{n:02}@njeri.example"))).collect();
    let crowd = world.crowd(&people);
    for (months, customer, form) in [
        (1, named.wanjiru, "amount=1250.50&reference=INV+7"),
        (2, named.wanjiru, "amount=80&currency=USD"),
        (3, named.acme, "amount=90000"),
        (4, named.jose, "amount=12&currency=EUR"),
        (5, crowd[3], "amount=7"),
    ] {
        recorded(&world, months, 2, &format!("{form}&customer={customer}")).await;
    }
    (world, named)
}

/// Before there is anything.
pub async fn first_use(states: &mut States) {
    let world = World::empty().await;
    for (role, asker) in [("viewer", world.viewer()), ("editor", world.editor())] {
        for (name, path) in [
            ("customers", "/customers"),
            ("deleted", "/customers?q=status%3Adeleted"),
            ("payments", "/payments"),
            ("views", "/views"),
            ("palette", "/palette"),
        ] {
            states.both(&format!("empty-{name}-{role}"), &asker, path, 200).await;
        }
    }
}

/// All customers in every order, page by page, and in other columns.
pub async fn orders(states: &mut States) {
    let (world, _) = shop().await;
    let viewer = world.viewer();
    let testing = world.testing(&world.shop.viewer);
    for (role, asker) in [("viewer", &viewer), ("editor", &world.editor()), ("testing", &testing)] {
        states.both(&format!("customers-{role}"), asker, "/customers", 200).await;
    }
    for column in ["created", "name", "email", "volume", "last_payment"] {
        for (way, sort) in [("up", column.to_owned()), ("down", format!("-{column}"))] {
            let name = format!("customers-by-{column}-{way}");
            let first = states.both(&name, &viewer, format!("/customers?sort={sort}&limit=9"), 200).await;
            let next = first.attribute("a[rel=next]", "href");
            let second = states.both(&format!("{name}-after"), &viewer, next, 200).await;
            let previous = second.attribute("a[rel=prev]", "href");
            states.both(&format!("{name}-before"), &viewer, previous, 200).await;
        }
    }
    for (name, columns) in [
        ("all", "email,phone,company,country,language,kind,reference,updated,created,volume"),
        ("metadata", "metadata.tier,email"),
        ("paid", "last_payment,volume"),
        ("one", "email"),
    ] {
        states.both(&format!("columns-{name}"), &viewer, format!("/customers?columns={columns}"), 200).await;
    }
    let page = viewer.get("/customers?q=njeri&sort=name").await;
    let choose = page.attribute("#choose-columns", "href");
    let form = states.both("columns", &viewer, choose, 200).await.form("#columns-form").set("metadata_key", "tier");
    let moved = format!("/customers/columns?{}", form.clone().set("down", "email").encoded());
    states.both("columns-moved", &viewer, moved, 200).await;
    states.done("columns-chosen", &viewer, &form).await;
    for limit in [1, 50, 100] {
        states.both(&format!("customers-limit-{limit}"), &viewer, format!("/customers?limit={limit}"), 200).await;
    }
    states.keep("customers-count.part", 200, &viewer.fragment("/customers/count").await);
    states.keep("customers-count-found.part", 200, &viewer.fragment("/customers/count?q=njeri").await);
    states.page("customers-count", &viewer, "/customers/count?q=njeri", 303).await;
}

/// Searches that find somebody, nobody, and that are not understood.
pub async fn searches(states: &mut States) {
    let (world, named) = shop().await;
    let viewer = world.viewer();
    for (name, q, status) in [
        ("word", "wanjiru", 200),
        ("many", "njeri", 200),
        ("accents", "jose", 200),
        ("letters", "李明", 200),
        ("phone", "0712 345 678", 200),
        ("email", "office@acme.example", 200),
        ("id", &*named.jose.to_string(), 200),
        ("quoted", "\"Acme Ltd\"", 200),
        ("not", "acme -has:email", 200),
        ("or", "wanjiru country:KE OR jose", 200),
        ("nobody", "zzzzz", 200),
        ("nobody-meant", "wanjiro", 200),
        ("nobody-meant-of-two", "acmme njerri", 200),
        ("nobody-filtered", "wanjiru country:UG", 200),
        ("nobody-but-deleted", "otieno", 200),
        ("nobody-or-deleted", "otieno OR zzzzz", 200),
        ("markup", "<b>\"&'", 200),
        ("unknown-key", "jane emial:acme doe", 422),
        ("no-key", "foo:bar", 422),
        ("bad-date", "created:soon", 422),
        ("bad-country", "country:Kenia", 422),
        ("bad-status", "status:delted", 422),
        ("bad-amount", "spent:much", 422),
        ("no-value", "email:", 422),
        ("open-or", "jane OR", 422),
        ("too-long", &*"word ".repeat(500), 422),
    ] {
        states.both(&format!("search-{name}"), &viewer, searched(q), status).await;
    }
    for (name, parameter) in [
        ("sort", "sort=shoe"),
        ("limit", "limit=0"),
        ("cursor", "after=x"),
        ("columns", "columns=hat"),
        ("view", "view=nonsense"),
        ("filter", "filter=zzz&value=1"),
        ("metadata", "filter=metadata&metadata_key=a+b&value=1"),
    ] {
        states.both(&format!("bad-{name}"), &viewer, format!("/customers?{parameter}"), 400).await;
    }
    for (name, q) in [("", ""), ("-found", "?q=w+has%3Aemail"), ("-damaged", "?q=foo%3Abar")] {
        states.both(&format!("customers-help{name}"), &viewer, format!("/customers/help{q}"), 200).await;
    }
}

/// A search for each filter: its list, and the form that changes it.
const CHIPS: [(&str, &str); 28] = [
    ("country", "country:KE"),
    ("country-not", "-country:KE,UG"),
    ("created", "created:last-30d"),
    ("created-today", "created:today"),
    ("created-days", "created:2026-01-01..2026-01-31"),
    ("spent", "spent:>100"),
    ("spent-nothing", "spent:0"),
    ("spent-currency", "spent:10..1000USD"),
    ("payments", "payments:1..9"),
    ("payments-none", "payments:0"),
    ("last_payment", "last_payment:last-1y"),
    ("last_payment-old", "last_payment:<2020-01"),
    ("has", "has:phone"),
    ("has-any", "has:phone,address"),
    ("has-not", "-has:email"),
    ("card", "card:expiring,expired"),
    ("last4", "last4:4242"),
    ("kind", "kind:organization"),
    ("kind-person", "kind:person"),
    ("lang", "lang:sw"),
    ("company", "company:duka,\"a b\""),
    ("metadata", "metadata.tier:gold"),
    ("status", "status:deleted"),
    ("status-both", "status:active,deleted"),
    ("name", "name:wanjiru"),
    ("email", "email:*@acme.example"),
    ("phone", "phone:5678"),
    ("several", "wanjiru country:KE -has:card metadata.tier:gold"),
];

/// Chips, and the form of every filter.
pub async fn filters(states: &mut States) {
    let (world, _) = shop().await;
    let (viewer, editor) = (world.viewer(), world.editor());
    for (name, q) in CHIPS {
        states.both(&format!("chip-{name}"), &viewer, searched(q), 200).await;
        let key = name.split('-').next().unwrap();
        if key != "several" {
            let path = format!("/customers/filters/{key}?q={}&place=0", encode(q));
            states.both(&format!("filter-{name}-changed"), &viewer, path, 200).await;
        }
    }
    states.both("deleted-editor", &editor, searched("status:deleted"), 200).await;
    for key in [
        "country",
        "created",
        "spent",
        "payments",
        "last_payment",
        "has",
        "card",
        "last4",
        "kind",
        "lang",
        "company",
        "metadata",
        "status",
    ] {
        let path = format!("/customers/filters/{key}?q=w&sort=name");
        states.both(&format!("filter-{key}"), &viewer, path, 200).await;
    }
    states.both("filters", &viewer, "/customers/filters?q=country%3AKE", 200).await;
    states.both("filters-of-either", &viewer, "/customers/filters?q=a+OR+b", 404).await;
    for (name, typed) in [("keys", "la"), ("values", "country:"), ("words", "zzz")] {
        let path = format!("/customers/completions?q={}", encode(typed));
        states.keep(&format!("completions-{name}.part"), 200, &viewer.fragment(path).await);
    }
    let form = viewer.get("/customers/filters/country?q=w").await.form("main form").set("value", "Kenya, UG");
    states.done("filter-chosen", &viewer, &form).await;
    for (name, path, status) in [
        ("unknown", "zzz", 404),
        ("of-either", "country?q=a+OR+b", 404),
        ("nowhere", "country?q=w&place=7", 404),
        ("of-nonsense", "country?q=foo%3Abar", 400),
    ] {
        states.both(&format!("filter-{name}"), &viewer, format!("/customers/filters/{path}"), status).await;
    }
}
