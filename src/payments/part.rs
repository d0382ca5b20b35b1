//! The part that payments add to a customer: their events, figures and list. A delete keeps payments; those that are
//! under way block it.

use askama::Template;
use diesel::PgConnection;
use futures_core::future::LocalBoxFuture;

use super::{
    debts::Owed,
    kinds,
    model::{self, Payment},
    panel, row, settling, told,
};
use crate::{
    customers::{
        identity,
        model::Customer,
        part::{Blocker, Blocks, Desk, Effect, Panel, Part, Told, Tone},
    },
    error::Result,
    history::Event,
    ids::{AccountId, PaymentId},
    who::SignedIn,
};

/// Payments as a part of the customer.
pub struct Payments {
    /// What they may be for.
    pub debts: Owed,
}

impl Part for Payments {
    fn effects(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let kept = kept(model::count(conn, account, customer.id)?);
        let blocking = blocking(&model::running(conn, account, customer.id)?);
        Ok(kept.into_iter().chain(blocking).collect())
    }

    fn call_off<'a>(&'a self, desk: &'a Desk<'a>, blockers: &'a [Blocker]) -> LocalBoxFuture<'a, Result<()>> {
        let payment = |one: &Blocker| Some((one.id.parse::<PaymentId>().ok()?, one.at_gateway));
        let running = blockers.iter().filter_map(payment).collect();
        Box::pin(settling::cancel_all(desk.db, desk.gateway, self.debts, desk.by.clone(), running, desk.now))
    }

    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, event: &Event) -> Option<Told> {
        event.kind.starts_with(kinds::PREFIX).then(|| told::in_activity(event))
    }

    fn panels(&self, conn: &mut PgConnection, reader: &SignedIn, customer: &Customer) -> Result<Vec<Panel>> {
        let zone = &reader.settings.time_zone;
        let panel = panel::Panel::of(conn, reader.account, customer.id, None, zone, reader.now())?;
        Ok(vec![
            Panel::ready("analytics", "Overview", &FiguresSection { panel })?,
            Panel::later("payments", "Payments", format!("{}/payments", identity::path(customer.id))),
        ])
    }
}

#[derive(Template)]
#[template(path = "payments/_figures.html")]
struct FiguresSection {
    panel: Option<panel::Panel>,
}

fn kept(count: i64) -> Option<Effect> {
    let says = match count {
        0 => return None,
        1 => "1 payment is kept".to_owned(),
        count => format!("{count} payments are kept"),
    };
    let number = usize::try_from(count).unwrap_or_default();
    let then = "and can still be looked up and refunded.";
    Some(Effect::new(Tone::Ok, "ok", says, then).counting("payments_kept", number))
}

fn blocking(running: &[Payment]) -> Option<Effect> {
    let (called, says, they, them) = match running.len() {
        0 => return None,
        1 => ("the payment", "A payment is still processing".to_owned(), "it is", "it"),
        count => ("the payments", format!("{count} payments are still processing"), "they are", "them"),
    };
    let then = format!("The customer cannot be deleted before {they} settled, unless you cancel {them} too.");
    let blocker = |payment: &Payment| Blocker {
        id: payment.id.to_string(),
        href: row::path(payment.id),
        says: payment.money.to_string(),
        since: payment.created_at,
        at_gateway: !payment.is_recorded,
    };
    let blocks = Blocks { called, by: running.iter().map(blocker).collect(), with_delete: false };
    Some(Effect { blocks: Some(blocks), ..Effect::new(Tone::Bad, "blocked", says, then) })
}
