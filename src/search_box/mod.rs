//! The box over a list: chips of the search, forms of filters, help, and the notice about what was not understood. It
//! knows no list; each list gives its addresses by [`List`].

pub mod chips;
pub mod completions;
pub mod filter_form;
mod help;
mod opening;
mod ranges;
mod trouble;

pub use chips::{Filters, Opener, addable};
pub use help::{Help, SIGNS, Sign};
pub use opening::{Opening, Opens};
pub use ranges::{Range, RangeKind};
pub use trouble::{Excerpt, ProblemFragment, ProblemNotice, RefusedFragment};

use crate::{
    paging::Limit,
    query::{Query, Term, Test, Value, Vocabulary},
};

/// A list as given by its address.
pub trait List {
    /// Returns the path of all of its addresses: `/customers`.
    fn path(&self) -> &'static str;
    /// Returns the text in the search box.
    fn q(&self) -> &str;
    /// Returns the number of rows on a page.
    fn limit(&self) -> Limit;
    /// Returns the parameters of this list from its first page. Defaults are left out.
    fn parameters(&self) -> Vec<(&'static str, String)>;
    /// Returns the address of the list of another search.
    fn searching(&self, q: &str) -> String;

    /// Returns the parameters that a form keeps which itself sends the one called `own`.
    fn kept_beside(&self, own: &str) -> Vec<(&'static str, String)> {
        self.parameters().into_iter().filter(|(name, _)| *name != own).collect()
    }

    /// Returns the address of this list from a place on.
    fn list(&self, place: Option<(&'static str, String)>) -> String {
        let mut pairs = self.parameters();
        pairs.extend(place);
        address(self.path(), &pairs)
    }

    /// Returns the address of this list from its first page.
    fn first_page(&self) -> String {
        self.list(None)
    }

    /// Returns the address that the count of this list is loaded from.
    fn count_href(&self) -> String {
        let pairs = self.parameters().into_iter().filter(|(name, _)| *name != "limit").collect::<Vec<_>>();
        address(&format!("{}/count", self.path()), &pairs)
    }

    /// Returns the address of the form of a filter of this list, to add it or to change the one at a place.
    fn filter_form(&self, key: &str, place: Option<usize>) -> String {
        let mut pairs = self.parameters();
        pairs.extend(place.map(|place| ("place", place.to_string())));
        address(&format!("{}/filters/{key}", self.path()), &pairs)
    }

    /// Returns the address of the filters that can be added to this list.
    fn filters(&self) -> String {
        address(&format!("{}/filters", self.path()), &self.parameters())
    }

    /// Returns the address of the help of this list.
    fn help(&self) -> String {
        address(&format!("{}/help", self.path()), &self.parameters())
    }

    /// Returns the page sizes to choose from, each with whether it is in use.
    fn limits(&self) -> Vec<(usize, bool)> {
        let used = self.limit().rows();
        let mut sizes = vec![25, 50, 100];
        if !sizes.contains(&used) {
            sizes.insert(0, used);
        }
        sizes.into_iter().map(|size| (size, size == used)).collect()
    }
}

/// Returns a path with parameters.
pub fn address(path: &str, pairs: &[(&str, String)]) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let query: Vec<String> = pairs.iter().map(|(name, text)| format!("{name}={}", encode(text))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// Returns narrower searches for one that took too long: the label and the list of each.
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
