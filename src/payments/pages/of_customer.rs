//! A customer's payments and figures: pages of their own, and parts of the customer's page.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{CustomerRef, Rows};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    ids::CustomerId,
    input::Parameters,
    lists::{
        self, Asked, Listed, Scope, of_customer,
        pages::{asked_of_one, number},
    },
    paging::Cursor,
    payments::{
        listing::{self, NEWEST, TABLE},
        panel::Panel,
        row,
    },
    query::{Branch, Query},
    reveal,
    search_box::address,
    shell::{Place, Shell, Visit},
    values::Currency,
};

#[derive(Template)]
#[template(path = "payments/of_customer.html", blocks = ["panel"])]
struct OfCustomerPage {
    shell: Shell,
    whose: CustomerRef,
    found: Rows,
    /// The number of payments: "312", "1,000+".
    count: String,
    /// The link to the list of the same payments, to search in.
    search: String,
}

/// Returns the query for the payments of one customer.
fn theirs(id: CustomerId) -> Query {
    Query { branches: vec![Branch { terms: vec![of_customer(id)] }] }
}

/// GET /customers/{id}/payments: a page of payments, or the newest few as a fragment.
pub async fn payments(
    visit: Visit,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let (direction, limit) = asked_of_one(&TABLE, &asked, visit.hx.wants_fragment)?;
    let (whose, found, count) = db
        .read(move |conn| {
            let who = reveal::reader(conn, &who, id)?;
            let whose = CustomerRef::find(conn, &who, id)?;
            let (scope, query) = (Scope::of(who.account, who.now(), &who.settings, who.curtain()), theirs(id));
            let (sort, direction) = (NEWEST, &direction);
            let asked = Asked { scope: &scope, query: &query, sort, direction, limit };
            let Listed::Page(page) = listing::page(conn, &TABLE, &asked)? else {
                return Err(Error::TookTooLong);
            };
            let link =
                |name, cursor: Cursor| address(&format!("/customers/{id}/payments"), &[(name, cursor.to_string())]);
            let found = Rows::read(conn, &who, page, |payment| listing::place(NEWEST, payment), link)?;
            let count = match found.is_part() {
                true => number(lists::count(conn, &TABLE, &scope, &query)?.known()),
                false => found.rows.len().to_string(),
            };
            Ok((whose, found, count))
        })
        .await?;
    let shell = visit.shell(Place::Customers);
    let search = row::search(&format!("customer:{id}"));
    let page = OfCustomerPage { shell, whose, found, count, search };
    visit.answer(&page, page.as_panel())
}

#[derive(Template)]
#[template(path = "payments/figures.html", blocks = ["figures"])]
struct FiguresPage {
    shell: Shell,
    whose: CustomerRef,
    panel: Option<Panel>,
}

/// GET /customers/{id}/figures
pub async fn figures(
    visit: Visit,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let wanted = asked.0.filled("currency").map(Currency::parse).transpose();
    let wanted = wanted.map_err(|err| Error::BadRequest(Code::InvalidParameter.says(err.to_string())))?;
    let (who, id) = (visit.who.clone(), *id);
    let (whose, panel) = db
        .read(move |conn| {
            let who = reveal::reader(conn, &who, id)?;
            let whose = CustomerRef::find(conn, &who, id)?;
            let zone = &who.settings.time_zone;
            Ok((whose, Panel::of(conn, who.account, id, wanted, zone, who.now())?))
        })
        .await?;
    let page = FiguresPage { shell: visit.shell(Place::Customers), whose, panel };
    visit.answer(&page, page.as_figures())
}
