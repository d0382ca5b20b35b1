//! Doubts: what of a customer's record needs another look. They are found with each write and kept beside the record, so
//! that each kind is counted and listed at once. None of them forbids anything.

mod capitals;
pub mod dismissal;

use diesel::{
    PgConnection,
    dsl::not,
    prelude::*,
    sql_query,
    sql_types::{Array, Text, Uuid as SqlUuid},
};

use super::{
    model::{self, Customer},
    record::{ADDRESS, Record},
};
use crate::{
    error::{Error, Result},
    ids::{AccountId, CustomerId},
    paging::{Cursor, Direction, Limit, Page, SortTag},
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
    /// A person's name, or their first or last one, has capitals only.
    Capitals,
    /// There is neither an email nor a phone.
    Contact,
    /// The default billing address says no country, or there is none.
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
                let names: Vec<&str> = names_in_capitals(record).map(|(_, name)| name).collect();
                (!names.is_empty()).then(|| names.join(" · "))
            }
            Self::Contact => missing(record.email.is_none() && record.phone.is_none()),
            Self::Country => missing(record.country().is_none()),
        }
    }
}

/// Returns those of a person's names that have capitals only, each with its field.
pub fn names_in_capitals(record: &Record) -> impl Iterator<Item = (&'static str, &str)> {
    let names = [("name", &record.name), ("first_name", &record.first_name), ("last_name", &record.last_name)];
    let is_person = record.kind == "person";
    let named = names.into_iter().filter_map(|(field, name)| Some((field, name.as_deref()?)));
    named.filter(move |(_, name)| is_person && capitals::is_in_capitals(name))
}

/// Returns the email that was probably meant.
pub fn better(email: &str) -> Option<String> {
    Email::parse(email).ok()?.suggestion()
}

/// Returns whether a field of the record may be in doubt.
pub fn is_about(field: &str) -> bool {
    ["kind", "name", "first_name", "last_name", "email", "phone"].contains(&field) || field.starts_with(ADDRESS)
}

#[diesel::dsl::auto_type]
fn theirs(account: AccountId, id: CustomerId) -> _ {
    doubts::table.filter(doubts::account_id.eq(account)).filter(doubts::customer_id.eq(id))
}

/// Keeps the doubts of a record just written. What was said of one stays, unless the value is another than in the record
/// `before`. Call it in the same transaction.
///
/// # Errors
/// When the database fails.
pub fn keep(
    conn: &mut PgConnection,
    account: AccountId,
    id: CustomerId,
    before: Option<&Record>,
    record: &Record,
) -> Result<()> {
    let found: Vec<Doubt> = Doubt::ALL.into_iter().filter(|doubt| doubt.of(record).is_some()).collect();
    if let Some(before) = before {
        let same = found.iter().filter(|doubt| doubt.of(before) == doubt.of(record)).map(|doubt| doubt.as_str());
        diesel::delete(theirs(account, id).filter(doubts::kind.ne_all(same.collect::<Vec<_>>()))).execute(conn)?;
    }
    insert(conn, account, found.into_iter().map(|doubt| (id, doubt.as_str())))
}

/// Takes away the doubts about a customer just deleted. What was said of them stays for the way back.
///
/// # Errors
/// When the database fails.
pub fn close(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<()> {
    diesel::delete(theirs(account, id).filter(not(doubts::is_dismissed))).execute(conn)?;
    Ok(())
}

/// Forgets all doubts about a customer who is erased.
///
/// # Errors
/// When the database fails.
pub fn forget(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<()> {
    diesel::delete(theirs(account, id)).execute(conn)?;
    Ok(())
}

/// The order of the customers with a doubt, for cursors.
const NEWEST: SortTag = SortTag::new(b'c');

#[diesel::dsl::auto_type]
fn open(account: AccountId, doubt: &'static str) -> _ {
    let open = doubts::table.filter(doubts::account_id.eq(account)).filter(doubts::kind.eq(doubt));
    // As the index has it.
    open.filter(not(doubts::is_dismissed)).select(doubts::customer_id)
}

/// Reads a page of the customers with a doubt that nobody dismissed, the newest first: the first page, or that behind
/// `after`; with the cursor of the next one.
///
/// # Errors
/// [`Error::BadRequest`] when `after` is no place in this list.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    doubt: Doubt,
    after: Option<&str>,
    limit: Limit,
) -> Result<(Vec<CustomerId>, Option<Cursor>)> {
    let direction = Direction::parse(after, None, NEWEST).map_err(|err| Error::BadRequest(err.into()))?;
    let mut found = open(account, doubt.as_str()).order(doubts::customer_id.desc()).limit(limit.fetch()).into_boxed();
    if let Direction::After(cursor) = &direction {
        found = found.filter(doubts::customer_id.lt(CustomerId::from_uuid(cursor.id())));
    }
    let page = Page::from_rows(found.load(conn)?, limit, &direction);
    let next = page.next_cursor(|id: &CustomerId| Cursor::new(NEWEST, None, id.uuid()));
    Ok((page.items, next))
}

/// Counts the customers with a doubt that nobody dismissed, up to `most`.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut PgConnection, account: AccountId, doubt: Doubt, most: i64) -> Result<i64> {
    Ok(open(account, doubt.as_str()).limit(most).load::<CustomerId>(conn)?.len() as i64)
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
    let found: Vec<(CustomerId, &str)> = live.flat_map(of).collect();
    // Today's rules may find less than those of another version did.
    sql_query(
        "DELETE FROM doubts d WHERE d.account_id = $1 AND d.customer_id = ANY($2) AND NOT d.is_dismissed AND NOT EXISTS \
         (SELECT FROM unnest($3, $4) AS found (id, kind) WHERE found.id = d.customer_id AND found.kind = d.kind)",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Array<SqlUuid>, _>(&ids)
    .bind::<Array<SqlUuid>, _>(found.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(found.iter().map(|(_, kind)| *kind).collect::<Vec<_>>())
    .execute(conn)?;
    insert(conn, account, found.into_iter())?;
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
        let hidden = Record { name: text("Ada"), last_name: text("OLUFEMI"), ..bare.clone() };
        assert_eq!(Doubt::Capitals.of(&hidden), text("OLUFEMI"), "receipts have it");
        let firm = Record { kind: "organization".to_owned(), ..bare.clone() };
        assert_eq!(of(&firm), [Doubt::Contact, Doubt::Country], "firms are written so");
        let reached = Record { email: text("ada@hotmial.com"), phone: phone("+2547123"), ..firm };
        assert_eq!(of(&reached), [Doubt::Phone, Doubt::Domain, Doubt::Country]);
        let good = Record { email: text("ada@hotmail.com"), phone: phone("+254712345678"), ..reached };
        assert_eq!(of(&good), [Doubt::Country]);
    }
}
