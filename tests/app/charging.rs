//! Charges and refunds: each of them once, whatever breaks on the way, and never more given back than was paid.

use std::rc::Rc;

use actix_web::rt;
use clientele::{
    clock::Clock,
    db::Db,
    error::{Error, Result},
    events::By,
    gateway::{Charge, Gateway, Outcome, Refund, Sandbox, Verified, sandbox},
    ids::{AccountId, CustomerId, PaymentId, RefundId},
    jobs,
    payments::{
        Status,
        charging::{self, NewCharge, Source},
        model::{self, Payment},
        refunds::{self, NewRefund, State},
        settling,
    },
    subscriptions::DEBTS,
    values::Money,
    work,
};
use diesel::Connection;
use jiff::{SignedDuration, Timestamp};

use crate::{
    concurrency::at_once,
    world::{World, by_person},
};

/// Somebody in the shop's test account, where the sandbox is the gateway.
pub struct Till {
    pub world: World,
    pub sandbox: Sandbox,
    pub by: By,
    pub customer: CustomerId,
}

impl Till {
    pub async fn open(world: World) -> Self {
        let (account, editor) = (world.shop.test, world.shop.editor.clone());
        let customer = world.customer_in(account, &editor, "name=Baraka&email=baraka%40x.example");
        Self { sandbox: Sandbox::new(world.db.clone()), by: by_person(account, &editor), customer, world }
    }

    pub fn account(&self) -> AccountId {
        self.by.account
    }

    pub fn db(&self) -> &Db {
        &self.world.db
    }

    pub fn new_charge(&self, amount: i64, token: &str) -> NewCharge {
        NewCharge {
            customer: self.customer,
            money: kes(amount),
            source: Source::Token(token.to_owned()),
            description: Some("Order 1".to_owned()),
            reference: None,
            billing: None,
            debt: None,
        }
    }

    pub async fn charge(&self, amount: i64, token: &str) -> Payment {
        let new = self.new_charge(amount, token);
        let id = charging::charge(self.db(), &self.sandbox, self.by.clone(), new, None, Timestamp::now()).await;
        self.payment(id.unwrap())
    }

    pub fn payment(&self, id: PaymentId) -> Payment {
        self.world.with(|conn| model::find(conn, self.account(), id)).unwrap()
    }

    pub async fn refund(&self, payment: PaymentId, amount: i64) -> Result<RefundId> {
        let new = NewRefund { payment, amount: Some(amount), reason: Some("Too small".to_owned()) };
        refunds::make(self.db(), Some(&self.sandbox), self.by.clone(), new, None, Timestamp::now()).await
    }

    pub fn refund_state(&self, id: RefundId) -> State {
        self.world.with(|conn| refunds::find(conn, self.account(), id)).unwrap().state
    }

    /// What a worker does that finds work at `now`; how many jobs it did.
    pub async fn work(&self, now: Timestamp) -> usize {
        let mut done = 0;
        loop {
            let claimed = self.db().write(move |conn| jobs::model::claim(conn, now)).await.unwrap();
            let Some(job) = claimed else { return done };
            work::perform(self.db(), &self.sandbox, &job, &Clock::telling(move || now)).await.unwrap();
            done += 1;
        }
    }

    /// How often the gateway carried out an order.
    pub fn orders(&self) -> i64 {
        self.world.number("SELECT coalesce(sum(coalesce(times, 1)), 0) AS n FROM sandbox_orders")
    }

    pub fn waiting(&self) -> i64 {
        self.world.number("SELECT count(*) AS n FROM jobs")
    }

    pub fn kinds(&self, id: PaymentId) -> Vec<String> {
        let events =
            self.world.with(|conn| clientele::history::after_version(conn, self.account(), id.uuid(), 0)).unwrap();
        let versions: Vec<i32> = events.iter().map(|event| event.version).collect();
        assert_eq!(versions, (1..=self.payment(id).version).collect::<Vec<_>>());
        events.into_iter().map(|event| event.kind).collect()
    }
}

pub fn kes(minor: i64) -> Money {
    Money::new(minor, "KES".parse().unwrap())
}

