//! The columns about the customer's own record, and the orders by it.

use super::{
    column::{Column, Content, Fill, WithDeleted},
    order::{OneWay, Order, SortKey},
    own_fields,
    scope::Scope,
};
use crate::values::{CountryCode, Language, phone, when::When};

/// The order by the time of creation, which is in the id.
pub static BY_CREATION: Order = Order {
    name: "created",
    rising: OneWay::new(b'o', "oldest first"),
    falling: OneWay::new(b'c', "newest first"),
    begins_with_greatest: true,
    key: SortKey::Id,
};

/// The order by name, without case and accents.
pub static BY_NAME: Order = Order {
    name: "name",
    rising: OneWay::new(b'n', "by name"),
    falling: OneWay::new(b'm', "by name, reversed"),
    begins_with_greatest: false,
    key: SortKey::Stored("name_key"),
};

/// The order by email, without case.
pub static BY_EMAIL: Order = Order {
    name: "email",
    rising: OneWay::new(b'e', "by email"),
    falling: OneWay::new(b'f', "by email, reversed"),
    begins_with_greatest: false,
    key: SortKey::Stored("email_key"),
};

/// The order by the time of the deletion; who is not deleted comes last, or first when the earliest come first.
pub static BY_DELETION: Order = Order {
    name: "deleted",
    rising: OneWay::new(b'r', "earliest deletion first"),
    falling: OneWay::new(b'd', "latest deletion first"),
    begins_with_greatest: true,
    key: SortKey::Deletion,
};

/// The column in which words are found besides the name.
pub(super) const COMPANY: Column = Column::text("company", "Company", Fill::Sql("company", foreign));

/// The columns that come before those of the features.
pub static COLUMNS: [Column; 11] = [
    Column::text("email", "Email", Fill::Row(|row, _| row.email.clone().map(Content::Text)))
        .usual("p2")
        .with_deleted(WithDeleted::Stays)
        .sorted(&BY_EMAIL),
    Column::text(
        "phone",
        "Phone",
        Fill::Row(|row, _| row.phone.as_deref().map(|phone| Content::Digits(phone::pretty(phone)))),
    )
    .usual("p3"),
    COMPANY,
    Column::text(
        "country",
        "Country",
        Fill::Sql("country", |text, _| {
            Content::Text(CountryCode::parse(&text).map_or(text, |code| code.name().to_owned()))
        }),
    ),
    Column::text(
        "language",
        "Language",
        Fill::Sql("language", |text, _| {
            Content::Text(Language::parse(&text).map_or(text, |code| code.name().to_owned()))
        }),
    ),
    Column::text(
        "kind",
        "Kind",
        Fill::Sql("kind", |text, _| {
            Content::Text(if text == "organization" { "Organization" } else { "Person" }.to_owned())
        }),
    ),
    Column::text("reference", "Reference", Fill::Sql("reference", foreign)).with_own_numbers(),
    // As JSON a time has one form, whatever the connection's settings.
    Column::time("updated", "Updated", Fill::Sql("to_jsonb(updated_at) #>> '{}'", moment)),
    Column::time(
        "created",
        "Created",
        Fill::Row(|row, scope| Some(Content::Time(When::new(row.created_at, &scope.zone, scope.now)))),
    )
    .usual("p4")
    .with_deleted(WithDeleted::Leaves)
    .sorted(&BY_CREATION),
    own_fields::COLUMN,
    Column::text("metadata", "Metadata", Fill::Own("metadata ->> ", foreign)),
];

fn foreign(text: String, _: &Scope) -> Content {
    Content::Foreign(text)
}

fn moment(text: String, scope: &Scope) -> Content {
    match text.parse() {
        Ok(moment) => Content::Time(When::new(moment, &scope.zone, scope.now)),
        Err(_) => Content::Text(text),
    }
}
