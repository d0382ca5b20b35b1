//! With processes that are killed, and a receiver that fails a third of the time: every event arrives, none with other
//! bytes, and first tries of one subject in the order of its versions.

use std::{
    collections::{BTreeMap, HashMap},
    process::{Child, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use clientele::{
    config::Secret as AppSecret,
    events::{self, Fields, NewEvent},
    ids::{CustomerId, EndpointId},
    sealing::Seals,
    webhooks::{model::Wish, secret::Secret, writing},
};
use diesel::Connection;
use serde_json::json;

use super::receiver::{OK, Receiver};
use crate::world::{
    World, by_person,
    program::{SECRET, Server, clientele},
};

/// The pause between two kills.
const LIFE: Duration = Duration::from_millis(800);

/// The longest time in which nothing arrives.
const PATIENCE: Duration = Duration::from_secs(60);

const SUBJECTS: usize = 25;

/// A number that the environment asks for, for a longer run.
fn asked(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |text| text.parse().expect("a number"))
}

/// A server and a worker, both of which send; letting them go kills them.
struct Both(Server, Child);

impl Both {
    fn start(database: &str) -> Self {
        let networks = ("CLIENTELE_WEBHOOK_NETWORKS", "127.0.0.0/8");
        let mut worker = clientele(&["work"]);
        worker.env("DATABASE_URL", database).env("CLIENTELE_SECRET", SECRET).env(networks.0, networks.1);
        let worker = worker.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self(Server::start_with(database, &[networks]), worker)
    }

    fn kill(mut self) {
        self.0.child.kill().unwrap();
        self.0.child.wait().unwrap();
        self.1.kill().unwrap();
        self.1.wait().unwrap();
    }
}

#[actix_web::test]
async fn every_event_arrives_while_processes_are_killed() {
    let (count, kills) = (asked("CLIENTELE_EVENTS", 400), asked("CLIENTELE_KILLS", 4));
    let world = World::committed().await;
    let (account, database) = (world.shop.test, world.database().url());
    // A third fails twice; which, says the event's id. None fails as often as it is tried.
    let tries: Mutex<HashMap<String, usize>> = Mutex::default();
    let receiver = Receiver::new(move |_, one| {
        let is_unlucky = one.id().bytes().map(usize::from).sum::<usize>() % 3 == 0;
        let mut tries = tries.lock().unwrap();
        let before = tries.entry(one.id().to_owned()).or_default();
        *before += 1;
        if is_unlucky && *before <= 2 { (503, "", "not now") } else { OK }
    });
    let wish = Wish { url: receiver.url(), types: vec!["customer.*".to_owned()], description: None };
    let seals = Seals::new(&SECRET.parse::<AppSecret>().unwrap().key(), &[]);
    let by = by_person(account, &world.shop.admin);
    let (id, secret) = (EndpointId::new(), Secret::new().unwrap());
    world.with(|conn| writing::create(conn, &by, id, wish, (&secret, &seals))).unwrap();

    let is_over = AtomicBool::new(false);
    let happen = |mut conn: diesel::PgConnection| {
        let subjects: Vec<CustomerId> = (0..SUBJECTS).map(|_| CustomerId::new()).collect();
        for n in 0..count {
            let after = Fields::from([("name".to_owned(), json!(format!("Name {n}")))]);
            let what = NewEvent {
                kind: clientele::customers::kinds::UPDATED,
                subject: subjects[n % SUBJECTS].uuid(),
                customer: None,
                version: i32::try_from(n / SUBJECTS + 1).unwrap(),
                before: &Fields::new(),
                after: &after,
            };
            conn.transaction(|conn| events::record(conn, &by, &what)).unwrap();
        }
        is_over.store(true, SeqCst);
    };
    let conn = world.database().connect();
    thread::scope(|scope| {
        let mut both = Both::start(&database);
        scope.spawn(|| happen(conn));
        for _ in 0..kills {
            thread::sleep(LIFE);
            both.kill();
            // A claim of who is dead ends after a while, which passes at once; both are dead.
            world.sql("UPDATE webhook_deliveries SET claim_id = NULL, claimed_until = NULL WHERE claim_id IS NOT NULL");
            both = Both::start(&database);
        }
        let (mut since, mut left) = (Instant::now(), i64::MAX);
        loop {
            let waiting = world.number("SELECT count(*) AS n FROM webhook_deliveries WHERE status <> 'succeeded'");
            if is_over.load(SeqCst) && waiting == 0 {
                break;
            }
            if waiting != left {
                (since, left) = (Instant::now(), waiting);
            }
            assert!(since.elapsed() < PATIENCE, "{waiting} do not arrive");
            world.sql("UPDATE webhook_deliveries SET due_at = clock_timestamp() WHERE is_begun AND due_at > clock_timestamp()");
            thread::sleep(Duration::from_millis(25));
        }
        both.kill();
    });

    let (mut bodies, mut firsts): (HashMap<String, String>, BTreeMap<String, Vec<i64>>) = Default::default();
    for one in receiver.heard() {
        let json = one.json();
        match bodies.get(one.id()) {
            Some(body) => assert_eq!(*body, one.body, "the same bytes at every try"),
            None => {
                _ = bodies.insert(one.id().to_owned(), one.body.clone());
                let of_subject = firsts.entry(json["subject"].as_str().unwrap().to_owned()).or_default();
                of_subject.push(json["version"].as_i64().unwrap());
            }
        }
    }
    assert_eq!(bodies.len(), count, "every event arrives");
    assert!(firsts.values().all(|versions| versions.is_sorted()), "{firsts:?}");
    println!("{} tries of {count} events, {kills} kills", receiver.heard().len());
}
