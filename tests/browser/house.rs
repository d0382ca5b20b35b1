//! A house: a server of its own over a database of its own, with one merchant, and the people who work there.

use std::{
    collections::BTreeSet,
    io::Write,
    net::TcpListener,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Condvar, LazyLock, Mutex},
    time::{Duration, Instant},
};

use clientele::{
    clock::Clock,
    customers::{
        input,
        model::{self, Customer},
        record::Record,
        saving::{self, Save, Saved},
    },
    deletion,
    events::{Actor, By},
    ids::{AccountId, CustomerId, FieldId, InvoiceId, NoteId, PaymentId, StaffId, SubscriptionId},
    input::FormFields,
    invoices::{Collects, making::NewLine},
    merchants::Settings,
    notes,
    payments::{self, Status, model::Recorded},
    schema::{accounts, staff},
    subscriptions::{
        by_hand::{self, NewByHand},
        creating::{self, Beginning, NewSubscription, Until},
    },
    values::{Interval, Money, interval::Unit},
};
use diesel::{Connection, PgConnection, QueryableByName, prelude::*, sql_query, sql_types::BigInt};

use jiff::{SignedDuration, Timestamp};

use crate::{
    browser::{Browser, Script},
    databases::Database,
    driver,
    process::Process,
    run::{locked, run},
};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// Somebody who works there.
#[derive(Clone, Copy)]
pub struct Person {
    pub name: &'static str,
    pub email: &'static str,
    pub role: &'static str,
    pub password: &'static str,
}

pub const AMINA: Person =
    Person { name: "Amina Editor", email: "amina@duka.example", role: "editor", password: PASSWORD };
pub const BARAKA: Person =
    Person { name: "Baraka Editor", email: "baraka@duka.example", role: "editor", password: PASSWORD };
pub const NJERI: Person =
    Person { name: "Njeri Admin", email: "njeri@duka.example", role: "admin", password: PASSWORD };
pub const ZURI: Person = Person { name: "Zuri Viewer", email: "zuri@duka.example", role: "viewer", password: PASSWORD };

pub const OTTO: Person = Person { name: "Otto Owner", email: "otto@duka.example", role: "owner", password: PASSWORD };

/// The program itself.
const PROGRAM: &str = env!("CARGO_BIN_EXE_clientele");

/// How long anything may take to come about. Generous, since it only costs time when a test fails.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// A database with the merchant and its people, made by the program's own commands.
pub fn furnished() -> Database {
    let database = Database::blank();
    command(&database, &["migrate"], "");
    let merchant = "Duka la Jua";
    let place = ["--time-zone", "Africa/Nairobi", "--country", "KE", "--currency", "KES"];
    command(&database, &[&["merchant", "add", merchant], &place[..]].concat(), "");
    for Person { name, email, role, password } in [AMINA, BARAKA, NJERI, ZURI, OTTO] {
        let staff = ["staff", "add", email, "--merchant", merchant, "--role", role, "--name", name, "--password-stdin"];
        command(&database, &staff, password);
    }
    database
}

/// Runs one of the program's commands to its end.
fn command(database: &Database, arguments: &[&str], input: &str) {
    let mut child = program(database).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "clientele {}", arguments.join(" "));
}

/// The program with nothing set but what a test sets.
fn program(database: &Database) -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CLIENTELE_")) {
        command.env_remove(name);
    }
    command.env("DATABASE_URL", database.url());
    command
}

/// Server, database and the right to open some browsers.
pub struct House {
    server: Mutex<Process>,
    port: u16,
    /// The name under which browsers reach it.
    host: &'static str,
    database: Database,
    log: PathBuf,
    _seats: Seats,
}

impl House {
    /// A house for one browser at a time.
    pub fn open() -> Self {
        Self::for_browsers(1)
    }

    /// A house whose address is a name: browsers have passkeys for no other.
    pub fn at_localhost(count: usize) -> Self {
        Self::reached_at("localhost", count)
    }

    /// A house for this many browsers.
    pub fn for_browsers(count: usize) -> Self {
        Self::reached_at("127.0.0.1", count)
    }

