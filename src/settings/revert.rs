//! Taking a change of settings back.

use diesel::PgConnection;

use super::{
    changing,
    content::{Content, label, shown},
    kinds,
    pages::PATH,
};
use crate::{
    error::Result,
    events::fields::value,
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::MerchantId,
    values::field::Fields as CustomFields,
    who::Role,
};

/// Changes of settings can be taken back.
pub static REVERTS: &dyn Reverts = &Settings;

struct Settings;

impl Reverts for Settings {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    /// People manage what their merchant decides; no key of the API does.
    fn allows(&self, asker: &Asker, event: &Event) -> bool {
        asker.person().is_some_and(|who| who.role >= Role::Admin && who.merchant_id.uuid() == event.subject)
    }

    fn is_of_the_merchant(&self) -> bool {
        true
    }

    fn decided_again(&self, _: &Event) -> &'static [&'static str] {
        &[]
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        match &event.after.keys().map(|name| label(name)).collect::<Vec<_>>()[..] {
            [one] => format!("{one}: as before"),
            all => format!("{} settings are as before", all.len()),
        }
    }

    fn path(&self, _: &Event) -> String {
        PATH.to_owned()
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        undoing.refuse_unproven("Settings → Business")?;
        let stored = changing::find_for_update(conn, MerchantId::from_uuid(event.subject))?;
        let current = stored.content.fields();
        let since = changed_since(event, &current, event.after.keys());
        if !since.is_empty() {
            let label = |name: &str| label(name).to_owned();
            let told = Since::of(conn, stored.live, (event, &current), &since, (label, shown))?;
            return Ok(Reverted::Changed(told));
        }
        let mut former = current;
        former.extend(event.after.keys().map(|name| (name.clone(), value(&event.before, name))));
        changing::store(conn, &undoing.by, &stored, &Content::of_fields(&former)?)?;
        Ok(Reverted::Done)
    }
}
