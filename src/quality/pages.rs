//! The pages: what there is to look at, and one kind of it with its mends. After a mend the next one is ready.

use std::collections::HashMap;

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;

use super::{
    cards,
    findings::{Finding, today},
    row::Row,
};
use crate::{
    codes::Code,
    customers::{
        doubts::{
            Doubt,
            dismissal::{self, Dismissed},
        },
        identity::path,
        input,
        lookalikes::{self, Lookalikes},
        model::{self, Customer},
        record, revert,
        saving::{self, Clash, Save, Saved},
    },
    db::Db,
    error::{Error, Result},
    form::Sent,
    history,
    html::html,
    ids::CustomerId,
    input::{FieldErrors, Parameters},
    paging::Cursor,
    payment_methods::model as methods,
    reveal,
    search::listing::Count,
    search_box::address,
    shell::{Link, Place, Shell, Toast, Tone, Visit},
    staff::guard::Editor,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "quality/index.html")]
struct IndexPage {
    shell: Shell,
    lines: Vec<(Finding, Count)>,
}

/// Answers `GET /quality`.
pub async fn index(visit: Visit, db: web::Data<Db>) -> Result<HttpResponse> {
    let who = visit.who.clone();
    let count = move |conn: &mut PgConnection| {
        Finding::all().map(|finding| Ok((finding, finding.count(conn, &who)?))).collect::<Result<Vec<_>>>()
    };
    let lines = db.read(count).await?;
    html(IndexPage { shell: visit.as_page().shell(Place::Quality), lines })
}

#[derive(Template)]
#[template(path = "quality/show.html", blocks = ["finding"])]
struct FindingPage {
    shell: Shell,
    finding: Finding,
    count: Count,
    rows: Vec<Row>,
    /// The address of this page.
    here: String,
    /// The address of the next page.
    next: Option<String>,
    /// The notice of a mend in place.
    toast: Option<Toast>,
}

impl FindingPage {
    /// Returns the text that is announced.
    fn status(&self) -> String {
        match self.count.customers {
            0 => "Nothing left to look at".to_owned(),
            1 => "1 customer".to_owned(),
            _ => format!("{} customers", self.count),
        }
    }

    /// Returns whether a doubt can be said to be none.
    fn can_dismiss(&self) -> bool {
        matches!(self.finding, Finding::Of(_))
    }

    /// Returns the words that dismiss a doubt.
    fn dismisses(&self) -> &'static str {
        match self.finding {
            Finding::Of(Doubt::Contact | Doubt::Country) => "Leave as it is",
            _ => "It is right",
        }
    }

    /// Returns whether its mend is a country, of which there is a list.
    fn is_of_countries(&self) -> bool {
        self.finding == Finding::Of(Doubt::Country)
    }

    /// Returns the address of a row's mend.
    fn mend(&self, row: &Row) -> String {
        self.on(&format!("{}/{}", self.finding.path(), row.id))
    }

    fn dismissal(&self, row: &Row) -> String {
        self.on(&format!("{}/{}/dismissal", self.finding.path(), row.id))
    }

    /// Returns an address that leads back to the same page of the list.
    fn on(&self, path: &str) -> String {
        self.here.split_once('?').map_or_else(|| path.to_owned(), |(_, query)| format!("{path}?{query}"))
    }
}

/// The place in the list of a finding.
#[derive(Clone)]
struct At {
    finding: Finding,
    /// The cursor behind which the page begins.
    after: Option<String>,
}

impl At {
    fn read(finding: &str, asked: &Parameters) -> Result<Self> {
        Ok(Self { finding: Finding::parse(finding)?, after: asked.0.filled("after").map(str::to_owned) })
    }

    fn here(&self) -> String {
        self.page(self.after.as_deref())
    }

    fn page(&self, after: Option<&str>) -> String {
        let after: Vec<(&str, String)> = after.map(|after| ("after", after.to_owned())).into_iter().collect();
        address(&self.finding.path(), &after)
    }
}

/// What a page is read from: the customers, with the count of all and the next page.
struct Read {
    count: Count,
    customers: Vec<Customer>,
    wallets: HashMap<CustomerId, Vec<methods::Method>>,
    next: Option<Cursor>,
}

/// Reads a page; `first` comes before the others, whether or not it is among them any more.
fn read(conn: &mut PgConnection, who: &SignedIn, at: &At, first: Option<CustomerId>) -> Result<Read> {
    let (listed, next) = at.finding.page(conn, who, at.after.as_deref())?;
    let missing = first.filter(|first| !listed.contains(first));
    let ids: Vec<CustomerId> = missing.into_iter().chain(listed).collect();
    let wallets = match at.finding {
        Finding::ExpiredCard => methods::of_customers(conn, who.account, &ids)?,
        Finding::Of(_) => HashMap::new(),
    };
    if let Some(missing) = missing {
        model::find_or_say_where(conn, who.account, missing)?;
    }
    Ok(Read {
        count: at.finding.count(conn, who)?,
        customers: model::find_all(conn, who.account, &ids)?,
        wallets,
        next,
    })
}

