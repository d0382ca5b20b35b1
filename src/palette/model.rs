//! What a few words lead to.

use diesel::PgConnection;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{
    customer_parts::LANGUAGE,
    customers::model::title,
    error::Result,
    paging::{Direction, Limit},
    search::{
        listing::{self, Row, Sort},
        scope::Scope,
    },
    values::phone,
    views::model::{self as views, View},
    who::SignedIn,
};

/// So many views at most, as there are customers.
const MOST_VIEWS: usize = Limit::PALETTE.rows();

/// What was found, in groups, none of them empty.
pub struct Found {
    /// Customers, views, pages.
    pub groups: Vec<Group>,
    /// Why no customer could be looked for, as a sentence.
    pub problem: Option<String>,
}

/// Entries of one kind.
pub struct Group {
    /// For its elements' ids.
    pub id: &'static str,
    /// What they are.
    pub title: &'static str,
    /// The best first.
    pub entries: Vec<Entry>,
}

/// One thing to open.
pub struct Entry {
    /// For its elements' ids: the same thing has the same one in every answer.
    pub id: String,
    /// Of the sprite.
    pub icon: &'static str,
    /// What it is called.
    pub name: String,
    /// What else tells it from others.
    pub detail: Option<String>,
    /// What opening it does.
    pub target: Target,
}

/// What opening an entry does.
pub enum Target {
    /// It is a page.
    Link(String),
    /// It is a POST to that action, of one field at most.
    Form(&'static str, Option<(&'static str, &'static str)>),
}

impl Found {
    /// How many entries there are.
    pub fn count(&self) -> usize {
        self.groups.iter().map(|group| group.entries.len()).sum()
    }

    /// What is announced.
    pub fn status(&self) -> String {
        match (&self.problem, self.count()) {
            (Some(problem), _) => problem.clone(),
            (None, 0) => "Nothing found".to_owned(),
            (None, 1) => "1 result".to_owned(),
            (None, count) => format!("{count} results"),
        }
    }
}

/// Looks for what somebody may open. Without words: the newest customers, their views, and every page.
pub fn find(conn: &mut PgConnection, who: &SignedIn, q: &str) -> Result<Found> {
    let (customers, problem) = match LANGUAGE.parse(q, who.settings.default_country) {
        Ok(query) => {
            let scope =
                Scope::now(&LANGUAGE, who.account, who.settings.time_zone.clone(), who.settings.default_currency);
            let listed = listing::page(conn, &scope, &query, Sort::NEWEST, &Direction::First, Limit::PALETTE, &[])?;
            let mut entries: Vec<Entry> = listed.page.items.iter().map(customer).collect();
            if !q.is_empty() && listed.page.has_next {
                entries.push(all_that_match(q));
            }
            (entries, None)
        }
        Err(problem) => (Vec::new(), Some(problem.message)),
    };
    let seen = views::visible(conn, who.account, who.staff)?;
    let views = seen.iter().filter(|view| matches(q, &view.content.name)).take(MOST_VIEWS).map(view).collect();
    let pages = places(who).into_iter().filter(|place| matches(q, place.words)).map(Place::entry).collect();
    let newest = if q.is_empty() { "Newest customers" } else { "Customers" };
    let groups = [("customers", newest, customers), ("views", "Views", views), ("pages", "Pages", pages)];
    let groups = groups.map(|(id, title, entries)| Group { id, title, entries });
    Ok(Found { groups: groups.into_iter().filter(|group| !group.entries.is_empty()).collect(), problem })
}

fn customer(row: &Row) -> Entry {
    let name = title(row.id, row.name.as_deref(), row.email.as_deref(), row.phone.as_deref());
    let known = row.email.clone().filter(|email| *email != name).or_else(|| row.phone.as_deref().map(phone::pretty));
    let deleted = row.deleted_at.map(|_| "deleted".to_owned());
    let details: Vec<String> = [known.filter(|known| *known != name), deleted].into_iter().flatten().collect();
    Entry {
        id: row.id.to_string(),
        icon: if row.kind == "organization" { "users" } else { "user" },
        name,
        detail: (!details.is_empty()).then(|| details.join(" · ")),
        target: Target::Link(format!("/customers/{}", row.id)),
    }
}

fn all_that_match(q: &str) -> Entry {
    let encoded = percent_encoding::utf8_percent_encode(q, percent_encoding::NON_ALPHANUMERIC);
    Entry {
        id: "all".to_owned(),
        icon: "search",
        name: "All customers that match".to_owned(),
        detail: None,
        target: Target::Link(format!("/customers?q={encoded}")),
    }
}

fn view(view: &View) -> Entry {
    Entry {
        id: view.id.to_string(),
        icon: "columns",
        name: view.content.name.clone(),
        detail: (!view.content.query.is_empty()).then(|| view.content.query.clone()),
        target: Target::Link(view.href()),
    }
}

/// A page, or a deed that every page offers.
struct Place {
    id: &'static str,
    icon: &'static str,
    name: &'static str,
    /// What it is found by: its name, and what else people call it.
    words: &'static str,
    target: Target,
}

impl Place {
    fn link(id: &'static str, icon: &'static str, name: &'static str, words: &'static str, href: &str) -> Self {
        Self { id, icon, name, words, target: Target::Link(href.to_owned()) }
    }

