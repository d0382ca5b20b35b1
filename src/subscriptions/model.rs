//! The table of subscriptions: finders, and storing one with the event of its change.

use diesel::{PgConnection, pg::Pg, prelude::*};
use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{
    figures,
    status::{EndReason, Status},
};
use crate::{
    error::{Error, Result},
    events::{self, By, Fields, NewEvent, fields::difference},
    ids::{AccountId, CustomerId, MethodId, PriceId, SubscriptionId},
    invoices::Collects,
    schema::subscriptions,
    values::{
        Currency, Interval, Money,
        curtain::Curtain,
        interval::{Calendar, Unit},
    },
};

/// A subscription.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = subscriptions, check_for_backend(Pg), primary_key(account_id, id), treat_none_as_null = true)]
pub struct Subscription {
    pub account_id: AccountId,
    /// The id, whose time is that of its creation.
    pub id: SubscriptionId,
    /// The version, which each change increases; a save names the one it started from.
    pub version: i32,
    pub customer_id: CustomerId,
    pub name: String,
    /// The price that its money was copied from; nothing for an amount of its own.
    pub price_id: Option<PriceId>,
    /// What each period costs, in the currency's smallest unit.
    pub amount: i64,
    pub currency: Currency,
    pub interval_unit: Unit,
    pub interval_count: i32,
    /// The amount put on a month.
    pub monthly: i64,
    /// The days in which the bill that is sent is to be paid; nothing where a payment method is charged.
    pub days_until_due: Option<i32>,
    /// The method to charge; nothing is the wallet's default of that day.
    pub method_id: Option<MethodId>,
    pub status: Status,
    /// The day from which all others are counted, and the number of the period that begins on it.
    #[diesel(serialize_as = jiff_diesel::Date, deserialize_as = jiff_diesel::Date)]
    pub anchor_on: Date,
    pub anchor_no: i32,
    /// The day of the month, where the month has it.
    pub anchor_day: i16,
    /// The last period that was billed, or passed over; 0 before the first.
    pub period_no: i32,
    #[diesel(serialize_as = jiff_diesel::NullableDate, deserialize_as = jiff_diesel::NullableDate)]
    pub period_from: Option<Date>,
    /// The day on which the next period begins.
    #[diesel(serialize_as = jiff_diesel::NullableDate, deserialize_as = jiff_diesel::NullableDate)]
    pub period_until: Option<Date>,
    /// The day of the next charge; nothing when there is none to come.
    #[diesel(serialize_as = jiff_diesel::NullableDate, deserialize_as = jiff_diesel::NullableDate)]
    pub next_on: Option<Date>,
    /// The first day on which it is not used any more.
    #[diesel(serialize_as = jiff_diesel::NullableDate, deserialize_as = jiff_diesel::NullableDate)]
    pub ends_on: Option<Date>,
    /// What each period costs from the next one on.
    pub next_amount: Option<i64>,
    pub next_price_id: Option<PriceId>,
    /// The number of its open invoices that failed or are overdue, while it has not ended.
    pub unpaid: i32,
    /// The day on which tries ended and nobody decided yet: it stands still since.
    #[diesel(serialize_as = jiff_diesel::NullableDate, deserialize_as = jiff_diesel::NullableDate)]
    pub given_up_on: Option<Date>,
    /// The time until which the first invoice of one that is incomplete can be paid.
    #[diesel(serialize_as = jiff_diesel::NullableTimestamp, deserialize_as = jiff_diesel::NullableTimestamp)]
    pub pay_until: Option<Timestamp>,
    /// The day on which it began, as people tell it.
    #[diesel(serialize_as = jiff_diesel::Date, deserialize_as = jiff_diesel::Date)]
    pub started_on: Date,
    #[diesel(serialize_as = jiff_diesel::NullableTimestamp, deserialize_as = jiff_diesel::NullableTimestamp)]
    pub ended_at: Option<Timestamp>,
    pub end_reason: Option<EndReason>,
    pub metadata: Value,
    #[diesel(serialize_as = jiff_diesel::Timestamp, deserialize_as = jiff_diesel::Timestamp)]
    pub updated_at: Timestamp,
}

