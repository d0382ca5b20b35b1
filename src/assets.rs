//! Assets: the stylesheet, scripts and pictures, built into the program by `build.rs`.
//! Their addresses change with their bytes, so a browser may keep each one for ever.

use actix_web::http::header::{
    self, AcceptEncoding, ContentEncoding, Encoding, Header as _, Preference, Quality, QualityItem,
};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::error::{Error, Result};

struct Asset {
    /// The name in the templates.
    name: &'static str,
    /// The path where the browser gets it.
    path: &'static str,
    content_type: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = &include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Returns the public path of a file, by its name in `static/`: `app.css`, `app.js`, `htmx.min.js`, `icons.svg` …
pub fn path(name: &str) -> &'static str {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    debug_assert!(asset.is_some(), "no asset is named {name}");
    asset.map_or("/static/unknown", |asset| asset.path)
}

pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/static/{file}").route(web::get().to(show)).route(web::head().to(show)));
}

async fn show(request: HttpRequest) -> Result<HttpResponse> {
    let Some(asset) = ASSETS.iter().find(|asset| asset.path == request.path()) else {
        return Err(Error::NotFound);
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    Ok(match encoding(&request) {
        ContentEncoding::Brotli => response.insert_header(ContentEncoding::Brotli).body(asset.brotli),
        ContentEncoding::Gzip => response.insert_header(ContentEncoding::Gzip).body(asset.gzip),
        _ => response.body(asset.plain),
    })
}

/// Returns the best form that the browser takes. It may rank them; among equals the smallest wins. A browser that
/// refuses everything gets the plain bytes, which every client can read.
fn encoding(request: &HttpRequest) -> ContentEncoding {
    let Ok(accepted) = AcceptEncoding::parse(request) else {
        return ContentEncoding::Identity;
    };
    let brotli = quality(&accepted, ContentEncoding::Brotli);
    let gzip = quality(&accepted, ContentEncoding::Gzip);
    let plain = quality(&accepted, ContentEncoding::Identity);
    if brotli > Quality::ZERO && brotli >= gzip && brotli >= plain {
        ContentEncoding::Brotli
    } else if gzip > Quality::ZERO && gzip >= plain {
        ContentEncoding::Gzip
    } else {
        ContentEncoding::Identity
    }
}

/// Returns how much the client wants this encoding: by its name, else by `*`, else not at all.
fn quality(accepted: &AcceptEncoding, encoding: ContentEncoding) -> Quality {
    let named = |wanted: Preference<Encoding>| {
        let mut items = accepted.iter();
        items.find(|item: &&QualityItem<_>| item.item == wanted).map(|item| item.quality)
    };
    named(Preference::Specific(Encoding::Known(encoding))).or_else(|| named(Preference::Any)).unwrap_or(Quality::ZERO)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::io::Read as _;

    use actix_web::body::MessageBody as _;
    use actix_web::http::{Method, StatusCode};
    use actix_web::{App, test};

    use super::*;

    async fn ask(method: Method, path: &str, accept: Option<&str>) -> (StatusCode, String, Vec<u8>) {
        let app = test::init_service(App::new().configure(routes)).await;
        let mut request = test::TestRequest::with_uri(path).method(method);
        if let Some(accept) = accept {
            request = request.insert_header((header::ACCEPT_ENCODING, accept));
        }
        let response = test::call_service(&app, request.to_request()).await;
        let status = response.status();
        let encoding = response.headers().get(header::CONTENT_ENCODING);
        let encoding = encoding.map_or("", |value| value.to_str().unwrap()).to_owned();
        let body = response.into_body().try_into_bytes().unwrap().to_vec();
        (status, encoding, body)
    }

    #[actix_web::test]
    async fn every_file_has_its_own_hashed_path() {
        let paths: HashSet<_> = ASSETS.iter().map(|asset| asset.path).collect();
        assert_eq!(paths.len(), ASSETS.len());
        for asset in ASSETS {
            let (stem, extension) = asset.name.rsplit_once('.').unwrap();
            let rest = asset.path.strip_prefix(&format!("/static/{stem}.")).unwrap();
            let hash = rest.strip_suffix(&format!(".{extension}")).unwrap();
            assert_eq!(hash.len(), 12);
            assert!(hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert_eq!(path(asset.name), asset.path);
        }
    }

    #[actix_web::test]
    async fn compressed_forms_are_the_same_bytes_and_smaller() {
        for asset in ASSETS {
            let mut unpacked = Vec::new();
            let mut gzip = flate2::read::GzDecoder::new(asset.gzip);
            gzip.read_to_end(&mut unpacked).unwrap();
            assert!(unpacked == asset.plain, "{} by gzip", asset.name);
            assert!(asset.gzip.len() < asset.plain.len(), "{} by gzip", asset.name);

            unpacked.clear();
            brotli::BrotliDecompress(&mut &asset.brotli[..], &mut unpacked).unwrap();
            assert!(unpacked == asset.plain, "{} by brotli", asset.name);
            assert!(asset.brotli.len() < asset.gzip.len(), "{} by brotli", asset.name);
        }
    }

    #[actix_web::test]
    async fn the_stylesheet_names_pictures_by_their_public_path() {
        let app = ASSETS.iter().find(|asset| asset.name == "app.css").unwrap();
        let css = std::str::from_utf8(app.plain).unwrap();
        let urls: Vec<_> = css.split("url(\"").skip(1).map(|rest| rest.split('"').next()).collect();
        assert!(urls.contains(&Some(path("chevron.svg"))));
        for url in urls.into_iter().flatten() {
            assert!(ASSETS.iter().any(|asset| asset.path == url), "{url} is not an asset");
        }
    }

    #[actix_web::test]
    async fn the_client_chooses_the_encoding() {
        let chosen = [
            (Some("br, gzip"), "br"),
            (Some("gzip, deflate, br, zstd"), "br"),
            (Some("gzip;q=1.0, br;q=0.5"), "gzip"),
            (Some("gzip, deflate"), "gzip"),
            (Some("br;q=0, *"), "gzip"),
            (Some("*"), "br"),
            (Some("br;q=0, gzip;q=0"), ""),
            (Some("br;q=0.2, identity"), ""),
            (Some("identity;q=0, gzip;q=0, br;q=0"), ""),
            (Some("zstd"), ""),
            (Some(""), ""),
            (Some("not, a; list=;q=x"), ""),
            (None, ""),
        ];
        let asset = ASSETS.iter().find(|asset| asset.name == "app.css").unwrap();
        for (accept, expected) in chosen {
            let (status, encoding, body) = ask(Method::GET, asset.path, accept).await;
            assert_eq!(status, StatusCode::OK);
            assert_eq!(encoding, expected, "for {accept:?}");
            let bytes = match expected {
                "br" => asset.brotli,
                "gzip" => asset.gzip,
                _ => asset.plain,
            };
            assert!(body == bytes, "the body for {accept:?}");
        }
    }

    #[actix_web::test]
    async fn answers_may_be_kept_for_ever() {
        let app = test::init_service(App::new().configure(routes)).await;
        for asset in ASSETS {
            let request = test::TestRequest::with_uri(asset.path).to_request();
            let response = test::call_service(&app, request).await;
            let header = |name| response.headers().get(name).unwrap().to_str().unwrap();
            assert_eq!(header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
            assert_eq!(header(header::VARY), "Accept-Encoding");
            assert_eq!(header(header::CONTENT_TYPE), asset.content_type);
        }
    }

    #[actix_web::test]
    async fn head_is_answered_and_unknown_names_are_not_found() {
        let (status, encoding, _) = ask(Method::HEAD, path("app.js"), Some("gzip")).await;
        assert_eq!((status, encoding.as_str()), (StatusCode::OK, "gzip"));
        for unknown in ["/static/app.css", "/static/app.000000000000.css", "/static/..%2fCargo.toml"] {
            let (status, ..) = ask(Method::GET, unknown, None).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{unknown}");
        }
    }
}
