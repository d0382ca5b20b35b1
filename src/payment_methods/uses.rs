//! What needs a payment method again and again, which the rooms above keep. A wallet knows only that a method stays while
//! something does, unless another one is charged instead; and that a wallet that changes lets what is unpaid be tried at
//! once.

use std::collections::BTreeMap;

use diesel::PgConnection;

use super::{
    charging::for_charge,
    model::{self, Method},
    wallet,
};
use crate::{
    codes::Code,
    customers::model as customers,
    error::{Error, Result},
    events::By,
    ids::{AccountId, CustomerId, MethodId, ScheduleId, SubscriptionId},
    merchants,
    reason::Detail,
    values::{Money, curtain::Curtain, expiry},
};

/// What charges a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Subscription(SubscriptionId),
    Schedule(ScheduleId),
}

impl Thing {
    /// Returns the subscription, if it is one.
    pub fn subscription(self) -> Option<SubscriptionId> {
        if let Self::Subscription(id) = self { Some(id) } else { None }
    }

    /// Returns the payment schedule, if it is one.
    pub fn schedule(self) -> Option<ScheduleId> {
        if let Self::Schedule(id) = self { Some(id) } else { None }
    }
}

/// One thing that charges a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub thing: Thing,
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

/// Says how many things charge a method: "2 subscriptions and a payment schedule charge it".
pub fn counted(uses: &[Use]) -> String {
    let of = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("a {one}")),
        count => Some(format!("{count} {one}s")),
    };
    let subscriptions = uses.iter().filter(|one| one.thing.subscription().is_some()).count();
    let counts = [of(subscriptions, "subscription"), of(uses.len() - subscriptions, "payment schedule")];
    let says = counts.into_iter().flatten().collect::<Vec<_>>().join(" and ");
    let says = says.strip_prefix("a ").map_or(says.clone(), |rest| format!("A {rest}"));
    format!("{says} {} it", if uses.len() == 1 { "charges" } else { "charge" })
}

/// The things of a customer that charge a method: those that name it, those that follow the default, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charged {
    pub named: Option<MethodId>,
    pub by_default: bool,
}

impl Charged {
    /// Those that follow the default.
    pub const BY_DEFAULT: Self = Self { named: None, by_default: true };

    /// Returns those that charge a method.
    pub fn of(method: &Method) -> Self {
        Self { named: Some(method.id), by_default: method.is_default }
    }

    /// Returns those for which a change of a method is news: it expires on another day, or is the default now.
    pub fn anew(before: &Method, after: &Method) -> Self {
        let is_renewed = before.instrument.expires_on != after.instrument.expires_on;
        let by_default = after.is_default && (is_renewed || !before.is_default);
        Self { named: is_renewed.then_some(after.id), by_default }
    }

    /// Returns whether a thing is one of them that charges the method it names, or else the default.
    pub fn has(self, method: Option<MethodId>) -> bool {
        method.map_or(self.by_default, |method| self.named == Some(method))
    }
}

/// What is unpaid, and would be charged now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpaid {
    /// Whose it is.
    pub things: Vec<Thing>,
    /// It in numbers: "2 invoices of a subscription are unpaid".
    says: Vec<String>,
    /// How many debts would be charged.
    debts: usize,
    /// By currency.
    sums: BTreeMap<String, Money>,
}

impl Unpaid {
    /// Makes what is unpaid of things of one kind, with what is left of each debt; nothing of no things.
    pub fn new(things: Vec<Thing>, says: String, left: &[Money]) -> Self {
        if things.is_empty() {
            return Self::default();
        }
        let mut sums = BTreeMap::new();
        for money in left {
            let sum = sums.entry(money.currency.to_string()).or_insert(Money::new(0, money.currency));
            sum.minor = sum.minor.saturating_add(money.minor);
        }
        Self { things, says: vec![says], debts: left.len(), sums }
    }

    /// Adds what is unpaid of other things.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.things.extend(other.things);
        self.says.extend(other.says);
        self.debts += other.debts;
        for (currency, money) in other.sums {
            let sum = self.sums.entry(currency).or_insert(Money::new(0, money.currency));
            sum.minor = sum.minor.saturating_add(money.minor);
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        self.debts == 0
    }

    /// Returns whether several debts would be charged, one after the other.
    pub fn is_several(&self) -> bool {
        self.debts > 1
    }

    /// Returns the sums, one a currency: "KES 9,800.00 and USD 10.00".
    pub fn sums(&self) -> String {
        self.sums.values().map(Money::to_string).collect::<Vec<_>>().join(" and ")
    }

    /// Returns it in numbers: "2 invoices of a subscription are unpaid".
    pub fn says(&self) -> String {
        self.says.join(", and ")
    }
}

/// The things that charge methods. Whoever changes a wallet passes them in, as the gateway is.
pub trait Uses: Sync {
    /// Returns what would have nothing to charge without a method, whose customer is locked where it is about to go: what
    /// names it, and what follows the default if it is that.
    ///
    /// # Errors
    /// When the database fails.
    fn of(&self, conn: &mut PgConnection, account: AccountId, method: &Method) -> Result<Vec<Use>>;

    /// Has another method charged for things that name one. What follows the default stays with that.
    ///
    /// # Errors
    /// When the database fails.
    fn charge_instead(&self, conn: &mut PgConnection, by: &By, things: &[Thing], instead: MethodId) -> Result<()>;

    /// Returns what is unpaid of a customer's things that charge a method, as far as no charge of it is under way.
    ///
    /// # Errors
    /// When the database fails.
    fn unpaid(&self, conn: &mut PgConnection, by: &By, customer: CustomerId, charged: Charged) -> Result<Unpaid>;

