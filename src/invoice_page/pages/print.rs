//! An invoice on paper: a page of its own, without the frame.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::View;
use crate::{
    db::Db,
    error::Result,
    html,
    ids::InvoiceId,
    invoices::Status,
    merchants::{self, Seller},
    shell::Visit,
};

#[derive(Template)]
#[template(path = "invoice_page/print.html")]
struct PrintPage {
    /// The merchant's name.
    merchant: String,
    /// Who it is from.
    seller: Seller,
    is_testing: bool,
    view: View,
}

/// GET /invoices/{id}/print
pub async fn print(visit: Visit, id: web::Path<InvoiceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let (merchant, is_testing) = (who.merchant.clone(), who.is_testing());
    let (view, seller) = db
        .read(move |conn| {
            let seller = merchants::seller(conn, who.account)?;
            Ok((View::read(conn, &who, id)?.0, seller))
        })
        .await?;
    html::html(PrintPage { merchant, seller, is_testing, view })
}
