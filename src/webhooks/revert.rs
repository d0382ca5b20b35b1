//! Taking a change of a webhook endpoint back.

use diesel::PgConnection;

use super::{
    ALL, kinds,
    merging::CHANGEABLE,
    model::{Disabled, Wish},
    path,
    told::{label, shown},
    writing,
};
use crate::{
    api_keys::{Permission, Resource},
    error::{Error, Result},
    events::fields::value,
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::EndpointId,
    values::field::Fields as CustomFields,
    who::Role,
};

/// Changes of endpoints can be taken back, but for their secrets; one that was made is removed.
pub static REVERTS: &dyn Reverts = &Endpoints;

struct Endpoints;

impl Reverts for Endpoints {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::CREATED, kinds::UPDATED, kinds::ENABLED, kinds::DISABLED, kinds::REMOVED, kinds::RESTORED]
    }

    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.may(Role::Admin, Permission::write(Resource::Webhooks))
    }

    fn decided_again(&self, event: &Event) -> &'static [&'static str] {
        match event.kind.as_str() {
            kinds::UPDATED => &[],
            kinds::ENABLED | kinds::DISABLED => &[kinds::ENABLED, kinds::DISABLED],
            _ => &[kinds::REMOVED, kinds::RESTORED],
        }
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        match event.kind.as_str() {
            kinds::CREATED | kinds::RESTORED => "The webhook endpoint is removed",
            kinds::REMOVED => "The webhook endpoint is back",
            kinds::ENABLED => "Nothing is sent to the webhook endpoint any more",
            kinds::DISABLED => "Events are sent to the webhook endpoint again",
            _ => "The webhook endpoint is as before",
        }
        .to_owned()
    }

    fn path(&self, event: &Event) -> String {
        match event.kind.as_str() {
            // What is removed has no page.
            kinds::CREATED | kinds::RESTORED => ALL.to_owned(),
            _ => path(EndpointId::from_uuid(event.subject)),
        }
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let (by, id) = (&undoing.by, EndpointId::from_uuid(event.subject));
        match event.kind.as_str() {
            kinds::CREATED | kinds::RESTORED => writing::remove(conn, by, id).map(|_| Reverted::Done),
            kinds::REMOVED => writing::restore(conn, by, id).map(|_| Reverted::Done),
            kinds::ENABLED => writing::disable(conn, by, id, Disabled::ByHand).map(|_| Reverted::Done),
            kinds::DISABLED => writing::enable(conn, by, id).map(|_| Reverted::Done),
            kinds::UPDATED => changed_back(conn, undoing, id, event),
            _ => Err(Error::NotFound),
        }
    }
}

fn changed_back(conn: &mut PgConnection, undoing: &Undoing, id: EndpointId, event: &Event) -> Result<Reverted> {
    let account = undoing.by.account;
    let current = writing::find_for_update(conn, account, id)?;
    let mut wished = current.wish.fields();
    let changed = CHANGEABLE.into_iter().filter(|name| event.after.contains_key(*name));
    let since = changed_since(event, &wished, changed.clone());
    if !since.is_empty() {
        let label = |name: &str| label(name).to_owned();
        return Ok(Reverted::Changed(Since::of(conn, account, (event, &wished), &since, (label, shown))?));
    }
    wished.extend(changed.map(|name| (name.to_owned(), value(&event.before, name))));
    let wish = Wish::of_fields(&wished).ok_or_else(|| Error::internal("an event without what it changed"))?;
    writing::change(conn, &undoing.by, id, wish).map(|_| Reverted::Done)
}
