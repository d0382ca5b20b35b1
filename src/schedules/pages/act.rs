//! What is done with a payment schedule, each on a page of its own that says what follows: another method, a part that
//! failed charged now, another day or amount of a part, leaving one out, all that is left at once, its end.

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

use super::View;
use crate::{
    db::Db,
    error::{Error, Result},
    form::{Form, Sent, Why, refuse_stale},
    gateway::{self, Sandbox},
    html, idempotency,
    ids::ScheduleId,
    input::{FieldErrors, FormFields},
    payment_methods::{
        charging::for_charge,
        choosing::{Choosable, choosable},
    },
    payments::pages::show::told,
    schedules::{
        Held, Part, PartStatus,
        input::{self, DEFAULT},
        model, path, revert,
        settling::settle,
    },
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
    values::{Money, when::day},
};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Method,
    Collect,
    PayOff,
    Cancel,
    /// A part, by its number.
    Part(i16),
    Skip(i16),
}

impl Act {
    /// Returns the rest of its path.
    fn path(self) -> String {
        match self {
            Self::Method => "method".to_owned(),
            Self::Collect => "collection".to_owned(),
            Self::PayOff => "payoff".to_owned(),
            Self::Cancel => "cancellation".to_owned(),
            Self::Part(no) => format!("parts/{no}"),
            Self::Skip(no) => format!("parts/{no}/skipping"),
        }
    }

    fn title(self) -> String {
        match self {
            Self::Method => "Change the payment method".to_owned(),
            Self::Collect => "Charge what failed".to_owned(),
            Self::PayOff => "Charge all that is left".to_owned(),
            Self::Cancel => "Cancel".to_owned(),
            Self::Part(no) => format!("Change part {no}"),
            Self::Skip(no) => format!("Skip part {no}"),
        }
    }

    /// Returns the number of the part that it is about.
    fn no(self) -> Option<i16> {
        match self {
            Self::Part(no) | Self::Skip(no) => Some(no),
            _ => None,
        }
    }
}

#[derive(Template)]
#[template(path = "schedules/act.html")]
struct ActPage {
    shell: Shell,
    act: Act,
    view: View,
    form: Form,
    /// The part that it is about.
    part: Option<Part>,
    wallet: Vec<Choosable>,
    has_gateway: bool,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
}

impl ActPage {
    fn refused(&self) -> &'static str {
        "Nothing was changed"
    }

    fn is_default_method(&self) -> bool {
        !self.wallet.iter().any(|one| one.is_chosen)
    }

    /// Returns what is charged at once where the method changes: the part that failed, and what waits behind it.
    fn collectable(&self) -> Option<Money> {
        self.view.failed().filter(|_| self.has_gateway).map(|_| self.view.waiting(None))
    }

    /// Returns what is charged at once when the part that it is about does not hold up others any more.
    fn freed(&self) -> Option<Money> {
        let failed = self.view.failed().filter(|_| self.has_gateway && self.view.running.is_none())?;
        let part = self.part.as_ref().filter(|part| part.id == failed.id)?;
        Some(self.view.waiting(Some(part))).filter(|sum| sum.minor > 0)
    }

    /// Returns why it cannot be done, if it cannot.
    fn closed(&self) -> Option<&'static str> {
        let is_charged = matches!(self.act, Act::Collect | Act::PayOff);
        match &self.part {
            _ if self.view.schedule.is_ended() => Some("This payment schedule has ended, so it stays as it is."),
            Some(part) if !part.status.is_open() => {
                Some("This part is paid, skipped or being charged, so it stays as it is.")
            }
            _ if is_charged && self.view.method().is_none() => {
                Some("There is no payment method to charge. Add one to the wallet, or choose another one, first.")
            }
            _ => None,
        }
    }

    /// Returns whether the part that it is about has failed.
    fn is_failed(&self) -> bool {
        self.part.as_ref().is_some_and(|part| part.status == PartStatus::Failed)
    }

    /// Returns the amount of the part that it is about.
    fn amount(&self) -> Option<Money> {
        self.part.as_ref().map(|part| self.view.money(part))
    }

    /// Returns the title of the method that is charged.
    fn method(&self) -> String {
        self.view.method().map_or_else(|| "nothing: there is no default payment method".to_owned(), |one| one.title())
    }

    /// Returns what the schedule comes to without the part that it is about.
    fn total_without(&self) -> Money {
        let part = self.part.as_ref().map_or(0, |part| part.amount);
        Money::new(self.view.schedule.total - part, self.view.schedule.currency)
    }

    /// Returns what the button does.
    fn button(&self) -> String {
        match self.act {
            Act::Method | Act::Part(_) => "Save".to_owned(),
            Act::Collect => self.collectable().map_or("Charge it".to_owned(), |money| format!("Charge {money}")),
            Act::PayOff => format!("Charge {}", self.view.open_sum()),
            Act::Cancel => "Cancel the schedule".to_owned(),
            Act::Skip(no) => format!("Skip part {no}"),
        }
    }
}

