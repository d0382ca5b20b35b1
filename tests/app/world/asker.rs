//! Who asks: a browser with its cookie, in the hand of somebody who is signed in or of nobody.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    future::IntoFuture,
    net::SocketAddr,
    rc::Rc,
};

use actix_session::storage::SessionStore;
use actix_web::{
    cookie::{Cookie, CookieJar, Key},
    dev::Service,
    http::{Method, header},
    test::{TestRequest, init_service},
    web::Bytes,
};
use clientele::{
    app::{Shared, app},
    staff::session::{IDLE, MODE, PgSessions, SINCE, STAFF},
    values::Mode,
};
use futures_core::future::LocalBoxFuture;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{Answer, Form, Person, World};

/// The name of the session's cookie without https.
const COOKIE: &str = "clientele";

/// The app as a function from requests to answers.
#[derive(Clone)]
pub struct App(Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Answer>>);

impl App {
    /// The app over `shared`.
    pub async fn serving(shared: Shared) -> Self {
        let service = Rc::new(init_service(app(shared)).await);
        Self(Rc::new(move |request| {
            let service = Rc::clone(&service);
            Box::pin(async move {
                match service.call(request.to_request()).await {
                    Ok(answer) => Answer::read(answer.into_parts().1.map_into_boxed_body()).await,
                    // What a server does with an error that reaches it.
                    Err(error) => Answer::read(error.error_response()).await,
                }
            })
        }))
    }
}

/// A browser.
pub struct Asker {
    app: App,
    sessions: PgSessions,
    key: Key,
    /// Who will be signed in with the first request.
    person: RefCell<Option<(Person, Mode)>>,
    cookie: RefCell<Option<String>>,
    address: Cell<Option<SocketAddr>>,
}

impl Asker {
    pub(super) fn new(world: &World, person: Option<&Person>, mode: Mode) -> Self {
        Self {
            app: world.app.clone(),
            sessions: PgSessions::new(world.db.clone()),
            key: world.shared.key.clone(),
            person: RefCell::new(person.map(|person| (person.clone(), mode))),
            cookie: RefCell::new(None),
            address: Cell::new(None),
        }
    }

    /// The same browser on an app of other settings.
    pub async fn at(self, shared: &Shared) -> Self {
        Self { app: App::serving(shared.clone()).await, key: shared.key.clone(), ..self }
    }

    /// Where the requests come from.
    pub fn coming_from(self, address: &str) -> Self {
        self.address.set(Some(format!("{address}:4711").parse().unwrap()));
        self
    }

