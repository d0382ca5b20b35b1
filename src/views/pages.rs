//! The forms of a view, the page that manages views, and the counts in the tabs.

use std::time::{Duration, Instant};

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    defaults,
    input::{self, Change},
    kinds,
    model::{self, Saved, View, Viewer},
};
use crate::{
    codes::Code,
    customer_parts::{COLUMNS, LANGUAGE},
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    history::{self, Event},
    html::{html, see_other},
    idempotency,
    ids::ViewId,
    input::{FieldErrors, FormFields, Parameters},
    search::{
        listing::{self, Sort},
        scope::Scope,
    },
    shell::{Place, Shell, Toast, Undo, Visit},
    who::SignedIn,
};

/// The time limit of counting; the remaining tabs show no count.
const TIME_TO_COUNT: Duration = Duration::from_millis(2_500);

/// GET /views/default: the view that the person starts with, or all customers.
pub async fn begin(who: SignedIn, db: web::Data<Db>) -> Result<HttpResponse> {
    let view = db.read(move |conn| defaults::of(conn, who.account, who.staff, &who.home())).await?;
    Ok(see_other(view.map_or_else(|| "/customers".to_owned(), |id| format!("/customers?view={id}"))))
}

/// GET /views/{id}: the list as the view shows it.
pub async fn open(visit: Visit, id: web::Path<ViewId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let view = db.read(move |conn| model::find(conn, who.account, who.staff, id, &who.home())).await?;
    Ok(visit.go_to(view.href()))
}

/// A view on the page that manages views.
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
pub async fn index(visit: Visit, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, staff, home) = (visit.who.account, visit.who.staff, visit.who.home());
    let (views, default) = db
        .read(move |conn| {
            Ok((model::visible(conn, account, staff, &home)?, defaults::of(conn, account, staff, &home)?))
        })
        .await?;
    let viewer = Viewer::of(&visit.who);
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
    html(IndexPage { shell: visit.shell(Place::Customers), shared, own })
}

/// The values that another person has saved meanwhile, where they differ from the typed ones.
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
    form: Form,
    /// The version of the stored view; `None` for a new one.
    version: Option<i32>,
    /// True when the person may share the view.
    may_share: bool,
    /// True when the view changed meanwhile.
    has_changed: bool,
    theirs: Vec<Theirs>,
    back: String,
}

impl FormPage {
    fn of_new(visit: &Visit, form: Form) -> Self {
        Self {
            may_share: visit.who.may_edit(),
            shell: visit.shell(Place::Customers),
            title: "Save view".to_owned(),
            action: "/views".to_owned(),
            button: "Save view",
            form,
            version: None,
            has_changed: false,
            theirs: Vec::new(),
            back: "/customers".to_owned(),
        }
    }

    /// Makes the form of a stored view: the typed fields, and the stored values of the others.
    fn of_stored(visit: &Visit, stored: &Stored, typed: FormFields, errors: FieldErrors) -> Self {
        let view = &stored.view;
        Self {
            may_share: visit.who.may_edit() && view.keeper == visit.who.staff,
            shell: visit.shell(Place::Customers),
            title: format!("Edit view “{}”", view.content.name),
            action: format!("/views/{}", view.id),
            button: "Save view",
            form: Form::new(typed.over(stored.pairs()), errors),
            version: Some(view.version),
            has_changed: false,
            theirs: Vec::new(),
            back: view.href(),
        }
    }

