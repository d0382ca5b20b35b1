//! Notes as they are drawn wherever they are: a section with the newest and a box to write another, one more of it, and
//! the pinned one as a strip.

use askama::Template;
use diesel::PgConnection;

use super::{
    model::{self, Note},
    notes_path, pages, past, path,
};
use crate::{
    customers::model::Customer,
    error::Result,
    form::Form,
    ids::{CustomerId, NoteId, StaffId},
    input::FormFields,
    paging::{Cursor, Direction, Limit},
    shell::Toast,
    values::when::When,
    who::SignedIn,
};

/// A note as a page shows it.
pub struct Line {
    pub id: NoteId,
    /// The beginning of all paths of its actions.
    pub path: String,
    /// The path of its history.
    pub history: String,
    pub text: String,
    pub author: String,
    pub created: When,
    pub is_pinned: bool,
    pub is_edited: bool,
    /// True when what is private in its text is hidden.
    pub is_masked: bool,
}

impl Line {
    /// Makes the line of a note that `who` reads.
    pub fn new(note: Note, who: &SignedIn) -> Self {
        let note = note.behind(who.curtain());
        Self {
            is_masked: who.curtain().is_drawn(),
            id: note.id,
            path: path(note.id),
            history: past::path(note.id),
            author: note.author.unwrap_or_else(|| "Clientele".to_owned()),
            created: When::new(note.created_at, &who.settings.time_zone, who.now()),
            is_pinned: note.is_pinned,
            is_edited: note.edited_at.is_some(),
            text: note.text,
        }
    }

    /// Returns whether the strip shows only its beginning.
    pub fn is_long(&self) -> bool {
        self.text.chars().count() > 300 || self.text.lines().count() > 5
    }
}

/// Some of a customer's notes, newest first, with the form that writes another.
pub struct Board {
    pub customer: CustomerId,
    /// The path of all of them.
    pub path: String,
    pub lines: Vec<Line>,
    /// The link to those before them.
    pub earlier: Option<String>,
    /// True for who may write and change notes here.
    pub may_change: bool,
    /// The text that is typed, with its errors.
    pub form: Form,
    /// The person whose form it is.
    pub staff: StaffId,
    /// True where they are added to those that are shown.
    pub is_more: bool,
    /// True on the page of all notes, whose form asks for a page.
    pub is_page: bool,
}

impl Board {
    /// The number of notes on a customer's page.
    const NEWEST: Limit = Limit::FEW;

    /// Reads the newest notes, for the customer's page.
    pub fn read_newest(conn: &mut PgConnection, who: &SignedIn, customer: &Customer) -> Result<Self> {
        Self::read(conn, who, customer, None, Self::NEWEST)
    }

    /// Reads the notes before one, or the newest.
    pub fn read(
        conn: &mut PgConnection,
        who: &SignedIn,
        customer: &Customer,
        before: Option<NoteId>,
        limit: Limit,
    ) -> Result<Self> {
        let place = |id: NoteId| Direction::After(Cursor::new(model::BY_CREATION, None, id.uuid()));
        let direction = before.map_or(Direction::First, place);
        let page = model::page(conn, who.account, customer.id, &direction, limit)?;
        Ok(Self {
            customer: customer.id,
            path: notes_path(customer.id),
            earlier: page.items.last().filter(|_| page.has_next).map(|note| pages::path_before(customer.id, note.id)),
            lines: page.items.into_iter().map(|note| Line::new(note, who)).collect(),
            may_change: may_change(who, customer),
            form: Form::open(FormFields::default()),
            staff: who.staff,
            is_more: false,
            is_page: false,
        })
    }
}

/// The section of a customer's page.
#[derive(Template)]
#[template(path = "notes/_section.html")]
pub struct Section {
    pub board: Board,
    /// The pinned one and the notice, which an answer brings along.
    pub news: Option<(Pinned, Toast)>,
    /// True on a page that is drawn anew around a form in which somebody may be typing: it stays as it is.
    pub keeps_form: bool,
}

impl Section {
    /// Makes the section of a page.
    pub fn new(board: Board) -> Self {
        Self { board, news: None, keeps_form: true }
    }
}

/// The strip with the pinned note; empty without one.
#[derive(Template)]
#[template(path = "notes/_pinned.html")]
pub struct Pinned {
    pub line: Option<Line>,
    /// True for who may unpin it.
    pub may_change: bool,
}

impl Pinned {
    /// Reads the pinned note of a customer.
    pub fn read(conn: &mut PgConnection, who: &SignedIn, customer: &Customer) -> Result<Self> {
        let note = model::pinned(conn, who.account, customer.id)?;
        Ok(Self { line: note.map(|note| Line::new(note, who)), may_change: may_change(who, customer) })
    }
}

/// Returns whether somebody may write and change notes about a customer.
fn may_change(who: &SignedIn, customer: &Customer) -> bool {
    who.may_edit() && !customer.is_deleted()
}
