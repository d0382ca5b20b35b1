//! The verbs about prices. Every change is one transaction with its event. None changes what is charged by a price.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};

use super::{
    kinds,
    model::{self, Naming, Price, Terms},
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{
        self, By, Fields, NewEvent,
        fields::{difference, value},
    },
    history,
    ids::{AccountId, PriceId},
    merchants,
    reason::Detail,
    schema::prices,
};

/// The names under which events keep what can be changed of a price.
pub const CHANGEABLE: [&str; 2] = ["name", "key"];

/// A price to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPrice {
    pub naming: Naming,
    pub terms: Terms,
}

/// Makes a price at that time. Call it in a transaction.
///
/// # Errors
/// [`Error::Conflict`] when another price has the key.
pub fn create(conn: &mut PgConnection, by: &By, now: Timestamp, id: PriceId, new: NewPrice) -> Result<Price> {
    merchants::lock(conn, by.account)?;
    refuse_taken(conn, by.account, id, &new.naming)?;
    let NewPrice { naming, terms } = new;
    let price = Price { id, version: 1, naming, terms, created_at: now, updated_at: now, archived_at: None };
    diesel::insert_into(prices::table)
        .values((
            prices::account_id.eq(by.account),
            prices::id.eq(id),
            prices::version.eq(price.version),
            prices::name.eq(&price.naming.name),
            prices::key.eq(&price.naming.key),
            prices::amount.eq(terms.amount.minor),
            prices::currency.eq(terms.amount.currency),
            prices::interval_unit.eq(terms.interval.unit()),
            prices::interval_count.eq(terms.interval.every()),
            prices::trial_days.eq(terms.trial_days),
            prices::created_at.eq(now.to_diesel()),
            prices::updated_at.eq(now.to_diesel()),
        ))
        .execute(conn)?;
    record(conn, by, &price, kinds::CREATED, (&Fields::new(), &price.fields()))?;
    Ok(price)
}

/// Refuses a key that another price of the account has, archived or not.
fn refuse_taken(conn: &mut PgConnection, account: AccountId, id: PriceId, naming: &Naming) -> Result<()> {
    let Some(key) = &naming.key else { return Ok(()) };
    let Some(other) = model::with_key(conn, account, key)?.filter(|other| other.id != id) else { return Ok(()) };
    let Naming { name, .. } = &other.naming;
    let sentence = match other.is_archived() {
        true => format!(
            "The archived price “{name}” has the key “{key}”. Choose another key, or take it from that price first."
        ),
        false => format!("The price “{name}” has the key “{key}” already. Choose another key."),
    };
    Err(Error::Conflict(Code::PriceKeyTaken.says(sentence).with(Detail::Price(other.id))))
}

