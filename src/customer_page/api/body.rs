//! The body about a customer: a typed step that ends in the same checked fields as the form.

use serde_json::{Value, json};

use super::own_fields;
use crate::{
    api::{
        address,
        json::Object,
        reading::{Faults, Given, Members},
        refusal::{Refusal, Result},
        shape::{Field, Kind, Shape},
        version,
    },
    codes::Code,
    customer_parts::object::AddressObject,
    customers::{
        input,
        record::{ADDRESS, FIELD, METADATA, Record, completed},
    },
    events::Fields,
    ids::AddressId,
    input::{FieldError, FormFields},
    merchants::Settings,
    values::{Phone, field::Fields as CustomFields},
};

/// The texts of a customer, with the other names under which they are taken.
const TEXTS: [(&str, &[&str]); 9] = [
    ("name", &[]),
    ("first_name", &["firstName"]),
    ("last_name", &["lastName"]),
    ("company", &[]),
    ("email", &["email_address"]),
    ("phone", &["phone_number", "phoneNumber"]),
    ("language", &[]),
    ("description", &[]),
    ("reference", &[]),
];

/// The members of the object that cannot be written.
const READ_ONLY: [&str; 10] = [
    "id",
    "object",
    "livemode",
    "phone_typed",
    "default_payment_method",
    "created",
    "deleted",
    "deleted_at",
    "restorable_until",
    "erased_at",
];

/// Those that change by themselves, so that they are never compared.
const MOVING: [&str; 3] = ["updated", "figures", "request_id"];

/// The default addresses, with the other names under which they are taken.
const BY_KIND: [(&str, &[&str]); 2] = [("billing_address", &["address"]), ("shipping_address", &[])];

/// A customer to be created, as it is sent.
pub const NEW_CUSTOMER: Shape = Shape {
    name: "NewCustomer",
    meaning: "A customer to be created. `null`, an empty text and nothing all mean that a field is not given.",
    fields: &[COMMON, &[Field::new("addresses", Kind::List(&NEW_ADDRESS), "All addresses, at most 50.")]],
};

/// What changes of a customer, as it is sent.
pub const CUSTOMER_CHANGE: Shape = Shape {
    name: "CustomerChange",
    meaning: "What changes of a customer. What is not sent stays; `null` or an empty text clears. The read-only fields of \
        what was read may stand beside these as they are.",
    fields: &[
        COMMON,
        &[Field::new("version", Kind::Whole(1, i32::MAX as i64), "The version that this is a change of.")
            .like_number(1)],
    ],
};

const COMMON: &[Field] = &[
    Field::new("name", Kind::Text(200), "The whole name; without it, first and last name make it.").like("Jane Smith"),
    Field::new("first_name", Kind::Text(200), "The first name of a person. Also taken as `firstName`."),
    Field::new("last_name", Kind::Text(200), "The last name of a person. Also taken as `lastName`."),
    Field::new("company", Kind::Text(500), "The company that a person is of."),
    Field::new("email", Kind::Text(254), "The email. Also taken as `email_address`.").like("jane@example.com"),
    Field::new(
        "phone",
        Kind::Text(Phone::MAX_CHARS),
        "The phone as people write it, read with the merchant’s country. Also taken as `phone_number` and `phoneNumber`.",
    )
    .like("+1 800 555 0100"),
    Field::new("language", Kind::Text(500), "The language, as ISO 639-1."),
    Field::new("description", Kind::Text(500), "A note."),
    Field::new("reference", Kind::Text(500), "The customer’s id in your own system."),
    Field::new("kind", Kind::OneOf(&["person", "organization"]), "Whether it is a person or an organization."),
    Field::new(
        "metadata",
        Kind::Texts(500),
        "Keys of your own with their texts: at most 50 keys of 1 to 40 of `A–Z a–z 0–9 _ . -`. Keys that are not sent \
         stay; one with `null` goes.",
    )
    .like_pair("loyalty_tier", "gold"),
    Field::new(
        "custom_fields",
        Kind::Values,
        "Values of your custom fields by their keys, each of its field’s type: a number, a text, `true` or `false`, a list \
         of texts, a day like `2026-03-31`, `{\"amount\": 2500, \"currency\": \"KES\"}`. Fields that are not sent stay; \
         one with `null` is cleared, and `null` for all clears every one. Also taken as `customFields`.",
    ),
    Field::new(
        "billing_address",
        Kind::Object(&address::SHAPE),
        "The default billing address: merged into it, or made. `null` removes it. Also taken as `address`.",
    ),
    Field::new(
        "shipping_address",
        Kind::Object(&address::SHAPE),
        "The default shipping address: merged into it, or made. `null` removes it.",
    ),
    Field::new("allow_duplicate", Kind::Flag, "Whether another customer may have the same email or phone."),
];

