//! The tables of invoices and their lines: finders, and writing an invoice with its event.

use std::collections::HashMap;

use diesel::{PgConnection, dsl::sql, pg::Pg, prelude::*, sql_types::BigInt};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};

use super::{
    kinds,
    status::{Collects, Status},
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent, fields::difference},
    ids::{AccountId, CustomerId, InvoiceId, MethodId, SubscriptionId},
    paging::Limit,
    payments::charging::Source,
    schema::{invoice_lines, invoices},
    values::{Currency, Money, curtain::Curtain, interval::begins},
};

/// An invoice.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = invoices, check_for_backend(Pg), primary_key(account_id, id), treat_none_as_null = true)]
pub struct Invoice {
    pub account_id: AccountId,
    /// The id, whose time is that of its creation.
    pub id: InvoiceId,
    /// The version, which each change increases.
    pub version: i32,
    /// The number as printed.
    pub number: String,
    pub series_year: i16,
    pub series_no: i64,
    pub customer_id: CustomerId,
    /// The subscription whose periods it bills; nothing when it was made by hand.
    pub subscription_id: Option<SubscriptionId>,
    /// The voided invoice that it corrects.
    pub replaces_id: Option<InvoiceId>,
    pub status: Status,
    pub currency: Currency,
    /// All of it, in the currency's smallest unit.
    pub total: i64,
    /// What came in, in the same.
    pub paid: i64,
    pub collects: Collects,
    /// The method to charge; nothing is the wallet's default of that day.
    pub method_id: Option<MethodId>,
    #[diesel(serialize_as = jiff_diesel::Date, deserialize_as = jiff_diesel::Date)]
    pub issued_on: Date,
    /// The last day on which it is paid in time.
    #[diesel(serialize_as = jiff_diesel::Date, deserialize_as = jiff_diesel::Date)]
    pub due_on: Date,
    /// Who it is addressed to, as they were then: name, company, email, address.
    pub bill_to: Value,
    pub memo: Option<String>,
    pub reference: Option<String>,
    /// How often collecting it failed.
    pub tries: i32,
    #[diesel(serialize_as = jiff_diesel::NullableTimestamp, deserialize_as = jiff_diesel::NullableTimestamp)]
    pub first_failed_at: Option<Timestamp>,
    #[diesel(serialize_as = jiff_diesel::NullableTimestamp, deserialize_as = jiff_diesel::NullableTimestamp)]
    pub next_try_at: Option<Timestamp>,
    /// Why the last try failed, as a code.
    pub failure: Option<String>,
    /// True once it was told that its day has passed.
    pub is_overdue: bool,
    #[diesel(serialize_as = jiff_diesel::Timestamp, deserialize_as = jiff_diesel::Timestamp)]
    pub created_at: Timestamp,
    #[diesel(serialize_as = jiff_diesel::Timestamp, deserialize_as = jiff_diesel::Timestamp)]
    pub updated_at: Timestamp,
    #[diesel(serialize_as = jiff_diesel::NullableTimestamp, deserialize_as = jiff_diesel::NullableTimestamp)]
    pub closed_at: Option<Timestamp>,
}

impl Invoice {
    /// Returns what of it is not paid.
    pub fn left(&self) -> Money {
        Money::new(self.total - self.paid, self.currency)
    }

    /// Returns the last day on which it is paid in time: "12 Dec 2026".
    pub fn due(&self) -> String {
        self.due_on.strftime("%-d %b %Y").to_string()
    }

    pub fn total(&self) -> Money {
        Money::new(self.total, self.currency)
    }

    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    /// Returns when its last day is over, in the merchant's zone.
    ///
    /// # Errors
    /// When that is beyond the calendar.
    pub fn is_over_at(&self, zone: &TimeZone) -> Result<Timestamp> {
        self.due_on.tomorrow().and_then(|day| begins(day, zone)).map_err(Error::internal)
    }

    /// Returns what is charged for it when nobody says otherwise.
    pub fn source(&self) -> Source {
        self.method_id.map_or(Source::Default, Source::Method)
    }

