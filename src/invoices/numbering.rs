//! The numbers of invoices: one after the other in an account, without a gap, however many are made at once.

use diesel::{
    PgConnection, QueryableByName,
    prelude::*,
    sql_types::{BigInt, Date as SqlDate, SmallInt, Uuid as SqlUuid},
};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::{error::Result, ids::AccountId, merchants::Invoicing, schema::invoice_series};

/// The number of an invoice, and its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// As it is printed: "SG-2026-0412".
    pub text: String,
    /// The year whose numbers it is of; 0 where they never restart.
    pub year: i16,
    /// Its place in them, from 1.
    pub no: i64,
    /// Today, or the last invoice's day if that is later: no later number has an earlier day.
    pub issued_on: Date,
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = BigInt)]
    no: i64,
    #[diesel(sql_type = SqlDate, deserialize_as = jiff_diesel::Date)]
    issued_on: Date,
}

/// The SQL that says which numbers are taken next, once all invoices of `{account}` are copied.
pub const COUNT_ALL: &str = "INSERT INTO invoice_series (account_id, year, next_no, last_on) \
    SELECT account_id, series_year, max(series_no) + 1, max(issued_on) FROM invoices WHERE account_id = {account} \
    GROUP BY account_id, series_year";

/// The largest number that can be the next one.
pub const LARGEST: i64 = 999_999_999;

/// Returns the year whose numbers are taken on a day.
fn series(today: Date, invoicing: &Invoicing) -> i16 {
    if invoicing.restarts { today.year() } else { 0 }
}

/// Returns the place of the number that is taken next, and the number.
///
/// # Errors
/// When the database fails.
pub fn next(conn: &mut PgConnection, account: AccountId, today: Date, invoicing: &Invoicing) -> Result<(i64, String)> {
    let year = series(today, invoicing);
    let next = invoice_series::table.find((account, year)).select(invoice_series::next_no);
    let no = next.first(conn).optional()?.unwrap_or(1);
    Ok((no, written(&invoicing.prefix, year, no)))
}

/// Raises the number that is taken next; it is never lowered. Returns what it was, if it was lower. Call it in a
/// transaction, after every other lock.
///
/// # Errors
/// When the database fails.
pub fn raise(
    conn: &mut PgConnection,
    account: AccountId,
    today: Date,
    invoicing: &Invoicing,
    to: i64,
) -> Result<Option<i64>> {
    let year = series(today, invoicing);
    let first = (
        invoice_series::account_id.eq(account),
        invoice_series::year.eq(year),
        invoice_series::next_no.eq(1),
        invoice_series::last_on.eq(today.to_diesel()),
    );
    diesel::insert_into(invoice_series::table).values(first).on_conflict_do_nothing().execute(conn)?;
    let row = invoice_series::table.find((account, year));
    let was: i64 = row.select(invoice_series::next_no).for_update().first(conn)?;
    if to <= was {
        return Ok(None);
    }
    diesel::update(row).set(invoice_series::next_no.eq(to)).execute(conn)?;
    Ok(Some(was))
}

/// Takes the next number of an account. Whoever else takes one waits until the transaction ends, and gets the same number
/// when it is rolled back: so call it after every lock and every decision, with only inserts behind it.
pub fn take(conn: &mut PgConnection, account: AccountId, today: Date, invoicing: &Invoicing) -> Result<Number> {
    let year = series(today, invoicing);
    // Not a sequence of PostgreSQL: those keep the numbers that were rolled back.
    let taken: Taken = diesel::sql_query(
        "INSERT INTO invoice_series AS s (account_id, year, next_no, last_on) VALUES ($1, $2, 2, $3) \
         ON CONFLICT (account_id, year) DO UPDATE SET next_no = s.next_no + 1, last_on = greatest(s.last_on, $3) \
         RETURNING next_no - 1 AS no, last_on AS issued_on",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<SmallInt, _>(year)
    .bind::<SqlDate, _>(today.to_diesel())
    .get_result(conn)?;
    let Taken { no, issued_on } = taken;
    Ok(Number { text: written(&invoicing.prefix, year, no), year, no, issued_on })
}

/// Writes a number.
pub fn written(prefix: &str, year: i16, no: i64) -> String {
    if year == 0 { format!("{prefix}-{no:04}") } else { format!("{prefix}-{year}-{no:04}") }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn a_number_has_four_digits_at_least() {
        assert_eq!(written("SG", 2026, 412), "SG-2026-0412");
        assert_eq!(written("SG", 2026, 12_345), "SG-2026-12345");
        assert_eq!(written("SG", 0, 7), "SG-0007");
    }
}
