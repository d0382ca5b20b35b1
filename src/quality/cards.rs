//! The mends of an expired default card: another default, or none.

use diesel::PgConnection;
use jiff::civil::Date;

use crate::{
    codes::Code,
    customer_parts::USES,
    customers::model as customers,
    error::{Error, Result},
    events::By,
    ids::{CustomerId, MethodId},
    input::FormFields,
    payment_methods::{model, uses, wallet},
    shell::{Toast, Tone},
    values::curtain::Curtain,
};

/// Makes the method that the form names the default in the place of the card that `expired`, or removes that card. Call it
/// in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::BadRequest`] when the form says neither; [`Error::Conflict`] as the wallet says.
pub fn mend(
    conn: &mut PgConnection,
    by: &By,
    id: CustomerId,
    today: Date,
    typed: &FormFields,
    curtain: Curtain,
) -> Result<(MethodId, Toast)> {
    let named = |name| typed.filled(name).and_then(|id| id.parse::<MethodId>().ok());
    let Some(expired) = named("expired") else {
        let sentence = "This form does not say which card it is about. Open the page again.";
        return Err(Error::BadRequest(Code::InvalidParameter.says(sentence)));
    };
    customers::lock_live(conn, by.account, id)?;
    let default = model::default_of(conn, by.account, id)?;
    if !default.is_some_and(|default| default.id == expired && default.is_expired(today)) {
        let toast = Toast::new("The wallet was changed meanwhile, and stays as it is").toned(Tone::Bad);
        return Ok((expired, toast));
    }
    let Some(other) = named("default") else {
        let removed = match uses::remove(conn, by, expired, (None, false), USES) {
            Err(Error::Conflict(reason)) if reason.code == Code::MethodInUse => {
                return Ok((expired, Toast::new(curtain.text(&reason.sentence)).toned(Tone::Bad)));
            }
            removed => removed?.method,
        };
        let detail = Some("There is no default payment method now".to_owned());
        return Ok((expired, Toast { detail, ..Toast::new(format!("{} is removed", removed.title())) }));
    };
    if model::find(conn, by.account, other)?.customer != id {
        return Err(Error::NotFound);
    }
    let title = wallet::make_default(conn, by, other)?.title();
    Ok((other, Toast::new(format!("{title} is the default now"))))
}
