//! The language of every search box: one parser, one tree, one printer, and one kind of sentence about what was not
//! understood. It knows no table: the owner of a [`Key`] brings its conditions.

pub mod amounts;
mod calendar;
mod caret;
mod completion;
mod edit;
mod foreign;
mod key;
mod keyed;
mod label;
mod numbers;
pub mod parse;
mod pasted;
pub mod period;
mod print;
mod problem;
pub mod scan;
mod several;
mod tree;
mod value;

pub use amounts::Amounts;
pub use caret::{Caret, Typing};
pub use completion::{Completion, NEVER, Number, USUAL_AMOUNTS, USUAL_COUNTS, USUAL_DAYS, USUAL_DAYS_TO_COME};
pub use key::{Choice, Key, Keyword, Language, Says, Thing, Values, Vocabulary, example_of};
pub use numbers::Numbers;
pub use parse::{parse, parse_counted};
pub use period::Period;
pub use print::Written;
pub use problem::{Problem, brackets, has_substance, is_bracketed, is_phone_like, problem, shown};
pub use tree::{Branch, Keyed, Own, Query, Shape, Term, Test, Text, kind_of};
pub use value::{EmailPattern, Value};

use crate::values::{CountryCode, Currency, curtain::Curtain, field::Fields};

/// The ways of the people who type: what is meant where a text does not say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// The country in which phones without a country code are read.
    pub country: CountryCode,
    /// The currency of amounts without one.
    pub currency: Currency,
    /// The merchant's own fields.
    pub fields: Fields,
    /// Whether they see what is private; who does not can only ask for the whole of it.
    pub curtain: Curtain,
}

/// The longest search, in characters. A longer one would find nothing and only cost.
pub const LONGEST: usize = 2_000;
/// The most words and conditions of a search.
pub const MOST_TERMS: usize = 30;
/// The most searches with `OR` between them.
pub const MOST_BRANCHES: usize = 10;
/// The most values with commas between them.
pub const MOST_VALUES: usize = 50;
