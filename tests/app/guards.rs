//! Who may ask for what: a table of every route, and each way of asking for it without the right to.

mod confirmed;
mod fields;
mod half_way;
mod links;
mod people;
mod required;
mod strangers;

use std::collections::BTreeSet;

use actix_web::http::Method;
use clientele::{
    app::{open, pages},
    ids::{ApiKeyId, CustomerId, EventId, MethodId, NoteId, PaymentId, ViewId},
    routes::Route,
    who::Role,
};

use crate::world::{Answer, Asker, Named, Person, World};

/// A route, the least role that may use it, and a form that it would take.
struct Rule {
    method: &'static str,
    path: &'static str,
    least: Least,
    form: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
enum Least {
    /// Nobody needs to be signed in.
    Anybody,
    Role(Role),
}

const ANYBODY: Least = Least::Anybody;
const VIEWER: Least = Least::Role(Role::Viewer);
const EDITOR: Least = Least::Role(Role::Editor);
const ADMIN: Least = Least::Role(Role::Admin);
const OWNER: Least = Least::Role(Role::Owner);

const fn get(path: &'static str, least: Least) -> Rule {
    Rule { method: "GET", path, least, form: "" }
}

const fn post(path: &'static str, least: Least, form: &'static str) -> Rule {
    Rule { method: "POST", path, least, form }
}

/// Every route there is. The view is a shared one.
const RULES: &[Rule] = &[
    get("/healthz", ANYBODY),
    get("/readyz", ANYBODY),
    get("/docs/api", ANYBODY),
    get("/", VIEWER),
    get("/login", ANYBODY),
    post("/login", ANYBODY, "email=nobody%40example.com&password=wrong"),
    get("/invitations/{token}", ANYBODY),
    post("/invitations/{token}", ANYBODY, "name=Nia"),
    get("/login/second_factor", ANYBODY),
    post("/login/second_factor", ANYBODY, "one_time_code=000000"),
    post("/login/passkey", ANYBODY, "credential=nonsense"),
    post("/login/passkey/challenge", ANYBODY, ""),
    post("/logout", VIEWER, ""),
    post("/mode", VIEWER, "mode=test"),
    get("/profile", VIEWER),
    get("/quality", VIEWER),
    get("/quality/{finding}", VIEWER),
    get("/quality/{finding}/{id}", VIEWER),
    post("/quality/{finding}/{id}", EDITOR, "version=1&address.new1.kind=billing&address.new1.country=KE"),
    post("/quality/{finding}/{id}/dismissal", EDITOR, "doubtful="),
    post("/profile/password", VIEWER, "current_password=a&new_password=b&repeated_password=c"),
    post("/profile", VIEWER, "name=Another"),
    post("/profile/preferences", VIEWER, "theme=dark&start=payments&single_keys=on"),
    post("/profile/notices", VIEWER, "notice=01939f7e-0000-7000-8000-000000000000"),
    post("/profile/sign-outs", VIEWER, ""),
    get("/profile/second_factor", VIEWER),
    get("/profile/second_factor/app", VIEWER),
    post("/profile/second_factor/app", VIEWER, "one_time_code=000000"),
    get("/profile/second_factor/app/removal", VIEWER),
    post("/profile/second_factor/app/removal", VIEWER, ""),
    get("/profile/second_factor/codes", VIEWER),
    post("/profile/second_factor/codes", VIEWER, ""),
    post("/profile/second_factor/passkeys/new", VIEWER, "name=Laptop&credential=nonsense"),
    get("/profile/second_factor/passkeys/new", VIEWER),
    post("/profile/second_factor/passkeys/challenge", VIEWER, ""),
    get("/profile/second_factor/passkeys/removal", VIEWER),
    post("/profile/second_factor/passkeys/removal", VIEWER, ""),
    post("/confirmation/challenge", VIEWER, ""),
    get("/confirmation", VIEWER),
    post("/confirmation", VIEWER, "password=wrong"),
    get("/palette", VIEWER),
    get("/customers", VIEWER),
    post("/customers", EDITOR, "name=Nia+New&email=nia%40new.example"),
    get("/customers/new", EDITOR),
    get("/customers/email", EDITOR),
    get("/customers/phone", EDITOR),
    get("/customers/count", VIEWER),
    get("/customers/help", VIEWER),
    get("/customers/columns", VIEWER),
    get("/customers/completions", VIEWER),
    get("/customers/filters", VIEWER),
    get("/customers/filters/{key}", VIEWER),
    get("/customers/{id}", VIEWER),
    post("/customers/{id}", EDITOR, "version=1&company=Changed"),
    get("/customers/{id}/edit", EDITOR),
    get("/customers/{id}/activity", VIEWER),
    get("/customers/{id}/place", VIEWER),
    get("/customers/{id}/deletion", EDITOR),
    post("/customers/{id}/deletion", EDITOR, "cancel=on"),
    post("/customers/{id}/restoration", EDITOR, ""),
    get("/customers/{id}/notes", VIEWER),
    post("/customers/{id}/notes", EDITOR, "note=Deliver+to+the+gate"),
    post("/notes/{note}", EDITOR, "version=1&text=Deliver+to+the+door"),
    get("/notes/{note}/edit", EDITOR),
    get("/notes/{note}/history", VIEWER),
    post("/notes/{note}/pin", EDITOR, "pinned=yes"),
    post("/notes/{note}/deletion", EDITOR, ""),
    post("/notes/{note}/restoration", EDITOR, ""),
    get("/customers/{id}/payment_methods", VIEWER),
    post("/customers/{id}/payment_methods", EDITOR, "token=tok_visa"),
    get("/customers/{id}/payment_methods/new", EDITOR),
    get("/payment_methods/{method}", VIEWER),
    post("/payment_methods/{method}", EDITOR, "version=1&expires=01%2F2041"),
    get("/payment_methods/{method}/edit", EDITOR),
    post("/payment_methods/{method}/default", EDITOR, ""),
    get("/payment_methods/{method}/deletion", EDITOR),
    post("/payment_methods/{method}/deletion", EDITOR, ""),
    post("/payment_methods/{method}/restoration", EDITOR, ""),
    get("/sandbox/tokens/new", EDITOR),
    post("/sandbox/tokens/new", EDITOR, "card_number=4242424242424242&expires=01%2F2041"),
    get("/customers/{id}/payments", VIEWER),
    get("/customers/{id}/figures", VIEWER),
    get("/customers/{id}/charges/new", EDITOR),
    post("/customers/{id}/charges", EDITOR, "amount=5&token=tok_visa"),
    get("/payments", VIEWER),
    post("/payments", EDITOR, "amount=5&description=Rent"),
    get("/payments/new", EDITOR),
    get("/payments/count", VIEWER),
    get("/payments/help", VIEWER),
    get("/payments/completions", VIEWER),
    get("/payments/filters", VIEWER),
    get("/payments/filters/{key}", VIEWER),
    get("/payments/{payment}", VIEWER),
    get("/payments/{payment}/refunds/new", ADMIN),
    post("/payments/{payment}/refunds", ADMIN, "amount=0.01"),
    post("/payments/{payment}/cancellation", EDITOR, ""),
    post("/payments/{payment}/outcome", EDITOR, "status=failed"),
    get("/payments/{payment}/customer", EDITOR),
    post("/payments/{payment}/customer", EDITOR, "customer=nobody"),
    get("/settings", ADMIN),
    post("/settings", ADMIN, "version=1&wallet_size=5"),
    get("/settings/audit", ADMIN),
    get("/settings/audit/help", ADMIN),
    get("/settings/audit/completions", ADMIN),
    get("/settings/audit/filters", ADMIN),
    get("/settings/audit/filters/{key}", ADMIN),
    get("/settings/audit/export", ADMIN),
    post("/settings/audit/export", ADMIN, "q=&format=csv"),
    get("/settings/fields", VIEWER),
    post("/settings/fields", ADMIN, "label=Region&kind=text"),
    get("/settings/fields/new", ADMIN),
    post("/settings/fields/preview", ADMIN, "label=Region&kind=text"),
    get("/settings/fields/{field}/edit", ADMIN),
    post("/settings/fields/{field}", ADMIN, "version=1&label=VAT"),
    post("/settings/fields/{field}/position", ADMIN, "to=down"),
    get("/settings/fields/{field}/archiving", ADMIN),
    post("/settings/fields/{field}/archiving", ADMIN, ""),
    post("/settings/fields/{field}/restoration", ADMIN, ""),
    get("/settings/api_keys", ADMIN),
    post("/settings/api_keys", ADMIN, "name=Web+shop&may.customers=read"),
    get("/settings/api_keys/new", ADMIN),
    get("/settings/api_keys/{api_key}/rotation", ADMIN),
    post("/settings/api_keys/{api_key}/rotation", ADMIN, "overlap=1h"),
    get("/settings/api_keys/{api_key}/revocation", ADMIN),
    post("/settings/api_keys/{api_key}/revocation", ADMIN, ""),
    get("/settings/team", ADMIN),
    get("/settings/team/invitations", ADMIN),
    post("/settings/team/invitations", ADMIN, "email=nia%40new.example&role=viewer"),
    post("/settings/team/invitations/{invitation}/link", ADMIN, ""),
    post("/settings/team/invitations/{invitation}/withdrawal", ADMIN, ""),
    get("/settings/team/handover", OWNER),
    post("/settings/team/handover", OWNER, "heir="),
    get("/settings/team/{member}", ADMIN),
    post("/settings/team/{member}/role", ADMIN, "was=viewer&role=viewer"),
    post("/settings/team/{member}/state", ADMIN, "state=enabled"),
    post("/settings/team/{member}/sign-outs", ADMIN, ""),
    get("/settings/team/{member}/second_factor", OWNER),
    post("/settings/team/{member}/second_factor", OWNER, ""),
    get("/settings/team/{member}/removal", ADMIN),
    post("/settings/team/{member}/removal", ADMIN, ""),
    get("/settings/security", ADMIN),
    post("/settings/security", ADMIN, "factor=optional&most_sessions=9"),
    get("/views", VIEWER),
    post("/views", VIEWER, "name=New&q=kamau"),
    get("/views/new", VIEWER),
    get("/views/counts", VIEWER),
    get("/views/default", VIEWER),
    get("/views/{view}", VIEWER),
    post("/views/{view}", EDITOR, "version=1&q=kamau"),
    get("/views/{view}/edit", EDITOR),
    post("/views/{view}/position", EDITOR, "to=left"),
    post("/views/{view}/default", VIEWER, "is_default=on"),
    post("/views/{view}/deletion", EDITOR, ""),
    post("/views/{view}/restoration", EDITOR, ""),
    post("/events/{event}/undo", EDITOR, ""),
    get("/customers/{id}/file", VIEWER),
    get("/customers/{id}/file/download", VIEWER),
    get("/customers/{id}/erasure", OWNER),
    post("/customers/{id}/erasure", OWNER, "confirmation=nobody"),
    get("/customers/{id}/hold", OWNER),
    post("/customers/{id}/hold", OWNER, "reason=Law"),
    post("/customers/{id}/hold/lifting", OWNER, ""),
];

impl Rule {
    /// As the program has it: one name for all ids.
    fn route(&self) -> String {
        self.path
            .replace("{view}", "{id}")
            .replace("{method}", "{id}")
            .replace("{note}", "{id}")
            .replace("{payment}", "{id}")
            .replace("{field}", "{id}")
            .replace("{api_key}", "{id}")
            .replace("{event}", "{id}")
    }

