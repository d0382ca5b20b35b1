//! The form that starts a subscription. Beside it are the next five charges, and what happens at once.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;

use super::{Choosable, Coming, choosable, day};
use crate::{
    customers::{
        identity,
        model::{self as customers, Customer},
    },
    db::Db,
    error::{Error, Result},
    events::By,
    form::{
        Form, Sent,
        currencies::{Choice, currencies},
    },
    gateway::{self, Sandbox},
    html, idempotency,
    ids::{CustomerId, SubscriptionId},
    input::{FieldErrors, FormFields, Parameters},
    invoices::Collects,
    payment_methods::model::{self as payment_methods, Method},
    payments::pages::show as payments,
    prices::model::{self as prices, Price},
    reveal,
    shell::{Place, Shell, Toast, Tone, Visit},
    staff::guard::Editor,
    subscriptions::{
        Status, Subscription,
        creating::{self, Misfit, NewSubscription},
        input::{self, BILLS, DEFAULT, OWN},
        model, path,
        settling::settle,
        starting::{Refused, What, Wish},
    },
    values::expiry,
    who::SignedIn,
};

/// A price to choose.
struct Offered {
    id: String,
    label: String,
    is_chosen: bool,
}

/// What follows from what is typed.
struct Preview {
    /// What happens at once.
    now: String,
    /// What the button says.
    button: String,
    charges: Vec<Coming>,
    /// How long it goes on after these.
    after: String,
}

/// The customer of the form, with what can be chosen for them.
struct Choices {
    customer: Customer,
    wallet: Vec<Method>,
    prices: Vec<Price>,
}

#[derive(Template)]
#[template(path = "subscriptions/new.html", blocks = ["preview"])]
struct NewPage {
    shell: Shell,
    customer: String,
    customer_path: String,
    form: Form,
    prices: Vec<Offered>,
    currencies: Vec<Choice>,
    wallet: Vec<Choosable>,
    has_gateway: bool,
    today: String,
    preview: Option<Preview>,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
    /// The path of another one by the same price.
    duplicate: Option<String>,
    /// Whether only the preview is asked for, which then changes the button too.
    is_fragment: bool,
}

impl NewPage {
    /// Returns whether a choice is made, or is the usual one and none is made.
    fn is(&self, name: &str, value: &str, usual: &str) -> bool {
        self.form.typed.filled(name).unwrap_or(usual) == value
    }

    /// Returns the method that is chosen until somebody chooses.
    fn usual_method(&self) -> &'static str {
        if self.has_gateway { DEFAULT } else { BILLS }
    }

    /// Returns the title of the wallet's default.
    fn default_title(&self) -> &str {
        self.wallet.iter().find(|one| one.is_default).map_or("there is none yet", |one| &one.title)
    }

    /// Returns whether one of the choices of the price is made.
    fn has_price(&self) -> bool {
        self.form.text("price") == OWN || self.prices.iter().any(|one| one.is_chosen)
    }

    fn button(&self) -> &str {
        self.preview.as_ref().map_or("Start the subscription", |preview| &preview.button)
    }
}

/// Why a form is shown.
#[derive(Default)]
struct Why {
    errors: FieldErrors,
    conflict: Option<String>,
    duplicate: Option<SubscriptionId>,
}

impl Why {
    fn status(&self) -> StatusCode {
        match (self.conflict.is_some() || self.duplicate.is_some(), self.errors.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
            (false, true) => StatusCode::OK,
        }
    }
}

/// GET /customers/{id}/subscriptions/new; fields may be given to start with.
pub async fn new(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    form(visit.as_page(), *id, (asked.0, Why::default()), &db).await
}

/// GET /customers/{id}/subscriptions/preview: asked again and again while somebody fills the form in.
pub async fn preview(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    form(visit, *id, (asked.0, Why::default()), &db).await
}

