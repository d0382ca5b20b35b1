//! Needs: what the index of words can narrow a branch to.
//!
//! A need is a set of index entries of which every customer that the branch finds has at least one. Needs may let
//! through too many, since the conditions of [`super::Filter`] are checked on every row, but never too few.

use std::collections::HashMap;

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, Integer, Text, Uuid as SqlUuid},
};

use super::Filter;
use crate::{error::Result, ids::AccountId, query::EmailPattern};

/// The most words of a need; one with more narrows too little to be worth its time.
const MOST_WORDS: usize = 4_000;

/// The most needs of a statement; one with more spends its time on them.
const MOST_NEEDS: usize = 8;

/// A set of entries, of which any will do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// The words as the index has them, with their bar.
    pub words: Vec<String>,
    /// The other entries: `country:KE`, four digits of a phone.
    pub facts: Vec<String>,
}

impl Need {
    /// Returns whether nobody has any of these entries.
    pub fn is_empty(&self) -> bool {
        self.entries() == 0
    }

    /// Returns the number of entries in a span.
    pub fn entries(&self) -> usize {
        self.words.len() + self.facts.len()
    }
}

/// Returns the needs of a filter in an account, those with the fewest entries first; none when the index cannot narrow
/// it.
pub fn needs(conn: &mut PgConnection, account: AccountId, filter: &Filter) -> Result<Vec<Need>> {
    let conditions = filter.entries();
    let marked = marked(conn, conditions.iter().flatten().filter_map(|entry| entry.text()).collect())?;
    let mut wanted: Vec<Wanted> = conditions.iter().flat_map(|entries| all_of(entries, &marked)).collect();
    // Those that say the most are enough.
    wanted.sort_by_key(|one| std::cmp::Reverse(one.weight()));
    wanted.truncate(MOST_NEEDS);
    with_words(conn, account, wanted)
}

/// The entries that the index of words has of a customer who meets a check.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A text in the name, email or company.
    Text {
        text: String,
        place: Place,
    },
    /// The digits of a phone, and of the text too if `anywhere`.
    Digits {
        digits: String,
        anywhere: bool,
    },
    Fact(String),
    /// Nothing that the index knows.
    Unknown,
}

/// The place of a text within a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere if it has three characters, else at the start of a word: see `word_pattern` in the migrations.
    Anywhere,
    /// Anywhere, however short.
    Inside,
    AtStart,
    AtEnd,
    Whole,
}

