//! The events about fields in words.

use super::{
    kinds,
    revert::{label, shown},
};
use crate::events::telling::{Happened, Tells, Words};

/// Fields as a feature that tells its events.
pub static TELLS: &dyn Tells = &Definitions;

struct Definitions;

impl Tells for Definitions {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let (icon, did) = match happened.kind {
            kinds::DEFINED => ("plus", "defined a custom field"),
            kinds::CHANGED => ("pencil", "changed a custom field"),
            kinds::MOVED => ("sort", "moved a custom field"),
            kinds::ARCHIVED => ("trash", "archived a custom field"),
            kinds::RESTORED => ("undo", "restored a custom field"),
            _ => return None,
        };
        let words = Words::new(icon, did).with_detail(happened.text("label"));
        match happened.kind {
            kinds::CHANGED | kinds::MOVED => Some(words.with_changes(happened, |name| label(name).to_owned(), shown)),
            _ => Some(words),
        }
    }
}
