//! The JSON of a body: one object, within limits, in which no key comes twice. It keeps the order of the keys.

use std::{cell::RefCell, fmt};

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Deserializer, Number};

/// The levels of objects and lists within each other.
const DEEPEST: usize = 8;
/// The most values in all.
const MOST_VALUES: usize = 1_000;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Json>),
    Object(Object),
}

/// The members of an object, in their order.
pub type Object = Vec<(String, Json)>;

/// The reason why a body is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// It is no JSON; the place is a line and a column, from 1 on.
    Invalid {
        line: usize,
        column: usize,
    },
    /// It is JSON, but no object.
    NotAnObject,
    /// An object has this key twice.
    DuplicateKey(String),
    TooDeep,
    TooManyValues,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { line, column } => write!(f, "The body is no JSON from line {line}, column {column} on."),
            Self::NotAnObject => f.write_str("The body is not a JSON object. Send {…}."),
            Self::DuplicateKey(key) => write!(f, "“{key}” comes twice in one object. Send it once."),
            Self::TooDeep => write!(f, "The body has more than {DEEPEST} levels of objects and lists."),
            Self::TooManyValues => write!(f, "The body has more than {MOST_VALUES} values."),
        }
    }
}

/// Reads the object that a body is; an empty body is an empty object.
///
/// # Errors
/// The first reason why it is none.
pub fn parse(body: &[u8]) -> Result<Object, JsonError> {
    if body.is_empty() {
        return Ok(Object::new());
    }
    let told = RefCell::new(None);
    let values = RefCell::new(0);
    let mut reader = Deserializer::from_slice(body);
    let whole = Seed { depth: 0, values: &values, told: &told }.deserialize(&mut reader);
    let place = |err: &serde_json::Error| JsonError::Invalid { line: err.line(), column: err.column() };
    let value = match whole.and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => value,
        Err(err) => return Err(told.take().unwrap_or_else(|| place(&err))),
    };
    match value {
        Json::Object(object) => Ok(object),
        _ => Err(JsonError::NotAnObject),
    }
}

/// Reads a value at a depth, and counts it.
struct Seed<'a> {
    depth: usize,
    values: &'a RefCell<usize>,
    /// What was wrong, since an error of serde carries only text.
    told: &'a RefCell<Option<JsonError>>,
}

impl Seed<'_> {
    fn deeper(&self) -> Seed<'_> {
        Seed { depth: self.depth + 1, ..*self }
    }

    fn refuse<E: de::Error>(&self, why: JsonError) -> E {
        self.told.replace(Some(why));
        E::custom("refused")
    }

    fn check_depth<E: de::Error>(&self) -> Result<(), E> {
        if self.depth >= DEEPEST { Err(self.refuse(JsonError::TooDeep)) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json;

    fn deserialize<D: de::Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
        *self.values.borrow_mut() += 1;
        if *self.values.borrow() > MOST_VALUES {
            return Err(self.refuse(JsonError::TooManyValues));
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        // JSON has no infinity, so every number that was read is finite.
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        self.check_depth()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper())? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        self.check_depth()?;
        let mut object = Object::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.iter().any(|(known, _)| *known == key) {
                return Err(self.refuse(JsonError::DuplicateKey(key)));
            }
            let value = members.next_value_seed(self.deeper())?;
            object.push((key, value));
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn nested(levels: usize) -> String {
        format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels))
    }

    #[test]
    fn an_object_is_read_in_its_order() {
        let object = parse(br#"{"b": [1, -2.5, null], "a": {"x": "\u00e9"}, "c": true}"#).unwrap();
        assert_eq!(object.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["b", "a", "c"]);
        assert_eq!(object[1].1, Json::Object(vec![("x".to_owned(), Json::Text("é".to_owned()))]));
        assert_eq!(parse(b""), Ok(Object::new()));
    }

    #[test]
    fn what_is_no_object_of_ours_is_refused_with_the_reason() {
        let twice = |key: &str| JsonError::DuplicateKey(key.to_owned());
        for (body, reason) in [
            ("[]", JsonError::NotAnObject),
            ("7", JsonError::NotAnObject),
            ("null", JsonError::NotAnObject),
            (r#"{"a": 1, "a": 2}"#, twice("a")),
            (r#"{"x": [{"b": 1, "\u0062": 2}]}"#, twice("b")),
            ("{\n\"a\": }", JsonError::Invalid { line: 2, column: 6 }),
            (&nested(DEEPEST + 1), JsonError::TooDeep),
            (&nested(100_000), JsonError::TooDeep),
            (&format!("{{\"a\": [{}1]}}", "1,".repeat(MOST_VALUES)), JsonError::TooManyValues),
        ] {
            assert_eq!(parse(body.as_bytes()), Err(reason), "{body:.60}");
        }
        assert!(parse(nested(DEEPEST).as_bytes()).is_ok());
        for body in ["{", "{}}", "{} x", "{\"a\":1e999}", "{\"a\":\"\\ud800\"}", "{'a':1}", "{\"a\":NaN}", " "] {
            assert!(matches!(parse(body.as_bytes()), Err(JsonError::Invalid { .. })), "{body}");
        }
        assert!(matches!(parse(b"{\"a\":\"\xff\"}"), Err(JsonError::Invalid { .. })), "no UTF-8");
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(body: Vec<u8>) {
            let _ = parse(&body);
        }
    }
}