    fn path_of(&self, named: &Named) -> String {
        self.path_with(named.wanjiru, named.view, named.payment)
            .replace("{method}", &named.method.to_string())
            .replace("{field}", &fields::FIELD.to_string())
            .replace("{note}", &named.note.to_string())
            .replace("{api_key}", &named.api_key.to_string())
            .replace("{event}", &named.event.to_string())
            .replace("{member}", &named.member.to_string())
            .replace("{invitation}", &named.invitation.to_string())
            .replace("{token}", &named.token)
    }

    fn path_with(&self, customer: CustomerId, view: ViewId, payment: PaymentId) -> String {
        self.path
            .replace("{id}", &customer.to_string())
            .replace("{view}", &view.to_string())
            .replace("{payment}", &payment.to_string())
            .replace("{finding}", "country")
            .replace(
                "{key}",
                match self.path {
                    path if path.starts_with("/payments") => "status",
                    path if path.starts_with("/settings/audit") => "kind",
                    _ => "country",
                },
            )
    }

    /// The sandbox is in test accounts alone.
    fn is_of_the_sandbox(&self) -> bool {
        self.path.starts_with("/sandbox")
    }

    fn asker(&self, world: &World, person: &Person) -> Asker {
        if self.is_of_the_sandbox() { world.testing(person) } else { world.asker(person) }
    }

    fn changes(&self) -> bool {
        self.method == "POST"
    }

    fn names_a_customer(&self) -> bool {
        self.path.contains("{id}")
    }

    fn names_a_view(&self) -> bool {
        self.path.contains("{view}")
    }

    fn is_open(&self) -> bool {
        self.least == Least::Anybody
    }

    async fn asked(&self, asker: &Asker, named: &Named) -> Answer {
        self.asked_at(asker, self.path_of(named)).await
    }

    async fn asked_at(&self, asker: &Asker, path: String) -> Answer {
        if self.changes() { asker.post(path, self.form).await } else { asker.get(path).await }
    }
}

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
