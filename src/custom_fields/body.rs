//! The bodies about a field: typed steps that end in the same checked values as the forms.

use super::{
    input::{Draft, LONGEST_CHOICE, LONGEST_HELP, LONGEST_KEY, LONGEST_LABEL, LONGEST_LIMIT, MOST_CHOICES, NewField},
    limits::LONGEST_TEXT,
    object::name,
};
use crate::{
    api::{
        json::Object,
        reading::{Faults, Given, Members},
        refusal::{Refusal, Result},
        shape::{Field as Member, Kind as Takes, Shape},
        version,
    },
    codes::Code,
    values::field::{Field, MOST_FIELDS},
};

/// The members of the object that a change cannot write.
const READ_ONLY: [&str; 8] = ["id", "object", "livemode", "resource", "key", "type", "created", "archived"];

/// Those that change by themselves, or that only an answer to a change has.
const MOVING: [&str; 4] = ["updated", "request_id", "dry_run", "effects"];

const KINDS: &[&str] = &["text", "number", "integer", "boolean", "date", "money", "choice", "choices", "email", "url"];

const COMMON: &[Member] = &[
    Member::new("help", Takes::Text(LONGEST_HELP), "A line of help below the input."),
    Member::new(
        "choices",
        Takes::Words(MOST_CHOICES, LONGEST_CHOICE),
        "The choices of a `choice` or of `choices`, in their order; no two alike but for case. Sent, they replace all.",
    ),
    Member::new(
        "least",
        Takes::Text(LONGEST_LIMIT),
        "The least `number`, `integer` or `date`, as a text; of a `text` the fewest characters.",
    ),
    Member::new(
        "most",
        Takes::Text(LONGEST_LIMIT),
        "The greatest `number`, `integer` or `date`, as a text; of a `text` the most characters, 500 at most.",
    ),
    Member::new("required", Takes::Flag, "Whether a customer must have a value; false when it is not given."),
    Member::new("listed", Takes::Flag, "Whether the list of customers shows it to who chose no columns."),
    Member::new("in_form", Takes::Flag, "Whether it is asked for when a customer is created; true when not given."),
];

const _: () = assert!(LONGEST_TEXT == 500, "the documents say so");

/// A field to be defined, as it is sent.
pub const NEW_FIELD: Shape = Shape {
    name: "NewCustomField",
    meaning: "A field to be defined.",
    fields: &[
        &[
            Member::new("label", Takes::Text(LONGEST_LABEL), "The name that people read.").required().like("Tier"),
            Member::new("type", Takes::OneOf(KINDS), "The type of its values. It never changes.")
                .required()
                .like("text"),
            Member::new(
                "key",
                Takes::Text(LONGEST_KEY),
                "The name in `custom_fields` and searches: `a` to `z`, digits and `_`. Made of the label when it is not \
                 given. It never changes.",
            )
            .like("tier"),
            Member::new("resource", Takes::OneOf(&["customers"]), "What it is a field of; there are no others."),
        ],
        COMMON,
    ],
};

/// A change of a field, as it is sent.
pub const FIELD_CHANGE: Shape = Shape {
    name: "CustomFieldChange",
    meaning: "A change of a field: only what is sent changes.",
    fields: &[
        &[Member::new("label", Takes::Text(LONGEST_LABEL), "The name that people read.").like("Customer tier")],
        COMMON,
        &[
            Member::new(
                "position",
                Takes::Whole(1, MOST_FIELDS as i64),
                "Its place in the order, from 1 on. Those behind it move down.",
            ),
            Member::new("version", Takes::Whole(1, i32::MAX as i64), "The version that this is a change of."),
        ],
    ],
};

/// A change as far as it can be read without the field.
pub struct FieldBody {
    draft: Draft,
    /// The place, from 0 on.
    pub position: Option<usize>,
    pub version: Option<i32>,
}

/// Reads the body that defines a field.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn new_field(object: &Object) -> Result<NewField> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let (key, kind) = (members.text("key", &[]).value(), members.text("type", &[]).value());
    if let Given::Value(other) = members.text("resource", &[])
        && other != "customers"
    {
        let message = format!("Custom fields are of “customers”. There are none of “{other}”.");
        faults.add("resource", Code::NotOneOf, message);
    }
    let draft = draft(&members, &faults);
    members.finish();
    match draft.check_new(key, kind) {
        Err(errors) => {
            faults.extend(errors, |field| name(field).to_owned());
            Err(Refusal::fields(Code::InvalidFields, faults.into_vec()))
        }
        Ok(new) => faults.refuse().map(|()| new),
    }
}

/// Reads the body that changes a field.
///
/// # Errors
/// `invalid_fields`, with every fault that can be seen without the field.
pub fn change(object: &Object) -> Result<FieldBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let draft = draft(&members, &faults);
    let position = match members.whole("position") {
        Given::Value(place) if !(1..=MOST_FIELDS as i64).contains(&place) => {
            let sentence = format!("“position” is a place in the order, from 1 to {MOST_FIELDS}.");
            faults.add("position", Code::NotOneOf, sentence);
            None
        }
        Given::Value(place) => usize::try_from(place - 1).ok(),
        _ => None,
    };
    let body = FieldBody { draft, position, version: version::named(&members) };
    members.expect_known(&READ_ONLY);
    members.expect_known(&MOVING);
    members.finish();
    faults.refuse()?;
    Ok(body)
}

impl FieldBody {
    /// Returns the field that it makes of `stored`, after a look that `sent` leaves the rest of `object` as it is.
    ///
    /// # Errors
    /// `invalid_fields`, with every fault at once.
    pub fn over(&self, stored: &Field, sent: &Object, object: &serde_json::Value) -> Result<Field> {
        let faults = Faults::default();
        Members::of(sent, &faults).read_only(&READ_ONLY, object);
        match self.draft.check_over(stored) {
            Err(errors) => {
                faults.extend(errors, |field| name(field).to_owned());
                Err(Refusal::fields(Code::InvalidFields, faults.into_vec()))
            }
            Ok(field) => faults.refuse().map(|()| field),
        }
    }
}

/// Reads what both bodies have. What is cleared is sent as nothing.
fn draft(members: &Members<'_>, faults: &Faults) -> Draft {
    let text = |name| match members.text(name, &[]) {
        Given::Absent => None,
        Given::Null => Some(String::new()),
        Given::Value(text) => Some(text.to_owned()),
    };
    let flag = |name| match members.flag(name) {
        Given::Absent => None,
        Given::Null => Some(false),
        Given::Value(flag) => Some(flag),
    };
    let choices = match members.words("choices") {
        Given::Absent => None,
        Given::Null => Some(Vec::new()),
        Given::Value(words) => Some(words),
    };
    if choices.iter().flatten().any(|choice| choice.trim().is_empty()) {
        faults.add("choices", Code::Required, "A choice is empty. Leave it out.");
    }
    Draft {
        label: text("label"),
        help: text("help"),
        choices,
        least: text("least"),
        most: text("most"),
        is_required: flag("required"),
        is_listed: flag("listed"),
        in_form: flag("in_form"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::field::Kind;

    #[test]
    fn every_kind_is_told() {
        assert_eq!(KINDS, Kind::ALL.map(Kind::as_str));
    }
}
