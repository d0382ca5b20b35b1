//! The people of a merchant, and what colleagues do with them: roles, access, removal, handing over.
//!
//! Every change holds the merchant's lock, so that of two at once the second sees what the first has done: the last
//! owner stays whatever comes together.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;

use super::{invitations, kinds};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::By,
    ids::{MerchantId, StaffId},
    schema::{merchants, staff},
    second_factor,
    staff::{
        model::{State, by_command, by_person, field, record, role_now},
        sessions,
    },
    who::{Role, SignedIn},
};

/// A person as colleagues see them.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff, check_for_backend(diesel::pg::Pg))]
pub struct Member {
    pub id: StaffId,
    pub email: String,
    pub name: String,
    #[diesel(column_name = role)]
    role_stored: String,
    #[diesel(column_name = state)]
    state_stored: String,
    /// When they were added.
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub created_at: Timestamp,
    /// Their last request, to the minute; nothing when it was not noted yet.
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    pub seen_at: Option<Timestamp>,
}

impl Member {
    /// Returns their role; the least one for what this version does not know.
    pub fn role(&self) -> Role {
        self.role_stored.parse().unwrap_or(Role::Viewer)
    }

    /// Returns whether they may not sign in for the time being.
    pub fn is_disabled(&self) -> bool {
        self.state_stored == State::Disabled.as_str()
    }
}

/// Who changes the team: a person, or a command, which may do everything.
#[derive(Clone, Debug)]
pub struct Manager {
    pub merchant: MerchantId,
    /// The author, in the merchant's live account.
    pub by: By,
    /// The role that bounds what they may do.
    role: Role,
}

impl Manager {
    /// Makes the one who is signed in, with the lock, and with the role that they have by now.
    ///
    /// # Errors
    /// [`Error::SignInFirst`] when they may not sign in any more.
    pub fn person(conn: &mut PgConnection, who: &SignedIn) -> Result<Self> {
        lock(conn, who.merchant_id)?;
        let (role, by) = (role_now(conn, who.staff)?, by_person(conn, who)?);
        Ok(Self { merchant: who.merchant_id, by, role })
    }

    /// Makes `by`, in the merchant's live account, the author of what they do.
    #[must_use]
    pub fn acting_as(self, by: By) -> Self {
        Self { by, ..self }
    }

    /// Makes a command.
    ///
    /// # Errors
    /// When the database fails.
    pub fn command(conn: &mut PgConnection, merchant: MerchantId) -> Result<Self> {
        Ok(Self { merchant, by: by_command(conn, merchant)?, role: Role::Owner })
    }

    /// Returns whether they may give that role to somebody, or change somebody who has it: owners are for owners.
    pub fn may_grant(&self, role: Role) -> bool {
        may_grant(self.role, role)
    }

    /// Refuses what is about a role that they may not grant.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn refuse_beyond(&self, role: Role) -> Result<()> {
        if self.may_grant(role) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// Makes others who change the team of this merchant wait until the transaction ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such merchant.
    pub fn lock(&self, conn: &mut PgConnection) -> Result<()> {
        lock(conn, self.merchant)
    }

    /// Returns a person whom they may change, under the lock.
    fn take(&self, conn: &mut PgConnection, id: StaffId) -> Result<Member> {
        self.lock(conn)?;
        self.taken(find(conn, self.merchant, id)?)
    }

    fn taken(&self, member: Member) -> Result<Member> {
        self.refuse_beyond(member.role())?;
        if self.by.actor.staff() == Some(member.id) {
            let sentence =
                "Your own role and access are changed by a colleague. As an owner you can hand over to somebody.";
            return Err(Error::Conflict(Code::AccessRefused.says(sentence)));
        }
        Ok(member)
    }
}

/// Returns whether people of role `mine` may give `role` to somebody, or change somebody who has it.
pub fn may_grant(mine: Role, role: Role) -> bool {
    mine >= Role::Admin && (role < Role::Owner || mine == Role::Owner)
}

/// Makes others who change the team of a merchant wait until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`] when there is no such merchant.
pub fn lock(conn: &mut PgConnection, merchant: MerchantId) -> Result<()> {
    merchants::table.find(merchant).select(merchants::id).for_no_key_update().first::<MerchantId>(conn)?;
    Ok(())
}

/// Returns the people of a merchant who are not removed, by name.
pub fn list(conn: &mut PgConnection, merchant: MerchantId) -> Result<Vec<Member>> {
    let theirs = staff::table.filter(staff::merchant_id.eq(merchant)).filter(staff::state.ne(State::Removed.as_str()));
    let mut members: Vec<Member> = theirs.order((staff::name, staff::id)).select(Member::as_select()).load(conn)?;
    members.sort_by_key(|member| std::cmp::Reverse(member.role()));
    Ok(members)
}

/// Returns a person of a merchant.
///
/// # Errors
/// [`Error::NotFound`] when the merchant has none of that id, or has removed them.
pub fn find(conn: &mut PgConnection, merchant: MerchantId, id: StaffId) -> Result<Member> {
    let theirs = staff::table.filter(staff::merchant_id.eq(merchant)).filter(staff::state.ne(State::Removed.as_str()));
    Ok(theirs.filter(staff::id.eq(id)).select(Member::as_select()).first(conn)?)
}

