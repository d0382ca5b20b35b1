//! The log: pretty on a terminal, JSON otherwise. A request is logged by id, method, route and status, never by the
//! parameters of its address, its form or the person who asked, since those are personal. Only a security event names
//! the person, by their id, and the address that they came from.

use std::{
    cell::RefCell,
    collections::HashMap,
    io::IsTerminal,
    net::IpAddr,
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    middleware::Next,
};
use tracing::{Span, field::Empty};
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::EnvFilter;

use crate::ids::{AccountId, StaffId};
use actix_web::HttpMessage;

/// Starts logging. `RUST_LOG` chooses how much.
pub fn start() {
    // Actix tells of everything that is no request, which anybody can send without end.
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn,actix_session=error,actix_http=off"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // Fails only when a test has started it before.
    let _ = if std::io::stderr().is_terminal() {
        log.try_init()
    } else {
        log.json().flatten_event(true).with_span_list(false).try_init()
    };
}

/// The span of a request.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
        tracing::info_span!("request", id, method = request.method().as_str(), route, status = Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, actix_web::Error>) {
        span.record("status", status_of(outcome).as_u16());
    }
}

fn status_of<B>(outcome: &Result<ServiceResponse<B>, actix_web::Error>) -> StatusCode {
    outcome.as_ref().map_or_else(|err| err.as_response_error().status_code(), ServiceResponse::status)
}

/// Logs the request's line when it is answered: changes that were made (a payment that failed is one) and faults at
/// `info`, all else at `debug`, since anybody can send any number of requests that change nothing.
///
/// # Errors
/// Whatever the service returns.
pub async fn one_line<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let (began, is_change) = (Instant::now(), !matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS));
    let outcome = next.call(req).await;
    let (status, ms) = (status_of(&outcome), u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
    let left_out = match (
        status.is_server_error(),
        is_change && (!status.is_client_error() || status == StatusCode::PAYMENT_REQUIRED),
    ) {
        (true, _) => admit("fault"),
        (_, true) => admit("change"),
        _ => None,
    };
    let status = status.as_u16();
    match left_out {
        Some(LeftOut(left_out)) => tracing::info!(status, ms, left_out, "request"),
        None => tracing::debug!(status, ms, "request"),
    }
    outcome
}

/// What concerns the safety of the product. The names are kept: alarms are set on them, and docs/operations.md lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityEvent {
    SignedIn,
    SignInFailed,
    SignInLimited,
    SignedOut,
    PasswordChanged,
    PasswordRefused,
    SessionsEnded,
    SessionOutdated,
    RoleRefused,
    CrossSiteRefused,
    OtherAccount,
    KeyRefused,
    Confirmed,
    ConfirmationFailed,
    SecondFactorAsked,
    SecondFactorFailed,
    SecondFactorLimited,
    SecondFactorChanged,
    RecoveryCodeUsed,
    SecurityChanged,
    SecondFactorReset,
    Revealed,
}

