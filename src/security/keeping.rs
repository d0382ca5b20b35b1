//! Keeping what the log told in a request as events, behind the request.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{LazyLock, Mutex, PoisonError},
    time::Instant,
};

use actix_web::{
    HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web,
};
use diesel::{
    OptionalExtension, PgConnection, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Text, Uuid as SqlUuid},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tracing_actix_web::RequestId;
use uuid::Uuid;

use super::kinds;
use crate::{
    clock::Clock,
    db::Db,
    error::Result,
    events::{self, Actor, By, Fields, NewEvent},
    ids::{AccountId, ApiKeyId, EventId, StaffId},
    logging::{self, SecurityEvent, Whom},
    values::text,
};

/// How long they are kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);

/// The most of one kind and account that are forgotten at once.
const FORGOTTEN_AT_ONCE: i64 = 500;

/// The most characters of a browser's name that are kept.
const LONGEST_BROWSER: usize = 200;

/// Lets a request through, and keeps what was told of safety in it.
///
/// # Errors
/// Whatever the service returns.
pub async fn keep<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<B>, actix_web::Error> {
    let db = req.app_data::<web::Data<Db>>().cloned();
    let request = req.extensions().get::<RequestId>().map(|id| **id);
    let browser = req.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let method = req.method().to_string();
    let (answer, told) = logging::listening(next.call(req)).await;
    let told: Vec<_> = told.into_iter().filter_map(|(event, whom)| Some((event, whom, whom.staff?))).collect();
    if let (Some(db), false) = (db, told.is_empty()) {
        // A route has no ID of anything.
        let route = answer.as_ref().ok().and_then(|answer| answer.request().match_pattern());
        let asked = route.map(|route| format!("{method} {route}"));
        let context = Context { request, browser, asked };
        // Behind the answer, so that a sign-in takes the same time for known and unknown people.
        actix_web::rt::spawn(async move {
            for (event, whom, staff) in told {
                let Some(left_out) = admit((staff.uuid(), succeeded(event)), Instant::now()) else { continue };
                let context = context.clone();
                let kept = db.write(move |conn| context.record(conn, event, whom, staff, left_out)).await;
                if kept.is_err() {
                    tracing::warn!(event = event.name(), "a security event could not be kept");
                }
            }
        });
    }
    answer
}

/// What is known of the request besides.
#[derive(Clone)]
struct Context {
    request: Option<Uuid>,
    browser: Option<String>,
    asked: Option<String>,
}

impl Context {
    fn record(
        &self,
        conn: &mut PgConnection,
        event: SecurityEvent,
        whom: Whom,
        staff: StaffId,
        left_out: u64,
    ) -> Result<()> {
        // Who is gone has no log any more.
        let Some(account) = live_account(conn, staff)? else { return Ok(()) };
        let Some(kind) = kinds::of(event) else { return Ok(()) };
        let mut after = Fields::from([("address".to_owned(), json!(whom.address.to_string()))]);
        let browser = self.browser.as_deref().map(|browser| text::beginning(browser, LONGEST_BROWSER));
        after.extend(browser.map(|browser| ("browser".to_owned(), json!(browser))));
        if matches!(kind, kinds::ROLE_REFUSED | kinds::CROSS_SITE_REFUSED | kinds::OTHER_ACCOUNT_REFUSED) {
            after.extend(self.asked.clone().map(|asked| ("asked".to_owned(), json!(asked))));
        }
        if left_out > 0 {
            after.insert("left_out".to_owned(), json!(left_out));
        }
        let actor = if kinds::is_proven(kind) { Actor::Staff(staff) } else { Actor::System };
        let by = By::new(account, Clock::system(), actor, self.request);
        let (subject, before) = (staff.uuid(), Fields::new());
        events::record(
            conn,
            &by,
            &NewEvent { kind, subject, customer: None, version: 0, before: &before, after: &after },
        )?;
        Ok(())
    }
}

/// Returns whether one more refusal of a key, by the hash of its secret, is kept, and how many before it were not.
pub fn admit_key(hash: &[u8]) -> Option<u64> {
    let start = hash.first_chunk::<16>()?;
    admit((Uuid::from_bytes(*start), false), Instant::now())
}

