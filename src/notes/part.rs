//! The part that notes add to a customer: their events, their section of the page with the pinned one under the name,
//! and a line of a delete's plan.

use diesel::PgConnection;
use serde_json::Value;

use super::{
    destruction, kinds,
    model::{self, BEGINNING, TEXT, beginning},
    panel::{Board, Pinned, Section},
    past,
};
use crate::{
    customers::{
        model::Customer,
        part::{Effect, Panel, Part, Told, Tone},
    },
    error::Result,
    history::Event,
    ids::{AccountId, CustomerId, NoteId},
    who::SignedIn,
};

/// Notes as a part of the customer.
pub static PART: &dyn Part = &Notes;

struct Notes;

impl Part for Notes {
    fn effects(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let (count, has_more) = model::count(conn, account, customer.id)?;
        let says = match count {
            0 => return Ok(Vec::new()),
            1 => "1 note is destroyed".to_owned(),
            count if has_more => format!("{count} or more notes are destroyed"),
            count => format!("{count} notes are destroyed"),
        };
        Ok(vec![Effect::new(Tone::Bad, "note", says, "when the 30 days end.").counting("notes", count)])
    }

    fn destroys(&self) -> Option<&'static str> {
        Some("notes")
    }

    fn destroy(&self, conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<usize> {
        destruction::destroy_of(conn, account, id)
    }

    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, event: &Event) -> Option<Told> {
        let (icon, did) = match event.kind.as_str() {
            kinds::WRITTEN => ("note", "wrote a note"),
            kinds::EDITED => ("pencil", "edited a note"),
            kinds::PINNED => ("tack", "pinned a note"),
            kinds::UNPINNED => ("tack", "unpinned a note"),
            kinds::REMOVED => ("trash", "removed a note"),
            kinds::RESTORED => ("undo", "restored a note"),
            kinds::DESTROYED => ("trash", "destroyed a removed note"),
            _ => return None,
        };
        let href = (event.kind == kinds::EDITED).then(|| past::path(NoteId::from_uuid(event.subject)));
        Some(Told { detail: told_text(event), href, ..Told::new(event, icon, did) })
    }

    fn panels(&self, conn: &mut PgConnection, reader: &SignedIn, customer: &Customer) -> Result<Vec<Panel>> {
        let pinned = Pinned::read(conn, reader, customer)?;
        let board = Board::read_newest(conn, reader, customer)?;
        Ok(vec![Panel::ready("notes", "Notes", &Section::new(board))?.with_strip(&pinned)?])
    }
}

/// Returns the beginning of the text that an event is about.
fn told_text(event: &Event) -> Option<String> {
    let text = |name: &str| [&event.after, &event.before].into_iter().find_map(|fields| fields.get(name)?.as_str());
    text(TEXT).or_else(|| event.after.get(BEGINNING).and_then(Value::as_str)).map(beginning)
}
