//! What can complete the word that somebody types into the box over the list of customers.

use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use diesel::PgConnection;

use crate::{
    customer_parts::LANGUAGE,
    db::Db,
    error::Result,
    html::see_other,
    ids::CustomerId,
    input::Parameters,
    palette::ID_PAGES,
    query::{Keyword, Number, Own, Term},
    search::{occurring, scope::Scope},
    search_box::{
        Opening,
        completions::{Completions, Does, Entry, Known, Occurring, Typed},
    },
    shell::Visit,
    values::text::begin_words,
    views::model as views,
    who::SignedIn,
};

/// The longest time for counting; what is not counted then has no number.
const PATIENCE: Duration = Duration::from_millis(25);
/// The most views that are offered.
const MOST_VIEWS: usize = 3;

/// The values among an account's customers.
pub(super) struct Customers<'c> {
    conn: &'c mut PgConnection,
    scope: Scope,
    /// The values that were read last, and the key that they are behind.
    seen: occurring::Occurring,
    key: Option<&'static Keyword>,
    /// The time at which counting ends, once it has begun.
    until: Option<Instant>,
}

impl<'c> Customers<'c> {
    /// Makes them for a person's account.
    pub fn of(conn: &'c mut PgConnection, who: &SignedIn) -> Self {
        let scope = Scope::of(&LANGUAGE, who);
        Self { conn, scope, seen: occurring::Occurring::default(), key: None, until: None }
    }
}

impl Occurring for Customers<'_> {
    fn known(&mut self) -> Result<Vec<(&'static Keyword, Known)>> {
        let known = occurring::known(self.conn, self.scope.account)?;
        let words = LANGUAGE.vocabulary();
        let of = |(name, values): (String, Vec<String>)| {
            let key = words.find(&name)?;
            Some((key, if key.is_own() { Known::OwnKeys(values) } else { Known::Values(values) }))
        };
        Ok(known.into_iter().filter_map(of).collect())
    }

    fn values(&mut self, key: &'static Keyword, own: Option<&Own>) -> Result<Vec<String>> {
        self.seen = occurring::Occurring::of(self.conn, self.scope.account, key, own)?;
        self.seen.values.retain(|value| !self.scope.curtain.hides(value));
        self.key = Some(key);
        Ok(self.seen.values.clone())
    }

    fn number(&mut self, term: &Term) -> Result<Option<Number>> {
        // Found by its name alone, a value has the number that it has behind its key.
        if let Some(key) = term.keyed().map(|keyed| keyed.key).filter(|key| self.key != Some(key) && !key.is_own()) {
            self.values(key, None)?;
        }
        let until = *self.until.get_or_insert_with(|| Instant::now() + PATIENCE);
        self.seen.number(self.conn, &self.scope, term, until)
    }
}

/// Answers `GET /customers/completions`: the list for what is typed.
pub async fn show(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return Ok(see_other("/customers"));
    }
    let typed = Typed::read(&asked.0);
    let who = visit.who;
    Completions::answer(db.read(move |conn| list(conn, &who, &typed)).await)
}

fn list(conn: &mut PgConnection, who: &SignedIn, typed: &Typed) -> Result<Completions> {
    let words = LANGUAGE.vocabulary_of(&who.settings.fields);
    let mut list = Completions::new(typed, &words, &mut Customers::of(conn, who))?;
    let whole = typed.text.trim();
    if whole.is_empty() {
        return Ok(list);
    }
    list.add("views", "Views", views_of(conn, who, whole)?);
    let query = LANGUAGE.parse(whole, who.home()).unwrap_or_default();
    // A customer's own is a row.
    if query.ids().any(|id| id.prefix() != CustomerId::PREFIX) {
        list.add_opening(Opening::find(conn, (who.account, who.staff), ID_PAGES, &query)?);
    }
    Ok(list)
}

fn views_of(conn: &mut PgConnection, who: &SignedIn, typed: &str) -> Result<Vec<Entry>> {
    let views = views::visible(conn, who.account, who.staff, &who.home())?.into_iter();
    let fitting = views.filter(|view| begin_words(typed, &view.content.name)).take(MOST_VIEWS);
    let entry = |view: views::View| Entry {
        says: view.content.query.clone(),
        shown: view.content.name.clone(),
        count: None,
        does: Does::Open(view.href()),
    };
    Ok(fitting.map(entry).collect())
}
