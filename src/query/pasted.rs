//! Pasted text: what mails, sheets and browsers put around an address, a number or an ID is taken off.

use super::{
    problem::{is_bracketed, is_phone_like},
    scan::{Piece, Token, key_length},
};
use crate::{ids::AnyId, values::phone};

/// The beginnings of links, which stand before a colon like a key.
const LINKS: [&str; 4] = ["mailto", "tel", "http", "https"];

/// What signatures write before an address or a number.
const LABELS: [&str; 10] = ["telephone", "mobile", "mob", "cell", "whatsapp", "mail", "e-mail", "t", "m", "e"];

/// The fewest digits that are a phone beside others.
const FEWEST_OF_PHONE: usize = 7;

/// Takes the wrapping off what was pasted: links become what they lead to, words lose the punctuation around them, and
/// of `Name <address>` the address remains.
pub fn unwrapped(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut plain: Vec<Token<'_>> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let mut start = token.span.start;
        if in_angles(&token.piece) {
            // The name of the person before their address. It need not be as it is stored.
            while let Some(name) = plain.pop_if(|last| is_name(&last.piece)) {
                start = name.span.start;
            }
        }
        if is_label(&token.piece) && tokens.peek().is_some_and(|next| is_labelled(&next.piece)) {
            continue;
        }
        let span = start..token.span.end;
        let pieces = apart(without_wrapping(token.piece));
        plain.extend(pieces.into_iter().map(|piece| Token { span: span.clone(), piece }));
    }
    plain
}

/// Returns whether a piece may be of a person's name, before their address.
fn is_name(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Text { negated: false, text, .. } if !text.contains('@'))
}

/// Returns whether a piece is what signatures write before an address or a number: `Tel:`.
fn is_label(piece: &Piece<'_>) -> bool {
    let Piece::Keyed { negated: false, key, values } = piece else { return false };
    is_link(key) && values.iter().all(|value| value.text.is_empty() && !value.quoted)
}

fn is_labelled(piece: &Piece<'_>) -> bool {
    let Piece::Text { negated: false, quoted: false, text } = piece else { return false };
    // The first piece of a phone is enough.
    is_contact(text) || is_phone_like(text) && !phone::digits(text).is_empty()
}

/// Returns whether a text looks like an email, an ID or a phone.
fn is_contact(text: &str) -> bool {
    let is_phone = is_phone_like(text) && phone::digits(text).len() >= FEWEST_OF_PHONE;
    is_email(text) || is_phone || id(text).is_some()
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty())
}

