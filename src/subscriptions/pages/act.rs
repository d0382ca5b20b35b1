//! What is done with a subscription, each on a page of its own that says what follows: another amount, another method,
//! another day, its end.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;
use jiff::civil::Date;

use super::{Choosable, View, choosable, day, terms};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    gateway::{self, Sandbox},
    html, idempotency,
    ids::{MethodId, PriceId, SubscriptionId},
    input::{FieldErrors, FormFields, Parameters},
    invoices::Collects,
    paging::{Direction, Limit},
    payment_methods::charging::for_charge,
    payments::pages::show::told,
    prices::model::{self as prices, Price, Which},
    reason::Reason,
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
    subscriptions::{
        Held, Status, Subscription,
        ending::Unpaid,
        input::{self, DEFAULT, OWN},
        model, path,
        settling::settle,
    },
    values::{Money, expiry},
};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Amount,
    Method,
    NextCharge,
    Cancel,
}

impl Act {
    fn path(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Method => "method",
            Self::NextCharge => "next_charge",
            Self::Cancel => "cancellation",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Amount => "Change the amount",
            Self::Method => "Change the payment method",
            Self::NextCharge => "Move the next charge",
            Self::Cancel => "Cancel",
        }
    }
}

#[derive(Template)]
#[template(path = "subscriptions/act.html", blocks = ["follows"])]
struct ActPage {
    shell: Shell,
    act: Act,
    view: View,
    form: Form,
    /// The prices that can take the place of its own: of the same currency and interval.
    prices: Vec<Price>,
    wallet: Vec<Choosable>,
    has_gateway: bool,
    /// What follows from what is typed.
    follows: Option<String>,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
}

impl ActPage {
    fn refused(&self) -> &'static str {
        "Nothing was changed"
    }

    /// Returns whether a choice is made, or is the usual one and none is made.
    fn is(&self, name: &str, value: &str, usual: &str) -> bool {
        self.form.typed.filled(name).unwrap_or(usual) == value
    }

    /// Returns whether a price is chosen, or is its own and none is.
    fn is_price(&self, price: &Price) -> bool {
        match self.form.typed.filled("price") {
            Some(chosen) => chosen == price.id.to_string(),
            None => self.view.subscription.price_id == Some(price.id),
        }
    }

    fn is_own_amount(&self) -> bool {
        !self.prices.iter().any(|price| self.is_price(price))
    }

    fn is_default_method(&self) -> bool {
        !self.wallet.iter().any(|one| one.is_chosen)
    }

    /// Returns whether a method that is chosen can be charged at once for what is open.
    fn may_collect(&self) -> bool {
        self.has_gateway && self.view.is_unpaid() && self.view.charged().minor > 0 && self.view.running.is_none()
    }

    /// Returns how it ends until somebody chooses.
    fn usual_end(&self) -> &'static str {
        if self.may_end_later() { "period" } else { "now" }
    }

    /// Returns whether it can end with its period or on a day.
    fn may_end_later(&self) -> bool {
        !self.view.is_unpaid()
    }

    /// Returns the day on which it ends with its period.
    fn period_end(&self) -> Option<String> {
        let is = &self.view.subscription;
        is.next_on.or(is.ends_on).map(day)
    }

    /// Returns what its end takes from the revenue of a month; nothing of one that does not count to it.
    fn monthly(&self) -> Option<Money> {
        let is = &self.view.subscription;
        let counts = matches!(is.status, Status::Active | Status::PastDue) && is.given_up_on.is_none();
        counts.then(|| Money::new(is.monthly, is.currency))
    }

    /// Returns the paid days that are left of its period when it ends now, if there are any.
    fn days_left(&self) -> Option<i32> {
        let until = self.view.subscription.period_until?;
        let left = self.view.today.until(until).ok()?.get_days();
        (left > 0 && self.view.open.is_empty()).then_some(left)
    }
}

/// Why a form is shown.
struct Why {
    status: StatusCode,
    errors: FieldErrors,
    conflict: Option<String>,
}

impl Why {
    fn opened() -> Self {
        Self { status: StatusCode::OK, errors: FieldErrors::default(), conflict: None }
    }

    fn invalid(errors: FieldErrors) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors, ..Self::opened() }
    }

    fn conflict(reason: Reason) -> Self {
        Self { status: StatusCode::CONFLICT, conflict: Some(reason.sentence.into()), ..Self::opened() }
    }
}

