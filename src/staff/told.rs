//! The events about people in words.

use super::kinds;
use crate::events::telling::{Happened, Tells, Words, plain};

/// Staff as a feature that tells its events.
pub static TELLS: &dyn Tells = &People;

struct People;

impl Tells for People {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let (icon, did) = match happened.kind {
            kinds::PASSWORD_RESET => ("lock", "set a new password for somebody"),
            kinds::RENAMED => ("pencil", "changed their name"),
            _ => return None,
        };
        let label = |_: &str| "Name".to_owned();
        Some(Words::new(icon, did).with_changes(happened, label, |_, value| plain(value)))
    }
}
