//! What needs a payment method again and again, which the rooms above keep. A wallet knows only that a method stays while
//! something does.

use diesel::PgConnection;

use super::model::Method;
use crate::{
    codes::Code,
    error::{Error, Result},
    ids::{AccountId, SubscriptionId},
    reason::Detail,
    values::curtain::Curtain,
};

/// One thing that charges a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub subscription: SubscriptionId,
    /// It in words: "Pro, KES 4,900.00 every month".
    pub says: String,
}

impl Use {
    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        Self { says: curtain.text(&self.says), ..self }
    }
}

/// The things that charge methods. Whoever removes one passes them in, as the gateway is.
pub trait Uses: Sync {
    /// Returns what would have nothing to charge without a method, whose customer is locked where it is about to go: what
    /// names it, and what follows the default if it is that.
    ///
    /// # Errors
    /// When the database fails.
    fn of(&self, conn: &mut PgConnection, account: AccountId, method: &Method) -> Result<Vec<Use>>;
}

/// Refuses to remove a method that is in use.
///
/// # Errors
/// [`Error::Conflict`], which names what uses it.
pub fn refuse_used(method: &Method, uses: &[Use]) -> Result<()> {
    if uses.is_empty() {
        return Ok(());
    }
    let says: Vec<&str> = uses.iter().map(|one| one.says.as_str()).collect();
    let sentence = format!(
        "{} is charged for {}. Have another payment method charged instead, or let that end first.",
        method.title(),
        says.join("; ")
    );
    let ids = uses.iter().map(|one| one.subscription).collect();
    Err(Error::Conflict(Code::MethodInUse.says(sentence).with(Detail::Subscriptions(ids))))
}