async fn form(
    visit: Visit,
    id: SubscriptionId,
    act: Act,
    (typed, why): (FormFields, Why),
    db: &Db,
) -> Result<HttpResponse> {
    let who = visit.who.clone();
    let (view, prices) = db
        .read(move |conn| {
            let (view, who) = View::read(conn, &who, id)?;
            let prices = match act {
                Act::Amount => alike(conn, &view.subscription, who.account)?,
                _ => Vec::new(),
            };
            Ok((view, prices))
        })
        .await?;
    let follows = match act {
        Act::Amount => follows(&view, &typed, &prices)?,
        _ => None,
    };
    let is_fragment = visit.hx.wants_fragment;
    let own = view.subscription.method_id.map(|id| id.to_string());
    let chosen = typed.filled("method").map(str::to_owned).or(own);
    let page = ActPage {
        act,
        wallet: choosable(&view.wallet, chosen.as_deref().unwrap_or(DEFAULT), view.today),
        has_gateway: gateway::has(visit.who.mode),
        prices,
        follows,
        form: Form::new(typed, why.errors),
        conflict: why.conflict,
        shell: visit.shell(Place::Customers),
        view,
    };
    if is_fragment && act == Act::Amount {
        return html::html(page.as_follows());
    }
    html::with_status(why.status, page)
}

/// Returns the prices that can take the place of a subscription's own.
fn alike(conn: &mut PgConnection, is: &Subscription, account: crate::ids::AccountId) -> Result<Vec<Price>> {
    let interval = is.interval()?;
    let active = prices::page(conn, account, Which::Active, &Direction::First, Limit::MOST)?;
    let is_alike = |price: &Price| price.terms.amount.currency == is.currency && price.terms.interval == interval;
    Ok(active.items.into_iter().filter(is_alike).collect())
}

/// Returns what follows from the amount that is typed, as far as it can be read.
fn follows(view: &View, typed: &FormFields, prices: &[Price]) -> Result<Option<String>> {
    let is = &view.subscription;
    let amount = match typed.filled("price") {
        Some(id) if id != OWN => {
            prices.iter().find(|price| price.id.to_string() == id).map(|price| price.terms.amount.minor)
        }
        _ => typed.filled("amount").and_then(|raw| Money::parse(raw, is.currency).ok()).map(|money| money.minor),
    };
    let Some(amount) = amount else { return Ok(None) };
    let (new, interval) = (Money::new(amount, is.currency), is.interval()?);
    let more = Money::new(interval.monthly(new).minor - is.monthly, is.currency);
    let a_month = match more.minor {
        0 => "as much a month as now".to_owned(),
        minor if minor > 0 => format!("{more} more a month"),
        minor => format!("{} less a month", Money::new(-minor, is.currency)),
    };
    let text = terms(is, new)?;
    Ok(Some(match (is.next_on, is.period_no) {
        (Some(next), no) if no > 0 => format!("{} before {}, {text} from then on: {a_month}.", is.amount(), day(next)),
        (None, _) => format!("{text}, from the period on with which it goes on: {a_month}."),
        _ => format!("{text} from the first charge on: {a_month}."),
    }))
}

async fn opened(visit: Visit, id: SubscriptionId, act: Act, typed: FormFields, db: &Db) -> Result<HttpResponse> {
    form(visit, id, act, (typed, Why::opened()), db).await
}

/// GET /subscriptions/{id}/amount; with what is typed, it says what follows.
pub async fn amount(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    opened(visit, *id, Act::Amount, asked.0, &db).await
}

/// GET /subscriptions/{id}/method
pub async fn method(Editor(visit): Editor, id: web::Path<SubscriptionId>, db: web::Data<Db>) -> Result<HttpResponse> {
    opened(visit.as_page(), *id, Act::Method, FormFields::default(), &db).await
}

/// GET /subscriptions/{id}/next_charge
pub async fn next_charge(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    opened(visit.as_page(), *id, Act::NextCharge, FormFields::default(), &db).await
}

/// GET /subscriptions/{id}/cancellation
pub async fn cancellation(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    opened(visit.as_page(), *id, Act::Cancel, FormFields::default(), &db).await
}

