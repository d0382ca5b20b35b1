//! An id names one record for good: a UUIDv7 in the database, a TypeID (`cust_01h2xcejqtf2nbrexx3vqjhp41`) everywhere
//! else.
//!
//! The public form follows TypeID 0.3: prefix, `_`, and the 128 bits in 26 characters of Crockford's base32. Every kind
//! of record has its own type here, so that an address's id cannot be passed for a customer's.

use std::{
    borrow::Cow,
    fmt,
    sync::atomic::{AtomicU32, Ordering},
};

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types,
};
use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::{Builder, Uuid, Variant, Version};

/// The reason why a text is not an id of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdError {
    /// It does not start with this prefix and an underscore.
    Prefix(&'static str),
    /// After the prefix there are not exactly 26 lower-case base32 characters of at most 128 bits.
    Suffix(&'static str),
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix(prefix) => write!(f, "Give an id that starts with “{prefix}_”."),
            Self::Suffix(prefix) => write!(f, "Copy the whole id: “{prefix}_” and 26 digits or lower-case letters."),
        }
    }
}

impl std::error::Error for IdError {}

/// An id of any kind, for a text that may be any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyId {
    prefix: &'static str,
    uuid: Uuid,
}

impl AnyId {
    /// Returns the id that a text is, in any case.
    pub fn find(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let of_kind = |prefix: &&'static str| Some(Self { prefix, uuid: parse_public(&text, prefix).ok()? });
        PREFIXES.iter().find_map(of_kind)
    }

    /// Returns the start of the public form, before the underscore.
    pub fn prefix(self) -> &'static str {
        self.prefix
    }

    /// Returns the bits, as the database stores them.
    pub fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl fmt::Display for AnyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_public(f, self.prefix, self.uuid)
    }
}

macro_rules! public_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {
        /// The prefix of every kind.
        const PREFIXES: &[&str] = &[$($prefix),*];
    $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
        #[diesel(sql_type = sql_types::Uuid)]
        pub struct $name(Uuid);

        impl $name {
            /// The start of the public form, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Makes a new id with the current time, greater than every one that this process made before.
            #[allow(clippy::new_without_default, reason = "a default that differs each time misleads")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// Makes a new id of the given time, not before 1970. It is greater than every one of an earlier time (to a
            /// quarter of a microsecond), and than those of the same time that this process made before.
            pub fn at(time: Timestamp) -> Self {
                Self(v7_at(time))
            }

            /// Returns the smallest id of the given time: no id made then or later is below it, and every id made
            /// before is.
            pub fn first_at(time: Timestamp) -> Self {
                Self(Uuid::from_u128(u128::from(u64::try_from(time.as_millisecond()).unwrap_or(0)) << 80))
            }

            /// Makes the id with these bits, as another system or table has it.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Returns the bits, as the database stores them.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Returns the time when it was made, to the millisecond; meaningless for bits that are no UUIDv7.
            pub fn created_at(self) -> Timestamp {
                time_of(self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_public(f, $prefix, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_public(f, $prefix, self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_public(text, $prefix).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                schema($prefix)
            }
        }

        impl ToSql<sql_types::Uuid, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                ToSql::<sql_types::Uuid, Pg>::to_sql(&self.0, out)
            }
        }

        impl FromSql<sql_types::Uuid, Pg> for $name {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                Uuid::from_sql(bytes).map(Self)
            }
        }

        impl From<$name> for AnyId {
            fn from(id: $name) -> Self {
                Self { prefix: $prefix, uuid: id.0 }
            }
        }
    )*};
}

public_ids! {
    /// Names a merchant. Internal: no URL and no answer shows it.
    MerchantId = "mer";
    /// Names one of a merchant's two accounts.
    AccountId = "acct";
    /// Names a person who signs in.
    StaffId = "stf";
    /// Names a customer.
    CustomerId = "cust";
    /// Names an address of a customer.
    AddressId = "addr";
    /// Names one thing that happened.
    EventId = "evt";
    /// Names a saved view of the customers.
    ViewId = "view";
    /// Names a payment.
    PaymentId = "pay";
    /// Names a refund of a payment.
    RefundId = "re";
    /// Names a bill that is addressed to a customer.
    InvoiceId = "inv";
    /// Names what a customer is charged for again and again.
    SubscriptionId = "sub";
    /// Names where a merchant's system wants to be told what happens.
    EndpointId = "we";
    /// Names the sums that a customer agreed to pay on days to come.
    ScheduleId = "sch";
    /// Names one of these sums.
    PartId = "part";
    /// Names a price that is paid again and again.
    PriceId = "price";
    /// Names a payment method of a customer.
    MethodId = "pm";
    /// Names a single-use token that stands for a card or bank account.
    TokenId = "tok";
    /// Names something to be done later.
    JobId = "job";
    /// Names a field of the merchant's own.
    FieldId = "fld";
    /// Names a note about a customer.
    NoteId = "note";
    /// Names a key of the API.
    ApiKeyId = "key";
    /// Names an invitation into the team.
    InvitationId = "ivt";
}

