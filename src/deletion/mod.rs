//! A delete is planned in numbers, done only as planned, and can be undone; it is final at the end of its undo window.
//! Each feature states and does the effects on its own data: see [`Part`](crate::customers::part::Part).
//!
//! The confirmation page and the delete use the same planner. When the data changed between the two, nothing is done
//! and the new plan is shown.

pub mod revert;

use diesel::PgConnection;
use jiff::Timestamp;

use crate::{
    customer_parts::PARTS,
    customers::{
        kinds,
        model::{self, Customer, UNDO_WINDOW},
        part::{Blocker, Blocks, Desk, Effect, Tone, in_words},
    },
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    ids::{AccountId, CustomerId},
    jobs,
    values::curtain::Curtain,
};

/// The effects of a delete.
#[derive(Clone, Debug)]
pub struct Plan {
    pub customer: Customer,
    /// The effects, the worst first, with those that block the delete.
    pub effects: Vec<Effect>,
}

impl Plan {
    fn of(conn: &mut PgConnection, account: AccountId, customer: Customer) -> Result<Self> {
        let mut effects = vec![
            Effect::new(Tone::Bad, "trash", "The customer leaves every list", "and is found only under Deleted."),
            Effect::new(Tone::Plain, "blocked", "It cannot be used in anything new,", "nor changed."),
        ];
        for part in PARTS {
            effects.extend(part.effects(conn, account, &customer)?);
        }
        effects.push(Effect::new(Tone::Ok, "ok", "Its activity is kept.", "Who changed what stays on record."));
        effects.sort_by_key(|effect| effect.tone);
        Ok(Self { customer, effects })
    }

    /// Hides what is private in what must end first.
    #[must_use]
    pub fn behind(mut self, curtain: Curtain) -> Self {
        for one in self.effects.iter_mut().filter_map(|effect| effect.blocks.as_mut()).flat_map(|blocks| &mut blocks.by)
        {
            one.says = curtain.text(&one.says);
        }
        self
    }

    /// Returns the end of the time in which the delete can be undone with all data, if it is done at `now`.
    pub fn restorable_until(now: Timestamp) -> Timestamp {
        now + UNDO_WINDOW
    }

    /// Returns what a restore cannot bring back any more after the undo window, in words.
    pub fn destroyed_later(&self) -> String {
        in_words(PARTS.iter().filter_map(|part| part.destroys()))
    }

    /// Returns the lines that tell the effects.
    pub fn lines(&self) -> impl Iterator<Item = &Effect> {
        self.effects.iter().filter(|effect| effect.blocks.is_none())
    }

    /// Returns the effects that block the delete, each with what must end first.
    pub fn blocking(&self) -> impl Iterator<Item = (&Effect, &Blocks)> {
        self.effects.iter().filter_map(|effect| Some((effect, effect.blocks.as_ref()?)))
    }

    /// Returns the number that an effect has under this word; zero without such an effect.
    pub fn count(&self, what: &str) -> usize {
        let counts = self.effects.iter().filter_map(|effect| effect.counts);
        counts.filter(|(word, _)| *word == what).map(|(_, number)| number).sum()
    }

    /// Returns all that must end first.
    pub fn blockers(&self) -> Vec<Blocker> {
        self.blocking().flat_map(|(_, blocks)| blocks.by.clone()).collect()
    }

    /// Returns whether something must end first.
    pub fn is_blocked(&self) -> bool {
        self.blocking().next().is_some()
    }

    /// Returns the words for all that must end first: "the payments".
    pub fn called(&self) -> String {
        self.blocking().map(|(_, blocks)| blocks.called).collect::<Vec<_>>().join(" and ")
    }

    /// Returns the plan as one text, which the form carries.
    pub fn digest(&self) -> String {
        let lines = self.lines().map(|effect| effect.says.as_str());
        let blockers = self.blocking().flat_map(|(_, blocks)| blocks.by.iter().map(|one| one.id.as_str()));
        lines.chain(blockers).collect::<Vec<_>>().join("; ")
    }
}

/// The result of a delete.
#[derive(Debug)]
pub enum Deletion {
    /// The customer is deleted, now or before.
    Done(Box<Customer>),
    /// The plan has changed; nothing is done.
    Replanned(Box<Plan>),
    /// Something must end first; nothing is done.
    Blocked(Box<Plan>),
}

/// Returns the plan of a customer's delete.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn plan(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Plan> {
    let customer = model::find_or_say_where(conn, account, id)?;
    Plan::of(conn, account, customer)
}

/// Deletes a customer if the plan still equals `agreed`; with `None`, whatever the plan. Call it in a transaction.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn delete(conn: &mut PgConnection, by: &By, id: CustomerId, agreed: Option<&str>) -> Result<Deletion> {
    delete_with(conn, by, id, agreed, false)
}

