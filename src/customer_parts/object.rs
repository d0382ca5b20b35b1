//! The object `customer` of the API: the record, and what the features have of it. It has one shape wherever it appears.

use std::collections::BTreeMap;

use diesel::PgConnection;
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    customers::model::{self, Customer},
    error::{Error, Result},
    ids::{AccountId, AddressId, CustomerId, MethodId},
    payment_methods::model as payment_methods,
    payments::figures::{self, Figures},
    values::Address,
};

/// A customer with everything that is theirs.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerObject {
    pub id: CustomerId,
    pub object: &'static str,
    pub livemode: bool,
    pub version: i32,
    pub kind: String,
    pub name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub company: Option<String>,
    pub email: Option<String>,
    /// The number in E.164.
    pub phone: Option<String>,
    pub phone_typed: Option<String>,
    pub language: Option<String>,
    pub description: Option<String>,
    pub reference: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// The default one of its kind, as the next.
    pub billing_address: Option<AddressObject>,
    pub shipping_address: Option<AddressObject>,
    pub addresses: Vec<AddressObject>,
    pub default_payment_method: Option<MethodId>,
    /// The figures by currency, that with most payments first.
    pub figures: Vec<FiguresObject>,
    /// Whole seconds since 1970, as all times.
    pub created: i64,
    pub updated: i64,
    pub deleted: bool,
    pub deleted_at: Option<i64>,
    pub restorable_until: Option<i64>,
}

/// An address of a customer.
#[derive(Clone, Debug, Serialize)]
pub struct AddressObject {
    pub id: AddressId,
    pub object: &'static str,
    pub kind: String,
    pub default: bool,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
}

/// The totals of a customer's payments in one currency, in its smallest unit.
#[derive(Clone, Debug, Serialize)]
pub struct FiguresObject {
    pub currency: String,
    pub total_payments: i64,
    pub total_volume: i64,
    pub average_transaction: i64,
    pub last_payment: i64,
    pub refunds: i64,
    pub refunded: i64,
}

impl AddressObject {
    /// Makes the object of a customer's address.
    pub fn of(id: AddressId, address: &Address) -> Self {
        let Address { kind, is_default, line1, line2, city, region, postal_code, country } = address.clone();
        Self { id, object: "address", kind, default: is_default, line1, line2, city, region, postal_code, country }
    }
}

impl From<&Figures> for FiguresObject {
    fn from(figures: &Figures) -> Self {
        Self {
            currency: figures.volume.currency.to_string(),
            total_payments: figures.payments,
            total_volume: figures.volume.minor,
            average_transaction: figures.average().minor,
            last_payment: figures.last_payment_at.as_second(),
            refunds: figures.refunds,
            refunded: figures.refunded.minor,
        }
    }
}

impl CustomerObject {
    /// Reads what the features have of customers, in as many statements for one as for a hundred. The order stays.
    pub fn of_all(
        conn: &mut PgConnection,
        (account, livemode): (AccountId, bool),
        customers: Vec<Customer>,
    ) -> Result<Vec<Self>> {
        let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
        let mut figures = figures::of_all(conn, account, &ids)?;
        let defaults = payment_methods::defaults(conn, account, &ids)?;
        let object = |customer: Customer| {
            let (figures, default) = (figures.remove(&customer.id), defaults.get(&customer.id).copied());
            Self::new(customer, livemode, default, &figures.unwrap_or_default())
        };
        Ok(customers.into_iter().map(object).collect())
    }

    /// Reads a customer with everything that is theirs.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn find(conn: &mut PgConnection, (account, livemode): (AccountId, bool), id: CustomerId) -> Result<Self> {
        let customer = model::find(conn, account, id)?;
        Self::of(conn, (account, livemode), customer)
    }

    /// Works like [`CustomerObject::of_all`] for one.
    pub fn of(conn: &mut PgConnection, (account, livemode): (AccountId, bool), customer: Customer) -> Result<Self> {
        let objects = Self::of_all(conn, (account, livemode), vec![customer])?;
        objects.into_iter().next().ok_or(Error::NotFound)
    }

    fn new(customer: Customer, livemode: bool, default: Option<MethodId>, figures: &[Figures]) -> Self {
        let (deleted, restorable_until) = (customer.is_deleted(), customer.restorable_until());
        let Customer { id, version, record, created_at, updated_at, deleted_at } = customer;
        let addresses: Vec<AddressObject> =
            record.addresses.iter().map(|(id, one)| AddressObject::of(*id, one)).collect();
        let default_of = |kind: &str| addresses.iter().find(|one| one.default && one.kind == kind).cloned();
        let (phone, phone_typed) = record.phone.map(|phone| (phone.e164, phone.typed)).unzip();
        Self {
            id,
            object: "customer",
            livemode,
            version,
            kind: record.kind,
            name: record.name,
            first_name: record.first_name,
            last_name: record.last_name,
            company: record.company,
            email: record.email,
            phone,
            phone_typed,
            language: record.language,
            description: record.description,
            reference: record.reference,
            metadata: record.metadata,
            billing_address: default_of("billing"),
            shipping_address: default_of("shipping"),
            addresses,
            default_payment_method: default,
            figures: figures.iter().map(FiguresObject::from).collect(),
            created: created_at.as_second(),
            updated: updated_at.as_second(),
            deleted,
            deleted_at: deleted_at.map(Timestamp::as_second),
            restorable_until: restorable_until.map(Timestamp::as_second),
        }
    }
}
