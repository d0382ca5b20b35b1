//! The filters of a list: a chip for each condition of the search, and the ways to add one.
//!
//! Their forms are [`super::filter_form`], fetched when they are opened.

use super::state::State;
use crate::search::{Query, Term, Test};

/// The chips and the ways to add one.
#[derive(Default)]
pub struct Filters {
    /// What stands between `OR`s.
    pub groups: Vec<Group>,
    /// Filters to add; none in a search with `OR`, where a filter could belong to either side.
    pub adds: Vec<Opener>,
    /// The search without any, when there are several.
    pub clear: Option<String>,
}

/// The chips of one branch.
pub struct Group {
    /// The words beside them, where branches need telling apart.
    pub words: Vec<String>,
    /// In the order of the text.
    pub chips: Vec<Chip>,
}

/// One condition.
pub struct Chip {
    /// What it says, beginning with what it is about.
    pub about: String,
    /// The rest of what it says.
    pub says: String,
    /// The list without it.
    pub remove: String,
    /// What changes it.
    pub opener: Option<Opener>,
}

/// The button that opens the form of a filter.
pub struct Opener {
    /// The id of the element that the form is put into.
    pub id: String,
    /// The key that the form writes.
    pub key: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it does, unlike that of any other.
    pub purpose: String,
    /// Where the form is.
    pub href: String,
}

/// The filters that are offered, and after them those that only a chip changes.
const OFFERED: [(&str, &str); 13] = [
    ("country", "Country"),
    ("created", "Created"),
    ("spent", "Spent"),
    ("payments", "Payments"),
    ("last_payment", "Last payment"),
    ("has", "Has"),
    ("card", "Card"),
    ("last4", "Last four digits"),
    ("kind", "Kind"),
    ("lang", "Language"),
    ("company", "Company"),
    ("metadata", "Metadata"),
    ("status", "Status"),
];
const CHANGED: [(&str, &str); 3] = [("name", "Name"), ("email", "Email"), ("phone", "Phone")];

/// Of several metadata values and `has:` terms each may be wanted.
const REPEATED: [&str; 2] = ["has", "metadata"];

impl Filters {
    /// The filters of a search.
    pub fn new(state: &State, query: &Query) -> Self {
        let groups: Vec<Group> = (0..query.branches.len()).map(|branch| Group::new(state, query, branch)).collect();
        let has_many = groups.iter().map(|group| group.chips.len()).sum::<usize>() > 1;
        let is_used = |key: &str| groups.iter().flat_map(|group| &group.chips).any(|chip| chip.is_about(key));
        let is_single = query.branches.len() == 1;
        let adds = OFFERED.iter().filter(|(key, _)| is_single && (REPEATED.contains(key) || !is_used(key)));
        Self {
            adds: adds.filter_map(|(key, _)| Opener::new(state, key, None)).collect(),
            clear: has_many.then(|| state.searching(query.without_keys())),
            groups,
        }
    }
}

impl Group {
    fn new(state: &State, query: &Query, branch: usize) -> Self {
        let is_single = query.branches.len() == 1;
        let mut group = Self { words: Vec::new(), chips: Vec::new() };
        for (place, term) in query.branches[branch].terms.iter().enumerate() {
            let Some(key) = term.key() else {
                group.words.extend((!is_single).then(|| term.to_string()));
                continue;
            };
            let label = term.label();
            let words = if matches!(term.test, Test::LastPayment(_)) { 2 } else { 1 };
            let about = label.match_indices(' ').nth(words - 1).map_or(label.len(), |(at, _)| at);
            let (about, says) = (&label[..about], label[about..].trim_start());
            group.chips.push(Chip {
                about: about.to_owned(),
                says: says.to_owned(),
                remove: state.searching(query.without(branch, place)),
                opener: is_single.then(|| Opener::new(state, stem(&key), Some((place, term)))).flatten(),
            });
        }
        group
    }

    /// Whether nothing of it is shown.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.chips.is_empty()
    }
}

impl Chip {
    fn is_about(&self, key: &str) -> bool {
        self.opener.as_ref().is_some_and(|opener| opener.key == key)
    }

    /// All that it says.
    pub fn label(&self) -> String {
        format!("{} {}", self.about, self.says).trim_end().to_owned()
    }
}

impl Opener {
    /// Opens the form that adds a filter, or changes that term. Nothing for what no form can show.
    pub fn new(state: &State, key: &str, changed: Option<(usize, &Term)>) -> Option<Self> {
        let (key, title) = *OFFERED.iter().chain(&CHANGED).find(|(name, _)| *name == key)?;
        if !changed.is_none_or(|(_, term)| has_form(term)) {
            return None;
        }
        let (id, purpose) = match changed {
            Some((place, term)) => (format!("filter-{key}-{place}"), format!("Change filter: {}", term.label())),
            None => (format!("filter-{key}"), format!("Add filter: {title}")),
        };
        let href = state.filter_form(key, changed.map(|(place, _)| place));
        Some(Self { id, key, title, purpose, href })
    }
}

/// Whether the form of its filter can show a term.
fn has_form(term: &Term) -> bool {
    match &term.test {
        Test::Created(periods) | Test::LastPayment(periods) => !term.negated && periods.len() == 1,
        Test::Spent(amounts) | Test::Payments(amounts) => !term.negated && amounts.len() == 1,
        Test::Status(_) => !term.negated,
        _ => true,
    }
}

/// Whether there is a filter of that key.
pub fn is_filter(key: &str) -> bool {
    OFFERED.iter().chain(&CHANGED).any(|(name, _)| *name == key)
}

/// The key without a merchant's own behind it.
pub fn stem(key: &str) -> &str {
    key.split_once('.').map_or(key, |(stem, _)| stem)
}
