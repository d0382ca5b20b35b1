//! A customer's payment schedules: a page of their own, and a part of the customer's page.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::list::{Schedules, TABLE};
use crate::{
    customers::{identity, model as customers},
    db::Db,
    error::Result,
    ids::CustomerId,
    input::Parameters,
    lists::pages::{asked_of_one, of_one, place_of},
    paging::Cursor,
    reveal,
    schedules::{Schedule, path},
    search_box::address,
    shell::{Place, Shell, Visit},
    values::when::day,
};

/// A payment schedule as a line of a list.
pub struct Line {
    pub path: String,
    pub schedule: Schedule,
    /// The day of the next charge.
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "schedules/of_customer.html", blocks = ["panel"])]
struct OfCustomerPage {
    shell: Shell,
    customer: String,
    customer_path: String,
    is_deleted: bool,
    lines: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
}

impl OfCustomerPage {
    fn may_make(&self) -> bool {
        self.shell.who.may_edit() && self.shell.who.has_gateway() && !self.is_deleted
    }
}

/// GET /customers/{id}/schedules: a page of payment schedules, or the newest few as a fragment.
pub async fn schedules(
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
            let page = of_one::<Schedules>(conn, &who, id, &direction, limit)?;
            Ok((customer, page.map(|one: Schedule| one.behind(who.curtain()))))
        })
        .await?;
    let customer_path = identity::path(id);
    let link = |name, cursor: Cursor| address(&format!("{customer_path}/schedules"), &[(name, cursor.to_string())]);
    let (previous, next) = (page.previous_cursor(place_of::<Schedules>), page.next_cursor(place_of::<Schedules>));
    let line = |schedule: Schedule| Line { path: path(schedule.id), next: schedule.next_on.map(day), schedule };
    let page = OfCustomerPage {
        customer: customer.title(),
        is_deleted: customer.is_deleted(),
        previous: previous.map(|cursor| link("before", cursor)),
        next: next.map(|cursor| link("after", cursor)),
        lines: page.items.into_iter().map(line).collect(),
        customer_path,
        shell: visit.shell(Place::Customers),
    };
    visit.answer(&page, page.as_panel())
}
