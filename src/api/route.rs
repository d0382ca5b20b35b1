//! A route of the API: methods, path, handler, the permission that it needs and what the documents tell of it. Features
//! list theirs, `app` collects them; the guards test and the documents read the same list.

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Responder, guard,
    http::{Method, StatusCode, header},
    web,
};
use schemars::JsonSchema;

use super::{
    refusal::{Refusal, Result},
    shape::Shape,
    told::{Answer, Parameter, Told},
};
use crate::{api_keys::permissions::Permission, codes::Code, error::Error, values::nearest::nearest_of};

/// A path, for one method or for the three that update.
pub struct ApiRoute {
    /// The methods; GET also answers HEAD.
    pub methods: &'static [Method],
    /// The path as Actix writes paths: `/v1/customers/{id}`.
    pub path: &'static str,
    /// Without one any key will do.
    pub need: Option<Permission>,
    /// Its parameters behind the `?`.
    pub parameters: &'static [Parameter],
    pub told: Told,
    /// True when it is made in an account whose clock moves, too.
    is_free: bool,
    handler: actix_web::Route,
}

macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident = $($method:ident)+;)*) => {$(
        $(#[$doc])*
        pub fn $name<F, Args>(path: &'static str, need: impl Into<Option<Permission>>, handler: F) -> Self
        where
            F: Handler<Args>,
            Args: FromRequest + 'static,
            F::Output: Responder + 'static,
        {
            const METHODS: &[Method] = &[$(Method::$method),+];
            let is_meant = guard::fn_guard(|ctx| {
                let method = &ctx.head().method;
                METHODS.contains(method) || (*method == Method::HEAD && METHODS.contains(&Method::GET))
            });
            let (handler, is_free) = (web::route().guard(is_meant).to(handler), METHODS.contains(&Method::GET));
            Self { methods: METHODS, path, need: need.into(), parameters: &[], told: Told::default(), is_free, handler }
        }
    )*};
}

impl ApiRoute {
    routes! {
        /// Makes the route of a reading call.
        get = GET;
        /// Makes the route of a call that makes something.
        post = POST;
        /// Makes the route of a delete.
        delete = DELETE;
        /// Makes the route of a partial update, which all three methods mean.
        update = PATCH PUT POST;
    }

    /// Takes these parameters; all others are refused.
    #[must_use]
    pub fn taking(self, parameters: &'static [Parameter]) -> Self {
        Self { parameters, ..self }
    }

    /// Lets it be made in an account whose clock moves, where other changes wait.
    #[must_use]
    pub fn while_moving(self) -> Self {
        Self { is_free: true, ..self }
    }

    /// Tells the documents what it does: the name of the operation, a line, and what there is to know beyond.
    #[must_use]
    pub fn told(self, id: &'static str, summary: &'static str, text: &'static str) -> Self {
        self.telling(|told| Told { id, summary, text, ..told })
    }

    /// Tells that it reads a body of this shape.
    #[must_use]
    pub fn reading(self, shape: &'static Shape) -> Self {
        self.telling(|told| Told { body: Some(shape), ..told })
    }

    /// Tells that it answers a `T`, derived from the struct that is written.
    #[must_use]
    pub fn answering<T: JsonSchema>(self, status: StatusCode) -> Self {
        self.telling(|mut told| {
            told.answers.push(Answer::of::<T>(status));
            told
        })
    }

    /// Tells the codes of its refusals that not every call of its kind has.
    #[must_use]
    pub fn refusing(self, codes: &'static [Code]) -> Self {
        self.telling(|told| Told { codes, ..told })
    }

    /// Tells that its answer has the version of a thing, as `ETag`.
    #[must_use]
    pub fn versioned(self) -> Self {
        self.telling(|told| Told { is_versioned: true, ..told })
    }

    /// Tells that it compares `If-Match` with the version of the thing, and answers the new one.
    #[must_use]
    pub fn comparing(self) -> Self {
        self.telling(|told| Told { is_versioned: true, is_compared: true, ..told })
    }

    /// Tells that it compares `If-Match` with the version of the thing, and answers another thing.
    #[must_use]
    pub fn meant(self) -> Self {
        self.telling(|told| Told { is_compared: true, ..told })
    }

    /// Tells that its answer has a `Location`.
    #[must_use]
    pub fn located(self) -> Self {
        self.telling(|told| Told { is_located: true, ..told })
    }

    fn telling(self, change: impl FnOnce(Told) -> Told) -> Self {
        Self { told: change(self.told), ..self }
    }
}

/// What a route asks of a call before its handler does.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    pub permission: Option<Permission>,
    pub parameters: &'static [Parameter],
    /// True when it is made in an account whose clock moves, too.
    pub is_free: bool,
}

