//! Another payment method, from now on; what is unpaid may be charged to it at once.

use actix_web::{HttpResponse, web};
use diesel::PgConnection;
use jiff::civil::Date;

use super::act::{Act, Change, change, opened};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::Sent,
    gateway::Sandbox,
    ids::{MethodId, SubscriptionId},
    input::{FieldErrors, FormFields},
    invoices::Collects,
    payment_methods::charging::for_charge,
    staff::guard::Editor,
    subscriptions::{
        Held,
        input::{self, DEFAULT},
    },
    values::expiry,
};

/// GET /subscriptions/{id}/method
pub async fn method(Editor(visit): Editor, id: web::Path<SubscriptionId>, db: web::Data<Db>) -> Result<HttpResponse> {
    opened(visit.as_page(), *id, Act::Method, FormFields::default(), &db).await
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
    change(visit, id, sent, (Act::Method, wanted), (&db, &sandbox)).await
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
