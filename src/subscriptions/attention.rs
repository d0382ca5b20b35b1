//! The subscriptions that need a person: what is unpaid, stands still or missed its charges, what will be charged soon and
//! cannot be, and what ends.

use diesel::{
    PgConnection, QueryableByName,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Date as SqlDate, Text, Uuid as SqlUuid},
};
use jiff::{Timestamp, ToSpan, civil::Date};
use jiff_diesel::ToDiesel;

use super::search::{MISSED, STILL};
use crate::{
    attention::{Attends, Counted, MOST, Need, sums},
    error::Result,
    ids::AccountId,
    search_box::address,
    values::{Currency, Money, expiry},
    who::SignedIn,
};

/// Subscriptions as a feature that needs people.
pub static ATTENDS: &dyn Attends = &Subscriptions;

/// The most charges to come, and the most bills, that are looked at: enough for all but the largest accounts, where more
/// may need a person than are counted.
const MOST_LOOKED_AT: i64 = 5_000;

struct Subscriptions;

impl Attends for Subscriptions {
    fn needs(&self, conn: &mut PgConnection, who: &SignedIn, now: Timestamp) -> Result<Vec<Need>> {
        let today = expiry::today(now, &who.settings.time_zone);
        let mut needs = Vec::new();
        needs.extend(past_due(conn, who.account)?);
        needs.extend(counted(conn, who.account, today)?);
        needs.extend(coming(conn, who.account, today)?);
        Ok(needs)
    }
}

/// Returns the list of subscriptions with a search.
fn search(q: &str) -> String {
    address("/subscriptions", &[("q", q.to_owned())])
}

fn need(icon: &'static str, is_urgent: bool, count: Counted, (one, many): (&str, &str), q: &str) -> Option<Need> {
    (count.0 > 0).then(|| Need { icon, is_urgent, text: count.of(one, many), href: search(q) })
}

/// Says of a need whose rows were not all looked at that there may be more.
fn at_least(need: Option<Need>, looked_at: i64) -> Option<Need> {
    need.map(|need| match looked_at >= MOST_LOOKED_AT {
        true => Need { text: format!("At least {}", need.text), ..need },
        false => need,
    })
}

#[derive(QueryableByName)]
struct PastDue {
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = Text)]
    currency: Currency,
    #[diesel(sql_type = BigInt)]
    owed: i64,
}

