//! Where a new payment method comes from: a token that the gateway knows, an earlier payment, or what somebody wrote
//! down.

use jiff::Timestamp;

use crate::{
    codes::Code,
    db::Db,
    error::Result,
    gateway::{self, Gateway, Sandbox},
    ids::{AccountId, CustomerId},
    payment_methods::{input::Source, wallet::New},
    payments::used_before,
    reason::Reason,
    values::Mode,
};

/// Returns the card or bank account to be added, or the reason that it cannot be. Asks the gateway outside of any
/// transaction.
///
/// # Errors
/// When the database fails.
pub async fn instrument(
    db: &Db,
    (account, mode): (AccountId, Mode),
    customer: CustomerId,
    source: Source,
    now: Timestamp,
) -> Result<Result<New, Reason>> {
    match source {
        Source::Payment(payment) => {
            let paid = db.read(move |conn| used_before::of_payment(conn, account, customer, payment)).await?;
            let gone = "This customer has no such payment that succeeded. Choose one of the list.";
            Ok(paid.map(New::of).ok_or_else(|| Code::PaymentUnknown.says(gone)))
        }
        Source::Recorded(_) if gateway::has(mode) => {
            Ok(Err(Code::Required.says("This account has a gateway. Send the token that it gave, not a record.")))
        }
        Source::Recorded(recorded) => Ok(Ok(New::of_recorded(recorded))),
        Source::Token(token) => {
            let sandbox = Sandbox::new(db.clone());
            let Some(gateway) = gateway::of(mode, &sandbox) else {
                return Ok(Err(Code::NoGateway.says(
                    "Live accounts have no gateway yet, so no token can be verified. Record the card or bank account \
                     instead, or try this in the test account.",
                )));
            };
            let known = gateway.verify(account, &token, now).await?;
            Ok(known.map(|known| New::of_token(&token, known)).ok_or_else(gateway::unknown_token))
        }
    }
}
