//! The real system against a naive program: one subscription after another, one day after another, without a queue. Both
//! bill and charge the same on the same days, while workers die between the order and writing it down, and while nobody
//! works for days.

mod processes;

use std::collections::{BTreeMap, HashSet};

use clientele::{
    gateway::{Charge, Gateway},
    ids::{AccountId, CustomerId, PaymentId, SubscriptionId},
    jobs::{self, Claimed, Kind},
    merchants, payments,
    subscriptions::{self, Subscription, creating},
    values::{Interval, interval::Unit},
};
use diesel::{Connection, prelude::*};
use jiff::{ToSpan, civil::Date};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::*;

const LADDER: [i32; 4] = [1, 3, 5, 7];

/// A subscription as the naive program knows it.
#[derive(Clone, Debug)]
struct Plan {
    first: Date,
    anchor_day: i8,
    unit: Unit,
    every: i32,
    ends: Option<Date>,
    amount: i64,
    /// The amounts that are agreed, each on the evening of a day.
    agreed: Vec<(Date, i64)>,
    /// The days on which the card declines: from one until another.
    bad: Vec<(Date, Date)>,
    /// Whether it is canceled when tries end, or stands still.
    is_canceled: bool,
}

impl Plan {
    fn make(rng: &mut StdRng, start: Date, days: i32) -> Self {
        let later = |days: i32| start.checked_add(days.days()).unwrap();
        let (unit, every) = match rng.random_range(0..100) {
            0..2 => (Unit::Day, 1),
            2..5 => (Unit::Day, 3),
            5..15 => (Unit::Week, 1),
            15..25 => (Unit::Week, 2),
            25..70 => (Unit::Month, 1),
            70..80 => (Unit::Month, 2),
            80..90 => (Unit::Month, 3),
            _ => (Unit::Year, 1),
        };
        // Ends of months are where calendars go wrong.
        let first = match rng.random_range(0..4) {
            0 => later(rng.random_range(1..80)).last_of_month(),
            1 => "2028-02-29".parse().unwrap(),
            _ => later(rng.random_range(1..120)),
        };
        let is_last = first == first.last_of_month();
        let anchor_day = if is_last && rng.random_bool(0.5) { 31 } else { first.day() };
        let ends = rng.random_bool(0.25).then(|| first.checked_add(rng.random_range(20..300).days()).unwrap());
        let mut agreed = Vec::new();
        if ends.is_none() && rng.random_bool(0.3) {
            agreed.push((later(rng.random_range(30..days)), rng.random_range(100..9_999)));
        }
        let mut bad = Vec::new();
        let mut at = 0;
        while rng.random_bool(0.6) && at < days {
            at += rng.random_range(5..200);
            let length = [1, 1, 2, 4, 6, 9, 20, 60][rng.random_range(0..8)];
            bad.push((later(at), later(at + length)));
            at += length;
        }
        let (amount, is_canceled) = (rng.random_range(100..9_999), rng.random_bool(0.5));
        Self { first, anchor_day, unit, every, ends, amount, agreed, bad, is_canceled }
    }

    fn step(&self) -> jiff::Span {
        match self.unit {
            Unit::Day => self.every.days(),
            Unit::Week => self.every.weeks(),
            Unit::Month => self.every.months(),
            Unit::Year => self.every.years(),
        }
    }

    fn works(&self, day: Date) -> bool {
        !self.bad.iter().any(|(from, until)| (*from..*until).contains(&day))
    }

    /// Asks of a day whether a period begins on it.
    fn is_charge_day(&self, day: Date) -> bool {
        if day < self.first || self.ends.is_some_and(|ends| day >= ends) {
            return false;
        }
        let days = (day - self.first).get_days();
        let months = i32::from(day.year() - self.first.year()) * 12 + i32::from(day.month() - self.first.month());
        let on_day = day.day() == self.anchor_day.min(day.days_in_month());
        match self.unit {
            Unit::Day => days % self.every == 0,
            Unit::Week => days % (7 * self.every) == 0,
            Unit::Month => months % self.every == 0 && on_day,
            Unit::Year => months % (12 * self.every) == 0 && on_day,
        }
    }

