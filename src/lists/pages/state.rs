//! The state of a list, which lives in its address: search, order, page.

use crate::{
    codes::Code,
    error::{Error, Result},
    input::FormFields,
    lists::{Sort, Table},
    paging::{Direction, Limit},
    search_box::List,
    values::text,
};

/// The parameters of the address.
#[derive(Clone)]
pub struct State {
    pub table: &'static Table,
    /// The text in the search box.
    pub q: String,
    pub sort: Sort,
    /// The number of rows on a page.
    pub limit: Limit,
    pub direction: Direction,
}

impl State {
    /// Reads the parameters.
    ///
    /// # Errors
    /// [`Error::BadRequest`] with a sentence about the parameter that is not understood.
    pub fn read(table: &'static Table, asked: &FormFields) -> Result<Self> {
        let sort = match asked.filled("sort") {
            Some(text) => Sort::parse(text, table.orders).ok_or_else(|| no_order(table, text))?,
            None => usual(table),
        };
        let limit = asked
            .filled("limit")
            .map_or(Ok(Limit::SCREEN), Limit::parse)
            .map_err(|err| Error::BadRequest(err.into()))?;
        let direction = Direction::parse(asked.filled("after"), asked.filled("before"), sort.tag())
            .map_err(|err| Error::BadRequest(err.into()))?;
        let q = asked.first("q").map_or_else(String::new, text::searched);
        Ok(Self { table, q, sort, limit, direction })
    }

    /// Returns the link to the list in an order: the other way round where it is in that order.
    pub fn sorted_by(&self, name: &str) -> String {
        let found = self.table.orders.iter().find(|order| order.name == name);
        let sort = match found {
            Some(order) if order.name != self.sort.order.name => Sort { order, descending: order.begins_with_greatest },
            _ => self.sort.reversed(),
        };
        Self { sort, ..self.clone() }.first_page()
    }

    /// Returns the value for `aria-sort` of the heading of an order; nothing where the list is in another one.
    pub fn aria_sort(&self, name: &str) -> Option<&'static str> {
        let way = if self.sort.descending { "descending" } else { "ascending" };
        (self.sort.order.name == name).then_some(way)
    }

    /// Returns the tabs: searches that are one click away.
    pub fn tabs(&self) -> Vec<Tab> {
        let tab =
            |(name, q): &(&'static str, &'static str)| Tab { name, href: self.searching(q), is_current: self.q == *q };
        self.table.words.tabs.iter().map(tab).collect()
    }
}

/// Returns the order that a list has unless another is asked for.
fn usual(table: &'static Table) -> Sort {
    let order = &table.orders[0];
    Sort { order, descending: order.begins_with_greatest }
}

fn no_order(table: &Table, text: &str) -> Error {
    let names: Vec<&str> = table.orders.iter().map(|order| order.name).collect();
    let (title, names) = (table.words.title, names.join(" or "));
    Error::BadRequest(Code::InvalidParameter.says(format!("{title} cannot be sorted by “{text}”, but by {names}.")))
}

/// A search that is one click away.
pub struct Tab {
    pub name: &'static str,
    /// The link to its list.
    pub href: String,
    /// True when the list shows this search.
    pub is_current: bool,
}

impl List for State {
    fn path(&self) -> &'static str {
        self.table.words.path
    }

    fn q(&self) -> &str {
        &self.q
    }

    fn limit(&self) -> Limit {
        self.limit
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        if self.sort != usual(self.table) {
            pairs.push(("sort", self.sort.name()));
        }
        if self.limit != Limit::SCREEN {
            pairs.push(("limit", self.limit.rows().to_string()));
        }
        pairs
    }

    fn searching(&self, q: &str) -> String {
        Self { q: q.to_owned(), ..self.clone() }.first_page()
    }
}
