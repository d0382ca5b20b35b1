//! Recovery codes: ten that stand in for a lost device, each once. They are random enough to be stored as a plain hash
//! (ASVS 6.5.2 wants 112 bits for that).

use rand::Rng;
use sha2::{Digest, Sha256};

/// The number of codes in a set.
pub const COUNT: usize = 10;

/// Letters and digits that are not taken for each other: 32, so that each is 5 bits.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// The length of a code without its hyphens: 120 bits.
const LENGTH: usize = 24;

/// The length of a group between hyphens.
const GROUP: usize = 6;

/// A code, as it is shown once.
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Makes a set of new codes.
    pub fn fresh_set() -> Vec<Self> {
        (0..COUNT).map(|_| Self::fresh()).collect()
    }

    fn fresh() -> Self {
        let mut random = [0; LENGTH];
        rand::rng().fill_bytes(&mut random);
        let letters: Vec<u8> = random.iter().map(|byte| ALPHABET[usize::from(byte % 32)]).collect();
        let groups: Vec<_> = letters.chunks(GROUP).map(String::from_utf8_lossy).collect();
        Self(groups.join("-"))
    }

    /// Returns the code as people keep it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the hash to store.
    pub fn hash(&self) -> Vec<u8> {
        hashed(&self.0)
    }
}

/// Returns the hash of a typed code, in any case, with or without hyphens and spaces; nothing for what cannot be a code.
pub fn hash_of(typed: &str) -> Option<Vec<u8>> {
    let letters: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '–')).collect();
    let letters = letters.to_ascii_uppercase();
    let is_code = letters.len() == LENGTH && letters.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then(|| hashed(&letters))
}

fn hashed(code: &str) -> Vec<u8> {
    let letters: String = code.chars().filter(|c| *c != '-').collect();
    Sha256::digest(letters).to_vec()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_set_has_ten_codes_of_120_bits_that_are_read_as_they_are_typed() {
        let set = RecoveryCode::fresh_set();
        let codes: BTreeSet<&str> = set.iter().map(RecoveryCode::reveal).collect();
        assert_eq!(codes.len(), COUNT);
        for code in &set {
            assert_eq!(code.reveal().len(), LENGTH + 3, "four groups: {}", code.reveal());
            let typed = format!(" {} ", code.reveal().to_lowercase().replace('-', " "));
            assert_eq!(hash_of(&typed), Some(code.hash()));
        }
        for nonsense in ["", "123456", "ABCDEF-GHJKLM-NPQRST-UVWXY0", "ABCDEF-GHJKLM-NPQRST-UVWXYZZ"] {
            assert_eq!(hash_of(nonsense), None, "{nonsense}");
        }
    }
}
