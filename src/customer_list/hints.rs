//! What helps along with a search: what can be typed, what was not understood, and what to try when nobody is found.

use super::{filter_form::list_asked, state::State};
use crate::{
    db::Db,
    error::{Error, Result},
    html::{Hx, html},
    input::Asked,
    query::{Period, Problem},
    search::{
        self, KEYS, Query, Status, Term, Test,
        listing::{self, Count},
        scope::Scope,
        suggest,
    },
    shell::{Place, Shell},
    values::CountryCode,
    who::SignedIn,
};
use std::time::Duration;

use actix_session::Session;
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

/// How long each look for a way on may take.
const PATIENCE: Duration = Duration::from_millis(300);

/// What can be typed.
pub struct Help {
    /// What stands before the colon, or another sign.
    pub sign: String,
    /// What it does.
    pub explanation: &'static str,
    /// A use of it.
    pub example: &'static str,
    /// The list with that use added.
    pub href: String,
}

/// Signs that are no keys.
const SIGNS: [(&str, &str, &str); 4] = [
    ("-", "Not: leaves out who it stands before", "-has:email"),
    (",", "Any of several values, without spaces", "country:KE,UG"),
    ("\" \"", "Words in this order; also text that looks like a key", "\"jane doe\""),
    ("OR", "Either search; it separates everything on its two sides", "jane OR john"),
];

#[derive(Template)]
#[template(path = "customer_list/help.html", blocks = ["part"])]
struct HelpPage {
    shell: Shell,
    state: State,
    help: Vec<Help>,
}

/// GET /customers/help: what can be typed to search a list.
pub async fn show(who: SignedIn, hx: Hx, asked: Asked, session: Session, db: web::Data<Db>) -> Result<HttpResponse> {
    let (state, query) = list_asked(&who, &asked.0, &db).await?;
    // To what is not understood nothing can be added.
    let help = help(&state, &query.unwrap_or_default(), who.settings.default_country);
    let page = HelpPage { shell: Shell::new(who, hx, &session, Place::Customers), state, help };
    if hx.wants_fragment { html(page.as_part()) } else { html(page) }
}

/// All that can be typed, each with a link that adds it to the search.
fn help(state: &State, query: &Query, country: CountryCode) -> Vec<Help> {
    let signs = SIGNS.iter().map(|(sign, explanation, example)| ((*sign).to_owned(), *explanation, *example));
    let keys = KEYS.iter().map(|key| {
        let sign = if key.name == "metadata" { "metadata.KEY:".to_owned() } else { format!("{}:", key.name) };
        (sign, key.explanation, key.example)
    });
    let with = |example: &str| match search::parse(example, country) {
        Ok(mut read) if read.branches.len() == 1 => {
            read.branches.swap_remove(0).terms.into_iter().fold(query.clone(), |query, term| query.adding(term))
        }
        Ok(read) => read,
        Err(_) => query.clone(),
    };
    // Most pages have no search that an example is to be added to.
    let is_blank = *query == Query::default();
    let href = |example: &str| if is_blank { state.searching(example) } else { state.searching(with(example)) };
    let help = |(sign, explanation, example)| Help { sign, explanation, example, href: href(example) };
    keys.chain(signs).map(help).collect()
}

/// What was not understood.
pub struct Trouble {
    /// What is wrong, in a sentence.
    pub message: String,
    /// The search around the part that is wrong, if there is anything.
    pub excerpt: Option<Excerpt>,
    /// What was probably meant: the text, and the list with it.
    pub instead: Option<(String, String)>,
}

/// A part of a search with what stands around it.
pub struct Excerpt {
    /// The end of what stands before.
    pub before: String,
    /// The part.
    pub part: String,
    /// The beginning of what stands behind.
    pub behind: String,
}

/// Characters shown on each side.
const AROUND: usize = 30;

