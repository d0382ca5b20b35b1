//! The verbs about webhook endpoints. Every change is one transaction with its event.

use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};

use super::{
    kinds,
    model::{self, Disabled, Endpoint, MOST, Secrets, Wish},
    secret::Secret,
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent, fields::difference},
    ids::{AccountId, EndpointId, EventId},
    merchants,
    schema::{webhook_deliveries, webhook_endpoints},
    sealing::Seals,
};

/// The longest time for which a secret signs beside the one that replaced it.
pub const LONGEST_OVERLAP: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Makes an endpoint that signs with `secret`.
///
/// # Errors
/// [`Error::Conflict`] when there are as many as there may be.
pub fn create(
    conn: &mut PgConnection,
    by: &By,
    id: EndpointId,
    wish: Wish,
    (secret, seals): (&Secret, &Seals),
) -> Result<Endpoint> {
    refuse_too_many(conn, by.account)?;
    let now = by.now();
    let current = secret.seal(seals, id)?;
    let row = (
        webhook_endpoints::account_id.eq(by.account),
        webhook_endpoints::id.eq(id),
        webhook_endpoints::version.eq(1),
        webhook_endpoints::url.eq(&wish.url),
        webhook_endpoints::types.eq(&wish.types),
        webhook_endpoints::description.eq(&wish.description),
        webhook_endpoints::is_enabled.eq(true),
        webhook_endpoints::secret_key.eq(&current.key_id),
        webhook_endpoints::secret.eq(&current.sealed),
        webhook_endpoints::updated_at.eq(now.to_diesel()),
    );
    diesel::insert_into(webhook_endpoints::table).values(row).execute(conn)?;
    let made = model::find(conn, by.account, id)?;
    record(conn, by, &made, kinds::CREATED, (&Fields::new(), &made.wish.fields()))?;
    Ok(made)
}

fn refuse_too_many(conn: &mut PgConnection, account: AccountId) -> Result<()> {
    merchants::lock(conn, account)?;
    let there = webhook_endpoints::table
        .filter(webhook_endpoints::account_id.eq(account))
        .filter(webhook_endpoints::removed_at.is_null());
    if there.count().get_result::<i64>(conn)? < MOST {
        return Ok(());
    }
    let sentence =
        format!("This account has {MOST} webhook endpoints, as many as it may. Remove one that nobody needs.");
    Err(Error::Conflict(Code::TooManyEndpoints.says(sentence)))
}

/// Finds an endpoint like [`model::find`]; others who would change it wait until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_for_update(conn: &mut PgConnection, account: AccountId, id: EndpointId) -> Result<Endpoint> {
    lock(conn, account, id)?;
    model::find(conn, account, id)
}

fn lock(conn: &mut PgConnection, account: AccountId, id: EndpointId) -> Result<()> {
    let row = webhook_endpoints::table.find((account, id)).select(webhook_endpoints::id);
    row.for_no_key_update().first::<EndpointId>(conn)?;
    Ok(())
}

/// Gives an endpoint another address, other types or another description. What is as before is no change.
///
/// # Errors
/// [`Error::NotFound`].
pub fn change(conn: &mut PgConnection, by: &By, id: EndpointId, wish: Wish) -> Result<Endpoint> {
    let current = find_for_update(conn, by.account, id)?;
    let (before, after) = difference(&current.wish.fields(), &wish.fields());
    if after.is_empty() {
        return Ok(current);
    }
    let next = Endpoint { wish, ..current };
    store(conn, by, next, kinds::UPDATED, (&before, &after))
}

/// Has an endpoint told again what happens from now on. One that is enabled stays so.
///
/// # Errors
/// [`Error::NotFound`].
pub fn enable(conn: &mut PgConnection, by: &By, id: EndpointId) -> Result<Endpoint> {
    let current = find_for_update(conn, by.account, id)?;
    let Some(reason) = current.disabled else { return Ok(current) };
    let next = Endpoint { disabled: None, failing_since: None, ..current };
    store(conn, by, next, kinds::ENABLED, (&disabled(Some(reason)), &disabled(None)))
}

