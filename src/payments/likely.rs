//! Who probably made a payment that has no customer yet, and why: the same card, the customer's own reference, or an
//! email or a name in its description.

use std::collections::BTreeSet;

use diesel::{PgConnection, prelude::*};

use super::{CUSTOMERS, model::Payment};
use crate::{
    error::Result,
    ids::{AccountId, CustomerId},
    paging::{Direction, Limit},
    query::MOST_VALUES,
    schema::{payment_methods, payments},
    search::{
        listing::{self, Row, Sort},
        scope::Scope,
    },
    who::SignedIn,
};

/// The most customers that are offered.
const MOST: usize = 3;

/// A customer who probably made a payment.
pub struct Likely {
    pub row: Row,
    /// Why, as a sentence without a full stop.
    pub why: String,
}

/// Returns those who probably made a payment, the likeliest first.
pub fn payers(conn: &mut PgConnection, who: &SignedIn, payment: &Payment) -> Result<Vec<Likely>> {
    let words = payment.description.as_deref().unwrap_or_default();
    let asked = [
        (same_in_wallet(conn, who.account, payment)?, "Has a method with the same brand and last four digits"),
        (same_in_payments(conn, who.account, payment)?, "Paid with the same brand and last four digits before"),
        (any_of("reference", &references(payment)), "Has this reference"),
        (any_of("email", &emails(words)), "The email stands in the description"),
        (any_of("name", &names(words)), "The name stands in the description"),
    ];
    let mut found: Vec<Likely> = Vec::new();
    for (q, why) in asked {
        let Some(q) = q.filter(|_| found.len() < MOST) else { continue };
        for row in search(conn, who, &q)? {
            if found.len() < MOST && !found.iter().any(|one| one.row.id == row.id) {
                found.push(Likely { row, why: why.to_owned() });
            }
        }
    }
    Ok(found)
}

/// Returns the live customers of a search, none where it is not understood.
fn search(conn: &mut PgConnection, who: &SignedIn, q: &str) -> Result<Vec<Row>> {
    let Ok(query) = CUSTOMERS.parse(q, who.home()) else { return Ok(Vec::new()) };
    let scope = Scope::of(&CUSTOMERS, who);
    let listed = listing::page(conn, &scope, &query, Sort::NEWEST, &Direction::First, Limit::PALETTE, &[])?;
    Ok(listed.page.items.into_iter().filter(|row| row.deleted_at.is_none()).collect())
}

/// Returns the search for any of these values, if there are any.
fn any_of(key: &str, values: &BTreeSet<String>) -> Option<String> {
    let quoted: Vec<String> = values.iter().take(MOST_VALUES).map(|value| format!("\"{value}\"")).collect();
    (!quoted.is_empty()).then(|| format!("{key}:{}", quoted.join(",")))
}

/// Returns the search for those in whose wallet something has the brand and the last digits of what was paid with. Many
/// cards share them, so that this is no proof.
fn same_in_wallet(conn: &mut PgConnection, account: AccountId, payment: &Payment) -> Result<Option<String>> {
    let Some((brand, last4)) = paid_with(payment) else { return Ok(None) };
    let ids: Vec<CustomerId> = payment_methods::table
        .filter(payment_methods::account_id.eq(account))
        .filter(payment_methods::last4.eq(last4))
        .filter(payment_methods::brand.eq(brand))
        .filter(payment_methods::removed_at.is_null())
        .select(payment_methods::customer_id)
        .limit(MOST_VALUES as i64)
        .load(conn)?;
    Ok(of_ids(ids))
}

/// Returns the search for those who paid with the same brand and last digits.
fn same_in_payments(conn: &mut PgConnection, account: AccountId, payment: &Payment) -> Result<Option<String>> {
    let Some((brand, last4)) = paid_with(payment) else { return Ok(None) };
    let paid: Vec<Option<CustomerId>> = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::method_last4.eq(last4))
        .filter(payments::method_brand.eq(brand))
        .filter(payments::customer_id.is_not_null())
        .filter(payments::status.eq_any(["succeeded", "partially_refunded", "refunded"]))
        .order(payments::id.desc())
        .select(payments::customer_id)
        .limit(MOST_VALUES as i64)
        .load(conn)?;
    Ok(of_ids(paid.into_iter().flatten()))
}

fn paid_with(payment: &Payment) -> Option<(&str, &str)> {
    let with = payment.paid_with.as_ref()?;
    Some((&with.brand, with.last4.as_deref()?))
}

fn of_ids(ids: impl IntoIterator<Item = CustomerId>) -> Option<String> {
    any_of("id", &ids.into_iter().map(|id| id.to_string()).collect())
}

/// Returns the references that may be a customer's: the payment's own, and what has a digit in its description.
fn references(payment: &Payment) -> BTreeSet<String> {
    let words = payment.description.as_deref().unwrap_or_default().split_whitespace().map(trimmed);
    let numbered = words.filter(|word| word.chars().any(|c| c.is_ascii_digit()) && !word.contains('@'));
    let plain = |text: &&str| !text.contains('"') && text.chars().count() > 2;
    payment.reference.as_deref().into_iter().chain(numbered).filter(plain).map(str::to_owned).collect()
}

fn emails(description: &str) -> BTreeSet<String> {
    let is_email = |word: &&str| word.contains('@') && !word.contains(['"', '*']);
    description.split_whitespace().map(trimmed).filter(is_email).map(str::to_owned).collect()
}

/// Returns what may be a name: each two words that stand together, or the only word.
fn names(description: &str) -> BTreeSet<String> {
    let is_word =
        |word: &&str| word.chars().count() > 1 && word.chars().all(|c| c.is_alphabetic() || "-'’.".contains(c));
    let words: Vec<&str> = description.split_whitespace().map(trimmed).collect();
    match words[..] {
        [only] => Some(only).filter(is_word).map(str::to_owned).into_iter().collect(),
        _ => words.windows(2).filter(|pair| pair.iter().all(is_word)).map(|pair| pair.join(" ")).collect(),
    }
}

/// Returns a word without punctuation at its ends.
fn trimmed(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_holds_names_references_and_emails() {
        let text = "Order A-1042 for Wanjiru Kamau (jane@x.example), O’Neil \"x\"";
        assert_eq!(emails(text), BTreeSet::from(["jane@x.example".to_owned()]));
        let found = names(text);
        assert!(found.contains("Wanjiru Kamau") && found.contains("for Wanjiru"), "{found:?}");
        assert!(found.iter().all(|name| !name.contains('@') && !name.contains("1042")), "{found:?}");
        assert_eq!(names("Wanjiru"), BTreeSet::from(["Wanjiru".to_owned()]));
        assert!(names("42").is_empty() && names("").is_empty() && any_of("name", &names("")).is_none());
    }

    #[test]
    fn any_of_several_values_is_one_search() {
        let values = BTreeSet::from(["a b".to_owned(), "c d".to_owned()]);
        assert_eq!(any_of("name", &values).unwrap(), "name:\"a b\",\"c d\"");
    }
}
