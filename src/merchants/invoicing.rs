//! What a merchant decides about its invoices and about subscriptions that are not paid.

use diesel::{PgConnection, prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    ids::{AccountId, MerchantId},
    schema::{accounts, merchants},
    values::Mode,
};

/// The days in which an invoice that is sent is to be paid, unless the merchant decides otherwise.
pub const DAYS_UNTIL_DUE: i32 = 14;

/// The longest prefix of a number.
pub const LONGEST_PREFIX: usize = 12;

/// What becomes of a subscription when the last try to collect it has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterTries {
    /// It stands still until somebody decides.
    Keep,
    /// It is canceled.
    Cancel,
}

impl AfterTries {
    /// Returns the word as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Cancel => "cancel",
        }
    }

    /// Returns what a word stands for.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Keep, Self::Cancel].into_iter().find(|one| one.as_str() == word)
    }
}

/// A merchant's decisions about the invoices of one of its accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoicing {
    /// What a number begins with: "SG". That of a test account is always "TEST".
    pub prefix: String,
    /// True when numbers begin at 1 every year.
    pub restarts: bool,
    /// The days in which an invoice that is sent is to be paid.
    pub days_until_due: i32,
    pub after_tries: AfterTries,
}

/// Returns a merchant's decisions about the invoices of an account.
///
/// # Errors
/// [`Error::NotFound`] when there is no such account.
pub fn invoicing(conn: &mut PgConnection, account: AccountId) -> Result<Invoicing> {
    type Row = (String, String, Option<String>, Option<bool>, Option<i32>, Option<String>);
    let (name, mode, prefix, restarts, days, after_tries): Row = accounts::table
        .inner_join(merchants::table)
        .filter(accounts::id.eq(account))
        .select((
            merchants::name,
            accounts::mode,
            merchants::invoice_prefix,
            merchants::invoices_restart,
            merchants::days_until_due,
            merchants::after_tries,
        ))
        .first(conn)?;
    let prefix = match Mode::parse(&mode).ok_or(Error::NotFound)? {
        Mode::Test => "TEST".to_owned(),
        Mode::Live => prefix.unwrap_or_else(|| initials(&name)),
    };
    Ok(Invoicing {
        prefix,
        restarts: restarts != Some(false),
        days_until_due: days.unwrap_or(DAYS_UNTIL_DUE),
        after_tries: after_tries.as_deref().and_then(AfterTries::parse).unwrap_or(AfterTries::Keep),
    })
}

/// Who an invoice is from, as it is printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The legal name; nothing is the merchant's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// In lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_number: Option<String>,
}

/// A merchant's decisions about invoices, as it made them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What the numbers of the live account begin with; nothing is the initials of the name.
    pub prefix: Option<String>,
    /// True when numbers begin at 1 every year.
    pub restarts: bool,
    /// The days in which an invoice that is sent is to be paid.
    pub days_until_due: i32,
    pub after_tries: AfterTries,
    pub seller: Seller,
}

type Row = (Option<String>, Option<bool>, Option<i32>, Option<String>, Option<serde_json::Value>);
const COLUMNS: (
    merchants::invoice_prefix,
    merchants::invoices_restart,
    merchants::days_until_due,
    merchants::after_tries,
    merchants::seller,
) = (
    merchants::invoice_prefix,
    merchants::invoices_restart,
    merchants::days_until_due,
    merchants::after_tries,
    merchants::seller,
);

impl Decided {
    fn of((prefix, restarts, days, after_tries, seller): Row) -> Result<Self> {
        Ok(Self {
            prefix,
            restarts: restarts != Some(false),
            days_until_due: days.unwrap_or(DAYS_UNTIL_DUE),
            after_tries: after_tries.as_deref().and_then(AfterTries::parse).unwrap_or(AfterTries::Keep),
            seller: seller.map(serde_json::from_value).transpose().map_err(Error::internal)?.unwrap_or_default(),
        })
    }
}

/// Returns what a merchant decided about invoices.
///
/// # Errors
/// [`Error::NotFound`] when there is no such merchant.
pub fn decided(conn: &mut PgConnection, merchant: MerchantId) -> Result<Decided> {
    Decided::of(merchants::table.find(merchant).select(COLUMNS).first(conn)?)
}

/// Works like [`decided`]; others who would change it wait until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`] when there is no such merchant.
pub fn decided_for_update(conn: &mut PgConnection, merchant: MerchantId) -> Result<Decided> {
    Decided::of(merchants::table.find(merchant).select(COLUMNS).for_no_key_update().first(conn)?)
}

/// Writes what a merchant decided about invoices.
///
/// # Errors
/// When the database fails.
pub fn set_invoicing(conn: &mut PgConnection, merchant: MerchantId, new: &Decided) -> Result<()> {
    let seller = serde_json::to_value(&new.seller).map_err(Error::internal)?;
    let values = (
        merchants::invoice_prefix.eq(&new.prefix),
        merchants::invoices_restart.eq(new.restarts),
        merchants::days_until_due.eq(new.days_until_due),
        merchants::after_tries.eq(new.after_tries.as_str()),
        merchants::seller.eq(seller),
    );
    diesel::update(merchants::table.find(merchant)).set(values).execute(conn)?;
    Ok(())
}

/// Returns who the invoices of an account are from.
///
/// # Errors
/// [`Error::NotFound`] when there is no such account.
pub fn seller(conn: &mut PgConnection, account: AccountId) -> Result<Seller> {
    let of_account = accounts::table.inner_join(merchants::table).filter(accounts::id.eq(account));
    Ok(Decided::of(of_account.select(COLUMNS).first(conn)?)?.seller)
}

/// Returns the initials of a name, as a number begins with them: "SG" for "Safari Gear".
pub fn initials(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next());
    let letters: String = words.map(|c| c.to_ascii_uppercase()).filter(char::is_ascii_alphanumeric).collect();
    if letters.is_empty() { "INV".to_owned() } else { letters.chars().take(LONGEST_PREFIX).collect() }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn a_number_begins_with_the_merchant_s_initials() {
        assert_eq!(initials("Safari Gear"), "SG");
        assert_eq!(initials("  3-d Printers & Sons, Ltd."), "3DPSL");
        assert_eq!(initials("شركة"), "INV");
        assert_eq!(initials(&"a ".repeat(50)).len(), 12);
    }
}
