//! The table of webhook endpoints: where a merchant's system is told what happens.

use diesel::{PgConnection, pg::Pg, prelude::*};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};

use crate::{
    error::{Error, Result},
    events::{Fields, outbox::means},
    ids::{AccountId, EndpointId},
    schema::webhook_endpoints,
    sealing::Sealed,
};

/// The most endpoints of an account.
pub const MOST: i64 = 16;

/// Why nothing is sent to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disabled {
    /// Somebody decided so.
    ByHand,
    /// It answered that it is gone for good: 410.
    Gone,
    /// For three days nothing arrived.
    Failing,
}

impl Disabled {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::ByHand, Self::Gone, Self::Failing];

    /// Returns the word as stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ByHand => "by_hand",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }

    /// Returns it as a sentence that goes on from "It is disabled".
    pub fn words(self) -> &'static str {
        match self {
            Self::ByHand => "because somebody decided so",
            Self::Gone => "because it answered that it is gone (410)",
            Self::Failing => "because for three days nothing arrived there",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// What can be changed of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The address, checked.
    pub url: String,
    /// The types of events, whole or as beginnings: `customer.*`; `*` is all.
    pub types: Vec<String>,
    pub description: Option<String>,
}

impl Wish {
    /// Returns it as events keep it.
    pub fn fields(&self) -> Fields {
        let pairs = [("url", json!(self.url)), ("types", json!(self.types)), ("description", json!(self.description))];
        pairs.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// Reads it as events keep it.
    pub fn of_fields(fields: &Fields) -> Option<Self> {
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let types = fields.get("types")?.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Some(Self { url: text("url")?, types, description: text("description") })
    }
}

/// A webhook endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub id: EndpointId,
    pub version: i32,
    pub wish: Wish,
    /// Why nothing is sent to it, if nothing is.
    pub disabled: Option<Disabled>,
    /// The first failure after the last success.
    pub failing_since: Option<Timestamp>,
    pub secrets: Secrets,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub removed_at: Option<Timestamp>,
}

/// The secrets that sign, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secrets {
    pub current: Sealed,
    /// The one before, and until when it signs beside it.
    pub old: Option<(Sealed, Timestamp)>,
}

impl Endpoint {
    pub fn is_enabled(&self) -> bool {
        self.disabled.is_none()
    }

    /// Returns whether it wants to be told of events of that kind.
    pub fn wants(&self, kind: &str) -> bool {
        self.wish.types.iter().any(|pattern| means(pattern, kind))
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_endpoints, check_for_backend(Pg))]
struct Row {
    id: EndpointId,
    version: i32,
    url: String,
    types: Vec<Option<String>>,
    description: Option<String>,
    disabled_reason: Option<String>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    failing_since: Option<Timestamp>,
    secret_key: String,
    secret: Vec<u8>,
    old_secret_key: Option<String>,
    old_secret: Option<Vec<u8>>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    old_until: Option<Timestamp>,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    updated_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    removed_at: Option<Timestamp>,
}

impl TryFrom<Row> for Endpoint {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let reason = |word: String| Disabled::parse(&word).ok_or_else(|| Error::internal("a newer reason"));
        let old = match (row.old_secret_key, row.old_secret, row.old_until) {
            (Some(key_id), Some(sealed), Some(until)) => Some((Sealed { key_id, sealed }, until)),
            _ => None,
        };
        Ok(Self {
            id: row.id,
            version: row.version,
            wish: Wish { url: row.url, types: row.types.into_iter().flatten().collect(), description: row.description },
            disabled: row.disabled_reason.map(reason).transpose()?,
            failing_since: row.failing_since,
            secrets: Secrets { current: Sealed { key_id: row.secret_key, sealed: row.secret }, old },
            created_at: row.id.created_at(),
            updated_at: row.updated_at,
            removed_at: row.removed_at,
        })
    }
}

/// Finds an endpoint of an account that was not removed.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut PgConnection, account: AccountId, id: EndpointId) -> Result<Endpoint> {
    let one = find_any(conn, account, id)?;
    if one.removed_at.is_some() { Err(Error::NotFound) } else { Ok(one) }
}

/// Finds an endpoint of an account, removed or not.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_any(conn: &mut PgConnection, account: AccountId, id: EndpointId) -> Result<Endpoint> {
    webhook_endpoints::table.find((account, id)).select(Row::as_select()).first(conn)?.try_into()
}

/// Returns the endpoints of an account, the newest first. There are few.
pub fn all(conn: &mut PgConnection, account: AccountId) -> Result<Vec<Endpoint>> {
    let rows = webhook_endpoints::table
        .filter(webhook_endpoints::account_id.eq(account))
        .filter(webhook_endpoints::removed_at.is_null())
        .order(webhook_endpoints::id.desc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Endpoint::try_from).collect()
}

/// Notes since when nothing arrives at an endpoint; nothing when it does. That is no change of it, and no event.
pub(super) fn set_failing(
    conn: &mut PgConnection,
    account: AccountId,
    id: EndpointId,
    since: Option<Timestamp>,
) -> Result<()> {
    let since = since.map(ToDiesel::to_diesel);
    let row = webhook_endpoints::table.find((account, id));
    diesel::update(row).set(webhook_endpoints::failing_since.eq(since)).execute(conn)?;
    Ok(())
}
