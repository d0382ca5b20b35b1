//! Sealing: what must be read again and by nobody else is encrypted with a key derived from `CLIENTELE_SECRET`. A seal
//! names its key, so that the secret can be changed: what the former one sealed is still opened, and sealed anew.

use actix_web::cookie::Key;
use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    ids::AnyId,
    values::hmac,
};

/// The length of a nonce, which stands before what it encrypts.
const NONCE: usize = 12;

/// Something sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The name of the key.
    pub key_id: String,
    /// The nonce, and what is encrypted.
    pub sealed: Vec<u8>,
}

/// The keys: the current one, which seals, and former ones, which only open.
#[derive(Clone)]
pub struct Seals {
    current: Seal,
    former: Vec<Seal>,
}

#[derive(Clone)]
struct Seal {
    id: String,
    cipher: Aes256Gcm,
}

impl Seals {
    /// Derives the keys from the app's secret and from those that it had before.
    pub fn new(secret: &Key, former: &[Key]) -> Self {
        Self { current: Seal::of(secret), former: former.iter().map(Seal::of).collect() }
    }

    /// Seals something of a person or a thing, whose it is.
    ///
    /// # Errors
    /// When it cannot be encrypted.
    pub fn seal(&self, whose: impl Into<AnyId>, plain: &[u8]) -> Result<Sealed> {
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let whose = whose.into().uuid();
        let of_its_owner = Payload { msg: plain, aad: whose.as_bytes() };
        let encrypted =
            self.current.cipher.encrypt(&nonce.into(), of_its_owner).map_err(|err| Error::internal(err.to_string()))?;
        Ok(Sealed { key_id: self.current.id.clone(), sealed: [nonce.as_slice(), &encrypted].concat() })
    }

    /// Opens what was sealed of the same; nothing when none of the keys does.
    pub fn open(&self, whose: impl Into<AnyId>, sealed: &Sealed) -> Option<Vec<u8>> {
        let seal = std::iter::once(&self.current).chain(&self.former).find(|seal| seal.id == sealed.key_id)?;
        let (nonce, encrypted) = sealed.sealed.split_first_chunk::<NONCE>()?;
        let whose = whose.into().uuid();
        let of_its_owner = Payload { msg: encrypted, aad: whose.as_bytes() };
        seal.cipher.decrypt(&(*nonce).into(), of_its_owner).ok()
    }

    /// Returns whether the current key sealed it.
    pub fn is_current(&self, sealed: &Sealed) -> bool {
        sealed.key_id == self.current.id
    }
}

impl Seal {
    /// Derives a key and its name by HKDF-Expand (RFC 5869), of which one block is one HMAC. The app's key comes from HKDF
    /// already.
    fn of(secret: &Key) -> Self {
        let derived = |what: &[u8]| hmac(secret.signing(), &[what, &[1]]);
        let key = derived(b"clientele second factor: key");
        let id = derived(b"clientele second factor: name of the key");
        let id = id[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        Self { id, cipher: Aes256Gcm::new(&key.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::StaffId;

    fn key(n: u8) -> Key {
        Key::derive_from(&[n; 32])
    }

    #[test]
    fn what_is_sealed_is_opened_by_its_key_for_its_person_alone() {
        let (one, other) = (Seals::new(&key(7), &[]), Seals::new(&key(8), &[]));
        let (whose, stranger) = (StaffId::new(), StaffId::new());
        let sealed = one.seal(whose, b"secret").unwrap();
        assert!(!sealed.sealed.windows(6).any(|part| part == b"secret"));
        assert_eq!(one.open(whose, &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(one.open(stranger, &sealed), None, "it cannot be put into another person’s row");
        assert_eq!(other.open(whose, &sealed), None);
        let mut damaged = sealed.clone();
        damaged.sealed[NONCE] ^= 1;
        assert_eq!(one.open(whose, &damaged), None);
        assert_ne!(one.seal(whose, b"secret").unwrap(), sealed, "never the same twice");
    }

    /// ASVS 11.2.2: the secret can be changed, and nothing sealed is lost.
    #[test]
    fn what_a_former_secret_sealed_is_opened_and_sealed_anew() {
        let (former, now) = (Seals::new(&key(7), &[]), Seals::new(&key(8), &[key(7)]));
        let whose = StaffId::new();
        let sealed = former.seal(whose, b"secret").unwrap();
        assert_eq!(now.open(whose, &sealed).as_deref(), Some(b"secret".as_slice()));
        assert!(!now.is_current(&sealed));
        assert!(now.is_current(&now.seal(whose, b"secret").unwrap()));
    }
}
