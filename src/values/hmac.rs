//! HMAC-SHA-256 (RFC 2104): digests that nobody can try out who lacks the key.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The block size of SHA-256 in bytes, as HMAC needs it.
const BLOCK: usize = 64;

/// Computes it of a message in parts, under a key of at most one block.
pub fn hmac(key: &[u8], message: &[&[u8]]) -> [u8; 32] {
    debug_assert!(key.len() <= BLOCK);
    // HMAC fills a shorter key with zeros; a whole block cannot be refused.
    let mut block = [0; BLOCK];
    block.iter_mut().zip(key).for_each(|(byte, of_key)| *byte = *of_key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    message.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_hash_is_that_of_rfc_4231() {
        let case_2 = hmac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex(&case_2), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let case_3 = hmac(&[0xaa; 20], &[&[0xdd; 50]]);
        assert_eq!(hex(&case_3), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    }
}
