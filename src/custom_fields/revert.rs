//! Taking a change of a field back.

use diesel::PgConnection;
use serde_json::Value;

use super::{
    changing::{self, Changed},
    kinds,
    model::{self, CHANGEABLE, Definition},
    pages::LIST,
};
use crate::{
    api_keys::{Permission, Resource},
    error::{Error, Result},
    events::{Fields, fields::value},
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::FieldId,
    values::field::Fields as CustomFields,
    who::Role,
};

/// Changes of fields can be taken back.
pub static REVERTS: &dyn Reverts = &Definitions;

struct Definitions;

impl Reverts for Definitions {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.may(Role::Admin, Permission::write(Resource::CustomFields))
    }

    fn decided_again(&self, event: &Event) -> &'static [&'static str] {
        match event.kind.as_str() {
            kinds::DEFINED | kinds::ARCHIVED | kinds::RESTORED => &[kinds::ARCHIVED, kinds::RESTORED],
            _ => &[],
        }
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        match event.kind.as_str() {
            kinds::DEFINED | kinds::RESTORED => "The field is archived",
            kinds::ARCHIVED => "The field is back",
            _ => "The field is as before",
        }
        .to_owned()
    }

    fn path(&self, event: &Event) -> String {
        format!("{LIST}#{}", FieldId::from_uuid(event.subject))
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let (by, id) = (&undoing.by, FieldId::from_uuid(event.subject));
        match event.kind.as_str() {
            kinds::DEFINED | kinds::RESTORED => changing::archive(conn, by, id).map(|_| Reverted::Done),
            kinds::ARCHIVED => changing::restore(conn, by, id).map(|_| Reverted::Done),
            kinds::MOVED => moved(conn, undoing, id, event),
            kinds::CHANGED => changed(conn, undoing, id, event),
            _ => Err(Error::NotFound),
        }
    }
}

fn changed(conn: &mut PgConnection, undoing: &Undoing, id: FieldId, event: &Event) -> Result<Reverted> {
    let current = model::find(conn, undoing.by.account, id)?;
    let stored = model::content(&current.field);
    let changed = CHANGEABLE.iter().copied().filter(|name| event.after.contains_key(*name));
    let since = changed_since(event, &stored, changed.clone());
    if !since.is_empty() {
        return told(conn, undoing, (event, &stored), &since);
    }
    let given: Fields = changed.map(|name| (name.to_owned(), value(&event.before, name))).collect();
    match changing::change(conn, &undoing.by, id, current.version, &given)? {
        Changed::Done(_) => Ok(Reverted::Done),
        // The limits would be out of order with one that was changed since.
        Changed::Clash(current, names) => told(conn, undoing, (event, &model::content(&current.field)), &names),
    }
}

fn moved(conn: &mut PgConnection, undoing: &Undoing, id: FieldId, event: &Event) -> Result<Reverted> {
    let place = |fields: &Fields| value(fields, "position");
    let current: Definition = model::find(conn, undoing.by.account, id)?;
    let (was, is) = (place(&event.before), Value::from(current.position));
    let to =
        was.as_u64().and_then(|to| usize::try_from(to).ok()).ok_or_else(|| Error::internal("a move from nowhere"))?;
    match () {
        () if is == was => Ok(Reverted::Done),
        () if is == place(&event.after) => changing::place(conn, &undoing.by, id, to).map(|_| Reverted::Done),
        () => {
            let now = Fields::from([("position".to_owned(), is)]);
            told(conn, undoing, (event, &now), &["position"])
        }
    }
}

/// Tells what was changed after the event, and by whom last.
fn told(conn: &mut PgConnection, undoing: &Undoing, states: (&Event, &Fields), names: &[&str]) -> Result<Reverted> {
    let label = |name: &str| label(name).to_owned();
    Ok(Reverted::Changed(Since::of(conn, undoing.by.account, states, names, (label, shown))?))
}

/// Returns the label of what events keep of a field.
pub fn label(name: &str) -> &'static str {
    match name {
        "label" => "Label",
        "help" => "Help",
        "choices" => "Choices",
        "least" => "Lower limit",
        "most" => "Upper limit",
        "is_required" => "Required",
        "is_listed" => "Shown in the list",
        "in_form" => "Asked for when a customer is created",
        _ => "Place in the order",
    }
}

/// Returns what events keep of a field as people read it.
pub fn shown(name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(flag) => Some(if *flag { "Yes" } else { "No" }.to_owned()),
        // Places are counted from 1 on by people.
        Value::Number(number) if name == "position" => number.as_i64().map(|place| (place + 1).to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(words) if words.is_empty() => None,
        Value::Array(words) => Some(words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
        other => Some(other.to_string()),
    }
}
