//! Deliveries: each is an event that is to be sent to one endpoint, until it is received or given up.
//!
//! A worker claims some for a while, sends them, and notes what came of it. It may die at any moment: then another one
//! sends them again, so that each event arrives at least once. Of one subject the first tries go in the order of its
//! versions: an event is only claimed once the first try of those before it is over.

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::{
    attention::MOST,
    clock::Clock,
    db::Db,
    error::{Error, Result},
    ids::{AccountId, CustomerId, EndpointId, EventId},
    paging::{Cursor, Direction, Limit, Page, SortTag},
    schema::{webhook_deliveries, webhook_messages, webhook_tries},
};

/// The order of the list: the newest event first.
pub const NEWEST: SortTag = SortTag::new(b'c');

/// How long deliveries are kept, and events can be sent.
pub const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The time for which other workers leave a delivery to the one that took it: longer than a try takes.
pub const CLAIM: SignedDuration = SignedDuration::from_secs(30);

/// The most that one worker sends to an endpoint at a time.
const MOST_EACH: i32 = 8;

/// The most while nothing arrives there.
const MOST_WHILE_FAILING: i32 = 2;

/// The most rows that are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: i64 = 5_000;

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It is still to be sent by itself.
    Waiting,
    /// It was received.
    Succeeded,
    /// It was tried as often as it is.
    Failed,
    /// The endpoint was disabled.
    Skipped,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Succeeded, Self::Failed, Self::Skipped];

    /// Returns the word as stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// Returns the status of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// A delivery with its tries.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub event: EventId,
    /// The type of the event.
    pub kind: String,
    pub subject: Uuid,
    pub status: Status,
    /// How often it was sent by itself.
    pub count: i16,
    /// When it is sent next, by itself or because somebody asked for it.
    pub due_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// What came of each try, the first first.
    pub tries: Vec<Try>,
}

impl Delivery {
    /// Returns its place in the list.
    pub fn place(&self) -> Cursor {
        Cursor::new(NEWEST, None, self.event.uuid())
    }
}

/// What came of a try.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = webhook_tries, check_for_backend(diesel::pg::Pg))]
pub struct Try {
    event_id: EventId,
    /// From 1 on.
    pub number: i16,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub at: Timestamp,
    pub took_ms: i32,
    /// The status of the answer.
    pub code: Option<i16>,
    /// Why there was no answer, as a word of [`crate::outgoing::Why`].
    pub failure: Option<String>,
    /// The beginning of what was answered: a stranger's text.
    pub answer: String,
    /// Whether somebody asked for it.
    pub is_extra: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries, check_for_backend(diesel::pg::Pg))]
struct Row {
    event_id: EventId,
    kind: String,
    subject_id: Uuid,
    status: String,
    tries: i16,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    due_at: Option<Timestamp>,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    created_at: Timestamp,
}

/// A delivery that this worker has claimed for a while.
#[derive(Clone, Debug, QueryableByName)]
#[diesel(table_name = webhook_deliveries, check_for_backend(diesel::pg::Pg))]
pub struct Claimed {
    pub account_id: AccountId,
    pub endpoint_id: EndpointId,
    pub event_id: EventId,
    /// How often it was sent by itself before.
    pub tries: i16,
    /// Whether somebody asked for this try.
    pub is_extra: bool,
    claim_id: Option<Uuid>,
}

