//! The page of a test account's clock: what will happen until a later time, in numbers; the way there; and what happened.
//! It stands above the log, whose sentences it tells. Live accounts have no such page.

mod happened;
mod plan;
mod show;

use crate::routes::Route;

/// The path of the page.
const PAGE: &str = "/test-clock";

/// Returns the routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/test-clock", show::show).taking(&["by", "on"]),
        Route::get("/test-clock/progress", show::progress),
        Route::post("/test-clock/moves", show::send),
        Route::post("/test-clock/stop", show::stop),
    ]
}
