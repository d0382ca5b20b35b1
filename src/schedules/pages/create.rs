//! The form that makes a payment schedule. Beside it are its days and sums as they will be, and what happens at once.

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;
use jiff::civil::Date;

use crate::{
    customers::{
        identity,
        model::{self as customers, Customer},
    },
    db::Db,
    error::{Error, Result},
    form::{
        Form, Sent, Why,
        currencies::{Choice, currencies},
    },
    gateway::{self, Sandbox},
    html, idempotency,
    ids::{CustomerId, ScheduleId},
    input::{FormFields, Parameters},
    payment_methods::{
        choosing::{Choosable, choosable},
        model::{self as payment_methods, Method},
    },
    payments::pages::show::told,
    reveal,
    schedules::{
        creating::{self, NewSchedule},
        input::{self, ROWS, Wish},
        path,
        planning::Planned,
        settling::settle,
    },
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
    values::{Currency, Money, expiry, when::day},
};

/// A part to come, as a line of the preview.
struct Coming {
    /// The day of the week and the day: "Sat 12 Dec 2026".
    on: String,
    amount: Money,
}

/// What follows from what is typed.
struct Preview {
    /// What happens at once.
    now: String,
    parts: Vec<Coming>,
    total: Money,
}

/// A row of the form for a sum with its day.
struct Row {
    no: usize,
    day_name: String,
    name: String,
}

#[derive(Template)]
#[template(path = "schedules/new.html", blocks = ["preview"])]
struct NewPage {
    shell: Shell,
    customer: String,
    customer_path: String,
    form: Form,
    rows: Vec<Row>,
    currencies: Vec<Choice>,
    wallet: Vec<Choosable>,
    has_gateway: bool,
    today: String,
    preview: Option<Preview>,
    /// What the button says.
    button: String,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
    /// Whether only the preview is asked for, which then changes the button too.
    is_fragment: bool,
}

impl NewPage {
    /// Returns whether a choice is made, or is the usual one and none is made.
    fn is(&self, name: &str, value: &str, usual: &str) -> bool {
        self.form.typed.filled(name).unwrap_or(usual) == value
    }

    /// Returns the title of the wallet's default.
    fn default_title(&self) -> &str {
        self.wallet.iter().find(|one| one.is_default).map_or("there is none yet", |one| &one.title)
    }

    /// Returns the day of the first part: what is typed, or today.
    fn first_on(&self) -> &str {
        if self.form.has("first_on") { self.form.text("first_on") } else { &self.today }
    }
}

/// GET /customers/{id}/schedules/new; fields may be given to start with.
pub async fn new(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    form(visit.as_page(), *id, (asked.0, Why::opened()), &db).await
}

/// GET /customers/{id}/schedules/preview: asked again and again while somebody fills the form in.
pub async fn preview(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    form(visit, *id, (asked.0, Why::opened()), &db).await
}

/// POST /customers/{id}/schedules
pub async fn make(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (visit, customer, key) = (visit.as_page(), *id, sent.key_about(id.uuid())?);
    if sent.is_review() {
        return form(visit, customer, (sent.typed, Why::opened()), &db).await;
    }
    let today = expiry::today(visit.who.now(), &visit.who.settings.time_zone);
    let wish = match input::wish(&sent.typed, visit.who.settings.default_currency, today) {
        Ok(wish) => wish,
        Err(errors) => return form(visit, customer, (sent.typed, Why::invalid(errors)), &db).await,
    };
    let Wish { description, currency, parts, method } = wish;
    let says = format!("The payment schedule for {} is made", visit.who.curtain().text(&description));
    let new = NewSchedule { customer, description, currency, parts, method };
    let by = visit.who.by();
    let id = ScheduleId::at(by.now());
    let made = db.write(move |conn| {
        if let Some(made) = idempotency::take(conn, by.account, key.as_ref(), id.uuid())? {
            return Ok(ScheduleId::from_uuid(made));
        }
        Ok(creating::create(conn, &by, id, new)?.id)
    });
    match made.await {
        Ok(id) => {
            let settled = settle(&db, &sandbox, visit.who.mode, visit.who.by(), id).await;
            visit.done(settled.map_or_else(|| Toast::new(says), |payment| told(&payment)), path(id))
        }
        Err(Error::Conflict(reason)) => form(visit, customer, (sent.typed, Why::conflict(reason.sentence)), &db).await,
        Err(err) => Err(err),
    }
}

