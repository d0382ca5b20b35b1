//! The app: shared state, middleware in order, and the only list of the features' routes.

use crate::{
    api::{
        self,
        limits::Limits,
        openapi::{self, Described, Document},
        replay,
        route::{ApiRoute, Needs},
    },
    api_keys, assets, audit,
    config::PublicUrl,
    custom_fields, customer_list, customer_page, customer_parts,
    db::Db,
    defences::{self, TrustedProxies},
    erasing,
    error::Error,
    front, gateway, health,
    input::LARGEST_FORM,
    invoice_page, jobs_page, links,
    logging::{self, RequestSpan},
    notes,
    outgoing::{Networks, Outgoing},
    palette, payments, personal_file, prices, profile, quality, reveal, revenue_page,
    routes::{self, Confirmed, Route},
    sandbox, schedules,
    sealing::Seals,
    second_factor::{self, relying_party::RelyingParty},
    security, settings, sign_in_policy,
    staff::{self, gate, password::Passwords, session, throttle::Throttle},
    subscriptions, team, test_clock, test_clock_page, undo, views, wallet_page, webhooks,
};
use std::sync::{Arc, LazyLock};

use actix_session::{
    SessionMiddleware,
    config::{BrowserSession, CookieContentSecurity},
};
use actix_web::{
    App, HttpResponse,
    body::MessageBody,
    cookie::{Key, SameSite},
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web,
};
use ipnet::IpNet;
use tracing_actix_web::TracingLogger;

/// The state that all workers share.
#[derive(Clone)]
pub struct Shared {
    pub db: Db,
    /// The address people type.
    pub url: PublicUrl,
    /// The key that signs the session cookies.
    pub key: Key,
    /// The proxies that are believed; see [`defences::client_address`].
    pub trusted_proxies: Vec<IpNet>,
    /// Hashes passwords, a few at a time.
    pub passwords: Passwords,
    /// The way out to the internet.
    pub outgoing: Outgoing,
    /// Seals what must be read again and by nobody else.
    pub seals: Seals,
    /// Counts sign-ins.
    pub throttle: Arc<Throttle>,
    /// Counts the calls of keys.
    pub limits: Arc<Limits>,
    /// The gateway of test accounts.
    pub sandbox: gateway::Sandbox,
}

impl Shared {
    /// Makes the state for a server over `db`, reached at `url`.
    pub fn new(db: Db, url: PublicUrl, key: Key) -> Self {
        Self {
            sandbox: gateway::Sandbox::new(db.clone()),
            seals: Seals::new(&key, &[]),
            outgoing: Outgoing::new(Networks::default()),
            db,
            url,
            key,
            trusted_proxies: Vec::new(),
            passwords: Passwords::default(),
            throttle: Arc::default(),
            limits: Arc::default(),
        }
    }
}

/// Returns every route that needs a session, by feature.
pub fn pages() -> Vec<Route> {
    let mut routes = front::routes();
    routes.extend(staff::routes());
    routes.extend(profile::routes());
    routes.extend(team::routes());
    routes.extend(second_factor::routes());
    routes.extend(customer_list::routes());
    routes.extend(customer_page::routes());
    routes.extend(notes::routes());
    routes.extend(wallet_page::routes());
    routes.extend(reveal::routes());
    routes.extend(sandbox::routes());
    routes.extend(payments::routes::<customer_parts::PaymentSearch>());
    routes.extend(views::routes());
    routes.extend(undo::routes());
    routes.extend(erasing::routes());
    routes.extend(personal_file::routes());
    routes.extend(quality::routes());
    routes.extend(palette::routes());
    routes.extend(settings::routes());
    routes.extend(audit::routes());
    routes.extend(custom_fields::routes());
    routes.extend(prices::routes());
    routes.extend(subscriptions::routes());
    routes.extend(schedules::routes());
    routes.extend(revenue_page::routes());
    routes.extend(invoice_page::routes());
    routes.extend(api_keys::routes());
    routes.extend(webhooks::routes());
    routes.extend(sign_in_policy::routes());
    routes.extend(test_clock_page::routes());
    routes.extend(jobs_page::routes());
    routes
}

