//! A customer's invoices: a page of their own, and a part of the customer's page.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::list::{Invoices, TABLE};
use crate::{
    customers::{identity, model as customers},
    db::Db,
    error::Result,
    ids::CustomerId,
    input::Parameters,
    invoices::Invoice,
    lists::pages::{asked_of_one, of_one, place_of},
    paging::Cursor,
    reveal,
    search_box::address,
    shell::{Place, Shell, Visit},
};

#[derive(Template)]
#[template(path = "invoice_page/of_customer.html", blocks = ["panel"])]
struct OfCustomerPage {
    shell: Shell,
    customer: String,
    customer_path: String,
    /// True when a new one can be made by who looks.
    may_make: bool,
    invoices: Vec<Invoice>,
    previous: Option<String>,
    next: Option<String>,
    /// The link to the list of the same invoices, to search in.
    search: String,
}

/// GET /customers/{id}/invoices: a page of invoices, or the newest few as a fragment.
pub async fn invoices(
    visit: Visit,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let (direction, limit) = asked_of_one(&TABLE, &asked, visit.hx.wants_fragment)?;
    let (customer, page) = db
        .read(move |conn| {
            let who = reveal::reader(conn, &who, id)?;
            let customer = customers::find_or_say_where(conn, who.account, id)?.behind(who.curtain());
            let page = of_one::<Invoices>(conn, &who, id, &direction, limit)?;
            Ok((customer, page.map(|invoice: Invoice| invoice.behind(who.curtain()))))
        })
        .await?;
    let path = identity::path(id);
    let link = |name, cursor: Cursor| address(&format!("{path}/invoices"), &[(name, cursor.to_string())]);
    let of = place_of::<Invoices>;
    let page = OfCustomerPage {
        search: address("/invoices", &[("q", format!("customer:{id}"))]),
        customer: customer.title(),
        may_make: visit.who.may_edit() && !customer.is_deleted(),
        previous: page.previous_cursor(of).map(|cursor| link("before", cursor)),
        next: page.next_cursor(of).map(|cursor| link("after", cursor)),
        invoices: page.items,
        customer_path: path,
        shell: visit.shell(Place::Customers),
    };
    visit.answer(&page, page.as_panel())
}