    fn amount_on(&self, day: Date) -> i64 {
        self.agreed.iter().rev().find(|(from, _)| *from < day).map_or(self.amount, |(_, amount)| *amount)
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Bill {
    on: Date,
    periods: Vec<Date>,
    total: i64,
}

#[derive(Debug, PartialEq)]
struct Life {
    bills: Vec<Bill>,
    /// Each charge that succeeded: its day and what it paid.
    charges: Vec<(Date, Vec<Date>)>,
    status: String,
}

struct Open {
    bill: Bill,
    is_paid: bool,
    /// Charged in turn, unless too much came together.
    is_charged: bool,
    first_failed: Option<Date>,
    is_overdue: bool,
}

/// The rules of the naive program. The broken ones show that the comparison would find them.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    Right,
    /// Each date is counted from the one before it.
    FromTheLast,
    /// What began while it stood still is billed later.
    NothingPassedOver,
}

/// The naive program.
fn live(plan: &Plan, days: &[Date], idle: &HashSet<Date>, rule: Rule) -> Life {
    let (mut bills, mut charges): (Vec<Open>, Vec<_>) = (Vec::new(), Vec::new());
    let (mut waiting, mut stands_still, mut is_canceled) = (Vec::new(), false, false);
    let mut next = plan.first;
    for &day in days {
        if is_canceled {
            break;
        }
        let begins = match rule {
            Rule::FromTheLast => day == next && plan.ends.is_none_or(|ends| day < ends),
            _ => plan.is_charge_day(day),
        };
        if begins {
            waiting.push(day);
            next = day.checked_add(plan.step()).unwrap();
        }
        if idle.contains(&day) {
            continue;
        }
        let periods = std::mem::take(&mut waiting);
        if (!stands_still || rule == Rule::NothingPassedOver) && !periods.is_empty() {
            let total = periods.iter().map(|day| plan.amount_on(*day)).sum();
            let (is_charged, bill) = (periods.len() <= 3, Bill { on: day, periods, total });
            bills.push(Open { bill, is_paid: false, is_charged, first_failed: None, is_overdue: false });
        }
        for late in bills.iter_mut().filter(|one| !one.is_charged) {
            late.is_overdue |= day > late.bill.on.checked_add(14.days()).unwrap();
        }
        if plan.ends.is_some_and(|ends| day >= ends) {
            is_canceled = true;
            break;
        }
        while let Some(oldest) = bills.iter_mut().find(|one| one.is_charged && !one.is_paid) {
            let step = |days: i32| oldest.first_failed.map(|first| first.checked_add(days.days()).unwrap());
            let is_due =
                oldest.first_failed.is_none() || (!stands_still && LADDER.iter().any(|days| step(*days) == Some(day)));
            // After idle days the first step that has come is tried once.
            let was_idle = |step: Date| step < day && days.iter().all(|d| *d < step || *d >= day || idle.contains(d));
            let is_made_up = !stands_still && LADDER.iter().any(|days| step(*days).is_some_and(was_idle));
            if !is_due && !is_made_up {
                break;
            }
            if plan.works(day) {
                oldest.is_paid = true;
                charges.push((day, oldest.bill.periods.clone()));
                continue;
            }
            let first = *oldest.first_failed.get_or_insert(day);
            if first.checked_add(7.days()).unwrap() <= day {
                (stands_still, is_canceled) = (!plan.is_canceled, plan.is_canceled);
            }
            break;
        }
    }
    let is_unpaid = bills.iter().any(|one| !one.is_paid && (one.first_failed.is_some() || one.is_overdue));
    let status = match () {
        () if is_canceled => "canceled",
        () if is_unpaid => "past_due",
        () if bills.is_empty() => "trialing",
        () => "active",
    };
    Life { bills: bills.into_iter().map(|one| one.bill).collect(), charges, status: status.to_owned() }
}

/// A subscription in the real system.
struct Real {
    account: AccountId,
    customer: CustomerId,
    id: SubscriptionId,
}

impl Walk {
    fn life(&self, real: &Real) -> Life {
        let (mut bills, mut charges) = (Vec::new(), Vec::new());
        let account = real.account;
        self.world.with(|conn| {
            for bill in self.invoices_on(conn, real.id) {
                let lines = invoices::model::lines(conn, account, bill.id).unwrap();
                let periods: Vec<Date> = lines.iter().map(|line| line.period_from.unwrap()).collect();
                for paid in payments::of_debt::all(conn, account, bill.id).unwrap() {
                    if paid.status == payments::Status::Succeeded {
                        charges.push((paid.created_at.to_zoned(zone()).date(), periods.clone()));
                    }
                }
                bills.push(Bill { on: bill.issued_on, periods, total: bill.total });
            }
            let now: Subscription = subscriptions::model::find(conn, account, real.id).unwrap();
            Life { bills, charges, status: now.status.to_string() }
        })
    }

