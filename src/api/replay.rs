//! `Idempotency-Key`: what was done once is answered again, not done again. The answer is kept for a week in the
//! transaction of the change itself, so that there is no change without its answer; what asks a gateway keeps in the
//! change's transaction what it began, and the answer when there is one.

use actix_web::{HttpRequest, http::StatusCode};
use diesel::{PgConnection, prelude::*, sql_types};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::{
    answer::Reply,
    refusal::{Refusal, Result},
};
use crate::{codes::Code, error::Error, ids::AccountId, schema::api_requests, values::hmac};

/// The time for which an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The longest key, in characters.
const LONGEST: usize = 255;

/// The secret under which requests are compared: a body may hold a card number, which must not be tried out from its
/// digest.
#[derive(Clone)]
pub struct Digests([u8; 32]);

impl Digests {
    /// Derives it from the app's secret.
    pub fn new(secret: &actix_web::cookie::Key) -> Self {
        Self(digest(secret.signing(), &[b"requests of the API"]))
    }
}

/// Digests parts, which are told apart by their lengths.
fn digest(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
    let whole: Vec<&[u8]> = lengths.iter().zip(parts).flat_map(|(length, part)| [&length[..], part]).collect();
    hmac(key, &whole)
}

/// A key as it was sent, with the request but for its body.
#[derive(Clone)]
pub struct Asked {
    key: String,
    secret: Digests,
    line: Vec<u8>,
}

/// A key with its whole request.
#[derive(Clone, Debug)]
pub struct Once {
    key: String,
    digest: Vec<u8>,
}

impl Asked {
    /// Reads the header, with or without quotes around the key.
    ///
    /// # Errors
    /// When it is no key.
    pub fn of(req: &HttpRequest) -> Result<Option<Self>> {
        let Some(header) = req.headers().get("Idempotency-Key") else { return Ok(None) };
        let text = header.to_str().unwrap_or_default();
        let key = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let is_key = !key.is_empty() && key.len() <= LONGEST && key.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if !is_key {
            let message = format!("Idempotency-Key is 1 to {LONGEST} printable ASCII characters.");
            return Err(Refusal::new(Code::InvalidParameter, message));
        }
        let secret = req.app_data::<actix_web::web::Data<Digests>>().ok_or(Error::internal("no secret for digests"))?;
        let line = format!("{} {}", req.method(), req.uri()).into_bytes();
        Ok(Some(Self { key: key.to_owned(), secret: secret.get_ref().clone(), line }))
    }

    /// Adds the body.
    pub fn with(&self, body: &[u8]) -> Once {
        Once { key: self.key.clone(), digest: digest(&self.secret.0, &[&self.line, body]).to_vec() }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_requests, check_for_backend(diesel::pg::Pg))]
struct Row {
    digest: Vec<u8>,
    status: i16,
    body: Vec<u8>,
    version: Option<i32>,
    location: Option<String>,
    subject_id: Option<Uuid>,
    request_id: Option<Uuid>,
}

/// What is known of a key that was used.
pub enum Known {
    /// Its first request began something at a gateway, and has no answer yet.
    Begun(Begun),
    /// It has its answer.
    Answered(Reply),
}

/// What a request began.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    /// The id of what was begun.
    pub subject: Uuid,
    /// The request that began it.
    pub request: Uuid,
}

impl Once {
    /// Runs `change`, unless it was done with this key before: then its answer is given again. A second call waits for
    /// the first.
    ///
    /// # Errors
    /// Whatever `change` refuses; when the key was used for another request, or the first call is still at work.
    pub fn only(
        &self,
        conn: &mut PgConnection,
        (account, request): (AccountId, Uuid),
        change: impl FnOnce(&mut PgConnection) -> Result<Reply>,
    ) -> Result<Reply> {
        if !self.take(conn, account, (None, request))? {
            return match self.known(conn, account)? {
                Some(Known::Answered(reply)) => Ok(reply),
                Some(Known::Begun(_)) | None => Err(in_progress()),
            };
        }
        let reply = change(conn)?;
        self.keep(conn, account, &reply)?;
        Ok(reply)
    }

    /// Takes the key for what is begun in this transaction, unless it was used before: then that is returned. A second
    /// call waits for the first.
    ///
    /// # Errors
    /// When the key was used for another request.
    pub fn begin(&self, conn: &mut PgConnection, account: AccountId, begun: Begun) -> Result<Option<Known>> {
        if self.take(conn, account, (Some(begun.subject), begun.request))? {
            return Ok(None);
        }
        // What was there a moment ago may be given back by now.
        self.known(conn, account)?.map(Some).ok_or_else(in_progress)
    }

    /// Keeps the answer of what was begun, and returns the one that counts: whoever was first.
    pub fn end(&self, conn: &mut PgConnection, account: AccountId, reply: Reply) -> Result<Reply> {
        if self.keep(conn, account, &reply)? {
            return Ok(reply);
        }
        match self.known(conn, account)? {
            Some(Known::Answered(first)) => Ok(first),
            Some(Known::Begun(_)) | None => Ok(reply),
        }
    }

