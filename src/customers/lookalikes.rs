//! Lookalikes: the customers who already have the email or phone that one is about to get.

use std::collections::BTreeSet;

use diesel::{PgConnection, pg::Pg, prelude::*};
use jiff::Timestamp;

use super::{model, record::Record};
use crate::{
    db::lower,
    error::Result,
    ids::{AccountId, CustomerId},
    input::FormFields,
    schema::customers,
    values::{curtain::Curtain, email},
};

/// The field in which a form carries the ids of the lookalikes that were shown and do not matter.
pub const AGREED: &str = "allow_duplicate";

/// The most lookalikes of a kind that are shown.
const MOST: i64 = 5;

/// The email and phone that a customer is about to get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sought<'a> {
    pub email: Option<&'a str>,
    /// The phone in E.164.
    pub phone: Option<&'a str>,
}

impl<'a> Sought<'a> {
    /// Returns those of a new customer.
    pub fn of(record: &'a Record) -> Self {
        let phone = record.phone.as_ref().map(|phone| phone.e164.as_str());
        Self { email: record.email.as_deref(), phone }
    }

    /// Returns those of `new` that `old` had not; an email written in another way is no other one.
    pub fn changed(old: &Record, new: &'a Record) -> Self {
        let (had, has) = (Sought::of(old), Self::of(new));
        Self {
            email: has.email.filter(|email| !had.email.is_some_and(|old| is_same_email(old, email))),
            phone: has.phone.filter(|phone| had.phone != Some(*phone)),
        }
    }
}

fn is_same_email(one: &str, other: &str) -> bool {
    email::forms(other).iter().any(|form| form.to_lowercase() == one.to_lowercase())
}

/// A customer with the same email or phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookalike {
    pub id: CustomerId,
    pub title: String,
    name: Option<String>,
    /// `person` or `organization`.
    pub kind: String,
    pub email: Option<String>,
    /// The phone in E.164.
    pub phone: Option<String>,
    pub has_email: bool,
    pub has_phone: bool,
    /// The time of its deletion, if it is deleted.
    pub deleted_at: Option<Timestamp>,
}

impl Lookalike {
    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        let email = self.email.map(|email| curtain.email(&email));
        let phone = self.phone.map(|phone| curtain.phone(&phone));
        let name = self.name.map(|name| curtain.text(&name));
        let title = model::title(self.id, name.as_deref(), email.as_deref(), phone.as_deref());
        Self { title, name, email, phone, ..self }
    }

    fn new(row: Row, sought: Sought) -> Self {
        let Row { id, kind, name, email, phone, deleted_at } = row;
        Self {
            id,
            title: model::title(id, name.as_deref(), email.as_deref(), phone.as_deref()),
            name,
            has_email: sought.email.zip(email.as_deref()).is_some_and(|(new, old)| is_same_email(old, new)),
            has_phone: phone.is_some() && phone.as_deref() == sought.phone,
            kind,
            email,
            phone,
            deleted_at,
        }
    }

    /// Returns what it has in common, in words.
    pub fn shares(&self) -> &'static str {
        match (self.has_email, self.has_phone) {
            (true, true) => "email and phone",
            (false, true) => "phone",
            _ => "email",
        }
    }
}

/// All that look alike, those with the same email first, then the newest first.
#[derive(Clone, Debug, Default)]
pub struct Lookalikes {
    pub live: Vec<Lookalike>,
    /// The deleted ones, who never stand in the way.
    pub deleted: Vec<Lookalike>,
}

impl Lookalikes {
    /// Reads those who have what is sought.
    pub fn find(conn: &mut PgConnection, account: AccountId, sought: Sought) -> Result<Self> {
        Ok(Self {
            live: load(conn, account, sought, Lives::Still)?,
            deleted: load(conn, account, sought, Lives::NoMore)?,
        })
    }

    /// Returns all, the live ones first.
    pub fn all(&self) -> impl Iterator<Item = &Lookalike> {
        self.live.iter().chain(&self.deleted)
    }
}

/// Returns the lookalikes that a person was shown and agreed to; later ones are not among them.
pub fn agreed(typed: &FormFields) -> BTreeSet<CustomerId> {
    let ids = typed.every(AGREED).into_iter().flat_map(str::split_whitespace);
    ids.filter_map(|id| id.parse().ok()).collect()
}

#[derive(Clone, Copy)]
enum Lives {
    Still,
    NoMore,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = customers, check_for_backend(Pg))]
struct Row {
    id: CustomerId,
    kind: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    deleted_at: Option<Timestamp>,
}

fn load(conn: &mut PgConnection, account: AccountId, sought: Sought, lives: Lives) -> Result<Vec<Lookalike>> {
    let mut rows: Vec<Row> = Vec::new();
    if let Some(email) = sought.email {
        rows.extend(newest(conn, of_account(account).filter(has_email(email)).into_boxed(), lives)?);
    }
    if let Some(phone) = sought.phone {
        let known: BTreeSet<CustomerId> = rows.iter().map(|row| row.id).collect();
        let more = newest(conn, of_account(account).filter(customers::phone.eq(phone)).into_boxed(), lives)?;
        rows.extend(more.into_iter().filter(|row| !known.contains(&row.id)));
    }
    Ok(rows.into_iter().map(|row| Lookalike::new(row, sought)).collect())
}

fn newest(conn: &mut PgConnection, same: customers::BoxedQuery<'_, Pg>, lives: Lives) -> Result<Vec<Row>> {
    let of_kind = match lives {
        Lives::Still => same.filter(customers::deleted_at.is_null()),
        Lives::NoMore => same.filter(customers::deleted_at.is_not_null()),
    };
    Ok(of_kind.order(customers::id.desc()).limit(MOST).select(Row::as_select()).load(conn)?)
}

/// Returns the condition that a customer has an email, in either form of its domain.
#[diesel::dsl::auto_type(no_type_alias)]
fn has_email(email: &str) -> _ {
    let forms: Vec<String> = email::forms(email);
    let (one, other): (String, String) = (forms[0].clone(), forms[forms.len() - 1].clone());
    customers::email_key.eq(lower(one)).or(customers::email_key.eq(lower(other)))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn of_account(account: AccountId) -> _ {
    customers::table.filter(customers::account_id.eq(account))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::record::PhonePair;

    fn record(email: Option<&str>, e164: Option<&str>) -> Record {
        let phone = e164.map(|e164| PhonePair { e164: e164.to_owned(), typed: e164.to_owned() });
        Record { email: email.map(str::to_owned), phone, ..Record::blank() }
    }

    #[test]
    fn only_what_is_new_is_sought() {
        let old = record(Some("Zuri@münchen.example"), Some("+254712345678"));
        for (email, phone, expected) in [
            (Some("zuri@MÜNCHEN.example"), Some("+254712345678"), (None, None)),
            (Some("zuri@xn--mnchen-3ya.example"), Some("+254712345679"), (None, Some("+254712345679"))),
            (Some("zuri@other.example"), None, (Some("zuri@other.example"), None)),
            (None, None, (None, None)),
        ] {
            let new = record(email, phone);
            let sought = Sought::changed(&old, &new);
            assert_eq!((sought.email, sought.phone), expected, "{email:?} {phone:?}");
        }
    }

    #[test]
    fn only_ids_count_as_agreed_to() {
        let (one, other) = (CustomerId::new(), CustomerId::new());
        let form = format!("{AGREED}={one}+{other}&{AGREED}=1&{AGREED}=&{AGREED}=on&{AGREED}={one}");
        assert_eq!(agreed(&FormFields::parse(form.as_bytes()).unwrap()), BTreeSet::from([one, other]));
    }
}
