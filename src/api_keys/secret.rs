//! The secret of a key: what a merchant's own system sends. Its form is checked without a database, so that a mistyped
//! one costs nothing. Clientele keeps its SHA-256 and its last four characters.

use std::fmt;

use rand::{TryRng, rngs::SysRng};
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    values::Mode,
};

/// The number of characters that nobody can guess: 190 bits.
const RANDOM: usize = 32;

/// The number of characters behind them that check all before.
const CHECK: usize = 6;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A secret, like `sk_live_` with 38 letters and digits. Nothing prints it but [`Secret::reveal`].
pub struct Secret {
    text: String,
    mode: Mode,
}

/// The SHA-256 of a secret, by which its key is found. The secret cannot be guessed, so no salt is needed.
pub type Hash = [u8; 32];

/// The error of a text that has not a secret's form, or whose check does not match: it is mistyped or cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl Secret {
    /// Makes a secret from the system's random source.
    ///
    /// # Errors
    /// When that source fails.
    pub fn new(mode: Mode) -> Result<Self> {
        let mut text = prefix(mode).to_owned();
        let whole = text.len() + RANDOM;
        while text.len() < whole {
            let mut bytes = [0; RANDOM];
            SysRng.try_fill_bytes(&mut bytes).map_err(Error::internal)?;
            // Bytes past the last whole round of the alphabet would make its first letters likelier.
            let fair =
                bytes.iter().filter(|byte| **byte < 248).map(|byte| char::from(ALPHABET[usize::from(byte % 62)]));
            text.extend(fair.take(whole - text.len()));
        }
        let check = check(&text);
        text.push_str(&check);
        Ok(Self { text, mode })
    }

    /// Reads what was sent.
    ///
    /// # Errors
    /// When it has not a secret's form, or its check does not match.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let of_mode = |mode| Some((mode, text.strip_prefix(prefix(mode))?));
        let (mode, rest) = [Mode::Live, Mode::Test].into_iter().find_map(of_mode).ok_or(Malformed)?;
        let is_formed = rest.len() == RANDOM + CHECK && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (before, last) = text.split_at_checked(text.len().saturating_sub(CHECK)).ok_or(Malformed)?;
        if is_formed && check(before) == last { Ok(Self { text: text.to_owned(), mode }) } else { Err(Malformed) }
    }

    /// Returns the mode of the account that it says it is for.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Returns what is kept of it.
    pub fn hash(&self) -> Hash {
        Sha256::digest(&self.text).into()
    }

    /// Returns the last four characters, by which people know it again.
    pub fn last4(&self) -> &str {
        &self.text[self.text.len() - 4..]
    }

    /// Returns it in full, to be shown once to who made it.
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", prefix(self.mode))
    }
}

/// Returns how secrets of an account of that mode begin.
pub fn prefix(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "sk_live_",
        Mode::Test => "sk_test_",
    }
}

/// Returns the characters that check `text`: its CRC-32 in base 62, the highest digit first.
fn check(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECK];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits.map(char::from).iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_new_one_has_the_promised_form_and_is_read_back() {
        for mode in [Mode::Live, Mode::Test] {
            let secret = Secret::new(mode).unwrap();
            let text = secret.reveal();
            assert_eq!(text.len(), 46);
            assert!(text.strip_prefix(prefix(mode)).unwrap().bytes().all(|byte| byte.is_ascii_alphanumeric()));
            let read = Secret::parse(text).unwrap();
            assert_eq!((read.mode(), read.hash(), read.last4()), (mode, secret.hash(), &text[42..]));
        }
    }

    #[test]
    fn no_two_are_the_same_and_every_character_comes() {
        let made: BTreeSet<String> = (0..200).map(|_| Secret::new(Mode::Test).unwrap().reveal().to_owned()).collect();
        assert_eq!(made.len(), 200);
        let used: BTreeSet<u8> = made.iter().flat_map(|text| text[8..40].bytes()).collect();
        assert_eq!(used.len(), 62);
    }

    #[test]
    fn the_check_is_the_crc_32_in_base_62() {
        // The check value that every description of CRC-32 gives.
        let by_hand = |mut n: u64| {
            let mut digits = Vec::new();
            for _ in 0..6 {
                digits.insert(0, char::from(ALPHABET[(n % 62) as usize]));
                n /= 62;
            }
            digits.into_iter().collect::<String>()
        };
        assert_eq!(check("123456789"), by_hand(0xcbf4_3926));
        assert_eq!(check(""), "000000");
    }

    #[test]
    fn it_is_never_printed_by_accident() {
        let secret = Secret::new(Mode::Live).unwrap();
        assert_eq!(format!("{secret:?}"), "sk_live_…");
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        let good = Secret::new(Mode::Live).unwrap();
        let good = good.reveal();
        let other_mode = good.replace("live", "test");
        let long = format!("{good}a");
        let letter = format!("{}é{}", &good[..20], &good[22..]);
        for text in
            ["", "sk_live_", "sk_live", &good[..45], &good[1..], &other_mode, &long, &letter, "sk_live_ü", "ключ"]
        {
            assert_eq!(Secret::parse(text).err(), Some(Malformed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".*") {
            prop_assert!(Secret::parse(&text).is_err());
            let prefixed = format!("sk_test_{text}");
            prop_assert!(Secret::parse(&prefixed).is_err());
        }

        #[test]
        fn one_wrong_character_is_noticed(at in 8usize..46, other in "[0-9A-Za-z]") {
            let secret = Secret::new(Mode::Test).unwrap();
            let mut text = secret.reveal().to_owned();
            let is_other = &text[at..=at] != other.as_str();
            text.replace_range(at..=at, &other);
            prop_assert_eq!(Secret::parse(&text).is_err(), is_other);
        }
    }
}
