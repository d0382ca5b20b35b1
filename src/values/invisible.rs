//! Characters that nobody sees. Copying from chats, mails, web pages and spreadsheets brings them along.

/// Returns whether a character shows nothing by itself: those that Unicode calls default-ignorable, and the blank of
/// Braille.
pub fn is_invisible(c: char) -> bool {
    is_soft(c)
        || is_direction(c)
        || is_attached(c)
        || matches!(
            c,
            '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200C}'
                | '\u{200D}' | '\u{2061}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
                | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// Returns whether a character only says where a line may be broken: zero-width space, soft hyphen, word joiner, byte
/// order mark. Two words that differ in one of them look the same.
pub fn is_soft(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

/// Returns whether a character only says in which direction a text runs.
pub fn is_direction(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether a character changes the look of the one before it: the colour of a heart, the country of a flag, the
/// shape of an ideograph.
fn is_attached(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Returns the text without white space and invisible characters at its ends. What belongs to the last character, as in
/// an emoji, stays.
pub fn trimmed(text: &str) -> &str {
    let is_blank = |c: char| c.is_whitespace() || is_invisible(c);
    let rest = text.trim_start_matches(is_blank);
    let visible = rest.trim_end_matches(is_blank);
    if visible.ends_with(|c: char| c.is_ascii()) || visible.is_empty() {
        return visible;
    }
    let attached: usize = rest[visible.len()..].chars().take_while(|c| is_attached(*c)).map(char::len_utf8).sum();
    &rest[..visible.len() + attached]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_see_is_nothing() {
        for text in [
            "\u{200b}",
            "\u{3164}",
            "\u{2800}",
            "\u{2060}",
            "\u{34f}",
            "\u{fe0f}",
            "\u{115f}",
            "\u{e0041}",
            "\u{ffa0}\u{3000}\u{180e}",
            "\u{2066}\u{2069}",
            " \u{feff}\t\u{ad} ",
        ] {
            assert_eq!(trimmed(text), "", "{text:?}");
        }
    }

    #[test]
    fn ends_are_clean_and_what_is_inside_stays() {
        for (text, clean) in [
            ("\u{feff}Zuhura\u{200b}", "Zuhura"),
            ("\u{202a}Brigid \u{202c}", "Brigid"),
            ("\u{2068}محمود\u{2069}", "محمود"),
            ("می\u{200c}خواهم\u{200d}", "می\u{200c}خواهم"),
            ("Ada\u{fe0f}", "Ada"),
            ("Duka ❤\u{fe0f}", "Duka ❤\u{fe0f}"),
            (
                "🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}\u{200b}",
                "🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
            ),
            ("葛\u{e0100} ", "葛\u{e0100}"),
        ] {
            assert_eq!(trimmed(text), clean, "{text:?}");
        }
    }
}
