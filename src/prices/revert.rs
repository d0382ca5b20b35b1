//! Taking a change of a price back.

use diesel::PgConnection;
use serde_json::Value;

use super::{
    kinds, path,
    writing::{self, CHANGEABLE, Renamed},
};
use crate::{
    api_keys::{Permission, Resource},
    error::{Error, Result},
    events::{Fields, fields::value, telling::plain},
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::PriceId,
    values::field::Fields as CustomFields,
    who::Role,
};

/// Changes of prices can be taken back; one that was made is archived.
pub static REVERTS: &dyn Reverts = &Prices;

struct Prices;

impl Reverts for Prices {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn allows(&self, asker: &Asker, event: &Event) -> bool {
        let least = if event.kind == kinds::RENAMED { Role::Editor } else { Role::Admin };
        asker.may(least, Permission::write(Resource::Prices))
    }

    fn decided_again(&self, event: &Event) -> &'static [&'static str] {
        match event.kind.as_str() {
            kinds::RENAMED => &[],
            _ => &[kinds::ARCHIVED, kinds::UNARCHIVED],
        }
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        match event.kind.as_str() {
            kinds::CREATED | kinds::UNARCHIVED => "The price is archived",
            kinds::ARCHIVED => "The price is back",
            _ => "The price is called as before",
        }
        .to_owned()
    }

    fn path(&self, event: &Event) -> String {
        path(PriceId::from_uuid(event.subject))
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let (by, now, id) = (&undoing.by, undoing.now, PriceId::from_uuid(event.subject));
        match event.kind.as_str() {
            kinds::CREATED | kinds::UNARCHIVED => writing::archive(conn, by, now, id).map(|_| Reverted::Done),
            kinds::ARCHIVED => writing::unarchive(conn, by, now, id).map(|_| Reverted::Done),
            kinds::RENAMED => renamed(conn, undoing, id, event),
            _ => Err(Error::NotFound),
        }
    }
}

fn renamed(conn: &mut PgConnection, undoing: &Undoing, id: PriceId, event: &Event) -> Result<Reverted> {
    let account = undoing.by.account;
    let current = writing::find_for_update(conn, account, id)?;
    let stored = current.naming.fields();
    let changed = CHANGEABLE.iter().copied().filter(|name| event.after.contains_key(*name));
    let since = changed_since(event, &stored, changed.clone());
    if !since.is_empty() {
        let label = |name: &str| label(name).to_owned();
        return Ok(Reverted::Changed(Since::of(conn, account, (event, &stored), &since, (label, shown))?));
    }
    let given: Fields = changed.map(|name| (name.to_owned(), value(&event.before, name))).collect();
    match writing::rename(conn, &undoing.by, undoing.now, id, current.version, &given)? {
        Renamed::Done(_) => Ok(Reverted::Done),
        Renamed::Clash(..) => Err(Error::internal("a clash with the version that was just read")),
    }
}

/// Returns the label of what events keep of a price.
pub fn label(name: &str) -> &'static str {
    match name {
        "name" => "Name",
        "key" => "Key",
        _ => "Archived",
    }
}

/// Returns what events keep of a price as people read it.
pub fn shown(_: &str, value: &Value) -> Option<String> {
    plain(value)
}