    fn invoices_on(&self, conn: &mut PgConnection, id: SubscriptionId) -> Vec<Invoice> {
        use clientele::schema::invoices as table;
        table::table
            .filter(table::subscription_id.eq(id))
            .order(table::id)
            .select(Invoice::as_select())
            .load(conn)
            .unwrap()
    }

    /// What a worker did that was killed: nothing, or no more than ordering the charge. Others take the job at once.
    async fn dies(&self, job: &Claimed) {
        let (account, id, now) = (job.account_id, PaymentId::from_uuid(job.subject_id), self.clock().now());
        if job.kind == Kind::SettlePayment {
            let (payment, credential) = self.world.with(|conn| {
                let payment = payments::model::find(conn, account, id).unwrap();
                (payment, payments::model::credential(conn, account, id).unwrap().unwrap())
            });
            let asked_at = payment.created_at;
            let order = Charge { account, payment: id, asked_at, money: payment.money, credential };
            self.sandbox.charge(&order, now).await.unwrap();
        }
        self.world
            .sql(&format!("UPDATE jobs SET claim_id = NULL, claimed_until = NULL WHERE id = '{}'", job.id.uuid()));
    }
}

/// The first day.
const START: &str = "2027-12-01";

/// Subscriptions in both systems, and the days that they live through.
struct Lives {
    walk: Walk,
    all: Vec<(Plan, Real)>,
    days: Vec<Date>,
    /// The days on which nobody works.
    idle: HashSet<Date>,
    /// Where the authors of changes have their time from; nothing is the clock of the walk.
    machine: Option<Clock>,
}

impl Lives {
    fn over(world: World, length: i32, machine: Option<Clock>) -> Self {
        let start: Date = START.parse().unwrap();
        let days: Vec<Date> = (0..length).map(|n| start.checked_add(n.days()).unwrap()).collect();
        let outages = [(60, 1), (150, 2), (260, 7)].into_iter().flat_map(|(from, length)| from..from + length);
        let idle = outages.map(|n| start.checked_add(n.days()).unwrap()).collect();
        let walk = Walk::over(world, start);
        walk.world.sql("UPDATE merchants SET time_zone = 'Africa/Nairobi'");
        let rival = walk.world.rival.merchant.uuid();
        walk.world.sql(&format!("UPDATE merchants SET after_tries = 'cancel' WHERE id = '{rival}'"));
        Self { walk, all: Vec::new(), days, idle, machine }
    }

    fn by(&self, account: AccountId) -> By {
        let clock = match &self.machine {
            Some(machine) => self.walk.world.with(|conn| merchants::clock(conn, account, machine)).unwrap(),
            None => self.walk.clock(),
        };
        By { account, clock, ..self.walk.by() }
    }

    async fn begin(&mut self, rng: &mut StdRng, count: usize) {
        let walk = &self.walk;
        let (shop, rival) = (&walk.world.shop, &walk.world.rival);
        for number in 0..count {
            let mut plan = Plan::make(rng, self.days[0], self.days.len().try_into().unwrap());
            // Nobody is there to agree to anything.
            plan.agreed.retain(|(on, _)| !self.idle.contains(on));
            let (account, editor) =
                if plan.is_canceled { (rival.test, &rival.editor) } else { (shop.test, &shop.editor) };
            let form = format!("name=N{number}&email=n{number}%40x.example");
            let customer = walk.world.customer_in(account, editor, &form);
            walk.add_method_in(account, customer).await;
            let new = NewSubscription {
                amount: kes(plan.amount),
                interval: Interval::new(plan.unit, plan.every.into()).unwrap(),
                anchor_day: Some(plan.anchor_day),
                until: plan.ends.map_or(Until::Forever, Until::Date),
                ..walk.monthly(customer, plan.first)
            };
            let by = self.by(account);
            let id = SubscriptionId::at(by.now());
            walk.world.with(|conn| conn.transaction(|conn| creating::create(conn, &by, id, new))).unwrap();
            self.all.push((plan, Real { account, customer, id }));
        }
    }