    fn reached_at(host: &'static str, count: usize) -> Self {
        let seats = Seats::take(count);
        let database = run().database();
        // Another program may take the port before the server does.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).unwrap().port();
            let log = run().directory().join(format!("server-{port}.log"));
            if let Some(server) = serve(&database, (host, port), &log) {
                return Self { server: Mutex::new(server), port, host, database, log, _seats: seats };
            }
        }
        panic!("the server does not start")
    }

    /// A browser that shows nothing yet.
    pub fn browser(&self, script: Script) -> Browser {
        Browser::open(&self.origin(), script)
    }

    /// A browser in which somebody signed in and sees the list.
    pub fn browser_of(&self, person: Person, script: Script) -> Browser {
        let browser = self.browser(script);
        browser.sign_in(person);
        browser
    }

    /// Where the server is reached.
    pub fn origin(&self) -> String {
        format!("http://{}:{}", self.host, self.port)
    }

    /// Kills the server, as a power cut would.
    pub fn kill_server(&self) {
        locked(&self.server).end();
    }

    /// Starts it again where it was.
    pub fn start_server(&self) {
        *locked(&self.server) =
            serve(&self.database, (self.host, self.port), &self.log).expect("a server that starts again");
    }

    // --- what is there ------------------------------------------------------------------------

    /// A connection to the database.
    pub fn connect(&self) -> PgConnection {
        self.database.connect()
    }

    /// Runs a statement that a test makes up.
    pub fn sql(&self, statement: &str) {
        sql_query(statement).execute(&mut self.connect()).unwrap_or_else(|err| panic!("{statement}: {err}"));
    }

    /// Defines a field of the merchant's own in both accounts; `choices` are quoted, with commas between them.
    pub fn field(&self, kind: &str, key: &str, label: &str, choices: &str) {
        self.sql(&format!(
            "INSERT INTO custom_fields (account_id, id, version, key, label, kind, choices, is_required, is_listed, \
               in_form, position, created_at, updated_at) \
             SELECT id, '{}', 1, '{key}', '{label}', '{kind}', ARRAY[{choices}]::text[], false, false, true, 0, now(), \
               now() FROM accounts",
            FieldId::new().uuid()
        ));
        self.sql("UPDATE accounts SET custom_fields = custom_fields_of(id)");
    }

    /// How many rows a table has under a condition.
    pub fn count(&self, table: &str, condition: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Number {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        let query = format!("SELECT count(*) AS n FROM {table} WHERE {condition}");
        sql_query(&query).get_result::<Number>(&mut self.connect()).unwrap_or_else(|err| panic!("{query}: {err}")).n
    }

    /// Runs one of the program's commands over the database.
    pub fn command(&self, arguments: &[&str]) {
        command(&self.database, arguments, "");
    }

    /// The one id that a query finds.
    pub fn customer_id(&self, query: &str) -> CustomerId {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = diesel::sql_types::Uuid)]
            id: CustomerId,
        }
        sql_query(query).get_result::<Found>(&mut self.connect()).unwrap().id
    }

    /// Ends everybody's session.
    pub fn end_sessions(&self) {
        self.sql("DELETE FROM sessions");
    }

    /// A person's id, as forms carry it.
    pub fn staff_id(&self, person: Person) -> String {
        staff_id(&mut self.connect(), person).to_string()
    }

    /// Creates a customer of the live account as Amina, from what a form would send.
    pub fn customer(&self, form: &str) -> CustomerId {
        let typed = FormFields::parse(form.as_bytes()).unwrap();
        let change = input::check(&typed, &settings()).unwrap_or_else(|errors| panic!("{form}: {errors:?}"));
        let record = Record::blank().with(&change);
        let conn = &mut self.connect();
        let by = by(conn, AMINA);
        let id = CustomerId::new();
        conn.transaction(|conn| model::create(conn, &by, id, &record)).unwrap();
        id
    }

    /// Records a payment in KES of the live account as Amina, made so many days ago.
    pub fn payment(
        &self,
        customer: Option<CustomerId>,
        (amount, refunded): (i64, i64),
        status: Status,
        days: i64,
        text: &str,
    ) -> PaymentId {
        let at = Timestamp::now() - SignedDuration::from_hours(24 * days);
        let money = Money::new(amount, "KES".parse().unwrap());
        let description = (!text.is_empty()).then(|| text.to_owned());
        let new = Recorded {
            customer,
            money,
            status,
            refunded,
            at,
            description,
            reference: None,
            method: None,
            invoice: None,
        };
        let conn = &mut self.connect();
        let (by, id) = (by(conn, AMINA), PaymentId::at(at));
        conn.transaction(|conn| payments::model::record(conn, &by, id, &new)).unwrap();
        id
    }

    /// Sends a customer of the live account an invoice as Amina, for lines of so many and what one costs.
    pub fn invoice(&self, customer: CustomerId, currency: &str, lines: &[(&str, i32, i64)]) -> InvoiceId {
        let line = |(description, quantity, unit_amount): &(&str, i32, i64)| NewLine {
            description: (*description).to_owned(),
            quantity: *quantity,
            unit_amount: *unit_amount,
            period: None,
        };
        let conn = &mut self.connect();
        let (by, id) = (by(conn, AMINA), InvoiceId::new());
        let new = NewByHand {
            id,
            customer,
            currency: currency.parse().unwrap(),
            lines: lines.iter().map(line).collect(),
            collects: Collects::Invoice,
            method: None,
            due: None,
            memo: Some("Thank you for staying with us.".to_owned()),
            reference: Some("PO-4711".to_owned()),
            replaces: None,
        };
        conn.transaction(|conn| by_hand::make(conn, &by, new)).unwrap();
        id
    }

    /// Lets a customer of the live account have a subscription whose charge of KES 4,900 failed. The live account has no
    /// gateway, so it begins as one that is sent bills.
    pub fn past_due(&self, customer: CustomerId) {
        let conn = &mut self.connect();
        let by = by(conn, AMINA);
        let zone = clientele::merchants::time_zone(conn, by.account).unwrap();
        let new = NewSubscription {
            customer,
            name: "Pro".to_owned(),
            price: None,
            amount: Money::new(490_000, "KES".parse().unwrap()),
            interval: Interval::new(Unit::Month, 1).unwrap(),
            days_until_due: Some(14),
            method: None,
            first_on: by.now().to_zoned(zone).date(),
            anchor_day: None,
            until: Until::Forever,
            started_on: None,
            beginning: Beginning::Charged,
            metadata: serde_json::json!({}),
        };
        let id = SubscriptionId::at(by.now());
        conn.transaction(|conn| creating::create(conn, &by, id, new)).unwrap();
        let of = id.uuid();
        self.sql(&format!(
            "UPDATE subscriptions SET days_until_due = NULL, status = 'past_due', unpaid = 1 WHERE id = '{of}'"
        ));
        self.sql(&format!(
            "UPDATE invoices SET collects = 'charge', tries = 1, failure = 'card_declined', first_failed_at = now() \
             WHERE subscription_id = '{of}'"
        ));
    }

    /// Writes a note about a customer of the live account as Amina.
    pub fn note(&self, customer: CustomerId, text: &str) -> NoteId {
        let conn = &mut self.connect();
        let by = by(conn, AMINA);
        conn.transaction(|conn| notes::writing::write(conn, &by, customer, text, None)).unwrap().id
    }

    /// Edits a note as somebody else.
    pub fn edit_note(&self, note: NoteId, person: Person, text: &str) {
        let conn = &mut self.connect();
        let by = by(conn, person);
        let version = notes::model::find(conn, by.account, note).unwrap().version;
        conn.transaction(|conn| notes::writing::edit(conn, &by, note, version, text)).unwrap();
    }

    /// Deletes a customer as Amina.
    pub fn delete(&self, id: CustomerId) {
        let conn = &mut self.connect();
        let by = by(conn, AMINA);
        conn.transaction(|conn| deletion::delete(conn, &by, id, None)).unwrap();
    }

    /// The digest of what deleting a customer would do.
    pub fn plan_of(&self, id: CustomerId) -> String {
        let conn = &mut self.connect();
        let account = by(conn, AMINA).account;
        deletion::plan(conn, account, id).unwrap().digest()
    }

    /// Saves a change to a customer's newest version as somebody else.
    pub fn change(&self, id: CustomerId, person: Person, form: &str) {
        let change = input::check(&FormFields::parse(form.as_bytes()).unwrap(), &settings()).unwrap();
        let version = self.stored(id).version;
        let conn = &mut self.connect();
        let by = by(conn, person);
        let save = Save {
            id,
            version,
            change: &change,
            settings: &settings(),
            even_deleted: false,
            agreed: &BTreeSet::new(),
            key: None,
        };
        let saved = conn.transaction(|conn| saving::save(conn, &by, &save)).unwrap();
        assert!(matches!(saved, Saved::Done(_)), "{saved:?}");
    }

    /// Lets nobody into the database any more, and those who are in out; or opens it again.
    pub fn close_database(&self, closed: bool) {
        self.database.close(closed);
    }

    /// A customer of the live account as stored.
    pub fn stored(&self, id: CustomerId) -> Customer {
        let conn = &mut self.connect();
        let account = live(conn);
        model::find(conn, account, id).unwrap()
    }

    /// How many customers that are not deleted have this name.
    pub fn named(&self, name: &str) -> i64 {
        self.count("customers", &format!("name = '{name}' AND deleted_at IS NULL"))
    }

    /// Makes everybody wait who asks for customers, until what it returns is dropped.
    pub fn hold_customers(&self) -> PgConnection {
        let mut conn = self.connect();
        for statement in ["BEGIN", "LOCK TABLE customers IN ACCESS EXCLUSIVE MODE"] {
            sql_query(statement).execute(&mut conn).unwrap();
        }
        conn
    }

    /// Waits until so many connections wait for what [`House::hold_customers`] holds.
    pub fn wait_for_waiting(&self, count: i64) {
        let began = Instant::now();
        let waiting = || self.count("pg_stat_activity", "datname = current_database() AND wait_event_type = 'Lock'");
        while waiting() < count {
            assert!(began.elapsed() < PATIENCE, "nobody asks for customers");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("The server's last words:\n{}", lines[lines.len().saturating_sub(8)..].join("\n"));
        }
    }
}

