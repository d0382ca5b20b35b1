//! Figures are the totals of a customer's payments in each currency. Payments that ever succeeded count at their full
//! amount; refunds are counted apart; currencies are never added together.
//!
//! Figures are kept in tables of their own and written in the transaction of the payment. [`check`] computes all of
//! them anew and compares.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use diesel::{
    PgConnection,
    dsl::sql,
    pg::Pg,
    prelude::*,
    sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid},
    upsert::excluded,
};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::model::Payment;
use crate::{
    customers::custom_counts::Count,
    error::Result,
    ids::{AccountId, CustomerId},
    schema::{payment_figures, payment_totals},
    values::{Currency, Money},
};

/// The totals of a customer's payments in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The number of payments that ever succeeded.
    pub payments: i64,
    /// The sum of those payments.
    pub volume: Money,
    /// The number of refunds.
    pub refunds: i64,
    /// The sum of the refunds.
    pub refunded: Money,
    /// The time of the newest payment.
    pub last_payment_at: Timestamp,
}

impl Figures {
    /// Returns the volume divided by the number of payments, to the nearest minor unit.
    pub fn average(&self) -> Money {
        let half = self.payments / 2;
        Money::new((self.volume.minor + half) / self.payments.max(1), self.volume.currency)
    }
}

/// Counts the customers who have paid in a currency, as far as a sentence says it.
pub fn payers(conn: &mut PgConnection, account: AccountId, currency: Currency) -> Result<Count> {
    let theirs = payment_figures::table
        .filter(payment_figures::account_id.eq(account))
        .filter(payment_figures::currency.eq(currency))
        .limit(Count::looked_at())
        .select(payment_figures::customer_id);
    Ok(Count::of_found(theirs.load::<CustomerId>(conn)?.len() as i64))
}

/// Returns a customer's figures, the currency with most payments first.
pub fn of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Figures>> {
    Ok(of_all(conn, account, &[customer])?.remove(&customer).unwrap_or_default())
}

/// Returns the figures of customers by id, for each the currency with most payments first; those who never paid have
/// none.
pub fn of_all(
    conn: &mut PgConnection,
    account: AccountId,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, Vec<Figures>>> {
    type Row = (CustomerId, Currency, i64, i64, i64, i64, jiff_diesel::Timestamp);
    let rows: Vec<Row> = payment_figures::table
        .filter(payment_figures::account_id.eq(account))
        .filter(payment_figures::customer_id.eq_any(customers))
        .order((payment_figures::payments.desc(), payment_figures::currency))
        .select((
            payment_figures::customer_id,
            payment_figures::currency,
            payment_figures::payments,
            payment_figures::volume,
            payment_figures::refunds,
            payment_figures::refunded,
            payment_figures::last_payment_at,
        ))
        .load(conn)?;
    let mut all: HashMap<CustomerId, Vec<Figures>> = HashMap::new();
    for (customer, currency, payments, volume, refunds, refunded, last) in rows {
        let figures = Figures {
            payments,
            volume: Money::new(volume, currency),
            refunds,
            refunded: Money::new(refunded, currency),
            last_payment_at: last.into(),
        };
        all.entry(customer).or_default().push(figures);
    }
    Ok(all)
}

/// The summary of a customer's payments for a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The sums by currency, at least one: the list's own currency first, then the largest numbers.
    pub volumes: Vec<Money>,
    /// The time of the newest payment, in any currency.
    pub last_payment_at: Timestamp,
}

/// Returns the summaries of a page of customers; those who never paid have none.
pub fn of_page(
    conn: &mut PgConnection,
    account: AccountId,
    customers: &[CustomerId],
    currency: Currency,
) -> Result<HashMap<CustomerId, Summary>> {
    type Row = (CustomerId, Currency, i64, jiff_diesel::Timestamp);
    let rows: Vec<Row> = payment_figures::table
        .filter(payment_figures::account_id.eq(account))
        .filter(payment_figures::customer_id.eq_any(customers))
        .select((
            payment_figures::customer_id,
            payment_figures::currency,
            payment_figures::volume,
            payment_figures::last_payment_at,
        ))
        .load(conn)?;
    let mut summaries = HashMap::new();
    for (customer, of, volume, last) in rows {
        let last = last.into();
        let summary = summaries.entry(customer).or_insert(Summary { volumes: Vec::new(), last_payment_at: last });
        summary.volumes.push(Money::new(volume, of));
        summary.last_payment_at = summary.last_payment_at.max(last);
    }
    for summary in summaries.values_mut() {
        let order = |money: &Money| (money.currency != currency, Reverse(money.scaled()), money.currency.to_string());
        summary.volumes.sort_by_cached_key(order);
    }
    Ok(summaries)
}

