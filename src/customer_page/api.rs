//! The calls about one customer.

pub mod addresses;
pub mod body;
mod deletion;
mod own_fields;

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use self::{
    body::{Aim, CUSTOMER_CHANGE, CustomerBody, NEW_CUSTOMER},
    deletion::DeleteResult,
};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        object::time,
        reading::Faults,
        refusal::{Refusal, Result},
        route::ApiRoute,
        version,
    },
    api_keys::permissions::{Permission, Resource::Customers},
    codes::Code,
    customer_parts::object::{CustomerObject, FiguresObject},
    customers::{
        lookalikes::{Lookalikes, Sought},
        model::{self, Customer, broken_rules},
        record::Record,
        saving::{self, Save, Saved},
    },
    db::Db,
    error::Error,
    events::Fields,
    ids::CustomerId,
    input::FieldErrors,
    payments::figures,
    subscriptions::revenue,
};

const CREATING: &str = "The merchant’s required fields, by default `name` and `email`, must be given. When a live customer \
    has the email or phone, the answer shows who; send `allow_duplicate` to create this one too.";
const CHANGING: &str = "Changes only what is sent; `null` or an empty text clears. What was read may be sent back whole. \
    With `version`, what somebody else changed meanwhile is merged where it does not clash.";
const DELETING: &str = "Payments stay. Payment methods cannot be charged any more; they and the addresses are destroyed \
    after 30 days, and until then all can be restored. Deleting a deleted customer gives the same result.";
const RESTORING: &str = "Within 30 days with all that was deleted, afterwards the record alone. A customer who is not \
    deleted stays as it is.";
const COUNTING: &str =
    "Payments that ever succeeded at their full amounts, in each currency apart, and refunds beside them.";

/// Returns the calls about one customer.
pub fn routes() -> Vec<ApiRoute> {
    let mut routes = vec![
        ApiRoute::post("/v1/customers", Permission::write(Customers), create)
            .told("create_customer", "Create a customer", CREATING)
            .reading(&NEW_CUSTOMER)
            .answering::<CustomerObject>(StatusCode::CREATED)
            .refusing(&[Code::PossibleDuplicate])
            .versioned()
            .located(),
        ApiRoute::get("/v1/customers/{id}", Permission::read(Customers), retrieve)
            .told("retrieve_customer", "Read a customer", "A deleted one too, which says so.")
            .answering::<CustomerObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update("/v1/customers/{id}", Permission::write(Customers), update)
            .told("update_customer", "Change a customer", CHANGING)
            .reading(&CUSTOMER_CHANGE)
            .answering::<CustomerObject>(StatusCode::OK)
            .refusing(&[Code::PossibleDuplicate, Code::CustomerDeleted])
            .comparing(),
        ApiRoute::delete("/v1/customers/{id}", Permission::write(Customers), deletion::delete)
            .taking(deletion::PARAMETERS)
            .told("delete_customer", "Delete a customer", DELETING)
            .answering::<DeleteResult>(StatusCode::OK)
            .refusing(&[Code::DeletionBlocked, Code::PlanChanged])
            .comparing(),
        ApiRoute::post("/v1/customers/{id}/restoration", Permission::write(Customers), restore)
            .told("restore_customer", "Restore a customer", RESTORING)
            .answering::<CustomerObject>(StatusCode::OK)
            .refusing(&[Code::CustomerErased])
            .comparing(),
        ApiRoute::get("/v1/customers/{id}/analytics", Permission::read(Customers), analytics)
            .told("retrieve_customer_analytics", "Read what a customer’s payments come to", COUNTING)
            .answering::<Analytics>(StatusCode::OK),
    ];
    routes.extend(addresses::routes());
    routes
}

fn object(conn: &mut PgConnection, caller: &Caller, id: CustomerId) -> Result<CustomerObject> {
    let found = CustomerObject::find(conn, caller.shown(), id);
    caller.found("customer", found)
}

fn reply(status: StatusCode, caller: &Caller, customer: &CustomerObject) -> Result<Reply> {
    Ok(Reply::new(status, customer, caller.request)?.of_version(customer.version))
}

