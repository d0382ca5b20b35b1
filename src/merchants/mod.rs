//! A merchant: the business whose staff sign in, with exactly two accounts, live and test.

mod clock;
mod invoicing;
mod privacy;
mod security;

pub use clock::{ClockRow, clock, clock_moving};
pub use invoicing::{
    AfterTries, DAYS_UNTIL_DUE, Decided, Invoicing, LONGEST_PREFIX, Seller, decided, decided_for_update, initials,
    invoicing, seller, set_invoicing,
};
pub use privacy::{Privacy, Sees};
pub use security::{MOST_SESSIONS, Security, USUAL_SESSIONS, security_for_update, set_security};

use crate::{
    codes::Code,
    error::{Error, Result},
    ids::{AccountId, MerchantId},
    query::Home,
    reason::{Detail, Reason},
    schema::{accounts, merchants},
    values::{
        CountryCode, Currency, Mode,
        curtain::Curtain,
        field::{Field, Fields},
        nearest::nearest_of,
        text,
    },
};
use diesel::{
    PgConnection,
    prelude::*,
    result::{DatabaseErrorKind, Error as DieselError},
};
use jiff::{Timestamp, tz::TimeZone};
use jiff_diesel::ToDiesel;
use serde_json::Value;

/// The most payment methods of a customer, unless the merchant decides otherwise.
const WALLET_SIZE: i32 = 4;

/// The most payment methods that a merchant may allow a customer.
pub const LARGEST_WALLET: i32 = 20;

/// The most characters of a merchant's name.
const LONGEST_NAME: usize = 200;

/// The beginnings of the names of time zones that are of places.
const PLACES: [&str; 10] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

/// The merchant's decisions about its customers' records.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The zone that times are shown in.
    pub time_zone: TimeZone,
    /// The country in which phones without a country code are read.
    pub default_country: CountryCode,
    /// The currency in which volume is listed and sorted, and in which amounts typed without a currency are read.
    pub default_currency: Currency,
    /// Fields a customer must have, like `name` and `email`.
    pub required_fields: Vec<String>,
    /// The most payment methods of a customer.
    pub wallet_size: usize,
    /// How its staff sign in, and what they see of customers.
    pub security: Security,
    /// The account's own fields.
    pub fields: Fields,
}

impl Settings {
    /// Returns where the merchant is at home, for what somebody types into a search who sees customers like that.
    pub fn home(&self, curtain: Curtain) -> Home {
        let (country, currency, fields) = (self.default_country, self.default_currency, self.fields.clone());
        Home { country, currency, fields, curtain }
    }

    /// Returns whether a customer must have that field.
    pub fn requires(&self, field: &str) -> bool {
        self.required_fields.iter().any(|required| required == field)
    }

    /// Returns what a form says where no field alone is required.
    pub fn least_hint(&self) -> &'static str {
        let is_one_required = ["name", "email", "phone"].iter().any(|name| self.requires(name));
        if is_one_required { "" } else { "A name, an email or a phone is needed." }
    }

    /// Returns the names of all fields that a customer must have, the account's own among them.
    pub fn required(&self) -> impl Iterator<Item = String> {
        let own = self.fields.iter().filter(|field| field.is_required).map(Field::name);
        self.required_fields.iter().cloned().chain(own)
    }
}

/// A merchant's row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = merchants, check_for_backend(diesel::pg::Pg))]
pub struct Merchant {
    /// The internal id.
    pub id: MerchantId,
    /// The name, which is unique.
    pub name: String,
    /// The time zone's IANA name.
    pub time_zone: String,
    /// The country by ISO 3166 alpha-2.
    pub default_country: String,
    /// The currency by ISO 4217.
    pub default_currency: String,
    /// See [`Settings::required_fields`]; arrays of PostgreSQL may always hold NULL.
    pub required_fields: Vec<Option<String>>,
    /// See [`Settings::wallet_size`].
    pub wallet_size: i32,
    /// The number of the last change; nothing for one whom an older version has added.
    pub version: Option<i32>,
    /// See [`Security`].
    pub second_factor_required: Option<bool>,
    /// See [`Security`].
    pub most_sessions: Option<i32>,
    /// See [`Privacy`].
    pub viewers_see: Option<String>,
    /// See [`Privacy`].
    pub editors_see: Option<String>,
}

impl Merchant {
    /// Returns its decisions, in an account with those fields.
    ///
    /// # Errors
    /// When a word in its row means nothing to this version.
    pub fn settings(&self, fields: Fields) -> Result<Settings> {
        Ok(Settings {
            time_zone: TimeZone::get(&self.time_zone).map_err(Error::internal)?,
            default_country: self.default_country.parse().map_err(Error::internal)?,
            default_currency: self.default_currency.parse().map_err(Error::internal)?,
            wallet_size: usize::try_from(self.wallet_size).map_err(Error::internal)?,
            security: Security::read(
                self.second_factor_required,
                self.most_sessions,
                Privacy::read(self.viewers_see.as_deref(), self.editors_see.as_deref()),
            ),
            required_fields: self.required_fields.iter().flatten().cloned().collect(),
            fields,
        })
    }
}

