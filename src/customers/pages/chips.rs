//! The filters of a list: a chip for each condition of the search, and the controls that write conditions.
//!
//! A control is a form that sends `filter=country`, the search as it is, and what was chosen. The answer is the address of
//! the list with the text that says so.

use jiff::{Timestamp, tz::TimeZone};

use super::state::State;
use crate::{
    customers::search::{self, Period, Query, Term, Test, Value},
    error::{Error, Result},
    input::Pairs,
    values::{CountryCode, Language, metadata},
};

/// The chips and the ways to add one.
#[derive(Default)]
pub struct Filters {
    /// What stands between `OR`s.
    pub groups: Vec<Group>,
    /// Filters to add; none in a search with `OR`, where a filter could belong to either side.
    pub adds: Vec<Form>,
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
    pub form: Option<Form>,
}

/// The control of one filter.
pub struct Form {
    /// Its element's id.
    pub id: String,
    /// The key that it writes.
    pub key: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it does, unlike that of any other.
    pub purpose: String,
    /// Which term it changes, if it adds none.
    pub place: Option<usize>,
    /// How the values are meant: what is sent, how it reads, and whether it is so now.
    pub hows: Vec<(&'static str, &'static str, bool)>,
    /// What is filled in.
    pub control: Control,
}

/// What is filled in.
pub enum Control {
    /// Boxes to tick.
    Checks(Vec<Check>),
    /// Values that are already there, and a field for more from a list of names.
    Names { list: &'static str, chosen: Vec<Check>, example: &'static str },
    /// Any text; several mean any of them.
    Texts(Vec<String>),
    /// A key of the merchant's own and its value.
    Metadata { key: String, values: Vec<String> },
    /// A stretch of time.
    Days { usual: Vec<Usual>, from: String, to: String },
}

/// A box to tick.
pub struct Check {
    /// What is sent.
    pub value: String,
    /// How it reads.
    pub label: String,
    /// Whether it is ticked.
    pub is_on: bool,
}

/// A stretch of time that is often wanted.
pub struct Usual {
    /// How it reads.
    pub label: String,
    /// The list with it.
    pub href: String,
    /// Whether it is the one shown.
    pub is_current: bool,
}

/// The filters that are offered, and after them those that only a chip changes.
const OFFERED: [(&str, &str); 8] = [
    ("country", "Country"),
    ("created", "Created"),
    ("has", "Has"),
    ("kind", "Kind"),
    ("lang", "Language"),
    ("company", "Company"),
    ("metadata", "Metadata"),
    ("status", "Status"),
];
const CHANGED: [(&str, &str); 3] = [("name", "Name"), ("email", "Email"), ("phone", "Phone")];

/// What is asked about kinds and the like, with words for people.
const KINDS: [(&str, &str); 2] = [("person", "Person"), ("organization", "Organization")];
const STATUSES: [(&str, &str); 2] = [("active", "Active"), ("deleted", "Deleted")];
const THINGS: [(&str, &str); 3] = [("email", "An email"), ("phone", "A phone"), ("address", "An address")];

/// Of several metadata values and `has:` terms each may be wanted.
const REPEATED: [&str; 2] = ["has", "metadata"];

impl Filters {
    /// The filters of a search, when it is `now` in `zone`.
    pub fn new(state: &State, query: &Query, zone: &TimeZone, now: Timestamp) -> Self {
        let maker = Maker { state, query, is_single: query.branches.len() == 1, zone, now };
        let groups: Vec<Group> = (0..query.branches.len()).map(|branch| maker.group(branch)).collect();
        let has_many = groups.iter().map(|group| group.chips.len()).sum::<usize>() > 1;
        let is_used = |key: &str| groups.iter().flat_map(|group| &group.chips).any(|chip| chip.is_about(key));
        let adds = OFFERED.iter().filter(|(key, _)| maker.is_single && (REPEATED.contains(key) || !is_used(key)));
        Self {
            adds: adds.filter_map(|(key, _)| maker.form(key, None)).collect(),
            clear: has_many.then(|| state.searching(query.without_keys())),
            groups,
        }
    }
}

impl Group {
    /// Whether nothing of it is shown.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.chips.is_empty()
    }
}

impl Chip {
    fn is_about(&self, key: &str) -> bool {
        self.form.as_ref().is_some_and(|form| form.key == key)
    }