    /// Lets cards decline, and work again, as they do on a day.
    fn cards_change(&self, day: Date) {
        let yesterday = day.yesterday().unwrap();
        for (plan, real) in self.all.iter().filter(|(plan, _)| plan.works(yesterday) != plan.works(day)) {
            self.walk.answers(real.customer, if plan.works(day) { "succeeded" } else { "card_declined" });
        }
    }

    /// Agrees to other amounts on the evening of a day.
    fn agree(&self, day: Date) {
        for (plan, real) in &self.all {
            for (_, amount) in plan.agreed.iter().filter(|(on, _)| *on == day) {
                let by = self.by(real.account);
                let agreed = self.walk.world.with(|conn| {
                    conn.transaction(|conn| Held::open(conn, &by, real.id)?.change_amount(conn, *amount, None))
                });
                if let Err(err) = agreed {
                    assert_eq!(err.code().as_str(), "already_canceled", "{err:?}");
                }
            }
        }
    }

    /// Both systems say the same, and broken rules would be found out, if these are among `found_out`.
    fn compare(&self, found_out: &[Rule]) {
        let (walk, count) = (&self.walk, self.all.len());
        let mut differing = BTreeMap::new();
        let mut charged = 0;
        let mut broken: Vec<(Rule, usize)> = found_out.iter().map(|rule| (*rule, 0)).collect();
        for (number, (plan, real)) in self.all.iter().enumerate() {
            let (expected, found) = (live(plan, &self.days, &self.idle, Rule::Right), walk.life(real));
            charged += found.charges.len();
            for (rule, found_out) in &mut broken {
                *found_out += usize::from(live(plan, &self.days, &self.idle, *rule) != found);
            }
            if expected != found {
                differing.insert(number, (plan.clone(), expected, found));
            }
        }
        let first = differing.iter().next();
        assert!(differing.is_empty(), "{} of {count} differ, the first: {first:#?}", differing.len());
        assert!(broken.iter().all(|(_, found_out)| *found_out > 0), "a broken rule would not be found: {broken:?}");
        assert!(2 * charged > count, "{charged} charges prove little");
        let orders = walk.world.number("SELECT count(*) AS n FROM sandbox_orders WHERE kind = 'charge'");
        assert_eq!(orders, walk.world.number("SELECT count(*) AS n FROM payments"));
        assert_eq!(walk.world.number("SELECT count(*) AS n FROM sandbox_orders WHERE times <> 1"), 0);
        walk.check();
        println!("{count} subscriptions, {} days: {charged} charges, {orders} orders, 0 differences", self.days.len());
    }
}

#[actix_web::test]
async fn subscriptions_live_as_a_naive_program_says() {
    let mut rng = StdRng::seed_from_u64(7);
    let mut lives = Lives::over(World::committed().await, 400, None);
    lives.begin(&mut rng, asked("CLIENTELE_LIVES", 60)).await;
    let walk = &lives.walk;
    for day in &lives.days {
        walk.be_at(*day);
        lives.cards_change(*day);
        if lives.idle.contains(day) {
            continue;
        }
        let clock = walk.clock();
        loop {
            let now = clock.now();
            let claimed = walk.world.db.write(move |conn| jobs::model::claim(conn, now)).await.unwrap();
            let Some(job) = claimed else { break };
            if rng.random_bool(0.05) {
                walk.dies(&job).await;
            } else {
                work::perform(&walk.world.db, &walk.sandbox, &job, &clock).await.unwrap();
            }
        }
        lives.agree(*day);
    }
    lives.compare(&[Rule::FromTheLast, Rule::NothingPassedOver]);
}
