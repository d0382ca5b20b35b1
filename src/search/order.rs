//! What a list can be sorted by. An order is data: addresses, cursors, headings and statements read it, and none of them
//! knows one by its name.

use diesel::{pg::Pg, query_builder::AstPass, result::QueryResult};

use super::{by_figure::Figure, listing::Sort, statements::Common};
use crate::paging::SortTag;

/// What a list can be sorted by before the id, both ways.
#[derive(Debug)]
pub struct Order {
    /// As in addresses and stored views: `volume`, and `-volume` for the greatest first.
    pub name: &'static str,
    /// The least first.
    pub rising: OneWay,
    /// The greatest first.
    pub falling: OneWay,
    /// Whether its heading leads to the greatest first.
    pub begins_with_greatest: bool,
    /// What is compared.
    pub key: SortKey,
}

/// An order in one of its directions.
#[derive(Debug)]
pub struct OneWay {
    /// As people call it.
    pub words: &'static str,
    /// Marks its cursors. No two ways of any orders share one, and none ever changes: addresses are kept for long.
    pub tag: SortTag,
}

/// What is compared before the id.
#[derive(Debug)]
pub enum SortKey {
    /// Nothing, so that the id's time decides.
    Id,
    /// A column of `customers`.
    Stored(&'static str),
    /// A figure in a table beside it.
    Figure(Figure),
}

impl OneWay {
    /// With a letter of its own for the tag.
    pub const fn new(letter: u8, words: &'static str) -> Self {
        Self { words, tag: SortTag::new(letter) }
    }
}

impl Order {
    /// The way in which it is read most.
    pub fn usual(&'static self) -> Sort {
        Sort { by: self, descending: self.begins_with_greatest }
    }

    pub(super) fn is_by_id(&self) -> bool {
        matches!(self.key, SortKey::Id)
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
    /// What it is called in a walk.
    pub(super) fn walked(&self) -> Option<&'static str> {
        match self {
            Self::Id => None,
            Self::Stored(column) => Some(column),
            Self::Figure(_) => Some("figure_key"),
        }
    }

    /// The key of a row of `customers`.
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
