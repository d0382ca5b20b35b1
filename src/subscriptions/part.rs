//! The parts that subscriptions and invoices add to a customer: their events, and what a delete means for them. Living
//! subscriptions block it, unless they end with it; open invoices stay owed.

use askama::Template;
use diesel::PgConnection;

use super::{
    held::Held,
    kinds,
    model::{self, Subscription},
    revenue, told,
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
    ids::{AccountId, CustomerId, SubscriptionId},
    invoices::{self, kinds as of_invoices},
    jobs,
    values::Money,
    who::SignedIn,
};

/// Subscriptions as a part of the customer.
pub static SUBSCRIPTIONS: &dyn Part = &Subscriptions;

/// Invoices as a part of the customer.
pub static INVOICES: &dyn Part = &Invoices;

struct Subscriptions;

impl Part for Subscriptions {
    fn effects(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let living = model::living_of(conn, account, customer.id)?;
        Ok(blocking(&living)?.into_iter().collect())
    }

    fn end(&self, conn: &mut PgConnection, by: &By, customer: CustomerId, blockers: &[Blocker]) -> Result<()> {
        let ids: Vec<SubscriptionId> = blockers.iter().filter_map(|one| one.id.parse().ok()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        // What they come to is kept by currency; two deletes at once take those in the same order.
        let mut living = model::living_of(conn, by.account, customer)?;
        living.retain(|one| ids.contains(&one.id));
        living.sort_by_key(|one| (one.currency.to_string(), one.id));
        for one in living {
            Held::open(conn, by, one.id)?.end_with_customer(conn)?;
        }
        Ok(())
    }

    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, event: &Event) -> Option<Told> {
        kinds::ALL.contains(&event.kind.as_str()).then(|| told::in_activity(event)).flatten()
    }
}

fn blocking(living: &[Subscription]) -> Result<Option<Effect>> {
    let (called, says, it, them) = match living.len() {
        0 => return Ok(None),
        1 => ("the subscription", "A subscription goes on".to_owned(), "it has", "it"),
        count => ("the subscriptions", format!("{count} subscriptions go on"), "they have", "them"),
    };
    let then = format!(
        "The customer cannot be deleted before {it} ended, unless you cancel {them} too. Restoring the \
        customer does not bring {them} back."
    );
    let blocker = |one: &Subscription| {
        Ok(Blocker {
            id: one.id.to_string(),
            href: identity::path(one.customer_id),
            says: one.words()?,
            since: one.id.created_at(),
            at_gateway: false,
        })
    };
    let by = living.iter().map(blocker).collect::<Result<_>>()?;
    let blocks = Blocks { called, by, with_delete: true };
    Ok(Some(Effect { blocks: Some(blocks), ..Effect::new(Tone::Bad, "repeat", says, then) }))
}

/// What the customer's subscriptions come to a month; empty where that is nothing.
#[derive(Template)]
#[template(path = "subscriptions/_monthly.html")]
struct MonthlyStrip {
    monthly: Vec<Money>,
}

struct Invoices;

impl Part for Invoices {
    fn effects(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let owed = |(count, left): (i64, Money)| {
            let says = match count {
                1 => format!("1 open invoice of {left} stays owed,"),
                count => format!("{count} open invoices of {left} in all stay owed,"),
            };
            let number = usize::try_from(count).unwrap_or_default();
            let then = "and nobody tries to collect it any more.";
            Effect::new(Tone::Plain, "invoice", says, then).counting("invoices_kept", number)
        };
        // Those of one that waits for its first payment are taken back with it.
        let living = model::living_of(conn, account, customer.id)?;
        let waiting: Vec<_> = living.iter().filter(|one| one.pay_until.is_some()).map(|one| one.id).collect();
        Ok(invoices::model::open_sums(conn, account, customer.id, &waiting)?.into_iter().map(owed).collect())
    }

    fn end(&self, conn: &mut PgConnection, by: &By, id: CustomerId, _: &[Blocker]) -> Result<()> {
        for invoice in invoices::model::stop_trying_by_hand(conn, by.account, id)? {
            jobs::cancel(conn, by.account, jobs::Kind::CollectInvoice, invoice.uuid())?;
        }
        Ok(())
    }

    fn kinds(&self) -> &'static [&'static str] {
        of_invoices::ALL
    }

    fn tell(&self, event: &Event) -> Option<Told> {
        of_invoices::ALL.contains(&event.kind.as_str()).then(|| told::in_activity(event)).flatten()
    }

    fn panels(&self, conn: &mut PgConnection, reader: &SignedIn, customer: &Customer) -> Result<Vec<Panel>> {
        // Both come behind the payments, though a delete ends subscriptions before it looks at charges.
        let later = |id, title| Panel::later(id, title, format!("{}/{id}", identity::path(customer.id)));
        let monthly = revenue::of_customer(conn, reader.account, customer.id)?;
        let subscriptions = later("subscriptions", "Subscriptions").with_strip(&MonthlyStrip { monthly })?;
        Ok(vec![subscriptions, later("invoices", "Invoices")])
    }
}
