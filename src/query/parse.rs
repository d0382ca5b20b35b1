//! Reads the text in the box into the tree, or says in a sentence what was not understood.

use super::{
    Branch, Home, LONGEST, MOST_BRANCHES, MOST_TERMS, MOST_VALUES, Problem, Query, Shape, Term, Test, Text, Vocabulary,
    brackets, foreign, has_substance, is_bracketed, is_phone_like,
    keyed::KeyedTerm,
    pasted, problem,
    scan::{Piece, Token, scan},
    several, shown,
    value::is_whole,
};
use crate::{
    ids::{AnyId, CustomerId, PaymentId},
    values::{CountryCode, Phone, phone},
};

/// The fewest digits that may be a phone; fewer are a word like any other.
pub(super) const FEWEST_DIGITS: usize = 4;
/// The fewest digits without leading zeros that the index of words has a place for.
const FEWEST_LEFT: usize = 3;

/// Reads what was typed by people of `home`.
///
/// # Errors
/// A sentence that names the part that was not understood.
pub fn parse(text: &str, home: Home, words: &Vocabulary) -> Result<Query, Problem> {
    parse_counted(text, home, words).0
}

/// Works like [`parse`], and also counts the steps that it took.
pub fn parse_counted(text: &str, home: Home, words: &Vocabulary) -> (Result<Query, Problem>, usize) {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        let message = format!("This search is too long. Use at most {LONGEST} characters.");
        return (Err(Problem { message, span: end..text.len(), instead: None }), LONGEST);
    }
    let (tokens, steps) = scan(text);
    let tokens = pasted::unwrapped(tokens);
    let mut reader = Reader { text, home, words, steps };
    (reader.query(&tokens), reader.steps)
}

struct Reader<'w> {
    /// The whole search.
    text: &'w str,
    home: Home,
    words: &'w Vocabulary,
    steps: usize,
}

