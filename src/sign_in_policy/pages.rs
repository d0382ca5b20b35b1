//! The page of the settings. Admins and owners change them; before that they read what the change does.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::model;
use crate::{
    codes::Code,
    customers::part::Effect,
    db::Db,
    error::Result,
    form::{Form, Sent},
    html::{html, invalid, with_status},
    input::{FieldErrors, FormFields},
    logging::SecurityEvent,
    merchants::{MOST_SESSIONS, Security},
    shell::{Place, Shell, Toast, Undo, Visit},
    staff::guard::{Admin, whom},
    values::Mode,
};

/// The page.
pub const PATH: &str = "/settings/security";

#[derive(Template)]
#[template(path = "sign_in_policy/index.html")]
struct IndexPage {
    shell: Shell,
    form: Form,
    /// What the change does, when it is asked about.
    effects: Vec<Effect>,
}

impl IndexPage {
    fn new(visit: &Visit, form: Form) -> Self {
        Self { shell: visit.clone().as_page().shell(Place::Security), form, effects: Vec::new() }
    }

    fn is_required(&self) -> bool {
        self.form.text("factor") == "required"
    }

    fn least(&self) -> usize {
        *MOST_SESSIONS.start()
    }

    fn most(&self) -> usize {
        *MOST_SESSIONS.end()
    }

    fn digest(&self) -> String {
        digest(&self.effects)
    }
}

/// Returns the effects as one text, which the form carries once somebody agreed.
fn digest(effects: &[Effect]) -> String {
    effects.iter().map(|effect| effect.says.as_str()).collect::<Vec<_>>().join("; ")
}

fn stored(security: &Security) -> FormFields {
    let factor = if security.factor_required { "required" } else { "optional" };
    let pairs = [("factor", factor.to_owned()), ("most_sessions", security.most_sessions.to_string())];
    FormFields(pairs.map(|(name, text)| (name.to_owned(), text)).to_vec())
}

/// Answers `GET /settings/security`.
pub async fn index(Admin(visit): Admin) -> Result<HttpResponse> {
    let form = Form::open(stored(&visit.who.settings.security));
    html(IndexPage::new(&visit, form))
}

fn check(typed: &FormFields) -> Result<Security, FieldErrors> {
    let mut errors = FieldErrors::default();
    let factor_required = match typed.first("factor") {
        Some("required") => Ok(true),
        Some("optional") => Ok(false),
        _ => Err(Code::NotOneOf.says("Choose optional or required.")),
    };
    let factor_required = errors.note("factor", "Second factor", factor_required);
    let number = typed.filled("most_sessions").and_then(|text| text.parse().ok());
    let number = number.filter(|number| MOST_SESSIONS.contains(number));
    let sentence = format!("Enter a number from {} to {}.", MOST_SESSIONS.start(), MOST_SESSIONS.end());
    let most_sessions =
        errors.note("most_sessions", "Sessions at once", number.ok_or_else(|| Code::NumberInvalid.says(sentence)));
    match (factor_required, most_sessions) {
        (Some(factor_required), Some(most_sessions)) => Ok(Security { factor_required, most_sessions }),
        _ => Err(errors),
    }
}

/// Answers `POST /settings/security`: what it does to people is asked about first.
pub async fn save(req: HttpRequest, Admin(visit): Admin, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    if sent.is_review() {
        return html(IndexPage::new(&visit, Form::open(sent.typed)));
    }
    let new = match check(&sent.typed) {
        Ok(new) => new,
        Err(errors) => return invalid(IndexPage::new(&visit, Form::new(sent.typed, errors))),
    };
    let (by, merchant, old) = (visit.who.by(), visit.who.merchant_id, visit.who.settings.security);
    let effects = db.read(move |conn| model::effects(conn, merchant, &old, &new)).await?;
    if !effects.is_empty() && sent.typed.first("agreed") != Some(digest(&effects).as_str()) {
        let page = IndexPage { effects, ..IndexPage::new(&visit, Form::open(sent.typed)) };
        return with_status(StatusCode::CONFLICT, page);
    }
    let changed = db.write(move |conn| model::change(conn, &by, merchant, &new)).await?;
    let Some(event) = changed else { return visit.done(Toast::new("Nothing was changed"), PATH) };
    SecurityEvent::SecurityChanged.tell(whom(&req));
    let mut toast = Toast::new("Security saved");
    // The event is of the live account, where alone it is found.
    toast.undo = (visit.who.mode == Mode::Live).then(|| Undo::of(event));
    visit.done(toast, PATH)
}