impl Subscription {
    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        Self { name: curtain.text(&self.name), ..self }
    }

    /// Returns what each period costs.
    pub fn amount(&self) -> Money {
        Money::new(self.amount, self.currency)
    }

    /// Returns how its money comes in.
    pub fn collects(&self) -> Collects {
        if self.days_until_due.is_some() { Collects::Invoice } else { Collects::Charge }
    }

    /// Returns how often it is charged.
    ///
    /// # Errors
    /// When the stored interval is none.
    pub fn interval(&self) -> Result<Interval> {
        Interval::new(self.interval_unit, self.interval_count.into()).map_err(Error::internal)
    }

    /// Returns the days on which its periods begin.
    ///
    /// # Errors
    /// When what is stored is no calendar.
    pub fn calendar(&self) -> Result<Calendar> {
        Ok(Calendar {
            interval: self.interval()?,
            anchor: self.anchor_on,
            anchor_no: self.anchor_no.into(),
            anchor_day: i8::try_from(self.anchor_day).map_err(Error::internal)?,
        })
    }

    /// Returns the day on which the next period begins that is to be billed; nothing when there is none.
    ///
    /// # Errors
    /// When what is stored is no calendar.
    pub fn next_begin(&self) -> Result<Option<Date>> {
        let next = self.calendar()?.begins(i64::from(self.period_no) + 1);
        Ok(next.filter(|next| self.ends_on.is_none_or(|end| *next < end)))
    }

    /// Returns it with an amount, and with what that comes to a month.
    ///
    /// # Errors
    /// When the stored interval is none.
    pub fn costing(self, amount: i64, price: Option<PriceId>) -> Result<Self> {
        let monthly = self.interval()?.monthly(Money::new(amount, self.currency)).minor;
        Ok(Self { amount, monthly, price_id: price, ..self })
    }

    /// Returns it in words: "Pro, KES 4,900.00 every month".
    ///
    /// # Errors
    /// When the stored interval is none.
    pub fn words(&self) -> Result<String> {
        Ok(format!("{}, {} {}", self.name, self.amount(), self.interval()?.words()))
    }

    /// Returns what it adds to the recurring revenue; nothing where it does not count: before it begins, while it stands
    /// still, and after its end.
    pub fn revenue(&self) -> Option<i64> {
        let counts = matches!(self.status, Status::Active | Status::PastDue) && self.given_up_on.is_none();
        counts.then_some(self.monthly)
    }

    pub fn is_ended(&self) -> bool {
        self.ended_at.is_some()
    }

    /// Returns the fields for its events.
    pub fn fields(&self) -> Fields {
        let fields = [
            ("name", json!(self.name)),
            ("status", json!(self.status)),
            ("amount", json!(self.amount)),
            ("currency", json!(self.currency)),
            ("interval", json!(self.interval_unit)),
            ("interval_count", json!(self.interval_count)),
            ("price", json!(self.price_id)),
            ("days_until_due", json!(self.days_until_due)),
            ("method", json!(self.method_id)),
            ("period", json!(self.period_no)),
            ("period_from", json!(self.period_from)),
            ("period_until", json!(self.period_until)),
            ("next_on", json!(self.next_on)),
            ("billing_day", json!(self.anchor_day)),
            ("ends_on", json!(self.ends_on)),
            ("next_amount", json!(self.next_amount)),
            ("next_price", json!(self.next_price_id)),
            ("unpaid", json!(self.unpaid)),
            ("given_up_on", json!(self.given_up_on)),
            ("end_reason", json!(self.end_reason)),
            ("metadata", json!(self.metadata)),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// Finds a subscription of an account.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find(conn: &mut PgConnection, account: AccountId, id: SubscriptionId) -> Result<Subscription> {
    Ok(subscriptions::table.find((account, id)).select(Subscription::as_select()).first(conn)?)
}

/// Works like [`find`]; others who would change it wait until the transaction ends. Lock its customer before.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub(super) fn find_for_update(conn: &mut PgConnection, account: AccountId, id: SubscriptionId) -> Result<Subscription> {
    Ok(subscriptions::table.find((account, id)).select(Subscription::as_select()).for_update().first(conn)?)
}

/// Returns the subscriptions of a customer, the newest first, a hundred at most.
pub fn of_customer(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Subscription>> {
    let of_customer = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::customer_id.eq(customer))
        .order(subscriptions::id.desc())
        .limit(100)
        .select(Subscription::as_select());
    Ok(of_customer.load(conn)?)
}

