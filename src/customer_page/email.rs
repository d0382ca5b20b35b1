//! Says which email is probably meant while one is typed whose domain looks mistyped. It is never refused.

use actix_web::HttpResponse;
use askama::Template;

use crate::{
    error::Result,
    html::{html, see_other},
    input::Parameters,
    staff::guard::Editor,
    values::Email,
};

#[derive(Template)]
#[template(path = "customer_page/_meant.html")]
struct MeantFragment {
    better: String,
}

/// Answers `GET /customers/email?email=…`, which the form asks while an email is typed. It is no page: without htmx it
/// leads to the form.
pub async fn show(Editor(visit): Editor, asked: Parameters) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return Ok(see_other("/customers/new"));
    }
    html(MeantFragment { better: meant(asked.0.first("email").unwrap_or_default()) })
}

/// Returns the email that is probably meant, or nothing where the typed one may well be right.
pub fn meant(typed: &str) -> String {
    Email::parse(typed).ok().and_then(|email| email.suggestion()).unwrap_or_default()
}