/// What a form wants of a subscription that is locked, with its name as who asks may read it. Returns what the notice says.
type Change = Box<dyn FnOnce(&mut Held<'_>, &mut PgConnection, &str) -> Result<String> + Send>;

/// Changes a subscription, or shows the form again with what is wrong.
async fn change(
    visit: Visit,
    id: SubscriptionId,
    sent: Sent,
    (act, wanted): (Act, std::result::Result<Change, FieldErrors>),
    db: &Db,
) -> Result<std::result::Result<String, HttpResponse>> {
    if sent.is_review() {
        return form(visit, id, act, (sent.typed, Why::opened()), db).await.map(Err);
    }
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(errors) => return form(visit, id, act, (sent.typed, Why::invalid(errors)), db).await.map(Err),
    };
    let (by, key, version) = (visit.who.by(), sent.key_about(id.uuid())?, sent.version());
    let curtain = visit.who.curtain();
    let done = db.write(move |conn| {
        if idempotency::take(conn, by.account, key.as_ref(), id.uuid())?.is_some() {
            return Ok("This was done already".to_owned());
        }
        let mut held = Held::open(conn, &by, id)?;
        if version.is_some_and(|version| version != held.subscription.version) {
            let sentence = "It has changed since this page was opened. Look at what it is now, and save again.";
            return Err(Error::Conflict(Code::VersionMismatch.says(sentence)));
        }
        let name = curtain.text(&held.subscription.name);
        wanted(&mut held, conn, &name)
    });
    match done.await {
        Err(Error::Conflict(reason)) => form(visit, id, act, (sent.typed, Why::conflict(reason)), db).await.map(Err),
        done => done.map(Ok),
    }
}

/// POST /subscriptions/{id}/amount
pub async fn change_amount(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (visit, id) = (visit.as_page(), *id);
    let account = visit.who.account;
    let is = db.read(move |conn| model::find(conn, account, id)).await?;
    let mut errors = FieldErrors::default();
    let wanted = match sent.typed.filled("price") {
        Some(price) if price != OWN => {
            let price = price.parse::<PriceId>().map_err(|_| Code::NotOneOf.says("Choose one of the prices."));
            errors.note("price", "By price", price).map(Wanted::Price)
        }
        _ => {
            let missing = || Code::Required.says("Enter an amount.");
            let amount = sent.typed.filled("amount").ok_or_else(missing);
            let amount = amount.and_then(|raw| Money::parse(raw, is.currency).map_err(Reason::from));
            errors.note("amount", "Amount", amount).map(|amount| Wanted::Own(amount.minor))
        }
    };
    let wanted =
        wanted.map(|wanted| -> Change { Box::new(move |held, conn, name| charge_another(held, conn, name, wanted)) });
    let wanted = wanted.ok_or(errors);
    match change(visit.clone(), id, sent, (Act::Amount, wanted), &db).await? {
        Ok(says) => visit.done(Toast::new(says), path(id)),
        Err(again) => Ok(again),
    }
}

/// The amount that is wanted: its own, or a price's.
enum Wanted {
    Own(i64),
    Price(PriceId),
}

fn charge_another(held: &mut Held<'_>, conn: &mut PgConnection, name: &str, wanted: Wanted) -> Result<String> {
    let (amount, price) = match wanted {
        Wanted::Own(amount) => (amount, None),
        Wanted::Price(id) => {
            let price = prices::find(conn, held.by.account, id)?;
            if held.subscription.price_id != Some(id) {
                price.refuse_archived()?;
            }
            let is = &held.subscription;
            if price.terms.amount.currency != is.currency || price.terms.interval != is.interval()? {
                let sentence = "This price has another currency or interval. Let this subscription end, and start \
                                another one by that price.";
                return Err(Error::Conflict(Code::NotOneOf.says(sentence)));
            }
            let own = Some(id) == is.price_id;
            (if own { is.amount } else { price.terms.amount.minor }, Some(id))
        }
    };
    held.change_amount(conn, amount, price)?;
    let is = &held.subscription;
    Ok(match (is.next_amount, is.next_on) {
        (Some(next), Some(from)) => {
            format!("{name} costs {} from {} on", Money::new(next, is.currency), day(from))
        }
        _ => format!("{name} costs {}", Money::new(is.next_amount.unwrap_or(is.amount), is.currency)),
    })
}

