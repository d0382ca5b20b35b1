//! An order that a list can be sorted by, as data. Addresses, cursors, headings and statements read it; none of them
//! knows an order by its name.

use diesel::{pg::Pg, query_builder::AstPass, result::QueryResult};

use super::{
    by_deletion,
    by_figure::{Figure, Measure},
    listing::Sort,
    statements::Common,
};
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
    /// A text column of `customers`.
    Stored(&'static str),
    /// The time of the deletion; nothing where nothing is deleted.
    Deletion,
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
        Sort { by: self, own: None, descending: self.begins_with_greatest }
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
    /// Returns the column of a walk that comes before the id in its order.
    pub(super) fn walked(&self, common: &Common) -> Option<&'static str> {
        match self {
            Self::Id => None,
            Self::Stored(column) => Some(column),
            Self::Deletion => by_deletion::walked(common),
            Self::Figure(_) => Some("figure_key"),
        }
    }

    /// Writes the key of a row of `customers`, as a text that sorts like it.
    pub(super) fn push<'b>(&self, common: &'b Common, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Self::Id => out.push_sql("''"),
            Self::Stored(column) => out.push_sql(column),
            Self::Deletion => by_deletion::push_key(common, out),
            Self::Figure(figure) => return figure.push_key(common, out),
        }
        Ok(())
    }

    /// Returns the kind of value that the key is read back as, where it is no text.
    pub(super) fn measure(&self) -> Option<Measure> {
        match self {
            Self::Id | Self::Stored(_) => None,
            Self::Deletion => Some(Measure::Moment),
            Self::Figure(figure) => Some(figure.measure),
        }
    }
}
