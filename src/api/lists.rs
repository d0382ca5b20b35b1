//! Lists: the parameters of a call, and the object `list` with its cursors.

use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    refusal::{Refusal, Result},
    told::{Kind, Parameter},
};
use crate::{
    codes::Code,
    db::PAUSE,
    error::Error,
    input::{FieldError, FormFields},
    paging::{Cursor, CursorError, Direction, Limit, SortTag},
    query::{Problem, Query},
    values::{nearest::nearest_of, text},
};

/// The number of things on a page.
pub const LIMIT: Parameter =
    Parameter::text("limit", "How many things come at once; 20 when it is not given.").of(Kind::Whole(1, 100));
/// The place after which a page begins.
pub const AFTER: Parameter = Parameter::text(
    "after",
    "Begins after this place: the `next_cursor` of an answer or, in the order of creation, any id.",
)
.refusing(&[Code::CursorDamaged, Code::CursorOfOtherSort]);
/// The place before which a page ends.
pub const BEFORE: Parameter = Parameter::text(
    "before",
    "Ends before this place: the `previous_cursor` of an answer or, in the order of creation, any id.",
)
.refusing(&[Code::CursorDamaged, Code::CursorOfOtherSort]);

/// The parameters after the `?`. They are checked only for a key that may make the call.
pub struct Parameters(Result<FormFields>);

impl FromRequest for Parameters {
    type Error = Refusal;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self::parse(req.query_string())))
    }
}

impl Parameters {
    /// Reads what stands behind the `?`.
    pub fn parse(query: &str) -> Self {
        Self(FormFields::parse(query.as_bytes()).map_err(Refusal::from))
    }

    /// Refuses what is in no list of names, and what comes twice.
    ///
    /// # Errors
    /// `unknown_parameter`, with the nearest known one of each; `invalid_parameter` for what comes twice alone.
    pub fn check(&self, known: &[Parameter]) -> Result<()> {
        let known: Vec<&str> = known.iter().map(|one| one.name).collect();
        let fields = match &self.0 {
            Ok(fields) => fields,
            Err(_) => return Err(Refusal::new(Code::InvalidParameter, "A parameter is not text (UTF-8).")),
        };
        let mut faults = Vec::new();
        for (n, (name, _)) in fields.0.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                faults.push(unknown(name, &known));
            } else if fields.0[..n].iter().any(|(earlier, _)| earlier == name) {
                faults.push(fault(name, Code::GivenTwice, format!("“{name}” comes twice. Send it once."), None));
            }
        }
        let is_unknown = faults.iter().any(|fault| fault.code == Code::UnknownParameter);
        match (faults.is_empty(), is_unknown) {
            (true, _) => Ok(()),
            (false, true) => Err(Refusal::fields(Code::UnknownParameter, faults)),
            (false, false) => Err(Refusal::fields(Code::InvalidParameter, faults)),
        }
    }

    /// Returns whether no other parameter than these is given.
    pub fn has_only(&self, known: &[Parameter]) -> bool {
        self.0.as_ref().is_ok_and(|fields| fields.0.iter().all(|(name, _)| known.iter().any(|one| one.name == name)))
    }

    /// Returns a parameter that is not empty.
    pub fn given(&self, name: &str) -> Option<&str> {
        self.0.as_ref().ok()?.first(name).filter(|text| !text.is_empty())
    }

    /// Returns a parameter that must not be empty: without it the answer would be about everything.
    ///
    /// # Errors
    /// `invalid_parameter`.
    pub fn filled(&self, name: &str) -> Result<Option<&str>> {
        let given = self.0.as_ref().ok().and_then(|fields| fields.first(name)).map(str::trim);
        match given {
            Some("") => Err(self.wrong(name, format!("“{name}” is empty. Fill it, or leave it out."))),
            given => Ok(given),
        }
    }

    /// Reads a parameter that takes an id of what it is named after: `customer`.
    ///
    /// # Errors
    /// `invalid_parameter`.
    pub fn id<I: FromStr>(&self, one: &Parameter) -> Result<Option<I>> {
        let (name, Kind::Id(prefix)) = (one.name, one.kind) else {
            return Err(Error::internal("a parameter that takes no id").into());
        };
        let malformed = |_| self.wrong(name, format!("“{name}” is the id of a {name}, like {prefix}_01h…."));
        self.filled(name)?.map(str::parse).transpose().map_err(malformed)
    }

    /// Reads a parameter that takes one of a few words.
    ///
    /// # Errors
    /// `invalid_parameter`.
    pub fn word(&self, one: &Parameter) -> Result<Option<&'static str>> {
        let (name, Kind::OneOf(words)) = (one.name, one.kind) else {
            return Err(Error::internal("a parameter that takes no words").into());
        };
        let Some(given) = self.filled(name)? else { return Ok(None) };
        let known = words.iter().copied().find(|word| *word == given);
        known.map(Some).ok_or_else(|| self.wrong(name, format!("“{name}” is one of {}.", words.join(", "))))
    }

    /// Reads the search in `q`; without one it finds everything.
    ///
    /// # Errors
    /// `query_not_understood`.
    pub fn query(&self, parse: impl FnOnce(&str) -> std::result::Result<Query, Problem>) -> Result<Query> {
        let Some(q) = self.given("q").map(text::searched) else { return Ok(Query::default()) };
        parse(&q).map_err(|problem| not_understood(&q, &problem))
    }

    /// Returns the refusal of a parameter.
    pub fn wrong(&self, name: &str, message: impl Into<String>) -> Refusal {
        Refusal::fields(Code::InvalidParameter, vec![fault(name, Code::InvalidParameter, message.into(), None)])
    }

    /// Reads `true` or `false`; absent is false.
    ///
    /// # Errors
    /// `invalid_parameter`.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.given(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(self.wrong(name, format!("“{name}” is true or false."))),
        }
    }

    /// Reads `limit`.
    ///
    /// # Errors
    /// `invalid_parameter`.
    pub fn limit(&self) -> Result<Limit> {
        let Some(text) = self.given("limit") else { return Ok(Limit::API) };
        Limit::parse(text).map_err(|err| self.wrong("limit", err.to_string()))
    }

    /// Reads `after` and `before`: a cursor of this order, or with `of_id` any id.
    ///
    /// # Errors
    /// `cursor_damaged`, `cursor_of_other_sort`, `invalid_parameter`.
    pub fn direction<I: FromStr>(&self, sort: SortTag, of_id: Option<impl Fn(I) -> Cursor>) -> Result<Direction> {
        let (after, before) = (self.given("after"), self.given("before"));
        if let Some(of_id) = of_id {
            let id = |text: Option<&str>| text.and_then(|text| text.parse().ok()).map(&of_id);
            match (id(after), id(before)) {
                (Some(after), None) if before.is_none() => return Ok(Direction::After(after)),
                (None, Some(before)) if after.is_none() => return Ok(Direction::Before(before)),
                _ => {}
            }
        }
        Direction::parse(after, before, sort).map_err(|err| match err {
            CursorError::Both => self.wrong("before", err.to_string()),
            CursorError::Broken => damaged(),
            CursorError::OtherSort => {
                Refusal::new(Code::CursorOfOtherSort, "This cursor is of another sort. Begin without one.")
            }
        })
    }
}

