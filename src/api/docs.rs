//! The documents of the API, drawn from the lists that the program itself uses: calls and codes.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::route::Needs;
use crate::{codes::Code, config::PublicUrl, error::Result, html, routes::Route};

/// Returns the routes of the documents, which anybody may read.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/docs/api", show)]
}

/// A call as it is listed.
struct Listed {
    methods: String,
    path: &'static str,
    /// Like `customers:write`.
    permission: String,
}

#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage {
    host: String,
    calls: Vec<Listed>,
    codes: Vec<Code>,
}

/// Answers `GET /docs/api`.
async fn show(req: HttpRequest, url: web::Data<PublicUrl>) -> Result<HttpResponse> {
    let needs = req.app_data::<web::Data<Needs>>();
    let listed = |(methods, path, need): (String, &'static str, Option<String>)| {
        let permission = need.unwrap_or_else(|| "any key".to_owned());
        Listed { methods, path, permission }
    };
    let calls = needs.map(|needs| needs.listed().map(listed).collect()).unwrap_or_default();
    let codes = Code::ALL.iter().copied().filter(|code| !code.is_of_pages()).collect();
    html::html(DocsPage { host: url.origin.clone(), calls, codes })
}
