//! The verbs about fields. Every change is one transaction with its event, and none touches a customer: what customers
//! have stays as it is.

use diesel::{PgConnection, prelude::*};
use jiff_diesel::ToDiesel;
use serde_json::json;

use super::{
    input::{self, NewField},
    kinds, limits,
    model::{self, CHANGEABLE, Definition},
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{
        self, By, Fields, NewEvent,
        fields::{difference, value},
    },
    history,
    ids::{AccountId, FieldId},
    merchants,
    schema::custom_fields,
    values::field::{Field, MOST_FIELDS},
};

/// The columns that hold what can be changed.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = custom_fields, treat_none_as_null = true)]
struct Stored<'a> {
    label: &'a str,
    help: Option<&'a str>,
    choices: &'a [String],
    least: Option<&'a str>,
    most: Option<&'a str>,
    is_required: bool,
    is_listed: bool,
    in_form: bool,
}

impl<'a> Stored<'a> {
    fn of(field: &'a Field) -> Self {
        Self {
            label: &field.label,
            help: field.help.as_deref(),
            choices: &field.choices,
            least: field.least.as_deref(),
            most: field.most.as_deref(),
            is_required: field.is_required,
            is_listed: field.is_listed,
            in_form: field.in_form,
        }
    }
}

/// The result of a definition.
#[derive(Debug)]
pub enum Defined {
    Done(Box<Definition>),
    /// This field of the account has the key, archived or not; nothing is stored.
    Exists(Box<Definition>),
}

/// Defines a field, behind the others. Call it in a transaction.
///
/// # Errors
/// [`Error::Conflict`] when the account has as many fields as it may.
pub fn define(conn: &mut PgConnection, by: &By, id: FieldId, new: NewField) -> Result<Defined> {
    merchants::lock(conn, by.account)?;
    let key = match new.key {
        Some(key) => key,
        None => {
            let taken = model::keys(conn, by.account)?;
            input::key_of(&new.field.label, |key| taken.contains(key))
        }
    };
    if let Some(other) = model::with_key(conn, by.account, &key)? {
        return Ok(Defined::Exists(Box::new(other)));
    }
    let field = Field { key, ..new.field };
    let (position, now) = (end(conn, by.account)?, by.now());
    let defined = Definition { id, version: 1, field, position, created_at: now, updated_at: now, archived_at: None };
    diesel::insert_into(custom_fields::table)
        .values((
            custom_fields::account_id.eq(by.account),
            custom_fields::id.eq(id),
            custom_fields::version.eq(1),
            custom_fields::key.eq(&defined.field.key),
            custom_fields::kind.eq(defined.field.kind.as_str()),
            Stored::of(&defined.field),
            custom_fields::position.eq(position),
            custom_fields::created_at.eq(now.to_diesel()),
            custom_fields::updated_at.eq(now.to_diesel()),
        ))
        .execute(conn)?;
    record(conn, by, &defined, kinds::DEFINED, (&Fields::new(), &defined.fields()))?;
    Ok(Defined::Done(Box::new(defined)))
}

/// Returns the sentence about a key that is taken.
pub fn taken(other: &Definition) -> String {
    let Field { key, label, .. } = &other.field;
    match other.is_archived() {
        true => format!(
            "The archived field “{label}” has the key “{key}”, and customers may still have its values. Restore that one, or \
             choose another key."
        ),
        false => format!("The field “{label}” has the key “{key}” already. Choose another key."),
    }
}

/// Returns the place behind the last field.
fn end(conn: &mut PgConnection, account: AccountId) -> Result<i32> {
    let count = model::list(conn, account, false)?.len();
    if count < MOST_FIELDS {
        return i32::try_from(count).map_err(Error::internal);
    }
    let sentence = format!("This account has {MOST_FIELDS} fields, as many as it may. Archive one that nobody needs.");
    Err(Error::Conflict(Code::TooManyCustomFields.says(sentence)))
}

/// The result of a change.
#[derive(Debug)]
pub enum Changed {
    /// It is stored, merged with what others changed meanwhile.
    Done(Box<Definition>),
    /// Another person changed the same to something else; nothing is stored. Holds the current field and what clashes.
    Clash(Box<Definition>, Vec<&'static str>),
}

/// A change over what others changed since the version that it started from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The stored field with the change.
    pub field: Field,
    /// The names of what both sides changed to different values.
    pub clashes: Vec<&'static str>,
}

/// Merges `given`, by the names of [`CHANGEABLE`], with what was changed since `version`. What is given as it was in that
/// version is no change.
///
/// # Errors
/// [`Error::Conflict`] when the field is archived, or the version is from the future.
pub fn merge(
    conn: &mut PgConnection,
    account: AccountId,
    current: &Definition,
    version: i32,
    given: &Fields,
) -> Result<Merge> {
    current.refuse_archived()?;
    if !(1..=current.version).contains(&version) {
        let sentence = "This form names a version of the field that does not exist. Open it again.";
        return Err(Error::Conflict(Code::VersionMismatch.says(sentence)));
    }
    let stored = model::content(&current.field);
    let mut base = stored.clone();
    for event in history::after_version(conn, account, current.id.uuid(), version)?.into_iter().rev() {
        base.extend(event.before);
    }
    let (mut change, mut clashes) = (Fields::new(), Vec::new());
    for name in CHANGEABLE {
        let Some(wanted) = given.get(name) else { continue };
        let (was, is) = (value(&base, name), value(&stored, name));
        if *wanted == was || *wanted == is {
            continue;
        }
        if was != is {
            clashes.push(name);
        }
        change.insert(name.to_owned(), wanted.clone());
    }
    let field = model::with(&current.field, &change)?;
    // Each side alone had its limits in order.
    if clashes.is_empty() && limits::check_order(&field).is_err() {
        clashes = vec!["least", "most"];
    }
    Ok(Merge { field, clashes })
}

