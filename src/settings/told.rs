//! The events about settings in words.

use super::{
    content::{label, shown},
    kinds,
};
use crate::events::telling::{Happened, Tells, Words};

/// Settings as a feature that tells its events.
pub static TELLS: &dyn Tells = &Settings;

struct Settings;

impl Tells for Settings {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let is_known = kinds::ALL.contains(&happened.kind);
        let words = || Words::new("settings", "changed the settings of the business");
        is_known.then(|| words().with_changes(happened, |name| label(name).to_owned(), shown))
    }
}
