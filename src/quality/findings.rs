//! The kinds of what is found: a title, what it means, and the search that finds the customers.

use diesel::PgConnection;

use crate::{
    customer_parts::LANGUAGE,
    customers::doubts::Doubt,
    error::{Error, Result},
    payment_methods::DEFAULT_EXPIRED,
    query::Query,
    search::{
        listing::{self, Count},
        scope::Scope,
    },
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
            Self::Of(Doubt::Country) => "No address of theirs says in which country they are.",
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

    /// Returns its search as it is understood.
    pub(super) fn query(self, who: &SignedIn) -> Result<Query> {
        LANGUAGE.parse(&self.search(), who.settings.home()).map_err(|problem| Error::internal(problem.message))
    }

    /// Counts its customers, up to as many as a list counts.
    pub fn count(self, conn: &mut PgConnection, who: &SignedIn) -> Result<Count> {
        listing::count(conn, &scope(who), &self.query(who)?)
    }
}

pub(super) fn scope(who: &SignedIn) -> Scope {
    Scope::now(&LANGUAGE, who.account, who.settings.time_zone.clone(), who.settings.default_currency)
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
