//! The button that shows what is masked.

use actix_web::{HttpRequest, HttpResponse, web};
use diesel::PgConnection;

use crate::{
    customers::{identity, model},
    db::Db,
    error::Result,
    form::Sent,
    html,
    ids::CustomerId,
    logging::SecurityEvent,
    shell::{Toast, Visit},
    staff::guard::whom,
};

/// Answers `POST /customers/{id}/reveal`; `to` is the page that it was pressed on.
pub async fn reveal(
    req: HttpRequest,
    visit: Visit,
    id: web::Path<CustomerId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let to = sent.typed.filled("to").filter(|to| html::is_inside(to)).map_or_else(|| identity::path(id), str::to_owned);
    let revealed = db.write(move |conn: &mut PgConnection| {
        model::check(conn, who.account, id)?;
        super::record(conn, &who, id)
    });
    if !revealed.await? {
        return visit.done(Toast::new("Nothing is masked for you"), to);
    }
    SecurityEvent::Revealed.tell(whom(&req));
    let mut toast = Toast::new("Shown to you for 10 minutes");
    toast.detail = Some("The activity tells it".to_owned());
    visit.done(toast, to)
}
