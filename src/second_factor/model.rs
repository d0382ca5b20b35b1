//! The second factors of people: the rows, and what can be done with them.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::{
    kinds,
    recovery::{self, RecoveryCode},
    totp::App,
};
use crate::{
    clock::Clock,
    error::{Error, Result},
    events::{self, Actor, By, Fields, NewEvent},
    ids::{MerchantId, StaffId},
    merchants,
    schema::{recovery_codes, staff, totp_secrets},
    sealing::{Sealed, Seals},
    staff::{
        model::{keep_second_factor, second_factor_of},
        sessions::end_all,
    },
    values::Mode,
    who::{SecondFactor, SignedIn},
};

/// A person, as the author of what is done to their own second factor.
#[derive(Clone)]
pub struct Own {
    pub staff: StaffId,
    merchant: MerchantId,
    by: By,
}

impl Own {
    /// Makes the one who is signed in.
    pub fn of(who: &SignedIn) -> Self {
        Self { staff: who.staff, merchant: who.merchant_id, by: who.by() }
    }

    /// Makes the one who is signing in, in no session yet.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is nobody of that id.
    pub fn signing_in(conn: &mut PgConnection, id: StaffId) -> Result<Self> {
        let merchant: MerchantId = staff::table.find(id).select(staff::merchant_id).first(conn)?;
        let account = merchants::account(conn, merchant, Mode::Live)?;
        let by = By::new(account, Clock::system(), Actor::Staff(id), None);
        Ok(Self { staff: id, merchant, by })
    }

    /// Records what became of it, in the live account of their merchant.
    pub(super) fn record(&self, conn: &mut PgConnection, kind: &'static str, after: &Fields) -> Result<()> {
        let by = self.by.in_live(merchants::account(conn, self.merchant, Mode::Live)?);
        let (subject, before) = (self.staff.uuid(), &Fields::new());
        events::record(conn, &by, &NewEvent { kind, subject, customer: None, version: 0, before, after })?;
        Ok(())
    }
}

/// What a person has.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// The time since when there is an app.
    pub app_since: Option<Timestamp>,
    /// The number of recovery codes that are left.
    pub codes_left: usize,
}

/// Returns what a person has.
pub fn kept(conn: &mut PgConnection, staff: StaffId) -> Result<Kept> {
    let app: Option<jiff_diesel::Timestamp> =
        totp_secrets::table.find(staff).select(totp_secrets::created_at).first(conn).optional()?;
    Ok(Kept { app_since: app.map(jiff_diesel::Timestamp::to_jiff), codes_left: codes_left(conn, staff)? })
}

fn codes_left(conn: &mut PgConnection, staff: StaffId) -> Result<usize> {
    let left: i64 = recovery_codes::table.filter(recovery_codes::staff_id.eq(staff)).count().get_result(conn)?;
    usize::try_from(left).map_err(Error::internal)
}

/// Keeps a person's app in place of the one they had, and with their first second factor makes recovery codes, which it
/// returns. Their sessions end. Call it in a transaction.
pub fn keep_app(
    conn: &mut PgConnection,
    own: &Own,
    secret: &Sealed,
    step: i64,
    now: Timestamp,
) -> Result<Option<Vec<RecoveryCode>>> {
    let row = (
        totp_secrets::key_id.eq(&secret.key_id),
        totp_secrets::sealed.eq(&secret.sealed),
        totp_secrets::last_step.eq(step),
        totp_secrets::created_at.eq(now.to_diesel()),
    );
    let values = (totp_secrets::staff_id.eq(own.staff), row);
    let insert = diesel::insert_into(totp_secrets::table).values(values);
    insert.on_conflict(totp_secrets::staff_id).do_update().set(row).execute(conn)?;
    let factor = second_factor_of(conn, own.staff)?;
    keep_second_factor(conn, own.staff, SecondFactor { app: true, ..factor })?;
    own.record(conn, kinds::APP_ADDED, &Fields::new())?;
    let codes = codes_of_first(conn, own)?;
    end_all(conn, own.staff)?;
    Ok(codes)
}

/// Makes recovery codes with a person's first second factor.
pub(super) fn codes_of_first(conn: &mut PgConnection, own: &Own) -> Result<Option<Vec<RecoveryCode>>> {
    let has_some = codes_left(conn, own.staff)? > 0;
    (!has_some).then(|| fill(conn, own.staff)).transpose()
}