/// Takes deliveries that are due, `most` at most, of each endpoint those that are due longest. `at_work` says how many this
/// worker is sending to which endpoints. What is due is due by the worker's clock; claims go by `database`, the time that
/// all workers share.
pub fn claim(
    conn: &mut PgConnection,
    (now, database): (Timestamp, Timestamp),
    at_work: &[(EndpointId, i32)],
    most: i64,
) -> Result<Vec<Claimed>> {
    let (ids, counts): (Vec<EndpointId>, Vec<i32>) = at_work.iter().copied().unzip();
    // A failing endpoint has fewer places, so that many of them hold nobody else up.
    let statement = "\
        UPDATE webhook_deliveries d SET claim_id = $1, claimed_until = $4 FROM ( \
          SELECT due.* FROM webhook_endpoints e LEFT JOIN unnest($6::uuid[], $7::integer[]) AS at_work (id, count) USING (id) \
          CROSS JOIN LATERAL ( \
            SELECT w.account_id, w.endpoint_id, w.event_id, w.due_at FROM webhook_deliveries w \
            WHERE w.account_id = e.account_id AND w.endpoint_id = e.id AND w.due_at <= $2 AND (e.is_enabled OR w.is_extra) \
              AND (w.claimed_until IS NULL OR w.claimed_until <= $3 OR w.claimed_until > $5) \
              AND (w.is_begun OR w.is_extra OR NOT EXISTS (SELECT FROM webhook_deliveries b \
                WHERE b.account_id = w.account_id AND b.endpoint_id = w.endpoint_id AND b.subject_id = w.subject_id \
                  AND b.due_at IS NOT NULL AND NOT b.is_begun AND (b.version, b.event_id) < (w.version, w.event_id))) \
            ORDER BY w.due_at, w.event_id \
            LIMIT greatest(0, CASE WHEN e.failing_since IS NULL THEN $8 ELSE $9 END - coalesce(at_work.count, 0)) \
            FOR UPDATE SKIP LOCKED) AS due \
          WHERE e.removed_at IS NULL ORDER BY due.due_at LIMIT $10) AS due \
        WHERE d.account_id = due.account_id AND d.endpoint_id = due.endpoint_id AND d.event_id = due.event_id \
        RETURNING d.account_id, d.endpoint_id, d.event_id, d.tries, d.is_extra, d.claim_id";
    let claimed = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(Uuid::now_v7())
        .bind::<Timestamptz, _>(now.to_diesel())
        .bind::<Timestamptz, _>(database.to_diesel())
        .bind::<Timestamptz, _>((database + CLAIM).to_diesel())
        .bind::<Timestamptz, _>((database + CLAIM * 2).to_diesel())
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Integer>, _>(counts)
        .bind::<Integer, _>(MOST_EACH)
        .bind::<Integer, _>(MOST_WHILE_FAILING)
        .bind::<BigInt, _>(most)
        .load(conn)?;
    Ok(claimed)
}

/// What came of a try, as it is kept.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub at: Timestamp,
    pub took_ms: i32,
    pub code: Option<i16>,
    pub failure: Option<&'static str>,
    pub answer: String,
}

/// What is next of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It was received.
    Succeeded,
    /// It is sent again then.
    Again(Timestamp),
    /// It is given up.
    Failed,
    /// Somebody asked for this try, which failed: all is as it was before.
    AsBefore,
}

/// Notes what came of a try, and what is next. Returns whether the worker still had the delivery: another one has it by
/// now, or it was left out, when it had not.
pub fn note(conn: &mut PgConnection, claimed: &Claimed, outcome: &Outcome, next: Next) -> Result<bool> {
    let row = webhook_deliveries::table.find((claimed.account_id, claimed.endpoint_id, claimed.event_id));
    let own = row.filter(webhook_deliveries::claim_id.eq(claimed.claim_id)).for_no_key_update();
    let own: Option<(String, jiff_diesel::NullableTimestamp)> =
        own.select((webhook_deliveries::status, webhook_deliveries::resumes_at)).first(conn).optional()?;
    let Some((status, resumes_at)) = own else { return Ok(false) };
    let resumes_at: Option<Timestamp> = resumes_at.into();
    let (status, due_at) = match next {
        Next::Succeeded => (Status::Succeeded, None),
        Next::Again(at) => (Status::Waiting, Some(at)),
        Next::Failed => (Status::Failed, None),
        Next::AsBefore if resumes_at.is_some() => (Status::Waiting, resumes_at),
        // What only was to be sent because somebody asked for it is not tried again.
        Next::AsBefore => match Status::parse(&status) {
            Some(Status::Waiting) | None => (Status::Failed, None),
            Some(other) => (other, None),
        },
    };
    // What was sent may have been erased while it was under way: then what was answered is not kept either.
    let is_erased = messages(conn, claimed.account_id, &[claimed.event_id])?.is_empty();
    add_try(conn, claimed, outcome, if is_erased { "" } else { &outcome.answer })?;
    diesel::update(row)
        .set((
            webhook_deliveries::status.eq(status.as_str()),
            webhook_deliveries::tries.eq(claimed.tries + i16::from(!claimed.is_extra)),
            webhook_deliveries::is_begun.eq(true),
            webhook_deliveries::due_at.eq(due_at.map(ToDiesel::to_diesel)),
            webhook_deliveries::is_extra.eq(false),
            webhook_deliveries::resumes_at.eq(None::<jiff_diesel::Timestamp>),
            webhook_deliveries::claim_id.eq(None::<Uuid>),
            webhook_deliveries::claimed_until.eq(None::<jiff_diesel::Timestamp>),
        ))
        .execute(conn)?;
    Ok(true)
}