impl Reader<'_> {
    fn query(&mut self, tokens: &[Token<'_>]) -> Result<Query, Problem> {
        check_amounts(tokens)?;
        foreign::refuse(tokens, self.words)?;
        let sides: Vec<&[Token<'_>]> = tokens.split(|token| token.piece == Piece::Or).collect();
        if sides.len() > 1 && sides.iter().any(|side| side.is_empty()) {
            let lone = |pair: &&[Token<'_>]| pair.iter().all(|token| token.piece == Piece::Or);
            let or = tokens.windows(2).find(lone).map_or_else(|| edge(tokens), |pair| &pair[1]);
            let message =
                "“OR” stands between two searches, like jane OR john. To search for the word, quote it: \"OR\".";
            return problem(or, message.to_owned());
        }
        let branches: Vec<Branch> = sides.into_iter().map(|side| self.branch(side)).collect::<Result<_, _>>()?;
        let mut terms = branches.iter().flat_map(|branch| &branch.terms);
        match terms.nth(MOST_TERMS) {
            None => Ok(Query { branches }),
            Some(_) => {
                problem(&tokens[tokens.len() - 1], format!("Use at most {MOST_TERMS} words and conditions in all."))
            }
        }
    }

    fn branch(&mut self, tokens: &[Token<'_>]) -> Result<Branch, Problem> {
        several::refuse(tokens, self.text, &self.home, self.words)?;
        let texts = tokens.iter().filter(|token| matches!(token.piece, Piece::Text { .. })).count();
        let mut terms = Vec::new();
        let mut rest = tokens;
        while let Some((token, behind)) = rest.split_first() {
            let run = run_of_phone(rest);
            if let Some(term) = self.joined(&rest[..run], run == texts) {
                terms.push(term);
                rest = &rest[run..];
                continue;
            }
            // The others of a run that is no phone are not tried again from each of its tokens on.
            let alone = run.max(1);
            for token in std::iter::once(token).chain(&behind[..alone - 1]) {
                terms.push(self.term(token)?);
            }
            rest = &rest[alone..];
        }
        check_substance(tokens, &terms)?;
        Ok(Branch { terms })
    }

    /// Reads a run of tokens as one phone: a whole number anywhere, or a piece of one when it is all the text there is.
    fn joined(&mut self, run: &[Token<'_>], is_all: bool) -> Option<Term> {
        if run.len() < 2 {
            return None;
        }
        let words = run.iter().map(|token| text_of(token).1).collect::<Vec<_>>();
        let (negated, typed) = (text_of(&run[0]).0, words.join(" "));
        self.steps += typed.len();
        let whole = Phone::search_digits(&typed, self.home.country);
        let digits = whole.or_else(|| if is_all && !negated { digits(&typed, self.home.country) } else { None })?;
        Some(Term { negated, test: Test::Text(Text { typed, quoted: false, shape: Shape::Digits(digits) }) })
    }

    fn term(&mut self, token: &Token<'_>) -> Result<Term, Problem> {
        self.steps += token.span.len();
        match &token.piece {
            Piece::Keyed { negated, key, values } => {
                let keyed = KeyedTerm { token, key, values, home: &self.home, words: self.words }.read()?;
                Ok(Term { negated: *negated, test: Test::Keyed(keyed) })
            }
            Piece::Text { quoted: false, text, .. } if is_bracketed(text.trim_start_matches('-')) => {
                problem(token, brackets(text))
            }
            _ => {
                let (negated, text) = text_of(token);
                let quoted = matches!(token.piece, Piece::Text { quoted: true, .. });
                let text = if quoted { Text::quoted(text) } else { Text::bare(text, self.home.country) };
                Ok(Term { negated, test: Test::Text(text) })
            }
        }
    }
}

fn text_of<'a>(token: &'a Token<'_>) -> (bool, &'a str) {
    match &token.piece {
        Piece::Text { negated, text, .. } => (*negated, text),
        _ => (false, ""),
    }
}

/// Returns the `OR` at the beginning or the end.
fn edge<'a, 't>(tokens: &'a [Token<'t>]) -> &'a Token<'t> {
    let first = &tokens[0];
    if first.piece == Piece::Or { first } else { &tokens[tokens.len() - 1] }
}

fn check_amounts(tokens: &[Token<'_>]) -> Result<(), Problem> {
    let mut ors = tokens.iter().filter(|token| token.piece == Piece::Or);
    if let Some(or) = ors.nth(MOST_BRANCHES - 1) {
        return problem(or, format!("Use at most {MOST_BRANCHES} searches with “OR” between them."));
    }
    let has_many =
        |token: &&Token<'_>| matches!(&token.piece, Piece::Keyed { values, .. } if values.len() > MOST_VALUES);
    match tokens.iter().find(has_many) {
        Some(token) => problem(token, format!("Use at most {MOST_VALUES} values with commas between them.")),
        None => Ok(()),
    }
}

/// Refuses punctuation alone. Beside words it is searched for like them; alone it has no place in the index of words
/// and would read the whole account.
fn check_substance(tokens: &[Token<'_>], terms: &[Term]) -> Result<(), Problem> {
    let texts = || terms.iter().filter_map(|term| Some(&*term.text()?.typed));
    if texts().next().is_none() || texts().any(has_substance) {
        return Ok(());
    }
    let whole = shown(&texts().collect::<Vec<_>>().join(" "));
    let first = tokens.iter().find(|token| matches!(token.piece, Piece::Text { .. }));
    match first {
        Some(token) => problem(token, format!("“{whole}” has nothing to search for. Use letters or digits.")),
        None => Ok(()),
    }
}

/// Returns the number of tokens from the first on that may belong to one phone.
pub(super) fn run_of_phone(tokens: &[Token<'_>]) -> usize {
    let is_part = |(place, token): &(usize, &Token<'_>)| matches!(&token.piece, Piece::Text { negated, quoted: false, text } if is_phone_like(text) && (*place == 0 || !negated));
    tokens.iter().enumerate().take_while(is_part).count()
}

impl Text {
    /// Makes a text without quotes, with the shape that it looks like.
    pub fn bare(typed: &str, country: CountryCode) -> Self {
        let typed = pasted::word(typed);
        Self { typed: typed.to_owned(), quoted: false, shape: shape(typed, country) }
    }

    /// Makes a text of words in quotes.
    pub fn quoted(typed: &str) -> Self {
        Self { typed: typed.to_owned(), quoted: true, shape: Shape::Words }
    }
}

fn shape(text: &str, country: CountryCode) -> Shape {
    if let Some(id) = pasted::id(text) {
        return shape_of_id(id);
    }
    if let Some(digits) = digits(text, country) {
        return Shape::Digits(digits);
    }
    match text.split_once('@') {
        Some(("", domain)) if has_substance(domain) && !domain.contains('@') => Shape::Domain(domain.to_owned()),
        Some((name, _)) if !name.is_empty() && !text.contains(' ') => Shape::Email(text.to_owned()),
        _ => Shape::Words,
    }
}

fn shape_of_id(id: AnyId) -> Shape {
    match id.prefix() {
        CustomerId::PREFIX => Shape::Customer(CustomerId::from_uuid(id.uuid())),
        PaymentId::PREFIX => Shape::Payment(PaymentId::from_uuid(id.uuid())),
        _ => Shape::Other(id),
    }
}

/// Returns the digits of a text that reads as a phone in `country`, else its digits as a piece of a phone, without
/// leading zeros.
fn digits(text: &str, country: CountryCode) -> Option<String> {
    let all = phone::digits(text);
    if !is_phone_like(text) || all.len() < FEWEST_DIGITS {
        return None;
    }
    if let Some(whole) = Phone::search_digits(text, country) {
        return Some(whole);
    }
    let piece = all.trim_start_matches('0');
    (piece.len() >= FEWEST_LEFT).then(|| piece.to_owned())
}

/// Returns the digits behind `phone:`. A piece without its leading zeros may read as a whole number, as it will when it
/// is written back.
pub fn phone_digits(text: &str, country: CountryCode) -> Option<String> {
    let digits = digits(text, country).filter(|digits| digits.len() >= FEWEST_DIGITS)?;
    Some(Phone::search_digits(&digits, country).filter(|_| !is_whole(&digits)).unwrap_or(digits))
}
