//! What payment schedules keep about a person: what they are for, which is erased; and days and money, which stay.

use diesel::PgConnection;

use super::{kinds, model, object::ScheduleObject};
use crate::{
    customers::{
        keeping::{Held, Keeper},
        model::Customer,
        part::{Effect, Tone},
    },
    error::{Error, Result},
    events,
    ids::AccountId,
    merchants,
    values::Mode,
};

/// Payment schedules as a keeper.
pub static KEEPER: &dyn Keeper = &Schedules;

struct Schedules;

/// The fields that events keep of a payment schedule.
const KEPT: &[&str] = &[
    "total",
    "paid",
    "parts",
    "part",
    "amount",
    "currency",
    "due_on",
    "failure",
    "next_try_at",
    "payment",
    "skipped",
    "open",
    "status",
];

impl Keeper for Schedules {
    fn held(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Held>> {
        let is_live = merchants::mode(conn, account)? == Mode::Live;
        let all = model::all_of(conn, account, customer.id)?;
        let objects = ScheduleObject::of_all(conn, (account, is_live), &all)?.into_iter();
        let things = objects.map(|one| serde_json::to_value(one).map_err(Error::internal)).collect::<Result<_>>()?;
        Ok(vec![Held { name: "payment_schedules", title: "Payment schedules", things }])
    }

    fn erasure(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let says = match model::count(conn, account, customer.id)? {
            0 => return Ok(Vec::new()),
            1 => "1 payment schedule is kept".to_owned(),
            count => format!("{count} payment schedules are kept"),
        };
        Ok(vec![Effect::new(Tone::Ok, "ok", says, "with days and amounts. What they are for is erased.")])
    }

    fn erase(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<()> {
        model::erase(conn, account, customer.id)?;
        events::scrub(conn, account, &[customer.id.uuid()], kinds::ALL, KEPT)
    }
}
