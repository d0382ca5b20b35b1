//! The table of fields: finders, and the fields of a definition as events keep them.

use std::collections::BTreeSet;

use diesel::{PgConnection, pg::Pg, prelude::*};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    codes::Code,
    error::{Error, Result},
    events::Fields,
    ids::{AccountId, FieldId},
    schema::custom_fields,
    values::field::Field,
};

/// The names under which events keep what can be changed of a field.
pub const CHANGEABLE: [&str; 8] = ["label", "help", "choices", "least", "most", "is_required", "is_listed", "in_form"];

/// A field with its identity and history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub id: FieldId,
    /// The version, which each change increases; a save names the one it started from.
    pub version: i32,
    pub field: Field,
    /// Its place among those that are not archived, from 0 on.
    pub position: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub archived_at: Option<Timestamp>,
}

impl Definition {
    pub fn is_archived(&self) -> bool {
        self.archived_at.is_some()
    }

    /// Refuses to change a field that is archived.
    ///
    /// # Errors
    /// [`Error::Conflict`].
    pub fn refuse_archived(&self) -> Result<()> {
        if !self.is_archived() {
            return Ok(());
        }
        let sentence = format!("The field “{}” is archived. Restore it first.", self.field.label);
        Err(Error::Conflict(Code::CustomFieldArchived.says(sentence)))
    }

    /// Returns all of it, as the event of its definition keeps it.
    pub fn fields(&self) -> Fields {
        let mut fields = content(&self.field);
        fields.extend([
            ("key".to_owned(), json!(self.field.key)),
            ("kind".to_owned(), json!(self.field.kind.as_str())),
            ("position".to_owned(), json!(self.position)),
        ]);
        fields
    }
}

/// Returns what can be changed of a field.
pub fn content(field: &Field) -> Fields {
    let Field { label, help, choices, least, most, is_required, is_listed, in_form, .. } = field;
    [
        ("label", json!(label)),
        ("help", json!(help)),
        ("choices", json!(choices)),
        ("least", json!(least)),
        ("most", json!(most)),
        ("is_required", json!(is_required)),
        ("is_listed", json!(is_listed)),
        ("in_form", json!(in_form)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// Returns a field with those of its contents that `change` has.
///
/// # Errors
/// When a value is of another kind, which only an event of another version can have.
pub fn with(field: &Field, change: &Fields) -> Result<Field> {
    fn taken<T: DeserializeOwned>(change: &Fields, name: &str, stored: T) -> Result<T> {
        let read = |value: &Value| serde_json::from_value(value.clone()).map_err(Error::internal);
        change.get(name).map_or(Ok(stored), read)
    }
    let old = field.clone();
    Ok(Field {
        label: taken(change, "label", old.label)?,
        help: taken(change, "help", old.help)?,
        choices: taken(change, "choices", old.choices)?,
        least: taken(change, "least", old.least)?,
        most: taken(change, "most", old.most)?,
        is_required: taken(change, "is_required", old.is_required)?,
        is_listed: taken(change, "is_listed", old.is_listed)?,
        in_form: taken(change, "in_form", old.in_form)?,
        ..old
    })
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = custom_fields, check_for_backend(Pg))]
struct Row {
    id: FieldId,
    version: i32,
    key: String,
    label: String,
    help: Option<String>,
    kind: String,
    /// Arrays of PostgreSQL may always hold NULL.
    choices: Vec<Option<String>>,
    least: Option<String>,
    most: Option<String>,
    is_required: bool,
    is_listed: bool,
    in_form: bool,
    position: i32,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    created_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    updated_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    archived_at: Option<Timestamp>,
}

impl TryFrom<Row> for Definition {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let field = Field {
            key: row.key,
            label: row.label,
            help: row.help,
            kind: row.kind.parse().map_err(Error::internal)?,
            choices: row.choices.into_iter().flatten().collect(),
            least: row.least,
            most: row.most,
            is_required: row.is_required,
            is_listed: row.is_listed,
            in_form: row.in_form,
        };
        let (created_at, updated_at, archived_at) = (row.created_at, row.updated_at, row.archived_at);
        Ok(Self {
            id: row.id,
            version: row.version,
            field,
            position: row.position,
            created_at,
            updated_at,
            archived_at,
        })
    }
}

/// Returns the fields of an account that are not archived in their order, or those that are, by name.
pub fn list(conn: &mut PgConnection, account: AccountId, archived: bool) -> Result<Vec<Definition>> {
    let of_account = custom_fields::table
        .filter(custom_fields::account_id.eq(account))
        .filter(custom_fields::archived_at.is_not_null().eq(archived))
        .select(Row::as_select());
    let rows: Vec<Row> = match archived {
        false => of_account.order((custom_fields::position, custom_fields::id)).load(conn)?,
        true => of_account.order((custom_fields::label, custom_fields::id)).load(conn)?,
    };
    rows.into_iter().map(Definition::try_from).collect()
}

/// Finds a field of an account, archived or not.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find(conn: &mut PgConnection, account: AccountId, id: FieldId) -> Result<Definition> {
    custom_fields::table.find((account, id)).select(Row::as_select()).first(conn)?.try_into()
}

/// Finds the field of an account that has that key, archived or not.
pub fn with_key(conn: &mut PgConnection, account: AccountId, key: &str) -> Result<Option<Definition>> {
    let of_key = custom_fields::table.filter(custom_fields::account_id.eq(account)).filter(custom_fields::key.eq(key));
    of_key.select(Row::as_select()).first(conn).optional()?.map(Definition::try_from).transpose()
}

/// Returns the keys of all fields of an account, archived or not.
pub fn keys(conn: &mut PgConnection, account: AccountId) -> Result<BTreeSet<String>> {
    let of_account = custom_fields::table.filter(custom_fields::account_id.eq(account));
    Ok(of_account.select(custom_fields::key).load(conn)?.into_iter().collect())
}
