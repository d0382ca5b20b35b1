//! The list of customers: a table of what a search finds, with its tabs, chips, filter forms and help.

pub mod api;
pub mod cells;
pub mod columns;
pub mod completions;
pub mod filters;
pub mod hints;
pub mod origin;
pub mod state;
pub mod table;
pub mod tabs;

use crate::routes::Route;

/// The parameters of the list: its state, and what the forms of filters and columns send.
static PARAMETERS: [&str; 17] = [
    "q",
    "view",
    "sort",
    "columns",
    "limit",
    "after",
    "before",
    "choose",
    "column",
    "metadata_key",
    "filter",
    "place",
    "how",
    "value",
    "from",
    "to",
    "currency",
];

/// Returns the routes of the list, its count, its completions, its help and the forms of its filters.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers", table::index).taking(&PARAMETERS),
        Route::get("/customers/count", table::count),
        Route::get("/customers/completions", completions::show),
        Route::get("/customers/help", hints::show),
        Route::get("/customers/columns", columns::show),
        Route::get("/customers/filters", filters::index),
        Route::get("/customers/filters/{key}", filters::show),
    ]
}
