//! Cuts text into tokens: it finds where words, quotes, keys and their values begin and end. Every character is read a
//! bounded number of times.

use std::ops::Range;

/// A piece of the search as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'t> {
    pub span: Range<usize>,
    pub piece: Piece<'t>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    Or,
    Text { negated: bool, quoted: bool, text: String },
    Keyed { negated: bool, key: &'t str, values: Vec<Value> },
}

/// A value between the commas behind a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    pub text: String,
    pub quoted: bool,
}

/// Cuts `text` at white space and control characters. A quote keeps them (as one space), a doubled one in it is a quote
/// itself, and one left open lasts to the end. Also counts the steps that took.
pub fn scan(text: &str) -> (Vec<Token<'_>>, usize) {
    let mut scanner = Scanner { text, at: 0, steps: 0 };
    let mut tokens = Vec::new();
    loop {
        scanner.skip(is_gap);
        if scanner.at == text.len() {
            return (tokens, scanner.steps);
        }
        let start = scanner.at;
        if let Some(piece) = scanner.piece() {
            tokens.push(Token { span: start..scanner.at, piece });
        }
    }
}

/// Returns whether a character separates words: white space and control characters.
pub fn is_gap(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Returns the length of the key in a text that starts with a key and a colon.
pub fn key_length(bare: &str) -> Option<usize> {
    bare.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| bare.find(':'))?
}

/// Returns whether a minus before `rest` means "not": before a letter, digit, quote or @, and before what opens a
/// phone.
pub fn is_negatable(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        Some('"' | '@') => true,
        Some('+' | '(') => chars.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => c.is_alphanumeric(),
        None => false,
    }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    steps: usize,
}

impl<'t> Scanner<'t> {
    /// Returns the next piece; nothing for empty quotes.
    fn piece(&mut self) -> Option<Piece<'t>> {
        let negated = self.rest().strip_prefix('-').is_some_and(is_negatable) && self.take('-');
        if self.next_is('"') {
            let text = self.quoted();
            return (!text.is_empty()).then_some(Piece::Text { negated, quoted: true, text });
        }
        let start = self.at;
        let bare = self.skip(|c| !is_gap(c) && c != '"');
        if let Some(length) = key_length(bare) {
            self.at = start + length + 1;
            return Some(Piece::Keyed { negated, key: &bare[..length], values: self.values() });
        }
        Some(match bare {
            "OR" if !negated => Piece::Or,
            _ => Piece::Text { negated, quoted: false, text: bare.to_owned() },
        })
    }

    fn values(&mut self) -> Vec<Value> {
        let mut values = vec![self.value()];
        while self.take(',') {
            values.push(self.value());
        }
        values
    }

    fn value(&mut self) -> Value {
        let mut value = Value { text: String::new(), quoted: false };
        loop {
            if self.next_is('"') {
                value.quoted = true;
                value.text.push_str(&self.quoted());
            }
            let bare = self.skip(|c| !is_gap(c) && c != '"' && c != ',');
            value.text.push_str(bare);
            if !self.next_is('"') {
                return value;
            }
        }
    }

    /// Reads from a quote to the next that is not doubled, with gaps as one space.
    fn quoted(&mut self) -> String {
        self.take('"');
        let mut text = String::new();
        loop {
            text.push_str(self.skip(|c| c != '"'));
            if !self.take('"') || !self.take('"') {
                break;
            }
            text.push('"');
        }
        text.split(is_gap).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn next_is(&mut self, c: char) -> bool {
        self.steps += 1;
        self.rest().starts_with(c)
    }

    fn take(&mut self, c: char) -> bool {
        let is_next = self.next_is(c);
        if is_next {
            self.at += c.len_utf8();
        }
        is_next
    }

    /// Takes the characters that `keeps` accepts.
    fn skip(&mut self, keeps: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c: char| !keeps(c)).unwrap_or(rest.len());
        self.steps += 1 + rest[..length].chars().count();
        self.at += length;
        &rest[..length]
    }
}
