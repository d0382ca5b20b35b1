//! The values of the merchant's own fields as searches and orders compare them, beside the record that has them.

use diesel::{PgConnection, RunQueryDsl, sql_query, sql_types::Uuid as SqlUuid};

use crate::{
    error::Result,
    ids::{AccountId, CustomerId},
};

/// Keeps the values of a customer just written. Call it in the same transaction.
pub fn keep(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<()> {
    for sql in [
        "DELETE FROM custom_values known WHERE known.account_id = $1 AND known.customer_id = $2 AND NOT EXISTS (SELECT \
         FROM customers c, custom_values_of(c.custom) own \
         WHERE c.account_id = $1 AND c.id = $2 AND own.key = known.key AND own.value = known.value)",
        "INSERT INTO custom_values (account_id, customer_id, key, value) SELECT c.account_id, c.id, own.key, own.value \
         FROM customers c, custom_values_of(c.custom) own WHERE c.account_id = $1 AND c.id = $2 ON CONFLICT DO NOTHING",
    ] {
        sql_query(sql).bind::<SqlUuid, _>(account).bind::<SqlUuid, _>(id).execute(conn)?;
    }
    Ok(())
}