/// Later than any job of now is due.
fn later() -> Timestamp {
    Timestamp::now() + SignedDuration::from_mins(2)
}

#[actix_web::test]
async fn a_charge_succeeds_or_is_declined_for_each_documented_reason() {
    let till = Till::open(World::committed().await).await;
    for sample in &sandbox::SAMPLES {
        let payment = till.charge(5_000, sample.token).await;
        let now = match sample.token {
            "tok_slow" | "tok_slow_declined" | "tok_no_answer" => {
                assert_eq!(payment.status, Status::Processing, "{}", sample.token);
                till.work(later()).await;
                till.payment(payment.id)
            }
            _ => payment,
        };
        let declined = !matches!(
            sample.outcome,
            "succeeded" | "slow" | "refund_fails" | "no_answer" | "declined_later" | "lost_later"
        );
        assert_eq!(now.status, if declined { Status::Failed } else { Status::Succeeded }, "{}", sample.token);
        let reason = match sample.outcome {
            "slow_declined" | "declined_twice" => "card_declined",
            other => other,
        };
        assert_eq!(now.failure.as_deref(), declined.then_some(reason));
        let last = till.kinds(now.id).pop().unwrap();
        assert_eq!(last, if declined { "payment.failed" } else { "payment.succeeded" });
    }
    assert_eq!(till.orders(), 19);
    assert_eq!(till.waiting(), 0, "what is settled waits for no worker");
}

#[actix_web::test]
async fn cards_that_count_go_by_their_own_charges() {
    let till = Till::open(World::empty().await).await;
    let now = Timestamp::now();
    for (token, outcomes) in [
        ("tok_declined_later", ["succeeded", "card_declined", "card_declined"]),
        ("tok_declined_twice", ["card_declined", "card_declined", "succeeded"]),
        ("tok_lost_later", ["succeeded", "lost_card", "lost_card"]),
    ] {
        let mut credentials = Vec::new();
        for _ in 0..2 {
            let card = till.sandbox.verify(till.account(), token, now).await.unwrap().unwrap().instrument;
            for outcome in outcomes {
                let credential = card.credential.clone();
                let order = Charge {
                    account: till.account(),
                    payment: PaymentId::new(),
                    asked_at: now,
                    money: kes(5_000),
                    credential,
                };
                let expected =
                    if outcome == "succeeded" { Outcome::Succeeded } else { Outcome::Failed(outcome.to_owned()) };
                for _ in 0..2 {
                    assert_eq!(till.sandbox.charge(&order, now).await.unwrap(), expected, "{token}, as often as asked");
                }
            }
            credentials.push(card.credential);
        }
        assert_ne!(credentials[0], credentials[1], "each card counts for itself");
    }
}

#[actix_web::test]
async fn a_token_that_nobody_knows_charges_nothing() {
    let till = Till::open(World::empty().await).await;
    let new = till.new_charge(5_000, "tok_nobody");
    let refused = charging::charge(till.db(), &till.sandbox, till.by.clone(), new, None, Timestamp::now()).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    assert_eq!(till.world.number("SELECT count(*) AS n FROM payments"), 0);
}

#[actix_web::test]
async fn a_deleted_customer_is_not_charged_and_a_running_payment_is_seen() {
    let till = Till::open(World::empty().await).await;
    let running = till.charge(5_000, "tok_slow").await;
    let seen = till.world.with(|conn| model::running(conn, till.account(), till.customer)).unwrap();
    assert_eq!(seen.iter().map(|payment| payment.id).collect::<Vec<_>>(), [running.id]);
    till.world.sql("UPDATE customers SET deleted_at = now()");
    let new = till.new_charge(5_000, "tok_visa");
    let refused = charging::charge(till.db(), &till.sandbox, till.by.clone(), new, None, Timestamp::now()).await;
    assert!(refused.unwrap_err().to_string().contains("deleted"));
}

/// A gateway whose process dies: before the order, or after it.
pub struct Dying {
    pub sandbox: Sandbox,
    pub after: bool,
}

