//! A merchant: the business whose staff sign in, with exactly two accounts, live and test.

use crate::{
    error::{Error, Result},
    ids::{AccountId, MerchantId},
    query::Home,
    schema::{accounts, merchants},
    values::{
        CountryCode, Currency, Mode,
        field::{Field, Fields},
    },
};
use diesel::{PgConnection, prelude::*};
use jiff::{Timestamp, tz::TimeZone};
use jiff_diesel::ToDiesel;
use serde_json::Value;

/// The most payment methods of a customer, unless the merchant decides otherwise.
const WALLET_SIZE: i32 = 4;

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
    /// The account's own fields.
    pub fields: Fields,
}

impl Settings {
    /// Returns where the merchant is at home, for what is typed into a search.
    pub fn home(&self) -> Home {
        Home { country: self.default_country, currency: self.default_currency, fields: self.fields.clone() }
    }

    /// Returns whether a customer must have that field.
    pub fn requires(&self, field: &str) -> bool {
        self.required_fields.iter().any(|required| required == field)
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
    let name = crate::values::text::line(&new.name, 200)
        .map_err(|err| Error::Command(err.to_string().into()))?
        .ok_or(Error::Command("A merchant needs a name.".into()))?;
    TimeZone::get(&new.time_zone)
        .map_err(|_| Error::Command(format!("“{}” is no time zone, like Africa/Nairobi.", new.time_zone).into()))?;
    conn.transaction(|conn| {
        let id = MerchantId::new();
        let row = diesel::insert_into(merchants::table)
            .values((
                merchants::id.eq(id),
                merchants::name.eq(&name),
                merchants::time_zone.eq(&new.time_zone),
                merchants::default_country.eq(new.default_country.as_str()),
                merchants::default_currency.eq(new.default_currency),
                merchants::required_fields.eq(vec!["name", "email"]),
                merchants::wallet_size.eq(WALLET_SIZE),
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
