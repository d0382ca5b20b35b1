//! The JSON API, asked by keys: the gate before every call, and what each resource does.

mod custom_fields;
mod customers;
mod events;
mod gate;
mod hostile;
mod invoices;
mod notes;
mod openapi;
mod parity;
mod payments;
mod prices;
mod recorded;
mod refunds;
mod replay;
mod schedules;
mod schema;
mod searching;
mod subscriptions;
mod test_clock;
mod tokens;
mod wallet;

use std::sync::Arc;

use actix_web::http::Method;
use clientele::{
    api::limits::{Limit, Limits},
    api_keys::{
        model::{self as keys, NewKey},
        permissions::{Permission, Permissions, Resource},
        secret::Secret,
    },
    app::Shared,
    clock::Clock,
    events::By,
    ids::{AccountId, ApiKeyId},
    values::Mode,
};
use serde_json::Value;

use crate::world::{Answer, Asker, World};

/// A system of the merchant, with its key.
pub struct Client {
    asker: Asker,
    pub id: ApiKeyId,
    pub secret: String,
}

impl Client {
    /// One that may do everything in the live account.
    pub fn of(world: &World) -> Self {
        Self::in_account(world, world.shop.live, Mode::Live, &Resource::ALL.map(Permission::write))
    }

    /// One that may do that in an account.
    pub fn in_account(world: &World, account: AccountId, mode: Mode, may: &[Permission]) -> Self {
        let permissions = may.iter().fold(Permissions::default(), |all, one| all.with(*one));
        let by = By::system(account, Clock::system());
        let new = NewKey { name: "Web shop".to_owned(), permissions, is_masked: false, expires_at: None };
        let (id, secret) = (ApiKeyId::new(), Secret::new(mode).unwrap());
        world.with(|conn| keys::create(conn, &by, id, &new, &secret)).unwrap();
        Self { asker: world.nobody(), id, secret: secret.reveal().to_owned() }
    }

    /// One that may do everything in an account of the shop, as quickly as it likes.
    pub async fn unlimited(world: &World, mode: Mode) -> Self {
        let free = |name| Limit { name, a_second: 1_000_000, burst: 1_000_000 };
        let limits = Arc::new(Limits::new(free("default"), free("search")));
        let account = if mode == Mode::Live { world.shop.live } else { world.shop.test };
        let client = Self::in_account(world, account, mode, &Resource::ALL.map(Permission::write));
        client.at(&Shared { limits, ..world.shared.clone() }).await
    }

    /// The same key, on an app of other settings.
    pub async fn at(self, shared: &Shared) -> Self {
        Self { asker: self.asker.at(shared).await, ..self }
    }

    /// The same key, written otherwise.
    pub fn with_secret(self, secret: &str) -> Self {
        Self { secret: secret.to_owned(), ..self }
    }

    /// A call with a body, if it has one, and more headers. Its answer is as the document says.
    pub async fn call(&self, method: Method, path: &str, body: &str, headers: &[(&'static str, &str)]) -> Called {
        let bearer = format!("Bearer {}", self.secret);
        let headers = [&[("Authorization", &*bearer)], headers].concat();
        Called::by(&self.asker, &method, path, body, &headers).await
    }

    pub async fn get(&self, path: &str) -> Called {
        self.call(Method::GET, path, "", &[]).await
    }

    pub async fn post(&self, path: &str, body: &str) -> Called {
        self.call(Method::POST, path, body, &[]).await
    }

    pub async fn patch(&self, path: &str, body: &str) -> Called {
        self.call(Method::PATCH, path, body, &[]).await
    }
}

/// Makes a webhook endpoint that is told everything.
pub async fn webhook(client: &Client) -> String {
    let body = r#"{"url": "https://shop.example.com/hooks", "types": ["*"]}"#;
    client.post("/v1/webhook_endpoints", body).await.expect(201).id()
}

/// The answer of a call.
pub struct Called {
    pub answer: Answer,
    pub json: Value,
}

impl Called {
    /// A call by anybody, whose answer is as the document says whether they have a key or not.
    pub async fn by(asker: &Asker, method: &Method, path: &str, body: &str, headers: &[(&'static str, &str)]) -> Self {
        let mut request = asker.request(method.clone(), path);
        if !body.is_empty() {
            request = request.header("Content-Type", "application/json").body(body.to_owned());
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let called = Self::of(request.await);
        openapi::check(method, path, &called);
        called
    }

    pub fn of(answer: Answer) -> Self {
        let json = serde_json::from_slice(&answer.body).unwrap_or_default();
        Self { answer, json }
    }

    /// Itself, after a look that its status is the one expected, and that it is JSON as every answer is.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.answer.status.as_u16(), status, "{}", self.json);
        assert_eq!(self.answer.header("Content-Type"), Some("application/json"), "{}", self.json);
        assert_eq!(self.answer.header("Cache-Control"), Some("no-store"));
        assert_eq!(self.json["request_id"].as_str(), self.answer.header("Request-Id"), "{}", self.json);
        self
    }

    /// The same look, where more than one status is right.
    #[track_caller]
    pub fn expect_one_of(self, statuses: &[u16]) -> Self {
        let status = self.answer.status.as_u16();
        assert!(statuses.contains(&status), "{status}: {}", self.json);
        self.expect(status)
    }

    /// Its code, after the same look.
    #[track_caller]
    pub fn refused(self, status: u16) -> String {
        let called = self.expect(status);
        called.json["error"]["code"].as_str().unwrap_or_else(|| panic!("no code: {}", called.json)).to_owned()
    }

    /// The codes of its fields by their paths.
    #[track_caller]
    pub fn fields(&self) -> Vec<(&str, &str)> {
        let fields = self.json["error"]["fields"].as_array().unwrap_or_else(|| panic!("no fields: {}", self.json));
        fields.iter().map(|one| (one["param"].as_str().unwrap(), one["code"].as_str().unwrap())).collect()
    }

    /// The id of what it tells.
    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap().to_owned()
    }
}