impl Gateway for Dying {
    async fn verify(&self, account: AccountId, token: &str, now: Timestamp) -> Result<Option<Verified>> {
        self.sandbox.verify(account, token, now).await
    }

    async fn charge(&self, order: &Charge, now: Timestamp) -> Result<Outcome> {
        if self.after {
            self.sandbox.charge(order, now).await?;
        }
        Err(Error::Unavailable("the gateway does not answer".into()))
    }

    async fn refund(&self, order: &Refund, now: Timestamp) -> Result<Outcome> {
        if self.after {
            self.sandbox.refund(order, now).await?;
        }
        Err(Error::Unavailable("the gateway does not answer".into()))
    }

    async fn charged(&self, _: &Charge, _: Timestamp) -> Result<Option<Outcome>> {
        Err(Error::Unavailable("the gateway does not answer".into()))
    }

    async fn refunded(&self, _: &Refund, _: Timestamp) -> Result<Option<Outcome>> {
        Err(Error::Unavailable("the gateway does not answer".into()))
    }

    async fn cancel(&self, _: &Charge, _: Timestamp) -> Result<Outcome> {
        Err(Error::Unavailable("the gateway does not answer".into()))
    }
}

#[actix_web::test]
async fn a_charge_that_was_cut_short_is_resolved_by_a_worker_and_made_once() {
    let till = Till::open(World::committed().await).await;
    for after in [false, true] {
        let gateway = Dying { sandbox: till.sandbox.clone(), after };
        let new = till.new_charge(7_000, "tok_visa");
        let id = charging::charge(till.db(), &gateway, till.by.clone(), new, None, Timestamp::now()).await.unwrap();
        assert_eq!(till.payment(id).status, Status::Processing);
        assert_eq!(till.work(Timestamp::now()).await, 0, "who began it still has time");
        assert_eq!(till.work(later()).await, 1);
        assert_eq!(till.payment(id).status, Status::Succeeded);
        assert_eq!(till.kinds(id), ["payment.begun", "payment.succeeded"]);
    }
    assert_eq!((till.orders(), till.waiting()), (2, 0));
}

#[actix_web::test]
async fn a_request_and_workers_that_settle_the_same_charge_settle_it_once() {
    let till = Rc::new(Till::open(World::committed().await).await);
    let ids: Rc<Vec<PaymentId>> = Rc::new({
        let gateway = Dying { sandbox: till.sandbox.clone(), after: false };
        let mut ids = Vec::new();
        for _ in 0..30 {
            let new = till.new_charge(1_000, "tok_visa");
            let begun = charging::charge(till.db(), &gateway, till.by.clone(), new, None, Timestamp::now());
            ids.push(begun.await.unwrap());
        }
        ids
    });
    let (workers, payments) = (Rc::clone(&till), Rc::clone(&ids));
    let racing = rt::spawn(async move { at_once(4, 4, move |_| work_quietly(Rc::clone(&workers))).await });
    let requests = Rc::clone(&till);
    at_once(ids.len(), 4, move |n| {
        let (till, id) = (Rc::clone(&requests), payments[n]);
        async move {
            let settled = settling::settle_payment_with(till.db(), &till.sandbox, DEBTS, till.by.clone(), id, later());
            settled.await.unwrap();
        }
    })
    .await;
    racing.await.unwrap();
    // A worker that lost a race keeps its claim for a while; whoever comes after it finds the charge settled.
    till.work(Timestamp::now() + SignedDuration::from_hours(1)).await;
    for id in ids.iter() {
        assert_eq!(till.kinds(*id), ["payment.begun", "payment.succeeded"]);
    }
    assert_eq!((till.orders(), till.waiting()), (30, 0));
    assert_eq!(till.world.number("SELECT volume AS n FROM payment_figures"), 30_000);
}

/// Works until nothing is left; a job that somebody else has ended meanwhile is left alone.
async fn work_quietly(till: Rc<Till>) {
    loop {
        let claimed = till.db().write(move |conn| jobs::model::claim(conn, later())).await.unwrap();
        let Some(job) = claimed else { return };
        let by = By::system(job.account_id, Clock::telling(later));
        let settled = settling::settle_payment(till.db(), &till.sandbox, DEBTS, by, &job).await;
        assert!(matches!(settled, Ok(()) | Err(Error::Conflict(_) | Error::JobTaken)), "{settled:?}");
    }
}

