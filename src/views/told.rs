//! The events about views in words.

use super::{
    kinds,
    revert::{label, shown},
};
use crate::events::telling::{Happened, Tells, Words};

/// Views as a feature that tells its events.
pub static TELLS: &dyn Tells = &Views;

struct Views;

impl Tells for Views {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let (icon, did) = match happened.kind {
            kinds::CREATED => ("plus", "saved a view"),
            kinds::UPDATED => ("pencil", "changed a view"),
            kinds::MOVED => ("sort", "moved a view"),
            kinds::DELETED => ("trash", "deleted a view"),
            kinds::RESTORED => ("undo", "restored a view"),
            kinds::MADE_DEFAULT => ("tack", "begins with another view"),
            kinds::UNMADE_DEFAULT => ("tack", "begins with all customers again"),
            _ => return None,
        };
        let words = Words::new(icon, did).with_detail(happened.text("name"));
        match happened.kind {
            kinds::UPDATED => Some(words.with_changes(happened, label, shown)),
            _ => Some(words),
        }
    }
}
