//! Asks the gateway for what began with a subscription, while somebody waits for it.

use super::DEBTS;
use crate::{
    db::Db,
    events::By,
    gateway::{self, Sandbox},
    ids::SubscriptionId,
    invoices,
    payments::{model::Payment, of_debt, settling},
    values::Mode,
};

/// Asks the gateway for the charge of a subscription's open invoices that is under way, if there is one, and returns what
/// became of it. A worker does so later if the answer is lost.
pub async fn settle(db: &Db, sandbox: &Sandbox, mode: Mode, by: By, id: SubscriptionId) -> Option<Payment> {
    let (gateway, account) = (gateway::of(mode, sandbox)?, by.account);
    let under_way = move |conn: &mut diesel::PgConnection| {
        let open = invoices::model::open_of(conn, account, id)?;
        of_debt::running_of(conn, account, &open.iter().map(|one| one.id).collect::<Vec<_>>())
    };
    settling::settle_begun(db, gateway, DEBTS, by, under_way).await
}
