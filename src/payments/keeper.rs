//! What payments keep about a person: descriptions, billing addresses and reasons of refunds, which are erased; and the
//! money, which stays.

use diesel::{PgConnection, prelude::*};
use serde_json::Value;
use uuid::Uuid;

use super::{
    kinds, model,
    object::{PaymentObject, RefundObject},
    refunds,
};
use crate::{
    customers::{
        keeping::{Held, Keeper},
        model::Customer,
        part::{Effect, Tone},
    },
    error::{Error, Result},
    events,
    ids::{AccountId, PaymentId},
    merchants,
    schema::{payments as table, refunds as refunds_table},
    values::Mode,
};

/// Payments as a keeper.
pub static KEEPER: &dyn Keeper = &Payments;

struct Payments;

/// The fields that events keep of a payment.
const KEPT: &[&str] =
    &["amount", "currency", "status", "customer", "reference", "method", "paid_with", "refunded", "refund", "failure"];

impl Keeper for Payments {
    fn held(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Held>> {
        let is_live = merchants::mode(conn, account)? == Mode::Live;
        let payments = model::all_of(conn, account, customer.id)?;
        let mut refunded: Vec<Value> = Vec::new();
        for payment in payments.iter().filter(|payment| payment.status.is_paid()) {
            for refund in refunds::of_payment(conn, account, payment.id)? {
                refunded.push(serde_json::to_value(RefundObject::new(&refund, is_live)).map_err(Error::internal)?);
            }
        }
        let objects = PaymentObject::of_all(conn, (account, is_live), &payments)?;
        let told = |object| serde_json::to_value(object).map_err(Error::internal);
        let things = objects.into_iter().map(told).collect::<Result<_>>()?;
        Ok(vec![
            Held { name: "payments", title: "Payments", things },
            Held { name: "refunds", title: "Refunds", things: refunded },
        ])
    }

    fn erasure(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let says = match model::count(conn, account, customer.id)? {
            0 => return Ok(Vec::new()),
            1 => "1 payment is kept".to_owned(),
            count => format!("{count} payments are kept"),
        };
        let then = "with amount, date, status, your reference, the card’s brand, end and month, and what a refund needs. \
            Descriptions, billing addresses and reasons of refunds are erased.";
        Ok(vec![Effect::new(Tone::Ok, "ok", says, then)])
    }

    fn erase(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<()> {
        let theirs = table::table.filter(table::account_id.eq(account)).filter(table::customer_id.eq(customer.id));
        let ids: Vec<PaymentId> = theirs.select(table::id).load(conn)?;
        let nothing: Option<String> = None;
        diesel::update(theirs)
            .set((table::description.eq(&nothing), table::billing.eq(None::<Value>)))
            .execute(conn)?;
        let of_them = refunds_table::table
            .filter(refunds_table::account_id.eq(account))
            .filter(refunds_table::payment_id.eq_any(&ids));
        diesel::update(of_them).set(refunds_table::reason.eq(&nothing)).execute(conn)?;
        // A payment that was attached later has events from before.
        let about: Vec<Uuid> = ids.iter().map(|id| id.uuid()).chain([customer.id.uuid()]).collect();
        events::scrub(conn, account, &about, kinds::ALL, KEPT)
    }
}