/// Stores `given` over the version that it started from, as [`merge`] merges it. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`], and those of [`merge`].
pub fn change(conn: &mut PgConnection, by: &By, id: FieldId, version: i32, given: &Fields) -> Result<Changed> {
    let current = find_for_update(conn, by.account, id)?;
    let Merge { field, clashes } = merge(conn, by.account, &current, version, given)?;
    if !clashes.is_empty() {
        return Ok(Changed::Clash(Box::new(current), clashes));
    }
    let (before, after) = difference(&model::content(&current.field), &model::content(&field));
    if after.is_empty() {
        return Ok(Changed::Done(Box::new(current)));
    }
    let next = Definition { field, ..current };
    Ok(Changed::Done(Box::new(store(conn, by, next, kinds::CHANGED, (&before, &after))?)))
}

/// Moves a field to a place among those that are not archived, from 0 on; past the end is the end. Call it in a
/// transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the field is archived.
pub fn place(conn: &mut PgConnection, by: &By, id: FieldId, to: usize) -> Result<Definition> {
    let current = find_for_update(conn, by.account, id)?;
    current.refuse_archived()?;
    let from = current.position;
    let moved = arrange(conn, by.account, &current, Some(to))?;
    if moved.position == from {
        return Ok(moved);
    }
    let at = |place: i32| Fields::from([("position".to_owned(), json!(place))]);
    let (before, after) = (at(from), at(moved.position));
    store(conn, by, moved, kinds::MOVED, (&before, &after))
}

/// Archives a field: nobody sees it any more, and its values stay. One that is archived stays so. Call it in a
/// transaction.
///
/// # Errors
/// [`Error::NotFound`].
pub fn archive(conn: &mut PgConnection, by: &By, id: FieldId) -> Result<Definition> {
    let current = find_for_update(conn, by.account, id)?;
    if current.is_archived() {
        return Ok(current);
    }
    // What follows it moves up.
    arrange(conn, by.account, &current, None)?;
    let now = by.now();
    let after = Fields::from([("archived_at".to_owned(), json!(now))]);
    let before = Fields::from([("archived_at".to_owned(), json!(null))]);
    store(conn, by, Definition { archived_at: Some(now), ..current }, kinds::ARCHIVED, (&before, &after))
}

/// Restores an archived field with all its values, where it stood. One that is not archived stays as it is. Call it in
/// a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the account has as many fields as it may.
pub fn restore(conn: &mut PgConnection, by: &By, id: FieldId) -> Result<Definition> {
    let current = find_for_update(conn, by.account, id)?;
    let Some(archived_at) = current.archived_at else { return Ok(current) };
    end(conn, by.account)?;
    let place = usize::try_from(current.position).map_err(Error::internal)?;
    let placed = arrange(conn, by.account, &current, Some(place))?;
    let before = Fields::from([("archived_at".to_owned(), json!(archived_at))]);
    let after = Fields::from([("archived_at".to_owned(), json!(null))]);
    store(conn, by, Definition { archived_at: None, ..placed }, kinds::RESTORED, (&before, &after))
}

/// Puts a field at a place among those that are not archived, or at none, and the others around it. Writes the places
/// of the others alone.
fn arrange(conn: &mut PgConnection, account: AccountId, one: &Definition, to: Option<usize>) -> Result<Definition> {
    let mut others = model::list(conn, account, false)?;
    others.retain(|other| other.id != one.id);
    let to = to.map(|to| to.min(others.len()));
    for (n, other) in (0usize..).zip(&others) {
        let place = n + usize::from(to.is_some_and(|to| n >= to));
        let place = i32::try_from(place).map_err(Error::internal)?;
        if other.position != place {
            let row = custom_fields::table.find((account, other.id));
            diesel::update(row).set(custom_fields::position.eq(place)).execute(conn)?;
        }
    }
    let position = to.map_or(Ok(one.position), i32::try_from).map_err(Error::internal)?;
    Ok(Definition { position, ..one.clone() })
}

/// Finds a field like [`model::find`]; others who would change one of the account wait until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_for_update(conn: &mut PgConnection, account: AccountId, id: FieldId) -> Result<Definition> {
    merchants::lock(conn, account)?;
    model::find(conn, account, id)
}

/// Stores a field as its next version, with its event.
fn store(
    conn: &mut PgConnection,
    by: &By,
    field: Definition,
    kind: &'static str,
    changes: (&Fields, &Fields),
) -> Result<Definition> {
    let next = Definition { version: field.version + 1, updated_at: by.now(), ..field };
    diesel::update(custom_fields::table.find((by.account, next.id)))
        .set((
            custom_fields::version.eq(next.version),
            Stored::of(&next.field),
            custom_fields::position.eq(next.position),
            custom_fields::updated_at.eq(next.updated_at.to_diesel()),
            custom_fields::archived_at.eq(next.archived_at.map(ToDiesel::to_diesel)),
        ))
        .execute(conn)?;
    record(conn, by, &next, kind, changes)?;
    Ok(next)
}

fn record(
    conn: &mut PgConnection,
    by: &By,
    field: &Definition,
    kind: &'static str,
    (before, after): (&Fields, &Fields),
) -> Result<()> {
    let what = NewEvent { kind, subject: field.id.uuid(), customer: None, version: field.version, before, after };
    events::record(conn, by, &what)?;
    merchants::keep_fields(conn, by.account)
}
