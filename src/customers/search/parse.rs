//! From the text in the box to the tree, or to the sentence that says what was not understood.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{
    Branch, EmailPattern, Period, Query, Shape, Term, Test, Text, Word, keys,
    keys::KEYS,
    print,
    scan::{Piece, Token, Value, scan},
};
use crate::{
    ids::CustomerId,
    payment_methods::is_last4,
    payments::amounts::Amounts,
    values::{CountryCode, Language, Phone, metadata},
};

/// More would find nothing and only cost.
const LONGEST: usize = 2_000;
const MOST_TERMS: usize = 30;
const MOST_BRANCHES: usize = 10;
const MOST_VALUES: usize = 50;
/// Fewer digits than this are a word like any other.
const FEWEST_DIGITS: usize = 4;
/// Fewer digits than this, leading zeros dropped, have no place in the index of words.
const FEWEST_LEFT: usize = 3;
/// What was typed is shown in a sentence up to so many characters.
const LONGEST_SHOWN: usize = 60;

/// Why a search was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A sentence for under the box, with the word in it.
    pub message: String,
    /// Where that word is, in bytes of the text.
    pub span: Range<usize>,
    /// What was probably meant in its place.
    pub instead: Option<String>,
}

/// Reads what was typed. Phones are read as people in `country` write them.
///
/// # Errors
/// A sentence that names the part that was not understood.
pub fn parse(text: &str, country: CountryCode) -> Result<Query, Problem> {
    parse_counted(text, country).0
}

/// Also counts the steps that took.
pub(super) fn parse_counted(text: &str, country: CountryCode) -> (Result<Query, Problem>, usize) {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        let message = format!("This search is too long. Use at most {LONGEST} characters.");
        return (Err(Problem { message, span: end..text.len(), instead: None }), LONGEST);
    }
    let (tokens, steps) = scan(text);
    let mut reader = Reader { country, steps };
    (reader.query(&tokens), reader.steps)
}

struct Reader {
    country: CountryCode,
    steps: usize,
}