#[actix_web::test]
async fn a_form_sent_twice_charges_once() {
    let till = Till::open(World::committed().await).await;
    let typed = clientele::input::FormFields(vec![("key".to_owned(), clientele::idempotency::OneTimeKey::fresh())]);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let key = clientele::idempotency::OneTimeKey::of(&typed).unwrap();
        let new = till.new_charge(5_000, "tok_visa");
        let made = charging::charge(till.db(), &till.sandbox, till.by.clone(), new, key, Timestamp::now());
        ids.push(made.await.unwrap());
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(till.orders(), 1);
}

#[actix_web::test]
async fn a_slow_charge_can_be_called_off_and_a_settled_one_cannot() {
    let till = Till::open(World::committed().await).await;
    let (slow, paid) = (till.charge(5_000, "tok_slow").await, till.charge(5_000, "tok_visa").await);
    for (payment, becomes) in [(slow, Status::Canceled), (paid, Status::Succeeded)] {
        let now = Timestamp::now();
        settling::cancel_with(till.db(), &till.sandbox, DEBTS, till.by.clone(), payment.id, now).await.unwrap();
        assert_eq!(till.payment(payment.id).status, becomes);
    }
    // Its time over, one that nobody called off in time stays paid.
    let late = till.charge(5_000, "tok_slow").await;
    settling::cancel_with(till.db(), &till.sandbox, DEBTS, till.by.clone(), late.id, later()).await.unwrap();
    assert_eq!(till.payment(late.id).status, Status::Succeeded);
    assert_eq!(till.waiting(), 0);
}

#[actix_web::test]
async fn a_refund_gives_part_back_then_the_rest_and_never_more() {
    let till = Till::open(World::committed().await).await;
    let paid = till.charge(10_000, "tok_visa").await.id;
    let half = till.refund(paid, 4_000).await.unwrap();
    assert_eq!(till.refund_state(half), State::Succeeded);
    assert_eq!((till.payment(paid).status, till.payment(paid).refunded.minor), (Status::PartiallyRefunded, 4_000));
    for too_much in [6_001, 0, -1] {
        assert!(matches!(till.refund(paid, too_much).await, Err(Error::Conflict(_))));
    }
    till.refund(paid, 6_000).await.unwrap();
    assert_eq!(till.payment(paid).status, Status::Refunded);
    let refused = till.refund(paid, 1).await.unwrap_err().to_string();
    assert!(refused.contains("refunded already"), "{refused}");
    assert_eq!(till.kinds(paid), ["payment.begun", "payment.succeeded", "payment.refunded", "payment.refunded"]);
    let declined = till.charge(10_000, "tok_declined").await.id;
    assert!(till.refund(declined, 1).await.unwrap_err().to_string().contains("failed cannot be refunded"));
}

#[actix_web::test]
async fn a_refund_that_the_bank_refuses_leaves_the_payment_as_it_was() {
    let till = Till::open(World::committed().await).await;
    let paid = till.charge(10_000, "tok_refund_fails").await.id;
    let refund = till.refund(paid, 4_000).await.unwrap();
    assert_eq!(till.refund_state(refund), State::Failed("refund_refused".to_owned()));
    assert_eq!((till.payment(paid).status, till.payment(paid).refunded.minor), (Status::Succeeded, 0));
    let left = till.world.with(|conn| refunds::remaining(conn, till.account(), &till.payment(paid))).unwrap();
    assert_eq!(left.minor, 10_000, "what was refused can be asked for again");
    assert_eq!(till.kinds(paid), ["payment.begun", "payment.succeeded", "payment.refund_failed"]);
}

