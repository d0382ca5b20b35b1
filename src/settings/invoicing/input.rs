//! What is typed about invoicing: it becomes checked decisions, or errors by their fields.

use super::content::label;
use crate::{
    codes::Code,
    input::{FieldErrors, FormFields},
    invoices::numbering::LARGEST,
    merchants::{AfterTries, Decided, LONGEST_PREFIX, Seller},
    reason::Reason,
    values::text,
};

/// The most characters of a legal name, a tax number and an address.
const LONGEST: usize = 200;
const LONGEST_ADDRESS: usize = 500;

/// The longest time in which an invoice is to be paid, in days.
const MOST_DAYS: i32 = 365;

/// Checks what was typed. The second value is the number that the next invoice is to get, if one was typed.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn check(typed: &FormFields) -> Result<(Decided, Option<i64>), FieldErrors> {
    let mut errors = FieldErrors::default();
    let text = |name: &str| typed.first(name).unwrap_or_default();
    let mut note = |name: &'static str, reason: Reason| errors.add(name, label(name), reason);
    let prefix = prefix(text("invoice_prefix")).unwrap_or_else(|reason| {
        note("invoice_prefix", reason);
        None
    });
    let restarts = match text("invoices_restart") {
        "yes" => true,
        "no" => false,
        _ => {
            note("invoices_restart", Code::NotOneOf.says("Choose whether numbers restart every year."));
            true
        }
    };
    let days = text("days_until_due").trim().parse().ok().filter(|days| (0..=MOST_DAYS).contains(days));
    if days.is_none() {
        note("days_until_due", Code::OutOfRange.says(format!("Enter a whole number from 0 to {MOST_DAYS}.")));
    }
    let after_tries = AfterTries::parse(text("after_tries"));
    if after_tries.is_none() {
        note("after_tries", Code::NotOneOf.says("Choose what becomes of the subscription."));
    }
    let next = typed.filled("next_number").map(|text| {
        let number = text.trim().parse::<i64>().ok().filter(|number| (1..=LARGEST).contains(number));
        number.ok_or_else(|| Code::OutOfRange.says(format!("Enter a whole number from 1 to {LARGEST}.")))
    });
    let next = next.transpose().unwrap_or_else(|reason| {
        note("next_number", reason);
        None
    });
    let name = errors.note("seller_name", label("seller_name"), text::free_line(text("seller_name"), LONGEST));
    let address = text::free_lines(text("seller_address"), LONGEST_ADDRESS);
    let address = errors.note("seller_address", label("seller_address"), address);
    let tax_number = errors.note("tax_number", label("tax_number"), text::free_line(text("tax_number"), LONGEST));
    match (days, after_tries) {
        (Some(days_until_due), Some(after_tries)) if errors.is_empty() => {
            let seller = Seller { name: name.flatten(), address: address.flatten(), tax_number: tax_number.flatten() };
            Ok((Decided { prefix, restarts, days_until_due, after_tries, seller }, next))
        }
        _ => Err(errors),
    }
}

/// Reads what numbers begin with; nothing is the initials of the name. One that ends like a year would make numbers that
/// were given already.
fn prefix(typed: &str) -> Result<Option<String>, Reason> {
    let prefix = typed.trim().to_ascii_uppercase();
    if prefix.is_empty() {
        return Ok(None);
    }
    let is_known = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if prefix.len() > LONGEST_PREFIX || !prefix.chars().all(is_known) {
        let sentence = format!("Use 1 to {LONGEST_PREFIX} of the letters A to Z, digits and “-”.");
        return Err(Code::NotOneOf.says(sentence));
    }
    if prefix == "TEST" {
        return Err(Code::NotOneOf.says("TEST is what the numbers of the test account begin with. Choose another one."));
    }
    let last = prefix.rsplit_once('-').map(|(_, last)| last);
    if prefix.ends_with('-') || last.is_some_and(|last| last.len() == 4 && last.chars().all(|c| c.is_ascii_digit())) {
        let sentence = "It cannot end with “-”, nor with a year: the year is added where numbers restart.";
        return Err(Code::NotOneOf.says(sentence));
    }
    Ok(Some(prefix))
}

/// Returns decisions as the form sends them.
pub fn typed(decided: &Decided) -> FormFields {
    let Seller { name, address, tax_number } = decided.seller.clone();
    let pairs = [
        ("invoice_prefix", decided.prefix.clone().unwrap_or_default()),
        ("invoices_restart", if decided.restarts { "yes" } else { "no" }.to_owned()),
        ("days_until_due", decided.days_until_due.to_string()),
        ("after_tries", decided.after_tries.as_str().to_owned()),
        ("seller_name", name.unwrap_or_default()),
        ("seller_address", address.unwrap_or_default()),
        ("tax_number", tax_number.unwrap_or_default()),
    ];
    FormFields(pairs.map(|(name, text)| (name.to_owned(), text)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_short_and_never_ends_like_a_year() {
        assert_eq!(prefix("  "), Ok(None));
        assert_eq!(prefix(" sg-ke ").unwrap().unwrap(), "SG-KE");
        for wrong in ["SG-2026", "SG-", "TEST", "S G", "ÄÖ", "ABCDEFGHIJKLM"] {
            assert!(prefix(wrong).is_err(), "{wrong}");
        }
        assert!(prefix("SG2026").is_ok());
    }
}
