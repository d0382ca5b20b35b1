//! Chooses the method of a charge: the one it names, else the customer's default.

use diesel::PgConnection;
use jiff::civil::Date;

use super::model::{self, Method};
use crate::{
    codes::Code,
    customers::model::{self as customers, Customer},
    error::{Error, Result},
    ids::{AccountId, CustomerId, MethodId},
    reason::Detail,
    values::{Address, expiry},
};

/// The method and the billing address of a charge.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub method: Method,
    /// The billing address of a charge without one of its own: the method's, else the customer's default.
    pub billing: Option<Address>,
}

/// Returns the method for a charge of a customer on the merchant's date `today`: the one it names, else the default.
/// The customer's row stays locked until the transaction ends, so that neither is removed or deleted meanwhile.
///
/// # Errors
/// [`Error::NotFound`] without the customer; [`Error::Conflict`], whose sentence says how to go on, when the customer
/// is deleted, when there is no default and none is named, or when the method is removed, expired or another
/// customer's.
pub fn for_charge(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    named: Option<MethodId>,
    today: Date,
) -> Result<Chosen> {
    let customer = customers::find_for_update(conn, account, customer)?;
    customer.refuse_deleted()?;
    let methods = model::all_of(conn, account, customer.id)?;
    let method = match named {
        Some(id) => methods.into_iter().find(|method| method.id == id).ok_or_else(foreign)?,
        None => default(methods)?,
    };
    refuse(&method, today)?;
    let billing = method.billing.clone().or_else(|| default_billing(&customer));
    Ok(Chosen { method, billing })
}

/// Refuses a method of a wallet that cannot be charged on that day.
///
/// # Errors
/// [`Error::Conflict`] whose sentence says how to go on.
pub fn refuse(method: &Method, today: Date) -> Result<()> {
    let title = method.title();
    let refused =
        |code: Code, sentence: String| Err(Error::Conflict(code.says(sentence).with(Detail::PaymentMethod(method.id))));
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

/// Returns the error for a method that is not in the customer's wallet.
pub fn foreign() -> Error {
    let sentence = "This payment method is not in the wallet of this customer. Choose one that is.";
    Error::Conflict(Code::MethodOfAnother.says(sentence))
}

fn default(methods: Vec<Method>) -> Result<Method> {
    let sentence = match methods.iter().all(Method::is_removed) {
        true => "This customer has no payment method. Add one first.",
        false => {
            "This customer has no default payment method. Choose the payment method to charge, or make one the default."
        }
    };
    let default = methods.into_iter().find(|method| method.is_default);
    default.ok_or_else(|| Error::Conflict(Code::NoPaymentMethod.says(sentence)))
}

fn default_billing(customer: &Customer) -> Option<Address> {
    let mut addresses = customer.record.addresses.values();
    addresses.find(|address| address.kind == "billing" && address.is_default).cloned()
}