/// Cuts a text at the commas and semicolons of a list of addresses, numbers or IDs.
fn apart(piece: Piece<'_>) -> Vec<Piece<'_>> {
    let Piece::Text { negated: false, quoted: false, text } = &piece else { return vec![piece] };
    let parts: Vec<&str> = text.split([',', ';']).map(word).filter(|part| !part.is_empty()).collect();
    let is_list = parts.iter().all(|part| is_contact(part)) || parts.iter().any(|part| is_email(part));
    if parts.len() < 2 || !is_list || !parts.iter().all(|part| is_bare(part)) {
        return vec![piece];
    }
    let one = |part: &&str| Piece::Text { negated: false, quoted: false, text: (*part).to_owned() };
    parts.iter().map(one).collect()
}

fn without_wrapping(piece: Piece<'_>) -> Piece<'_> {
    match piece {
        Piece::Text { negated, quoted: false, text } => {
            let text = word(&text).to_owned();
            Piece::Text { negated, quoted: false, text }
        }
        Piece::Keyed { negated, key, values } if is_link(key) => {
            let whole = values.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join(",");
            let text = led_to(key, &whole);
            let is_named = LABELS.iter().any(|label| label.eq_ignore_ascii_case(key));
            if text.is_empty() || is_named && !is_contact(&text) {
                return Piece::Keyed { negated, key, values };
            }
            Piece::Text { negated, quoted: !is_bare(&text), text }
        }
        piece => piece,
    }
}

fn is_link(key: &str) -> bool {
    LINKS.iter().chain(&LABELS).any(|link| link.eq_ignore_ascii_case(key))
}

/// Returns what a link leads to: an address, a number, the ID of a page of ours, or else the address of the page.
fn led_to(key: &str, rest: &str) -> String {
    if let Some(id) = id(rest) {
        return id.to_string();
    }
    let is_page = key.len() > 3 && key[..4].eq_ignore_ascii_case("http");
    let text = if is_page { rest } else { rest.split('?').next().unwrap_or_default() };
    within(text.trim_matches('/')).to_owned()
}

/// Returns a word without the punctuation of a sentence around it. What is punctuation alone, or would mean something
/// else without it, stays as it is.
pub fn word(word: &str) -> &str {
    let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    if AnyId::find(core).is_some() {
        return core;
    }
    let inner = within(word);
    if is_bare(inner) { inner } else { word }
}

/// Returns whether a text is read as a word when it stands alone.
fn is_bare(text: &str) -> bool {
    !text.starts_with('-') && text != "OR" && key_length(text).is_none() && !is_bracketed(text) && !text.contains('"')
}

/// Returns whether it is an address in angle brackets, which follows a person's name.
fn in_angles(piece: &Piece<'_>) -> bool {
    let Piece::Text { negated: false, quoted: false, text } = piece else { return false };
    let Some((address, behind)) = text.strip_prefix('<').and_then(|rest| rest.split_once('>')) else { return false };
    address.contains('@') && !behind.contains(char::is_alphanumeric)
}

/// Returns the ID that a text is, in any case, or the last one that an address of a page has in it.
pub fn id(text: &str) -> Option<AnyId> {
    parts(text).find_map(AnyId::find)
}

/// Returns the pieces of an address from the last on, or the text itself when it is none.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').filter(|part| part.contains('_'))
}

fn within(word: &str) -> &str {
    let opens = |c: char| matches!(c, '<' | '[' | '{' | '"' | '\'' | '`' | ',' | ';') || is_quote(c);
    let closes = |c: char| opens(c) || matches!(c, '>' | ']' | '}' | '.' | ':' | '!' | '?' | '…' | '。' | '、' | '،');
    let rest = word.trim_start_matches(opens).trim_end_matches(closes);
    if rest.contains(char::is_alphanumeric) { rest } else { word }
}

fn is_quote(c: char) -> bool {
    matches!(c, '\u{2018}'..='\u{201F}' | '«' | '»' | '‹' | '›' | '「' | '」')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CustomerId, PaymentId};

    #[test]
    fn a_word_loses_the_punctuation_of_a_sentence() {
        for (typed, bare) in [
            ("Ondieki,", "Ondieki"),
            ("“Nyambura”", "Nyambura"),
            ("'+254711222903", "+254711222903"),
            ("zuri@x.example;", "zuri@x.example"),
            ("[zuri@x.example]", "zuri@x.example"),
            ("o'neil", "o'neil"),
            ("J.R.", "J.R"),
            ("c++", "c++"),
            ("@acme.com", "@acme.com"),
            ("'OR'", "'OR'"),
            ("'name:x'", "'name:x'"),
            ("...", "..."),
            ("-", "-"),
        ] {
            assert_eq!(word(typed), bare, "{typed}");
            assert_eq!(word(bare), bare, "a second time changes nothing");
        }
    }

    #[test]
    fn an_id_is_found_in_any_case_and_in_an_address() {
        let (customer, payment) = (CustomerId::new(), PaymentId::new());
        for text in [
            customer.to_string(),
            customer.to_string().to_uppercase(),
            format!("//clientele.example/customers/{customer}"),
            format!("/customers/{customer}/payments?after=x#top"),
        ] {
            assert_eq!(id(&text), Some(customer.into()), "{text}");
        }
        assert_eq!(id("cust_x"), None);
        assert_eq!(id(&format!("//h/payments/{payment}/refunds/new")), Some(payment.into()));
        for (before, behind) in [("(", ")"), ("#", ""), ("**", "**"), ("«", "».")] {
            assert_eq!(word(&format!("{before}{payment}{behind}")), payment.to_string());
        }
    }
}
