//! The calls of the API: what they read, by the same measures as pages, and what they write, beside the bare transaction.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    time::{Duration, Instant},
};

use clientele::{
    api_keys::{
        model::{self as keys, NewKey},
        permissions::{Permissions, Resource},
        secret::Secret,
    },
    clock::Clock,
    demo,
    events::By,
    ids::{AccountId, ApiKeyId, CustomerId},
    values::Mode,
};
use uuid::Uuid;

use crate::{
    classes::Class,
    postgres::{self, Postgres},
    server::{Connection, Server, share},
};

/// How many keys take turns: each may ask a hundred times a second.
const KEYS: usize = 96;

/// How many things are made.
const WRITES: usize = 500;

/// Makes the keys of this measurement, and ends those of the last one.
pub fn keys(postgres: &mut Postgres) -> Vec<String> {
    postgres.run("UPDATE api_keys SET revoked_at = now() WHERE name LIKE 'Bench %' AND revoked_at IS NULL");
    let account = format!(
        "SELECT a.id::text AS text FROM accounts a JOIN merchants m ON m.id = a.merchant_id
         WHERE m.name = '{}' AND a.mode = 'test'",
        demo::MERCHANT
    );
    let account = AccountId::from_uuid(postgres.texts(&account).remove(0).parse().expect("an id"));
    let by = By::system(account, Clock::system());
    let all = Resource::ALL.map(Resource::most).into_iter().fold(Permissions::default(), Permissions::with);
    let key = |n: usize| {
        let secret = Secret::new(Mode::Test).expect("a random secret");
        let new = NewKey { name: format!("Bench {n}"), permissions: all.clone(), expires_at: None, is_masked: false };
        keys::create(postgres.connection(), &by, ApiKeyId::new(), &new, &secret).expect("a key");
        format!("Authorization: Bearer {}", secret.reveal())
    };
    (0..KEYS).map(key).collect()
}

/// Every class of calls that read, next to the pages that tell the same.
pub fn all(postgres: &mut Postgres, pages: &[Class]) -> Vec<Class> {
    let some = "SELECT id::text AS text FROM (SELECT id FROM customers TABLESAMPLE system_rows(2000)) c LIMIT 40";
    let ids: Vec<CustomerId> = postgres
        .texts(some)
        .iter()
        .filter_map(|text| Some(CustomerId::from_uuid(text.parse::<Uuid>().ok()?)))
        .collect();
    let each = |path: &dyn Fn(&CustomerId) -> String| ids.iter().map(path).collect::<Vec<_>>();
    let call = |name, paths| Class { name, paths, fragment: false };
    // The very searches of a class of pages.
    let same = |name: &str| -> Vec<String> {
        let paths = pages.iter().find(|class| class.name == name).map(|class| class.paths.clone());
        paths.unwrap_or_default().into_iter().map(|path| format!("/v1{path}&limit=25")).collect()
    };
    vec![
        call("call: key", vec!["/v1/key".to_owned()]),
        call("call: customer", each(&|id| format!("/v1/customers/{id}"))),
        call("call: 20 newest", vec!["/v1/customers?limit=20".to_owned()]),
        call("call: 20, deep", each(&|id| format!("/v1/customers?limit=20&after={id}"))),
        call("call: 100, deep", each(&|id| format!("/v1/customers?limit=100&after={id}"))),
        call("call: last name", same("last name")),
        call("call: jane sm", same("jane sm")),
        call("call: full email", same("full email")),
        call("call: their payments", each(&|id| format!("/v1/payments?customer={id}&limit=20"))),
    ]
}

