//! The rows of staff, and what can be done with them.

use super::kinds;
use crate::{
    db::lower,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    ids::{MerchantId, StaffId},
    schema::{merchants, sessions, staff},
    values::{Mode, email::Email},
    who::Role,
};
use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

/// What became of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// May sign in.
    Enabled,
    /// May not, until they are enabled again.
    Disabled,
    /// Is gone for good. The row stays, so that what they did keeps their name.
    Removed,
}

impl State {
    /// Returns the name as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Removed => "removed",
        }
    }
}

/// The data that signing in needs.
#[derive(Queryable, Selectable)]
#[diesel(table_name = staff, check_for_backend(diesel::pg::Pg))]
pub struct Credentials {
    pub id: StaffId,
    /// The hash, as a PHC string.
    pub password_hash: String,
    /// The mode of the account used last.
    pub mode: String,
}

/// Returns the credentials behind an email, matched without case. Who is disabled has none, like a stranger.
pub fn credentials(conn: &mut PgConnection, email: &str) -> Result<Option<Credentials>> {
    let by_email =
        staff::table.filter(staff::email_key.eq(lower(email))).filter(staff::state.eq(State::Enabled.as_str()));
    Ok(by_email.select(Credentials::as_select()).first(conn).optional()?)
}

/// A person to be added.
pub struct NewStaff {
    pub merchant: MerchantId,
    /// The email, unique over all merchants.
    pub email: Email,
    /// The name, shown in the activity of what they change.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// The hash made by [`super::password::hash`].
    pub password_hash: String,
    /// The mode in which their first sign-in starts.
    pub mode: Mode,
}

