//! The events of an account as one stream, for programs that follow it: newest first, or oldest first for a copy of one's
//! own.
//!
//! An event takes its place, which is its id, before its transaction commits. Who reads forward up to now could therefore
//! pass a place that is filled later, and never see what comes there. So the forward order ends at [`settled`]: no
//! transaction that may still write an event began before it.

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{CAUSES, COLUMNS, Event, Row};
use crate::{
    clock::Clock,
    error::Result,
    ids::{AccountId, CustomerId, EventId},
    paging::{Cursor, Direction, Limit, Page, SortTag},
};

/// The newest first.
pub const NEWEST: SortTag = SortTag::new(b'c');

/// The oldest first, up to what is [`settled`].
pub const OLDEST: SortTag = SortTag::new(b'a');

/// How far the clocks of servers and of the database may be apart.
const APART: SignedDuration = SignedDuration::from_secs(10);

/// Which events, all of these kinds.
#[derive(Clone, Debug)]
pub struct Which<'a> {
    pub kinds: &'a [&'a str],
    /// Whether the kinds were asked for, so that there may be few events of them among many others.
    pub is_of_some_kinds: bool,
    /// What they happened to.
    pub subject: Option<Uuid>,
    /// The customer whom they are about, or whom something belongs to that they are about.
    pub customer: Option<CustomerId>,
    /// The order.
    pub order: SortTag,
}

impl Event {
    /// Returns its place in an order of the stream.
    pub fn place(&self, order: SortTag) -> Cursor {
        Cursor::new(order, None, self.id.uuid())
    }
}

/// Returns the id below which no event will appear any more in an account that goes by this clock.
///
/// # Errors
/// When the database fails.
pub fn settled(conn: &mut PgConnection, clock: &Clock) -> Result<EventId> {
    #[derive(QueryableByName)]
    struct Oldest {
        #[diesel(sql_type = Nullable<Timestamptz>)]
        began: Option<jiff_diesel::Timestamp>,
    }
    // Another role's beginning may be hidden from ours; what it writes is no event of ours for longer than a moment.
    let writing = "SELECT min(coalesce(xact_start, statement_timestamp() - interval '1 minute')) AS began FROM pg_stat_activity \
                   WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()";
    let oldest: Oldest = diesel::sql_query(writing).get_result(conn)?;
    let now = clock.of_machine().now();
    let began = oldest.began.map_or(now, Timestamp::from);
    let time = (now.min(began) - APART).checked_add(clock.ahead()).unwrap_or(Timestamp::MIN);
    Ok(EventId::first_at(time))
}

/// Reads a page of the events below an id.
///
/// # Errors
/// When the database fails.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    which: &Which<'_>,
    end: EventId,
    direction: &Direction,
    limit: Limit,
) -> Result<Page<Event>> {
    let is_ascending = (which.order == OLDEST) != direction.is_backward();
    let (mut above, mut below) = (Uuid::nil(), end.uuid());
    match direction {
        Direction::First => {}
        Direction::After(place) | Direction::Before(place) if is_ascending => above = place.id(),
        Direction::After(place) | Direction::Before(place) => below = below.min(place.id()),
    }
    let order = if is_ascending { "ASC" } else { "DESC" };
    let rows: Vec<Row> = diesel::sql_query(statement(which, order))
        .bind::<SqlUuid, _>(account)
        .bind::<Array<Text>, _>(which.kinds)
        .bind::<Nullable<SqlUuid>, _>(which.subject)
        .bind::<Nullable<SqlUuid>, _>(which.customer)
        .bind::<SqlUuid, _>(above)
        .bind::<SqlUuid, _>(below)
        .bind::<BigInt, _>(limit.fetch())
        .load(conn)?;
    let events = rows.into_iter().map(Row::event).collect::<Result<Vec<_>>>()?;
    Ok(Page::from_rows(events, limit, direction))
}

/// Returns the statement that reads along the index that leaves the fewest events.
fn statement(which: &Which<'_>, order: &str) -> String {
    let along = |from: &str, index: &str| {
        format!(
            "(SELECT v.* FROM {from} WHERE v.account_id = $1 AND {index} AND v.id > $5 AND v.id < $6 \
             AND ($3::uuid IS NULL OR v.subject_id = $3) \
             AND ($4::uuid IS NULL OR v.subject_id = $4 OR v.customer_id = $4) ORDER BY v.id {order} LIMIT $7)"
        )
    };
    let of_kinds = "v.kind = ANY($2)";
    let found = match (which.subject, which.customer) {
        (Some(_), _) => along("events v", &format!("v.subject_id = $3 AND {of_kinds}")),
        // Each half along its own index.
        (None, Some(_)) => {
            let halves =
                ["subject_id", "customer_id"].map(|whose| along("events v", &format!("v.{whose} = $4 AND {of_kinds}")));
            halves.join(" UNION ALL ")
        }
        (None, None) if which.is_of_some_kinds => {
            let of_kind = along("events v", "v.kind = kinds.kind");
            format!("SELECT v.* FROM unnest($2::text[]) AS kinds (kind) CROSS JOIN LATERAL {of_kind} AS v")
        }
        (None, None) => along("events v", of_kinds),
    };
    format!("SELECT {COLUMNS} FROM ({found}) e {CAUSES} ORDER BY e.id {order} LIMIT $7")
}
