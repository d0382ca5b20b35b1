//! The kinds of what is found: a title, what it means, and the search that finds the customers.

use diesel::PgConnection;
use jiff::civil::Date;

use crate::{
    customers::doubts::{self, Doubt},
    error::{Error, Result},
    ids::CustomerId,
    paging::{Cursor, Limit},
    payment_methods::{
        DEFAULT_EXPIRED,
        expired::{self, Expired},
    },
    search::listing::{COUNT_CAP, Count},
    values::expiry,
    who::SignedIn,
};

/// Something that is found of customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A doubt about the record.
    Of(Doubt),
    /// The default card has expired.
    ExpiredCard,
}

/// The word of [`Finding::ExpiredCard`] in addresses.
const CARD: &str = "card";

impl Finding {
    /// All of them, as they are shown.
    pub fn all() -> impl Iterator<Item = Self> {
        Doubt::ALL.into_iter().map(Self::Of).chain([Self::ExpiredCard])
    }

    /// Returns the one of an address.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn parse(text: &str) -> Result<Self> {
        let doubt = || Doubt::parse(text).map(Self::Of);
        if text == CARD { Ok(Self::ExpiredCard) } else { doubt().ok_or(Error::NotFound) }
    }

    /// Returns the path of its page.
    pub fn path(self) -> String {
        let word = match self {
            Self::Of(doubt) => doubt.as_str(),
            Self::ExpiredCard => CARD,
        };
        format!("/quality/{word}")
    }

    /// Returns the search that finds its customers, as it is typed.
    pub fn search(self) -> String {
        match self {
            Self::Of(doubt) => format!("quality:{}", doubt.as_str()),
            Self::ExpiredCard => format!("card:{DEFAULT_EXPIRED}"),
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Of(Doubt::Phone) => "Phones that cannot be called",
            Self::Of(Doubt::Domain) => "Mistyped email domains",
            Self::Of(Doubt::Capitals) => "Names in capitals",
            Self::Of(Doubt::Contact) => "No way to reach them",
            Self::Of(Doubt::Country) => "No country",
            Self::ExpiredCard => "Expired default cards",
        }
    }

    /// Returns why it matters, in one sentence.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Of(Doubt::Phone) => "No country has such numbers: a digit is missing, or one too many.",
            Self::Of(Doubt::Domain) => "What is sent there does not arrive, or arrives at somebody else.",
            Self::Of(Doubt::Capitals) => "Persons whose names would shout from letters and receipts.",
            Self::Of(Doubt::Contact) => "They have neither an email nor a phone.",
            Self::Of(Doubt::Country) => "Their default billing address says no country, or there is none.",
            Self::ExpiredCard => "The next charge by their default method would be declined.",
        }
    }

    /// Returns the icon's name.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Of(Doubt::Phone) => "phone",
            Self::Of(Doubt::Domain) => "mail",
            Self::Of(Doubt::Capitals) => "user",
            Self::Of(Doubt::Contact) => "blocked",
            Self::Of(Doubt::Country) => "globe",
            Self::ExpiredCard => "card",
        }
    }

    /// Counts its customers, up to as many as a list counts.
    pub fn count(self, conn: &mut PgConnection, who: &SignedIn) -> Result<Count> {
        let customers = match self {
            Self::Of(doubt) => doubts::count(conn, who.account, doubt, COUNT_CAP + 1)?,
            Self::ExpiredCard => expired::count(conn, who.account, today(who), COUNT_CAP + 1)?,
        };
        Ok(Count { customers, is_exact: false, is_stopped: false })
    }

    /// Reads a page of its customers, the first or that behind `after`, with the cursor of the next one.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when `after` is no place in this list.
    pub fn page(
        self,
        conn: &mut PgConnection,
        who: &SignedIn,
        after: Option<&str>,
    ) -> Result<(Vec<CustomerId>, Option<Cursor>)> {
        match self {
            Self::Of(doubt) => doubts::page(conn, who.account, doubt, after, Limit::SCREEN),
            Self::ExpiredCard => {
                let page = expired::page(conn, who.account, today(who), after, Limit::SCREEN)?;
                let next = page.next_cursor(Expired::cursor);
                Ok((page.items.iter().map(|one| one.customer).collect(), next))
            }
        }
    }
}

/// Returns the day that it is where the merchant is.
pub(super) fn today(who: &SignedIn) -> Date {
    expiry::today(who.now(), &who.settings.time_zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_an_address_of_its_own() {
        for finding in Finding::all() {
            assert_eq!(Finding::parse(finding.path().trim_start_matches("/quality/")).unwrap(), finding);
        }
        assert!(Finding::parse("cards").is_err());
    }
}
