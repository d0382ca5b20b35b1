//! The world: two merchants, their staff and a few customers, and the app that serves them.
//!
//! Most worlds live in one transaction that is rolled back. [`World::committed`] has a database of its own, for what
//! needs real commits, locks or several connections.

mod answer;
mod asker;
mod billing;
pub mod databases;
mod fields;
mod money;
mod named;
mod people;
pub mod program;
mod saved_views;
mod statements;
mod webhooks;

use std::sync::LazyLock;

use actix_web::cookie::Key;
use clientele::{
    api_keys::{self, Permissions, Secret, model::NewKey},
    app::Shared,
    clock::Clock,
    config::DatabaseSettings,
    customers::{
        counts, input,
        model::{self, Customer},
        record::Record,
    },
    db::Db,
    events::{Actor, By},
    gateway::{self, Instrument},
    history::{self, Event},
    ids::{
        AccountId, ApiKeyId, CustomerId, EndpointId, EventId, InvitationId, InvoiceId, MerchantId, MethodId, NoteId,
        PartId, PaymentId, PriceId, ScheduleId, StaffId, SubscriptionId, ViewId,
    },
    input::FormFields,
    invoices::{Collects, making::NewLine},
    merchants::{self, NewMerchant, Settings},
    notes,
    payment_methods::wallet::{self, Added, New, Rules},
    payments::{self, Status, model::Recorded},
    prices,
    schedules::{self, Part, PartStatus, Schedule},
    staff::password,
    subscriptions::{
        by_hand::{self, NewByHand},
        creating::{self, Beginning, NewSubscription, Until},
    },
    values::{Interval, Mode, Money, interval::Unit},
    who::Role,
};
use diesel::{Connection, PgConnection, RunQueryDsl, sql_types::BigInt};
use jiff::Timestamp;

pub use answer::{Answer, Form};
pub use asker::{Asker, encode};
pub use databases::Database;
use databases::Turn;
pub use named::Named;
pub use people::{add_person, signed_in};
pub use statements::Statements;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// The address under which the app believes to be reached.
pub const ORIGIN: &str = "http://clientele.test";

/// Hashed once; a hash takes as long as a whole test.
static PASSWORD_HASH: LazyLock<String> = LazyLock::new(|| password::hash(PASSWORD).unwrap());

/// The merchants, the app, and the database under both.
pub struct World {
    pub db: Db,
    pub shared: Shared,
    /// The merchant of whom the tests tell: in Nairobi, with phones of Kenya.
    pub shop: Shop,
    /// Another merchant, who must see nothing of it.
    pub rival: Shop,
    pub statements: Statements,
    app: asker::App,
    place: Place,
}

/// Where a world's data is; kept until the world ends.
enum Place {
    Transaction(#[allow(dead_code, reason = "held, not read")] Turn),
    Database(Database),
}

/// A merchant with its accounts and one person of each role.
pub struct Shop {
    pub merchant: MerchantId,
    pub name: String,
    pub live: AccountId,
    pub test: AccountId,
    pub viewer: Person,
    pub editor: Person,
    pub admin: Person,
    pub owner: Person,
}

/// Somebody who signs in.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: StaffId,
    pub email: String,
    pub name: String,
    pub role: Role,
}

impl World {
    /// A world without customers, in a transaction of its own.
    pub async fn empty() -> Self {
        let turn = databases::OF_TRANSACTIONS.take();
        let statements = Statements::default();
        let recorder = statements.clone();
        let settings = DatabaseSettings { db_connections: 1, ..DatabaseSettings::at(&databases::shared_url()) };
        let db = Db::open_with(&settings, move |conn| {
            conn.begin_test_transaction()?;
            conn.set_instrumentation(recorder.clone());
            Ok(())
        });
        Self::over(db.unwrap(), statements, Place::Transaction(turn)).await
    }

    /// A world without customers in a database of its own, with as many connections as a server has.
    pub async fn committed() -> Self {
        let database = Database::cloned();
        let db = Db::open(&DatabaseSettings::at(&database.url())).unwrap();
        Self::over(db, Statements::default(), Place::Database(database)).await
    }

    async fn over(db: Db, statements: Statements, place: Place) -> Self {
        let (shop, rival) = db
            .directly(|conn| {
                Ok((
                    Shop::open(conn, "Duka la Jua", "Africa/Nairobi", "KE", "KES"),
                    Shop::open(conn, "Rival", "UTC", "US", "USD"),
                ))
            })
            .unwrap();
        let shared = Shared::new(db.clone(), ORIGIN.parse().unwrap(), Key::derive_from(&[7; 32]));
        let app = asker::App::serving(shared.clone()).await;
        Self { db, shared, shop, rival, statements, app, place }
    }

    /// The database, if this world has one of its own.
    pub fn database(&self) -> &Database {
        match &self.place {
            Place::Database(database) => database,
            Place::Transaction(_) => panic!("only a committed world has a database of its own"),
        }
    }

