//! Taking back a change of a view. Views are people's; no key of the API has any.

use diesel::PgConnection;
use serde_json::Value;

use super::{
    defaults, kinds,
    model::{self, Saved, View, Viewer},
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{Fields, fields::value},
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::ViewId,
    values::field::Fields as CustomFields,
};

/// Views as a feature whose changes can be taken back.
pub static REVERTS: &dyn Reverts = &Views;

struct Views;

impl Reverts for Views {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::CREATED, kinds::UPDATED, kinds::DELETED, kinds::RESTORED, kinds::MADE_DEFAULT, kinds::UNMADE_DEFAULT]
    }

    /// Which views a person may change, the model says.
    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.person().is_some()
    }

    fn decided_again(&self, event: &Event) -> &'static [&'static str] {
        match event.kind.as_str() {
            kinds::CREATED | kinds::DELETED | kinds::RESTORED => &[kinds::UPDATED, kinds::DELETED, kinds::RESTORED],
            _ => &[],
        }
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        match event.kind.as_str() {
            kinds::CREATED | kinds::RESTORED => "The view is deleted",
            kinds::DELETED => "The view is back",
            kinds::UPDATED => "The view is as before",
            _ => "You begin as before",
        }
        .to_owned()
    }

    fn path(&self, event: &Event) -> String {
        format!("/views#{}", ViewId::from_uuid(event.subject))
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let who = undoing.asker.person().ok_or(Error::Forbidden)?;
        let viewer = Viewer { by: undoing.by.clone(), ..Viewer::of(who) };
        let id = ViewId::from_uuid(event.subject);
        match event.kind.as_str() {
            kinds::CREATED | kinds::RESTORED => model::delete(conn, &viewer, id).map(|_| Reverted::Done),
            kinds::DELETED => model::restore(conn, &viewer, id).map(|_| Reverted::Done),
            kinds::UPDATED => change_back(conn, &viewer, event, id),
            _ => begin_as_before(conn, &viewer, event),
        }
    }
}

fn change_back(conn: &mut PgConnection, viewer: &Viewer, event: &Event, id: ViewId) -> Result<Reverted> {
    let current = model::find(conn, viewer.by.account, viewer.staff, id, &viewer.home)?;
    let fields = current.fields();
    let changed = || event.after.keys().filter(|name| *name != "position");
    let since = changed_since(event, &fields, changed());
    if !since.is_empty() {
        let told = Since::of(conn, viewer.by.account, (event, &fields), &since, (label, shown))?;
        return Ok(Reverted::Changed(told));
    }
    let mut before = fields.clone();
    before.extend(changed().map(|name| (name.clone(), value(&event.before, name))));
    let former = View::of_fields(id, current.version, &before).ok_or(Error::NotFound)?;
    match model::change(conn, viewer, id, current.version, |_| former.content)? {
        Saved::Done => Ok(Reverted::Done),
        Saved::NameTaken => {
            let sentence = "Another view has the former name by now. Rename that one first.";
            Err(Error::Conflict(Code::NameTaken.says(sentence)))
        }
        Saved::Changed(_) => Err(Error::Conflict(Code::NotUndoable.says("The view was changed just now. Try again."))),
    }
}

/// Returns the label of what events keep of a view.
pub fn label(name: &str) -> String {
    match name {
        "name" => "Name",
        "query" => "Search",
        "sort" => "Order",
        "columns" => "Columns",
        "is_shared" => "Shared",
        _ => "Owner",
    }
    .to_owned()
}

/// Returns what events keep of a view as people read it.
pub fn shown(_: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(is) => Some(if *is { "Yes" } else { "No" }.to_owned()),
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    }
}

/// Lets the person begin with the view that they began with before, if they still begin as the event says.
fn begin_as_before(conn: &mut PgConnection, viewer: &Viewer, event: &Event) -> Result<Reverted> {
    let begins = |fields: &Fields| value(fields, "default").as_str().and_then(|id| id.parse::<ViewId>().ok());
    let (before, after) = (begins(&event.before), begins(&event.after));
    let current = defaults::of(conn, viewer.by.account, viewer.staff, &viewer.home)?;
    if current != after && current != before {
        let since = Since { label: "You begin with".to_owned(), wanted: None, current: None, changed: None };
        return Ok(Reverted::Changed(vec![since]));
    }
    if current == after && before != after {
        match (before, after) {
            (Some(former), _) => defaults::choose(conn, viewer, former, true)?,
            (None, Some(chosen)) => defaults::choose(conn, viewer, chosen, false)?,
            (None, None) => {}
        }
    }
    Ok(Reverted::Done)
}
