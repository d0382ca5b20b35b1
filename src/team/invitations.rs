//! Invitations: single-use links by which somebody becomes one of the team. Clientele mails nothing; whoever invites
//! hands the link over.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use rand::{TryRng, rngs::SysRng};
use sha2::{Digest, Sha256};

use super::{
    kinds,
    model::{Manager, Member, lock, may_grant},
};
use crate::{
    clock::Clock,
    codes::Code,
    db::lower,
    error::{Error, Result},
    events::{self, Actor, By, Fields, NewEvent},
    ids::{InvitationId, MerchantId, StaffId},
    merchants,
    schema::{invitations, merchants as merchants_table, staff},
    staff::model::{self as people, NewStaff, State, field},
    values::{Email, Mode},
    who::Role,
};

/// The time in which a link works.
pub const WORKS_FOR: SignedDuration = SignedDuration::from_hours(72);

/// The most invitations of a merchant that wait.
pub const MOST: usize = 100;

/// The secret in a link. Only its hash is kept.
pub struct Token(String);

impl Token {
    /// Makes one from the system's random source, of 256 bits.
    ///
    /// # Errors
    /// When that source fails.
    pub fn fresh() -> Result<Self> {
        let mut bytes = [0; 32];
        SysRng.try_fill_bytes(&mut bytes).map_err(Error::internal)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Takes what stands in an address.
    pub fn sent(text: String) -> Self {
        Self(text)
    }

    /// Returns the path that it opens.
    pub fn path(&self) -> String {
        format!("/invitations/{}", self.0)
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(&self.0).to_vec()
    }
}

/// An invitation that was neither accepted nor withdrawn.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub merchant: MerchantId,
    /// The name of the merchant.
    pub merchant_name: String,
    pub email: String,
    pub role: Role,
    /// The name of who invited; nothing when a command did.
    pub invited_by: Option<String>,
    pub created_at: Timestamp,
    /// The moment from which the link does not work any more.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// Returns whether the link does not work any more.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }
}

type Row =
    (InvitationId, MerchantId, String, String, String, Option<String>, jiff_diesel::Timestamp, jiff_diesel::Timestamp);

fn invitation((id, merchant, merchant_name, email, role, invited_by, created, expires): Row) -> Result<Invitation> {
    let role = role.parse().map_err(Error::internal)?;
    let (created_at, expires_at) = (created.to_jiff(), expires.to_jiff());
    Ok(Invitation { id, merchant, merchant_name, email, role, invited_by, created_at, expires_at })
}

/// Selects the invitations that wait, with the names around them.
macro_rules! waiting {
    () => {
        invitations::table
            .inner_join(merchants_table::table)
            .left_join(staff::table.on(staff::id.nullable().eq(invitations::invited_by)))
            .filter(invitations::ended_at.is_null())
            .select((
                invitations::id,
                invitations::merchant_id,
                merchants_table::name,
                invitations::email,
                invitations::role,
                staff::name.nullable(),
                invitations::created_at,
                invitations::expires_at,
            ))
    };
}

/// Returns the invitations of a merchant that wait, the newest first.
pub fn list(conn: &mut PgConnection, merchant: MerchantId) -> Result<Vec<Invitation>> {
    let rows: Vec<Row> =
        waiting!().filter(invitations::merchant_id.eq(merchant)).order(invitations::id.desc()).load(conn)?;
    rows.into_iter().map(invitation).collect()
}

/// Returns the invitations of all merchants that wait, the newest first.
pub fn all(conn: &mut PgConnection) -> Result<Vec<Invitation>> {
    let rows: Vec<Row> = waiting!().order(invitations::id.desc()).load(conn)?;
    rows.into_iter().map(invitation).collect()
}

/// Returns the merchant of an invitation.
///
/// # Errors
/// [`Error::NotFound`].
pub fn merchant_of(conn: &mut PgConnection, id: InvitationId) -> Result<MerchantId> {
    Ok(invitations::table.find(id).select(invitations::merchant_id).first(conn)?)
}

/// Returns an invitation of a merchant that waits.
///
/// # Errors
/// [`Error::NotFound`] when the merchant has none of that id.
pub fn find(conn: &mut PgConnection, merchant: MerchantId, id: InvitationId) -> Result<Invitation> {
    let of_merchant = waiting!().filter(invitations::merchant_id.eq(merchant));
    invitation(of_merchant.filter(invitations::id.eq(id)).first(conn)?)
}

