//! The pages about fields. Admins and owners define and change them, everybody else sees what there is.

pub mod form;
pub mod preview;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    changing, effects,
    model::{self, Definition},
};
use crate::{
    codes::Code,
    customers::part::Effect,
    db::Db,
    error::{Error, Result},
    form::Sent,
    html::html,
    ids::FieldId,
    shell::{Place, Shell, Toast, Undo, Visit},
    staff::guard::Admin,
    values::{
        field::{Kind, MOST_FIELDS},
        when::When,
    },
};

/// The page that lists the fields.
pub(super) const LIST: &str = "/settings/fields";

/// The choices of a field that its line names.
const MOST_NAMED: usize = 5;

fn path(id: FieldId) -> String {
    format!("{LIST}/{id}")
}

/// A field in the list.
struct Line {
    of: Definition,
    is_first: bool,
    is_last: bool,
    archived: Option<When>,
}

impl Line {
    /// Returns what its values are: "One choice of Gold, Silver and 3 more".
    fn values(&self) -> String {
        let field = &self.of.field;
        let label = field.kind.label();
        let unit = if field.kind == Kind::Text { " characters" } else { "" };
        match (field.least.as_deref(), field.most.as_deref()) {
            _ if field.kind.has_choices() => format!("{label}: {}", named(&field.choices)),
            (Some(least), Some(most)) => format!("{label} of {least} to {most}{unit}"),
            (Some(least), None) => format!("{label} of at least {least}{unit}"),
            (None, Some(most)) => format!("{label} of at most {most}{unit}"),
            (None, None) => label.to_owned(),
        }
    }
}

fn named(choices: &[String]) -> String {
    let first = choices.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    match choices.len().saturating_sub(MOST_NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[derive(Template)]
#[template(path = "custom_fields/index.html")]
struct IndexPage {
    shell: Shell,
    fields: Vec<Line>,
    archived: Vec<Line>,
}

impl IndexPage {
    fn is_full(&self) -> bool {
        self.fields.len() >= MOST_FIELDS
    }
}

/// GET /settings/fields
pub async fn index(visit: Visit, db: web::Data<Db>) -> Result<HttpResponse> {
    let account = visit.who.account;
    let (fields, archived) =
        db.read(move |conn| Ok((model::list(conn, account, false)?, model::list(conn, account, true)?))).await?;
    let (zone, now) = (&visit.who.settings.time_zone, visit.who.now());
    let lines = |all: Vec<Definition>| {
        let last = all.len().saturating_sub(1);
        let line = |(n, of): (usize, Definition)| Line {
            is_first: n == 0,
            is_last: n == last,
            archived: of.archived_at.map(|at| When::new(at, zone, now)),
            of,
        };
        all.into_iter().enumerate().map(line).collect()
    };
    let (fields, archived) = (lines(fields), lines(archived));
    html(IndexPage { shell: visit.as_page().shell(Place::CustomFields), fields, archived })
}

/// POST /settings/fields/{id}/position
pub async fn shift(Admin(visit): Admin, id: web::Path<FieldId>, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let is_up = match sent.typed.first("to") {
        Some("up") => true,
        Some("down") => false,
        _ => return Err(Error::BadRequest(Code::InvalidParameter.says("A field moves “up” or “down”."))),
    };
    let (by, id) = (visit.who.by(), *id);
    db.write(move |conn| {
        let at = usize::try_from(changing::find_for_update(conn, by.account, id)?.position).map_err(Error::internal)?;
        changing::place(conn, &by, id, if is_up { at.saturating_sub(1) } else { at + 1 })
    })
    .await?;
    Ok(visit.go_to(format!("{LIST}#{id}")))
}

#[derive(Template)]
#[template(path = "custom_fields/archiving.html", blocks = ["dialog"])]
struct ArchivingPage {
    shell: Shell,
    path: String,
    label: String,
    effects: Vec<Effect>,
}

/// GET /settings/fields/{id}/archiving
pub async fn archiving(Admin(visit): Admin, id: web::Path<FieldId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, id) = (visit.who.account, *id);
    let (field, effects) = db
        .read(move |conn| {
            let field = model::find(conn, account, id)?;
            let effects = effects::of_archiving(conn, account, &field)?;
            Ok((field, effects))
        })
        .await?;
    if field.is_archived() {
        return Ok(visit.go_to(LIST));
    }
    let (shell, label) = (visit.shell(Place::CustomFields), field.field.label);
    let page = ArchivingPage { shell, path: path(id), label, effects };
    visit.answer(&page, page.as_dialog())
}

/// POST /settings/fields/{id}/archiving
pub async fn archive(Admin(visit): Admin, id: web::Path<FieldId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let field = db.write(move |conn| changing::archive(conn, &by, id)).await?;
    let mut toast = Toast::new(format!("The field “{}” is archived", field.field.label));
    toast.detail = Some("Its values are kept and hidden".to_owned());
    toast.undo = Some(Undo { action: format!("{}/restoration", path(id)) });
    visit.done(toast, LIST)
}

/// POST /settings/fields/{id}/restoration
pub async fn restore(Admin(visit): Admin, id: web::Path<FieldId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let field = db.write(move |conn| changing::restore(conn, &by, id)).await?;
    let mut toast = Toast::new(format!("The field “{}” is back", field.field.label));
    toast.detail = Some("With all its values".to_owned());
    visit.done(toast, format!("{LIST}#{id}"))
}
