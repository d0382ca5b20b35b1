//! Taking changes of invoices back: what is written on one, and that one was written off.

use diesel::PgConnection;
use serde_json::Value;

use crate::{
    api_keys::permissions::{Permission, Resource},
    error::{Error, Result},
    events::{Fields, fields::value, telling::plain},
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::InvoiceId,
    invoices::{self, kinds},
    subscriptions::{
        by_hand::{Amended, CHANGEABLE, amend, changeable},
        closing,
    },
    values::field::Fields as CustomFields,
    who::Role,
};

/// Changes of invoices can be taken back, also that one was written off.
pub static INVOICES: &dyn Reverts = &Invoices;

struct Invoices;

impl Reverts for Invoices {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::CHANGED, kinds::WRITTEN_OFF, kinds::REOPENED]
    }

    fn allows(&self, asker: &Asker, event: &Event) -> bool {
        let least = if event.kind == kinds::CHANGED { Role::Editor } else { Role::Admin };
        asker.may(least, Permission::write(Resource::Invoices))
    }

    fn decided_again(&self, event: &Event) -> &'static [&'static str] {
        match event.kind.as_str() {
            kinds::CHANGED => &[],
            _ => &[kinds::WRITTEN_OFF, kinds::REOPENED, kinds::PAID, kinds::VOIDED],
        }
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        match event.kind.as_str() {
            kinds::WRITTEN_OFF => "The invoice is open again",
            kinds::REOPENED => "The invoice is written off",
            _ => "The invoice is as before",
        }
        .to_owned()
    }

    fn path(&self, event: &Event) -> String {
        invoices::path(InvoiceId::from_uuid(event.subject))
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let (by, id) = (&undoing.by, InvoiceId::from_uuid(event.subject));
        match event.kind.as_str() {
            kinds::WRITTEN_OFF => _ = closing::reopen(conn, by, id)?,
            kinds::REOPENED => _ = closing::write_off(conn, by, id)?,
            _ => return change_back(conn, undoing, id, event),
        }
        Ok(Reverted::Done)
    }
}

/// Gives what an event changed its former values.
fn change_back(conn: &mut PgConnection, undoing: &Undoing, id: InvoiceId, event: &Event) -> Result<Reverted> {
    let by = &undoing.by;
    let invoice = closing::locked(conn, by, id)?;
    let current = changeable(&invoice);
    let changed = CHANGEABLE.iter().copied().filter(|name| event.after.contains_key(*name));
    let since = changed_since(event, &current, changed.clone());
    if !since.is_empty() {
        let shown = |_: &str, value: &Value| plain(value);
        let label = |name: &str| label(name).to_owned();
        return Ok(Reverted::Changed(Since::of(conn, by.account, (event, &current), &since, (label, shown))?));
    }
    let given: Fields = changed.map(|name| (name.to_owned(), value(&event.before, name))).collect();
    match amend(conn, by, id, invoice.version, &given)? {
        Amended::Done(_) => Ok(Reverted::Done),
        Amended::Clash(..) => Err(Error::internal("a clash with the version that was just read")),
    }
}

fn label(name: &str) -> &'static str {
    match name {
        "memo" => "Memo",
        "reference" => "Reference",
        _ => "To be paid by",
    }
}
