//! The call that gives a person's file.

use actix_web::{HttpResponse, http::StatusCode, web};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::PersonalFile;
use crate::{
    api::{answer::Reply, call::Call, object::time, refusal::Result, route::ApiRoute},
    api_keys::permissions::{Permission, Resource::Customers},
    db::Db,
    ids::CustomerId,
};

const GIVING: &str = "Everything that is held about a customer, by part, for who asks to see it: the record, the activity, \
    payment methods, payments and what else features keep. New parts may come.";

/// Returns the call.
pub fn routes() -> Vec<ApiRoute> {
    vec![
        ApiRoute::get("/v1/customers/{id}/file", Permission::read(Customers), retrieve)
            .told("retrieve_customer_file", "Read a person’s file", GIVING)
            .answering::<FileObject>(StatusCode::OK),
    ]
}

/// Everything that is held about a customer.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "PersonalFile")]
pub struct FileObject {
    /// Names the kind of object.
    #[schemars(extend("const" = "personal_file"))]
    object: &'static str,
    /// The customer.
    customer: CustomerId,
    /// When the file was compiled.
    #[schemars(transform = time)]
    compiled: i64,
    /// What each part holds: lists of objects.
    parts: Map<String, Value>,
}

impl From<&PersonalFile> for FileObject {
    fn from(file: &PersonalFile) -> Self {
        Self {
            object: "personal_file",
            customer: file.customer.id,
            compiled: file.compiled_at.as_second(),
            parts: file.parts(),
        }
    }
}

/// Answers `GET /v1/customers/{id}/file`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let id = caller.id("customer", &path)?;
        let file = caller.found("customer", PersonalFile::of(conn, caller.key.account, id, caller.now()))?;
        Reply::new(StatusCode::OK, &FileObject::from(&file), caller.request)
    });
    Ok(answer.await?.answer())
}
