//! Sending an order for as long as that is safe, and looking for it afterwards.
//!
//! An order carries its own key, but no gateway keeps keys for ever: most forget them after a day, and the same order
//! would then move the money once more. So an order is sent within [`SENDING`] of being asked for, well before that.
//! Later the gateway is only asked what became of it, however late a worker or a person comes back to it.

use jiff::{SignedDuration, Timestamp};

use super::{Charge, Gateway, Outcome, Refund};
use crate::{codes::Code, error::Result};

/// The time within which an order is sent, and sent again.
pub const SENDING: SignedDuration = SignedDuration::from_hours(20);

/// The time after which an order that the gateway does not have never arrived. What was sent last, at the end of
/// [`SENDING`], has arrived long before.
pub const ARRIVING: SignedDuration = SignedDuration::from_hours(24);

/// Charges, or finds the outcome of that charge.
///
/// # Errors
/// When the gateway does not answer.
pub async fn charge(gateway: &impl Gateway, order: &Charge, now: Timestamp) -> Result<Outcome> {
    if is_sent(order.asked_at, now) {
        return gateway.charge(order, now).await;
    }
    Ok(late(gateway.charged(order, now).await?, order.asked_at, now))
}

/// Refunds, or finds the outcome of that refund.
///
/// # Errors
/// The same as [`charge`].
pub async fn refund(gateway: &impl Gateway, order: &Refund, now: Timestamp) -> Result<Outcome> {
    if is_sent(order.asked_at, now) {
        return gateway.refund(order, now).await;
    }
    Ok(late(gateway.refunded(order, now).await?, order.asked_at, now))
}

/// Cancels a charge, or finds its outcome when it is too late to cancel. After [`SENDING`] the gateway is looked to first:
/// what it does not have may be on its way until [`ARRIVING`] is over, and is canceled only then.
///
/// # Errors
/// The same as [`charge`].
pub async fn cancel(gateway: &impl Gateway, order: &Charge, now: Timestamp) -> Result<Outcome> {
    if is_sent(order.asked_at, now) {
        return gateway.cancel(order, now).await;
    }
    match gateway.charged(order, now).await? {
        Some(Outcome::Pending(_)) => gateway.cancel(order, now).await,
        None if now >= order.asked_at + ARRIVING => Ok(Outcome::Canceled),
        found => Ok(late(found, order.asked_at, now)),
    }
}

/// Returns whether an order that was asked for at `asked_at` is still sent.
fn is_sent(asked_at: Timestamp, now: Timestamp) -> bool {
    now < asked_at + SENDING
}

/// Returns the outcome of an order that was looked for.
fn late(found: Option<Outcome>, asked_at: Timestamp, now: Timestamp) -> Outcome {
    let arrived = asked_at + ARRIVING;
    match found {
        Some(outcome) => outcome,
        None if now < arrived => Outcome::Pending(arrived),
        None => Outcome::Failed(Code::NeverArrived.as_str().to_owned()),
    }
}