impl Entry {
    /// Returns the entry of an email: the longest piece between the stars, which narrows the most.
    pub(super) fn of_email(pattern: &EmailPattern) -> Self {
        match pattern {
            EmailPattern::Part(text) => Self::Text { text: text.clone(), place: Place::Inside },
            EmailPattern::Whole(text) => Self::Text { text: text.clone(), place: Place::Whole },
            EmailPattern::Glob(glob) => {
                let last = glob.matches('*').count();
                let pieces = glob.split('*').enumerate().max_by_key(|(_, piece)| piece.chars().count());
                let (at, text) = pieces.unwrap_or((0, ""));
                let place = match at {
                    0 => Place::AtStart,
                    at if at == last => Place::AtEnd,
                    _ => Place::Inside,
                };
                Self::Text { text: text.to_owned(), place }
            }
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// A need before its words are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wanted {
    patterns: Vec<Pattern>,
    facts: Vec<String>,
}

impl Wanted {
    fn is_known(&self) -> bool {
        self.patterns.iter().all(Pattern::is_indexed) && !(self.patterns.is_empty() && self.facts.is_empty())
    }

    /// Returns how much it is likely to leave out.
    fn weight(&self) -> usize {
        let pieces = self.patterns.iter().map(|pattern| pattern.piece.chars().count());
        pieces.chain(self.facts.iter().map(|fact| fact.chars().count())).min().unwrap_or(0)
    }
}

/// Returns the needs of one term. With several entries, each brings the need that narrows the most, and any of these
/// will do.
fn all_of(entries: &[&Entry], marked: &HashMap<String, String>) -> Vec<Wanted> {
    let mut each = entries.iter().map(|entry| {
        let mut wanted = match entry {
            Entry::Text { text, place } => of_text(marked.get(text).map_or("", String::as_str), *place),
            Entry::Digits { digits, anywhere } => of_digits(digits, *anywhere),
            Entry::Fact(fact) => vec![Wanted { facts: vec![fact.clone()], ..Wanted::default() }],
            Entry::Unknown => Vec::new(),
        };
        wanted.retain(Wanted::is_known);
        wanted
    });
    if entries.len() == 1 {
        return each.next().unwrap_or_default();
    }
    let best: Option<Vec<Wanted>> = each.map(|wanted| wanted.into_iter().max_by_key(Wanted::weight)).collect();
    let together = |best: Vec<Wanted>| {
        best.into_iter().fold(Wanted::default(), |mut all, one| {
            all.patterns.extend(one.patterns);
            all.facts.extend(one.facts);
            all
        })
    };
    best.map(together).filter(Wanted::is_known).into_iter().collect()
}

/// Returns a need for every four digits, each of which must be in the phone unless the digits are in the text. Fewer
/// digits are in too many phones to have entries of their own.
fn of_digits(digits: &str, anywhere: bool) -> Vec<Wanted> {
    if digits.len() < 4 {
        return Vec::new();
    }
    // What a country's numbers begin with says little.
    let tail = if digits.len() > 9 { &digits[digits.len() - 8..] } else { digits };
    let in_text = Pattern { piece: digits.to_owned(), ..Pattern::default() };
    let last = tail.len().saturating_sub(4);
    let starts = (0..last).step_by(4).chain([last]);
    starts
        .map(|start| Wanted {
            patterns: if anywhere { vec![in_text.clone()] } else { Vec::new() },
            facts: vec![format!("+{}", &tail[start..tail.len().min(start + 4)])],
        })
        .collect()
}

/// A pattern of words of which a piece is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Pattern {
    piece: String,
    /// True when the words start with the piece.
    starts: bool,
    /// True when the words end with the piece.
    ends: bool,
    /// True when the words follow an @.
    domain: bool,
}

impl Pattern {
    /// Returns whether the pattern has something that the index of parts knows: three characters, or a bar and one.
    fn is_indexed(&self) -> bool {
        let chars: Vec<char> = self.piece.chars().collect();
        chars.len() >= 3 || chars.first() == Some(&'|') && chars.len() == 2
    }

