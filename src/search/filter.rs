//! The filter: a branch of the tree as SQL conditions on one customer.
//!
//! The conditions name the columns of `customers`. A subquery in its place must be called `customers` and have those
//! columns.

use diesel::{pg::Pg, query_builder::AstPass, result::QueryResult};
use uuid::Uuid;

use super::{BY_NAME, Order, Status, beside::Candidates, check::Check, needs::Entry, scope::Scope};
use crate::{
    query::{Branch, Term, Test},
    values::curtain::Curtain,
};

/// The conditions of a branch among the customers of one status.
#[derive(Clone, Debug)]
pub struct Filter {
    status: Status,
    conditions: Vec<Condition>,
}

/// The condition of a term: any of the checks, or none of them.
#[derive(Clone, Debug)]
struct Condition {
    negated: bool,
    any: Vec<Check>,
}

impl Filter {
    /// Makes the filter of `branch` among the customers of a scope.
    pub fn new(scope: &Scope, branch: &Branch, status: Status) -> Self {
        let made = |term: &Term| Condition::of(term, scope);
        Self { status, conditions: branch.terms.iter().filter_map(made).collect() }
    }

    /// Returns the filter that finds everybody of the same status.
    pub fn without_conditions(&self) -> Self {
        Self { status: self.status, conditions: Vec::new() }
    }

    /// Returns the status of the customers it finds.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns the first id and the one after the last. The range holds all times of creation that the filter allows,
    /// and perhaps others.
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

    /// Returns, for each condition about payments or wallets whose customers an index names, the customers who may meet
    /// it.
    pub fn candidates(&self, limit: i64) -> impl Iterator<Item = Candidates<'_>> {
        let any = self
            .asked()
            .filter_map(|condition| condition.any.iter().map(Check::indexed_beside).collect::<Option<Vec<_>>>());
        any.map(move |any| Candidates { any, limit })
    }

    /// Returns whether the filter names single customers by their id.
    pub fn has_id(&self) -> bool {
        self.asked().any(|condition| condition.any.iter().any(Check::is_ids))
    }

    /// Returns whether the filter asks for something that few have, and that has an index of its own.
    pub fn is_of_few(&self) -> bool {
        self.asked().any(|condition| matches!(&condition.any[..], [one] if one.is_of_few()))
    }

    /// Returns, for each condition, the entries of the index of words of which it needs one.
    pub fn entries(&self) -> Vec<Vec<&Entry>> {
        self.asked().map(|condition| condition.any.iter().flat_map(Check::entries).collect()).collect()
    }

    fn asked(&self) -> impl Iterator<Item = &Condition> {
        self.conditions.iter().filter(|condition| !condition.negated)
    }

    /// Limits the filter to these customers.
    pub fn among(&mut self, ids: Vec<Uuid>) {
        self.conditions.push(Condition { negated: false, any: vec![Check::ids(ids)] });
    }

    /// Leaves out those whose place in the order would tell what a curtain hides: without a name it is that of their email.
    #[must_use]
    pub fn in_order(mut self, by: &Order, curtain: Curtain) -> Self {
        if curtain.is_drawn() && *by == BY_NAME {
            self.conditions.push(Condition { negated: false, any: vec![Check::whole_name()] });
        }
        self
    }

    /// Returns whether the filter leaves out rows for more than their status.
    pub fn is_selective(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// Writes the condition on the status, preceded by AND. With `fenced` it is written so that no index can be chosen
    /// for it.
    pub fn push_status(&self, fenced: bool, out: &mut AstPass<'_, '_, Pg>) {
        out.push_sql(match (self.status, fenced) {
            (Status::Active, false) => " AND deleted_at IS NULL",
            (Status::Deleted, false) => " AND deleted_at IS NOT NULL",
            (Status::Active, true) => " AND num_nonnulls(deleted_at) = 0",
            (Status::Deleted, true) => " AND num_nonnulls(deleted_at) = 1",
        });
    }

    /// Writes the conditions, each preceded by AND.
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

    /// Returns whether the statement is worth keeping prepared. Every mixture of conditions is another text, and rare
    /// ones would fill the memory.
    fn is_common(&self) -> bool {
        let is_alone = |condition: &Condition| !condition.negated && condition.any.iter().all(Check::is_plain);
        let plain = self.conditions.iter().filter(|condition| is_alone(condition)).count();
        self.conditions.len() <= 2 && plain == self.conditions.len()
    }
}

impl Condition {
    /// Makes the condition of a term; returns `None` for what the scope says already.
    fn of(term: &Term, scope: &Scope) -> Option<Self> {
        let any = match &term.test {
            Test::Text(text) => Check::texts(text, scope.curtain),
            Test::Keyed(keyed) => scope.language.ask(keyed, scope),
        };
        (!any.is_empty()).then_some(Self { negated: term.negated, any })
    }

    /// Writes the condition, in brackets when it has parts. A row without the field does not meet it.
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
