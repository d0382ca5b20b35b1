//! The reason why something is not done or not taken: a code for programs, a sentence for people, and at times a value
//! that a program would otherwise have to ask for.

use std::{borrow::Cow, ops::Range};

use jiff::Timestamp;

use crate::{
    codes::Code,
    ids::{IdError, MethodId, PriceId, ScheduleId, SubscriptionId},
};

/// A reason. What finds it makes it, since nobody else knows the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code, for programs.
    pub code: Code,
    /// The sentence, for people. It says how to go on.
    pub sentence: Cow<'static, str>,
    /// A value for programs.
    pub detail: Option<Detail>,
}

/// A value beside a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The value that was probably meant instead.
    DidYouMean(String),
    /// The place of the word that is not understood, in bytes of the search, and what was probably meant instead.
    NotUnderstood {
        /// The place of the word.
        span: Range<usize>,
        /// The word that was probably meant.
        instead: Option<String>,
    },
    /// The amount that can still be refunded, in minor units of the payment's currency.
    Remaining(i64),
    /// The most methods in a wallet.
    WalletSize(usize),
    /// The payment method that stands in the way.
    PaymentMethod(MethodId),
    /// The price that stands in the way.
    Price(PriceId),
    /// What still charges a payment method.
    InUse {
        /// The subscriptions.
        subscriptions: Vec<SubscriptionId>,
        /// The payment schedules.
        schedules: Vec<ScheduleId>,
    },
    /// The end of the time in which a delete can be taken back with everything.
    RestorableUntil(Timestamp),
}

impl Code {
    /// Makes a reason with this code and a sentence.
    pub fn says(self, sentence: impl Into<Cow<'static, str>>) -> Reason {
        Reason { code: self, sentence: sentence.into(), detail: None }
    }
}

impl Reason {
    /// Adds the value beside it.
    #[must_use]
    pub fn with(self, detail: impl Into<Option<Detail>>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Returns the value that was probably meant instead.
    pub fn did_you_mean(&self) -> Option<&str> {
        match &self.detail {
            Some(Detail::DidYouMean(meant)) => Some(meant),
            Some(Detail::NotUnderstood { instead, .. }) => instead.as_deref(),
            _ => None,
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl From<IdError> for Reason {
    fn from(err: IdError) -> Self {
        Code::IdMalformed.says(err.to_string())
    }
}
