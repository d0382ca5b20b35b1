//! Whose rows a search looks at, and when.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    ids::{AccountId, CustomerId},
    merchants::Settings,
    query::{Home, Period},
    values::{Currency, curtain::Curtain},
};

use super::{Bind, Condition};

/// The account whose rows are searched, with its settings and the time of the search.
#[derive(Clone, Debug)]
pub struct Scope {
    pub account: AccountId,
    /// The time zone in which days begin.
    pub zone: TimeZone,
    /// The time that `today` is counted from.
    pub now: Timestamp,
    /// The ways of the people who type, for a customer's search.
    pub home: Home,
    /// The currency of amounts that name none.
    pub currency: Currency,
    /// The customers that each text of the search finds.
    pub found: HashMap<String, Vec<CustomerId>>,
}

impl Scope {
    /// Makes the scope of a search in an account at `now` in it, for who sees customers like that.
    pub fn of(account: AccountId, now: Timestamp, settings: &Settings, curtain: Curtain) -> Self {
        Self {
            account,
            zone: settings.time_zone.clone(),
            now,
            home: settings.home(curtain),
            currency: settings.default_currency,
            found: HashMap::new(),
        }
    }

    /// Returns the condition that a column of moments is in a period.
    pub fn times(&self, column: &'static str, period: &Period) -> Condition {
        let (from, below) = period.range(&self.zone, self.now);
        Condition::from_below(column, (from.map(Bind::time), below.map(Bind::time)))
    }

    /// Returns the condition that a column of days is in a period.
    pub fn days(&self, column: &'static str, period: &Period) -> Condition {
        let (from, to) = period.dates(&self.zone, self.now);
        Condition::from_to(column, (from.map(Bind::day), to.map(Bind::day)))
    }
}
