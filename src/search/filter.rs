//! From a branch of the tree to SQL: the conditions on one customer.
//!
//! Conditions name the columns of `customers`. A subquery that stands for it must be called so and have those columns.

use diesel::{pg::Pg, query_builder::AstPass, result::QueryResult};
use uuid::Uuid;

use super::{Status, beside::Candidates, check::Check, needs::Entry, scope::Scope};
use crate::query::{Branch, Term, Test};

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

impl Filter {
    /// The filter of `branch` among the customers of a scope.
    pub fn new(scope: &Scope, branch: &Branch, status: Status) -> Self {
        let made = |term: &Term| Condition::of(term, scope);
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
        for condition in self.asked() {
            let (from, below): (Vec<_>, Vec<_>) = condition.any.iter().map(Check::span).unzip();
            // Where one of several is open, so are all together.
            let from = from.into_iter().collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().min());
            let below = below.into_iter().collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max());
            ids = (ids.0.max(from), ids.1.into_iter().chain(below).min());
        }
        ids
    }

    /// Of each condition about payments or wallets whose customers an index names: what any of them may meet.
    pub fn candidates(&self, limit: i64) -> impl Iterator<Item = Candidates<'_>> {
        let any = self
            .asked()
            .filter_map(|condition| condition.any.iter().map(Check::indexed_beside).collect::<Option<Vec<_>>>());
        any.map(move |any| Candidates { any, limit })
    }

    /// Whether single customers are named by their id.
    pub fn has_id(&self) -> bool {
        self.asked().any(|condition| condition.any.iter().any(Check::is_ids))
    }

    /// Whether a whole email is asked for, or the start of one.
    pub fn has_email(&self) -> bool {
        self.asked().any(|condition| matches!(&condition.any[..], [one] if one.is_email()))
    }

    /// The entries of the index of words that each condition needs one of.
    pub fn entries(&self) -> Vec<Vec<&Entry>> {
        self.asked().map(|condition| condition.any.iter().flat_map(Check::entries).collect()).collect()
    }

    fn asked(&self) -> impl Iterator<Item = &Condition> {
        self.conditions.iter().filter(|condition| !condition.negated)
    }

    /// Only these customers, of those who meet the conditions.
    pub fn among(&mut self, ids: Vec<Uuid>) {
        self.conditions.push(Condition { negated: false, any: vec![Check::ids(ids)] });
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
        let is_alone = |condition: &Condition| !condition.negated && condition.any.iter().all(Check::is_plain);
        let plain = self.conditions.iter().filter(|condition| is_alone(condition)).count();
        self.conditions.len() <= 2 && plain == self.conditions.len()
    }
}

impl Condition {
    /// Nothing for what the scope says already.
    fn of(term: &Term, scope: &Scope) -> Option<Self> {
        let any = match &term.test {
            Test::Text(text) => vec![Check::text(text)],
            Test::Keyed(keyed) => scope.language.ask(keyed, scope),
        };
        (!any.is_empty()).then_some(Self { negated: term.negated, any })
    }

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
