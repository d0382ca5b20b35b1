//! The events about invoicing in words.

use super::{
    content::{label, shown},
    kinds,
};
use crate::events::telling::{Happened, Tells, Words};

/// Invoicing as a feature that tells its events.
pub static TELLS: &dyn Tells = &Invoicing;

struct Invoicing;

impl Tells for Invoicing {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let did = match happened.kind {
            kinds::INVOICING_CHANGED => "changed what holds for invoices",
            kinds::NEXT_NUMBER_RAISED => "raised the number of the next invoice",
            _ => return None,
        };
        Some(Words::new("invoice", did).with_changes(happened, |name| label(name).to_owned(), shown))
    }
}
