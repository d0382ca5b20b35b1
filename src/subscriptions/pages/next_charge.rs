//! Another day for the next charge, from which all later ones are counted.

use actix_web::{HttpResponse, web};

use super::{
    act::{Act, Change, change, opened},
    day,
};
use crate::{
    db::Db,
    error::Result,
    form::Sent,
    gateway::Sandbox,
    ids::SubscriptionId,
    input::{FieldErrors, FormFields},
    staff::guard::Editor,
    subscriptions::input,
};

/// GET /subscriptions/{id}/next_charge
pub async fn next_charge(
    Editor(visit): Editor,
    id: web::Path<SubscriptionId>,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    opened(visit.as_page(), *id, Act::NextCharge, FormFields::default(), &db).await
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
                held.move_next_charge(conn, to, None)?;
                Ok(format!("The next charge of {name} is on {}", day(to)))
            })
        })
        .ok_or(errors);
    change(visit, id, sent, (Act::NextCharge, wanted), (&db, &sandbox)).await
}