    /// Makes a key of one of the shop's accounts, as its admin, that may change customers and read events.
    pub fn api_key(&self, account: AccountId, name: &str) -> (ApiKeyId, Secret) {
        let mode = if account == self.shop.test { Mode::Test } else { Mode::Live };
        let (id, secret) = (ApiKeyId::new(), Secret::new(mode).unwrap());
        let permissions = Permissions::of_stored(["customers:write", "events:read"]);
        let (by, new) = (
            by_person(account, &self.shop.admin),
            NewKey { name: name.to_owned(), permissions, is_masked: false, expires_at: None },
        );
        self.with(|conn| conn.transaction(|conn| api_keys::model::create(conn, &by, id, &new, &secret))).unwrap();
        (id, secret)
    }

    /// Writes a note about a customer, as the shop's editor.
    pub fn note(&self, account: AccountId, customer: CustomerId, text: &str) -> NoteId {
        let by = by_person(account, &self.shop.editor);
        let written =
            |conn: &mut PgConnection| conn.transaction(|conn| notes::writing::write(conn, &by, customer, text, None));
        self.with(written).unwrap().id
    }

    /// Records a payment that nobody has yet.
    fn payment(&self) -> PaymentId {
        let (id, by) = (PaymentId::new(), by_person(self.shop.live, &self.shop.editor));
        let new = Recorded {
            customer: None,
            money: Money::new(1_250, "KES".parse().unwrap()),
            status: Status::Succeeded,
            refunded: 0,
            at: id.created_at(),
            description: None,
            reference: None,
            method: None,
            invoice: None,
        };
        self.with(|conn| conn.transaction(|conn| payments::model::record(conn, &by, id, &new))).unwrap();
        id
    }

    // --- who asks -----------------------------------------------------------------------------

    /// Somebody without a session.
    pub fn nobody(&self) -> Asker {
        Asker::new(self, None, Mode::Live)
    }

    /// Staff of the shop who only read.
    pub fn viewer(&self) -> Asker {
        self.asker(&self.shop.viewer)
    }

    /// Staff of the shop who also change.
    pub fn editor(&self) -> Asker {
        self.asker(&self.shop.editor)
    }

    /// Staff of the shop who may do everything.
    pub fn owner(&self) -> Asker {
        self.asker(&self.shop.owner)
    }

    /// A person in their merchant's live account.
    pub fn asker(&self, person: &Person) -> Asker {
        Asker::new(self, Some(person), Mode::Live)
    }

    /// A person in their merchant's test account.
    pub fn testing(&self, person: &Person) -> Asker {
        Asker::new(self, Some(person), Mode::Test)
    }

    // --- what is there ------------------------------------------------------------------------

    /// Uses the database on this thread.
    pub fn with<T>(&self, work: impl FnOnce(&mut PgConnection) -> T) -> T {
        self.db.directly(|conn| Ok(work(conn))).unwrap()
    }

    /// The same with more time than a request has, for what a test writes by itself while many others run.
    fn patiently<T>(&self, work: impl FnOnce(&mut PgConnection) -> T) -> T {
        let limit = |conn: &mut PgConnection, time: &str| {
            // What failed has failed the transaction of a test, and tells so by itself.
            let _ = diesel::sql_query(format!("SET statement_timeout = '{time}'")).execute(conn);
        };
        self.with(|conn| {
            limit(conn, "60s");
            let done = work(conn);
            limit(conn, "4s");
            done
        })
    }

    /// Runs a statement that a test makes up.
    pub fn sql(&self, statement: &str) -> usize {
        self.patiently(|conn| diesel::sql_query(statement).execute(conn))
            .unwrap_or_else(|err| panic!("{statement}: {err}"))
    }

    /// The one number of a statement that names it `n`.
    pub fn number(&self, query: &str) -> i64 {
        self.with(|conn| diesel::sql_query(query).get_result::<Number>(conn))
            .unwrap_or_else(|err| panic!("{query}: {err}"))
            .n
    }

    /// How many customers, and how many events, there are in all accounts: what a refused request must not change.
    pub fn census(&self) -> (i64, i64, i64) {
        let changes = "SELECT coalesce(sum(version), 0) AS n FROM customers";
        (
            self.number("SELECT count(*) AS n FROM customers"),
            // What concerns safety is written behind the answer.
            self.number("SELECT count(*) AS n FROM events WHERE kind NOT LIKE 'security.%'"),
            self.number(changes),
        )
    }

    /// Creates a customer of the shop's live account, as its editor, from what a form would send.
    pub fn customer(&self, form: &str) -> CustomerId {
        self.customer_in(self.shop.live, &self.shop.editor, form)
    }

    /// Creates a customer of an account. No field is required here, so that old records can be made too.
    pub fn customer_in(&self, account: AccountId, by: &Person, form: &str) -> CustomerId {
        let typed = FormFields::parse(form.as_bytes()).unwrap();
        let change = input::check(&typed, &settings()).unwrap_or_else(|errors| panic!("{form}: {errors:?}"));
        let record = Record::blank().with(&change);
        let id = CustomerId::new();
        self.with(|conn| conn.transaction(|conn| model::create(conn, &by_person(account, by), id, &record))).unwrap();
        id
    }