/// The merchant's settings, without required fields, so that any record can be made.
fn settings() -> Settings {
    let time_zone = jiff::tz::TimeZone::UTC;
    Settings {
        time_zone,
        default_country: "KE".parse().unwrap(),
        default_currency: "KES".parse().unwrap(),
        required_fields: Vec::new(),
        wallet_size: 4,
        security: Default::default(),
        fields: Default::default(),
    }
}

fn live(conn: &mut PgConnection) -> AccountId {
    accounts::table.filter(accounts::mode.eq("live")).select(accounts::id).first(conn).unwrap()
}

fn by(conn: &mut PgConnection, person: Person) -> By {
    By::new(live(conn), Clock::system(), Actor::Staff(staff_id(conn, person)), None)
}

fn staff_id(conn: &mut PgConnection, person: Person) -> StaffId {
    staff::table.filter(staff::email.eq(person.email)).select(staff::id).first(conn).unwrap()
}

/// A server that answers, or nothing if it ended.
fn serve(database: &Database, (host, port): (&str, u16), log: &PathBuf) -> Option<Process> {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
    let mut command = program(database);
    command.args(["serve", "--workers", "2", "--listen", &format!("127.0.0.1:{port}")]);
    command.env("CLIENTELE_URL", format!("http://{host}:{port}"));
    command.env("CLIENTELE_SECRET", "a secret that only the browser tests use");
    let mut server = Process::start(command.stdout(log.try_clone().unwrap()).stderr(log)).unwrap();
    let began = Instant::now();
    while server.runs() {
        if driver::ask(port, "GET", "/readyz", "").is_ok_and(|(status, _)| status == 200) {
            return Some(server);
        }
        assert!(began.elapsed() < PATIENCE, "the server is not ready");
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

/// The right to open so many browsers: one more at a time than there are cores, since each also waits; more would only
/// make each other slow.
struct Seats(usize);

static FREE: LazyLock<Mutex<usize>> =
    LazyLock::new(|| Mutex::new(1 + std::thread::available_parallelism().map_or(1, usize::from)));
static CHANGED: Condvar = Condvar::new();

impl Seats {
    fn take(count: usize) -> Self {
        let mut free = locked(&FREE);
        while *free < count {
            free = CHANGED.wait(free).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        *free -= count;
        Self(count)
    }
}

impl Drop for Seats {
    fn drop(&mut self) {
        *locked(&FREE) += self.0;
        CHANGED.notify_all();
    }
}
