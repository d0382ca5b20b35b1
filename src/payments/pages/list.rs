//! The table of payments: a page of a search, newest or oldest first.

use std::marker::PhantomData;

use askama::Template;
use diesel::PgConnection;

use super::rows;
use crate::{
    error::{Error, Result},
    lists::{Asked, Listed, Lists, Sort, State, Table},
    paging::Cursor,
    payments::{listing, model::Payment, row::Row},
    who::SignedIn,
};

/// The list of payments, as `S` searches it.
pub struct Payments<S>(PhantomData<S>);

/// A search over payments. What stands above payments may give it more keys than they have themselves.
pub trait Searches: 'static {
    /// Returns the list as data.
    fn table() -> &'static Table;
}

#[derive(Template)]
#[template(path = "payments/_table.html")]
struct TableFragment<'a> {
    state: &'a State,
    rows: Vec<Row>,
    shows_customer: bool,
}

#[derive(Template)]
#[template(path = "payments/_actions.html")]
struct Actions<'a> {
    who: &'a SignedIn,
}

#[derive(Template)]
#[template(path = "payments/_first.html")]
struct First<'a> {
    who: &'a SignedIn,
}

impl<S: Searches> Lists for Payments<S> {
    type Row = Payment;

    fn table() -> &'static Table {
        S::table()
    }

    fn read(conn: &mut PgConnection, asked: &Asked<'_>) -> Result<Listed<Payment>> {
        listing::page(conn, S::table(), asked)
    }

    fn place(sort: Sort, payment: &Payment) -> Cursor {
        listing::place(sort, payment)
    }

    fn draw(conn: &mut PgConnection, who: &SignedIn, state: &State, payments: Vec<Payment>) -> Result<String> {
        let rows = rows(conn, who, &payments)?;
        TableFragment { state, rows, shows_customer: true }.render().map_err(Error::internal)
    }

    fn actions(who: &SignedIn) -> Result<String> {
        Actions { who }.render().map_err(Error::internal)
    }

    fn nothing_yet(who: &SignedIn) -> Result<String> {
        First { who }.render().map_err(Error::internal)
    }
}
