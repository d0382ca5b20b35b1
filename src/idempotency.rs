//! A form's one-time key, so that a form sent twice makes one thing.

use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    codes::Code,
    error::{Error, Result},
    ids::AccountId,
    input::FormFields,
    schema::idempotency_keys,
};

/// The key of a form with a digest of what was typed: the same key with other content is another form, since
/// somebody may go back, change it and send it again.
#[derive(Clone, Debug)]
pub struct OneTimeKey {
    key: Uuid,
    digest: Vec<u8>,
}

impl OneTimeKey {
    /// Makes a new key, as text for a form.
    pub fn fresh() -> String {
        Uuid::now_v7().to_string()
    }

    /// Returns the key in the form's field `key`, if it has one.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when it is no key.
    pub fn of(typed: &FormFields) -> Result<Option<Self>> {
        let Some(text) = typed.filled("key") else { return Ok(None) };
        let damaged = |_| {
            let sentence = "The form’s one-time key is damaged. Open the form again.";
            Error::BadRequest(Code::InvalidParameter.says(sentence))
        };
        let key = Uuid::parse_str(text).map_err(damaged)?;
        let mut digest = Sha256::new();
        for (name, text) in &typed.0 {
            digest.update(name);
            digest.update([0]);
            digest.update(text);
            digest.update([0]);
        }
        Ok(Some(Self { key, digest: digest.finalize().to_vec() }))
    }

    /// Returns the key of a form about one thing, which the form's address names: for another thing it is another key.
    #[must_use]
    pub fn about(self, subject: Uuid) -> Self {
        let digest = Sha256::new().chain_update(&self.digest).chain_update(subject.as_bytes());
        Self { digest: digest.finalize().to_vec(), ..self }
    }
}

/// Takes `key` for `subject`, or returns what it made before. A second transaction with the same key waits for the
/// first. Without a key everything is new.
pub fn take(
    conn: &mut PgConnection,
    account: AccountId,
    key: Option<&OneTimeKey>,
    subject: Uuid,
) -> Result<Option<Uuid>> {
    let Some(OneTimeKey { key: id, digest }) = key else { return Ok(None) };
    let taken = diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::account_id.eq(account),
            idempotency_keys::key.eq(id),
            idempotency_keys::digest.eq(digest),
            idempotency_keys::subject_id.eq(subject),
            idempotency_keys::created_at.eq(Timestamp::now().to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if taken == 1 { Ok(None) } else { made_with(conn, account, key) }
}

/// Gives a key back that was taken in this transaction, when nothing is made with it after all.
pub fn release(conn: &mut PgConnection, account: AccountId, key: Option<&OneTimeKey>) -> Result<()> {
    let Some(OneTimeKey { key, digest }) = key else { return Ok(()) };
    diesel::delete(idempotency_keys::table.find((account, key, digest))).execute(conn)?;
    Ok(())
}

/// Returns what `key` made, if it was used.
pub fn made_with(conn: &mut PgConnection, account: AccountId, key: Option<&OneTimeKey>) -> Result<Option<Uuid>> {
    let Some(OneTimeKey { key, digest }) = key else { return Ok(None) };
    let made = idempotency_keys::table.find((account, key, digest));
    Ok(made.select(idempotency_keys::subject_id).first(conn).optional()?)
}

/// Forgets keys older than a day.
pub fn forget_old(conn: &mut PgConnection) -> Result<usize> {
    let limit = Timestamp::now() - SignedDuration::from_hours(24);
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.lt(limit.to_diesel()));
    Ok(diesel::delete(old).execute(conn)?)
}
