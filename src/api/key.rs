//! The call that tells a key about itself.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::Serialize;

use super::{
    answer::Reply,
    call::{Call, Caller},
    refusal::Result,
    route::ApiRoute,
};
use crate::db::Db;

/// Returns the calls about the key itself.
pub fn routes() -> Vec<ApiRoute> {
    vec![ApiRoute::get("/v1/key", None, show)]
}

#[derive(Serialize)]
struct KeyObject<'a> {
    object: &'static str,
    id: String,
    name: &'a str,
    livemode: bool,
    last4: &'a str,
    permissions: BTreeMap<&'a str, &'a str>,
    created: i64,
    expires: Option<i64>,
    last_used: Option<i64>,
    merchant: MerchantObject<'a>,
}

/// What a key may know of its merchant.
#[derive(Serialize)]
struct MerchantObject<'a> {
    name: &'a str,
    time_zone: &'a str,
    default_country: &'a str,
    default_currency: String,
    required_fields: &'a [String],
    wallet_size: usize,
}

/// Answers `GET /v1/key`.
async fn show(call: Call, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, |_, caller: &Caller| {
        let (key, settings) = (&caller.key, &caller.key.settings);
        let merchant = MerchantObject {
            name: &key.merchant,
            time_zone: settings.time_zone.iana_name().unwrap_or("UTC"),
            default_country: settings.default_country.as_str(),
            default_currency: settings.default_currency.to_string(),
            required_fields: &settings.required_fields,
            wallet_size: settings.wallet_size,
        };
        let answer = KeyObject {
            object: "key",
            id: key.id.to_string(),
            name: &key.name,
            livemode: caller.livemode(),
            last4: &key.last4,
            permissions: key.permissions.iter().map(|one| (one.resource.as_str(), one.access.as_str())).collect(),
            created: key.created_at.as_second(),
            expires: key.expires_at.map(|at| at.as_second()),
            last_used: key.last_used_at.map(|at| at.as_second()),
            merchant,
        };
        Reply::new(StatusCode::OK, &answer, caller.request)
    });
    Ok(answer.await?.answer())
}
