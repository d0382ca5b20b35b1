//! Taking back a change of a wallet.

use diesel::PgConnection;
use serde_json::Value;

use super::{
    editing::{self, Edited, FIELDS},
    kinds,
    model::{self, Method},
    uses::Uses,
    wallet::{self, Rules},
    wallet_path,
};
use crate::{
    api_keys::permissions::{Permission, Resource},
    codes::Code,
    error::{Error, Result},
    events::{By, Fields, fields::value},
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::{AccountId, MethodId},
    values::field::Fields as CustomFields,
    who::Role,
};

/// The wallet as a feature whose changes can be taken back.
pub struct Wallets {
    /// What may need a method that was added.
    pub users: &'static dyn Uses,
}

impl Reverts for Wallets {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::ADDED, kinds::MADE_DEFAULT, kinds::UNMADE_DEFAULT, kinds::UPDATED, kinds::REMOVED, kinds::RESTORED]
    }

    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.may(Role::Editor, Permission::write(Resource::Wallet))
    }

    fn decided_again(&self, event: &Event) -> &'static [&'static str] {
        match event.kind.as_str() {
            kinds::ADDED | kinds::REMOVED | kinds::RESTORED => &[kinds::REMOVED, kinds::RESTORED],
            _ => &[],
        }
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        match event.kind.as_str() {
            kinds::ADDED | kinds::RESTORED => "The payment method is removed",
            kinds::REMOVED => "The payment method is back in the wallet",
            kinds::UPDATED => "The payment method is as before",
            _ => "The default is as before",
        }
        .to_owned()
    }

    fn path(&self, event: &Event) -> String {
        event.customer.map_or_else(|| "/customers".to_owned(), wallet_path)
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let (by, id) = (&undoing.by, MethodId::from_uuid(event.subject));
        let reverted = match event.kind.as_str() {
            kinds::ADDED | kinds::RESTORED => wallet::remove(conn, by, id, self.users).map(|_| Reverted::Done),
            kinds::REMOVED => restore(conn, undoing, event, id),
            kinds::UPDATED => edit_back(conn, by, event, id),
            _ => default_back(conn, by, event, id),
        };
        reverted.map_err(gone)
    }
}

/// Restores a method that was removed, and makes it the default if it was and no other is by now.
fn restore(conn: &mut PgConnection, undoing: &Undoing, event: &Event, id: MethodId) -> Result<Reverted> {
    let rules = Rules::new(undoing.asker.settings(), undoing.now);
    let method = wallet::restore(conn, &undoing.by, id, rules)?;
    let was_default = value(&event.before, "is_default") == Value::Bool(true);
    if was_default && model::default_of(conn, undoing.by.account, method.customer)?.is_none() {
        wallet::make_default(conn, &undoing.by, id)?;
    }
    Ok(Reverted::Done)
}

/// Gives the fields that an event changed their former values.
fn edit_back(conn: &mut PgConnection, by: &By, event: &Event, id: MethodId) -> Result<Reverted> {
    let method = wallet::find_for_update(conn, by, id)?;
    let current = method.fields();
    let changed = FIELDS.iter().copied().filter(|name| event.after.contains_key(*name));
    let since = changed_since(event, &current, changed.clone());
    if !since.is_empty() {
        return told(conn, by, (event, &current), &since);
    }
    let given: Fields = changed.map(|name| (name.to_owned(), value(&event.before, name))).collect();
    match editing::edit(conn, by, id, method.version, &given)? {
        Edited::Done(_) => Ok(Reverted::Done),
        Edited::Clash(_, names) => told(conn, by, (event, &current), &names),
    }
}

fn told(conn: &mut PgConnection, by: &By, states: (&Event, &Fields), names: &[&str]) -> Result<Reverted> {
    Ok(Reverted::Changed(Since::of(conn, by.account, states, names, (label, shown))?))
}

fn label(name: &str) -> String {
    match name {
        "expires_on" => "Expires",
        "billing" => "Billing address",
        "consent_source" => "How the customer agreed",
        _ => "Agreed on",
    }
    .to_owned()
}

/// Returns a value as people read it; the parts of an address in a row.
fn shown(_: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Object(parts) => Some(parts.values().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
        other => Some(other.to_string()),
    }
}

/// Makes the former default the default again, if the event's is still the one.
fn default_back(conn: &mut PgConnection, by: &By, event: &Event, id: MethodId) -> Result<Reverted> {
    let method = wallet::find_for_update(conn, by, id)?;
    let default = |fields: &Fields| value(fields, "default").as_str().and_then(|id| id.parse::<MethodId>().ok());
    let (before, after) = (default(&event.before), default(&event.after));
    let current = model::default_of(conn, by.account, method.customer)?;
    let current_id = current.as_ref().map(|method| method.id);
    if current_id == before {
        return Ok(Reverted::Done);
    }
    if current_id != after {
        return Ok(Reverted::Changed(vec![other_default(conn, by, before, current.as_ref())?]));
    }
    match before {
        None => wallet::unmake_default(conn, by, id)?,
        Some(former) => wallet::make_default(conn, by, former)?,
    };
    Ok(Reverted::Done)
}

fn other_default(conn: &mut PgConnection, by: &By, wanted: Option<MethodId>, now: Option<&Method>) -> Result<Since> {
    let wanted = wanted.map(|id| model::find(conn, by.account, id)).transpose()?;
    let title = |method: &Method| method.title();
    let (wanted, current) = (wanted.as_ref().map(title), now.map(title));
    Ok(Since { label: "Default".to_owned(), wanted, current, changed: None })
}

/// Says of a method that is not there any more why.
fn gone(err: Error) -> Error {
    match err {
        Error::NotFound => {
            let sentence =
                "The payment method is destroyed: it was removed more than 30 days ago. Add it again instead.";
            Error::Conflict(Code::NotUndoable.says(sentence))
        }
        other => other,
    }
}

/// Refuses to charge a payment method again that was removed from its wallet since.
///
/// # Errors
/// [`Error::Conflict`].
pub fn refuse_removed(conn: &mut PgConnection, account: AccountId, method: Option<MethodId>) -> Result<()> {
    let Some(method) = method else { return Ok(()) };
    match model::find(conn, account, method) {
        Ok(method) if !method.is_removed() => Ok(()),
        Ok(_) | Err(Error::NotFound) => {
            let sentence = "The payment method that it charged was removed. Choose another one.";
            Err(Error::Conflict(Code::NotUndoable.says(sentence)))
        }
        Err(err) => Err(err),
    }
}
