//! The customers table: finding one, creating one, and writing a changed record with its event.

use std::collections::{HashMap, HashSet};

use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use serde_json::Value;

use super::{
    addresses,
    counts::Counts,
    custom_values, doubts,
    input::MOST_ADDRESSES,
    kinds,
    record::{FIELD, PhonePair, Record, label_among},
    seen, words,
};
use crate::{
    clock::Clock,
    codes::Code,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent, fields::difference},
    ids::{AccountId, CustomerId},
    input::FieldErrors,
    merchants::{self, Settings},
    reason::Detail,
    schema::customers,
    values::{Metadata, curtain::Curtain, phone},
};

/// The time in which a delete can be taken back with everything.
pub const UNDO_WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A customer with all its fields.
#[derive(Clone, Debug)]
pub struct Customer {
    pub id: CustomerId,
    /// The number of its changes; a save names the one it started from.
    pub version: i32,
    /// The values of its fields.
    pub record: Record,
    /// The time of its creation.
    pub created_at: Timestamp,
    /// The time of its last change.
    pub updated_at: Timestamp,
    /// The time of its deletion, if it is deleted.
    pub deleted_at: Option<Timestamp>,
    /// The time at which its personal data was erased, if it was.
    pub erased_at: Option<Timestamp>,
}

impl Customer {
    /// Returns its title: name, else email, else phone, else id.
    pub fn title(&self) -> String {
        let phone = self.record.phone.as_ref().map(|phone| phone.e164.as_str());
        title(self.id, self.record.name.as_deref(), self.record.email.as_deref(), phone)
    }

    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        Self { record: self.record.behind(curtain), ..self }
    }

    /// Returns whether it is deleted.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    /// Refuses to change it or to use it in anything new, once it is deleted.
    ///
    /// # Errors
    /// [`deleted`].
    pub fn refuse_deleted(&self) -> Result<()> {
        match () {
            () if self.is_erased() => Err(erased()),
            () if self.is_deleted() => Err(deleted(self.restorable_until())),
            () => Ok(()),
        }
    }

    /// Returns whether its personal data was erased.
    pub fn is_erased(&self) -> bool {
        self.erased_at.is_some()
    }

    /// Returns the time until which a delete can be taken back with everything; nothing once it was erased.
    pub fn restorable_until(&self) -> Option<Timestamp> {
        self.deleted_at.filter(|_| !self.is_erased()).map(|at| at + UNDO_WINDOW)
    }
}

/// Returns whether the time in which a delete can be taken back with everything has ended, at `now` in the account.
pub fn is_over(deleted_at: Option<Timestamp>, now: Timestamp) -> bool {
    deleted_at.is_some_and(|at| at + UNDO_WINDOW <= now)
}

/// Returns the title of a customer: name, else email, else phone, else id.
pub fn title(id: CustomerId, name: Option<&str>, email: Option<&str>, phone: Option<&str>) -> String {
    let called = name.or(email).map(str::to_owned).or_else(|| phone.map(phone::pretty));
    called.unwrap_or_else(|| id.to_string())
}

/// The columns that a record fills.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = customers, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
struct Columns {
    kind: String,
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    company: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    phone_typed: Option<String>,
    language: Option<String>,
    country: Option<String>,
    description: Option<String>,
    reference: Option<String>,
    metadata: Value,
    custom: Option<Value>,
}

impl Columns {
    fn of(record: &Record) -> Result<Self> {
        Ok(Self {
            kind: record.kind.clone(),
            name: record.name.clone(),
            first_name: record.first_name.clone(),
            last_name: record.last_name.clone(),
            company: record.company.clone(),
            email: record.email.clone(),
            phone: record.phone.as_ref().map(|phone| phone.e164.clone()),
            phone_typed: record.phone.as_ref().map(|phone| phone.typed.clone()),
            language: record.language.clone(),
            country: record.country().map(str::to_owned),
            description: record.description.clone(),
            reference: record.reference.clone(),
            metadata: serde_json::to_value(&record.metadata).map_err(Error::internal)?,
            custom: (!record.custom.is_empty()).then(|| record.custom.clone().into_iter().collect()),
        })
    }

