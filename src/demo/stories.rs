//! The stories: what happened to something of a customer, told one event after the other, and the jobs of what is to come.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{
    copying::{NewEvent, Owners, Rows, event_row},
    dice::Dice,
    lives::Actor,
};
use crate::{
    error::{Error, Result},
    events::Fields,
    ids::{CustomerId, EventId, JobId},
    jobs::Kind,
};

/// What stories are written to.
pub struct Books<'b> {
    pub owners: &'b Owners,
    pub jobs: &'b mut Rows,
    pub events: &'b mut Rows,
}

/// A story that is being told.
pub struct Story<'b> {
    books: Books<'b>,
    dice: Dice,
    customer: CustomerId,
    /// The time of the last event, so that none has the same.
    last: Timestamp,
}

impl<'b> Story<'b> {
    /// Begins a story of a customer, whose ids come from the dice.
    pub fn new(books: Books<'b>, dice: Dice, customer: CustomerId) -> Self {
        Self { books, dice, customer, last: Timestamp::MIN }
    }

    pub fn owners(&self) -> &'b Owners {
        self.books.owners
    }

    /// Writes an event, a moment after the one before.
    ///
    /// # Errors
    /// When fields are not valid JSON.
    pub fn event(
        &mut self,
        (kind, by): (&'static str, Actor),
        (subject, version): (Uuid, i32),
        (before, after): (&Fields, &Fields),
        at: Timestamp,
    ) -> Result<()> {
        let at = at.max(self.last.saturating_add(SignedDuration::from_micros(1)).map_err(Error::internal)?);
        self.last = at;
        let what = NewEvent {
            id: EventId::from_uuid(self.dice.uuid(at)),
            kind,
            subject,
            version: usize::try_from(version).map_err(Error::internal)?,
            by,
            customer: Some(self.customer),
        };
        event_row(self.books.events, self.books.owners, &what, (before, after))
    }

    /// Writes the job of what is to come.
    pub fn job(&mut self, kind: Kind, subject: Uuid, due: Timestamp) {
        let at = self.last;
        let id = JobId::from_uuid(self.dice.uuid(at));
        let rows = &mut *self.books.jobs;
        rows.plain(id.uuid()).plain(self.books.owners.account.uuid()).plain(kind.as_str()).plain(subject);
        rows.time(Some(due)).plain(0).uuid(None).time(None).text(None).time(None); // nobody has it, nothing went wrong
        // The account's clock is the machine's as yet.
        rows.time(Some(at)).time(Some(due)).end();
    }
}