    /// All that it says.
    pub fn label(&self) -> String {
        format!("{} {}", self.about, self.says).trim_end().to_owned()
    }
}

struct Maker<'a> {
    state: &'a State,
    query: &'a Query,
    is_single: bool,
    zone: &'a TimeZone,
    now: Timestamp,
}

impl Maker<'_> {
    fn group(&self, branch: usize) -> Group {
        let mut group = Group { words: Vec::new(), chips: Vec::new() };
        for (place, term) in self.query.branches[branch].terms.iter().enumerate() {
            let Some(key) = term.key() else {
                group.words.extend((!self.is_single).then(|| term.to_string()));
                continue;
            };
            let label = term.label();
            let (about, says) = label.split_once(' ').unwrap_or((&label, ""));
            group.chips.push(Chip {
                about: about.to_owned(),
                says: says.to_owned(),
                remove: self.state.searching(self.query.without(branch, place)),
                form: self.is_single.then(|| self.form(stem(&key), Some((place, term)))).flatten(),
            });
        }
        group
    }

    /// The form that adds a filter, or changes that term. Nothing for a term that it cannot show.
    fn form(&self, key: &str, changed: Option<(usize, &Term)>) -> Option<Form> {
        let (key, title) = *OFFERED.iter().chain(&CHANGED).find(|(name, _)| *name == key)?;
        let term = changed.map(|(_, term)| term);
        let values = term.map(Term::values).unwrap_or_default();
        let negated = term.is_some_and(|term| term.negated);
        let control = match key {
            "country" | "lang" => names(key, &values),
            "kind" => checks(&KINDS, &values),
            "status" => checks(&STATUSES, &values),
            "has" => checks(&THINGS, &values),
            "created" => self.days(changed)?,
            "metadata" => Control::Metadata {
                key: term
                    .and_then(Term::key)
                    .and_then(|key| Some(key.split_once('.')?.1.to_owned()))
                    .unwrap_or_default(),
                values: with_blank(values.clone()),
            },
            _ => Control::Texts(with_blank(values.clone())),
        };
        let hows = match key {
            "created" | "status" if negated => return None,
            "created" | "status" => Vec::new(),
            "has" => vec![
                ("all", "has all of", !negated && values.len() < 2),
                ("any", "has any of", !negated && values.len() > 1),
                ("none", "has none of", negated),
            ],
            "name" | "company" | "phone" => vec![("any", "has", !negated), ("none", "does not have", negated)],
            _ => vec![("any", "is", !negated), ("none", "is not", negated)],
        };
        let place = changed.map(|(place, _)| place);
        let id = place.map_or_else(|| format!("filter-{key}"), |place| format!("filter-{key}-{place}"));
        let purpose = match term {
            Some(term) => format!("Change filter: {}", term.label()),
            None => format!("Add filter: {title}"),
        };
        Some(Form { id, key, title, purpose, place, hows, control })
    }

    fn days(&self, changed: Option<(usize, &Term)>) -> Option<Control> {
        let shown = match changed.map(|(_, term)| &term.test) {
            Some(Test::Created(periods)) if periods.len() == 1 => periods.first(),
            Some(_) => return None,
            None => None,
        };
        let (from, to) = shown.and_then(Period::days).unwrap_or_default();
        let text = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let month = self.now.to_zoned(self.zone.clone()).strftime("%Y-%m").to_string();
        let usual = [
            ("Today", "today"),
            ("Last 7 days", "last-7d"),
            ("Last 30 days", "last-30d"),
            ("Last 90 days", "last-90d"),
            ("This month", &*month),
        ];
        let usual = usual.into_iter().filter_map(|(label, typed)| {
            let period = Period::parse(typed).ok()?;
            let term = Term::of(Test::Created(vec![period]));
            let query = match changed {
                Some((place, _)) => self.query.replaced(0, place, vec![term]),
                None => self.query.with(term),
            };
            let is_current = shown == Some(&period);
            Some(Usual { label: label.to_owned(), href: self.state.searching(query), is_current })
        });
        Some(Control::Days { usual: usual.collect(), from: text(from), to: text(to) })
    }
}

/// The key without a merchant's own behind it.
fn stem(key: &str) -> &str {
    key.split_once('.').map_or(key, |(stem, _)| stem)
}

