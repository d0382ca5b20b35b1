//! The form of one filter, which writes its condition into the search. It is a page of its own, and opens from a chip.
//!
//! It sends `filter=country`, the current search, and the chosen values. The answer redirects to the list with the new
//! text.

use std::sync::LazyLock;

use super::{
    List, Range, RefusedFragment,
    chips::{Opener, has_filter},
    completions::Occurring,
    ranges::{self, RangeForm},
};
use actix_web::HttpResponse;

use crate::{
    codes::Code,
    error::{Error, Result},
    html,
    input::FormFields,
    query::{
        Choice, Home, Keyed, Keyword, Number, Own, Query, Says, Term, Values, Vocabulary, Written, kind_of, parse,
    },
    shell::Visit,
    values::{CountryCode, Currency, Language, metadata},
};

/// The most values that are offered; more can be typed.
const MOST_OFFERED: usize = 12;

/// The form of one filter.
pub struct Form {
    /// The button that opens it, with its name.
    pub opener: Opener,
    /// The filters beside it, when it adds one.
    pub back: Option<String>,
    /// The list that it leads to.
    pub action: &'static str,
    /// The other parameters that it sends, so that the list stays as it is otherwise.
    pub kept: Vec<(&'static str, String)>,
    /// The current search.
    pub query: String,
    /// The place of the term that it changes, if it adds none.
    pub place: Option<usize>,
    /// The ways to mean the values: the text that is sent, its label, and whether it is chosen now.
    pub hows: Vec<(&'static str, &'static str, bool)>,
    /// The control that is filled in.
    pub control: Control,
}

/// The control that is filled in.
pub enum Control {
    /// Boxes to tick.
    Checks(Vec<Check>),
    /// Boxes for the values that are chosen or that most have, and a field for more from a list of names.
    Names { list: &'static str, options: &'static str, checks: Vec<Check>, example: &'static str },
    /// Any text; several mean any of them.
    Texts { label: &'static str, values: Vec<String> },
    /// A key of the merchant's own, among those that are known, and its value.
    Metadata { key: String, known: Vec<String>, values: Vec<String> },
    /// The two ends of a range.
    Range(Range),
}

/// A box to tick.
pub struct Check {
    /// The value that is sent.
    pub value: String,
    /// The label.
    pub label: String,
    /// True when it is ticked.
    pub is_on: bool,
    /// The number of rows that have the value, if it is known.
    pub count: Option<Number>,
}

/// What occurs behind the key of a form.
#[derive(Debug, Default)]
pub struct Offered {
    /// The values, the likeliest first, each with the number of rows that have it.
    pub values: Vec<(String, Option<Number>)>,
    /// The merchant's own keys.
    pub own_keys: Vec<String>,
}

impl Offered {
    /// Reads what occurs behind a key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(words: &Vocabulary, name: &str, occurring: &mut impl Occurring) -> Result<Self> {
        let Some((key, own)) = words.filter(name) else { return Ok(Self::default()) };
        // What a field of the merchant's own has is among its choices, or as good as unique.
        if own.is_some() {
            return Ok(Self::default());
        }
        if key.is_own() {
            return Ok(Self { own_keys: occurring.values(key, None)?, ..Self::default() });
        }
        let mut offered = Self::default();
        for value in occurring.values(key, None)?.into_iter().take(MOST_OFFERED) {
            let Some(term) = Term::of_value(key, None, &value) else { continue };
            offered.values.push((value, occurring.number(&term)?));
        }
        // What finds nobody is no help.
        offered.values.retain(|(_, count)| *count != Some(Number::Exactly(0)));
        Ok(offered)
    }
}

/// The choices of the country filter. They are the same on every page, and there are hundreds.
static COUNTRY_OPTIONS: LazyLock<String> = LazyLock::new(|| options(CountryCode::all().map(CountryCode::name)));

/// The choices of the language filter.
static LANGUAGE_OPTIONS: LazyLock<String> = LazyLock::new(|| options(Language::all().map(Language::name)));

fn options(names: impl Iterator<Item = &'static str>) -> String {
    let escaped = |name| askama::filters::escape(name, askama::filters::Html).map(|name| name.to_string());
    names.filter_map(|name| escaped(name).ok()).map(|name| format!("<option value=\"{name}\">")).collect()
}

/// Makes the forms of a list's filters.
pub struct Maker<'a> {
    pub list: &'a dyn List,
    pub query: &'a Query,
    pub words: &'a Vocabulary,
    /// The currency of amounts without one.
    pub currency: Currency,
    /// What occurs behind the key.
    pub offered: Offered,
}

impl Maker<'_> {
    /// Makes the form of that filter; none in a search with `OR`, where it could belong to either side.
    pub fn form(&self, key: &str, place: Option<usize>) -> Option<Form> {
        let [branch] = &self.query.branches[..] else { return None };
        let (key, own) = self.words.filter(key)?;
        let own = own.as_ref();
        let changed = match place {
            None => None,
            Some(place) => Some((place, branch.terms.get(place).filter(|term| is_of(term, key, own))?)),
        };
        let term = changed.map(|(_, term)| term);
        Some(Form {
            opener: Opener::new(self.list, key, own, changed, self.currency)?,
            back: place.is_none().then(|| self.list.filters()),
            action: self.list.path(),
            kept: self.list.kept_beside("q"),
            query: self.query.to_string(),
            place,
            hows: hows(key, own, term),
            control: self.control(key, own, changed)?,
        })
    }

