//! A gateway moves money: it knows cards and bank accounts by a credential, charges and refunds them.
//!
//! Test accounts have the built-in [`Sandbox`]. Live accounts have no gateway yet: they record payments that happened
//! elsewhere.

pub mod sandbox;
pub mod sending;
pub mod tokens;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    codes::Code,
    error::Result,
    ids::{AccountId, PaymentId, RefundId},
    reason::Reason,
    values::{Mode, Money, card},
};

pub use sandbox::Sandbox;

/// The kind of a payment method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Card,
    BankAccount,
}

impl Kind {
    /// Returns the name as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::BankAccount => "bank_account",
        }
    }

    /// Returns the kind with that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Card, Self::BankAccount].into_iter().find(|kind| kind.as_str() == text)
    }

    /// Returns the letters that stand for a card's brand; a bank account has a picture.
    pub fn mark(self, brand: &str) -> Option<&'static str> {
        (self == Self::Card).then(|| card::mark(brand))
    }
}

/// A card or bank account as a gateway tells of it; the number stays with the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    pub kind: Kind,
    /// The card's brand or the bank's name, like "Visa".
    pub brand: String,
    /// The last four digits of the number.
    pub last4: String,
    /// The last day of a card; a bank account has none.
    pub expires_on: Option<Date>,
    /// The fingerprint, the same for the same card or bank account within an account.
    pub fingerprint: String,
    /// The gateway's name for it. Never shown.
    pub credential: String,
}

impl Instrument {
    /// Returns the word for the network of a card, like `american_express`; a bank account has none.
    pub fn network(&self) -> Option<String> {
        network(self.kind, &self.brand)
    }
}

/// Returns the word for the network of a brand, like "american_express"; a bank account has none.
pub fn network(kind: Kind, brand: &str) -> Option<String> {
    (kind == Kind::Card).then(|| brand.to_lowercase().replace(' ', "_"))
}

/// The card or bank account behind a token.
#[derive(Clone, Debug)]
pub struct Verified {
    pub instrument: Instrument,
    /// True when the token may be used only once; the sandbox's documented ones may be used again.
    pub is_single_use: bool,
}

/// An order to take money. [`sending`] keeps to the rule that makes it once, however often it is asked for.
#[derive(Clone, Debug)]
pub struct Charge {
    pub account: AccountId,
    /// The payment, whose id makes repeated orders the same one.
    pub payment: PaymentId,
    /// The time it was asked for, before it was sent at all.
    pub asked_at: Timestamp,
    pub money: Money,
    /// The credential of the card or bank account to charge.
    pub credential: String,
}

/// An order to give money back, made once like a [`Charge`].
#[derive(Clone, Debug)]
pub struct Refund {
    pub account: AccountId,
    /// The refund, whose id makes repeated orders the same one.
    pub refund: RefundId,
    /// The time it was asked for, before it was sent at all.
    pub asked_at: Timestamp,
    /// The payment to refund.
    pub payment: PaymentId,
    pub money: Money,
    pub credential: String,
}

/// The outcome of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money moved.
    Succeeded,
    /// The money did not move, for this reason (see [`reason`]).
    Failed(String),
    /// The order was canceled before the money moved.
    Canceled,
    /// The outcome is not known yet; ask again at this time.
    Pending(Timestamp),
}

/// A mover of money. Orders carry their own key, so that sending one again after a crash or a lost answer does not move
/// the money twice. It keeps a key for 24 hours at least, and no longer than it likes: charge, refund and cancel through
/// [`sending`].
pub trait Gateway {
    /// Returns the card or bank account behind a token; `None` when the token is unknown or too old.
    fn verify(&self, account: AccountId, token: &str, now: Timestamp)
    -> impl Future<Output = Result<Option<Verified>>>;

    /// Charges, or returns the outcome of the charge with that key, while it keeps the key.
    fn charge(&self, order: &Charge, now: Timestamp) -> impl Future<Output = Result<Outcome>>;

    /// Refunds, or returns the outcome of the refund with that key, while it keeps the key.
    fn refund(&self, order: &Refund, now: Timestamp) -> impl Future<Output = Result<Outcome>>;

    /// Looks for a charge in its books, whatever its age, and orders nothing; `None` when it has none.
    fn charged(&self, order: &Charge, now: Timestamp) -> impl Future<Output = Result<Option<Outcome>>>;

    /// Looks for a refund in its books, whatever its age, and orders nothing; `None` when it has none.
    fn refunded(&self, order: &Refund, now: Timestamp) -> impl Future<Output = Result<Option<Outcome>>>;

    /// Cancels a charge, or returns its outcome when it is too late to cancel.
    fn cancel(&self, order: &Charge, now: Timestamp) -> impl Future<Output = Result<Outcome>>;
}

/// Returns whether accounts of that mode have a gateway.
pub fn has(mode: Mode) -> bool {
    mode == Mode::Test
}

/// Returns the gateway of an account of that mode, if it has one.
pub fn of(mode: Mode, sandbox: &Sandbox) -> Option<&Sandbox> {
    has(mode).then_some(sandbox)
}

/// Returns the reason why nothing can be charged, cancelled or refunded in an account without a gateway.
pub fn none() -> Reason {
    Code::NoGateway.says("Live accounts have no gateway yet. Record payments that happened elsewhere.")
}

/// Returns the reason why a token cannot be used that no gateway verified.
pub fn unknown_token() -> Reason {
    Code::TokenUnknown.says("The gateway does not know this token, or it is too old. Make a new one.")
}

/// Returns the reason of a failure, as a sentence for staff.
pub fn reason(code: &str) -> &str {
    match code {
        "card_declined" => "The bank declined the card without a reason",
        "insufficient_funds" => "There is not enough money on the card",
        "expired_card" => "The card has expired",
        "lost_card" => "The card was reported lost",
        "stolen_card" => "The card was reported stolen",
        "incorrect_cvc" => "The security code is wrong",
        "authentication_required" => "The bank wants the customer to confirm the payment",
        "processing_error" => "The gateway could not process the card; try again",
        "account_closed" => "The bank account is closed",
        "never_arrived" => "The gateway never received it, so no money moved",
        "payment_canceled" => "The payment was canceled before it was paid",
        "refund_refused" => "The bank refused the refund",
        other => other,
    }
}
