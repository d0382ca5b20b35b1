//! What subscriptions and invoices keep about a person: who invoices are addressed to, memos, values of the merchant's own,
//! which are erased; and the money, which stays.

use diesel::PgConnection;

use super::{kinds, model, object::SubscriptionObject};
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
];

impl Keeper for Subscriptions {
    fn held(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Held>> {
        let is_live = merchants::mode(conn, account)? == Mode::Live;
        let mut subscriptions = Vec::new();
        for one in model::all_of(conn, account, customer.id)? {
            let latest = invoices::model::latest_of(conn, account, one.id)?.map(|invoice| invoice.id);
            let object = SubscriptionObject::new(&one, latest, is_live);
            subscriptions.push(serde_json::to_value(object).map_err(Error::internal)?);
        }
        let mut bills = Vec::new();
        for one in invoices::model::all_of(conn, account, customer.id)? {
            let lines = invoices::model::lines(conn, account, one.id)?;
            bills.push(serde_json::to_value(InvoiceObject::new(&one, &lines, is_live)).map_err(Error::internal)?);
        }
        Ok(vec![
            Held { name: "subscriptions", title: "Subscriptions", things: subscriptions },
            Held { name: "invoices", title: "Invoices", things: bills },
        ])
    }

    fn erasure(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let says = match invoices::model::all_of(conn, account, customer.id)?.len() {
            0 => return Ok(Vec::new()),
            1 => "1 invoice is kept".to_owned(),
            count => format!("{count} invoices are kept"),
        };
        let then = "with number, day and amounts. Who they are addressed to, memos and references are erased.";
        Ok(vec![Effect::new(Tone::Ok, "ok", says, then)])
    }

    fn erase(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<()> {
        invoices::model::erase(conn, account, customer.id)?;
        model::erase(conn, account, customer.id)?;
        let kinds: Vec<&str> = kinds::ALL.iter().chain(of_invoices::ALL).copied().collect();
        events::scrub(conn, account, &[customer.id.uuid()], &kinds, KEPT)
    }
}