    /// Makes the control of a key; nothing for a term that no form can show.
    fn control(&self, key: &'static Keyword, own: Option<&Own>, changed: Option<(usize, &Term)>) -> Option<Control> {
        let keyed = changed.and_then(|(_, term)| term.keyed());
        let values = keyed.map(Keyed::texts).unwrap_or_default();
        let kind = kind_of(key, own);
        if let Some(choices) = self.words.choices(kind) {
            return Some(checks(&choices, &values));
        }
        if let Some(field) = own.and_then(Own::field).filter(|field| field.kind.has_choices()) {
            return Some(own_checks(&field.choices, &values));
        }
        Some(match kind {
            Values::Country | Values::Language => names(key, &values, &self.offered),
            Values::Days | Values::Amounts | Values::Counts(_) | Values::Numbers => {
                let form = RangeForm { list: self.list, query: self.query, key, own, changed };
                Control::Range(form.range(self.currency)?)
            }
            Values::Own => Control::Metadata {
                key: keyed.and_then(|keyed| keyed.own.as_ref()).map(ToString::to_string).unwrap_or_default(),
                known: self.offered.own_keys.clone(),
                values: with_blank(values),
            },
            Values::Last4 => Control::Texts { label: "Last four digits", values: with_blank(values) },
            Values::Exact if own.is_some() => Control::Texts { label: "Value", values: with_blank(values) },
            Values::Currency => Control::Texts { label: "Codes", values: with_blank(values) },
            _ => Control::Texts { label: "Words", values: with_blank(values) },
        })
    }
}

/// Returns the ways to mean the values of a key, if there are any.
fn hows(key: &Keyword, own: Option<&Own>, term: Option<&Term>) -> Vec<(&'static str, &'static str, bool)> {
    let negated = term.is_some_and(|term| term.negated);
    let has_many = term.and_then(Term::keyed).is_some_and(|keyed| keyed.values.len() > 1);
    match (kind_of(key, own), key.says) {
        (Values::Days | Values::Amounts | Values::Counts(_) | Values::Numbers, _) | (_, Says::Alone) => Vec::new(),
        (_, Says::Owns) => vec![
            ("all", "has all of", !negated && !has_many),
            ("any", "has any of", !negated && has_many),
            ("none", "has none of", negated),
        ],
        (_, Says::EndsIn) => vec![("any", "ends in", !negated), ("none", "does not end in", negated)],
        (_, Says::Has) => vec![("any", "has", !negated), ("none", "does not have", negated)],
        _ => vec![("any", "is", !negated), ("none", "is not", negated)],
    }
}

fn checks(choices: &[&'static Choice], values: &[String]) -> Control {
    let check = |choice: &&'static Choice| Check {
        value: choice.word.to_owned(),
        label: choice.label.to_owned(),
        is_on: values.iter().any(|on| on == choice.word),
        count: None,
    };
    Control::Checks(choices.iter().map(check).collect())
}

/// Makes the boxes for the choices of a field of the merchant's own, and for those that are asked for besides.
fn own_checks(choices: &[String], values: &[String]) -> Control {
    let is_same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let check = |text: &String| Check {
        value: text.clone(),
        label: text.clone(),
        is_on: values.iter().any(|on| is_same(on, text)),
        count: None,
    };
    let others = values.iter().filter(|value| !choices.iter().any(|choice| is_same(choice, value)));
    Control::Checks(choices.iter().chain(others).map(check).collect())
}

/// Returns whether a term is of a key, and of the merchant's field behind it if that is given.
fn is_of(term: &Term, key: &Keyword, own: Option<&Own>) -> bool {
    let field = || term.keyed().and_then(|keyed| keyed.own.as_ref()).map(Own::key);
    term.is_of(key.name) && own.is_none_or(|own| field() == Some(own.key()))
}

