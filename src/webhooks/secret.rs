//! The secret of an endpoint, and what it signs: as [Standard Webhooks](https://www.standardwebhooks.com) says.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use rand::{TryRng, rngs::SysRng};

use crate::{
    error::{Error, Result},
    ids::{EndpointId, EventId},
    sealing::{Sealed, Seals},
    values::hmac,
};

/// The number of bytes, which nobody can guess.
const BYTES: usize = 32;

/// A secret. Nothing prints it but [`Secret::reveal`].
pub struct Secret([u8; BYTES]);

impl Secret {
    /// Makes one from the system's random source.
    ///
    /// # Errors
    /// When that source fails.
    pub fn new() -> Result<Self> {
        let mut bytes = [0; BYTES];
        SysRng.try_fill_bytes(&mut bytes).map_err(Error::internal)?;
        Ok(Self(bytes))
    }

    /// Returns it as it is shown once: `whsec_` and base64.
    pub fn reveal(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }

    /// Seals it as that of an endpoint.
    ///
    /// # Errors
    /// When it cannot be encrypted.
    pub fn seal(&self, seals: &Seals, whose: EndpointId) -> Result<Sealed> {
        seals.seal(whose, &self.0)
    }

    /// Opens that of an endpoint; nothing when it was sealed by a key that is not known any more.
    pub fn open(seals: &Seals, whose: EndpointId, sealed: &Sealed) -> Option<Self> {
        seals.open(whose, sealed)?.try_into().ok().map(Self)
    }

    /// Signs what is sent of an event at that time: `v1,` and base64 of HMAC-SHA-256.
    pub fn sign(&self, event: EventId, at: Timestamp, body: &str) -> String {
        let (id, at) = (event.to_string(), at.as_second().to_string());
        let parts = [id.as_str(), ".", &at, ".", body].map(str::as_bytes);
        format!("v1,{}", STANDARD.encode(hmac(&self.0, &parts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The signature was made by Python’s `hmac`.
    #[test]
    fn a_signature_covers_id_time_and_body() {
        let secret = Secret(*b"0123456789abcdef0123456789abcdef");
        let event: EventId = "evt_01h2xcejqtf2nbrexx3vqjhp41".parse().unwrap();
        let at = Timestamp::from_second(1_795_888_800).unwrap();
        let signed = secret.sign(event, at, r#"{"name":"Zoë"}"#);
        assert_eq!(signed, "v1,gNmgjlnu9T3btyr0Olog/DZqb2+YsQkGZh8dJKltnTw=");
        let again = |event, second, body| secret.sign(event, Timestamp::from_second(second).unwrap(), body);
        assert_eq!(again(event, 1_795_888_800, r#"{"name":"Zoë"}"#), signed);
        assert_ne!(again(event, 1_795_888_801, r#"{"name":"Zoë"}"#), signed);
        assert_ne!(again(event, 1_795_888_800, r#"{"name":"Zoe"}"#), signed);
        assert_ne!(again(EventId::new(), 1_795_888_800, r#"{"name":"Zoë"}"#), signed);
        assert_eq!(secret.reveal(), "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    }
}
