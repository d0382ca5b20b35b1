//! From the tree to SQL: the conditions on one customer, and the fence that keeps PostgreSQL from a bad plan.

use diesel::{
    pg::Pg,
    query_builder::AstPass,
    result::QueryResult,
    sql_types::{Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{Query, Term};
use crate::ids::AccountId;

/// Which rows count as found by an email: see [`Term::Email`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matching {
    /// Emails that start with what was typed: one range of an index.
    EmailStart,
    /// Emails that hold it anywhere.
    EmailAnywhere,
}

/// The conditions of a query in an account.
#[derive(Clone, Debug)]
pub struct Filter {
    account: Uuid,
    deleted: bool,
    conditions: Vec<Condition>,
}

/// A condition with the value it binds.
#[derive(Clone, Debug)]
enum Condition {
    Word(String),
    Digits(String),
    EmailStart { from: String, below: String },
    Id(Uuid),
}

impl Filter {
    /// The filter of `query`.
    pub fn new(account: AccountId, query: &Query, matching: Matching) -> Self {
        let conditions = query.terms.iter().map(|term| condition(term, matching)).collect();
        Self { account: account.uuid(), deleted: query.deleted, conditions }
    }

    /// Whether some rows are left out besides by being deleted or not.
    pub fn is_selective(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// Whether an index leads straight to few rows, so that walking the list first would be a waste.
    pub fn has_own_index(&self) -> bool {
        self.conditions.iter().any(|condition| matches!(condition, Condition::EmailStart { .. } | Condition::Id(_)))
    }

    /// The account and the state, which every statement begins with.
    pub fn push_scope<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("account_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.account)?;
        out.push_sql(if self.deleted { " AND deleted_at IS NOT NULL" } else { " AND deleted_at IS NULL" });
        Ok(())
    }

    /// The conditions, each led by AND. The patterns are made once a statement, not once a row, hence the SELECTs.
    pub fn push_conditions<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // Every mixture of conditions is another text; kept as prepared statements, rare ones would fill the memory.
        if self.conditions.len() > 2 {
            out.unsafe_to_cache_prepared();
        }
        for condition in &self.conditions {
            match condition {
                Condition::Word(word) => {
                    out.push_sql(" AND search LIKE (SELECT word_pattern(");
                    out.push_bind_param::<Text, _>(word)?;
                    out.push_sql("))");
                }
                Condition::Digits(pattern) => {
                    out.push_sql(" AND search LIKE ");
                    out.push_bind_param::<Text, _>(pattern)?;
                }
                Condition::EmailStart { from, below } => {
                    out.push_sql(" AND email_key >= lower(");
                    out.push_bind_param::<Text, _>(from)?;
                    out.push_sql(") AND email_key < lower(");
                    out.push_bind_param::<Text, _>(below)?;
                    out.push_sql(")");
                }
                Condition::Id(id) => {
                    out.push_sql(" AND id = ");
                    out.push_bind_param::<SqlUuid, _>(id)?;
                }
            }
        }
        Ok(())
    }
}

fn condition(term: &Term, matching: Matching) -> Condition {
    match term {
        Term::Word(word) => Condition::Word(word.clone()),
        Term::Digits(digits) => Condition::Digits(format!("%{digits}%")),
        // Every text that starts with the typed one sorts below it followed by the last character there is.
        Term::Email(email) if matching == Matching::EmailStart => {
            Condition::EmailStart { from: email.clone(), below: format!("{email}\u{10FFFF}") }
        }
        Term::Email(email) => Condition::Word(email.clone()),
        Term::Id(id) => Condition::Id(id.uuid()),
    }
}
