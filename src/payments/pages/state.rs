//! The state of the list of payments, which lives in its URL: search, order, page.

use crate::{
    codes::Code,
    error::{Error, Result},
    input::FormFields,
    paging::{Direction, Limit},
    payments::listing::Order,
    search_box::List,
    values::text,
};

/// The parameters of the URL.
#[derive(Clone, Debug)]
pub struct State {
    /// The text in the search box.
    pub q: String,
    pub order: Order,
    /// The number of rows on a page.
    pub limit: Limit,
    pub direction: Direction,
}

impl State {
    /// Reads the parameters.
    ///
    /// # Errors
    /// [`Error::BadRequest`] with a sentence about the parameter that is not understood.
    pub fn read(asked: &FormFields) -> Result<Self> {
        let refuse = |sentence: String| Error::BadRequest(Code::InvalidParameter.says(sentence));
        let order = match asked.filled("sort") {
            Some(text) => Order::parse(text)
                .ok_or_else(|| refuse(format!("Payments cannot be sorted by “{text}”, but by created.")))?,
            None => Order::Newest,
        };
        let limit = asked
            .filled("limit")
            .map_or(Ok(Limit::SCREEN), Limit::parse)
            .map_err(|err| Error::BadRequest(err.into()))?;
        let direction = Direction::parse(asked.filled("after"), asked.filled("before"), order.tag())
            .map_err(|err| Error::BadRequest(err.into()))?;
        let q = asked.first("q").map_or_else(String::new, text::searched);
        Ok(Self { q, order, limit, direction })
    }

    /// Returns the link to the list in reverse order.
    pub fn reversed(&self) -> String {
        let order = if self.order == Order::Newest { Order::Oldest } else { Order::Newest };
        Self { order, ..self.clone() }.first_page()
    }

    /// Returns the value for `aria-sort`.
    pub fn aria_sort(&self) -> &'static str {
        if self.order == Order::Newest { "descending" } else { "ascending" }
    }

    /// Returns the order in words, for the table's caption.
    pub fn order_words(&self) -> &'static str {
        if self.order == Order::Newest { "newest first" } else { "oldest first" }
    }

    /// Returns the tabs: searches that are one click away.
    pub fn tabs(&self) -> Vec<Tab> {
        const TABS: [(&str, &str); 6] = [
            ("All", ""),
            ("Succeeded", "status:succeeded"),
            ("Failed", "status:failed"),
            ("Processing", "status:processing"),
            ("Refunded", "status:partially_refunded,refunded"),
            ("Without customer", "customer:none"),
        ];
        let tab = |(name, q): (&'static str, &str)| Tab { name, href: self.searching(q), is_current: self.q == q };
        TABS.map(tab).into()
    }
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
        "/payments"
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
        if self.order != Order::Newest {
            pairs.push(("sort", self.order.as_str().to_owned()));
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