    /// A page.
    pub fn get(&self, path: impl AsRef<str>) -> Request<'_> {
        self.request(Method::GET, path.as_ref())
    }

    /// A page's fragment, as htmx asks for it.
    pub fn fragment(&self, path: impl AsRef<str>) -> Request<'_> {
        self.get(path).header("HX-Request", "true")
    }

    /// A change, as a browser's own form sends it.
    pub fn post(&self, path: impl AsRef<str>, form: impl Encoded) -> Request<'_> {
        self.request(Method::POST, path.as_ref()).header("Sec-Fetch-Site", "same-origin").form(form)
    }

    /// A form as it would be submitted.
    pub fn submit(&self, form: &Form) -> Request<'_> {
        if form.method == "get" {
            self.get(format!("{}?{}", form.action, form.encoded()))
        } else {
            self.post(&form.action, form)
        }
    }

    /// Deletes the customer at this path as people do: the plan first.
    pub async fn delete_customer(&self, path: &str) -> Answer {
        let path = format!("{path}/deletion");
        let plan = self.get(&path).await.expect(200).attribute("main [name=plan]", "value");
        self.post(&path, [("plan", plan.as_str())]).await.expect(303)
    }

    /// Anything else.
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        Request { asker: self, inner: TestRequest::with_uri(path).method(method) }
    }

    /// The key of the session, which the cookie carries, if there is a session.
    pub async fn session_key(&self) -> Option<String> {
        self.sign_in().await;
        self.cookie.borrow().clone()
    }

    /// Takes over a session by its key.
    pub fn use_session(&self, key: &str) {
        *self.cookie.borrow_mut() = Some(key.to_owned());
    }

    /// Signs in as the sign-in page does, without its password.
    async fn sign_in(&self) {
        let Some((person, mode)) = self.person.take() else { return };
        self.start_session(&person, mode, Timestamp::now()).await;
    }

    /// Starts a session that began at that time.
    pub async fn start_session(&self, person: &Person, mode: Mode, since: Timestamp) {
        let state = HashMap::from(
            [(STAFF, json!(person.id)), (MODE, json!(mode)), (SINCE, json!(since))]
                .map(|(name, value)| (name.to_owned(), value.to_string())),
        );
        let key = self.sessions.save(state, &IDLE).await.unwrap();
        self.person.take();
        self.use_session(key.as_ref());
    }

    fn sealed_cookie(&self) -> Option<Cookie<'static>> {
        let key = self.cookie.borrow().clone()?;
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.key).add(Cookie::new(COOKIE, key));
        jar.get(COOKIE).cloned()
    }

    fn keep_cookie(&self, answer: &Answer) {
        let Some(cookie) = answer.cookie(COOKIE) else { return };
        if cookie.value().is_empty() {
            *self.cookie.borrow_mut() = None;
            return;
        }
        let mut jar = CookieJar::new();
        jar.add_original(cookie.into_owned());
        *self.cookie.borrow_mut() = jar.signed(&self.key).get(COOKIE).map(|cookie| cookie.value().to_owned());
    }
}

/// A request that is sent by awaiting it.
pub struct Request<'a> {
    asker: &'a Asker,
    inner: TestRequest,
}

impl Request<'_> {
    /// Sets a header.
    pub fn header(self, name: &'static str, value: &str) -> Self {
        Self { inner: self.inner.insert_header((name, value)), ..self }
    }

    /// Asks for a fragment, to take the place of a piece of the page.
    pub fn in_place(self) -> Self {
        self.header("HX-Request", "true")
    }

    /// Sends a form.
    pub fn form(self, form: impl Encoded) -> Self {
        self.header("Content-Type", "application/x-www-form-urlencoded").body(form.encoded())
    }

    /// Sends a body.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        let body: Bytes = body.into();
        let sized = self.inner.insert_header((header::CONTENT_LENGTH, body.len()));
        Self { inner: sized.set_payload(body), ..self }
    }
}

impl<'a> IntoFuture for Request<'a> {
    type Output = Answer;
    type IntoFuture = LocalBoxFuture<'a, Answer>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { asker, mut inner } = self;
        Box::pin(async move {
            asker.sign_in().await;
            if let Some(cookie) = asker.sealed_cookie() {
                inner = inner.cookie(cookie);
            }
            if let Some(address) = asker.address.get() {
                inner = inner.peer_addr(address);
            }
            let answer = (asker.app.0)(inner).await;
            asker.keep_cookie(&answer);
            answer
        })
    }
}

/// What can be sent as a form.
pub trait Encoded {
    /// As `application/x-www-form-urlencoded`.
    fn encoded(&self) -> String;
}

impl Encoded for &str {
    /// Encoded already.
    fn encoded(&self) -> String {
        (*self).to_owned()
    }
}

impl Encoded for String {
    fn encoded(&self) -> String {
        self.clone()
    }
}

impl Encoded for &[(&str, &str)] {
    fn encoded(&self) -> String {
        self.iter().map(|(name, text)| format!("{}={}", encode(name), encode(text))).collect::<Vec<_>>().join("&")
    }
}

impl<const N: usize> Encoded for [(&str, &str); N] {
    fn encoded(&self) -> String {
        self.as_slice().encoded()
    }
}

impl Encoded for &Form {
    fn encoded(&self) -> String {
        Form::encoded(self)
    }
}

/// A text as it stands in a URL or a form.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
