//! The part that payment schedules add to a customer: their events, their panel, and what a delete means for them. Living
//! ones block it, unless they are canceled with it.

use diesel::PgConnection;

use super::{
    held::Held,
    kinds,
    model::{self, Schedule},
    path, told,
};
use crate::{
    customers::{
        identity,
        model::Customer,
        part::{Blocker, Blocks, Effect, Panel, Part, Told, Tone},
    },
    error::Result,
    events::By,
    history::Event,
    ids::{AccountId, CustomerId, ScheduleId},
    who::SignedIn,
};

/// Payment schedules as a part of the customer.
pub static PART: &dyn Part = &Schedules;

struct Schedules;

impl Part for Schedules {
    fn effects(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let living = model::living_of(conn, account, customer.id)?;
        Ok(blocking(&living).into_iter().collect())
    }

    fn end(&self, conn: &mut PgConnection, by: &By, _: CustomerId, blockers: &[Blocker]) -> Result<()> {
        for id in blockers.iter().filter_map(|one| one.id.parse::<ScheduleId>().ok()) {
            Held::open(conn, by, id)?.cancel(conn)?;
        }
        Ok(())
    }

    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, event: &Event) -> Option<Told> {
        told::in_activity(event)
    }

    fn panels(&self, conn: &mut PgConnection, who: &SignedIn, customer: &Customer) -> Result<Vec<Panel>> {
        // Few customers have one, so for others there is a section only where one can be made.
        let may_make = who.may_edit() && who.has_gateway() && !customer.is_deleted();
        if !may_make && model::count(conn, who.account, customer.id)? == 0 {
            return Ok(Vec::new());
        }
        Ok(vec![Panel::later("schedules", "Payment schedules", format!("{}/schedules", identity::path(customer.id)))])
    }
}

fn blocking(living: &[Schedule]) -> Option<Effect> {
    let (called, says, it, them) = match living.len() {
        0 => return None,
        1 => ("the payment schedule", "A payment schedule goes on".to_owned(), "it has", "it"),
        count => ("the payment schedules", format!("{count} payment schedules go on"), "they have", "them"),
    };
    let then = format!(
        "The customer cannot be deleted before {it} ended, unless you cancel {them} too: what is left is not charged. \
         Restoring the customer does not bring {them} back."
    );
    let blocker = |one: &Schedule| Blocker {
        id: one.id.to_string(),
        href: path(one.id),
        says: one.words(),
        since: one.id.created_at(),
        at_gateway: false,
    };
    let blocks = Blocks { called, by: living.iter().map(blocker).collect(), with_delete: true };
    Some(Effect { blocks: Some(blocks), ..Effect::new(Tone::Bad, "calendar", says, then) })
}