/// Returns the invitation behind a link.
///
/// # Errors
/// [`Error::NotFound`] when the link does not work, or not any more.
pub fn behind(conn: &mut PgConnection, token: &Token, now: Timestamp) -> Result<Invitation> {
    let found = invitation(waiting!().filter(invitations::token_hash.eq(token.hash())).first(conn)?)?;
    if found.is_expired(now) { Err(Error::NotFound) } else { Ok(found) }
}

/// Invites somebody. Call it in a transaction.
///
/// # Errors
/// [`Error::Forbidden`] for a role that they may not grant; [`Error::Conflict`] when the email is in the team or invited
/// already, or too many are.
pub fn invite(
    conn: &mut PgConnection,
    manager: &Manager,
    (email, role): (&Email, Role),
    token: &Token,
    now: Timestamp,
) -> Result<InvitationId> {
    manager.lock(conn)?;
    manager.refuse_beyond(role)?;
    let waiting = list(conn, manager.merchant)?;
    if waiting.iter().any(|one| one.email.to_lowercase() == email.as_str().to_lowercase()) {
        return Err(Error::Conflict(
            Code::EmailInTeam.says("They are invited already. Make a new link on the team’s page."),
        ));
    }
    if waiting.len() >= MOST {
        let sentence = format!("{MOST} invitations wait, as many as there may be. Withdraw one first.");
        return Err(Error::Conflict(Code::TooManyInvitations.says(sentence)));
    }
    let members = staff::table.filter(staff::merchant_id.eq(manager.merchant));
    let same = members
        .filter(staff::email_key.eq(lower(email.as_str())))
        .filter(staff::state.ne(State::Removed.as_str()))
        .select(staff::id)
        .first::<StaffId>(conn)
        .optional()?;
    if same.is_some() {
        return Err(Error::Conflict(Code::EmailInTeam.says("Somebody with this email is in the team already.")));
    }
    let id = InvitationId::new();
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(id),
            invitations::merchant_id.eq(manager.merchant),
            invitations::token_hash.eq(token.hash()),
            invitations::email.eq(email.as_str()),
            invitations::role.eq(role.as_str()),
            invitations::invited_by.eq(manager.by.actor.staff()),
            invitations::created_at.eq(now.to_diesel()),
            invitations::expires_at.eq((now + WORKS_FOR).to_diesel()),
        ))
        .execute(conn)?;
    let after = [field("email", email.as_str()), field("role", role.as_str())].into_iter().flatten().collect();
    record(conn, &manager.by, id, kinds::INVITED, &after)?;
    Ok(id)
}

/// Gives an invitation another link, which works as long as a first one; the old one ends. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for a role that they may not grant.
pub fn renew(
    conn: &mut PgConnection,
    manager: &Manager,
    id: InvitationId,
    token: &Token,
    now: Timestamp,
) -> Result<Invitation> {
    let found = take(conn, manager, id)?;
    diesel::update(invitations::table.find(id))
        .set((
            invitations::token_hash.eq(token.hash()),
            invitations::expires_at.eq((now + WORKS_FOR).to_diesel()),
            invitations::invited_by.eq(manager.by.actor.staff()),
        ))
        .execute(conn)?;
    record(conn, &manager.by, id, kinds::INVITATION_RENEWED, &field("role", found.role.as_str()))?;
    Ok(found)
}

/// What became of an invitation that somebody wanted to withdraw.
#[derive(Clone, Debug)]
pub enum Withdrawn {
    /// It is withdrawn.
    Now(Invitation),
    /// It was before.
    Before,
    /// Somebody has joined with it.
    Accepted(StaffId),
}

/// Withdraws an invitation: its link does not work any more. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for a role that they may not grant.
pub fn withdraw(conn: &mut PgConnection, manager: &Manager, id: InvitationId, now: Timestamp) -> Result<Withdrawn> {
    manager.lock(conn)?;
    let theirs = invitations::table.filter(invitations::merchant_id.eq(manager.merchant));
    let (ended, accepted): (bool, Option<StaffId>) = theirs
        .filter(invitations::id.eq(id))
        .select((invitations::ended_at.is_not_null(), invitations::accepted_by))
        .first(conn)?;
    match (accepted, ended) {
        (Some(staff), _) => Ok(Withdrawn::Accepted(staff)),
        (None, true) => Ok(Withdrawn::Before),
        (None, false) => {
            let found = take(conn, manager, id)?;
            end(conn, manager, id, now)?;
            Ok(Withdrawn::Now(found))
        }
    }
}