    /// Returns its status in a word, as people read it.
    pub fn label(&self) -> &'static str {
        match self.status {
            Status::Open if self.is_overdue => "Overdue",
            Status::Open if self.tries > 0 => "Unpaid",
            Status::Open => "Open",
            Status::Paid => "Paid",
            Status::Void => "Void",
            Status::Uncollectible => "Written off",
        }
    }

    /// Returns the colour of that word: `ok`, `warn`, `bad`, `info`, or none.
    pub fn tone(&self) -> &'static str {
        match self.status {
            Status::Open if self.is_unpaid() => "bad",
            Status::Open => "info",
            Status::Paid => "ok",
            Status::Void | Status::Uncollectible => "",
        }
    }

    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        Self {
            bill_to: curtain.json("", &self.bill_to),
            memo: self.memo.map(|memo| curtain.text(&memo)),
            reference: self.reference.map(|reference| curtain.emails(&reference)),
            ..self
        }
    }

    /// Returns whether its subscription counts it as unpaid: it is open, and a try failed or its day has passed.
    pub fn is_unpaid(&self) -> bool {
        self.is_open() && (self.tries > 0 || self.is_overdue)
    }

    /// Returns the fields for its events.
    pub fn fields(&self) -> Fields {
        let fields = [
            ("number", json!(self.number)),
            ("status", json!(self.status)),
            ("total", json!(self.total)),
            ("paid", json!(self.paid)),
            ("currency", json!(self.currency)),
            ("collects", json!(self.collects)),
            ("subscription", json!(self.subscription_id)),
            ("method", json!(self.method_id)),
            ("issued_on", json!(self.issued_on)),
            ("due_on", json!(self.due_on)),
            ("memo", json!(self.memo)),
            ("reference", json!(self.reference)),
            ("tries", json!(self.tries)),
            ("failure", json!(self.failure)),
            ("next_try_at", json!(self.next_try_at)),
            ("is_overdue", json!(self.is_overdue)),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// What an invoice is for.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = invoice_lines, check_for_backend(Pg))]
pub struct Line {
    pub account_id: AccountId,
    pub invoice_id: InvoiceId,
    /// Its place, from 1.
    pub position: i16,
    pub description: String,
    pub quantity: i32,
    /// In the currency's smallest unit; less than nothing is a discount.
    pub unit_amount: i64,
    pub amount: i64,
    pub subscription_id: Option<SubscriptionId>,
    pub period_no: Option<i32>,
    #[diesel(serialize_as = jiff_diesel::NullableDate, deserialize_as = jiff_diesel::NullableDate)]
    pub period_from: Option<Date>,
    /// The day on which the next period begins.
    #[diesel(serialize_as = jiff_diesel::NullableDate, deserialize_as = jiff_diesel::NullableDate)]
    pub period_until: Option<Date>,
    /// True when its invoice is void, so that its period may be billed again.
    pub is_void: bool,
}

impl Line {
    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        Self { description: curtain.text(&self.description), ..self }
    }
}

/// Finds an invoice of an account.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find(conn: &mut PgConnection, account: AccountId, id: InvoiceId) -> Result<Invoice> {
    Ok(invoices::table.find((account, id)).select(Invoice::as_select()).first(conn)?)
}

/// Works like [`find`]; others who would change it wait until the transaction ends. Lock its customer and its subscription
/// before.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find_for_update(conn: &mut PgConnection, account: AccountId, id: InvoiceId) -> Result<Invoice> {
    Ok(invoices::table.find((account, id)).select(Invoice::as_select()).for_update().first(conn)?)
}

/// Returns the lines of an invoice, in order.
pub fn lines(conn: &mut PgConnection, account: AccountId, id: InvoiceId) -> Result<Vec<Line>> {
    let of_invoice = invoice_lines::table.filter(invoice_lines::account_id.eq(account));
    let of_invoice = of_invoice.filter(invoice_lines::invoice_id.eq(id)).order(invoice_lines::position);
    Ok(of_invoice.select(Line::as_select()).load(conn)?)
}

/// Returns the lines of several invoices, in order.
pub fn lines_of(conn: &mut PgConnection, account: AccountId, ids: &[InvoiceId]) -> Result<Vec<Line>> {
    let of_invoices = invoice_lines::table.filter(invoice_lines::account_id.eq(account));
    let of_invoices = of_invoices.filter(invoice_lines::invoice_id.eq_any(ids));
    let in_order = of_invoices.order((invoice_lines::invoice_id, invoice_lines::position));
    Ok(in_order.select(Line::as_select()).load(conn)?)
}

/// Returns the open invoices of a subscription, oldest first.
pub fn open_of(conn: &mut PgConnection, account: AccountId, id: SubscriptionId) -> Result<Vec<Invoice>> {
    let open = invoices::table
        .filter(invoices::account_id.eq(account))
        .filter(invoices::subscription_id.eq(id))
        .filter(invoices::status.eq(Status::Open))
        .order(invoices::id)
        .select(Invoice::as_select());
    Ok(open.load(conn)?)
}