    /// Gives the key of what was begun back, when nothing came of it.
    pub fn release(&self, conn: &mut PgConnection, account: AccountId, begun: Begun) -> Result<()> {
        let unanswered = api_requests::table.find((account, &self.key)).filter(api_requests::status.eq(0));
        // Somebody else may have given it back and taken it for something else meanwhile.
        diesel::delete(unanswered.filter(api_requests::subject_id.eq(begun.subject))).execute(conn)?;
        Ok(())
    }

    /// Returns what is known of the key; nothing if it is new.
    ///
    /// # Errors
    /// When it was used for another request.
    pub fn known(&self, conn: &mut PgConnection, account: AccountId) -> Result<Option<Known>> {
        let row = api_requests::table.find((account, &self.key)).select(Row::as_select()).first(conn).optional()?;
        let Some(row) = row else { return Ok(None) };
        if row.digest != self.digest {
            let message = "This Idempotency-Key was used for another request. Take a new key for every new request.";
            return Err(Refusal::new(Code::IdempotencyKeyReused, message));
        }
        if let (0, Some(subject), Some(request)) = (row.status, row.subject_id, row.request_id) {
            return Ok(Some(Known::Begun(Begun { subject, request })));
        }
        let status = u16::try_from(row.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        Ok(Some(Known::Answered(Reply {
            status: status.ok_or(Error::internal("an answer without a status was kept"))?,
            body: row.body,
            version: row.version,
            location: row.location,
            kept: None,
            replayed: true,
        })))
    }

    /// Stores the answer, unless there is one. Returns whether there was none.
    fn keep(&self, conn: &mut PgConnection, account: AccountId, reply: &Reply) -> Result<bool> {
        let unanswered = api_requests::table
            .find((account, &self.key))
            .filter(api_requests::status.eq(0))
            .filter(api_requests::digest.eq(&self.digest));
        let kept = diesel::update(unanswered)
            .set((
                api_requests::status.eq(i16::try_from(reply.status.as_u16()).map_err(Error::internal)?),
                api_requests::body.eq(reply.kept.as_ref().unwrap_or(&reply.body)),
                api_requests::version.eq(reply.version),
                api_requests::location.eq(&reply.location),
            ))
            .execute(conn)?;
        Ok(kept == 1)
    }

    /// Takes the key for a request, and for what it begins, if it begins anything before it is answered.
    fn take(
        &self,
        conn: &mut PgConnection,
        account: AccountId,
        (subject, request): (Option<Uuid>, Uuid),
    ) -> Result<bool> {
        let taken = diesel::insert_into(api_requests::table)
            .values((
                api_requests::account_id.eq(account),
                api_requests::key.eq(&self.key),
                api_requests::digest.eq(&self.digest),
                api_requests::status.eq(0),
                api_requests::body.eq(Vec::new()),
                api_requests::subject_id.eq(subject),
                api_requests::request_id.eq(request),
                api_requests::created_at.eq(Timestamp::now().to_diesel()),
            ))
            .on_conflict_do_nothing()
            .execute(conn);
        match taken.map_err(Error::from) {
            Ok(rows) => Ok(rows == 1),
            // Only the lock of the first call's row is waited for here.
            Err(Error::Unavailable(_)) => Err(in_progress()),
            Err(err) => Err(err.into()),
        }
    }
}

fn in_progress() -> Refusal {
    let message = "The first call with this Idempotency-Key is still at work. Ask again in a moment.";
    Refusal::new(Code::IdempotencyInProgress, message).after(std::time::Duration::from_secs(1))
}

/// Forgets the kept answers of these requests, and those that name one of these ids; returns their number. Their calls
/// would be made anew.
pub fn forget(
    conn: &mut PgConnection,
    account: AccountId,
    requests: &[Uuid],
    ids: &[String],
) -> crate::error::Result<usize> {
    // One pass over the bodies, however many ids there are. Ids have nothing that means something in a pattern.
    let statement = "DELETE FROM api_requests WHERE account_id = $1 AND (request_id = ANY($2) OR location ~ $3 \
        OR status > 0 AND convert_from(body, 'UTF8') ~ $3)";
    Ok(diesel::sql_query(statement)
        .bind::<sql_types::Uuid, _>(account)
        .bind::<sql_types::Array<sql_types::Uuid>, _>(requests)
        .bind::<sql_types::Text, _>(ids.join("|"))
        .execute(conn)?)
}

/// Forgets the answers that are older than a week; returns their number.
pub fn forget_old(conn: &mut PgConnection) -> crate::error::Result<usize> {
    let limit = (Timestamp::now() - KEPT).to_diesel();
    Ok(diesel::delete(api_requests::table.filter(api_requests::created_at.lt(limit))).execute(conn)?)
}
