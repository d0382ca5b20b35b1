//! Taking a change back: what a feature says and does about its own events. A feature implements [`Reverts`] in its own
//! folder; `undo` has the list of them.

use std::collections::BTreeSet;

use diesel::PgConnection;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::Event;
use crate::{
    api_keys::{model::Found, permissions::Permission},
    codes::Code,
    error::{Error, Result},
    events::{By, Fields, fields::value},
    ids::{AccountId, CustomerId, EventId},
    merchants::Settings,
    reason::Reason,
    values::{
        curtain::{Curtain, DOTS},
        field::Fields as CustomFields,
    },
    who::{Role, SignedIn},
};

/// A feature whose changes can be taken back.
pub trait Reverts: Sync {
    /// Names the kinds of its events that can be taken back.
    fn kinds(&self) -> &'static [&'static str];

    /// Returns whether that person or key may take the event back: whoever may make such a change may.
    fn allows(&self, asker: &Asker, event: &Event) -> bool;

    /// Returns whether its events stand in the live account whichever account the person was in. A person takes such a
    /// change back from either account.
    fn is_of_the_merchant(&self) -> bool {
        false
    }

    /// Returns why an event cannot be taken back, where it says so itself.
    fn closed(&self, _: &Event) -> Option<Reason> {
        None
    }

    /// Names the kinds of later events of the same subject that stand against taking an event back: those that decide the
    /// same again, as a later delete does after a restore. What compares values by itself has none.
    fn decided_again(&self, event: &Event) -> &'static [&'static str];

    /// Returns the words of the notice once it is taken back: "Phone is as it was". The merchant's own `fields` have names
    /// for people.
    fn says(&self, event: &Event, fields: &CustomFields) -> String;

    /// Returns the path of the page where it is seen.
    fn path(&self, event: &Event) -> String;

    /// Makes the inverse change, unless something of it was changed since. What it writes names the event that it takes
    /// back, because `undoing.by` does. Call it in a transaction.
    ///
    /// # Errors
    /// The reason why it cannot be taken back, by name.
    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted>;
}

/// The one who takes a change back.
#[derive(Clone, Debug)]
pub enum Asker {
    /// A person, on a page.
    Person(Box<SignedIn>),
    /// A merchant's own system, in a request.
    Key(Box<Found>, Uuid),
}

impl Asker {
    /// Makes the one who is signed in.
    pub fn of(who: &SignedIn) -> Self {
        Self::Person(Box::new(who.clone()))
    }

    /// Returns them as the author of a change that takes `event` back.
    pub fn undoing(&self, event: EventId) -> By {
        let by = match self {
            Self::Person(who) => who.by(),
            Self::Key(key, request) => key.by(*request),
        };
        By { undoes: Some(event), ..by }
    }

    /// Returns the decisions of their merchant.
    pub fn settings(&self) -> &Settings {
        match self {
            Self::Person(who) => &who.settings,
            Self::Key(key, _) => &key.settings,
        }
    }

    /// Returns whether it is a person of at least that role, or a key with that permission.
    pub fn may(&self, role: Role, permission: Permission) -> bool {
        match self {
            Self::Person(who) => who.role >= role,
            Self::Key(key, _) => key.permissions.allow(permission),
        }
    }

    /// Returns the person, if it is one.
    pub fn person(&self) -> Option<&SignedIn> {
        if let Self::Person(who) = self { Some(who) } else { None }
    }
}

/// The context of taking a change back.
pub struct Undoing<'a> {
    pub asker: &'a Asker,
    /// The asker as the author, with the event that is taken back.
    pub by: By,
    pub now: Timestamp,
    /// The customers who may have the same email or phone: they were shown, and it is meant all the same.
    pub agreed: &'a BTreeSet<CustomerId>,
}

impl Undoing<'_> {
    /// Refuses who has not proven in the last minutes that it is them, for what asks on its own page too.
    ///
    /// # Errors
    /// [`Error::Conflict`] with the place where they can change it instead.
    pub fn refuse_unproven(&self, place: &str) -> Result<()> {
        if self.asker.person().is_some_and(|who| who.is_proven) {
            return Ok(());
        }
        let sentence = format!(
            "It is more than 10 minutes since you proved that it is you. Change it on {place}, which asks you first."
        );
        Err(Error::Conflict(Code::NotUndoable.says(sentence)))
    }
}

/// The outcome.
#[derive(Debug)]
pub enum Reverted {
    /// It is as it was before the event, or was so already.
    Done,
    /// These were changed since; nothing is done.
    Changed(Vec<Since>),
    /// Other customers have that email or phone by now, and nobody agreed to that; nothing is done.
    Doubtful(Vec<CustomerId>),
}

/// Returns those of `names`, fields that an event changed, that have neither the value that it gave them nor the one
/// before it.
pub fn changed_since<'n, N: AsRef<str> + ?Sized + 'n>(
    event: &Event,
    current: &Fields,
    names: impl IntoIterator<Item = &'n N>,
) -> Vec<&'n str> {
    let is_other = |name: &&str| {
        let is = value(current, name);
        is != value(&event.after, name) && is != value(&event.before, name)
    };
    names.into_iter().map(AsRef::as_ref).filter(is_other).collect()
}

/// Something that was changed since, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The label of the field.
    pub label: String,
    /// The value that it would get back; nothing when it was empty.
    pub wanted: Option<String>,
    /// The value that it has now; nothing when it is empty.
    pub current: Option<String>,
    /// Who changed it last, as [`Event::by`] has it, and when.
    pub changed: Option<(Option<String>, Timestamp)>,
}

impl Since {
    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        let is_address = self.label.to_lowercase().ends_with("address");
        let hidden = |text: String| match curtain {
            Curtain::Drawn if is_address => DOTS.to_owned(),
            curtain => curtain.text(&text),
        };
        Self { wanted: self.wanted.map(hidden), current: self.current.map(hidden), ..self }
    }

    /// Tells of fields of an event what they would get back, what they have, and who changed them last.
    pub fn of(
        conn: &mut PgConnection,
        account: AccountId,
        (event, current): (&Event, &Fields),
        names: &[&str],
        (label, shown): (impl Fn(&str) -> String, impl Fn(&str, &Value) -> Option<String>),
    ) -> Result<Vec<Self>> {
        let later = super::after_version(conn, account, event.subject, event.version)?;
        let since = |name: &&str| {
            let last = later.iter().rev().find(|later| later.after.contains_key(*name));
            Self {
                label: label(name),
                wanted: shown(name, &value(&event.before, name)),
                current: shown(name, &value(current, name)),
                changed: last.map(|last| (last.by.clone(), last.id.created_at())),
            }
        };
        Ok(names.iter().map(since).collect())
    }
}
