//! The keys and their secrets: making, finding, rotating, revoking. Every change is one transaction with its event, and
//! no event holds a secret.

use std::collections::HashMap;

use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    kinds,
    permissions::Permissions,
    secret::{Hash, Secret},
};
use crate::{
    clock::Clock,
    codes::Code,
    db::Searcher,
    error::{Error, Result},
    events::{self, Actor, By, Fields, NewEvent},
    ids::{AccountId, ApiKeyId, MerchantId},
    merchants::{ClockRow, Merchant, Settings, read_fields},
    query::Home,
    schema::{accounts, api_key_secrets, api_keys, merchants, staff},
    values::{Mode, curtain::Curtain},
};

/// The most keys of an account that are not revoked.
pub const MOST: i64 = 100;

/// The most keys that the page lists: all that are not revoked, and the newest of the others.
const LISTED: i64 = 300;

/// Whether a secret opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It works.
    Good,
    /// Its key is revoked.
    Revoked,
    /// Its key's last day is over.
    Expired,
    /// Its key has a newer secret, and the time in which both worked is over.
    Replaced,
}

/// A key as a request finds it by its secret, with all that the answer needs to know of who asks.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: ApiKeyId,
    /// Its name.
    pub name: String,
    /// The account that it acts in.
    pub account: AccountId,
    /// The mode of the account.
    pub mode: Mode,
    pub merchant_id: MerchantId,
    /// Its merchant's name.
    pub merchant: String,
    /// The clock of its account. The key itself goes by the machine's.
    pub clock: Clock,
    /// The decisions of its merchant.
    pub settings: Settings,
    /// What it may do.
    pub permissions: Permissions,
    /// True when it is told the private data of customers masked.
    pub is_masked: bool,
    /// The last four characters of the secret that was sent.
    pub last4: String,
    pub created_at: Timestamp,
    /// The moment from which it does not work any more.
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    /// The moment from which the secret that was sent does not work any more, because there is a newer one.
    pub ends_at: Option<Timestamp>,
}

impl Found {
    /// Returns whether the secret that was sent opens anything at `now`.
    pub fn standing(&self, now: Timestamp) -> Standing {
        let is_over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        match () {
            () if self.revoked_at.is_some() => Standing::Revoked,
            () if is_over(self.expires_at) => Standing::Expired,
            () if is_over(self.ends_at) => Standing::Replaced,
            () => Standing::Good,
        }
    }

    /// Returns what hides the private data of customers from it.
    pub fn curtain(&self) -> Curtain {
        if self.is_masked { Curtain::Drawn } else { Curtain::Open }
    }

    /// Returns the key as one that searches.
    pub fn searcher(&self) -> Searcher {
        Searcher { merchant: self.merchant_id.uuid(), person: self.id.uuid(), is_even: self.is_masked }
    }

    /// Returns where it is at home, for what it searches.
    pub fn home(&self) -> Home {
        self.settings.home(self.curtain())
    }

    /// Returns the key as the author of a change.
    pub fn by(&self, request: Uuid) -> By {
        By::new(self.account, self.clock.clone(), Actor::Key(self.id), Some(request))
    }
}

/// A key's row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = api_keys, check_for_backend(diesel::pg::Pg))]
struct Row {
    account_id: AccountId,
    id: ApiKeyId,
    version: i32,
    name: String,
    /// Arrays of PostgreSQL may always hold NULL.
    permissions: Vec<Option<String>>,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    created_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    expires_at: Option<Timestamp>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    revoked_at: Option<Timestamp>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    last_used_at: Option<Timestamp>,
    last_used_from: Option<String>,
    is_masked: Option<bool>,
}

impl Row {
    fn permissions(&self) -> Permissions {
        Permissions::of_stored(self.permissions.iter().flatten().map(String::as_str))
    }
}

/// A secret's row, without the hash.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = api_key_secrets, check_for_backend(diesel::pg::Pg))]
struct SecretRow {
    key_id: ApiKeyId,
    last4: String,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    ends_at: Option<Timestamp>,
}

