//! What came of sending something: an answer, or the reason why there is none.

use std::{fmt, time::Duration};

use jiff::{SignedDuration, Timestamp};

use crate::values::invisible::is_direction;

/// The most bytes of an answer that are kept.
pub const EXCERPT: usize = 1024;

/// The longest time for which a receiver may ask to be left alone.
pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// An answer, whatever it says: one that leads elsewhere or tells of an error is one too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status, like 200.
    pub status: u16,
    /// The time for which the receiver asks to be left alone, at most [`LONGEST_WAIT`].
    pub retry_after: Option<SignedDuration>,
    /// The beginning of the body as text of at most [`EXCERPT`] bytes. It is a stranger's: escape it. It has no NUL, no
    /// control character but line breaks and tabs, and nothing that turns the direction of reading.
    pub excerpt: String,
    /// The time from asking for the name to the end of reading.
    pub took: Duration,
}

/// A try without an answer. It reads as a sentence for those who gave the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The reason.
    pub why: Why,
    /// The time from asking for the name to giving up.
    pub took: Duration,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}

impl std::error::Error for Failure {}

/// Why there is no answer. It reads as a sentence that repeats nothing: neither an address that a name led to nor what a
/// receiver said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The name leads to an address that is not of the internet, perhaps beside others that are.
    NotAllowed,
    /// The name leads nowhere, or nobody could say where to in time.
    Unresolved,
    /// No connection, or it broke before anything was sent.
    Unreachable,
    /// The certificate or the encryption is not one to rely on.
    Tls,
    /// Connecting, or all of it, took too long.
    TooSlow,
    /// What came back is no whole answer.
    Broken,
    /// What was to be sent cannot be sent: a fault of ours.
    Unsendable,
}

impl Why {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::NotAllowed,
        Self::Unresolved,
        Self::Unreachable,
        Self::Tls,
        Self::TooSlow,
        Self::Broken,
        Self::Unsendable,
    ];

    /// Returns the word by which it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::Unresolved => "unresolved",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::TooSlow => "too_slow",
            Self::Broken => "broken",
            Self::Unsendable => "unsendable",
        }
    }

    /// Returns the reason that is kept by a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == word)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAllowed => "The name leads to an address that is not on the internet, so nothing was sent.",
            Self::Unresolved => "No address was found for the name.",
            Self::Unreachable => "No connection could be made.",
            Self::Tls => {
                "The connection could not be made safe: the receiver’s certificate or its encryption is not accepted."
            }
            Self::TooSlow => "There was no connection, or no whole answer, in time.",
            Self::Broken => "The connection broke, or what came back is no answer.",
            Self::Unsendable => "It could not be put together. Tell who runs Clientele.",
        })
    }
}

impl std::error::Error for Why {}

/// Reads the header `Retry-After`: seconds, or a time in one of the three writings of HTTP. What is neither says nothing.
pub(super) fn retry_after(text: &str, now: Timestamp) -> Option<SignedDuration> {
    let text = text.trim();
    let wanted = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_or(LONGEST_WAIT, SignedDuration::from_secs)
    } else {
        let time = httpdate::parse_http_date(text).ok()?;
        // Only one in the last hours of the year 9999 is none.
        Timestamp::try_from(time).map_or(LONGEST_WAIT, |time| time.duration_since(now))
    };
    Some(wanted.clamp(SignedDuration::ZERO, LONGEST_WAIT))
}

/// Returns the beginning of a body as text that can be kept and shown.
pub(super) fn excerpt(body: &[u8]) -> String {
    // A character has at most four bytes, and what is left out has some too.
    let start = &body[..body.len().min(4 * EXCERPT)];
    let mut text = String::new();
    for chunk in start.utf8_chunks() {
        let broken = Some(char::REPLACEMENT_CHARACTER).filter(|_| !chunk.invalid().is_empty());
        for c in chunk.valid().chars().chain(broken).filter_map(shown) {
            if text.len() + c.len_utf8() > EXCERPT {
                return text;
            }
            text.push(c);
        }
    }
    text
}

/// Returns a character as it may be seen: controls as the pictures that Unicode has of them.
fn shown(c: char) -> Option<char> {
    match c {
        '\n' | '\t' => Some(c),
        '\r' => None,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('\u{2421}'),
        _ if c.is_control() => Some(char::REPLACEMENT_CHARACTER),
        _ if is_direction(c) => None,
        _ => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_in_seconds_or_until_a_time_and_a_day_at_most() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        for (text, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 120 ", Some(120)),
            ("0120", Some(120)),
            ("86400", Some(86_400)),
            ("86401", Some(86_400)),
            ("99999999999999999999999999", Some(86_400)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(37)),
            ("Sun Nov  6 08:49:37 1994", Some(37)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(86_400)),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("1e3", None),
            ("120 s", None),
            ("soon", None),
            ("１２０", None),
            ("1994-11-06T08:49:37Z", None),
            ("Sun, 06 Nov 1994 08:49:37 +0100", None),
            ("Sun, 31 Feb 1994 08:49:37 GMT", None),
        ] {
            assert_eq!(retry_after(text, now), seconds.map(SignedDuration::from_secs), "{text}");
        }
    }

    #[test]
    fn an_excerpt_can_be_kept_and_shown() {
        for (body, text) in [
            (&b"{\"ok\": true}\r\n"[..], "{\"ok\": true}\n"),
            (b"a\0b\x1b[31mc\x7f\xc2\x85", "a\u{2400}b\u{241b}[31mc\u{2421}\u{fffd}"),
            (b"a\xffb\xe2\x82", "a\u{fffd}b\u{fffd}"),
            ("a\u{202e}b\u{200f}\u{e9}".as_bytes(), "ab\u{e9}"),
            (b"", ""),
        ] {
            assert_eq!(excerpt(body), text);
        }
        assert_eq!(excerpt(&[b'a'; 5_000]).len(), 1_024);
        assert_eq!(excerpt("aä".repeat(2_000).as_bytes()), format!("{}a", "aä".repeat(341)), "cut at a character");
        assert_eq!(excerpt(&[0; 70_000]), "\u{2400}".repeat(341), "what is shown counts");
    }

    #[test]
    fn each_reason_has_a_word_and_a_sentence() {
        for why in Why::ALL {
            assert_eq!(Why::of(why.as_str()), Some(why));
            assert!(why.to_string().ends_with('.'));
        }
        assert_eq!(Why::of("tired"), None);
    }
}
