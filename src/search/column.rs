//! A column of the list as data. Headings, cells, the form that offers it and statements read it; none of them knows a
//! column by its name.

use std::collections::HashMap;

use diesel::PgConnection;

use super::{listing::Row, order::Order, scope::Scope};
use crate::{
    error::Result,
    ids::CustomerId,
    values::{Money, curtain::Curtain, when::When},
};

/// A column that a list may show after the name.
#[derive(Debug)]
pub struct Column {
    /// The name in addresses and stored views.
    pub name: &'static str,
    /// The label in its heading.
    pub label: &'static str,
    /// The class of its cells, for the room that they need.
    pub class: Option<&'static str>,
    /// Its place on small screens, as a class, when nobody chose columns. Without one it is shown only where it is
    /// chosen.
    pub usual: Option<&'static str>,
    /// Says whether it stays when the rows are of deleted customers.
    pub with_deleted: WithDeleted,
    /// The column whose cells stand above its own on the smallest screen, which shows the last column alone.
    pub above: Option<&'static str>,
    /// The order that its heading leads to.
    pub order: Option<&'static Order>,
    /// The source of its cells.
    pub fill: Fill,
    /// True when numbers in it stay for who does not see what is private: it is the merchant's own.
    has_own_numbers: bool,
    kind: Kind,
}

/// The kind of its cells, which decides how they are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Time,
}

/// Says whether a column stays beside the times of a delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithDeleted {
    /// It always stays.
    Stays,
    /// It makes room, unless somebody chose the columns.
    StaysIfChosen,
    /// It always makes room.
    Leaves,
}

/// The source of cells.
#[derive(Debug)]
pub enum Fill {
    /// A field of the row, which is read for every list.
    Row(fn(&Row, &Scope) -> Option<Content>),
    /// A text expression on `customers`, read along with the row where the column is shown, and how a text is drawn
    /// that is not empty.
    Sql(&'static str, fn(String, &Scope) -> Content),
    /// Like `Sql`, for a key of the merchant's own, which is bound behind the expression.
    Own(&'static str, fn(String, &Scope) -> Content),
    /// The value of a field of the merchant's own, whose key is bound.
    Field,
    /// A read of its own, made once a page for all columns that share it.
    Page(&'static Reading),
}

/// A read of what a page of customers shows in some columns, put into the page's cells.
#[derive(Debug)]
pub struct Reading(pub fn(&mut PgConnection, &Scope, &[CustomerId], &mut Cells) -> Result<()>);

/// Cells by customer and name of the column.
pub type Cells = HashMap<(CustomerId, &'static str), Content>;

/// The content of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Text(String),
    /// A text that may run the other way.
    Foreign(String),
    /// A number that people read digit by digit.
    Digits(String),
    Time(When),
    Amount(Amount),
}

/// An amount of money in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The amount in the account's currency, or else the largest.
    pub money: Money,
    /// The amounts in other currencies, the largest first.
    pub others: Vec<Money>,
}

impl Amount {
    /// Returns what there is in other currencies, in words: "and EUR 850.97".
    pub fn beside(&self) -> Option<String> {
        let largest = self.others.first()?;
        Some(match self.others.len() {
            1 => format!("and {largest}"),
            count => format!("and {largest} and {} more", count - 1),
        })
    }
}

impl Column {
    /// Makes a column of texts.
    pub const fn text(name: &'static str, label: &'static str, fill: Fill) -> Self {
        Self {
            name,
            label,
            class: None,
            usual: None,
            with_deleted: WithDeleted::StaysIfChosen,
            above: None,
            order: None,
            fill,
            has_own_numbers: false,
            kind: Kind::Text,
        }
    }

    /// Makes a column of numbers.
    pub const fn number(name: &'static str, label: &'static str, fill: Fill) -> Self {
        Self { kind: Kind::Number, ..Self::text(name, label, fill) }
    }

    /// Makes a column of moments.
    pub const fn time(name: &'static str, label: &'static str, fill: Fill) -> Self {
        Self { kind: Kind::Time, ..Self::text(name, label, fill) }
    }

    /// Marks the column as shown when nobody chose columns, with this place on small screens.
    #[must_use]
    pub const fn usual(self, place: &'static str) -> Self {
        Self { usual: Some(place), ..self }
    }

    /// Leaves its numbers to who does not see what is private.
    #[must_use]
    pub const fn with_own_numbers(self) -> Self {
        Self { has_own_numbers: true, ..self }
    }

    /// Hides what is private in a cell.
    pub fn behind(&self, content: Content, curtain: Curtain) -> Content {
        let hidden = |text: &str| if self.has_own_numbers { curtain.emails(text) } else { curtain.text(text) };
        match content {
            Content::Text(text) => Content::Text(hidden(&text)),
            Content::Foreign(text) => Content::Foreign(hidden(&text)),
            other => other,
        }
    }

    /// Makes its heading lead to an order.
    #[must_use]
    pub const fn sorted(self, order: &'static Order) -> Self {
        Self { order: Some(order), ..self }
    }

    /// Gives its cells this class.
    #[must_use]
    pub const fn classed(self, class: &'static str) -> Self {
        Self { class: Some(class), ..self }
    }

    /// Says whether it stays or always makes room when the rows are of deleted customers.
    #[must_use]
    pub const fn with_deleted(self, with_deleted: WithDeleted) -> Self {
        Self { with_deleted, ..self }
    }

    /// Puts the cells of another column above its own on the smallest screen.
    #[must_use]
    pub const fn below(self, above: &'static str) -> Self {
        Self { above: Some(above), ..self }
    }

    /// Returns whether it holds moments.
    pub fn is_time(&self) -> bool {
        self.kind == Kind::Time
    }

    /// Returns whether its cells are aligned at their end, so that digits are below each other.
    pub fn is_number(&self) -> bool {
        self.kind != Kind::Text
    }

    /// Returns whether a key of the merchant's own follows its name, behind a dot.
    pub fn is_own(&self) -> bool {
        matches!(self.fill, Fill::Own(..) | Fill::Field)
    }

    /// Returns whether that key is one of the merchant's own fields.
    pub fn is_of_fields(&self) -> bool {
        matches!(self.fill, Fill::Field)
    }
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Column {}
