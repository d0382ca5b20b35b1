//! The forms of a view, the page on which views are managed, and the counts in the tabs.

use std::time::{Duration, Instant};

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    input::{self, Change},
    model::{self, Saved, View, Viewer},
};
use crate::{
    customer_parts::LANGUAGE,
    db::Db,
    error::{Error, Result},
    html::{self, Hx, html, see_other},
    idempotency::{self, OneTimeKey},
    ids::ViewId,
    input::{Asked, FieldErrors, Pairs, Typed},
    search::{
        columns::Columns,
        listing::{self, Sort},
        scope::Scope,
    },
    shell::{Place, Shell, Toast, Undo},
    who::SignedIn,
};

/// Counting stops here, and the tabs that are left show none.
const TIME_TO_COUNT: Duration = Duration::from_millis(2_500);

/// GET /: the view that the person begins with, or all customers.
pub async fn home(who: SignedIn, db: web::Data<Db>) -> Result<HttpResponse> {
    let view = db.read(move |conn| model::default_of(conn, who.account, who.staff)).await?;
    Ok(see_other(view.map_or_else(|| "/customers".to_owned(), |id| format!("/customers?view={id}"))))
}

/// GET /views/{id}: the list as the view shows it.
pub async fn open(who: SignedIn, hx: Hx, id: web::Path<ViewId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let id = *id;
    let view = db.read(move |conn| model::find(conn, who.account, who.staff, id)).await?;
    Ok(html::go_to(hx, view.href()))
}

/// A view on the page where they are managed.
struct Line {
    view: View,
    may_change: bool,
    is_default: bool,
    is_first: bool,
    is_last: bool,
}

#[derive(Template)]
#[template(path = "views/index.html")]
struct IndexPage {
    shell: Shell,
    shared: Vec<Line>,
    own: Vec<Line>,
}

/// GET /views
pub async fn index(who: SignedIn, hx: Hx, session: Session, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, staff) = (who.account, who.staff);
    let (views, default) = db
        .read(move |conn| Ok((model::visible(conn, account, staff)?, model::default_of(conn, account, staff)?)))
        .await?;
    let viewer = Viewer::of(&who);
    let lines = |is_shared: bool| {
        let row: Vec<View> = views.iter().filter(|view| view.content.is_shared == is_shared).cloned().collect();
        let last = row.len().saturating_sub(1);
        let line = |(n, view): (usize, View)| Line {
            may_change: viewer.may_change(&view),
            is_default: default == Some(view.id),
            is_first: n == 0,
            is_last: n == last,
            view,
        };
        row.into_iter().enumerate().map(line).collect()
    };
    let (shared, own) = (lines(true), lines(false));
    html(IndexPage { shell: Shell::new(who, hx, &session, Place::Customers), shared, own })
}

/// What somebody else has saved meanwhile, where it differs from what was typed.
struct Theirs {
    label: &'static str,
    typed: String,
    stored: String,
}

#[derive(Template)]
#[template(path = "views/form.html", blocks = ["dialog"])]
struct FormPage {
    shell: Shell,
    title: String,
    action: String,
    button: &'static str,
    typed: Pairs,
    errors: FieldErrors,
    key: String,
    /// Of the stored view; nothing for a new one.
    version: Option<i32>,
    /// Whether sharing is theirs to decide.
    may_share: bool,
    /// The view changed meanwhile.
    has_changed: bool,
    theirs: Vec<Theirs>,
    back: String,
}

impl FormPage {
    fn of_new(who: SignedIn, hx: Hx, session: &Session, typed: Pairs, errors: FieldErrors) -> Self {
        let key = typed.filled("key").map_or_else(OneTimeKey::fresh, str::to_owned);
        Self {
            may_share: who.may_edit(),
            shell: Shell::new(who, hx, session, Place::Customers),
            title: "Save view".to_owned(),
            action: "/views".to_owned(),
            button: "Save view",
            typed,
            errors,
            key,
            version: None,
            has_changed: false,
            theirs: Vec::new(),
            back: "/customers".to_owned(),
        }
    }

