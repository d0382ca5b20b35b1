//! A refused call: what the house refuses, or what only the API knows to refuse.

use std::{borrow::Cow, fmt, time::Duration};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde_json::{Map, Value};

use crate::{codes::Code, error::Error, input::FieldError};

/// The reason why a call is not done.
#[derive(Debug)]
pub enum Refusal {
    /// What pages refuse too.
    House(Error),
    Said(Box<Said>),
}

/// A refusal of the API's own.
#[derive(Debug)]
pub struct Said {
    pub code: Code,
    pub message: Cow<'static, str>,
    /// The fields or parameters that need a change.
    pub fields: Vec<FieldError>,
    /// What the code brings besides: `permission`, `candidates`.
    pub besides: Map<String, Value>,
    /// The time to wait before the next try.
    pub wait: Option<Duration>,
    /// The methods that are allowed instead.
    pub allow: Option<String>,
}

/// What a handler returns.
pub type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    /// Makes a refusal with a code and its sentence.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        Self::Said(Box::new(Said { code, message, fields: Vec::new(), besides: Map::new(), wait: None, allow: None }))
    }

    /// Makes the refusal of fields, all at once.
    pub fn fields(code: Code, fields: Vec<FieldError>) -> Self {
        let message = match &fields[..] {
            [one] => one.message.clone(),
            many => format!("{} fields need a change.", many.len()),
        };
        Self::new(code, message).said(|said| said.fields = fields)
    }

    /// Adds what the code brings besides.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        self.said(|said| _ = said.besides.insert(name.to_owned(), value))
    }

    /// Says how long to wait.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        self.said(|said| said.wait = Some(wait))
    }

    /// Says which methods are allowed.
    #[must_use]
    pub fn allowing(self, methods: String) -> Self {
        self.said(|said| said.allow = Some(methods))
    }

    /// Returns it as one of the API's own.
    pub(super) fn into_said(self) -> Said {
        match self {
            Self::Said(said) => *said,
            Self::House(err) => Said {
                code: err.code(),
                message: err.to_string().into(),
                fields: Vec::new(),
                besides: Map::new(),
                wait: None,
                allow: None,
            },
        }
    }

    fn said(mut self, change: impl FnOnce(&mut Said)) -> Self {
        if let Self::Said(said) = &mut self {
            change(said);
        }
        self
    }
}

impl From<Error> for Refusal {
    fn from(err: Error) -> Self {
        Self::House(err)
    }
}

impl From<diesel::result::Error> for Refusal {
    fn from(err: diesel::result::Error) -> Self {
        Self::House(err.into())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::House(err) => err.fmt(f),
            Self::Said(said) => f.write_str(&said.message),
        }
    }
}

/// Gives only the status: the body is written by the scope's presenter, which knows the request.
impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::House(err) => err.status(),
            Self::Said(said) => said.code.status(),
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
