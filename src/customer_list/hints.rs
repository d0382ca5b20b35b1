//! The hints beside a search: what can be typed, what was not understood, and what to try when nobody is found.

use super::{filters::list_asked, state::State};
use crate::{
    customer_parts::LANGUAGE,
    db::Db,
    error::{Error, Result},
    ids::StaffId,
    input::Parameters,
    palette::ID_PAGES,
    query::{Branch, Query, Shape, Term},
    search::{
        self, Status,
        listing::{self, Count},
        scope::Scope,
        suggest,
    },
    search_box::{Help, List, Opening, SIGNS, narrower},
    shell::{Place, Shell, Visit},
};
use std::time::Duration;

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

/// The longest time for each look for alternatives.
const PATIENCE: Duration = Duration::from_millis(300);
/// The most emails, phones and IDs that are looked for alone.
const MOST_ALONE: usize = 3;
/// The fewest digits that tell one customer from the others.
const FEWEST_OF_PHONE: usize = 7;

#[derive(Template)]
#[template(path = "customer_list/help.html", blocks = ["part"])]
struct HelpPage {
    shell: Shell,
    state: State,
    help: Vec<Help>,
}

/// Answers `GET /customers/help`: what can be typed to search a list.
pub async fn show(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let (state, query) = list_asked(&visit.who, &asked.0, &db).await?;
    // To what is not understood nothing can be added.
    let home = visit.who.home();
    let help = Help::all(&state, &query.unwrap_or_default(), &home, &LANGUAGE.vocabulary_of(&home.fields), &SIGNS);
    let page = HelpPage { shell: visit.shell(Place::Customers), state, help };
    visit.answer(&page, page.as_part())
}

/// The alternatives when nobody is found.
#[derive(Default)]
pub struct Alternatives {
    /// The searches that may have been meant.
    pub meant: Vec<suggest::Suggestion>,
    /// The number of deleted customers that match, and the search for them.
    pub deleted: Option<(Count, Query)>,
    /// What an ID in the search names.
    pub opening: Option<Opening>,
    /// The emails, phones and IDs that find somebody without the other words, each with its search.
    pub alone: Vec<(String, Query)>,
}

impl Alternatives {
    /// Finds alternatives for a search that found nobody, as far as little time allows: the search itself has been
    /// answered.
    ///
    /// # Errors
    /// When the connection is lost.
    pub fn find(conn: &mut PgConnection, scope: &Scope, staff: StaffId, query: &Query) -> Result<Self> {
        let scope = Scope { patience: PATIENCE, ..scope.clone() };
        let ways = Self::look(conn, &scope, staff, query);
        match ways {
            Err(Error::Unavailable(_) | Error::TookTooLong) => Ok(Self::default()),
            ways => ways,
        }
    }

    fn look(conn: &mut PgConnection, scope: &Scope, staff: StaffId, query: &Query) -> Result<Self> {
        let meant = suggest::suggest(conn, scope, query)?;
        let deleted = deleted(conn, scope, query)?;
        // Of a deleted customer is spoken already.
        let opening = match deleted {
            None => Opening::find(conn, (scope.account, staff), ID_PAGES, query)?,
            Some(_) => None,
        };
        Ok(Self { meant, deleted, opening, alone: alone(conn, scope, query)? })
    }
}