fn add_try(conn: &mut PgConnection, claimed: &Claimed, outcome: &Outcome, answer: &str) -> Result<()> {
    let of_delivery = webhook_tries::table
        .filter(webhook_tries::account_id.eq(claimed.account_id))
        .filter(webhook_tries::endpoint_id.eq(claimed.endpoint_id))
        .filter(webhook_tries::event_id.eq(claimed.event_id));
    let last: Option<i16> = of_delivery.select(diesel::dsl::max(webhook_tries::number)).get_result(conn)?;
    diesel::insert_into(webhook_tries::table)
        .values((
            webhook_tries::account_id.eq(claimed.account_id),
            webhook_tries::endpoint_id.eq(claimed.endpoint_id),
            webhook_tries::event_id.eq(claimed.event_id),
            webhook_tries::number.eq(last.unwrap_or_default().saturating_add(1)),
            webhook_tries::at.eq(outcome.at.to_diesel()),
            webhook_tries::took_ms.eq(outcome.took_ms),
            webhook_tries::code.eq(outcome.code),
            webhook_tries::failure.eq(outcome.failure),
            webhook_tries::answer.eq(answer),
            webhook_tries::is_extra.eq(claimed.is_extra),
        ))
        .execute(conn)?;
    Ok(())
}

/// Has a delivery sent once more, now; what is to be done with it by itself stays. One that is about to be sent is left to
/// that. Returns whether there is such a delivery.
pub fn send_again(
    conn: &mut PgConnection,
    account: AccountId,
    (endpoint, event): (EndpointId, EventId),
    now: Timestamp,
) -> Result<bool> {
    let row = webhook_deliveries::table.find((account, endpoint, event));
    let columns = (webhook_deliveries::due_at, webhook_deliveries::claim_id);
    let found: Option<(jiff_diesel::NullableTimestamp, Option<Uuid>)> =
        row.for_no_key_update().select(columns).first(conn).optional()?;
    let Some((due_at, claim)) = found else { return Ok(false) };
    let due_at: Option<Timestamp> = due_at.into();
    if claim.is_none() && due_at.is_none_or(|due_at| due_at > now) {
        let extra = (
            webhook_deliveries::due_at.eq(now.to_diesel()),
            webhook_deliveries::is_extra.eq(true),
            webhook_deliveries::resumes_at.eq(due_at.map(ToDiesel::to_diesel)),
        );
        diesel::update(row).set(extra).execute(conn)?;
    }
    Ok(true)
}

/// Finds a delivery.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut PgConnection, account: AccountId, endpoint: EndpointId, event: EventId) -> Result<Delivery> {
    let row: Row = webhook_deliveries::table.find((account, endpoint, event)).select(Row::as_select()).first(conn)?;
    with_tries(conn, account, endpoint, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Reads a page of an endpoint's deliveries, of one status or of all.
///
/// # Errors
/// When the database fails.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    endpoint: EndpointId,
    status: Option<Status>,
    direction: &Direction,
    limit: Limit,
) -> Result<Page<Delivery>> {
    let mut of_endpoint = webhook_deliveries::table
        .filter(webhook_deliveries::account_id.eq(account))
        .filter(webhook_deliveries::endpoint_id.eq(endpoint))
        .limit(limit.fetch())
        .select(Row::as_select())
        .into_boxed();
    if let Some(status) = status {
        of_endpoint = of_endpoint.filter(webhook_deliveries::status.eq(status.as_str()));
    }
    of_endpoint = match direction {
        Direction::First => of_endpoint.order(webhook_deliveries::event_id.desc()),
        Direction::After(place) => {
            of_endpoint.filter(webhook_deliveries::event_id.lt(place.id())).order(webhook_deliveries::event_id.desc())
        }
        Direction::Before(place) => {
            of_endpoint.filter(webhook_deliveries::event_id.gt(place.id())).order(webhook_deliveries::event_id.asc())
        }
    };
    let page = Page::from_rows(of_endpoint.load::<Row>(conn)?, limit, direction);
    let (has_previous, has_next) = (page.has_previous, page.has_next);
    Ok(Page { items: with_tries(conn, account, endpoint, page.items)?, has_previous, has_next })
}