    fn like(&self) -> String {
        let mut like = String::new();
        like.push_str(match (self.starts, self.domain) {
            (true, _) => "",
            (false, true) => "@%",
            (false, false) => "%",
        });
        for c in self.piece.chars() {
            if matches!(c, '\\' | '%' | '_') {
                like.push('\\');
            }
            like.push(c);
        }
        like.push_str(if self.ends { "" } else { "%" });
        like
    }
}

/// Returns whether a character separates words, as in `search_text`.
fn parts(c: char) -> bool {
    c == ' ' || c.is_ascii_punctuation()
}

/// Returns the needs of a text, given as `search_text` marks it.
fn of_text(marked: &str, place: Place) -> Vec<Wanted> {
    // How long `fold` makes it.
    let length = marked.chars().filter(|c| *c != '|').count();
    let is_open = match place {
        Place::Anywhere => length >= 3,
        Place::Inside | Place::AtEnd => true,
        Place::AtStart | Place::Whole => false,
    };
    let text = if is_open { marked.trim_start_matches('|') } else { marked };
    let text = match place {
        Place::Whole | Place::AtEnd => format!("{text} "),
        _ => text.to_owned(),
    };
    let pieces: Vec<&str> = text.split(' ').collect();
    let last = pieces.len() - 1;
    pieces.iter().enumerate().flat_map(|(n, piece)| of_piece(piece, n < last)).collect()
}

/// Returns the needs of a piece without spaces. It lies either in words, one after the other, or within one domain.
fn of_piece(piece: &str, ends: bool) -> Vec<Wanted> {
    let (before, domain) = match piece.find('@') {
        Some(at) => (&piece[..=at], Some(&piece[at..])),
        None => (piece, None),
    };
    let words = words(before, ends && domain.is_none());
    let is_one_word = domain.is_none() && words.len() == 1 && words[0].piece == before;
    // A whole domain starts with its @; inside one nothing is marked as a start.
    let within = Pattern { piece: piece.to_owned(), starts: false, ends, domain: true };
    let domain = domain.filter(|text| text.len() > 1).map(|text| Pattern {
        piece: text.to_owned(),
        starts: true,
        ends,
        domain: true,
    });
    words
        .into_iter()
        .chain(domain)
        .map(|word| Wanted {
            // One word's pattern fits a domain as well.
            patterns: if is_one_word { vec![word] } else { vec![word, within.clone()] },
            facts: Vec::new(),
        })
        .collect()
}

/// Returns the words in a piece. The first may have begun before it; the last may go on unless the piece `ends`.
fn words(piece: &str, ends: bool) -> Vec<Pattern> {
    let mut words: Vec<Pattern> = Vec::new();
    let mut is_inside = false;
    for c in piece.chars() {
        match c {
            '|' => {
                end(&mut words, is_inside);
                words.push(Pattern { piece: "|".to_owned(), starts: true, ..Pattern::default() });
                is_inside = true;
            }
            c if parts(c) => {
                end(&mut words, is_inside);
                is_inside = false;
            }
            c => {
                if !is_inside {
                    words.push(Pattern::default());
                    is_inside = true;
                }
                if let Some(word) = words.last_mut() {
                    word.piece.push(c);
                }
            }
        }
    }
    if ends {
        end(&mut words, is_inside);
    }
    // Alone, a piece that starts a word may start one within a domain.
    if let [word] = words.as_mut_slice()
        && word.piece == piece
    {
        word.starts = false;
    }
    words
}

fn end(words: &mut [Pattern], is_inside: bool) {
    if is_inside && let Some(word) = words.last_mut() {
        word.ends = true;
    }
}

#[derive(QueryableByName)]
struct Marked {
    #[diesel(sql_type = Text)]
    text: String,
    #[diesel(sql_type = Text)]
    marked: String,
}

/// Returns each text in the form in which it is compared.
fn marked(conn: &mut PgConnection, texts: Vec<&str>) -> Result<HashMap<String, String>> {
    if texts.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Marked> = sql_query("SELECT text, search_text(text) AS marked FROM unnest($1::text[]) AS text")
        .bind::<Array<Text>, _>(texts)
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.text, row.marked)).collect())
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Integer)]
    need: i32,
    #[diesel(sql_type = Text)]
    word: String,
}

