//! Its end: with its period, on a day or now, and that it goes on after all.

use actix_web::{HttpResponse, web};

use super::{
    act::{Act, Change, change, opened},
    day,
};
use crate::{
    codes::Code,
    db::Db,
    error::Result,
    form::Sent,
    gateway::Sandbox,
    ids::SubscriptionId,
    input::{FieldErrors, FormFields},
    shell::Toast,
    staff::guard::Editor,
    subscriptions::{Held, Subscription, ending::Unpaid, input, path, revert},
};

/// GET /subscriptions/{id}/cancellation
pub async fn cancellation(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    opened(visit.as_page(), *id, Act::Cancel, FormFields::default(), &db).await
}

/// POST /subscriptions/{id}/cancellation
pub async fn cancel(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
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
    change(visit, id, sent, (Act::Cancel, wanted), (&db, &sandbox)).await
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
    let (name, event) = db
        .write(move |conn| {
            let mut held = Held::open(conn, &by, id)?;
            held.keep(conn)?;
            Ok((held.subscription.name, revert::offered(conn, &by, id)?))
        })
        .await?;
    let toast = Toast::new(format!("{} goes on", visit.who.curtain().text(&name)));
    visit.done(toast.undoing(event), path(id))
}
