//! The gate: every page but a few needs a sign-in.

use actix_session::SessionExt;
use actix_web::{
    FromRequest, HttpMessage, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    middleware::Next,
};

use super::{
    confirmation,
    guard::{kept, whom},
    pages,
    refusal::RefusalPage,
    required, second_step,
    session::{self, STAFF},
};
use crate::{
    defences::CameFrom, error::Error, form::Sent, html::Hx, ids::StaffId, logging::SecurityEvent,
    merchants::clock_moving, who::SignedIn,
};

/// The paths that anybody may ask for. Everything else is closed.
const OPEN: [&str; 4] = ["/login", second_step::PATH, "/login/passkey", "/login/passkey/challenge"];

/// The start of the paths of invitations, which are for people who cannot sign in yet.
const INVITATIONS: &str = "/invitations/";

/// Returns whether anybody may ask for that path.
fn is_open(path: &str) -> bool {
    OPEN.contains(&path) || path.starts_with(INVITATIONS)
}

/// Lets a request with a session through; asks others to sign in. A form they sent comes back inside the sign-in form.
///
/// # Errors
/// Whatever the service returns.
pub async fn sign_in_first<B: MessageBody>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let has_session = kept::<StaffId>(&req.get_session(), STAFF).is_some();
    if has_session || is_open(req.path()) {
        let first = match has_session && !is_open(req.path()) {
            true => match required::set_up_first(&mut req).await? {
                None => confirmation::asked_first(&mut req).await?,
                first => first,
            },
            false => None,
        };
        if let Some(answer) = first {
            return Ok(req.into_response(answer).map_into_right_body());
        }
        let sent = match read_form(&mut req).await {
            Ok(sent) => sent,
            Err(err) => {
                let answer = ServiceResponse::from_err(err, req.into_parts().0);
                return Ok(match refusal(&answer, None) {
                    Some(page) => answer.into_response(page).map_into_right_body(),
                    None => answer.map_into_right_body(),
                });
            }
        };
        if let Some(err) = while_moving(&req) {
            let answer = ServiceResponse::from_err(err, req.into_parts().0);
            return Ok(match refusal(&answer, sent.as_ref()) {
                Some(page) => answer.into_response(page).map_into_right_body(),
                None => answer.map_into_right_body(),
            });
        }
        let answer = next.call(req).await?;
        session::answered();
        tell_refusal(&answer);
        return Ok(match refusal(&answer, sent.as_ref()) {
            Some(page) => answer.into_response(page).map_into_right_body(),
            None => answer.map_into_left_body(),
        });
    }
    if matches!(*req.method(), Method::GET | Method::HEAD) {
        return Err(Error::SignInFirst.into());
    }
    let sent = req.extract::<Sent>().await?;
    let hx = Hx::of(req.headers());
    let answer = pages::sign_in_again(hx, &CameFrom::of(&req), &sent.typed)?;
    Ok(req.into_response(answer).map_into_right_body())
}

/// Returns the refusal of a change in a test account whose clock moves. What is of the person, of the team, of keys or of the
/// clock itself goes on, and so does what only reads.
fn while_moving(req: &ServiceRequest) -> Option<Error> {
    const GO_ON: [&str; 10] = [
        "/confirmation",
        "/logout",
        "/mode",
        "/profile",
        "/settings/api_keys",
        "/settings/audit",
        "/settings/jobs",
        "/settings/security",
        "/settings/team",
        "/test-clock",
    ];
    let path = req.path();
    let goes_on = |start: &&str| path.strip_prefix(*start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_moving = || session::person().is_some_and(|person| person.clock().way_to().is_some());
    let is_going_on = GO_ON.iter().any(goes_on) || path.ends_with("/reveal");
    let is_refused = *req.method() == Method::POST && !is_open(path) && !is_going_on && is_moving();
    is_refused.then(|| Error::Conflict(clock_moving()))
}

/// Reads the form of a page ahead of its handler, which finds it in the request: a refusal gives back what was typed.
/// With a fragment the form stays where it is.
async fn read_form(req: &mut ServiceRequest) -> std::result::Result<Option<Sent>, actix_web::Error> {
    let is_of_page = *req.method() == Method::POST && !Hx::of(req.headers()).wants_fragment;
    if !is_of_page || is_open(req.path()) || !Sent::is_sent(req.headers()) {
        return Ok(None);
    }
    let sent = req.extract::<Sent>().await?;
    req.extensions_mut().insert(sent.clone());
    Ok(Some(sent))
}

/// Returns the page of a refusal, in the frame of the person who is signed in: the ways on are there. What is our fault
/// may hit the frame too, so it is told without one, and so is what passes by waiting.
fn refusal<B>(answer: &ServiceResponse<B>, sent: Option<&Sent>) -> Option<HttpResponse> {
    let err = answer.response().error()?.as_error::<Error>()?;
    let (status, req) = (err.status(), answer.request());
    if !status.is_client_error() || status == StatusCode::TOO_MANY_REQUESTS || Hx::of(req.headers()).wants_fragment {
        return None;
    }
    let who = SignedIn::extract(req).into_inner().ok()?;
    RefusalPage::new(who, err, req.path(), &CameFrom::of_request(req), sent).answer(status).ok()
}

/// Logs that a person was refused for their role, or asked for what is in their merchant's other account.
fn tell_refusal<B>(answer: &ServiceResponse<B>) {
    let event = match answer.response().error().and_then(|err| err.as_error::<Error>()) {
        Some(Error::Forbidden) => SecurityEvent::RoleRefused,
        Some(Error::InOtherAccount(_)) => SecurityEvent::OtherAccount,
        _ => return,
    };
    event.tell(whom(answer.request()));
}