/// The result of a change.
#[derive(Debug)]
pub enum Renamed {
    /// It is stored, merged with what others changed meanwhile.
    Done(Box<Price>),
    /// Another person changed the same to something else; nothing is stored. Holds the current price, what it would be
    /// called, and what clashes.
    Clash(Box<Price>, Naming, Vec<&'static str>),
}

/// Gives a price another name or key, by the names of [`CHANGEABLE`], merged with what was changed since `version`. What
/// is given as it was in that version is no change. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when another price has the key, or the version is from the future.
pub fn rename(
    conn: &mut PgConnection,
    by: &By,
    now: Timestamp,
    id: PriceId,
    version: i32,
    given: &Fields,
) -> Result<Renamed> {
    let current = find_for_update(conn, by.account, id)?;
    let (naming, clashes) = merge(conn, by.account, &current, version, given)?;
    if !clashes.is_empty() {
        return Ok(Renamed::Clash(Box::new(current), naming, clashes));
    }
    let (before, after) = difference(&current.naming.fields(), &naming.fields());
    if after.is_empty() {
        return Ok(Renamed::Done(Box::new(current)));
    }
    refuse_taken(conn, by.account, id, &naming)?;
    let next = Price { naming, ..current };
    Ok(Renamed::Done(Box::new(store(conn, by, now, next, kinds::RENAMED, (&before, &after))?)))
}

/// Returns the name and key with what is given, and the names of what both sides changed to different values.
fn merge(
    conn: &mut PgConnection,
    account: AccountId,
    current: &Price,
    version: i32,
    given: &Fields,
) -> Result<(Naming, Vec<&'static str>)> {
    if !(1..=current.version).contains(&version) {
        let sentence = "This form names a version of the price that does not exist. Open it again.";
        return Err(Error::Conflict(Code::VersionMismatch.says(sentence)));
    }
    let stored = current.naming.fields();
    let mut base = stored.clone();
    for event in history::after_version(conn, account, current.id.uuid(), version)?.into_iter().rev() {
        base.extend(event.before);
    }
    let (mut merged, mut clashes) = (stored.clone(), Vec::new());
    for name in CHANGEABLE {
        let Some(wanted) = given.get(name) else { continue };
        let (was, is) = (value(&base, name), value(&stored, name));
        if *wanted == was || *wanted == is {
            continue;
        }
        if was != is {
            clashes.push(name);
        }
        merged.insert(name.to_owned(), wanted.clone());
    }
    let text = |name: &str| value(&merged, name).as_str().map(str::to_owned);
    let name = text("name").ok_or_else(|| Error::internal("a price without a name"))?;
    Ok((Naming { name, key: text("key") }, clashes))
}

/// Archives a price: it is offered no more. One that is archived stays so. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`].
pub fn archive(conn: &mut PgConnection, by: &By, now: Timestamp, id: PriceId) -> Result<Price> {
    let current = find_for_update(conn, by.account, id)?;
    if current.is_archived() {
        return Ok(current);
    }
    let next = Price { archived_at: Some(now), ..current };
    store(conn, by, now, next, kinds::ARCHIVED, (&archived_at(json!(null)), &archived_at(json!(now))))
}

/// Brings an archived price back. One that is not archived stays as it is. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`].
pub fn unarchive(conn: &mut PgConnection, by: &By, now: Timestamp, id: PriceId) -> Result<Price> {
    let current = find_for_update(conn, by.account, id)?;
    let Some(since) = current.archived_at else { return Ok(current) };
    let next = Price { archived_at: None, ..current };
    store(conn, by, now, next, kinds::UNARCHIVED, (&archived_at(json!(since)), &archived_at(json!(null))))
}

fn archived_at(value: Value) -> Fields {
    Fields::from([("archived_at".to_owned(), value)])
}

/// Finds a price like [`model::find`]; others who would change one of the account wait until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_for_update(conn: &mut PgConnection, account: AccountId, id: PriceId) -> Result<Price> {
    merchants::lock(conn, account)?;
    model::find(conn, account, id)
}

/// Stores a price as its next version, with its event.
fn store(
    conn: &mut PgConnection,
    by: &By,
    now: Timestamp,
    price: Price,
    kind: &'static str,
    changes: (&Fields, &Fields),
) -> Result<Price> {
    let next = Price { version: price.version + 1, updated_at: now, ..price };
    diesel::update(prices::table.find((by.account, next.id)))
        .set((
            prices::version.eq(next.version),
            prices::name.eq(&next.naming.name),
            prices::key.eq(&next.naming.key),
            prices::updated_at.eq(now.to_diesel()),
            prices::archived_at.eq(next.archived_at.map(ToDiesel::to_diesel)),
        ))
        .execute(conn)?;
    record(conn, by, &next, kind, changes)?;
    Ok(next)
}

fn record(
    conn: &mut PgConnection,
    by: &By,
    price: &Price,
    kind: &'static str,
    (before, after): (&Fields, &Fields),
) -> Result<()> {
    let what = NewEvent { kind, subject: price.id.uuid(), customer: None, version: price.version, before, after };
    events::record(conn, by, &what)?;
    Ok(())
}