/// POST /customers/{id}/subscriptions
pub async fn start(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (visit, customer, key) = (visit.as_page(), *id, sent.key_about(id.uuid())?);
    if sent.is_review() {
        return form(visit, customer, (sent.typed, Why::default()), &db).await;
    }
    let wish = match input::wish(&sent.typed, customer, visit.who.settings.default_currency) {
        Ok(wish) => wish,
        Err(errors) => return form(visit, customer, (sent.typed, Why { errors, ..Why::default() }), &db).await,
    };
    if wish.collects == Collects::Charge && !gateway::has(visit.who.mode) {
        let errors = FieldErrors::of("method", "Paid by", gateway::none());
        return form(visit, customer, (sent.typed, Why { errors, ..Why::default() }), &db).await;
    }
    let (by, today) = (visit.who.by(), expiry::today(visit.who.now(), &visit.who.settings.time_zone));
    let new = SubscriptionId::at(by.now());
    let begun = db.write(move |conn| {
        if let Some(made) = idempotency::take(conn, by.account, key.as_ref(), new.uuid())? {
            return Ok(Ok(SubscriptionId::from_uuid(made)));
        }
        customers::find_for_update(conn, by.account, customer)?.refuse_deleted()?;
        let begun = begin(conn, &by, new, wish, today)?;
        if begun.is_err() {
            idempotency::release(conn, by.account, key.as_ref())?;
        }
        Ok(begun)
    });
    let refused = match begun.await {
        Ok(Ok(id)) => {
            let settled = settle(&db, &sandbox, visit.who.mode, visit.who.by(), id).await;
            let account = visit.who.account;
            let one = db.read(move |conn| model::find(conn, account, id)).await?.behind(visit.who.curtain());
            let toast = settled.filter(|_| one.status != Status::Active).map(|payment| payments::told(&payment));
            return visit.done(toast.unwrap_or_else(|| told(&one)), path(id));
        }
        Ok(Err(refused)) => why(refused),
        Err(Error::Conflict(reason)) => Why { conflict: Some(reason.sentence.into()), ..Why::default() },
        Err(err) => return Err(err),
    };
    form(visit, customer, (sent.typed, refused), &db).await
}

fn begin(
    conn: &mut PgConnection,
    by: &By,
    id: SubscriptionId,
    wish: Wish,
    today: jiff::civil::Date,
) -> Result<std::result::Result<SubscriptionId, Refused>> {
    let price = price_of(conn, by.account, &wish)?;
    Ok(match wish.agreed(conn, by.account, price, today)? {
        Ok(new) => {
            creating::create(conn, by, id, new)?;
            Ok(id)
        }
        Err(refused) => Err(refused),
    })
}

/// Returns the price that is chosen, if one is.
fn price_of(conn: &mut PgConnection, account: crate::ids::AccountId, wish: &Wish) -> Result<Option<Price>> {
    match &wish.what {
        What::Price(price) => prices::named(conn, account, price).map(Some),
        What::Own { .. } => Ok(None),
    }
}

fn why(refused: Refused) -> Why {
    match refused {
        Refused::Duplicate(other) => Why { duplicate: Some(other), ..Why::default() },
        Refused::Unchargeable(reason) => Why { errors: FieldErrors::of("method", "Paid by", reason), ..Why::default() },
        Refused::Misfit(misfit, reason) => {
            let (name, label) = match misfit {
                Misfit::End => ("until", "How long"),
                Misfit::FirstCharge | Misfit::BillingDay => ("first_on", "First charge on"),
            };
            Why { errors: FieldErrors::of(name, label, reason), ..Why::default() }
        }
    }
}

/// Returns the notice about a subscription that was just started.
fn told(one: &Subscription) -> Toast {
    let name = &one.name;
    match one.status {
        Status::Trialing => Toast::new(match one.next_on {
            Some(first) => format!("{name} is charged from {} on", day(first)),
            None => format!("{name} is started"),
        }),
        Status::Active => Toast::new(format!("{name} is active")),
        Status::Incomplete => {
            Toast::new(format!("{name} waits: its first charge did not succeed yet")).toned(Tone::Waiting)
        }
        Status::PastDue | Status::Canceled => Toast::new(format!("{name} was not paid")).toned(Tone::Bad),
    }
}