/// Ends that an endpoint is told anything. What waits to be sent is skipped, and can be sent by hand. One that is disabled
/// stays so.
///
/// # Errors
/// [`Error::NotFound`].
pub fn disable(conn: &mut PgConnection, by: &By, id: EndpointId, reason: Disabled) -> Result<Endpoint> {
    let current = find_for_update(conn, by.account, id)?;
    if !current.is_enabled() {
        return Ok(current);
    }
    skip_waiting(conn, by.account, id)?;
    let next = Endpoint { disabled: Some(reason), ..current };
    store(conn, by, next, kinds::DISABLED, (&disabled(None), &disabled(Some(reason))))
}

fn disabled(reason: Option<Disabled>) -> Fields {
    Fields::from([("disabled_reason".to_owned(), json!(reason.map(Disabled::as_str)))])
}

/// Leaves out what waits, but for what somebody asked for.
fn skip_waiting(conn: &mut PgConnection, account: AccountId, id: EndpointId) -> Result<()> {
    let waiting = webhook_deliveries::table
        .filter(webhook_deliveries::account_id.eq(account))
        .filter(webhook_deliveries::endpoint_id.eq(id))
        .filter(webhook_deliveries::due_at.is_not_null())
        .filter(webhook_deliveries::is_extra.eq(false));
    let skipped = (
        webhook_deliveries::status.eq("skipped"),
        webhook_deliveries::due_at.eq(None::<jiff_diesel::Timestamp>),
        webhook_deliveries::claim_id.eq(None::<uuid::Uuid>),
        webhook_deliveries::claimed_until.eq(None::<jiff_diesel::Timestamp>),
    );
    diesel::update(waiting).set(skipped).execute(conn)?;
    Ok(())
}

/// Removes an endpoint. It can be restored for as long as other changes can be undone.
///
/// # Errors
/// [`Error::NotFound`].
pub fn remove(conn: &mut PgConnection, by: &By, id: EndpointId) -> Result<Endpoint> {
    let current = find_for_update(conn, by.account, id)?;
    skip_waiting(conn, by.account, id)?;
    let now = by.now();
    let next = Endpoint { removed_at: Some(now), ..current };
    store(conn, by, next, kinds::REMOVED, (&removed_at(None), &removed_at(Some(now))))
}

/// Brings a removed endpoint back, as it was. One that was not removed stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when there are as many as there may be.
pub fn restore(conn: &mut PgConnection, by: &By, id: EndpointId) -> Result<Endpoint> {
    refuse_too_many(conn, by.account)?;
    lock(conn, by.account, id)?;
    let current = model::find_any(conn, by.account, id)?;
    let Some(since) = current.removed_at else { return Ok(current) };
    let next = Endpoint { removed_at: None, ..current };
    store(conn, by, next, kinds::RESTORED, (&removed_at(Some(since)), &removed_at(None)))
}

fn removed_at(at: Option<Timestamp>) -> Fields {
    Fields::from([("removed_at".to_owned(), json!(at))])
}

/// Gives an endpoint a new secret. The one before signs beside it for as long, by the machine's time.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] while another one does so.
pub fn replace_secret(
    conn: &mut PgConnection,
    by: &By,
    id: EndpointId,
    (secret, seals): (&Secret, &Seals),
    keep_old_for: SignedDuration,
) -> Result<Endpoint> {
    let current = find_for_update(conn, by.account, id)?;
    let now = by.clock.of_machine().now();
    if current.secrets.old.as_ref().is_some_and(|(_, until)| *until > now) {
        let sentence = "The secret was replaced a short time ago, and the one before still signs. Wait until it ends.";
        return Err(Error::Conflict(Code::RotationUnderWay.says(sentence)));
    }
    let until = now + keep_old_for.clamp(SignedDuration::ZERO, LONGEST_OVERLAP);
    let old = (until > now).then(|| (current.secrets.current.clone(), until));
    let secrets = Secrets { current: secret.seal(seals, id)?, old };
    let until = secrets.old.as_ref().map(|(_, until)| *until);
    let after = Fields::from([("old_signs_until".to_owned(), json!(until))]);
    let before = Fields::from([("old_signs_until".to_owned(), Value::Null)]);
    store(conn, by, Endpoint { secrets, ..current }, kinds::SECRET_REPLACED, (&before, &after))
}

