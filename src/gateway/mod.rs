//! A gateway moves money: it knows cards and bank accounts by a credential, charges and refunds them.
//!
//! Test accounts have the built-in [`Sandbox`]. Live accounts have none yet: they record payments that happened elsewhere.

pub mod sandbox;
pub mod tokens;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    error::Result,
    ids::{AccountId, PaymentId, RefundId},
    values::{Mode, Money},
};

pub use sandbox::Sandbox;

/// What a payment method is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A card.
    Card,
    /// A bank account.
    BankAccount,
}

impl Kind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::BankAccount => "bank_account",
        }
    }

    /// The one of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Card, Self::BankAccount].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A card or bank account as a gateway tells of it; its number stays there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// Card or bank account.
    pub kind: Kind,
    /// The card's brand or the bank's name, like "Visa".
    pub brand: String,
    /// The number's last four.
    pub last4: String,
    /// A card's last day; a bank account has none.
    pub expires_on: Option<Date>,
    /// The same for the same card or bank account within an account.
    pub fingerprint: String,
    /// What the gateway knows it by. Never shown.
    pub credential: String,
}

/// What a token stands for.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The card or bank account.
    pub instrument: Instrument,
    /// Whether the token may be used once only; the sandbox's documented ones may be used again.
    pub is_single_use: bool,
}

/// An order to take money. The same payment is charged once, however often it is ordered.
#[derive(Clone, Debug)]
pub struct Charge {
    /// In which account.
    pub account: AccountId,
    /// For what; also the key that makes the same order one.
    pub payment: PaymentId,
    pub money: Money,
    /// From whom.
    pub credential: String,
}

/// An order to give money back. The same refund is made once, however often it is ordered.
#[derive(Clone, Debug)]
pub struct Refund {
    /// In which account.
    pub account: AccountId,
    /// The refund's id; also the key that makes the same order one.
    pub refund: RefundId,
    /// Of which payment.
    pub payment: PaymentId,
    pub money: Money,
    pub credential: String,
}

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money moved.
    Succeeded,
    /// It did not, for this reason (see [`reason`]).
    Failed(String),
    /// It was called off before it moved.
    Canceled,
    /// It is not known yet; ask again then.
    Pending(Timestamp),
}

/// Who moves money. Orders carry their own key, so that asking again after a crash or a lost answer never moves it twice.
pub trait Gateway {
    /// What a token stands for; nothing when it is unknown or too old.
    fn verify(&self, account: AccountId, token: &str, now: Timestamp)
    -> impl Future<Output = Result<Option<Verified>>>;

    /// Charges, or says what became of that charge.
    fn charge(&self, order: &Charge, now: Timestamp) -> impl Future<Output = Result<Outcome>>;

    /// Refunds, or says what became of that refund.
    fn refund(&self, order: &Refund, now: Timestamp) -> impl Future<Output = Result<Outcome>>;

    /// Calls a charge off, or says what became of it when it is too late for that.
    fn cancel(&self, order: &Charge, now: Timestamp) -> impl Future<Output = Result<Outcome>>;
}

/// Whether accounts of that mode have a gateway.
pub fn has(mode: Mode) -> bool {
    mode == Mode::Test
}

/// The gateway of an account of that mode, if it has one.
pub fn of(mode: Mode, sandbox: &Sandbox) -> Option<&Sandbox> {
    has(mode).then_some(sandbox)
}

/// A reason for a failure, as a sentence for staff.
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
        "refund_refused" => "The bank refused the refund",
        other => other,
    }
}