async fn form(
    visit: Visit,
    id: ScheduleId,
    act: Act,
    (typed, why): (FormFields, Why),
    db: &Db,
) -> Result<HttpResponse> {
    let who = visit.who.clone();
    let view = db.read(move |conn| Ok(View::read(conn, &who, id)?.0)).await?;
    let part = match act.no() {
        Some(no) => Some(view.parts.iter().find(|part| part.position == no).cloned().ok_or(Error::NotFound)?),
        None => None,
    };
    let own = view.schedule.method_id.map(|id| id.to_string());
    let chosen = typed.filled("method").map(str::to_owned).or(own);
    let page = ActPage {
        act,
        part,
        wallet: choosable(&view.wallet, chosen.as_deref().unwrap_or(DEFAULT), view.today),
        has_gateway: gateway::has(visit.who.mode),
        form: Form::new(typed, why.errors),
        conflict: why.conflict,
        shell: visit.as_page().shell(Place::Schedules),
        view,
    };
    html::with_status(why.status, page)
}

async fn opened(visit: Visit, id: ScheduleId, act: Act, db: &Db) -> Result<HttpResponse> {
    form(visit, id, act, (FormFields::default(), Why::opened()), db).await
}

/// GET /schedules/{id}/method
pub async fn method(Editor(visit): Editor, id: web::Path<ScheduleId>, db: web::Data<Db>) -> Result<HttpResponse> {
    opened(visit, *id, Act::Method, &db).await
}

/// GET /schedules/{id}/collection
pub async fn collection(Editor(visit): Editor, id: web::Path<ScheduleId>, db: web::Data<Db>) -> Result<HttpResponse> {
    opened(visit, *id, Act::Collect, &db).await
}

/// GET /schedules/{id}/payoff
pub async fn payoff(Editor(visit): Editor, id: web::Path<ScheduleId>, db: web::Data<Db>) -> Result<HttpResponse> {
    opened(visit, *id, Act::PayOff, &db).await
}

/// GET /schedules/{id}/cancellation
pub async fn cancellation(Editor(visit): Editor, id: web::Path<ScheduleId>, db: web::Data<Db>) -> Result<HttpResponse> {
    opened(visit, *id, Act::Cancel, &db).await
}

/// The id and the number in the path of a part.
type Path = web::Path<(ScheduleId, i16)>;

/// GET /schedules/{id}/parts/{no}
pub async fn part(Editor(visit): Editor, path: Path, db: web::Data<Db>) -> Result<HttpResponse> {
    let (id, no) = path.into_inner();
    opened(visit, id, Act::Part(no), &db).await
}

/// GET /schedules/{id}/parts/{no}/skipping
pub async fn skipping(Editor(visit): Editor, path: Path, db: web::Data<Db>) -> Result<HttpResponse> {
    let (id, no) = path.into_inner();
    opened(visit, id, Act::Skip(no), &db).await
}

/// What a form wants of a schedule that is locked, with what it is for as who asks may read it. Returns what the notice
/// says.
type Change = Box<dyn FnOnce(&mut Held<'_>, &mut PgConnection, &str) -> Result<String> + Send>;

/// Changes a schedule and leads to its page, or shows the form again with what is wrong. What is charged with it is asked
/// for before, so that the notice tells what came of it.
async fn change(
    visit: Visit,
    id: ScheduleId,
    sent: Sent,
    (act, wanted): (Act, std::result::Result<Change, FieldErrors>),
    (db, sandbox): (&Db, &Sandbox),
) -> Result<HttpResponse> {
    if sent.is_review() {
        return form(visit, id, act, (sent.typed, Why::opened()), db).await;
    }
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(errors) => return form(visit, id, act, (sent.typed, Why::invalid(errors)), db).await,
    };
    let (by, key, version) = (visit.who.by(), sent.key_about(id.uuid())?, sent.version());
    let curtain = visit.who.curtain();
    let done = db.write(move |conn| {
        if idempotency::take(conn, by.account, key.as_ref(), id.uuid())?.is_some() {
            return Ok(("This was done already".to_owned(), None, false));
        }
        let mut held = Held::open(conn, &by, id)?;
        refuse_stale(version, held.schedule.version)?;
        let what = curtain.text(&held.schedule.description);
        let (before, version) = (held.running(), held.schedule.version);
        let says = wanted(&mut held, conn, &what)?;
        let event = revert::offered(conn, &by, id, version)?;
        Ok((says, event, held.running().is_some_and(|part| Some(part) != before)))
    });
    match done.await {
        Err(Error::Conflict(reason)) => form(visit, id, act, (sent.typed, Why::conflict(reason.sentence)), db).await,
        done => {
            let (says, event, has_begun) = done?;
            let settled = match has_begun {
                true => settle(db, sandbox, visit.who.mode, visit.who.by(), id).await,
                false => None,
            };
            visit.done(settled.map_or_else(|| Toast::new(says).undoing(event), |payment| told(&payment)), path(id))
        }
    }
}

