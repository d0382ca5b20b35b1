//! The orders of a list, and the places in them.

use crate::{
    error::{Error, Result},
    paging::{Cursor, CursorError, Direction, SortTag},
};

use super::Bind;

/// An order: rows are compared by these columns, and by their id where these are the same. An index must have the account
/// and the same columns.
#[derive(Debug)]
pub struct Order {
    /// The name in an address.
    pub name: &'static str,
    pub columns: &'static [Column],
    /// The letters that mark its cursors, upwards and downwards. They never change: people keep addresses.
    pub letters: [u8; 2],
    /// The words for both ways, upwards and downwards.
    pub words: [&'static str; 2],
    /// True when it begins with the greatest unless the other way is asked for.
    pub begins_with_greatest: bool,
}

/// An expression on the columns of a row, which is never NULL.
#[derive(Debug)]
pub enum Column {
    Text(&'static str),
    Number(&'static str),
    Day(&'static str),
}

/// An order with its way.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    pub order: &'static Order,
    pub descending: bool,
}

impl PartialEq for Sort {
    fn eq(&self, other: &Self) -> bool {
        self.order.name == other.order.name && self.descending == other.descending
    }
}

impl Eq for Sort {}

/// The order by creation, the newest first.
pub const BY_CREATION: Order = Order {
    name: "created",
    columns: &[],
    letters: *b"on",
    words: ["oldest first", "newest first"],
    begins_with_greatest: true,
};

/// Makes the order by amounts, the largest first. They are sorted by their currency first, since they do not compare.
pub const fn by_amount(columns: &'static [Column; 2]) -> Order {
    Order {
        name: "amount",
        columns,
        letters: *b"ab",
        words: ["by currency, the smallest first", "by currency, the largest first"],
        begins_with_greatest: true,
    }
}

/// What stands between the values of a cursor.
const BETWEEN: char = ' ';

impl Column {
    pub(super) fn sql(&self) -> &'static str {
        let (Self::Text(sql) | Self::Number(sql) | Self::Day(sql)) = self;
        sql
    }

    fn bind(&self, text: &str) -> Option<Bind> {
        match self {
            Self::Text(_) => Some(Bind::Text(text.to_owned())),
            Self::Number(_) => text.parse().ok().map(Bind::Number),
            Self::Day(_) => text.parse().ok().map(Bind::day),
        }
    }
}

impl Sort {
    /// Returns the name in an address: `-created`.
    pub fn name(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.order.name)
    }

    /// Returns the order with that name, among these.
    pub fn parse(text: &str, orders: &'static [Order]) -> Option<Self> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        orders.iter().find(|order| order.name == name).map(|order| Self { order, descending })
    }

    /// Returns the order the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { descending: !self.descending, ..self }
    }

    /// Returns the words for it: "newest first".
    pub fn words(self) -> &'static str {
        self.order.words[usize::from(self.descending)]
    }

    /// Returns the tag of it in cursors.
    pub fn tag(self) -> SortTag {
        SortTag::new(self.order.letters[usize::from(self.descending)])
    }

    /// Returns whether it is by creation, which the id tells.
    pub fn is_by_id(self) -> bool {
        self.order.columns.is_empty()
    }

    /// Returns the place of a row by its id and the values of the order's columns, as text.
    pub fn place(self, id: impl Into<uuid::Uuid>, values: &[String]) -> Cursor {
        let key = (!self.is_by_id()).then(|| values.join(&BETWEEN.to_string()));
        Cursor::new(self.tag(), key, id)
    }

    /// Returns whether a place is one of this order, which it may not be when it was changed on the way.
    pub fn has_place(self, place: &Cursor) -> bool {
        self.values(place).is_ok()
    }

    /// Returns the values that a place has in the columns of the order.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when it was changed on the way.
    pub(super) fn values(self, place: &Cursor) -> Result<Vec<Bind>> {
        if self.is_by_id() {
            return Ok(Vec::new());
        }
        let texts: Vec<&str> = place.key().unwrap_or_default().split(BETWEEN).collect();
        let columns = self.order.columns;
        let read: Option<Vec<Bind>> = columns.iter().zip(&texts).map(|(column, text)| column.bind(text)).collect();
        let whole = read.filter(|_| texts.len() == columns.len());
        whole.ok_or_else(|| Error::BadRequest(CursorError::Broken.into()))
    }

    /// Returns whether the rows of a page are read downwards.
    pub(super) fn is_read_downwards(self, direction: &Direction) -> bool {
        self.descending != direction.is_backward()
    }
}