/// Crockford's base32, lower case: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The length of the suffix. 26 times 5 bits is 130: the first character carries three.
const SUFFIX_LENGTH: usize = 26;

/// Returns the JSON Schema of ids with a prefix, with an example.
pub fn schema(prefix: &str) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"),
        "examples": [format!("{prefix}_01h2xcejqtf2nbrexx3vqjhp41")],
    })
}

/// Makes a UUIDv7 whose 12 bits behind the milliseconds are their fraction, followed by a count and 42 random bits: RFC
/// 9562, section 6.2, method 3 and then 1.
fn v7_at(time: Timestamp) -> Uuid {
    /// How many ids this process has made so. Where it begins anew, only ids of one moment could be out of order.
    static MADE: AtomicU32 = AtomicU32::new(0);
    let nanos = u128::try_from(time.as_nanosecond()).unwrap_or(0);
    let (millis, fraction) = (nanos / 1_000_000, (nanos % 1_000_000) * 4096 / 1_000_000);
    let count = u128::from(MADE.fetch_add(1, Ordering::Relaxed) & 0xF_FFFF);
    let random = Uuid::new_v4().as_u128() & 0x3FF_FFFF_FFFF;
    Builder::from_u128(millis << 80 | fraction << 64 | count << 42 | random)
        .with_version(Version::SortRand)
        .with_variant(Variant::RFC4122)
        .into_uuid()
}

