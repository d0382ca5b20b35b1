//! The rows of staff, and what can be done with them.

use super::{kinds, sessions, start::Start};
use crate::{
    clock::Clock,
    codes::Code,
    db::lower,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    ids::{MerchantId, StaffId},
    merchants,
    schema::{merchants as merchants_table, staff},
    values::{Mode, email::Email},
    who::{Role, SecondFactor, SignedIn, Theme},
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
    /// The page that they begin with; see [`Start`].
    pub start_page: Option<String>,
    /// See [`SecondFactor`]; kept by `second_factor`.
    pub has_app: Option<bool>,
    /// And passkeys.
    pub has_passkeys: Option<bool>,
}

impl Credentials {
    /// Returns what they prove beside the password.
    pub fn second_factor(&self) -> SecondFactor {
        SecondFactor { app: self.has_app == Some(true), passkeys: self.has_passkeys == Some(true) }
    }
}

/// Returns the credentials behind an email, matched without case. Who is disabled has none, like a stranger.
pub fn credentials(conn: &mut PgConnection, email: &str) -> Result<Option<Credentials>> {
    let by_email =
        staff::table.filter(staff::email_key.eq(lower(email))).filter(staff::state.eq(State::Enabled.as_str()));
    Ok(by_email.select(Credentials::as_select()).first(conn).optional()?)
}

/// Returns the credentials of a person whose id is known. Who is disabled has none.
pub fn credentials_of(conn: &mut PgConnection, id: StaffId) -> Result<Option<Credentials>> {
    let enabled = staff::table.find(id).filter(staff::state.eq(State::Enabled.as_str()));
    Ok(enabled.select(Credentials::as_select()).first(conn).optional()?)
}

/// Returns how many of a merchant's people who may sign in have no second factor.
pub fn without_second_factor(conn: &mut PgConnection, merchant: MerchantId) -> Result<i64> {
    let has = |column: Option<bool>| column == Some(true);
    let rows: Vec<(Option<bool>, Option<bool>)> = staff::table
        .filter(staff::merchant_id.eq(merchant))
        .filter(staff::state.eq(State::Enabled.as_str()))
        .select((staff::has_app, staff::has_passkeys))
        .load(conn)?;
    let without = rows.into_iter().filter(|(app, passkeys)| !has(*app) && !has(*passkeys)).count();
    i64::try_from(without).map_err(Error::internal)
}

/// Returns how many of a merchant's people who may sign in have a role.
pub fn count_of(conn: &mut PgConnection, merchant: MerchantId, role: Role) -> Result<i64> {
    let of_role = staff::table
        .filter(staff::merchant_id.eq(merchant))
        .filter(staff::state.eq(State::Enabled.as_str()))
        .filter(staff::role.eq(role.as_str()));
    Ok(of_role.count().get_result(conn)?)
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
/// [`Error::Conflict`] when the email is taken.
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
        _ => Err(Error::Conflict(Code::EmailInTeam.says("Somebody signs in with this email already."))),
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
    #[diesel(select_expression = merchants_table::name)]
    pub merchant: String,
}

/// Returns everybody who is not removed, by merchant and email.
pub fn list(conn: &mut PgConnection) -> Result<Vec<Member>> {
    let everybody = staff::table
        .inner_join(merchants_table::table)
        .filter(staff::state.ne(State::Removed.as_str()))
        .order((merchants_table::name, staff::email_key));
    Ok(everybody.select(Member::as_select()).load(conn)?)
}

/// Returns the person behind an email, matched without case.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn member(conn: &mut PgConnection, email: &str) -> Result<Member> {
    let by_email = staff::table
        .inner_join(merchants_table::table)
        .filter(staff::email_key.eq(lower(email)))
        .filter(staff::state.ne(State::Removed.as_str()));
    Ok(by_email.select(Member::as_select()).first(conn)?)
}

/// Returns the person of that id, of a merchant.
///
/// # Errors
/// [`Error::NotFound`] when the merchant has none.
pub fn member_of(conn: &mut PgConnection, merchant: MerchantId, id: StaffId) -> Result<Member> {
    let of_merchant = staff::table
        .inner_join(merchants_table::table)
        .filter(staff::merchant_id.eq(merchant))
        .filter(staff::id.eq(id))
        .filter(staff::state.ne(State::Removed.as_str()));
    Ok(of_merchant.select(Member::as_select()).first(conn)?)
}

/// Returns the owners of a merchant who may sign in.
pub fn owners(conn: &mut PgConnection, merchant: MerchantId) -> Result<Vec<StaffId>> {
    let owners = staff::table
        .filter(staff::merchant_id.eq(merchant))
        .filter(staff::role.eq(Role::Owner.as_str()))
        .filter(staff::state.eq(State::Enabled.as_str()));
    Ok(owners.order(staff::id).select(staff::id).load(conn)?)
}

/// Returns what a person proves beside the password; their row is locked until the transaction ends.
pub fn second_factor_of(conn: &mut PgConnection, id: StaffId) -> Result<SecondFactor> {
    let columns = (staff::has_app, staff::has_passkeys);
    let row = staff::table.find(id).select(columns).for_no_key_update();
    let (app, passkeys): (Option<bool>, Option<bool>) = row.first(conn)?;
    Ok(SecondFactor { app: app == Some(true), passkeys: passkeys == Some(true) })
}

