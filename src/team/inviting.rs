//! Inviting: the form, the link that is shown once, another link, and withdrawing.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use super::{
    TEAM,
    invitations::{self, Token, Withdrawn},
    model::{Manager, may_grant},
    roles::{label, words},
};
use crate::{
    codes::Code,
    config::PublicUrl,
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    html::{self, html},
    idempotency,
    ids::InvitationId,
    input::{FieldErrors, FormFields},
    shell::{Place, Shell, Toast, Tone, Visit},
    staff::guard::Admin,
    values::{Email, when::When},
    who::Role,
};

#[derive(Template)]
#[template(path = "team/invite.html")]
struct InvitePage {
    shell: Shell,
    form: Form,
}

impl InvitePage {
    fn new(visit: &Visit, form: Form) -> Self {
        Self { shell: visit.clone().as_page().shell(Place::Team), form }
    }

    /// Returns the roles that they may give: value, label, words, and true for the chosen one.
    fn roles(&self) -> impl Iterator<Item = (&'static str, &'static str, &'static str, bool)> {
        choices(self.shell.who.role, self.form.typed.filled("role").unwrap_or_default())
    }
}

/// Returns the roles that people of role `mine` may give: value, label, words, and true for the chosen one.
pub fn choices(mine: Role, chosen: &str) -> impl Iterator<Item = (&'static str, &'static str, &'static str, bool)> {
    let given = Role::ALL.into_iter().filter(move |role| may_grant(mine, *role));
    let chosen = chosen.to_owned();
    given.map(move |role| (role.as_str(), label(role), words(role), role.as_str() == chosen))
}

/// GET /settings/team/invitations/new
pub async fn new(Admin(visit): Admin) -> Result<HttpResponse> {
    html(InvitePage::new(&visit, Form::open(FormFields::default())))
}

#[derive(Template)]
#[template(path = "team/link.html")]
struct LinkPage {
    shell: Shell,
    email: String,
    role: &'static str,
    link: String,
    until: String,
}

impl LinkPage {
    fn new(visit: Visit, (email, role): (String, Role), (token, url): (&Token, &PublicUrl), now: Timestamp) -> Self {
        let zone = &visit.who.settings.time_zone;
        Self {
            email,
            role: label(role),
            link: format!("{}{}", url.origin, token.path()),
            until: When::new(now + invitations::WORKS_FOR, zone, now).full,
            shell: visit.as_page().shell(Place::Team),
        }
    }
}

/// Reads the form: whom, and as what.
fn read(typed: &FormFields) -> std::result::Result<(Email, Role), FieldErrors> {
    let mut errors = FieldErrors::default();
    let email = typed.filled("email").ok_or_else(|| Code::Required.says("Enter the email that they sign in with."));
    let email = errors.note("email", "Email", email.and_then(|email| Ok(Email::parse(email)?)));
    let role = typed.filled("role").ok_or_else(|| Code::Required.says("Choose what they may do."));
    let role = role.and_then(|word| word.parse::<Role>().map_err(|sentence| Code::NotOneOf.says(sentence)));
    let role = errors.note("role", "Role", role);
    email.zip(role).ok_or(errors)
}

/// POST /settings/team/invitations
pub async fn invite(
    Admin(visit): Admin,
    sent: Sent,
    db: web::Data<Db>,
    url: web::Data<PublicUrl>,
) -> Result<HttpResponse> {
    if sent.is_review() {
        return html(InvitePage::new(&visit, Form::open(sent.typed)));
    }
    let (email, role) = match read(&sent.typed) {
        Ok(read) => read,
        Err(errors) => return html::invalid(InvitePage::new(&visit, Form::new(sent.typed, errors))),
    };
    let (who, key, now) = (visit.who.clone(), sent.key()?, Timestamp::now());
    let (token, whom) = (Token::fresh()?, email.clone());
    let made = db.write(move |conn| {
        let manager = Manager::person(conn, &who)?;
        // Whoever sends the form twice waits here for the first, and is told that the link was shown.
        manager.lock(conn)?;
        if idempotency::made_with(conn, manager.by.account, key.as_ref())?.is_some() {
            return Ok(None);
        }
        let id = invitations::invite(conn, &manager, (&whom, role), &token, now)?;
        idempotency::take(conn, manager.by.account, key.as_ref(), id.uuid())?;
        Ok(Some(token))
    });
    match made.await {
        Ok(Some(token)) => html(LinkPage::new(visit, (email.as_str().to_owned(), role), (&token, &url), now)),
        Ok(None) => {
            let mut toast = Toast::new("The link was shown once and cannot be shown again").toned(Tone::Bad);
            toast.detail = Some("They are invited. If you have not copied the link, make a new one".to_owned());
            visit.done(toast, TEAM)
        }
        Err(Error::Conflict(reason)) => {
            let errors = FieldErrors::of("email", "Email", reason);
            html::with_status(StatusCode::CONFLICT, InvitePage::new(&visit, Form::new(sent.typed, errors)))
        }
        Err(err) => Err(err),
    }
}

/// POST /settings/team/invitations/{invitation}/link
pub async fn renew(
    Admin(visit): Admin,
    id: web::Path<InvitationId>,
    db: web::Data<Db>,
    url: web::Data<PublicUrl>,
) -> Result<HttpResponse> {
    let (who, id, now, token) = (visit.who.clone(), *id, Timestamp::now(), Token::fresh()?);
    let (found, token) = db
        .write(move |conn| {
            let manager = Manager::person(conn, &who)?;
            Ok((invitations::renew(conn, &manager, id, &token, now)?, token))
        })
        .await?;
    html(LinkPage::new(visit, (found.email, found.role), (&token, &url), now))
}

/// POST /settings/team/invitations/{invitation}/withdrawal
pub async fn withdraw(Admin(visit): Admin, id: web::Path<InvitationId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, id, now) = (visit.who.clone(), *id, Timestamp::now());
    let found = db
        .write(move |conn| {
            let manager = Manager::person(conn, &who)?;
            invitations::withdraw(conn, &manager, id, now)
        })
        .await?;
    let mut toast = match found {
        Withdrawn::Now(found) => Toast::new(format!("The invitation of {} is withdrawn", found.email)),
        Withdrawn::Before => Toast::new("The invitation had ended already"),
        Withdrawn::Accepted(member) => {
            let toast = Toast::new("Too late: they have joined with it meanwhile").toned(Tone::Bad);
            return visit.done(toast, format!("{TEAM}/{member}"));
        }
    };
    toast.detail = Some("Its link does not work any more".to_owned());
    visit.done(toast, TEAM)
}
