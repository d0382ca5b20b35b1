//! How many customers have which values of the merchant's own fields, so that what a change of a field does can be said
//! in numbers. Deleted customers count too: theirs come back with them. A count stops where nobody needs more of it.

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid},
};

use crate::{error::Result, ids::AccountId, values::money::grouped};

/// The most values that are looked at: one more than the most that a sentence says.
const LOOKED_AT: i64 = 10_001;

/// The most that a sentence says in numbers.
const MOST: i64 = LOOKED_AT - 1;

/// How many customers, as far as was looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Those that were found.
    pub number: i64,
    /// True when there may be more.
    pub is_capped: bool,
}

impl Count {
    /// Makes the count of those that a statement found, which stops behind the most that a sentence says.
    pub fn of_found(number: i64) -> Self {
        Self { number, is_capped: number > MOST }
    }

    /// Returns how many rows a statement looks at.
    pub fn looked_at() -> i64 {
        LOOKED_AT
    }

    /// Returns it in words, at the beginning of a sentence: "3", "At least 12", "More than 10,000", "Some". Nothing for
    /// none.
    pub fn words(self) -> Option<String> {
        Some(match self {
            Self { number: 0, is_capped: false } => return None,
            Self { number: 0, is_capped: true } => "Some".to_owned(),
            Self { number, is_capped: true } if number > MOST => format!("More than {}", grouped(MOST.unsigned_abs())),
            Self { number, is_capped: true } => format!("At least {}", grouped(number.unsigned_abs())),
            Self { number, is_capped: false } => grouped(number.unsigned_abs()),
        })
    }

    /// Returns whether it is one and no more.
    pub fn is_one(self) -> bool {
        self == Self { number: 1, is_capped: false }
    }

    /// Returns the number for programs.
    pub fn for_programs(self) -> usize {
        usize::try_from(self.number.min(MOST)).unwrap_or_default()
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    found: i64,
    #[diesel(sql_type = BigInt)]
    looked_at: i64,
}

impl From<Found> for Count {
    fn from(row: Found) -> Self {
        Self { number: row.found, is_capped: row.looked_at >= LOOKED_AT }
    }
}

/// Counts the customers who have a value of the field `key`.
pub fn having(conn: &mut PgConnection, account: AccountId, key: &str) -> Result<Count> {
    let statement = "SELECT count(DISTINCT customer_id) AS found, count(*) AS looked_at FROM ( \
          SELECT customer_id FROM custom_values WHERE account_id = $1 AND key = $2 LIMIT $3) few";
    let query = sql_query(statement).bind::<SqlUuid, _>(account).bind::<Text, _>(key).bind::<BigInt, _>(LOOKED_AT);
    Ok(query.get_result::<Found>(conn)?.into())
}

/// Counts the customers who have each of `choices`, in their order.
pub fn having_each(conn: &mut PgConnection, account: AccountId, key: &str, choices: &[String]) -> Result<Vec<Count>> {
    let statement = "SELECT few.n AS found, few.n AS looked_at \
        FROM unnest($3) WITH ORDINALITY AS choice (text, place) CROSS JOIN LATERAL ( \
          SELECT count(*) AS n FROM (SELECT FROM custom_values \
            WHERE account_id = $1 AND key = $2 AND value = left(fold(choice.text), 500) LIMIT $4) found) few \
        ORDER BY place";
    let query = sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<Text, _>(key)
        .bind::<Array<Text>, _>(choices)
        .bind::<BigInt, _>(LOOKED_AT);
    Ok(query.load::<Found>(conn)?.into_iter().map(Count::from).collect())
}

/// Counts the customers whose value is less than `least` or greater than `most`, both given as JSON, as values
/// are stored.
pub fn outside(
    conn: &mut PgConnection,
    account: AccountId,
    key: &str,
    (least, most): (Option<String>, Option<String>),
) -> Result<Count> {
    // A limit is compared in the same form as the values are, each along its own end of the index.
    let statement = "WITH limits AS (SELECT \
            (SELECT value FROM custom_values_of(jsonb_build_object('x', $3::jsonb))) AS least, \
            (SELECT value FROM custom_values_of(jsonb_build_object('x', $4::jsonb))) AS most) \
        SELECT count(*) AS found, count(*) AS looked_at FROM ( \
          (SELECT FROM custom_values WHERE $3 IS NOT NULL AND account_id = $1 AND key = $2 \
            AND value < (SELECT least FROM limits) LIMIT $5) \
          UNION ALL \
          (SELECT FROM custom_values WHERE $4 IS NOT NULL AND account_id = $1 AND key = $2 \
            AND value > (SELECT most FROM limits) LIMIT $5)) few";
    let query = sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<Text, _>(key)
        .bind::<Nullable<Text>, _>(least)
        .bind::<Nullable<Text>, _>(most)
        .bind::<BigInt, _>(LOOKED_AT);
    Ok(query.get_result::<Found>(conn)?.into())
}

/// Counts the customers whose text has fewer characters than `least` or more than `most`. Lengths are in no index, so
/// that only the first of those who have a text are looked at.
pub fn of_other_lengths(
    conn: &mut PgConnection,
    account: AccountId,
    key: &str,
    (least, most): (i64, i64),
) -> Result<Count> {
    let statement = "SELECT count(*) FILTER (WHERE length NOT BETWEEN $3 AND $4) AS found, count(*) AS looked_at FROM ( \
          SELECT length(c.custom ->> $2) FROM ( \
            SELECT customer_id FROM custom_values WHERE account_id = $1 AND key = $2 LIMIT $5) few \
          JOIN customers c ON c.account_id = $1 AND c.id = few.customer_id) texts";
    let query = sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<Text, _>(key)
        .bind::<BigInt, _>(least)
        .bind::<BigInt, _>(most)
        .bind::<BigInt, _>(LOOKED_AT);
    Ok(query.get_result::<Found>(conn)?.into())
}

/// A field of the record that a merchant may require.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    Name,
    Email,
    Phone,
}

impl Required {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Name, Self::Email, Self::Phone];

    /// Returns the name, as stored, sent and as its column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

/// Counts the customers who lack a field of the record and are not deleted, among the first ones: who lacks it is in no
/// index.
pub fn without(conn: &mut PgConnection, account: AccountId, field: Required) -> Result<Count> {
    let statement = format!(
        "SELECT count(*) FILTER (WHERE {} IS NULL) AS found, count(*) AS looked_at \
         FROM (SELECT name, email, phone FROM customers WHERE account_id = $1 AND deleted_at IS NULL LIMIT $2) few",
        field.as_str()
    );
    let query = sql_query(statement).bind::<SqlUuid, _>(account).bind::<BigInt, _>(LOOKED_AT);
    Ok(query.get_result::<Found>(conn)?.into())
}

/// Counts the customers who have no value of the field `key` and are not deleted. Who has none is in no index, so that
/// only the first customers are looked at.
pub fn lacking(conn: &mut PgConnection, account: AccountId, key: &str) -> Result<Count> {
    let statement = "SELECT count(*) FILTER (WHERE NOT coalesce(jsonb_exists(custom, $2), false)) AS found, \
          count(*) AS looked_at \
        FROM (SELECT custom FROM customers WHERE account_id = $1 AND deleted_at IS NULL LIMIT $3) few";
    let query = sql_query(statement).bind::<SqlUuid, _>(account).bind::<Text, _>(key).bind::<BigInt, _>(LOOKED_AT);
    Ok(query.get_result::<Found>(conn)?.into())
}
