//! Who may ask for what: a table of every route, and each way of asking for it without the right to.

mod confirmed;
mod fields;
mod half_way;
mod links;
mod people;
mod required;
pub mod rules;
mod strangers;

use std::collections::BTreeSet;

use actix_web::http::Method;
use clientele::{
    app::{open, pages},
    ids::{
        ApiKeyId, CustomerId, EventId, InvoiceId, MethodId, NoteId, PaymentId, PriceId, ScheduleId, SubscriptionId,
        ViewId,
    },
    routes::Route,
};

use rules::{ADMIN, EDITOR, Least, RULES, Rule};

use crate::world::{Answer, Asker, Named, World};

fn told(rule: &Rule, answer: &Answer) -> String {
    format!("{} {}: {}", rule.method, rule.path, answer.outline())
}

#[test]
fn every_route_is_in_the_table_and_every_entry_is_a_route() {
    let name = |route: &Route| (route.method.to_string(), route.path.to_owned());
    let routes: BTreeSet<_> = pages().iter().chain(&open()).map(name).collect();
    let rules: BTreeSet<_> = RULES.iter().map(|rule| (rule.method.to_owned(), rule.route())).collect();
    assert_eq!(routes, rules);
    assert_eq!(rules.len(), RULES.len(), "no route is there twice");
}

#[test]
fn what_works_without_a_session_says_so_in_both_lists() {
    let open: BTreeSet<_> = open().iter().map(|route| route.path).collect();
    let anybody: BTreeSet<_> = RULES.iter().filter(|rule| rule.is_open()).map(|rule| rule.path).collect();
    assert_eq!(
        anybody.difference(&open).copied().collect::<Vec<_>>(),
        ["/invitations/{token}", "/login", "/login/passkey", "/login/passkey/challenge", "/login/second_factor"]
    );
}

#[actix_web::test]
async fn a_page_asked_for_without_a_session_leads_to_signing_in_and_back() {
    let (world, named) = World::populated().await;
    for rule in RULES.iter().filter(|rule| !rule.changes() && !rule.is_open()) {
        let path = rule.path_of(&named);
        let answer = world.nobody().get(&path).await;
        assert_eq!(answer.status, 303, "{}", told(rule, &answer));
        let next = format!("/login?next={}", crate::world::encode(&path));
        assert_eq!(answer.location(), if path == "/" { "/login" } else { &next });
        assert!(answer.body.is_empty());

        let fragment =
            world.nobody().fragment(&path).header("HX-Current-URL", "http://clientele.test/profile?a=b").await;
        assert_eq!(fragment.status, 401, "{}", told(rule, &fragment));
        if path != "/" {
            assert_eq!(fragment.header("HX-Redirect"), Some("/login?next=%2Fprofile%3Fa%3Db"));
        }
        assert!(fragment.body.is_empty());
    }
}

#[actix_web::test]
async fn a_page_keeps_its_search_through_the_sign_in() {
    let world = World::empty().await;
    let answer = world.nobody().get("/customers?q=wanjiru&sort=name").await;
    assert_eq!(answer.location(), "/login?next=%2Fcustomers%3Fq%3Dwanjiru%26sort%3Dname");
}

