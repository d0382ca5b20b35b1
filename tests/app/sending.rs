//! An order is sent for less than a day and looked for afterwards: the sandbox forgets its keys as other gateways do, and
//! no charge or refund is ever made twice, whenever somebody comes back to it.

use clientele::{
    gateway::{Charge, Gateway, Outcome},
    ids::{PaymentId, RefundId},
    payments::{
        Status, charging,
        refunds::{self, NewRefund, State},
        settling,
    },
    subscriptions::DEBTS,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    charging::{Dying, Till, kes},
    world::World,
};

const LOST: &str = "never_arrived";

/// How a gateway does while it is asked.
#[derive(Clone, Copy, Debug)]
enum Line {
    /// It hears nothing.
    Dead,
    /// It hears, and its answer is lost.
    Mute,
    Good,
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

impl Till {
    fn dying(&self, after: bool) -> Dying {
        Dying { sandbox: self.sandbox.clone(), after }
    }

    /// Begins a charge of which the gateway hears nothing, or whose answer is lost.
    async fn begin(&self, after: bool) -> PaymentId {
        let (gateway, new) = (self.dying(after), self.new_charge(1_000, "tok_visa"));
        let begun = charging::charge(self.db(), &gateway, self.by.clone(), new, None, Timestamp::now());
        begun.await.unwrap()
    }

    /// The same for a refund of a payment.
    async fn begin_refund(&self, payment: PaymentId, after: bool) -> RefundId {
        let (gateway, new) = (self.dying(after), NewRefund { payment, amount: Some(100), reason: None });
        refunds::make(self.db(), Some(&gateway), self.by.clone(), new, None, Timestamp::now()).await.unwrap()
    }

    async fn cancel(&self, id: PaymentId, now: Timestamp) -> Status {
        settling::cancel_with(self.db(), &self.sandbox, DEBTS, self.by.clone(), id, now).await.unwrap();
        self.payment(id).status
    }

    /// Asks a gateway with that line about a payment; whether it answers is not told.
    async fn ask(&self, id: PaymentId, line: Line, now: Timestamp) {
        let by = self.by.clone();
        let _ = match line {
            Line::Dead => settling::settle_payment_with(self.db(), &self.dying(false), DEBTS, by, id, now).await,
            Line::Mute => settling::settle_payment_with(self.db(), &self.dying(true), DEBTS, by, id, now).await,
            Line::Good => settling::settle_payment_with(self.db(), &self.sandbox, DEBTS, by, id, now).await,
        };
    }

    /// The same about a refund.
    async fn ask_refund(&self, id: RefundId, line: Line, now: Timestamp) {
        let by = self.by.clone();
        let _ = match line {
            Line::Dead => settling::settle_refund_with(self.db(), &self.dying(false), by, id, now).await,
            Line::Mute => settling::settle_refund_with(self.db(), &self.dying(true), by, id, now).await,
            Line::Good => settling::settle_refund_with(self.db(), &self.sandbox, by, id, now).await,
        };
    }