/// Finds a key by the hash of a secret, in one statement with its account and its merchant's decisions. It also finds
/// what does not work any more: see [`Found::standing`].
pub fn find_by_secret(conn: &mut PgConnection, hash: &Hash) -> Result<Option<Found>> {
    let of_secret = api_keys::account_id.eq(api_key_secrets::account_id).and(api_keys::id.eq(api_key_secrets::key_id));
    let found: Option<(Row, SecretRow, Merchant, AccountRow)> = api_key_secrets::table
        .inner_join(api_keys::table.on(of_secret))
        .inner_join(accounts::table.on(accounts::id.eq(api_key_secrets::account_id)))
        .inner_join(merchants::table.on(merchants::id.eq(accounts::merchant_id)))
        .filter(api_key_secrets::hash.eq(hash.as_slice()))
        .select((
            Row::as_select(),
            SecretRow::as_select(),
            Merchant::as_select(),
            (accounts::mode, accounts::custom_fields, ClockRow::as_select()),
        ))
        .first(conn)
        .optional()?;
    found.map(|(row, secret, merchant, account)| as_found(row, secret, merchant, account)).transpose()
}

/// What a call needs of its account: mode, own fields, where its clock is.
type AccountRow = (String, Option<Value>, ClockRow);

fn as_found(
    row: Row,
    secret: SecretRow,
    merchant: Merchant,
    (mode, fields, row_of_clock): AccountRow,
) -> Result<Found> {
    Ok(Found {
        id: row.id,
        account: row.account_id,
        mode: Mode::parse(&mode).ok_or_else(|| Error::internal("an account of no mode"))?,
        merchant_id: merchant.id,
        settings: merchant.settings(read_fields(fields)?)?,
        merchant: merchant.name,
        clock: row_of_clock.on(&Clock::system()),
        permissions: row.permissions(),
        is_masked: row.is_masked == Some(true),
        name: row.name,
        last4: secret.last4,
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        last_used_at: row.last_used_at,
        ends_at: secret.ends_at,
    })
}

/// A key as pages and commands list it.
#[derive(Clone, Debug)]
pub struct Key {
    pub id: ApiKeyId,
    pub version: i32,
    pub name: String,
    pub permissions: Permissions,
    /// True when it is told the private data of customers masked.
    pub is_masked: bool,
    pub created_at: Timestamp,
    /// The name of who made it; nothing when a command did.
    pub created_by: Option<String>,
    /// The moment from which it does not work any more.
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// The last use, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The address of the last use.
    pub last_used_from: Option<String>,
    /// The last four characters of its newest secret.
    pub last4: String,
    /// The last four characters of older secrets that still work, and until when.
    pub older: Vec<(String, Timestamp)>,
}

impl Key {
    /// Returns whether its last day is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Refuses a key that does not work any more.
    ///
    /// # Errors
    /// [`Error::Conflict`] that says why.
    pub fn refuse_ended(&self, now: Timestamp) -> Result<()> {
        let why = match () {
            () if self.revoked_at.is_some() => "revoked",
            () if self.is_expired(now) => "expired",
            () => return Ok(()),
        };
        let sentence = format!("The key “{}” is {why}. Create another one instead.", self.name);
        Err(Error::Conflict(Code::KeyEnded.says(sentence)))
    }
}

/// Returns the keys of an account: those that are not revoked first, each newest first.
pub fn list(conn: &mut PgConnection, account: AccountId, now: Timestamp) -> Result<Vec<Key>> {
    let rows: Vec<(Row, Option<String>)> = api_keys::table
        .left_join(staff::table.on(api_keys::created_by.eq(staff::id.nullable())))
        .filter(api_keys::account_id.eq(account))
        .order((api_keys::revoked_at.is_not_null(), api_keys::id.desc()))
        .limit(LISTED)
        .select((Row::as_select(), staff::name.nullable()))
        .load(conn)?;
    let secrets: Vec<SecretRow> = api_key_secrets::table
        .filter(api_key_secrets::account_id.eq(account))
        .filter(api_key_secrets::key_id.eq_any(rows.iter().map(|(row, _)| row.id)))
        .order(api_key_secrets::created_at.desc())
        .select(SecretRow::as_select())
        .load(conn)?;
    let mut of_key: HashMap<ApiKeyId, Vec<SecretRow>> = HashMap::new();
    for secret in secrets {
        of_key.entry(secret.key_id).or_default().push(secret);
    }
    Ok(rows.into_iter().map(|(row, by)| key(of_key.remove(&row.id).unwrap_or_default(), row, by, now)).collect())
}