fn time_of(uuid: Uuid) -> Timestamp {
    let millis = (uuid.as_u128() >> 80) as i64;
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

fn write_public(f: &mut fmt::Formatter<'_>, prefix: &str, uuid: Uuid) -> fmt::Result {
    let (mut bits, mut suffix) = (uuid.as_u128(), [0; SUFFIX_LENGTH]);
    for letter in suffix.iter_mut().rev() {
        *letter = ALPHABET[(bits & 31) as usize];
        bits >>= 5;
    }
    f.write_str(prefix)?;
    f.write_str("_")?;
    f.write_str(std::str::from_utf8(&suffix).map_err(|_| fmt::Error)?)
}

fn parse_public(text: &str, prefix: &'static str) -> Result<Uuid, IdError> {
    let suffix = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or(IdError::Prefix(prefix))?;
    bits_of(suffix.as_bytes()).map(Uuid::from_u128).ok_or(IdError::Suffix(prefix))
}

fn bits_of(suffix: &[u8]) -> Option<u128> {
    // A first character past “7” would need more than 128 bits.
    if suffix.len() != SUFFIX_LENGTH || suffix[0] > b'7' {
        return None;
    }
    suffix.iter().try_fold(0, |bits, byte| {
        let value = ALPHABET.iter().position(|letter| letter == byte)?;
        Some(bits << 5 | value as u128)
    })
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use diesel::prelude::*;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    /// The examples of the TypeID specification's `valid.yml`.
    const SPEC: &[(&str, &str)] = &[
        ("00000000-0000-0000-0000-000000000000", "00000000000000000000000000"),
        ("00000000-0000-0000-0000-000000000001", "00000000000000000000000001"),
        ("00000000-0000-0000-0000-00000000000a", "0000000000000000000000000a"),
        ("00000000-0000-0000-0000-000000000010", "0000000000000000000000000g"),
        ("00000000-0000-0000-0000-000000000020", "00000000000000000000000010"),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"),
        ("0110c853-1d09-52d8-d73e-1194e95b5f19", "0123456789abcdefghjkmnpqrs"),
        ("01890a5d-ac96-774b-bcce-b302099a8057", "01h455vb4pex5vsknk084sn02q"),
        ("0188bac7-4afa-78aa-bc3b-bd1eef28d881", "01h2xcejqtf2nbrexx3vqjhp41"),
    ];

    #[test]
    fn writes_and_reads_the_specification_s_examples() {
        for (uuid, suffix) in SPEC {
            let id = CustomerId::from_uuid(Uuid::from_str(uuid).unwrap());
            assert_eq!(id.to_string(), format!("cust_{suffix}"));
            assert_eq!(format!("cust_{suffix}").parse(), Ok(id));
        }
    }

    #[test]
    fn refuses_what_is_not_exactly_the_public_form() {
        for (text, error) in [
            ("", IdError::Prefix("cust")),
            ("cust", IdError::Prefix("cust")),
            ("01h2xcejqtf2nbrexx3vqjhp41", IdError::Prefix("cust")),
            ("addr_01h2xcejqtf2nbrexx3vqjhp41", IdError::Prefix("cust")),
            ("CUST_01h2xcejqtf2nbrexx3vqjhp41", IdError::Prefix("cust")),
            (" cust_01h2xcejqtf2nbrexx3vqjhp41", IdError::Prefix("cust")),
            ("custx_01h2xcejqtf2nbrexx3vqjhp41", IdError::Prefix("cust")),
            ("0188bac7-4afa-78aa-bc3b-bd1eef28d881", IdError::Prefix("cust")),
            ("cust_", IdError::Suffix("cust")),
            ("cust_01h2xcejqtf2nbrexx3vqjhp4", IdError::Suffix("cust")),
            ("cust_01h2xcejqtf2nbrexx3vqjhp411", IdError::Suffix("cust")),
            ("cust_01h2xcejqtf2nbrexx3vqjhp41 ", IdError::Suffix("cust")),
            ("cust_8zzzzzzzzzzzzzzzzzzzzzzzzz", IdError::Suffix("cust")),
            ("cust_01H2XCEJQTF2NBREXX3VQJHP41", IdError::Suffix("cust")),
            ("cust_01h2xcejqtf2nbrexx3vqjhpu1", IdError::Suffix("cust")),
            ("cust_01h2xcejqtf2nbrexx3vqjhpl1", IdError::Suffix("cust")),
            ("cust_ooooooooooooooooooooooooooo", IdError::Suffix("cust")),
            ("cust_01h2xcejqtf2nbrexx3vqjhé41", IdError::Suffix("cust")),
            ("cust_é1h2xcejqtf2nbrexx3vqjhp4", IdError::Suffix("cust")),
            ("cust__1h2xcejqtf2nbrexx3vqjhp41", IdError::Suffix("cust")),
        ] {
            assert_eq!(CustomerId::from_str(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn ids_of_one_process_grow() {
        let ids: Vec<_> = (0..10_000).map(|_| EventId::new()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.is_sorted_by_key(ToString::to_string));
    }

    #[test]
    fn an_id_knows_when_it_was_made() {
        let time: Timestamp = "2024-02-29T23:59:59.123Z".parse().unwrap();
        let (one, other) = (CustomerId::at(time), CustomerId::at(time));
        assert_eq!(one.created_at(), time);
        assert_ne!(one, other);
        assert_eq!(one.uuid().get_version_num(), 7);

        let age = Timestamp::now().duration_since(CustomerId::new().created_at());
        assert!(age.as_secs().abs() < 60);
        assert!(CustomerId::first_at(time) < one && one < CustomerId::first_at(time + SignedDuration::from_millis(1)));
        let before_1970 = Timestamp::from_second(-1).unwrap();
        assert_eq!(CustomerId::at(before_1970).created_at(), Timestamp::UNIX_EPOCH);
        assert_eq!(CustomerId::from_uuid(Uuid::max()).created_at(), Timestamp::MAX);
    }

    #[test]
    fn is_its_public_form_in_json_and_debug() {
        let id: StaffId = "stf_01h2xcejqtf2nbrexx3vqjhp41".parse().unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<StaffId>(&format!("\"{id}\"")).unwrap(), id);
        assert!(serde_json::from_str::<CustomerId>(&format!("\"{id}\"")).is_err());
        assert_eq!(format!("{id:?}"), id.to_string());
    }

    diesel::table! {
        things (id) {
            id -> Uuid,
            owner_id -> Nullable<Uuid>,
        }
    }

    #[derive(Queryable, Selectable, Insertable)]
    #[diesel(table_name = things, check_for_backend(Pg))]
    struct Thing {
        id: CustomerId,
        owner_id: Option<AccountId>,
    }

    #[test]
    fn stands_for_a_uuid_column() {
        let (id, owner_id) = (CustomerId::new(), Some(AccountId::new()));
        let query = things::table
            .filter(things::id.eq(id))
            .filter(things::owner_id.eq(owner_id))
            .filter(things::id.eq_any(vec![id]))
            .select(Thing::as_select());
        assert!(diesel::debug_query::<Pg, _>(&query).to_string().contains(&id.to_string()));
        let insert = diesel::insert_into(things::table).values(Thing { id, owner_id });
        assert!(diesel::debug_query::<Pg, _>(&insert).to_string().contains("acct_"));
    }

    proptest! {
        #[test]
        fn any_bits_come_back(bits: u128) {
            let id = AddressId::from_uuid(Uuid::from_u128(bits));
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert_eq!(id.to_string().len(), 31);
        }

        #[test]
        fn an_id_of_any_kind_is_found_in_any_case(bits: u128) {
            let (refund, event) = (RefundId::from_uuid(Uuid::from_u128(bits)), EventId::from_uuid(Uuid::from_u128(bits)));
            prop_assert_eq!(AnyId::find(&refund.to_string().to_uppercase()), Some(refund.into()));
            prop_assert_eq!(AnyId::find(&event.to_string()).map(|id| id.to_string()), Some(event.to_string()));
        }

        #[test]
        fn any_text_is_answered(text in ".*") {
            prop_assert_eq!(AnyId::find(&text), None);
            let _ = text.parse::<MerchantId>();
            let _ = format!("mer_{text}").parse::<MerchantId>();
        }

        #[test]
        fn public_forms_sort_as_the_bits_do(one: u128, other: u128) {
            let (one, other) = (EventId::from_uuid(Uuid::from_u128(one)), EventId::from_uuid(Uuid::from_u128(other)));
            prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
        }
    }
}