    /// How often the gateway carried out orders of that key.
    fn times(&self, key: uuid::Uuid) -> i64 {
        self.world.number(&format!("SELECT coalesce(sum(times), 0) AS n FROM sandbox_orders WHERE key = '{key}'"))
    }
}

#[actix_web::test]
async fn the_sandbox_forgets_a_key_after_a_day_and_its_books_do_not() {
    let till = Till::open(World::committed().await).await;
    let paid = till.charge(1_000, "tok_visa").await;
    let credential = "sandbox:succeeded".to_owned();
    let (account, asked_at) = (till.account(), paid.created_at);
    let order = Charge { account, payment: paid.id, asked_at, money: paid.money, credential };
    for (later, moved) in [(23, 1), (25, 2), (48, 2), (50, 3)] {
        let now = asked_at + hours(later);
        assert_eq!(till.sandbox.charge(&order, now).await.unwrap(), Outcome::Succeeded);
        assert_eq!(till.times(paid.id.uuid()), moved, "{later} hours later");
        assert_eq!(till.sandbox.charged(&order, now + hours(1_000)).await.unwrap(), Some(Outcome::Succeeded));
    }
    assert_eq!(till.times(paid.id.uuid()), 3, "looking orders nothing");
}

#[actix_web::test]
async fn a_charge_that_never_arrived_is_sent_for_twenty_hours_and_given_up_after_a_day() {
    let till = Till::open(World::committed().await).await;
    let sent = till.begin(false).await;
    till.work(till.payment(sent).created_at + hours(20) - SignedDuration::from_secs(1)).await;
    assert_eq!((till.payment(sent).status, till.orders()), (Status::Succeeded, 1));

    let lost = till.begin(false).await;
    let asked_at = till.payment(lost).created_at;
    assert_eq!(till.work(asked_at + hours(20)).await, 1);
    assert_eq!((till.payment(lost).status, till.orders(), till.waiting()), (Status::Processing, 1, 1));
    assert_eq!(till.work(asked_at + hours(24) - SignedDuration::from_secs(1)).await, 0, "it may be on its way");
    assert_eq!(till.work(asked_at + hours(24)).await, 1);
    let lost = till.payment(lost);
    assert_eq!((lost.status, lost.failure.as_deref()), (Status::Failed, Some(LOST)));
    assert_eq!(till.kinds(lost.id), ["payment.begun", "payment.failed"]);
    assert_eq!((till.orders(), till.waiting()), (1, 0), "it was not sent again");
}

#[actix_web::test]
async fn a_refund_that_never_arrived_leaves_its_money_to_be_given_back() {
    let till = Till::open(World::committed().await).await;
    let paid = till.charge(100, "tok_visa").await.id;
    let lost = till.begin_refund(paid, false).await;
    till.work(lost.created_at() + hours(25)).await;
    assert_eq!(till.refund_state(lost), State::Failed(LOST.to_owned()));
    let found = till.begin_refund(paid, true).await;
    till.work(found.created_at() + hours(25)).await;
    assert_eq!((till.refund_state(found), till.payment(paid).refunded), (State::Succeeded, kes(100)));
    assert_eq!((till.orders(), till.waiting()), (2, 0));
}

#[actix_web::test]
async fn a_cancellation_in_time_keeps_an_order_from_being_carried_out_when_it_comes() {
    let till = Till::open(World::committed().await).await;
    let lost = till.begin(false).await;
    let asked_at = till.payment(lost).created_at;
    assert_eq!(till.cancel(lost, asked_at + hours(1)).await, Status::Canceled);
    assert_eq!((till.times(lost.uuid()), till.waiting()), (0, 0));
    // One that was cut short before it was written down is found by the job.
    let unheard = till.begin(false).await;
    let asked_at = till.payment(unheard).created_at;
    let credential = "sandbox:succeeded".to_owned();
    let order = Charge { account: till.account(), payment: unheard, asked_at, money: kes(1_000), credential };
    assert_eq!(till.sandbox.cancel(&order, asked_at).await.unwrap(), Outcome::Canceled);
    till.work(asked_at + hours(1)).await;
    assert_eq!((till.payment(unheard).status, till.times(unheard.uuid())), (Status::Canceled, 0));
}

#[actix_web::test]
async fn what_never_arrived_is_not_told_as_a_decline() {
    let till = Till::open(World::committed().await).await;
    let lost = till.begin(false).await;
    till.work(till.payment(lost).created_at + hours(25)).await;
    let page = till.world.testing(&till.world.shop.editor).get(format!("/payments/{lost}")).await.expect(200);
    assert_eq!(page.text("#failure p"), "The gateway never received it, so no money moved.");
    assert!(page.text_body().contains("never got it") && !page.text_body().contains("declined"));
}

#[actix_web::test]
async fn a_late_cancellation_ends_only_what_the_gateway_has_and_has_not_settled() {
    let till = Till::open(World::committed().await).await;
    let paid = till.begin(true).await;
    assert_eq!(till.cancel(paid, till.payment(paid).created_at + hours(30)).await, Status::Succeeded);

    let slow = till.begin(true).await;
    till.world.sql("UPDATE sandbox_orders SET settles_at = settles_at + interval '3 days'");
    assert_eq!(till.cancel(slow, till.payment(slow).created_at + hours(30)).await, Status::Canceled);

    let lost = till.begin(false).await;
    let asked_at = till.payment(lost).created_at;
    assert_eq!(till.cancel(lost, asked_at + hours(21)).await, Status::Processing, "it may be on its way");
    till.work(asked_at + hours(24)).await;
    assert_eq!(till.payment(lost).failure.as_deref(), Some(LOST));
    let gone = till.begin(false).await;
    assert_eq!(till.cancel(gone, till.payment(gone).created_at + hours(24)).await, Status::Canceled);
    assert_eq!((till.orders(), till.waiting()), (2, 0));
}

/// All ways through four tries in a day, of a line that is dead, mute or good at each, and one more days later, as when a
/// person puts a stuck job back.
#[actix_web::test]
async fn nothing_is_charged_or_refunded_twice_whatever_breaks_and_whenever_it_is_tried_again() {
    let till = Till::open(World::committed().await).await;
    let paid = till.charge(100 * 81, "tok_visa").await.id;
    let lines = [Line::Dead, Line::Mute, Line::Good];
    for way in 0..81 {
        let way = [way % 3, way / 3 % 3, way / 9 % 3, way / 27].map(|line| lines[line]);
        let payment = till.begin(false).await;
        let refund = till.begin_refund(paid, false).await;
        let (asked_at, refund_at) = (till.payment(payment).created_at, refund.created_at());
        for (line, after) in way.into_iter().chain([Line::Good]).zip([0, 19, 22, 26, 1_000]) {
            till.ask(payment, line, asked_at + hours(after)).await;
            till.ask_refund(refund, line, refund_at + hours(after)).await;
        }
        let arrived = matches!(way, [Line::Mute | Line::Good, ..] | [_, Line::Mute | Line::Good, ..]);
        assert_eq!(till.times(payment.uuid()), i64::from(arrived), "{way:?}");
        assert_eq!(till.times(refund.uuid()), i64::from(arrived), "{way:?}");
        let outcome = if arrived { (Status::Succeeded, None) } else { (Status::Failed, Some(LOST.to_owned())) };
        let settled = till.payment(payment);
        assert_eq!((settled.status, settled.failure), outcome, "{way:?}");
        let given_back = if arrived { State::Succeeded } else { State::Failed(LOST.to_owned()) };
        assert_eq!(till.refund_state(refund), given_back, "{way:?}");
    }
    assert_eq!(till.waiting(), 0);
    assert_eq!(till.payment(paid).refunded, kes(72 * 100));
}
