//! How late the queue is: how long the oldest job of each kind has been due that nobody has in hand.

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{Array, BigInt, Text},
};

use super::model::{CLAIM, Kind};
use crate::error::Result;

/// The seconds after which jobs are late, so that somebody should know.
pub const LATE: i64 = 5 * 60;

/// The seconds after which staff are told of it.
const VERY_LATE: i64 = 15 * 60;

/// How long the oldest of the jobs of a kind has been due.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Lag {
    #[diesel(sql_type = Text)]
    pub kind: Kind,
    #[diesel(sql_type = BigInt)]
    pub seconds: i64,
}

/// Returns the lag of each kind of which a job is due, by the database's clock, the most urgent kind first. Jobs that are
/// stuck or in hand do not count. It costs the same however many jobs there are.
pub fn read(conn: &mut PgConnection) -> Result<Vec<Lag>> {
    // What is claimed is what [`super::model::claim`] leaves to others. `clock_timestamp()` could use no index.
    let statement = "\
        SELECT kind, extract(epoch FROM statement_timestamp() - due_at)::bigint AS seconds \
        FROM unnest($1::text[]) WITH ORDINALITY AS kinds (kind, urgency), LATERAL ( \
            SELECT due_at FROM jobs WHERE jobs.kind = kinds.kind AND due_at <= statement_timestamp() AND stuck_at IS NULL \
            AND (claimed_until IS NULL OR claimed_until <= statement_timestamp() \
                OR claimed_until > statement_timestamp() + $2 * interval '1 second') \
            ORDER BY due_at, id LIMIT 1) AS oldest \
        ORDER BY urgency";
    let kinds: Vec<&str> = Kind::ALL.into_iter().map(Kind::as_str).collect();
    let lags = diesel::sql_query(statement)
        .bind::<Array<Text>, _>(kinds)
        .bind::<BigInt, _>((CLAIM * 2).as_secs())
        .load(conn)?;
    Ok(lags)
}

/// Returns how late the latest is, in words like "40 minutes", when staff should know.
pub fn very_late(lags: &[Lag]) -> Option<String> {
    let latest = lags.iter().map(|lag| lag.seconds).max().filter(|seconds| *seconds > VERY_LATE)?;
    Some(match latest / 60 {
        minutes @ ..120 => format!("{minutes} minutes"),
        minutes @ ..2880 => format!("{} hours", minutes / 60),
        minutes => format!("{} days", minutes / 1440),
    })
}

/// Returns the lags as a line of text, like "lag: settle_payment 432 s, destroy_note 12 s"; nothing when none is due.
pub fn line(lags: &[Lag]) -> String {
    if lags.is_empty() {
        return String::new();
    }
    let told: Vec<_> = lags.iter().map(|Lag { kind, seconds }| format!("{} {seconds} s", kind.as_str())).collect();
    format!("lag: {}\n", told.join(", "))
}
