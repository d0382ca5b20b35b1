//! The object `customer` of the API: the record, and what the features have of it. It has one shape wherever it appears.

use std::collections::BTreeMap;

use diesel::PgConnection;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    api::{
        address::PartsObject,
        caller::Shown,
        object::{open, time},
    },
    customers::model::{self, Customer},
    error::{Error, Result},
    ids::{AddressId, CustomerId, MethodId},
    payment_methods::model as payment_methods,
    payments::figures::{self, Figures},
    values::{Address, address::KINDS},
};

/// A customer with everything that is theirs.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Customer")]
pub struct CustomerObject {
    /// Names the customer for good.
    pub id: CustomerId,
    /// Names the kind of object.
    #[schemars(extend("const" = "customer"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// Counts the changes, from 1 on. `If-Match` and `version` compare with it.
    pub version: i32,
    /// Whether it is a person or an organization.
    #[schemars(transform = open(&["person", "organization"]))]
    pub kind: String,
    /// The whole name, as it is shown.
    #[schemars(example = &"Jane Smith")]
    pub name: Option<String>,
    /// The first name of a person.
    #[schemars(example = &"Jane")]
    pub first_name: Option<String>,
    /// The last name of a person.
    #[schemars(example = &"Smith")]
    pub last_name: Option<String>,
    /// The company that a person is of.
    pub company: Option<String>,
    /// The email, as it was typed.
    #[schemars(example = &"jane@example.com")]
    pub email: Option<String>,
    /// The phone in E.164.
    #[schemars(example = &"+18005550100")]
    pub phone: Option<String>,
    /// The phone as it was sent.
    #[schemars(example = &"800 555 0100")]
    pub phone_typed: Option<String>,
    /// The language, as ISO 639-1.
    #[schemars(example = &"en")]
    pub language: Option<String>,
    /// A note of the merchant's.
    pub description: Option<String>,
    /// The customer's id in the merchant's own system.
    #[schemars(example = &"ACC-001234")]
    pub reference: Option<String>,
    /// Keys of the merchant's with their texts.
    #[schemars(extend("examples" = [{"loyalty_tier": "gold"}]))]
    pub metadata: BTreeMap<String, String>,
    /// The values of the merchant's own fields, each of its field's type.
    #[schemars(extend("examples" = [{"vat": "DE123"}]))]
    pub custom_fields: BTreeMap<String, Value>,
    /// The default address of its kind, which is among `addresses` too.
    pub billing_address: Option<AddressObject>,
    /// The default address of its kind, which is among `addresses` too.
    pub shipping_address: Option<AddressObject>,
    /// All addresses.
    pub addresses: Vec<AddressObject>,
    /// The payment method that is charged when none is named.
    pub default_payment_method: Option<MethodId>,
    /// What payments come to in each currency, that with most payments first.
    pub figures: Vec<FiguresObject>,
    /// When it was made, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// When it was changed last.
    #[schemars(transform = time)]
    pub updated: i64,
    /// Whether it is deleted.
    pub deleted: bool,
    /// When it was deleted.
    pub deleted_at: Option<i64>,
    /// The end of the time in which all that was deleted with it can be restored.
    pub restorable_until: Option<i64>,
    /// When all personal data was overwritten, for good.
    pub erased_at: Option<i64>,
}

/// An address of a customer.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Address")]
pub struct AddressObject {
    /// Names the address for good.
    pub id: AddressId,
    /// Names the kind of object.
    #[schemars(extend("const" = "address"))]
    pub object: &'static str,
    /// What it is for.
    #[schemars(transform = open(&KINDS.map(|(kind, _)| kind)))]
    pub kind: String,
    /// Whether it is the default one of its kind.
    #[schemars(example = true)]
    pub default: bool,
    #[serde(flatten)]
    pub parts: PartsObject,
}

/// What a customer's payments come to in one currency. Amounts are in its smallest unit.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Figures")]
pub struct FiguresObject {
    /// The currency, as ISO 4217.
    #[schemars(example = &"USD")]
    pub currency: String,
    /// How many payments ever succeeded.
    #[schemars(example = 3)]
    pub total_payments: i64,
    /// What these come to, at their full amounts.
    #[schemars(example = 7500)]
    pub total_volume: i64,
    /// The volume by the number of payments, rounded.
    #[schemars(example = 2500)]
    pub average_transaction: i64,
    /// When the last of them was made.
    #[schemars(transform = time)]
    pub last_payment: i64,
    /// How many refunds succeeded.
    pub refunds: i64,
    /// What these come to.
    #[schemars(example = 500)]
    pub refunded: i64,
}

impl AddressObject {
    /// Makes the object of a customer's address.
    pub fn of(id: AddressId, address: &Address) -> Self {
        let (kind, default) = (address.kind.clone(), address.is_default);
        Self { id, object: "address", kind, default, parts: PartsObject::from(address) }
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
    /// Reads what the features have of customers, as the account's own systems are shown them, in as many statements for one as for a
    /// hundred. The order stays.
    pub fn of_all(conn: &mut PgConnection, shown: Shown<'_>, customers: Vec<Customer>) -> Result<Vec<Self>> {
        let account = shown.account;
        let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
        let mut figures = figures::of_all(conn, account, &ids)?;
        let defaults = payment_methods::defaults(conn, account, &ids)?;
        let object = |customer: Customer| {
            let (figures, default) = (figures.remove(&customer.id), defaults.get(&customer.id).copied());
            Self::new(customer, shown, default, &figures.unwrap_or_default())
        };
        Ok(customers.into_iter().map(object).collect())
    }

    /// Reads a customer with everything that is theirs.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn find(conn: &mut PgConnection, shown: Shown<'_>, id: CustomerId) -> Result<Self> {
        let customer = model::find(conn, shown.account, id)?;
        Self::of(conn, shown, customer)
    }

    /// Works like [`CustomerObject::of_all`] for one.
    pub fn of(conn: &mut PgConnection, shown: Shown<'_>, customer: Customer) -> Result<Self> {
        let objects = Self::of_all(conn, shown, vec![customer])?;
        objects.into_iter().next().ok_or(Error::NotFound)
    }

    fn new(customer: Customer, shown: Shown<'_>, default: Option<MethodId>, figures: &[Figures]) -> Self {
        let (deleted, restorable_until) = (customer.is_deleted(), customer.restorable_until());
        let Customer { id, version, record, created_at, updated_at, deleted_at, erased_at } = customer;
        let addresses: Vec<AddressObject> =
            record.addresses.iter().map(|(id, one)| AddressObject::of(*id, one)).collect();
        let default_of = |kind: &str| addresses.iter().find(|one| one.default && one.kind == kind).cloned();
        let mut custom_fields = record.custom;
        // Those of archived fields are hidden.
        custom_fields.retain(|key, _| shown.fields.find(key).is_some());
        let (phone, phone_typed) = record.phone.map(|phone| (phone.e164, phone.typed)).unzip();
        Self {
            id,
            object: "customer",
            livemode: shown.livemode,
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
            custom_fields,
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
            erased_at: erased_at.map(Timestamp::as_second),
        }
    }
}
