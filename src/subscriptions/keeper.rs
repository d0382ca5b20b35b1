//! What subscriptions and invoices keep about a person: who invoices are addressed to, memos, values of the merchant's own,
//! which are erased; and the money, which stays.

use diesel::PgConnection;

use super::{
    kinds,
    model::{self, Subscription},
    object::SubscriptionObject,
};
use crate::{
    customers::{
        keeping::{Held, Keeper},
        model::Customer,
        part::{Effect, Tone},
    },
    error::{Error, Result},
    events,
    ids::AccountId,
    invoices::{self, kinds as of_invoices, object::InvoiceObject},
    merchants,
    values::Mode,
};

/// Subscriptions and their invoices as a keeper.
pub static KEEPER: &dyn Keeper = &Subscriptions;

struct Subscriptions;

/// The fields that events keep of a subscription or an invoice.
const KEPT: &[&str] = &[
    "number",
    "status",
    "amount",
    "total",
    "paid",
    "currency",
    "interval",
    "interval_count",
    "price",
    "collects",
    "subscription",
    "invoice",
    "periods",
    "period",
    "period_from",
    "period_until",
    "next_on",
    "ends_on",
    "next_amount",
    "unpaid",
    "given_up_on",
    "end_reason",
    "issued_on",
    "due_on",
    "tries",
    "failure",
    "next_try_at",
    "is_overdue",
    "revenue",
];

impl Keeper for Subscriptions {
    fn held(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Held>> {
        let is_live = merchants::mode(conn, account)? == Mode::Live;
        let told = |object| serde_json::to_value(object).map_err(Error::internal);
        let all = model::all_of(conn, account, customer.id)?;
        let ids: Vec<_> = all.iter().map(|one| one.id).collect();
        let latest = invoices::model::latest_of_all(conn, account, &ids)?;
        let object = |one: &Subscription| told(SubscriptionObject::new(one, latest.get(&one.id).copied(), is_live));
        let subscriptions = all.iter().map(object).collect::<Result<_>>()?;
        let bills = invoices::model::all_of(conn, account, customer.id)?;
        let bills = InvoiceObject::of_all(conn, (account, is_live), &bills)?.into_iter();
        let bills = bills.map(|bill| serde_json::to_value(bill).map_err(Error::internal)).collect::<Result<_>>()?;
        Ok(vec![
            Held { name: "subscriptions", title: "Subscriptions", things: subscriptions },
            Held { name: "invoices", title: "Invoices", things: bills },
        ])
    }

    fn erasure(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let (bills, subscriptions) =
            (invoices::model::count(conn, account, customer.id)?, model::count(conn, account, customer.id)?);
        let of = |count: i64, thing: &str, then: &str| {
            let (plural, are) = if count == 1 { ("", "is") } else { ("s", "are") };
            let says = format!("{count} {thing}{plural} {are} kept");
            (count > 0).then(|| Effect::new(Tone::Ok, "ok", says, then))
        };
        let of_bills = "with number, day and amounts. Who they are addressed to, what their lines say, memos and references \
            are erased.";
        let of_subscriptions = "with dates and amounts. Their names and metadata are erased.";
        let effects = [of(bills, "invoice", of_bills), of(subscriptions, "subscription", of_subscriptions)];
        Ok(effects.into_iter().flatten().collect())
    }

    fn erase(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<()> {
        invoices::model::erase(conn, account, customer.id)?;
        model::erase(conn, account, customer.id)?;
        let kinds: Vec<&str> = kinds::ALL.iter().chain(of_invoices::ALL).copied().collect();
        events::scrub(conn, account, &[customer.id.uuid()], &kinds, KEPT)
    }
}
