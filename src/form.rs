//! A form as sent ([`Sent`]), and as drawn ([`Form`]): the text as typed or stored, with the errors.

pub mod currencies;
pub mod intervals;
mod theirs;
mod why;

use std::future::ready;

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web::Bytes,
};
use futures_core::future::LocalBoxFuture;
use uuid::Uuid;

use crate::{
    codes::Code,
    defences,
    error::{Error, Result},
    idempotency::OneTimeKey,
    input::{FieldErrors, FormFields},
    who::SignedIn,
};

pub use theirs::Theirs;
pub use why::Why;

/// Refuses a form that was opened before the version of a thing that it would change.
///
/// # Errors
/// [`Error::Conflict`].
pub fn refuse_stale(opened: Option<i32>, is: i32) -> Result<()> {
    if opened.is_none_or(|opened| opened == is) {
        return Ok(());
    }
    let sentence = "It has changed since this page was opened. Look at what it is now, and save again.";
    Err(Error::Conflict(Code::VersionMismatch.says(sentence)))
}

/// A form as sent, as an extractor.
#[derive(Clone)]
pub struct Sent {
    /// The texts of the fields.
    pub typed: FormFields,
}

impl FromRequest for Sent {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, std::result::Result<Self, Self::Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // Whoever looks at it before its handler leaves it here.
        if let Some(sent) = req.extensions().get::<Self>() {
            return Box::pin(ready(Ok(sent.clone())));
        }
        let is_form = Self::is_sent(req.headers());
        let body = Bytes::from_request(req, payload);
        Box::pin(async move {
            if !is_form {
                return Err(actix_web::error::ErrorUnsupportedMediaType("expected a form"));
            }
            let body: Bytes = defences::in_time(body).await??;
            Ok(Self { typed: FormFields::parse(&body)? })
        })
    }
}

impl Sent {
    /// Returns whether a request has a form, by its headers. One without a body has no type.
    pub fn is_sent(headers: &HeaderMap) -> bool {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        kind.is_empty() || kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
    }

    /// Returns the form without what must not be kept, and what was taken out.
    pub fn split<T>(self, split: impl FnOnce(FormFields) -> (FormFields, T)) -> (Self, T) {
        let (typed, taken) = split(self.typed);
        (Self { typed }, taken)
    }

    /// Returns whether the form only wants to be shown again, with nothing saved: it waited for a sign-in, or wants one
    /// more row.
    pub fn is_review(&self) -> bool {
        self.typed.filled("review").is_some() || self.typed.filled("add").is_some()
    }

    /// Returns its one-time key, if it has one.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] when it is no key.
    pub fn key(&self) -> Result<Option<OneTimeKey>> {
        OneTimeKey::of(&self.typed)
    }

    /// Works like [`Sent::key`], for a form about the one thing that its address names.
    pub fn key_about(&self, subject: Uuid) -> Result<Option<OneTimeKey>> {
        Ok(self.key()?.map(|key| key.about(subject)))
    }

    /// Returns the version that it changes, if it says so.
    pub fn version(&self) -> Option<i32> {
        self.typed.filled("version")?.parse().ok()
    }

    /// Returns the error when the form was opened in the other account; `wish` is what it does, like "save the view".
    pub fn account_error(&self, who: &SignedIn, wish: &str) -> Option<String> {
        let account = self.typed.filled("account")?;
        let mode = who.mode.as_str();
        (account != who.account.to_string()).then(|| {
            format!(
                "You are in the {mode} account now, and this form was opened in the other one. Switch back first, or \
                 send it again to {wish} here."
            )
        })
    }
}

/// Texts and errors of a form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The texts of the fields.
    pub typed: FormFields,
    /// The errors.
    pub errors: FieldErrors,
    /// The one-time key that it carries: the one it was sent with, else a new one.
    pub key: String,
}

impl Form {
    /// Makes a form with what was typed and the errors.
    pub fn new(typed: FormFields, errors: FieldErrors) -> Self {
        let key = typed.filled("key").map_or_else(OneTimeKey::fresh, str::to_owned);
        Self { typed, errors, key }
    }

    /// Makes a form to be filled in or gone on with.
    pub fn open(typed: FormFields) -> Self {
        Self::new(typed, FieldErrors::default())
    }

    /// Returns the text of a field.
    pub fn text(&self, name: &str) -> &str {
        self.typed.first(name).unwrap_or_default()
    }

    /// Returns whether a field was sent, even if empty.
    pub fn has(&self, name: &str) -> bool {
        self.typed.first(name).is_some()
    }

    /// Returns the error of a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.on(name)
    }

    /// Returns whether the first field takes the focus; it does not when something is to be read first.
    pub fn wants_focus(&self) -> bool {
        self.typed.0.is_empty()
    }
}