/// Seals the secret of an endpoint with the key that seals now, if one that is known sealed it. That is no change of the
/// endpoint, and no event.
pub(super) fn seal_anew(conn: &mut PgConnection, account: AccountId, one: &Endpoint, seals: &Seals) -> Result<()> {
    let Some(secret) = Secret::open(seals, one.id, &one.secrets.current) else { return Ok(()) };
    let sealed = secret.seal(seals, one.id)?;
    let row = webhook_endpoints::table
        .find((account, one.id))
        .filter(webhook_endpoints::secret.eq(&one.secrets.current.sealed));
    let anew = (webhook_endpoints::secret_key.eq(&sealed.key_id), webhook_endpoints::secret.eq(&sealed.sealed));
    diesel::update(row).set(anew).execute(conn)?;
    Ok(())
}

/// Sends a test event to an endpoint, enabled or not.
///
/// # Errors
/// [`Error::NotFound`].
pub fn test(conn: &mut PgConnection, by: &By, id: EndpointId) -> Result<EventId> {
    let one = model::find(conn, by.account, id)?;
    let nothing = Fields::new();
    let what = NewEvent {
        kind: kinds::TEST,
        subject: id.uuid(),
        customer: None,
        version: one.version,
        before: &nothing,
        after: &nothing,
    };
    events::record_for(conn, by, &what, id)
}

/// Stores an endpoint as its next version, with its event.
fn store(
    conn: &mut PgConnection,
    by: &By,
    one: Endpoint,
    kind: &'static str,
    changes: (&Fields, &Fields),
) -> Result<Endpoint> {
    let next = Endpoint { version: one.version + 1, updated_at: by.now(), ..one };
    let (old, old_until) = next.secrets.old.as_ref().map(|(sealed, until)| (sealed, until.to_diesel())).unzip();
    diesel::update(webhook_endpoints::table.find((by.account, next.id)))
        .set((
            webhook_endpoints::version.eq(next.version),
            webhook_endpoints::url.eq(&next.wish.url),
            webhook_endpoints::types.eq(&next.wish.types),
            webhook_endpoints::description.eq(&next.wish.description),
            webhook_endpoints::is_enabled.eq(next.is_enabled()),
            webhook_endpoints::disabled_reason.eq(next.disabled.map(Disabled::as_str)),
            webhook_endpoints::failing_since.eq(next.failing_since.map(ToDiesel::to_diesel)),
            webhook_endpoints::secret_key.eq(&next.secrets.current.key_id),
            webhook_endpoints::secret.eq(&next.secrets.current.sealed),
            webhook_endpoints::old_secret_key.eq(old.map(|sealed| &sealed.key_id)),
            webhook_endpoints::old_secret.eq(old.map(|sealed| &sealed.sealed)),
            webhook_endpoints::old_until.eq(old_until),
            webhook_endpoints::updated_at.eq(next.updated_at.to_diesel()),
            webhook_endpoints::removed_at.eq(next.removed_at.map(ToDiesel::to_diesel)),
        ))
        .execute(conn)?;
    record(conn, by, &next, kind, changes)?;
    Ok(next)
}

fn record(
    conn: &mut PgConnection,
    by: &By,
    one: &Endpoint,
    kind: &'static str,
    (before, after): (&Fields, &Fields),
) -> Result<()> {
    let what = NewEvent { kind, subject: one.id.uuid(), customer: None, version: one.version, before, after };
    events::record(conn, by, &what)?;
    Ok(())
}
