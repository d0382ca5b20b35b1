//! The checks around every handler: cross-site requests refused, time limits, security headers, the client's address,
//! and the page for an error.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode, Uri,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    rt, web,
};
use askama::Template;
use ipnet::IpNet;
use tracing::Instrument;
use tracing_actix_web::RequestId;

use crate::{
    config::PublicUrl,
    db::PAUSE,
    error::Error,
    html::{Hx, inside},
    logging::{self, LeftOut, SecurityEvent, Whom},
};

/// The longest time of a change in all, the arrival of its body included.
pub const LONGEST_REQUEST: Duration = Duration::from_secs(30);

/// The longest time in which a body arrives.
const LONGEST_BODY: Duration = Duration::from_secs(20);

/// The longest time of a page, over all of its queries to the database.
pub const LONGEST_PAGE: Duration = Duration::from_millis(5_500);

/// The content security policy: nothing from elsewhere, nothing inline, no frames.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Refuses a change that another site's page sent. Browsers say so by `Sec-Fetch-Site` or `Origin`; a request with
/// neither header comes from no browser, so no person's cookies came along unasked.
///
/// # Errors
/// [`Error::CrossSite`] for a cross-site change.
pub async fn refuse_cross_site<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let safe = matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let ours = req.app_data::<web::Data<PublicUrl>>().is_some_and(|url| is_same_site(req.headers(), url));
    if safe || ours {
        return next.call(req).await;
    }
    let whom = Whom { staff: None, account: None, address: client_address(req.request()) };
    SecurityEvent::CrossSiteRefused.tell(whom);
    let expected = req.app_data::<web::Data<PublicUrl>>().map(|url| url.origin.clone()).unwrap_or_default();
    Err(Error::CrossSite(expected).into())
}

fn is_same_site(headers: &HeaderMap, url: &PublicUrl) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("unreadable"));
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let origin = text(header::ORIGIN);
    // `none` is the person's own doing, like a reloaded form.
    let site_allows = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    // Where the two disagree the stricter one decides; a proxy that changes the host needs CLIENTELE_URL.
    let origin_allows =
        origin.is_none_or(|origin| origin == url.origin || (site == Some("same-origin") && origin != "null"));
    site_allows && origin_allows
}

/// Lets a change come to its end when the client goes away in the middle of it: between two steps of a charge there is
/// no good place to stop. A page that nobody waits for is dropped, and with it what it asks of the database.
///
/// # Errors
/// Those of the service, and a fault of ours when it panics.
pub async fn finish_changes<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if matches!(*req.method(), Method::GET | Method::HEAD) {
        return next.call(req).await;
    }
    let change = rt::spawn(async move { next.call(req).await }.in_current_span());
    change.await.unwrap_or_else(|err| Err(Error::internal(err).into()))
}

/// Waits for a body; clients that send slowly would hold a connection for ever.
///
/// # Errors
/// 408 when time is up: nothing was done.
pub async fn in_time<T>(body: impl Future<Output = T>) -> Result<T, actix_web::Error> {
    let late = |_| actix_web::error::ErrorRequestTimeout("the body took too long");
    tokio::time::timeout(LONGEST_BODY, body).await.map_err(late)
}

/// Ends a request that takes too long. What it changes is done all the same, or not: nobody knows here.
///
/// # Errors
/// [`Error::Unavailable`] when time is up.
pub async fn limit_time<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let is_page = matches!(*req.method(), Method::GET | Method::HEAD);
    let limit = if is_page { LONGEST_PAGE } else { LONGEST_REQUEST };
    match tokio::time::timeout(limit, next.call(req)).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::Unavailable("the request took too long".into()).into()),
    }
}

