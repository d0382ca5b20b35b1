//! The keys about the customer's own record, and the things of a record that `has:` knows.

use super::{Beside, Bind, Check, Key, Scope, Thing, own_fields, references, status};
use crate::{
    customers::doubts::Doubt,
    query::{Choice, Keyed, Keyword, Own, Says, Value, Values},
};

static DOUBTS: [Choice; 5] = [
    Choice::new(Doubt::Phone.as_str(), "Phone that cannot be called").also(&["unreadable"]),
    Choice::new(Doubt::Domain.as_str(), "Email with a mistyped domain").also(&["email", "mistyped", "typo"]),
    Choice::new(Doubt::Capitals.as_str(), "Name in capitals").also(&["name", "caps"]),
    Choice::new(Doubt::Contact.as_str(), "No email and no phone").also(&["unreachable"]),
    Choice::new(Doubt::Country.as_str(), "No country of billing"),
];

static KINDS: [Choice; 2] = [
    Choice::new("person", "Person").also(&["individual"]),
    Choice::new("organization", "Organization").also(&["organisation", "company", "business"]),
];

/// The keys that come before those of the features.
pub static KEYS: [Key; 12] = [
    Key {
        word: Keyword::new("name", "Name", "A word or phrase in the name", "name:jane", Values::Words),
        asks: |term, scope| words(term, &["name"], scope),
    },
    Key {
        word: Keyword::new(
            "email",
            "Email",
            "The whole email, one with * for any part, or a word in it",
            "email:*@acme.com",
            Values::Email,
        ),
        asks: |term, scope| {
            let emails = |value: &Value| match value {
                Value::Email(pattern) => Check::emails(pattern, scope.curtain),
                _ => Vec::new(),
            };
            term.values.iter().flat_map(emails).collect()
        },
    },
    Key {
        word: Keyword::new("phone", "Phone", "The phone, or digits of it", "phone:5678", Values::Phone),
        asks: |term, scope| {
            let phone = |value: &Value| match value {
                Value::Phone(digits) => Some(Check::phone(digits, scope.curtain)),
                _ => None,
            };
            each(term, phone)
        },
    },
    Key {
        word: Keyword::new(
            references::KEY,
            "Your reference",
            "Your own reference for the customer, as a whole",
            "reference:A-1042",
            Values::Exact,
        ),
        asks: |term, _| vec![Check::references(&term.texts())],
    },
    Key {
        word: Keyword::new("company", "Company", "A word or phrase in the company", "company:acme", Values::Words)
            .offered(11),
        asks: |term, scope| words(term, &["company"], scope),
    },
    Key {
        word: Keyword::new(
            "country",
            "Country",
            "The country of the billing address, by its code or name",
            "country:KE,UG",
            Values::Country,
        )
        .offered(1),
        asks: |term, _| vec![Check::one_of("country", "country", term.texts())],
    },
    Key {
        word: Keyword::new("lang", "Language", "The language, by its code or name", "lang:en", Values::Language)
            .offered(10),
        asks: |term, _| vec![Check::one_of("language", "lang", term.texts())],
    },
    Key {
        word: Keyword::new("kind", "Kind", "person or organization", "kind:organization", Values::Choice(&KINDS))
            .offered(9),
        // Most are persons: the index of words has no list of them.
        asks: |term, _| match term.has_choice("person") {
            true => vec![Check::one_of_many("kind", term.texts())],
            false => vec![Check::one_of("kind", "kind", term.texts())],
        },
    },
    Key {
        word: Keyword::new(
            status::KEY,
            "Status",
            "active or deleted",
            "status:deleted",
            Values::Choice(&status::CHOICES),
        )
        .read_as("Status", Says::Alone)
        .offered(13),
        // A search looks among the customers of one status at a time.
        asks: |_, _| Vec::new(),
    },
    Key {
        word: Keyword::new("created", "Created", "When the customer was created", "created:last-30d", Values::Days)
            .offered(2),
        asks: |term, scope| {
            each(term, |value| match value {
                Value::Period(period) => Some(Check::created(period.range(&scope.zone, scope.now))),
                _ => None,
            })
        },
    },
    Key {
        word: Keyword::new("updated", "Updated", "When the record was last changed", "updated:last-7d", Values::Days)
            .offered(15),
        asks: |term, scope| {
            each(term, |value| match value {
                Value::Period(period) => Some(Check::time("updated_at", period.range(&scope.zone, scope.now))),
                _ => None,
            })
        },
    },
    Key {
        word: Keyword::new(
            "quality",
            "Quality",
            "What of the record needs another look",
            "quality:phone",
            Values::Choice(&DOUBTS),
        )
        .read_as("Quality", Says::Alone)
        .offered(17),
        asks: |term, scope| {
            let open = Beside::new(scope.account, "doubts").when("NOT p.is_dismissed");
            let of_kind = open.and("p.kind = ANY(", Bind::Texts(term.texts()), ")");
            vec![Check::beside(of_kind.found_by_index().looked_up_alone())]
        },
    },
];

/// The keys that come after those of the features.
pub static LAST_KEYS: [Key; 4] = [
    Key {
        word: Keyword::new(
            "has",
            "Has",
            "Who has an email, phone, address, card, bank account or note",
            "has:phone",
            Values::Things,
        )
        .offered(6),
        asks: |term, scope| scope.language.ask_things(term, scope),
    },
    Key {
        word: Keyword::new(
            "field",
            "Custom field",
            "A value of a field of your own",
            "field.vat:DE123",
            Values::Fields,
        ),
        asks: own_fields::checks,
    },
    Key {
        word: Keyword::new(
            "metadata",
            "Metadata",
            "A value of your own, exactly as it is stored",
            "metadata.tier:gold",
            Values::Own,
        )
        .offered(12),
        asks: |term, _| {
            let key = term.own.as_ref().map(Own::key).unwrap_or_default();
            term.texts().iter().map(|value| Check::metadata(key, value)).collect()
        },
    },
    Key {
        word: Keyword::new(
            "id",
            "ID",
            "The customer with this whole ID",
            "id:cust_01h2xcejqtf2nbrexx3vqjhp41",
            Values::CustomerId,
        ),
        asks: |term, _| {
            let id = |value: &Value| if let Value::Customer(id) = value { Some(id.uuid()) } else { None };
            vec![Check::ids(term.values.iter().filter_map(id).collect())]
        },
    },
];

/// The things that a record can have.
pub static THINGS: [Thing; 3] = [
    Thing { choice: thing("email", "An email", "an email"), asks: |_| Check::filled("email") },
    Thing { choice: thing("phone", "A phone", "a phone"), asks: |_| Check::filled("phone") },
    Thing {
        choice: thing("address", "An address", "an address"),
        asks: |scope| Check::beside(Beside::new(scope.account, "addresses")),
    },
];

const fn thing(word: &'static str, label: &'static str, says: &'static str) -> Choice {
    Choice::new(word, label).saying(says)
}

/// Makes one check for each value.
fn each(term: &Keyed, check: impl Fn(&Value) -> Option<Check>) -> Vec<Check> {
    term.values.iter().filter_map(check).collect()
}

/// Makes the checks for words in a column.
fn words(term: &Keyed, column: &'static [&'static str; 1], scope: &Scope) -> Vec<Check> {
    term.texts().into_iter().map(|words| Check::field(column, words, scope.curtain)).collect()
}
