//! The OpenAPI document: kept in the repository, whole, and true of what is taken and answered.

mod bodies;

use std::{collections::BTreeSet, fs, sync::LazyLock};

use actix_web::http::Method;
use clientele::{
    api::{
        route::ApiRoute,
        shape::{Field, Kind, Shape},
    },
    app::{calls, document},
    codes::Code,
    customer_parts::COLUMNS,
    gateway::sandbox::SAMPLES,
    values::Mode,
};
use jiff::Timestamp;
use scraper::{Html, Selector};
use serde_json::{Value, json};

use super::{
    Called, Client,
    schema::{Described, referred},
};
use crate::world::World;

use bodies::{PRICE, subscribed};

const KEPT: &str = "docs/openapi.json";

/// The document as it is served.
static WHOLE: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(document().text()).unwrap());

/// Its schemas.
static DESCRIBED: LazyLock<Described> = LazyLock::new(|| Described::of(&WHOLE));

/// An operation of the document, with its method and path.
struct Operation {
    method: Method,
    path: &'static str,
    told: &'static Value,
}

fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, methods) in WHOLE["paths"].as_object().unwrap() {
        for (method, told) in methods.as_object().unwrap() {
            all.push(Operation { method: method.to_uppercase().parse().unwrap(), path, told });
        }
    }
    all
}

/// What a value is, or refers to.
fn meant(value: &'static Value) -> &'static Value {
    value["$ref"].as_str().map_or(value, |reference| referred(&WHOLE, reference))
}

/// The reference to the schema of a body or an answer.
fn schema_of(told: &Value) -> &str {
    told["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_else(|| panic!("no schema: {told}"))
}

impl Operation {
    /// The one that a request is for; a word in a path goes before an id.
    fn find(method: &Method, path: &str) -> Option<Self> {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let asked = segments(path.split('?').next().unwrap());
        let fits = |one: &Operation| {
            let known = segments(one.path);
            one.method == *method
                && known.len() == asked.len()
                && known.iter().zip(&asked).all(|(known, asked)| known.starts_with('{') || known == asked)
        };
        operations().into_iter().filter(fits).min_by_key(|one| one.path.matches('{').count())
    }

    fn parameter(&self, name: &str) -> Option<&'static Value> {
        self.told["parameters"].as_array().unwrap().iter().map(meant).find(|one| one["name"] == name)
    }
}

/// Compares an answer with what the document says of the call.
#[track_caller]
pub fn check(method: &Method, path: &str, called: &Called) {
    if *method == Method::HEAD || *method == Method::OPTIONS {
        return;
    }
    let status = called.answer.status;
    let Some(operation) = Operation::find(method, path) else {
        assert_eq!(DESCRIBED.faults("#/components/schemas/ErrorAnswer", &called.json), None, "{method} {path}");
        return;
    };
    let answer = meant(&operation.told["responses"][status.as_str()]);
    assert!(answer.is_object(), "{method} {path}: {status} is not described: {}", called.json);
    assert_eq!(DESCRIBED.faults(schema_of(answer), &called.json), None, "{method} {path}");
    let described: BTreeSet<&str> = answer["headers"].as_object().unwrap().keys().map(String::as_str).collect();
    for name in ["ETag", "Location"] {
        assert_eq!(called.answer.header(name).is_some(), described.contains(name), "{method} {path}: {status} {name}");
    }
    if let Some(code) = called.json["error"]["code"].as_str() {
        let codes = answer["x-codes"].as_array().unwrap();
        assert!(codes.iter().any(|known| known == code), "{method} {path}: {code} is not described");
    }
}

/// Shows every value within a value, with the names on the way to it.
fn walk<'a>(value: &'a Value, path: &str, see: &mut dyn FnMut(&str, &'a Value)) {
    see(path, value);
    match value {
        Value::Object(members) => members.iter().for_each(|(name, one)| walk(one, &format!("{path}/{name}"), see)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, one)| walk(one, &format!("{path}/{n}"), see)),
        _ => {}
    }
}

#[test]
fn the_document_is_as_it_is_kept() {
    if std::env::var_os("CLIENTELE_KEEP").is_some() {
        fs::write(KEPT, document().text()).unwrap();
    }
    let kept = fs::read_to_string(KEPT).unwrap_or_default();
    let hint = "CLIENTELE_KEEP=1 cargo test --test app the_document writes it anew";
    assert!(kept == document().text(), "{KEPT} is not what the routes tell. {hint}");
}