    fn entry(self) -> Entry {
        Entry { id: self.id.to_owned(), icon: self.icon, name: self.name.to_owned(), detail: None, target: self.target }
    }
}

/// Every place that this person may go to.
fn places(who: &SignedIn) -> Vec<Place> {
    let link = Place::link;
    let mut places = vec![link("list", "users", "Customers", "Customers all list home", "/customers")];
    if who.may_edit() {
        places.push(link("new", "plus", "Create customer", "Create customer new add", "/customers/new"));
    }
    places.push(link("payments", "payments", "Payments", "Payments charges refunds list", "/payments"));
    if who.may_edit() {
        places.push(link("record", "plus", "Record payment", "Record payment new add", "/payments/new"));
    }
    places.extend([
        link(
            "deleted",
            "trash",
            "Deleted customers",
            "Deleted customers restore trash",
            "/customers?q=status%3Adeleted",
        ),
        link("views", "settings", "Manage views", "Manage views tabs", "/views"),
        link("profile", "user", "Your profile", "Your profile password keyboard keys sessions settings", "/profile"),
    ]);
    let (name, words, mode) = if who.is_testing() {
        ("Switch to live", "Switch to live account mode", "live")
    } else {
        ("Switch to test", "Switch to test account mode", "test")
    };
    let target = Target::Form("/mode", Some(("mode", mode)));
    places.push(Place { id: "mode", icon: "refresh", name, words, target });
    let target = Target::Form("/logout", None);
    places.push(Place { id: "logout", icon: "logout", name: "Sign out", words: "Sign out log out logout", target });
    places
}

/// Whether every word of `q` begins a word of `text`, whatever its case and accents.
fn matches(q: &str, text: &str) -> bool {
    let text = plain(text);
    let begins = |word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|other| other.starts_with(word));
    // A name may begin with what is no letter, or hold it.
    plain(q).split_whitespace().all(|word| begins(word) || text.split_whitespace().any(|other| other.starts_with(word)))
}

fn plain(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_begins_a_word() {
        for q in ["", "  ", "prof", "YOUR pro", "pro you", "passw"] {
            assert!(matches(q, "Your profile password"), "{q}");
        }
        for q in ["rofile", "profile x", "your-profile", "-"] {
            assert!(!matches(q, "Your profile password"), "{q}");
        }
        for (q, name) in
            [("jose", "José’s own"), ("JOSÉ", "Jose"), ("own", "José’s-own"), ("#vip", "#VIP 2026"), ("李", "李明")]
        {
            assert!(matches(q, name), "{q} {name}");
        }
    }
}
