//! Says whether the server is alive and ready, for whatever watches it.

use actix_web::{HttpResponse, HttpResponseBuilder, http::header, web};
use diesel::PgConnection;

use crate::{
    db::{self, Db},
    error::{Error, Result},
    jobs::lag,
    routes::Route,
};

/// Returns the routes `/healthz` and `/readyz`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/healthz", alive), Route::get("/readyz", ready)]
}

/// Answers that the process runs.
async fn alive() -> HttpResponse {
    plain(HttpResponse::Ok(), "alive\n")
}

/// Answers whether the database answers and is up to date, and says how long jobs have been due.
async fn ready(db: web::Data<Db>) -> HttpResponse {
    match db.read(state).await {
        Ok(Some(lag)) => plain(HttpResponse::Ok(), format!("ready\n{lag}")),
        Ok(None) => plain(unavailable(), "migrations are waiting: run clientele migrate\n"),
        Err(err) => unready(err),
    }
}

/// Returns what is said of the jobs when the server is ready, and `None` when migrations wait.
fn state(conn: &mut PgConnection) -> Result<Option<String>> {
    if db::is_behind(conn)? {
        return Ok(None);
    }
    match lag::read(conn) {
        Ok(lags) => Ok(Some(lag::line(&lags))),
        Err(Error::ConnectionLost) => Err(Error::ConnectionLost),
        // People are served all the same.
        Err(_) => Ok(Some("lag: unknown\n".to_owned())),
    }
}

fn unready(err: Error) -> HttpResponse {
    tracing::warn!(error = %err, "not ready");
    plain(unavailable(), "the database does not answer\n")
}

fn unavailable() -> HttpResponseBuilder {
    let mut answer = HttpResponse::ServiceUnavailable();
    answer.insert_header((header::RETRY_AFTER, db::PAUSE.as_secs().to_string()));
    answer
}

fn plain(mut answer: HttpResponseBuilder, text: impl Into<String>) -> HttpResponse {
    answer.content_type("text/plain; charset=utf-8").body(text.into())
}
