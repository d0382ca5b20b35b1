//! The pages about payment schedules. Everybody who is signed in sees them; editors make, change and cancel them.

pub mod act;
pub mod create;
pub mod list;
pub mod of_customer;
pub mod show;

use diesel::PgConnection;
use jiff::civil::Date;

use super::{
    held::{head, waiting},
    model::{self, Part, Schedule},
    path,
    status::PartStatus,
};
use crate::{
    customers::{identity, model as customers},
    error::Result,
    ids::{PaymentId, ScheduleId},
    payment_methods::model::{self as payment_methods, Method},
    payments::of_debt,
    reveal,
    values::{Money, expiry},
    who::SignedIn,
};

/// A payment schedule as pages show it to who asks.
pub struct View {
    pub schedule: Schedule,
    /// Its parts by their numbers.
    pub parts: Vec<Part>,
    /// The beginning of all its paths.
    pub path: String,
    /// The customer's name.
    pub customer: String,
    pub customer_path: String,
    pub is_deleted: bool,
    /// The customer's methods that can be chosen.
    pub wallet: Vec<Method>,
    /// The charge of a part that is under way.
    pub running: Option<PaymentId>,
    /// The merchant's date.
    pub today: Date,
}

impl View {
    /// Reads it for a person, with the person as the reader of that customer.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] when there is none.
    pub fn read(conn: &mut PgConnection, who: &SignedIn, id: ScheduleId) -> Result<(Self, SignedIn)> {
        let account = who.account;
        let schedule = model::find(conn, account, id)?;
        let who = reveal::reader(conn, who, schedule.customer_id)?;
        let curtain = who.curtain();
        let customer = customers::find(conn, account, schedule.customer_id)?.behind(curtain);
        let parts = model::parts(conn, account, id)?;
        let wallet = payment_methods::of_customer(conn, account, schedule.customer_id)?;
        let running = match parts.iter().find(|part| part.status == PartStatus::Processing) {
            Some(part) => of_debt::running(conn, account, part.id)?,
            None => None,
        };
        let view = Self {
            path: path(id),
            customer: customer.title(),
            customer_path: identity::path(customer.id),
            is_deleted: customer.is_deleted(),
            wallet: wallet.into_iter().map(|method| method.behind(curtain)).collect(),
            running,
            today: expiry::today(who.now(), &who.settings.time_zone),
            schedule: schedule.behind(curtain),
            parts,
        };
        Ok((view, who))
    }

    /// Returns the method that is charged on a day like today, if there is one.
    pub fn method(&self) -> Option<&Method> {
        let is_it = |method: &&Method| match self.schedule.method_id {
            Some(id) => method.id == id,
            None => method.is_default,
        };
        self.wallet.iter().find(is_it)
    }

    /// Returns what a part comes to.
    pub fn money(&self, part: &Part) -> Money {
        Money::new(part.amount, self.schedule.currency)
    }

    /// Returns the part that failed, if one did.
    pub fn failed(&self) -> Option<&Part> {
        head(&self.parts).filter(|part| part.status == PartStatus::Failed)
    }

    /// Returns what would be charged one after the other by now, if nothing failed, without one of them.
    pub fn waiting(&self, without: Option<&Part>) -> Money {
        let waiting = waiting(&self.parts, self.today).filter(|part| without.is_none_or(|one| one.id != part.id));
        Money::new(waiting.map(|part| part.amount).sum(), self.schedule.currency)
    }

    /// Returns how many parts are left that nobody has begun to charge.
    pub fn open(&self) -> usize {
        self.parts.iter().filter(|part| part.status.is_open()).count()
    }

    /// Returns what these come to.
    pub fn open_sum(&self) -> Money {
        let open = self.parts.iter().filter(|part| part.status.is_open());
        Money::new(open.map(|part| part.amount).sum(), self.schedule.currency)
    }
}