/// Returns those that are past due, with what of them is unpaid.
fn past_due(conn: &mut PgConnection, account: AccountId) -> Result<Option<Need>> {
    let rows: Vec<PastDue> = sql_query(
        "WITH late AS MATERIALIZED (SELECT id FROM subscriptions WHERE account_id = $1 AND status = 'past_due' LIMIT $2) \
         SELECT (SELECT count(*) FROM late) AS count, i.currency, sum(i.total - i.paid)::bigint AS owed \
         FROM late JOIN invoices i ON i.account_id = $1 AND i.subscription_id = late.id AND i.status = 'open' \
           AND (i.tries > 0 OR i.is_overdue) GROUP BY i.currency ORDER BY count(*) DESC, i.currency",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<BigInt, _>(MOST + 1)
    .load(conn)?;
    let Some(count) = rows.first().map(|row| Counted(row.count)) else { return Ok(None) };
    let owed: Vec<Money> = rows.iter().map(|row| Money::new(row.owed, row.currency)).collect();
    let text = count.of("subscription is past due", "subscriptions are past due");
    let text = sums(text, count, &owed);
    Ok(Some(Need { icon: "repeat", is_urgent: true, text, href: search("status:past_due") }))
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    still: i64,
    #[diesel(sql_type = BigInt)]
    missed: i64,
    /// The bills that were looked at for it.
    #[diesel(sql_type = BigInt)]
    bills: i64,
    #[diesel(sql_type = BigInt)]
    ending: i64,
}

/// Returns those that stand still, missed charges, or end within a week.
fn counted(conn: &mut PgConnection, account: AccountId, today: Date) -> Result<Vec<Need>> {
    // Each along an index of its own rows alone.
    let counts: Counts = sql_query(
        "WITH bills AS MATERIALIZED (SELECT subscription_id FROM invoices WHERE account_id = $1 AND status = 'open' \
           AND collects = 'invoice' AND subscription_id IS NOT NULL ORDER BY id DESC LIMIT $5) \
         SELECT (SELECT count(*) FROM (SELECT FROM subscriptions WHERE account_id = $1 AND given_up_on IS NOT NULL \
             LIMIT $2) s) AS still, \
           (SELECT count(DISTINCT s.id) FROM bills JOIN subscriptions s ON s.account_id = $1 AND s.id = subscription_id \
             AND s.days_until_due IS NULL AND s.ended_at IS NULL) AS missed, \
           (SELECT count(*) FROM bills) AS bills, \
           (SELECT count(*) FROM (SELECT FROM subscriptions WHERE account_id = $1 AND ends_on BETWEEN $3 AND $4 \
             AND ended_at IS NULL LIMIT $2) s) AS ending",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<BigInt, _>(MOST + 1)
    .bind::<SqlDate, _>(today.to_diesel())
    .bind::<SqlDate, _>(today.saturating_add(7.days()).to_diesel())
    .bind::<BigInt, _>(MOST_LOOKED_AT)
    .get_result(conn)?;
    let still = ("subscription stands still and waits for you", "subscriptions stand still and wait for you");
    let missed =
        ("subscription missed charges: charge or void them", "subscriptions missed charges: charge or void them");
    let ending = ("subscription ends in the next 7 days", "subscriptions end in the next 7 days");
    let needs = [
        need("blocked", true, Counted(counts.still), still, &format!("status:{STILL}")),
        at_least(need("alert", true, Counted(counts.missed), missed, &format!("status:{MISSED}")), counts.bills),
        need("clock", false, Counted(counts.ending), ending, "ends:next-7d -status:canceled"),
    ];
    Ok(needs.into_iter().flatten().collect())
}

#[derive(QueryableByName)]
struct ComingCounts {
    #[diesel(sql_type = BigInt)]
    looked_at: i64,
    #[diesel(sql_type = BigInt)]
    without: i64,
    #[diesel(sql_type = BigInt)]
    expired: i64,
}

/// Returns those that will be charged within 30 days, and have nothing to charge, or a card that will have expired.
fn coming(conn: &mut PgConnection, account: AccountId, today: Date) -> Result<Vec<Need>> {
    let counts: ComingCounts = sql_query(
        "SELECT count(*) AS looked_at, \
           count(*) FILTER (WHERE s.method_id IS NULL AND p.id IS NULL) AS without, \
           count(*) FILTER (WHERE p.expires_on < s.next_on) AS expired \
         FROM (SELECT account_id, customer_id, method_id, next_on FROM subscriptions WHERE account_id = $1 \
           AND next_on BETWEEN $2 AND $3 AND days_until_due IS NULL ORDER BY next_on, id LIMIT $4) s \
         LEFT JOIN LATERAL (SELECT p.id, p.expires_on FROM payment_methods p WHERE p.account_id = s.account_id \
           AND p.customer_id = s.customer_id AND p.removed_at IS NULL \
           AND CASE WHEN s.method_id IS NULL THEN p.is_default ELSE p.id = s.method_id END LIMIT 1) p ON true",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<SqlDate, _>(today.to_diesel())
    .bind::<SqlDate, _>(today.saturating_add(30.days()).to_diesel())
    .bind::<BigInt, _>(MOST_LOOKED_AT)
    .get_result(conn)?;
    let without = (
        "subscription is charged within 30 days and has no payment method",
        "subscriptions are charged within 30 days and have no payment method",
    );
    let expired = (
        "subscription is charged within 30 days, and its card will have expired",
        "subscriptions are charged within 30 days, and their cards will have expired",
    );
    let needs = [
        need("card", true, Counted(counts.without), without, "method:none next:next-30d"),
        need("card", false, Counted(counts.expired), expired, "card:expiring next:next-30d"),
    ];
    Ok(needs.into_iter().filter_map(|need| at_least(need, counts.looked_at)).collect())
}