/// Notes in a person's row what they prove beside the password.
pub fn keep_second_factor(conn: &mut PgConnection, id: StaffId, factor: SecondFactor) -> Result<()> {
    let noted = |is: bool| is.then_some(true);
    let values = (staff::has_app.eq(noted(factor.app)), staff::has_passkeys.eq(noted(factor.passkeys)));
    diesel::update(staff::table.find(id)).set(values).execute(conn)?;
    Ok(())
}

/// Sets a new password for a person, who may have lost theirs, and ends all their sessions. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] when there is nobody of that id.
pub fn reset_password(conn: &mut PgConnection, member: &Member, password_hash: &str) -> Result<()> {
    set_password(conn, member.id, password_hash)?;
    let by = by_command(conn, member.merchant_id)?;
    // That it happened is all that an event may say of a password.
    record(conn, &by, member.id, kinds::PASSWORD_RESET, (&Fields::new(), &Fields::new()))
}

/// Records what became of a person. The account is the live one of their merchant, whatever account it was done from, so
/// that there is one record of a merchant's people.
pub fn record(
    conn: &mut PgConnection,
    by: &By,
    id: StaffId,
    kind: &'static str,
    (before, after): (&Fields, &Fields),
) -> Result<()> {
    let what = NewEvent { kind, subject: id.uuid(), customer: None, version: 0, before, after };
    events::record(conn, by, &what)?;
    Ok(())
}

/// Returns Clientele itself as the author of a change of a merchant's people.
pub fn by_command(conn: &mut PgConnection, merchant: MerchantId) -> Result<By> {
    Ok(By::system(merchants::account(conn, merchant, Mode::Live)?, Clock::system()))
}

/// Returns a person as the author of a change of their merchant's people.
pub fn by_person(conn: &mut PgConnection, who: &SignedIn) -> Result<By> {
    Ok(who.by().in_live(merchants::account(conn, who.merchant_id, Mode::Live)?))
}

/// Returns the role that somebody has by now: their request may have been under way for a while.
///
/// # Errors
/// [`Error::SignInFirst`] when they may not sign in any more.
pub fn role_now(conn: &mut PgConnection, id: StaffId) -> Result<Role> {
    let (role, state): (String, String) = staff::table.find(id).select((staff::role, staff::state)).first(conn)?;
    if state != State::Enabled.as_str() {
        return Err(Error::SignInFirst);
    }
    role.parse().map_err(Error::internal)
}

/// Refuses somebody whose role is less than `least` by now.
///
/// # Errors
/// [`Error::SignInFirst`] and [`Error::Forbidden`].
pub fn refuse_below(conn: &mut PgConnection, id: StaffId, least: Role) -> Result<()> {
    if role_now(conn, id)? >= least { Ok(()) } else { Err(Error::Forbidden) }
}

/// Returns a text as the only field of an event.
pub fn field(name: &str, text: &str) -> Fields {
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
    sessions::end_all(conn, id)
}

/// Remembers which account a person uses.
pub fn remember_mode(conn: &mut PgConnection, id: StaffId, mode: Mode) -> Result<()> {
    diesel::update(staff::table.find(id)).set(staff::mode.eq(mode.as_str())).execute(conn)?;
    Ok(())
}

/// How a person wants their pages.
#[derive(Clone, Debug)]
pub struct Preferences {
    /// The colours; nothing for those of their system.
    pub theme: Option<Theme>,
    /// The page that sign-in leads to; nothing for the usual one.
    pub start: Option<Start>,
    /// True when keys like / and c work alone.
    pub single_keys: bool,
}

/// Keeps how a person wants their pages.
pub fn prefer(conn: &mut PgConnection, id: StaffId, wanted: &Preferences) -> Result<()> {
    let wanted = (
        staff::theme.eq(wanted.theme.map(Theme::as_str)),
        staff::start_page.eq(wanted.start.map(Start::as_str)),
        staff::single_keys.eq(wanted.single_keys),
    );
    diesel::update(staff::table.find(id)).set(wanted).execute(conn)?;
    Ok(())
}

/// Returns the page that a person's sign-in leads to.
pub fn start_of(conn: &mut PgConnection, id: StaffId) -> Result<Start> {
    let word: Option<String> = staff::table.find(id).select(staff::start_page).first(conn)?;
    Ok(Start::of_stored(word.as_deref()))
}

/// Gives a person another name, with its event. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] when there is nobody of that id.
pub fn rename(conn: &mut PgConnection, by: &By, id: StaffId, name: &str) -> Result<()> {
    let was: String = staff::table.find(id).select(staff::name).for_no_key_update().first(conn)?;
    if was == name {
        return Ok(());
    }
    diesel::update(staff::table.find(id)).set(staff::name.eq(name)).execute(conn)?;
    record(conn, by, id, kinds::RENAMED, (&field("name", &was), &field("name", name)))
}
