//! The calls that list and count invoices, subscriptions and payment schedules: what a page of them finds, in its order.

use std::collections::BTreeSet;

use actix_web::http::Method;
use clientele::{
    api::told::Kind,
    app::calls,
    customer_parts::PaymentSearch as Search,
    invoice_page::pages::list::Invoices,
    lists::{Lists, Sort, Table, of_choice},
    payments::pages::list::Payments,
    schedules::pages::list::Schedules,
    subscriptions::pages::list::Subscriptions,
    values::Mode,
};
use serde_json::{Value, json};

use super::Client;
use crate::{
    lists::shop,
    world::{World, encode},
};

const INVOICES: &str = "/v1/invoices";
const SUBSCRIPTIONS: &str = "/v1/subscriptions";
const SCHEDULES: &str = "/v1/payment_schedules";

/// The lists, with their paths and those of their pages.
fn lists() -> [(&'static Table, &'static str, &'static str); 4] {
    [
        (Payments::<Search>::table(), "/v1/payments", "/payments"),
        (Invoices::table(), INVOICES, "/invoices"),
        (Subscriptions::table(), SUBSCRIPTIONS, "/subscriptions"),
        (Schedules::table(), SCHEDULES, "/schedules"),
    ]
}

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// What a page shows, as ids.
async fn shown(world: &World, page: &str, q: &str, sort: &str) -> Vec<String> {
    let path = format!("{page}?limit=100&sort={sort}&q={}", encode(q));
    let page = world.viewer().get(path).await.expect(200);
    page.all("#results tbody tr").iter().map(|row| row.attr("id").unwrap().to_owned()).collect()
}

/// What a call lists, from its first page to its last; each page is also reached from behind.
async fn listed(client: &Client, path: &str, q: &str, sort: &str) -> Vec<String> {
    let path = format!("{path}?limit=40&sort={sort}&q={}", encode(q));
    let mut pages = vec![client.get(&path).await.expect(200).json];
    while let Some(next) = pages[pages.len() - 1]["next_cursor"].as_str() {
        pages.push(client.get(&format!("{path}&after={next}")).await.expect(200).json);
    }
    for pair in pages.windows(2) {
        let back = pair[1]["previous_cursor"].as_str().unwrap();
        let back = client.get(&format!("{path}&before={back}")).await.expect(200).json;
        assert_eq!(ids(&back), ids(&pair[0]), "{path}");
    }
    assert!(pages[0]["previous_cursor"].is_null() && pages[pages.len() - 1]["has_more"] == false);
    pages.iter().flat_map(ids).collect()
}

/// Searches with every key of a list, of customers with these ids.
fn searches(path: &str, whose: &str, one: &str, subscription: &str) -> Vec<String> {
    let searches = match path {
        INVOICES => {
            "status:overdue,paid|number:sg-12,SG-13|SG-12|jane|customer:WHOSE|-customer:jose|amount:>500|currency:USD,JPY|\
            -due:2026-11|paid:2026-10|failed:never|created:2026-10|subscription:BILL|BILL|reference:\"PO 20\"|id:ONE|\
            ONE OR status:void|nobody-like-it"
        }
        SUBSCRIPTIONS => {
            "status:still,trialing|jane -status:canceled|customer:WHOSE|amount:>=400 currency:USD|next:<2026-12-10|\
            next:never|every:quarter,year|price:pro_monthly|pro_monthly|collects:invoice|method:none|card:expiring|last4:4242|\
            ends:2027-02|revenue:counted|created:2026-10|id:ONE|status:past_due OR price:pro_monthly|nobody-like-it"
        }
        _ => {
            "status:active,finished|jane -status:canceled|customer:WHOSE|amount:>500|currency:USD|part:failed|\
            -part:planned,failed|next:never|created:2026-10|id:ONE|ONE|part:failed OR currency:JPY|nobody-like-it"
        }
    };
    let filled = searches.replace("WHOSE", whose).replace("ONE", one).replace("BILL", subscription);
    filled.split('|').map(str::to_owned).collect()
}

#[actix_web::test]
async fn every_search_of_a_page_finds_the_same_by_a_call_in_every_order_and_is_counted() {
    let (world, people) = shop().await;
    world.method(world.shop.live, people[0]);
    let client = Client::unlimited(&world, Mode::Live).await;
    let subscription = ids(&client.get(&format!("{SUBSCRIPTIONS}?sort=created&limit=2")).await.json).pop().unwrap();
    for (table, path, page) in lists().into_iter().skip(1) {
        for sort in table.sorts().map(|sort| sort.name()) {
            let all = listed(&client, path, "", &sort).await;
            assert_eq!(all.len(), 90, "{path} {sort}");
            assert_eq!(all, shown(&world, page, "", &sort).await, "{path} {sort}");
        }
        let one = &listed(&client, path, "", "-created").await[40];
        let searches = searches(path, &people[1].to_string(), one, &subscription);
        let names: Vec<_> = table.language.vocabulary().keywords.iter().map(|key| key.name).collect();
        let has = |name: &&&str| searches.iter().any(|q| q.contains(&format!("{name}:")));
        assert_eq!(names.iter().filter(has).collect::<Vec<_>>(), names.iter().collect::<Vec<_>>(), "every key");
        // Each search in one of the orders.
        let sorts: Vec<String> = table.sorts().map(|sort| sort.name()).collect();
        for (q, sort) in searches.iter().zip(sorts.iter().cycle()) {
            let found = listed(&client, path, q, sort).await;
            assert_eq!(found, shown(&world, page, q, sort).await, "{q} {sort}");
            assert_eq!(found.is_empty(), q == "nobody-like-it" || q.starts_with("card:"), "{q} {}", found.len());
            let count = client.get(&format!("{path}/count?q={}", encode(q))).await.expect(200).json;
            assert_eq!((&count["count"], &count["capped"]), (&json!(found.len()), &json!(false)), "{q}");
        }
    }
}

#[actix_web::test]
async fn the_parameters_that_narrow_a_list_hold_beside_a_search_and_in_its_orders() {
    let (world, people) = shop().await;
    let client = Client::unlimited(&world, Mode::Live).await;
    let found = async |path: String| ids(&client.get(&path).await.expect(200).json);
    let bill = found(format!("{SUBSCRIPTIONS}?sort=created&limit=2")).await.pop().unwrap();
    for (path, narrowed, same) in [
        (INVOICES, "status=overdue".to_owned(), "status:overdue".to_owned()),
        (INVOICES, format!("subscription={bill}"), format!("subscription:{bill}")),
        (SUBSCRIPTIONS, "status=past_due".to_owned(), "status:past_due".to_owned()),
        (SUBSCRIPTIONS, "price=pro_monthly&status=past_due".to_owned(), "price:pro_monthly status:past_due".to_owned()),
        (SCHEDULES, "status=finished".to_owned(), "status:finished".to_owned()),
    ] {
        let searched = found(format!("{path}?limit=100&q={}", encode(&same))).await;
        assert!(!searched.is_empty() && searched.len() < 40, "{same}");
        assert_eq!(found(format!("{path}?limit=100&{narrowed}")).await, searched, "{narrowed}");
        let counted = client.get(&format!("{path}/count?{narrowed}")).await.expect(200).json;
        assert_eq!(counted["count"], json!(searched.len()));
        for customer in &people {
            let theirs = format!("{path}?limit=100&customer={customer}&{narrowed}&sort=-amount&q=-currency:KES");
            let same = encode(&format!("customer:{customer} -currency:KES {same}"));
            let searched = found(format!("{path}?limit=100&sort=-amount&q={same}")).await;
            assert_eq!(found(theirs.clone()).await, searched, "{theirs}");
            let own = path.replacen("/v1", &format!("/v1/customers/{customer}"), 1);
            let of_path = client.get(&format!("{own}?limit=100&{narrowed}&sort=-amount&q=-currency:KES")).await.json;
            assert_eq!((ids(&of_path), &of_path["url"]), (searched, &json!(own)));
        }
        // What is asked for in both ways has to be both, in every branch of the search.
        let both = format!("{path}?customer={}&q=customer:{}", people[0], people[1]);
        assert_eq!(found(both).await, [""; 0]);
        let branches = found(format!("{path}?limit=100&customer={}&q=currency:KES+OR+currency:USD", people[0])).await;
        assert_eq!(branches, found(format!("{path}?limit=100&q=customer:{}+currency:KES,USD", people[0])).await);
    }
    assert_eq!(found(format!("{SUBSCRIPTIONS}?status=canceled&q=status:past_due")).await, [""; 0]);
    // In the order of creation any id is a place; in another one only its own cursors are.
    for (_, path, _) in lists().into_iter().skip(1) {
        let first = found(format!("{path}?limit=3&q=currency:USD")).await;
        let rest = found(format!("{path}?limit=2&q=currency:USD&after={}", first[0])).await;
        assert_eq!(rest, first[1..]);
        assert_eq!(found(format!("{path}?limit=2&q=currency:USD&before={}", first[1])).await, first[..1]);
        let upwards = found(format!("{path}?sort=created&limit=1&q=currency:USD&after={}", first[1])).await;
        assert_eq!(upwards, first[..1]);
        let by_amount = client.get(&format!("{path}?sort=amount&limit=3")).await.json;
        let cursor = by_amount["next_cursor"].as_str().unwrap();
        for (refused, code) in [
            (format!("sort=amount&after={}", first[0]), "cursor_damaged"),
            (format!("sort=-amount&after={cursor}"), "cursor_of_other_sort"),
            (format!("after={cursor}"), "cursor_of_other_sort"),
            (format!("sort=amount&after={cursor}&before={cursor}"), "invalid_parameter"),
        ] {
            assert_eq!(client.get(&format!("{path}?{refused}")).await.refused(400), code, "{path} {refused}");
        }
    }
}

#[actix_web::test]
async fn a_cursor_that_was_changed_on_the_way_is_damaged() {
    let (world, _) = shop().await;
    let client = Client::of(&world);
    for (table, path, _) in lists().into_iter().skip(1) {
        let sort = table.orders.iter().find(|order| order.name == "amount").unwrap();
        let sort = Sort { order: sort, descending: false };
        for values in [&["KES".to_owned()][..], &["KES".to_owned(), "much".to_owned()], &[]] {
            let cursor = sort.place(world.shop.live.uuid(), values);
            let refused = client.get(&format!("{path}?sort=amount&after={cursor}")).await;
            assert_eq!(refused.refused(400), "cursor_damaged", "{path} {values:?}");
        }
    }
}

#[actix_web::test]
async fn what_no_list_knows_is_refused_by_each_in_the_same_way() {
    let world = World::empty().await;
    let client = Client::unlimited(&world, Mode::Live).await;
    let nobody = "cust_01h2xcejqtf2nbrexx3vqjhp41";
    for (_, path, _) in lists() {
        for (refused, code, says) in [
            ("?sort=name", "invalid_parameter", "“sort” is one of -created, created"),
            ("?customer=me", "invalid_parameter", "“customer” is the id of a customer, like cust_01h…."),
            ("?customer=", "invalid_parameter", "“customer” is empty. Fill it, or leave it out."),
            ("/count?customer=pay_1", "invalid_parameter", "“customer” is the id of a customer, like cust_01h…."),
            ("/count?sort=created", "unknown_parameter", "There is no parameter “sort”."),
            ("?q=statu:open", "query_not_understood", "There is no search key “statu”. Did you mean status:?"),
            ("/count?q=a+OR", "query_not_understood", "OR"),
            ("?after=x", "cursor_damaged", "This cursor is damaged."),
            ("?offset=3", "unknown_parameter", "“after”"),
            ("?search=x", "unknown_parameter", "Did you mean “q”?"),
        ] {
            let called = client.get(&format!("{path}{refused}")).await;
            let said = called.json["error"]["message"].as_str().unwrap().to_owned();
            assert_eq!(called.refused(400), code, "{path}{refused}");
            assert!(said.contains(says), "{path}{refused}: {said}");
        }
        for own in [format!("{path}?customer={nobody}"), path.replacen("/v1", &format!("/v1/customers/{nobody}"), 1)] {
            assert_eq!(client.get(&own).await.refused(404), "not_found", "{own}");
        }
        assert_eq!(client.get(&format!("{path}/count?customer={nobody}")).await.refused(404), "not_found");
        // The other account has nothing of this one, whatever is searched for.
        assert_eq!(ids(&client.get(&format!("{path}?q=-currency:EUR&sort=created")).await.expect(200).json), [""; 0]);
    }
    for (path, says) in [
        (INVOICES, "“status” is one of open, overdue, paid, void, uncollectible."),
        (SUBSCRIPTIONS, "“status” is one of trialing, incomplete, active, past_due, canceled."),
        (SCHEDULES, "“status” is one of active, past_due, finished, canceled."),
    ] {
        // The words of a search that are no status of their own are none of the parameter.
        for word in ["still", "trial", "unpaid", "Open"] {
            let called = client.get(&format!("{path}?status={word}")).await;
            assert_eq!(called.json["error"]["message"], says);
            assert_eq!(called.refused(400), "invalid_parameter", "{path} {word}");
        }
    }
    let malformed = client.get(&format!("{INVOICES}?subscription=inv_1")).await;
    assert_eq!(malformed.json["error"]["message"], "“subscription” is the id of a subscription, like sub_01h….");
    assert_eq!(client.get(&format!("{SUBSCRIPTIONS}?price=none")).await.refused(404), "not_found");
}

#[actix_web::test]
async fn the_document_names_the_orders_and_the_statuses_that_there_are() {
    let routes = calls();
    for (table, path, _) in lists() {
        let sorts: BTreeSet<String> = table.sorts().map(|sort| sort.name()).collect();
        let own = path.replacen("/v1", "/v1/customers/{id}", 1);
        let of_list = routes.iter().filter(|route| route.path == path || route.path == own);
        let of_list: Vec<_> = of_list.filter(|route| route.methods.contains(&Method::GET)).collect();
        assert_eq!(of_list.len(), 2, "{path}");
        for parameter in of_list.iter().flat_map(|route| route.parameters) {
            let Kind::OneOf(words) = parameter.kind else { continue };
            match parameter.name {
                "sort" => assert_eq!(words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>(), sorts),
                key => assert!(words.iter().all(|word| of_choice(table.language, key, word).is_some()), "{path} {key}"),
            }
        }
    }
}

#[actix_web::test]
async fn a_masked_key_finds_by_a_whole_value_and_by_no_part_of_it() {
    let world = World::empty().await;
    let customer = world.customer("name=Jane+Shown&email=jane.hidden%40mail.example&phone=0712+345+678");
    let (open, masked) = (Client::unlimited(&world, Mode::Live).await, Client::unlimited(&world, Mode::Live).await);
    world.sql(&format!("UPDATE api_keys SET is_masked = true WHERE id = '{}'", masked.id.uuid()));
    world.paid(customer, 1);
    let body =
        json!({"customer": customer, "currency": "kes", "lines": [{"description": "Help", "unit_amount": 9800}]});
    open.post(INVOICES, &body.to_string()).await.expect(201);
    let body = json!({"customer": customer, "amount": 4900, "currency": "kes", "interval": "month", "name": "Pro",
        "collects": "invoice", "days_until_due": 14});
    open.post(SUBSCRIPTIONS, &body.to_string()).await.expect(201);
    world.sql(&format!(
        "INSERT INTO payment_schedules (account_id, id, version, customer_id, description, currency, total, paid, status, \
         next_on, updated_at) VALUES ('{}', gen_random_uuid(), 1, '{}', 'Roof', 'KES', 100, 0, 'active', '2027-01-01', now())",
        world.shop.live.uuid(),
        customer.uuid()
    ));
    for (_, path, _) in lists() {
        let found = async |client: &Client, q: &str| {
            let list = client.get(&format!("{path}?q={}", encode(q))).await.expect(200).json;
            let count = client.get(&format!("{path}/count?q={}", encode(q))).await.expect(200).json;
            assert_eq!(count["count"], json!(ids(&list).len()), "{path} {q}");
            ids(&list).len()
        };
        let all = ids(&open.get(path).await.json).len();
        assert!(all > 0, "{path}");
        for whole in ["jane.hidden@mail.example", "customer:jane.hidden@mail.example", "0712 345 678", "jane"] {
            assert_eq!((found(&open, whole).await, found(&masked, whole).await), (all, all), "{path} {whole}");
        }
        for part in ["hidden", "customer:hidden", "712345", "hidden OR hidde"] {
            assert_eq!((found(&open, part).await, found(&masked, part).await), (all, 0), "{path} {part}");
        }
        assert_eq!((found(&open, "-hidden").await, found(&masked, "-hidden").await), (0, all), "{path}");
    }
}