/// Gives a person another role, if they still have `was`: their next request obeys it. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`]; [`Error::Conflict`] for the last owner, for oneself, and when somebody
/// else has changed the role meanwhile.
pub fn set_role(conn: &mut PgConnection, manager: &Manager, id: StaffId, was: Role, role: Role) -> Result<Member> {
    let member = manager.take(conn, id)?;
    manager.refuse_beyond(role)?;
    if member.role() == role {
        return Ok(member);
    }
    if member.role() != was {
        let sentence =
            format!("{} is {} by now: somebody has changed it meanwhile.", member.name, member.role().as_str());
        return Err(Error::Conflict(Code::ChangedSince.says(sentence)));
    }
    if was == Role::Owner {
        keep_an_owner(conn, manager.merchant, &member)?;
    }
    give_role(conn, manager, &member, role)?;
    Ok(member)
}

fn give_role(conn: &mut PgConnection, manager: &Manager, member: &Member, role: Role) -> Result<()> {
    diesel::update(staff::table.find(member.id)).set(staff::role.eq(role.as_str())).execute(conn)?;
    invitations::withdraw_beyond(conn, manager, member.id, Some(role))?;
    let (before, after) = (field("role", member.role().as_str()), field("role", role.as_str()));
    record(conn, &manager.by, member.id, kinds::ROLE_CHANGED, (&before, &after))
}

/// Makes another person an owner and the one who asks an admin. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] when the one who asks is no owner by now; [`Error::Conflict`] when the other
/// may not sign in.
pub fn hand_over(conn: &mut PgConnection, manager: &Manager, from: StaffId, to: StaffId) -> Result<Member> {
    manager.lock(conn)?;
    let (owner, heir) = (find(conn, manager.merchant, from)?, find(conn, manager.merchant, to)?);
    if owner.role() != Role::Owner || owner.is_disabled() {
        return Err(Error::Forbidden);
    }
    if heir.is_disabled() {
        let sentence = format!("{} is disabled. Enable them first, or choose somebody else.", heir.name);
        return Err(Error::Conflict(Code::AccessRefused.says(sentence)));
    }
    if from == to {
        return Err(Error::Conflict(Code::AccessRefused.says("Choose somebody else: they are an owner already.")));
    }
    if heir.role() != Role::Owner {
        give_role(conn, manager, &heir, Role::Owner)?;
    }
    give_role(conn, manager, &owner, Role::Admin)?;
    Ok(heir)
}

/// Enables, disables or removes a person. Who is disabled or removed is signed out at once, and the invitations that they
/// made do not work any more. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`]; [`Error::Conflict`] for the last owner, and for oneself.
pub fn set_state(conn: &mut PgConnection, manager: &Manager, id: StaffId, state: State) -> Result<Member> {
    manager.lock(conn)?;
    let member = staff::table.filter(staff::merchant_id.eq(manager.merchant)).filter(staff::id.eq(id));
    let member: Member = member.select(Member::as_select()).first(conn)?;
    // What is sent twice is done.
    if member.state_stored == state.as_str() {
        return Ok(member);
    }
    if member.state_stored == State::Removed.as_str() {
        return Err(Error::NotFound);
    }
    let member = manager.taken(member)?;
    if state != State::Enabled {
        keep_an_owner(conn, manager.merchant, &member)?;
        invitations::withdraw_beyond(conn, manager, id, None)?;
    }
    diesel::update(staff::table.find(id)).set(staff::state.eq(state.as_str())).execute(conn)?;
    if state == State::Removed {
        // Nothing of theirs stays but the name, and nothing signs in.
        let gone = (staff::email.eq(""), staff::password_hash.eq(""));
        diesel::update(staff::table.find(id)).set(gone).execute(conn)?;
        invitations::forget(conn, manager, &member)?;
        second_factor::reset::forget(conn, id)?;
    }
    sessions::end_all(conn, id)?;
    let (before, after) = (field("state", &member.state_stored), field("state", state.as_str()));
    record(conn, &manager.by, id, kinds::STATE_CHANGED, (&before, &after))?;
    Ok(member)
}

/// Signs a person out everywhere. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`]; [`Error::Conflict`] for oneself.
pub fn sign_out(conn: &mut PgConnection, manager: &Manager, id: StaffId) -> Result<Member> {
    let member = manager.take(conn, id)?;
    sessions::end_all(conn, id)?;
    record(conn, &manager.by, id, kinds::SIGNED_OUT, (&Default::default(), &Default::default()))?;
    Ok(member)
}

/// Refuses when nobody else is an owner who may sign in.
fn keep_an_owner(conn: &mut PgConnection, merchant: MerchantId, member: &Member) -> Result<()> {
    let owners: Vec<StaffId> = staff::table
        .filter(staff::merchant_id.eq(merchant))
        .filter(staff::role.eq(Role::Owner.as_str()))
        .filter(staff::state.eq(State::Enabled.as_str()))
        .select(staff::id)
        .load(conn)?;
    if owners != [member.id] {
        return Ok(());
    }
    let sentence = format!("{} is the last owner who may sign in. Make somebody else an owner first.", member.name);
    Err(Error::Conflict(Code::AccessRefused.says(sentence)))
}
