//! A value is a word that must not be wrong: text becomes one at the gate, or an error that says how to fix it.

/// Implements what every value made of one text shares, given its `parse` and `as_str`: `Display`, `FromStr`, serde as
/// that text, and a `text` column. `$stored` reads the column; a type whose rules may tighten passes a reading that
/// trusts what is stored, so that old rows still load.
macro_rules! text_value {
    ($name:ident, $error:ty, stored: $stored:expr) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(raw: &str) -> Result<Self, $error> {
                Self::parse(raw)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&raw).map_err(serde::de::Error::custom)
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Text, diesel::pg::Pg>::to_sql(self.as_str(), out)
            }
        }

        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                let stored =
                    <String as diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg>>::from_sql(bytes)?;
                Ok($stored(stored)?)
            }
        }
    };
}

pub mod address;
pub mod card;
pub mod country;
pub mod curtain;
pub mod digits;
pub mod email;
pub mod expiry;
pub mod field;
mod hmac;
pub mod interval;
pub mod invisible;
pub mod language;
pub mod metadata;
pub mod mode;
pub mod money;
pub mod nearest;
pub mod phone;
pub mod text;
pub mod weeks;
pub mod when;

pub use address::Address;
pub use country::CountryCode;
pub use email::Email;
pub use hmac::hmac;
pub use interval::Interval;
pub use language::Language;
pub use metadata::Metadata;
pub use mode::Mode;
pub use money::{Currency, Money};
pub use phone::Phone;

#[cfg(test)]
mod tests {
    use diesel::{pg::Pg, prelude::*};

    use super::*;

    diesel::table! {
        people (id) {
            id -> Int4,
            email -> Nullable<Text>,
            country -> Text,
            language -> Nullable<Text>,
            metadata -> Jsonb,
        }
    }

    #[derive(Queryable, Selectable, Insertable, AsChangeset)]
    #[diesel(table_name = people, check_for_backend(Pg))]
    struct Person {
        id: i32,
        email: Option<Email>,
        country: CountryCode,
        language: Option<Language>,
        metadata: Metadata,
    }

    fn person() -> Person {
        Person {
            id: 1,
            email: Email::parse("jane@example.com").ok(),
            country: CountryCode::parse("ke").unwrap(),
            language: Language::parse("SW").ok(),
            metadata: Metadata::default(),
        }
    }

    #[test]
    fn values_stand_for_columns() {
        let insert = diesel::insert_into(people::table).values(person());
        let sql = diesel::debug_query::<Pg, _>(&insert).to_string();
        assert!(sql.contains("jane@example.com"), "{sql}");

        let update = diesel::update(people::table.filter(people::country.eq(person().country))).set(person());
        assert!(diesel::debug_query::<Pg, _>(&update).to_string().contains("UPDATE"));

        let select = people::table.filter(people::email.eq(person().email)).select(Person::as_select());
        assert!(diesel::debug_query::<Pg, _>(&select).to_string().contains("SELECT"));
    }

    #[test]
    fn values_are_their_text_in_json() {
        let country = CountryCode::parse("KE").unwrap();
        assert_eq!(serde_json::to_string(&country).unwrap(), "\"KE\"");
        assert_eq!(serde_json::from_str::<CountryCode>("\"ke\"").unwrap(), country);
        assert!(serde_json::from_str::<Email>("\"nobody\"").is_err());
        assert_eq!(format!("[{country:>4}]"), "[  KE]");
    }
}
