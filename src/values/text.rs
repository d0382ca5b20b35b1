//! A line is text as a person meant it: trimmed, one space between words, accents composed (NFC), nothing invisible
//! that deceives.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{
    card::holds_card_number,
    invisible::{is_direction, is_invisible, is_soft, trimmed},
};
use crate::{codes::Code, reason::Reason};

/// The reason why a text cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// It has a control character, NUL or a code point that is no character.
    Control(char),
    /// It has a character that turns the direction of the text around it, so that it reads as something else.
    Direction(char),
    /// It has more characters than fit.
    TooLong {
        /// The number of characters that fit.
        max: usize,
        /// The number of characters that it has.
        has: usize,
    },
    /// It holds what looks like a card number.
    CardNumber,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control(c) => write!(
                f,
                "There is an invisible control character (U+{:04X}) in this text. Type it again without it.",
                u32::from(*c)
            ),
            Self::Direction(c) => write!(
                f,
                "There is an invisible character (U+{:04X}) in this text that turns the reading direction. Type it again without it.",
                u32::from(*c)
            ),
            Self::TooLong { max, has } => {
                write!(f, "Use at most {max} characters; this has {has}.")
            }
            Self::CardNumber => f.write_str(
                "There is what looks like a card number in it. Remove it; a card belongs under payment methods.",
            ),
        }
    }
}

impl std::error::Error for TextError {}

impl From<TextError> for Reason {
    fn from(err: TextError) -> Self {
        let code = match err {
            TextError::Control(_) | TextError::Direction(_) => Code::CharacterRefused,
            TextError::TooLong { .. } => Code::TooLong,
            TextError::CardNumber => Code::CardNumberInText,
        };
        code.says(err.to_string())
    }
}

/// Cleans one line of text; `None` when nothing is left that could be seen. `max_chars` counts characters after cleaning.
pub fn line(raw: &str, max_chars: usize) -> Result<Option<String>, TextError> {
    let raw = trimmed(raw);
    raw.chars().try_for_each(refuse)?;
    let mut cleaned = String::with_capacity(raw.len());
    for word in raw.split_whitespace().filter(|word| !word.chars().all(is_invisible)) {
        if !cleaned.is_empty() {
            cleaned.push(' ');
        }
        cleaned.extend(word.chars().filter(|c| !is_soft(*c)).nfc());
    }
    let has = cleaned.chars().count();
    if has > max_chars {
        return Err(TextError::TooLong { max: max_chars, has });
    }
    Ok(Some(cleaned).filter(|text| !text.is_empty()))
}

/// Cleans a [`line()`] that holds no card number either: for notes, descriptions, metadata and custom fields.
pub fn free_line(raw: &str, max_chars: usize) -> Result<Option<String>, TextError> {
    let cleaned = line(raw, max_chars)?;
    match cleaned.as_deref().is_some_and(holds_card_number) {
        true => Err(TextError::CardNumber),
        false => Ok(cleaned),
    }
}

/// Cleans a text of several lines that holds no card number, as [`free_line()`] does; what is typed within it stays:
/// line breaks, which become `\n`, empty lines, and the white space of each line.
pub fn free_lines(raw: &str, max_chars: usize) -> Result<Option<String>, TextError> {
    let whole: String = trimmed(raw).chars().filter(|c| !is_soft(*c)).nfc().collect();
    let cleaned = whole.replace("\r\n", "\n").replace('\r', "\n");
    cleaned.chars().filter(|c| !matches!(c, '\n' | '\t')).try_for_each(|c| match c.is_control() {
        true => Err(TextError::Control(c)),
        false => refuse(c),
    })?;
    let has = cleaned.chars().count();
    if has > max_chars {
        return Err(TextError::TooLong { max: max_chars, has });
    }
    match holds_card_number(&cleaned) {
        true => Err(TextError::CardNumber),
        false => Ok(Some(cleaned).filter(|text| !text.is_empty())),
    }
}

/// Returns the beginning of a text, as one line of about so many characters.
pub fn beginning(text: &str, max_chars: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// Cleans the text of a search, as [`line()`] cleans what is stored. What only turns the direction or allows a break is
/// left out, wherever it stands: nobody searches for it.
pub fn searched(raw: &str) -> String {
    raw.chars().filter(|c| !is_soft(*c) && !is_direction(*c)).nfc().collect::<String>().trim().to_owned()
}

fn refuse(c: char) -> Result<(), TextError> {
    match c {
        // “Trojan Source” (CVE-2021-42574): embeddings, overrides and isolates. The marks U+200E, U+200F and U+061C stay:
        // they turn nothing around, and right-to-left names need them beside numbers.
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Err(TextError::Direction(c)),
        '\u{FFFE}' | '\u{FFFF}' => Err(TextError::Control(c)),
        // Tab, newline and the like are white space first.
        _ if c.is_control() && !c.is_whitespace() => Err(TextError::Control(c)),
        _ => Ok(()),
    }
}

/// Returns the first letters of the first and last word.
pub fn initials(title: &str) -> String {
    let mut letters = title.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = letters.next();
    let last = letters.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).take(2).collect()
}