/// Adds a payment that succeeded to its customer's figures, if it has a customer.
pub(super) fn add(conn: &mut PgConnection, account: AccountId, payment: &Payment) -> Result<()> {
    let Some(customer) = payment.customer else { return Ok(()) };
    let at = payment.created_at.to_diesel();
    // The totals first, always: two payments of one customer then wait for each other and never crosswise.
    diesel::insert_into(payment_totals::table)
        .values((
            payment_totals::account_id.eq(account),
            payment_totals::customer_id.eq(customer),
            payment_totals::payments.eq(1),
            payment_totals::last_payment_at.eq(at),
        ))
        .on_conflict((payment_totals::account_id, payment_totals::customer_id))
        .do_update()
        .set((
            payment_totals::payments.eq(payment_totals::payments + excluded(payment_totals::payments)),
            payment_totals::last_payment_at
                .eq(sql::<Timestamptz>("greatest(payment_totals.last_payment_at, excluded.last_payment_at)")),
        ))
        .execute(conn)?;
    diesel::insert_into(payment_figures::table)
        .values((
            payment_figures::account_id.eq(account),
            payment_figures::customer_id.eq(customer),
            payment_figures::currency.eq(payment.money.currency),
            payment_figures::payments.eq(1),
            payment_figures::volume.eq(payment.money.minor),
            payment_figures::refunds.eq(0),
            payment_figures::refunded.eq(0),
            payment_figures::last_payment_at.eq(at),
        ))
        .on_conflict((payment_figures::account_id, payment_figures::customer_id, payment_figures::currency))
        .do_update()
        .set((
            payment_figures::payments.eq(payment_figures::payments + excluded(payment_figures::payments)),
            payment_figures::volume.eq(payment_figures::volume + excluded(payment_figures::volume)),
            payment_figures::last_payment_at
                .eq(sql::<Timestamptz>("greatest(payment_figures.last_payment_at, excluded.last_payment_at)")),
        ))
        .execute(conn)?;
    Ok(())
}

/// Adds refunds of a payment that is in its customer's figures already.
pub(super) fn add_refunds(
    conn: &mut PgConnection,
    account: AccountId,
    payment: &Payment,
    count: i64,
    amount: i64,
) -> Result<()> {
    let Some(customer) = payment.customer else { return Ok(()) };
    diesel::update(payment_figures::table.find((account, customer, payment.money.currency)))
        .set((
            payment_figures::refunds.eq(payment_figures::refunds + count),
            payment_figures::refunded.eq(payment_figures::refunded + amount),
        ))
        .execute(conn)?;
    Ok(())
}

/// Kept figures that differ from those computed from the payments.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(Pg))]
pub struct Drift {
    #[diesel(sql_type = SqlUuid)]
    pub account_id: AccountId,
    #[diesel(sql_type = SqlUuid)]
    pub customer_id: CustomerId,
    /// The currency; `*` for the totals over all.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// The kept figures: payments, volume, refunds, refunded, last payment.
    #[diesel(sql_type = Text)]
    pub kept: String,
    /// The same figures computed from the payments.
    #[diesel(sql_type = Text)]
    pub computed: String,
}

/// Computes the figures of all accounts anew and returns those that differ from the kept ones. Reads every payment.
pub fn check(conn: &mut PgConnection) -> Result<Vec<Drift>> {
    Ok(diesel::sql_query(include_str!("figures_check.sql")).load(conn)?)
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = BigInt)]
    month: i64,
    #[diesel(sql_type = BigInt)]
    volume: i64,
}

/// Returns a customer's volume in one currency between each of the `starts` and the next, the last one until now.
pub fn by_month(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    currency: Currency,
    starts: &[Timestamp],
) -> Result<Vec<i64>> {
    let Some(first) = starts.first() else { return Ok(Vec::new()) };
    let sums: Vec<Sum> = diesel::sql_query(
        "SELECT width_bucket(created_at, $5)::bigint AS month, sum(amount)::bigint AS volume FROM payments
         WHERE account_id = $1 AND customer_id = $2 AND id >= $3 AND currency = $4
           AND status IN ('succeeded', 'partially_refunded', 'refunded') AND created_at >= ($5)[1] GROUP BY 1",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<SqlUuid, _>(customer)
    .bind::<SqlUuid, _>(crate::ids::PaymentId::first_at(*first))
    .bind::<Text, _>(currency)
    .bind::<diesel::sql_types::Array<Timestamptz>, _>(starts.iter().map(|at| at.to_diesel()).collect::<Vec<_>>())
    .load(conn)?;
    let mut months = vec![0; starts.len()];
    for sum in sums {
        if let Some(month) = usize::try_from(sum.month - 1).ok().and_then(|at| months.get_mut(at)) {
            *month = sum.volume;
        }
    }
    Ok(months)
}

/// Recomputes the figures that differ from the payments, while no payment changes; returns the number of customers
/// repaired. Looks at a thousand lines at most in one go: call [`check`] again afterwards.
pub fn repair(conn: &mut PgConnection) -> Result<usize> {
    conn.transaction(|conn| {
        // Who settles or refunds a payment waits, as long as its patience lasts: each of them writes its row. A lock of refunds too
        // would be taken in another order than theirs.
        diesel::sql_query("LOCK TABLE payments IN SHARE MODE").execute(conn)?;
        let customers: BTreeSet<(AccountId, CustomerId)> =
            check(conn)?.into_iter().map(|drift| (drift.account_id, drift.customer_id)).collect();
        for (account_id, customer_id) in &customers {
            diesel::delete(payment_totals::table.find((account_id, customer_id))).execute(conn)?;
            diesel::delete(
                payment_figures::table
                    .filter(payment_figures::account_id.eq(account_id))
                    .filter(payment_figures::customer_id.eq(customer_id)),
            )
            .execute(conn)?;
            for statement in [include_str!("figures_of.sql"), include_str!("totals_of.sql")] {
                let of = diesel::sql_query(statement).bind::<SqlUuid, _>(account_id).bind::<SqlUuid, _>(customer_id);
                of.execute(conn)?;
            }
        }
        Ok(customers.len())
    })
}
