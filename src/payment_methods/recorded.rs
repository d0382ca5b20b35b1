//! Methods as recorded: cards and bank accounts of which no gateway told, in an account that has none. They are never
//! charged from here.

use jiff::civil::Date;

use super::model::Recording;
use crate::{
    codes::Code,
    gateway::{Instrument, Kind},
    input::{FieldErrors, FormFields},
    reason::Reason,
    values::{card, expiry, text},
};

/// The longest name of a bank, in characters.
pub const LONGEST_NAME: usize = 100;

/// The longest reference of a provider, in characters.
pub const LONGEST_REFERENCE: usize = 500;

/// A checked card or bank account as somebody wrote it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub kind: Kind,
    /// The card's brand or the bank's name.
    pub brand: String,
    pub last4: String,
    /// The last day of a card.
    pub expires_on: Option<Date>,
    /// The provider's own reference for it.
    pub reference: Option<String>,
}

impl Recorded {
    /// Returns it as a card or bank account without anything that a gateway knows. Its fingerprint is what tells it
    /// from others: a renewed card has the same.
    pub fn instrument(self) -> (Instrument, Recording) {
        let Self { kind, brand, last4, expires_on, reference } = self;
        let told = reference.as_deref().unwrap_or_default();
        let fingerprint = format!("recorded {} {} {last4} {told}", kind.as_str(), brand.to_lowercase());
        let instrument = Instrument { kind, brand, last4, expires_on, fingerprint, credential: String::new() };
        (instrument, Recording { reference })
    }
}

/// Reads a card or bank account to be recorded; `today` is the merchant's date.
pub fn check(typed: &FormFields, today: Date, errors: &mut FieldErrors) -> Option<Recorded> {
    let kind = match typed.first("kind").map_or(Some(Kind::Card), Kind::parse) {
        Some(kind) => Some(kind),
        None => errors.note("kind", "Kind", Err(Code::NotOneOf.says("Choose card or bank account."))),
    };
    let is_card = kind != Some(Kind::BankAccount);
    let (field, label) = if is_card { ("brand", "Brand") } else { ("bank", "Bank") };
    let brand = errors.note(field, label, named(typed.first(field).unwrap_or_default(), is_card));
    let last4 = errors.note("last4", "Last four digits", last4(typed.first("last4").unwrap_or_default()));
    let expires_on = match is_card {
        true => errors
            .note("expires", "Expires", expiry::parse(typed.first("expires").unwrap_or_default(), today))
            .map(Some),
        false => Some(None),
    };
    let reference = text::free_line(typed.first("reference").unwrap_or_default(), LONGEST_REFERENCE);
    let reference = errors.note("reference", "Provider’s reference", reference);
    Some(Recorded { kind: kind?, brand: brand?, last4: last4?, expires_on: expires_on?, reference: reference? })
}

/// Checks the brand of a card or the name of a bank. A brand that is known is written as it is known.
fn named(raw: &str, is_card: bool) -> Result<String, Reason> {
    let sentence = if is_card { "Choose the brand of the card." } else { "Enter the name of the bank." };
    let name = text::free_line(raw, LONGEST_NAME)?.ok_or_else(|| Code::Required.says(sentence))?;
    let known = card::brands().find(|brand| is_card && brand.eq_ignore_ascii_case(&name));
    Ok(known.map_or(name, str::to_owned))
}

fn last4(raw: &str) -> Result<String, Reason> {
    let typed = raw.trim().to_ascii_uppercase();
    match card::is_last4(&typed) {
        true => Ok(typed),
        false if typed.is_empty() => Err(Code::Required.says("Enter the last four digits.")),
        false => Err(Code::NumberInvalid.says("Enter only the last four digits, like 4242. Never the whole number.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(form: &str) -> Result<Recorded, FieldErrors> {
        let mut errors = FieldErrors::default();
        let typed = FormFields::parse(form.as_bytes()).unwrap();
        check(&typed, Date::constant(2026, 11, 29), &mut errors).ok_or(errors)
    }

    #[test]
    fn a_card_has_a_brand_four_digits_and_a_month() {
        let card = checked("kind=card&brand=Visa&bank=&last4=+4242&expires=08%2F2028&reference=pm_1").unwrap();
        assert_eq!((card.kind, card.brand.as_str(), card.last4.as_str()), (Kind::Card, "Visa", "4242"));
        assert_eq!(card.expires_on, Some(Date::constant(2028, 8, 31)));
        assert_eq!(checked("brand=VISA&last4=4242&expires=08%2F2028").unwrap().brand, "Visa");
        let errors = checked("kind=card&brand=&last4=&expires=").unwrap_err();
        let fields: Vec<_> = errors.all().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["brand", "last4", "expires"]);
        for (form, field) in [
            ("brand=Visa&last4=42424&expires=08%2F2028", "last4"),
            ("brand=Visa&last4=4242&expires=10%2F2026", "expires"),
            ("kind=cash&brand=Visa&last4=4242&expires=08%2F2028", "kind"),
        ] {
            assert!(checked(form).unwrap_err().on(field).is_some(), "{form}");
        }
    }

    #[test]
    fn a_bank_account_has_a_bank_and_no_month() {
        let bank = checked("kind=bank_account&bank=Equity+Bank&last4=ab12&expires=soon").unwrap();
        assert_eq!((bank.brand.as_str(), bank.last4.as_str(), bank.expires_on), ("Equity Bank", "AB12", None));
        assert!(checked("kind=bank_account&brand=Visa&last4=1234").unwrap_err().on("bank").is_some());
    }

    #[test]
    fn a_renewed_card_is_the_same_and_another_reference_another_card() {
        let fingerprint = |form: &str| checked(form).unwrap().instrument().0.fingerprint;
        let form = "brand=Visa&last4=4242&expires=";
        assert_eq!(fingerprint(&format!("{form}08%2F2028")), fingerprint(&format!("{form}08%2F2030")));
        assert_ne!(fingerprint(&format!("{form}08%2F2028&reference=a")), fingerprint(&format!("{form}08%2F2028")));
    }
}