/// Returns the needs with the words that the account's customers have. A need with too many is left out.
fn with_words(conn: &mut PgConnection, account: AccountId, wanted: Vec<Wanted>) -> Result<Vec<Need>> {
    let mut needs: Vec<Need> = Vec::new();
    let (mut numbers, mut likes, mut pieces) = (Vec::new(), Vec::new(), Vec::new());
    for (number, one) in (0..).zip(wanted) {
        let mut words = Vec::new();
        for pattern in one.patterns {
            if pattern.starts && pattern.ends {
                words.push(pattern.piece);
            } else {
                numbers.push(number);
                likes.push(pattern.like());
                pieces.push(pattern.piece);
            }
        }
        needs.push(Need { words, facts: one.facts });
    }
    if !numbers.is_empty() {
        let known: Vec<Known> = sql_query(
            "SELECT p.need, w.word FROM unnest($2::int[], $3::text[], $4::text[]) AS p(need, pattern, piece) CROSS JOIN LATERAL (\
               SELECT word FROM words WHERE account_id = $1 AND word LIKE p.pattern \
                  AND word_parts(account_id, word) @> word_parts($1, p.piece) LIMIT $5) w",
        )
        .bind::<SqlUuid, _>(account)
        .bind::<Array<Integer>, _>(numbers)
        .bind::<Array<Text>, _>(likes)
        .bind::<Array<Text>, _>(pieces)
        .bind::<Integer, _>(MOST_WORDS as i32 + 1)
        .load(conn)?;
        for Known { need, word } in known {
            needs[need as usize].words.push(word);
        }
    }
    needs.retain(|need| need.words.len() <= MOST_WORDS);
    needs.sort_by_key(Need::entries);
    Ok(needs)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the patterns of each need of a text, as `search_text` marks it.
    fn likes(marked: &str, place: Place) -> Vec<Vec<String>> {
        let needs = of_text(marked, place).into_iter().filter(Wanted::is_known);
        needs.map(|need| need.patterns.iter().map(Pattern::like).collect()).collect()
    }

    #[test]
    fn one_word_is_looked_for_in_words_and_domains_alike() {
        assert_eq!(likes("|smith", Place::Anywhere), [["%smith%"]]);
        assert_eq!(likes("|sm", Place::Anywhere), [["%|sm%"]]);
        assert_eq!(likes("|s", Place::Anywhere), [["%|s%"]]);
        assert_eq!(likes("|sm", Place::Inside), [[""; 0]; 0], "two letters anywhere are in too many words");
        assert_eq!(likes("|50%", Place::Anywhere), [["%50%", "@%50\\%%"]; 0], "so are two digits before a sign");
    }

    #[test]
    fn each_word_of_a_text_is_a_need_and_only_the_outer_ones_are_open() {
        assert_eq!(likes("|jane |sm", Place::Anywhere), [["%jane"], ["%|sm%"]]);
        let parts = [["%jodie", "@%jodie.|williams|374%"], ["|williams", "@%jodie.|williams|374%"]];
        assert_eq!(likes("|jodie.|williams|374", Place::Anywhere)[..2], parts);
        assert_eq!(likes("|ster.|com", Place::Anywhere), [["%ster", "@%ster.|com%"], ["|com%", "@%ster.|com%"]]);
    }

    #[test]
    fn a_domain_is_one_word() {
        assert_eq!(likes("@|acme", Place::AtStart), [["@|acme%", "@%@|acme%"]], "or behind another @");
        assert_eq!(likes("@|acme.|com", Place::AtEnd)[0][0], "@|acme.|com");
        let whole = likes("|jane@|acme.|com", Place::Whole);
        assert_eq!(whole, [["|jane", "@%|jane@|acme.|com"], ["@|acme.|com", "@%|jane@|acme.|com"]]);
    }

    #[test]
    fn digits_are_pieces_of_four_that_cover_them_all() {
        let facts = |digits: &str| of_digits(digits, false).into_iter().flat_map(|need| need.facts).collect::<Vec<_>>();
        assert_eq!(facts("5678"), ["+5678"]);
        assert_eq!(facts("345678"), ["+3456", "+5678"]);
        assert_eq!(facts("254712345678"), ["+1234", "+5678"]);
        assert_eq!(facts("712"), [""; 0]);
    }

    #[test]
    fn any_of_several_values_needs_one_entry_of_each() {
        let words = |text: &str| Entry::Text { text: text.to_owned(), place: Place::Anywhere };
        let marked = HashMap::from([("a b".to_owned(), "|a |b".to_owned()), ("ann".to_owned(), "|ann".to_owned())]);
        assert_eq!(all_of(&[&words("ann"), &Entry::Fact("country:KE".to_owned())], &marked).len(), 1);
        assert!(all_of(&[&words("ann"), &Entry::Unknown], &marked).is_empty(), "one may be anybody");
    }
}