    /// Tries now what is unpaid of things, also of those that stand still. Returns how many charges have begun.
    ///
    /// # Errors
    /// When the database fails.
    fn collect_of(&self, conn: &mut PgConnection, by: &By, things: &[Thing]) -> Result<usize>;
}

/// The things of several rooms. Each knows its own, and leaves others alone.
pub struct Each(pub &'static [&'static dyn Uses]);

impl Uses for Each {
    fn of(&self, conn: &mut PgConnection, account: AccountId, method: &Method) -> Result<Vec<Use>> {
        let of_each: Vec<Vec<Use>> = self.0.iter().map(|room| room.of(conn, account, method)).collect::<Result<_>>()?;
        Ok(of_each.into_iter().flatten().collect())
    }

    fn charge_instead(&self, conn: &mut PgConnection, by: &By, things: &[Thing], instead: MethodId) -> Result<()> {
        self.0.iter().try_for_each(|room| room.charge_instead(conn, by, things, instead))
    }

    fn unpaid(&self, conn: &mut PgConnection, by: &By, customer: CustomerId, charged: Charged) -> Result<Unpaid> {
        let of_each = |all: Unpaid, room: &&dyn Uses| Ok(all.and(room.unpaid(conn, by, customer, charged)?));
        self.0.iter().try_fold(Unpaid::default(), of_each)
    }

    fn collect_of(&self, conn: &mut PgConnection, by: &By, things: &[Thing]) -> Result<usize> {
        self.0.iter().try_fold(0, |begun, room| Ok(begun + room.collect_of(conn, by, things)?))
    }
}

/// Tries now what is unpaid of the things that charge a method, the oldest debt of each, which the others follow. Returns
/// how many charges have begun. Call it in the transaction that changes the wallet.
///
/// # Errors
/// When the database fails.
pub fn collect(
    conn: &mut PgConnection,
    by: &By,
    customer: CustomerId,
    charged: Charged,
    users: &dyn Uses,
) -> Result<usize> {
    if charged == Charged::default() {
        return Ok(0);
    }
    let unpaid = users.unpaid(conn, by, customer, charged)?;
    users.collect_of(conn, by, &unpaid.things)
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
    let in_use = Detail::InUse {
        subscriptions: uses.iter().filter_map(|one| one.thing.subscription()).collect(),
        schedules: uses.iter().filter_map(|one| one.thing.schedule()).collect(),
    };
    Err(Error::Conflict(Code::MethodInUse.says(sentence).with(in_use)))
}

/// What became of a method that was to be removed.
#[derive(Debug)]
pub struct Removed {
    pub method: Method,
    pub was_default: bool,
    /// The method that is charged instead.
    pub instead: Option<Method>,
    /// How many things charge that now.
    pub changed: usize,
    /// How many charges have begun.
    pub begun: usize,
}

/// Removes a method from its wallet. With another one that is charged `instead`, all that needs it changes to that, which
/// becomes the default if this one is; and with `collect`, what is past due is tried now. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when something needs it and nothing is charged instead, when the other one
/// cannot be charged, or when the customer is deleted.
pub fn remove(
    conn: &mut PgConnection,
    by: &By,
    id: MethodId,
    (instead, collect): (Option<MethodId>, bool),
    users: &dyn Uses,
) -> Result<Removed> {
    let Some(instead) = instead else {
        let (method, was_default) = wallet::remove(conn, by, id, users)?;
        return Ok(Removed { method, was_default, instead: None, changed: 0, begun: 0 });
    };
    let customer = model::find(conn, by.account, id)?.customer;
    customers::find_for_update(conn, by.account, customer)?.refuse_deleted()?;
    // It is locked with its customer from here on.
    let method = model::find(conn, by.account, id)?;
    let (mut things, mut other) = (Vec::new(), None);
    if !method.is_removed() {
        if instead == id {
            let sentence = "This is the payment method that is to be removed. Choose another one.";
            return Err(Error::Conflict(Code::MethodInUse.says(sentence)));
        }
        let today = expiry::today(by.now(), &merchants::time_zone(conn, by.account)?);
        let chosen = for_charge(conn, by.account, customer, Some(instead), today)?.map_err(Error::Conflict)?;
        things = users.of(conn, by.account, &method)?.into_iter().map(|one| one.thing).collect();
        users.charge_instead(conn, by, &things, instead)?;
        other = Some(if method.is_default { wallet::make_default(conn, by, instead)? } else { chosen.method });
    }
    let (method, was_default) = wallet::remove(conn, by, id, users)?;
    let begun = if collect { users.collect_of(conn, by, &things)? } else { 0 };
    Ok(Removed { method, was_default, instead: other, changed: things.len(), begun })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn what_charges_a_method_is_counted_in_words() {
        let now = Timestamp::UNIX_EPOCH;
        let of = |thing| Use { thing, says: String::new() };
        let subscription = of(Thing::Subscription(SubscriptionId::at(now)));
        let schedule = of(Thing::Schedule(ScheduleId::at(now)));
        assert_eq!(counted(std::slice::from_ref(&subscription)), "A subscription charges it");
        assert_eq!(counted(&[subscription.clone(), subscription.clone()]), "2 subscriptions charge it");
        assert_eq!(
            counted(&[subscription.clone(), subscription, schedule.clone()]),
            "2 subscriptions and a payment schedule charge it"
        );
        assert_eq!(counted(&[schedule]), "A payment schedule charges it");
    }
}
