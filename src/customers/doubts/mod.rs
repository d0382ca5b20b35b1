//! Doubts: what of a customer's record needs another look. They are found with each write and kept beside the record, so
//! that each kind is counted and listed at once. None of them forbids anything.

mod capitals;
pub mod dismissal;

use diesel::{PgConnection, prelude::*};

use super::{
    model::{self, Customer},
    record::Record,
};
use crate::{
    error::Result,
    ids::{AccountId, CustomerId},
    schema::{customers, doubts},
    values::{Email, phone},
};

pub use capitals::lowered;

/// The kind of a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The phone is kept as it was given, and no such number can be called.
    Phone,
    /// The email's domain looks like a well-known one mistyped.
    Domain,
    /// A person's name has capitals only.
    Capitals,
    /// There is neither an email nor a phone.
    Contact,
    /// No address says the country.
    Country,
}

impl Doubt {
    /// All of them, the most telling first.
    pub const ALL: [Self; 5] = [Self::Phone, Self::Domain, Self::Capitals, Self::Contact, Self::Country];

    /// Returns the word as stored, sent and typed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Domain => "domain",
            Self::Capitals => "capitals",
            Self::Contact => "contact",
            Self::Country => "country",
        }
    }

    /// Returns the kind with that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|doubt| doubt.as_str() == text)
    }

    /// Returns what of a record is doubtful: the value, or an empty text where something is missing.
    pub fn of(self, record: &Record) -> Option<String> {
        let missing = |is_missing: bool| is_missing.then(String::new);
        match self {
            Self::Phone => {
                record.phone.as_ref().map(|phone| &phone.e164).filter(|e164| !phone::is_callable(e164)).cloned()
            }
            Self::Domain => record.email.as_ref().filter(|email| better(email).is_some()).cloned(),
            Self::Capitals => {
                let named = record.name.as_ref().filter(|_| record.kind == "person");
                named.filter(|name| capitals::is_in_capitals(name)).cloned()
            }
            Self::Contact => missing(record.email.is_none() && record.phone.is_none()),
            Self::Country => missing(record.country().is_none()),
        }
    }
}

/// Returns the email that was probably meant.
pub fn better(email: &str) -> Option<String> {
    Email::parse(email).ok()?.suggestion()
}

/// Keeps the doubts of a record just written in the place of those of the record `before`. What was said of one stays,
/// unless the value is another. Call it in the same transaction.
///
/// # Errors
/// When the database fails.
pub fn keep(
    conn: &mut PgConnection,
    account: AccountId,
    id: CustomerId,
    before: Option<&Record>,
    after: Option<&Record>,
) -> Result<()> {
    let (mut gone, mut found) = (Vec::new(), Vec::new());
    for doubt in Doubt::ALL {
        let of = |record: Option<&Record>| record.and_then(|record| doubt.of(record));
        let (was, is) = (of(before), of(after));
        if was != is {
            gone.extend(was.map(|_| doubt.as_str()));
            found.extend(is.map(|_| doubt.as_str()));
        }
    }
    if !gone.is_empty() {
        let theirs = doubts::table.filter(doubts::account_id.eq(account)).filter(doubts::customer_id.eq(id));
        diesel::delete(theirs.filter(doubts::kind.eq_any(gone))).execute(conn)?;
    }
    insert(conn, account, found.into_iter().map(|kind| (id, kind)))
}

/// The number of customers whose doubts are looked for at once.
const BATCH: i64 = 500;

/// Looks for the doubts of the next customers behind `after`, for those that were there before doubts were kept. Returns
/// the last of them; nothing once all are looked at. Call it in a transaction.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut PgConnection, account: AccountId, after: CustomerId) -> Result<Option<CustomerId>> {
    // Locked, so that nobody's change comes between the look and the note of it.
    let ids: Vec<CustomerId> = customers::table
        .filter(customers::account_id.eq(account))
        .filter(customers::id.gt(after))
        .order(customers::id)
        .select(customers::id)
        .limit(BATCH)
        .for_share()
        .load(conn)?;
    let live = model::find_all(conn, account, &ids)?.into_iter().filter(|customer| !customer.is_deleted());
    let of = |customer: Customer| {
        let found = Doubt::ALL.into_iter().filter(move |doubt| doubt.of(&customer.record).is_some());
        found.map(move |doubt| (customer.id, doubt.as_str()))
    };
    insert(conn, account, live.flat_map(of))?;
    Ok(ids.last().copied())
}

fn insert(
    conn: &mut PgConnection,
    account: AccountId,
    found: impl Iterator<Item = (CustomerId, &'static str)>,
) -> Result<()> {
    let row = |(id, kind)| {
        (
            doubts::account_id.eq(account),
            doubts::customer_id.eq(id),
            doubts::kind.eq(kind),
            doubts::is_dismissed.eq(false),
        )
    };
    let rows: Vec<_> = found.map(row).collect();
    if !rows.is_empty() {
        diesel::insert_into(doubts::table).values(rows).on_conflict_do_nothing().execute(conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::record::PhonePair;

    #[test]
    fn each_doubt_is_of_what_is_there_or_missing() {
        let phone = |e164: &str| Some(PhonePair { typed: e164.to_owned(), e164: e164.to_owned() });
        let of =
            |record: &Record| Doubt::ALL.into_iter().filter(|doubt| doubt.of(record).is_some()).collect::<Vec<_>>();
        let text = |text: &str| Some(text.to_owned());
        let bare = Record { kind: "person".to_owned(), name: text("ADA OLUFEMI"), ..Record::blank() };
        assert_eq!(of(&bare), [Doubt::Capitals, Doubt::Contact, Doubt::Country]);
        assert_eq!(Doubt::Capitals.of(&bare), text("ADA OLUFEMI"));
        assert_eq!(Doubt::Contact.of(&bare), text(""));
        let firm = Record { kind: "organization".to_owned(), ..bare.clone() };
        assert_eq!(of(&firm), [Doubt::Contact, Doubt::Country], "firms are written so");
        let reached = Record { email: text("ada@hotmial.com"), phone: phone("+2547123"), ..firm };
        assert_eq!(of(&reached), [Doubt::Phone, Doubt::Domain, Doubt::Country]);
        let good = Record { email: text("ada@hotmail.com"), phone: phone("+254712345678"), ..reached };
        assert_eq!(of(&good), [Doubt::Country]);
    }
}
