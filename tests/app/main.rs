//! The app, asked by the people who use it: nobody, staff of each role, staff of another merchant.
//!
//! A test is a person doing something to a small named [`world`] and then looking: at the page by element, at the
//! database, at the event. `DATABASE_URL` names a PostgreSQL where the tests may create databases.

mod guards;
mod queries;
mod schema;
#[allow(dead_code, unused_imports, reason = "more tests are on their way")]
mod world;