fn with_tries(
    conn: &mut PgConnection,
    account: AccountId,
    endpoint: EndpointId,
    rows: Vec<Row>,
) -> Result<Vec<Delivery>> {
    let events: Vec<EventId> = rows.iter().map(|row| row.event_id).collect();
    let tries: Vec<Try> = webhook_tries::table
        .filter(webhook_tries::account_id.eq(account))
        .filter(webhook_tries::endpoint_id.eq(endpoint))
        .filter(webhook_tries::event_id.eq_any(events))
        .order((webhook_tries::event_id, webhook_tries::number))
        .select(Try::as_select())
        .load(conn)?;
    let delivery = |row: Row| {
        let status = Status::parse(&row.status).ok_or_else(|| Error::internal("a newer status"))?;
        Ok(Delivery {
            event: row.event_id,
            kind: row.kind,
            subject: row.subject_id,
            status,
            count: row.tries,
            due_at: row.due_at,
            created_at: row.created_at,
            tries: tries.iter().filter(|one| one.event_id == row.event_id).cloned().collect(),
        })
    };
    rows.into_iter().map(delivery).collect()
}

/// How many deliveries wait, and how many failed, of each endpoint of an account that was not removed. Nothing is counted
/// past [`MOST`] and one.
pub fn counts(conn: &mut PgConnection, account: AccountId) -> Result<Vec<((EndpointId, Status), i64)>> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = SqlUuid)]
        id: EndpointId,
        #[diesel(sql_type = Text)]
        status: String,
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let statement = "\
        SELECT e.id, s.status, c.count FROM webhook_endpoints e CROSS JOIN unnest($2::text[]) AS s (status) \
        CROSS JOIN LATERAL (SELECT count(*) AS count FROM ( \
          SELECT FROM webhook_deliveries d WHERE d.account_id = e.account_id AND d.endpoint_id = e.id \
          AND d.status = s.status LIMIT $3) AS those) AS c \
        WHERE e.account_id = $1 AND e.removed_at IS NULL";
    let counts: Vec<Count> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<Array<Text>, _>([Status::Waiting, Status::Failed].map(Status::as_str).to_vec())
        .bind::<BigInt, _>(MOST + 1)
        .load(conn)?;
    let of = |one: Count| Some(((one.id, Status::parse(&one.status)?), one.count));
    Ok(counts.into_iter().filter_map(of).collect())
}

/// Forgets some of the deliveries and messages that are older than [`KEPT`]; returns their number, which is nothing when
/// there are none left.
pub fn forget_old(conn: &mut PgConnection, now: Timestamp) -> Result<usize> {
    let limit = (now - KEPT).to_diesel();
    let mut forgotten = 0;
    for (table, key) in
        [("webhook_deliveries", "account_id, endpoint_id, event_id"), ("webhook_messages", "account_id, event_id")]
    {
        let statement = format!(
            "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE created_at < $1 \
             ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)"
        );
        forgotten += diesel::sql_query(statement)
            .bind::<Timestamptz, _>(limit)
            .bind::<BigInt, _>(FORGOTTEN_AT_ONCE)
            .execute(conn)?;
    }
    Ok(forgotten)
}

/// Forgets all that is older than [`KEPT`], a little at a time; returns its number.
///
/// # Errors
/// When the database fails.
pub async fn forget_all_old(db: &Db, machine: &Clock) -> Result<usize> {
    let (mut forgotten, now) = (0, machine.now());
    loop {
        match db.write(move |conn| forget_old(conn, now)).await? {
            0 => return Ok(forgotten),
            some => forgotten += some,
        }
    }
}

/// Returns what is sent of these events, as far as it was written.
pub fn messages(conn: &mut PgConnection, account: AccountId, events: &[EventId]) -> Result<Vec<(EventId, String)>> {
    let written = webhook_messages::table
        .filter(webhook_messages::account_id.eq(account))
        .filter(webhook_messages::event_id.eq_any(events))
        .select((webhook_messages::event_id, webhook_messages::body));
    Ok(written.load(conn)?)
}

/// A message to be kept: the event, its subject and customer, and the body.
pub struct Message {
    pub event: EventId,
    pub subject: Uuid,
    pub customer: Option<CustomerId>,
    pub body: String,
}

/// Keeps what is sent of an event, and returns what counts: whoever was first.
pub fn keep_message(conn: &mut PgConnection, account: AccountId, one: &Message, now: Timestamp) -> Result<String> {
    #[derive(QueryableByName)]
    struct Kept {
        #[diesel(sql_type = Text)]
        body: String,
    }
    let statement = "INSERT INTO webhook_messages AS kept (account_id, event_id, subject_id, customer_id, body, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (account_id, event_id) DO UPDATE SET body = kept.body RETURNING body";
    let kept: Kept = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<SqlUuid, _>(one.event)
        .bind::<SqlUuid, _>(one.subject)
        .bind::<Nullable<SqlUuid>, _>(one.customer)
        .bind::<Text, _>(&one.body)
        .bind::<Timestamptz, _>(now.to_diesel())
        .get_result(conn)?;
    Ok(kept.body)
}