    fn record(self, addresses: addresses::Addresses) -> Result<Record> {
        let phone = self.phone.map(|e164| PhonePair { typed: self.phone_typed.unwrap_or_else(|| e164.clone()), e164 });
        Ok(Record {
            kind: self.kind,
            name: self.name,
            first_name: self.first_name,
            last_name: self.last_name,
            company: self.company,
            email: self.email,
            phone,
            language: self.language,
            description: self.description,
            reference: self.reference,
            metadata: serde_json::from_value(self.metadata).map_err(Error::internal)?,
            custom: self.custom.map(serde_json::from_value).transpose().map_err(Error::internal)?.unwrap_or_default(),
            addresses,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = customers, check_for_backend(diesel::pg::Pg))]
struct State {
    version: i32,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    created_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    updated_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    deleted_at: Option<Timestamp>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    erased_at: Option<Timestamp>,
}

/// Reads a customer of an account, deleted or not.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Customer> {
    let row = customers::table.find((account, id)).select((State::as_select(), Columns::as_select())).first(conn)?;
    customer(conn, account, id, row)
}

/// Reads customers of an account by id, in the order given; who is not there is left out.
pub fn find_all(conn: &mut PgConnection, account: AccountId, ids: &[CustomerId]) -> Result<Vec<Customer>> {
    let rows: Vec<(CustomerId, (State, Columns))> = customers::table
        .filter(customers::account_id.eq(account))
        .filter(customers::id.eq_any(ids))
        .select((customers::id, (State::as_select(), Columns::as_select())))
        .load(conn)?;
    let mut addresses = addresses::of_all(conn, account, ids)?;
    let now = now_for(conn, account, rows.iter().map(|(_, (state, _))| state))?;
    let mut found: HashMap<CustomerId, Customer> = HashMap::new();
    for (id, row) in rows {
        found.insert(id, assembled(id, row, addresses.remove(&id).unwrap_or_default(), now)?);
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Works like [`find`], for a link that somebody follows: when the customer is in the merchant's other account, the
/// error says so.
///
/// # Errors
/// [`Error::NotFound`] when there is none, [`Error::InOtherAccount`].
pub fn find_or_say_where(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Customer> {
    let found = find(conn, account, id);
    if matches!(found, Err(Error::NotFound)) { Err(missing(conn, account, id)?) } else { found }
}

/// Looks whether there is a customer, deleted or not.
///
/// # Errors
/// [`Error::NotFound`] when there is none; [`Error::InOtherAccount`] when it is in the merchant's other account.
pub fn check(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<()> {
    let there = customers::table.find((account, id)).select(customers::version).first::<i32>(conn).optional()?;
    if there.is_some() { Ok(()) } else { Err(missing(conn, account, id)?) }
}

/// Returns the error that says why a customer is not found.
fn missing(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Error> {
    let (other, mode) = merchants::other_account(conn, account)?;
    let there = customers::table.find((other, id)).select(customers::version).first::<i32>(conn).optional()?;
    Ok(if there.is_some() { Error::InOtherAccount(mode) } else { Error::NotFound })
}

/// Works like [`find`], and locks the customer, so that nobody else changes it until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find_for_update(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Customer> {
    let row = customers::table
        .find((account, id))
        .select((State::as_select(), Columns::as_select()))
        .for_update()
        .first(conn)
        .optional()?;
    match row {
        Some(row) => customer(conn, account, id, row),
        None => Err(missing(conn, account, id)?),
    }
}

/// Returns the refusal to change a deleted customer or to use it in anything new, with the time until which all of it
/// can be restored.
pub fn deleted(restorable_until: Option<Timestamp>) -> Error {
    let until = restorable_until.map(Detail::RestorableUntil);
    Error::Conflict(Code::CustomerDeleted.says("This customer is deleted. Restore it first.").with(until))
}

/// Returns the refusal to change or restore a customer who was erased.
pub fn erased() -> Error {
    Error::Conflict(Code::CustomerErased.says("This customer was erased, and nothing of it can be brought back."))
}

/// Makes sure that a customer can be used in something new, and locks it until the transaction ends, so that deleting
/// it waits.
///
/// # Errors
/// [`deleted`]; [`Error::NotFound`] when there is none.
pub fn lock_live(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<()> {
    let row = customers::table.find((account, id)).select(customers::deleted_at).for_share();
    match row.first::<Option<jiff_diesel::Timestamp>>(conn).optional()? {
        Some(None) => Ok(()),
        Some(Some(at)) => Err(deleted(Some(at.to_jiff() + UNDO_WINDOW))),
        None => Err(missing(conn, account, id)?),
    }
}

fn customer(conn: &mut PgConnection, account: AccountId, id: CustomerId, row: (State, Columns)) -> Result<Customer> {
    let (addresses, now) = (addresses::of(conn, account, id)?, now_for(conn, account, std::iter::once(&row.0))?);
    assembled(id, row, addresses, now)
}

/// Returns the time in the account, by which the undo windows of those who are deleted end. Where nobody is, none is asked
/// for: it is the beginning of all time.
fn now_for<'s>(
    conn: &mut PgConnection,
    account: AccountId,
    mut of: impl Iterator<Item = &'s State>,
) -> Result<Timestamp> {
    match of.any(|state| state.deleted_at.is_some()) {
        true => Ok(merchants::clock(conn, account, &Clock::system())?.now()),
        false => Ok(Timestamp::MIN),
    }
}

fn assembled(
    id: CustomerId,
    row: (State, Columns),
    addresses: addresses::Addresses,
    now: Timestamp,
) -> Result<Customer> {
    let (State { version, created_at, updated_at, deleted_at, erased_at }, columns) = row;
    // What the undo window took with it is not there any more, though its rows may wait to be cleared away.
    let addresses = if is_over(deleted_at, now) { addresses::Addresses::new() } else { addresses };
    let record = columns.record(addresses)?;
    Ok(Customer { id, version, record, created_at, updated_at, deleted_at, erased_at })
}

/// Returns the titles of customers by id, of deleted ones too, without what is private.
pub fn titles(
    conn: &mut PgConnection,
    account: AccountId,
    ids: &[CustomerId],
    curtain: Curtain,
) -> Result<HashMap<CustomerId, String>> {
    type Called = (CustomerId, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Called> = customers::table
        .filter(customers::account_id.eq(account))
        .filter(customers::id.eq_any(ids))
        .select((customers::id, customers::name, customers::email, customers::phone))
        .load(conn)?;
    let called = |(id, name, email, phone): Called| {
        let name = name.map(|name| curtain.text(&name));
        let (email, phone) = (email.map(|email| curtain.email(&email)), phone.map(|phone| curtain.phone(&phone)));
        (id, title(id, name.as_deref(), email.as_deref(), phone.as_deref()))
    };
    Ok(rows.into_iter().map(called).collect())
}

/// Returns those of `ids` that are erased.
pub fn erased_among(conn: &mut PgConnection, account: AccountId, ids: &[CustomerId]) -> Result<HashSet<CustomerId>> {
    let of_account = customers::table.filter(customers::account_id.eq(account)).filter(customers::id.eq_any(ids));
    let erased = of_account.filter(customers::erased_at.is_not_null()).select(customers::id);
    Ok(erased.load(conn)?.into_iter().collect())
}

pub fn create(conn: &mut PgConnection, by: &By, id: CustomerId, record: &Record) -> Result<()> {
    let created_at = id.created_at().to_diesel();
    diesel::insert_into(customers::table)
        .values((
            customers::account_id.eq(by.account),
            customers::id.eq(id),
            customers::version.eq(1),
            customers::created_at.eq(created_at),
            customers::updated_at.eq(created_at),
            Columns::of(record)?,
        ))
        .execute(conn)?;
    words::index(conn, by.account, id)?;
    seen::keep(conn, by.account, id)?;
    if !record.custom.is_empty() {
        custom_values::keep(conn, by.account, id)?;
    }
    doubts::keep(conn, by.account, id, None, record)?;
    addresses::replace(conn, by.account, id, &addresses::Addresses::new(), &record.addresses)?;
    let (before, after) = (Fields::new(), record.fields());
    let what = NewEvent {
        kind: kinds::CREATED,
        subject: id.uuid(),
        customer: None,
        version: 1,
        before: &before,
        after: &after,
    };
    events::record(conn, by, &what)?;
    Counts::CREATED.add(conn, by.account, id)
}

/// Writes `record` over a locked customer, with its event. Does nothing when nothing differs.
pub fn write(conn: &mut PgConnection, by: &By, customer: &Customer, record: &Record) -> Result<()> {
    let (before, after) = difference(&customer.record.fields(), &record.fields());
    if after.is_empty() {
        return Ok(());
    }
    let version = customer.version + 1;
    diesel::update(customers::table.find((by.account, customer.id)))
        .set((customers::version.eq(version), customers::updated_at.eq(by.now().to_diesel()), Columns::of(record)?))
        .execute(conn)?;
    if words::INDEXED_FIELDS.iter().any(|field| after.contains_key(*field)) {
        words::index(conn, by.account, customer.id)?;
    }
    if after.keys().any(|field| seen::is_kept(field)) {
        seen::keep(conn, by.account, customer.id)?;
    }
    if after.keys().any(|field| field.starts_with(FIELD)) {
        custom_values::keep(conn, by.account, customer.id)?;
    }
    if after.keys().any(|field| doubts::is_about(field)) {
        doubts::keep(conn, by.account, customer.id, Some(&customer.record), record)?;
    }
    addresses::replace(conn, by.account, customer.id, &customer.record.addresses, &record.addresses)?;
    let what = NewEvent {
        kind: kinds::UPDATED,
        subject: customer.id.uuid(),
        customer: None,
        version,
        before: &before,
        after: &after,
    };
    events::record(conn, by, &what)?;
    Ok(())
}

/// Writes `record` over a locked customer without an event, for an erasure, which has its own.
pub(super) fn overwrite(conn: &mut PgConnection, account: AccountId, id: CustomerId, record: &Record) -> Result<()> {
    diesel::update(customers::table.find((account, id))).set(Columns::of(record)?).execute(conn)?;
    Ok(())
}

/// Marks a locked customer, with its event, as deleted at a time, or as not deleted.
pub fn mark_deleted(conn: &mut PgConnection, by: &By, customer: &Customer, at: Option<Timestamp>) -> Result<()> {
    let version = customer.version + 1;
    diesel::update(customers::table.find((by.account, customer.id)))
        .set((
            customers::version.eq(version),
            customers::updated_at.eq(by.now().to_diesel()),
            customers::deleted_at.eq(at.map(|at| at.to_diesel())),
        ))
        .execute(conn)?;
    let kind = if at.is_some() { kinds::DELETED } else { kinds::RESTORED };
    let nothing = Fields::new();
    let what =
        NewEvent { kind, subject: customer.id.uuid(), customer: None, version, before: &nothing, after: &nothing };
    events::record(conn, by, &what)?;
    match at {
        Some(_) => doubts::close(conn, by.account, customer.id)?,
        None => doubts::keep(conn, by.account, customer.id, None, &customer.record)?,
    }
    let change = if at.is_some() { Counts::DELETED } else { Counts::RESTORED };
    change.add(conn, by.account, customer.id)
}

/// Checks the rules for a whole record: the fields that the merchant requires, what its own fields take, a name or other
/// title, and no more metadata than allowed. A field is complained about only when it was given, so that an old record
/// without an email can get a new phone; and a choice that is not offered any more stays where it is `stored`.
pub fn broken_rules(record: &Record, stored: &Record, settings: &Settings, given: &Fields) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let fields = record.fields();
    for name in settings.required().filter(|name| given.contains_key(name) && !fields.contains_key(name)) {
        let label = label_among(&name, &settings.fields);
        let sentence = need(&name, &label);
        errors.add(name, label, Code::Required.says(sentence));
    }
    for field in settings.fields.iter().filter(|field| given.contains_key(&field.name())) {
        if let Some(value) = record.custom.get(&field.key) {
            errors.note(&field.name(), &field.label, field.check(value, stored.custom.get(&field.key)));
        }
    }
    let has_title = ["name", "email", "phone"].iter().any(|name| fields.contains_key(*name));
    if !has_title && errors.is_empty() {
        let sentence = "Enter a name, an email or a phone, so that the customer can be found.";
        errors.add("name", "Name", Code::Required.says(sentence));
    }
    if record.name.as_ref().is_some_and(|name| name.chars().count() > 200) {
        let sentence = "First and last name make a name of more than 200 characters. Enter a shorter one here.";
        errors.add("name", "Name", Code::TooLong.says(sentence));
    }
    if record.addresses.len() > MOST_ADDRESSES {
        errors.add("addresses", "Addresses", Code::TooMany.says(format!("Keep at most {MOST_ADDRESSES} addresses.")));
    }
    if record.metadata.len() > Metadata::MAX_KEYS {
        let sentence = format!("Keep at most {} keys.", Metadata::MAX_KEYS);
        errors.add("metadata", "Metadata", Code::TooMany.says(sentence));
    }
    errors
}

fn need(name: &str, label: &str) -> String {
    match name {
        "name" => "Enter the customer’s name.".to_owned(),
        "email" => "Enter an email, like name@example.com.".to_owned(),
        "phone" => "Enter a phone number.".to_owned(),
        _ if name.starts_with(FIELD) => format!("Fill in “{label}”."),
        _ => format!("Fill in: {}.", label.to_lowercase()),
    }
}