#[actix_web::test]
async fn a_form_sent_without_a_session_waits_in_the_sign_in_form() {
    let (world, named) = World::populated().await;
    let before = world.census();
    for rule in RULES.iter().filter(|rule| rule.changes() && !rule.is_open()) {
        let answer = rule.asked(&world.nobody(), &named).await;
        assert_eq!(answer.status, 401, "{}", told(rule, &answer));
        let form = answer.form_to("/login");
        let waits = |name: &str| form.fields.iter().any(|(field, _)| *field == format!("waiting.{name}"));
        for pair in rule.form.split('&').filter(|pair| !pair.is_empty()) {
            let name = pair.split('=').next().unwrap();
            let is_secret = name.contains("password") || name.ends_with("_number") || name == "one_time_code";
            assert_eq!(waits(name), !is_secret, "{name} of {}", told(rule, &answer));
        }
        let fragment = world.nobody().post(rule.path_of(&named), rule.form).in_place().await;
        assert_eq!((fragment.status.as_u16(), fragment.header("HX-Retarget")), (401, Some("body")));
        assert_eq!(fragment.header("HX-Reswap"), Some("innerHTML"));
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn after_signing_in_again_every_form_leads_to_a_page() {
    let (world, named) = World::populated().await;
    let mut dead_ends = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.changes() && !rule.is_open()) {
        let browser = world.nobody().coming_from("198.51.100.7");
        let form = rule.asked(&browser, &named).await.form_to("/login");
        let editor = world.editor();
        let mut next = editor.get(form.value("next")).await;
        // The page that a view begins with leads on.
        if next.status == 303 {
            next = editor.get(next.location()).await;
        }
        if !next.status.is_success() {
            dead_ends.push(told(rule, &next));
        }
    }
    assert!(dead_ends.is_empty(), "{dead_ends:#?}");
}

#[actix_web::test]
async fn a_role_that_is_too_small_changes_nothing() {
    let (world, named) = World::populated().await;
    let before = world.census();
    for rule in RULES.iter().filter(|rule| [EDITOR, ADMIN].contains(&rule.least)) {
        let asker = if rule.least == ADMIN { world.editor() } else { world.viewer() };
        let answer = rule.asked(&asker, &named).await;
        assert_eq!(answer.status, 403, "{}", told(rule, &answer));
        let fragment = if rule.changes() {
            asker.post(rule.path_of(&named), rule.form).in_place().await
        } else {
            asker.fragment(rule.path_of(&named)).await
        };
        assert_eq!((fragment.status.as_u16(), fragment.header("HX-Retarget")), (403, Some("#notices")));
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn a_role_that_is_great_enough_is_let_through() {
    let (world, named) = World::populated().await;
    fields::define(&world, world.shop.live, fields::FIELD);
    for rule in RULES {
        for person in [&world.shop.viewer, &world.shop.editor, &world.shop.admin, &world.shop.owner] {
            if matches!(rule.least, Least::Role(least) if person.role < least) {
                continue;
            }
            let answer = rule.asked(&rule.asker(&world, person), &named).await;
            let refused = [401, 403, 404, 405].contains(&answer.status.as_u16()) || answer.status.is_server_error();
            assert!(!refused, "{:?}: {}", person.role, told(rule, &answer));
        }
    }
}

#[actix_web::test]
async fn a_change_that_another_sites_page_sends_is_refused() {
    let (world, named) = World::populated().await;
    let before = world.census();
    let foreign: [&[(&'static str, &str)]; 9] = [
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", "http://clientele.test")],
        &[("Origin", "null")],
        &[("Origin", "https://evil.example")],
        &[("Origin", "http://clientele.test.evil.example")],
        &[("Origin", "https://clientele.test")],
        &[("Origin", "http://clientele.test:81")],
        &[("Origin", "null"), ("Sec-Fetch-Site", "same-origin")],
    ];
    for rule in RULES.iter().filter(|rule| rule.changes()) {
        let owner = world.owner();
        for headers in foreign {
            let request = owner.request(Method::POST, &rule.path_of(&named)).form(rule.form);
            let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
            let answer = request.await;
            assert_eq!(answer.status, 403, "{headers:?} {}", told(rule, &answer));
        }
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn who_is_refused_is_told_which_of_the_two_causes_it_was() {
    let world = World::empty().await;
    let editor = world.editor();
    for origin in [
        "http://192.168.1.20:8080",
        "http://[fd00::20]:8080",
        "http://clientele.lan",
        "https://clientele.test",
        "http://clientele.test:8080",
        "http://www.clientele.test",
    ] {
        for path in ["/customers", "/payments", "/profile"] {
            let sent = editor.request(Method::POST, path).form("name=A&email=a%40b.example");
            let page = sent.header("Origin", origin).await.expect(403).text("main");
            assert!(page.contains("another address than http://clientele.test"), "{origin}: {page}");
            assert!(!page.contains("role"), "{origin}: {page}");
        }
    }
    let page = world.viewer().get("/customers/new").await.expect(403).text("main");
    assert!(page.contains("You are a viewer") && !page.contains("address"), "{page}");
    let page = world.editor().get("/settings/api_keys").await.expect(403).text("main");
    assert!(page.contains("You are an editor, and this is for admins and owners"), "{page}");
}

#[actix_web::test]
async fn what_is_refused_is_told_in_the_frame_with_the_ways_on() {
    let (world, named) = World::populated().await;
    let viewer = world.viewer();
    let unknown = CustomerId::new();
    for (path, status, title) in [
        ("/customers/new".to_owned(), 403, "You may not do this"),
        (format!("/customers/{unknown}"), 404, "No customer has this ID"),
        (format!("/customers/{unknown}/payments"), 404, "No customer has this ID"),
        (format!("/payments/{}", PaymentId::new()), 404, "No payment has this ID"),
        (format!("/customers/{}", named.tested), 404, "This customer is in your test account"),
        ("/nowhere".to_owned(), 404, "Not found"),
        ("/customers?sort=hat".to_owned(), 400, "This address or form is damaged"),
    ] {
        let page = viewer.get(&path).await.expect(status);
        assert_eq!(page.text("h1"), title, "{path}");
        assert!(page.has(".sidebar a[href='/payments']") && page.has("#palette"), "{path}");
        assert!(!page.text("main").contains("reference"), "{path}");
    }
    let page = viewer.get(format!("/customers/{}", named.tested)).await;
    assert_eq!(page.form("main form").fields.iter().find(|(name, _)| name == "mode").unwrap().1, "test");
}

#[actix_web::test]
async fn a_change_from_our_own_page_or_from_no_browser_is_taken() {
    let world = World::empty().await;
    let ours: [&[(&'static str, &str)]; 5] = [
        &[],
        &[("Sec-Fetch-Site", "same-origin")],
        &[("Sec-Fetch-Site", "none")],
        &[("Origin", "http://clientele.test")],
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", "http://clientele.test")],
    ];
    for (n, headers) in ours.into_iter().enumerate() {
        let editor = world.editor();
        let form = format!("name=Nia+{n}&email=nia{n}%40new.example");
        let request = editor.request(Method::POST, "/customers").form(form);
        headers.iter().fold(request, |request, (name, value)| request.header(name, value)).await.expect(303);
    }
    assert_eq!(world.census().0, 5);
}

#[actix_web::test]
async fn every_page_also_answers_head_and_no_other_method() {
    let (world, named) = World::populated().await;
    for rule in RULES.iter().filter(|rule| !rule.changes()) {
        let path = rule.path_of(&named);
        let owner = rule.asker(&world, &world.shop.owner);
        let (get, head) = (owner.get(&path).await, owner.request(Method::HEAD, &path).await);
        assert_eq!(get.status, head.status, "{}", told(rule, &head));
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = owner.request(method.clone(), &path).await;
            assert_eq!(answer.status, 405, "{method} {}", rule.path);
        }
    }
}
