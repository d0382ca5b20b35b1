//! The filters of a list: a chip for each condition of the search, and the ways to add one.
//!
//! Their forms are [`super::filter_form`], fetched when they are opened.

use super::List;
use crate::query::{Keyword, Query, Term, Values, Vocabulary};

/// The chips and the ways to add one.
#[derive(Default)]
pub struct Filters {
    /// The branches between `OR`s.
    pub groups: Vec<Group>,
    /// The filters that can be added; none in a search with `OR`, where a filter could belong to either side.
    pub adds: Vec<Opener>,
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
    /// The beginning of its text: the subject.
    pub about: String,
    /// The rest of its text.
    pub says: String,
    /// The list without it.
    pub remove: String,
    /// The button that changes it.
    pub opener: Option<Opener>,
}

/// The button that opens the form of a filter.
pub struct Opener {
    /// The id of the element that the form is put into.
    pub id: String,
    /// The key that the form writes.
    pub key: &'static Keyword,
    /// The purpose of the button, unlike that of any other.
    pub purpose: String,
    /// The address of the form.
    pub href: String,
}

impl Filters {
    /// Makes the filters of a search.
    pub fn new(list: &dyn List, query: &Query, words: &Vocabulary) -> Self {
        let groups: Vec<Group> = (0..query.branches.len()).map(|branch| Group::new(list, query, branch)).collect();
        let has_many = groups.iter().map(|group| group.chips.len()).sum::<usize>() > 1;
        let is_used = |key: &Keyword| groups.iter().flat_map(|group| &group.chips).any(|chip| chip.is_about(key));
        let is_single = query.branches.len() == 1;
        let adds = words.offered().into_iter().filter(|key| is_single && (key.repeats || !is_used(key)));
        Self {
            adds: adds.filter_map(|key| Opener::new(list, key, None)).collect(),
            clear: has_many.then(|| list.searching(&query.without_keys().to_string())),
            groups,
        }
    }
}

impl Group {
    fn new(list: &dyn List, query: &Query, branch: usize) -> Self {
        let is_single = query.branches.len() == 1;
        let mut group = Self { words: Vec::new(), chips: Vec::new() };
        for (place, term) in query.branches[branch].terms.iter().enumerate() {
            let Some(keyed) = term.keyed() else {
                group.words.extend((!is_single).then(|| term.to_string()));
                continue;
            };
            let (about, says) = term.labels();
            group.chips.push(Chip {
                about,
                says,
                remove: list.searching(&query.without(branch, place).to_string()),
                opener: is_single.then(|| Opener::new(list, keyed.key, Some((place, term)))).flatten(),
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
    fn is_about(&self, key: &Keyword) -> bool {
        self.opener.as_ref().is_some_and(|opener| opener.key == key)
    }

    /// Returns the whole text of the chip.
    pub fn label(&self) -> String {
        format!("{} {}", self.about, self.says).trim_end().to_owned()
    }
}

impl Opener {
    /// Makes the button that adds a filter, or changes that term. Returns nothing for what no form can show.
    pub fn new(list: &dyn List, key: &'static Keyword, changed: Option<(usize, &Term)>) -> Option<Self> {
        if !has_filter(key) || !changed.is_none_or(|(_, term)| has_form(term)) {
            return None;
        }
        let (id, purpose) = match changed {
            Some((place, term)) => (format!("filter-{}-{place}", key.name), format!("Change filter: {}", term.label())),
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
