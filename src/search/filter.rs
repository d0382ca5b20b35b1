//! From a branch of the tree to SQL: the conditions on one customer.
//!
//! Conditions name the columns of `customers`. A subquery that stands for it must be called so and have those columns.

use diesel::{
    pg::Pg,
    query_builder::AstPass,
    result::QueryResult,
    sql_types::{Array, Jsonb, Text as SqlText, Uuid as SqlUuid},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::{
    Branch, CardState, EmailPattern, Shape, Status, Term, Test, Thing, Word,
    paid::{Candidates, Paid},
    scope::Scope,
};
use crate::{
    gateway,
    ids::{AccountId, CustomerId},
    query::Period,
    values::expiry,
};

/// The conditions of a branch among the customers of one status.
#[derive(Clone, Debug)]
pub struct Filter {
    status: Status,
    conditions: Vec<Condition>,
}

/// What a term asks: any of the checks, or none of them.
#[derive(Clone, Debug)]
struct Condition {
    negated: bool,
    any: Vec<Check>,
}

/// A piece of SQL with the values it binds.
#[derive(Clone, Debug)]
enum Check {
    Words(String),
    Field { column: &'static str, words: String },
    Digits(String),
    EmailStart(Between),
    Email(String),
    EmailLike(String),
    Phone(String),
    Ids(Vec<Uuid>),
    OneOf { column: &'static str, values: Vec<String> },
    Metadata(Value),
    Has(&'static str),
    HasAddress(Uuid),
    Paid(Paid),
    Created { from: Option<Uuid>, below: Option<Uuid> },
}

/// No card expired before there were any.
const FIRST_CARDS: Date = Date::constant(1950, 1, 1);

/// Two ends of a range of texts.
#[derive(Clone, Debug)]
struct Between {
    from: String,
    below: String,
}

impl Filter {
    /// The filter of `branch` among the customers of a scope.
    pub fn new(scope: &Scope, branch: &Branch, status: Status) -> Self {
        let made = |term: &Term| condition(term, scope);
        Self { status, conditions: branch.terms.iter().filter_map(made).collect() }
    }

    /// Everybody of its status.
    pub fn without_conditions(&self) -> Self {
        Self { status: self.status, conditions: Vec::new() }
    }

    /// The status it looks among.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Ids from the first and below the second: the times of creation that it allows, and perhaps others.
    pub fn ids(&self) -> (Option<Uuid>, Option<Uuid>) {
        let mut ids: (Option<Uuid>, Option<Uuid>) = (None, None);
        for condition in self.conditions.iter().filter(|condition| !condition.negated) {
            let ends = |check: &Check| match check {
                Check::Created { from, below } => (*from, *below),
                _ => (None, None),
            };
            let (from, below): (Vec<_>, Vec<_>) = condition.any.iter().map(ends).unzip();
            // Where one of several is open, so are all together.
            let from = from.into_iter().collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().min());
            let below = below.into_iter().collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max());
            ids = (ids.0.max(from), ids.1.into_iter().chain(below).min());
        }
        ids
    }

    /// Of each condition about payments or wallets whose customers an index names: what any of them may meet.
    pub fn candidates(&self, limit: i64) -> impl Iterator<Item = Candidates<'_>> {
        fn named(check: &Check) -> Option<&Paid> {
            if let Check::Paid(paid) = check { paid.has_index().then_some(paid) } else { None }
        }
        let asked = self.conditions.iter().filter(|condition| !condition.negated);
        let any = asked.filter_map(|condition| condition.any.iter().map(named).collect::<Option<Vec<_>>>());
        any.map(move |any| Candidates { any, limit })
    }

    /// Only these customers, of those who meet the conditions.
    pub fn among(&mut self, ids: Vec<Uuid>) {
        self.conditions.push(Condition { negated: false, any: vec![Check::Ids(ids)] });
    }

    /// Whether some rows are left out besides by being deleted or not.
    pub fn is_selective(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// Among whom, led by AND. `fenced` is said so that no index can be chosen for it.
    pub fn push_status(&self, fenced: bool, out: &mut AstPass<'_, '_, Pg>) {
        out.push_sql(match (self.status, fenced) {
            (Status::Active, false) => " AND deleted_at IS NULL",
            (Status::Deleted, false) => " AND deleted_at IS NOT NULL",
            (Status::Active, true) => " AND num_nonnulls(deleted_at) = 0",
            (Status::Deleted, true) => " AND num_nonnulls(deleted_at) = 1",
        });
    }

    /// The conditions, each led by AND.
    pub fn push_conditions<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if !self.is_common() {
            out.unsafe_to_cache_prepared();
        }
        for condition in &self.conditions {
            out.push_sql(" AND ");
            condition.push(out)?;
        }
        Ok(())
    }

    /// Every mixture of conditions is another text; kept as prepared statements, rare ones would fill the memory.
    fn is_common(&self) -> bool {
        let is_plain =
            |check: &Check| matches!(check, Check::Words(_) | Check::Digits(_) | Check::EmailStart(_) | Check::Ids(_));
        let is_alone = |condition: &Condition| !condition.negated && condition.any.iter().all(is_plain);
        let plain = self.conditions.iter().filter(|condition| is_alone(condition)).count();
        self.conditions.len() <= 2 && plain == self.conditions.len()
    }
}

impl Condition {
    /// In brackets when it has parts. What is not known (a row without that field) does not meet it.
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let has_brackets = self.negated || self.any.len() > 1;
        out.push_sql(if has_brackets { "(" } else { "" });
        for (n, check) in self.any.iter().enumerate() {
            out.push_sql(if n == 0 { "" } else { " OR " });
            check.push(out)?;
        }
        out.push_sql(if has_brackets { ")" } else { "" });
        out.push_sql(if self.negated { " IS NOT TRUE" } else { "" });
        Ok(())
    }
}

