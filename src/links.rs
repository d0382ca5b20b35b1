//! Links as chat and mail deliver them: with a slash or a full stop behind them, or in capitals. They lead to the page
//! that was meant.

use actix_web::{
    HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
};
use percent_encoding::percent_decode_str;

use crate::ids::AnyId;

/// Leads a page that is not there to the one that its address means, if that is another.
///
/// # Errors
/// Whatever the service returns.
pub async fn mend<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let answer = next.call(req).await?;
    let asked = answer.request();
    let is_page = matches!(*asked.method(), Method::GET | Method::HEAD);
    let is_missing = is_page && answer.status() == StatusCode::NOT_FOUND;
    let Some(path) = is_missing.then(|| meant(asked.path())).flatten() else {
        return Ok(answer.map_into_boxed_body());
    };
    let place = match asked.query_string() {
        "" => path,
        query => format!("{path}?{query}"),
    };
    Ok(answer.into_response(HttpResponse::PermanentRedirect().insert_header((header::LOCATION, place)).finish()))
}

/// Returns the path that a mangled one means, if it is another.
fn meant(path: &str) -> Option<String> {
    let parts: Vec<String> = path.trim_end_matches('/').split('/').map(part).collect();
    let meant = parts.join("/");
    // Two slashes at the beginning would lead to another site; browsers take a backslash for one.
    let is_ours = meant.starts_with('/') && !meant.starts_with("//") && !meant.contains('\\');
    (meant != path && is_ours).then_some(meant)
}

/// Returns a part of a path, without what is behind an ID or a word.
fn part(sent: &str) -> String {
    let Ok(text) = percent_decode_str(sent).decode_utf8() else { return sent.to_owned() };
    let text = text.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    match AnyId::find(text) {
        Some(id) => id.to_string(),
        None if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => {
            text.to_owned()
        }
        None => sent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_link_does_not_lead_astray() {
        let id = "cust_01h2xcejqtf2nbrexx3vqjhp41";
        let page = format!("/customers/{id}");
        for behind in ["/", "//", ".", ",", "…", "%E2%80%A6", "%E2%80%8B", ")", "%5D", ".%20"] {
            assert_eq!(meant(&format!("{page}{behind}")).as_deref(), Some(&*page), "{behind}");
        }
        assert_eq!(meant(&page.to_uppercase().replace("/CUSTOMERS", "/customers")).as_deref(), Some(&*page));
        assert_eq!(meant("/customers/").as_deref(), Some("/customers"));
        assert_eq!(meant("/payments.").as_deref(), Some("/payments"));
        assert_eq!(meant(&format!("{page}/edit.")), Some(format!("{page}/edit")));
    }

    #[test]
    fn what_is_no_link_of_ours_stays_as_it_is() {
        let id = "/customers/cust_01h2xcejqtf2nbrexx3vqjhp41";
        for path in [
            "/",
            "//",
            "///x",
            "/customers",
            id,
            "/customers/cust_01h2",
            "/Jane.Doe.",
            "/a%00b",
            "/%ff",
            "/..%2f",
            "/\\x.example/",
        ] {
            assert_eq!(meant(path), None, "{path}");
        }
    }
}