/// Returns an invitation that they may change, under the lock.
fn take(conn: &mut PgConnection, manager: &Manager, id: InvitationId) -> Result<Invitation> {
    manager.lock(conn)?;
    let found = find(conn, manager.merchant, id)?;
    manager.refuse_beyond(found.role)?;
    Ok(found)
}

fn end(conn: &mut PgConnection, manager: &Manager, id: InvitationId, now: Timestamp) -> Result<()> {
    let ended = invitations::ended_at.eq(now.to_diesel());
    diesel::update(invitations::table.find(id)).set(ended).execute(conn)?;
    record(conn, &manager.by, id, kinds::INVITATION_WITHDRAWN, &Fields::new())
}

/// Withdraws what a person invited to that they could not invite to in `role`; everything, when they may not sign in any
/// more. Who loses their access keeps no link that gives it back.
pub fn withdraw_beyond(conn: &mut PgConnection, manager: &Manager, inviter: StaffId, role: Option<Role>) -> Result<()> {
    let theirs = invitations::table.filter(invitations::invited_by.eq(inviter));
    let waiting: Vec<(InvitationId, String)> =
        theirs.filter(invitations::ended_at.is_null()).select((invitations::id, invitations::role)).load(conn)?;
    for (id, granted) in waiting {
        let granted: Role = granted.parse().map_err(Error::internal)?;
        if !role.is_some_and(|role| may_grant(role, granted)) {
            end(conn, manager, id, Timestamp::now())?;
        }
    }
    Ok(())
}

/// Takes the email of a person who is removed out of all invitations of it, and out of their events. One that waits ends.
pub fn forget(conn: &mut PgConnection, manager: &Manager, person: &Member) -> Result<()> {
    let is_theirs = invitations::accepted_by.eq(person.id).assume_not_null();
    let of_email = invitations::email_key.eq(lower(&person.email));
    let theirs =
        invitations::table.filter(invitations::merchant_id.eq(manager.merchant)).filter(is_theirs.or(of_email));
    let rows: Vec<(InvitationId, bool)> =
        theirs.select((invitations::id, invitations::ended_at.is_null())).load(conn)?;
    for (id, _) in rows.iter().filter(|(_, waits)| *waits) {
        end(conn, manager, *id, Timestamp::now())?;
    }
    let ids: Vec<InvitationId> = rows.into_iter().map(|(id, _)| id).collect();
    let uuids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    diesel::update(invitations::table.filter(invitations::id.eq_any(ids)))
        .set(invitations::email.eq(""))
        .execute(conn)?;
    events::scrub(conn, manager.by.account, &uuids, &[kinds::INVITED], &["role"])
}

/// Makes the one who holds the link one of the team, with the name and the password that they chose. The link ends. Call
/// it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] when the link does not work any more; [`Error::Conflict`] when somebody of another merchant has the
/// email by now.
pub fn accept(
    conn: &mut PgConnection,
    token: &Token,
    (name, password_hash): (&str, &str),
    (request, now): (uuid::Uuid, Timestamp),
) -> Result<StaffId> {
    // Found once to know whom to lock, and again under the lock: it may have ended meanwhile.
    let merchant = behind(conn, token, now)?.merchant;
    lock(conn, merchant)?;
    let found = behind(conn, token, now)?;
    let new = NewStaff {
        merchant,
        email: Email::parse(&found.email).map_err(|err| Error::internal(err.to_string()))?,
        name: name.to_owned(),
        role: found.role,
        password_hash: password_hash.to_owned(),
        mode: Mode::Live,
    };
    let id = people::add(conn, &new)?;
    let accepted = (invitations::ended_at.eq(now.to_diesel()), invitations::accepted_by.eq(id));
    diesel::update(invitations::table.find(found.id)).set(accepted).execute(conn)?;
    let account = merchants::account(conn, merchant, Mode::Live)?;
    let by = By::new(account, Clock::system(), Actor::Staff(id), Some(request));
    people::record(conn, &by, id, kinds::JOINED, (&Fields::new(), &field("role", found.role.as_str())))?;
    Ok(id)
}

fn record(conn: &mut PgConnection, by: &By, id: InvitationId, kind: &'static str, after: &Fields) -> Result<()> {
    let what = NewEvent { kind, subject: id.uuid(), customer: None, version: 0, before: &Fields::new(), after };
    events::record(conn, by, &what)?;
    Ok(())
}
