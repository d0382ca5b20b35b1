//! The search of the palette: customers, views and pages for a few words.

use diesel::PgConnection;

use super::ID_PAGES;
use crate::{
    customer_parts::LANGUAGE,
    customers::model::{title, titles},
    error::Result,
    ids::CustomerId,
    paging::{Direction, Limit},
    search::{
        listing::{self, Row, Sort},
        scope::Scope,
    },
    search_box::{Opening, Opens},
    values::{phone, text::begin_words},
    views::model::{self as views, View},
    who::SignedIn,
};

/// The most views, the same as the most customers.
const MOST_VIEWS: usize = Limit::PALETTE.rows();

/// The entries found, in groups, none of them empty.
pub struct Found {
    /// The groups: what an ID names, customers opened last, customers, views, pages.
    pub groups: Vec<Group>,
    /// The reason that customers could not be searched, as a sentence.
    pub problem: Option<String>,
}

/// Entries of one kind.
pub struct Group {
    /// The prefix of its elements' ids.
    pub id: &'static str,
    pub title: &'static str,
    /// The entries, the best first.
    pub entries: Vec<Entry>,
}

/// An entry to open.
pub struct Entry {
    /// The id of its element: the same entry has the same one in every answer.
    pub id: String,
    /// The name of an icon in the sprite.
    pub icon: &'static str,
    /// The name shown.
    pub name: String,
    /// The text that tells it from entries with the same name.
    pub detail: Option<String>,
    /// The action of opening it.
    pub target: Target,
}

/// The action of opening an entry.
pub enum Target {
    /// A link to a page.
    Link(String),
    /// A POST to this action, with one field at most.
    Form(&'static str, Option<(&'static str, &'static str)>),
}

impl Found {
    /// Returns the number of entries.
    pub fn count(&self) -> usize {
        self.groups.iter().map(|group| group.entries.len()).sum()
    }

