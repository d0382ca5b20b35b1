//! Words of other search languages. Read as text they would find nobody, so that a sentence says how it is said here.

use super::{
    Problem, Values, Vocabulary, Written, has_substance,
    problem::problem,
    scan::{Piece, Token, Value},
    shown,
};
use crate::values::Currency;

/// Refuses what another system would understand otherwise.
///
/// # Errors
/// A sentence that says how it is written here.
pub fn refuse(tokens: &[Token<'_>], words: &Vocabulary) -> Result<(), Problem> {
    for (place, token) in tokens.iter().enumerate() {
        let Piece::Text { negated, quoted: false, text } = &token.piece else { continue };
        let before = place.checked_sub(1).map(|place| &tokens[place]);
        if let Some((message, instead)) = operator(text, *negated).or_else(|| in_two(text, before, words)) {
            return problem(token, message).map_err(|problem| Problem { instead, ..problem });
        }
        if let Some((key, start, not)) = before.and_then(|before| open_key(before, words)) {
            let whole = format!("{}{key}:{}", minus(not != *negated), Written(text));
            let message = format!("Write the key, the colon and the value without a space: {}.", shown(&whole));
            return Err(Problem { message, span: start..token.span.end, instead: Some(whole) });
        }
    }
    Ok(())
}

/// Returns a sentence, with what can be written in the place of the word.
type Advice = (String, Option<String>);

/// Returns the sign of what must not match.
fn minus(negated: bool) -> &'static str {
    if negated { "-" } else { "" }
}

fn operator(text: &str, negated: bool) -> Option<Advice> {
    let quote = format!("To search for the text itself, quote it: \"{text}\".");
    match text {
        "AND" | "&&" => Some((format!("All words have to match anyway, so leave out “{text}”. {quote}"), None)),
        "NOT" => Some((format!("Put a minus before what must not match, like -jane. {quote}"), None)),
        "|" | "||" => {
            Some((format!("Write OR between two searches, like jane OR john. {quote}"), Some("OR".to_owned())))
        }
        _ => {
            let plain = format!("{}{}", minus(negated), without_stars(text)?);
            let message = format!("Words are found by any part of them, so leave out the “*”: {plain}. {quote}");
            Some((message, Some(plain)))
        }
    }
}

/// Returns the text between stars at its ends, which mean "anything" elsewhere.
pub(super) fn without_stars(text: &str) -> Option<&str> {
    let plain = text.trim_matches('*');
    (plain.len() < text.len() && has_substance(plain) && !plain.contains('*')).then_some(plain)
}

/// Returns the key that a token is alone, with the place where it begins, and whether it is negated.
fn open_key(token: &Token<'_>, words: &Vocabulary) -> Option<(&'static str, usize, bool)> {
    let Piece::Keyed { negated, key, values } = &token.piece else { return None };
    let [Value { text, quoted: false }] = &values[..] else { return None };
    let known = words.find(key).filter(|known| text.is_empty() && !known.is_own())?;
    Some((known.name, token.span.start, *negated))
}

/// Returns a sentence about one term that was written as two.
fn in_two(text: &str, before: Option<&Token<'_>>, words: &Vocabulary) -> Option<Advice> {
    match &before?.piece {
        Piece::Text { quoted: false, text: name, .. } => {
            let value = text.strip_prefix(':')?;
            let key = words.find(name)?;
            let value = if value.is_empty() { "…" } else { value };
            Some((format!("Write the key, the colon and the value without a space: {}:{value}.", key.name), None))
        }
        Piece::Keyed { key, values, .. } => {
            let currency = Currency::parse(text).ok().filter(|currency| currency.as_str() == text)?;
            let key = words.find(key).filter(|key| matches!(key.values, Values::Amounts))?;
            let amount = values.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join(",");
            let has_none = amount.ends_with(|c: char| c.is_ascii_digit());
            let message = format!(
                "Write the currency behind the amount without a space: {}:{amount}{}.",
                key.name,
                currency.as_str()
            );
            has_none.then_some((message, None))
        }
        _ => None,
    }
}
