//! The bodies about webhook endpoints: typed steps that end in the same checked values as the forms.

use jiff::SignedDuration;
use serde_json::Value;

use super::{
    input::{self, LONGEST_DESCRIPTION, MOST_TYPES},
    model::Wish,
    writing::LONGEST_OVERLAP,
};
use crate::{
    api::{
        json::Object,
        reading::{Faults, Given, Members},
        refusal::Result,
        shape::{Field, Kind as Takes, Shape},
        version,
    },
    codes::Code,
    input::FieldErrors,
    outgoing::{MOST_CHARACTERS, Networks},
    reason::Reason,
};

/// The members of the object that a change cannot write.
const READ_ONLY: [&str; 7] =
    ["id", "object", "livemode", "disabled_reason", "failing_since", "old_secret_signs_until", "created"];

/// Those that change by themselves, so that they are never compared.
const MOVING: [&str; 2] = ["updated", "request_id"];

const URL: Field = Field::new(
    "url",
    Takes::Text(MOST_CHARACTERS),
    "The address that events are sent to: `https`, port 443 or 8443; in test accounts also `http` and any port.",
);
const TYPES: Field = Field::new(
    "types",
    Takes::Words(MOST_TYPES, 100),
    "The types of events that are sent, whole or as beginnings like `customer.*`; `*` is all.",
);
const DESCRIPTION: Field =
    Field::new("description", Takes::Text(LONGEST_DESCRIPTION), "What it is for, in your words.");

/// An endpoint to be made, as it is sent.
pub const NEW_ENDPOINT: Shape = Shape {
    name: "NewWebhookEndpoint",
    meaning: "A webhook endpoint to be made.",
    fields: &[&[
        URL.required().like("https://shop.example.com/hooks"),
        TYPES.required().like("customer.*"),
        DESCRIPTION.like("The warehouse"),
    ]],
};

/// A change of an endpoint, as it is sent.
pub const ENDPOINT_CHANGE: Shape = Shape {
    name: "WebhookEndpointChange",
    meaning: "A change of a webhook endpoint: only what is sent changes. The read-only fields of what was read may stand \
        beside these as they are.",
    fields: &[&[
        URL.like("https://shop.example.com/hooks"),
        TYPES,
        DESCRIPTION,
        Field::new("enabled", Takes::Flag, "`false` ends that anything is sent, `true` begins it again."),
        Field::new("version", Takes::Whole(1, i32::MAX as i64), "The version that this is a change of.").like_number(1),
    ]],
};

/// How a secret is replaced, as it is sent.
pub const NEW_SECRET: Shape = Shape {
    name: "NewWebhookSecret",
    meaning: "How a secret is replaced.",
    fields: &[&[Field::new(
        "keep_old_for",
        Takes::Whole(0, LONGEST_OVERLAP.as_secs()),
        "For how many seconds the secret before signs too: up to 7 days, a day when it is not given.",
    )
    .like_number(86_400)]],
};

/// A change as far as it can be read without the endpoint.
pub struct EndpointBody {
    pub url: Option<String>,
    pub types: Option<Vec<String>>,
    pub description: Option<Option<String>>,
    pub enabled: Option<bool>,
    pub version: Option<i32>,
}

impl EndpointBody {
    /// Returns the whole wish, what was not sent as it is.
    pub fn wish(&self, stored: &Wish) -> Wish {
        Wish {
            url: self.url.clone().unwrap_or_else(|| stored.url.clone()),
            types: self.types.clone().unwrap_or_else(|| stored.types.clone()),
            description: self.description.clone().unwrap_or_else(|| stored.description.clone()),
        }
    }
}

/// Where an endpoint may be.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub is_test: bool,
    pub networks: &'a Networks,
}

/// Reads the body that makes an endpoint.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn new_endpoint(object: &Object, place: Place<'_>) -> Result<Wish> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let (url, types) = (url(&members, &faults, place, true), types(&members, &faults, true));
    let description = description(&members, &faults);
    members.finish();
    faults.refuse()?;
    let (Some(url), Some(types)) = (url, types) else {
        return Err(crate::error::Error::internal("an endpoint without a fault and without a part").into());
    };
    Ok(Wish { url, types, description: description.flatten() })
}

/// Reads the body that changes an endpoint, after a look that it leaves the rest of `stored` as it is.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn change(object: &Object, stored: &Value, place: Place<'_>) -> Result<EndpointBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let (url, types) = (url(&members, &faults, place, false), types(&members, &faults, false));
    let description = description(&members, &faults);
    let enabled = members.flag("enabled").value();
    let version = version::named(&members);
    members.read_only(&READ_ONLY, stored);
    members.expect_known(&MOVING);
    members.finish();
    faults.refuse()?;
    Ok(EndpointBody { url, types, description, enabled, version })
}

/// Reads the body that replaces a secret: for how long the one before signs too.
///
/// # Errors
/// `invalid_fields`.
pub fn new_secret(object: &Object) -> Result<SignedDuration> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let seconds = match members.whole("keep_old_for") {
        Given::Value(seconds) => seconds,
        _ => 86_400,
    };
    if !(0..=LONGEST_OVERLAP.as_secs()).contains(&seconds) {
        let message = format!("“keep_old_for” is from 0 to {} seconds.", LONGEST_OVERLAP.as_secs());
        faults.add("keep_old_for", Code::AmountInvalid, message);
    }
    members.finish();
    faults.refuse()?;
    Ok(SignedDuration::from_secs(seconds))
}

fn url(members: &Members<'_>, faults: &Faults, place: Place<'_>, is_required: bool) -> Option<String> {
    let raw = match members.text("url", &[]) {
        Given::Absent if is_required && !faults.has("url") => "",
        Given::Absent => return None,
        Given::Null => "",
        Given::Value(raw) => raw,
    };
    note(faults, "url", input::url(raw, place.is_test, place.networks))
}

fn types(members: &Members<'_>, faults: &Faults, is_required: bool) -> Option<Vec<String>> {
    let given = match members.words("types") {
        Given::Absent if is_required && !faults.has("types") => Vec::new(),
        Given::Absent => return None,
        Given::Null => Vec::new(),
        Given::Value(words) => words,
    };
    note(faults, "types", input::types(given))
}

/// Reads the description; nothing where it was not sent, or is none.
fn description(members: &Members<'_>, faults: &Faults) -> Option<Option<String>> {
    match members.text("description", &[]) {
        Given::Absent => None,
        Given::Null => Some(None),
        Given::Value(raw) => note(faults, "description", input::description(raw)),
    }
}

fn note<T>(faults: &Faults, name: &str, result: std::result::Result<T, impl Into<Reason>>) -> Option<T> {
    let mut errors = FieldErrors::default();
    let value = errors.note(name, "", result);
    faults.extend(errors, str::to_owned);
    value
}
