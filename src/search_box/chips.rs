//! The filters of a list: a chip for each condition of the search, and the ways to add one.
//!
//! Their forms are [`super::filter_form`], fetched when they are opened.

use super::List;
use crate::{
    query::{Keyword, Query, Term, Values, Vocabulary},
    values::Currency,
};

/// The chips and the ways to add one.
#[derive(Default)]
pub struct Filters {
    /// The branches between `OR`s.
    pub groups: Vec<Group>,
    /// The address of the filters that can be added; none in a search with `OR`, where a filter could belong to either
    /// side.
    pub add: Option<String>,
    /// The list without any filter, when there are several.
    pub clear: Option<String>,
}

/// The chips of one branch.
pub struct Group {
    /// The words beside the chips, where branches need telling apart.
    pub words: Vec<String>,
    /// The chips, in the order of the text.
    pub chips: Vec<Chip>,
}

/// The chip of one condition.
pub struct Chip {
    /// The id of its element.
    pub id: String,
    /// The beginning of its text: the subject.
    pub about: String,
    /// The rest of its text.
    pub says: String,
    /// The list without it.
    pub remove: String,
    /// The link that changes it.
    pub opener: Option<Opener>,
}

/// The link that opens the form of a filter.
pub struct Opener {
    /// The beginning of the ids in the form.
    pub id: String,
    /// The key that the form writes.
    pub key: &'static Keyword,
    /// The purpose of the link, unlike that of any other.
    pub purpose: String,
    /// The address of the form.
    pub href: String,
}

impl Filters {
    /// Makes the filters of a search, where `own` is the currency of amounts without one.
    pub fn new(list: &dyn List, query: &Query, own: Currency) -> Self {
        let groups: Vec<Group> = (0..query.branches.len()).map(|branch| Group::new(list, query, branch, own)).collect();
        let has_many = groups.iter().map(|group| group.chips.len()).sum::<usize>() > 1;
        Self {
            add: (query.branches.len() == 1).then(|| list.filters()),
            clear: has_many.then(|| list.searching(&query.without_keys().to_string())),
            groups,
        }
    }
}

/// Returns the filters that can be added to a search, as they are offered.
pub fn addable(list: &dyn List, query: &Query, words: &Vocabulary, own: Currency) -> Vec<Opener> {
    let is_used =
        |key: &Keyword| query.branches.iter().flat_map(|branch| &branch.terms).any(|term| term.is_of(key.name));
    let adds = words.offered().into_iter().filter(|key| key.repeats || !is_used(key));
    adds.filter_map(|key| Opener::new(list, key, None, own)).collect()
}

impl Group {
    fn new(list: &dyn List, query: &Query, branch: usize, own: Currency) -> Self {
        let is_single = query.branches.len() == 1;
        let mut group = Self { words: Vec::new(), chips: Vec::new() };
        for (place, term) in query.branches[branch].terms.iter().enumerate() {
            let Some(keyed) = term.keyed() else {
                group.words.extend((!is_single).then(|| term.to_string()));
                continue;
            };
            let (about, says) = term.labels(own);
            group.chips.push(Chip {
                id: format!("chip-{branch}-{place}"),
                about,
                says,
                remove: list.searching(&query.without(branch, place).to_string()),
                opener: is_single.then(|| Opener::new(list, keyed.key, Some((place, term)), own)).flatten(),
            });
        }
        group
    }

    /// Returns whether nothing of it is shown.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.chips.is_empty()
    }
}

impl Chip {
    /// Returns the whole text of the chip.
    pub fn label(&self) -> String {
        format!("{} {}", self.about, self.says).trim_end().to_owned()
    }
}

impl Opener {
    /// Makes the link that adds a filter, or changes that term. Returns nothing for what no form can show.
    pub fn new(list: &dyn List, key: &'static Keyword, changed: Option<(usize, &Term)>, own: Currency) -> Option<Self> {
        if !has_filter(key) || !changed.is_none_or(|(_, term)| has_form(term)) {
            return None;
        }
        let (id, purpose) = match changed {
            Some((place, term)) => {
                (format!("filter-{}-{place}", key.name), format!("Change filter: {}", term.label(own)))
            }
            None => (format!("filter-{}", key.name), format!("Add filter: {}", key.title)),
        };
        Some(Self { id, key, purpose, href: list.filter_form(key.name, changed.map(|(place, _)| place)) })
    }
}

/// Returns whether there is a filter of that key. An ID is pasted, not filled in.
pub fn has_filter(key: &Keyword) -> bool {
    !matches!(key.values, Values::CustomerId | Values::PaymentId)
}

/// Returns whether the form of its filter can show a term.
fn has_form(term: &Term) -> bool {
    let Some(keyed) = term.keyed() else { return false };
    match keyed.key.values {
        Values::Days | Values::Amounts | Values::Counts(_) => !term.negated && keyed.values.len() == 1,
        Values::Choice(_) if keyed.key.says == crate::query::Says::Alone => !term.negated,
        _ => true,
    }
}