/// Returns the names and the ends of an account's keys that end within that time, the first first.
pub fn expiring(
    conn: &mut PgConnection,
    account: AccountId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<(String, Timestamp)>> {
    let rows: Vec<(String, jiff_diesel::NullableTimestamp)> = api_keys::table
        .filter(api_keys::account_id.eq(account))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(from.to_diesel()))
        .filter(api_keys::expires_at.le(until.to_diesel()))
        .order(api_keys::expires_at)
        .select((api_keys::name, api_keys::expires_at))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(name, end)| Some((name, end.to_jiff()?))).collect())
}

/// Finds a key of an account.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find(conn: &mut PgConnection, account: AccountId, id: ApiKeyId, now: Timestamp) -> Result<Key> {
    let (row, by): (Row, Option<String>) = api_keys::table
        .find((account, id))
        .left_join(staff::table.on(api_keys::created_by.eq(staff::id.nullable())))
        .select((Row::as_select(), staff::name.nullable()))
        .first(conn)?;
    let secrets = api_key_secrets::table
        .filter(api_key_secrets::account_id.eq(account))
        .filter(api_key_secrets::key_id.eq(id))
        .order(api_key_secrets::created_at.desc())
        .select(SecretRow::as_select())
        .load(conn)?;
    Ok(key(secrets, row, by, now))
}

fn key(secrets: Vec<SecretRow>, row: Row, created_by: Option<String>, now: Timestamp) -> Key {
    let newest = secrets.iter().find(|secret| secret.ends_at.is_none());
    let works_on = |secret: &SecretRow| Some((secret.last4.clone(), secret.ends_at.filter(|end| *end > now)?));
    Key {
        permissions: row.permissions(),
        is_masked: row.is_masked == Some(true),
        last4: newest.map(|secret| secret.last4.clone()).unwrap_or_default(),
        older: secrets.iter().filter_map(works_on).collect(),
        id: row.id,
        version: row.version,
        name: row.name,
        created_at: row.created_at,
        created_by,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        last_used_at: row.last_used_at,
        last_used_from: row.last_used_from,
    }
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub name: String,
    pub permissions: Permissions,
    /// True when it is told the private data of customers masked.
    pub is_masked: bool,
    /// The moment from which it does not work any more.
    pub expires_at: Option<Timestamp>,
}

/// Makes a key with a secret, whose mode is the account's.
///
/// # Errors
/// [`Error::Conflict`] when the account has as many keys as it may.
pub fn create(conn: &mut PgConnection, by: &By, id: ApiKeyId, new: &NewKey, secret: &Secret) -> Result<()> {
    let kept = api_keys::table.filter(api_keys::account_id.eq(by.account)).filter(api_keys::revoked_at.is_null());
    if kept.count().get_result::<i64>(conn)? >= MOST {
        let sentence = format!("This account has {MOST} API keys, as many as it may. Revoke one that nothing needs.");
        return Err(Error::Conflict(Code::TooManyKeys.says(sentence)));
    }
    // Keys live by the machine's time: so does who could misuse one.
    let now = Timestamp::now();
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::account_id.eq(by.account),
            api_keys::id.eq(id),
            api_keys::version.eq(1),
            api_keys::name.eq(&new.name),
            api_keys::permissions.eq(new.permissions.to_stored()),
            api_keys::created_at.eq(now.to_diesel()),
            api_keys::created_by.eq(by.actor.staff()),
            api_keys::expires_at.eq(new.expires_at.map(ToDiesel::to_diesel)),
            api_keys::is_masked.eq(new.is_masked),
        ))
        .execute(conn)?;
    add_secret(conn, by.account, id, secret, now)?;
    let after = [
        ("name", json!(new.name)),
        ("permissions", json!(new.permissions.to_stored())),
        ("is_masked", json!(new.is_masked)),
        ("expires_at", json!(new.expires_at)),
        ("last4", json!(secret.last4())),
    ];
    record(conn, by, id, 1, kinds::CREATED, &Fields::new(), &fields(after))
}

