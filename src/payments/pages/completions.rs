//! What can complete the word that somebody types into the box over the list of payments.

use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use diesel::PgConnection;

use super::list::ID_PAGES;
use crate::{
    db::Db,
    error::Result,
    html::see_other,
    ids::PaymentId,
    input::Parameters,
    payments::{
        listing,
        search::{LANGUAGE, Scope},
    },
    query::{Branch, Keyword, Number, Own, Query, Term, Values},
    search_box::{
        Opening,
        completions::{Completions, Known, Occurring, Typed},
    },
    shell::Visit,
    who::SignedIn,
};

/// The longest time for counting; what is not counted then has no number.
const PATIENCE: Duration = Duration::from_millis(25);
/// The largest count that is shown.
const MOST_COUNTED: i64 = 100;

/// The values among an account's payments.
pub(super) struct Payments<'c> {
    conn: &'c mut PgConnection,
    scope: Scope,
    /// The time at which counting ends, once it has begun.
    until: Option<Instant>,
}

impl<'c> Payments<'c> {
    /// Makes them for a person's account.
    pub fn of(conn: &'c mut PgConnection, who: &SignedIn) -> Self {
        Self { conn, scope: Scope::of(who.account, who.now(), &who.settings, who.curtain()), until: None }
    }

    fn currencies(&mut self) -> Result<Vec<String>> {
        let currencies = listing::currencies(self.conn, self.scope.account)?;
        Ok(currencies.into_iter().map(|currency| currency.to_string()).collect())
    }
}

impl Occurring for Payments<'_> {
    fn known(&mut self) -> Result<Vec<(&'static Keyword, Known)>> {
        let words = LANGUAGE.vocabulary();
        let Some(key) = words.keywords.into_iter().find(|key| matches!(key.values, Values::Currency)) else {
            return Ok(Vec::new());
        };
        Ok(vec![(key, Known::Values(self.currencies()?))])
    }

    fn values(&mut self, key: &'static Keyword, _: Option<&Own>) -> Result<Vec<String>> {
        if matches!(key.values, Values::Currency) { self.currencies() } else { Ok(Vec::new()) }
    }

    fn number(&mut self, term: &Term) -> Result<Option<Number>> {
        let until = *self.until.get_or_insert_with(|| Instant::now() + PATIENCE);
        let patience = until.saturating_duration_since(Instant::now());
        if patience.is_zero() {
            return Ok(None);
        }
        let query = Query { branches: vec![Branch { terms: vec![term.clone()] }] };
        let counted = listing::count_up_to(self.conn, &self.scope, &query, MOST_COUNTED + 1, patience)?;
        Ok(counted.known().map(|payments| match payments {
            more if more > MOST_COUNTED => Number::AtLeast(MOST_COUNTED),
            number => Number::Exactly(number),
        }))
    }
}

/// GET /payments/completions: the list for what is typed.
pub async fn show(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return Ok(see_other("/payments"));
    }
    let typed = Typed::read(&asked.0);
    let who = visit.who;
    Completions::answer(db.read(move |conn| list(conn, &who, &typed)).await)
}

fn list(conn: &mut PgConnection, who: &SignedIn, typed: &Typed) -> Result<Completions> {
    let mut list = Completions::new(typed, &LANGUAGE.vocabulary(), &mut Payments::of(conn, who))?;
    let query = LANGUAGE.parse(typed.text.trim(), who.home()).unwrap_or_default();
    // A payment's own is a row.
    if query.ids().any(|id| id.prefix() != PaymentId::PREFIX) {
        list.add_opening(Opening::find(conn, (who.account, who.staff), ID_PAGES, &query)?);
    }
    Ok(list)
}
