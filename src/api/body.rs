//! The body of a call.

use std::{future::poll_fn, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header,
    web::{Bytes, BytesMut},
};
use futures_core::Stream;

use super::{
    call::Masked,
    json::{self, JsonError, Object},
    reading::{Faults, Members},
    refusal::{Refusal, Result},
};
use crate::{codes::Code, defences};

/// The largest body accepted, in bytes.
pub const LARGEST: usize = 256 * 1024;

/// A body with what it says, or why it cannot be read. That is told only to a key that may make the call.
#[derive(Debug)]
pub struct Body {
    pub raw: Bytes,
    pub object: Result<Object>,
}

impl Body {
    /// Refuses a body where none is needed: nothing in it is known.
    ///
    /// # Errors
    /// The reason why it cannot be read, or every field of it.
    pub fn none(self) -> Result<()> {
        let (object, faults) = (self.object?, Faults::default());
        Members::of(&object, &faults).finish();
        faults.refuse()
    }
}

impl FromRequest for Body {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let arrived = defences::in_time(read(payload)).await;
            let late = |_| Refusal::new(Code::BodyTooSlow, "The body did not arrive in time. Nothing was done.");
            let (raw, object) = match arrived.map_err(late).flatten() {
                Ok(raw) => {
                    if let Some(masked) = req.extensions().get::<Masked>() {
                        masked.look_at(&raw);
                    }
                    let object = check_type(&req, &raw).and_then(|()| json::parse(&raw).map_err(refusal));
                    (raw, object)
                }
                Err(why) => (Bytes::new(), Err(why)),
            };
            Ok(Self { raw, object })
        })
    }
}

async fn read(mut payload: Payload) -> Result<Bytes> {
    let mut body = BytesMut::new();
    while let Some(chunk) = poll_fn(|task| Pin::new(&mut payload).poll_next(task)).await {
        let chunk = chunk.map_err(|_| Refusal::new(Code::InvalidJson, "The body did not arrive whole."))?;
        if body.len() + chunk.len() > LARGEST {
            return Err(Refusal::new(Code::BodyTooLarge, "The body is larger than 256 KiB."));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn check_type(req: &HttpRequest, body: &[u8]) -> Result<()> {
    if body.is_empty() {
        return Ok(());
    }
    let text = |name| req.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = text(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    let is_plain = matches!(text(header::CONTENT_ENCODING), "" | "identity");
    if kind.eq_ignore_ascii_case("application/json") && is_plain {
        return Ok(());
    }
    let message = "Send JSON as it is, with “Content-Type: application/json”, not compressed.";
    Err(Refusal::new(Code::UnsupportedMediaType, message))
}

fn refusal(err: JsonError) -> Refusal {
    let code = match err {
        JsonError::NotAnObject => Code::NotAnObject,
        JsonError::DuplicateKey(_) => Code::DuplicateKey,
        _ => Code::InvalidJson,
    };
    let refusal = Refusal::new(code, err.to_string());
    match err {
        JsonError::Invalid { line, column } => refusal.with("line", line).with("column", column),
        _ => refusal,
    }
}
