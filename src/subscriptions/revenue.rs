//! The recurring revenue of an account: what its subscriptions come to a month, how that changed this month, and what they
//! charge in the days to come. Each sum is of one currency, and of exactly the rows that [`Group`] names.

use std::time::Duration;

use diesel::{
    PgConnection, QueryableByName,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use jiff_diesel::ToDiesel;

use super::{
    days,
    figures::{self, Figures},
    kinds,
    status::Status,
};
use crate::{
    db::in_time,
    error::Result,
    ids::{AccountId, CustomerId, EventId},
    lists::{Bind, Condition, Reach, Scope},
    query::period::{Period, Unit},
    schema::subscriptions,
    values::{Currency, Money, expiry},
};

/// The longest time that each part may take.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// The days for which charges to come are summed.
pub const DAYS: [i32; 2] = [7, 30];

/// The subscriptions behind a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Those that count: they have begun and neither ended nor stand still.
    Counted,
    /// Began this month.
    New,
    /// Stood still, or was canceled by mistake, and went on this month.
    Recovered,
    /// Came to another amount this month.
    Changed,
    /// Began to stand still this month.
    Stopped,
    /// Counted, and ended this month.
    Ended,
}

impl Group {
    /// What changed the revenue of a month, in the order of screens.
    pub const MOVES: [Self; 5] = [Self::New, Self::Recovered, Self::Changed, Self::Stopped, Self::Ended];

    /// Returns the word in a search: `revenue:new`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::New => "new",
            Self::Recovered => "recovered",
            Self::Changed => "changed",
            Self::Stopped => "stopped",
            Self::Ended => "ended",
        }
    }

    /// Returns the kinds of the events by which it moved.
    fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Counted => &[],
            Self::New => &[kinds::ACTIVATED],
            Self::Recovered => &[kinds::RECOVERED, kinds::RESTORED],
            Self::Changed => &[kinds::RENEWED],
            Self::Stopped => &[kinds::GAVE_UP],
            Self::Ended => &[kinds::CANCELED],
        }
    }

    /// Returns the condition that a subscription is of a group, by the group's word, with the way to its rows.
    pub fn condition(word: &str, scope: &Scope) -> (Condition, Reach) {
        let of_month = Self::MOVES.into_iter().find(|group| group.word() == word).map(Self::kinds);
        let Some(kinds) = of_month else {
            return (Condition::sql("(status IN ('active', 'past_due') AND given_up_on IS NULL)"), Reach::InOrder);
        };
        let condition = Condition::sql("id = ANY(ARRAY(SELECT e.subject_id FROM events e WHERE e.account_id = ")
            .with(Bind::Id(scope.account.uuid()))
            .then(" AND e.after ? 'revenue' AND e.id >= ")
            .with(Bind::Id(begin_of_month(&scope.zone, scope.now).uuid()))
            .then(" AND e.kind = ANY(")
            .with(Bind::Texts(kinds.iter().map(|kind| (*kind).to_owned()).collect()))
            .then(")))");
        (condition, Reach::ByIndex)
    }
}

/// Returns the first id that an event of this month can have.
fn begin_of_month(zone: &TimeZone, now: Timestamp) -> EventId {
    let (from, _) = Period::This(Unit::Month).range(zone, now);
    EventId::first_at(from.unwrap_or(now))
}

/// So many subscriptions, and what they come to a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    pub subscriptions: i64,
    /// Less than nothing where revenue fell.
    pub monthly: Money,
}

/// What the subscriptions of one currency come to a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Monthly {
    /// Those that count.
    pub counted: Sum,
    /// Those in their trial, if all stay.
    pub trials: Sum,
}

/// What will be charged and billed within some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coming {
    pub days: i32,
    pub subscriptions: i64,
    /// More than the subscriptions where some are charged several times.
    pub charges: i64,
    pub amount: Money,
}

/// All of it, each part nothing where it took too long.
#[derive(Clone, Debug)]
pub struct Revenue {
    /// Each currency that subscriptions have, that with most first.
    pub monthly: Option<Vec<Monthly>>,
    /// What changed this month.
    pub moves: Option<Vec<(Group, Sum)>>,
    pub coming: Option<Vec<Coming>>,
}

impl Revenue {
    /// Computes it for an account at `now` in its time.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(conn: &mut PgConnection, account: AccountId, zone: &TimeZone, now: Timestamp) -> Result<Self> {
        let today = expiry::today(now, zone);
        Ok(Self {
            monthly: in_time(conn, PATIENCE, |conn| monthly(conn, account))?,
            moves: in_time(conn, PATIENCE, |conn| moves(conn, account, begin_of_month(zone, now)))?,
            coming: in_time(conn, PATIENCE, |conn| coming(conn, account, today))?,
        })
    }

    /// Returns whether all of it was computed in time.
    pub fn is_whole(&self) -> bool {
        self.monthly.is_some() && self.moves.is_some() && self.coming.is_some()
    }
}

/// Returns whether an account ever had a subscription.
pub fn is_there(conn: &mut PgConnection, account: AccountId) -> Result<bool> {
    let any = subscriptions::table.filter(subscriptions::account_id.eq(account));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(conn)?)
}