#[test]
fn every_call_is_told_whole() {
    let routes = calls();
    assert_eq!(operations().len(), routes.iter().map(|route| route.methods.len()).sum::<usize>());
    let tags: BTreeSet<&str> =
        WHOLE["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = BTreeSet::new();
    for Operation { method, path, told } in operations() {
        let route = routes.iter().find(|route| route.path == path && route.methods.contains(&method)).unwrap();
        let id = told["operationId"].as_str().unwrap();
        let words = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(!id.is_empty() && words && ids.insert(id), "{method} {path}: its name is “{id}”");
        assert_eq!(told.get("x-alias-of").is_some(), method != route.methods[0], "{id}");
        let (summary, text) = (told["summary"].as_str().unwrap(), told["description"].as_str().unwrap());
        assert!(!summary.is_empty() && !summary.ends_with('.') && text.ends_with('.'), "{id}: {summary}: {text}");
        assert!(tags.contains(told["tags"][0].as_str().unwrap()), "{id}");
        let need = route.need.map_or("any key".to_owned(), |need| need.to_string());
        assert_eq!(told["x-permission"], need, "{id}");
        assert!(told["responses"].as_object().unwrap().keys().any(|status| status.starts_with('2')), "{id}");
        for one in told["parameters"].as_array().unwrap().iter().map(meant) {
            assert!(one["description"].as_str().is_some_and(|text| text.ends_with('.')), "{id}: {}", one["name"]);
            assert!(
                one["in"] != "path"
                    || one["schema"]["minimum"] == 1
                    || one["schema"]["pattern"].as_str().unwrap().len() > 15,
                "{id}: {}",
                one["name"]
            );
        }
        if let Some(body) = told.get("requestBody") {
            let example = &body["content"]["application/json"]["example"];
            assert_eq!(DESCRIBED.faults(schema_of(body), example), None, "{id}");
            assert_eq!(referred(&WHOLE, schema_of(body))["additionalProperties"], false, "{id}");
        }
    }
}

#[test]
fn every_schema_is_whole() {
    let schemas = WHOLE["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        for example in schema["examples"].as_array().into_iter().flatten() {
            assert_eq!(DESCRIBED.faults(&format!("#/components/schemas/{name}"), example), None, "{name}");
        }
        let Some(properties) = schema["properties"].as_object() else { continue };
        for (field, one) in properties {
            assert!(
                one["description"].as_str().is_some_and(|text| text.ends_with('.')),
                "{name}.{field} has no meaning"
            );
        }
        let is_sent = schema["additionalProperties"] == false;
        // What some errors bring besides is there for these alone.
        if !is_sent && name != "Error" {
            let required = schema["required"].as_array().map_or(0, Vec::len);
            assert_eq!(required, properties.len(), "{name}: every field is always there");
        }
    }
    walk(&WHOLE, "", &mut |path, value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            referred(&WHOLE, reference);
        }
        if path.ends_with("/format") {
            assert!(["int32", "int64", "uuid"].contains(&value.as_str().unwrap_or("uuid")), "{path}: {value}");
        }
    });
    let schemes = WHOLE["components"]["securitySchemes"].as_object().unwrap();
    for one in WHOLE["security"].as_array().unwrap() {
        assert!(schemes.contains_key(one.as_object().unwrap().keys().next().unwrap()));
    }
    assert_eq!((schemes.len(), &schemes["bearer"]["scheme"]), (2, &json!("bearer")));
}

#[actix_web::test]
async fn anybody_may_read_the_document() {
    let world = World::empty().await;
    let read = Called::of(world.nobody().request(Method::GET, "/v1/openapi.json").await);
    assert_eq!((read.answer.status.as_u16(), read.answer.header("Content-Type")), (200, Some("application/json")));
    assert_eq!(read.json, *WHOLE);
    let head = world.nobody().request(Method::HEAD, "/v1/openapi.json").await;
    assert_eq!(head.status.as_u16(), 200);
    let options = world.nobody().request(Method::OPTIONS, "/v1/openapi.json").await;
    assert_eq!((options.status.as_u16(), options.header("Allow")), (204, Some("GET, HEAD, OPTIONS")));
    let posted = Called::by(&world.nobody(), &Method::POST, "/v1/openapi.json", "", &[]).await;
    assert_eq!(posted.refused(405), "method_not_allowed");
}

#[actix_web::test]
async fn parameters_take_what_is_told_of_them() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let list = Operation::find(&Method::GET, "/v1/customers").unwrap();
    let sorts: BTreeSet<String> = COLUMNS.sorts().iter().map(ToString::to_string).collect();
    let told = list.parameter("sort").unwrap()["schema"]["pattern"].as_str().unwrap();
    let words = told.strip_prefix("^(").and_then(|told| told.split_once(")?$|")).unwrap().0;
    assert_eq!(words.split('|').map(str::to_owned).collect::<BTreeSet<_>>(), sorts);
    for sort in sorts {
        client.get(&format!("/v1/customers?sort={sort}")).await.expect(200);
    }
    let limit = &list.parameter("limit").unwrap()["schema"];
    let (least, most) = (limit["minimum"].as_i64().unwrap(), limit["maximum"].as_i64().unwrap());
    for (limit, status) in [(least, 200), (most, 200), (least - 1, 400), (most + 1, 400)] {
        client.get(&format!("/v1/customers?limit={limit}")).await.expect(status);
    }
}

