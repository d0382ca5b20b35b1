//! A scope: whose customers are searched, when, and how long.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

use super::Language;
use crate::{ids::AccountId, values::Currency};

/// How long a search may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whose customers are listed, and when.
#[derive(Clone, Debug)]
pub struct Scope {
    pub account: AccountId,
    /// What the keys of a search ask.
    pub language: &'static Language,
    /// Where days begin.
    pub zone: TimeZone,
    /// Whose amounts those without a currency are, and which volume is listed.
    pub currency: Currency,
    /// What `today` is counted from.
    pub now: Timestamp,
    /// How much is looked at before another way is tried.
    pub effort: Effort,
    /// How long a search may take, over all of its branches.
    pub patience: Duration,
}

/// How many rows a way may look at before another is tried. It changes what a search costs, never what it finds.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// The first rows of the list: about as fast as asking the index of words.
    pub walk: i64,
    /// Found rows to be sorted; more are quicker met by walking on.
    pub sorted: i64,
    /// Rows that share an email's beginning.
    pub few: i64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { walk: 2_000, sorted: 20_000, few: 500 }
    }
}

impl Scope {
    /// An account's customers, now, with days and amounts as its merchant counts them.
    pub fn now(language: &'static Language, account: AccountId, zone: TimeZone, currency: Currency) -> Self {
        Self { account, language, zone, currency, now: Timestamp::now(), effort: Effort::default(), patience: PATIENCE }
    }
}