/// Returns all invoices of a customer, oldest first.
pub fn all_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Invoice>> {
    let of_customer =
        invoices::table.filter(invoices::account_id.eq(account)).filter(invoices::customer_id.eq(customer));
    Ok(of_customer.order(invoices::id).select(Invoice::as_select()).load(conn)?)
}

/// Counts the invoices of a customer.
pub fn count(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<i64> {
    let of_customer =
        invoices::table.filter(invoices::account_id.eq(account)).filter(invoices::customer_id.eq(customer));
    Ok(of_customer.count().get_result(conn)?)
}

/// Overwrites what is personal in a customer's invoices.
pub fn erase(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<()> {
    let of_customer =
        invoices::table.filter(invoices::account_id.eq(account)).filter(invoices::customer_id.eq(customer));
    let ids: Vec<InvoiceId> = of_customer.select(invoices::id).load(conn)?;
    let nothing =
        (invoices::bill_to.eq(json!({})), invoices::memo.eq(None::<String>), invoices::reference.eq(None::<String>));
    diesel::update(of_customer).set(nothing).execute(conn)?;
    // What was written by hand, and the name of a subscription, may name a person.
    let lines = invoice_lines::table
        .filter(invoice_lines::account_id.eq(account))
        .filter(invoice_lines::invoice_id.eq_any(ids));
    diesel::update(lines).set(invoice_lines::description.eq("Erased")).execute(conn)?;
    Ok(())
}

/// Returns the newest invoice of a subscription.
pub fn latest_of(conn: &mut PgConnection, account: AccountId, id: SubscriptionId) -> Result<Option<Invoice>> {
    let of_subscription = invoices::table
        .filter(invoices::account_id.eq(account))
        .filter(invoices::subscription_id.eq(id))
        .order(invoices::id.desc())
        .select(Invoice::as_select());
    Ok(of_subscription.first(conn).optional()?)
}

/// Returns the newest invoices of a subscription, the newest first.
pub fn newest_of(
    conn: &mut PgConnection,
    account: AccountId,
    id: SubscriptionId,
    limit: Limit,
) -> Result<Vec<Invoice>> {
    let of_subscription = invoices::table
        .filter(invoices::account_id.eq(account))
        .filter(invoices::subscription_id.eq(id))
        .order(invoices::id.desc())
        .limit(limit.count())
        .select(Invoice::as_select());
    Ok(of_subscription.load(conn)?)
}

/// Returns the newest invoice of each of these subscriptions that has one.
pub fn latest_of_all(
    conn: &mut PgConnection,
    account: AccountId,
    ids: &[SubscriptionId],
) -> Result<HashMap<SubscriptionId, InvoiceId>> {
    let newest = invoices::table
        .filter(invoices::account_id.eq(account))
        .filter(invoices::subscription_id.eq_any(ids))
        .distinct_on(invoices::subscription_id)
        .order((invoices::subscription_id, invoices::id.desc()))
        .select((invoices::subscription_id.assume_not_null(), invoices::id));
    Ok(newest.load::<(SubscriptionId, InvoiceId)>(conn)?.into_iter().collect())
}

/// Stores a locked invoice as it became, with the event of it; returns it with its new version.
pub fn store(conn: &mut PgConnection, by: &By, was: &Invoice, next: Invoice, kind: &'static str) -> Result<Invoice> {
    debug_assert!(was.status == next.status || was.status.may_become(next.status));
    let now = by.now();
    let closed_at = match next.status {
        Status::Open => None,
        _ => was.closed_at.filter(|_| was.status == next.status).or(Some(now)),
    };
    let next = Invoice { version: was.version + 1, updated_at: now, closed_at, ..next };
    diesel::update(invoices::table.find((by.account, next.id))).set(next.clone()).execute(conn)?;
    if next.status == Status::Void {
        let lines = invoice_lines::table.filter(invoice_lines::account_id.eq(by.account));
        let lines = lines.filter(invoice_lines::invoice_id.eq(next.id));
        diesel::update(lines).set(invoice_lines::is_void.eq(true)).execute(conn)?;
    }
    let (before, after) = difference(&was.fields(), &next.fields());
    record(conn, by, &next, kind, (&before, &after))?;
    Ok(next)
}

/// Forgets the next tries of a subscription's open invoices, where its own event tells it.
pub fn stop_trying(conn: &mut PgConnection, account: AccountId, id: SubscriptionId) -> Result<()> {
    let open = invoices::table
        .filter(invoices::account_id.eq(account))
        .filter(invoices::subscription_id.eq(id))
        .filter(invoices::status.eq(Status::Open));
    diesel::update(open).set(invoices::next_try_at.eq(None::<jiff_diesel::Timestamp>)).execute(conn)?;
    Ok(())
}

/// Forgets the next tries of a customer's open invoices that were made by hand; returns which have had one.
pub fn stop_trying_by_hand(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
) -> Result<Vec<InvoiceId>> {
    let tried = invoices::table
        .filter(invoices::account_id.eq(account))
        .filter(invoices::customer_id.eq(customer))
        .filter(invoices::subscription_id.is_null())
        .filter(invoices::status.eq(Status::Open))
        .filter(invoices::next_try_at.is_not_null());
    let forgotten = diesel::update(tried).set(invoices::next_try_at.eq(None::<jiff_diesel::Timestamp>));
    Ok(forgotten.returning(invoices::id).get_results(conn)?)
}

/// Stores the method to charge of a subscription's open invoices, where its own event tells it.
pub fn store_method(
    conn: &mut PgConnection,
    account: AccountId,
    id: SubscriptionId,
    method: Option<MethodId>,
) -> Result<()> {
    let open = invoices::table
        .filter(invoices::account_id.eq(account))
        .filter(invoices::subscription_id.eq(id))
        .filter(invoices::status.eq(Status::Open));
    diesel::update(open).set(invoices::method_id.eq(method)).execute(conn)?;
    Ok(())
}

/// Stores when an open invoice is tried next, where the event of a payment tells it.
pub fn store_next_try(conn: &mut PgConnection, by: &By, id: InvoiceId, at: Timestamp) -> Result<()> {
    let row = invoices::table.find((by.account, id));
    diesel::update(row).set(invoices::next_try_at.eq(Some(at.to_diesel()))).execute(conn)?;
    Ok(())
}

/// Writes a new invoice with its lines and its event.
pub(super) fn insert(conn: &mut PgConnection, by: &By, invoice: &Invoice, lines: Vec<Line>) -> Result<()> {
    diesel::insert_into(invoices::table).values(invoice.clone()).execute(conn)?;
    diesel::insert_into(invoice_lines::table).values(lines).execute(conn)?;
    record(conn, by, invoice, kinds::CREATED, (&Fields::new(), &invoice.fields()))
}

fn record(
    conn: &mut PgConnection,
    by: &By,
    invoice: &Invoice,
    kind: &'static str,
    (before, after): (&Fields, &Fields),
) -> Result<()> {
    // The event names number and amount, so that a customer's activity needs no other table.
    let mut told = after.clone();
    told.entry("number".to_owned()).or_insert_with(|| json!(invoice.number));
    told.entry("total".to_owned()).or_insert_with(|| json!(invoice.total));
    told.entry("currency".to_owned()).or_insert_with(|| json!(invoice.currency));
    let what = NewEvent {
        kind,
        subject: invoice.id.uuid(),
        customer: Some(invoice.customer_id),
        version: invoice.version,
        before,
        after: &told,
    };
    events::record(conn, by, &what)?;
    Ok(())
}

/// Returns the number of a customer's invoices that are open, and what of them is not paid, by currency; but for those of
/// some subscriptions.
pub fn open_sums(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    but: &[SubscriptionId],
) -> Result<Vec<(i64, Money)>> {
    let open = invoices::table
        .filter(invoices::account_id.eq(account))
        .filter(invoices::customer_id.eq(customer))
        .filter(invoices::status.eq(Status::Open))
        .filter(invoices::subscription_id.is_null().or(invoices::subscription_id.ne_all(but)))
        .group_by(invoices::currency)
        .order(invoices::currency)
        // PostgreSQL sums to numeric, which holds more than an invoice can.
        .select((invoices::currency, sql::<BigInt>("count(*)"), sql::<BigInt>("sum(total - paid)::bigint")));
    let rows: Vec<(Currency, i64, i64)> = open.load(conn)?;
    Ok(rows.into_iter().map(|(currency, count, left)| (count, Money::new(left, currency))).collect())
}

/// Refuses what may only be done with an open invoice.
///
/// # Errors
/// [`Error::Conflict`].
pub fn refuse_closed(invoice: &Invoice) -> Result<()> {
    let sentence = match invoice.status {
        Status::Open | Status::Uncollectible => return Ok(()),
        Status::Paid => "This invoice is paid already.",
        Status::Void => "This invoice is void.",
    };
    Err(Error::Conflict(Code::InvoiceClosed.says(sentence)))
}
