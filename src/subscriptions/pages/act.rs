//! What is done with a subscription, each on a page of its own that says what follows: another amount, another method,
//! another day, its end.

use actix_web::HttpResponse;
use askama::Template;
use diesel::PgConnection;

use super::{
    Choosable, View,
    amount::{alike, follows},
    choosable, day,
};
use crate::{
    db::Db,
    error::{Error, Result},
    form::{Form, Sent, Why, refuse_stale},
    gateway::{self, Sandbox},
    html, idempotency,
    ids::SubscriptionId,
    input::{FieldErrors, FormFields},
    payments::pages::show::told,
    prices::model::Price,
    shell::{Place, Shell, Toast, Visit},
    subscriptions::{Held, Status, input::DEFAULT, path, revert, settling::settle},
    values::Money,
};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Amount,
    Method,
    NextCharge,
    Cancel,
}

impl Act {
    /// Returns whether a charge may begin with it, whose outcome is waited for.
    fn may_charge(self) -> bool {
        matches!(self, Self::Method | Self::NextCharge)
    }

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

pub(super) async fn opened(
    visit: Visit,
    id: SubscriptionId,
    act: Act,
    typed: FormFields,
    db: &Db,
) -> Result<HttpResponse> {
    form(visit, id, act, (typed, Why::opened()), db).await
}

/// What a form wants of a subscription that is locked, with its name as who asks may read it. Returns what the notice says.
pub(super) type Change = Box<dyn FnOnce(&mut Held<'_>, &mut PgConnection, &str) -> Result<String> + Send>;

/// Changes a subscription, or shows the form again with what is wrong.
pub(super) async fn change(
    visit: Visit,
    id: SubscriptionId,
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
            return Ok(("This was done already".to_owned(), None));
        }
        let mut held = Held::open(conn, &by, id)?;
        refuse_stale(version, held.subscription.version)?;
        let name = curtain.text(&held.subscription.name);
        let says = wanted(&mut held, conn, &name)?;
        Ok((says, revert::offered(conn, &by, id)?))
    });
    let (says, event) = match done.await {
        Err(Error::Conflict(reason)) => {
            return form(visit, id, act, (sent.typed, Why::conflict(reason.sentence)), db).await;
        }
        done => done?,
    };
    let settled = match act.may_charge() {
        true => settle(db, sandbox, visit.who.mode, visit.who.by(), id).await,
        false => None,
    };
    let toast = settled.map_or_else(|| Toast::new(says).undoing(event), |payment| told(&payment));
    visit.done(toast, path(id))
}
