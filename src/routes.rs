//! A route: method, path and handler. Features list theirs, `app` collects them, and the guards test reads the
//! same list, so that no route can exist without being in the test's table.

use actix_web::{Handler, HttpResponse, Responder, guard, http::Method, web};

use crate::error::Error;

/// One method on one path.
pub struct Route {
    /// The method; GET also answers HEAD.
    pub method: Method,
    /// The path as Actix writes paths: `/customers/{id}`.
    pub path: &'static str,
    handler: actix_web::Route,
}

impl Route {
    /// Makes the route of a page.
    pub fn get<F, Args>(path: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let handler = web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler);
        Self { method: Method::GET, path, handler }
    }

    /// Makes the route of a change.
    pub fn post<F, Args>(path: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self { method: Method::POST, path, handler: web::post().to(handler) }
    }
}

/// Registers `routes`, one resource a path, so that another method gets 405 and not 404.
pub fn register(routes: Vec<Route>, cfg: &mut web::ServiceConfig) {
    let mut resources: Vec<(&'static str, actix_web::Resource)> = Vec::new();
    for route in routes {
        match resources.iter().position(|(path, _)| *path == route.path) {
            Some(at) => {
                let (path, resource) = resources.remove(at);
                resources.insert(at, (path, resource.route(route.handler)));
            }
            None => resources.push((route.path, web::resource(route.path).route(route.handler))),
        }
    }
    for (_, resource) in resources {
        cfg.service(resource.default_service(web::to(not_allowed)));
    }
}

async fn not_allowed() -> Result<HttpResponse, Error> {
    Err(Error::MethodNotAllowed)
}