/// Returns the refusal of a search, with the place of what was not understood, in characters.
fn not_understood(q: &str, problem: &Problem) -> Refusal {
    let place = |at: usize| q.get(..at).map_or(0, |before| before.chars().count());
    let span = vec![place(problem.span.start), place(problem.span.end)];
    Refusal::new(Code::QueryNotUnderstood, problem.message.clone())
        .with("span", span)
        .with("did_you_mean", problem.instead.clone())
}

/// Returns the refusal of a cursor that was changed on the way.
pub fn damaged() -> Refusal {
    Refusal::new(Code::CursorDamaged, "This cursor is damaged. Begin without one.")
}

/// Returns the refusal of a search that takes too long. What it found until then would pass for all there is.
pub fn stopped() -> Refusal {
    let message = "This search took too long and was stopped. Narrow it.";
    Refusal::new(Code::Unavailable, message).after(PAUSE)
}

fn fault(name: &str, code: Code, message: String, did_you_mean: Option<String>) -> FieldError {
    FieldError { field: name.to_owned(), label: String::new(), message, code, did_you_mean }
}

/// The words of other systems for a place in a list, which look alike and are not.
const PAGING: [&str; 8] =
    ["offset", "page", "size", "from", "starting_after", "ending_before", "per_page", "page_size"];

fn unknown(name: &str, known: &[&str]) -> FieldError {
    let is_paging = PAGING.iter().any(|word| word.eq_ignore_ascii_case(name)) && known.contains(&"after");
    let near = match name {
        "search" | "query" if known.contains(&"q") => Some("q"),
        _ if is_paging => Some("after"),
        _ => nearest_of(name, known.iter().copied()),
    };
    let hint = match near {
        Some("after") if is_paging => " Lists are read with “limit”, and “after” from the answer before.".to_owned(),
        Some(near) => format!(" Did you mean “{near}”?"),
        None => String::new(),
    };
    let message = format!("There is no parameter “{name}”.{hint}");
    fault(name, Code::UnknownParameter, message, near.map(str::to_owned))
}

/// A page of a list.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "{T}List")]
pub struct ListObject<T> {
    /// Names the kind of object.
    #[schemars(extend("const" = "list"))]
    object: &'static str,
    /// The path of the list.
    #[schemars(example = &"/v1/customers")]
    url: String,
    /// What is on this page.
    data: Vec<T>,
    /// Whether the list goes on behind this page.
    has_more: bool,
    /// The place to go on from, sent as `after`.
    next_cursor: Option<String>,
    /// The place to go back from, sent as `before`.
    previous_cursor: Option<String>,
}

impl<T> ListObject<T> {
    /// Makes the page at `url` with the places where it goes on and back.
    pub fn new(url: impl Into<String>, data: Vec<T>, next: Option<Cursor>, previous: Option<Cursor>) -> Self {
        Self {
            object: "list",
            url: url.into(),
            data,
            has_more: next.is_some(),
            next_cursor: next.map(|place| place.to_string()),
            previous_cursor: previous.map(|place| place.to_string()),
        }
    }
}

/// How many things a search finds.
#[derive(Debug, JsonSchema, Serialize)]
#[schemars(rename = "Count")]
pub struct CountObject {
    /// Names the kind of object.
    #[schemars(extend("const" = "count"))]
    object: &'static str,
    /// How many there are.
    #[schemars(example = 1000)]
    count: i64,
    /// Whether there are more, or may be.
    #[schemars(example = true)]
    capped: bool,
}

impl CountObject {
    /// Makes the number, which may be less than there are.
    pub fn new(count: i64, capped: bool) -> Self {
        Self { object: "count", count, capped }
    }
}