impl Trouble {
    /// The problem with the search of a list.
    pub fn new(state: &State, problem: Problem) -> Self {
        let (before, rest) = state.q.split_at_checked(problem.span.start).unwrap_or((&state.q, ""));
        let (part, behind) = rest.split_at_checked(problem.span.len()).unwrap_or((rest, ""));
        let is_whole = before.trim().is_empty() && behind.trim().is_empty();
        let excerpt = || Excerpt { before: end(before), part: start(part, 2 * AROUND), behind: start(behind, AROUND) };
        let searching = |text: String| {
            let href = state.searching(format!("{before}{text}{behind}"));
            (text, href)
        };
        Self {
            message: problem.message,
            excerpt: (!is_whole && !part.is_empty()).then(excerpt),
            instead: problem.instead.map(searching),
        }
    }
}

fn start(text: &str, most: usize) -> String {
    let start: String = text.chars().take(most).collect();
    if start.len() < text.len() { start + "…" } else { start }
}

fn end(text: &str) -> String {
    let skipped = text.chars().count().saturating_sub(AROUND);
    let end: String = text.chars().skip(skipped).collect();
    if skipped > 0 { format!("…{end}") } else { end }
}

/// What to try when nobody is found.
#[derive(Default)]
pub struct Ways {
    /// What may have been meant, and the search for it.
    pub meant: Vec<suggest::Suggestion>,
    /// How many deleted customers match, and the search for them.
    pub deleted: Option<(Count, Query)>,
}

impl Ways {
    /// The ways on from a search that found nobody, as far as they are found in little time: the search itself has been
    /// answered.
    ///
    /// # Errors
    /// When the connection is lost.
    pub fn find(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Self> {
        let scope = Scope { patience: PATIENCE, ..scope.clone() };
        let ways = suggest::suggest(conn, &scope, query)
            .and_then(|meant| Ok(Self { meant, deleted: deleted(conn, &scope, query)? }));
        match ways {
            Err(Error::Unavailable(_)) => Ok(Self::default()),
            ways => ways,
        }
    }
}

fn deleted(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Option<(Count, Query)>> {
    if query.branches.iter().any(|branch| branch.allows(Status::Deleted)) {
        return Ok(None);
    }
    let query = query.with(Term::of(Test::Status(vec![Status::Deleted])));
    let count = listing::count(conn, scope, &query)?;
    Ok((count.customers > 0).then_some((count, query)))
}

/// A search that ran out of time.
pub struct Stopped {
    /// Whether it found nobody so far.
    pub is_nobody: bool,
    /// The search with less to look at: how that reads, and the list.
    pub narrower: Vec<(&'static str, String)>,
}

impl Stopped {
    /// The ways on from a stopped search.
    pub fn new(state: &State, query: &Query, is_nobody: bool) -> Self {
        Self { is_nobody, narrower: narrower(state, query) }
    }
}

fn narrower(state: &State, query: &Query) -> Vec<(&'static str, String)> {
    let periods = [("the last 30 days", "last-30d"), ("the last 90 days", "last-90d"), ("the last year", "last-1y")];
    let is_by_time = query.terms_of("created").next().is_some();
    let periods = periods.into_iter().filter(|_| !is_by_time);
    periods
        .filter_map(|(label, typed)| {
            let period = Period::parse(typed).ok()?;
            Some((label, state.searching(query.with(Term::of(Test::Created(vec![period]))))))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Pairs;

    #[derive(askama::Template)]
    #[template(path = "customer_list/_stopped.html")]
    struct StoppedNote {
        stopped: Stopped,
    }

    fn read(q: &str) -> (State, std::result::Result<Query, Problem>) {
        let asked = Pairs(vec![("q".to_owned(), q.to_owned())]);
        let state = State::read(&asked, None).unwrap();
        let query = search::parse(&state.q, CountryCode::parse("KE").unwrap());
        (state, query)
    }

    fn trouble(q: &str) -> Trouble {
        let (state, query) = read(q);
        Trouble::new(&state, query.unwrap_err())
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
