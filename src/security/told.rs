//! Security events in words.

use super::kinds;
use crate::events::telling::{Change, Happened, Tells, Words};

/// Security as a feature that tells its events.
pub static TELLS: &dyn Tells = &Security;

struct Security;

impl Tells for Security {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let (icon, did) = match happened.kind {
            kinds::SIGNED_IN => ("lock", "signed in"),
            kinds::SIGN_IN_FAILED => ("alert", "refused a sign-in: the password was not right"),
            kinds::SIGN_IN_LIMITED => ("alert", "refused a sign-in: too many were tried"),
            kinds::SIGNED_OUT => ("logout", "signed out"),
            kinds::PASSWORD_CHANGED => ("lock", "changed their password"),
            kinds::PASSWORD_REFUSED => ("alert", "gave a wrong password to change it"),
            kinds::SESSIONS_ENDED => ("logout", "ended sessions"),
            kinds::SESSION_OUTDATED => ("lock", "ended a session that was out of date"),
            kinds::ROLE_REFUSED => ("blocked", "was refused: their role does not allow it"),
            kinds::CROSS_SITE_REFUSED => ("blocked", "was refused: the form came from another site"),
            kinds::OTHER_ACCOUNT_REFUSED => ("blocked", "asked for what is in the other account"),
            kinds::KEY_REFUSED => ("blocked", "refused a key that does not work any more"),
            kinds::EXPORTED => ("download", "exported the audit log"),
            kinds::CONFIRMED => ("shield", "confirmed that it is them"),
            kinds::CONFIRMATION_FAILED => ("alert", "refused a confirmation: the proof was not right"),
            kinds::SECOND_FACTOR_ASKED => ("shield", "asked for the second factor at a sign-in"),
            kinds::SECOND_FACTOR_FAILED => ("alert", "refused a code of the second factor"),
            kinds::SECOND_FACTOR_LIMITED => ("alert", "refused codes of the second factor: too many were tried"),
            _ => return None,
        };
        let named = [
            ("address", "Address"),
            ("browser", "Browser"),
            ("asked", "Asked for"),
            ("search", "Search"),
            ("format", "Format"),
            ("rows", "Events"),
            ("left_out", "Left out before it"),
        ];
        let change = |(name, label): (&str, &str)| {
            let after = happened.after.get(name).and_then(crate::events::telling::plain)?;
            Some(Change { label: label.to_owned(), before: None, after: Some(after) })
        };
        Some(Words { changes: named.into_iter().filter_map(change).collect(), ..Words::new(icon, did) })
    }
}
