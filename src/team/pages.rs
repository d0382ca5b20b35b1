//! The page that lists the team: its people, who is invited, and what each role may do.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::{Timestamp, tz::TimeZone};

use super::{
    invitations::{self, Invitation},
    model::{self, Member, may_grant},
    roles::label,
};
use crate::{
    db::Db,
    error::Result,
    html::html,
    ids::{InvitationId, StaffId},
    shell::{Place, Shell},
    staff::guard::Admin,
    values::{
        text::initials,
        when::{self, When},
    },
    who::Role,
};

/// A person in the list.
struct Line {
    id: StaffId,
    name: String,
    initials: String,
    email: String,
    role: &'static str,
    is_disabled: bool,
    is_me: bool,
    seen: Option<When>,
}

impl Line {
    fn new(member: Member, me: StaffId, zone: &TimeZone, now: Timestamp) -> Self {
        Self {
            id: member.id,
            initials: initials(&member.name),
            role: label(member.role()),
            is_disabled: member.is_disabled(),
            is_me: member.id == me,
            seen: member.seen_at.map(|at| When::new(at, zone, now)),
            email: member.email,
            name: member.name,
        }
    }
}

/// An invitation in the list.
struct Waiting {
    id: InvitationId,
    email: String,
    role: &'static str,
    by: String,
    made: When,
    /// The time until which the link works.
    until: String,
    is_expired: bool,
    may_change: bool,
}

impl Waiting {
    fn new(one: Invitation, mine: Role, zone: &TimeZone, now: Timestamp) -> Self {
        Self {
            id: one.id,
            role: label(one.role),
            by: one.invited_by.clone().unwrap_or_else(|| "the command line".to_owned()),
            made: When::new(one.created_at, zone, now),
            until: When::new(one.expires_at, zone, now).full,
            is_expired: one.is_expired(now),
            may_change: may_grant(mine, one.role),
            email: one.email,
        }
    }
}

#[derive(Template)]
#[template(path = "team/index.html")]
struct IndexPage {
    shell: Shell,
    people: Vec<Line>,
    waiting: Vec<Waiting>,
}

impl IndexPage {
    /// Returns the columns of the table of roles, the most powerful first.
    fn roles(&self) -> impl Iterator<Item = (Role, &'static str)> {
        Role::ALL.into_iter().rev().map(|role| (role, label(role)))
    }
}

/// GET /settings/team
pub async fn index(Admin(visit): Admin, db: web::Data<Db>) -> Result<HttpResponse> {
    let (merchant, now) = (visit.who.merchant_id, Timestamp::now());
    let (people, waiting) =
        db.read(move |conn| Ok((model::list(conn, merchant)?, invitations::list(conn, merchant)?))).await?;
    let (who, zone) = (&visit.who, &visit.who.settings.time_zone);
    html(IndexPage {
        people: people.into_iter().map(|member| Line::new(member, who.staff, zone, now)).collect(),
        waiting: waiting.into_iter().map(|one| Waiting::new(one, who.role, zone, now)).collect(),
        shell: visit.as_page().shell(Place::Team),
    })
}

/// Returns the day on which somebody was added, as the page of a person says it.
pub fn since(member: &Member, zone: &TimeZone) -> String {
    when::date(member.created_at, zone)
}