impl FindingPage {
    fn new(visit: &Visit, at: &At, read: Read, toast: Option<Toast>) -> Self {
        let Read { count, customers, mut wallets, next } = read;
        let today = today(&visit.who);
        let row = |customer: &Customer| {
            let mut wallet = wallets.remove(&customer.id).unwrap_or_default();
            wallet.retain(|method| method.is_default || !method.is_expired(today));
            Row::new(at.finding, customer, wallet, &visit.who)
        };
        let rows = customers.iter().map(row).collect();
        let next = next.map(|next| at.page(Some(&next.to_string())));
        let shell = visit.shell(Place::Quality);
        Self { shell, finding: at.finding, count, rows, here: at.here(), next, toast }
    }
}

/// Answers `GET /quality/{finding}`.
pub async fn show(
    visit: Visit,
    finding: web::Path<String>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    answer(&visit, At::read(&finding, &asked)?, None, &db).await
}

/// Answers `GET /quality/{finding}/{id}`, where nothing is but the address that a mend is sent to: a form that waited for its
/// person and is discarded leads there.
pub async fn discard(
    visit: Visit,
    path: web::Path<(String, CustomerId)>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (finding, id) = path.into_inner();
    let (at, account) = (At::read(&finding, &asked)?, visit.who.account);
    db.read(move |conn| model::check(conn, account, id)).await?;
    Ok(visit.go_to(at.here()))
}

async fn answer(visit: &Visit, at: At, toast: Option<Toast>, db: &Db) -> Result<HttpResponse> {
    let (who, place) = (visit.who.clone(), at.clone());
    let read = db.read(move |conn| read(conn, &who, &place, None)).await?;
    let page = FindingPage::new(visit, &at, read, toast);
    visit.answer(&page, page.as_finding())
}

/// Answers after a mend: with what is left and the notice, in its place or by a redirect.
async fn done(visit: &Visit, at: At, toast: Toast, db: &Db) -> Result<HttpResponse> {
    if visit.hx.wants_fragment {
        return answer(visit, at, Some(toast), db).await;
    }
    visit.done(toast, at.here())
}

/// Answers `POST /quality/{finding}/{id}`: with an edit of the fields that are sent, or of the wallet.
pub async fn mend(
    Editor(visit): Editor,
    path: web::Path<(String, CustomerId)>,
    asked: Parameters,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (finding, id) = path.into_inner();
    let at = At::read(&finding, &asked)?;
    let Finding::Of(doubt) = at.finding else {
        let (by, today, curtain) = (visit.who.by(), today(&visit.who), visit.who.curtain());
        let toast = db
            .write(move |conn| {
                let (method, toast) = cards::mend(conn, &by, id, today, &sent.typed, curtain)?;
                let event = history::of_request(conn, &by, method.uuid())?;
                Ok(toast.undoing(event.map(|event| event.id)))
            })
            .await?;
        return done(&visit, at, toast, &db).await;
    };
    reveal::refuse_masked(&visit.who)?;
    if sent.is_review() {
        return again(&visit, at, id, sent, Against::Nothing, &db).await;
    }
    let Some(version) = sent.version() else {
        let sentence = "This form does not say which version it changes. Open the page again.";
        return Err(Error::BadRequest(Code::InvalidParameter.says(sentence)));
    };
    let change = match input::check(&sent.typed, &visit.who.settings) {
        Ok(change) => change,
        Err(errors) => return again(&visit, at, id, sent, Against::Errors(errors), &db).await,
    };
    let (by, settings, agreed) = (visit.who.by(), visit.who.settings.clone(), lookalikes::agreed(&sent.typed));
    let saved = db.write(move |conn| {
        let (settings, agreed) = (&settings, &agreed);
        let current = model::find_for_update(conn, by.account, id)?;
        if current.version != version && doubt.of(&current.record).is_none() {
            return Ok((None, None, current.title()));
        }
        let save = Save { id, version, change: &change, settings, even_deleted: false, agreed, key: None };
        let saved = saving::save(conn, &by, &save)?;
        let event = history::of_request(conn, &by, id.uuid())?;
        Ok((Some(saved), event, model::find(conn, by.account, id)?.title()))
    });
    let (saved, event, title) = saved.await?;
    let against = match saved {
        None => {
            Against::Changed("It was put right meanwhile. Open the customer to change it again.".to_owned(), version)
        }
        Some(Saved::Done(_)) => {
            let says = event.as_ref().map_or("Nothing was changed".to_owned(), |event| {
                format!("{} changed", revert::named(event, &visit.who.settings.fields))
            });
            let toast = Toast { detail: Some(title), link: Some(opening(id)), ..Toast::new(says) };
            return done(&visit, at, toast.undoing(event.map(|event| event.id)), &db).await;
        }
        Some(Saved::Deleted | Saved::Waits(_)) => {
            let toast = Toast { link: Some(opening(id)), ..Toast::new(format!("{title} was deleted meanwhile")) };
            return done(&visit, at, toast.toned(Tone::Bad), &db).await;
        }
        Some(Saved::Invalid(errors)) => Against::Errors(errors),
        Some(Saved::Doubtful(found)) => Against::others(&found),
        Some(Saved::Clash(clash)) => Against::clash(*clash),
    };
    again(&visit, at, id, sent, against, &db).await
}

