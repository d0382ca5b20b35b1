//! The pages about subscriptions. Everybody who is signed in sees them; editors start, change and end them.

mod act;
pub mod amount;
pub mod cancellation;
pub mod list;
pub mod method;
pub mod next_charge;
pub mod of_customer;
pub mod show;
pub mod start;

use diesel::PgConnection;
use jiff::civil::Date;

use super::{Subscription, model, path, upcoming::Upcoming};
use crate::{
    customers::{identity, model as customers},
    error::Result,
    ids::{PaymentId, SubscriptionId},
    invoices::{self, Collects, Invoice},
    payment_methods::{
        choosing::{Choosable, choosable},
        model::{self as payment_methods, Method},
    },
    payments::of_debt,
    reveal,
    values::{Money, curtain::Curtain, expiry, when::day},
    who::SignedIn,
};

/// A subscription as pages show it to who asks.
pub struct View {
    pub subscription: Subscription,
    /// The beginning of all its paths.
    pub path: String,
    /// What it costs and how often: "KES 4,900.00 every month".
    pub terms: String,
    /// The customer's name.
    pub customer: String,
    pub customer_path: String,
    pub is_deleted: bool,
    /// The customer's methods that can be chosen.
    pub wallet: Vec<Method>,
    /// Its open invoices, the oldest first.
    pub open: Vec<Invoice>,
    /// The charge for one of them that is under way.
    pub running: Option<PaymentId>,
    /// The merchant's date.
    pub today: Date,
}

impl View {
    /// Reads it for a person, with the person as the reader of that customer.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] when there is none.
    pub fn read(conn: &mut PgConnection, who: &SignedIn, id: SubscriptionId) -> Result<(Self, SignedIn)> {
        let account = who.account;
        let subscription = model::find(conn, account, id)?;
        let who = reveal::reader(conn, who, subscription.customer_id)?;
        let curtain = who.curtain();
        let customer = customers::find(conn, account, subscription.customer_id)?.behind(curtain);
        let open = invoices::model::open_of(conn, account, id)?;
        let view = Self {
            path: path(id),
            terms: terms(&subscription, subscription.amount())?,
            customer: customer.title(),
            customer_path: identity::path(customer.id),
            is_deleted: customer.is_deleted(),
            wallet: wallet(conn, &who, &subscription, curtain)?,
            running: of_debt::running_of(conn, account, &open.iter().map(|one| one.id).collect::<Vec<_>>())?,
            open: open.into_iter().map(|invoice| invoice.behind(curtain)).collect(),
            today: expiry::today(who.now(), &who.settings.time_zone),
            subscription: subscription.behind(curtain),
        };
        Ok((view, who))
    }

    /// Returns the method that is charged on a day like today, if there is one.
    pub fn method(&self) -> Option<&Method> {
        let is_it = |method: &&Method| match self.subscription.method_id {
            Some(id) => method.id == id,
            None => method.is_default,
        };
        self.wallet.iter().find(is_it)
    }

    /// Returns what is open of it in all.
    pub fn owed(&self) -> Money {
        let minor = self.open.iter().map(|invoice| invoice.left().minor).sum();
        Money::new(minor, self.subscription.currency)
    }

    /// Returns what of that is charged, one invoice after the other.
    pub fn charged(&self) -> Money {
        let charged = self.open.iter().filter(|invoice| invoice.collects == Collects::Charge);
        Money::new(charged.map(|invoice| invoice.left().minor).sum(), self.subscription.currency)
    }

    /// Returns whether something of it is unpaid, so that it can only end at once.
    pub fn is_unpaid(&self) -> bool {
        let is = &self.subscription;
        is.pay_until.is_some() || is.unpaid > 0 || is.given_up_on.is_some()
    }

    /// Returns the day of the next charge.
    pub fn next_on(&self) -> Option<String> {
        self.subscription.next_on.map(day)
    }

    /// Returns the day on which it began.
    pub fn started_on(&self) -> String {
        day(self.subscription.started_on)
    }

    /// Returns the amount of each period from the next one on.
    pub fn next_amount(&self) -> Money {
        Money::new(self.subscription.next_amount.unwrap_or(self.subscription.amount), self.subscription.currency)
    }
}

fn wallet(
    conn: &mut PgConnection,
    who: &SignedIn,
    subscription: &Subscription,
    curtain: Curtain,
) -> Result<Vec<Method>> {
    let methods = payment_methods::of_customer(conn, who.account, subscription.customer_id)?;
    Ok(methods.into_iter().map(|method| method.behind(curtain)).collect())
}

/// Returns an amount with how often it is charged: "KES 4,900.00 every month".
fn terms(subscription: &Subscription, amount: Money) -> Result<String> {
    Ok(format!("{amount} {}", subscription.interval()?.words()))
}

/// A charge to come, as a line of a list.
pub struct Coming {
    /// The day of the week and the day: "Sat 12 Dec 2026".
    pub on: String,
    /// The last day that it pays for.
    pub until: String,
    pub amount: Money,
}

impl Coming {
    fn new(charge: &Upcoming) -> Self {
        let last = charge.until.yesterday().unwrap_or(charge.until);
        Self { on: charge.on.strftime("%a %-d %b %Y").to_string(), until: day(last), amount: charge.amount }
    }
}
