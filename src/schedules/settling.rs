//! Asks the gateway for what began with a payment schedule, while somebody waits for it.

use super::{DEBTS, model, status::PartStatus};
use crate::{
    db::Db,
    events::By,
    gateway::{self, Sandbox},
    ids::ScheduleId,
    payments::{model::Payment, of_debt, settling},
    values::Mode,
};

/// Asks the gateway for the charge of a schedule's part that is under way, if there is one, and returns what became of it.
/// A worker does so later if the answer is lost.
pub async fn settle(db: &Db, sandbox: &Sandbox, mode: Mode, by: By, id: ScheduleId) -> Option<Payment> {
    let (gateway, account) = (gateway::of(mode, sandbox)?, by.account);
    let under_way = move |conn: &mut diesel::PgConnection| {
        let parts = model::parts(conn, account, id)?;
        match parts.into_iter().find(|part| part.status == PartStatus::Processing) {
            Some(part) => of_debt::running(conn, account, part.id),
            None => Ok(None),
        }
    };
    settling::settle_begun(db, gateway, DEBTS, by, under_way).await
}
