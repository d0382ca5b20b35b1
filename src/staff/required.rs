//! A merchant may require a second factor: who has none is led to set one up, and nothing else opens until then.

use actix_web::{
    FromRequest, HttpResponse,
    dev::ServiceRequest,
    http::{Method, StatusCode},
};
use askama::Template;

use super::{
    pages::{is_whole_form, waiting},
    session,
};
use crate::{
    defences::CameFrom,
    error::Result,
    form::Sent,
    html::{self, Hx, inside},
    ids::StaffId,
    who::SignedIn,
};

/// Where a second factor is set up.
const PAGES: &str = "/profile/second_factor";

/// What opens besides.
const OPEN: [&str; 2] = ["/confirmation", "/logout"];

#[derive(Template)]
#[template(path = "staff/required.html")]
struct RequiredPage {
    staff: StaffId,
    next: String,
    /// The fields of the form that was sent.
    waiting: Vec<(String, String)>,
}

/// Returns the answer that leads to setting up a second factor, if the person lacks one that their merchant requires.
///
/// # Errors
/// When the form cannot be read.
pub async fn set_up_first(req: &mut ServiceRequest) -> Result<Option<HttpResponse>, actix_web::Error> {
    let lacks = |person: &session::Person| {
        person.merchant.second_factor_required == Some(true) && !person.staff.second_factor().is_set_up()
    };
    let is_open = OPEN.contains(&req.path()) || req.path().starts_with(PAGES);
    if is_open || !session::person().as_ref().is_some_and(lacks) {
        return Ok(None);
    }
    // Who is not signed in any more is told so by the handler.
    let Ok(who) = SignedIn::extract(req.request()).into_inner() else { return Ok(None) };
    let (hx, from) = (Hx::of(req.headers()), CameFrom::of(req));
    if matches!(*req.method(), Method::GET | Method::HEAD) {
        let next = percent_encoding::utf8_percent_encode(&from.page, percent_encoding::NON_ALPHANUMERIC);
        return Ok(Some(html::go_to(hx, format!("{PAGES}?next={next}"))));
    }
    let waiting = waiting(&req.extract::<Sent>().await?.typed);
    let next = inside(Some(if is_whole_form(&waiting) { &from.path } else { &from.page }));
    let page = RequiredPage { staff: who.staff, next, waiting };
    Ok(Some(html::instead(hx, StatusCode::FORBIDDEN, page)?))
}
