//! The frame around a page: who is signed in, where they are, and the notice of the last change.

use actix_session::Session;
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    html::Hx,
    who::SignedIn,
};

/// A short notice after a change, shown once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Toast {
    /// What happened, as a sentence without a full stop.
    pub text: String,
    /// A second, fainter line.
    pub detail: Option<String>,
    /// What takes it back.
    pub undo: Option<Undo>,
    /// A page about it.
    pub link: Option<Link>,
}

/// The POST that takes a change back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Undo {
    /// Where to post.
    pub action: String,
}

/// A link's words and target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Verb, like "Open".
    pub text: String,
    /// Path.
    pub href: String,
}

impl Toast {
    /// A notice without anything to press.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), detail: None, undo: None, link: None }
    }

    /// Keeps it in the session for the next page.
    ///
    /// # Errors
    /// When the session cannot take it.
    pub fn keep(self, session: &Session) -> Result<()> {
        session.insert(FLASH, self).map_err(|err| Error::internal(err.to_string()))
    }
}

const FLASH: &str = "flash";

/// The places of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Customers.
    Customers,
    /// Payments.
    Payments,
    /// The signed-in person's own settings.
    Profile,
    /// The palette, as a page.
    Palette,
}

/// What the frame around a page shows.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Who is signed in.
    pub who: SignedIn,
    /// Which place of the navigation is current.
    pub place: Place,
    /// The notice kept from the last change.
    pub toast: Option<Toast>,
}

impl Shell {
    /// The frame for a page of `place`, which shows the notice kept in the session. A fragment has no frame, so there
    /// the notice stays for the next page.
    pub fn new(who: SignedIn, hx: Hx, session: &Session, place: Place) -> Self {
        // Asked first, because removing counts as a change, and a change is written.
        let is_due = !hx.wants_fragment && session.contains_key(FLASH);
        let toast = is_due.then(|| session.remove_as(FLASH)).flatten().and_then(std::result::Result::ok);
        Self { who, place, toast }
    }

    /// Whether `place` is the current one, for `aria-current`.
    pub fn is_at(&self, place: Place) -> bool {
        self.place == place
    }
}
