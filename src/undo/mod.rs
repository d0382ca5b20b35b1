//! Undo: an event is taken back by the inverse change, unless what it changed was changed again since. The inverse is
//! an event of its own, which can be taken back as well.
//!
//! Each feature says what can be taken back and does it: see [`Reverts`]. Money never is; it is refunded.

pub mod api;
pub mod pages;

use std::collections::BTreeSet;

use diesel::{Connection, PgConnection, result::Error as DieselError};
use jiff::Timestamp;

use crate::{
    activity,
    codes::Code,
    custom_fields,
    customer_parts::USES,
    customers::{self, model::UNDO_WINDOW},
    deletion,
    error::{Error, Result},
    history::{
        self, Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing},
    },
    ids::{AccountId, CustomerId, EventId},
    merchants, notes, payment_methods, payments, prices,
    reason::Reason,
    routes::Route,
    schedules, settings, shell, sign_in_policy, subscriptions, team,
    values::{Mode, field::Fields as CustomFields},
    views, webhooks,
};

/// The features whose changes can be taken back.
static FEATURES: &[&dyn Reverts] = &[
    customers::revert::REVERTS,
    customers::doubts::dismissal::REVERTS,
    deletion::revert::REVERTS,
    &payment_methods::revert::Wallets { users: USES },
    notes::revert::REVERTS,
    custom_fields::REVERTS,
    prices::REVERTS,
    subscriptions::revert::SUBSCRIPTIONS,
    subscriptions::revert::INVOICES,
    schedules::revert::REVERTS,
    views::revert::REVERTS,
    settings::REVERTS,
    settings::invoicing::revert::REVERTS,
    sign_in_policy::revert::REVERTS,
    team::revert::REVERTS,
    webhooks::revert::REVERTS,
];

/// Returns the routes of pages.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/events/{id}/undo", pages::undo)]
}

/// What can still become of a past event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prospect {
    /// It can be taken back by whoever may make such a change.
    Open,
    /// It was taken back.
    Undone,
    /// It cannot be taken back, for this reason.
    Closed(Reason),
}

/// Returns what can become of an event, as far as it says itself.
pub fn prospect(event: &Event, now: Timestamp) -> Prospect {
    let Some(feature) = feature(event).filter(|_| !event.is_undone) else {
        let never = || Prospect::Closed(Code::NotUndoable.says(never(&event.kind)));
        return if event.is_undone { Prospect::Undone } else { never() };
    };
    match feature.closed(event) {
        Some(reason) => Prospect::Closed(reason),
        None if event.id.created_at() + UNDO_WINDOW < now => {
            Prospect::Closed(Code::TooLateToUndo.says("It happened more than 30 days ago and stays as it is."))
        }
        None => Prospect::Open,
    }
}

/// Returns whether `asker` can take an event back from what is known without looking further.
pub fn is_offered(event: &Event, asker: &Asker, now: Timestamp) -> bool {
    prospect(event, now) == Prospect::Open && feature(event).is_some_and(|feature| feature.allows(asker, event))
}

/// Returns the path that takes an event back.
pub fn path(id: EventId) -> String {
    shell::Undo::of(id).action
}

fn feature(event: &Event) -> Option<&'static dyn Reverts> {
    FEATURES.iter().copied().find(|feature| feature.kinds().contains(&event.kind.as_str()))
}

/// Returns why events of a kind are never taken back.
fn never(kind: &str) -> &'static str {
    match kind {
        _ if kind.starts_with(payments::kinds::PREFIX) => "Money is never undone, only refunded. Refund the payment.",
        customers::kinds::CREATED => "A new customer is not undone but deleted, which can be taken back.",
        payment_methods::kinds::RENEWED => "The gateway charges the renewed card. Remove it, or add another.",
        _ => "What happened here cannot be taken back.",
    }
}

/// The outcome of an undo.
#[derive(Debug)]
pub enum Undone {
    /// It is as it was before the event.
    Done(Done),
    /// It was not done, as [`Reverted`] says.
    Not(Event, Reverted),
}