    /// The form of a stored view: what was typed, and as stored what was not.
    fn of_stored(who: SignedIn, hx: Hx, session: &Session, stored: &Stored, typed: Pairs, errors: FieldErrors) -> Self {
        let view = &stored.view;
        Self {
            may_share: who.may_edit() && view.keeper == who.staff,
            shell: Shell::new(who, hx, session, Place::Customers),
            title: format!("Edit view “{}”", view.content.name),
            action: format!("/views/{}", view.id),
            button: "Save view",
            typed: typed.over(stored.pairs()),
            errors,
            key: String::new(),
            version: Some(view.version),
            has_changed: false,
            theirs: Vec::new(),
            back: view.href(),
        }
    }

    /// With what is stored now beside what was typed.
    fn after_a_change(self, stored: &Stored) -> Self {
        let labels = [("name", "Name"), ("q", "Search"), ("sort", "Order"), ("columns", "Columns")];
        let differs = |(field, label): (&str, &'static str)| {
            let (typed, stored) = (self.text(field).to_owned(), stored.pairs().first(field)?.to_owned());
            (typed != stored).then_some(Theirs { label, typed, stored })
        };
        let mut theirs: Vec<Theirs> = labels.into_iter().filter_map(differs).collect();
        if self.is_on("is_shared") != stored.view.content.is_shared {
            let said = |on: bool| if on { "The team" } else { "Only you" }.to_owned();
            let (typed, stored) = (said(self.is_on("is_shared")), said(stored.view.content.is_shared));
            theirs.push(Theirs { label: "Seen by", typed, stored });
        }
        Self { has_changed: true, theirs, ..self }
    }

    fn answer(self, hx: Hx, status: StatusCode) -> Result<HttpResponse> {
        if hx.wants_fragment { html::with_status(status, self.as_dialog()) } else { html::with_status(status, self) }
    }

    fn text(&self, name: &str) -> &str {
        self.typed.first(name).unwrap_or_default()
    }

    fn error(&self, name: &str) -> Option<&str> {
        self.errors.on(name)
    }

    fn is_on(&self, name: &str) -> bool {
        self.text(name) == "on"
    }

    /// The orders to choose from: value, words, whether it is the chosen one.
    fn orders(&self) -> Vec<(String, &'static str, bool)> {
        let chosen = Sort::parse(self.text("sort")).unwrap_or(Sort::NEWEST);
        Sort::all().map(|sort| (sort.to_string(), sort.words(), sort == chosen)).into()
    }

    fn columns(&self) -> String {
        self.typed.filled("columns").map_or_else(|| Columns::usual().to_string(), str::to_owned)
    }
}

/// A view as stored, and whether the person begins with it.
struct Stored {
    view: View,
    is_default: bool,
}

impl Stored {
    fn pairs(&self) -> Pairs {
        let content = &self.view.content;
        let box_of = |on: bool| if on { "on" } else { "no" }.to_owned();
        let pairs = [
            ("name", content.name.clone()),
            ("q", content.query.clone()),
            ("sort", content.sort.to_string()),
            ("columns", content.columns.to_string()),
            ("is_shared", box_of(content.is_shared)),
            ("is_default", box_of(self.is_default)),
        ];
        Pairs(pairs.map(|(name, text)| (name.to_owned(), text)).into())
    }
}

/// The view of an id, for who may change it.
async fn stored(who: &SignedIn, db: &Db, id: ViewId) -> Result<Stored> {
    let (account, staff) = (who.account, who.staff);
    let (view, default) = db
        .read(move |conn| Ok((model::find(conn, account, staff, id)?, model::default_of(conn, account, staff)?)))
        .await?;
    match Viewer::of(who).may_change(&view) {
        true => Ok(Stored { is_default: default == Some(id), view }),
        false => Err(Error::Forbidden),
    }
}

/// GET /views/new; `q`, `sort` and `columns` are what the list shows.
pub async fn new(who: SignedIn, hx: Hx, asked: Asked, session: Session) -> Result<HttpResponse> {
    FormPage::of_new(who, hx, &session, asked.0, FieldErrors::default()).answer(hx, StatusCode::OK)
}

