//! Subscriptions and the payment methods that they charge. A method stays while a living one needs it, unless another is
//! charged instead; and a wallet that changes lets what is past due be tried at once.

use std::collections::BTreeMap;

use diesel::PgConnection;

use super::{
    held::Held,
    model::{self, Subscription},
};
use crate::{
    codes::Code,
    customers::model as customers,
    error::{Error, Result},
    events::By,
    ids::{AccountId, CustomerId, MethodId, SubscriptionId},
    invoices::{self, Collects},
    merchants,
    payment_methods::{
        charging::for_charge,
        model::{self as payment_methods, Method},
        uses::{Use, Uses},
        wallet,
    },
    payments::of_invoice,
    values::{Money, expiry},
};

/// Living subscriptions, as what needs a method.
pub static USES: &dyn Uses = &Subscriptions;

struct Subscriptions;

impl Uses for Subscriptions {
    fn of(&self, conn: &mut PgConnection, account: AccountId, method: &Method) -> Result<Vec<Use>> {
        let charged = Charged { named: Some(method.id), by_default: method.is_default };
        let needing = model::living_of(conn, account, method.customer)?.into_iter().filter(|one| charged.has(one));
        needing.map(|one| Ok(Use { subscription: one.id, says: one.words()? })).collect()
    }
}

/// The subscriptions of a customer that charge a method: those that name it, those that follow the default, or both.
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

    fn has(self, one: &Subscription) -> bool {
        match one.method_id {
            Some(method) => self.named == Some(method),
            None => self.by_default && one.collects() == Collects::Charge,
        }
    }
}

/// What is unpaid of subscriptions that are past due, and would be charged now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpaid {
    subscriptions: usize,
    invoices: usize,
    /// By currency.
    sums: BTreeMap<String, Money>,
    /// How many of them stand still, and would go on.
    standing: usize,
}

impl Unpaid {
    pub fn is_empty(&self) -> bool {
        self.invoices == 0
    }

    /// Returns whether several invoices would be charged, one after the other.
    pub fn is_several(&self) -> bool {
        self.invoices > 1
    }

    /// Returns the sums, one a currency: "KES 9,800.00 and USD 10.00".
    pub fn sums(&self) -> String {
        self.sums.values().map(Money::to_string).collect::<Vec<_>>().join(" and ")
    }

    /// Returns it in numbers: "2 invoices of 1 subscription are unpaid".
    pub fn says(&self) -> String {
        let (invoices, are) = match self.invoices {
            1 => ("1 invoice".to_owned(), "is"),
            count => (format!("{count} invoices"), "are"),
        };
        let of = match self.subscriptions {
            1 => "a subscription".to_owned(),
            count => format!("{count} subscriptions"),
        };
        let standing = match self.standing {
            0 => "",
            1 if self.subscriptions == 1 => ", which stands still",
            1 => ", of which 1 stands still",
            _ => ", which stand still",
        };
        format!("{invoices} of {of}{standing} {are} unpaid")
    }
}

/// Returns the past-due subscriptions of a customer that charge a method, which have something to be charged and no
/// charge of it under way.
fn past_due(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    charged: Charged,
) -> Result<Vec<(Subscription, Vec<Money>)>> {
    let mut due = Vec::new();
    for one in model::living_of(conn, account, customer)? {
        if one.unpaid == 0 || !charged.has(&one) {
            continue;
        }
        let open = invoices::model::open_of(conn, account, one.id)?;
        let open: Vec<_> = open.into_iter().filter(|invoice| invoice.collects == Collects::Charge).collect();
        let Some(oldest) = open.first() else { continue };
        if of_invoice::running(conn, account, oldest.id)?.is_none() {
            due.push((one, open.iter().map(invoices::Invoice::left).collect()));
        }
    }
    Ok(due)
}

/// Returns what [`collect`] would charge, one after the other.
///
/// # Errors
/// When the database fails.
pub fn unpaid(conn: &mut PgConnection, account: AccountId, customer: CustomerId, charged: Charged) -> Result<Unpaid> {
    let mut unpaid = Unpaid::default();
    for (one, left) in past_due(conn, account, customer, charged)? {
        unpaid.subscriptions += 1;
        unpaid.standing += usize::from(one.given_up_on.is_some());
        unpaid.invoices += left.len();
        for money in left {
            let sum = unpaid.sums.entry(money.currency.to_string()).or_insert(Money::new(0, money.currency));
            sum.minor = sum.minor.saturating_add(money.minor);
        }
    }
    Ok(unpaid)
}

/// Tries now what is unpaid of the past-due subscriptions that charge a method, also of those that stand still: the oldest
/// invoice of each, which the others follow. Returns how many charges have begun. Call it in the transaction that changes
/// the wallet.
///
/// # Errors
/// When the database fails.
pub fn collect(conn: &mut PgConnection, by: &By, customer: CustomerId, charged: Charged) -> Result<usize> {
    if charged == Charged::default() {
        return Ok(0);
    }
    let due = past_due(conn, by.account, customer, charged)?;
    collect_each(conn, by, due.into_iter().map(|(one, _)| one.id))
}

fn collect_each(conn: &mut PgConnection, by: &By, ids: impl Iterator<Item = SubscriptionId>) -> Result<usize> {
    let mut begun = 0;
    for id in ids {
        let mut held = Held::open(conn, by, id)?;
        if held.subscription.unpaid > 0 {
            begun += usize::from(held.collect_now(conn)?);
            held.schedule(conn)?;
        }
    }
    Ok(begun)
}

/// What became of a method that was to be removed.
#[derive(Debug)]
pub struct Removed {
    pub method: Method,
    pub was_default: bool,
    /// The method that is charged instead.
    pub instead: Option<Method>,
    /// How many subscriptions changed to that.
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
    instead: Option<MethodId>,
    collect: bool,
) -> Result<Removed> {
    let Some(instead) = instead else {
        let (method, was_default) = wallet::remove(conn, by, id, USES)?;
        return Ok(Removed { method, was_default, instead: None, changed: 0, begun: 0 });
    };
    let customer = payment_methods::find(conn, by.account, id)?.customer;
    customers::find_for_update(conn, by.account, customer)?.refuse_deleted()?;
    // It is locked with its customer from here on.
    let method = payment_methods::find(conn, by.account, id)?;
    let (mut ids, mut other) = (Vec::new(), None);
    if !method.is_removed() {
        if instead == id {
            let sentence = "This is the payment method that is to be removed. Choose another one.";
            return Err(Error::Conflict(Code::MethodInUse.says(sentence)));
        }
        let today = expiry::today(by.now(), &merchants::time_zone(conn, by.account)?);
        let chosen = for_charge(conn, by.account, customer, Some(instead), today)?.map_err(Error::Conflict)?;
        ids = USES.of(conn, by.account, &method)?.into_iter().map(|one| one.subscription).collect();
        for id in &ids {
            let mut held = Held::open(conn, by, *id)?;
            if held.subscription.method_id.is_some() {
                held.change_method(conn, Some(instead), false)?;
            }
        }
        other = Some(if method.is_default { wallet::make_default(conn, by, instead)? } else { chosen.method });
    }
    let (method, was_default) = wallet::remove(conn, by, id, USES)?;
    let changed = ids.len();
    let begun = if collect { collect_each(conn, by, ids.into_iter())? } else { 0 };
    Ok(Removed { method, was_default, instead: other, changed, begun })
}
