//! The mends of an expired default card: another default, or none.

use diesel::PgConnection;

use crate::{
    codes::Code,
    error::{Error, Result},
    events::By,
    ids::{CustomerId, MethodId},
    input::FormFields,
    payment_methods::{model, wallet},
    shell::Toast,
};

/// Makes the method that the form names the default, or removes it. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::BadRequest`] when the form says neither; [`Error::Conflict`] as the wallet says.
pub fn mend(conn: &mut PgConnection, by: &By, id: CustomerId, typed: &FormFields) -> Result<(MethodId, Toast)> {
    let named = |name| typed.filled(name).and_then(|id| id.parse::<MethodId>().ok());
    let (method, is_default) = match (named("default"), named("remove")) {
        (Some(method), None) => (method, true),
        (None, Some(method)) => (method, false),
        _ => {
            let sentence = "This form does not say what to do with which payment method. Open the page again.";
            return Err(Error::BadRequest(Code::InvalidParameter.says(sentence)));
        }
    };
    if model::find(conn, by.account, method)?.customer != id {
        return Err(Error::NotFound);
    }
    if is_default {
        let title = wallet::make_default(conn, by, method)?.title();
        return Ok((method, Toast::new(format!("{title} is the default now"))));
    }
    let (removed, _) = wallet::remove(conn, by, method)?;
    Ok((method, Toast::new(format!("{} is removed", removed.title()))))
}
