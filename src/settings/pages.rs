//! The page of the merchant's settings, for admins and owners: the form, and the question that says what a change does.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;
use jiff::Timestamp;

use super::{
    changing::{self, Merge, Stored},
    content::{NAMES, called, label, shown},
    effects, input,
};
use crate::{
    codes::Code,
    custom_fields::effects::digest,
    customers::{
        custom_counts::Required,
        part::{Change, Effect},
    },
    db::Db,
    error::{Error, Result},
    events::{
        Fields,
        fields::{difference, value},
    },
    form::{Form, Sent},
    html,
    ids::EventId,
    input::{FieldErrors, FormFields},
    merchants::{self, LARGEST_WALLET},
    shell::{Place, Shell, Toast, Visit},
    staff::{self, guard::Admin},
    values::{CountryCode, Currency},
    who::Role,
};

/// The page's path.
pub const PATH: &str = "/settings";

#[derive(Template)]
#[template(path = "settings/index.html")]
struct SettingsPage {
    shell: Shell,
    form: Form,
    version: i32,
    /// What somebody else saved meanwhile: what would replace it, and what it is. Nothing when nobody did.
    theirs: Option<Vec<Change>>,
}

impl SettingsPage {
    fn new(visit: &Visit, stored: &Stored, typed: FormFields, errors: FieldErrors) -> Self {
        let form = Form::new(typed.over(input::typed(&stored.content)), errors);
        Self { shell: visit.clone().as_page().shell(Place::Settings), form, version: stored.version, theirs: None }
    }

    /// Returns the time zones to choose from.
    fn zones(&self) -> Vec<String> {
        merchants::time_zones()
    }

    /// Returns the countries to choose from: code, name, and true for the chosen one.
    fn countries(&self) -> Vec<(&'static str, &'static str, bool)> {
        let chosen = CountryCode::parse(self.form.text("default_country")).ok();
        CountryCode::all().map(|one| (one.as_str(), one.name(), chosen == Some(one))).collect()
    }

    /// Returns the currencies to choose from: code, name, and true for the chosen one. The chosen one is among them even
    /// where it is not offered any more.
    fn currencies(&self) -> Vec<(String, String, bool)> {
        let chosen = Currency::parse(self.form.text("default_currency")).ok();
        let others = Currency::offered().into_iter().filter(|one| Some(*one) != chosen);
        let mut all: Vec<Currency> = others.chain(chosen).collect();
        all.sort_by_key(ToString::to_string);
        all.into_iter().map(|one| (one.to_string(), called(one), chosen == Some(one))).collect()
    }

    /// Returns the fields that can be required: name, label, and true for those that are.
    fn requirable(&self) -> Vec<(&'static str, &'static str, bool)> {
        let chosen = self.form.typed.every("required_fields");
        let labelled = |field: Required| match field {
            Required::Name => "Name",
            Required::Email => "Email",
            Required::Phone => "Phone",
        };
        Required::ALL.map(|field| (field.as_str(), labelled(field), chosen.contains(&field.as_str()))).into()
    }

    fn largest_wallet(&self) -> i32 {
        LARGEST_WALLET
    }
}

/// The question before settings are saved: what changes, and what that does in numbers, with the form to send again.
#[derive(Template)]
#[template(path = "settings/review.html")]
struct ReviewPage {
    shell: Shell,
    typed: FormFields,
    changes: Vec<Change>,
    effects: Vec<Effect>,
    /// What the form carries once somebody agrees.
    digest: String,
    /// True when somebody agreed to what is not so any more.
    is_stale: bool,
}

/// Answers `GET /settings`.
pub async fn show(Admin(visit): Admin, db: web::Data<Db>) -> Result<HttpResponse> {
    let id = visit.who.merchant_id;
    let stored = db.read(move |conn| changing::find(conn, id)).await?;
    html::html(SettingsPage::new(&visit, &stored, FormFields::default(), FieldErrors::default()))
}