/// Writes the security headers and the request's id on every answer, and gives every error its page.
///
/// # Errors
/// With the page already inside, when the service failed before it had an answer.
pub async fn present<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // The API says in its own way what went wrong.
    if req.path().starts_with("/v1/") {
        return next.call(req).await.map(ServiceResponse::map_into_boxed_body);
    }
    let asked = RequestInfo::of(&req);
    let https = req.app_data::<web::Data<PublicUrl>>().is_some_and(|url| url.https);
    match next.call(req).await {
        Ok(answer) => {
            let cookies: Vec<_> = answer.headers().get_all(header::SET_COOKIE).cloned().collect();
            let mut answer = match answer.response().error().map(|err| asked.explain(err)) {
                Some(mut page) => {
                    cookies.into_iter().for_each(|cookie| page.headers_mut().append(header::SET_COOKIE, cookie));
                    answer.into_response(page)
                }
                None => answer.map_into_boxed_body(),
            };
            add_headers(answer.headers_mut(), &asked.id, https);
            Ok(answer)
        }
        Err(err) => {
            let mut page = asked.explain(&err);
            add_headers(page.headers_mut(), &asked.id, https);
            Err(actix_web::error::InternalError::from_response(err, page).into())
        }
    }
}

/// Writes the security headers, and the request's id.
pub fn add_headers(headers: &mut HeaderMap, id: &str, https: bool) {
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(HeaderName::from_static("request-id"), id);
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.append(header::VARY, HeaderValue::from_static("HX-Request"));
    }
}

/// The address of a request, and the page behind it: the address itself when it is a page, else the page that it was
/// sent from.
pub struct CameFrom {
    /// The path with its parameters.
    pub path: String,
    /// A page of ours in any case.
    pub page: String,
}

impl CameFrom {
    /// Reads the request.
    pub fn of(req: &ServiceRequest) -> Self {
        Self::of_request(req.request())
    }

    /// Reads the request that was answered.
    pub fn of_request(req: &HttpRequest) -> Self {
        let path = req.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let is_page = matches!(*req.method(), Method::GET | Method::HEAD) && !Hx::of(req.headers()).wants_fragment;
        let text = |name: &str| req.headers().get(name).and_then(|value| value.to_str().ok());
        let from = text("HX-Current-URL").or_else(|| text("Referer")).and_then(|url| url.parse::<Uri>().ok());
        let from = from.and_then(|url| url.path_and_query().map(ToString::to_string));
        let page = inside(if is_page { Some(&path) } else { from.as_deref() });
        Self { path, page }
    }
}

/// The data that the error page needs of a request. A clone of the whole request would keep Actix from routing it.
struct RequestInfo {
    id: String,
    hx: Hx,
    came_from: CameFrom,
}

#[derive(Template)]
#[template(path = "error.html", blocks = ["notice"])]
struct ErrorPage<'a> {
    title: &'a str,
    sentence: &'a str,
    /// The reference, for what is our fault.
    id: Option<&'a str>,
    retry: Option<&'a str>,
    /// True when the page asks again by itself.
    waits: bool,
}

impl RequestInfo {
    fn of(req: &ServiceRequest) -> Self {
        Self {
            id: req.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default(),
            hx: Hx::of(req.headers()),
            came_from: CameFrom::of(req),
        }
    }

    fn explain(&self, err: &actix_web::Error) -> HttpResponse {
        let ours = err.as_error::<Error>();
        if matches!(ours, Some(Error::SignInFirst)) {
            return self.to_sign_in();
        }
        let status = self.status_of(err);
        let left_out = if status.is_server_error() { logging::admit("error") } else { None };
        if let Some(LeftOut(left_out)) = left_out {
            tracing::error!(error = %err, status = status.as_u16(), left_out, "request failed");
        }
        let (title, mut sentence) = words(status, ours);
        let waits = matches!(ours, Some(Error::Searching(_)));
        if waits && self.hx.wants_fragment {
            // Only a page asks again by itself.
            sentence = "This one was not made. Search again in a moment.".to_owned();
        }
        let retry = (status == StatusCode::SERVICE_UNAVAILABLE || waits).then_some(self.came_from.page.as_str());
        let id = status.is_server_error().then_some(self.id.as_str());
        let page = ErrorPage { title, sentence: &sentence, id, retry, waits };
        let mut answer = HttpResponse::build(status);
        let pause = match ours {
            Some(Error::TooMany(wait) | Error::Searching(wait)) => Some(*wait),
            _ => (status == StatusCode::SERVICE_UNAVAILABLE).then_some(PAUSE),
        };
        if let Some(pause) = pause {
            answer.insert_header((header::RETRY_AFTER, pause.as_secs().max(1).to_string()));
        }
        let body = if self.hx.wants_fragment {
            answer.insert_header(("HX-Retarget", "#notices")).insert_header(("HX-Reswap", "innerHTML"));
            page.as_notice().render()
        } else {
            page.render()
        };
        answer.content_type("text/html; charset=utf-8").body(body.unwrap_or_else(|_| title.to_owned()))
    }

