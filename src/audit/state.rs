//! The state of the log, which lives in its URL: the search and the place.

use crate::{
    error::{Error, Result},
    ids::EventId,
    input::FormFields,
    paging::{Cursor, Limit, SortTag},
    search_box::List,
    values::text,
};

/// The order of the log, for its cursors.
const NEWEST: SortTag = SortTag::new(b'a');

/// The page's path.
pub const PATH: &str = "/settings/audit";

/// The parameters of the URL.
#[derive(Clone, Debug)]
pub struct State {
    /// The text in the search box.
    pub q: String,
    /// The number of entries on a page.
    pub limit: Limit,
    /// The event before which the page begins; nothing for the newest.
    pub before: Option<EventId>,
}

impl State {
    /// Reads the parameters.
    ///
    /// # Errors
    /// [`Error::BadRequest`] with a sentence about the parameter that is not understood.
    pub fn read(asked: &FormFields) -> Result<Self> {
        let limit = asked.filled("limit").map_or(Ok(Limit::SCREEN), Limit::parse);
        let place = asked.filled("after").map(|text| Cursor::parse(text, NEWEST)).transpose();
        let before = place.map_err(|err| Error::BadRequest(err.into()))?;
        Ok(Self {
            q: asked.first("q").map_or_else(String::new, text::searched),
            limit: limit.map_err(|err| Error::BadRequest(err.into()))?,
            before: before.map(|cursor| EventId::from_uuid(cursor.id())),
        })
    }

    /// Returns the address of the entries before an event.
    pub fn earlier(&self, before: EventId) -> String {
        self.list(Some(("after", Cursor::new(NEWEST, None, before.uuid()).to_string())))
    }

    /// Returns the address of the export of what is filtered.
    pub fn export(&self) -> String {
        crate::search_box::address(&format!("{PATH}/export"), &self.parameters())
    }
}

impl List for State {
    fn path(&self) -> &'static str {
        PATH
    }

    fn q(&self) -> &str {
        &self.q
    }

    fn limit(&self) -> Limit {
        self.limit
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        if self.limit != Limit::SCREEN {
            pairs.push(("limit", self.limit.rows().to_string()));
        }
        pairs
    }

    fn searching(&self, q: &str) -> String {
        Self { q: q.to_owned(), before: None, ..self.clone() }.first_page()
    }
}
