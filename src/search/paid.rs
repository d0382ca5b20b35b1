//! What a search asks about a customer's payments and wallet: conditions on other tables, each of them led to the
//! customer's one row there by its key. Where few customers meet one, an index names them.

use diesel::{
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{Array, BigInt, Date as SqlDate, Text, Timestamptz, Uuid as SqlUuid},
};
use jiff::{Timestamp, civil::Date};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::{gateway::Kind, query::amounts::Range};

/// A condition on what a customer paid, or keeps to pay with.
#[derive(Clone, Debug)]
pub struct Paid {
    account: Uuid,
    asked: Asked,
}

#[derive(Clone, Debug)]
enum Asked {
    /// What all payments in a currency come to; nothing paid is zero.
    Spent { currency: String, least: i64, most: i64 },
    /// How many payments succeeded; none is zero.
    Payments { least: i64, most: i64 },
    /// When the last of them was made.
    LastPayment { from: Option<jiff_diesel::Timestamp>, below: Option<jiff_diesel::Timestamp> },
    /// A method with one of these ends.
    Last4(Vec<String>),
    /// A method of a kind.
    Method(&'static str),
    /// A card whose last day lies between these.
    Expires { first: jiff_diesel::Date, last: jiff_diesel::Date },
}

impl Paid {
    pub fn spent(account: Uuid, range: &Range) -> Self {
        let asked = Asked::Spent { currency: range.currency.to_string(), least: range.least, most: range.most };
        Self { account, asked }
    }

    pub fn payments(account: Uuid, (least, most): (i64, i64)) -> Self {
        Self { account, asked: Asked::Payments { least, most } }
    }

    pub fn last_payment(account: Uuid, (from, below): (Option<Timestamp>, Option<Timestamp>)) -> Self {
        let (from, below) = (from.map(ToDiesel::to_diesel), below.map(ToDiesel::to_diesel));
        Self { account, asked: Asked::LastPayment { from, below } }
    }

    pub fn last4(account: Uuid, digits: &[String]) -> Self {
        Self { account, asked: Asked::Last4(digits.to_vec()) }
    }

    pub fn method(account: Uuid, kind: Kind) -> Self {
        Self { account, asked: Asked::Method(kind.as_str()) }
    }

    pub fn expires(account: Uuid, first: Date, last: Date) -> Self {
        let (first, last) = (first.to_diesel(), last.to_diesel());
        Self { account, asked: Asked::Expires { first, last } }
    }

    /// The condition, on the columns of `customers`.
    pub fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match &self.asked {
            Asked::Spent { currency, least, most } => {
                out.push_sql("coalesce((SELECT volume FROM payment_figures p WHERE p.account_id = ");
                out.push_bind_param::<SqlUuid, _>(&self.account)?;
                out.push_sql(" AND p.customer_id = customers.id AND p.currency = ");
                out.push_bind_param::<Text, _>(currency)?;
                push_between(out, "), 0)", least, most)
            }
            Asked::Payments { least, most } => {
                out.push_sql("coalesce((SELECT payments FROM payment_totals p WHERE p.account_id = ");
                out.push_bind_param::<SqlUuid, _>(&self.account)?;
                push_between(out, " AND p.customer_id = customers.id), 0)", least, most)
            }
            _ => {
                out.push_sql("EXISTS (SELECT ");
                self.push_rows(out)?;
                out.push_sql(" AND p.customer_id = customers.id)");
                Ok(())
            }
        }
    }

    /// Whether an index leads to those who meet it, and they may be few.
    pub fn has_index(&self) -> bool {
        match &self.asked {
            // Zero is also those who have no row.
            Asked::Spent { least, .. } | Asked::Payments { least, .. } => *least > 0,
            Asked::Method(_) => false,
            Asked::LastPayment { .. } | Asked::Last4(_) | Asked::Expires { .. } => true,
        }
    }

    /// `FROM …` the rows `p` that meet it.
    fn push_rows<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(match &self.asked {
            Asked::Spent { .. } => "FROM payment_figures p",
            Asked::Payments { .. } | Asked::LastPayment { .. } => "FROM payment_totals p",
            Asked::Last4(_) | Asked::Method(_) | Asked::Expires { .. } => "FROM payment_methods p",
        });
        out.push_sql(" WHERE p.account_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.account)?;
        match &self.asked {
            Asked::Spent { currency, least, most } => {
                out.push_sql(" AND p.currency = ");
                out.push_bind_param::<Text, _>(currency)?;
                push_between(out, " AND p.volume", least, most)
            }
            Asked::Payments { least, most } => push_between(out, " AND p.payments", least, most),
            Asked::LastPayment { from, below } => {
                for (sign, at) in [(" AND p.last_payment_at >= ", from), (" AND p.last_payment_at < ", below)] {
                    let Some(at) = at else { continue };
                    out.push_sql(sign);
                    out.push_bind_param::<Timestamptz, _>(at)?;
                }
                Ok(())
            }
            Asked::Last4(digits) => {
                out.push_sql(" AND p.removed_at IS NULL AND p.last4 = ANY(");
                out.push_bind_param::<Array<Text>, _>(digits)?;
                out.push_sql(")");
                Ok(())
            }
            Asked::Method(kind) => {
                out.push_sql(" AND p.removed_at IS NULL AND p.kind = ");
                out.push_bind_param::<Text, _>(kind)
            }
            Asked::Expires { first, last } => {
                out.push_sql(" AND p.removed_at IS NULL AND p.expires_on BETWEEN ");
                out.push_bind_param::<SqlDate, _>(first)?;
                out.push_sql(" AND ");
                out.push_bind_param::<SqlDate, _>(last)
            }
        }
    }
}

fn push_between<'b>(out: &mut AstPass<'_, 'b, Pg>, of: &str, least: &'b i64, most: &'b i64) -> QueryResult<()> {
    out.push_sql(of);
    out.push_sql(" BETWEEN ");
    out.push_bind_param::<BigInt, _>(least)?;
    out.push_sql(" AND ");
    out.push_bind_param::<BigInt, _>(most)
}

/// The customers who meet any of a few conditions, some of them perhaps more than once, and deleted ones too.
pub struct Candidates<'p> {
    /// Any of these.
    pub any: Vec<&'p Paid>,
    /// At most so many.
    pub limit: i64,
}

impl QueryFragment<Pg> for Candidates<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for (n, paid) in self.any.iter().enumerate() {
            out.push_sql(if n == 0 { "(SELECT p.customer_id " } else { " UNION ALL (SELECT p.customer_id " });
            paid.push_rows(&mut out)?;
            out.push_sql(" LIMIT ");
            out.push_bind_param::<BigInt, _>(&self.limit)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

impl QueryId for Candidates<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl diesel::query_builder::Query for Candidates<'_> {
    type SqlType = SqlUuid;
}

impl<C> diesel::RunQueryDsl<C> for Candidates<'_> {}