/// POST /schedules/{id}/method
pub async fn change_method(
    Editor(visit): Editor,
    id: web::Path<ScheduleId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let mut errors = FieldErrors::default();
    let collect = sent.typed.filled("collect").is_some();
    let wanted = input::method(&sent.typed, &mut errors).map(|method| -> Change {
        Box::new(move |held, conn, what| {
            // What is to be charged now has to have a method that can be; the default of later days may still come.
            if method.is_some() || (collect && held.is_failing()) {
                let customer = held.schedule.customer_id;
                for_charge(conn, held.by.account, customer, method, held.today)?.map_err(Error::Conflict)?;
            }
            held.change_method(conn, method, collect)?;
            Ok(format!("{what} is charged by this method from now on"))
        })
    });
    change(visit, *id, sent, (Act::Method, wanted.ok_or(errors)), (&db, &sandbox)).await
}

/// POST /schedules/{id}/collection
pub async fn collect(
    Editor(visit): Editor,
    id: web::Path<ScheduleId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let wanted: Change = Box::new(|held, conn, _| {
        held.refuse_ended()?;
        let (customer, method) = (held.schedule.customer_id, held.schedule.method_id);
        for_charge(conn, held.by.account, customer, method, held.today)?.map_err(Error::Conflict)?;
        let begun = held.collect_now(conn)?;
        held.schedule_next(conn)?;
        Ok(if begun { "A charge has begun" } else { "Nothing of it failed, so nothing was charged" }.to_owned())
    });
    change(visit, *id, sent, (Act::Collect, Ok(wanted)), (&db, &sandbox)).await
}

/// POST /schedules/{id}/payoff
pub async fn pay_off(
    Editor(visit): Editor,
    id: web::Path<ScheduleId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let wanted: Change = Box::new(|held, conn, what| {
        held.pay_off(conn)?;
        Ok(format!("All that is left of {what} is charged"))
    });
    change(visit, *id, sent, (Act::PayOff, Ok(wanted)), (&db, &sandbox)).await
}

/// POST /schedules/{id}/cancellation
pub async fn cancel(
    Editor(visit): Editor,
    id: web::Path<ScheduleId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let wanted: Change = Box::new(|held, conn, what| {
        held.cancel(conn)?;
        Ok(format!("The payment schedule for {what} is canceled"))
    });
    change(visit, *id, sent, (Act::Cancel, Ok(wanted)), (&db, &sandbox)).await
}

/// POST /schedules/{id}/parts/{no}
pub async fn change_part(
    Editor(visit): Editor,
    path: Path,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (id, no) = path.into_inner();
    let account = visit.who.account;
    let currency = db.read(move |conn| Ok(model::find(conn, account, id)?.currency)).await?;
    let wanted = input::part(&sent.typed, currency).map(|(on, amount)| -> Change {
        Box::new(move |held, conn, what| {
            held.change_part(conn, no, (Some(on), Some(amount)))?;
            Ok(format!("Part {no} of {what} is {} on {}", Money::new(amount, currency), day(on)))
        })
    });
    change(visit, id, sent, (Act::Part(no), wanted), (&db, &sandbox)).await
}

/// POST /schedules/{id}/parts/{no}/skipping
pub async fn skip(
    Editor(visit): Editor,
    path: Path,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (id, no) = path.into_inner();
    let wanted: Change = Box::new(move |held, conn, what| {
        held.skip(conn, no)?;
        Ok(format!("Part {no} of {what} is skipped: {} in all now", held.schedule.total()))
    });
    change(visit, id, sent, (Act::Skip(no), Ok(wanted)), (&db, &sandbox)).await
}