impl Check {
    /// Patterns are made once a statement, not once a row, hence the SELECTs. What compares a single field is led by
    /// the same question to the text of all of them, which is stored as it is compared.
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Self::Words(words) => push_pattern(out, "search LIKE (SELECT word_pattern(", words, "))"),
            Self::Field { column, words } => {
                push_pattern(out, "search LIKE (SELECT word_pattern(", words, ")) AND search_text(")?;
                out.push_sql(column);
                push_pattern(out, ") LIKE (SELECT word_pattern(", words, "))")
            }
            Self::Digits(pattern) => {
                push_pattern(out, "(search LIKE ", pattern, "")?;
                push_pattern(out, " OR phone LIKE ", pattern, ")")
            }
            Self::EmailStart(Between { from, below }) => {
                push_pattern(out, "email_key >= lower(", from, ")")?;
                push_pattern(out, " AND email_key < lower(", below, ")")
            }
            Self::Email(email) => push_pattern(out, "email_key = lower(", email, ")"),
            Self::EmailLike(pattern) => push_pattern(out, "email_key LIKE lower(", pattern, ")"),
            Self::Phone(pattern) => push_pattern(out, "phone LIKE ", pattern, ""),
            Self::Ids(ids) => match &ids[..] {
                [id] => push_id(out, "id = ", id),
                _ => {
                    out.push_sql("id = ANY(");
                    out.push_bind_param::<Array<SqlUuid>, _>(ids)?;
                    out.push_sql(")");
                    Ok(())
                }
            },
            Self::OneOf { column, values } => {
                out.push_sql(column);
                match &values[..] {
                    [value] => push_pattern(out, " = ", value, ""),
                    _ => {
                        out.push_sql(" = ANY(");
                        out.push_bind_param::<Array<SqlText>, _>(values)?;
                        out.push_sql(")");
                        Ok(())
                    }
                }
            }
            Self::Metadata(pair) => {
                out.push_sql("metadata @> ");
                out.push_bind_param::<Jsonb, _>(pair)
            }
            Self::Has(column) => {
                out.push_sql(column);
                out.push_sql(" IS NOT NULL");
                Ok(())
            }
            Self::HasAddress(account) => {
                push_id(out, "EXISTS (SELECT FROM addresses a WHERE a.account_id = ", account)?;
                out.push_sql(" AND a.customer_id = customers.id)");
                Ok(())
            }
            Self::Paid(paid) => paid.push(out),
            Self::Created { from, below } => {
                let (from_led, below_led) = ("id >= ", if from.is_some() { " AND id < " } else { "id < " });
                from.as_ref().map_or(Ok(()), |id| push_id(out, from_led, id))?;
                below.as_ref().map_or(Ok(()), |id| push_id(out, below_led, id))?;
                // Open at both ends only where the calendar itself ends.
                out.push_sql(if from.is_none() && below.is_none() { "true" } else { "" });
                Ok(())
            }
        }
    }
}

fn push_pattern<'b>(out: &mut AstPass<'_, 'b, Pg>, before: &str, text: &'b String, behind: &str) -> QueryResult<()> {
    out.push_sql(before);
    out.push_bind_param::<SqlText, _>(text)?;
    out.push_sql(behind);
    Ok(())
}

fn push_id<'b>(out: &mut AstPass<'_, 'b, Pg>, before: &str, id: &'b Uuid) -> QueryResult<()> {
    out.push_sql(before);
    out.push_bind_param::<SqlUuid, _>(id)
}