    /// Many customers at once, each from name and email; returns their ids in the order given.
    pub fn crowd(&self, people: &[(String, String)]) -> Vec<CustomerId> {
        let ids: Vec<CustomerId> = people.iter().map(|_| CustomerId::new()).collect();
        let uuids: Vec<uuid::Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let (names, emails): (Vec<&str>, Vec<&str>) =
            people.iter().map(|(name, email)| (name.as_str(), email.as_str())).unzip();
        use diesel::sql_types::{Array, Text, Uuid};
        let insert = diesel::sql_query(
            "INSERT INTO customers (account_id, id, version, kind, name, email, metadata, created_at, updated_at)
             SELECT $1, id, 1, 'person', name, email, '{}', now(), now() FROM unnest($2, $3, $4) AS p (id, name, email)",
        )
        .bind::<Uuid, _>(self.shop.live.uuid())
        .bind::<Array<Uuid>, _>(uuids)
        .bind::<Array<Text>, _>(names)
        .bind::<Array<Text>, _>(emails);
        self.patiently(|conn| insert.execute(conn)).unwrap();
        self.recount();
        ids
    }

    /// Counts the shop's customers anew, after some were written by hand.
    pub fn recount(&self) {
        let sql = counts::COUNT_ALL.replace("{account}", &format!("'{}'", self.shop.live.uuid()));
        self.patiently(|conn| diesel::connection::SimpleConnection::batch_execute(conn, &sql)).unwrap();
    }

    /// Deletes a customer as the shop's editor.
    pub fn delete(&self, id: CustomerId) {
        let by = by_person(self.shop.live, &self.shop.editor);
        let deleted =
            |conn: &mut PgConnection| conn.transaction(|conn| clientele::deletion::delete(conn, &by, id, None));
        self.with(deleted).unwrap();
    }

    /// A customer of the shop's live account as it is stored.
    pub fn stored(&self, id: CustomerId) -> Customer {
        self.with(|conn| model::find(conn, self.shop.live, id)).unwrap()
    }

    /// What happened to a customer of the shop's live account, oldest first.
    pub fn events(&self, id: CustomerId) -> Vec<Event> {
        self.with(|conn| history::after_version(conn, self.shop.live, id.uuid(), 0)).unwrap()
    }

    /// The ids of all customers of the shop's live account with this name, newest first.
    pub fn named(&self, name: &str) -> Vec<CustomerId> {
        use clientele::schema::customers;
        use diesel::prelude::*;
        let of_name =
            customers::table.filter(customers::account_id.eq(self.shop.live)).filter(customers::name.eq(name));
        self.with(|conn| of_name.order(customers::id.desc()).select(customers::id).load(conn)).unwrap()
    }

    /// Changes which fields the shop's customers must have.
    pub fn require(&self, fields: &[&str]) {
        let list = fields.iter().map(|field| format!("'{field}'")).collect::<Vec<_>>().join(", ");
        self.sql(&format!(
            "UPDATE merchants SET required_fields = ARRAY[{list}]::text[] WHERE id = '{}'",
            self.shop.merchant.uuid()
        ));
    }
}

/// The shop's settings, without required fields.
pub fn settings() -> Settings {
    Settings {
        time_zone: jiff::tz::TimeZone::UTC,
        default_country: "KE".parse().unwrap(),
        default_currency: "KES".parse().unwrap(),
        required_fields: Vec::new(),
        wallet_size: 4,
        security: Default::default(),
        fields: Default::default(),
    }
}

/// A person as the author of a change.
pub fn by_person(account: AccountId, person: &Person) -> By {
    By::new(account, Clock::system(), Actor::Staff(person.id), None)
}

impl Shop {
    /// The name and the emails differ in every world: worlds in different transactions would wait for each other
    /// over a value that must be unique.
    fn open(conn: &mut PgConnection, name: &str, time_zone: &str, country: &str, currency: &str) -> Self {
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let name = format!("{name} {unique}");
        let new = NewMerchant {
            name: name.clone(),
            time_zone: time_zone.to_owned(),
            default_country: country.parse().unwrap(),
            default_currency: currency.parse().unwrap(),
        };
        let merchant = merchants::add(conn, &new).unwrap();
        let mut person = |name: &str, role: Role| {
            let email = format!("{}@{unique}.example", role.as_str());
            add_person(conn, merchant, &email, name, role).unwrap()
        };
        Self {
            viewer: person("Vera Viewer", Role::Viewer),
            editor: person("Edgar Editor", Role::Editor),
            admin: person("Ada Admin", Role::Admin),
            owner: person("Olga Owner", Role::Owner),
            live: merchants::account(conn, merchant, Mode::Live).unwrap(),
            test: merchants::account(conn, merchant, Mode::Test).unwrap(),
            merchant: in_full(conn, merchant),
            name,
        }
    }
}

/// Lets viewers see everything, so that they tell what pages have; the tests of the curtain draw it.
fn in_full(conn: &mut PgConnection, merchant: MerchantId) -> MerchantId {
    let decided = format!("UPDATE merchants SET viewers_see = 'shown' WHERE id = '{}'", merchant.uuid());
    diesel::sql_query(decided).execute(conn).unwrap();
    merchant
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}