    /// Returns the status of an error outside a handler. Only the load of a session fails there, and only when the
    /// database does.
    fn status_of(&self, err: &actix_web::Error) -> StatusCode {
        if err.as_error::<actix_web::error::InternalError<anyhow::Error>>().is_some() {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        err.as_response_error().status_code()
    }

    fn to_sign_in(&self) -> HttpResponse {
        let next = percent_encoding::utf8_percent_encode(&self.came_from.page, percent_encoding::NON_ALPHANUMERIC);
        let location = if self.came_from.path == "/" { "/login".to_owned() } else { format!("/login?next={next}") };
        if self.hx.wants_fragment {
            HttpResponse::Unauthorized().insert_header(("HX-Redirect", location)).finish()
        } else {
            crate::html::see_other(location)
        }
    }
}

/// Returns the title and the sentence of an answer that is an error.
pub fn words(status: StatusCode, err: Option<&Error>) -> (&'static str, String) {
    let said = match err {
        Some(Error::BadRequest(reason) | Error::Conflict(reason)) => Some(reason.to_string()),
        Some(Error::SessionUnwritten(_)) => Some(
            "Clientele could not write down your session. What you sent may have been done, or not: look before you \
             send it again."
                .to_owned(),
        ),
        Some(Error::CrossSite(expected)) => Some(format!(
            "It was sent from a page of another address than {expected}, which this Clientele is set to \
             (CLIENTELE_URL). Open it there. Nothing was changed."
        )),
        Some(Error::InOtherAccount(mode)) => {
            Some(format!("It is not in this account, but in your {} account.", mode.as_str()))
        }
        _ => None,
    };
    let (title, sentence) = match status.as_u16() {
        400 => ("This address or form is damaged", "Part of what was sent cannot be understood. Nothing was changed."),
        403 => (
            "You may not do this",
            "Your role does not allow it. Ask somebody who may, or an owner for another role. Nothing was changed.",
        ),
        404 => ("Not found", "There is nothing here, or it belongs to another account."),
        405 => ("Not possible here", "This address cannot be used in that way."),
        408 => ("That took too long", "The request did not arrive completely in time. Nothing was changed."),
        409 => ("This cannot be done now", "It contradicts what is stored."),
        413 => ("Too much at once", "What was sent is larger than Clientele accepts. Nothing was changed."),
        415 => ("Not a form", "Clientele did not understand the kind of what was sent. Nothing was changed."),
        429 if matches!(err, Some(Error::Searching(_))) => {
            ("Your other searches are still under way", "This one waits for them. It is tried again in a moment.")
        }
        429 => ("Too many tries", "Wait a little, then try again."),
        503 => (
            "The database does not answer",
            "Clientele waited for it and gave up. Nothing was changed. Try again in a moment.",
        ),
        code if code < 500 => ("This did not work", "The request cannot be answered. Nothing was changed."),
        _ => ("Something went wrong", "This is our fault, not yours. It has been noted in the log."),
    };
    (title, said.unwrap_or_else(|| sentence.to_owned()))
}

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Default)]
pub struct TrustedProxies(pub Vec<IpNet>);

