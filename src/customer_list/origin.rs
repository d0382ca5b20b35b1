//! The list that a customer's page was opened from, as the address of that page carries it: so the page leads back to
//! it, and on to the customers before and behind.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use diesel::PgConnection;

use super::state::{State, is_costly, view_asked};
use crate::{
    customer_parts::LANGUAGE,
    error::{Error, Result},
    input::FormFields,
    query::Query,
    search_box::address,
    views::model as views,
    who::SignedIn,
};

/// The parameter that carries it.
const FROM: &str = "from";

/// The parameters of the page of the list, as in its own address. There are none of the first page of all customers, the
/// newest first; that list is also the one of a page that was opened from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin(FormFields);

/// The list itself.
#[derive(Clone, Debug)]
pub struct Listing {
    pub origin: Origin,
    pub state: State,
    pub query: Query,
}

impl Origin {
    /// Makes the origin of the pages that are opened from a list.
    pub fn of(state: &State) -> Self {
        Self(FormFields(state.page_parameters().into_iter().map(|(name, text)| (name.to_owned(), text)).collect()))
    }

    /// Returns the address of a page that knows its list.
    pub fn on(&self, path: &str) -> String {
        self.on_with(path, &[])
    }

    /// Works like [`Origin::on`], for a page with parameters of its own.
    pub fn on_with(&self, path: &str, own: &[(&str, String)]) -> String {
        let mut pairs = own.to_vec();
        if let Some(parameters) = self.encoded("").strip_prefix('?') {
            pairs.push((FROM, parameters.to_owned()));
        }
        address(path, &pairs)
    }

    /// Returns the address of the page of the list.
    pub fn list(&self) -> String {
        self.encoded("/customers")
    }

    fn encoded(&self, path: &str) -> String {
        let pairs: Vec<(&str, String)> = self.0.0.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        address(path, &pairs)
    }

    /// Returns whether looking at the list may cost the database much.
    pub fn is_costly(&self) -> bool {
        is_costly(&self.0)
    }

    /// Returns the list as `who` sees it. One that is not understood, or not there any more, is that of all customers:
    /// the way back is only a convenience, and its page is there without it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open(&self, conn: &mut PgConnection, who: &SignedIn) -> Result<Listing> {
        match self.understood(conn, who) {
            Err(Error::BadRequest(_) | Error::NotFound | Error::InOtherAccount(_)) => {
                Self::default().understood(conn, who)
            }
            listing => listing,
        }
    }

    fn understood(&self, conn: &mut PgConnection, who: &SignedIn) -> Result<Listing> {
        let view =
            view_asked(&self.0)?.map(|id| views::find(conn, who.account, who.staff, id, &who.home())).transpose()?;
        let home = who.home();
        let state = State::read(&self.0, view, home.clone())?;
        let query = LANGUAGE.parse(&state.q, home).map_err(|problem| Error::BadRequest(problem.into()))?;
        Ok(Listing { origin: Self::of(&state), state, query })
    }
}

/// Reads it from the address of the page. What cannot be read is none.
impl FromRequest for Origin {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let asked = FormFields::parse(req.query_string().as_bytes()).unwrap_or_default();
        let parameters = asked.first(FROM).and_then(|from| FormFields::parse(from.as_bytes()).ok());
        ready(Ok(Self(parameters.unwrap_or_default())))
    }
}