    /// Returns the text announced to screen readers.
    pub fn status(&self) -> String {
        match (&self.problem, self.count()) {
            (Some(problem), _) => problem.clone(),
            (None, 0) => "Nothing found".to_owned(),
            (None, 1) => "1 result".to_owned(),
            (None, count) => format!("{count} results"),
        }
    }
}

/// Finds what a person may open. Without words: the customers whom they opened last, the newest ones, their views, and
/// every page.
pub fn find(conn: &mut PgConnection, who: &SignedIn, q: &str, recent: &[CustomerId]) -> Result<Found> {
    let recent = if q.is_empty() { opened(conn, who, recent)? } else { Vec::new() };
    let mut opening = None;
    let (customers, problem) = match LANGUAGE.parse(q, who.home()) {
        Ok(query) => {
            let scope = Scope::of(&LANGUAGE, who);
            let listed = listing::page(conn, &scope, &query, Sort::NEWEST, &Direction::First, Limit::PALETTE, &[])?;
            let mut entries: Vec<Entry> = listed.page.items.iter().map(customer).collect();
            if entries.is_empty() {
                opening = Opening::find(conn, (who.account, who.staff), ID_PAGES, &query)?;
            }
            if !q.is_empty() && listed.page.has_next {
                entries.push(all_that_match(q));
            }
            (entries, None)
        }
        Err(problem) => (problem.corrected(q).map(all_that_were_meant).into_iter().collect(), Some(problem.message)),
    };
    let by_id: Vec<Entry> = opening.as_ref().and_then(of_id).into_iter().collect();
    // What is not there, or has no page, is said.
    let problem = problem.or_else(|| opening.filter(|_| by_id.is_empty()).map(|opening| opening.sentence()));
    let seen = views::visible(conn, who.account, who.staff, &who.home())?;
    let views = seen.iter().filter(|view| begin_words(q, &view.content.name)).take(MOST_VIEWS).map(view).collect();
    let pages = places(who).into_iter().filter(|place| begin_words(q, place.words)).map(Place::entry).collect();
    let newest = if q.is_empty() { "Newest customers" } else { "Customers" };
    let groups = [
        ("ids", "By its ID", by_id),
        ("recent", "Opened last", recent),
        ("customers", newest, customers),
        ("views", "Views", views),
        ("pages", "Pages", pages),
    ];
    let groups = groups.map(|(id, title, entries)| Group { id, title, entries });
    Ok(Found { groups: groups.into_iter().filter(|group| !group.entries.is_empty()).collect(), problem })
}

/// Returns the entries of customers of the account, in this order. What is not there any more is left out.
fn opened(conn: &mut PgConnection, who: &SignedIn, ids: &[CustomerId]) -> Result<Vec<Entry>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let titles = titles(conn, who.account, ids, who.curtain())?;
    let entry = |id: &CustomerId| {
        Some(Entry {
            id: format!("again-{id}"),
            icon: "clock",
            name: titles.get(id)?.clone(),
            detail: None,
            target: Target::Link(format!("/customers/{id}")),
        })
    };
    Ok(ids.iter().filter_map(entry).collect())
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

/// Makes the entry of what an ID names. In the other account most pages offer the way there.
fn of_id(opening: &Opening) -> Option<Entry> {
    let (page, path, detail) = match &opening.place {
        Opens::Here(page, path) => (page, path, opening.id.to_string()),
        Opens::Elsewhere(page, mode, path) => (page, path, format!("in your {} account", mode.as_str())),
        Opens::Nowhere(_) | Opens::Without => return None,
    };
    Some(Entry {
        id: opening.id.to_string(),
        icon: "arrow-r",
        name: page.opens.to_owned(),
        detail: Some(detail),
        target: Target::Link(path.clone()),
    })
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

/// Makes the entry of what was probably meant by a search that is not understood.
fn all_that_were_meant(q: String) -> Entry {
    Entry { detail: Some(q.clone()), ..all_that_match(&q) }
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

/// A page, or an action that every page offers.
struct Place {
    id: &'static str,
    icon: &'static str,
    name: &'static str,
    /// The words that find it: its name, and other names for it.
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

/// Returns every place that this person may go to.
fn places(who: &SignedIn) -> Vec<Place> {
    let link = Place::link;
    let mut places = vec![
        link("home", "activity", "Home", "Home front start today", "/"),
        link("list", "users", "Customers", "Customers all list", "/customers"),
    ];
    if who.may_edit() {
        places.push(link("new", "plus", "Create customer", "Create customer new add", "/customers/new"));
    }
    places.push(link("payments", "payments", "Payments", "Payments charges refunds list", "/payments"));
    if who.may_edit() {
        places.push(link("record", "plus", "Record payment", "Record payment new add", "/payments/new"));
    }
    places.push(link("invoices", "invoice", "Invoices", "Invoices bills open overdue unpaid list", "/invoices"));
    let words = "Subscriptions recurring trials past due list";
    places.push(link("subscriptions", "repeat", "Subscriptions", words, "/subscriptions"));
    let words = "Payment schedules instalments planned past due list";
    places.push(link("schedules", "calendar", "Payment schedules", words, "/schedules"));
    let words = "Recurring revenue monthly trials upcoming MRR";
    places.push(link("revenue", "activity", "Recurring revenue", words, "/revenue"));
    places.extend([
        link(
            "deleted",
            "trash",
            "Deleted customers",
            "Deleted customers restore trash",
            "/customers?q=status%3Adeleted",
        ),
        link("quality", "check", "Quality", "Quality doubts mistyped phones emails names countries cards", "/quality"),
        link("views", "settings", "Manage views", "Manage views tabs", "/views"),
    ]);
    if who.may_change_settings() {
        let words = "Business settings merchant name time zone country currency required fields wallet size";
        places.push(link("business", "settings", "Business", words, "/settings"));
        let words = "Invoicing invoices numbers prefix due days tries seller tax settings";
        places.push(link("invoicing", "invoice", "Invoicing", words, "/settings/invoicing"));
    }
    places.push(link("prices", "repeat", "Prices", "Prices plans amounts intervals monthly settings", "/prices"));
    if who.may_edit() {
        places.push(link("price-new", "plus", "Create price", "Create price new add plan", "/prices/new"));
    }
    let words = "Custom fields own columns settings";
    places.push(link("fields", "columns", "Custom fields", words, "/settings/fields"));
    if who.may_define_fields() {
        let words = "Define custom field new add settings";
        places.push(link("field-new", "plus", "Define custom field", words, "/settings/fields/new"));
    }
    if who.may_manage_keys() {
        let words = "API keys secrets developers settings";
        places.push(link("api-keys", "key", "API keys", words, "/settings/api_keys"));
        let words = "Webhooks endpoints events deliveries developers settings";
        places.push(link("webhooks", "webhook", "Webhooks", words, "/settings/webhooks"));
    }
    if who.may_manage_team() {
        places.push(link("team", "users", "Team", "Team people staff roles invite settings", "/settings/team"));
    }
    if who.may_change_settings() {
        let words = "Audit log events history security sign-ins who did what settings";
        places.push(link("audit", "clock", "Audit log", words, "/settings/audit"));
        let words = "Jobs stuck late queue retry failed settings";
        places.push(link("jobs", "refresh", "Jobs", words, "/settings/jobs"));
    }
    if who.may_secure() {
        let words = "Security second factor required sessions settings";
        places.push(link("security", "shield", "Security", words, "/settings/security"));
    }
    if who.is_testing() && who.may_edit() {
        places.push(link(
            "sandbox",
            "card",
            "Make a sandbox token",
            "Make a sandbox token card bank account test gateway",
            "/sandbox/tokens/new",
        ));
        let words = "Time of the test account clock move month renewals";
        places.push(link("test-clock", "clock", "Time of the test account", words, "/test-clock"));
    }
    let words = "Your profile password keyboard keys sessions settings";
    places.push(link("profile", "user", "Your profile", words, "/profile"));
    let words = "Second factor authenticator app passkeys recovery codes two-step profile settings";
    places.push(link("second-factor", "lock", "Second factor", words, "/profile/second_factor"));
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