/// Prints what making customers and payments takes, beside the same statements alone.
pub fn measure(server: &Server, keys: &[String], postgres: &mut Postgres) {
    let names = postgres.texts("SELECT name AS text FROM sampled WHERE kind = 'person' AND name LIKE '% %' LIMIT 1000");
    let seed = std::process::id();
    let customer = |n: usize| {
        let name = names[n % names.len()].replace(['"', '\\'], "");
        format!(r#"{{"name": "{name}", "email": "bench{seed}.{n}@calls.example", "metadata": {{"tier": "gold"}}}}"#)
    };
    println!("\n| call | p50 ms | p99 ms | app ms | PostgreSQL ms | bare transaction ms | ratio |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    row(server, keys, postgres, ("create a customer", "/v1/customers"), &customer);
    let payer = "SELECT customer_id::text AS text FROM payment_methods WHERE is_default AND removed_at IS NULL LIMIT 1";
    let Some(payer) = postgres.texts(payer).pop().and_then(|text| text.parse().ok()) else { return };
    let payer = CustomerId::from_uuid(payer);
    let charge =
        |n: usize| format!(r#"{{"amount": {}, "currency": "KES", "customer": "{payer}", "token": "tok_visa"}}"#, n + 1);
    row(server, keys, postgres, ("charge a token", "/v1/payments"), &charge);
}

fn row(
    server: &Server,
    keys: &[String],
    postgres: &mut Postgres,
    (name, path): (&str, &str),
    body: &dyn Fn(usize) -> String,
) {
    let mut connection = Connection::open(server.address);
    let mut make = |n: usize| {
        let body = body(n);
        let request = request(path, &keys[n % keys.len()], &body);
        let began = Instant::now();
        let (status, _) = connection.try_ask(&request);
        assert_eq!(status, 201, "{body}");
        began.elapsed()
    };
    (0..50).for_each(|n| _ = make(n));
    let (app, database) = (server.cpu(), postgres.cpu());
    let mut times: Vec<Duration> = (50..50 + WRITES).map(&mut make).collect();
    let (app, database) = (server.cpu() - app, postgres.cpu() - database);
    times.sort_unstable();
    let bare = 1000.0 / postgres::pgbench(&[alone(keys, postgres, path, body)], 1);
    println!(
        "| {name} | {:.2} | {:.2} | {:.2} | {:.2} | {bare:.2} | {:.2} |",
        share(&times, 0.5),
        share(&times, 0.99),
        app * 1000.0 / WRITES as f64,
        database * 1000.0 / WRITES as f64,
        share(&times, 0.5) / bare,
    );
}

/// The statements of such a call as a script for pgbench, in which what was new each time is new each time too.
fn alone(keys: &[String], postgres: &mut Postgres, path: &str, body: &dyn Fn(usize) -> String) -> PathBuf {
    postgres.tell_all(true);
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    let mut statements = |n: usize, postgres: &mut Postgres| {
        let request = request(path, &keys[0], &body(n));
        let mark = postgres.mark();
        connection.try_ask(&request);
        postgres.since(mark)
    };
    for n in 0..5 {
        statements(WRITES + 100 + n, postgres);
    }
    let one = statements(WRITES + 200, postgres);
    let other = statements(WRITES + 201, postgres).join(";");
    postgres.tell_all(false);
    let mut script = one.join(";\n") + ";\n";
    // In what stands behind a colon pgbench would see a variable; a time is that of each transaction.
    script = script.replace("\":", "\": ").replace("sandbox:", "sandbox ");
    while let Some(end) = script.find("'::timestamp") {
        let start = script[..end].rfind('\'').expect("a text has two ends");
        script.replace_range(start..=end, "now()");
    }
    let ids: BTreeSet<String> = script
        .match_indices('\'')
        .filter_map(|(at, _)| uuid_at(&script[at + 1..]))
        .filter(|id| !other.contains(id.as_str()))
        .collect();
    let mut fresh = Vec::new();
    for (n, id) in ids.iter().enumerate() {
        script = script.replace(&format!("'{id}'"), &format!(":u{n}"));
        fresh.push(format!("gen_random_uuid() AS u{n}"));
    }
    postgres.script(path, &format!("SELECT {} \\gset\n{script}", fresh.join(", ")))
}

fn request(path: &str, key: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\n{key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn uuid_at(text: &str) -> Option<String> {
    let id = text.get(..36)?;
    (text.get(36..37) == Some("'") && id.parse::<Uuid>().is_ok()).then(|| id.to_owned())
}
