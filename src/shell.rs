//! The frame around a page: who is signed in, where they are, and the notice of the last change. A [`Visit`] draws it.

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    html::{self, Hx},
    ids::EventId,
    who::SignedIn,
};

/// A short notice after a change, shown once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Toast {
    /// Says whether it is good news. A notice kept before there were tones has none.
    #[serde(default)]
    pub tone: Tone,
    /// A sentence without a full stop that says what happened.
    pub text: String,
    /// A second, fainter line.
    pub detail: Option<String>,
    /// The action that takes it back.
    pub undo: Option<Undo>,
    /// The link to a page about it.
    pub link: Option<Link>,
}

/// The tone of a notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// What was wanted is done.
    #[default]
    Ok,
    /// It is under way.
    Waiting,
    /// It was not done. The notice stays until it is dismissed.
    Bad,
}

impl Tone {
    /// Returns the name of its icon.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Waiting => "clock",
            Self::Bad => "alert",
        }
    }
}

/// The POST that takes a change back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Undo {
    /// The address to post to.
    pub action: String,
}

impl Undo {
    /// Makes the one that posts there.
    pub fn at(action: impl Into<String>) -> Self {
        Self { action: action.into() }
    }

    /// Makes the one of an event.
    pub fn of(event: EventId) -> Self {
        Self::at(format!("/events/{event}/undo"))
    }
}

/// A link's words and target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    /// The words: a verb, like "Open".
    pub text: String,
    /// The path.
    pub href: String,
}

impl Toast {
    /// Makes a notice without anything to press.
    pub fn new(text: impl Into<String>) -> Self {
        Self { tone: Tone::Ok, text: text.into(), detail: None, undo: None, link: None }
    }

    /// Gives it a tone.
    #[must_use]
    pub fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// Leads to a page about it.
    #[must_use]
    pub fn leading(self, text: &str, href: &str) -> Self {
        Self { link: Some(Link { text: text.to_owned(), href: href.to_owned() }), ..self }
    }

    /// Offers to take an event back, if there is one.
    #[must_use]
    pub fn undoing(self, event: Option<EventId>) -> Self {
        Self { undo: event.map(Undo::of), ..self }
    }

    /// Returns whether what was wanted was not done.
    pub fn is_bad(&self) -> bool {
        self.tone == Tone::Bad
    }

    /// Returns whether what was wanted is under way.
    pub fn is_waiting(&self) -> bool {
        self.tone == Tone::Waiting
    }
}

/// The name of the notice in the session's state.
pub const NOTICE: &str = "flash";

/// The places of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// What needs a person today.
    Front,
    Customers,
    Payments,
    Invoices,
    /// What customers are charged for again and again.
    Subscriptions,
    /// What customers agreed to pay on days to come.
    Schedules,
    /// Amounts with how often they are charged.
    Prices,
    /// What needs another look.
    Quality,
    /// The signed-in person's own settings.
    Profile,
    /// The merchant's settings.
    Settings,
    /// What the merchant decides about invoices.
    Invoicing,
    /// The log of all that happened.
    Audit,
    /// The keys of the merchant's own systems.
    ApiKeys,
    /// Where the merchant's systems are told what happens.
    Webhooks,
    /// The fields of the merchant's own.
    CustomFields,
    /// The people of the merchant.
    Team,
    /// How the merchant's staff sign in.
    Security,
    /// The palette, as a page.
    Palette,
    /// The clock of the test account.
    TestClock,
    /// The jobs that were given up.
    Jobs,
}

/// The content of the frame around a page.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The person who is signed in.
    pub who: SignedIn,
    /// The current place of the navigation.
    pub place: Place,
    /// The notice kept from the last change.
    pub toast: Option<Toast>,
    /// The sentence about parameters of the address that mean nothing.
    pub unknown: Option<String>,
}

impl Shell {
    /// Returns whether `place` is the current one, for `aria-current`.
    pub fn is_at(&self, place: Place) -> bool {
        self.place == place
    }
}

/// A signed-in person's request, as an extractor: who asks, what htmx wants, and the session with the notices.
///
/// Everybody who is signed in may ask for a handler that takes a `Visit`; one that takes `Editor` or `Admin` has the
/// visit of a person with that role.
#[derive(Clone)]
pub struct Visit {
    /// The person, and the account that every finder starts with.
    pub who: SignedIn,
    /// The answer that is wanted: the page, or the fragment of it.
    pub hx: Hx,
    /// The session that the person is signed in with.
    pub session: Session,
    /// The sentence about parameters of the address that mean nothing on this page.
    pub unknown: Option<String>,
}

impl Visit {
    /// Returns the frame for a page of `place`, which shows the notice kept in the session. A fragment has no frame, so
    /// there the notice stays for the next page.
    pub fn shell(&self, place: Place) -> Shell {
        // Asked first, because removing counts as a change, and a change is written.
        let is_due = !self.hx.wants_fragment && self.session.contains_key(NOTICE);
        let toast = is_due.then(|| self.session.remove_as(NOTICE)).flatten().and_then(std::result::Result::ok);
        Shell { who: self.who.clone(), place, toast, unknown: self.unknown.clone() }
    }

    /// Returns the same request for an answer that is a page in any case.
    pub fn as_page(self) -> Self {
        Self { hx: Hx::PAGE, ..self }
    }

    /// Answers with the page, or for htmx with the block of it that is swapped.
    pub fn answer(&self, page: impl Template, block: impl Template) -> Result<HttpResponse> {
        self.answer_with(StatusCode::OK, page, block)
    }

    /// Works like [`Visit::answer`], with another status.
    pub fn answer_with(&self, status: StatusCode, page: impl Template, block: impl Template) -> Result<HttpResponse> {
        if self.hx.wants_fragment { html::with_status(status, block) } else { html::with_status(status, page) }
    }

    /// Returns `answer` for another element than the target of the form or link that asked. A page has no target.
    pub fn retargeted(&self, answer: HttpResponse, target: &'static str) -> HttpResponse {
        if self.hx.wants_fragment { html::retargeted(answer, target) } else { answer }
    }

    /// Redirects to this page.
    pub fn go_to(&self, path: impl AsRef<str>) -> HttpResponse {
        html::go_to(self.hx, path)
    }

    /// Keeps a notice in the session for the next page.
    pub fn keep(&self, toast: Toast) -> Result<()> {
        self.session.insert(NOTICE, toast).map_err(|err| Error::internal(err.to_string()))
    }

    /// Redirects to this page after a change; the page shows the notice.
    pub fn done(&self, toast: Toast, path: impl AsRef<str>) -> Result<HttpResponse> {
        self.keep(toast)?;
        Ok(self.go_to(path))
    }
}
