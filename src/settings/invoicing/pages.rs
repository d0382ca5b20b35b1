//! The page of what holds for invoices, for admins and owners.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;

use super::{
    content::{fields, label},
    input, next_number, raise, store,
};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    html,
    ids::EventId,
    input::{FieldErrors, FormFields},
    merchants::{self, Decided},
    shell::{Place, Shell, Toast, Visit},
    staff::{self, guard::Admin},
    who::{Role, SignedIn},
};

/// The page's path.
pub const PATH: &str = "/settings/invoicing";

#[derive(Template)]
#[template(path = "settings/invoicing.html")]
struct InvoicingPage {
    shell: Shell,
    form: Form,
    /// What the form was opened with, by which it is seen whether somebody changed it meanwhile.
    was: String,
    /// The place of the next number, and the number.
    next: (i64, String),
    /// What numbers begin with when nothing is typed.
    initials: String,
    /// True when somebody else changed it meanwhile.
    is_changed: bool,
}

/// What is stored.
struct Stored {
    decided: Decided,
    next: (i64, String),
}

impl Stored {
    fn read(conn: &mut PgConnection, who: &SignedIn) -> Result<Self> {
        let decided = merchants::decided(conn, who.merchant_id)?;
        Ok(Self { decided, next: next_number(conn, &who.by(), who.merchant_id)? })
    }
}

/// Returns decisions in one text.
fn said(decided: &Decided) -> String {
    serde_json::Value::from_iter(fields(decided)).to_string()
}

impl InvoicingPage {
    fn new(visit: &Visit, stored: Stored, typed: FormFields, errors: FieldErrors) -> Self {
        let was = typed.first("was").map_or_else(|| said(&stored.decided), str::to_owned);
        Self {
            shell: visit.clone().as_page().shell(Place::Invoicing),
            form: Form::new(typed.over(input::typed(&stored.decided)), errors),
            was,
            next: stored.next,
            initials: merchants::initials(&visit.who.merchant),
            is_changed: false,
        }
    }
}

async fn stored(visit: &Visit, db: &Db) -> Result<Stored> {
    let who = visit.who.clone();
    db.read(move |conn| Stored::read(conn, &who)).await
}

/// Answers `GET /settings/invoicing`.
pub async fn show(Admin(visit): Admin, db: web::Data<Db>) -> Result<HttpResponse> {
    let stored = stored(&visit, &db).await?;
    html::html(InvoicingPage::new(&visit, stored, FormFields::default(), FieldErrors::default()))
}

/// What became of a form.
enum Outcome {
    /// It is saved, with its event, and the number that the next invoice gets.
    Saved(Option<EventId>, bool, String),
    /// Somebody else changed it meanwhile. Nothing is saved.
    Changed,
}

/// Answers `POST /settings/invoicing`.
pub async fn save(Admin(visit): Admin, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    if sent.is_review() {
        let page = InvoicingPage::new(&visit, stored(&visit, &db).await?, sent.typed, FieldErrors::default());
        return html::html(page);
    }
    let (new, number) = match input::check(&sent.typed) {
        Ok(checked) => checked,
        Err(errors) => {
            return html::invalid(InvoicingPage::new(&visit, stored(&visit, &db).await?, sent.typed, errors));
        }
    };
    // What was shown and left as it was is no wish, however far the numbers are by now. Where numbers go on in another
    // way, they go on from there, unless they are further already.
    let shown = sent.typed.filled("was_next").and_then(|shown| shown.parse().ok());
    let (who, was) = (visit.who.clone(), sent.typed.first("was").map(str::to_owned));
    let act = move |conn: &mut PgConnection| {
        let (by, merchant) = (who.by(), who.merchant_id);
        let old = merchants::decided_for_update(conn, merchant)?;
        staff::model::refuse_below(conn, who.staff, Role::Admin)?;
        if was.is_some_and(|was| was != said(&old)) {
            return Ok(Outcome::Changed);
        }
        let event = store(conn, &by, merchant, (&old, &new))?;
        let mut is_raised = false;
        let goes_on = old.restarts != new.restarts;
        if let Some(to) = number.filter(|to| goes_on || Some(*to) != shown) {
            let (next, _) = next_number(conn, &by, merchant)?;
            let to = if Some(to) == shown { to.max(next) } else { to };
            if to < next {
                let sentence = format!("The next number is {next} already. It can be raised and is never lowered.");
                return Err(Error::Conflict(Code::OutOfRange.says(sentence)));
            }
            is_raised = raise(conn, &by, merchant, to)?.is_some();
        }
        Ok(Outcome::Saved(event, is_raised, next_number(conn, &by, merchant)?.1))
    };
    let outcome = match db.write(act).await {
        Err(Error::Conflict(reason)) if reason.code == Code::OutOfRange => {
            let errors = FieldErrors::of("next_number", label("next_number"), reason);
            return html::invalid(InvoicingPage::new(&visit, stored(&visit, &db).await?, sent.typed, errors));
        }
        outcome => outcome?,
    };
    match outcome {
        Outcome::Saved(None, false, _) => visit.done(Toast::new("Nothing was changed"), PATH),
        Outcome::Saved(event, _, next) => {
            let mut toast = Toast::new("Invoicing is saved").undoing(event);
            toast.detail = Some(format!("The next invoice is {next}"));
            visit.done(toast, PATH)
        }
        Outcome::Changed => {
            let mut typed = sent.typed;
            typed.0.retain(|(name, _)| name != "was");
            let page = InvoicingPage::new(&visit, stored(&visit, &db).await?, typed, FieldErrors::default());
            html::with_status(StatusCode::CONFLICT, InvoicingPage { is_changed: true, ..page })
        }
    }
}
