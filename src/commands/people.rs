//! The commands about people who sign in.

use std::io::Read;

use clap::Subcommand;
use diesel::{Connection, PgConnection};
use jiff::Timestamp;

use super::{not_found, refuse, say};
use crate::{
    clock::Clock,
    config::PublicUrl,
    error::{Error, Result},
    events::By,
    ids::{InvitationId, MerchantId},
    merchants, second_factor,
    staff::{
        common::Surroundings,
        model::{self as staff, Member, NewStaff, State},
        password,
    },
    team::{
        invitations::{self, Token, Withdrawn},
        model::{self as team, Manager},
    },
    values::{Email, Mode, text},
    who::Role,
};

#[derive(Subcommand, Debug)]
pub enum StaffCommand {
    /// Add somebody who signs in
    Add {
        /// Their email
        email: String,
        /// Their merchant's name
        #[arg(long)]
        merchant: String,
        /// What they may do: viewer, editor, admin or owner
        #[arg(long)]
        role: Role,
        /// Their name, shown with what they change. Default: the part of the email before the @
        #[arg(long)]
        name: Option<String>,
        /// Read their password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Invite somebody, and print the link to hand to them: it works once, for 72 hours
    Invite {
        /// Their email
        email: String,
        /// Their merchant's name
        #[arg(long)]
        merchant: String,
        /// What they will be: viewer, editor, admin or owner
        #[arg(long)]
        role: Role,
        /// The address people type, with which the link begins
        #[arg(long, env = "CLIENTELE_URL", default_value = "http://127.0.0.1:8080")]
        url: PublicUrl,
    },
    /// List the invitations that wait: ID, email, role, merchant, and until when the link works
    Invitations,
    /// Withdraw an invitation: its link does not work any more
    Withdraw {
        /// Which, like ivt_01h2xcejqtf2nbrexx3vqjhp41
        id: InvitationId,
    },
    /// List everybody: email, name, role, merchant, and whether they may sign in
    List,
    /// Keep somebody from signing in, and end all their sessions
    Disable {
        /// Whom
        email: String,
    },
    /// Let somebody who was disabled sign in again
    Enable {
        /// Whom
        email: String,
    },
    /// Remove somebody for good, and end all their sessions; what they did keeps their name
    Remove {
        /// Whom
        email: String,
    },
    /// Give somebody another role, which counts from their next request on
    Role {
        /// Whom
        email: String,
        /// What they may do from now on: viewer, editor, admin or owner
        role: Role,
    },
    /// Make somebody an owner and the owner who was it an admin
    HandOver {
        /// The owner
        from: String,
        /// Who becomes it, of the same merchant
        to: String,
    },
    /// Take somebody's second factor away, when device and recovery codes are lost, and end all their sessions
    ///
    /// They and the owners are told on their next page.
    ResetSecondFactor {
        /// Whose
        email: String,
    },
    /// Set a new password and end all sessions of that person
    ResetPassword {
        /// Whose
        email: String,
        /// Read the new password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

/// Runs a command about people.
pub fn run(conn: &mut PgConnection, command: StaffCommand) -> Result<()> {
    match command {
        StaffCommand::List => list(conn),
        StaffCommand::Add { email, merchant, role, name, .. } => add(conn, &email, &merchant, role, name),
        StaffCommand::Invite { email, merchant, role, url } => invite(conn, &email, &merchant, role, &url),
        StaffCommand::Invitations => list_invitations(conn),
        StaffCommand::Withdraw { id } => withdraw(conn, id),
        StaffCommand::ResetPassword { email, .. } => reset_password(conn, &email),
        StaffCommand::ResetSecondFactor { email } => reset_second_factor(conn, &email),
        StaffCommand::Disable { email } => set_state(conn, &email, State::Disabled),
        StaffCommand::Enable { email } => set_state(conn, &email, State::Enabled),
        StaffCommand::Remove { email } => set_state(conn, &email, State::Removed),
        StaffCommand::Role { email, role } => set_role(conn, &email, role),
        StaffCommand::HandOver { from, to } => hand_over(conn, &from, &to),
    }
}

fn merchant_named(conn: &mut PgConnection, merchant: &str) -> Result<MerchantId> {
    merchants::named(conn, merchant).map_err(|err| not_found(err, format!("There is no merchant “{merchant}”.")))
}

fn add(conn: &mut PgConnection, email: &str, merchant: &str, role: Role, name: Option<String>) -> Result<()> {
    let email = Email::parse(email).map_err(refuse)?;
    let before_at = email.as_str().split('@').next().unwrap_or_default().to_owned();
    let name = text::line(&name.unwrap_or_default(), 200).map_err(refuse)?.unwrap_or(before_at);
    let id = merchant_named(conn, merchant)?;
    let around = Surroundings { merchant, name: &name, email: email.as_str() };
    let password_hash = password::hash(&typed_password(&around)?)?;
    let new = NewStaff { merchant: id, email: email.clone(), name, role, password_hash, mode: Mode::Live };
    staff::add(conn, &new)?;
    say(format_args!("Added {} as {}.", email.as_str(), role.as_str()))
}

fn list(conn: &mut PgConnection) -> Result<()> {
    for Member { email, name, role, merchant, state, .. } in staff::list(conn)? {
        say(format_args!("{email}\t{name}\t{role}\t{merchant}\t{state}"))?;
    }
    Ok(())
}

fn invite(conn: &mut PgConnection, email: &str, merchant: &str, role: Role, url: &PublicUrl) -> Result<()> {
    let email = Email::parse(email).map_err(refuse)?;
    let (id, token) = (merchant_named(conn, merchant)?, Token::fresh()?);
    conn.transaction(|conn| {
        let manager = Manager::command(conn, id)?;
        invitations::invite(conn, &manager, (&email, role), &token, Timestamp::now())
    })?;
    // The link stands alone on standard output, for who hands it on.
    eprintln!("Invited {} as {}. The link works once, for 72 hours.", email.as_str(), role.as_str());
    say(format_args!("{}{}", url.origin, token.path()))
}

fn list_invitations(conn: &mut PgConnection) -> Result<()> {
    let now = Timestamp::now();
    for one in invitations::all(conn)? {
        let works = if one.is_expired(now) { "expired" } else { "works until" };
        let (role, merchant, until) = (one.role.as_str(), &one.merchant_name, one.expires_at);
        say(format_args!("{}\t{}\t{role}\t{merchant}\t{works} {until:.0}", one.id, one.email))?;
    }
    Ok(())
}

fn withdraw(conn: &mut PgConnection, id: InvitationId) -> Result<()> {
    let none = |err: Error| not_found(err, format!("No invitation {id} waits. See: clientele staff invitations"));
    let found = conn.transaction(|conn| {
        let merchant = invitations::merchant_of(conn, id)?;
        let manager = Manager::command(conn, merchant)?;
        invitations::withdraw(conn, &manager, id, Timestamp::now())
    });
    match found.map_err(none)? {
        Withdrawn::Now(found) => say(format_args!("The invitation of {} is withdrawn.", found.email)),
        Withdrawn::Before => say(format_args!("That invitation had ended already.")),
        Withdrawn::Accepted(staff) => {
            Err(Error::Command(format!("It is too late: {staff} has joined with it. See: clientele staff list").into()))
        }
    }
}

fn reset_password(conn: &mut PgConnection, email: &str) -> Result<()> {
    let member = member(conn, email)?;
    let around = Surroundings { merchant: &member.merchant, name: &member.name, email: &member.email };
    let hash = password::hash(&typed_password(&around)?)?;
    conn.transaction(|conn| staff::reset_password(conn, &member, &hash))?;
    say(format_args!("The password of {email} is changed, and all their sessions are ended."))
}

fn reset_second_factor(conn: &mut PgConnection, email: &str) -> Result<()> {
    conn.transaction(|conn| {
        let member = member(conn, email)?;
        let by = By::system(merchants::account(conn, member.merchant_id, Mode::Live)?, Clock::system());
        let none = |err| not_found(err, format!("{email} has no second factor."));
        second_factor::reset::reset(conn, &by, &member).map_err(none)
    })?;
    say(format_args!("The second factor of {email} is taken away, and all their sessions are ended."))
}

fn set_state(conn: &mut PgConnection, email: &str, state: State) -> Result<()> {
    conn.transaction(|conn| {
        let member = member(conn, email)?;
        let manager = Manager::command(conn, member.merchant_id)?;
        team::set_state(conn, &manager, member.id, state)
    })?;
    match state {
        State::Enabled => say(format_args!("{email} may sign in.")),
        State::Disabled => say(format_args!("{email} is disabled, and all their sessions are ended.")),
        State::Removed => say(format_args!("{email} is removed, and all their sessions are ended.")),
    }
}

fn set_role(conn: &mut PgConnection, email: &str, role: Role) -> Result<()> {
    conn.transaction(|conn| {
        let member = member(conn, email)?;
        let manager = Manager::command(conn, member.merchant_id)?;
        let was = member.role.parse().map_err(Error::internal)?;
        team::set_role(conn, &manager, member.id, was, role)
    })?;
    say(format_args!("{email} is {} from their next request on.", role.as_str()))
}

fn hand_over(conn: &mut PgConnection, from: &str, to: &str) -> Result<()> {
    let handed = conn.transaction(|conn| {
        let (owner, heir) = (member(conn, from)?, member(conn, to)?);
        let manager = Manager::command(conn, owner.merchant_id)?;
        team::hand_over(conn, &manager, owner.id, heir.id)
    });
    match handed {
        Err(Error::Forbidden) => Err(Error::Command(format!("{from} is no owner who may sign in.").into())),
        Err(err) => Err(not_found(err, format!("{to} signs in to another merchant than {from}."))),
        Ok(_) => say(format_args!("{to} is owner now, and {from} admin.")),
    }
}

/// Returns the person behind an email.
fn member(conn: &mut PgConnection, email: &str) -> Result<Member> {
    staff::member(conn, email.trim())
        .map_err(|err| not_found(err, format!("Nobody signs in as {email}. See: clientele staff list")))
}

/// Reads the password on standard input, without the end of the line.
fn typed_password(around: &Surroundings) -> Result<String> {
    let mut password = String::new();
    std::io::stdin().take(10_000).read_to_string(&mut password).map_err(Error::internal)?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    password::check_new(&password, around)
        .map_err(|err| Error::Command(format!("The password cannot be used. {err}").into()))?;
    Ok(password)
}