fn choices(conn: &mut PgConnection, who: &crate::who::SignedIn, id: CustomerId) -> Result<(Customer, Vec<Method>)> {
    let who = reveal::reader(conn, who, id)?;
    let (account, curtain) = (who.account, who.curtain());
    let customer = customers::find_or_say_where(conn, account, id)?;
    customer.refuse_deleted()?;
    let wallet = payment_methods::of_customer(conn, account, id)?;
    Ok((customer.behind(curtain), wallet.into_iter().map(|method| method.behind(curtain)).collect()))
}

async fn form(visit: Visit, id: CustomerId, (typed, why): (FormFields, Why), db: &Db) -> Result<HttpResponse> {
    let who = visit.who.clone();
    let (today, usual) = (expiry::today(who.now(), &who.settings.time_zone), who.settings.default_currency);
    let (customer, wallet) = db.read(move |conn| choices(conn, &who, id)).await?;
    let planned = input::parts(&typed, usual, today).ok();
    let currency = typed.first("currency").map_or_else(|| usual.to_string(), str::to_owned);
    let row = |no: usize| Row { no, day_name: format!("due_on.{no}"), name: format!("part.{no}") };
    let is_typed = |row: &Row| typed.filled(&row.day_name).is_some() || typed.filled(&row.name).is_some();
    // Some rows more than are typed, so that without script one can go on.
    let filled = (0..ROWS).filter(|no| is_typed(&row(*no))).max().map_or(0, |last| last + 1);
    let (now, due) = (today, planned.as_ref().and_then(|(currency, parts)| at_once(*currency, parts, today)));
    let page = NewPage {
        customer: customer.title(),
        customer_path: identity::path(id),
        rows: (0..(filled + 2).clamp(4, ROWS)).map(row).collect(),
        currencies: currencies(&currency),
        has_gateway: gateway::has(visit.who.mode),
        today: now.to_string(),
        button: due.map_or_else(|| "Make the schedule".to_owned(), |due| format!("Make it and charge {due}")),
        preview: planned.map(|(currency, parts)| foresee(&typed, (currency, &parts), &wallet, (due, today))),
        wallet: choosable(&wallet, typed.filled("method").unwrap_or_default(), today),
        conflict: why.conflict,
        is_fragment: visit.hx.wants_fragment,
        shell: visit.shell(Place::Customers),
        form: Form::new(typed, why.errors),
    };
    if page.is_fragment {
        return html::html(page.as_preview());
    }
    html::with_status(why.status, page)
}

/// Returns what is charged at once: the parts that are due today, if there are any.
fn at_once(currency: Currency, parts: &[Planned], today: Date) -> Option<Money> {
    let due: Vec<i64> = parts.iter().filter(|part| part.on == today).map(|part| part.amount).collect();
    (!due.is_empty()).then(|| Money::new(due.iter().sum(), currency))
}

/// Returns what follows from the parts that are typed.
fn foresee(
    typed: &FormFields,
    (currency, parts): (Currency, &[Planned]),
    wallet: &[Method],
    (due, today): (Option<Money>, Date),
) -> Preview {
    let chosen = typed.filled("method").unwrap_or(input::DEFAULT);
    let is_it = |method: &&Method| match chosen {
        input::DEFAULT => method.is_default,
        chosen => method.id.to_string() == chosen,
    };
    let first = parts.first().map(|part| day(part.on)).unwrap_or_default();
    let now = match (due, wallet.iter().find(is_it)) {
        (None, _) => format!("Nothing is charged now. The first charge is on {first}."),
        (Some(_), Some(method)) if method.is_expired(today) => {
            format!("Nothing can be charged: {} has expired. Choose another one.", method.title())
        }
        (Some(due), Some(method)) => format!("Charges {due} to {} now.", method.title()),
        (Some(_), None) if chosen != input::DEFAULT => {
            "Nothing can be charged: the chosen payment method is not in the wallet any more. Choose another one."
                .to_owned()
        }
        (Some(_), None) => {
            "Nothing can be charged: the wallet has no default payment method. Add one first.".to_owned()
        }
    };
    let coming = |part: &Planned| Coming {
        on: part.on.strftime("%a %-d %b %Y").to_string(),
        amount: Money::new(part.amount, currency),
    };
    let total = Money::new(parts.iter().map(|part| part.amount).sum(), currency);
    Preview { now, parts: parts.iter().map(coming).collect(), total }
}
