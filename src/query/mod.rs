//! The language of every search box: tokens, periods, amounts, problems and printing. It knows no table.

pub mod amounts;
mod nearest;
pub mod period;
pub mod print;
mod problem;
pub mod scan;

pub use amounts::Amounts;
pub use nearest::nearest_of;
pub use period::Period;
pub use print::Value;
pub use problem::{Problem, brackets, has_substance, is_bracketed, is_phone_like, problem, shown};

/// So long may a search be, in characters. More would find nothing and only cost.
pub const LONGEST: usize = 2_000;
/// So many words and conditions may it have in all.
pub const MOST_TERMS: usize = 30;
/// So many searches with `OR` between them.
pub const MOST_BRANCHES: usize = 10;
/// So many values with commas between them.
pub const MOST_VALUES: usize = 50;
