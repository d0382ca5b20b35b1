//! Says whether the server is alive and ready, for whatever watches it.

use actix_web::{HttpResponse, HttpResponseBuilder, http::header, web};

use crate::{
    db::{self, Db},
    error::Error,
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

/// Answers whether the database answers and is up to date.
async fn ready(db: web::Data<Db>) -> HttpResponse {
    match db.read(db::is_behind).await {
        Ok(false) => plain(HttpResponse::Ok(), "ready\n"),
        Ok(true) => plain(unavailable(), "migrations are waiting: run clientele migrate\n"),
        Err(err) => unready(err),
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

fn plain(mut answer: HttpResponseBuilder, text: &'static str) -> HttpResponse {
    answer.content_type("text/plain; charset=utf-8").body(text)
}