/// Records in a key's account that it was refused. Call it in a transaction.
///
/// # Errors
/// When the database fails.
pub fn record_key_refusal(
    conn: &mut PgConnection,
    by: &By,
    key: ApiKeyId,
    address: IpAddr,
    left_out: u64,
) -> Result<()> {
    let mut after = Fields::from([("address".to_owned(), json!(address.to_string()))]);
    if left_out > 0 {
        after.insert("left_out".to_owned(), json!(left_out));
    }
    let (kind, subject, before) = (kinds::KEY_REFUSED, key.uuid(), Fields::new());
    events::record(conn, by, &NewEvent { kind, subject, customer: None, version: 0, before: &before, after: &after })?;
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Live {
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
}

fn live_account(conn: &mut PgConnection, staff: StaffId) -> Result<Option<AccountId>> {
    let statement = "SELECT a.id FROM staff s JOIN accounts a ON a.merchant_id = s.merchant_id AND a.mode = 'live' \
        WHERE s.id = $1";
    let live: Option<Live> = sql_query(statement).bind::<SqlUuid, _>(staff).get_result(conn).optional()?;
    Ok(live.map(|live| live.id))
}

/// Forgets those that are older than [`KEPT`], some at a time.
pub fn forget_old(conn: &mut PgConnection) -> Result<usize> {
    // For each account and kind a walk from the oldest on.
    let statement = "DELETE FROM events e USING ( \
        SELECT o.account_id, o.id FROM accounts a CROSS JOIN unnest($2) AS k (kind) CROSS JOIN LATERAL ( \
          SELECT account_id, id FROM events WHERE account_id = a.id AND kind = k.kind AND id < $1 \
          ORDER BY id LIMIT $3) o) old \
      WHERE e.account_id = old.account_id AND e.id = old.id";
    let before = EventId::first_at(Timestamp::now() - KEPT);
    let forgotten = sql_query(statement)
        .bind::<SqlUuid, _>(before)
        .bind::<Array<Text>, _>(kinds::ALL)
        .bind::<BigInt, _>(FORGOTTEN_AT_ONCE);
    Ok(forgotten.execute(conn)?)
}

/// The most events of one person in a row, and the seconds after which one more is kept: some 1,400 a day at most.
const MOST: f64 = 40.0;
const SECONDS_FOR_ONE: f64 = 60.0;

/// The most people whose floods are watched at once.
const MOST_WATCHED: usize = 10_000;

static BUCKETS: LazyLock<Mutex<HashMap<(Uuid, bool), Bucket>>> = LazyLock::new(Mutex::default);

/// Returns whether an event says that somebody got in or changed how they do. Others are counted apart, since anybody can
/// cause any number of refusals, which must not hide what came of them.
fn succeeded(event: SecurityEvent) -> bool {
    matches!(
        event,
        SecurityEvent::SignedIn
            | SecurityEvent::SignedOut
            | SecurityEvent::PasswordChanged
            | SecurityEvent::SessionsEnded
            | SecurityEvent::Confirmed
    )
}

/// What may still be kept of one person.
#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
    left_out: u64,
}

/// Returns whether one more event of a person or key is kept, and how many before it were not.
fn admit(whose: (Uuid, bool), now: Instant) -> Option<u64> {
    let mut buckets = BUCKETS.lock().unwrap_or_else(PoisonError::into_inner);
    if buckets.len() >= MOST_WATCHED {
        buckets.retain(|_, bucket| bucket.refilled(now) < MOST);
    }
    buckets.entry(whose).or_insert(Bucket { left: MOST, at: now, left_out: 0 }).admit(now)
}

impl Bucket {
    fn refilled(&self, now: Instant) -> f64 {
        MOST.min(self.left + now.duration_since(self.at).as_secs_f64() / SECONDS_FOR_ONE)
    }

    fn admit(&mut self, now: Instant) -> Option<u64> {
        (self.left, self.at) = (self.refilled(now), now);
        if self.left < 1.0 {
            self.left_out += 1;
            return None;
        }
        self.left -= 1.0;
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_flood_of_one_person_is_cut_and_counted() {
        let start = Instant::now();
        let mut bucket = Bucket { left: MOST, at: start, left_out: 0 };
        let kept = (0..10_000).filter(|_| bucket.admit(start).is_some()).count();
        assert_eq!(kept, 40);
        assert_eq!(bucket.admit(start + Duration::from_secs(61)), Some(9_960));
        assert_eq!(bucket.admit(start + Duration::from_secs(61)), None);
        assert_eq!(bucket.admit(start + Duration::from_secs(181)), Some(1));
        let day = (0..86_400).filter(|n| bucket.admit(start + Duration::from_secs(200 + n)).is_some()).count();
        assert!(day <= 1_481, "{day} a day");
    }
}