/// An address to be added, as it is sent.
pub const NEW_ADDRESS: Shape =
    Shape { name: "NewAddress", meaning: "An address to be added.", fields: &[USE, address::FIELDS] };

/// What changes of an address, as it is sent.
pub const ADDRESS_CHANGE: Shape = Shape {
    name: "AddressChange",
    meaning: "What changes of an address. What is not sent stays; `null` or an empty text clears a part.",
    fields: &[USE, address::FIELDS],
};

const USE: &[Field] = &[
    Field::new("kind", Kind::OneOf(&["billing", "shipping"]), "What it is for; billing when it is not given.")
        .like("shipping"),
    Field::new("default", Kind::Flag, "Whether it becomes the default one of its kind.").like_flag(true),
];

/// Returns whether a body has members that cannot be written, as one that was read has.
pub fn has_read_only(object: &Object) -> bool {
    let is_address = |name: &str| BY_KIND.iter().any(|(known, also)| *known == name || also.contains(&name));
    object.iter().any(|(name, _)| READ_ONLY.contains(&name.as_str()) || name == "addresses" || is_address(name))
}

/// Returns the member of a body for a field of the record.
pub fn member_of(field: &str) -> String {
    field.strip_prefix(FIELD).map_or_else(|| field.to_owned(), |key| format!("custom_fields.{key}"))
}

/// Where a body is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    Create,
    Update,
}

/// What a body says of a customer, checked.
pub struct CustomerBody {
    /// The fields that change. Addresses that were given by their kind are under ids of their own.
    change: Fields,
    /// The default addresses that were given by their kind, each with the id it has in `change`; without one it goes.
    by_kind: Vec<(&'static str, Option<AddressId>)>,
    forgets_metadata: bool,
    /// The names of the merchant's own fields, when all of them are cleared.
    cleared: Vec<String>,
    pub version: Option<i32>,
    pub allow_duplicate: bool,
}

/// A step under way: what is to be checked as a form's text, and under which path each field was sent.
#[derive(Default)]
struct Step {
    typed: Vec<(String, String)>,
    /// The beginnings of the form's names, and of the paths they were sent under.
    paths: Vec<(String, String)>,
    by_kind: Vec<(&'static str, Option<AddressId>)>,
    forgets_metadata: bool,
    cleared: Vec<String>,
}

/// Reads a body.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn read(object: &Object, aim: Aim, settings: &Settings) -> Result<CustomerBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let mut step = Step::default();
    for (name, also) in TEXTS {
        step.text(name, members.text(name, also));
    }
    match members.text("kind", &[]) {
        Given::Value(kind) if !kind.trim().is_empty() => step.typed.push(("kind".to_owned(), kind.to_owned())),
        Given::Null | Given::Value(_) if aim == Aim::Update => {
            step.typed.push(("kind".to_owned(), "person".to_owned()))
        }
        _ => {}
    }
    match members.object("metadata", &[]) {
        Given::Value(metadata) => step.metadata(&metadata),
        Given::Null => step.forgets_metadata = true,
        Given::Absent => {}
    }
    match members.object("custom_fields", &["customFields"]) {
        Given::Value(values) => step.custom(&values, &settings.fields),
        Given::Null => step.cleared = settings.fields.iter().map(|field| field.name()).collect(),
        Given::Absent => {}
    }
    for (kind, also) in [("billing", &["address"][..]), ("shipping", &[])] {
        let name = if kind == "billing" { "billing_address" } else { "shipping_address" };
        step.by_kind(kind, members.object(name, also), aim);
    }
    let version = match aim {
        Aim::Create => {
            for address in members.objects("addresses").value().unwrap_or_default() {
                step.address(&address);
            }
            None
        }
        Aim::Update => {
            members.expect_known(&["addresses"]);
            members.expect_known(&READ_ONLY);
            members.expect_known(&MOVING);
            version::named(&members)
        }
    };
    let allow_duplicate = members.flag("allow_duplicate").value().unwrap_or_default();
    members.finish();
    let change = step.checked(faults, settings)?;
    let Step { by_kind, forgets_metadata, cleared, .. } = step;
    Ok(CustomerBody { change, by_kind, forgets_metadata, cleared, version, allow_duplicate })
}

/// Refuses members that cannot be written and are not as they are stored.
///
/// # Errors
/// `invalid_fields` with `read_only_field` for each.
pub fn check_read_only(object: &Object, stored: &Value) -> Result<()> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    members.read_only(&READ_ONLY, stored);
    members.read_only(&["addresses"], stored);
    for (kind, also) in BY_KIND {
        if let Given::Value(address) = members.object(kind, also) {
            address.read_only(&["id", "object", "kind", "default"], &stored[kind]);
        }
    }
    let faults = faults.into_vec();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::fields(Code::InvalidFields, faults)) }
}