/// Returns the address of the client: the last one named in `X-Forwarded-For` that is no trusted proxy, when a trusted
/// proxy sent the request; else the address that the connection comes from.
pub fn client_address(req: &HttpRequest) -> IpAddr {
    let peer = req.peer_addr().map_or(IpAddr::from([127, 0, 0, 1]), |peer| peer.ip().to_canonical());
    let trusted = req.app_data::<web::Data<TrustedProxies>>();
    let is_trusted =
        |address: IpAddr| trusted.is_some_and(|proxies| proxies.0.iter().any(|net| net.contains(&address)));
    if !is_trusted(peer) {
        return peer;
    }
    let forwarded =
        req.headers().get_all("X-Forwarded-For").filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
    forwarded.rsplit(',').map_while(hop).find(|hop| !is_trusted(*hop)).unwrap_or(peer)
}

/// Reads an address of `X-Forwarded-For`. Some proxies write its port too, brackets around IPv6, or quotes.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|with_port| with_port.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn same_site(headers: &[(&'static str, &str)]) -> bool {
        let req = headers.iter().fold(TestRequest::default(), |req, header| req.insert_header(*header));
        is_same_site(req.to_http_request().headers(), &"https://clientele.example".parse().unwrap())
    }

    #[test]
    fn changes_from_other_sites_are_refused() {
        assert!(same_site(&[]), "no browser");
        assert!(same_site(&[("Sec-Fetch-Site", "same-origin")]));
        assert!(same_site(&[("Sec-Fetch-Site", "none")]));
        assert!(same_site(&[("Origin", "https://clientele.example")]));
        for site in ["cross-site", "same-site", "CROSS"] {
            assert!(!same_site(&[("Sec-Fetch-Site", site)]), "{site}");
            assert!(!same_site(&[("Sec-Fetch-Site", site), ("Origin", "https://clientele.example")]), "{site}");
        }
        for origin in
            ["null", "https://evil.example", "http://clientele.example", "https://clientele.example.evil.example"]
        {
            assert!(!same_site(&[("Origin", origin)]), "{origin}");
            assert!(!same_site(&[("Origin", origin), ("Sec-Fetch-Site", "none")]), "{origin}");
        }
    }

    #[test]
    fn forwarded_addresses_are_believed_only_from_trusted_proxies() {
        let ask = |peer: &str, forwarded: &str, trusted: &[&str]| {
            let proxies = TrustedProxies(trusted.iter().map(|net| net.parse().unwrap()).collect());
            let peer = format!("{peer}:4711").parse().unwrap();
            let req = TestRequest::default().peer_addr(peer).insert_header(("X-Forwarded-For", forwarded));
            client_address(&req.app_data(web::Data::new(proxies)).to_http_request()).to_string()
        };
        assert_eq!(ask("198.51.100.7", "203.0.113.9", &[]), "198.51.100.7");
        assert_eq!(ask("10.0.0.1", "203.0.113.9", &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(
            ask("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", &["10.0.0.0/8"]),
            "203.0.113.9",
            "the client's own claim"
        );
        assert_eq!(ask("10.0.0.1", "nonsense", &["10.0.0.0/8"]), "10.0.0.1");
        for (forwarded, client) in [
            ("192.0.2.7:4711", "192.0.2.7"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::2]", "2001:db8::2"),
            ("\"[2001:db8::3]:80\"", "2001:db8::3"),
            ("\"203.0.113.5\"", "203.0.113.5"),
            ("[::ffff:203.0.113.6]:9", "203.0.113.6"),
            ("203.0.113.7:1, 10.0.0.2:5000", "203.0.113.7"),
            ("203.0.113.8, unknown", "10.0.0.1"),
            ("[203.0.113.8:99999", "10.0.0.1"),
        ] {
            assert_eq!(ask("10.0.0.1", forwarded, &["10.0.0.0/8"]), client, "{forwarded}");
        }
    }
}