fn add_secret(
    conn: &mut PgConnection,
    account: AccountId,
    key: ApiKeyId,
    secret: &Secret,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(api_key_secrets::table)
        .values((
            api_key_secrets::hash.eq(secret.hash().as_slice()),
            api_key_secrets::account_id.eq(account),
            api_key_secrets::key_id.eq(key),
            api_key_secrets::last4.eq(secret.last4()),
            api_key_secrets::created_at.eq(now.to_diesel()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives a key a new secret. Those that it had work on for `overlap`, or until they end by themselves.
///
/// # Errors
/// [`Error::NotFound`] when there is no such key, [`Error::Conflict`] when it is revoked or expired.
pub fn rotate(
    conn: &mut PgConnection,
    by: &By,
    id: ApiKeyId,
    secret: &Secret,
    overlap: SignedDuration,
    now: Timestamp,
) -> Result<Key> {
    lock(conn, by.account, id)?;
    let key = find(conn, by.account, id, now)?;
    key.refuse_ended(now)?;
    let end = now + overlap;
    let is_later = api_key_secrets::ends_at.is_null().or(api_key_secrets::ends_at.gt(end.to_diesel()));
    let earlier = api_key_secrets::table
        .filter(api_key_secrets::account_id.eq(by.account))
        .filter(api_key_secrets::key_id.eq(id))
        .filter(is_later);
    diesel::update(earlier).set(api_key_secrets::ends_at.eq(end.to_diesel())).execute(conn)?;
    add_secret(conn, by.account, id, secret, now)?;
    let version = next_version(conn, by.account, &key)?;
    let before = fields([("last4", json!(key.last4))]);
    let after = fields([("last4", json!(secret.last4())), ("old_works_until", json!(end))]);
    record(conn, by, id, version, kinds::ROTATED, &before, &after)?;
    Ok(key)
}

/// Ends a key for good, from the next request on. One that is revoked already stays so.
///
/// # Errors
/// [`Error::NotFound`] when there is no such key.
pub fn revoke(conn: &mut PgConnection, by: &By, id: ApiKeyId, now: Timestamp) -> Result<Key> {
    lock(conn, by.account, id)?;
    let key = find(conn, by.account, id, now)?;
    if key.revoked_at.is_some() {
        return Ok(key);
    }
    let row = api_keys::table.find((by.account, id));
    diesel::update(row).set(api_keys::revoked_at.eq(now.to_diesel())).execute(conn)?;
    let version = next_version(conn, by.account, &key)?;
    let after = fields([("revoked_at", json!(now))]);
    record(conn, by, id, version, kinds::REVOKED, &fields([("revoked_at", json!(null))]), &after)?;
    Ok(key)
}

/// Makes others who would change the key wait.
fn lock(conn: &mut PgConnection, account: AccountId, id: ApiKeyId) -> Result<()> {
    let row = api_keys::table.find((account, id)).select(api_keys::id);
    row.for_no_key_update().first::<ApiKeyId>(conn)?;
    Ok(())
}

fn next_version(conn: &mut PgConnection, account: AccountId, key: &Key) -> Result<i32> {
    let version = key.version + 1;
    diesel::update(api_keys::table.find((account, key.id))).set(api_keys::version.eq(version)).execute(conn)?;
    Ok(version)
}

/// Returns the account of a key, for a command that names nothing but the key.
///
/// # Errors
/// [`Error::NotFound`] when there is no such key.
pub fn account_of(conn: &mut PgConnection, id: ApiKeyId) -> Result<AccountId> {
    Ok(api_keys::table.filter(api_keys::id.eq(id)).select(api_keys::account_id).first(conn)?)
}

fn fields<const N: usize>(pairs: [(&str, serde_json::Value); N]) -> Fields {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn record(
    conn: &mut PgConnection,
    by: &By,
    id: ApiKeyId,
    version: i32,
    kind: &'static str,
    before: &Fields,
    after: &Fields,
) -> Result<()> {
    let what = NewEvent { kind, subject: id.uuid(), customer: None, version, before, after };
    events::record(conn, by, &what)?;
    Ok(())
}
