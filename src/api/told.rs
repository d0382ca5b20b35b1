//! What a route tells of itself, from which the documents are drawn: what it does, takes, answers and refuses. What all
//! calls share is added in one place, [`super::openapi`].

use actix_web::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::shape::Shape;
use crate::codes::Code;

/// The documents' part of a route.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The operation's name in clients that are generated: `create_customer`.
    pub id: &'static str,
    pub summary: &'static str,
    /// What there is to know beyond its name.
    pub text: &'static str,
    pub body: Option<&'static Shape>,
    pub answers: Vec<Answer>,
    /// The codes that are not those of all calls.
    pub codes: &'static [Code],
    /// Whether its answer has a version, as `ETag`.
    pub is_versioned: bool,
    /// Whether `If-Match` is compared with the version before anything is done.
    pub is_compared: bool,
    /// Whether its answer says where the thing that was made is found.
    pub is_located: bool,
}

/// A success.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// Makes the schema of what is written.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Answer {
    /// Makes the answer that tells a `T`.
    pub fn of<T: JsonSchema>(status: StatusCode) -> Self {
        Self { status, schema: |generator| generator.subschema_for::<T>() }
    }
}

/// A parameter behind the `?`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    pub meaning: &'static str,
    /// The codes of what is wrong with it, beyond `invalid_parameter`.
    pub codes: &'static [Code],
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Any text but an empty one: a filter that is empty would be about everything.
    Filled,
    /// An id with this prefix.
    Id(&'static str),
    Flag,
    /// A whole number from the first to the second.
    Whole(u16, u16),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A text of this pattern, or one of these words.
    OneOfOr(&'static str, &'static [&'static str]),
}

impl Parameter {
    /// Makes one that takes any text.
    pub const fn text(name: &'static str, meaning: &'static str) -> Self {
        Self { name, kind: Kind::Text, meaning, codes: &[] }
    }

    /// Makes one that takes `true` or `false`.
    pub const fn flag(name: &'static str, meaning: &'static str) -> Self {
        Self { kind: Kind::Flag, ..Self::text(name, meaning) }
    }

    /// Takes that kind of value.
    #[must_use]
    pub const fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Is refused with these codes.
    #[must_use]
    pub const fn refusing(self, codes: &'static [Code]) -> Self {
        Self { codes, ..self }
    }
}
