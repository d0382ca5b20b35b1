//! Subscriptions and the payment methods that they charge. A method stays while a living one needs it, unless another is
//! charged instead; and a wallet that changes lets what is past due be tried at once.

use diesel::PgConnection;

use super::{
    held::Held,
    model::{self, Subscription},
};
use crate::{
    error::Result,
    events::By,
    ids::{AccountId, CustomerId, MethodId},
    invoices::{self, Collects, Invoice},
    payment_methods::{
        model::Method,
        uses::{Charged, Thing, Unpaid, Use, Uses},
    },
    payments::of_debt,
    values::Money,
};

/// Living subscriptions, as what needs a method.
pub static USES: &dyn Uses = &Subscriptions;

struct Subscriptions;

impl Uses for Subscriptions {
    fn of(&self, conn: &mut PgConnection, account: AccountId, method: &Method) -> Result<Vec<Use>> {
        let charged = Charged::of(method);
        let living = model::living_of(conn, account, method.customer)?;
        let needing = living.into_iter().filter(|one| charges(one, charged));
        needing.map(|one| Ok(Use { thing: Thing::Subscription(one.id), says: one.words()? })).collect()
    }

    fn charge_instead(&self, conn: &mut PgConnection, by: &By, things: &[Thing], instead: MethodId) -> Result<()> {
        for id in things.iter().filter_map(|thing| thing.subscription()) {
            let mut held = Held::open(conn, by, id)?;
            if held.subscription.method_id.is_some() {
                held.change_method(conn, Some(instead), false)?;
            }
        }
        Ok(())
    }

    fn unpaid(&self, conn: &mut PgConnection, by: &By, customer: CustomerId, charged: Charged) -> Result<Unpaid> {
        let due = past_due(conn, by.account, customer, charged)?;
        let things = due.iter().map(|(one, _)| Thing::Subscription(one.id)).collect();
        let left: Vec<Money> = due.iter().flat_map(|(_, left)| left).copied().collect();
        let standing = due.iter().filter(|(one, _)| one.given_up_on.is_some()).count();
        Ok(Unpaid::new(things, says(left.len(), due.len(), standing), &left))
    }

    fn collect_of(&self, conn: &mut PgConnection, by: &By, things: &[Thing]) -> Result<usize> {
        let mut begun = 0;
        for id in things.iter().filter_map(|thing| thing.subscription()) {
            let mut held = Held::open(conn, by, id)?;
            if held.subscription.unpaid > 0 {
                begun += usize::from(held.collect_now(conn)?);
                held.schedule(conn)?;
            }
        }
        Ok(begun)
    }
}

/// Returns whether a subscription is one of those that charge a method.
fn charges(one: &Subscription, charged: Charged) -> bool {
    one.collects() == Collects::Charge && charged.has(one.method_id)
}

/// Says in numbers what is unpaid: "2 invoices of a subscription are unpaid".
fn says(invoices: usize, subscriptions: usize, standing: usize) -> String {
    let (invoices, are) = match invoices {
        1 => ("1 invoice".to_owned(), "is"),
        count => (format!("{count} invoices"), "are"),
    };
    let of = match subscriptions {
        1 => "a subscription".to_owned(),
        count => format!("{count} subscriptions"),
    };
    let standing = match standing {
        0 => "",
        1 if subscriptions == 1 => ", which stands still",
        1 => ", of which 1 stands still",
        _ => ", which stand still",
    };
    format!("{invoices} of {of}{standing} {are} unpaid")
}

/// Returns the past-due subscriptions of a customer that charge a method, which have something to be charged and no
/// charge of it under way.
fn past_due(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    charged: Charged,
) -> Result<Vec<(Subscription, Vec<Money>)>> {
    let mut due = Vec::new();
    for one in model::living_of(conn, account, customer)? {
        if one.unpaid == 0 || !charges(&one, charged) {
            continue;
        }
        let open = invoices::model::open_of(conn, account, one.id)?;
        let open: Vec<_> = open.into_iter().filter(|invoice| invoice.collects == Collects::Charge).collect();
        let Some(oldest) = open.first() else { continue };
        if of_debt::running(conn, account, oldest.id)?.is_none() {
            due.push((one, open.iter().map(Invoice::left).collect()));
        }
    }
    Ok(due)
}
