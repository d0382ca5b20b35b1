//! The person who asks, as extractors: [`SignedIn`], and [`Visit`], [`Editor`], [`Admin`] and [`Owner`] for those with that role.

use super::{
    confirmation::is_fresh,
    model::State,
    password,
    session::{self, FACTOR, PASSWORD, Person, STAFF, person},
};
use crate::{
    defences::client_address,
    error::{Error, Result},
    html::Hx,
    ids::StaffId,
    input::FormFields,
    logging::{SecurityEvent, Whom},
    merchants::read_fields,
    routes::{ProofFor, Takes},
    shell::Visit,
    values::nearest::nearest_of,
    who::{Role, SignedIn, Theme},
};
use std::future::{Ready, ready};

use actix_session::{Session, SessionExt};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::Method};
use jiff::Timestamp;
use tracing_actix_web::RequestId;

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = req.extensions().get::<RequestId>().map(|id| **id).unwrap_or_default();
        ready(signed_in(req, request))
    }
}

impl FromRequest for Visit {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // Who is not proven was asked by the gate; nobody comes past it another way.
        let is_marked = req.app_data::<ProofFor>().is_some_and(|marked| marked.has(req.method()));
        let who = SignedIn::from_request(req, payload).into_inner();
        let who = who.and_then(|who| if is_marked && !who.is_proven { Err(Error::Forbidden) } else { Ok(who) });
        let (hx, session, unknown) = (Hx::of(req.headers()), req.get_session(), unknown_parameters(req));
        ready(who.map(|who| Self { who, hx, session, unknown }))
    }
}

/// Returns a sentence about the parameters that the page does not take, if it says which it takes.
fn unknown_parameters(req: &HttpRequest) -> Option<String> {
    /// The most that are named, and the longest name that is shown.
    const MOST: usize = 3;
    const LONGEST: usize = 40;
    let Takes(known) = req.app_data::<Takes>().filter(|_| req.method() == Method::GET)?;
    let sent = FormFields::parse(req.query_string().as_bytes()).ok()?;
    let mut unknown: Vec<&str> = Vec::new();
    for (name, _) in &sent.0 {
        if !known.contains(&name.as_str()) && !unknown.contains(&name.as_str()) {
            unknown.push(name);
        }
    }
    let told = |name: &&str| {
        let near = nearest_of(name, known.iter().copied()).map(|near| format!(" (“{near}”?)")).unwrap_or_default();
        format!("“{}”{near}", name.chars().take(LONGEST).collect::<String>())
    };
    let named: Vec<String> = unknown.iter().take(MOST).map(told).collect();
    let (means, was) = if unknown.len() == 1 { ("means", "was") } else { ("mean", "were") };
    (!named.is_empty())
        .then(|| format!("{} in this address {means} nothing here and {was} left out.", named.join(", ")))
}

/// The visit of a person who may create, edit, delete and restore.
pub struct Editor(pub Visit);

impl FromRequest for Editor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(req, payload).into_inner();
        ready(visit.and_then(|visit| if visit.who.may_edit() { Ok(Self(visit)) } else { Err(Error::Forbidden) }))
    }
}

/// The visit of a person who may also refund, define fields and manage API keys.
pub struct Admin(pub Visit);

impl FromRequest for Admin {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(req, payload).into_inner();
        ready(visit.and_then(|visit| if visit.who.may_refund() { Ok(Self(visit)) } else { Err(Error::Forbidden) }))
    }
}

/// The visit of a person who may also erase customers.
pub struct Owner(pub Visit);

impl FromRequest for Owner {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(req, payload).into_inner();
        ready(visit.and_then(|visit| if visit.who.may_erase() { Ok(Self(visit)) } else { Err(Error::Forbidden) }))
    }
}

fn signed_in(req: &HttpRequest, request: uuid::Uuid) -> Result<SignedIn> {
    let session = &req.get_session();
    let staff: StaffId = kept(session, STAFF).ok_or(Error::SignInFirst)?;
    // A sign-in that was under way while the password changed, while they were disabled or set up a second factor, has made a
    // session all the same.
    let digest: Option<String> = kept(session, PASSWORD);
    let is_current = |person: &Person| {
        person.staff.id == staff
            && person.staff.state == State::Enabled.as_str()
            && (!person.staff.second_factor().is_set_up() || kept(session, FACTOR) == Some(true))
            && digest.is_none_or(|digest| digest == password::digest(&person.staff.password_hash))
    };
    let Some(person) = person().filter(is_current) else {
        SecurityEvent::SessionOutdated.tell(whom(req));
        session.purge();
        return Err(Error::SignInFirst);
    };
    let (mode, clock) = (person.mode()?, person.clock());
    let Person { staff, merchant, account, fields, .. } = person;
    let role: Role = staff.role.parse().map_err(Error::internal)?;
    let settings = merchant.settings(read_fields(fields)?)?;
    Ok(SignedIn {
        sees: role.sees(settings.security.privacy),
        second_factor: staff.second_factor(),
        is_proven: is_fresh(session, Timestamp::now()),
        staff: staff.id,
        email: staff.email,
        name: staff.name,
        role,
        single_keys: staff.single_keys,
        theme: staff.theme.as_deref().and_then(Theme::parse),
        settings,
        merchant_id: merchant.id,
        merchant: merchant.name,
        account,
        mode,
        clock,
        request,
        notices: session::notices(),
    })
}

/// Returns the one who asks, for a security event.
pub fn whom(req: &HttpRequest) -> Whom {
    let account = person().map(|person| person.account);
    Whom { staff: kept(&req.get_session(), STAFF), account, address: client_address(req) }
}

/// Returns a value kept in the session, or nothing when it is not there or not readable.
pub fn kept<T: serde::de::DeserializeOwned>(session: &Session, name: &str) -> Option<T> {
    session.get(name).ok().flatten()
}
