//! A walk from day to day through the shop's test account, where subscriptions live.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::SeqCst},
};

use diesel::{Connection, PgConnection};
use serde_json::json;

use super::*;
use crate::world::by_person;

/// The shop's test account, and its clock, which goes from day to day.
pub struct Walk {
    pub world: World,
    pub sandbox: Sandbox,
    /// Seconds since 1970.
    now: Arc<AtomicI64>,
}

impl Walk {
    /// Begins at noon of a day.
    pub async fn from(day: &str) -> Self {
        Self::over(World::empty().await, day.parse().unwrap())
    }

    pub fn over(world: World, day: Date) -> Self {
        let walk = Self { sandbox: Sandbox::new(world.db.clone()), world, now: Arc::default() };
        walk.be_at(day);
        walk
    }

    pub fn be_at(&self, day: Date) {
        let noon = begins(day, &zone()).unwrap() + SignedDuration::from_hours(12);
        self.now.store(noon.as_second(), SeqCst);
    }

    /// Lets so many seconds pass.
    pub fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let now = Arc::clone(&self.now);
        Clock::telling(move || Timestamp::from_second(now.load(SeqCst)).unwrap())
    }

    pub fn today(&self) -> Date {
        self.clock().now().to_zoned(zone()).date()
    }

    pub fn by(&self) -> By {
        By { clock: self.clock(), ..by_person(self.world.shop.test, &self.world.shop.editor) }
    }

    /// Does what is due now; how many jobs that were.
    pub async fn work(&self) -> usize {
        let (clock, mut done) = (self.clock(), 0);
        loop {
            let now = clock.now();
            let claimed = self.world.db.write(move |conn| jobs::model::claim(conn, now)).await.unwrap();
            let Some(job) = claimed else { return done };
            work::perform(&self.world.db, &self.sandbox, &job, &clock).await.unwrap();
            done += 1;
        }
    }

    /// Goes on day by day, doing what is due on each.
    pub async fn to(&self, day: &str) {
        let day: Date = day.parse().unwrap();
        self.work().await;
        while self.today() < day {
            self.be_at(self.today().tomorrow().unwrap());
            self.work().await;
        }
    }

    pub fn change<T>(&self, change: impl FnOnce(&mut PgConnection, &By) -> Result<T>) -> Result<T> {
        let by = self.by();
        self.world.with(|conn| conn.transaction(|conn| change(conn, &by)))
    }

    /// Changes a subscription that is locked.
    pub fn held<T>(
        &self,
        id: SubscriptionId,
        change: impl FnOnce(&mut PgConnection, &mut Held) -> Result<T>,
    ) -> Result<T> {
        self.change(|conn, by| {
            let mut held = Held::open(conn, by, id)?;
            change(conn, &mut held)
        })
    }

    /// A customer with a bank account that can be charged.
    pub async fn customer(&self, name: &str) -> CustomerId {
        let (shop, email) = (&self.world.shop, format!("name={name}&email={name}%40x.example"));
        let id = self.world.customer_in(shop.test, &shop.editor, &email);
        self.add_method(id).await;
        id
    }

    pub async fn add_method(&self, id: CustomerId) -> MethodId {
        self.add_method_in(self.world.shop.test, id).await
    }

    pub async fn add_method_in(&self, account: AccountId, id: CustomerId) -> MethodId {
        let verified = self.sandbox.verify(account, "tok_bank", self.clock().now()).await.unwrap().unwrap();
        let instrument =
            clientele::gateway::Instrument { fingerprint: uuid::Uuid::now_v7().to_string(), ..verified.instrument };
        let (new, rules) = (New::of(instrument), Rules { size: 20, today: self.today() });
        let by = By { account, ..self.by() };
        let added = self.world.with(|conn| conn.transaction(|conn| wallet::add(conn, &by, id, new, rules, None)));
        match added.unwrap() {
            Added::Done(method) | Added::Before(method) => method.id,
            Added::Refused(_) => panic!("the method is refused"),
        }
    }

    /// From now on every charge of the customer has this outcome.
    pub fn answers(&self, id: CustomerId, outcome: &str) {
        let sql =
            format!("UPDATE payment_methods SET credential = 'sandbox:{outcome}' WHERE customer_id = '{}'", id.uuid());
        self.world.sql(&sql);
    }

    pub fn create(&self, new: NewSubscription) -> Result<Subscription> {
        self.change(|conn, by| creating::create(conn, by, SubscriptionId::at(by.now()), new))
    }

    pub fn monthly(&self, customer: CustomerId, first_on: Date) -> NewSubscription {
        NewSubscription {
            customer,
            name: "Pro".to_owned(),
            price: None,
            amount: kes(490_000),
            interval: Interval::new(Unit::Month, 1).unwrap(),
            days_until_due: None,
            method: None,
            first_on,
            anchor_day: None,
            until: Until::Forever,
            started_on: None,
            beginning: Beginning::Charged,
            metadata: json!({}),
        }
    }

    pub fn find(&self, id: SubscriptionId) -> Subscription {
        self.world.with(|conn| subscriptions::model::find(conn, self.world.shop.test, id)).unwrap()
    }

    pub fn invoices(&self, id: SubscriptionId) -> Vec<Invoice> {
        use clientele::schema::invoices as table;
        use diesel::prelude::*;
        let of = table::table.filter(table::subscription_id.eq(id)).order(table::id).select(Invoice::as_select());
        self.world.with(|conn| of.load(conn)).unwrap()
    }

    /// The invoices as "day amount status", oldest first.
    pub fn bills(&self, id: SubscriptionId) -> Vec<String> {
        let told = |one: &Invoice| format!("{} {} {}", one.issued_on, one.total, one.status);
        self.invoices(id).iter().map(told).collect()
    }

    pub fn periods(&self, id: InvoiceId) -> Vec<(i32, String)> {
        let lines = self.world.with(|conn| invoices::model::lines(conn, self.world.shop.test, id)).unwrap();
        lines.into_iter().map(|line| (line.period_no.unwrap(), line.period_from.unwrap().to_string())).collect()
    }

    /// What happened to a subscription, oldest first.
    pub fn told(&self, id: SubscriptionId) -> Vec<String> {
        let account = self.world.shop.test;
        let events = self.world.with(|conn| clientele::history::after_version(conn, account, id.uuid(), 0)).unwrap();
        events.into_iter().map(|event| event.kind.trim_start_matches("subscription.").to_owned()).collect()
    }

    /// Nothing contradicts itself.
    pub fn check(&self) {
        assert_eq!(self.world.with(subscriptions::checking::check).unwrap(), []);
        assert_eq!(self.world.with(subscriptions::figures::check).unwrap(), []);
    }

    /// The statuses of all payments, oldest first.
    pub fn payments(&self) -> Vec<String> {
        use clientele::schema::payments;
        use diesel::prelude::*;
        self.world.with(|conn| payments::table.order(payments::id).select(payments::status).load(conn)).unwrap()
    }
}

pub fn zone() -> TimeZone {
    TimeZone::get("Africa/Nairobi").unwrap()
}

pub fn kes(minor: i64) -> Money {
    Money::new(minor, "KES".parse().unwrap())
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Returns the number that the environment asks for.
pub fn asked(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
