//! Says how a phone that is being typed will be read, so that no country is put in unseen.

use actix_web::HttpResponse;
use askama::Template;

use crate::{
    error::Result,
    html::{html, see_other},
    input::Parameters,
    staff::guard::Editor,
    values::{CountryCode, Phone, phone},
};

#[derive(Template)]
#[template(source = "{{ reading }}", ext = "html")]
struct ReadingFragment {
    reading: String,
}

/// Answers `GET /customers/phone`: the reading of what is in the field.
pub async fn show(Editor(visit): Editor, asked: Parameters) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return Ok(see_other("/customers/new"));
    }
    let typed = asked.0.first("phone").unwrap_or_default();
    html(ReadingFragment { reading: reading(typed, visit.who.settings.default_country) })
}

/// Returns the number and its country in words, or nothing while it cannot be read.
pub fn reading(typed: &str, default_country: CountryCode) -> String {
    let Ok(phone) = Phone::parse(typed, default_country) else { return String::new() };
    let country = phone.country().map(|country| format!(", {}", country.name())).unwrap_or_default();
    let doubt = if phone::is_callable(phone.e164()) { "" } else { ", which may not be callable" };
    format!("Read as {phone}{country}{doubt}")
}
