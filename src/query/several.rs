//! Several emails, phones or IDs in one search, as a sheet or a mail gives them. No row has two of one kind, so that all
//! of them together would find nothing: a sentence offers to ask for any of them.

use std::ops::Range;

use super::{
    Home, Keyword, MOST_VALUES, Problem, Shape, Text, Values, Vocabulary, Written,
    parse::run_of_phone,
    scan::{Piece, Token},
    shown,
};
use crate::{ids::PaymentId, values::Phone};

/// The most pieces in which a phone is written.
const MOST_PIECES: usize = 8;

/// A kind of what a row has one of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Email,
    Phone,
    Customer,
    Payment,
}

/// One of several, with the places of its tokens.
struct One {
    kind: Kind,
    value: String,
    places: Range<usize>,
}

/// Refuses a branch in which several of one kind stand. `text` is the whole search.
///
/// # Errors
/// A sentence with the search for any of them.
pub fn refuse(tokens: &[Token<'_>], text: &str, home: &Home, words: &Vocabulary) -> Result<(), Problem> {
    let all = all(tokens, home);
    for kind in [Kind::Email, Kind::Phone, Kind::Customer, Kind::Payment] {
        let Some(key) = kind.key(words) else { continue };
        let of_kind: Vec<&One> = all.iter().filter(|one| one.kind == kind).collect();
        let mut values: Vec<&str> = Vec::new();
        for one in &of_kind {
            if !values.iter().any(|value| value.eq_ignore_ascii_case(&one.value)) {
                values.push(&one.value);
            }
        }
        if values.len() > 1 {
            return Err(problem(tokens, text, key, &of_kind, &values));
        }
    }
    Ok(())
}

impl Kind {
    /// Returns the key that asks for any of several.
    fn key(self, words: &Vocabulary) -> Option<&'static Keyword> {
        let with = |is_its: fn(&Values) -> bool| words.keywords.iter().copied().find(|key| is_its(&key.values));
        let own = match self {
            Self::Email => with(|values| matches!(values, Values::Email)),
            Self::Phone => with(|values| matches!(values, Values::Phone)),
            Self::Customer => with(|values| matches!(values, Values::CustomerId)),
            Self::Payment => {
                return with(|values| matches!(values, Values::Id(prefix, _) if *prefix == PaymentId::PREFIX));
            }
        };
        own.or_else(|| with(|values| matches!(values, Values::Customers)))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Email => "emails",
            Self::Phone => "phones",
            Self::Customer => "customers’ IDs",
            Self::Payment => "payments’ IDs",
        }
    }
}

/// Returns what a branch names that a row has one of.
fn all(tokens: &[Token<'_>], home: &Home) -> Vec<One> {
    let mut all = Vec::new();
    let (mut place, mut end) = (0, 0);
    while place < tokens.len() {
        // A run is looked for once, and not again from each of its tokens on.
        if end <= place {
            end = place + run_of_phone(&tokens[place..]);
        }
        let one = phone(&tokens[place..], end - place, place, home).or_else(|| other(&tokens[place], place, home));
        place = one.as_ref().map_or(place + 1, |one| one.places.end);
        all.extend(one);
    }
    all
}

/// Returns the whole phone with which a run begins, as long as it goes.
fn phone(tokens: &[Token<'_>], run: usize, place: usize, home: &Home) -> Option<One> {
    let whole = |pieces: usize| {
        let typed: Vec<&str> = tokens[..pieces].iter().filter_map(bare).collect();
        let digits = Phone::search_digits(&typed.join(" "), home.country)?;
        let places = place..place + pieces;
        (typed.len() == pieces).then(|| One { kind: Kind::Phone, value: format!("+{digits}"), places })
    };
    (1..=run.min(MOST_PIECES)).rev().find_map(whole)
}

fn other(token: &Token<'_>, place: usize, home: &Home) -> Option<One> {
    let (kind, value) = match Text::bare(bare(token)?, home.country).shape {
        Shape::Email(email) if is_whole(&email) => (Kind::Email, email),
        Shape::Customer(id) => (Kind::Customer, id.to_string()),
        Shape::Payment(id) => (Kind::Payment, id.to_string()),
        _ => return None,
    };
    Some(One { kind, value, places: place..place + 1 })
}

/// Returns the text of a token that is neither quoted nor negated.
fn bare<'t>(token: &'t Token<'_>) -> Option<&'t str> {
    if let Piece::Text { negated: false, quoted: false, text } = &token.piece { Some(text) } else { None }
}

/// Returns whether an email is more than the start of one.
fn is_whole(email: &str) -> bool {
    let domain = email.split_once('@').and_then(|(_, domain)| domain.rsplit_once('.'));
    domain.is_some_and(|(host, end)| !host.is_empty() && end.chars().count() >= 2)
}

fn problem(tokens: &[Token<'_>], text: &str, key: &Keyword, all: &[&One], values: &[&str]) -> Problem {
    let (count, name, key) = (values.len(), all[0].kind.name(), key.name);
    let (first, second) = (shown(values[0]), shown(values[1]));
    let message = if count > MOST_VALUES {
        format!("These are {count} {name}. Look for at most {MOST_VALUES} at once, like {key}:{first},{second}.")
    } else {
        format!(
            "These are {count} {name}, and nothing has more than one of them. To find any of them, write commas \
             between them: {key}:{first},{second}."
        )
    };
    let places = whole_tokens(tokens, all[0].places.start..all[all.len() - 1].places.end);
    let is_one_of_them = |place: &usize| all.iter().any(|one| one.places.contains(place));
    let others = places.clone().filter(|place| !is_one_of_them(place)).map(|place| as_typed(&tokens[place], text));
    let any = values.iter().map(|value| Written(value).to_string()).collect::<Vec<_>>().join(",");
    let instead = others.chain([format!("{key}:{any}")]).collect::<Vec<_>>().join(" ");
    let span = tokens[places.start].span.start..tokens[places.end - 1].span.end;
    Problem { message, span, instead: (count <= MOST_VALUES).then_some(instead) }
}

/// Returns the places with those beside them that are pieces of the same token, since their spans are replaced as one.
fn whole_tokens(tokens: &[Token<'_>], mut places: Range<usize>) -> Range<usize> {
    let is_one = |a: usize, b: usize| tokens.get(b).is_some_and(|b| tokens[a].span == b.span);
    while places.start > 0 && is_one(places.start, places.start - 1) {
        places.start -= 1;
    }
    while is_one(places.end - 1, places.end) {
        places.end += 1;
    }
    places
}

/// Returns a token as it was typed, or what is left of it without its wrapping.
fn as_typed(token: &Token<'_>, text: &str) -> String {
    let source = || text.get(token.span.clone()).unwrap_or_default().to_owned();
    bare(token).map_or_else(source, str::to_owned)
}
