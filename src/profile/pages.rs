//! The page of a person's own account, and their name.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use super::{PAGE, sessions::Line};
use crate::{
    codes::Code,
    db::Db,
    error::Result,
    form::Sent,
    html,
    input::FieldErrors,
    reason::Reason,
    shell::{Place, Shell, Toast, Visit},
    staff::{model, sessions, start::Start},
    values::text,
    who::Theme,
};

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

#[derive(Template)]
#[template(path = "profile/show.html")]
struct ProfilePage {
    shell: Shell,
    /// The name as it stands in the field.
    name: String,
    sessions: Vec<Line>,
    start: Start,
    errors: FieldErrors,
}

impl ProfilePage {
    /// Returns the colours to choose from: value, words, and true for the chosen one.
    fn themes(&self) -> [(&'static str, &'static str, bool); 3] {
        let chosen = self.shell.who.theme;
        [
            ("", "As my system has it", chosen.is_none()),
            (Theme::Light.as_str(), "Light", chosen == Some(Theme::Light)),
            (Theme::Dark.as_str(), "Dark", chosen == Some(Theme::Dark)),
        ]
    }

    /// Returns the pages to begin with, in the same form.
    fn starts(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        let chosen = self.start;
        Start::ALL.into_iter().map(move |start| (start.as_str(), start.label(), start == chosen))
    }

    /// Returns whether there are sessions besides this one.
    fn has_others(&self) -> bool {
        self.sessions.len() > 1
    }
}

/// GET /profile
pub async fn show(visit: Visit, db: web::Data<Db>) -> Result<HttpResponse> {
    answer(visit, None, FieldErrors::default(), &db).await
}

/// Answers with the page: with the errors of one of its forms, if there are any, and with the name as it was typed.
pub async fn answer(visit: Visit, typed: Option<String>, errors: FieldErrors, db: &Db) -> Result<HttpResponse> {
    let (staff, now) = (visit.who.staff, Timestamp::now());
    let (listed, start) =
        db.read(move |conn| Ok((sessions::list(conn, staff, now)?, model::start_of(conn, staff)?))).await?;
    let zone = &visit.who.settings.time_zone;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ProfilePage {
        name: typed.unwrap_or_else(|| visit.who.name.clone()),
        sessions: listed.into_iter().map(|session| Line::new(session, zone, now)).collect(),
        start,
        errors,
        shell: visit.as_page().shell(Place::Profile),
    };
    html::with_status(status, page)
}

/// POST /profile: the person gets the name that they typed.
pub async fn rename(visit: Visit, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let typed = sent.typed.first("name").unwrap_or_default();
    let name = match checked_name(typed) {
        Ok(name) => name,
        Err(reason) => {
            let errors = FieldErrors::of("name", "Name", reason);
            return answer(visit, Some(typed.to_owned()), errors, &db).await;
        }
    };
    let (who, saved) = (visit.who.clone(), name.clone());
    db.write(move |conn| {
        let by = model::by_person(conn, &who)?;
        model::rename(conn, &by, who.staff, &saved)
    })
    .await?;
    visit.done(Toast::new(format!("You are {name} now")), PAGE)
}

/// Checks a person's name.
///
/// # Errors
/// The reason why it cannot be one.
pub fn checked_name(typed: &str) -> std::result::Result<String, Reason> {
    let name = text::line(typed, LONGEST_NAME)?;
    name.ok_or_else(|| Code::Required.says("Colleagues see it beside what you change. Enter a name."))
}
