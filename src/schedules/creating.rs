//! Makes a payment schedule. A part whose day is today is charged at once.

use diesel::PgConnection;

use super::{
    held::Held,
    kinds,
    model::{self, Part, Schedule},
    planning::Planned,
    status::{PartStatus, Status},
};
use crate::{
    customers::model as customers,
    error::{Error, Result},
    events::By,
    gateway,
    ids::{CustomerId, MethodId, PartId, ScheduleId},
    merchants,
    payment_methods::charging::for_charge,
    values::Currency,
};

/// A payment schedule to be made.
#[derive(Clone, Debug)]
pub struct NewSchedule {
    pub customer: CustomerId,
    /// What it is for.
    pub description: String,
    pub currency: Currency,
    /// Its parts in the order of their days, one at least, none of them in the past.
    pub parts: Vec<Planned>,
    /// The method to charge; nothing is the wallet's default of each day.
    pub method: Option<MethodId>,
}

/// Makes a payment schedule of a customer. Call it in a transaction; what is due today has a charge under way then, which
/// who asks for it settles soon.
///
/// # Errors
/// [`Error::NotFound`] without the customer; [`Error::Conflict`] when it is deleted, the account has no gateway, or the
/// method that is named, or the default where something is due today, cannot be charged.
pub fn create(conn: &mut PgConnection, by: &By, id: ScheduleId, new: NewSchedule) -> Result<Schedule> {
    let customer = customers::find_for_update(conn, by.account, new.customer)?;
    customer.refuse_deleted()?;
    refuse_without_gateway(conn, by)?;
    let part = |(place, planned): (usize, &Planned)| {
        Ok(Part {
            account_id: by.account,
            id: PartId::at(by.now()),
            schedule_id: id,
            position: i16::try_from(place + 1).map_err(Error::internal)?,
            due_on: planned.on,
            amount: planned.amount,
            status: PartStatus::Planned,
            tries: 0,
            first_failed_at: None,
            next_try_at: None,
            failure: None,
        })
    };
    let parts: Vec<Part> = new.parts.iter().enumerate().map(part).collect::<Result<_>>()?;
    let schedule = Schedule {
        account_id: by.account,
        id,
        version: 1,
        customer_id: new.customer,
        description: new.description,
        currency: new.currency,
        total: parts.iter().map(|part| part.amount).sum(),
        paid: 0,
        method_id: new.method,
        status: Status::Active,
        next_on: new.parts.first().map(|part| part.on),
        ended_at: None,
        updated_at: by.now(),
    };
    let mut held = Held::of(conn, by, schedule, parts)?;
    if new.method.is_some() || held.parts.iter().any(|part| part.due_on <= held.today) {
        for_charge(conn, by.account, new.customer, new.method, held.today)?.map_err(Error::Conflict)?;
    }
    model::insert(conn, by, &held.schedule, &held.parts, kinds::CREATED)?;
    held.bring_up_to_date(conn)?;
    held.schedule_next(conn)?;
    Ok(held.schedule)
}

/// Refuses to charge in an account that has no gateway.
fn refuse_without_gateway(conn: &mut PgConnection, by: &By) -> Result<()> {
    let mode = merchants::mode(conn, by.account)?;
    if gateway::has(mode) { Ok(()) } else { Err(Error::Conflict(gateway::none())) }
}
