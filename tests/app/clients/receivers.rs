//! The programs that the page of the API shows, as they stand there: receivers of events, which verify them by the official
//! libraries of Standard Webhooks, and one that keeps a copy by asking.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpStream},
    os::unix::fs::symlink,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver as Lines, channel},
    thread,
    time::{Duration, Instant},
};

use clientele::{
    api_keys::permissions::{Permission, Resource},
    app::Shared,
    clock::Clock,
    customers::{model as customers, record::Record},
    events::{Actor, By},
    ids::{AccountId, CustomerId, EndpointId, EventId},
    outgoing::{Networks, Outgoing},
    values::Mode,
    webhooks::{deliveries, model, secret::Secret, sending::Sender},
};
use diesel::Connection;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Bench, installed};
use crate::{
    api::Client,
    world::{
        World,
        program::{Server, free_port, try_send},
    },
};

const NAME: &str = "Zoë Ñandú 太郎 🌍";

/// How long a program may take for what it does at once.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy)]
enum Language {
    Node,
    Python,
}

/// A receiver that runs; dropping it kills it.
struct Receiver {
    child: Child,
    lines: Lines<String>,
    at: SocketAddr,
    _bench: Bench,
}

impl Receiver {
    /// Starts one and waits until it listens.
    fn start(language: Language, secret: &str, at: SocketAddr) -> Self {
        let (installed, bench) = (installed(), Bench::new());
        let (program, file) = match language {
            Language::Node => ("node".into(), "receiver.mjs"),
            Language::Python => (installed.join("python/bin/python"), "receiver.py"),
        };
        symlink(installed.join("node_modules"), bench.0.join("node_modules")).unwrap();
        fs::copy(Path::new("docs/receivers").join(file), bench.0.join(file)).unwrap();
        let mut command = Command::new(program);
        command.arg(bench.0.join(file)).env("SECRET", secret).env("PORT", at.port().to_string());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (said, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| said.send(line)));
        let mut receiver = Self { child, lines, at, _bench: bench };
        let began = Instant::now();
        while TcpStream::connect(at).is_err() {
            assert!(receiver.child.try_wait().unwrap().is_none(), "{file} ended");
            assert!(began.elapsed() < PATIENCE, "{file} does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        receiver
    }

    /// The next event that it verified and kept.
    fn kept(&self) -> Value {
        serde_json::from_str(&self.lines.recv_timeout(PATIENCE).expect("an event")).unwrap()
    }

    /// Sends a body to it, signed at that time by a secret, and returns the status of its answer.
    fn told(&self, event: EventId, body: &str, at: Timestamp, secret: &Secret) -> u16 {
        let headers = format!(
            "Content-Type: application/json\r\nwebhook-id: {event}\r\nwebhook-timestamp: {}\r\nwebhook-signature: {}\r\n",
            at.as_second(),
            secret.sign(event, at, body)
        );
        try_send(self.at, ("POST", "/hooks"), &headers, body).unwrap().status
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A shop's test account, with a sender that may send to this machine, and a key.
struct Shop {
    world: World,
    sender: Sender,
    client: Client,
}

impl Shop {
    async fn open() -> Self {
        let world = World::empty().await;
        let outgoing = Outgoing::new(Networks::from(vec!["127.0.0.0/8".parse().unwrap()]));
        let sender = Sender::new(world.db.clone(), outgoing.clone(), world.shared.seals.clone(), Clock::system());
        let shared = Shared { outgoing, ..world.shared.clone() };
        let may = Resource::ALL.map(Permission::write);
        let client = Client::in_account(&world, world.shop.test, Mode::Test, &may).at(&shared).await;
        Self { world, sender, client }
    }

    /// Makes a customer and sends what is due; returns the event as the receiver kept it.
    async fn happens(&self, receiver: &Receiver, name: &str) -> Value {
        let body = json!({"name": name, "email": format!("{}@example.com", uuid::Uuid::new_v4().simple())}).to_string();
        let made = self.client.post("/v1/customers", &body).await.expect(201);
        assert_eq!(self.sender.send_all_due().await.unwrap(), 1);
        let kept = receiver.kept();
        assert_eq!(kept["subject"], made.json["id"]);
        assert_eq!((&kept["type"], &kept["data"]["object"]["name"]), (&json!("customer.created"), &json!(name)));
        kept
    }

    fn secret(&self, id: EndpointId) -> Secret {
        let one = self.world.with(|conn| model::find(conn, self.world.shop.test, id)).unwrap();
        Secret::open(&self.world.shared.seals, id, &one.secrets.current).unwrap()
    }

    /// What was sent of an event.
    fn body(&self, event: EventId) -> String {
        let sent = self.world.with(|conn| deliveries::messages(conn, self.world.shop.test, &[event])).unwrap();
        sent.into_iter().next().expect("a message").1
    }
}

async fn receives(language: Language) {
    let (shop, at) = (Shop::open().await, SocketAddr::from(([127, 0, 0, 1], free_port())));
    let body = json!({"url": format!("http://{at}/hooks"), "types": ["customer.*"]}).to_string();
    let made = shop.client.post("/v1/webhook_endpoints", &body).await.expect(201);
    let (id, path) = (made.id().parse().unwrap(), format!("/v1/webhook_endpoints/{}", made.id()));
    let told = made.json["secret"].as_str().unwrap();
    let receiver = Receiver::start(language, told, at);

    let kept = shop.happens(&receiver, NAME).await;
    let event: EventId = kept["id"].as_str().unwrap().parse().unwrap();
    let (sent, secret, now) = (shop.body(event), shop.secret(id), Timestamp::now());
    assert_eq!(secret.reveal(), told);
    assert_eq!(serde_json::from_str::<Value>(&sent).unwrap(), kept);
    // The same bytes are verified again, and known; not when they are too old, signed by another secret, or not the same.
    assert_eq!(receiver.told(event, &sent, now, &secret), 204);
    for minutes in [-6, 6] {
        assert_eq!(receiver.told(event, &sent, now + SignedDuration::from_mins(minutes), &secret), 400, "{minutes}");
    }
    assert_eq!(receiver.told(event, &sent, now, &Secret::new().unwrap()), 400);
    let headers = format!("webhook-id: {event}\r\nwebhook-timestamp: {}\r\n", now.as_second());
    for signature in [secret.sign(event, now, "{}"), "v1,".to_owned(), "v1a".to_owned(), "ü".to_owned()] {
        let headers = format!("{headers}webhook-signature: {signature}\r\n");
        assert_eq!(try_send(receiver.at, ("POST", "/hooks"), &headers, &sent).unwrap().status, 400, "{signature}");
    }
    assert_eq!(try_send(receiver.at, ("POST", "/hooks"), &headers, &sent).unwrap().status, 400);

    // While the secret is replaced, both verify.
    let replaced = shop.client.post(&format!("{path}/secret"), r#"{"keep_old_for": 3600}"#).await.expect(200);
    shop.happens(&receiver, "Verified by the old secret").await;
    drop(receiver);
    let receiver = Receiver::start(language, replaced.json["secret"].as_str().unwrap(), at);
    shop.happens(&receiver, "Verified by the new secret").await;
    let log = shop.client.get(&format!("{path}/deliveries?status=succeeded")).await.expect(200);
    assert_eq!(log.json["data"].as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn the_receiver_in_node_verifies_what_is_sent_and_refuses_all_else() {
    receives(Language::Node).await;
}

#[actix_web::test]
async fn the_receiver_in_python_verifies_what_is_sent_and_refuses_all_else() {
    receives(Language::Python).await;
}

/// Makes customers a minute ago and longer.
fn happened(world: &World, account: AccountId, since: SignedDuration, count: i64) {
    for n in 0..count {
        let at = Timestamp::now() - since + SignedDuration::from_millis(n);
        let by = By::new(account, Clock::telling(move || at), Actor::System, None);
        let record = Record { name: Some("Amina".to_owned()), ..Record::blank() };
        let make = |conn: &mut _| customers::create(conn, &by, CustomerId::new(), &record);
        world.with(|conn| conn.transaction(make)).unwrap();
    }
}

#[actix_web::test]
async fn a_copy_is_kept_by_asking_and_goes_on_where_it_ended() {
    let (world, bench) = (World::committed().await, Bench::new());
    let may = Permission::read(Resource::Events);
    let key = Client::in_account(&world, world.shop.test, Mode::Test, &[may]).secret;
    let server = Server::start(&world.database().url());
    let copy = || {
        let mut command = Command::new("sh");
        command.arg(fs::canonicalize("docs/receivers/copy.sh").unwrap()).current_dir(&bench.0);
        command.env("URL", format!("http://{}", server.address)).env("KEY", &key).env("NO_PROXY", "127.0.0.1");
        super::run(&mut command);
        let lines = fs::read_to_string(bench.0.join("events.jsonl")).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    happened(&world, world.shop.test, SignedDuration::from_hours(1), 103);
    let events = copy();
    assert_eq!(events.len(), 103, "more than a page");
    assert!(events.is_sorted_by_key(|event| event["id"].as_str().unwrap().to_owned()));
    assert_eq!(copy(), events, "nothing is new");
    happened(&world, world.shop.test, SignedDuration::from_mins(1), 2);
    let more = copy();
    assert_eq!((more.len(), &more[..103]), (105, &events[..]));
}