fn checks(all: &[(&str, &str)], values: &[String]) -> Control {
    let check = |(value, label): &(&str, &str)| Check {
        value: (*value).to_owned(),
        label: (*label).to_owned(),
        is_on: values.iter().any(|on| on == value),
    };
    Control::Checks(all.iter().map(check).collect())
}

fn names(key: &str, values: &[String]) -> Control {
    let is_country = key == "country";
    let name = |code: &str| match is_country {
        true => CountryCode::parse(code).ok().map(CountryCode::name),
        false => Language::parse(code).ok().map(Language::name),
    };
    let check =
        |code: &String| Check { value: code.clone(), label: name(code).unwrap_or(code).to_owned(), is_on: true };
    let chosen = values.iter().map(check).collect();
    match is_country {
        true => Control::Names { list: "countries", chosen, example: "Kenya, UG" },
        false => Control::Names { list: "languages", chosen, example: "Swahili, en" },
    }
}

/// With one more to fill in.
fn with_blank(mut values: Vec<String>) -> Vec<String> {
    values.push(String::new());
    values
}

/// The list with what a filter's form sent.
///
/// # Errors
/// [`Error::BadRequest`] when no form of ours sends that. What cannot be searched for becomes part of the text, where its
/// message leads to it.
pub fn chosen(state: &State, query: &Query, asked: &Pairs, country: CountryCode) -> Result<String> {
    let typed = typed(asked)?;
    let key = asked.first("filter").unwrap_or_default();
    let is_changed = |place: &usize| {
        let term = query.branches.first().and_then(|branch| branch.terms.get(*place));
        query.branches.len() == 1 && term.and_then(Term::key).is_some_and(|own| stem(&own) == key)
    };
    let place = asked.filled("place").and_then(|place| place.parse().ok()).filter(is_changed);
    let terms = match search::parse(&typed, country) {
        Ok(mut read) => read.branches.swap_remove(0).terms,
        Err(_) => {
            let rest = place.map_or_else(|| query.clone(), |place| query.without(0, place));
            return Ok(state.searching(format!("{rest} {typed}").trim()));
        }
    };
    let query = match place {
        Some(place) => query.replaced(0, place, terms),
        None => terms.into_iter().fold(query.clone(), |query, term| query.adding(term)),
    };
    Ok(state.searching(query))
}

/// What a filter's form says, as it would be typed.
fn typed(asked: &Pairs) -> Result<String> {
    let refuse = |sentence: String| Error::BadRequest(sentence.into());
    let key = asked.first("filter").unwrap_or_default();
    if !OFFERED.iter().chain(&CHANGED).any(|(name, _)| *name == key) {
        return Err(refuse(format!("There is no filter “{key}”.")));
    }
    let sent = asked.every("value");
    let values: Vec<&str> = match key {
        "country" | "lang" => sent.into_iter().flat_map(|text| text.split(',')).collect(),
        _ => sent,
    };
    let mut values: Vec<String> =
        values.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).map(written).collect();
    values.dedup();
    let own = asked.filled("metadata_key").map(|own| own.trim_start_matches("metadata."));
    let key = match (key, own) {
        ("metadata", Some(own)) if metadata::is_key(own) => format!("metadata.{own}"),
        ("metadata", Some(_)) => {
            let sentence = "A metadata key has 1 to 40 letters without accents, digits, “_”, “.” or “-”.";
            return Err(refuse(sentence.to_owned()));
        }
        ("metadata", None) => return Ok(String::new()),
        _ => key.to_owned(),
    };
    if key == "created" {
        values.extend(period(asked));
    }
    let how = asked.first("how");
    if how == Some("all") {
        return Ok(values.iter().map(|value| format!("{key}:{value}")).collect::<Vec<_>>().join(" "));
    }
    let minus = if how == Some("none") { "-" } else { "" };
    Ok(if values.is_empty() { String::new() } else { format!("{minus}{key}:{}", values.join(",")) })
}

fn written(text: &str) -> String {
    Value(text).to_string()
}

/// From one day to another, either of them open.
fn period(asked: &Pairs) -> Option<String> {
    let day = |name| asked.filled(name).map(written);
    Some(match (day("from"), day("to")) {
        (Some(from), Some(to)) if from == to => from,
        (Some(from), Some(to)) => format!("{}..{}", (&from).min(&to), (&from).max(&to)),
        (Some(from), None) => format!(">={from}"),
        (None, Some(to)) => format!("<={to}"),
        (None, None) => return None,
    })
}
