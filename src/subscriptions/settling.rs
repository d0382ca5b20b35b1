//! Asks the gateway for what began with a subscription, while somebody waits for it.

use super::DEBTS;
use crate::{
    db::Db,
    error::Error,
    events::By,
    gateway::{self, Sandbox},
    ids::SubscriptionId,
    invoices,
    payments::{self, model::Payment, of_invoice, settling},
    values::Mode,
};

/// Asks the gateway for the charge of a subscription's open invoices that is under way, if there is one, and returns what
/// became of it. A worker does so later if the answer is lost.
pub async fn settle(db: &Db, sandbox: &Sandbox, mode: Mode, by: By, id: SubscriptionId) -> Option<Payment> {
    let gateway = gateway::of(mode, sandbox)?;
    let settled = async {
        let account = by.account;
        let under_way = db.read(move |conn| {
            let open = invoices::model::open_of(conn, account, id)?;
            of_invoice::running_of(conn, account, &open.iter().map(|one| one.id).collect::<Vec<_>>())
        });
        let Some(payment) = under_way.await? else { return Ok(None) };
        let now = by.now();
        settling::settle_payment_with(db, gateway, DEBTS, by, payment, now).await?;
        db.read(move |conn| payments::model::find(conn, account, payment).map(Some)).await
    };
    settled.await.unwrap_or_else(|err: Error| {
        tracing::warn!(subscription = %id, error = %err, "a charge is left to the worker");
        None
    })
}
