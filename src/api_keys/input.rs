//! The forms about keys: typed text becomes a key to be made, or errors by field.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    model::NewKey,
    permissions::{Access, Permission, Permissions, Resource},
};
use crate::{
    codes::Code,
    input::{FieldErrors, FormFields},
    reason::Reason,
    values::{Mode, text},
};

/// The most characters of a name.
const NAME: usize = 60;

/// How long the old secret works on after a rotation: the word in the form, the words on the page, and the time.
pub const OVERLAPS: [(&str, &str, SignedDuration); 4] = [
    ("0", "No time: it ends now", SignedDuration::ZERO),
    ("1h", "1 hour", SignedDuration::from_hours(1)),
    ("1d", "1 day", SignedDuration::from_hours(24)),
    ("7d", "7 days", SignedDuration::from_hours(7 * 24)),
];

/// Returns the name of a resource's field.
pub fn field_of(resource: Resource) -> String {
    format!("may.{}", resource.as_str())
}

/// Reads a key to be made for an account of that mode.
pub fn new_key(typed: &FormFields, mode: Mode, zone: &TimeZone, now: Timestamp) -> Result<NewKey, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.note("name", "Name", name(typed.first("name").unwrap_or_default()));
    let permissions = errors.note("permissions", "What it may do", permissions(typed, mode));
    let expires_at = typed.filled("expires_on").map(|day| day_after(day, zone, now)).transpose();
    let expires_at = errors.note("expires_on", "Last day", expires_at);
    match (name, permissions, expires_at) {
        (Some(name), Some(permissions), Some(expires_at)) => {
            Ok(NewKey { name, permissions, is_masked: typed.filled("masked").is_some(), expires_at })
        }
        _ => Err(errors),
    }
}

/// Reads a name.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn name(raw: &str) -> Result<String, Reason> {
    let sentence = "Give the key the name of the system that uses it, like “Web shop”.";
    text::line(raw, NAME)?.ok_or_else(|| Code::Required.says(sentence))
}

fn permissions(typed: &FormFields, mode: Mode) -> Result<Permissions, Reason> {
    let mut chosen = Permissions::default();
    for (name, word) in typed.under("may.") {
        let resource: Resource = name.parse().map_err(|sentence: String| Code::NotOneOf.says(sentence))?;
        let access = match word {
            "" | "none" => continue,
            "read" => Access::Read,
            "write" => Access::Write,
            other => return Err(Code::NotOneOf.says(format!("“{other}” is none of none, read and write."))),
        };
        let permission = Permission { resource, access };
        if !resource.is_in(mode) || !resource.accesses().contains(&access) {
            return Err(Code::NotOneOf.says(format!("No key of this account can have {permission}.")));
        }
        chosen = chosen.with(permission);
    }
    let sentence = "Choose what the key may do, of one thing at least.";
    if chosen.is_empty() { Err(Code::Required.says(sentence)) } else { Ok(chosen) }
}

/// Returns the moment at which a day that is still to come, or today, is over.
///
/// # Errors
/// A sentence that says what is wrong with the day.
pub fn day_after(raw: &str, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, Reason> {
    let day: Date = raw.trim().parse().map_err(|_| Code::DateInvalid.says("Write the day like 2027-03-31."))?;
    if day < now.to_zoned(zone.clone()).date() {
        return Err(Code::DateInvalid.says("Choose today or a later day."));
    }
    let is_too_far = |_| Code::DateInvalid.says("Choose a day within the next hundred years.");
    let next = day.checked_add(1.day()).map_err(is_too_far)?;
    Ok(next.to_zoned(zone.clone()).map_err(is_too_far)?.timestamp())
}

/// Reads how long the old secret works on.
pub fn overlap(typed: &FormFields) -> Result<SignedDuration, FieldErrors> {
    let word = typed.filled("overlap").unwrap_or_default();
    let known = OVERLAPS.into_iter().find(|(known, ..)| *known == word).map(|(_, _, time)| time);
    let sentence = "Choose how long the old secret works on.";
    known.ok_or_else(|| FieldErrors::of("overlap", "The old secret", Code::NotOneOf.says(sentence)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str, mode: Mode) -> Result<NewKey, FieldErrors> {
        let typed = FormFields::parse(form.as_bytes()).unwrap();
        let now = "2026-07-31T22:30:00Z".parse().unwrap();
        new_key(&typed, mode, &TimeZone::get("Africa/Nairobi").unwrap(), now)
    }

    #[test]
    fn a_key_has_a_name_what_it_may_and_the_end_of_its_last_day() {
        let key = read(
            "name=+Web++shop&may.customers=write&may.events=read&may.wallet=none&expires_on=2026-08-01",
            Mode::Live,
        );
        let key = key.unwrap();
        assert_eq!(key.name, "Web shop");
        assert_eq!(key.permissions.to_stored(), ["customers:write", "events:read"]);
        assert_eq!(key.expires_at.unwrap().to_string(), "2026-08-01T21:00:00Z", "midnight in Nairobi");
        let other = read("name=A&may.refunds=read&expires_on=&masked=yes", Mode::Live).unwrap();
        assert_eq!((key.is_masked, other.is_masked, other.expires_at), (false, true, None));
    }

    #[test]
    fn what_is_wrong_is_said_where_it_is() {
        for (form, field) in [
            ("name=&may.customers=read", "name"),
            ("may.customers=read", "name"),
            ("name=A", "permissions"),
            ("name=A&may.customers=none", "permissions"),
            ("name=A&may.customers=own", "permissions"),
            ("name=A&may.flights=read", "permissions"),
            ("name=A&may.events=write", "permissions"),
            ("name=A&may.tokens=write", "permissions"),
            ("name=A&may.customers=read&expires_on=2026-07-31", "expires_on"),
            ("name=A&may.customers=read&expires_on=soon", "expires_on"),
            ("name=A&may.customers=read&expires_on=9999-12-31", "expires_on"),
        ] {
            let errors = read(form, Mode::Live).unwrap_err();
            assert!(errors.on(field).is_some() && errors.all().len() == 1, "{form}: {errors:?}");
        }
        let long = format!("name={}&may.tokens=write", "x".repeat(61));
        assert!(read(&long, Mode::Test).unwrap_err().on("permissions").is_none());
    }
}