/// Reads an account's fields, those that are not archived, from what its row has of them: see [`keep_fields`].
///
/// # Errors
/// When they mean nothing to this version.
pub fn read_fields(stored: Option<Value>) -> Result<Fields> {
    let read = |stored| serde_json::from_value::<Vec<Field>>(stored).map_err(Error::internal);
    Ok(stored.map(read).transpose()?.unwrap_or_default().into_iter().collect())
}

/// Keeps an account's fields in its row, where every request finds them. Call it in the transaction of each change of a
/// field.
///
/// # Errors
/// When the database fails.
pub fn keep_fields(conn: &mut PgConnection, account: AccountId) -> Result<()> {
    let kept = diesel::sql_query("UPDATE accounts SET custom_fields = custom_fields_of(id) WHERE id = $1");
    kept.bind::<diesel::sql_types::Uuid, _>(account).execute(conn)?;
    Ok(())
}

/// A merchant to be added.
#[derive(Clone, Debug)]
pub struct NewMerchant {
    /// The name, which is unique.
    pub name: String,
    /// The time zone's IANA name, which [`add`] checks.
    pub time_zone: String,
    /// The country, which its type has checked.
    pub default_country: CountryCode,
    /// The currency by ISO 4217.
    pub default_currency: Currency,
}

/// Adds a merchant with its two accounts.
///
/// # Errors
/// [`Error::Command`] when the name is taken or a setting cannot be understood.
pub fn add(conn: &mut PgConnection, new: &NewMerchant) -> Result<MerchantId> {
    let refused = |reason: Reason| Error::Command(reason.sentence);
    let name = read_name(&new.name).map_err(refused)?;
    let time_zone = read_time_zone(&new.time_zone).map_err(refused)?;
    conn.transaction(|conn| {
        let id = MerchantId::new();
        let row = diesel::insert_into(merchants::table)
            .values((
                merchants::id.eq(id),
                merchants::name.eq(&name),
                merchants::time_zone.eq(&time_zone),
                merchants::default_country.eq(new.default_country.as_str()),
                merchants::default_currency.eq(new.default_currency),
                merchants::required_fields.eq(vec!["name", "email"]),
                merchants::wallet_size.eq(WALLET_SIZE),
                merchants::version.eq(1),
                merchants::created_at.eq(Timestamp::now().to_diesel()),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?;
        if row == 0 {
            return Err(Error::Command(format!("There is a merchant “{name}” already.").into()));
        }
        for mode in [Mode::Live, Mode::Test] {
            diesel::insert_into(accounts::table)
                .values((
                    accounts::id.eq(AccountId::new()),
                    accounts::merchant_id.eq(id),
                    accounts::mode.eq(mode.as_str()),
                ))
                .execute(conn)?;
        }
        Ok(id)
    })
}

/// Reads a merchant's name.
///
/// # Errors
/// The reason why it is none.
pub fn read_name(typed: &str) -> Result<String, Reason> {
    let missing = || Code::Required.says("A merchant needs a name.");
    text::line(typed, LONGEST_NAME)?.ok_or_else(missing)
}

/// Reads the name of a time zone, in any case and with spaces, and returns it as it is listed.
///
/// # Errors
/// A sentence, with the zone that was probably meant.
pub fn read_time_zone(typed: &str) -> Result<String, Reason> {
    let asked = typed.trim().replace(' ', "_");
    let known = TimeZone::get(&asked).ok().filter(|zone| !zone.is_unknown());
    if let Some(name) = known.as_ref().and_then(TimeZone::iana_name) {
        return Ok(name.to_owned());
    }
    if asked.is_empty() {
        return Err(Code::Required.says("Choose a time zone, like Africa/Nairobi."));
    }
    let zones = time_zones();
    // Most people type the city alone.
    let is_its_city = |zone: &&String| zone.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&asked));
    let near = zones.iter().find(is_its_city).map(String::as_str);
    let near = near.or_else(|| nearest_of(&asked, zones.iter().map(String::as_str)));
    let meant = near.map_or_else(String::new, |near| format!("Did you mean {near}? "));
    let shown = text::beginning(typed, 60);
    let sentence = format!("“{shown}” is no time zone. {meant}Use a name of the list, like Africa/Nairobi.");
    Err(Code::NotOneOf.says(sentence).with(near.map(|near| Detail::DidYouMean(near.to_owned()))))
}

/// Returns the time zones to choose from: those of places, and UTC.
pub fn time_zones() -> Vec<String> {
    let names = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    let is_place = |name: &String| PLACES.iter().any(|place| name.starts_with(place)) || name == "UTC";
    let mut zones: Vec<String> = names.filter(is_place).collect();
    zones.sort();
    zones.dedup();
    zones
}

/// Returns a merchant's row.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find(conn: &mut PgConnection, id: MerchantId) -> Result<Merchant> {
    Ok(merchants::table.find(id).select(Merchant::as_select()).first(conn)?)
}

