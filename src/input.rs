//! The text that was typed: the fields of a form or query as pairs of text, and the errors found in them by field.

use std::collections::BTreeSet;

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::{
    codes::Code,
    error::{Error, Result},
    reason::Reason,
};

/// The largest form accepted, in bytes. The fullest customer (50 metadata keys, dozens of addresses) takes a third.
pub const LARGEST_FORM: usize = 256 * 1024;

/// The most fields accepted; the fullest customer has about 550.
const MOST_FIELDS: usize = 1_000;

/// Name and text of each field, in order, exactly as sent. Text that is not UTF-8 is refused, not repaired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormFields(pub Vec<(String, String)>);

impl FormFields {
    /// Reads `application/x-www-form-urlencoded` text.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when it is not UTF-8, or more than a form of ours can be.
    pub fn parse(encoded: &[u8]) -> Result<Self> {
        if encoded.iter().filter(|byte| **byte == b'&').count() >= MOST_FIELDS {
            return Err(Error::BadRequest(Code::InvalidParameter.says("This form has too many fields.")));
        }
        encoded
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let split = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
                Ok((decoded(&pair[..split])?, decoded(pair.get(split + 1..).unwrap_or_default())?))
            })
            .collect::<Result<_>>()
            .map(Self)
    }

    /// Returns the text of the first field called `name`, or nothing.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }

    /// Works like [`FormFields::first`], with an empty text as nothing.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.first(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Returns the texts of all fields called `name`.
    pub fn every(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, text)| text.as_str()).collect()
    }

    /// Returns these fields, and those of `stored` that were not sent.
    pub fn over(mut self, stored: FormFields) -> Self {
        let sent: BTreeSet<String> = self.0.iter().map(|(name, _)| name.clone()).collect();
        self.0.extend(stored.0.into_iter().filter(|(name, _)| !sent.contains(name)));
        self
    }

    /// Returns all fields whose name starts with `prefix`, without it.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(key, text)| Some((key.strip_prefix(prefix)?, text.as_str())))
    }
}

fn decoded(part: &[u8]) -> Result<String> {
    let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let text = percent_encoding::percent_decode(&spaced).decode_utf8();
    text.map(|text| text.into_owned())
        .map_err(|_| Error::BadRequest(Code::InvalidParameter.says("Part of what was sent is not text (UTF-8).")))
}

/// The parameters after the `?`.
pub struct Parameters(pub FormFields);

impl FromRequest for Parameters {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(FormFields::parse(req.query_string().as_bytes()).map(Self))
    }
}

/// The errors by field; the sentences say how to correct them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

/// One field's error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form, which is also its id on the page.
    pub field: String,
    /// The label of the field.
    pub label: String,
    /// The error as a code, for programs.
    pub code: Code,
    /// The error as a sentence.
    pub message: String,
    /// The value that was probably meant.
    pub did_you_mean: Option<String>,
}

impl FieldErrors {
    /// Makes the errors with one error.
    pub fn of(field: &str, label: &str, reason: impl Into<Reason>) -> Self {
        let mut errors = Self::default();
        errors.add(field, label, reason);
        errors
    }

    /// Adds an error.
    pub fn add(&mut self, field: impl Into<String>, label: impl Into<String>, reason: impl Into<Reason>) {
        let reason = reason.into();
        self.0.push(FieldError {
            field: field.into(),
            label: label.into(),
            code: reason.code,
            did_you_mean: reason.did_you_mean().map(str::to_owned),
            message: reason.sentence.into_owned(),
        });
    }

    /// Notes the error of `result`, if it is one, and returns its value otherwise.
    pub fn note<T>(
        &mut self,
        field: &str,
        label: &str,
        result: std::result::Result<T, impl Into<Reason>>,
    ) -> Option<T> {
        result.map_err(|err| self.add(field, label, err)).ok()
    }

    /// Adds others behind these.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Keeps the errors of those fields for which `keep` says so.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|error| keep(&error.field));
    }

    /// Returns the first error of a field.
    pub fn on(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }

    /// Returns all errors, in the order of the form.
    pub fn all(&self) -> &[FieldError] {
        &self.0
    }

    /// Returns all errors, in the order of the form.
    pub fn into_vec(self) -> Vec<FieldError> {
        self.0
    }

    /// Returns whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_keep_order_and_decode() {
        let pairs = FormFields::parse(b"name=Jos%C3%A9+P&x&address.n1.city=%26&name=b").unwrap();
        assert_eq!(pairs.first("name"), Some("José P"));
        assert_eq!(pairs.first("x"), Some(""));
        assert_eq!(pairs.filled("x"), None);
        assert_eq!(pairs.under("address.").collect::<Vec<_>>(), [("n1.city", "&")]);
    }

    #[test]
    fn text_that_is_not_utf8_is_refused_not_repaired() {
        assert!(matches!(FormFields::parse(b"name=%FF"), Err(Error::BadRequest(_))));
        assert!(FormFields::parse(b"").unwrap().0.is_empty());
    }
}