/// Returns the emails, phones and IDs of a search that find somebody without its other words, each with its search. A
/// signature has words that nobody is stored with.
fn alone(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Vec<(String, Query)>> {
    let [branch] = &query.branches[..] else { return Ok(Vec::new()) };
    let is_word = |term: &Term| !term.negated && term.text().is_some();
    if branch.terms.iter().filter(|term| is_word(term)).count() < 2 {
        return Ok(Vec::new());
    }
    let mut alone = Vec::new();
    for contact in branch.terms.iter().filter(|term| is_contact(term)).take(MOST_ALONE) {
        let kept = branch.terms.iter().filter(|term| *term == contact || !is_word(term));
        let query = Query { branches: vec![Branch { terms: kept.cloned().collect() }] };
        if listing::count(conn, scope, &query)?.customers > 0 {
            alone.push((contact.to_string(), query));
        }
    }
    Ok(alone)
}

/// Returns whether a term is an email, a phone or an ID, of which few customers have the same.
fn is_contact(term: &Term) -> bool {
    let shape = term.text().filter(|_| !term.negated).map(|text| &text.shape);
    match shape {
        Some(Shape::Email(_) | Shape::Customer(_)) => true,
        Some(Shape::Digits(digits)) => digits.len() >= FEWEST_OF_PHONE,
        _ => false,
    }
}

fn deleted(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Option<(Count, Query)>> {
    if query.branches.iter().any(|branch| search::allows(branch, Status::Deleted)) {
        return Ok(None);
    }
    let Some(term) = Status::Deleted.term() else { return Ok(None) };
    let query = query.with(term);
    let count = listing::count(conn, scope, &query)?;
    Ok((count.customers > 0).then_some((count, query)))
}

/// A search that ran out of time.
pub struct Stopped {
    /// True when it found nobody so far.
    pub is_nobody: bool,
    /// Narrower searches: the label and the list of each.
    pub narrower: Vec<(&'static str, String)>,
}

impl Stopped {
    /// Makes the alternatives for a stopped search.
    pub fn new(state: &State, query: &Query, is_nobody: bool) -> Self {
        Self { is_nobody, narrower: narrower(state, query, &LANGUAGE.vocabulary()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        input::FormFields,
        query::{Home, Problem},
        search_box::ProblemNotice,
    };

    #[derive(askama::Template)]
    #[template(path = "customer_list/_stopped.html")]
    struct StoppedNote {
        stopped: Stopped,
    }

    fn read(q: &str) -> (State, std::result::Result<Query, Problem>) {
        let asked = FormFields(vec![("q".to_owned(), q.to_owned())]);
        let home = Home {
            country: "KE".parse().unwrap(),
            currency: "KES".parse().unwrap(),
            fields: Default::default(),
            curtain: Default::default(),
        };
        let state = State::read(&asked, None, home.clone()).unwrap();
        let query = LANGUAGE.parse(&state.q, home);
        (state, query)
    }

    fn trouble(q: &str) -> ProblemNotice {
        let (state, query) = read(q);
        ProblemNotice::new(&state, query.unwrap_err())
    }

    #[test]
    fn a_stopped_search_says_so_and_how_to_narrow_it() {
        let note = |q: &str, is_nobody| {
            let (state, query) = read(q);
            let stopped = Stopped::new(&state, &query.unwrap(), is_nobody);
            let links: Vec<String> = stopped.narrower.iter().map(|(_, href)| href.clone()).collect();
            (askama::Template::render(&StoppedNote { stopped }).unwrap(), links)
        };
        let (some, links) = note("jane", false);
        assert!(some.contains("stopped after 2 seconds") && some.contains("There may be more than these."));
        assert_eq!(links[0], "/customers?q=jane%20created%3Alast%2D30d");
        assert!(links.iter().all(|href| some.contains(&format!("href=\"{href}\""))));
        let (nobody, links) = note("jane created:>=2020", true);
        assert!(nobody.contains("None of those looked at match.") && links.is_empty(), "it is narrowed already");
    }

    #[test]
    fn the_part_that_is_wrong_is_shown_where_it_stands() {
        let excerpt = trouble("jane emial:acme doe").excerpt.unwrap();
        assert_eq!([excerpt.before, excerpt.part, excerpt.behind], ["jane ", "emial:acme", " doe"]);
        assert!(trouble("emial:acme").excerpt.is_none(), "the message says it all");
        let excerpt = trouble(&format!("{}foo:{} z", "x ".repeat(20), "y".repeat(99))).excerpt.unwrap();
        assert_eq!(excerpt.before, format!("…{}", "x ".repeat(15)));
        assert!(excerpt.part.ends_with("y…"));
    }

    #[test]
    fn what_was_meant_is_put_in_its_place() {
        for (q, instead, list) in [
            ("jane emial:acme doe", "email:acme", "/customers?q=jane%20email%3Aacme%20doe"),
            ("-contry:KE,UG", "-country:KE,UG", "/customers?q=%2Dcountry%3AKE%2CUG"),
            ("country:Kenia", "country:KE", "/customers?q=country%3AKE"),
            ("statsu:deleted", "status:deleted", "/customers?q=status%3Adeleted"),
            ("status:delted", "status:deleted", "/customers?q=status%3Adeleted"),
            ("compny:\"a b\",c", "company:\"a b\",c", "/customers?q=company%3A%22a%20b%22%2Cc"),
        ] {
            assert_eq!(trouble(q).instead, Some((instead.to_owned(), list.to_owned())), "{q}");
        }
        for q in ["foo:bar", "country:KE,Ugandaa", "email:", "jane OR", "created:soon"] {
            assert_eq!(trouble(q).instead, None, "{q}");
        }
    }
}
