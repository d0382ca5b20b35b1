//! The errors for the person who asks, as one enum of their situations, and how a page tells them.

use std::{borrow::Cow, time::Duration};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::{codes::Code, reason::Reason, values::Mode};

/// An answer or the situation that prevents it.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error from below, kept for the log.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// The situations a request can end in. Handlers return them with `?`; the scope presents them.
#[derive(Debug)]
pub enum Error {
    /// There is no such thing, or not in this account.
    NotFound,
    /// It is in their merchant's other account.
    InOtherAccount(Mode),
    /// Their role does not allow it.
    Forbidden,
    /// A change came from a page of another address than the one it holds, which is ours.
    CrossSite(String),
    /// The address exists, but not for this method.
    MethodNotAllowed,
    /// Nobody is signed in, or no longer.
    SignInFirst,
    /// The request cannot be understood, for this reason.
    BadRequest(Reason),
    /// The request is understood and contradicts what is stored, for this reason.
    Conflict(Reason),
    /// They have to wait this long.
    TooMany(Duration),
    /// Other searches of theirs are under way; they may try again after this long.
    Searching(Duration),
    /// The database is away or too slow; the text is for the log.
    Unavailable(String),
    /// The handler has answered, and then the session could not be written; the text is for the log.
    SessionUnwritten(String),
    /// A statement was given up because its time was over.
    TookTooLong,
    /// The connection broke; [`crate::db`] turns it into another try or [`Error::Unavailable`].
    ConnectionLost,
    /// A command cannot be carried out; the sentence, for the terminal, says why.
    Command(Cow<'static, str>),
    /// Another worker has the job by now: what this one did must not be committed.
    JobTaken,
    /// A fault of ours, for the log only.
    Internal(Source),
}

impl Error {
    /// Wraps any error from below as a fault of ours.
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }

    /// Returns the HTTP status of the situation.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::InOtherAccount(_) => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::CrossSite(_) => StatusCode::FORBIDDEN,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignInFirst => StatusCode::UNAUTHORIZED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany(_) | Self::Searching(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::SessionUnwritten(_) | Self::TookTooLong | Self::ConnectionLost => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Command(_) | Self::JobTaken | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns the code of the situation. A conflict's may have a status of its own, which pages do not use.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound | Self::InOtherAccount(_) => Code::NotFound,
            Self::Forbidden => Code::PermissionMissing,
            Self::CrossSite(_) => Code::CrossSite,
            Self::MethodNotAllowed => Code::MethodNotAllowed,
            Self::SignInFirst => Code::SignInFirst,
            Self::BadRequest(reason) | Self::Conflict(reason) => reason.code,
            Self::TooMany(_) | Self::Searching(_) => Code::TooManyRequests,
            Self::Unavailable(_) | Self::SessionUnwritten(_) | Self::TookTooLong | Self::ConnectionLost => {
                Code::Unavailable
            }
            Self::Command(_) | Self::JobTaken | Self::Internal(_) => Code::Internal,
        }
    }
}

impl Error {
    /// Returns the situation as text for a terminal.
    pub fn for_terminal(&self) -> String {
        match self {
            Self::Unavailable(_) | Self::TookTooLong | Self::ConnectionLost => {
                "the database does not answer. Is PostgreSQL running, and is DATABASE_URL right?".to_owned()
            }
            other => other.to_string(),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BadRequest(reason) | Self::Conflict(reason) => reason.fmt(f),
            Self::Command(text) => f.write_str(text),
            Self::Unavailable(text) | Self::SessionUnwritten(text) => f.write_str(text),
            Self::TookTooLong => f.write_str("a statement took too long"),
            Self::JobTaken => f.write_str("another worker has this job by now"),
            Self::Internal(source) => source.fmt(f),
            other => write!(f, "{other:?}"),
        }
    }
}

impl std::error::Error for Error {}

/// Gives only the status: the body is written by the scope's presenter, which knows the request.
impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status())
    }
}

impl From<DieselError> for Error {
    fn from(err: DieselError) -> Self {
        match err {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            ) => Self::ConnectionLost,
            DieselError::DatabaseError(_, info) if is_out_of_time(info.message()) => Self::TookTooLong,
            DieselError::DatabaseError(_, info) if is_busy(info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            // The message can quote a row ("Key (email)=(…) already exists"), so only the kind and constraint are kept.
            DieselError::DatabaseError(kind, info) => {
                Self::internal(format!("{kind:?} {}", info.constraint_name().unwrap_or(info.message())))
            }
            other => Self::internal(other.to_string()),
        }
    }
}

/// Returns whether a statement ran out of time. Diesel hides the SQLSTATE, so a timeout is known by its words, in a
/// server that speaks English.
fn is_out_of_time(message: &str) -> bool {
    message.contains("statement timeout")
}

/// Returns whether the error passes when the statement is tried again a little later.
fn is_busy(message: &str) -> bool {
    // A cancelled statement is one that nobody waits for, or that an operator ended.
    [
        "user request",
        "lock timeout",
        "deadlock detected",
        "too many clients",
        "starting up",
        "shutting down",
        "recovery mode",
    ]
    .iter()
    .any(|words| message.contains(words))
}
