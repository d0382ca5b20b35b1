//! The customer's place in the list that the page was opened from: the customers before and behind, and the number.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

use crate::{
    customer_list::origin::{Listing, Origin},
    customer_parts::LANGUAGE,
    customers::{
        identity::path,
        model::{self, Customer},
    },
    db::Db,
    error::{Error, Result},
    html::html,
    ids::CustomerId,
    search::{
        Status,
        listing::{self, Rank, Row},
        scope::Scope,
    },
    shell::Visit,
    who::SignedIn,
};

/// The longest time for each of the two looks: the page itself is wanted, and these are only on its way.
const PATIENCE: Duration = Duration::from_millis(150);
/// The longest time for both, with the wait for a turn to search.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// The customer before or behind.
pub struct Neighbour {
    /// The address of its page, which knows the same list.
    pub href: String,
    /// Its title.
    pub title: String,
}

/// The customers before and behind, as far as they are known.
#[derive(Default)]
pub struct Neighbours {
    pub previous: Option<Neighbour>,
    pub next: Option<Neighbour>,
}

impl Neighbours {
    /// Returns whether there is a way on.
    pub fn are_known(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }

    /// Finds the neighbours of a customer in a list; none where that would take long.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(who: &SignedIn, customer: &Customer, list: &Listing, db: &Db) -> Result<Self> {
        let scope = Scope { patience: PATIENCE, ..scope(who) };
        let (query, sort) = (list.query.clone(), list.state.sort);
        let status = if customer.is_deleted() { Status::Deleted } else { Status::Active };
        let id = customer.id;
        let look = move |conn: &mut PgConnection| match listing::cursor_of(conn, &scope, sort, (id, status))? {
            Some(at) => listing::neighbours(conn, &scope, &query, sort, &at),
            None => Ok(listing::Neighbours::default()),
        };
        let looked = tokio::time::timeout(LONGEST_WAIT, looked(who, &list.origin, db, look));
        let found = looked.await.map_or(Ok(None), in_time)?.unwrap_or_default();
        let neighbour = |row: Row| Neighbour {
            href: list.origin.on(&path(row.id)),
            title: model::title(row.id, row.name.as_deref(), row.email.as_deref(), row.phone.as_deref()),
        };
        Ok(Self { previous: found.previous.map(neighbour), next: found.next.map(neighbour) })
    }
}

fn scope(who: &SignedIn) -> Scope {
    Scope::of(&LANGUAGE, who)
}

/// Looks at a list, as one of many searches if that may cost much.
async fn looked<T: Send + 'static>(
    who: &SignedIn,
    origin: &Origin,
    db: &Db,
    look: impl Fn(&mut PgConnection) -> Result<T> + Send + 'static,
) -> Result<T> {
    if origin.is_costly() { db.search(who.searcher(), look).await } else { db.read(look).await }
}

/// Returns what was found, or nothing where there was no time to look.
fn in_time<T>(looked: Result<T>) -> Result<Option<T>> {
    match looked {
        Err(Error::Searching(_) | Error::TookTooLong | Error::Unavailable(_)) => Ok(None),
        looked => looked.map(Some),
    }
}

#[derive(Template)]
#[template(path = "customer_page/_place.html")]
struct PlaceFragment {
    rank: Option<Rank>,
}

/// Answers `GET /customers/{id}/place`: the customer's number in the list, which the page loads apart. By itself it is
/// no page.
pub async fn place(visit: Visit, id: web::Path<CustomerId>, origin: Origin, db: web::Data<Db>) -> Result<HttpResponse> {
    let (id, who) = (*id, visit.who.clone());
    if !visit.hx.wants_fragment {
        db.read(move |conn| model::check(conn, who.account, id)).await?;
        return Ok(visit.go_to(origin.on(&path(id))));
    }
    let asked = origin.clone();
    let look = move |conn: &mut PgConnection| {
        model::check(conn, who.account, id)?;
        let list = asked.open(conn, &who)?;
        listing::rank(conn, &scope(&who), &list.query, list.state.sort, id)
    };
    let rank = in_time(looked(&visit.who, &origin, &db, look).await)?.flatten();
    html(PlaceFragment { rank })
}