/// What became of a form.
enum Outcome {
    /// It is saved, with this event; nothing when it changes nothing.
    Saved(Option<EventId>, Vec<&'static str>),
    /// Nobody agreed to this yet. Nothing is saved.
    Asked(Fields, Fields, Vec<Effect>),
    /// Somebody else changed the same to something else. Nothing is saved.
    Clash(Box<Stored>, Merge),
    /// Another merchant has the name. Nothing is saved.
    Refused(Box<Stored>, FieldErrors),
}

/// Answers `POST /settings`: asks about what a change does, and saves it once somebody agreed to just that.
pub async fn save(Admin(visit): Admin, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let id = visit.who.merchant_id;
    let stored = db.read(move |conn| changing::find(conn, id)).await?;
    if sent.is_review() {
        return html::html(SettingsPage::new(&visit, &stored, sent.typed, FieldErrors::default()));
    }
    let version = sent.version().ok_or_else(|| {
        let sentence = "The form does not say which version of the settings it changes. Open it again.";
        Error::BadRequest(Code::InvalidParameter.says(sentence))
    })?;
    let given = match input::check(&sent.typed, &stored.content) {
        Ok(content) => content.fields(),
        Err(errors) => return html::invalid(SettingsPage::new(&visit, &stored, sent.typed, errors)),
    };
    let (by, admin, agreed) = (visit.who.by(), visit.who.staff, sent.typed.filled("agreed").map(str::to_owned));
    let is_stale = agreed.is_some();
    let act = move |conn: &mut PgConnection| {
        let stored = changing::find_for_update(conn, id)?;
        staff::model::refuse_below(conn, admin, Role::Admin)?;
        let merge = changing::merge(conn, &stored, version, &given)?;
        if !merge.clashes.is_empty() {
            return Ok(Outcome::Clash(Box::new(stored), merge));
        }
        let effects = effects::of_change(conn, &stored, &merge.content, Timestamp::now())?;
        let (before, after) = difference(&stored.content.fields(), &merge.content.fields());
        if !effects.is_empty() && agreed.as_deref() != Some(digest(&effects).as_str()) {
            return Ok(Outcome::Asked(before, after, effects));
        }
        let changed = NAMES.into_iter().filter(|name| after.contains_key(*name)).collect();
        match changing::store(conn, &by, &stored, &merge.content) {
            Ok(event) => Ok(Outcome::Saved(event, changed)),
            Err(Error::Conflict(reason)) => {
                Ok(Outcome::Refused(Box::new(stored), FieldErrors::of("name", label("name"), reason)))
            }
            Err(err) => Err(err),
        }
    };
    match db.write(act).await? {
        Outcome::Saved(event, changed) => saved(&visit, event, &changed),
        Outcome::Asked(before, after, effects) => {
            let mut typed = sent.typed;
            typed.0.retain(|(name, _)| name != "agreed");
            let (shell, digest) = (visit.clone().as_page().shell(Place::Settings), digest(&effects));
            let changes = changes(&before, &after, NAMES.into_iter().filter(|name| after.contains_key(*name)));
            let page = ReviewPage { shell, typed, changes, effects, digest, is_stale };
            html::with_status(StatusCode::CONFLICT, page)
        }
        Outcome::Clash(stored, Merge { content, clashes }) => {
            let theirs = changes(&stored.content.fields(), &content.fields(), clashes.into_iter());
            let page = SettingsPage::new(&visit, &stored, input::typed(&content), FieldErrors::default());
            html::with_status(StatusCode::CONFLICT, SettingsPage { theirs: Some(theirs), ..page })
        }
        Outcome::Refused(stored, errors) => {
            html::with_status(StatusCode::CONFLICT, SettingsPage::new(&visit, &stored, sent.typed, errors))
        }
    }
}

fn saved(visit: &Visit, event: Option<EventId>, changed: &[&'static str]) -> Result<HttpResponse> {
    let text = match changed {
        [] => return visit.done(Toast::new("Nothing was changed"), PATH),
        [one] => format!("{} is saved", label(one)),
        all => format!("{} settings are saved", all.len()),
    };
    let mut toast = Toast::new(text).undoing(event);
    toast.detail = Some("For everybody, from the next page on".to_owned());
    visit.done(toast, PATH)
}

/// Returns changes as people read them.
fn changes(before: &Fields, after: &Fields, names: impl Iterator<Item = &'static str>) -> Vec<Change> {
    let change = |name| Change {
        label: label(name).to_owned(),
        before: shown(name, &value(before, name)),
        after: shown(name, &value(after, name)),
    };
    names.map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_by_their_labels() {
        let fields = |size: i32| Fields::from([("wallet_size".to_owned(), size.into())]);
        let told = changes(&fields(4), &fields(6), ["wallet_size"].into_iter());
        let (before, after) = (Some("At most 4".to_owned()), Some("At most 6".to_owned()));
        assert_eq!(told, [Change { label: "Payment methods of a customer".to_owned(), before, after }]);
    }
}