/// Nothing for what the scope says already.
fn condition(term: &Term, scope: &Scope) -> Option<Condition> {
    let (account, zone, now) = (scope.account, &scope.zone, scope.now);
    let of = account.uuid();
    let any = match &term.test {
        Test::Status(_) => return None,
        Test::Text(text) => vec![of_shape(&text.typed, &text.shape)],
        Test::Name(values) => of_field("name", values),
        Test::Company(values) => of_field("company", values),
        Test::Email(patterns) => patterns.iter().map(of_email).collect(),
        Test::Phone(phones) => phones.iter().map(|digits| Check::Phone(format!("%{digits}%"))).collect(),
        Test::Id(ids) => vec![Check::Ids(ids.iter().map(|id| id.uuid()).collect())],
        Test::Country(countries) => one_of("country", countries.iter().map(|country| country.as_str())),
        Test::Language(languages) => one_of("language", languages.iter().map(|language| language.as_str())),
        Test::Kind(kinds) => one_of("kind", kinds.iter().map(|kind| kind.word())),
        Test::Created(periods) => periods.iter().map(|period| of_period(period, zone, now)).collect(),
        // Stored texts have their accents composed.
        Test::Metadata { key, values } => {
            values.iter().map(|value| Check::Metadata(json!({ key: value.nfc().collect::<String>() }))).collect()
        }
        Test::Has(things) => things.iter().map(|thing| of_thing(*thing, account)).collect(),
        Test::Spent(amounts) => {
            amounts.iter().map(|amount| Check::Paid(Paid::spent(of, &amount.range(scope.currency)))).collect()
        }
        Test::Payments(counts) => counts.iter().map(|count| Check::Paid(Paid::payments(of, count.whole()))).collect(),
        Test::LastPayment(periods) => {
            periods.iter().map(|period| Check::Paid(Paid::last_payment(of, period.range(zone, now)))).collect()
        }
        Test::Last4(digits) => vec![Check::Paid(Paid::last4(of, digits))],
        Test::Card(states) => states.iter().map(|state| of_card(*state, account, expiry::today(now, zone))).collect(),
    };
    Some(Condition { negated: term.negated, any })
}

fn of_shape(typed: &str, shape: &Shape) -> Check {
    match shape {
        Shape::Words => Check::Words(typed.to_owned()),
        Shape::Digits(digits) => Check::Digits(format!("%{digits}%")),
        // Every text that starts with the typed one sorts below it followed by the last character there is.
        Shape::Email(email) => Check::EmailStart(Between { from: email.clone(), below: format!("{email}\u{10FFFF}") }),
        Shape::Domain(domain) => Check::EmailLike(format!("%@{}%", escaped(domain))),
        Shape::Id(id) => Check::Ids(vec![id.uuid()]),
    }
}

fn of_field(column: &'static str, values: &[String]) -> Vec<Check> {
    values.iter().map(|words| Check::Field { column, words: words.clone() }).collect()
}

fn one_of<'v>(column: &'static str, values: impl Iterator<Item = &'v str>) -> Vec<Check> {
    vec![Check::OneOf { column, values: values.map(str::to_owned).collect() }]
}

fn of_email(pattern: &EmailPattern) -> Check {
    match pattern {
        EmailPattern::Whole(email) => Check::Email(email.clone()),
        EmailPattern::Part(part) => Check::EmailLike(format!("%{}%", escaped(part))),
        EmailPattern::Glob(glob) => Check::EmailLike(glob.split('*').map(escaped).collect::<Vec<_>>().join("%")),
    }
}

fn of_thing(thing: Thing, account: AccountId) -> Check {
    match thing {
        Thing::Email => Check::Has("email"),
        Thing::Phone => Check::Has("phone"),
        Thing::Address => Check::HasAddress(account.uuid()),
        Thing::Card => Check::Paid(Paid::method(account.uuid(), gateway::Kind::Card)),
        Thing::Bank => Check::Paid(Paid::method(account.uuid(), gateway::Kind::BankAccount)),
    }
}

fn of_card(state: CardState, account: AccountId, today: Date) -> Check {
    let (first, last) = match state {
        CardState::Expiring => expiry::expiring(today).into_inner(),
        CardState::Expired => (FIRST_CARDS, today.yesterday().unwrap_or(FIRST_CARDS)),
    };
    Check::Paid(Paid::expires(account.uuid(), first, last))
}

/// A customer's id has the time of its creation, and the key is in its order.
fn of_period(period: &Period, zone: &TimeZone, now: Timestamp) -> Check {
    let (from, below) = period.range(zone, now);
    let first = |moment: Timestamp| CustomerId::first_at(moment).uuid();
    Check::Created { from: from.map(first), below: below.map(first) }
}

/// Without the meaning that LIKE gives to some signs.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '%' | '_') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
