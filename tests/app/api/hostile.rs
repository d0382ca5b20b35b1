//! Bodies that nobody sends by mistake alone: deep, wide, large, of wrong types, with keys twice, broken in any place.

use std::sync::Arc;

use actix_web::http::Method;
use clientele::{
    api::limits::{Limit, Limits},
    api_keys::permissions::{Permission, Resource},
    app::Shared,
    values::Mode,
};

use super::Client;
use crate::world::{
    World,
    program::{Server, test_key, try_post},
};

/// The names of members, from all bodies.
const NAMES: [&str; 30] = [
    "name",
    "email",
    "phone",
    "metadata",
    "billing_address",
    "addresses",
    "kind",
    "version",
    "language",
    "reference",
    "amount",
    "currency",
    "customer",
    "token",
    "payment_method",
    "recorded",
    "status",
    "amount_refunded",
    "paid_at",
    "paid_on",
    "reason",
    "default",
    "exp_month",
    "consent",
    "card",
    "bank_account",
    "country",
    "line1",
    "\\u0000",
    "é",
];

/// A word that stands in no log.
const WORD: &str = "zyzzyva";

const VALUES: [&str; 24] = [
    "null",
    "true",
    "-1",
    "0",
    "9223372036854775807",
    "1e308",
    "1e999",
    "99999999999999999999",
    "\"\"",
    "\" \"",
    "\"zyzzyva\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\u202ezyzzyva\"",
    "\"4242424242424242\"",
    "\"2026-02-30\"",
    "[]",
    "{}",
    "[[[[[[[[[[1]]]]]]]]]]",
    "{\"a\":{\"a\":{\"a\":1}}}",
    "{\"zyzzyva\":\"zyzzyva\",\"zyzzyva\":1}",
    "\"x",
    "[1,",
    "nul",
];

/// Dice that fall the same way each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn body(&mut self) -> String {
        match self.roll(200) {
            0 => return "[".repeat(self.roll(20_000)),
            1 => return format!("{{\"metadata\":[{}1]}}", "1,".repeat(self.roll(5_000))),
            2 => return format!("{{\"name\":\"{}\"}}", "x".repeat(256 * 1024 - 11 + self.roll(2))),
            3 => return format!("{{\"metadata\":{{{}\"a\":1}}}}", "\"a\":\"zyzzyva\",".repeat(self.roll(900))),
            _ => {}
        }
        let mut member = || format!("\"{}\":{}", NAMES[self.roll(NAMES.len())], VALUES[self.roll(VALUES.len())]);
        let members: Vec<String> = (0..6).map(|_| member()).collect();
        let few = 1 + self.roll(6);
        let whole = format!("{{{}}}", members[..few].join(","));
        let cut = whole.char_indices().map(|(at, _)| at).nth(self.roll(whole.len())).unwrap_or(whole.len());
        if self.roll(4) == 0 { whole[..cut].to_owned() } else { whole }
    }
}

#[actix_web::test]
async fn ten_thousand_hostile_bodies_are_no_fault_of_ours() {
    let (world, named) = World::populated().await;
    // As quick as they come: here the bodies are tried, not the limits.
    let free = |name| Limit { name, a_second: 1_000_000, burst: 1_000_000 };
    let shared = Shared { limits: Arc::new(Limits::new(free("default"), free("search"))), ..world.shared.clone() };
    let client = Client::in_account(&world, world.shop.test, Mode::Test, &Resource::ALL.map(Permission::write));
    let client = client.at(&shared).await;
    let customer = format!("/v1/customers/{}", named.tested);
    let wallet = format!("{customer}/wallet");
    let method = format!("{wallet}/{}", client.post(&wallet, r#"{"token": "tok_visa"}"#).await.expect(201).id());
    let recorded = r#"{"recorded": true, "amount": 700, "currency": "KES", "status": "processing"}"#;
    let payment = format!("/v1/payments/{}", client.post("/v1/payments", recorded).await.expect(201).id());
    let made = || (world.census().0, world.number("SELECT count(*) AS n FROM payments"));
    let before = made();
    let mut dice = Dice(11);
    for n in 0..10_000 {
        let (verb, path) = match n % 10 {
            0 | 1 => (Method::POST, "/v1/customers".to_owned()),
            2 | 3 => (Method::POST, "/v1/payments".to_owned()),
            4 => (Method::POST, "/v1/tokens".to_owned()),
            5 => (Method::POST, wallet.clone()),
            6 => (Method::PATCH, customer.clone()),
            7 => (Method::PATCH, method.clone()),
            8 => (Method::PUT, payment.clone()),
            _ => (Method::POST, format!("{payment}/{}", ["refunds", "outcome"][dice.roll(2)])),
        };
        let body = dice.body();
        let called = client.call(verb.clone(), &path, &body, &[]).await;
        let status = called.answer.status.as_u16();
        let is_right = (400..500).contains(&status) || (status == 200 && n % 10 > 5);
        assert!(is_right, "{status} for {verb} {path} {body:.200}");
        assert!(called.json["error"]["code"].is_string() || status == 200, "{body:.200}");
    }
    assert_eq!(made(), before, "nothing was made of them");
}

#[test]
fn the_log_quotes_no_body_and_no_key() {
    let (database, server) = Server::furnished();
    let key = test_key(&database);
    let mut dice = Dice(5);
    for n in 0..190 {
        let path = ["/v1/customers", "/v1/payments", "/v1/tokens"][n % 3];
        let body = dice.body();
        let answer = try_post(server.address, path, (&key, &format!("k{n}")), &body).unwrap();
        assert!((400..500).contains(&answer.status), "{} for {body:.200}", answer.status);
    }
    let log = server.log().to_lowercase();
    for secret in [WORD, "4242", &key.to_lowercase()] {
        assert_eq!(log.lines().find(|line| line.contains(secret)), None, "{secret}");
    }
}
