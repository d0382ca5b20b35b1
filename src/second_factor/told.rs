//! The events about second factors in words.

use super::kinds;
use crate::events::telling::{Happened, Tells, Words, plain};

/// Second factors as a feature that tells its events.
pub static TELLS: &dyn Tells = &SecondFactors;

struct SecondFactors;

impl Tells for SecondFactors {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let did = match happened.kind {
            kinds::APP_ADDED => "set up an authenticator app",
            kinds::APP_REMOVED => "removed their authenticator app",
            kinds::CODES_REPLACED => "made new recovery codes",
            kinds::PASSKEY_ADDED => "added a passkey",
            kinds::PASSKEY_REMOVED => "removed a passkey",
            kinds::RESET => "took away the second factor of somebody who had lost it",
            kinds::CODE_USED => "used a recovery code",
            _ => return None,
        };
        let label = |name: &str| if name == "name" { "Name" } else { "Left" }.to_owned();
        Some(Words::new("shield", did).with_changes(happened, label, |_, value| plain(value)))
    }
}
