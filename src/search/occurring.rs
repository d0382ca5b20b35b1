//! What occurs among an account's customers, to be offered while somebody types: the values of a key, the likeliest
//! first, and how many have one.

use std::{collections::HashMap, time::Instant};

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Nullable, Text as SqlText, Uuid as SqlUuid},
};

use super::{listing, scope::Scope};
use crate::{
    error::Result,
    ids::AccountId,
    query::{Branch, Keyword, Number, Own, Query, Term, Values},
    values::field::{Field, Kind},
};

/// The number of newest customers whose values are counted. Where there are no more, the counts are exact.
const NEWEST: i64 = 5_000;
/// The most customers that are counted of a value which few of the newest have.
const MOST_COUNTED: i64 = 100;
/// The most values of a key that are kept.
const MOST_VALUES: i64 = 250;

/// The values of a key, with what is known of how often they occur.
#[derive(Debug, Default)]
pub struct Occurring {
    /// The values, those that most of the newest customers have first.
    pub values: Vec<String>,
    /// The number of the newest customers that have each.
    newest: HashMap<String, i64>,
    /// True when there are no other customers than these.
    is_all: bool,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Nullable<SqlText>)]
    value: Option<String>,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = SqlText)]
    key: String,
    #[diesel(sql_type = SqlText)]
    value: String,
}

/// Returns the countries, languages and metadata keys that customers of an account have had, behind the name of the
/// search key.
///
/// # Errors
/// When the database fails.
pub fn known(conn: &mut PgConnection, account: AccountId) -> Result<Vec<(String, Vec<String>)>> {
    let mut by_key: Vec<(String, Vec<String>)> = Vec::new();
    for Known { key, value } in kept(conn, account, &["country", "lang", "metadata"])? {
        match by_key.last_mut() {
            Some((last, values)) if *last == key => values.push(value),
            _ => by_key.push((key, vec![value])),
        }
    }
    Ok(by_key)
}

/// Returns the metadata keys that customers of an account have had.
///
/// # Errors
/// When the database fails.
pub fn metadata_keys(conn: &mut PgConnection, account: AccountId) -> Result<Vec<String>> {
    Ok(kept(conn, account, &["metadata"])?.into_iter().map(|known| known.value).collect())
}

fn kept(conn: &mut PgConnection, account: AccountId, keys: &[&str]) -> Result<Vec<Known>> {
    let sql = "SELECT key, value FROM seen_values WHERE account_id = $1 AND key = ANY($2) ORDER BY key, value";
    Ok(sql_query(sql).bind::<SqlUuid, _>(account).bind::<Array<SqlText>, _>(keys).load(conn)?)
}

impl Occurring {
    /// Reads the values that occur behind a key; `own` is the merchant's own key. Nothing for a key whose values are
    /// as good as unique.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut PgConnection, account: AccountId, key: &Keyword, own: Option<&Own>) -> Result<Self> {
        if let Some(field) = own.and_then(Own::field) {
            return Self::of_field(conn, account, field);
        }
        match (key.values, own.map(Own::key)) {
            (Values::Country, _) => Self::read(conn, account, "country", "country", ""),
            (Values::Language, _) => Self::read(conn, account, "language", "lang", ""),
            (Values::Own, Some(own)) => Self::read(conn, account, "metadata ->> $2", &format!("metadata.{own}"), own),
            (Values::Own, None) => Self::read(conn, account, "jsonb_object_keys(metadata)", "metadata", ""),
            _ => Ok(Self::default()),
        }
    }

    /// Reads the values of a field of the merchant's own: its choices, or what the newest customers have. Days, amounts
    /// and numbers are asked for as ranges.
    fn of_field(conn: &mut PgConnection, account: AccountId, field: &Field) -> Result<Self> {
        match field.kind {
            Kind::Choice | Kind::Choices => Ok(Self { values: field.choices.clone(), ..Self::default() }),
            Kind::Text | Kind::Email | Kind::Url => {
                Self::read(conn, account, "custom ->> $2", &field.name(), &field.key)
            }
            _ => Ok(Self::default()),
        }
    }

    fn read(conn: &mut PgConnection, account: AccountId, value: &str, key: &str, own: &str) -> Result<Self> {
        let counted: Vec<Counted> = sql_query(format!(
            "WITH newest AS MATERIALIZED (SELECT country, language, metadata, custom FROM customers \
               WHERE account_id = $1 AND deleted_at IS NULL ORDER BY id DESC LIMIT {NEWEST} + 1) \
             SELECT NULL::text AS value, count(*) AS count FROM newest \
             UNION ALL (SELECT value, count(*) AS count FROM (SELECT {value} AS value FROM newest \
               WHERE $2::text IS NOT NULL) each WHERE value IS NOT NULL GROUP BY value ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES})"
        ))
        .bind::<SqlUuid, _>(account)
        .bind::<SqlText, _>(own)
        .load(conn)?;
        let known = kept(conn, account, &[key])?;
        let mut occurring = Self::default();
        for Counted { value, count } in counted {
            match value {
                None => occurring.is_all = count <= NEWEST,
                Some(value) => {
                    occurring.newest.insert(value.clone(), count);
                    occurring.values.push(value);
                }
            }
        }
        let others = known.into_iter().map(|known| known.value).filter(|value| !occurring.newest.contains_key(value));
        if !occurring.is_all {
            let others: Vec<String> = others.collect();
            occurring.values.extend(others);
        }
        Ok(occurring)
    }

    /// Returns the number of customers that a term of one of these values finds; nothing when it could not be counted
    /// before `until`.
    ///
    /// # Errors
    /// When the connection is lost.
    pub fn number(
        &self,
        conn: &mut PgConnection,
        scope: &Scope,
        term: &Term,
        until: Instant,
    ) -> Result<Option<Number>> {
        let newest = term.values().first().and_then(|value| self.newest.get(value)).copied();
        match newest {
            Some(number) if self.is_all => Ok(Some(Number::Exactly(number))),
            // There are at least these.
            Some(number) if number > MOST_COUNTED => Ok(Some(Number::AtLeast(number / 100 * 100))),
            _ => Ok(number(conn, scope, term, until)?.or(newest.map(Number::AtLeast))),
        }
    }
}

/// Returns the number of customers that a term finds, unless it is not counted before `until`.
///
/// # Errors
/// When the connection is lost.
pub fn number(conn: &mut PgConnection, scope: &Scope, term: &Term, until: Instant) -> Result<Option<Number>> {
    let patience = until.saturating_duration_since(Instant::now());
    if patience.is_zero() {
        return Ok(None);
    }
    let scope = Scope { patience, ..scope.clone() };
    let query = Query { branches: vec![Branch { terms: vec![term.clone()] }] };
    let count = listing::count_up_to(conn, &scope, &query, MOST_COUNTED + 1)?;
    Ok(match count.customers {
        more if more > MOST_COUNTED => Some(Number::AtLeast(MOST_COUNTED)),
        _ if count.is_stopped => None,
        number => Some(Number::Exactly(number)),
    })
}
