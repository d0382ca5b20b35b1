//! Cards and bank accounts of earlier payments. One that a customer has paid with can be kept without another token.

use diesel::{PgConnection, prelude::*};
use jiff::civil::Date;

use crate::{
    error::Result,
    gateway::{Instrument, Kind},
    ids::{AccountId, CustomerId, PaymentId},
    payment_methods::model::{Method, title},
    schema::payments,
    values::expiry,
};

/// The number of payments, from the newest, that are looked through.
const NEWEST: i64 = 200;

/// The card or bank account of a payment that succeeded.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// The newest such payment.
    pub payment: PaymentId,
    /// The card or bank account.
    pub instrument: Instrument,
}

impl Earlier {
    /// Returns the title in a list to choose from.
    pub fn title(&self) -> String {
        let expires = self.instrument.expires_on.map(|last| format!(", expires {}", expiry::shown(last)));
        format!("{}{}", title(&self.instrument), expires.unwrap_or_default())
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = payments, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: PaymentId,
    method_kind: Option<String>,
    method_brand: Option<String>,
    method_last4: Option<String>,
    #[diesel(deserialize_as = jiff_diesel::NullableDate)]
    method_expires_on: Option<Date>,
    method_fingerprint: Option<String>,
    method_credential: Option<String>,
}

impl Row {
    /// Returns the card or bank account; `None` when too little is known of how the payment was made.
    fn earlier(self) -> Option<Earlier> {
        let kind = Kind::parse(&self.method_kind?)?;
        if (kind == Kind::Card) != self.method_expires_on.is_some() {
            return None;
        }
        let instrument = Instrument {
            kind,
            brand: self.method_brand?,
            last4: self.method_last4?,
            expires_on: self.method_expires_on,
            fingerprint: self.method_fingerprint?,
            credential: self.method_credential?,
        };
        Some(Earlier { payment: self.id, instrument })
    }
}

/// Returns the query for the payments of a customer that ever succeeded. Rows without a known card or bank account are
/// only filtered out later, so that no more rows are read than asked for.
#[diesel::dsl::auto_type(no_type_alias)]
fn succeeded(account: AccountId, customer: CustomerId) -> _ {
    payments::table.filter(payments::account_id.eq(account)).filter(payments::customer_id.eq(customer)).filter(
        payments::status
            .eq("succeeded")
            .or(payments::status.eq("partially_refunded"))
            .or(payments::status.eq("refunded")),
    )
}

/// Returns the cards and bank accounts a customer has paid with that are valid and not in the wallet, the newest first.
pub fn of_customer(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    wallet: &[Method],
    today: Date,
) -> Result<Vec<Earlier>> {
    let rows: Vec<Row> =
        succeeded(account, customer).order(payments::id.desc()).limit(NEWEST).select(Row::as_select()).load(conn)?;
    let mut found: Vec<Earlier> = Vec::new();
    for earlier in rows.into_iter().filter_map(Row::earlier) {
        let Instrument { fingerprint, expires_on, .. } = &earlier.instrument;
        let is_kept = wallet.iter().any(|method| !method.is_removed() && method.instrument.fingerprint == *fingerprint);
        let is_there = found.iter().any(|other| other.instrument.fingerprint == *fingerprint);
        if !is_kept && !is_there && expires_on.is_none_or(|last| !expiry::is_expired(last, today)) {
            found.push(earlier);
        }
    }
    Ok(found)
}

/// Returns the card or bank account of one payment of a customer; `None` when there is no such payment, when it did not
/// succeed, or when too little is known of how it was made.
pub fn of_payment(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    payment: PaymentId,
) -> Result<Option<Instrument>> {
    let row = succeeded(account, customer).filter(payments::id.eq(payment)).select(Row::as_select()).first(conn);
    Ok(row.optional()?.and_then(Row::earlier).map(|earlier| earlier.instrument))
}
