//! The payment methods table: finds methods, and writes a method with its event.

use std::collections::HashMap;

use diesel::{PgConnection, prelude::*};
use jiff::{Timestamp, civil::Date};
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};

use super::{billing, kinds};
use crate::{
    customers::model::UNDO_WINDOW,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    gateway::{Instrument, Kind},
    ids::{AccountId, CustomerId, MethodId},
    merchants,
    schema::payment_methods,
    values::{Address, curtain::Curtain, expiry},
};

pub use super::{
    charging::{Chosen, for_charge},
    editing::edit,
    wallet::{add, make_default, remove, restore},
};

/// The customer's consent to be charged, also called a mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The form of the consent, like "Signed form".
    pub source: String,
    pub at: Option<Timestamp>,
}

/// What is known of a method as recorded, beside the card or bank account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The provider's own reference for it.
    pub reference: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Method {
    pub id: MethodId,
    /// The version, which each change increases; a save names the one it started from.
    pub version: i32,
    /// The customer who owns the method.
    pub customer: CustomerId,
    /// The card or bank account. Its fingerprint and credential are never shown.
    pub instrument: Instrument,
    /// Set when no gateway told of it, so that it cannot be charged.
    pub recorded: Option<Recording>,
    /// The method's own billing address.
    pub billing: Option<Address>,
    /// True when charges that name no method use it.
    pub is_default: bool,
    /// The customer's consent to be charged, if known.
    pub consent: Option<Consent>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The time it was removed from the wallet, if it was.
    pub removed_at: Option<Timestamp>,
}

impl Method {
    /// Returns the title for a sentence, like "Visa ending 4242".
    pub fn title(&self) -> String {
        title(&self.instrument)
    }

