//! Saving the form of an endpoint over what others saved since it was opened.

use diesel::PgConnection;

use super::{
    kinds,
    model::{Endpoint, Wish},
    writing,
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{By, fields::value},
    history,
    ids::EndpointId,
};

/// The names under which events keep what can be changed of an endpoint.
pub const CHANGEABLE: [&str; 3] = ["url", "types", "description"];

/// The result of a change.
#[derive(Debug)]
pub enum Saved {
    /// It is stored, merged with what others changed meanwhile.
    Done(Box<Endpoint>),
    /// Somebody else changed the same to something else; nothing is stored. Holds the current endpoint, what it would be,
    /// and what clashes.
    Clash(Box<Endpoint>, Wish, Vec<&'static str>),
}

/// Changes an endpoint to what is wished, merged with what was changed since `version`. What is wished as it was in that
/// version is no change.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the version is from the future.
pub fn save(conn: &mut PgConnection, by: &By, id: EndpointId, version: i32, wish: &Wish) -> Result<Saved> {
    let current = writing::find_for_update(conn, by.account, id)?;
    if !(1..=current.version).contains(&version) {
        let sentence = "This form names a version of the endpoint that does not exist. Open it again.";
        return Err(Error::Conflict(Code::VersionMismatch.says(sentence)));
    }
    let (stored, wished) = (current.wish.fields(), wish.fields());
    let mut base = stored.clone();
    let since = history::after_version(conn, by.account, id.uuid(), version)?;
    for event in since.into_iter().rev().filter(|event| event.kind == kinds::UPDATED) {
        base.extend(event.before);
    }
    let (mut merged, mut clashes) = (stored.clone(), Vec::new());
    for name in CHANGEABLE {
        let (was, is, wanted) = (value(&base, name), value(&stored, name), value(&wished, name));
        if wanted == was || wanted == is {
            continue;
        }
        if was != is {
            clashes.push(name);
        }
        merged.insert(name.to_owned(), wanted);
    }
    let merged = Wish::of_fields(&merged).ok_or_else(|| Error::internal("an endpoint without an address"))?;
    if !clashes.is_empty() {
        return Ok(Saved::Clash(Box::new(current), merged, clashes));
    }
    Ok(Saved::Done(Box::new(writing::change(conn, by, id, merged)?)))
}
