//! Taking a change of what holds for invoices back. A number that was raised stays.

use diesel::PgConnection;

use super::{
    content::{self, label, shown},
    kinds,
    pages::PATH,
    store,
};
use crate::{
    error::Result,
    events::fields::value,
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::MerchantId,
    merchants,
    values::{Mode, field::Fields as CustomFields},
    who::Role,
};

/// Changes of invoicing can be taken back.
pub static REVERTS: &dyn Reverts = &Invoicing;

struct Invoicing;

impl Reverts for Invoicing {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::INVOICING_CHANGED]
    }

    fn allows(&self, asker: &Asker, event: &Event) -> bool {
        asker.person().is_some_and(|who| who.role >= Role::Admin && who.merchant_id.uuid() == event.subject)
    }

    fn is_of_the_merchant(&self) -> bool {
        true
    }

    fn decided_again(&self, _: &Event) -> &'static [&'static str] {
        &[]
    }

    fn says(&self, _: &Event, _: &CustomFields) -> String {
        "Invoicing is as before".to_owned()
    }

    fn path(&self, _: &Event) -> String {
        PATH.to_owned()
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        undoing.refuse_unproven("Settings → Invoicing")?;
        let merchant = MerchantId::from_uuid(event.subject);
        let old = merchants::decided_for_update(conn, merchant)?;
        let current = content::fields(&old);
        let since = changed_since(event, &current, event.after.keys());
        if !since.is_empty() {
            let live = merchants::account(conn, merchant, Mode::Live)?;
            let label = |name: &str| label(name).to_owned();
            return Ok(Reverted::Changed(Since::of(conn, live, (event, &current), &since, (label, shown))?));
        }
        let mut former = current;
        former.extend(event.after.keys().map(|name| (name.clone(), value(&event.before, name))));
        store(conn, &undoing.by, merchant, (&old, &content::of_fields(&former)?))?;
        Ok(Reverted::Done)
    }
}
