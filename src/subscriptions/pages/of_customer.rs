//! A customer's subscriptions: a page of their own, and a part of the customer's page.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::list::{Subscriptions, TABLE};
use crate::{
    customers::{identity, model as customers},
    db::Db,
    error::Result,
    ids::CustomerId,
    input::Parameters,
    lists::pages::{asked_of_one, of_one, place_of},
    paging::Cursor,
    reveal,
    search_box::address,
    shell::{Place, Shell, Visit},
    subscriptions::{Subscription, path},
};

/// A subscription as a line of a list.
pub struct Line {
    pub path: String,
    pub subscription: Subscription,
    pub interval: String,
}

impl Line {
    /// Returns what is said beside its status, if anything is.
    pub fn besides(&self) -> Option<String> {
        super::show::besides(&self.subscription)
    }

    pub fn next(&self) -> Option<String> {
        self.subscription.next_on.map(super::day)
    }
}

#[derive(Template)]
#[template(path = "subscriptions/of_customer.html", blocks = ["panel"])]
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
    fn may_start(&self) -> bool {
        self.shell.who.may_edit() && !self.is_deleted
    }
}

/// GET /customers/{id}/subscriptions: a page of subscriptions, or the newest few as a fragment.
pub async fn subscriptions(
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
            let page = of_one::<Subscriptions>(conn, &who, id, &direction, limit)?;
            Ok((customer, page.map(|one: Subscription| one.behind(who.curtain()))))
        })
        .await?;
    let customer_path = identity::path(id);
    let link = |name, cursor: Cursor| address(&format!("{customer_path}/subscriptions"), &[(name, cursor.to_string())]);
    let (previous, next) =
        (page.previous_cursor(place_of::<Subscriptions>), page.next_cursor(place_of::<Subscriptions>));
    let line = |subscription: Subscription| {
        let interval = subscription.interval()?.words();
        Ok(Line { path: path(subscription.id), interval, subscription })
    };
    let page = OfCustomerPage {
        customer: customer.title(),
        is_deleted: customer.is_deleted(),
        previous: previous.map(|cursor| link("before", cursor)),
        next: next.map(|cursor| link("after", cursor)),
        lines: page.items.into_iter().map(line).collect::<Result<_>>()?,
        customer_path,
        shell: visit.shell(Place::Customers),
    };
    visit.answer(&page, page.as_panel())
}
