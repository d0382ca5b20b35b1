//! Pages and fragments: what htmx asks for and is told ([`Hx`]), rendering, and redirects.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use askama::Template;

use crate::error::{Error, Result};

/// The wishes of htmx; the only place that knows its request headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hx {
    /// True when a fragment is wanted. A history restore wants the page, and so does a link that opens one in place.
    pub wants_fragment: bool,
    /// The place of the caret in the search box, in UTF-16 units, when the search is asked for while somebody types.
    pub typing_at: Option<usize>,
}

impl Hx {
    /// The value for an answer that is a page in any case.
    pub const PAGE: Self = Self { wants_fragment: false, typing_at: None };

    /// Reads the headers.
    pub fn of(headers: &header::HeaderMap) -> Self {
        let is = |name: &str| headers.get(name).is_some_and(|value| value == "true");
        let wants_fragment = is("HX-Request") && !is("HX-History-Restore-Request") && !is("HX-Boosted");
        let typing_at = headers.get("Typing-At").and_then(|at| at.to_str().ok()?.parse().ok());
        Self { wants_fragment, typing_at: typing_at.filter(|_| wants_fragment) }
    }
}

/// Answers with a page or fragment and status 200.
pub fn html(template: impl Template) -> Result<HttpResponse> {
    with_status(StatusCode::OK, template)
}

/// Answers with the same form or search again, with its errors: 422.
pub fn invalid(template: impl Template) -> Result<HttpResponse> {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, template)
}

/// Answers with a page or fragment and another status.
pub fn with_status(status: StatusCode, template: impl Template) -> Result<HttpResponse> {
    render(&mut HttpResponse::build(status), template)
}

/// Answers with a fragment and headers for htmx, like `HX-Push-Url`, that are set on `answer`.
pub fn render(answer: &mut HttpResponseBuilder, template: impl Template) -> Result<HttpResponse> {
    // A page of rows fits, so that it is not moved while it grows.
    let mut body = String::with_capacity(32 * 1024);
    template.render_into(&mut body).map_err(Error::internal)?;
    Ok(answer.content_type("text/html; charset=utf-8").body(body))
}

/// The place of a dialog.
pub const DIALOG: &str = "#modal";

/// Returns a fragment for `target`, instead of the element that the form or link that asked has as its own.
pub fn retargeted(mut answer: HttpResponse, target: &'static str) -> HttpResponse {
    let headers = answer.headers_mut();
    headers.insert(HeaderName::from_static("hx-retarget"), HeaderValue::from_static(target));
    headers.insert(HeaderName::from_static("hx-reswap"), HeaderValue::from_static("innerHTML"));
    answer
}

/// Answers with a page in place of the one that was asked for, also for htmx, which would swap it into a part of it.
pub fn instead(hx: Hx, status: StatusCode, page: impl Template) -> Result<HttpResponse> {
    let answer = with_status(status, page)?;
    Ok(if hx.wants_fragment { retargeted(answer, "body") } else { answer })
}

/// Answers with nothing, so that everything stays as it is (204).
pub fn unchanged() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// Redirects after a change to this page (303).
pub fn see_other(path: impl AsRef<str>) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path.as_ref())).finish()
}

/// Redirects to this page instead of what was asked for: with 303, or for htmx in its own way, since a page must not be
/// swapped into a part of another.
pub fn go_to(hx: Hx, path: impl AsRef<str>) -> HttpResponse {
    if hx.wants_fragment {
        return HttpResponse::Ok().insert_header(("HX-Redirect", path.as_ref())).finish();
    }
    see_other(path)
}

/// The path where everybody starts: it leads on to the view they chose, or to all customers.
pub const HOME: &str = "/";

/// Returns `next` when it leads to a page of ours, else home.
pub fn inside(next: Option<&str>) -> String {
    next.filter(|next| is_inside(next)).unwrap_or(HOME).to_owned()
}

/// Returns whether a path leads to a page of ours.
pub fn is_inside(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_leads_only_inside() {
        for path in ["/customers", "/customers?q=a%2Fb", "/profile"] {
            assert_eq!(inside(Some(path)), path);
        }
        for path in
            ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/a\nb", "/\t/evil.example"]
        {
            assert_eq!(inside(Some(path)), HOME, "{path}");
        }
        assert_eq!(inside(None), HOME);
    }
}
