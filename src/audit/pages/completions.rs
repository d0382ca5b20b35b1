//! What can complete the word that somebody types into the box over the log.

use actix_web::{HttpResponse, web};
use diesel::PgConnection;

use crate::{
    audit::{
        search::{LANGUAGE, Scope},
        state::PATH,
    },
    db::Db,
    error::Result,
    html::see_other,
    input::Parameters,
    query::{Keyword, Number, Own, Term},
    search_box::completions::{Completions, Known, Occurring, Typed},
    staff::guard::Admin,
};

/// The people and keys that a search may name.
pub(super) struct Named {
    pub scope: Scope,
}

impl Named {
    fn people(&self) -> Vec<String> {
        self.scope.people.iter().map(|(_, name, _)| name.clone()).collect()
    }

    fn keys(&self) -> Vec<String> {
        self.scope.keys.iter().map(|(_, name)| name.clone()).collect()
    }
}

impl Occurring for Named {
    fn known(&mut self) -> Result<Vec<(&'static Keyword, Known)>> {
        let words = LANGUAGE.vocabulary();
        let of = |name: &str, values: Vec<String>| Some((words.find(name)?, Known::Values(values)));
        Ok([of("person", self.people()), of("key", self.keys())].into_iter().flatten().collect())
    }

    fn values(&mut self, key: &'static Keyword, _: Option<&Own>) -> Result<Vec<String>> {
        Ok(match key.name {
            "person" => self.people(),
            "key" => self.keys(),
            _ => Vec::new(),
        })
    }

    /// Counts nothing: how many events there are says nothing to anybody.
    fn number(&mut self, _: &Term) -> Result<Option<Number>> {
        Ok(None)
    }
}

/// Answers `GET /settings/audit/completions`: the list for what is typed.
pub async fn show(Admin(visit): Admin, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return Ok(see_other(PATH));
    }
    let (typed, who) = (Typed::read(&asked.0), visit.who);
    let read = move |conn: &mut PgConnection| {
        let scope = Scope::read(conn, &who)?;
        Completions::new(&typed, &LANGUAGE.vocabulary(), &mut Named { scope })
    };
    Completions::answer(db.read(read).await)
}