/// POST /subscriptions/{id}/method
pub async fn change_method(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (visit, id) = (visit.as_page(), *id);
    let mut errors = FieldErrors::default();
    let method = match sent.typed.filled("method") {
        None | Some(DEFAULT) => Some(None),
        Some(method) => errors.note("method", "Paid by", input::named(method)).map(Some),
    };
    let (collect, now) = (sent.typed.filled("collect").is_some(), visit.who.now());
    let today = expiry::today(now, &visit.who.settings.time_zone);
    let wanted = method
        .map(|method| -> Change {
            Box::new(move |held, conn, name| pay_by(held, conn, name, (method, collect, today)))
        })
        .ok_or(errors);
    match change(visit.clone(), id, sent, (Act::Method, wanted), &db).await? {
        Ok(says) => {
            let settled = settle(&db, &sandbox, visit.who.mode, visit.who.by(), id).await;
            visit.done(settled.map_or_else(|| Toast::new(says), |payment| told(&payment)), path(id))
        }
        Err(again) => Ok(again),
    }
}

fn pay_by(
    held: &mut Held<'_>,
    conn: &mut PgConnection,
    name: &str,
    (method, collect, today): (Option<MethodId>, bool, Date),
) -> Result<String> {
    if held.subscription.collects() == Collects::Invoice {
        let sentence = "It sends invoices, so no payment method is charged for it.";
        return Err(Error::Conflict(Code::NotOneOf.says(sentence)));
    }
    // What is to be charged now has to have a method that can be; the default of later days may still come.
    if method.is_some() || collect {
        for_charge(conn, held.by.account, held.subscription.customer_id, method, today)?.map_err(Error::Conflict)?;
    }
    held.change_method(conn, method, collect)?;
    Ok(format!("{name} is charged by this method from now on"))
}

/// POST /subscriptions/{id}/next_charge
pub async fn move_next_charge(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (visit, id) = (visit.as_page(), *id);
    let mut errors = FieldErrors::default();
    let to = input::on(&sent.typed, "next_on", "Next charge on", &mut errors);
    let wanted = to
        .map(|to| -> Change {
            Box::new(move |held, conn, name| {
                held.move_next_charge(conn, to)?;
                Ok(format!("The next charge of {name} is on {}", day(to)))
            })
        })
        .ok_or(errors);
    match change(visit.clone(), id, sent, (Act::NextCharge, wanted), &db).await? {
        Ok(says) => {
            let settled = settle(&db, &sandbox, visit.who.mode, visit.who.by(), id).await;
            visit.done(settled.map_or_else(|| Toast::new(says), |payment| told(&payment)), path(id))
        }
        Err(again) => Ok(again),
    }
}

/// POST /subscriptions/{id}/cancellation
pub async fn cancel(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (visit, id) = (visit.as_page(), *id);
    let mut errors = FieldErrors::default();
    let unpaid = match sent.typed.filled("unpaid") {
        Some("void") if visit.who.may_close_invoices() => Unpaid::Void,
        Some("void") => {
            errors.add("unpaid", "What is unpaid", Code::NotOneOf.says("Admins void invoices. Keep them as owed."));
            Unpaid::Keep
        }
        _ => Unpaid::Keep,
    };
    let wanted: Option<Change> = match sent.typed.filled("at") {
        Some("now") => Some(Box::new(move |held, conn, name| {
            held.cancel(conn, unpaid)?;
            Ok(format!("{name} is canceled"))
        })),
        Some("date") => input::on(&sent.typed, "ends_on", "Ends on", &mut errors).map(|end| -> Change {
            Box::new(move |held, conn, name| {
                held.end_on(conn, end)?;
                Ok(ends(&held.subscription, name))
            })
        }),
        Some("period") => Some(Box::new(|held, conn, name| {
            held.end_with_period(conn)?;
            Ok(ends(&held.subscription, name))
        })),
        _ => {
            errors.add("at", "When", Code::Required.says("Choose when it ends."));
            None
        }
    };
    let wanted = wanted.filter(|_| errors.is_empty()).ok_or(errors);
    match change(visit.clone(), id, sent, (Act::Cancel, wanted), &db).await? {
        Ok(says) => visit.done(Toast::new(says), path(id)),
        Err(again) => Ok(again),
    }
}

/// Says when it ends, or that it has.
fn ends(is: &Subscription, name: &str) -> String {
    match is.ends_on.filter(|_| !is.is_ended()) {
        Some(end) => format!("{name} ends on {}", day(end)),
        None => format!("{name} has ended"),
    }
}

/// POST /subscriptions/{id}/keeping: lets one go on that was to end.
pub async fn keep(Editor(visit): Editor, id: web::Path<SubscriptionId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let name = db
        .write(move |conn| {
            let mut held = Held::open(conn, &by, id)?;
            held.keep(conn)?;
            Ok(held.subscription.name)
        })
        .await?;
    visit.done(Toast::new(format!("{} goes on", visit.who.curtain().text(&name))), path(id))
}
