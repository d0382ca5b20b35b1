//! What revealing adds to a customer: the sentences of its activity.

use super::kinds;
use crate::{
    customers::part::{Part, Told},
    history::Event,
};

/// Revealing as a part of the customer.
pub static PART: &dyn Part = &Reveals;

struct Reveals;

impl Part for Reveals {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, event: &Event) -> Option<Told> {
        (event.kind == kinds::REVEALED).then(|| Told::new(event, "lock", "had what is masked shown"))
    }
}
