//! The clock of a test account, which staff put forward so that they see a year in a minute. It never goes back.
//!
//! It walks and does not jump: from one thing that is due to the next, each done at its own time, so that trials end, cards
//! expire and tries are made as in life. [`model`] sends it somewhere and stops it, [`walking`] is a step on the way, and
//! [`ahead`] says what will happen until there. [`api`] is for programs; the pages are `test_clock_page`.

pub mod ahead;
pub mod api;
pub mod kinds;
pub mod model;
pub mod told;
pub mod walking;