/// Takes a person's app away; their sessions end. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn remove_app(conn: &mut PgConnection, own: &Own) -> Result<()> {
    if diesel::delete(totp_secrets::table.find(own.staff)).execute(conn)? == 0 {
        return Err(Error::NotFound);
    }
    let factor = second_factor_of(conn, own.staff)?;
    keep_second_factor(conn, own.staff, SecondFactor { app: false, ..factor })?;
    own.record(conn, kinds::APP_REMOVED, &Fields::new())?;
    after_removal(conn, own)
}

/// Takes the recovery codes of who has no second factor any more, and ends their sessions.
pub(super) fn after_removal(conn: &mut PgConnection, own: &Own) -> Result<()> {
    if !second_factor_of(conn, own.staff)?.is_set_up() {
        diesel::delete(recovery_codes::table.filter(recovery_codes::staff_id.eq(own.staff))).execute(conn)?;
    }
    end_all(conn, own.staff)
}

/// Makes new recovery codes in place of all old ones. Call it in a transaction.
pub fn replace_codes(conn: &mut PgConnection, own: &Own) -> Result<Vec<RecoveryCode>> {
    // One set after the other, if two are wanted at once.
    second_factor_of(conn, own.staff)?;
    let codes = fill(conn, own.staff)?;
    own.record(conn, kinds::CODES_REPLACED, &Fields::new())?;
    Ok(codes)
}

fn fill(conn: &mut PgConnection, staff: StaffId) -> Result<Vec<RecoveryCode>> {
    let codes = RecoveryCode::fresh_set();
    diesel::delete(recovery_codes::table.filter(recovery_codes::staff_id.eq(staff))).execute(conn)?;
    let row = |code: &RecoveryCode| (recovery_codes::staff_id.eq(staff), recovery_codes::code_hash.eq(code.hash()));
    let rows: Vec<_> = codes.iter().map(row).collect();
    diesel::insert_into(recovery_codes::table).values(rows).execute(conn)?;
    Ok(codes)
}

/// The outcome of a typed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is one of the app.
    App,
    /// It is a recovery code, which is used up now; so many are left.
    Recovery(usize),
    /// It is none, was used already, or is too old.
    Wrong,
}

/// Takes a typed code, which counts once. Call it in a transaction.
pub fn take_code(conn: &mut PgConnection, seals: &Seals, own: &Own, typed: &str, now: Timestamp) -> Result<Taken> {
    if let Some(hash) = recovery::hash_of(typed) {
        return take_recovery_code(conn, own, hash);
    }
    type Row = (String, Vec<u8>, i64);
    let columns = (totp_secrets::key_id, totp_secrets::sealed, totp_secrets::last_step);
    let row: Option<Row> = totp_secrets::table.find(own.staff).select(columns).for_update().first(conn).optional()?;
    let Some((key_id, sealed, last_step)) = row else { return Ok(Taken::Wrong) };
    let sealed = Sealed { key_id, sealed };
    let Some(secret) = seals.open(own.staff, &sealed) else {
        tracing::warn!(key = sealed.key_id, "a second factor was sealed with another CLIENTELE_SECRET");
        return Ok(Taken::Wrong);
    };
    let step = App::of(&secret)?.step_of(typed, now).filter(|step| *step > last_step);
    let Some(step) = step else { return Ok(Taken::Wrong) };
    let sealed = if seals.is_current(&sealed) { sealed } else { seals.seal(own.staff, &secret)? };
    let taken = (
        totp_secrets::last_step.eq(step),
        totp_secrets::key_id.eq(sealed.key_id),
        totp_secrets::sealed.eq(sealed.sealed),
    );
    diesel::update(totp_secrets::table.find(own.staff)).set(taken).execute(conn)?;
    Ok(Taken::App)
}

fn take_recovery_code(conn: &mut PgConnection, own: &Own, hash: Vec<u8>) -> Result<Taken> {
    // Of two at once the second finds nothing to delete.
    if diesel::delete(recovery_codes::table.find((own.staff, hash))).execute(conn)? == 0 {
        return Ok(Taken::Wrong);
    }
    let left = codes_left(conn, own.staff)?;
    own.record(conn, kinds::CODE_USED, &Fields::from([("left".to_owned(), left.into())]))?;
    Ok(Taken::Recovery(left))
}
