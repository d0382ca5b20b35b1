//! A token stands for a card or bank account once: it makes one charge or one method.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::{
    error::{Error, Result},
    ids::AccountId,
    schema::used_tokens,
};

/// Uses a token up. Call it in the transaction of what it is used for.
///
/// # Errors
/// [`Error::Conflict`] when it was used before.
pub fn take(conn: &mut PgConnection, account: AccountId, token: &str, now: Timestamp) -> Result<()> {
    let used = diesel::insert_into(used_tokens::table)
        .values((
            used_tokens::account_id.eq(account),
            used_tokens::token.eq(token),
            used_tokens::used_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    match used {
        1 => Ok(()),
        _ => Err(Error::Conflict("This token was used already. Each token works once; make a new one.".into())),
    }
}