impl Reader {
    fn query(&mut self, tokens: &[Token<'_>]) -> Result<Query, Problem> {
        check_amounts(tokens)?;
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

    /// A run of tokens as one phone: a whole number anywhere, a piece of one when it is all the text there is.
    fn joined(&mut self, run: &[Token<'_>], is_all: bool) -> Option<Term> {
        if run.len() < 2 {
            return None;
        }
        let words = run.iter().map(|token| text_of(token).1).collect::<Vec<_>>();
        let (negated, typed) = (text_of(&run[0]).0, words.join(" "));
        self.steps += typed.len();
        let whole = Phone::search_digits(&typed, self.country);
        let digits = whole.or_else(|| if is_all && !negated { digits(&typed, self.country) } else { None })?;
        Some(Term { negated, test: Test::Text(Text { typed, quoted: false, shape: Shape::Digits(digits) }) })
    }

    fn term(&mut self, token: &Token<'_>) -> Result<Term, Problem> {
        self.steps += token.span.len();
        match &token.piece {
            Piece::Keyed { negated, key, values } => {
                let test = Asked { token, key, values, country: self.country }.test()?;
                Ok(Term { negated: *negated, test })
            }
            Piece::Text { quoted: false, text, .. } if is_bracketed(text.trim_start_matches('-')) => {
                problem(token, brackets(text))
            }
            _ => {
                let (negated, text) = text_of(token);
                let quoted = matches!(token.piece, Piece::Text { quoted: true, .. });
                let text = if quoted { Text::quoted(text) } else { Text::bare(text, self.country) };
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

/// The `OR` at the beginning or the end.
fn edge<'a, 't>(tokens: &'a [Token<'t>]) -> &'a Token<'t> {
    let first = &tokens[0];
    if first.piece == Piece::Or { first } else { &tokens[tokens.len() - 1] }
}

fn problem<T>(token: &Token<'_>, message: String) -> Result<T, Problem> {
    Err(Problem { message, span: token.span.clone(), instead: None })
}

fn shown(text: &str) -> String {
    let start: String = text.chars().take(LONGEST_SHOWN).collect();
    if start.len() < text.len() { start + "…" } else { start }
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

/// Punctuation beside words is searched for like them. Alone it has no place in the index of words and would read the
/// whole account.
fn check_substance(tokens: &[Token<'_>], terms: &[Term]) -> Result<(), Problem> {
    let texts =
        || terms.iter().filter_map(|term| if let Test::Text(text) = &term.test { Some(&*text.typed) } else { None });
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

pub(super) fn has_substance(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// How many tokens from the first on may belong to one phone.
fn run_of_phone(tokens: &[Token<'_>]) -> usize {
    let is_part = |(place, token): &(usize, &Token<'_>)| matches!(&token.piece, Piece::Text { negated, quoted: false, text } if is_phone_like(text) && (*place == 0 || !negated));
    tokens.iter().enumerate().take_while(is_part).count()
}

pub(super) fn is_phone_like(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || "+-.()/ ".contains(c))
}

/// Brackets would mean an order of `OR` that the search does not have; in a phone they mean nothing.
pub(super) fn is_bracketed(bare: &str) -> bool {
    let is_phone = is_phone_like(bare) && bare.contains(|c: char| c.is_ascii_digit());
    (bare.starts_with('(') || bare.ends_with(')')) && !is_phone
}

fn brackets(text: &str) -> String {
    let text = shown(text);
    format!(
        "Brackets do not group words, and “OR” separates whole searches: a b OR c is (a and b) or c. To search for the \
         bracket itself, quote it: \"{text}\"."
    )
}

impl Text {
    /// A text without quotes, which is what it looks like.
    pub fn bare(typed: &str, country: CountryCode) -> Self {
        Self { typed: typed.to_owned(), quoted: false, shape: shape(typed, country) }
    }

    /// Words in quotes.
    pub fn quoted(typed: &str) -> Self {
        Self { typed: typed.to_owned(), quoted: true, shape: Shape::Words }
    }
}

fn shape(text: &str, country: CountryCode) -> Shape {
    if let Ok(id) = text.parse::<CustomerId>() {
        return Shape::Id(id);
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

/// The digits of what reads as a phone in `country`; else the digits as a piece of one, leading zeros dropped.
fn digits(text: &str, country: CountryCode) -> Option<String> {
    let count = text.chars().filter(char::is_ascii_digit).count();
    if !is_phone_like(text) || count < FEWEST_DIGITS {
        return None;
    }
    if let Some(whole) = Phone::search_digits(text, country) {
        return Some(whole);
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let piece = digits.trim_start_matches('0');
    (piece.len() >= FEWEST_LEFT).then(|| piece.to_owned())
}

/// Digits behind `phone:`. What is left of a piece may read as a whole number by itself, as it will when it is written
/// back.
pub(super) fn phone_digits(text: &str, country: CountryCode) -> Option<String> {
    let digits = digits(text, country).filter(|digits| digits.len() >= FEWEST_DIGITS)?;
    Some(Phone::search_digits(&digits, country).filter(|_| !is_whole(&digits)).unwrap_or(digits))
}

/// Whether these are the digits of a whole number with its country code.
pub(super) fn is_whole(digits: &str) -> bool {
    let anywhere = CountryCode::all().next();
    let read = anywhere.and_then(|country| Phone::search_digits(&format!("+{digits}"), country));
    read.is_some_and(|read| read == digits)
}

/// A key with its values, to be read.
struct Asked<'a, 't> {
    token: &'a Token<'t>,
    key: &'a str,
    values: &'a [Value],
    country: CountryCode,
}

impl Asked<'_, '_> {
    fn test(&self) -> Result<Test, Problem> {
        let (stem, own) = self.key.split_once('.').map_or((self.key, None), |(stem, own)| (stem, Some(own)));
        let known = keys::find(stem).filter(|key| own.is_none() || key.name == "metadata");
        let Some(known) = known else { return self.unknown() };
        if self.values.iter().any(|value| value.text.is_empty()) {
            return self.empty(known.example);
        }
        let bracketed = self.values.iter().find(|value| !value.quoted && is_bracketed(&value.text));
        if let Some(value) = bracketed {
            return self.problem(brackets(&value.text));
        }
        match known.name {
            "name" => self.words().map(Test::Name),
            "company" => self.words().map(Test::Company),
            "email" => self.each(|text| self.email(text)).map(Test::Email),
            "phone" => self.each(|text| self.phone(text)).map(Test::Phone),
            "country" => self.each(|text| self.country(text)).map(Test::Country),
            "lang" => self.each(|text| self.language(text)).map(Test::Language),
            "kind" => self.each(|text| self.word(text)).map(Test::Kind),
            "status" => self.each(|text| self.word(text)).map(Test::Status),
            "has" => self.each(|text| self.word(text)).map(Test::Has),
            "created" => self.each(|text| self.period(text)).map(Test::Created),
            "id" => self.each(|text| self.id(text)).map(Test::Id),
            "spent" => self.each(|text| self.amounts(text)).map(Test::Spent),
            "payments" => self.each(|text| self.count(text)).map(Test::Payments),
            "last_payment" => self.each(|text| self.period(text)).map(Test::LastPayment),
            "card" => self.each(|text| self.word(text)).map(Test::Card),
            "last4" => self.each(|text| self.last4(text)).map(Test::Last4),
            _ => self.metadata(own.unwrap_or_default()),
        }
    }

    fn problem<T>(&self, message: String) -> Result<T, Problem> {
        problem(self.token, message)
    }

    /// With what was probably meant in the place of key or value.
    fn misspelt<T>(&self, message: String, meant: Option<(&str, Option<&str>)>) -> Result<T, Problem> {
        let negated = matches!(self.token.piece, Piece::Keyed { negated: true, .. });
        let instead = meant.and_then(|(key, value)| {
            let values: Vec<String> = match (value, self.values) {
                (None, values) => values.iter().map(|value| print::Value(&value.text).to_string()).collect(),
                (Some(value), [_]) => vec![value.to_owned()],
                (Some(_), _) => return None,
            };
            Some(format!("{}{key}:{}", if negated { "-" } else { "" }, values.join(",")))
        });
        self.problem(message).map_err(|problem| Problem { instead, ..problem })
    }

    fn each<T>(&self, read: impl Fn(&str) -> Result<T, Problem>) -> Result<Vec<T>, Problem> {
        self.values.iter().map(|value| read(&value.text)).collect()
    }

    fn unknown<T>(&self) -> Result<T, Problem> {
        let key = shown(self.key);
        let near = keys::nearest(self.key);
        let hint = match near {
            Some(near) if near.name == "metadata" => format!("Did you mean {}?", near.example),
            Some(near) => format!("Did you mean {}:?", near.name),
            None => {
                let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
                format!("The keys are {}.", names.join(", "))
            }
        };
        let values: Vec<&str> = self.values.iter().map(|value| value.text.as_str()).collect();
        let whole = shown(&format!("{}:{}", self.key, values.join(",")).replace('"', "\"\""));
        let message =
            format!("There is no search key “{key}”. {hint} To search for the text itself, quote it: \"{whole}\".");
        let has_values = self.values.iter().all(|value| !value.text.is_empty());
        self.misspelt(message, near.filter(|near| near.name != "metadata" && has_values).map(|near| (near.name, None)))
    }

    fn empty<T>(&self, example: &str) -> Result<T, Problem> {
        let key = shown(self.key);
        if self.values.len() > 1 {
            return self.problem(format!(
                "A value is missing beside a comma of “{key}:”. Write commas without spaces, like {example}."
            ));
        }
        self.problem(format!("“{key}:” needs a value, like {example}."))
    }

    fn words(&self) -> Result<Vec<String>, Problem> {
        self.each(|text| self.substantial(text).map(str::to_owned))
    }

    fn substantial<'v>(&self, text: &'v str) -> Result<&'v str, Problem> {
        if has_substance(text) {
            return Ok(text);
        }
        let (key, text) = (self.key, shown(text));
        self.problem(format!("“{text}” of “{key}:” has nothing to search for. Use letters or digits."))
    }

    fn email(&self, text: &str) -> Result<EmailPattern, Problem> {
        if text.contains('*') && !has_substance(text) {
            let text = shown(text);
            return self.problem(format!("“{text}” finds every email. To find who has one, write has:email."));
        }
        let text = self.substantial(text)?.to_owned();
        Ok(match (text.contains('*'), text.contains('@')) {
            (true, _) => EmailPattern::Glob(text),
            (false, true) => EmailPattern::Whole(text),
            (false, false) => EmailPattern::Part(text),
        })
    }

    fn phone(&self, text: &str) -> Result<String, Problem> {
        phone_digits(text, self.country).map_or_else(
            || {
                let text = shown(text);
                self.problem(format!(
                    "“{text}” is no phone. Write the number or {FEWEST_DIGITS} and more of its digits, like phone:5678."
                ))
            },
            Ok,
        )
    }

    fn country(&self, text: &str) -> Result<CountryCode, Problem> {
        let named = || CountryCode::all().find(|country| is_same_name(country.name(), text));
        if let Some(country) = CountryCode::parse(text).ok().or_else(named) {
            return Ok(country);
        }
        let near = keys::nearest_of(text, CountryCode::all().map(CountryCode::name).collect::<Vec<_>>().into_iter());
        let near = near.and_then(|name| CountryCode::all().find(|country| country.name() == name));
        let hint = near.map(|near| format!(" Did you mean country:{near} ({})?", near.name())).unwrap_or_default();
        let text = shown(text);
        let message = format!(
            "“{text}” is no country.{hint} Write a two-letter code or a name, like country:KE or country:Kenya."
        );
        self.misspelt(message, near.map(|near| ("country", Some(near.as_str()))))
    }

    fn language(&self, text: &str) -> Result<Language, Problem> {
        let named = || Language::all().find(|language| is_same_name(language.name(), text));
        if let Some(language) = Language::parse(text).ok().or_else(named) {
            return Ok(language);
        }
        let near = keys::nearest_of(text, Language::all().map(Language::name).collect::<Vec<_>>().into_iter());
        let near = near.and_then(|name| Language::all().find(|language| language.name() == name));
        let hint = near.map(|near| format!(" Did you mean lang:{near} ({})?", near.name())).unwrap_or_default();
        let text = shown(text);
        let message =
            format!("“{text}” is no language.{hint} Write a two-letter code or a name, like lang:en or lang:English.");
        self.misspelt(message, near.map(|near| ("lang", Some(near.as_str()))))
    }

    fn word<W: Word>(&self, text: &str) -> Result<W, Problem> {
        if let Some((_, word)) = W::ALL.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
            return Ok(*word);
        }
        let words = W::ALL.iter().map(|(word, _)| *word);
        let key = self.key.to_ascii_lowercase();
        let near = keys::nearest_of(text, words.clone());
        let hint = near.map(|near| format!(" Did you mean {key}:{near}?"));
        let forms: Vec<String> = words.map(|word| format!("{key}:{word}")).collect();
        let text = shown(text);
        let message = format!("“{key}:{text}” is not known.{} Use {}.", hint.unwrap_or_default(), forms.join(" or "));
        self.misspelt(message, near.map(|near| (key.as_str(), Some(near))))
    }

    fn period(&self, text: &str) -> Result<Period, Problem> {
        Period::parse(text).or_else(|reason| {
            let text = shown(text);
            self.problem(format!("“{text}” is no time to search for. {reason}"))
        })
    }

    fn amounts(&self, text: &str) -> Result<Amounts, Problem> {
        Amounts::parse(text).or_else(|reason| {
            let text = shown(text);
            self.problem(format!("“{text}” is no amount to search for. {reason}"))
        })
    }

    fn count(&self, text: &str) -> Result<Amounts, Problem> {
        Amounts::parse(text).ok().filter(Amounts::is_whole).map_or_else(
            || {
                let text = shown(text);
                self.problem(format!(
                    "“{text}” is no number of payments. Write payments:0, payments:>5 or payments:2..4."
                ))
            },
            Ok,
        )
    }

    fn last4(&self, text: &str) -> Result<String, Problem> {
        if is_last4(text) {
            return Ok(text.to_ascii_uppercase());
        }
        let text = shown(text);
        self.problem(format!(
            "“{text}” is not the end of a card or bank account. Write its last four digits, like last4:4242."
        ))
    }

    fn id(&self, text: &str) -> Result<CustomerId, Problem> {
        text.parse().or_else(|reason| {
            let text = shown(text);
            self.problem(format!("“{text}” is no customer’s ID. {reason}"))
        })
    }

    fn metadata(&self, key: &str) -> Result<Test, Problem> {
        if !metadata::is_key(key) {
            let typed = shown(self.key);
            return self.problem(format!(
                "“{typed}:” needs a key of 1 to 40 letters without accents, digits, “_”, “.” or “-” behind a dot, like \
                 metadata.tier:gold."
            ));
        }
        let values = self.each(|text| Ok(text.to_owned()))?;
        Ok(Test::Metadata { key: key.to_owned(), values })
    }
}

/// Without case and accents.
fn is_same_name(name: &str, typed: &str) -> bool {
    let plain =
        |text: &str| text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect::<String>();
    typed.len() >= 3 && plain(name) == plain(typed)
}