/// Returns the letters and digits of a name, without case and accents: those of two ways to write it are the same.
pub fn plain(name: &str) -> String {
    unaccented(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns the text without case and accents.
pub fn unaccented(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Returns whether every word of `typed` begins a word of `text`. Case and accents do not matter.
pub fn begin_words(typed: &str, text: &str) -> bool {
    let text = unaccented(text);
    let begins = |word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|other| other.starts_with(word));
    // A name may begin with what is no letter, or hold it.
    unaccented(typed)
        .split_whitespace()
        .all(|word| begins(word) || text.split_whitespace().any(|other| other.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cleans_a_line() {
        for (raw, cleaned) in [
            ("", None),
            (" \t\r\n\u{a0}\u{3000}\u{85}", None),
            ("Jane", Some("Jane")),
            ("  Jane \t\r\n  Otieno\u{a0}", Some("Jane Otieno")),
            ("a\u{2028}b\u{2003}c\u{b}d", Some("a b c d")),
            ("Jose\u{301}", Some("José")),
            ("\u{212b}ngstrom", Some("Ångstrom")),
            ("ﬁ ½ ①", Some("ﬁ ½ ①")),
            ("נועה\u{200f} 12\u{200f}", Some("נועה\u{200f} 12")),
            ("\u{202a}Ayo\u{202c} ", Some("Ayo")),
            ("Wan\u{ad}jiru\u{200b} Ka\u{2060}mau\u{feff}", Some("Wanjiru Kamau")),
            ("Ali \u{3164} Vali", Some("Ali Vali")),
            ("\u{3164}\u{3000}\u{2800}", None),
            ("👩\u{200d}🌾 क\u{94d}\u{200d}ष", Some("👩\u{200d}🌾 क\u{94d}\u{200d}ष")),
        ] {
            assert_eq!(line(raw, 500), Ok(cleaned.map(str::to_owned)), "{raw:?}");
        }
    }

    #[test]
    fn refuses_what_deceives() {
        for c in ['\0', '\u{1}', '\u{1b}', '\u{7f}', '\u{80}', '\u{fffe}', '\u{ffff}'] {
            assert_eq!(line(&format!("a{c}b"), 500), Err(TextError::Control(c)));
        }
        for c in ['\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
            assert_eq!(line(&format!("a{c}b"), 500), Err(TextError::Direction(c)));
        }
    }

    #[test]
    fn counts_characters_after_cleaning() {
        assert_eq!(line("  éé\n\nee\u{301} ", 6), Ok(Some("éé eé".to_owned())));
        assert_eq!(line("ééé", 2), Err(TextError::TooLong { max: 2, has: 3 }));
    }

    #[test]
    fn free_lines_hold_no_card_numbers() {
        assert_eq!(free_line("card 4242 4242\n4242 4242", 500), Err(TextError::CardNumber));
        assert_eq!(free_line(" call 0712 345 678 ", 500), Ok(Some("call 0712 345 678".to_owned())));
    }

    #[test]
    fn lines_keep_what_is_typed_within_them() {
        for (raw, cleaned) in [
            (" \r\n\n", None),
            ("\r\nCall first:\r\n  0712,\tthen \r\rwait. \n", Some("Call first:\n  0712,\tthen \n\nwait.")),
            ("Jose\u{301}\u{200b}\nA", Some("José\nA")),
        ] {
            assert_eq!(free_lines(raw, 500), Ok(cleaned.map(str::to_owned)), "{raw:?}");
        }
        for c in ['\0', '\u{b}', '\u{c}', '\u{1b}', '\u{85}'] {
            assert_eq!(free_lines(&format!("a{c}b"), 500), Err(TextError::Control(c)));
        }
        assert_eq!(free_lines("a\u{202e}b", 500), Err(TextError::Direction('\u{202e}')));
        assert_eq!(free_lines("card 4242 4242\n4242 4242", 500), Err(TextError::CardNumber));
        assert_eq!(free_lines("é\n\né", 3), Err(TextError::TooLong { max: 3, has: 4 }));
    }

    #[test]
    fn a_beginning_is_one_line() {
        assert_eq!(beginning("Call\n  before ten", 80), "Call before ten");
        assert_eq!(beginning("José calls", 5), "José…");
    }

    #[test]
    fn errors_say_how_to_fix_it() {
        assert_eq!(
            TextError::Control('\0').to_string(),
            "There is an invisible control character (U+0000) in this text. Type it again without it."
        );
        assert_eq!(TextError::TooLong { max: 200, has: 214 }.to_string(), "Use at most 200 characters; this has 214.");
    }

    proptest! {
        #[test]
        fn a_cleaned_line_is_clean(raw in any::<String>()) {
            if let Ok(Some(cleaned)) = line(&raw, 500) {
                prop_assert_eq!(line(&cleaned, 500), Ok(Some(cleaned.clone())));
                prop_assert!(!cleaned.chars().any(char::is_control));
            }
        }
    }

    #[test]
    fn every_word_begins_a_word() {
        for q in ["", "  ", "prof", "YOUR pro", "pro you", "passw"] {
            assert!(begin_words(q, "Your profile password"), "{q}");
        }
        for q in ["rofile", "profile x", "your-profile", "-"] {
            assert!(!begin_words(q, "Your profile password"), "{q}");
        }
        for (q, name) in
            [("jose", "José’s own"), ("JOSÉ", "Jose"), ("own", "José’s-own"), ("#vip", "#VIP 2026"), ("李", "李明")]
        {
            assert!(begin_words(q, name), "{q} {name}");
        }
    }
}
