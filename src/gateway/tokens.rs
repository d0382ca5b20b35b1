//! A token of the sandbox stands for a card or bank account for an hour. The number it is made from is forgotten at
//! once. Only the brand, the last four digits, the expiry and a keyed hash stay; the hash recognises the same number
//! again.

use actix_web::cookie::Key;
use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Timestamp, civil::Date};
use jiff_diesel::ToDiesel;

use super::{
    Instrument, Kind,
    sandbox::{SAMPLES, Sample, credential, outcome_of},
};
use crate::{
    codes::Code,
    error::{Error, Result},
    ids::{AccountId, TokenId},
    input::{FieldErrors, FormFields},
    reason::Reason,
    schema::sandbox_tokens,
    values::{card, expiry, hmac},
};

/// The time in which a token can be used.
pub const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// The fields that hold a number. They are never shown again, stored, logged or carried through a sign-in.
pub const NUMBERS: [&str; 2] = ["card_number", "account_number"];

/// Makes fingerprints of numbers with a secret key, so that nobody who reads the database can try numbers out.
#[derive(Clone)]
pub struct Fingerprints([u8; 32]);

impl Fingerprints {
    /// Derives a key for fingerprints from the app's secret.
    pub fn new(secret: &Key) -> Self {
        Self(hmac(secret.signing(), &[b"fingerprints of the sandbox"]))
    }

    /// Returns the fingerprint of a number in an account, always the same. A documented number has that of the token
    /// with its name.
    pub fn of(&self, account: AccountId, kind: Kind, number: &str) -> String {
        let is_of_kind = |sample: &Sample| (sample.token == "tok_bank") == (kind == Kind::BankAccount);
        if let Some(sample) = SAMPLES.iter().find(|sample| sample.number == number && is_of_kind(sample)) {
            return format!("sandbox {}", sample.token);
        }
        let account = account.uuid();
        let parts: [&[u8]; 4] = [account.as_bytes(), kind.as_str().as_bytes(), &[0], number.as_bytes()];
        hmac(&self.0, &parts).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Splits the typed fields into the numbers and everything else.
pub fn split(mut typed: FormFields) -> (FormFields, FormFields) {
    let is_number = |name: &str| NUMBERS.contains(&name);
    let numbers = typed.0.extract_if(.., |(name, _)| is_number(name)).collect();
    (typed, FormFields(numbers))
}

/// Checks the typed fields `kind` and `expires`, and the number, which is passed separately.
///
/// # Errors
/// All errors at once, under the names of their fields; none quotes the number.
pub fn check(
    typed: &FormFields,
    numbers: &FormFields,
    account: AccountId,
    fingerprints: &Fingerprints,
    today: Date,
) -> Result<Instrument, FieldErrors> {
    let mut errors = FieldErrors::default();
    let is_bank = typed.first("kind") == Some(Kind::BankAccount.as_str());
    let (kind, field, label) = match is_bank {
        true => (Kind::BankAccount, "account_number", "Account number"),
        false => (Kind::Card, "card_number", "Card number"),
    };
    let raw = numbers.first(field).unwrap_or_default();
    let named = errors.note(field, label, if is_bank { bank_account(raw) } else { card_number(raw) });
    let expires = typed.first("expires").unwrap_or_default();
    let expires_on = match kind {
        Kind::Card => errors.note("expires", "Expires", expiry::parse(expires, today)),
        Kind::BankAccount => None,
    };
    let Some((number, brand)) = named.filter(|_| errors.is_empty()) else { return Err(errors) };
    Ok(Instrument {
        kind,
        brand: brand.to_owned(),
        last4: number[number.len() - 4..].to_owned(),
        expires_on,
        fingerprint: fingerprints.of(account, kind, &number),
        credential: credential(outcome_of(&number)),
    })
}

/// Removes the separators between the digits.
fn joined(raw: &str) -> String {
    raw.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

fn card_number(raw: &str) -> Result<(String, &'static str), Reason> {
    let number = joined(raw);
    if number.is_empty() {
        return Err(Code::Required.says("Enter a card number, like one of those below."));
    }
    if !(13..=19).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Code::NumberInvalid.says("A card number has 13 to 19 digits. Type it again."));
    }
    let no_card = || Code::NumberInvalid.says("No card has this number. Check the digits, and type it again.");
    let brand = card::brand_of(&number).ok_or_else(no_card)?;
    Ok((number, brand))
}

fn bank_account(raw: &str) -> Result<(String, &'static str), Reason> {
    let number = joined(raw).to_ascii_uppercase();
    if !(6..=34).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Code::NumberInvalid.says("An account number has 6 to 34 digits or letters. Type it again."));
    }
    Ok((number, "Sandbox Bank"))
}