impl CustomerBody {
    /// Returns the fields that change in a stored record: an address given by its kind becomes the default of that
    /// kind, or a part of it.
    pub fn change(&self, stored: &Record) -> Fields {
        let mut change = self.change.clone();
        // Sent back as it was read, the number is the phone as it is, however that was typed.
        let number = stored.phone.as_ref().map(|phone| phone.e164.as_str());
        if number.is_some() && change.get("phone").is_some_and(|phone| phone["typed"].as_str() == number) {
            change.remove("phone");
        }
        for (kind, given) in &self.by_kind {
            let is_default = |address: &crate::values::Address| address.is_default && address.kind == *kind;
            let default = stored.addresses.iter().find(|(_, address)| is_default(address)).map(|(id, _)| *id);
            let value = given.and_then(|id| change.remove(&format!("{ADDRESS}{id}")));
            match (given, default, value) {
                (Some(_), Some(default), Some(value)) => _ = change.insert(format!("{ADDRESS}{default}"), value),
                (Some(given), None, Some(value)) => _ = change.insert(format!("{ADDRESS}{given}"), value),
                (None, Some(default), _) => _ = change.insert(format!("{ADDRESS}{default}"), Value::Null),
                _ => {}
            }
        }
        if self.forgets_metadata {
            change.extend(stored.metadata.keys().map(|key| (format!("{METADATA}{key}"), json!(null))));
        }
        let is_stored = |name: &&String| name.strip_prefix(FIELD).is_some_and(|key| stored.custom.contains_key(key));
        change.extend(self.cleared.iter().filter(is_stored).map(|name| (name.clone(), json!(null))));
        change
    }
}

/// An address in a body, checked.
pub struct AddressBody {
    pub id: AddressId,
    /// The change of the customer's fields.
    pub change: Fields,
}

impl AddressBody {
    /// Refuses an address without any part, with those that are `stored` already.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn refuse_blank(&self, stored: &Fields) -> Result<()> {
        let whole = completed(&self.change, stored);
        if whole.get(&format!("{ADDRESS}{}", self.id)).is_some_and(|whole| !whole.is_null()) {
            return Ok(());
        }
        let faults = Faults::default();
        faults.add("line1", Code::Required, "Give at least one part of the address.");
        Err(Refusal::fields(Code::InvalidFields, faults.into_vec()))
    }
}

