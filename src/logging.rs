//! The log: pretty on a terminal, JSON otherwise. A request is logged by id, method, route and status, never by the
//! parameters of its address, its form or the person who asked, since those are personal.

use std::io::IsTerminal;

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use tracing::{Span, field::Empty};
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::{EnvFilter, fmt::format::FmtSpan};

use actix_web::HttpMessage;

/// Starts logging. `RUST_LOG` chooses how much; each request is logged at `info`.
pub fn start() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn,actix_session=error"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // Fails only when a test has started it before.
    let _ = if std::io::stderr().is_terminal() {
        log.with_span_events(FmtSpan::CLOSE).try_init()
    } else {
        log.json().flatten_event(true).with_span_list(false).with_span_events(FmtSpan::CLOSE).try_init()
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
        let status = match outcome {
            Ok(answer) => answer.status(),
            Err(err) => err.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
    }
}
