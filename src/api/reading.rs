//! The step from a JSON body to typed values: every member is asked for by name and kind, what was not asked for is
//! unknown, and all faults come at once.

use std::cell::RefCell;

use serde_json::Value;

use super::{
    json::{Json, Object},
    refusal::{Refusal, Result},
};
use crate::{
    codes::Code,
    input::{FieldError, FieldErrors},
    values::nearest::nearest_of,
};

/// The word for a text, where one is expected.
const TEXT: &str = "a text";

/// What was given of a member.
#[derive(Clone, Debug, PartialEq)]
pub enum Given<T> {
    /// Nothing: on update it stays as it is.
    Absent,
    /// `null`: on update it is cleared.
    Null,
    Value(T),
}

impl<T> Given<T> {
    /// Returns the value, if there is one.
    pub fn value(self) -> Option<T> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }

    /// Returns the value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Absent => Given::Absent,
            Self::Null => Given::Null,
            Self::Value(value) => Given::Value(change(value)),
        }
    }
}

/// The faults found so far.
#[derive(Debug, Default)]
pub struct Faults(RefCell<Vec<FieldError>>);

impl Faults {
    /// Adds a fault of the member at `path`.
    pub fn add(&self, path: impl Into<String>, code: Code, message: impl Into<String>) {
        self.push(FieldError {
            field: path.into(),
            label: String::new(),
            message: message.into(),
            code,
            did_you_mean: None,
        });
    }

    pub fn push(&self, fault: FieldError) {
        self.0.borrow_mut().push(fault);
    }

    /// Adds the faults of a form's text, each under the path that `as_sent` returns for its field.
    pub fn extend(&self, errors: FieldErrors, as_sent: impl Fn(&str) -> String) {
        for error in errors.into_vec() {
            self.push(FieldError { field: as_sent(&error.field), ..error });
        }
    }

    /// Refuses the body, if there are any.
    ///
    /// # Errors
    /// `invalid_fields`, with all of them.
    pub fn refuse(self) -> Result<()> {
        let faults = self.into_vec();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::fields(Code::InvalidFields, faults)) }
    }

    /// Returns whether the member at `path` has one.
    pub fn has(&self, path: &str) -> bool {
        self.0.borrow().iter().any(|fault| fault.field == path)
    }

    /// Returns all of them.
    pub fn into_vec(self) -> Vec<FieldError> {
        self.0.into_inner()
    }
}

/// The members of an object that is read.
#[derive(Debug)]
pub struct Members<'a> {
    path: String,
    object: &'a Object,
    asked: RefCell<Vec<&'static str>>,
    faults: &'a Faults,
}

/// The word for a kind of value, in a sentence.
fn word(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::Text(_) => "a text",
        Json::List(_) => "a list",
        Json::Object(_) => "an object",
    }
}

impl<'a> Members<'a> {
    /// Reads the whole body.
    pub fn of(object: &'a Object, faults: &'a Faults) -> Self {
        Self { path: String::new(), object, asked: RefCell::default(), faults }
    }

