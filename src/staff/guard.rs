//! Who asks: [`SignedIn`] and [`Editor`] as extractors, and the rule that every page but a few needs a sign-in.

use std::future::{Ready, ready};

use actix_session::{Session, SessionExt};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
};
use jiff::tz::TimeZone;
use tracing_actix_web::RequestId;

use super::{
    model::Role,
    pages, password,
    session::{PASSWORD, Person, STAFF, person},
};
use crate::{
    defences::Whence,
    error::{Error, Result},
    events::By,
    html::Hx,
    ids::{AccountId, StaffId},
    input::Typed,
    merchants::{Mode, Settings},
};

/// What anybody may ask for. Everything else is closed.
const OPEN: [&str; 1] = ["/login"];

/// The person who asks, their merchant, and the account their session is in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub staff: StaffId,
    /// Their email.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether keys like / and c work alone for them.
    pub single_keys: bool,
    /// Their merchant's name.
    pub merchant: String,
    /// What their merchant decided.
    pub settings: Settings,
    /// The account every finder starts with.
    pub account: AccountId,
    /// Which one it is.
    pub mode: Mode,
    request: uuid::Uuid,
}

impl SignedIn {
    /// Whether they may create, edit, delete and restore.
    pub fn may_edit(&self) -> bool {
        self.role >= Role::Editor
    }

    /// Whether they may also refund.
    pub fn may_refund(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Whether the account has a gateway, so that customers can be charged in it.
    pub fn has_gateway(&self) -> bool {
        crate::gateway::has(self.mode)
    }

    /// Whether the account is the test one.
    pub fn is_testing(&self) -> bool {
        self.mode == Mode::Test
    }

    /// As the author of a change.
    pub fn by(&self) -> By {
        By { account: self.account, staff: Some(self.staff), request: Some(self.request) }
    }
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = req.extensions().get::<RequestId>().map(|id| **id).unwrap_or_default();
        ready(signed_in(&req.get_session(), request))
    }
}

/// A person who may create, edit, delete and restore.
pub struct Editor(pub SignedIn);

impl FromRequest for Editor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let who = SignedIn::from_request(req, payload).into_inner();
        ready(who.and_then(|who| if who.may_edit() { Ok(Self(who)) } else { Err(Error::Forbidden) }))
    }
}

/// A person who may also refund.
pub struct Admin(pub SignedIn);

impl FromRequest for Admin {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let who = SignedIn::from_request(req, payload).into_inner();
        ready(who.and_then(|who| if who.may_refund() { Ok(Self(who)) } else { Err(Error::Forbidden) }))
    }
}

fn signed_in(session: &Session, request: uuid::Uuid) -> Result<SignedIn> {
    let staff: StaffId = kept(session, STAFF).ok_or(Error::SignInFirst)?;
    // A sign-in that was under way while the password changed has made a session with the old one.
    let digest: Option<String> = kept(session, PASSWORD);
    let is_current = |person: &Person| {
        person.staff.id == staff && digest.is_none_or(|digest| digest == password::digest(&person.staff.password_hash))
    };
    let Some(person) = person().filter(is_current) else {
        session.purge();
        return Err(Error::SignInFirst);
    };
    let mode = person.mode()?;
    let Person { staff, merchant, account, .. } = person;
    Ok(SignedIn {
        staff: staff.id,
        email: staff.email,
        name: staff.name,
        role: staff.role.parse().map_err(Error::internal)?,
        single_keys: staff.single_keys,
        settings: Settings {
            time_zone: TimeZone::get(&merchant.time_zone).map_err(Error::internal)?,
            default_country: merchant.default_country.parse().map_err(Error::internal)?,
            default_currency: merchant.default_currency.parse().map_err(Error::internal)?,
            wallet_size: usize::try_from(merchant.wallet_size).map_err(Error::internal)?,
            required_fields: merchant.required_fields.into_iter().flatten().collect(),
        },
        merchant: merchant.name,
        account,
        mode,
        request,
    })
}

/// A value kept in the session, or nothing when it is not there or not readable.
pub fn kept<T: serde::de::DeserializeOwned>(session: &Session, name: &str) -> Option<T> {
    session.get(name).ok().flatten()
}

/// Lets through who has a session; sends others to sign in. A form they sent comes back inside the sign-in form.
///
/// # Errors
/// What the service returns.
pub async fn sign_in_first<B: MessageBody>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let has_session = kept::<StaffId>(&req.get_session(), STAFF).is_some();
    if has_session || OPEN.contains(&req.path()) {
        return Ok(next.call(req).await?.map_into_left_body());
    }
    if matches!(*req.method(), Method::GET | Method::HEAD) {
        return Err(Error::SignInFirst.into());
    }
    let typed = req.extract::<Typed>().await?;
    let hx = Hx::of(req.headers());
    let answer = pages::sign_in_again(hx, &Whence::of(&req), &typed.0)?;
    Ok(req.into_response(answer).map_into_right_body())
}
