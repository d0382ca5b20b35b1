//! The order by the time of the deletion, along the index of the deleted customers. Who is not deleted has the empty key,
//! which is the least, so that a list of both has them at one end, in the order of their ids.

use diesel::{
    pg::Pg,
    query_builder::AstPass,
    result::QueryResult,
    sql_types::{Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{Status, by_figure::Measure, statements::Common};

const COLUMN: &str = "deleted_at";

/// Returns the column that a walk is ordered by before the id.
pub fn walked(common: &Common) -> Option<&'static str> {
    (common.filter.status() == Status::Deleted).then_some(COLUMN)
}

/// Writes the key of a row of `customers`.
pub fn push_key(common: &Common, out: &mut AstPass<'_, '_, Pg>) {
    if common.filter.status() == Status::Active {
        return out.push_sql("''");
    }
    let (before, behind) = Measure::Moment.key();
    out.push_sql(before);
    out.push_sql(COLUMN);
    out.push_sql(behind);
}

/// Writes the condition that a row comes behind the one with this key and id.
pub fn push_behind<'b>(
    common: &'b Common,
    (key, id): (&'b str, &'b Uuid),
    out: &mut AstPass<'_, 'b, Pg>,
) -> QueryResult<()> {
    let than = if common.descending { " < (" } else { " > (" };
    match (common.filter.status(), key.is_empty()) {
        (Status::Active, true) => {
            out.push_sql("(id)");
            out.push_sql(than);
        }
        (Status::Deleted, false) => {
            out.push_sql("(deleted_at, id)");
            out.push_sql(than);
            out.push_bind_param::<Text, _>(key)?;
            out.push_sql(Measure::Moment.cast());
            out.push_sql(", ");
        }
        // All of one kind come before all of the other.
        (Status::Active, false) => {
            out.push_sql(if common.descending { "true" } else { "false" });
            return Ok(());
        }
        (Status::Deleted, true) => {
            out.push_sql(if common.descending { "false" } else { "true" });
            return Ok(());
        }
    }
    out.push_bind_param::<SqlUuid, _>(id)?;
    out.push_sql(")");
    Ok(())
}
