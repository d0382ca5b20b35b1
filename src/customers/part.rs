//! A part is what one feature keeps of a customer: lines of the delete's plan, sentences of the activity, sections of
//! the customer's page. A feature implements [`Part`] in its own folder; `customer_parts` is the list of them.

use askama::Template;
use diesel::PgConnection;
use futures_core::future::LocalBoxFuture;
use jiff::Timestamp;

use super::model::Customer;
pub use crate::events::telling::Change;
use crate::{
    db::Db,
    error::{Error, Result},
    events::By,
    gateway::Sandbox,
    history::Event,
    ids::{AccountId, CustomerId},
    who::SignedIn,
};

/// The things that one feature keeps of a customer. Every method has a default for a feature that keeps nothing.
#[expect(unused_variables, reason = "the defaults use nothing")]
pub trait Part: Sync {
    /// Lists what a delete of the customer does to the feature's things, as lines of the plan. A line may block the
    /// delete.
    fn effects(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        Ok(Vec::new())
    }

    /// Calls off those of `blockers` that are its own. One that turns out to have ended stays so.
    ///
    /// # Errors
    /// When a gateway or the database does not answer.
    fn call_off<'a>(&'a self, desk: &'a Desk<'a>, blockers: &'a [Blocker]) -> LocalBoxFuture<'a, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Ends what ends with a delete, in its transaction; of `blockers` those that are its own: see [`Blocks::with_delete`].
    fn end(&self, conn: &mut PgConnection, by: &By, id: CustomerId, blockers: &[Blocker]) -> Result<()> {
        Ok(())
    }

    /// Names what [`Part::destroy`] destroys, as an event stores it: `payment_methods`.
    fn destroys(&self) -> Option<&'static str> {
        None
    }

    /// Destroys what a delete leaves, once the delete cannot be taken back any more; the customer's row is locked.
    fn destroy(&self, conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<usize> {
        Ok(0)
    }

    /// Names the kinds of its events, all of which it can tell.
    fn kinds(&self) -> &'static [&'static str] {
        &[]
    }

    /// Tells one of its events as a sentence of the customer's activity.
    fn tell(&self, event: &Event) -> Option<Told> {
        None
    }

    /// Draws its sections of the customer's page, as `reader` sees them.
    fn panels(&self, conn: &mut PgConnection, reader: &SignedIn, customer: &Customer) -> Result<Vec<Panel>> {
        Ok(Vec::new())
    }
}

/// The context that calling something off needs.
pub struct Desk<'a> {
    pub db: &'a Db,
    /// The account's gateway, if it has one.
    pub gateway: Option<&'a Sandbox>,
    /// The person who calls it off.
    pub by: By,
    /// The time it is done at.
    pub now: Timestamp,
}

/// The tone of a line: bad or good news. Plans list bad news first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// It ends, or it failed.
    Bad,
    /// Neither bad nor good.
    Plain,
    /// It stays, or it succeeded.
    Ok,
}

impl Tone {
    /// Returns the class name that begins with `prefix` and ends with the tone; nothing for plain.
    pub fn class(self, prefix: &str) -> Option<String> {
        match self {
            Self::Bad => Some(format!("{prefix}bad")),
            Self::Plain => None,
            Self::Ok => Some(format!("{prefix}ok")),
        }
    }
}

/// A line of a delete's plan. `says` and `then` are one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Bad for what ends, ok for what stays.
    pub tone: Tone,
    /// The icon's name.
    pub icon: &'static str,
    /// The beginning, with the numbers: "3 payments are kept". When it changes, the plan has changed.
    pub says: String,
    /// The rest: "and can still be looked up."
    pub then: String,
    /// The word and the number for programs: "payments_kept", 3.
    pub counts: Option<(&'static str, usize)>,
    /// The things that must end before the delete; nothing where it may go on.
    pub blocks: Option<Blocks>,
}

impl Effect {
    /// Makes a line that does not block.
    pub fn new(tone: Tone, icon: &'static str, says: impl Into<String>, then: impl Into<String>) -> Self {
        Self { tone, icon, says: says.into(), then: then.into(), counts: None, blocks: None }
    }

    /// Adds the word and the number for programs.
    #[must_use]
    pub fn counting(self, what: &'static str, number: usize) -> Self {
        Self { counts: Some((what, number)), ..self }
    }
}

/// The things that block a delete, unless they are called off together with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// The word for all of it in "Cancel … and delete customer": "the payments".
    pub called: &'static str,
    /// Each of them, newest first.
    pub by: Vec<Blocker>,
    /// True when they end in the delete's own transaction; false when a gateway may have to be asked before it.
    pub with_delete: bool,
}

/// One thing that blocks a delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// Its public id, by which its part knows it again.
    pub id: String,
    pub href: String,
    /// The text that the plan has for it.
    pub says: String,
    /// The time when it began.
    pub since: Timestamp,
    /// True when a gateway has it in hand, which must be asked to call it off.
    pub at_gateway: bool,
}

/// An event as a sentence: who did what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The icon's name.
    pub icon: &'static str,
    /// The icon's colour.
    pub tone: Tone,
    /// The person, or Clientele itself; nothing where the sentence is about the thing.
    pub who: Option<String>,
    /// The words that say what they did.
    pub did: String,
    /// A fainter word about it: the payment method, the reason of a failure.
    pub detail: Option<String>,
    /// The page of the event's subject, when that is not the page it is shown on.
    pub href: Option<String>,
    /// The changes, field by field.
    pub changes: Vec<Change>,
}

impl Told {
    /// Says that whoever caused the event did that.
    pub fn new(event: &Event, icon: &'static str, did: impl Into<String>) -> Self {
        let who = Some(event.by.clone().unwrap_or_else(|| "Clientele".to_owned()));
        Self { icon, tone: Tone::Plain, who, did: did.into(), detail: None, href: None, changes: Vec::new() }
    }

    /// Says that something happened which nobody here knows a sentence for.
    pub fn unknown(event: &Event) -> Self {
        Self::new(event, "activity", "did something newer than this version knows")
    }
}

/// A section of the customer's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// The id of its element.
    pub id: &'static str,
    /// Its name in the links at the top, and its heading when it loads later.
    pub title: &'static str,
    /// The content of the section.
    pub body: Body,
    /// What of it stands under the customer's name, as HTML.
    pub strip: Option<String>,
}

/// The content of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The whole section as HTML.
    Ready(String),
    /// The page of this path, whose fragment is loaded when people scroll to it. Without script the section is a link.
    Later(String),
}

impl Panel {
    /// Draws a section from the feature's own template.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn ready(id: &'static str, title: &'static str, section: &impl Template) -> Result<Self> {
        Ok(Self { id, title, body: Body::Ready(section.render().map_err(Error::internal)?), strip: None })
    }

    /// Leaves a section to be loaded later from `path`.
    pub fn later(id: &'static str, title: &'static str, path: String) -> Self {
        Self { id, title, body: Body::Later(path), strip: None }
    }

    /// Adds what of it stands under the customer's name.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn with_strip(self, strip: &impl Template) -> Result<Self> {
        Ok(Self { strip: Some(strip.render().map_err(Error::internal)?), ..self })
    }
}

/// Joins the names of what is destroyed as people read them: "addresses and payment methods".
pub fn in_words<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| name.replace('_', " ")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