/// Answers `GET /v1/customers/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let id = caller.id("customer", &path)?;
        reply(StatusCode::OK, caller, &object(conn, caller, id)?)
    });
    Ok(answer.await?.answer())
}

/// Answers `POST /v1/customers`.
async fn create(call: Call, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let body = body::read(&sent?, Aim::Create, &caller.key.settings)?;
        let record = new_record(&body, caller)?;
        let found = Lookalikes::find(conn, caller.key.account, Sought::of(&record))?;
        if !found.live.is_empty() && !body.allow_duplicate {
            return Err(doubtful(conn, caller, &found)?);
        }
        let id = CustomerId::at(caller.now());
        model::create(conn, &caller.by(), id, &record)?;
        Ok(reply(StatusCode::CREATED, caller, &object(conn, caller, id)?)?.at(format!("/v1/customers/{id}")))
    };
    call.write(&db, &raw, change).await
}

fn new_record(body: &CustomerBody, caller: &Caller) -> Result<Record> {
    let settings = &caller.key.settings;
    let mut given: Fields = settings.required().map(|name| (name, Value::Null)).collect();
    given.extend(body.change(&Record::blank()));
    let record = Record::blank().with(&given);
    valid(broken_rules(&record, &Record::blank(), settings, &given))?;
    Ok(record)
}

fn valid(errors: FieldErrors) -> Result<()> {
    let faults = Faults::default();
    faults.extend(errors, body::member_of);
    faults.refuse()
}

/// Returns the refusal that shows who has the same email or phone, the live ones first.
fn doubtful(conn: &mut PgConnection, caller: &Caller, found: &Lookalikes) -> Result<Refusal> {
    let ids: Vec<CustomerId> = found.all().map(|one| one.id).collect();
    let customers = model::find_all(conn, caller.key.account, &ids)?;
    let candidates = CustomerObject::of_all(conn, caller.shown(), customers)?;
    let message = "A customer has this email or phone already. Use that one, or send “allow_duplicate”: true.";
    let candidates = serde_json::to_value(candidates).map_err(Error::internal)?;
    Ok(Refusal::new(Code::PossibleDuplicate, message).with("candidates", candidates))
}

/// Answers `PATCH`, `PUT` and `POST /v1/customers/{id}`.
async fn update(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let if_match = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let sent = sent?;
        let body = body::read(&sent, Aim::Update, &caller.key.settings)?;
        let id = caller.id("customer", &path)?;
        let customer = caller.found("customer", model::find_for_update(conn, caller.key.account, id))?;
        version::check(if_match.as_ref(), customer.version)?;
        if body::has_read_only(&sent) {
            let stored = CustomerObject::of(conn, caller.shown(), customer.clone())?;
            body::check_read_only(&sent, &serde_json::to_value(stored).map_err(Error::internal)?)?;
        }
        customer.refuse_deleted()?;
        save(conn, caller, &customer, &body)?;
        reply(StatusCode::OK, caller, &object(conn, caller, id)?)
    };
    call.write(&db, &raw, change).await
}

fn save(conn: &mut PgConnection, caller: &Caller, customer: &Customer, body: &CustomerBody) -> Result<()> {
    let wish = Wish { change: &body.change(&customer.record), version: body.version, duplicates: body.allow_duplicate };
    store(conn, caller, customer, wish)
}

/// Stores changed fields of a locked customer.
fn save_fields(conn: &mut PgConnection, caller: &Caller, customer: &Customer, change: &Fields) -> Result<()> {
    store(conn, caller, customer, Wish { change, version: None, duplicates: false })
}

struct Wish<'a> {
    change: &'a Fields,
    /// The version that it is a change of, if one was named.
    version: Option<i32>,
    /// True when others may have the same email or phone.
    duplicates: bool,
}

