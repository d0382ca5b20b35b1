//! Chooses the method of a charge: the one it names, else the customer's default.

use diesel::PgConnection;
use jiff::civil::Date;

use super::model::{self, Method};
use crate::{
    codes::Code,
    customers::model::{self as customers, Customer},
    error::Result,
    ids::{AccountId, CustomerId, MethodId},
    reason::{Detail, Reason},
    values::{Address, expiry},
};

/// The method and the billing address of a charge.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub method: Method,
    /// The billing address of a charge without one of its own: the method's, else the customer's default.
    pub billing: Option<Address>,
}

/// What a charge is made with, or why it cannot be made.
pub type Choice = std::result::Result<Chosen, Reason>;

/// Returns the method for a charge of a customer on the merchant's date `today`: the one it names, else the default; or
/// the reason why there is none, whose sentence says how to go on: no default where none is named, or a method that is
/// removed, expired or another customer's. Who charges again and again counts that as a try that failed. The customer's
/// row stays locked until the transaction ends, so that neither is removed or deleted meanwhile.
///
/// # Errors
/// [`crate::error::Error::NotFound`] without the customer; [`crate::error::Error::Conflict`] when the customer is deleted.
pub fn for_charge(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    named: Option<MethodId>,
    today: Date,
) -> Result<Choice> {
    let customer = customers::find_for_update(conn, account, customer)?;
    customer.refuse_deleted()?;
    let methods = model::all_of(conn, account, customer.id)?;
    let method = match named {
        Some(id) => methods.into_iter().find(|method| method.id == id).ok_or_else(foreign),
        None => default(methods),
    };
    let chargeable = method.and_then(|method| refuse(&method, today).map(|()| method));
    Ok(chargeable.map(|method| {
        let billing = method.billing.clone().or_else(|| default_billing(&customer));
        Chosen { method, billing }
    }))
}

/// Refuses a method of a wallet that cannot be charged on that day, with a sentence that says how to go on.
fn refuse(method: &Method, today: Date) -> std::result::Result<(), Reason> {
    let title = method.title();
    let refused = |code: Code, sentence: String| Err(code.says(sentence).with(Detail::PaymentMethod(method.id)));
    if method.is_removed() {
        let sentence = format!(
            "{title} was removed from the wallet and cannot be charged. Choose another payment method, or restore it first."
        );
        return refused(Code::MethodRemoved, sentence);
    }
    match method.instrument.expires_on {
        Some(last) if expiry::is_expired(last, today) => {
            let last = expiry::shown(last);
            let sentence = format!(
                "{title} expired with {last}. Choose another payment method, or edit its expiry if the card was renewed."
            );
            refused(Code::CardExpired, sentence)
        }
        _ => Ok(()),
    }
}

/// Returns the reason why a method that is not in the customer's wallet is not used.
pub fn foreign() -> Reason {
    Code::MethodOfAnother.says("This payment method is not in the wallet of this customer. Choose one that is.")
}

fn default(methods: Vec<Method>) -> std::result::Result<Method, Reason> {
    let sentence = match methods.iter().all(Method::is_removed) {
        true => "This customer has no payment method. Add one first.",
        false => {
            "This customer has no default payment method. Choose the payment method to charge, or make one the default."
        }
    };
    let default = methods.into_iter().find(|method| method.is_default);
    default.ok_or_else(|| Code::NoPaymentMethod.says(sentence))
}

fn default_billing(customer: &Customer) -> Option<Address> {
    let mut addresses = customer.record.addresses.values();
    addresses.find(|address| address.kind == "billing" && address.is_default).cloned()
}
