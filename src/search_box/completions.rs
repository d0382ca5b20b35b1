//! The list below a search box of what can take the place of the word that the caret is in. It is asked for while
//! somebody types, beside the rows.

use actix_web::HttpResponse;
use askama::Template;

use super::{Opening, Opens};
use crate::{
    error::{Error, Result},
    html::html,
    input::FormFields,
    query::{Caret, Completion, Keyword, LONGEST, Number, Own, Term, Typing, Values, Vocabulary},
};

/// The most entries of a group.
const MOST: usize = 8;

/// What a list knows of the account's own values.
pub trait Occurring {
    /// Returns the values that may occur behind keys, each with its key and the merchant's own key if there is one,
    /// without a look at the rows.
    fn known(&mut self) -> Result<Vec<(&'static Keyword, Known)>>;

    /// Returns the values that occur behind a key, the likeliest first. `own` is the merchant's own key; without one,
    /// these keys are the values.
    fn values(&mut self, key: &'static Keyword, own: Option<&Own>) -> Result<Vec<String>>;

    /// Returns the number of rows that a term finds; nothing when it could not be counted in little time.
    fn number(&mut self, term: &Term) -> Result<Option<Number>>;
}

/// Values that may occur behind one key.
pub enum Known {
    /// Values of the key.
    Values(Vec<String>),
    /// The merchant's own keys behind its dot.
    OwnKeys(Vec<String>),
}

/// The text in the box, with the place of the caret in bytes.
#[derive(Clone, Debug)]
pub struct Typed {
    pub text: String,
    at: usize,
}

impl Typed {
    /// Reads `q`, as it stands in the box, and `at`.
    pub fn read(asked: &FormFields) -> Self {
        Self::at(asked, asked.first("at").and_then(|at| at.parse().ok()).unwrap_or(usize::MAX))
    }

    /// Reads `q` with the caret at a place that is counted in UTF-16, as browsers do.
    pub fn at(asked: &FormFields, at: usize) -> Self {
        let text = asked.first("q").unwrap_or_default();
        Self { text: text.to_owned(), at: byte_at(text, at) }
    }

    /// Returns whether the caret is in a word that may find something only when it is whole.
    pub fn is_unfinished(&self, words: &Vocabulary) -> bool {
        self.caret(words).is_some_and(|caret| caret.is_unfinished(words))
    }

    /// Returns the word that the caret is in.
    pub fn caret(&self, words: &Vocabulary) -> Option<Caret> {
        let is_short = self.text.chars().nth(LONGEST).is_none();
        is_short.then(|| Caret::at(&self.text, self.at, words)).flatten()
    }
}

fn byte_at(text: &str, utf16: usize) -> usize {
    let mut left = utf16;
    let behind = text.char_indices().find(|(_, c)| {
        let is_behind = left < c.len_utf16();
        left = left.saturating_sub(c.len_utf16());
        is_behind
    });
    behind.map_or(text.len(), |(at, _)| at)
}

/// The list.
#[derive(Default, Template)]
#[template(path = "search_box/completions.html")]
pub struct Completions {
    /// The text that it completes.
    pub text: String,
    /// True when the first entry is what Enter takes, since nothing else can be meant.
    pub is_first_chosen: bool,
    /// The entries by group, none of them empty.
    pub groups: Vec<Group>,
}

/// Entries of one kind.
pub struct Group {
    pub id: &'static str,
    pub title: &'static str,
    pub entries: Vec<Entry>,
}

/// An entry.
pub struct Entry {
    /// The text that it puts into the box, or the name of what it opens.
    pub shown: String,
    /// The words that say what it means.
    pub says: String,
    /// The number of rows that it finds.
    pub count: Option<Number>,
    pub does: Does,
}

impl Entry {
    /// Makes the entry of the page that a pasted ID opens, if there is one in this account.
    fn opening(opening: Opening) -> Option<Self> {
        let Opening { id, place: Opens::Here(page, path) } = opening else { return None };
        Some(Self { shown: page.opens.to_owned(), says: id.to_string(), count: None, does: Does::Open(path) })
    }
}

/// The action of an entry.
pub enum Does {
    /// The box has this text, and the caret is behind so many UTF-16 units.
    Complete(String, usize),
    /// A page is opened.
    Open(String),
}

impl Completions {
    /// Makes the list for what is typed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn new(typed: &Typed, words: &Vocabulary, occurring: &mut impl Occurring) -> Result<Self> {
        let mut list = Self { text: typed.text.clone(), ..Self::default() };
        let Some(caret) = typed.caret(words) else { return Ok(list) };
        let offered = caret.completions(words);
        let mut seen = Vec::new();
        match &caret.typing {
            Typing::Word(_) => {
                for (key, known) in occurring.known()? {
                    match known {
                        Known::Values(values) => seen.extend(caret.occurring(key, None, &values)),
                        Known::OwnKeys(names) => seen.extend(caret.own_keys(key, &names)),
                    }
                }
            }
            Typing::Own { key, .. } => {
                let names = occurring.values(key, None)?;
                seen.extend(caret.own_keys(key, &names));
            }
            Typing::Value { key, own, .. } => {
                let values = occurring.values(key, own.as_ref())?;
                list.is_first_chosen = caret.needs_completion(words, &values);
                seen.extend(caret.occurring(key, own.as_ref(), &values));
            }
        }
        let (values, keys): (Vec<_>, Vec<_>) = offered.into_iter().partition(|one| one.term.is_some());
        // What finds nobody is no help, and neither is what is there already.
        let mut entries = |offered: Vec<Completion>, occurs: bool| -> Result<Vec<Entry>> {
            let mut entries = Vec::new();
            for one in offered {
                if entries.len() == MOST {
                    break;
                }
                let is_counted = one.term.as_ref().is_some_and(is_counted);
                let count = one.term.as_ref().filter(|_| is_counted).map(|term| occurring.number(term));
                let count = count.transpose()?.flatten();
                // What was not counted in time may have had customers once, and none now.
                let is_there = count.map_or(!(occurs && is_counted), |count| count != Number::Exactly(0));
                if is_there && typed.text[caret.span.clone()] != one.text {
                    // The number of those whom a minus leaves out is none of what it finds.
                    entries.push(entry(typed, &caret, &one, count.filter(|_| !caret.negated)));
                }
            }
            Ok(entries)
        };
        list.add("keys", "Filters", entries(keys, false)?);
        list.add("values", "Values", entries(values, false)?);
        list.add("seen", "Seen here", entries(seen, true)?);
        Ok(list)
    }

    /// Adds the page that a pasted ID opens.
    pub fn add_opening(&mut self, opening: Option<Opening>) {
        self.add("opens", "By its ID", opening.and_then(Entry::opening).into_iter().collect());
    }

    /// Answers with a list. What the database does not tell in time is left out: rows and their trouble are another
    /// answer's business.
    ///
    /// # Errors
    /// Any other of the list's.
    pub fn answer(list: Result<Self>) -> Result<HttpResponse> {
        match list {
            Err(Error::Unavailable(_) | Error::TookTooLong) => html(Self::default()),
            list => html(list?),
        }
    }

    /// Adds a group behind the others, unless it is empty.
    pub fn add(&mut self, id: &'static str, title: &'static str, entries: Vec<Entry>) {
        if !entries.is_empty() {
            self.groups.push(Group { id, title, entries });
        }
    }
}

/// Returns whether so many values are compared as they are that their number says something.
fn is_counted(term: &Term) -> bool {
    let Some(keyed) = term.keyed() else { return false };
    // Of a field of the merchant's own, what is compared as a whole.
    if keyed.key.is_of_fields() {
        return matches!(keyed.kind(), Values::Exact | Values::Choice(_));
    }
    matches!(
        keyed.key.values,
        Values::Choice(_) | Values::Things | Values::Country | Values::Language | Values::Currency | Values::Own
    )
}

fn entry(typed: &Typed, caret: &Caret, completion: &Completion, count: Option<Number>) -> Entry {
    let (text, at) = caret.completed(&typed.text, completion);
    let units = text[..at].encode_utf16().count();
    let Completion { text: shown, says, .. } = completion.clone();
    Entry { shown, says, count, does: Does::Complete(text, units) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_is_counted_as_browsers_do() {
        for (text, units, bytes) in [
            ("", 0, 0),
            ("ab", 1, 1),
            ("ab", 9, 2),
            ("é-", 1, 2),
            ("日本x", 2, 6),
            ("𝒜b", 2, 4),
            ("𝒜b", 1, 0),
            ("𝒜b", 3, 5),
        ] {
            assert_eq!(byte_at(text, units), bytes, "{text} {units}");
        }
    }
}
