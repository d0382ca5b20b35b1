//! Payment schedules and the payment methods that they charge. A method stays while a living one needs it, unless another
//! is charged instead; and a wallet that changes lets a part that failed be tried at once.

use diesel::PgConnection;

use super::{
    held::{Held, head, waiting},
    model::{self, Part, Schedule},
    status::PartStatus,
};
use crate::{
    error::Result,
    events::By,
    ids::{AccountId, CustomerId, MethodId},
    merchants,
    payment_methods::{
        model::Method,
        uses::{Charged, Thing, Unpaid, Use, Uses},
    },
    values::{Money, expiry},
};

/// Living payment schedules, as what needs a method.
pub static USES: &dyn Uses = &Schedules;

struct Schedules;

impl Uses for Schedules {
    fn of(&self, conn: &mut PgConnection, account: AccountId, method: &Method) -> Result<Vec<Use>> {
        let charged = Charged::of(method);
        let living = model::living_of(conn, account, method.customer)?;
        let needing = living.into_iter().filter(|one| charged.has(one.method_id));
        Ok(needing.map(|one| Use { thing: Thing::Schedule(one.id), says: one.words() }).collect())
    }

    fn charge_instead(&self, conn: &mut PgConnection, by: &By, things: &[Thing], instead: MethodId) -> Result<()> {
        for id in things.iter().filter_map(|thing| thing.schedule()) {
            let mut held = Held::open(conn, by, id)?;
            if held.schedule.method_id.is_some() {
                held.change_method(conn, Some(instead), false)?;
            }
        }
        Ok(())
    }

    fn unpaid(&self, conn: &mut PgConnection, by: &By, customer: CustomerId, charged: Charged) -> Result<Unpaid> {
        let failed = failed(conn, by.account, customer, charged)?;
        if failed.is_empty() {
            return Ok(Unpaid::default());
        }
        let today = expiry::today(by.now(), &merchants::time_zone(conn, by.account)?);
        let things = failed.iter().map(|(one, _)| Thing::Schedule(one.id)).collect();
        // What waits behind the part that failed follows it.
        let left = |(one, parts): &(Schedule, Vec<Part>)| {
            Money::new(waiting(parts, today).map(|part| part.amount).sum(), one.currency)
        };
        let left: Vec<Money> = failed.iter().map(left).collect();
        Ok(Unpaid::new(things, says(left.len()), &left))
    }

    fn collect_of(&self, conn: &mut PgConnection, by: &By, things: &[Thing]) -> Result<usize> {
        let mut begun = 0;
        for id in things.iter().filter_map(|thing| thing.schedule()) {
            let mut held = Held::open(conn, by, id)?;
            begun += usize::from(held.collect_now(conn)?);
            held.schedule_next(conn)?;
        }
        Ok(begun)
    }
}

/// Says in numbers what is unpaid. Of each schedule one part fails at a time, since no other is charged before it.
fn says(schedules: usize) -> String {
    match schedules {
        1 => "1 part of a payment schedule failed".to_owned(),
        count => format!("1 part each of {count} payment schedules failed"),
    }
}

/// Returns the schedules of a customer that charge a method and of which a part failed, with their parts.
fn failed(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    charged: Charged,
) -> Result<Vec<(Schedule, Vec<Part>)>> {
    let living = model::living_of(conn, account, customer)?;
    let living: Vec<Schedule> = living.into_iter().filter(|one| charged.has(one.method_id)).collect();
    if living.is_empty() {
        return Ok(Vec::new());
    }
    let mut parts = model::parts_of(conn, account, &living.iter().map(|one| one.id).collect::<Vec<_>>())?;
    let failed = |one: Schedule| {
        let parts = parts.remove(&one.id)?;
        let is_failed = head(&parts).is_some_and(|part| part.status == PartStatus::Failed);
        is_failed.then_some((one, parts))
    };
    Ok(living.into_iter().filter_map(failed).collect())
}