/// Keeps a token with its card or bank account.
pub fn keep(
    conn: &mut PgConnection,
    account: AccountId,
    id: TokenId,
    instrument: &Instrument,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(sandbox_tokens::table)
        .values((
            sandbox_tokens::account_id.eq(account),
            sandbox_tokens::id.eq(id),
            sandbox_tokens::instrument.eq(serde_json::to_value(instrument).map_err(Error::internal)?),
            sandbox_tokens::expires_at.eq((now + LIFE).to_diesel()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes the tokens that are too old to be used.
pub fn forget_expired(conn: &mut PgConnection) -> Result<usize> {
    // By the machine's time, which no account's is behind.
    let expired = sandbox_tokens::table.filter(sandbox_tokens::id.lt(TokenId::first_at(Timestamp::now() - LIFE)));
    Ok(diesel::delete(expired).execute(conn)?)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn checked(form: &str) -> Result<Instrument, FieldErrors> {
        let (typed, numbers) = split(FormFields::parse(form.as_bytes()).unwrap());
        let fingerprints = Fingerprints::new(&Key::derive_from(&[7; 32]));
        check(&typed, &numbers, AccountId::from_uuid(uuid::Uuid::nil()), &fingerprints, date(2026, 11, 21))
    }

    #[test]
    fn a_number_becomes_an_instrument_that_does_not_hold_it() {
        let card = checked("kind=card&card_number=4000+0025-0000+3155&expires=08%2F2028").unwrap();
        assert_eq!((card.brand.as_str(), card.last4.as_str()), ("Visa", "3155"));
        assert_eq!(
            (card.expires_on, card.credential.as_str()),
            (Some(date(2028, 8, 31)), "sandbox:authentication_required")
        );
        assert_eq!(card.fingerprint, "sandbox tok_confirm", "a documented number is its token’s card");
        let bank = checked("kind=bank_account&account_number=de89+3704&expires=nonsense").unwrap();
        assert_eq!((bank.kind, bank.last4.as_str(), bank.expires_on), (Kind::BankAccount, "3704", None));
        assert!(!format!("{bank:?}").contains("DE893704"));
    }

    #[test]
    fn fingerprints_are_of_number_account_and_key() {
        let (one, other) =
            (Fingerprints::new(&Key::derive_from(&[7; 32])), Fingerprints::new(&Key::derive_from(&[8; 32])));
        let (here, there) = (AccountId::new(), AccountId::new());
        let number = "4111111111111111";
        assert_eq!(one.of(here, Kind::Card, number), one.of(here, Kind::Card, number));
        assert_ne!(one.of(here, Kind::Card, number), one.of(there, Kind::Card, number));
        assert_ne!(one.of(here, Kind::Card, number), other.of(here, Kind::Card, number));
        assert_ne!(one.of(here, Kind::Card, number), one.of(here, Kind::BankAccount, number));
    }

    #[test]
    fn each_field_has_its_error_and_none_quotes_the_number() {
        for (form, field) in [
            ("card_number=&expires=08%2F2028", "card_number"),
            ("card_number=4242424242424241&expires=08%2F2028", "card_number"),
            ("card_number=42424242&expires=08%2F2028", "card_number"),
            ("card_number=1234567812345670&expires=08%2F2028", "card_number"),
            ("card_number=4242424242424242&expires=10%2F2026", "expires"),
            ("kind=bank_account&account_number=12+3", "account_number"),
            ("kind=bank_account&account_number=%C3%A41234567", "account_number"),
        ] {
            let errors = checked(form).unwrap_err();
            assert!(errors.on(field).is_some(), "{form}");
            assert!(errors.all().iter().all(|error| !error.message.contains("4242")), "{errors:?}");
        }
        assert_eq!(checked("card_number=x&expires=x").unwrap_err().all().len(), 2);
    }
}