fn opening(id: CustomerId) -> Link {
    Link { text: "Open".to_owned(), href: path(id) }
}

/// What stands against a mend.
enum Against {
    Errors(FieldErrors),
    /// Others have the same email or phone: a sentence, and their ids to agree to.
    Others(String, String),
    /// Somebody changed the same: a sentence, and the version to go on from.
    Changed(String, i32),
    /// The form waited for its person, and is gone on with.
    Nothing,
}

impl Against {
    fn others(found: &Lookalikes) -> Self {
        let who: Vec<&str> = found.live.iter().map(|one| one.title.as_str()).collect();
        let ids = found.live.iter().map(|one| one.id.to_string()).collect::<Vec<_>>().join(" ");
        let says = match &found.live[..] {
            [one] => format!("{} has the same {}. Save again to keep it with both.", one.title, one.shares()),
            _ => format!("{} have the same email or phone. Save again to keep it with all.", who.join(" and ")),
        };
        Self::Others(says, ids)
    }

    fn clash(clash: Clash) -> Self {
        let by = clash.last.and_then(|last| last.by).unwrap_or_else(|| "Somebody".to_owned());
        let is = clash.fields.iter().filter_map(|(name, _, theirs)| record::shown(name, theirs));
        let is: Vec<String> = is.collect();
        let did = if is.is_empty() { "emptied it".to_owned() } else { format!("made it “{}”", is.join(", ")) };
        Self::Changed(format!("{by} {did} meanwhile. Save again to put yours there."), clash.current.version)
    }
}

/// Answers with the page and what was typed, which nothing takes away.
async fn again(visit: &Visit, at: At, id: CustomerId, sent: Sent, against: Against, db: &Db) -> Result<HttpResponse> {
    let (who, place) = (visit.who.clone(), at.clone());
    let read = db.read(move |conn| read(conn, &who, &place, Some(id))).await?;
    let status = match against {
        Against::Errors(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Against::Nothing => StatusCode::OK,
        Against::Others(..) | Against::Changed(..) => StatusCode::CONFLICT,
    };
    let mut page = FindingPage::new(visit, &at, read, None);
    if let Some(at) = page.rows.iter().position(|row| row.id == id.to_string()) {
        let row = page.rows.remove(at);
        let (none, version) = (FieldErrors::default(), sent.version().unwrap_or(row.version));
        let row = match against {
            Against::Nothing => row.typed(&sent.typed, &none, version),
            Against::Errors(errors) => row.typed(&sent.typed, &errors, version),
            Against::Others(says, ids) => row.typed(&sent.typed, &none, version).with_problem(says, Some(ids)),
            Against::Changed(says, version) => row.typed(&sent.typed, &none, version).with_problem(says, None),
        };
        page.rows.insert(at, row);
    }
    visit.answer_with(status, &page, page.as_finding())
}

/// Answers `POST /quality/{finding}/{id}/dismissal`: the value that was seen is right as it is.
pub async fn dismiss(
    Editor(visit): Editor,
    path: web::Path<(String, CustomerId)>,
    asked: Parameters,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (finding, id) = path.into_inner();
    let at = At::read(&finding, &asked)?;
    let Finding::Of(doubt) = at.finding else { return Err(Error::NotFound) };
    reveal::refuse_masked(&visit.who)?;
    let (by, saw) = (visit.who.by(), sent.typed.first("doubtful").unwrap_or_default().to_owned());
    let dismiss = move |conn: &mut PgConnection| {
        let dismissed = dismissal::dismiss(conn, &by, id, doubt, &saw)?;
        Ok((dismissed, history::of_request(conn, &by, id.uuid())?))
    };
    let toast = match db.write(dismiss).await? {
        (Dismissed::Other(_), _) => {
            let says = "It was changed meanwhile, and nothing was said of it";
            Toast { link: Some(opening(id)), ..Toast::new(says) }.toned(Tone::Bad)
        }
        (Dismissed::Done, event) => {
            let says = match doubt {
                Doubt::Phone | Doubt::Domain | Doubt::Capitals => "Taken as right",
                Doubt::Contact | Doubt::Country => "Left as it is",
            };
            Toast::new(says).undoing(event.map(|event| event.id))
        }
    };
    done(&visit, at, toast, &db).await
}