/// Works like [`find`]; others who would change it wait until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find_for_update(conn: &mut PgConnection, id: MerchantId) -> Result<Merchant> {
    Ok(merchants::table.find(id).select(Merchant::as_select()).for_no_key_update().first(conn)?)
}

/// Stores what can be changed of a merchant's row, as it is in `next`.
///
/// # Errors
/// [`Error::Conflict`] when another merchant has the name.
pub fn store(conn: &mut PgConnection, next: &Merchant) -> Result<()> {
    let update = diesel::update(merchants::table.find(next.id)).set((
        merchants::name.eq(&next.name),
        merchants::time_zone.eq(&next.time_zone),
        merchants::default_country.eq(&next.default_country),
        merchants::default_currency.eq(&next.default_currency),
        merchants::required_fields.eq(&next.required_fields),
        merchants::wallet_size.eq(next.wallet_size),
        merchants::version.eq(next.version),
    ));
    // Apart, so that a name that is taken leaves the transaction whole.
    match conn.transaction(|conn| update.execute(conn)) {
        Ok(0) => Err(Error::NotFound),
        Ok(_) => Ok(()),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            Err(Error::Conflict(Code::NameTaken.says("Another merchant has this name. Choose another.")))
        }
        Err(err) => Err(err.into()),
    }
}

/// Returns every merchant, by name.
pub fn list(conn: &mut PgConnection) -> Result<Vec<Merchant>> {
    Ok(merchants::table.order(merchants::name).select(Merchant::as_select()).load(conn)?)
}

/// Returns the id of the merchant of that name.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn named(conn: &mut PgConnection, name: &str) -> Result<MerchantId> {
    Ok(merchants::table.filter(merchants::name.eq(name.trim())).select(merchants::id).first(conn)?)
}

/// Returns the same merchant's other account.
pub fn other_account(conn: &mut PgConnection, account: AccountId) -> Result<(AccountId, Mode)> {
    let one = diesel::alias!(accounts as one);
    let (id, mode): (AccountId, String) = accounts::table
        .inner_join(one.on(one.field(accounts::merchant_id).eq(accounts::merchant_id)))
        .filter(one.field(accounts::id).eq(account))
        .filter(accounts::id.ne(account))
        .select((accounts::id, accounts::mode))
        .first(conn)?;
    Ok((id, Mode::parse(&mode).ok_or(Error::NotFound)?))
}

/// Returns the mode of an account.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn mode(conn: &mut PgConnection, account: AccountId) -> Result<Mode> {
    let mode: String = accounts::table.find(account).select(accounts::mode).first(conn)?;
    Mode::parse(&mode).ok_or(Error::NotFound)
}

/// Returns the fields of an account, those that are not archived.
///
/// # Errors
/// [`Error::NotFound`] when there is no such account.
pub fn fields(conn: &mut PgConnection, account: AccountId) -> Result<Fields> {
    read_fields(accounts::table.find(account).select(accounts::custom_fields).first(conn)?)
}

/// Makes others who would change what an account has few of wait until the transaction ends. Customers, payments and all
/// that is written beside them go on.
pub fn lock(conn: &mut PgConnection, account: AccountId) -> Result<()> {
    accounts::table.find(account).select(accounts::id).for_no_key_update().first::<AccountId>(conn)?;
    Ok(())
}

/// Returns a merchant's account.
pub fn account(conn: &mut PgConnection, merchant: MerchantId, mode: Mode) -> Result<AccountId> {
    let of_merchant =
        accounts::table.filter(accounts::merchant_id.eq(merchant)).filter(accounts::mode.eq(mode.as_str()));
    Ok(of_merchant.select(accounts::id).first(conn)?)
}

/// An account, with its merchant's name.
#[derive(Clone, Debug)]
pub struct OfMerchant {
    pub account: AccountId,
    /// The name of the merchant.
    pub merchant: String,
    pub mode: Mode,
}

/// Returns every account, by merchant.
pub fn accounts(conn: &mut PgConnection) -> Result<Vec<OfMerchant>> {
    let rows: Vec<(AccountId, String, String)> = accounts::table
        .inner_join(merchants::table)
        .order((merchants::name, accounts::mode))
        .select((accounts::id, merchants::name, accounts::mode))
        .load(conn)?;
    let known = |(account, merchant, mode): (_, _, String)| {
        let mode = Mode::parse(&mode).ok_or_else(|| Error::internal("an account of no mode"))?;
        Ok(OfMerchant { account, merchant, mode })
    };
    rows.into_iter().map(known).collect()
}

/// Returns the time zone of an account's merchant.
pub fn time_zone(conn: &mut PgConnection, account: AccountId) -> Result<TimeZone> {
    let name: String = accounts::table
        .inner_join(merchants::table)
        .filter(accounts::id.eq(account))
        .select(merchants::time_zone)
        .first(conn)?;
    TimeZone::get(&name).map_err(Error::internal)
}
