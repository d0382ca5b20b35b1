//! The keys of the search over the log, and what they find.

use std::{collections::HashMap, fmt};

use diesel::PgConnection;
use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

use super::entry;
use crate::{
    api_keys,
    customer_parts::LANGUAGE as CUSTOMERS,
    error::Result,
    ids::{AnyId, ApiKeyId, CustomerId, EventId, StaffId},
    paging::{Direction, Limit},
    query::{self, Choice, Keyed, Keyword, Problem, Query, Shape, Term, Test, Value, Values},
    reveal,
    search::{
        listing::{self, Sort},
        scope::Scope as CustomersScope,
    },
    second_factor, sign_in_policy, staff,
    values::text::begin_words,
    who::SignedIn,
};

/// The people, keys and customers that a search may name, and the time of it.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Everybody who ever worked for the merchant: id, name, email.
    pub people: Vec<(StaffId, String, String)>,
    /// The account's keys.
    pub keys: Vec<(ApiKeyId, String)>,
    /// The customers that each text of the search finds.
    customers: HashMap<String, Vec<CustomerId>>,
    zone: TimeZone,
    now: Timestamp,
}

/// A property by which an index, or at least the rows themselves, find events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    Event(Uuid),
    Subject(Uuid),
    Customer(Uuid),
    Key(Uuid),
    Staff(Uuid),
    Kind(&'static str),
    /// Clientele itself did it.
    System,
}

/// A condition on an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It has any of these.
    Any(Vec<Mark>),
    /// It happened in any of these times: from one ID on, below another.
    Within(Vec<(EventId, EventId)>),
}

impl Mark {
    /// Returns how few events it probably leaves, the least the fewest; nothing where no index leads to them.
    pub fn rank(&self) -> Option<u8> {
        match self {
            Self::Event(_) | Self::Subject(_) | Self::Customer(_) => Some(0),
            Self::Key(_) => Some(1),
            Self::Staff(_) => Some(2),
            Self::Kind(_) => Some(3),
            Self::System => None,
        }
    }
}

/// Writes the condition in SQL. Ids are hexadecimal digits and kinds words of this program.
impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(id) => write!(f, "id = '{id}'::uuid"),
            Self::Subject(id) => write!(f, "subject_id = '{id}'::uuid"),
            Self::Customer(id) => write!(f, "customer_id = '{id}'::uuid"),
            Self::Key(id) => write!(f, "key_id = '{id}'::uuid"),
            Self::Staff(id) => write!(f, "staff_id = '{id}'::uuid"),
            Self::Kind(kind) => write!(f, "kind = '{kind}'"),
            Self::System => f.write_str("actor_kind = 'system'"),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let any: Vec<String> = match self {
            Self::Any(marks) => marks.iter().map(ToString::to_string).collect(),
            Self::Within(times) => times
                .iter()
                .map(|(from, below)| format!("(id >= '{}'::uuid AND id < '{}'::uuid)", from.uuid(), below.uuid()))
                .collect(),
        };
        if any.is_empty() { f.write_str("false") } else { write!(f, "({})", any.join(" OR ")) }
    }
}

type Key = query::Key<Condition, Scope>;

/// The search language over the log.
pub static LANGUAGE: query::Language<Condition, Scope> = query::Language { keys: &[&KEYS], things: &[] };

/// The groups of kinds. The kinds of most begin with their word.
static GROUPS: [Choice; 19] = [
    Choice::new("customer", "Customers").also(&["customers"]),
    Choice::new("note", "Notes").also(&["notes"]),
    Choice::new("payment", "Payments and refunds").also(&["payments", "refund", "refunds"]),
    Choice::new("payment_method", "Payment methods").saying("payment method").also(&["payment_methods", "wallet"]),
    Choice::new("view", "Views").also(&["views"]),
    Choice::new("custom_field", "Custom fields").saying("custom field").also(&["custom_fields", "field", "fields"]),
    Choice::new("price", "Prices").also(&["prices"]),
    Choice::new("subscription", "Subscriptions").also(&["subscriptions"]),
    Choice::new("schedule", "Payment schedules").saying("payment schedule").also(&["schedules", "instalments"]),
    Choice::new("invoice", "Invoices").also(&["invoices"]),
    Choice::new("test_clock", "Time of the test account").saying("test clock").also(&["clock"]),
    Choice::new("job", "Jobs").also(&["jobs"]),
    Choice::new("api_key", "API keys").saying("API key").also(&["api_keys", "keys"]),
    Choice::new("webhook_endpoint", "Webhooks").saying("webhook").also(&["webhooks"]),
    Choice::new("merchant", "Settings of the business").saying("settings").also(&["settings", "business"]),
    Choice::new("team", "People").saying("people").also(&["people", "staff"]),
    Choice::new("sign_in", "Sign-ins, with those that failed").saying("sign-in").also(&["sign_ins", "login"]),
    Choice::new("refusal", "Refusals").also(&["refusals", "refused"]),
    Choice::new("security", "Security, all of it").also(&["safety"]),
];