fn names(key: &Keyword, values: &[String], offered: &Offered) -> Control {
    let is_country = matches!(key.values, Values::Country);
    let name = |code: &str| match is_country {
        true => CountryCode::parse(code).ok().map(CountryCode::name),
        false => Language::parse(code).ok().map(Language::name),
    };
    let check = |code: &String, count, is_on| Check {
        value: code.clone(),
        label: name(code).unwrap_or(code).to_owned(),
        is_on,
        count,
    };
    let count = |code: &String| offered.values.iter().find(|(known, _)| known == code).and_then(|(_, count)| *count);
    let others = offered.values.iter().filter(|(code, _)| !values.contains(code));
    let chosen = values.iter().map(|code| check(code, count(code), true));
    let checks = chosen.chain(others.map(|(code, count)| check(code, *count, false))).collect();
    match is_country {
        true => Control::Names { list: "countries", options: &COUNTRY_OPTIONS, checks, example: "Kenya, UG" },
        false => Control::Names { list: "languages", options: &LANGUAGE_OPTIONS, checks, example: "Swahili, en" },
    }
}

/// Returns the values with one more to fill in.
fn with_blank(mut values: Vec<String>) -> Vec<String> {
    values.push(String::new());
    values
}

/// The list that a filter's form leads to.
#[derive(Debug, PartialEq, Eq)]
pub struct Filtered {
    /// Its address.
    pub href: String,
    /// The sentence about a value that cannot be searched for. It has become part of the text, and the message of the
    /// list points at it.
    pub refused: Option<String>,
}

impl Filtered {
    /// Answers with the list. What was refused is said in the panel with the form, which stays as it is.
    pub fn answer(self, visit: &Visit) -> Result<HttpResponse> {
        match self.refused.filter(|_| visit.hx.wants_fragment) {
            Some(sentence) => Ok(visit.retargeted(html::invalid(RefusedFragment { sentence })?, "#filter-problem")),
            None => Ok(html::see_other(self.href)),
        }
    }
}

/// Returns the list with what a filter's form sent.
///
/// # Errors
/// [`Error::BadRequest`] when none of our forms sends that.
pub fn chosen(list: &dyn List, query: &Query, asked: &FormFields, home: &Home, words: &Vocabulary) -> Result<Filtered> {
    let name = asked.first("filter").unwrap_or_default();
    let known = words.filter(name).filter(|(key, _)| has_filter(key));
    let (key, own) =
        known.ok_or_else(|| Error::BadRequest(Code::InvalidParameter.says(format!("There is no filter “{name}”."))))?;
    let typed = typed(key, own.as_ref(), asked, home)?;
    let is_changed = |place: &usize| {
        let term = query.branches.first().and_then(|branch| branch.terms.get(*place));
        query.branches.len() == 1 && term.is_some_and(|term| is_of(term, key, own.as_ref()))
    };
    let place = asked.filled("place").and_then(|place| place.parse().ok()).filter(is_changed);
    let terms = match parse(&typed, home.clone(), words) {
        Ok(mut read) => read.branches.swap_remove(0).terms,
        Err(problem) => {
            let rest = place.map_or_else(|| query.clone(), |place| query.without(0, place));
            let href = list.searching(format!("{rest} {typed}").trim());
            return Ok(Filtered { href, refused: Some(problem.message) });
        }
    };
    let query = match place {
        Some(place) => query.replaced(0, place, terms),
        None => terms.into_iter().fold(query.clone(), |query, term| query.adding(term)),
    };
    Ok(Filtered { href: list.searching(&query.to_string()), refused: None })
}

/// Returns what a filter's form says, as it would be typed.
fn typed(key: &Keyword, own: Option<&Own>, asked: &FormFields, home: &Home) -> Result<String> {
    let sent = asked.every("value");
    let values: Vec<&str> = match key.values {
        Values::Country | Values::Language | Values::Currency => {
            sent.into_iter().flat_map(|text| text.split(',')).collect()
        }
        _ => sent,
    };
    let filled = values.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    let mut values: Vec<String> = filled.map(|text| Written(text).to_string()).collect();
    values.dedup();
    let name = if let Some(own) = own {
        format!("{}.{own}", key.name)
    } else if key.is_own() {
        match asked.filled("metadata_key").map(|own| own.trim_start_matches("metadata.")) {
            Some(own) if metadata::is_key(own) => format!("{}.{own}", key.name),
            Some(_) => {
                let sentence = "A metadata key has 1 to 40 letters without accents, digits, “_”, “.” or “-”.";
                return Err(Error::BadRequest(Code::InvalidParameter.says(sentence)));
            }
            None => return Ok(String::new()),
        }
    } else {
        key.name.to_owned()
    };
    values.extend(ranges::typed(kind_of(key, own), asked, home));
    let how = asked.first("how");
    if how == Some("all") {
        return Ok(values.iter().map(|value| format!("{name}:{value}")).collect::<Vec<_>>().join(" "));
    }
    let minus = if how == Some("none") { "-" } else { "" };
    Ok(if values.is_empty() { String::new() } else { format!("{minus}{name}:{}", values.join(",")) })
}