/// POST /views
pub async fn create(who: SignedIn, hx: Hx, session: Session, typed: Typed, db: web::Data<Db>) -> Result<HttpResponse> {
    let typed = typed.0;
    if typed.filled("review").is_some() {
        return FormPage::of_new(who, hx, &session, typed, FieldErrors::default()).answer(hx, StatusCode::OK);
    }
    if typed.filled("account").is_some_and(|account| account != who.account.to_string()) {
        let mut errors = FieldErrors::default();
        let mode = who.mode.as_str();
        errors.add("name", "Account", format!("You are in the {mode} account now, and this form was opened in the other one. Switch back first, or send it again to save the view here."));
        return FormPage::of_new(who, hx, &session, typed, errors).answer(hx, StatusCode::CONFLICT);
    }
    let key = OneTimeKey::of(&typed)?;
    let change = match input::check(&typed, None, who.settings.default_country) {
        Ok(change) => change,
        Err(errors) => {
            let page = FormPage::of_new(who, hx, &session, typed, errors);
            return page.answer(hx, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let viewer = Viewer::of(&who);
    let made = db.write(move |conn| {
        // First the key: of two sends of one form the second waits here, and finds what the first has made.
        let (id, key, account) = (ViewId::new(), key.as_ref(), viewer.by.account);
        if let Some(made) = idempotency::take(conn, account, key, id.uuid())? {
            return Ok(Some(ViewId::from_uuid(made)));
        }
        let is_default = change.is_default == Some(true);
        match model::create(conn, &viewer, id, change.of_new())? {
            Saved::Done if is_default => model::choose_default(conn, &viewer, id, true).map(|()| Some(id)),
            Saved::Done => Ok(Some(id)),
            _ => idempotency::release(conn, account, key).map(|()| None),
        }
    });
    match made.await? {
        Some(id) => {
            Toast::new("View saved").keep(&session)?;
            Ok(html::go_to(hx, format!("/customers?view={id}")))
        }
        None => {
            let errors = name_taken(&typed);
            FormPage::of_new(who, hx, &session, typed, errors).answer(hx, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

fn name_taken(typed: &Pairs) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let name = typed.filled("name").unwrap_or("of this name");
    errors.add("name", "Name", format!("There is another view “{name}” already. Choose another name."));
    errors
}

/// GET /views/{id}/edit
pub async fn edit(
    who: SignedIn,
    hx: Hx,
    id: web::Path<ViewId>,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let stored = stored(&who, &db, *id).await?;
    FormPage::of_stored(who, hx, &session, &stored, Pairs::default(), FieldErrors::default()).answer(hx, StatusCode::OK)
}

/// POST /views/{id}: what is sent changes.
pub async fn save(
    who: SignedIn,
    hx: Hx,
    id: web::Path<ViewId>,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (id, typed) = (*id, typed.0);
    let now = stored(&who, &db, id).await?;
    let form = |who, stored: &Stored, errors| FormPage::of_stored(who, hx, &session, stored, typed.clone(), errors);
    if typed.filled("review").is_some() {
        return form(who, &now, FieldErrors::default()).answer(hx, StatusCode::OK);
    }
    let version: i32 = typed.filled("version").and_then(|text| text.parse().ok()).ok_or(Error::BadRequest(
        "The form does not say which version of the view it changes. Open it again.".into(),
    ))?;
    let change = match input::check(&typed, Some(&now.view), who.settings.default_country) {
        Ok(change) => change,
        Err(errors) => return form(who, &now, errors).answer(hx, StatusCode::UNPROCESSABLE_ENTITY),
    };
    match store(&db, Viewer::of(&who), id, version, change).await? {
        Saved::Done => {
            Toast::new("View saved").keep(&session)?;
            Ok(html::go_to(hx, format!("/customers?view={id}")))
        }
        Saved::NameTaken => form(who, &now, name_taken(&typed)).answer(hx, StatusCode::UNPROCESSABLE_ENTITY),
        Saved::Changed(current) => {
            let current = Stored { view: *current, ..now };
            let page = form(who, &current, FieldErrors::default()).after_a_change(&current);
            page.answer(hx, StatusCode::CONFLICT)
        }
    }
}

async fn store(db: &Db, viewer: Viewer, id: ViewId, version: i32, change: Change) -> Result<Saved> {
    db.write(move |conn| {
        let is_default = change.is_default;
        let saved = model::change(conn, &viewer, id, version, |view| change.over(&view.content))?;
        if let (Saved::Done, Some(on)) = (&saved, is_default) {
            model::choose_default(conn, &viewer, id, on)?;
        }
        Ok(saved)
    })
    .await
}

/// POST /views/{id}/position
pub async fn shift(who: SignedIn, id: web::Path<ViewId>, typed: Typed, db: web::Data<Db>) -> Result<HttpResponse> {
    let to_left = match typed.0.first("to") {
        Some("left") => true,
        Some("right") => false,
        _ => return Err(Error::BadRequest("A view moves to the “left” or to the “right”.".into())),
    };
    let (viewer, id) = (Viewer::of(&who), *id);
    db.write(move |conn| model::shift(conn, &viewer, id, to_left)).await?;
    Ok(see_other(format!("/views#{id}")))
}

/// POST /views/{id}/default
pub async fn choose_default(
    who: SignedIn,
    id: web::Path<ViewId>,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let on = typed.0.first("is_default").is_none_or(|text| text == "on");
    let (viewer, id) = (Viewer::of(&who), *id);
    db.write(move |conn| model::choose_default(conn, &viewer, id, on)).await?;
    Toast::new(if on { "You begin with this view now" } else { "You begin with all customers now" }).keep(&session)?;
    Ok(see_other(format!("/views#{id}")))
}

/// POST /views/{id}/deletion
pub async fn delete(who: SignedIn, id: web::Path<ViewId>, session: Session, db: web::Data<Db>) -> Result<HttpResponse> {
    let (viewer, id) = (Viewer::of(&who), *id);
    let name = db.write(move |conn| model::delete(conn, &viewer, id)).await?;
    let mut toast = Toast::new("View deleted");
    toast.detail = Some(format!("“{name}”. No customer was changed"));
    toast.undo = Some(Undo { action: format!("/views/{id}/restoration") });
    toast.keep(&session)?;
    Ok(see_other("/views"))
}

/// POST /views/{id}/restoration
pub async fn restore(
    who: SignedIn,
    id: web::Path<ViewId>,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (viewer, id) = (Viewer::of(&who), *id);
    let name = db.write(move |conn| model::restore(conn, &viewer, id)).await?;
    Toast::new(format!("View “{name}” is back")).keep(&session)?;
    Ok(see_other(format!("/views#{id}")))
}

#[derive(Template)]
#[template(path = "views/counts.html")]
struct CountsFragment {
    /// The tab, and what it shows.
    counts: Vec<(String, String)>,
}

/// GET /views/counts: the capped counts of the tabs, which the list loads apart. Each is a read of its own, so that
/// no connection is held for all of them.
pub async fn counts(who: SignedIn, hx: Hx, db: web::Data<Db>) -> Result<HttpResponse> {
    if !hx.wants_fragment {
        return Ok(see_other("/customers"));
    }
    let (account, staff, country) = (who.account, who.staff, who.settings.default_country);
    let (zone, currency) = (who.settings.time_zone.clone(), who.settings.default_currency);
    let views = db.read(move |conn| model::visible(conn, account, staff)).await?;
    let mut tabs = vec![("all".to_owned(), String::new()), ("deleted".to_owned(), "status:deleted".to_owned())];
    tabs.extend(views.into_iter().map(|view| (view.id.to_string(), view.content.query)));
    let began = Instant::now();
    let mut counts = Vec::new();
    for (tab, text) in tabs.into_iter().take_while(|_| began.elapsed() < TIME_TO_COUNT) {
        let scope = Scope { patience: TIME_TO_COUNT / 5, ..Scope::now(&LANGUAGE, account, zone.clone(), currency) };
        let count = match LANGUAGE.parse(&text, country) {
            Ok(query) => db.read(move |conn| listing::count(conn, &scope, &query)).await.ok(),
            Err(_) => None,
        };
        counts.push((tab, count.map_or_else(|| "—".to_owned(), |count| count.to_string())));
    }
    html(CountsFragment { counts })
}
