//! The object `custom_field` of the API. It has one shape wherever it appears.

use schemars::JsonSchema;
use serde::Serialize;

use super::model::Definition;
use crate::{
    api::object::{open, time},
    customers::part::Effect,
    ids::FieldId,
    values::field::Field,
};

/// A field of the merchant's own.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "CustomField")]
pub struct FieldObject {
    /// Names the field for good.
    pub id: FieldId,
    /// Names the kind of object.
    #[schemars(extend("const" = "custom_field"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// Counts the changes, from 1 on. `If-Match` and `version` compare with it.
    pub version: i32,
    /// What it is a field of: always `customers`.
    #[schemars(transform = open(&["customers"]))]
    pub resource: &'static str,
    /// The name in a customer’s `custom_fields` and in searches: `field.vat:DE123`. It never changes.
    #[schemars(example = &"tier")]
    pub key: String,
    /// The name that people read.
    #[schemars(example = &"Tier")]
    pub label: String,
    /// The line below the input.
    pub help: Option<String>,
    /// The type of its values. It never changes.
    #[schemars(transform = open(&[
        "text", "number", "integer", "boolean", "date", "money", "choice", "choices", "email", "url",
    ]), example = &"choice")]
    pub r#type: &'static str,
    /// The choices, in their order; null for other types. Customers may still have one that is not offered any more.
    #[schemars(extend("examples" = [["Gold", "Silver"]]))]
    pub choices: Option<Vec<String>>,
    /// The least value, as a text; of a text the fewest characters.
    pub least: Option<String>,
    /// The greatest value, as a text; of a text the most characters.
    pub most: Option<String>,
    /// Whether a customer must have a value.
    pub required: bool,
    /// Whether the list of customers shows it to who chose no columns.
    #[schemars(example = true)]
    pub listed: bool,
    /// Whether it is asked for when a customer is created. Required ones always are.
    #[schemars(example = true)]
    pub in_form: bool,
    /// Its place in the order, from 1 on; of an archived one the place it comes back to.
    #[schemars(example = 1)]
    pub position: i32,
    /// When it was defined, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// When it was changed last.
    #[schemars(transform = time)]
    pub updated: i64,
    /// Whether it is archived: its values are kept and hidden.
    pub archived: bool,
}

impl FieldObject {
    /// Makes the object of a field.
    pub fn new(one: &Definition, livemode: bool) -> Self {
        let Field { key, label, help, kind, choices, least, most, is_required, is_listed, in_form } = one.field.clone();
        Self {
            id: one.id,
            object: "custom_field",
            livemode,
            version: one.version,
            resource: "customers",
            key,
            label,
            help,
            r#type: kind.as_str(),
            choices: kind.has_choices().then_some(choices),
            least,
            most,
            required: is_required,
            listed: is_listed,
            in_form,
            position: one.position + 1,
            created: one.created_at.as_second(),
            updated: one.updated_at.as_second(),
            archived: one.is_archived(),
        }
    }
}

/// A thing that a change does to what customers have.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "CustomFieldEffect")]
pub struct EffectObject {
    /// What is counted: nothing where there is no number.
    #[schemars(transform = open(&[
        "customers_with", "customers_without", "customers_outside", "customers_with_removed_choice",
    ]), example = &"customers_with_removed_choice")]
    pub counts: Option<&'static str>,
    /// How many customers, deleted ones too; 10000 stands for that or more.
    #[schemars(example = 1240)]
    pub number: Option<usize>,
    /// The sentence for people.
    #[schemars(example = &"1,240 customers have “Gold”. They keep it, but nobody can choose it any more.")]
    pub message: String,
}

impl From<&Effect> for EffectObject {
    fn from(effect: &Effect) -> Self {
        let Effect { says, then, .. } = effect;
        Self {
            counts: effect.counts.map(|(what, _)| what),
            number: effect.counts.map(|(_, number)| number),
            message: format!("{says} {then}"),
        }
    }
}

/// Returns the name in the object of what the house calls otherwise.
pub fn name(ours: &str) -> &str {
    match ours {
        "field_key" => "key",
        "help_text" => "help",
        "kind" => "type",
        "is_required" => "required",
        "is_listed" => "listed",
        other => other,
    }
}