/// Returns the subscriptions of a customer that have not ended, the newest first.
pub fn living_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Subscription>> {
    let living = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::customer_id.eq(customer))
        .filter(subscriptions::ended_at.is_null())
        .order(subscriptions::id.desc())
        .select(Subscription::as_select());
    Ok(living.load(conn)?)
}

/// Returns the newest subscription of a customer that has not ended and is charged by a price, now or from its next period
/// on. With the customer locked, there is none but those.
pub fn living_by(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    price: PriceId,
) -> Result<Option<SubscriptionId>> {
    let by_price = subscriptions::price_id.eq(price).or(subscriptions::next_price_id.eq(price));
    let living = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::customer_id.eq(customer))
        .filter(subscriptions::ended_at.is_null())
        .filter(by_price)
        .order(subscriptions::id.desc())
        .select(subscriptions::id);
    Ok(living.first(conn).optional()?)
}

/// Returns all subscriptions of a customer, oldest first.
pub fn all_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Subscription>> {
    let of_customer = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::customer_id.eq(customer))
        .order(subscriptions::id)
        .select(Subscription::as_select());
    Ok(of_customer.load(conn)?)
}

/// Counts the subscriptions of a customer.
pub fn count(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<i64> {
    let of_customer = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::customer_id.eq(customer));
    Ok(of_customer.count().get_result(conn)?)
}

/// Overwrites what may be personal in a customer's subscriptions.
pub(super) fn erase(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<()> {
    let of_customer = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::customer_id.eq(customer));
    let nothing = (subscriptions::name.eq("Erased"), subscriptions::metadata.eq(json!({})));
    diesel::update(of_customer).set(nothing).execute(conn)?;
    Ok(())
}

/// Writes a new subscription, with its event.
pub(super) fn insert(conn: &mut PgConnection, by: &By, new: &Subscription, kind: &'static str) -> Result<()> {
    diesel::insert_into(subscriptions::table).values(new.clone()).execute(conn)?;
    record(conn, by, new, kind, (&Fields::new(), new.fields()))
}

/// Stores a locked subscription as it became, with the event of it and what the event says besides; returns it with its
/// new version.
pub(super) fn store(
    conn: &mut PgConnection,
    by: &By,
    was: &Subscription,
    next: Subscription,
    (kind, besides): (&'static str, Fields),
) -> Result<Subscription> {
    debug_assert!(was.status == next.status || was.status.may_become(next.status), "{} → {}", was.status, next.status);
    let next = Subscription { version: was.version + 1, updated_at: by.now(), ..next };
    diesel::update(subscriptions::table.find((by.account, next.id))).set(next.clone()).execute(conn)?;
    figures::moved(conn, by.account, was, &next)?;
    let (before, mut after) = difference(&was.fields(), &next.fields());
    after.extend(besides);
    after.extend(moved(was, &next));
    record(conn, by, &next, kind, (&before, after))?;
    Ok(next)
}

/// Returns by how much a change moves the recurring revenue, for its event; nothing when it does not.
pub fn moved(was: &Subscription, is: &Subscription) -> Fields {
    let (before, after) = (was.revenue(), is.revenue());
    if before == after {
        return Fields::new();
    }
    let by = after.unwrap_or_default() - before.unwrap_or_default();
    Fields::from([("revenue".to_owned(), json!(by)), ("currency".to_owned(), json!(is.currency))])
}

/// Stores how many of its open invoices are unpaid, where the events of those tell it.
pub(super) fn store_unpaid(conn: &mut PgConnection, by: &By, id: SubscriptionId, unpaid: i32) -> Result<()> {
    let row = subscriptions::table.find((by.account, id));
    diesel::update(row).set(subscriptions::unpaid.eq(unpaid)).execute(conn)?;
    Ok(())
}

fn record(
    conn: &mut PgConnection,
    by: &By,
    subscription: &Subscription,
    kind: &'static str,
    (before, after): (&Fields, Fields),
) -> Result<()> {
    // The event names what it is about, so that a customer's activity needs no other table.
    let mut after = after;
    after.entry("name".to_owned()).or_insert_with(|| json!(subscription.name));
    let what = NewEvent {
        kind,
        subject: subscription.id.uuid(),
        customer: Some(subscription.customer_id),
        version: subscription.version,
        before,
        after: &after,
    };
    events::record(conn, by, &what)?;
    Ok(())
}