/// An undo that is done.
#[derive(Debug)]
pub struct Done {
    /// The words of the notice.
    pub says: String,
    /// The path of the page where it is seen.
    pub path: String,
    /// The event of the inverse change; nothing when everything was as before already.
    pub event: Option<Event>,
}

/// Takes an event back, or says why not. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for who may not make such a change; [`Error::Conflict`] when it was taken
/// back before, or cannot be.
pub fn undo(
    conn: &mut PgConnection,
    asker: &Asker,
    account: AccountId,
    id: EventId,
    agreed: &BTreeSet<CustomerId>,
) -> Result<Undone> {
    let (event, account) = found(conn, asker, account, id)?;
    let by = asker.undoing(id);
    let by = if by.account == account { by } else { by.in_live(account) };
    let now = by.now();
    match (prospect(&event, now), feature(&event)) {
        (Prospect::Open, Some(feature)) if feature.allows(asker, &event) => {
            let undoing = Undoing { asker, by, now, agreed };
            let reverted = match decided_again(conn, account, (feature, &asker.settings().fields), &event)? {
                Some(since) => Reverted::Changed(vec![since]),
                None => feature.revert(conn, &undoing, &event)?,
            };
            if !matches!(reverted, Reverted::Done) {
                return Ok(Undone::Not(event, reverted));
            }
            let done = history::last_undoing(conn, &undoing.by, id)?;
            let says = feature.says(&event, &asker.settings().fields);
            Ok(Undone::Done(Done { says, path: feature.path(&event), event: done }))
        }
        (Prospect::Open, _) => Err(Error::Forbidden),
        (Prospect::Undone, _) => Err(Error::Conflict(Code::AlreadyUndone.says("This was undone already."))),
        (Prospect::Closed(reason), _) => Err(Error::Conflict(reason)),
    }
}

/// Returns an event of the account, locked, and the account that it stands in. What concerns the whole merchant stands in
/// the live one, and a person finds it from both.
fn found(conn: &mut PgConnection, asker: &Asker, account: AccountId, id: EventId) -> Result<(Event, AccountId)> {
    let merchant = asker.person().map(|who| who.merchant_id);
    match (history::find_for_update(conn, account, id), merchant) {
        (Err(Error::NotFound), Some(merchant)) => {
            let live = merchants::account(conn, merchant, Mode::Live)?;
            let event = history::find_for_update(conn, live, id)?;
            let is_of_the_merchant = feature(&event).is_some_and(|feature| feature.is_of_the_merchant());
            if is_of_the_merchant { Ok((event, live)) } else { Err(Error::NotFound) }
        }
        (found, _) => Ok((found?, account)),
    }
}

/// Returns the last event that decided the same again, if one did.
fn decided_again(
    conn: &mut PgConnection,
    account: AccountId,
    (feature, fields): (&dyn Reverts, &CustomFields),
    event: &Event,
) -> Result<Option<Since>> {
    let again = feature.decided_again(event);
    if again.is_empty() {
        return Ok(None);
    }
    let later = history::after_version(conn, account, event.subject, event.version)?;
    let last = later.into_iter().rev().find(|later| again.contains(&later.kind.as_str()));
    Ok(last.map(|last| Since {
        label: "Its state".to_owned(),
        wanted: Some(feature.says(event, fields)),
        current: Some(activity::told(&last).did),
        changed: Some((last.by, last.id.created_at())),
    }))
}

/// Returns what an undo would do, and does nothing.
///
/// # Errors
/// Those of [`undo`].
pub fn rehearse(
    conn: &mut PgConnection,
    asker: &Asker,
    account: AccountId,
    id: EventId,
    agreed: &BTreeSet<CustomerId>,
) -> Result<Undone> {
    let mut outcome = None;
    let taken_back = conn.transaction::<(), _, _>(|conn| {
        outcome = Some(undo(conn, asker, account, id, agreed));
        Err(DieselError::RollbackTransaction)
    });
    match (outcome, taken_back) {
        (Some(outcome), _) => outcome,
        (None, Err(err)) => Err(err.into()),
        (None, Ok(())) => Err(Error::internal("a rehearsal was committed")),
    }
}
