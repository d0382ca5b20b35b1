//! The box over a list: chips of what is searched, forms of filters, help, and what was not understood. It knows no list;
//! each list says by [`List`] what its addresses are.

pub mod chips;
pub mod filter_form;
mod help;
mod ranges;
mod trouble;

pub use chips::Filters;
pub use help::{Help, SIGNS, Sign};
pub use ranges::{Range, RangeKind};
pub use trouble::{Excerpt, ProblemFragment, ProblemNotice};

use crate::{
    paging::Limit,
    query::{Query, Term, Test, Value, Vocabulary},
};

/// A list as its address tells it.
pub trait List {
    /// The path of all of its addresses: `/customers`.
    fn path(&self) -> &'static str;
    /// What is in the search box.
    fn q(&self) -> &str;
    /// Rows a page.
    fn limit(&self) -> Limit;
    /// The parameters of this list from its first page; what is as usual is left out.
    fn parameters(&self) -> Vec<(&'static str, String)>;
    /// The list of another search.
    fn searching(&self, q: &str) -> String;

    /// The parameters that a form keeps which itself sends the one called `own`.
    fn kept_beside(&self, own: &str) -> Vec<(&'static str, String)> {
        self.parameters().into_iter().filter(|(name, _)| *name != own).collect()
    }

    /// This list from a place on.
    fn list(&self, place: Option<(&'static str, String)>) -> String {
        let mut pairs = self.parameters();
        pairs.extend(place);
        address(self.path(), &pairs)
    }

    /// This list from its first page.
    fn first_page(&self) -> String {
        self.list(None)
    }

    /// Where the count of this list comes from.
    fn count_href(&self) -> String {
        let pairs = self.parameters().into_iter().filter(|(name, _)| *name != "limit").collect::<Vec<_>>();
        address(&format!("{}/count", self.path()), &pairs)
    }

    /// The form of a filter of this list, to add it or to change the one at a place.
    fn filter_form(&self, key: &str, place: Option<usize>) -> String {
        let mut pairs = self.parameters();
        pairs.extend(place.map(|place| ("place", place.to_string())));
        address(&format!("{}/filters/{key}", self.path()), &pairs)
    }

    /// What can be typed to search this list.
    fn help(&self) -> String {
        address(&format!("{}/help", self.path()), &self.parameters())
    }

    /// The page sizes to choose from, and which is in use.
    fn limits(&self) -> Vec<(usize, bool)> {
        let used = self.limit().rows();
        let mut sizes = vec![25, 50, 100];
        if !sizes.contains(&used) {
            sizes.insert(0, used);
        }
        sizes.into_iter().map(|size| (size, size == used)).collect()
    }
}

/// A path with parameters.
pub fn address(path: &str, pairs: &[(&str, String)]) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let query: Vec<String> = pairs.iter().map(|(name, text)| format!("{name}={}", encode(text))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// The search with less to look at, for one that took too long: how that reads, and the list.
pub fn narrower(list: &dyn List, query: &Query, words: &Vocabulary) -> Vec<(&'static str, String)> {
    let periods = [("the last 30 days", "last-30d"), ("the last 90 days", "last-90d"), ("the last year", "last-1y")];
    let Some(key) = words.find("created").filter(|key| query.terms_of(key.name).next().is_none()) else {
        return Vec::new();
    };
    let narrowed = |(label, typed): (&'static str, &str)| {
        let period = Value::Period(crate::query::Period::parse(typed).ok()?);
        let term = Term::of(Test::Keyed(crate::query::Keyed { key, own: None, values: vec![period] }));
        Some((label, list.searching(&query.with(term).to_string())))
    };
    periods.into_iter().filter_map(narrowed).collect()
}