/// Reads the body about one address, under its id. `stored` is the address as it is, if there is one, with which
/// members are compared that cannot be written.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn address(
    object: &Object,
    id: AddressId,
    stored: Option<&AddressObject>,
    settings: &Settings,
) -> Result<AddressBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let mut step = Step::default();
    let form = format!("{ADDRESS}{id}");
    step.use_of(&form, &members);
    step.parts(&form, &members);
    match stored {
        Some(stored) => {
            let stored = serde_json::to_value(stored).map_err(crate::error::Error::internal)?;
            members.read_only(&["id", "object"], &stored);
            members.expect_known(&["request_id"]);
        }
        None => members.expect_known(&["id", "object", "request_id"]),
    }
    members.finish();
    let change = step.checked(faults, settings)?;
    Ok(AddressBody { id, change })
}

impl Step {
    /// Checks what was read as the form's text is checked.
    fn checked(&mut self, faults: Faults, settings: &Settings) -> Result<Fields> {
        let mut faults = faults.into_vec();
        let checked = input::check(&FormFields(std::mem::take(&mut self.typed)), settings);
        let change = checked.unwrap_or_else(|errors| {
            faults.extend(errors.into_vec().into_iter().map(|error| self.as_sent(error)));
            Fields::new()
        });
        if faults.is_empty() { Ok(change) } else { Err(Refusal::fields(Code::InvalidFields, faults)) }
    }

    fn text(&mut self, name: &str, given: Given<&str>) {
        match given {
            Given::Absent => {}
            Given::Null => self.typed.push((name.to_owned(), String::new())),
            Given::Value(text) => self.typed.push((name.to_owned(), text.to_owned())),
        }
    }

    fn metadata(&mut self, metadata: &Members<'_>) {
        for (key, text) in metadata.texts() {
            self.typed.push((format!("{METADATA}{key}"), text.unwrap_or_default().to_owned()));
        }
    }

    /// Reads the merchant's own fields.
    fn custom(&mut self, values: &Members<'_>, fields: &CustomFields) {
        self.paths.push((FIELD.to_owned(), values.path("")));
        self.typed.extend(own_fields::read(values, fields));
    }

    /// Reads the default address of a kind.
    fn by_kind(&mut self, kind: &'static str, given: Given<Members<'_>>, aim: Aim) {
        match given {
            Given::Absent => {}
            Given::Null => self.by_kind.push((kind, None)),
            Given::Value(members) => {
                let id = AddressId::new();
                self.by_kind.push((kind, Some(id)));
                let form = format!("{ADDRESS}{id}");
                self.typed.push((format!("{form}.kind"), kind.to_owned()));
                self.typed.push((format!("{form}.is_default"), "on".to_owned()));
                self.parts(&form, &members);
                if aim == Aim::Update {
                    members.expect_known(&["id", "object", "kind", "default"]);
                }
                members.finish();
            }
        }
    }

    /// Reads one of several addresses.
    fn address(&mut self, members: &Members<'_>) {
        let form = format!("{ADDRESS}{}", AddressId::new());
        self.use_of(&form, members);
        self.parts(&form, members);
        members.finish();
    }

    /// Reads what an address is for.
    fn use_of(&mut self, form: &str, members: &Members<'_>) {
        if let Given::Value(kind) = members.text("kind", &[]) {
            self.typed.push((format!("{form}.kind"), kind.to_owned()));
        }
        if let Given::Value(is_default) = members.flag("default") {
            let on = if is_default { "on" } else { "" };
            self.typed.push((format!("{form}.is_default"), on.to_owned()));
        }
    }

    fn parts(&mut self, form: &str, members: &Members<'_>) {
        self.paths.push((format!("{form}."), members.path("")));
        let typed = address::parts(members).into_iter().map(|(part, text)| (format!("{form}.{part}"), text));
        self.typed.extend(typed);
    }

    /// Returns a fault of the form's text under the path it was sent under.
    fn as_sent(&self, mut error: FieldError) -> FieldError {
        let sent =
            self.paths.iter().find_map(|(form, path)| Some(format!("{path}{}", error.field.strip_prefix(form)?)));
        if let Some(sent) = sent {
            error.field = sent;
        }
        error
    }
}
