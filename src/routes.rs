//! A route: method, path and handler. Features list theirs, `app` collects them, and the guards test reads the
//! same list, so that no route can exist without being in the test's table. Beside it the page of an ID, of which each
//! search box has its list.

use actix_web::{Handler, HttpResponse, Responder, guard, http::Method, web};

use diesel::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    ids::{AccountId, StaffId},
};

/// One method on one path.
pub struct Route {
    /// The method; GET also answers HEAD.
    pub method: Method,
    /// The path as Actix writes paths: `/customers/{id}`.
    pub path: &'static str,
    /// True when it is only for who has just proved that it is them; see [`Route::confirmed`].
    pub needs_proof: bool,
    handler: actix_web::Route,
    takes: Option<Takes>,
}

/// The names of the parameters that a page takes. Others are told on it.
#[derive(Clone, Copy, Debug)]
pub struct Takes(pub &'static [&'static str]);

impl Route {
    /// Makes the route of a page.
    pub fn get<F, Args>(path: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let handler = web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler);
        Self { method: Method::GET, path, needs_proof: false, handler, takes: None }
    }

    /// Says which parameters the page takes, so that others are told.
    #[must_use]
    pub fn taking(self, names: &'static [&'static str]) -> Self {
        Self { takes: Some(Takes(names)), ..self }
    }

    /// Lets only those through who signed in, or confirmed that it is them, within the last 10 minutes; asks others first.
    #[must_use]
    pub fn confirmed(self) -> Self {
        Self { needs_proof: true, ..self }
    }

    /// Makes the route of a change.
    pub fn post<F, Args>(path: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self { method: Method::POST, path, needs_proof: false, handler: web::post().to(handler), takes: None }
    }
}

/// The routes that need a fresh proof, for the gate.
#[derive(Clone, Debug, Default)]
pub struct Confirmed(Vec<(Method, &'static str)>);

impl Confirmed {
    /// Picks them out of all.
    pub fn of(routes: &[Route]) -> Self {
        let picked = routes.iter().filter(|route| route.needs_proof);
        Self(picked.map(|route| (route.method.clone(), route.path)).collect())
    }

    /// Returns whether a request of that method for a path of that pattern is for one of them.
    pub fn has(&self, method: &Method, pattern: &str) -> bool {
        let method = if method == Method::HEAD { Method::GET } else { method.clone() };
        self.0.iter().any(|(of, path)| *of == method && *path == pattern)
    }
}

/// The page of what IDs of one kind name.
pub struct IdPage {
    /// The start of the IDs, before the underscore.
    pub prefix: &'static str,
    /// The word for what they name, in a sentence: "refund".
    pub word: &'static str,
    /// The text of the link to the page: "Open its payment".
    pub opens: &'static str,
    /// Returns the path of the page, for a person in an account; [`Error::NotFound`] when the account has no such thing
    /// or the person does not see it.
    pub path: fn(&mut PgConnection, (AccountId, StaffId), Uuid) -> Result<String>,
}

/// The methods of a path that want a proof of the last minutes, for whoever asks there.
#[derive(Clone, Debug)]
pub struct ProofFor(Vec<Method>);

impl ProofFor {
    /// Returns whether that method wants one.
    pub fn has(&self, method: &Method) -> bool {
        self.0.contains(method) || (*method == Method::HEAD && self.0.contains(&Method::GET))
    }
}

/// Registers `routes`, one resource a path, so that another method gets 405 and not 404.
pub fn register(routes: Vec<Route>, cfg: &mut web::ServiceConfig) {
    let mut resources: Vec<(&'static str, actix_web::Resource)> = Vec::new();
    let needing = |path: &str| {
        let of_path = routes.iter().filter(|route| route.needs_proof && route.path == path);
        ProofFor(of_path.map(|route| route.method.clone()).collect())
    };
    let proofs: Vec<ProofFor> = routes.iter().map(|route| needing(route.path)).collect();
    for (route, proof) in routes.into_iter().zip(proofs) {
        let takes = route.takes;
        let told = |resource: actix_web::Resource| match takes {
            Some(takes) => resource.app_data(takes),
            None => resource,
        };
        match resources.iter().position(|(path, _)| *path == route.path) {
            Some(at) => {
                let (path, resource) = resources.remove(at);
                resources.insert(at, (path, told(resource.route(route.handler))));
            }
            None => {
                let resource = web::resource(route.path).app_data(proof).route(route.handler);
                resources.push((route.path, told(resource)));
            }
        }
    }
    for (_, resource) in resources {
        cfg.service(resource.default_service(web::to(not_allowed)));
    }
}

async fn not_allowed() -> Result<HttpResponse> {
    Err(Error::MethodNotAllowed)
}
