//! The server as a process: killed, stopped, asked too slowly, left by its database, and what it logs.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use actix_web::cookie::{Cookie, CookieJar};
use clientele::config::Secret;
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use serde_json::{Value, json};

use crate::world::{
    Database,
    program::{Reply, SECRET, Server, number, test_key, try_ask, try_post},
};

// --- life and death -------------------------------------------------------------------------------

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let (database, mut server) = Server::furnished();
    let cookie = server.sign_in();
    let address = server.address;
    let hands: Vec<_> = (0..4)
        .map(|hand| {
            let cookie = cookie.clone();
            thread::spawn(move || {
                let mut acknowledged = Vec::new();
                for n in 0..10_000 {
                    let form = format!("name=P&email=p{hand}-{n}%40x.example&key={}", uuid::Uuid::new_v4());
                    match try_ask(address, "POST", "/customers", &cookie, &form) {
                        Ok(reply) if reply.status == 303 => acknowledged.push(format!("p{hand}-{n}@x.example")),
                        Ok(reply) => panic!("status {}", reply.status),
                        Err(_) => break,
                    }
                }
                acknowledged
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(1500));
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let acknowledged: Vec<String> = hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect();
    assert!(acknowledged.len() > 20, "only {} were created", acknowledged.len());

    let mut conn = database.connect();
    for email in &acknowledged {
        let query = format!("(SELECT count(*) FROM customers WHERE email = '{email}')");
        assert_eq!(number(&mut conn, &query), 1, "{email}");
    }
    // The sign-in is an event too, of a person.
    let orphans = "(SELECT count(*) FROM customers c FULL JOIN (SELECT * FROM events WHERE kind NOT LIKE 'security.%') e \
                   ON e.subject_id = c.id WHERE c.id IS NULL OR e.id IS NULL)";
    assert_eq!(number(&mut conn, orphans), 0, "a customer and its event are one write");

    let server = Server::start(&database.url());
    assert_eq!(server.get("/customers", &cookie).status, 200, "the session outlives the server");
}

/// Charges of which the gateway's answer is lost are under way too, so that many are between two steps.
#[test]
fn no_charge_is_made_twice_or_lost_when_the_server_is_killed_between() {
    let (database, mut server) = Server::furnished();
    let cookie = server.sign_in();
    assert_eq!(server.ask("POST", "/mode", &cookie, "mode=test").status, 303);
    let created = server.ask("POST", "/customers", &cookie, "name=Payer&email=p%40x.example");
    let charges = format!("{}/charges", created.header("Location").unwrap());
    let address = server.address;
    let hands: Vec<_> = (0..4)
        .map(|hand| {
            let (cookie, charges) = (cookie.clone(), charges.clone());
            thread::spawn(move || {
                let mut acknowledged = 0;
                for n in 0..10_000 {
                    let token = ["tok_visa", "tok_no_answer", "tok_declined"][(hand + n) % 3];
                    let form = format!("amount=10&method=token&token={token}&key={}", uuid::Uuid::new_v4());
                    match try_ask(address, "POST", &charges, &cookie, &form) {
                        Ok(reply) if reply.status == 303 => acknowledged += 1,
                        Ok(reply) => panic!("status {}", reply.status),
                        Err(_) => break,
                    }
                }
                acknowledged
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(2500));
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let acknowledged: i64 = hands.into_iter().map(|hand| hand.join().unwrap()).sum();
    assert!(acknowledged > 20, "only {acknowledged} were made");

    let mut conn = database.connect();
    assert!(number(&mut conn, "(SELECT count(*) FROM payments WHERE status = 'processing')") > 0);
    // Half a minute later, another server. A job that fails on a busy machine is tried again in a minute: that passes too.
    let server = Server::start(&database.url());
    let began = Instant::now();
    while number(&mut conn, "(SELECT count(*) FROM jobs)") > 0 {
        let later = "UPDATE jobs SET due_at = due_at - interval '1 minute' WHERE due_at > now()";
        sql_query(later).execute(&mut conn).unwrap();
        assert!(began.elapsed() < Duration::from_secs(120), "the worker does not come to an end: {}", server.log());
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(number(&mut conn, "(SELECT count(*) FROM payments WHERE status = 'processing')"), 0);
    assert!(number(&mut conn, "(SELECT count(*) FROM payments)") >= acknowledged);
    let beside = "(SELECT count(*) FROM payments p FULL JOIN sandbox_orders o ON o.key = p.id
        WHERE p.id IS NULL OR o.key IS NULL OR o.times IS DISTINCT FROM 1 OR o.amount <> p.amount OR (p.status = 'succeeded') <> (o.outcome IN ('succeeded', 'no_answer')))";
    assert_eq!(number(&mut conn, beside), 0, "each payment is one order, and says what became of it");
    assert_eq!(clientele::payments::figures::check(&mut conn).unwrap(), []);
}

/// In each round the server is killed as soon as another step of the charge is seen, and once more while all try again.
#[test]
fn a_hundred_retries_of_one_charge_get_one_answer_though_the_server_is_killed() {
    let (database, mut server) = Server::furnished();
    let key: Arc<str> = test_key(&database).into();
    let created = try_post(server.address, "/v1/customers", (&key, "c"), r#"{"name": "A", "email": "a@x.example"}"#);
    let customer: Value = serde_json::from_str(&created.unwrap().body).unwrap();
    let mut conn = database.connect();
    let seen = |conn: &mut PgConnection, what: &str| number(conn, &format!("(SELECT count(*) FROM {what})")) > 0;
    let steps = [
        "api_requests WHERE key = 'r1'",
        "payments WHERE amount = 2",
        "sandbox_orders WHERE amount = 3",
        "payments WHERE amount = 4 AND status = 'succeeded'",
        "api_requests WHERE key = 'r5' AND status > 0",
    ];
    for (round, step) in (1_u64..).zip(steps) {
        let body =
            json!({"amount": round, "currency": "KES", "customer": customer["id"], "token": "tok_visa"}).to_string();
        let here = Arc::new(Mutex::new(server.address));
        let hands: Vec<_> = (0..100)
            .map(|_| {
                let (here, key, body, once) = (Arc::clone(&here), Arc::clone(&key), body.clone(), format!("r{round}"));
                thread::spawn(move || {
                    let began = Instant::now();
                    loop {
                        let address = *here.lock().unwrap();
                        match try_post(address, "/v1/payments", (&key, &once), &body) {
                            // As every client does after no answer, or one that says to come again.
                            Err(_) | Ok(Reply { status: 409 | 429 | 503, .. }) => {
                                thread::sleep(Duration::from_millis(20));
                            }
                            Ok(reply) => return (reply.status, reply.body),
                        }
                        assert!(began.elapsed() < Duration::from_secs(60), "no answer");
                    }
                })
            })
            .collect();
        while !seen(&mut conn, step) {
            thread::yield_now();
        }
        for pause in [0, 30] {
            thread::sleep(Duration::from_millis(pause));
            server.child.kill().unwrap();
            server.child.wait().unwrap();
            server = Server::start(&database.url());
            *here.lock().unwrap() = server.address;
        }
        let answers: Vec<(u16, String)> = hands.into_iter().map(|hand| hand.join().unwrap()).collect();
        assert_eq!(answers[0].0, 201, "{}", answers[0].1);
        assert!(answers.iter().all(|one| *one == answers[0]), "one answer: {answers:?}");
        assert_eq!(number(&mut conn, &format!("(SELECT count(*) FROM payments WHERE amount = {round})")), 1);
    }
    assert_eq!(number(&mut conn, "(SELECT sum(coalesce(times, 100)) FROM sandbox_orders)"), 5, "and one order of each");
}

#[test]
fn a_stop_lets_a_request_in_flight_finish() {
    let (database, mut server) = Server::furnished();
    let cookie = server.sign_in();
    let created = server.ask("POST", "/customers", &cookie, "name=Held&email=h%40x.example");
    let path = created.header("Location").unwrap().to_owned();
    let mut holder = database.connect();
    holder.begin_test_transaction().unwrap();
    sql_query("SELECT 1 FROM customers FOR UPDATE").execute(&mut holder).unwrap();

    let (address, finished) = (server.address, Arc::new(AtomicBool::new(false)));
    let flag = Arc::clone(&finished);
    let in_flight = thread::spawn(move || {
        let reply = try_ask(address, "POST", &path, &cookie, "version=1&company=Saved");
        flag.store(true, Ordering::SeqCst);
        reply
    });
    thread::sleep(Duration::from_millis(500));
    server.signal("TERM");
    thread::sleep(Duration::from_millis(700));
    assert!(!finished.load(Ordering::SeqCst), "the request waits for the row");
    assert!(TcpStream::connect(address).is_err(), "nothing new is taken");
    drop(holder);
    assert_eq!(in_flight.join().unwrap().unwrap().status, 303);

    let began = Instant::now();
    let status = loop {
        if let Some(status) = server.child.try_wait().unwrap() {
            break status;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "it does not end: {}", server.log());
        thread::sleep(Duration::from_millis(50));
    };
    assert!(status.success(), "{status}: {}", server.log());
    assert_eq!(number(&mut database.connect(), "(SELECT count(*) FROM customers WHERE company = 'Saved')"), 1);
}

#[test]
fn headers_that_come_too_slowly_are_cut_off() {
    let (_database, server) = Server::furnished();
    let mut slow = TcpStream::connect(server.address).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    slow.write_all(b"GET /login HTTP/1.1\r\nHost: x\r\n").unwrap();
    let began = Instant::now();
    let mut answer = String::new();
    let _ = slow.read_to_string(&mut answer);
    let took = began.elapsed();
    assert!((3..10).contains(&took.as_secs()), "{took:?}");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(server.get("/login", "").status, 200);
}

// --- the database goes away -----------------------------------------------------------------------

/// The cookie of a session that may exist, signed as the server signs.
fn some_cookie() -> String {
    let mut jar = CookieJar::new();
    let key = SECRET.parse::<Secret>().unwrap().key();
    jar.signed_mut(&key).add(Cookie::new("clientele", "A".repeat(43)));
    jar.get("clientele").unwrap().encoded().to_string()
}

#[test]
fn without_its_database_the_server_starts_and_says_so() {
    let server = Server::start("postgres://nobody:hunter2@127.0.0.1:1/nothing");
    assert_eq!(server.get("/healthz", "").status, 200);
    assert_eq!(server.get("/login", "").status, 200);
    thread::scope(|scope| {
        for (method, path, cookie, form) in [
            ("GET", "/customers", some_cookie(), ""),
            ("POST", "/login", String::new(), "email=a%40b.example&password=x"),
            ("GET", "/readyz", String::new(), ""),
        ] {
            let server = &server;
            scope.spawn(move || {
                let began = Instant::now();
                let reply = server.ask(method, path, &cookie, form);
                assert_eq!(reply.status, 503, "{method} {path}");
                assert!(began.elapsed() < Duration::from_secs(6), "{method} {path} took {:?}", began.elapsed());
                if path != "/readyz" {
                    assert!(reply.body.contains("Nothing was changed") && reply.body.contains("Try again"));
                    assert!(reply.header("Request-Id").is_some_and(|id| reply.body.contains(id)));
                }
            });
        }
    });
    assert!(!server.log().contains("hunter2"), "{}", server.log());
}

#[test]
fn connections_that_the_database_ends_are_replaced_unseen() {
    let (database, server) = Server::furnished();
    let cookie = server.sign_in();
    let mut conn = database.connect();
    for round in 0..3 {
        // Several connections are open by now.
        let hands: Vec<_> = (0..6)
            .map(|_| {
                let (address, cookie) = (server.address, cookie.clone());
                thread::spawn(move || try_ask(address, "GET", "/customers", &cookie, "").unwrap().status)
            })
            .collect();
        assert!(hands.into_iter().all(|hand| hand.join().unwrap() == 200));
        let ended = "(SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid())";
        assert!(number(&mut conn, ended) > 0);
        for n in 0..8 {
            let (reply, what) = if n % 2 == round % 2 {
                let form = format!("name=P&email=p{round}-{n}%40x.example");
                (server.ask("POST", "/customers", &cookie, &form), 303)
            } else {
                (server.get("/customers", &cookie), 200)
            };
            assert_eq!(reply.status, what, "request {n} after round {round}: {}", server.log());
        }
    }
    assert_eq!(number(&mut conn, "(SELECT count(*) FROM customers)"), 12);
}

#[test]
fn a_server_heals_when_its_database_comes_back() {
    let (database, server) = Server::furnished();
    let cookie = server.sign_in();
    let name = database.url().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
    // From another database, since nobody may be connected to one that is closed.
    let other = Database::blank();
    let mut outside = other.connect();
    sql_query(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).execute(&mut outside).unwrap();
    number(
        &mut outside,
        &format!("(SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}')"),
    );
    assert_eq!(server.get("/customers", &cookie).status, 503);
    assert_eq!(server.get("/healthz", "").status, 200);
    sql_query(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).execute(&mut outside).unwrap();
    let began = Instant::now();
    while server.get("/customers", &cookie).status != 200 {
        assert!(began.elapsed() < Duration::from_secs(10), "it does not heal: {}", server.log());
    }
}

// --- the log --------------------------------------------------------------------------------------

#[test]
fn the_log_holds_nothing_personal() {
    let (database, server) = Server::furnished();
    let cookie = server.sign_in();
    let secrets = [
        "zawadi",
        "mwangi",
        "zm@private.example",
        "712999888",
        "712 999 888",
        "kilimani",
        "goldtier",
        "edgar",
        "correct",
        "4111111111111111",
    ];
    let form =
        "name=Zawadi+Mwangi&email=zm%40private.example&phone=0712999888&address.n.city=Kilimani&metadata.k=goldtier";
    let created = server.ask("POST", "/customers", &cookie, form);
    let path = created.header("Location").unwrap().to_owned();
    server.ask("POST", "/customers", &cookie, form);
    server.get("/customers?q=zawadi", &cookie);
    server.get("/customers?q=zm%40private.example&sort=nonsense", &cookie);
    server.get("/customers/new?name=Zawadi", &cookie);
    server.ask("POST", &path, &cookie, "version=1&company=Kilimani+Ltd");
    server.ask("POST", &path, &cookie, "version=7&company=Kilimani+Ltd");
    server.ask("POST", "/login", "", "email=zm%40private.example&password=correct+horse+wrong");
    server.get("/zawadi-mwangi", &cookie);
    server.get("/customers/zawadi", &cookie);
    server.ask("POST", "/mode", &cookie, "mode=test");
    let made = server.ask("POST", "/sandbox/tokens/new", &cookie, "card_number=4111111111111111&expires=08%2F40");
    assert_eq!(made.status, 200);
    assert!(!made.body.contains("4111111111111111"));
    server.ask("POST", "/sandbox/tokens/new", &cookie, "card_number=4111111111111111&expires=x");
    server.ask("POST", "/mode", &cookie, "mode=live");
    // And when something goes wrong beneath.
    sql_query("ALTER TABLE events RENAME TO events_away").execute(&mut database.connect()).unwrap();
    let broken = server.ask("POST", &path, &cookie, "version=2&company=Zawadi+Ltd");
    assert_eq!(broken.status, 500);
    assert!(!broken.body.contains("events"), "what went wrong beneath is for the log");
    sql_query("ALTER TABLE events_away RENAME TO events").execute(&mut database.connect()).unwrap();
    let check = "ALTER TABLE customers ADD CONSTRAINT customers_test CHECK (company <> 'Mwangi Ltd')";
    sql_query(check).execute(&mut database.connect()).unwrap();
    assert_eq!(server.ask("POST", &path, &cookie, "version=2&company=Mwangi+Ltd").status, 500);

    let log = server.log();
    let id = broken.header("Request-Id").unwrap();
    assert!(log.contains(id), "the log names the request that failed");
    let lowered = log.to_lowercase();
    for secret in secrets {
        let line = lowered.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "the log tells {secret}: {}", line.unwrap_or_default());
    }
    let key = cookie.split('=').nth(1).unwrap();
    assert!(!log.contains(key), "nor the cookie");
}

#[test]
fn what_is_no_request_leaves_no_line() {
    let (_database, server) = Server::furnished();
    // That it serves, and what it does by the clock, may be told meanwhile.
    let is_of_request = |line: &&str| !line.contains("forgot what ran out") && !line.contains("\"serving\"");
    let told = || server.log().lines().filter(is_of_request).count();
    let before = told();
    for garbage in ["GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\nBroken Header\r\n\r\n", "\u{16}\u{3}\u{1}"] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(garbage.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
    }
    server.get("/healthz", "");
    assert_eq!(told(), before, "{}", server.log());
}

#[test]
fn security_events_are_told_by_id_and_address_and_pages_are_not() {
    let (database, server) = Server::furnished();
    server.ask("POST", "/login", "", "email=edgar%40duka.example&password=wrong");
    server.ask("POST", "/login", "", "email=stranger%40x.example&password=wrong");
    let cookie = server.sign_in();
    sql_query("UPDATE staff SET role = 'viewer'").execute(&mut database.connect()).unwrap();
    let refused = server.ask("POST", "/customers", &cookie, "name=A&email=a%40b.example");
    assert_eq!(refused.status, 403);
    server.ask("POST", "/profile/password", &cookie, "current_password=wrong&new_password=x&repeated_password=x");
    server.get("/customers", &cookie);
    server.get("/healthz", "");
    server.ask("POST", "/logout", &cookie, "");
    for _ in 0..10 {
        server.ask("POST", "/login", "", "email=stranger%40x.example&password=wrong");
    }
    let log = server.log();
    let told: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |name: &str| told.iter().filter(|line| line["event"] == name).collect::<Vec<_>>();
    let person = of("sign_in.succeeded")[0]["staff"].clone();
    assert!(person.as_str().unwrap().starts_with("stf_"));
    let failed = of("sign_in.failed");
    assert_eq!((&failed[0]["staff"], failed[1].get("staff")), (&person, None));
    for name in ["role.refused", "password.refused", "sign_out"] {
        let [line] = of(name)[..] else { panic!("{name}: {log}") };
        assert_eq!((&line["staff"], line["address"].as_str()), (&person, Some("127.0.0.1")), "{name}");
        assert!(line["account"].as_str().unwrap().starts_with("acct_"), "{name}");
    }
    assert_eq!(of("role.refused")[0]["span"]["id"].as_str(), refused.header("Request-Id"));
    assert!(!of("sign_in.limited").is_empty());
    assert!(!log.contains("/healthz") && !log.contains("\"method\":\"GET\""), "pages are told at debug only: {log}");
    assert!(!log.contains("duka.example") && !log.contains("x.example"), "what was typed is told: {log}");
}