/// Works like [`delete`]; where `ends` says so, what ends with a delete ends in its transaction.
///
/// # Errors
/// The same as [`delete`].
pub fn delete_with(
    conn: &mut PgConnection,
    by: &By,
    id: CustomerId,
    agreed: Option<&str>,
    ends: bool,
) -> Result<Deletion> {
    let customer = model::find_for_update(conn, by.account, id)?;
    if customer.is_deleted() {
        return Ok(Deletion::Done(Box::new(customer)));
    }
    let plan = Plan::of(conn, by.account, customer)?;
    if plan.blocking().any(|(_, blocks)| !(ends && blocks.with_delete)) {
        return Ok(Deletion::Blocked(Box::new(plan)));
    }
    if agreed.is_some_and(|agreed| agreed != plan.digest()) {
        return Ok(Deletion::Replanned(Box::new(plan)));
    }
    let blockers = plan.blockers();
    for part in PARTS {
        part.end(conn, by, id, &blockers)?;
    }
    let now = by.now();
    model::mark_deleted(conn, by, &plan.customer, Some(now))?;
    jobs::enqueue(conn, by, jobs::Kind::DestroyDeleted, id.uuid(), now + UNDO_WINDOW)?;
    Ok(Deletion::Done(Box::new(model::find(conn, by.account, id)?)))
}

/// Cancels what blocks a delete, if the plan still equals `agreed`; with `None`, whatever the plan. Returns the digest
/// of the plan without the blockers, as the new agreed one; or the new plan when it has changed, with nothing canceled.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; an error when a gateway does not answer.
pub async fn call_off(
    desk: &Desk<'_>,
    id: CustomerId,
    agreed: Option<String>,
) -> Result<std::result::Result<Option<String>, Box<Plan>>> {
    let account = desk.by.account;
    let mut plan = desk.db.read(move |conn| plan(conn, account, id)).await?;
    if agreed.as_ref().is_some_and(|agreed| *agreed != plan.digest()) {
        return Ok(Err(Box::new(plan)));
    }
    let blockers = plan.blockers();
    for part in PARTS {
        part.call_off(desk, &blockers).await?;
    }
    plan.effects.retain(|effect| effect.blocks.as_ref().is_none_or(|blocks| blocks.with_delete));
    Ok(Ok(agreed.map(|_| plan.digest())))
}

/// Undoes a delete: restores all data within the undo window, and only the customer after it. Call it in a transaction.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; [`Error::Conflict`] when the customer was erased.
pub fn restore(conn: &mut PgConnection, by: &By, id: CustomerId) -> Result<Customer> {
    let customer = model::find_for_update(conn, by.account, id)?;
    if !customer.is_deleted() {
        return Ok(customer);
    }
    if customer.is_erased() {
        return Err(model::erased());
    }
    if model::is_over(customer.deleted_at, by.now()) {
        destroy_details(conn, by, &customer)?;
    }
    model::mark_deleted(conn, by, &customer, None)?;
    jobs::cancel(conn, by.account, jobs::Kind::DestroyDeleted, id.uuid())?;
    model::find(conn, by.account, id)
}

/// Destroys the remaining data of a deleted customer once the undo window is over. Returns the end of the window when
/// it is not over yet. Call it in a transaction.
pub fn destroy(conn: &mut PgConnection, by: &By, id: CustomerId) -> Result<Option<Timestamp>> {
    let customer = match model::find_for_update(conn, by.account, id) {
        Err(Error::NotFound | Error::InOtherAccount(_)) => return Ok(None),
        found => found?,
    };
    match customer.restorable_until() {
        Some(over) if over > by.now() => return Ok(Some(over)),
        Some(_) => destroy_details(conn, by, &customer)?,
        None => {}
    }
    Ok(None)
}

/// Destroys the remaining data of a locked customer in all parts, with an event that tells the numbers, if there was
/// any. The author of the event is Clientele, whoever caused it.
fn destroy_details(conn: &mut PgConnection, by: &By, customer: &Customer) -> Result<()> {
    let (mut after, mut total) = (Fields::new(), 0);
    for part in PARTS {
        let Some(what) = part.destroys() else { continue };
        let rows = part.destroy(conn, by.account, customer.id)?;
        after.insert(what.to_owned(), rows.into());
        total += rows;
    }
    if total == 0 {
        return Ok(());
    }
    let what = NewEvent {
        kind: kinds::DETAILS_DESTROYED,
        subject: customer.id.uuid(),
        customer: None,
        version: customer.version,
        before: &Fields::new(),
        after: &after,
    };
    events::record(conn, &By::system(by.account, by.clock.clone()), &what)?;
    Ok(())
}
