//! Another amount, from the next period on.

use actix_web::{HttpResponse, web};
use diesel::PgConnection;

use super::{
    View,
    act::{Act, Change, change, opened},
    day, terms,
};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::Sent,
    gateway::Sandbox,
    ids::{AccountId, PriceId, SubscriptionId},
    input::{FieldErrors, FormFields, Parameters},
    prices::model::{self as prices, Price},
    reason::Reason,
    staff::guard::Editor,
    subscriptions::{Held, Subscription, input::OWN, model},
    values::Money,
};

/// Returns the prices that can take the place of a subscription's own.
pub(super) fn alike(conn: &mut PgConnection, is: &Subscription, account: AccountId) -> Result<Vec<Price>> {
    let interval = is.interval()?;
    let active = prices::offered(conn, account)?;
    let is_alike = |price: &Price| price.terms.amount.currency == is.currency && price.terms.interval == interval;
    Ok(active.into_iter().filter(is_alike).collect())
}

/// Returns what follows from the amount that is typed, as far as it can be read.
pub(super) fn follows(view: &View, typed: &FormFields, prices: &[Price]) -> Result<Option<String>> {
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

/// GET /subscriptions/{id}/amount; with what is typed, it says what follows.
pub async fn amount(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    opened(visit, *id, Act::Amount, asked.0, &db).await
}

/// POST /subscriptions/{id}/amount
pub async fn change_amount(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
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
    change(visit, id, sent, (Act::Amount, wanted), (&db, &sandbox)).await
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
