//! The notes that the demo's staff have written about some customers, the last of them pinned now and then.

use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::{
    Demo,
    copying::{NewEvent, Owners, Rows, event_row},
    dice::{Dice, Purpose},
    lives::{Actor, Life, between},
};
use crate::{
    error::Result,
    events::Fields,
    ids::{EventId, NoteId},
    notes::{
        kinds,
        model::{BEGINNING, TEXT, beginning},
    },
};

const REMARKS: [&str; 12] = [
    "Called about the delivery; will collect it on Friday.",
    "Prefers M-Pesa for orders over KES 20,000. Call before 10:00.",
    "The guard at the gate signs. Ask for:\n  Joseph (mornings)\n  Grace (afternoons)",
    "Wants one invoice a month, to accounts and not to the private address.",
    "Complained about a scratched table.\nReplacement sent, no charge. Be kind.",
    "Asked twice for the wholesale price list.",
    "Do not offer the newsletter again, please.",
    "Knows the owner from the school board.",
    "Möchte vor jeder Lieferung einen Anruf.",
    "Livrer au fond de la cour, porte verte.",
    "Anapenda kuongea Kiswahili.",
    "送货前请发短信。",
];

/// A note about a customer.
struct Remark {
    id: NoteId,
    text: &'static str,
    by: Actor,
    at: Timestamp,
    is_pinned: bool,
}

/// Returns the notes about a customer up to now: none for most.
fn remarks(demo: &Demo, number: u32, life: &Life, now: Timestamp) -> Vec<Remark> {
    let mut dice = Dice::new(demo.seed, number, Purpose::Notes);
    if !dice.chance(220) {
        return Vec::new();
    }
    let count = 1 + dice.below(4).min(dice.below(4));
    let until = life.buys_until(now);
    let mut times: Vec<Timestamp> = (0..count).map(|_| between(&mut dice, life.created_at(), until)).collect();
    times.sort_unstable();
    let last = times.len() - 1;
    let remark = |(place, at): (usize, Timestamp)| Remark {
        id: NoteId::from_uuid(dice.uuid(at)),
        text: REMARKS[dice.below(REMARKS.len() as u32) as usize],
        by: if dice.chance(400) { Actor::Owner } else { Actor::Editor },
        at,
        is_pinned: place == last && dice.chance(350),
    };
    times.into_iter().enumerate().map(remark).collect()
}

/// The SQL that makes the text that a search compares, of all notes of `{account}`.
pub const INDEX_ALL: &str = "UPDATE notes SET search = note_search(text) WHERE account_id = {account}; ANALYZE notes";

/// Returns what pinning the first note of a customer changes.
fn pinned_change(id: NoteId, text: &str) -> (Fields, Fields) {
    let of = |pinned: Option<NoteId>| {
        Fields::from([("pinned".to_owned(), json!(pinned)), (BEGINNING.to_owned(), json!(beginning(text)))])
    };
    (of(None), of(Some(id)))
}

/// Returns the rows of `notes` of lives from the number `begin` on, and adds their events.
///
/// # Errors
/// When fields are not valid JSON.
pub fn note_rows(
    owners: &Owners,
    (demo, begin, now): (&Demo, u32, Timestamp),
    lives: &[Life],
    events: &mut Rows,
) -> Result<Rows> {
    let mut rows = Rows::default();
    for (number, life) in (begin..).zip(lives) {
        for remark in remarks(demo, number, life, now) {
            let Remark { id, text, by, at, is_pinned } = remark;
            rows.plain(owners.account.uuid()).plain(id.uuid()).plain(1 + u8::from(is_pinned)).plain(life.id.uuid());
            rows.text(Some(text)).text(Some("")).plain(is_pinned);
            rows.uuid(owners.staff(by).map(|staff| staff.uuid())).uuid(None);
            rows.time(Some(at)).time(Some(at)).time(None).time(None).end();
            let event = |kind, version| NewEvent {
                // A moment later each, with the bits of the note.
                id: EventId::from_uuid(Uuid::from_u128(id.uuid().as_u128() + ((version as u128 - 1) << 90))),
                kind,
                subject: id.uuid(),
                version,
                by,
                customer: Some(life.id),
            };
            let written = Fields::from([(TEXT.to_owned(), json!(text))]);
            event_row(events, owners, &event(kinds::WRITTEN, 1), (&Fields::new(), &written))?;
            if is_pinned {
                let (before, after) = pinned_change(id, text);
                event_row(events, owners, &event(kinds::PINNED, 2), (&before, &after))?;
            }
        }
    }
    Ok(rows)
}
