//! The headings and cells of the list's columns after the name.

use super::state::{Sorted, State};
use crate::{
    search::{Column, Content, WithDeleted, columns::Chosen},
    values::{Currency, field::Kind},
};

/// A heading, and the way its column is drawn.
pub struct Head {
    /// The label.
    pub label: String,
    /// The label of the column whose cells stand above its own on the smallest screen.
    pub above: Option<&'static str>,
    /// The class that says on which screens it is seen, and how it is aligned.
    pub class: String,
    /// The list in the order of this column.
    pub sorted: Option<Sorted>,
    column: &'static Column,
    is_number: bool,
    /// Its place among the chosen columns.
    place: usize,
}

/// Returns the headings of the columns after the name. Deleted customers have times of their own, for which the usual
/// columns make room.
pub fn heads(state: &State, deleted: bool, currency: Currency) -> Vec<Head> {
    let is_usual = !state.has_chosen_columns();
    let makes_room = |column: &Column| match column.with_deleted {
        WithDeleted::Stays => false,
        WithDeleted::StaysIfChosen => is_usual,
        WithDeleted::Leaves => true,
    };
    let shown = state.columns.iter().enumerate().filter(|(_, chosen)| !deleted || !makes_room(chosen.column));
    let head = |(place, chosen): (usize, &Chosen)| Head {
        label: label(chosen, state, currency),
        above: None,
        class: class(chosen, is_usual),
        is_number: chosen.is_number(),
        sorted: chosen.sort().filter(|usual| state.may_sort(*usual)).map(|usual| state.sorted_by(usual)),
        column: chosen.column,
        place,
    };
    let mut heads: Vec<Head> = shown.map(head).collect();
    let above = heads.last().and_then(|last| last.column.above);
    let above =
        heads.iter().map(|head| head.column).find(|column| Some(column.name) == above).map(|column| column.label);
    if let Some(last) = heads.last_mut().filter(|_| !deleted) {
        // It stays on the smallest screen.
        last.class = led(last.is_number, "c-end");
        last.above = above;
    }
    heads
}

/// Returns the label of a column. One that is sorted by a single currency says so: what there is in others stays behind.
fn label(chosen: &Chosen, state: &State, currency: Currency) -> String {
    if chosen.field().is_some_and(|field| field.kind == Kind::Money && is_sorted_by(state, chosen)) {
        return format!("{}, by currency", chosen.label());
    }
    let is_by_currency = chosen.column.order == Some(state.sort.by) && state.sort.by.is_in_currency();
    if is_by_currency { format!("{}, by {currency}", chosen.label()) } else { chosen.label().to_owned() }
}

fn is_sorted_by(state: &State, chosen: &Chosen) -> bool {
    let usual = chosen.sort();
    usual.is_some_and(|usual| usual == state.sort || usual.reversed() == state.sort)
}

/// Returns the class of a column. A column that somebody chose stays on all screens but the smallest; one of a field that
/// nobody chose is the first to make room.
fn class(chosen: &Chosen, is_usual: bool) -> String {
    let usual = if chosen.field().is_some() { Some("p5") } else { chosen.column.usual };
    let place = usual.filter(|_| is_usual).unwrap_or("p2");
    let own = chosen.column.class.map(|class| format!(" {class}")).unwrap_or_default();
    led(chosen.is_number(), &format!("{place}{own}"))
}

fn led(is_number: bool, class: &str) -> String {
    if is_number { format!("num {class}") } else { class.to_owned() }
}

/// A cell of a row.
pub struct Cell {
    /// The class of its heading.
    pub class: String,
    /// The content, if it is known.
    pub content: Option<Content>,
    /// The content above it on the smallest screen, where that has no column.
    pub above: Option<Content>,
}

impl Cell {
    /// Returns whether it is short by nature.
    pub fn is_short(&self) -> bool {
        matches!(self.content, Some(Content::Time(_) | Content::Amount(_)))
    }

    /// Returns whether it is an amount.
    pub fn is_amount(&self) -> bool {
        matches!(self.content, Some(Content::Amount(_)))
    }
}

/// Returns the cells of a row under `heads`, with the contents of its columns.
pub fn cells(mut contents: Vec<Option<Content>>, heads: &[Head]) -> Vec<Cell> {
    let named = |name: &str| heads.iter().find(|head| head.column.name == name);
    let above = heads.last().and_then(|last| contents.get(named(last.column.above?)?.place)?.clone());
    let cell = |head: &Head| Cell {
        class: head.class.clone(),
        content: contents.get_mut(head.place).and_then(Option::take),
        above: None,
    };
    let mut cells: Vec<Cell> = heads.iter().map(cell).collect();
    if let Some(last) = cells.last_mut() {
        last.above = above;
    }
    cells
}