#[actix_web::test]
async fn a_refund_that_was_cut_short_counts_until_a_worker_resolves_it() {
    let till = Till::open(World::committed().await).await;
    let paid = till.charge(10_000, "tok_visa").await.id;
    let new = NewRefund { payment: paid, amount: Some(8_000), reason: None };
    let gateway = Dying { sandbox: till.sandbox.clone(), after: true };
    let id = refunds::make(till.db(), Some(&gateway), till.by.clone(), new, None, Timestamp::now()).await.unwrap();
    assert_eq!(till.refund_state(id), State::Processing);
    let refused = till.refund(paid, 2_001).await.unwrap_err().to_string();
    assert_eq!(refused, "At most KES 20.00 can still be refunded.");
    assert_eq!(till.work(later()).await, 1);
    assert_eq!(till.refund_state(id), State::Succeeded);
    assert_eq!((till.orders(), till.payment(paid).refunded.minor), (2, 8_000));
}

#[actix_web::test]
async fn a_hundred_refunds_at_once_never_give_back_more_than_was_paid() {
    let till = Rc::new(Till::open(World::committed().await).await);
    let paid = till.charge(10_000, "tok_visa").await.id;
    let hands = Rc::clone(&till);
    let made = at_once(100, 8, move |_| {
        let till = Rc::clone(&hands);
        async move { till.refund(paid, 300).await }
    })
    .await;
    let made = made.into_iter().filter(Result::is_ok).count();
    assert_eq!((made, till.payment(paid).refunded.minor), (33, 9_900));
    assert_eq!(till.world.number("SELECT refunded AS n FROM payment_figures"), 9_900);
}

#[actix_web::test]
async fn a_recorded_payment_is_settled_by_hand_and_refunded_on_paper() {
    let till = Till::open(World::empty().await).await;
    let recorded = model::Recorded {
        customer: Some(till.customer),
        money: kes(2_500),
        status: Status::Processing,
        refunded: 0,
        at: Timestamp::now(),
        description: None,
        reference: Some("M-1".to_owned()),
        method: None,
        invoice: None,
    };
    let id = PaymentId::at(recorded.at);
    till.world.with(|conn| conn.transaction(|conn| model::record(conn, &till.by, id, &recorded))).unwrap();
    let note = |next| till.world.with(|conn| conn.transaction(|conn| settling::note(conn, &till.by, id, next)));
    assert!(matches!(note(Status::Refunded), Err(Error::Conflict(_))));
    note(Status::Succeeded).unwrap();
    assert!(note(Status::Failed).unwrap_err().to_string().contains("succeeded cannot become failed"));
    till.refund(id, 2_500).await.unwrap();
    assert_eq!(till.payment(id).status, Status::Refunded);
    assert_eq!(till.orders(), 0, "no gateway was asked");

    let again = model::Recorded { at: Timestamp::now(), ..recorded };
    let twice =
        till.world.with(|conn| conn.transaction(|conn| model::record(conn, &till.by, PaymentId::at(again.at), &again)));
    assert_eq!(twice.unwrap_err().to_string(), "Another payment has the reference “M-1”.");
}

#[actix_web::test]
async fn a_refund_noted_twice_by_the_same_form_is_noted_once() {
    let till = Till::open(World::committed().await).await;
    let at = Timestamp::now();
    let recorded = model::Recorded {
        customer: Some(till.customer),
        money: kes(2_500),
        status: Status::Succeeded,
        refunded: 0,
        at,
        description: None,
        reference: None,
        method: None,
        invoice: None,
    };
    let payment = PaymentId::at(at);
    till.world.with(|conn| conn.transaction(|conn| model::record(conn, &till.by, payment, &recorded))).unwrap();
    let typed = clientele::input::FormFields(vec![("key".to_owned(), clientele::idempotency::OneTimeKey::fresh())]);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let key = clientele::idempotency::OneTimeKey::of(&typed).unwrap();
        let new = NewRefund { payment, amount: Some(1_000), reason: None };
        let made = refunds::make(till.db(), Some(&till.sandbox), till.by.clone(), new, key, at).await.unwrap();
        assert_eq!(till.refund_state(made), State::Succeeded);
        ids.push(made);
    }
    assert_eq!((ids[0], till.payment(payment).refunded.minor), (ids[1], 1_000));
}