/// Returns whether a kind belongs to a group.
fn is_in(kind: &str, group: &str) -> bool {
    match group {
        "schedule" => ["schedule.", "part."].iter().any(|start| kind.starts_with(start)),
        "sign_in" => kind.starts_with("security.sign"),
        "team" => ["staff.", "team."].iter().any(|start| kind.starts_with(start)),
        "refusal" => kind.starts_with("security.") && kind.ends_with("_refused"),
        "security" => {
            let of_sign_in = [second_factor::kinds::ALL, sign_in_policy::kinds::ALL, &[staff::kinds::PASSWORD_RESET]];
            kind.starts_with("security.")
                || reveal::kinds::ALL.contains(&kind)
                || of_sign_in.iter().any(|kinds| kinds.contains(&kind))
        }
        _ => kind.strip_prefix(group).is_some_and(|rest| rest.starts_with('.')),
    }
}

static KEYS: [Key; 5] = [
    Key {
        word: Keyword::new(
            "person",
            "Person",
            "Who did it, or to whom it happened: a name, an email, an ID, or none",
            "person:amina",
            Values::Words,
        )
        .offered(1),
        asks: |term, scope| vec![Condition::Any(term.values.iter().flat_map(|value| scope.person(value)).collect())],
    },
    Key {
        word: Keyword::new("key", "API key", "What a key did: its name or ID", "key:shop", Values::Words).offered(2),
        asks: |term, scope| vec![Condition::Any(term.values.iter().flat_map(|value| scope.key(value)).collect())],
    },
    Key {
        word: Keyword::new("kind", "Kind", "What it was about", "kind:sign_in", Values::Choice(&GROUPS)).offered(3),
        asks: |term, _| {
            let of = |choice: &'static Choice| entry::kinds().filter(|kind| is_in(kind, choice.word)).map(Mark::Kind);
            vec![Condition::Any(term.choices().flat_map(of).collect())]
        },
    },
    Key {
        word: Keyword::new(
            "customer",
            "Customer",
            "About whom: an ID, a name, an email",
            "customer:wanjiru",
            Values::Words,
        )
        .offered(4),
        asks: |term, scope| vec![Condition::Any(term.values.iter().flat_map(|value| scope.customer(value)).collect())],
    },
    Key {
        word: Keyword::new("created", "Day", "When it happened", "created:last-7d", Values::Days)
            .read_as("Happened", query::Says::Plainly)
            .offered(5),
        asks: |term, scope| {
            let within = |value: &Value| {
                let Value::Period(period) = value else { return None };
                let (from, below) = period.range(&scope.zone, scope.now);
                let first = from.map_or(EventId::from_uuid(Uuid::nil()), EventId::first_at);
                Some((first, below.map_or(EventId::from_uuid(Uuid::max()), EventId::first_at)))
            };
            vec![Condition::Within(term.values.iter().filter_map(within).collect())]
        },
    },
];