/// Returns every call of the API, by feature.
pub fn calls() -> Vec<ApiRoute> {
    let mut calls = api::key::routes();
    calls.extend(customer_list::api::routes());
    calls.extend(customer_page::api::routes());
    calls.extend(notes::api::routes());
    calls.extend(wallet_page::api::routes());
    calls.extend(payments::api::routes::<customer_parts::PaymentSearch>());
    calls.extend(custom_fields::api::routes());
    calls.extend(prices::api::routes());
    calls.push(revenue_page::api::route());
    calls.extend(subscriptions::api::routes());
    calls.extend(schedules::api::routes());
    calls.extend(invoice_page::api::routes());
    calls.extend(sandbox::api::routes());
    calls.extend(test_clock::api::routes());
    calls.extend(webhooks::api::routes());
    calls.extend(webhooks::endpoint_api::routes());
    calls.extend(undo::api::routes());
    calls.extend(personal_file::api::routes());
    calls
}

/// What the documents tell of all calls.
static DOCUMENT: LazyLock<Document> = LazyLock::new(|| Document::of(calls()));

/// Returns what the documents tell of all calls.
pub fn document() -> Described {
    &DOCUMENT
}

/// Returns every route that works without a session.
pub fn open() -> Vec<Route> {
    let mut routes = health::routes();
    routes.extend(api::docs::routes());
    routes
}

/// Makes an app for one worker.
pub fn app(
    shared: Shared,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(web::Data::new(shared.db.clone()))
        .app_data(web::Data::new(shared.url.clone()))
        .app_data(web::Data::new(TrustedProxies(shared.trusted_proxies.clone())))
        .app_data(web::Data::new(shared.passwords.clone()))
        .app_data(web::Data::new(shared.seals.clone()))
        .app_data(web::Data::new(shared.outgoing.networks().clone()))
        .app_data(web::Data::new(RelyingParty::at(&shared.url)))
        .app_data(web::Data::new(shared.sandbox.clone()))
        .app_data(web::Data::new(customer_parts::DEBTS))
        .app_data(web::Data::from(Arc::clone(&shared.throttle)))
        .app_data(web::Data::new(gateway::tokens::Fingerprints::new(&shared.key)))
        .app_data(web::Data::new(Confirmed::of(&pages())))
        .app_data(web::Data::new(document()))
        .app_data(web::Data::new(Needs::new(&calls())))
        .app_data(web::PayloadConfig::new(LARGEST_FORM))
        // What is no ID is nobody's.
        .app_data(web::PathConfig::default().error_handler(|_, _| Error::NotFound.into()))
        .configure(assets::routes)
        .configure(|cfg| routes::register(open(), cfg))
        // Of several wrapped ones the last is the first to see a request.
        .service(
            web::scope("/v1")
                .app_data(web::Data::from(Arc::clone(&shared.limits)))
                .app_data(web::Data::new(replay::Digests::new(&shared.key)))
                .configure(|cfg| api::route::register(calls().into_iter().chain(openapi::routes()).collect(), cfg))
                .default_service(web::to(api::route::nothing_here))
                .wrap(from_fn(defences::limit_time))
                .wrap(from_fn(defences::finish_changes))
                .wrap(from_fn(api::present::present)),
        )
        .service(
            web::scope("")
                .wrap(from_fn(links::mend))
                .wrap(from_fn(gate::sign_in_first))
                .wrap(sessions(&shared))
                .wrap(from_fn(session::with_person))
                // Within what finishes a change apart from its request.
                .wrap(from_fn(security::keep))
                .wrap(from_fn(defences::limit_time))
                .wrap(from_fn(defences::finish_changes))
                .wrap(from_fn(defences::refuse_cross_site))
                .configure(|cfg| routes::register(pages(), cfg))
                .default_service(web::to(nothing_here)),
        )
        .wrap(from_fn(defences::present))
        .wrap(Compress::default())
        .wrap(from_fn(logging::one_line))
        .wrap(TracingLogger::<RequestSpan>::new())
}

/// Makes the middleware of sessions. Cookies are SameSite=Lax: a link in a mail finds the person signed in; a form on
/// another site does not.
fn sessions(shared: &Shared) -> SessionMiddleware<session::PgSessions> {
    let https = shared.url.https;
    let name = if https { "__Host-clientele" } else { "clientele" };
    SessionMiddleware::builder(session::PgSessions::new(shared.db.clone()), shared.key.clone())
        .cookie_name(name.to_owned())
        .cookie_secure(https)
        .cookie_same_site(SameSite::Lax)
        .cookie_http_only(true)
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(BrowserSession::default().state_ttl(session::IDLE))
        .build()
}

async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(Error::NotFound)
}