    /// Hides what is private of it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        let recorded = |known: Recording| Recording { reference: known.reference.map(|text| curtain.emails(&text)) };
        let consent = |consent: Consent| Consent { source: curtain.text(&consent.source), ..consent };
        Self {
            instrument: Instrument { brand: curtain.text(&self.instrument.brand), ..self.instrument },
            billing: self.billing.map(|billing| curtain.address(&billing)),
            recorded: self.recorded.map(recorded),
            consent: self.consent.map(consent),
            ..self
        }
    }

    /// Returns whether it was removed from the wallet.
    pub fn is_removed(&self) -> bool {
        self.removed_at.is_some()
    }

    /// Returns whether it is a card whose month is over.
    pub fn is_expired(&self, today: Date) -> bool {
        self.instrument.expires_on.is_some_and(|last| expiry::is_expired(last, today))
    }

    /// Returns whether it is a card that is still valid, but not for long: see [`expiry::expiring`].
    pub fn expires_soon(&self, today: Date) -> bool {
        self.instrument.expires_on.is_some_and(|last| expiry::expiring(today).contains(&last))
    }

    /// Returns the end of the time in which a removed method can be restored.
    pub fn restorable_until(&self) -> Option<Timestamp> {
        self.removed_at.map(|at| at + UNDO_WINDOW)
    }

    /// Returns the provider's own reference for a method as recorded.
    pub fn reference(&self) -> Option<&str> {
        self.recorded.as_ref()?.reference.as_deref()
    }

    /// Returns the fields for events, without fingerprint and credential.
    pub fn fields(&self) -> Fields {
        let Instrument { kind, brand, last4, expires_on, .. } = &self.instrument;
        let consent = self.consent.as_ref();
        let fields = [
            ("kind", Some(json!(kind.as_str()))),
            ("brand", Some(json!(brand))),
            ("last4", Some(json!(last4))),
            ("expires_on", expires_on.map(|last| json!(last))),
            ("reference", self.reference().map(|reference| json!(reference))),
            ("billing", self.billing.as_ref().and_then(billing::to_json)),
            ("is_default", Some(json!(self.is_default))),
            ("consent_source", consent.map(|consent| json!(consent.source))),
            ("consent_at", consent.and_then(|consent| consent.at).map(|at| json!(at))),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// Returns the title of a card or bank account for a sentence, like "Visa ending 4242".
pub fn title(instrument: &Instrument) -> String {
    format!("{} ending {}", instrument.brand, instrument.last4)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = payment_methods, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: MethodId,
    version: i32,
    customer_id: CustomerId,
    kind: String,
    brand: String,
    last4: String,
    #[diesel(deserialize_as = jiff_diesel::NullableDate)]
    expires_on: Option<Date>,
    fingerprint: String,
    credential: String,
    billing: Option<Value>,
    is_default: bool,
    consent_source: Option<String>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    consent_at: Option<Timestamp>,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    created_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    updated_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    removed_at: Option<Timestamp>,
    reference: Option<String>,
}

impl Row {
    fn method(self) -> Result<Method> {
        let kind = Kind::parse(&self.kind).ok_or_else(|| Error::internal("an unknown kind of payment method"))?;
        let Self { brand, last4, expires_on, fingerprint, credential, reference, .. } = self;
        Ok(Method {
            id: self.id,
            version: self.version,
            customer: self.customer_id,
            // No gateway knows what it has no name for.
            recorded: credential.is_empty().then_some(Recording { reference }),
            instrument: Instrument { kind, brand, last4, expires_on, fingerprint, credential },
            billing: self.billing.as_ref().map(billing::of_json),
            is_default: self.is_default,
            consent: self.consent_source.map(|source| Consent { source, at: self.consent_at }),
            created_at: self.created_at,
            updated_at: self.updated_at,
            removed_at: self.removed_at,
        })
    }
}

/// Returns a payment method of an account, removed or not, until it is destroyed.
///
/// # Errors
/// [`Error::NotFound`] when there is none; [`Error::InOtherAccount`] when it is in the merchant's other account.
pub fn find(conn: &mut PgConnection, account: AccountId, id: MethodId) -> Result<Method> {
    let row = payment_methods::table.find((account, id)).select(Row::as_select()).first(conn).optional()?;
    match row {
        Some(row) => row.method(),
        None => Err(missing(conn, account, id)?),
    }
}

/// Returns the error for a method that is not found.
fn missing(conn: &mut PgConnection, account: AccountId, id: MethodId) -> Result<Error> {
    let (other, mode) = merchants::other_account(conn, account)?;
    let there = payment_methods::table.find((other, id)).select(payment_methods::version).first::<i32>(conn);
    Ok(if there.optional()?.is_some() { Error::InOtherAccount(mode) } else { Error::NotFound })
}

/// Returns a customer's methods in the order they were added, with those that were removed and are not destroyed yet.
pub fn all_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Method>> {
    let rows: Vec<Row> = payment_methods::table
        .filter(payment_methods::account_id.eq(account))
        .filter(payment_methods::customer_id.eq(customer))
        .order(payment_methods::id)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::method).collect()
}

/// Returns a customer's wallet, in the order the methods were added.
pub fn of_customer(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Method>> {
    let mut methods = all_of(conn, account, customer)?;
    methods.retain(|method| !method.is_removed());
    Ok(methods)
}

/// Returns the methods of customers that are not removed, by the customer's id, in the order of their addition.
pub fn of_customers(
    conn: &mut PgConnection,
    account: AccountId,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, Vec<Method>>> {
    let rows: Vec<Row> = payment_methods::table
        .filter(payment_methods::account_id.eq(account))
        .filter(payment_methods::customer_id.eq_any(customers))
        .filter(payment_methods::removed_at.is_null())
        .order(payment_methods::id)
        .select(Row::as_select())
        .load(conn)?;
    let mut wallets: HashMap<CustomerId, Vec<Method>> = HashMap::new();
    for row in rows {
        let method = row.method()?;
        wallets.entry(method.customer).or_default().push(method);
    }
    Ok(wallets)
}

/// Returns the customer's default method, if there is one.
pub fn default_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Option<Method>> {
    let row = payment_methods::table
        .filter(payment_methods::account_id.eq(account))
        .filter(payment_methods::customer_id.eq(customer))
        .filter(payment_methods::is_default)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(Row::method).transpose()
}

/// Returns the default methods of customers by the customer's id.
pub fn defaults(
    conn: &mut PgConnection,
    account: AccountId,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, MethodId>> {
    let rows: Vec<(CustomerId, MethodId)> = payment_methods::table
        .filter(payment_methods::account_id.eq(account))
        .filter(payment_methods::customer_id.eq_any(customers))
        .filter(payment_methods::is_default)
        .select((payment_methods::customer_id, payment_methods::id))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Inserts a method, with its event.
pub(super) fn insert(conn: &mut PgConnection, by: &By, method: &Method) -> Result<()> {
    let Instrument { kind, brand, last4, expires_on, fingerprint, credential } = &method.instrument;
    let consent = method.consent.as_ref();
    diesel::insert_into(payment_methods::table)
        .values((
            payment_methods::account_id.eq(by.account),
            payment_methods::id.eq(method.id),
            payment_methods::version.eq(method.version),
            payment_methods::customer_id.eq(method.customer),
            payment_methods::kind.eq(kind.as_str()),
            payment_methods::brand.eq(brand),
            payment_methods::last4.eq(last4),
            payment_methods::expires_on.eq(expires_on.map(|last| last.to_diesel())),
            payment_methods::fingerprint.eq(fingerprint),
            payment_methods::credential.eq(credential),
            payment_methods::billing.eq(method.billing.as_ref().and_then(billing::to_json)),
            payment_methods::is_default.eq(method.is_default),
            payment_methods::consent_source.eq(consent.map(|consent| consent.source.as_str())),
            payment_methods::consent_at.eq(consent.and_then(|consent| consent.at).map(|at| at.to_diesel())),
            payment_methods::created_at.eq(method.created_at.to_diesel()),
            payment_methods::updated_at.eq(method.updated_at.to_diesel()),
            payment_methods::reference.eq(method.reference()),
        ))
        .execute(conn)?;
    let (before, after) = (Fields::new(), method.fields());
    record(conn, by, method, kinds::ADDED, &before, &after)
}

/// Writes the changeable fields of a method as its next version, with its event. The customer's row must be locked.
pub(super) fn update(
    conn: &mut PgConnection,
    by: &By,
    method: &mut Method,
    kind: &'static str,
    (before, after): (Fields, Fields),
) -> Result<()> {
    method.version += 1;
    method.updated_at = by.now();
    let consent = method.consent.as_ref();
    let written = diesel::update(payment_methods::table.find((by.account, method.id)))
        .set((
            payment_methods::version.eq(method.version),
            payment_methods::expires_on.eq(method.instrument.expires_on.map(|last| last.to_diesel())),
            payment_methods::credential.eq(&method.instrument.credential),
            payment_methods::billing.eq(method.billing.as_ref().and_then(billing::to_json)),
            payment_methods::is_default.eq(method.is_default),
            payment_methods::consent_source.eq(consent.map(|consent| consent.source.as_str())),
            payment_methods::consent_at.eq(consent.and_then(|consent| consent.at).map(|at| at.to_diesel())),
            payment_methods::removed_at.eq(method.removed_at.map(|at| at.to_diesel())),
            payment_methods::updated_at.eq(method.updated_at.to_diesel()),
        ))
        .execute(conn)?;
    if written == 0 {
        return Err(Error::NotFound);
    }
    record(conn, by, method, kind, &before, &after)
}

/// Clears the default of a customer's methods. It writes no event of its own: the event of the change that follows
/// tells it.
pub(super) fn clear_default(conn: &mut PgConnection, by: &By, customer: CustomerId) -> Result<()> {
    let default = payment_methods::table
        .filter(payment_methods::account_id.eq(by.account))
        .filter(payment_methods::customer_id.eq(customer))
        .filter(payment_methods::is_default);
    let changed = (payment_methods::is_default.eq(false), payment_methods::updated_at.eq(by.now().to_diesel()));
    diesel::update(default).set(changed).execute(conn)?;
    Ok(())
}

fn record(
    conn: &mut PgConnection,
    by: &By,
    method: &Method,
    kind: &'static str,
    before: &Fields,
    after: &Fields,
) -> Result<()> {
    let (subject, customer) = (method.id.uuid(), Some(method.customer));
    events::record(conn, by, &NewEvent { kind, subject, customer, version: method.version, before, after })?;
    Ok(())
}