impl Scope {
    /// Reads what a search may name: the people and keys, and the customers that its texts find.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(conn: &mut PgConnection, who: &SignedIn) -> Result<Self> {
        let now = who.now();
        let keys = api_keys::model::list(conn, who.account, Timestamp::now())?;
        Ok(Self {
            people: staff::names::of(conn, who.merchant_id)?,
            keys: keys.into_iter().map(|key| (key.id, key.name)).collect(),
            customers: HashMap::new(),
            zone: who.settings.time_zone.clone(),
            now,
        })
    }

    /// Looks for the customers that the texts behind `customer:` find. Returns the problem when they are too many.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_customers(
        &mut self,
        conn: &mut PgConnection,
        who: &SignedIn,
        query: &Query,
    ) -> Result<Option<Problem>> {
        let terms = query.branches.iter().flat_map(|branch| &branch.terms).filter(|term| term.is_of("customer"));
        let texts = terms.filter_map(Term::keyed).flat_map(|keyed| &keyed.values).filter_map(Value::as_text);
        for text in texts.filter(|text| AnyId::find(text).is_none()) {
            let mut ids = Vec::new();
            for typed in [text.to_owned(), format!("{text} status:deleted")] {
                let Ok(query) = CUSTOMERS.parse(&typed, who.home()) else { continue };
                let (zone, currency) = (who.settings.time_zone.clone(), who.settings.default_currency);
                let scope = CustomersScope::at(self.now, &CUSTOMERS, who.account, zone, currency).behind(who.curtain());
                let (sort, first) = (Sort::NEWEST, Direction::First);
                let listed = listing::page(conn, &scope, &query, sort, &first, Limit::FEW, &[])?;
                if listed.page.has_next {
                    let message = format!("More than 5 customers match “{text}”. Write more of the name, or an ID.");
                    return Ok(Some(Problem { message, span: 0..0, instead: None }));
                }
                ids.extend(listed.page.items.iter().map(|row| row.id));
            }
            self.customers.insert(text.to_owned(), ids);
        }
        Ok(None)
    }

    /// Returns the conditions of a term.
    pub fn conditions(&self, term: &Term) -> Condition {
        match &term.test {
            Test::Keyed(keyed) => self.keyed(keyed),
            Test::Text(text) => Condition::Any(match text.shape {
                Shape::Customer(id) => of_id(id.into()),
                Shape::Payment(id) => of_id(id.into()),
                Shape::Other(id) => of_id(id),
                _ => self.named(&text.typed),
            }),
        }
    }

    fn keyed(&self, keyed: &Keyed) -> Condition {
        LANGUAGE.ask(keyed, self).pop().unwrap_or(Condition::Any(Vec::new()))
    }

    /// Returns the marks of people and keys of that name.
    fn named(&self, typed: &str) -> Vec<Mark> {
        let value = Value::Text(typed.to_owned());
        [self.person(&value), self.key(&value)].concat()
    }

    fn person(&self, value: &Value) -> Vec<Mark> {
        let text = value.as_text().unwrap_or_default();
        if ["none", "clientele"].iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return vec![Mark::System];
        }
        if let Some(id) = AnyId::find(text) {
            return of_id(id);
        }
        let is_meant = |(_, name, email): &&(StaffId, String, String)| {
            begin_words(text, name) || (!email.is_empty() && email.to_lowercase().starts_with(&text.to_lowercase()))
        };
        self.people.iter().filter(is_meant).flat_map(|(id, ..)| of_id((*id).into())).collect()
    }

    fn key(&self, value: &Value) -> Vec<Mark> {
        let text = value.as_text().unwrap_or_default();
        if let Some(id) = AnyId::find(text) {
            return of_id(id);
        }
        let named = self.keys.iter().filter(|(_, name)| begin_words(text, name));
        named.flat_map(|(id, _)| of_id((*id).into())).collect()
    }

    fn customer(&self, value: &Value) -> Vec<Mark> {
        let text = value.as_text().unwrap_or_default();
        if let Some(id) = AnyId::find(text) {
            return of_id(id);
        }
        let found = self.customers.get(text).cloned().unwrap_or_default();
        found.into_iter().flat_map(|id| of_id(id.into())).collect()
    }
}

/// Returns the marks of what an ID names.
fn of_id(id: AnyId) -> Vec<Mark> {
    let (uuid, subject) = (id.uuid(), Mark::Subject(id.uuid()));
    match id.prefix() {
        EventId::PREFIX => vec![Mark::Event(uuid)],
        StaffId::PREFIX => vec![Mark::Staff(uuid), subject],
        ApiKeyId::PREFIX => vec![Mark::Key(uuid), subject],
        CustomerId::PREFIX => vec![subject, Mark::Customer(uuid)],
        _ => vec![subject],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_in_a_group_and_every_group_has_one() {
        for kind in entry::kinds() {
            assert!(GROUPS.iter().any(|group| is_in(kind, group.word)), "{kind}: add its group");
        }
        for group in &GROUPS {
            assert!(entry::kinds().any(|kind| is_in(kind, group.word)), "{}", group.word);
        }
        assert!(!is_in("payment_method.fed", "payment"));
    }

    #[test]
    fn the_examples_of_the_keys_are_understood() {
        let home = query::Home {
            country: "KE".parse().unwrap(),
            currency: "KES".parse().unwrap(),
            fields: Default::default(),
            curtain: Default::default(),
        };
        for key in LANGUAGE.vocabulary().keywords {
            let query = LANGUAGE.parse(key.example, home.clone()).unwrap();
            assert!(query.branches[0].terms[0].is_of(key.name), "{}", key.name);
        }
    }

    #[test]
    fn what_finds_nothing_is_never_met() {
        assert_eq!(Condition::Any(Vec::new()).to_string(), "false");
        let both = Condition::Any(vec![Mark::System, Mark::Kind("robot.fed")]);
        assert_eq!(both.to_string(), "(actor_kind = 'system' OR kind = 'robot.fed')");
    }
}
