//! An order that a list can be sorted by, as data. Addresses, cursors, headings and statements read it; none of them
//! knows an order by its name.

use diesel::{pg::Pg, query_builder::AstPass, result::QueryResult};

use super::{by_figure::Figure, listing::Sort, statements::Common};
use crate::paging::SortTag;

/// A key that a list can be sorted by before the id, in both directions.
#[derive(Debug)]
pub struct Order {
    /// The name in addresses and stored views: `volume`, and `-volume` for the greatest first.
    pub name: &'static str,
    /// The direction with the least first.
    pub rising: OneWay,
    /// The direction with the greatest first.
    pub falling: OneWay,
    /// True when its heading leads to the greatest first.
    pub begins_with_greatest: bool,
    /// The key that is compared.
    pub key: SortKey,
}

/// An order in one of its directions.
#[derive(Debug)]
pub struct OneWay {
    /// The name in words.
    pub words: &'static str,
    /// The mark of its cursors. No two directions of any orders share one, and none ever changes, since addresses are
    /// kept for long.
    pub tag: SortTag,
}

/// The key that is compared before the id.
#[derive(Debug)]
pub enum SortKey {
    /// Nothing; the time in the id decides.
    Id,
    /// A column of `customers`.
    Stored(&'static str),
    /// A figure in a table beside `customers`.
    Figure(Figure),
}

impl OneWay {
    /// Makes a direction with a letter of its own for the tag.
    pub const fn new(letter: u8, words: &'static str) -> Self {
        Self { words, tag: SortTag::new(letter) }
    }
}

impl Order {
    /// Returns the order in its most common direction.
    pub fn usual(&'static self) -> Sort {
        Sort { by: self, descending: self.begins_with_greatest }
    }

    /// Returns whether it compares amounts in the account's currency alone.
    pub fn is_in_currency(&self) -> bool {
        self.figure().is_some_and(|figure| figure.in_currency)
    }

    pub(super) fn is_by_id(&self) -> bool {
        matches!(self.key, SortKey::Id)
    }

    /// Returns whether it compares figures beside the customers, which may have to be looked for.
    pub fn is_by_figure(&self) -> bool {
        self.figure().is_some()
    }

    pub(super) fn figure(&self) -> Option<&Figure> {
        if let SortKey::Figure(figure) = &self.key { Some(figure) } else { None }
    }
}

impl PartialEq for Order {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Order {}

impl SortKey {
    /// Returns the name of its key in a walk.
    pub(super) fn walked(&self) -> Option<&'static str> {
        match self {
            Self::Id => None,
            Self::Stored(column) => Some(column),
            Self::Figure(_) => Some("figure_key"),
        }
    }

    /// Writes the key of a row of `customers`.
    pub(super) fn push<'b>(&self, common: &'b Common, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Self::Id => Ok(()),
            Self::Stored(column) => {
                out.push_sql(column);
                Ok(())
            }
            Self::Figure(figure) => figure.push_key(common, out),
        }
    }
}
