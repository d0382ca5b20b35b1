//! The form of one filter, which writes its condition into the search: a page of its own, and what a chip opens.
//!
//! It sends `filter=country`, the search as it is, and what was chosen. The answer is the address of the list with the text
//! that says so.

use std::sync::LazyLock;

use actix_session::Session;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::{Timestamp, tz::TimeZone};

use super::{
    chips::{Opener, is_filter, stem},
    ranges::{self, Kind, Range},
    state::{State, view_asked},
};
use crate::{
    db::Db,
    error::{Error, Result},
    html::{Hx, html},
    input::{Asked, Pairs},
    query::{Problem, Value},
    search::{self, Query, Term},
    shell::{Place, Shell},
    values::{CountryCode, Currency, Language, metadata},
    views::model as views,
    who::SignedIn,
};

/// The form of one filter.
pub struct Form {
    /// What it is called, and what opens it.
    pub opener: Opener,
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
    Names { list: &'static str, options: &'static str, chosen: Vec<Check>, example: &'static str },
    /// Any text; several mean any of them.
    Texts { label: &'static str, values: Vec<String> },
    /// A key of the merchant's own and its value.
    Metadata { key: String, values: Vec<String> },
    /// Two ends.
    Range(Range),
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

/// What is asked about kinds and the like, with words for people.
const KINDS: [(&str, &str); 2] = [("person", "Person"), ("organization", "Organization")];
const STATUSES: [(&str, &str); 2] = [("active", "Active"), ("deleted", "Deleted")];
const CARDS: [(&str, &str); 2] = [("expiring", "Expiring soon"), ("expired", "Expired")];
const THINGS: [(&str, &str); 5] = [
    ("email", "An email"),
    ("phone", "A phone"),
    ("address", "An address"),
    ("card", "A card"),
    ("bank", "A bank account"),
];

/// The choices of the country filter. They are the same on every page, and there are hundreds.
static COUNTRY_OPTIONS: LazyLock<String> = LazyLock::new(|| options(CountryCode::all().map(CountryCode::name)));

/// The choices of the language filter.
static LANGUAGE_OPTIONS: LazyLock<String> = LazyLock::new(|| options(Language::all().map(Language::name)));

fn options(names: impl Iterator<Item = &'static str>) -> String {
    names
        .map(|name| {
            format!(
                "<option value=\"{}\">",
                askama::filters::escape(name, askama::filters::Html)
                    .map_or_else(|_| String::new(), |name| name.to_string())
            )
        })
        .collect()
}

#[derive(Template)]
#[template(path = "customer_list/filter.html", blocks = ["part"])]
struct FilterPage {
    shell: Shell,
    state: State,
    query: Query,
    form: Form,
}

/// GET /customers/filters/{key}: the form that adds a filter to a list, or changes the one at `place`.
pub async fn show(
    who: SignedIn,
    hx: Hx,
    key: web::Path<String>,
    asked: Asked,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (state, query) = list_asked(&who, &asked.0, &db).await?;
    let query = query.map_err(|problem| Error::BadRequest(problem.message.into()))?;
    let place = asked.0.filled("place").map(|place| place.parse::<usize>().map_err(|_| Error::NotFound)).transpose()?;
    let (zone, currency) = (&who.settings.time_zone, who.settings.default_currency);
    let maker = Maker { state: &state, query: &query, zone, currency, now: Timestamp::now() };
    let form = maker.asked(&key, place).ok_or(Error::NotFound)?;
    let page = FilterPage { shell: Shell::new(who, hx, &session, Place::Customers), state, query, form };
    if hx.wants_fragment { html(page.as_part()) } else { html(page) }
}

/// The list that a page about it was asked for with, and its search if that is understood.
///
/// # Errors
/// When the parameters are damaged or the view is not there.
pub async fn list_asked(
    who: &SignedIn,
    asked: &Pairs,
    db: &Db,
) -> Result<(State, std::result::Result<Query, Problem>)> {
    let (account, staff) = (who.account, who.staff);
    let view = match view_asked(asked)? {
        Some(id) => Some(db.read(move |conn| views::find(conn, account, staff, id)).await?),
        None => None,
    };
    let state = State::read(asked, view)?;
    let query = search::parse(&state.q, who.settings.default_country);
    Ok((state, query))
}

struct Maker<'a> {
    state: &'a State,
    query: &'a Query,
    zone: &'a TimeZone,
    currency: Currency,
    now: Timestamp,
}

impl Maker<'_> {
    /// The form of that filter; none in a search with `OR`, where it could belong to either side.
    fn asked(&self, key: &str, place: Option<usize>) -> Option<Form> {
        let [branch] = &self.query.branches[..] else { return None };
        let Some(place) = place else { return self.form(key, None) };
        let term = branch.terms.get(place)?;
        let is_of_key = term.key().is_some_and(|own| stem(&own) == key);
        is_of_key.then(|| self.form(key, Some((place, term)))).flatten()
    }

    /// The form that adds a filter, or changes that term. Nothing for a term that it cannot show.
    fn form(&self, key: &str, changed: Option<(usize, &Term)>) -> Option<Form> {
        let opener = Opener::new(self.state, key, changed)?;
        let term = changed.map(|(_, term)| term);
        let values = term.map(Term::values).unwrap_or_default();
        let negated = term.is_some_and(|term| term.negated);
        let range = ranges::Asker { state: self.state, query: self.query, changed };
        let control = match opener.key {
            "country" | "lang" => names(key, &values),
            "kind" => checks(&KINDS, &values),
            "status" => checks(&STATUSES, &values),
            "has" => checks(&THINGS, &values),
            "card" => checks(&CARDS, &values),
            "created" | "last_payment" => Control::Range(range.days(key, self.zone, self.now)?),
            "spent" => Control::Range(range.amounts(self.currency)?),
            "payments" => Control::Range(range.counts()?),
            "metadata" => Control::Metadata {
                key: term
                    .and_then(Term::key)
                    .and_then(|key| Some(key.split_once('.')?.1.to_owned()))
                    .unwrap_or_default(),
                values: with_blank(values.clone()),
            },
            "last4" => Control::Texts { label: "Last four digits", values: with_blank(values.clone()) },
            _ => Control::Texts { label: "Words", values: with_blank(values.clone()) },
        };
        let hows = match opener.key {
            "created" | "last_payment" | "spent" | "payments" | "status" => Vec::new(),
            "last4" => vec![("any", "ends in", !negated), ("none", "does not end in", negated)],
            "has" => vec![
                ("all", "has all of", !negated && values.len() < 2),
                ("any", "has any of", !negated && values.len() > 1),
                ("none", "has none of", negated),
            ],
            "name" | "company" | "phone" => vec![("any", "has", !negated), ("none", "does not have", negated)],
            _ => vec![("any", "is", !negated), ("none", "is not", negated)],
        };
        Some(Form { place: changed.map(|(place, _)| place), opener, hows, control })
    }
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
        true => Control::Names { list: "countries", options: &COUNTRY_OPTIONS, chosen, example: "Kenya, UG" },
        false => Control::Names { list: "languages", options: &LANGUAGE_OPTIONS, chosen, example: "Swahili, en" },
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
    if !is_filter(key) {
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
    values.extend(ranges::typed(&key, asked));
    let how = asked.first("how");
    if how == Some("all") {
        return Ok(values.iter().map(|value| format!("{key}:{value}")).collect::<Vec<_>>().join(" "));
    }
    let minus = if how == Some("none") { "-" } else { "" };
    Ok(if values.is_empty() { String::new() } else { format!("{minus}{key}:{}", values.join(",")) })
}

/// As it must be typed behind a key.
pub fn written(text: &str) -> String {
    Value(text).to_string()
}
