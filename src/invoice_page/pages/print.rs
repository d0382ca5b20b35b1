//! An invoice on paper: a page of its own, without the frame.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::View;
use crate::{db::Db, error::Result, html, ids::InvoiceId, invoices::Status, shell::Visit};

#[derive(Template)]
#[template(path = "invoice_page/print.html")]
struct PrintPage {
    /// Who it is from.
    seller: String,
    is_testing: bool,
    view: View,
}

/// GET /invoices/{id}/print
pub async fn print(visit: Visit, id: web::Path<InvoiceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let (seller, is_testing) = (who.merchant.clone(), who.is_testing());
    let (view, _) = db.read(move |conn| View::read(conn, &who, id)).await?;
    html::html(PrintPage { seller, is_testing, view })
}
