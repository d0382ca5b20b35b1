//! The answer of a call: JSON with the request's id inside, and the version of what it tells.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;
use uuid::Uuid;

use super::refusal::Result;
use crate::error::Error;

/// An answer that is ready to be sent, and kept to be sent again.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub body: Vec<u8>,
    pub version: Option<i32>,
    pub location: Option<String>,
    /// What is kept of it to be sent again, where that is not all.
    pub kept: Option<Vec<u8>>,
    /// True when it is the answer of an earlier call with the same key.
    pub replayed: bool,
}

#[derive(Serialize)]
struct Whole<'a, T> {
    #[serde(flatten)]
    answer: &'a T,
    request_id: Uuid,
}

impl Reply {
    /// Makes the answer that tells `answer`, with the id of its request.
    ///
    /// # Errors
    /// When it is no JSON object, which is a fault of ours.
    pub fn new(status: StatusCode, answer: &impl Serialize, request_id: Uuid) -> Result<Self> {
        let body = serde_json::to_vec(&Whole { answer, request_id }).map_err(Error::internal)?;
        Ok(Self { status, body, version: None, location: None, kept: None, replayed: false })
    }

    /// Tells who asks again less: `answer` has no secret any more.
    ///
    /// # Errors
    /// When it is no JSON object, which is a fault of ours.
    pub fn keeping(self, answer: &impl Serialize, request_id: Uuid) -> Result<Self> {
        let kept = serde_json::to_vec(&Whole { answer, request_id }).map_err(Error::internal)?;
        Ok(Self { kept: Some(kept), ..self })
    }

    /// Says the version of what it tells.
    #[must_use]
    pub fn of_version(self, version: i32) -> Self {
        Self { version: Some(version), ..self }
    }

    /// Says where the thing that was made is found.
    #[must_use]
    pub fn at(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// Returns it as a response.
    pub fn answer(self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        answer.content_type("application/json");
        if let Some(version) = self.version {
            answer.insert_header((header::ETAG, format!("\"{version}\"")));
        }
        if let Some(location) = self.location {
            answer.insert_header((header::LOCATION, location));
        }
        if self.replayed {
            answer.insert_header(("Idempotent-Replayed", "true"));
        }
        answer.body(self.body)
    }
}
