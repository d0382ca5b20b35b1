//! The page of the settings. Admins and owners change them; before that they read what the change does.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;

use super::model;
use crate::{
    codes::Code,
    customers::part::Effect,
    db::Db,
    error::Result,
    form::{Form, Sent},
    html::{html, invalid, with_status},
    ids::EventId,
    input::{FieldErrors, FormFields},
    logging::SecurityEvent,
    merchants::{self, MOST_SESSIONS, Privacy, Security, Sees},
    shell::{Place, Shell, Toast, Visit},
    staff::{
        self,
        guard::{Admin, whom},
    },
    who::Role,
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

    /// Returns what the form was opened with: what it says itself, or what is stored now.
    fn base(&self) -> Vec<(String, String)> {
        let own: Vec<_> = bases(&self.form.typed).collect();
        let stored = || stored(&self.shell.who.settings.security).0;
        let named = || stored().into_iter().map(|(name, text)| (format!("{BASE}{name}"), text)).collect();
        if own.is_empty() { named() } else { own }
    }

    fn least(&self) -> usize {
        *MOST_SESSIONS.start()
    }

    fn most(&self) -> usize {
        *MOST_SESSIONS.end()
    }

    /// Returns what people of a role may be given to see: the word, the label, what it means, and true for what is chosen.
    fn choices(&self, name: &str) -> Vec<(&'static str, &'static str, &'static str, bool)> {
        let chosen = self.form.text(name);
        let one = |sees: &Sees| (sees.as_str(), sees.label(), sees.means(), chosen == sees.as_str());
        offered(name).iter().map(one).collect()
    }

    fn digest(&self) -> String {
        digest(&self.effects)
    }
}

/// Returns what a role may be given to see.
fn offered(name: &str) -> &'static [Sees] {
    if name == VIEWERS { &Sees::ALL } else { &Sees::OF_EDITORS }
}

/// The names of the fields about what people see.
const VIEWERS: &str = "viewers_see";
const EDITORS: &str = "editors_see";

/// Returns the effects as one text, which the form carries once somebody agreed.
fn digest(effects: &[Effect]) -> String {
    effects.iter().map(|effect| effect.says.as_str()).collect::<Vec<_>>().join("; ")
}

fn stored(security: &Security) -> FormFields {
    let factor = if security.factor_required { "required" } else { "optional" };
    let Privacy { viewers, editors } = security.privacy;
    let pairs = [
        ("factor", factor.to_owned()),
        ("most_sessions", security.most_sessions.to_string()),
        (VIEWERS, viewers.as_str().to_owned()),
        (EDITORS, editors.as_str().to_owned()),
    ];
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
    let mut sees = |name: &'static str, label: &'static str| {
        let chosen = typed.first(name).and_then(Sees::parse).filter(|sees| offered(name).contains(sees));
        errors.note(name, label, chosen.ok_or_else(|| Code::NotOneOf.says("Choose what they see.")))
    };
    let (viewers, editors) = (sees(VIEWERS, "What viewers see"), sees(EDITORS, "What editors see"));
    match (factor_required, most_sessions, viewers, editors) {
        (Some(factor_required), Some(most_sessions), Some(viewers), Some(editors)) => {
            Ok(Security { factor_required, most_sessions, privacy: Privacy { viewers, editors } })
        }
        _ => Err(errors),
    }
}

/// What became of a form.
enum Outcome {
    /// It is saved, with this event; nothing when it changes nothing.
    Saved(Option<EventId>),
    /// Nobody agreed to this yet. Nothing is saved.
    Asked(Security, Vec<Effect>),
    /// Somebody else changed the same meanwhile. Nothing is saved.
    Clash(FieldErrors),
}