/// Stores a change of a locked customer, merged with what others changed since the version that it names.
fn store(conn: &mut PgConnection, caller: &Caller, customer: &Customer, wish: Wish<'_>) -> Result<()> {
    let by = caller.by();
    let version = version::check_named(wish.version, customer.version)?;
    let mut agreed = std::collections::BTreeSet::new();
    loop {
        let save = Save {
            id: customer.id,
            version,
            change: wish.change,
            settings: &caller.key.settings,
            even_deleted: false,
            agreed: &agreed,
            key: None,
        };
        match saving::save(conn, &by, &save)? {
            Saved::Done(_) => return Ok(()),
            Saved::Deleted | Saved::Waits(_) => return Err(model::deleted(customer.restorable_until()).into()),
            Saved::Invalid(errors) => return valid(errors),
            Saved::Clash(clash) => return Err(clashed(&clash)),
            Saved::Doubtful(found) if wish.duplicates => agreed = found.live.iter().map(|one| one.id).collect(),
            Saved::Doubtful(found) => return Err(doubtful(conn, caller, &found)?),
        }
    }
}

#[derive(Serialize)]
struct Conflict<'a> {
    field: String,
    yours: &'a Value,
    theirs: &'a Value,
}

fn clashed(clash: &saving::Clash) -> Refusal {
    let conflict = |(field, yours, theirs): &(String, Value, Value)| {
        serde_json::to_value(Conflict { field: body::member_of(field), yours, theirs }).unwrap_or_default()
    };
    let conflicts: Vec<Value> = clash.fields.iter().map(conflict).collect();
    let message = "Somebody changed the same fields meanwhile. Nothing is saved.";
    Refusal::new(Code::VersionMismatch, message)
        .with("current_version", clash.current.version)
        .with("conflicts", conflicts)
}

/// Answers `POST /v1/customers/{id}/restoration`.
async fn restore(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let (meant, raw) = (call.if_match.clone(), sent.raw.clone());
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent.none()?;
        let id = caller.id("customer", &path)?;
        let customer = caller.found("customer", model::find_for_update(conn, caller.key.account, id))?;
        version::check(meant.as_ref(), customer.version)?;
        let restored = crate::deletion::restore(conn, &caller.by(), id)?;
        let object = CustomerObject::of(conn, caller.shown(), restored)?;
        reply(StatusCode::OK, caller, &object)
    };
    call.write(&db, &raw, change).await
}

/// The payments of a customer in numbers.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CustomerAnalytics")]
struct Analytics {
    /// Names the kind of object.
    #[schemars(extend("const" = "customer_analytics"))]
    object: &'static str,
    /// The customer.
    customer: CustomerId,
    /// How many payments ever succeeded, over all currencies.
    #[schemars(example = 3)]
    total_payments: i64,
    /// When the last of them was made.
    #[schemars(transform = time)]
    last_payment: Option<i64>,
    /// The merchant's own currency.
    #[schemars(example = &"KES")]
    default_currency: String,
    /// What they come to in each currency.
    figures: Vec<FiguresObject>,
    /// What the customer’s subscriptions come to a month, in each currency: see `GET /v1/revenue`.
    monthly: Vec<MonthlyObject>,
}

/// What subscriptions come to a month in a currency.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "MonthlySum")]
struct MonthlyObject {
    /// The currency as ISO 4217.
    #[schemars(example = &"KES")]
    currency: String,
    /// In the currency’s smallest unit.
    #[schemars(example = 490_000)]
    amount: i64,
}

/// Answers `GET /v1/customers/{id}/analytics`.
async fn analytics(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let id = caller.id("customer", &path)?;
        caller.found("customer", model::check(conn, caller.key.account, id))?;
        let figures: Vec<FiguresObject> =
            figures::of(conn, caller.key.account, id)?.iter().map(FiguresObject::from).collect();
        let monthly = revenue::of_customer(conn, caller.key.account, id)?;
        let monthly = monthly.iter().map(|sum| MonthlyObject { currency: sum.currency.to_string(), amount: sum.minor });
        let monthly = monthly.collect();
        let analytics = Analytics {
            object: "customer_analytics",
            customer: id,
            total_payments: figures.iter().map(|one| one.total_payments).sum(),
            last_payment: figures.iter().map(|one| one.last_payment).max(),
            default_currency: caller.key.settings.default_currency.to_string(),
            figures,
            monthly,
        };
        Reply::new(StatusCode::OK, &analytics, caller.request)
    });
    Ok(answer.await?.answer())
}