/// Returns what a customer's subscriptions come to a month, in each currency.
pub fn of_customer(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Money>> {
    let counted = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::customer_id.eq(customer))
        .filter(subscriptions::status.eq_any([Status::Active, Status::PastDue]))
        .filter(subscriptions::given_up_on.is_null())
        .order(subscriptions::currency)
        .select((subscriptions::currency, subscriptions::monthly));
    let mut sums: Vec<Money> = Vec::new();
    for (currency, monthly) in counted.load::<(Currency, i64)>(conn)? {
        match sums.last_mut().filter(|sum| sum.currency == currency) {
            Some(sum) => sum.minor = sum.minor.saturating_add(monthly),
            None => sums.push(Money::new(monthly, currency)),
        }
    }
    Ok(sums)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    currency: Currency,
    /// What of the rows it is of.
    #[diesel(sql_type = Text)]
    which: String,
    #[diesel(sql_type = BigInt)]
    subscriptions: i64,
    #[diesel(sql_type = BigInt)]
    monthly: i64,
}

impl Row {
    fn sum(&self) -> Sum {
        Sum { subscriptions: self.subscriptions, monthly: Money::new(self.monthly, self.currency) }
    }
}

/// Adds up in a way that never overflows.
macro_rules! sum_of {
    ($of:literal) => {
        concat!("greatest(least(sum(", $of, "), 9223372036854775807), -9223372036854775807)::bigint")
    };
}

fn monthly(conn: &mut PgConnection, account: AccountId) -> Result<Vec<Monthly>> {
    let monthly = |of: &Figures| {
        let sum = |subscriptions, minor| Sum { subscriptions, monthly: Money::new(minor, of.currency) };
        Monthly { counted: sum(of.counted, of.counted_monthly), trials: sum(of.trials, of.trials_monthly) }
    };
    Ok(figures::read(conn, account)?.iter().map(monthly).collect())
}

fn moves(conn: &mut PgConnection, account: AccountId, from: EventId) -> Result<Vec<(Group, Sum)>> {
    // A subscription that moved twice is one, with both of what it moved by.
    let rows: Vec<Row> = sql_query(concat!(
        "SELECT after ->> 'currency' AS currency, CASE WHEN kind = $3 THEN $4 ELSE kind END AS which, count(DISTINCT subject_id) AS subscriptions, ",
        sum_of!("(after ->> 'revenue')::bigint"),
        " AS monthly FROM events WHERE account_id = $1 AND id >= $2 AND after ? 'revenue' GROUP BY 1, 2 ORDER BY 1",
    ))
    .bind::<SqlUuid, _>(account)
    .bind::<SqlUuid, _>(from)
    .bind::<Text, _>(kinds::RESTORED)
    .bind::<Text, _>(kinds::RECOVERED)
    .load(conn)?;
    let of = |group: Group| {
        let of_group = rows.iter().filter(move |row| group.kinds().contains(&row.which.as_str()));
        of_group.map(move |row| (group, row.sum()))
    };
    Ok(Group::MOVES.into_iter().flat_map(of).collect())
}

#[derive(QueryableByName)]
struct ComingRow {
    #[diesel(sql_type = Integer)]
    days: i32,
    #[diesel(sql_type = Text)]
    currency: Currency,
    #[diesel(sql_type = BigInt)]
    subscriptions: i64,
    #[diesel(sql_type = BigInt)]
    charges: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    amount: Option<i64>,
}

/// Sums what is charged from today on, by what [`super::days`] keeps of each day.
fn coming(conn: &mut PgConnection, account: AccountId, today: Date) -> Result<Vec<Coming>> {
    const { assert!(DAYS[1] <= days::AHEAD) };
    let [soon, later] = DAYS;
    let rows: Vec<ComingRow> = sql_query(concat!(
        "WITH due AS MATERIALIZED (SELECT next_on, currency, every, charges, \
             sum(subscriptions) AS subscriptions, sum(amount) AS amount FROM subscription_days \
           WHERE account_id = $1 AND next_on BETWEEN $2 AND $2 + $4::integer GROUP BY 1, 2, 3, 4) \
         SELECT w.days, s.currency, sum(s.subscriptions)::bigint AS subscriptions, \
           sum(c.charges * s.subscriptions)::bigint AS charges, ",
        sum_of!("c.charges * s.amount"),
        " AS amount FROM due s \
         CROSS JOIN unnest(ARRAY[$3::integer, $4::integer]) AS w (days) \
         CROSS JOIN LATERAL (SELECT least(($2 + w.days - s.next_on) / s.every + 1, s.charges) AS charges) AS c \
         WHERE s.next_on <= $2 + w.days GROUP BY w.days, s.currency HAVING sum(s.subscriptions) > 0 \
         ORDER BY w.days, s.currency",
    ))
    .bind::<SqlUuid, _>(account)
    .bind::<SqlDate, _>(today.to_diesel())
    .bind::<Integer, _>(soon)
    .bind::<Integer, _>(later)
    .load(conn)?;
    let coming = |row: ComingRow| Coming {
        days: row.days,
        subscriptions: row.subscriptions,
        charges: row.charges,
        amount: Money::new(row.amount.unwrap_or_default(), row.currency),
    };
    Ok(rows.into_iter().map(coming).collect())
}