impl SecurityEvent {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignInLimited,
        Self::SignedOut,
        Self::PasswordChanged,
        Self::PasswordRefused,
        Self::SessionsEnded,
        Self::SessionOutdated,
        Self::RoleRefused,
        Self::CrossSiteRefused,
        Self::OtherAccount,
        Self::KeyRefused,
        Self::Confirmed,
        Self::ConfirmationFailed,
        Self::SecondFactorAsked,
        Self::SecondFactorFailed,
        Self::SecondFactorLimited,
        Self::SecondFactorChanged,
        Self::RecoveryCodeUsed,
        Self::SecurityChanged,
        Self::SecondFactorReset,
        Self::Revealed,
    ];

    /// Returns the name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "sign_in.succeeded",
            Self::SignInFailed => "sign_in.failed",
            Self::SignInLimited => "sign_in.limited",
            Self::SignedOut => "sign_out",
            Self::PasswordChanged => "password.changed",
            Self::PasswordRefused => "password.refused",
            Self::SessionsEnded => "sessions.ended",
            Self::SessionOutdated => "session.outdated",
            Self::RoleRefused => "role.refused",
            Self::CrossSiteRefused => "cross_site.refused",
            Self::OtherAccount => "other_account.refused",
            Self::KeyRefused => "key.refused",
            Self::Confirmed => "confirmation.succeeded",
            Self::ConfirmationFailed => "confirmation.failed",
            Self::SecondFactorAsked => "second_factor.asked",
            Self::SecondFactorFailed => "second_factor.failed",
            Self::SecondFactorLimited => "second_factor.limited",
            Self::SecondFactorChanged => "second_factor.changed",
            Self::RecoveryCodeUsed => "recovery_code.used",
            Self::SecurityChanged => "security.changed",
            Self::SecondFactorReset => "second_factor.reset",
            Self::Revealed => "details.revealed",
        }
    }

    /// Logs that it happened, inside the span of its request, which has the request's id.
    pub fn tell(self, whom: Whom) {
        // Outside of a request nobody listens.
        let _ = HEARD.try_with(|heard| heard.borrow_mut().push((self, whom)));
        let Some(LeftOut(left_out)) = admit(self.name()) else { return };
        let Whom { staff, account, address } = whom;
        tracing::info!(
            event = self.name(),
            staff = staff.map(tracing::field::display),
            account = account.map(tracing::field::display),
            address = %address,
            left_out,
            "security"
        );
    }
}

tokio::task_local! {
    /// The security events of the current request.
    static HEARD: RefCell<Vec<(SecurityEvent, Whom)>>;
}

/// Runs a request to its end, and returns the security events that were told in it, besides what it returns.
pub async fn listening<T>(request: impl Future<Output = T>) -> (T, Vec<(SecurityEvent, Whom)>) {
    let heard = async {
        let answer = request.await;
        (answer, HEARD.with(|heard| heard.take()))
    };
    HEARD.scope(RefCell::default(), heard).await
}

/// The one behind a security event, as far as is known: never by what was typed.
#[derive(Clone, Copy, Debug)]
pub struct Whom {
    /// The person.
    pub staff: Option<StaffId>,
    /// The account that their session is in.
    pub account: Option<AccountId>,
    /// The client's address.
    pub address: IpAddr,
}

/// The most lines of one kind in a minute, so that no flood of requests fills the disk.
const MOST: u32 = 600;

static WINDOWS: LazyLock<Mutex<HashMap<&'static str, Window>>> = LazyLock::new(Mutex::default);

/// The lines of one kind in the current minute.
struct Window {
    began: Instant,
    told: u32,
    left_out: u64,
}

/// How many lines were left out before one, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut(pub Option<u64>);

/// Returns whether a line of that kind may be written.
pub fn admit(kind: &'static str) -> Option<LeftOut> {
    let now = Instant::now();
    let mut windows = WINDOWS.lock().unwrap_or_else(PoisonError::into_inner);
    windows.entry(kind).or_insert(Window { began: now, told: 0, left_out: 0 }).admit(now)
}

impl Window {
    fn admit(&mut self, now: Instant) -> Option<LeftOut> {
        if now.duration_since(self.began) >= Duration::from_secs(60) {
            (self.began, self.told) = (now, 0);
        }
        if self.told >= MOST {
            self.left_out += 1;
            return None;
        }
        self.told += 1;
        let left_out = std::mem::take(&mut self.left_out);
        Some(LeftOut((left_out > 0).then_some(left_out)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_and_counted() {
        let start = Instant::now();
        let mut window = Window { began: start, told: 0, left_out: 0 };
        assert!((0..MOST).all(|_| window.admit(start) == Some(LeftOut(None))));
        assert!((0..50).all(|_| window.admit(start).is_none()));
        assert_eq!(window.admit(start + Duration::from_secs(60)), Some(LeftOut(Some(50))));
        assert_eq!(window.admit(start + Duration::from_secs(61)), Some(LeftOut(None)));
    }

    #[test]
    fn every_event_is_in_the_table_for_operators() {
        let table = include_str!("../docs/operations.md");
        for event in SecurityEvent::ALL {
            assert!(table.contains(&format!("| `{}` |", event.name())), "{event:?}");
        }
    }
}
