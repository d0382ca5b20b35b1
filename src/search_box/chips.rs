//! The filters of a list: a chip for each condition of the search, and the ways to add one.
//!
//! Their forms are [`super::filter_form`], fetched when they are opened.

use super::List;
use crate::{
    query::{Keyed, Keyword, Own, Query, Term, Values, Vocabulary},
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
    /// The name of the filter: the key that the form writes, `country` or `field.vat`.
    pub name: String,
    pub title: String,
    /// The text before the colon.
    pub sign: String,
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
    let adds = adds.map(|key| (key, None)).chain(words.own_fields().map(|(key, own)| (key, Some(own))));
    adds.filter_map(|(key, field)| Opener::new(list, key, field.as_ref(), None, own)).collect()
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
                opener: is_single
                    .then(|| Opener::new(list, keyed.key, field_of(keyed), Some((place, term)), own))
                    .flatten(),
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
    pub fn new(
        list: &dyn List,
        key: &'static Keyword,
        field: Option<&Own>,
        changed: Option<(usize, &Term)>,
        own: Currency,
    ) -> Option<Self> {
        if !has_filter(key) || !changed.is_none_or(|(_, term)| has_form(term)) {
            return None;
        }
        let name = field.map_or_else(|| key.name.to_owned(), |field| format!("{}.{field}", key.name));
        let title = field.map_or(key.title, Own::label).to_owned();
        let sign = field.map_or_else(|| key.sign(), |_| format!("{name}:"));
        let id = format!("filter-{}", name.replace('.', "-"));
        let (id, purpose) = match changed {
            Some((place, term)) => (format!("{id}-{place}"), format!("Change filter: {}", term.label(own))),
            None => (id, format!("Add filter: {title}")),
        };
        let href = list.filter_form(&name, changed.map(|(place, _)| place));
        Some(Self { id, name, title, sign, purpose, href })
    }
}

/// Returns the field of the merchant's own that a term is of.
fn field_of(keyed: &Keyed) -> Option<&Own> {
    keyed.own.as_ref().filter(|own| own.field().is_some())
}

/// Returns whether there is a filter of that key. An ID is pasted, not filled in.
pub fn has_filter(key: &Keyword) -> bool {
    !matches!(key.values, Values::CustomerId | Values::Id(..))
}

/// Returns whether the form of its filter can show a term.
fn has_form(term: &Term) -> bool {
    let Some(keyed) = term.keyed() else { return false };
    match keyed.kind() {
        Values::Days | Values::Amounts | Values::Counts(_) | Values::Numbers => {
            !term.negated && keyed.values.len() == 1
        }
        Values::Choice(_) if keyed.key.says == crate::query::Says::Alone => !term.negated,
        _ => true,
    }
}
