//! A scope: the account whose customers are searched, the time, and the limits of the search.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

use super::Language;
use crate::{
    ids::AccountId,
    values::{Currency, curtain::Curtain},
    who::SignedIn,
};

/// The longest time that a search may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The account whose customers are listed, and the time.
#[derive(Clone, Debug)]
pub struct Scope {
    pub account: AccountId,
    /// The keys of the search, with what they ask.
    pub language: &'static Language,
    /// The time zone in which days begin.
    pub zone: TimeZone,
    /// The currency of amounts without one, and of the listed volume.
    pub currency: Currency,
    /// What hides the private data of customers from who searches.
    pub curtain: Curtain,
    /// The time from which `today` is counted.
    pub now: Timestamp,
    /// The number of rows that are looked at before another way is tried.
    pub effort: Effort,
    /// The longest time that a search may take, over all of its branches.
    pub patience: Duration,
}

/// The number of rows that a way may look at before another is tried. It changes what a search costs, never what it
/// finds.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// The first rows of the list to look at: about as fast as asking the index of words.
    pub walk: i64,
    /// The most found rows to sort; where there are more, walking on is quicker.
    pub sorted: i64,
    /// The most rows that share an email's beginning.
    pub few: i64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { walk: 2_000, sorted: 20_000, few: 500 }
    }
}

impl Scope {
    /// Makes the scope of an account's customers at `now` in it, with days and amounts as its merchant counts them, for who
    /// sees everything.
    pub fn at(
        now: Timestamp,
        language: &'static Language,
        account: AccountId,
        zone: TimeZone,
        currency: Currency,
    ) -> Self {
        Self {
            account,
            language,
            zone,
            currency,
            curtain: Curtain::Open,
            now,
            effort: Effort::default(),
            patience: PATIENCE,
        }
    }

    /// Makes the scope of what a person may search.
    pub fn of(language: &'static Language, who: &SignedIn) -> Self {
        let (zone, currency) = (who.settings.time_zone.clone(), who.settings.default_currency);
        Self::at(who.now(), language, who.account, zone, currency).behind(who.curtain())
    }

    /// Returns the scope for who sees them like that.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        Self { curtain, ..self }
    }
}
