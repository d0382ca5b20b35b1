//! The default of a wallet. Where something is past due that follows it, a page says first what is charged at once.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    panel::{self, begun, title},
    path, wallet_path,
};
use crate::{
    customer_parts::USES,
    customers::model as customers,
    db::Db,
    error::Result,
    form::Sent,
    history,
    ids::MethodId,
    payment_methods::{
        model,
        uses::{self, Charged, Unpaid},
        wallet::{self, refuse_removed},
    },
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
};

#[derive(Template)]
#[template(path = "wallet_page/default.html", blocks = ["dialog"])]
struct DefaultPage {
    shell: Shell,
    customer_title: String,
    customer_path: String,
    wallet: String,
    path: String,
    title: String,
    /// What follows the default and is past due.
    unpaid: Unpaid,
    /// True when that is to be charged at once.
    collects: bool,
}

impl DefaultPage {
    /// Returns when what is past due is charged: in any case.
    fn collect_when(&self) -> &'static str {
        ""
    }
}

/// GET /payment_methods/{id}/default
pub async fn ask(Editor(visit): Editor, id: web::Path<MethodId>, db: web::Data<Db>) -> Result<HttpResponse> {
    page(&visit, *id, true, &db).await
}

async fn page(visit: &Visit, id: MethodId, collects: bool, db: &Db) -> Result<HttpResponse> {
    let (account, by) = (visit.who.account, visit.who.by());
    let (customer, method, unpaid) = db
        .read(move |conn| {
            let method = model::find(conn, account, id)?;
            let customer = customers::find(conn, account, method.customer)?;
            customer.refuse_deleted()?;
            refuse_removed(&method)?;
            let unpaid = USES.unpaid(conn, &by, customer.id, Charged::BY_DEFAULT)?;
            Ok((customer, method, unpaid))
        })
        .await?;
    let page = DefaultPage {
        customer_path: crate::customers::identity::path(customer.id),
        wallet: wallet_path(customer.id),
        customer_title: customer.behind(visit.who.curtain()).title(),
        path: path(id),
        title: title(visit, &method),
        unpaid,
        collects,
        shell: visit.shell(Place::Customers),
    };
    visit.answer(&page, page.as_dialog())
}

/// POST /payment_methods/{id}/default: with `collect`, what is past due is charged at once.
pub async fn make(
    Editor(visit): Editor,
    id: web::Path<MethodId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (by, id, collects) = (visit.who.by(), *id, sent.typed.first("collect").is_some());
    if sent.is_review() {
        return page(&visit, id, collects, &db).await;
    }
    let made = db.write(move |conn| {
        let before = model::find(conn, by.account, id)?;
        let method = wallet::make_default(conn, &by, id)?;
        let event = history::of_request(conn, &by, id.uuid())?;
        let charged = if collects { Charged::anew(&before, &method) } else { Charged::default() };
        let begun = uses::collect(conn, &by, method.customer, charged, USES)?;
        Ok((method, event, begun))
    });
    let (method, event, charges) = made.await?;
    let mut toast =
        Toast::new(format!("{} is the default now", title(&visit, &method))).undoing(event.map(|event| event.id));
    toast.detail = begun(charges);
    panel::answer(&visit, method.customer, toast, &db).await
}
