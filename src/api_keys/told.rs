//! The events about keys in words. None of them holds a secret.

use super::kinds;
use crate::events::telling::{Happened, Tells, Words, plain};

/// Keys as a feature that tells its events.
pub static TELLS: &dyn Tells = &Keys;

struct Keys;

impl Tells for Keys {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let did = match happened.kind {
            kinds::CREATED => "made an API key",
            kinds::ROTATED => "replaced the secret of an API key",
            kinds::REVOKED => "revoked an API key",
            _ => return None,
        };
        let label = |name: &str| match name {
            "name" => "Name".to_owned(),
            "permissions" => "May".to_owned(),
            "is_masked" => "Is told private data masked".to_owned(),
            "last4" => "Last four of the secret".to_owned(),
            "expires_at" => "Works until".to_owned(),
            other => other.replace('_', " "),
        };
        Some(Words::new("key", did).with_changes(happened, label, |_, value| plain(value)))
    }
}
