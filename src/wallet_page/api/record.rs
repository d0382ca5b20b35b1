//! The record of a card or bank account of which no gateway told, as it is sent.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    api::{
        reading::{Faults, Given, Members},
        shape::{Field, Kind, Shape},
    },
    codes::Code,
    input::{FieldErrors, FormFields},
    payment_methods::recorded::{self, LONGEST_NAME, LONGEST_REFERENCE, Recorded},
};

/// A card or bank account as recorded.
pub const SHAPE: Shape = Shape {
    name: "NewRecord",
    meaning: "What is written down of a card or bank account in an account without a gateway. It is never charged.",
    fields: &[&[
        Field::new("kind", Kind::OneOf(&["card", "bank_account"]), "`card` if it is not given."),
        Field::new("brand", Kind::Text(LONGEST_NAME), "The card’s brand or the bank’s name.").required().like("Visa"),
        Field::new("last4", Kind::Text(4), "The last four digits of the number.").required().like("4242"),
        Field::new("exp_month", Kind::Whole(1, 12), "The month on a card.").like_number(11),
        Field::new("exp_year", Kind::Whole(1, 9999), "The year on a card.").like_number(2041),
        Field::new("reference", Kind::Text(LONGEST_REFERENCE), "The provider’s own reference for it."),
    ]],
};

/// Reads a record, by the rules of its form.
pub fn read(members: &Members<'_>, faults: &Faults, now: Timestamp) -> Option<Recorded> {
    let mut typed = FormFields::default();
    let mut put = |field: &str, text: String| typed.0.push((field.to_owned(), text));
    let kind = members.text("kind", &[]).value().unwrap_or("card");
    let is_card = kind != "bank_account";
    put("kind", kind.to_owned());
    for (name, field) in
        [("brand", if is_card { "brand" } else { "bank" }), ("last4", "last4"), ("reference", "reference")]
    {
        put(field, members.text(name, &[]).value().unwrap_or_default().to_owned());
    }
    let (month, year) =
        (half(members, "exp_month", 12, is_card, faults), half(members, "exp_year", 9999, is_card, faults));
    let has_month = month.zip(year).map(|(month, year)| put("expires", format!("{month:02}/{year:04}"))).is_some();
    members.finish();
    // The merchant's own day is looked at in the wallet; this one is over everywhere.
    let yesterday = (now - SignedDuration::from_hours(24)).to_zoned(TimeZone::UTC).date();
    let mut errors = FieldErrors::default();
    let recorded = recorded::check(&typed, yesterday, &mut errors);
    errors.retain(|field| field != "expires" || has_month);
    let sent = |field: &str| match field {
        "bank" => "brand".to_owned(),
        "expires" => "exp_year".to_owned(),
        other => other.to_owned(),
    };
    errors.retain(|field| !faults.has(&members.path(&sent(field))));
    faults.extend(errors, |field| members.path(&sent(field)));
    recorded
}

/// Reads the month or the year of an expiry, which a card has and a bank account has not.
fn half(members: &Members<'_>, name: &'static str, most: i64, is_card: bool, faults: &Faults) -> Option<i64> {
    let path = members.path(name);
    match members.whole(name) {
        Given::Value(_) if !is_card => {
            faults.add(&path, Code::DateInvalid, "A bank account does not expire. Leave this field out.");
        }
        Given::Value(number) if (1..=most).contains(&number) => return Some(number),
        Given::Value(_) => faults.add(&path, Code::DateInvalid, format!("“{path}” is a number from 1 to {most}.")),
        Given::Absent | Given::Null if is_card && !faults.has(&path) => {
            faults.add(&path, Code::Required, "A card has a month and a year in which it expires.");
        }
        Given::Absent | Given::Null => {}
    }
    None
}
