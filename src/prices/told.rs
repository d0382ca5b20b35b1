//! The events about prices in words.

use super::{
    kinds,
    revert::{label, shown},
};
use crate::events::telling::{Happened, Tells, Words};

/// Prices as a feature that tells its events.
pub static TELLS: &dyn Tells = &Prices;

struct Prices;

impl Tells for Prices {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let (icon, did) = match happened.kind {
            kinds::CREATED => ("plus", "made a price"),
            kinds::RENAMED => ("pencil", "renamed a price"),
            kinds::ARCHIVED => ("trash", "archived a price"),
            kinds::UNARCHIVED => ("undo", "brought a price back"),
            _ => return None,
        };
        let words = Words::new(icon, did).with_detail(happened.text("name"));
        match happened.kind {
            kinds::RENAMED => Some(words.with_changes(happened, |name| label(name).to_owned(), shown)),
            _ => Some(words),
        }
    }
}