#[actix_web::test]
async fn a_version_is_compared_where_it_is_told() {
    let world = World::empty().await;
    let client = Client::unlimited(&world, Mode::Test).await;
    let body = r#"{"name": "Amara", "email": "amara@x.example", "billing_address": {"city": "Lagos"}}"#;
    let customer = client.post("/v1/customers", body).await.expect(201).json;
    let id = customer["id"].as_str().unwrap();
    let method = client.post(&format!("/v1/customers/{id}/wallet"), r#"{"token": "tok_visa"}"#).await.expect(201).id();
    let address = customer["addresses"][0]["id"].as_str().unwrap();
    let body = format!(r#"{{"amount": 5, "currency": "KES", "customer": "{id}"}}"#);
    let payment = client.post("/v1/payments", &body).await.expect(201).id();
    let note = client.post(&format!("/v1/customers/{id}/notes"), r#"{"text": "Call first"}"#).await.expect(201).id();
    let field = client.post("/v1/custom_fields", r#"{"label": "Tier", "type": "text"}"#).await.expect(201).id();
    let price = client.post("/v1/prices", PRICE).await.expect(201).id();
    let invoice = super::invoices::made(&client, id).await.id();
    let subscription = subscribed(&client, id).await;
    let schedule = world.schedule(world.shop.test, id.parse().unwrap()).to_string();
    let endpoint = super::webhook(&client).await;
    let mut compared = 0;
    for one in operations().into_iter().filter(|one| one.told.get("x-alias-of").is_none()) {
        let whose = match one.path.split('/').nth(2) {
            Some("payments") => &payment,
            Some("notes") => &note,
            Some("custom_fields") => &field,
            Some("prices") => &price,
            Some("invoices") => &invoice,
            Some("subscriptions") => &subscription,
            Some("payment_schedules") => &schedule,
            Some("webhook_endpoints") => &endpoint,
            _ => id,
        };
        let path = one.path.replace("{id}", whose).replace("{address}", address).replace("{method}", &method);
        let path = path.replace("{number}", "1");
        if one.parameter("If-Match").is_some() {
            let body = match &one.told["requestBody"]["content"]["application/json"]["example"] {
                Value::Null => String::new(),
                example => example.to_string().replace("cust_01h2xcejqtf2nbrexx3vqjhp41", id),
            };
            let refused = client.call(one.method, &path, &body, &[("If-Match", "\"99\"")]).await;
            assert_eq!(refused.refused(412), "version_mismatch", "{path}");
            compared += 1;
        }
    }
    assert!(compared >= 11, "{compared}");
}

#[actix_web::test]
async fn the_page_leads_to_every_call_object_field_and_code() {
    let world = World::empty().await;
    let page = world.nobody().get("/docs/api").await;
    let html = Html::parse_document(page.text_body());
    let select = |selector: &str| Selector::parse(selector).unwrap();
    let ids: Vec<&str> = html.select(&select("[id]")).filter_map(|one| one.attr("id")).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len(), "an id stands for one thing");
    for link in html.select(&select("a[href^='#']")).filter_map(|one| one.attr("href")) {
        assert!(unique.contains(&link[1..]), "{link} leads nowhere");
    }
    for route in calls() {
        assert!(unique.contains(route.told.id), "{}", route.path);
        for one in route.parameters {
            assert!(unique.contains(&*format!("{}.{}", route.told.id, one.name)), "{} {}", route.path, one.name);
        }
        for field in route.told.body.into_iter().flat_map(Shape::all) {
            assert!(unique.contains(&*format!("{}.{}", route.told.id, field.name)), "{} {}", route.path, field.name);
        }
    }
    for (object, field) in
        [("Customer", "email"), ("PaymentMethod", "network"), ("Error", "plan"), ("NewConsent", "at")]
    {
        assert!(unique.contains(object) && unique.contains(&*format!("{object}.{field}")), "{object}.{field}");
    }
    for code in Code::ALL.iter().filter(|code| !code.is_of_pages()) {
        assert!(unique.contains(code.as_str()), "{code}");
    }
    let text = page.text_body();
    assert!(SAMPLES.iter().all(|sample| text.contains(sample.token)));
    assert!(text.contains(crate::world::ORIGIN), "commands are for the reader's host");
    assert!(!html.select(&select("pre code")).any(|code| code.text().any(|text| text.contains('`'))));
}