/// Answers `POST /settings/security`: what it does to people is asked about first. What somebody else changed meanwhile
/// stays, unless it is the same that this form changes.
pub async fn save(req: HttpRequest, Admin(visit): Admin, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    if sent.is_review() {
        return html(IndexPage::new(&visit, Form::open(sent.typed)));
    }
    let given = match check(&sent.typed) {
        Ok(given) => given,
        Err(errors) => return invalid(IndexPage::new(&visit, Form::new(sent.typed, errors))),
    };
    let (by, admin, merchant) = (visit.who.by(), visit.who.staff, visit.who.merchant_id);
    let (base, agreed) = (base(&sent.typed), sent.typed.filled("agreed").map(str::to_owned));
    let act = move |conn: &mut PgConnection| {
        let old = merchants::security_for_update(conn, merchant)?;
        staff::model::refuse_below(conn, admin, Role::Admin)?;
        let new = match merged(&base.unwrap_or(old), &old, &given) {
            Ok(new) => new,
            Err(errors) => return Ok(Outcome::Clash(errors)),
        };
        let effects = model::effects(conn, merchant, &old, &new)?;
        if !effects.is_empty() && agreed.as_deref() != Some(digest(&effects).as_str()) {
            return Ok(Outcome::Asked(new, effects));
        }
        Ok(Outcome::Saved(model::change(conn, &by, merchant, &new)?))
    };
    let event = match db.write(act).await? {
        Outcome::Saved(Some(event)) => event,
        Outcome::Saved(None) => return visit.done(Toast::new("Nothing was changed"), PATH),
        Outcome::Asked(new, effects) => {
            // The form goes on from what it was asked about.
            let typed = FormFields(stored(&new).0.into_iter().chain(bases(&sent.typed)).collect());
            let page = IndexPage { effects, ..IndexPage::new(&visit, Form::open(typed)) };
            return with_status(StatusCode::CONFLICT, page);
        }
        Outcome::Clash(errors) => {
            let typed = FormFields(sent.typed.0.into_iter().filter(|(name, _)| !name.starts_with(BASE)).collect());
            return with_status(StatusCode::CONFLICT, IndexPage::new(&visit, Form::new(typed, errors)));
        }
    };
    SecurityEvent::SecurityChanged.tell(whom(&req));
    visit.done(Toast::new("Security saved").undoing(Some(event)), PATH)
}

/// The start of the names of the fields that say what the form was opened with.
const BASE: &str = "was.";

/// Returns those fields of a form.
fn bases(typed: &FormFields) -> impl Iterator<Item = (String, String)> {
    typed.0.iter().filter(|(name, _)| name.starts_with(BASE)).cloned()
}

/// Returns what a form was opened with, if it says so.
fn base(typed: &FormFields) -> Option<Security> {
    let own = typed.under(BASE).map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    check(&FormFields(own)).ok()
}

/// Returns the stored settings with what `given` changes of `base`.
fn merged(base: &Security, stored: &Security, given: &Security) -> Result<Security, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut seen = |name: &'static str, label: &'static str, [base, stored, given]: [Sees; 3]| {
        if given == base {
            return stored;
        }
        if stored != base && stored != given {
            let now = stored.label().to_lowercase();
            let sentence = format!("Somebody has changed this to “{now}” meanwhile. Save again if yours is meant.");
            errors.add(name, label, Code::ChangedSince.says(sentence));
        }
        given
    };
    let of = |of: fn(&Privacy) -> Sees| [base, stored, given].map(|one| of(&one.privacy));
    let privacy = Privacy {
        viewers: seen(VIEWERS, "What viewers see", of(|privacy| privacy.viewers)),
        editors: seen(EDITORS, "What editors see", of(|privacy| privacy.editors)),
    };
    // Of two values: what both sides changed, they changed to the same.
    let factor_required = match given.factor_required == base.factor_required {
        true => stored.factor_required,
        false => given.factor_required,
    };
    let most_sessions = match given.most_sessions == base.most_sessions {
        true => stored.most_sessions,
        false if stored.most_sessions != base.most_sessions && stored.most_sessions != given.most_sessions => {
            let now = stored.most_sessions;
            let sentence = format!("Somebody has changed this to {now} meanwhile. Save again if yours is meant.");
            errors.add("most_sessions", "Sessions at once", Code::ChangedSince.says(sentence));
            given.most_sessions
        }
        false => given.most_sessions,
    };
    if errors.is_empty() { Ok(Security { factor_required, most_sessions, privacy }) } else { Err(errors) }
}
