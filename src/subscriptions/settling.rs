//! Asks the gateway for what began with a subscription, while somebody waits for it.

use super::DEBTS;
use crate::{
    db::Db,
    events::By,
    gateway::{self, Sandbox},
    ids::SubscriptionId,
    invoices,
    payments::{of_invoice, settling},
    values::Mode,
};

/// Asks the gateway for the charge of a subscription's open invoices that is under way, if there is one. A worker does so
/// later if the answer is lost.
pub async fn settle(db: &Db, sandbox: &Sandbox, mode: Mode, by: By, id: SubscriptionId) {
    let account = by.account;
    let under_way = db.read(move |conn| {
        let open = invoices::model::open_of(conn, account, id)?;
        of_invoice::running_of(conn, account, &open.iter().map(|one| one.id).collect::<Vec<_>>())
    });
    let settled = match (under_way.await, gateway::of(mode, sandbox)) {
        (Ok(Some(payment)), Some(gateway)) => {
            let now = by.now();
            settling::settle_payment_with(db, gateway, DEBTS, by, payment, now).await
        }
        (looked, _) => looked.map(drop),
    };
    if let Err(err) = settled {
        tracing::warn!(subscription = %id, error = %err, "a charge is left to the worker");
    }
}