/// What each route needs, by its methods and path.
pub struct Needs(Vec<(&'static [Method], &'static str, Need)>);

impl Needs {
    /// Collects the needs of all routes.
    pub fn new(routes: &[ApiRoute]) -> Self {
        let need =
            |route: &ApiRoute| Need { permission: route.need, parameters: route.parameters, is_free: route.is_free };
        Self(routes.iter().map(|route| (route.methods, route.path, need(route))).collect())
    }

    /// Returns the need of the route that a request is for.
    ///
    /// # Errors
    /// A fault of ours when the route is in no list: then nobody may call it.
    pub fn of(&self, req: &HttpRequest) -> Result<Need> {
        let pattern = req.match_pattern().unwrap_or_default();
        let method = if *req.method() == Method::HEAD { &Method::GET } else { req.method() };
        let known = self.0.iter().find(|(methods, path, _)| methods.contains(method) && *path == pattern);
        known.map(|(_, _, need)| *need).ok_or_else(|| Error::internal("a route without its need").into())
    }
}

/// Registers `routes` in the scope `/v1`, one resource a path, which answers every other method with what is allowed.
pub fn register(routes: Vec<ApiRoute>, cfg: &mut web::ServiceConfig) {
    let mut resources: Vec<(&'static str, Vec<ApiRoute>)> = Vec::new();
    for route in routes {
        match resources.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, of_path)) => of_path.push(route),
            None => resources.push((route.path, vec![route])),
        }
    }
    let paths: Vec<&'static str> = resources.iter().map(|(path, _)| *path).collect();
    for (path, of_path) in resources {
        let allowed = allowed(&of_path);
        let inner = path.strip_prefix("/v1").unwrap_or(path);
        let resource = of_path.into_iter().fold(web::resource(inner), |resource, one| resource.route(one.handler));
        cfg.service(resource.default_service(web::to(move |req: HttpRequest| other_method(req, allowed.clone()))));
    }
    cfg.app_data(web::Data::new(Paths(paths)));
}

/// The paths that there are, for one that was mistyped.
pub struct Paths(Vec<&'static str>);

fn allowed(routes: &[ApiRoute]) -> String {
    let mut methods: Vec<&str> = routes.iter().flat_map(|route| route.methods).map(Method::as_str).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

async fn other_method(req: HttpRequest, allowed: String) -> Result<HttpResponse> {
    if *req.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((header::ALLOW, allowed)).finish());
    }
    let message = format!("This path answers {allowed}.");
    Err(Refusal::new(Code::MethodNotAllowed, message).allowing(allowed))
}

/// Answers every path that is in no list.
pub async fn nothing_here(req: HttpRequest) -> Result<HttpResponse> {
    let known = req.app_data::<web::Data<Paths>>();
    let near = known.and_then(|paths| nearest_of(req.path(), paths.0.iter().copied()));
    let hint = near.map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
    let refusal = Refusal::new(Code::UnknownPath, format!("There is nothing at this path.{hint}"));
    Err(match near {
        Some(near) => refusal.with("did_you_mean", near),
        None => refusal,
    })
}
