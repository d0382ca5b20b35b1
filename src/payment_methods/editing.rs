//! An edit of a method against the version it started from. Fields that only one side changed are merged; fields that
//! both changed are shown as a conflict.

use super::{
    billing, kinds,
    model::{self, Consent, Method},
    wallet,
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{By, Fields},
    history,
    ids::MethodId,
};
use diesel::PgConnection;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The fields that can be edited.
pub const FIELDS: [&str; 4] = ["expires_on", "billing", "consent_source", "consent_at"];

/// The result of an edit.
#[derive(Debug)]
pub enum Edited {
    /// The edit is stored, merged with what others changed meanwhile.
    Done(Box<Method>),
    /// Another person changed the same fields to other values; nothing is stored. Holds the current method and those
    /// fields.
    Clash(Box<Method>, Vec<&'static str>),
}

/// Stores the given fields over the version that the form showed: `expires_on` as a date, `billing` as the parts of an
/// address, `consent_source` as text, `consent_at` as a time; `null` clears a field. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the method was removed, the customer is deleted, or the version is
/// from the future.
pub fn edit(conn: &mut PgConnection, by: &By, id: MethodId, version: i32, given: &Fields) -> Result<Edited> {
    let mut method = wallet::find_for_update(conn, by, id)?;
    if version > method.version || version < 1 {
        let sentence = "This form names a version of the payment method that does not exist. Open it again.";
        return Err(Error::Conflict(Code::VersionMismatch.says(sentence)));
    }
    let since = history::after_version(conn, by.account, id.uuid(), version)?;
    let current = method.fields();
    let mut base = current.clone();
    for event in since.into_iter().rev() {
        base.extend(event.before);
    }
    let (mut before, mut after, mut clashes) = (Fields::new(), Fields::new(), Vec::new());
    for name in FIELDS {
        let Some(wanted) = given.get(name) else { continue };
        let (was, is) = (value(&base, name), value(&current, name));
        if wanted == was || wanted == is {
            continue;
        }
        if was != is {
            clashes.push(name);
        }
        before.insert(name.to_owned(), is.clone());
        after.insert(name.to_owned(), wanted.clone());
    }
    if !clashes.is_empty() {
        return Ok(Edited::Clash(Box::new(method), clashes));
    }
    if !after.is_empty() {
        set(&mut method, &after)?;
        model::update(conn, by, &mut method, kinds::UPDATED, (before, after))?;
    }
    Ok(Edited::Done(Box::new(method)))
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T> {
    serde_json::from_value(value.clone()).map_err(Error::internal)
}

fn value<'a>(fields: &'a Fields, name: &str) -> &'a Value {
    fields.get(name).unwrap_or(&Value::Null)
}

fn set(method: &mut Method, change: &Fields) -> Result<()> {
    if let Some(address) = change.get("billing") {
        method.billing = Some(billing::of_json(address)).filter(|address| !address.is_blank());
    }
    if let Some(last) = change.get("expires_on") {
        method.instrument.expires_on = read(last)?;
    }
    let consent = method.consent.take();
    let (source, at) = consent.map_or((None, None), |consent| (Some(consent.source), consent.at));
    let source: Option<String> = change.get("consent_source").map_or(Ok(source), read)?;
    let at = change.get("consent_at").map_or(Ok(at), read)?;
    method.consent = source.map(|source| Consent { source, at });
    Ok(())
}
