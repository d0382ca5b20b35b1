//! Suggestions for a search that finds nobody: the account's own words that are nearly the typed ones.

use super::{
    columns::Chosen,
    listing::{self, Row, Sort},
    own_columns::COMPANY,
    scope::Scope,
};
use crate::{
    error::Result,
    paging::{Direction, Limit},
    query::{Keyed, Keyword, Query, Shape, Term, Test, Value, Values},
    values::text::unaccented,
};
use std::{
    cmp::Reverse,
    time::{Duration, Instant},
};

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, Integer, Text as SqlText, Uuid as SqlUuid},
};

/// The fewest characters of a corrected word; shorter words are near to too many others.
const SHORTEST: usize = 3;
/// The most words of one search that are corrected.
const MOST_WORDS: usize = 3;
/// The most words of the account that are compared with a typed one, in each of two ways.
const MOST_COMPARED: i32 = 3_000;
/// The most words, nearest first, that are looked up.
const MOST_TRIED: usize = 4;
const MOST_SHOWN: usize = 3;
/// The columns in which words are looked for besides the name.
const COLUMNS: [Chosen; 1] = [Chosen::of(&COMPANY)];
/// The time after which no further words are looked up.
const PATIENCE: Duration = Duration::from_millis(100);

/// A search that finds somebody, in the place of one that does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The words that differ, as a customer writes them.
    pub words: String,
    /// The whole search with them.
    pub query: Query,
}

/// Suggestions for a search that found nobody, the likeliest first; none for who does not see emails.
pub fn suggest(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Vec<Suggestion>> {
    // The account's words are those of emails too.
    if scope.curtain.is_drawn() {
        return Ok(Vec::new());
    }
    let began = Instant::now();
    let places = places(query);
    let unknown = unknown(conn, scope, &places)?;
    let Some((first, rest)) = unknown.split_first() else { return Ok(Vec::new()) };
    let known = candidates(conn, scope, &unknown)?;
    let near_of = |one: &Unknown| near(one.word(), known.iter().filter(|c| c.n == one.n).map(Candidate::word));
    // The others are corrected as is likeliest, so that the whole search finds somebody.
    let fixed: Vec<(&Place, String)> = rest
        .iter()
        .filter_map(|one| Some((places.get(one.n as usize)?, near_of(one).first()?.word.to_owned())))
        .collect();
    let Some(place) = places.get(first.n as usize) else { return Ok(Vec::new()) };
    let mut tried = Vec::new();
    for near in near_of(first).into_iter().take(MOST_TRIED) {
        if began.elapsed() > PATIENCE {
            break;
        }
        let fixes = || std::iter::once((place, near.word)).chain(fixed.iter().map(|(place, word)| (*place, &**word)));
        let query = fixes().fold(query.clone(), |query, (place, word)| place.corrected(query, word));
        let found = listing::page(conn, scope, &query, Sort::NEWEST, &Direction::First, Limit::LONGEST, &COLUMNS)?;
        let rows = found.page.items;
        if !rows.is_empty() {
            let words = fixes().map(|(_, word)| shown(&rows, word)).collect::<Vec<_>>().join(" ");
            tried.push((near.order(), Reverse(rows.len()), Suggestion { words, query }));
        }
    }
    tried.sort_by_key(|(order, count, _)| (*order, *count));
    tried.truncate(MOST_SHOWN);
    Ok(tried.into_iter().map(|(_, _, suggestion)| suggestion).collect())
}

/// A word of the search: the text of a term, and the word in it.
struct Place {
    branch: usize,
    term: usize,
    text: usize,
    typed: String,
}

impl Place {
    /// Returns `query` with another word here.
    fn corrected(&self, mut query: Query, word: &str) -> Query {
        let term = query.branches.get_mut(self.branch).and_then(|branch| branch.terms.get_mut(self.term));
        let text = term.and_then(|term| match &mut term.test {
            Test::Text(text) => Some(&mut text.typed),
            Test::Keyed(keyed) => keyed.values.get_mut(self.text).and_then(as_text_mut),
        });
        if let Some(text) = text {
            let words = text.split(' ').map(|old| if old == self.typed { word } else { old });
            *text = words.collect::<Vec<_>>().join(" ");
        }
        query
    }
}

fn as_text(value: &Value) -> Option<&String> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

fn as_text_mut(value: &mut Value) -> Option<&mut String> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

/// Returns the words of the search that may be misspelt.
fn places(query: &Query) -> Vec<Place> {
    let mut places = Vec::new();
    for (branch, terms) in query.branches.iter().map(|branch| &branch.terms).enumerate() {
        for (term, Term { test, .. }) in terms.iter().enumerate().filter(|(_, term)| !term.negated) {
            let texts: Vec<&String> = match test {
                Test::Text(text) if text.shape == Shape::Words => vec![&text.typed],
                Test::Keyed(Keyed { key: Keyword { values: Values::Words, .. }, values, .. }) => {
                    values.iter().filter_map(as_text).collect()
                }
                _ => Vec::new(),
            };
            for (text, typed) in texts.into_iter().enumerate() {
                let words = typed.split(' ').filter(|word| word.chars().count() >= SHORTEST);
                places.extend(words.map(|word| Place { branch, term, text, typed: word.to_owned() }));
            }
        }
    }
    places
}

/// One of the account's words, with its distance from the typed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Near<'w> {
    word: &'w str,
    distance: usize,
    starts_otherwise: bool,
}

impl Near<'_> {
    fn order(&self) -> (usize, bool) {
        (self.distance, self.starts_otherwise)
    }
}

