//! The events about how everybody signs in, in words.

use super::kinds;
use crate::events::telling::{Happened, Tells, Words, plain};

/// The policy as a feature that tells its events.
pub static TELLS: &dyn Tells = &Policy;

struct Policy;

impl Tells for Policy {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        if happened.kind != kinds::CHANGED {
            return None;
        }
        let label = |name: &str| match name {
            "second_factor_required" => "Second factor required".to_owned(),
            "viewers_see" => "Viewers see private data".to_owned(),
            "editors_see" => "Editors see private data".to_owned(),
            _ => "Most sessions of a person".to_owned(),
        };
        let words = Words::new("shield", "changed the security of the business");
        Some(words.with_changes(happened, label, |_, value| plain(value)))
    }
}
