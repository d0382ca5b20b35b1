//! The invoices that need a person: those that are overdue, and those that could lately not be collected.

use diesel::{
    PgConnection, QueryableByName,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text, Uuid as SqlUuid},
};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::Status;
use crate::{
    attention::{Attends, Counted, MOST, Need, sums},
    error::Result,
    ids::InvoiceId,
    query::period::{Period, Unit},
    schema::invoices,
    search_box::address,
    values::{Currency, Money},
    who::SignedIn,
};

/// Invoices as a feature that needs people.
pub static ATTENDS: &dyn Attends = &Invoices;

/// The time within which a first failed try is told: a week.
const LATELY: Period = Period::Last(7, Unit::Day);

struct Invoices;

#[derive(QueryableByName)]
struct Overdue {
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = Text)]
    currency: Currency,
    #[diesel(sql_type = BigInt)]
    owed: i64,
}

impl Attends for Invoices {
    fn needs(&self, conn: &mut PgConnection, who: &SignedIn, now: Timestamp) -> Result<Vec<Need>> {
        let search = |q: String| address("/invoices", &[("q", q)]);
        let overdue: Vec<Overdue> = sql_query(
            "SELECT count(*) AS count, currency, sum(total - paid)::bigint AS owed FROM (SELECT currency, total, paid \
               FROM invoices WHERE account_id = $1 AND status = 'open' AND is_overdue LIMIT $2) i \
             GROUP BY currency ORDER BY 1 DESC, currency",
        )
        .bind::<SqlUuid, _>(who.account)
        .bind::<BigInt, _>(MOST + 1)
        .load(conn)?;
        let (from, _) = LATELY.range(&who.settings.time_zone, now);
        let failed = invoices::table
            .filter(invoices::account_id.eq(who.account))
            .filter(invoices::first_failed_at.ge(from.unwrap_or(now).to_diesel()))
            .filter(invoices::status.eq(Status::Open))
            .select(invoices::id)
            .limit(MOST + 1);
        let failed = Counted(failed.load::<InvoiceId>(conn)?.len() as i64);
        let mut needs = Vec::new();
        let count = Counted(overdue.iter().map(|row| row.count).sum());
        if count.0 > 0 {
            let owed: Vec<Money> = overdue.iter().map(|row| Money::new(row.owed, row.currency)).collect();
            let text = sums(count.of("invoice is overdue", "invoices are overdue"), count, &owed);
            needs.push(Need { icon: "invoice", is_urgent: true, text, href: search("status:overdue".to_owned()) });
        }
        if failed.0 > 0 {
            let text = failed.of(
                "invoice failed for the first time in the last 7 days",
                "invoices failed for the first time in the last 7 days",
            );
            let href = search(format!("status:open failed:{LATELY}"));
            needs.push(Need { icon: "invoice", is_urgent: false, text, href });
        }
        Ok(needs)
    }
}
