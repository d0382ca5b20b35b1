//! The call that tells a key about itself.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::StatusCode, web};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    answer::Reply,
    call::{Call, Caller},
    object::{open_values, time},
    refusal::Result,
    route::ApiRoute,
};
use crate::{db::Db, ids::ApiKeyId};

/// Returns the calls about the key itself.
pub fn routes() -> Vec<ApiRoute> {
    vec![
        ApiRoute::get("/v1/key", None, show)
            .told("retrieve_key", "Read the key itself", "What the key may do, and what it may know of its merchant.")
            .answering::<KeyObject>(StatusCode::OK),
    ]
}

/// A key, as it is told about itself. Its secret is never told again.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Key")]
struct KeyObject<'a> {
    /// Names the kind of object.
    #[schemars(extend("const" = "key"))]
    object: &'static str,
    /// Names the key for good.
    #[schemars(with = "ApiKeyId")]
    id: String,
    /// The name it was given.
    #[schemars(example = &"Web shop")]
    name: &'a str,
    /// Whether it is of the live account.
    livemode: bool,
    /// The last four characters of its secret.
    #[schemars(example = &"9fQ2")]
    last4: &'a str,
    /// What it may do with each kind of thing. Writing includes reading; what is not named it may not.
    #[schemars(transform = open_values(&["read", "write"]), extend("examples" = [{"customers": "write"}]))]
    permissions: BTreeMap<&'a str, &'a str>,
    /// Whether emails, phones, addresses, and emails and numbers in texts, are told to it masked.
    #[schemars(example = false)]
    masked: bool,
    /// When it was made, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    created: i64,
    /// When it stops working.
    expires: Option<i64>,
    /// When it was used last, to the minute.
    #[schemars(transform = time)]
    last_used: Option<i64>,
    /// The merchant it is of.
    merchant: MerchantObject<'a>,
}

/// What a key may know of its merchant.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Merchant")]
struct MerchantObject<'a> {
    /// The merchant's name.
    #[schemars(example = &"Acme")]
    name: &'a str,
    /// The time zone in which days are counted.
    #[schemars(example = &"Africa/Nairobi")]
    time_zone: &'a str,
    /// The country in which phones without a country code are read.
    #[schemars(example = &"KE")]
    default_country: &'a str,
    /// The currency in which volumes are compared.
    #[schemars(example = &"KES")]
    default_currency: String,
    /// The fields that every customer must have.
    #[schemars(extend("examples" = [["name", "email"]]))]
    required_fields: &'a [String],
    /// How many payment methods a wallet holds.
    #[schemars(example = 4)]
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
            masked: key.is_masked,
            created: key.created_at.as_second(),
            expires: key.expires_at.map(|at| at.as_second()),
            last_used: key.last_used_at.map(|at| at.as_second()),
            merchant,
        };
        Reply::new(StatusCode::OK, &answer, caller.request)
    });
    Ok(answer.await?.answer())
}
