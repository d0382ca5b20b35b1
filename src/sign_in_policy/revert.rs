//! Taking a change of the settings back.

use diesel::PgConnection;
use serde_json::Value;

use super::{kinds, model, pages::PATH};
use crate::{
    error::{Error, Result},
    events::{Fields, fields::value},
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    merchants::{self, Sees},
    values::field::Fields as CustomFields,
    who::Role,
};

/// Changes of the merchant's security can be taken back.
pub static REVERTS: &dyn Reverts = &Securities;

struct Securities;

impl Reverts for Securities {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::CHANGED]
    }

    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.person().is_some_and(|who| who.role >= Role::Admin)
    }

    fn is_of_the_merchant(&self) -> bool {
        true
    }

    fn decided_again(&self, _: &Event) -> &'static [&'static str] {
        &[]
    }

    fn says(&self, _: &Event, _: &CustomFields) -> String {
        "Security is as before".to_owned()
    }

    fn path(&self, _: &Event) -> String {
        PATH.to_owned()
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let who = undoing.asker.person().ok_or(Error::Forbidden)?;
        undoing.refuse_unproven("Settings → Security")?;
        let merchant = who.merchant_id;
        let current = model::fields(&merchants::security_for_update(conn, merchant)?);
        let since = changed_since(event, &current, event.after.keys());
        if !since.is_empty() {
            let told = Since::of(conn, undoing.by.account, (event, &current), &since, (label, shown))?;
            return Ok(Reverted::Changed(told));
        }
        let mut before: Fields = current;
        before.extend(event.after.keys().map(|name| (name.clone(), value(&event.before, name))));
        let former = model::of_fields(&before).ok_or_else(|| Error::internal("an event of no security"))?;
        model::change(conn, &undoing.by, merchant, &former)?;
        Ok(Reverted::Done)
    }
}

fn label(name: &str) -> String {
    let label = match name {
        "most_sessions" => "Sessions at once",
        "viewers_see" => "What viewers see",
        "editors_see" => "What editors see",
        _ => "Second factor",
    };
    label.to_owned()
}

fn shown(_: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(is) => Some(if *is { "Required" } else { "Optional" }.to_owned()),
        Value::String(word) => Some(Sees::parse(word).map_or_else(|| word.clone(), |sees| sees.label().to_owned())),
        other => Some(other.to_string()),
    }
}
