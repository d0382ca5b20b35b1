//! The bodies about a subscription, read member by member to typed steps, with every fault at once.

pub mod changing;
pub mod shapes;
pub mod starting;

use self::shapes::{MOMENTS, UNPAID};
use super::ending::Unpaid;
use crate::{
    api::{
        json::Object,
        reading::{Faults, Given, Members},
        refusal::Result,
        typed::{text, word},
    },
    codes::Code,
    prices::input::LONGEST_KEY,
    reason::Reason,
    values::Metadata,
};

/// Reads when a subscription is to end, and what becomes of what is unpaid; nothing is with its period.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn cancellation(object: &Object) -> Result<Option<Unpaid>> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let is_now = word(&members, &faults, "at", MOMENTS) == Some("now");
    let unpaid = word(&members, &faults, "unpaid", UNPAID);
    members.finish();
    if unpaid.is_some() && !is_now && !faults.has("at") {
        let message = "“unpaid” is for one that ends now. Send “at”: “now” too, or leave it out.";
        faults.add("at", Code::Required, message);
    }
    faults.refuse()?;
    let unpaid = if unpaid == Some("void") { Unpaid::Void } else { Unpaid::Keep };
    Ok(is_now.then_some(unpaid))
}

fn price(members: &Members<'_>, faults: &Faults) -> Given<String> {
    match text(members, "price") {
        Given::Value(price) if price.chars().count() > LONGEST_KEY => {
            let message = format!("“price” is an id or a key, which has at most {LONGEST_KEY} characters.");
            faults.add("price", Code::TooLong, message);
            Given::Absent
        }
        given => given.map(str::to_owned),
    }
}

fn metadata(values: &Members<'_>, faults: &Faults, mut kept: Metadata) -> Metadata {
    for (key, text) in values.texts() {
        if let Err(err) = kept.set(key, text.unwrap_or_default()) {
            let Reason { code, sentence, .. } = err.into();
            faults.add(values.path(key), code, sentence);
        }
    }
    kept
}