async fn form(visit: Visit, id: CustomerId, (typed, why): (FormFields, Why), db: &Db) -> Result<HttpResponse> {
    let who = visit.who.clone();
    let (has_gateway, today) = (gateway::has(who.mode), expiry::today(who.now(), &who.settings.time_zone));
    let usual = who.settings.default_currency;
    let mut typed_so_far = typed.clone();
    if !has_gateway && typed.filled("method").is_none() {
        typed_so_far.0.push(("method".to_owned(), BILLS.to_owned()));
    }
    let (choices, preview) = db
        .read(move |conn| {
            let who = reveal::reader(conn, &who, id)?;
            let choices = choices(conn, &who, id)?;
            let wish = input::wish(&typed_so_far, id, usual).ok();
            let preview = match wish {
                Some(wish) => foresee(conn, &who, &choices, wish, today)?,
                None => None,
            };
            Ok((choices, preview))
        })
        .await?;
    let chosen = typed.filled("price").map(str::to_owned);
    let offered = |price: Price| {
        let id = price.id.to_string();
        let free = if price.terms.trial_days > 0 { format!(", {}", price.terms.trial()) } else { String::new() };
        let label = format!("{} · {}{free}", price.naming.name, price.terms.words());
        Offered { is_chosen: chosen.as_deref() == Some(&id), id, label }
    };
    let currency = typed.first("currency").map_or_else(|| usual.to_string(), str::to_owned);
    let is_fragment = visit.hx.wants_fragment;
    let page = NewPage {
        customer: choices.customer.title(),
        customer_path: identity::path(id),
        prices: choices.prices.into_iter().map(offered).collect(),
        currencies: currencies(&currency),
        wallet: choosable(&choices.wallet, typed.filled("method").unwrap_or_default(), today),
        has_gateway,
        today: today.to_string(),
        preview,
        conflict: why.conflict.clone(),
        duplicate: why.duplicate.map(path),
        is_fragment,
        shell: visit.shell(Place::Customers),
        form: Form::new(typed, why.errors.clone()),
    };
    if is_fragment {
        return html::html(page.as_preview());
    }
    html::with_status(why.status(), page)
}

fn choices(conn: &mut PgConnection, who: &SignedIn, id: CustomerId) -> Result<Choices> {
    let (account, curtain) = (who.account, who.curtain());
    let customer = customers::find_or_say_where(conn, account, id)?.behind(curtain);
    customer.refuse_deleted()?;
    let methods = payment_methods::of_customer(conn, account, id)?;
    Ok(Choices {
        customer,
        wallet: methods.into_iter().map(|method| method.behind(curtain)).collect(),
        prices: prices::offered(conn, account)?,
    })
}

/// Returns what follows from a wish, unless its days do not fit each other.
fn foresee(
    conn: &mut PgConnection,
    who: &SignedIn,
    choices: &Choices,
    wish: Wish,
    today: jiff::civil::Date,
) -> Result<Option<Preview>> {
    let price = match price_of(conn, who.account, &wish) {
        Err(Error::NotFound) => return Ok(None),
        price => price?,
    };
    if price.as_ref().is_some_and(Price::is_archived) {
        return Ok(None);
    }
    let new = wish.terms(conn, who.account, price, today)?;
    if new.check(today).is_err() {
        return Ok(None);
    }
    let row = new.row(who.account, SubscriptionId::at(who.now()), who.now());
    let charges: Vec<Coming> = row.upcoming(5)?.iter().map(Coming::new).collect();
    let after = match row.ends_on {
        Some(last) => format!("It ends by itself on {}.", day(last)),
        None => "And so on, until somebody ends it.".to_owned(),
    };
    let (now, button) = at_once(&new, choices, today);
    Ok(Some(Preview { now, button, charges, after }))
}

/// Returns what happens at once, and what the button says.
fn at_once(new: &NewSubscription, choices: &Choices, today: jiff::civil::Date) -> (String, String) {
    let (amount, first) = (new.amount, day(new.first_on));
    match new.days_until_due {
        _ if new.first_on > today => {
            let how = if new.days_until_due.is_some() { "The first invoice is made" } else { "The first charge is" };
            (format!("Nothing is charged now. {how} on {first}."), "Start the subscription".to_owned())
        }
        Some(days) => {
            let due = match days {
                0 => "today".to_owned(),
                1 => "by tomorrow".to_owned(),
                days => format!("within {days} days"),
            };
            let says = format!("An invoice over {amount} is made now, to be paid {due}.");
            (says, format!("Start and bill {amount}"))
        }
        None => {
            let is_it = |method: &&Method| match new.method {
                Some(id) => method.id == id,
                None => method.is_default,
            };
            match choices.wallet.iter().find(is_it) {
                Some(method) => {
                    let says = format!("Charges {amount} to {} now.", method.title());
                    (says, format!("Start and charge {amount}"))
                }
                None => {
                    let says = "Nothing can be charged: the wallet has no default payment method. Add one first.";
                    (says.to_owned(), "Start the subscription".to_owned())
                }
            }
        }
    }
}
