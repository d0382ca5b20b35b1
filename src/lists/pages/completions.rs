//! What can complete the word that somebody types into the box over a list.

use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use diesel::PgConnection;

use super::{Lists, scope};
use crate::{
    db::Db,
    error::Result,
    html::see_other,
    input::Parameters,
    lists::{Scope, Table, count_up_to, currencies},
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

/// The values among an account's rows.
pub(super) struct Occurs<'c> {
    conn: &'c mut PgConnection,
    table: &'static Table,
    scope: Scope,
    /// The time at which counting ends, once it has begun.
    until: Option<Instant>,
}

impl<'c> Occurs<'c> {
    /// Makes them for a person's account.
    pub fn of(conn: &'c mut PgConnection, table: &'static Table, who: &SignedIn) -> Self {
        Self { conn, table, scope: scope(who), until: None }
    }

    fn currencies(&mut self) -> Result<Vec<String>> {
        let currencies = currencies(self.conn, self.table, self.scope.account)?;
        Ok(currencies.into_iter().map(|currency| currency.to_string()).collect())
    }
}

impl Occurring for Occurs<'_> {
    fn known(&mut self) -> Result<Vec<(&'static Keyword, Known)>> {
        let words = self.table.language.vocabulary();
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
        let counted = count_up_to(self.conn, self.table, &self.scope, &query, MOST_COUNTED + 1, patience)?;
        Ok(counted.known().map(|rows| match rows {
            more if more > MOST_COUNTED => Number::AtLeast(MOST_COUNTED),
            number => Number::Exactly(number),
        }))
    }
}

/// Answers with what completes what is typed.
///
/// # Errors
/// When a template fails.
pub async fn show<L: Lists>(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let table = L::table();
    if !visit.hx.wants_fragment {
        return Ok(see_other(table.words.path));
    }
    let typed = Typed::read(&asked.0);
    let who = visit.who;
    Completions::answer(db.read(move |conn| list(conn, table, &who, &typed)).await)
}

fn list(conn: &mut PgConnection, table: &'static Table, who: &SignedIn, typed: &Typed) -> Result<Completions> {
    let words = table.language.vocabulary();
    let mut list = Completions::new(typed, &words, &mut Occurs::of(conn, table, who))?;
    let query = table.language.parse(typed.text.trim(), who.home()).unwrap_or_default();
    // A row's own is in the list.
    if query.ids().any(|id| id.prefix() != table.words.prefix) {
        list.add_opening(Opening::find(conn, (who.account, who.staff), table.words.opens, &query)?);
    }
    Ok(list)
}