/// Returns those of `words` that `typed` may be misspelt from, the nearest first. Two neighbours swapped are one
/// mistake.
fn near<'w>(typed: &str, words: impl Iterator<Item = &'w str>) -> Vec<Near<'w>> {
    let length = typed.chars().count();
    let most = if length < 5 { 1 } else { 2 };
    let one = |word: &'w str| Near {
        word,
        distance: strsim::osa_distance(typed, word),
        starts_otherwise: typed.chars().next() != word.chars().next(),
    };
    let mut near: Vec<Near<'_>> = words.map(one).filter(|near| (1..=most).contains(&near.distance)).collect();
    near.sort_by_key(|near| (near.order(), near.word.chars().count().abs_diff(length), near.word));
    near.dedup();
    near
}

#[derive(QueryableByName)]
struct Unknown {
    #[diesel(sql_type = Integer)]
    n: i32,
    #[diesel(sql_type = SqlText)]
    marked: String,
}

impl Unknown {
    fn word(&self) -> &str {
        self.marked.trim_start_matches('|')
    }
}

/// Returns the places whose word is no part of any word of the account. A word with signs in it is more than one word,
/// and is left alone.
fn unknown(conn: &mut PgConnection, scope: &Scope, places: &[Place]) -> Result<Vec<Unknown>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let typed: Vec<&str> = places.iter().map(|place| &*place.typed).collect();
    Ok(sql_query(
        "SELECT n::integer - 1 AS n, marked FROM \
           (SELECT n, search_text(text) AS marked FROM unnest($2::text[]) WITH ORDINALITY AS typed(text, n)) AS typed \
         WHERE marked ~ '^\\|[^0-9 -/:-@[-`{-~]+$' AND length(marked) > $3 AND \
           (SELECT true FROM words WHERE account_id = $1 AND word LIKE '%' || ltrim(marked, '|') || '%' \
              AND word_parts(account_id, word) @> word_parts($1, ltrim(marked, '|')) LIMIT 1) IS NULL \
         ORDER BY n LIMIT $4",
    )
    .bind::<SqlUuid, _>(scope.account)
    .bind::<Array<SqlText>, _>(typed)
    .bind::<Integer, _>(SHORTEST as i32)
    .bind::<Integer, _>(MOST_WORDS as i32)
    .load(conn)?)
}

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = Integer)]
    n: i32,
    #[diesel(sql_type = SqlText)]
    word: String,
}

impl Candidate {
    fn word(&self) -> &str {
        self.word.trim_start_matches('|')
    }
}

/// Returns words that have something in common with the unknown ones: the first two letters, the first letter, or any
/// three in a row.
fn candidates(conn: &mut PgConnection, scope: &Scope, unknown: &[Unknown]) -> Result<Vec<Candidate>> {
    Ok(sql_query(
        "SELECT typed.n, w.word FROM unnest($2::int[], $3::text[]) AS typed(n, marked) CROSS JOIN LATERAL (\
           (SELECT word FROM words WHERE account_id = $1 AND word >= left(marked, 3) \
               AND word < left(marked, 3) || chr(1114111) \
               AND length(word) BETWEEN length(marked) - 2 AND length(marked) + 2 LIMIT $4) \
           UNION \
           (SELECT word FROM words WHERE account_id = $1 AND word_parts(account_id, word) && word_parts($1, marked) \
               AND length(word) BETWEEN length(marked) - 2 AND length(marked) + 2 AND word LIKE '|%' LIMIT $4)) w",
    )
    .bind::<SqlUuid, _>(scope.account)
    .bind::<Array<Integer>, _>(unknown.iter().map(|one| one.n).collect::<Vec<_>>())
    .bind::<Array<SqlText>, _>(unknown.iter().map(|one| &*one.marked).collect::<Vec<_>>())
    .bind::<Integer, _>(MOST_COMPARED)
    .load(conn)?)
}

/// Returns the word as one of the first customers found writes it.
fn shown(rows: &[Row], word: &str) -> String {
    rows.iter().find_map(|row| as_written(row, word)).unwrap_or_else(|| word.to_owned())
}

fn as_written(row: &Row, word: &str) -> Option<String> {
    let texts = row.name.iter().chain(row.extra.iter().flatten());
    let mut words = texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    words.find(|written| unaccented(written) == word).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(typed: &str) -> Vec<&'static str> {
        let words = ["smith", "smits", "smythe", "john", "joan", "jon", "wanjiru", "kamau", "karau", "otieno", "li"];
        near(typed, words.into_iter()).into_iter().map(|near| near.word).collect()
    }

    #[test]
    fn a_misspelt_word_is_near_what_was_meant() {
        for (typed, meant) in [
            ("smiht", "smith"),
            ("smth", "smith"),
            ("jonh", "john"),
            ("jhon", "john"),
            ("wanjriu", "wanjiru"),
            ("wnajiru", "wanjiru"),
            ("vanjiru", "wanjiru"),
            ("kamua", "kamau"),
            ("otiieno", "otieno"),
        ] {
            assert_eq!(nearest(typed).first(), Some(&meant), "{typed}");
        }
    }

    #[test]
    fn fewer_mistakes_come_first_then_the_same_letter_at_the_start() {
        assert_eq!(nearest("smiht"), ["smith", "smits"]);
        assert_eq!(nearest("xmith"), ["smith", "smits"]);
        assert_eq!(near("kamay", ["xamay", "kamau"].into_iter())[0].word, "kamau");
    }

    #[test]
    fn what_is_far_or_the_same_is_not_near() {
        for typed in ["smith", "zzzzz", "jxyn", "l", "wan", ""] {
            assert!(!nearest(typed).contains(&typed), "{typed}");
        }
        assert_eq!(nearest("zzzzz"), [""; 0]);
        assert_eq!(nearest("johm"), ["john"]);
        assert_eq!(nearest("jhxn"), [""; 0], "short words allow one mistake");
    }
}
