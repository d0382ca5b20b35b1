//! The calls about a customer's addresses. A change of one is a change of the customer, with its version.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{
    body::{self, ADDRESS_CHANGE, AddressBody, NEW_ADDRESS},
    save_fields,
};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        lists::ListObject,
        refusal::Result,
        route::ApiRoute,
        version,
    },
    api_keys::permissions::{Permission, Resource::Customers},
    codes::Code,
    customer_parts::object::AddressObject,
    customers::{
        model::{self, Customer},
        record::ADDRESS,
    },
    db::Db,
    events::Fields,
    ids::AddressId,
};

/// Returns the calls about addresses.
pub fn routes() -> Vec<ApiRoute> {
    let (all, one) = ("/v1/customers/{id}/addresses", "/v1/customers/{id}/addresses/{address}");
    vec![
        ApiRoute::get(all, Permission::read(Customers), list)
            .told("list_addresses", "List a customer’s addresses", "All of them at once, at most 50.")
            .answering::<ListObject<AddressObject>>(StatusCode::OK),
        ApiRoute::post(all, Permission::write(Customers), create)
            .told(
                "create_address",
                "Add an address",
                "The first of a kind becomes its default. At least one part is needed.",
            )
            .reading(&NEW_ADDRESS)
            .answering::<AddressObject>(StatusCode::CREATED)
            .refusing(REFUSED)
            .comparing()
            .located(),
        ApiRoute::get(one, Permission::read(Customers), retrieve)
            .told("retrieve_address", "Read an address", "Its version is that of the customer.")
            .answering::<AddressObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update(one, Permission::write(Customers), update)
            .told(
                "update_address",
                "Change an address",
                "Changes only what is sent, and counts as a change of the customer.",
            )
            .reading(&ADDRESS_CHANGE)
            .answering::<AddressObject>(StatusCode::OK)
            .refusing(REFUSED)
            .comparing(),
        ApiRoute::delete(one, Permission::write(Customers), delete)
            .told("delete_address", "Remove an address", "It is gone for good. It counts as a change of the customer.")
            .answering::<Gone>(StatusCode::OK)
            .refusing(REFUSED)
            .comparing(),
    ]
}

/// What every change of an address can be refused for.
const REFUSED: &[Code] = &[Code::CustomerDeleted];

/// Reads the customer whom a path names.
fn customer(conn: &mut PgConnection, caller: &Caller, path: &str) -> Result<Customer> {
    let id = caller.id("customer", path)?;
    caller.found("customer", model::find(conn, caller.key.account, id))
}

/// Works like [`customer`], for a change: locked, not deleted, and of the version that is meant.
fn locked(conn: &mut PgConnection, caller: &Caller, path: &str, call: &Meant) -> Result<Customer> {
    let id = caller.id("customer", path)?;
    let customer = caller.found("customer", model::find_for_update(conn, caller.key.account, id))?;
    version::check(call.as_ref(), customer.version)?;
    customer.refuse_deleted()?;
    Ok(customer)
}

/// The version that a change is meant for.
type Meant = Option<version::IfMatch>;

fn address(customer: &Customer, caller: &Caller, path: &str) -> Result<AddressObject> {
    let id: AddressId = caller.id("address of this customer", path)?;
    let address = customer.record.addresses.get(&id).ok_or_else(|| caller.no("address of this customer"))?;
    Ok(AddressObject::of(id, address))
}

fn reply(status: StatusCode, caller: &Caller, customer: &Customer, path: &str) -> Result<Reply> {
    let address = address(customer, caller, path)?;
    Ok(Reply::new(status, &address, caller.request)?.of_version(customer.version))
}

async fn list(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let customer = customer(conn, caller, &path)?;
        let all = customer.record.addresses.iter().map(|(id, one)| AddressObject::of(*id, one)).collect();
        let url = format!("/v1/customers/{}/addresses", customer.id);
        Reply::new(StatusCode::OK, &ListObject::new(url, all, None, None), caller.request)
    });
    Ok(answer.await?.answer())
}

async fn retrieve(call: Call, path: web::Path<(String, String)>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let customer = customer(conn, caller, &path.0)?;
        reply(StatusCode::OK, caller, &customer, &path.1)
    });
    Ok(answer.await?.answer())
}

async fn create(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let body = body::address(&sent?, AddressId::new(), None, &caller.key.settings)?;
        body.refuse_blank(&Fields::new())?;
        let customer = locked(conn, caller, &path, &meant)?;
        let id = body.id.to_string();
        let customer = stored(conn, caller, &customer, body)?;
        let location = format!("/v1/customers/{}/addresses/{id}", customer.id);
        Ok(reply(StatusCode::CREATED, caller, &customer, &id)?.at(location))
    };
    call.write(&db, &raw, change).await
}

async fn update(call: Call, path: web::Path<(String, String)>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let (sent, settings) = (sent?, &caller.key.settings);
        // The faults of the body come before what it is about.
        body::address(&sent, AddressId::new(), None, settings)?;
        let customer = locked(conn, caller, &path.0, &meant)?;
        let before = address(&customer, caller, &path.1)?;
        let body = body::address(&sent, before.id, Some(&before), settings)?;
        body.refuse_blank(&customer.record.fields())?;
        let customer = stored(conn, caller, &customer, body)?;
        reply(StatusCode::OK, caller, &customer, &path.1)
    };
    call.write(&db, &raw, change).await
}

/// Stores an address of a locked customer; returns the customer with it.
fn stored(conn: &mut PgConnection, caller: &Caller, customer: &Customer, body: AddressBody) -> Result<Customer> {
    save_fields(conn, caller, customer, &body.change)?;
    Ok(model::find(conn, caller.key.account, customer.id)?)
}

/// That an address is gone.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "AddressDeleteResult")]
struct Gone {
    /// Names the kind of object.
    #[schemars(extend("const" = "delete_result"))]
    object: &'static str,
    /// The address.
    id: AddressId,
    /// Always true.
    #[schemars(example = true)]
    deleted: bool,
}

async fn delete(call: Call, path: web::Path<(String, String)>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let (meant, raw) = (call.if_match.clone(), sent.raw.clone());
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent.none()?;
        let customer = locked(conn, caller, &path.0, &meant)?;
        let AddressObject { id, .. } = address(&customer, caller, &path.1)?;
        save_fields(conn, caller, &customer, &Fields::from([(format!("{ADDRESS}{id}"), Value::Null)]))?;
        let gone = Gone { object: "delete_result", id, deleted: true };
        Ok(Reply::new(StatusCode::OK, &gone, caller.request)?.of_version(customer.version + 1))
    };
    call.write(&db, &raw, change).await
}