    /// Returns the path of a member: `billing_address.country`.
    pub fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn find(&self, name: &'static str, also: &[&'static str]) -> Option<(&'static str, &'a Json)> {
        let names = || std::iter::once(name).chain(also.iter().copied());
        self.asked.borrow_mut().extend(names());
        let mut given = names().filter_map(|name| Some((name, self.json(name)?)));
        let first = given.next();
        if let (Some((one, _)), Some((other, _))) = (first, given.next()) {
            let message = format!("“{one}” and “{other}” are the same. Send one of them.");
            self.faults.add(self.path(other), Code::GivenTwice, message);
        }
        first
    }

    fn json(&self, name: &str) -> Option<&'a Json> {
        self.object.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Returns all members, whatever their names.
    pub fn each(&self) -> impl Iterator<Item = (&'a str, &'a Json)> {
        self.object.iter().map(|(name, json)| (name.as_str(), json))
    }

    /// Notes that a member is of another kind than is expected.
    pub fn wrong(&self, name: &str, json: &Json, expected: &str) {
        let message = format!("“{}” is {expected}, not {}.", self.path(name), word(json));
        self.faults.add(self.path(name), Code::WrongType, message);
    }

    /// Reads a member of one kind, under any of its names.
    fn given<T>(
        &self,
        (name, also): (&'static str, &[&'static str]),
        expected: &str,
        read: impl FnOnce(&'a Json) -> Option<T>,
    ) -> Given<T> {
        match self.find(name, also) {
            None => Given::Absent,
            Some((_, Json::Null)) => Given::Null,
            // An empty text clears, whatever the kind.
            Some((_, Json::Text(text))) if text.is_empty() && expected != TEXT => Given::Null,
            Some((name, json)) => match read(json) {
                Some(value) => Given::Value(value),
                None => {
                    self.wrong(name, json, expected);
                    Given::Absent
                }
            },
        }
    }

    /// Reads a text. `also` are other names for it.
    pub fn text(&self, name: &'static str, also: &[&'static str]) -> Given<&'a str> {
        self.given((name, also), TEXT, |json| if let Json::Text(text) = json { Some(text.as_str()) } else { None })
    }

    pub fn flag(&self, name: &'static str) -> Given<bool> {
        self.given((name, &[]), "true or false", |json| if let Json::Bool(flag) = json { Some(*flag) } else { None })
    }

    /// Reads a whole number.
    pub fn whole(&self, name: &'static str) -> Given<i64> {
        let read = |json: &Json| if let Json::Number(number) = json { number.as_i64() } else { None };
        self.given((name, &[]), "a whole number", read)
    }

    /// Reads an amount in minor units.
    pub fn minor(&self, name: &'static str) -> Given<i64> {
        let read = |json: &Json| {
            let Json::Number(number) = json else { return None };
            // More than fits is an amount too, only too large.
            number.as_i64().or_else(|| number.as_f64().filter(|amount| *amount >= 9e18).map(|_| i64::MAX))
        };
        self.given((name, &[]), "a whole number in the currency’s smallest unit (2500 is 25.00 USD)", read)
    }

    /// Reads an object. `also` are other names for it.
    pub fn object(&self, name: &'static str, also: &[&'static str]) -> Given<Members<'a>> {
        let named = self.find(name, also).map(|(name, _)| name);
        let read = |json: &'a Json| if let Json::Object(object) = json { Some(object) } else { None };
        let path = self.path(named.unwrap_or(name));
        let inner = |object| Members { path, object, asked: RefCell::default(), faults: self.faults };
        // The name under which it was given, so that another one is not told a second time.
        self.given((named.unwrap_or(name), &[]), "an object", read).map(inner)
    }

    /// Reads a list of objects.
    pub fn objects(&self, name: &'static str) -> Given<Vec<Members<'a>>> {
        let read = |json: &'a Json| if let Json::List(items) = json { Some(items) } else { None };
        let Given::Value(items) = self.given((name, &[]), "a list", read) else { return Given::Absent };
        let mut objects = Vec::new();
        for (n, item) in items.iter().enumerate() {
            let path = format!("{}.{n}", self.path(name));
            match item {
                Json::Object(object) => {
                    objects.push(Members { path, object, asked: RefCell::default(), faults: self.faults })
                }
                other => {
                    self.faults.add(&path, Code::WrongType, format!("“{path}” is an object, not {}.", word(other)))
                }
            }
        }
        Given::Value(objects)
    }

    /// Reads a list of texts.
    pub fn words(&self, name: &'static str) -> Given<Vec<String>> {
        let text = |json: &Json| if let Json::Text(text) = json { Some(text.clone()) } else { None };
        self.given((name, &[]), "a list of texts", |json| match json {
            Json::List(items) => items.iter().map(text).collect(),
            _ => None,
        })
    }

    /// Reads all members as texts, whatever their names. What is no text is a fault.
    pub fn texts(&self) -> Vec<(&'a str, Option<&'a str>)> {
        let mut texts = Vec::new();
        for (name, json) in self.object {
            match json {
                Json::Null => texts.push((name.as_str(), None)),
                Json::Text(text) => texts.push((name.as_str(), Some(text.as_str()))),
                other => self.wrong(name, other, "a text"),
            }
        }
        texts
    }

    /// Takes members that are not read here.
    pub fn expect_known(&self, names: &[&'static str]) {
        self.asked.borrow_mut().extend(names);
    }

    /// Takes members that cannot be written: each must be as it is in `stored`.
    pub fn read_only(&self, names: &[&'static str], stored: &Value) {
        self.expect_known(names);
        for name in names {
            let Some(given) = self.json(name) else { continue };
            if as_value(given) != stored[*name] {
                let message = format!("“{name}” cannot be written. Leave it out, or send it as it is.");
                self.faults.add(self.path(name), Code::ReadOnlyField, message);
            }
        }
    }

    /// Notes a fault for every member that was not asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for (name, _) in self.object.iter().filter(|(name, _)| !asked.contains(&name.as_str())) {
            self.unknown_but(name, ours(name).filter(|ours| asked.contains(ours)), asked.iter().copied());
        }
    }

    /// Notes that there is no member of that name, among the `known` ones.
    pub fn unknown<'w>(&self, name: &str, known: impl Iterator<Item = &'w str> + Clone) {
        self.unknown_but(name, None, known);
    }

    fn unknown_but<'w>(&self, name: &str, ours: Option<&'w str>, known: impl Iterator<Item = &'w str> + Clone) {
        let near = ours.or_else(|| nearest_of(name, known));
        let hint = near.map(|near| format!(" Did you mean “{near}”?")).unwrap_or_default();
        self.faults.push(FieldError {
            field: self.path(name),
            label: String::new(),
            message: format!("There is no field “{}”.{hint}", self.path(name)),
            code: Code::UnknownField,
            did_you_mean: near.map(str::to_owned),
        });
    }
}

/// Returns the name here of what other systems call so.
fn ours(theirs: &str) -> Option<&'static str> {
    Some(match theirs {
        "uid" => "id",
        "customerId" | "customer_id" => "customer",
        "paymentInstrumentId" | "payment_instrument" | "source" | "mandateId" => "payment_method",
        "billingAddress" => "billing_address",
        "shippingAddress" | "shipping" => "shipping_address",
        "locale" => "language",
        "createdAt" | "created_at" => "created",
        "mode" => "livemode",
        "resource" => "object",
        "externalId" | "external_id" | "customerReference" => "reference",
        _ => return None,
    })
}

/// Returns a member as it was sent; null when it was not.
pub fn sent_as(object: &Object, name: &str) -> Value {
    object.iter().find(|(sent, _)| sent == name).map_or(Value::Null, |(_, json)| as_value(json))
}

/// Returns what was sent as a value.
pub fn as_value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => Value::Number(number.clone()),
        Json::Text(text) => Value::String(text.clone()),
        Json::List(items) => items.iter().map(as_value).collect(),
        Json::Object(members) => members.iter().map(|(name, json)| (name.clone(), as_value(json))).collect(),
    }
}