    /// Adds the stored values of now beside the typed ones.
    fn after_a_change(self, stored: &Stored) -> Self {
        let labels = [("name", "Name"), ("q", "Search"), ("sort", "Order"), ("columns", "Columns")];
        let differs = |(field, label): (&str, &'static str)| {
            let (typed, stored) = (self.form.text(field).to_owned(), stored.pairs().first(field)?.to_owned());
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

    fn answer(self, visit: &Visit, status: StatusCode) -> Result<HttpResponse> {
        visit.answer_with(status, &self, self.as_dialog())
    }

    fn is_on(&self, name: &str) -> bool {
        self.form.text(name) == "on"
    }

    /// Returns the orders to choose from: value, words, and true for the chosen one.
    fn orders(&self) -> Vec<(String, String, bool)> {
        let chosen = COLUMNS.sort(self.form.text("sort")).unwrap_or(Sort::NEWEST);
        let all = COLUMNS.sorts().into_iter().map(|sort| (sort, sort.words().to_owned()));
        let all = all.chain(COLUMNS.sorts_of(&self.shell.who.settings.fields));
        let (all, home) = (all.collect::<Vec<_>>(), self.shell.who.home());
        all.into_iter()
            .filter(|(sort, _)| sort.is_among(&home))
            .map(|(sort, words)| (sort.to_string(), words, sort == chosen))
            .collect()
    }

    fn columns(&self) -> String {
        self.form.typed.filled("columns").map_or_else(|| COLUMNS.usual().to_string(), str::to_owned)
    }
}

/// A stored view, and true when the person starts with it.
struct Stored {
    view: View,
    is_default: bool,
}

impl Stored {
    fn pairs(&self) -> FormFields {
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
        FormFields(pairs.map(|(name, text)| (name.to_owned(), text)).into())
    }
}

/// Returns the view with that id, for a person who may change it.
async fn stored(who: &SignedIn, db: &Db, id: ViewId) -> Result<Stored> {
    let (account, staff, home) = (who.account, who.staff, who.home());
    let (view, default) = db
        .read(move |conn| {
            Ok((model::find(conn, account, staff, id, &home)?, defaults::of(conn, account, staff, &home)?))
        })
        .await?;
    match Viewer::of(who).may_change(&view) {
        true => Ok(Stored { is_default: default == Some(id), view }),
        false => Err(Error::Forbidden),
    }
}

/// GET /views/new; `q`, `sort` and `columns` are those of the list.
pub async fn new(visit: Visit, asked: Parameters) -> Result<HttpResponse> {
    FormPage::of_new(&visit, Form::open(asked.0)).answer(&visit, StatusCode::OK)
}

/// POST /views
pub async fn create(visit: Visit, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    if sent.is_review() {
        return FormPage::of_new(&visit, Form::open(sent.typed)).answer(&visit, StatusCode::OK);
    }
    if let Some(sentence) = sent.account_error(&visit.who, "save the view") {
        let form = Form::new(sent.typed, FieldErrors::of("name", "Account", Code::NotOneOf.says(sentence)));
        return FormPage::of_new(&visit, form).answer(&visit, StatusCode::CONFLICT);
    }
    match make(&db, &visit.who, &sent).await? {
        Ok((id, event)) => {
            visit.done(Toast::new("View saved").undoing(event.map(|event| event.id)), format!("/customers?view={id}"))
        }
        Err(errors) => {
            let form = Form::new(sent.typed, errors);
            FormPage::of_new(&visit, form).answer(&visit, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// A view just made, with the event of it, if that can be undone by itself.
type Made = (ViewId, Option<Event>);

/// Creates the view, or returns the errors of the form.
async fn make(db: &Db, who: &SignedIn, sent: &Sent) -> Result<Result<Made, FieldErrors>> {
    let (viewer, key) = (Viewer::of(who), sent.key()?);
    let change = match input::check(&sent.typed, None, who.home()) {
        Ok(change) => change,
        Err(errors) => return Ok(Err(errors)),
    };
    let made = db.write(move |conn| {
        // First the key: of two sends of one form the second waits here, and finds what the first has made.
        let (id, key, account) = (ViewId::at(viewer.by.now()), key.as_ref(), viewer.by.account);
        if let Some(made) = idempotency::take(conn, account, key, id.uuid())? {
            return Ok(Some((ViewId::from_uuid(made), None)));
        }
        let is_default = change.is_default == Some(true);
        match model::create(conn, &viewer, id, change.of_new())? {
            // That they begin with it from now on is another event.
            Saved::Done if is_default => defaults::choose(conn, &viewer, id, true).map(|()| Some((id, None))),
            Saved::Done => Ok(Some((id, history::of_request(conn, &viewer.by, id.uuid())?))),
            _ => idempotency::release(conn, account, key).map(|()| None),
        }
    });
    Ok(made.await?.ok_or_else(|| name_taken(&sent.typed)))
}

fn name_taken(typed: &FormFields) -> FieldErrors {
    let name = typed.filled("name").unwrap_or("of this name");
    let sentence = format!("There is another view “{name}” already. Choose another name.");
    FieldErrors::of("name", "Name", Code::NameTaken.says(sentence))
}

/// GET /views/{id}/edit
pub async fn edit(visit: Visit, id: web::Path<ViewId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let stored = stored(&visit.who, &db, *id).await?;
    FormPage::of_stored(&visit, &stored, FormFields::default(), FieldErrors::default()).answer(&visit, StatusCode::OK)
}

/// POST /views/{id}: changes the fields that are sent.
pub async fn save(visit: Visit, id: web::Path<ViewId>, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let id = *id;
    let now = stored(&visit.who, &db, id).await?;
    let form = |stored: &Stored, errors| FormPage::of_stored(&visit, stored, sent.typed.clone(), errors);
    if sent.is_review() {
        return form(&now, FieldErrors::default()).answer(&visit, StatusCode::OK);
    }
    let version = sent.version().ok_or_else(|| {
        let sentence = "The form does not say which version of the view it changes. Open it again.";
        Error::BadRequest(Code::InvalidParameter.says(sentence))
    })?;
    let change = match input::check(&sent.typed, Some(&now.view), visit.who.home()) {
        Ok(change) => change,
        Err(errors) => return form(&now, errors).answer(&visit, StatusCode::UNPROCESSABLE_ENTITY),
    };
    let (outcome, event) = store(&db, Viewer::of(&visit.who), id, version, change).await?;
    match outcome {
        Saved::Done => {
            visit.done(Toast::new("View saved").undoing(event.map(|event| event.id)), format!("/customers?view={id}"))
        }
        Saved::NameTaken => form(&now, name_taken(&sent.typed)).answer(&visit, StatusCode::UNPROCESSABLE_ENTITY),
        Saved::Changed(current) => {
            let current = Stored { view: *current, ..now };
            let page = form(&current, FieldErrors::default()).after_a_change(&current);
            page.answer(&visit, StatusCode::CONFLICT)
        }
    }
}

/// Stores a change, and returns the event that takes all of it back, if there is one.
async fn store(db: &Db, viewer: Viewer, id: ViewId, version: i32, change: Change) -> Result<(Saved, Option<Event>)> {
    db.write(move |conn| {
        let is_default = change.is_default;
        let saved = model::change(conn, &viewer, id, version, |view| change.over(&view.content))?;
        if let (Saved::Done, Some(on)) = (&saved, is_default) {
            defaults::choose(conn, &viewer, id, on)?;
        }
        // When more was changed, no single event takes all of it back.
        let event = history::of_request(conn, &viewer.by, id.uuid())?.filter(|event| event.kind == kinds::UPDATED);
        Ok((saved, event))
    })
    .await
}

/// POST /views/{id}/position
pub async fn shift(who: SignedIn, id: web::Path<ViewId>, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let to_left = match sent.typed.first("to") {
        Some("left") => true,
        Some("right") => false,
        _ => {
            return Err(Error::BadRequest(
                Code::InvalidParameter.says("A view moves to the “left” or to the “right”."),
            ));
        }
    };
    let (viewer, id) = (Viewer::of(&who), *id);
    db.write(move |conn| model::shift(conn, &viewer, id, to_left)).await?;
    Ok(see_other(format!("/views#{id}")))
}

/// POST /views/{id}/default
pub async fn choose_default(
    visit: Visit,
    id: web::Path<ViewId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let on = sent.typed.first("is_default").is_none_or(|text| text == "on");
    let (viewer, id) = (Viewer::of(&visit.who), *id);
    let chosen = db.write(move |conn| {
        defaults::choose(conn, &viewer, id, on)?;
        history::of_request(conn, &viewer.by, id.uuid())
    });
    let text = if on { "You begin with this view now" } else { "You begin with all customers now" };
    visit.keep(Toast::new(text).undoing(chosen.await?.map(|event| event.id)))?;
    Ok(see_other(format!("/views#{id}")))
}

/// POST /views/{id}/deletion
pub async fn delete(visit: Visit, id: web::Path<ViewId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (viewer, id) = (Viewer::of(&visit.who), *id);
    let name = db.write(move |conn| model::delete(conn, &viewer, id)).await?;
    let mut toast = Toast::new("View deleted");
    toast.detail = Some(format!("“{name}”. No customer was changed"));
    toast.undo = Some(Undo { action: format!("/views/{id}/restoration") });
    visit.keep(toast)?;
    Ok(see_other("/views"))
}

/// POST /views/{id}/restoration
pub async fn restore(visit: Visit, id: web::Path<ViewId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (viewer, id) = (Viewer::of(&visit.who), *id);
    let name = db.write(move |conn| model::restore(conn, &viewer, id)).await?;
    visit.keep(Toast::new(format!("View “{name}” is back")))?;
    Ok(see_other(format!("/views#{id}")))
}

#[derive(Template)]
#[template(path = "views/counts.html")]
struct CountsFragment {
    /// The name of each tab, with the text of its count.
    counts: Vec<(String, String)>,
}

/// GET /views/counts: the capped counts of the tabs, which the list loads separately. Each count is a read of its own,
/// so that no connection is held for all of them.
pub async fn counts(Visit { who, hx, .. }: Visit, db: web::Data<Db>) -> Result<HttpResponse> {
    if !hx.wants_fragment {
        return Ok(see_other("/customers"));
    }
    let (account, staff, home) = (who.account, who.staff, who.home());
    let seen_from = home.clone();
    let (zone, currency) = (who.settings.time_zone.clone(), who.settings.default_currency);
    let (searcher, now) = (who.searcher(), who.now());
    let views = db.read(move |conn| model::visible(conn, account, staff, &seen_from)).await?;
    let mut tabs = vec![("all".to_owned(), String::new()), ("deleted".to_owned(), "status:deleted".to_owned())];
    tabs.extend(views.into_iter().map(|view| (view.id.to_string(), view.content.query)));
    let began = Instant::now();
    let mut counts = Vec::new();
    for (tab, text) in tabs.into_iter().take_while(|_| began.elapsed() < TIME_TO_COUNT) {
        let scope = Scope::at(now, &LANGUAGE, account, zone.clone(), currency).behind(home.curtain);
        let scope = Scope { patience: TIME_TO_COUNT / 5, ..scope };
        let count = match LANGUAGE.parse(&text, home.clone()) {
            Ok(query) => db.search(searcher, move |conn| listing::count(conn, &scope, &query)).await.ok(),
            Err(_) => None,
        };
        counts.push((tab, count.map_or_else(|| "—".to_owned(), |count| count.to_string())));
    }
    html(CountsFragment { counts })
}