/// Adds a person.
///
/// # Errors
/// [`Error::Command`] when the email is taken.
pub fn add(conn: &mut PgConnection, new: &NewStaff) -> Result<StaffId> {
    let id = StaffId::new();
    let added = diesel::insert_into(staff::table)
        .values((
            staff::id.eq(id),
            staff::merchant_id.eq(new.merchant),
            staff::email.eq(new.email.as_str()),
            staff::name.eq(&new.name),
            staff::role.eq(new.role.as_str()),
            staff::state.eq(State::Enabled.as_str()),
            staff::password_hash.eq(&new.password_hash),
            staff::single_keys.eq(true),
            staff::mode.eq(new.mode.as_str()),
            staff::created_at.eq(Timestamp::now().to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    match added {
        1 => Ok(id),
        _ => Err(Error::Command("Somebody with this email is staff already.".into())),
    }
}

/// A person as the commands name and list them.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff, check_for_backend(diesel::pg::Pg))]
pub struct Member {
    pub id: StaffId,
    pub email: String,
    pub name: String,
    pub role: String,
    /// What became of them; see [`State`].
    pub state: String,
    pub merchant_id: MerchantId,
    /// Their merchant's name.
    #[diesel(select_expression = merchants::name)]
    pub merchant: String,
}

/// Returns everybody who is not removed, by merchant and email.
pub fn list(conn: &mut PgConnection) -> Result<Vec<Member>> {
    let everybody = staff::table
        .inner_join(merchants::table)
        .filter(staff::state.ne(State::Removed.as_str()))
        .order((merchants::name, staff::email_key));
    Ok(everybody.select(Member::as_select()).load(conn)?)
}

/// Returns the person behind an email, matched without case.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn member(conn: &mut PgConnection, email: &str) -> Result<Member> {
    let by_email = staff::table
        .inner_join(merchants::table)
        .filter(staff::email_key.eq(lower(email)))
        .filter(staff::state.ne(State::Removed.as_str()));
    Ok(by_email.select(Member::as_select()).first(conn)?)
}

/// Enables, disables or removes a person, and ends all their sessions. Call it in a transaction.
///
/// # Errors
/// [`Error::Command`] for the last owner of a merchant.
pub fn set_state(conn: &mut PgConnection, member: &Member, state: State) -> Result<()> {
    if state != State::Enabled {
        keep_an_owner(conn, member)?;
    }
    diesel::update(staff::table.find(member.id)).set(staff::state.eq(state.as_str())).execute(conn)?;
    if state == State::Removed {
        // Nothing of theirs stays but the name, and nothing signs in.
        let gone = (staff::email.eq(""), staff::password_hash.eq(""));
        diesel::update(staff::table.find(member.id)).set(gone).execute(conn)?;
    }
    end_sessions(conn, member.id)?;
    record(conn, member, kinds::STATE_CHANGED, &field("state", &member.state), &field("state", state.as_str()))
}

/// Gives a person another role, and ends all their sessions. Call it in a transaction.
///
/// # Errors
/// [`Error::Command`] for the last owner of a merchant.
pub fn set_role(conn: &mut PgConnection, member: &Member, role: Role) -> Result<()> {
    if role != Role::Owner {
        keep_an_owner(conn, member)?;
    }
    diesel::update(staff::table.find(member.id)).set(staff::role.eq(role.as_str())).execute(conn)?;
    end_sessions(conn, member.id)?;
    record(conn, member, kinds::ROLE_CHANGED, &field("role", &member.role), &field("role", role.as_str()))
}

/// Refuses when nobody else is an owner who may sign in. The owners' rows are locked, so that two owners cannot go at
/// once.
fn keep_an_owner(conn: &mut PgConnection, member: &Member) -> Result<()> {
    let owners: Vec<StaffId> = staff::table
        .filter(staff::merchant_id.eq(member.merchant_id))
        .filter(staff::role.eq(Role::Owner.as_str()))
        .filter(staff::state.eq(State::Enabled.as_str()))
        .order(staff::id)
        .for_update()
        .select(staff::id)
        .load(conn)?;
    if owners != [member.id] {
        return Ok(());
    }
    let Member { email, merchant, .. } = member;
    Err(Error::Command(
        format!("{email} is the last owner of “{merchant}” who may sign in. Make somebody else an owner first.").into(),
    ))
}

/// Sets a new password for a person, who may have lost theirs, and ends all their sessions. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] when there is nobody of that id.
pub fn reset_password(conn: &mut PgConnection, member: &Member, password_hash: &str) -> Result<()> {
    set_password(conn, member.id, password_hash)?;
    // That it happened is all that an event may say of a password.
    record(conn, member, kinds::PASSWORD_RESET, &Fields::new(), &Fields::new())
}

/// Records what became of a person, in the live account of their merchant.
fn record(conn: &mut PgConnection, member: &Member, kind: &'static str, before: &Fields, after: &Fields) -> Result<()> {
    let by = By::system(crate::merchants::account(conn, member.merchant_id, Mode::Live)?);
    let subject = member.id.uuid();
    events::record(conn, &by, &NewEvent { kind, subject, customer: None, version: 0, before, after })?;
    Ok(())
}

fn field(name: &str, text: &str) -> Fields {
    Fields::from([(name.to_owned(), text.into())])
}

/// Sets a new password and ends all sessions of that person.
///
/// # Errors
/// [`Error::NotFound`] when there is nobody of that id.
pub fn set_password(conn: &mut PgConnection, id: StaffId, password_hash: &str) -> Result<()> {
    let changed = diesel::update(staff::table.find(id)).set(staff::password_hash.eq(password_hash)).execute(conn)?;
    if changed == 0 {
        return Err(Error::NotFound);
    }
    end_sessions(conn, id)
}

/// Ends all sessions of a person.
pub fn end_sessions(conn: &mut PgConnection, id: StaffId) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::staff_id.eq(id))).execute(conn)?;
    Ok(())
}

/// Remembers which account a person uses.
pub fn remember_mode(conn: &mut PgConnection, id: StaffId, mode: Mode) -> Result<()> {
    diesel::update(staff::table.find(id)).set(staff::mode.eq(mode.as_str())).execute(conn)?;
    Ok(())
}

/// Turns the keys that work alone on or off.
pub fn choose_single_keys(conn: &mut PgConnection, id: StaffId, on: bool) -> Result<()> {
    diesel::update(staff::table.find(id)).set(staff::single_keys.eq(on)).execute(conn)?;
    Ok(())
}
