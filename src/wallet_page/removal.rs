//! The removal of a payment method after a page that shows its effects, and the restoration.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    panel::{self, rules, title},
    path, wallet_path,
};
use crate::{
    customers::model::{self as customers, UNDO_WINDOW},
    db::Db,
    error::Result,
    ids::MethodId,
    payment_methods::{model, wallet},
    shell::{Place, Shell, Toast, Undo},
    staff::guard::Editor,
    values::when,
};

#[derive(Template)]
#[template(path = "wallet_page/deletion.html", blocks = ["dialog"])]
struct RemovalPage {
    shell: Shell,
    customer_title: String,
    customer_path: String,
    wallet: String,
    path: String,
    title: String,
    is_default: bool,
    /// The number of other methods in the wallet.
    others: usize,
    until: String,
}

/// GET /payment_methods/{id}/deletion
pub async fn plan(Editor(visit): Editor, id: web::Path<MethodId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, id) = (visit.who.account, *id);
    let (customer, method, kept) = db
        .read(move |conn| {
            let method = model::find(conn, account, id)?;
            let customer = customers::find(conn, account, method.customer)?;
            customer.refuse_deleted()?;
            let kept = model::of_customer(conn, account, customer.id)?.len();
            Ok((customer, method, kept))
        })
        .await?;
    if method.is_removed() {
        return Ok(visit.go_to(wallet_path(customer.id)));
    }
    let page = RemovalPage {
        customer_path: crate::customers::identity::path(customer.id),
        wallet: wallet_path(customer.id),
        customer_title: customer.behind(visit.who.curtain()).title(),
        path: path(id),
        title: title(&visit, &method),
        is_default: method.is_default,
        others: kept.saturating_sub(1),
        until: when::date(visit.who.now() + UNDO_WINDOW, &visit.who.settings.time_zone),
        shell: visit.shell(Place::Customers),
    };
    visit.answer(&page, page.as_dialog())
}

/// POST /payment_methods/{id}/deletion
pub async fn remove(Editor(visit): Editor, id: web::Path<MethodId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let (method, was_default) = db.write(move |conn| wallet::remove(conn, &by, id)).await?;
    let mut toast = Toast::new(format!("{} was removed", title(&visit, &method)));
    toast.detail = Some(match was_default {
        true => "There is no default payment method now. Can be restored for 30 days".to_owned(),
        false => "Can be restored for 30 days".to_owned(),
    });
    toast.undo = Some(Undo { action: format!("{}/restoration", path(id)) });
    panel::answer(&visit, method.customer, toast, &db).await
}

/// POST /payment_methods/{id}/restoration
pub async fn restore(Editor(visit): Editor, id: web::Path<MethodId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id, rules) = (visit.who.by(), *id, rules(&visit.who));
    let method = db.write(move |conn| wallet::restore(conn, &by, id, rules)).await?;
    let mut toast = Toast::new(format!("{} is back in the wallet", title(&visit, &method)));
    toast.detail = (!method.is_default).then(|| "It is not the default".to_owned());
    panel::answer(&visit, method.customer, toast, &db).await
}
