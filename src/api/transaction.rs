//! The transaction of a call: kept, taken back by a refusal, or taken back because it was only tried.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::PgConnection;

use super::refusal::{Refusal, Result};
use crate::{db::Db, error::Error};

/// Runs `change` in one transaction. A refusal takes back what it wrote.
///
/// # Errors
/// Whatever `change` refuses.
pub(super) async fn transaction<T, F>(db: &Db, change: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&mut PgConnection) -> Result<T> + Send + 'static,
{
    written(db, change, Ok).await
}

/// Runs `change` in one transaction, and takes back all that it wrote.
///
/// # Errors
/// Whatever `change` refuses.
pub(super) async fn rehearsal<T, F>(db: &Db, change: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&mut PgConnection) -> Result<T> + Send + 'static,
{
    written(db, change, |done| Err(Ok(done))).await
}

/// Runs `change` in one transaction, which is kept where `keeps` returns its outcome.
async fn written<T, F>(db: &Db, change: F, keeps: fn(T) -> std::result::Result<T, Result<T>>) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&mut PgConnection) -> Result<T> + Send + 'static,
{
    // What takes the transaction back is an error to the database, which knows those of the house; others wait here.
    let aside: Arc<Mutex<Option<Result<T>>>> = Arc::default();
    let slot = Arc::clone(&aside);
    let answer = db.write(move |conn| {
        let outcome = match change(conn) {
            Ok(done) => keeps(done),
            Err(Refusal::House(err)) => return Err(err),
            Err(said) => Err(Err(said)),
        };
        outcome.map_err(|outcome| {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            Error::internal("the call keeps nothing")
        })
    });
    let answer = answer.await;
    let aside = aside.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (answer, aside) {
        (Err(_), Some(outcome)) => outcome,
        (answer, _) => answer.map_err(Refusal::House),
    }
}
