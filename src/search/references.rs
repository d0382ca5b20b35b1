//! References: a text without a key also finds the customers whose reference it is. They come as branches of their own,
//! because the index of words does not have them.

use std::borrow::Cow;

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Text as SqlText, Uuid as SqlUuid},
};
use unicode_normalization::UnicodeNormalization;

use super::scope::Scope;
use crate::{
    error::Result,
    query::{Branch, Keyed, Query, Shape, Term, Test, Value},
};

/// The key of a whole reference.
pub(super) const KEY: &str = "reference";

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Returns the search, with a branch more for each whose text is somebody's reference.
pub fn with<'q>(conn: &mut PgConnection, scope: &Scope, query: &'q Query) -> Result<Cow<'q, Query>> {
    let (branches, texts): (Vec<&Branch>, Vec<String>) =
        query.branches.iter().filter_map(|branch| Some((branch, text(branch)?))).unzip();
    if texts.is_empty() {
        return Ok(Cow::Borrowed(query));
    }
    let held: Vec<Held> = sql_query(
        "SELECT n - 1 AS n FROM unnest($2::text[]) WITH ORDINALITY AS asked(text, n) WHERE (SELECT true FROM customers \
           WHERE account_id = $1 AND reference IS NOT NULL AND lower(reference) = lower(text) LIMIT 1)",
    )
    .bind::<SqlUuid, _>(scope.account)
    .bind::<Array<SqlText>, _>(&texts)
    .load(conn)?;
    if held.is_empty() {
        return Ok(Cow::Borrowed(query));
    }
    let more =
        held.iter().filter_map(|Held { n }| in_place_of_texts(branches.get(*n as usize)?, texts.get(*n as usize)?));
    Ok(Cow::Owned(Query { branches: query.branches.iter().cloned().chain(more).collect() }))
}

/// Returns the text of a term without a key, if the term asks for it and it is nobody's ID.
fn asked(term: &Term) -> Option<&str> {
    let text = term.text().filter(|text| !term.negated && !matches!(text.shape, Shape::Customer(_)))?;
    Some(&text.typed)
}

/// Returns the texts of a branch as the one text that a reference may be.
fn text(branch: &Branch) -> Option<String> {
    let texts: Vec<&str> = branch.terms.iter().filter_map(asked).collect();
    // Stored texts have their accents composed.
    (!texts.is_empty()).then(|| texts.join(" ").nfc().collect())
}

/// Returns the branch that asks for a reference in the place of its texts.
fn in_place_of_texts(branch: &Branch, text: &str) -> Option<Branch> {
    let others = branch.terms.iter().filter(|term| asked(term).is_none()).cloned();
    Some(Branch { terms: std::iter::once(of_reference(text)?).chain(others).collect() })
}

/// Returns the term that asks for a whole reference.
pub fn of_reference(text: &str) -> Option<Term> {
    let key = &super::KEYS.iter().find(|key| key.word.name == KEY)?.word;
    Some(Term::of(Test::Keyed(Keyed { key, own: None, values: vec![Value::Text(text.to_owned())] })))
}
