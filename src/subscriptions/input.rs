//! The form that starts a subscription, read to a checked wish, or to errors under the names of its fields.

use jiff::civil::Date;

use super::{
    body::shapes::{MOST_DAYS_UNTIL_DUE, MOST_TIMES},
    creating::Until,
    starting::{Behavior, First, What, Wish},
};
use crate::{
    codes::Code,
    ids::{CustomerId, MethodId, PriceId},
    input::{FieldErrors, FormFields},
    invoices::Collects,
    payments::input::day,
    prices::input as prices,
    reason::Reason,
    values::{Currency, Metadata},
};

/// The choice of an amount of its own, among the prices.
pub const OWN: &str = "own";
/// The choice of the wallet's default of each day, among its methods.
pub const DEFAULT: &str = "default";
/// The choice of sending bills, among the methods.
pub const BILLS: &str = "bills";

/// Checks the form that starts a subscription of a customer. `usual` is the currency of an amount without one.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn wish(typed: &FormFields, customer: CustomerId, usual: Currency) -> Result<Wish, FieldErrors> {
    let mut errors = FieldErrors::default();
    let what = what(typed, usual, &mut errors);
    let (collects, method) = collects(typed, &mut errors);
    let days_until_due = match collects {
        Collects::Charge => Ok(None),
        Collects::Invoice => typed.filled("days_until_due").map(days).transpose(),
    };
    let days_until_due = errors.note("days_until_due", "Days to pay", days_until_due).flatten();
    let first = match typed.first("starts") {
        Some("on") => on(typed, "first_on", "First charge on", &mut errors).map(First::On),
        _ => Some(First::Open),
    };
    let until = match typed.first("until") {
        Some("times") => {
            let times = whole(typed.first("times").unwrap_or_default(), 1, MOST_TIMES);
            errors.note("times", "Times", times).map(Until::Times)
        }
        Some("date") => on(typed, "ends_on", "Ends on", &mut errors).map(Until::Date),
        _ => Some(Until::Forever),
    };
    match (what, first, until) {
        (Some(what), Some(first), Some(until)) if errors.is_empty() => Ok(Wish {
            customer,
            what,
            behavior: Behavior::Try,
            must_be_chargeable: true,
            method,
            collects,
            days_until_due,
            first,
            billing_day: None,
            until,
            started_on: None,
            metadata: Metadata::default(),
            allow_duplicate: typed.filled("allow_duplicate").is_some(),
        }),
        _ => Err(errors),
    }
}

fn what(typed: &FormFields, usual: Currency, errors: &mut FieldErrors) -> Option<What> {
    match typed.filled("price") {
        Some(OWN) => {
            let name = errors.note("name", "Name", prices::name(typed.first("name").unwrap_or_default()));
            let amount = prices::amount(typed, usual, errors);
            let interval = prices::interval(typed, errors);
            Some(What::Own { name: name?, amount: amount?, interval: interval? })
        }
        Some(price) => {
            let is_price = price.parse::<PriceId>().map_err(|_| Code::NotOneOf.says("Choose one of the prices."));
            errors.note("price", "Price", is_price).map(|price| What::Price(price.to_string()))
        }
        None => {
            errors.add("price", "Price", Code::Required.says("Choose a price, or an amount of its own."));
            None
        }
    }
}

fn collects(typed: &FormFields, errors: &mut FieldErrors) -> (Collects, Option<MethodId>) {
    match typed.filled("method") {
        None | Some(DEFAULT) => (Collects::Charge, None),
        Some(BILLS) => (Collects::Invoice, None),
        Some(method) => (Collects::Charge, errors.note("method", "Paid by", named(method))),
    }
}

/// Reads the method that was chosen.
///
/// # Errors
/// A sentence.
pub fn named(method: &str) -> Result<MethodId, Reason> {
    method.parse().map_err(|_| Code::NotOneOf.says("Choose one of the payment methods."))
}

/// Reads a day that has to be there.
pub fn on(typed: &FormFields, name: &str, label: &str, errors: &mut FieldErrors) -> Option<Date> {
    let missing = || Code::Required.says("Choose a day.");
    errors.note(name, label, typed.filled(name).ok_or_else(missing).and_then(day))
}

fn days(raw: &str) -> Result<i32, Reason> {
    whole(raw, 0, MOST_DAYS_UNTIL_DUE)
}

fn whole(raw: &str, least: i64, most: i64) -> Result<i32, Reason> {
    let sentence = || Code::OutOfRange.says(format!("Use a whole number from {least} to {most}."));
    let count = raw.trim().parse::<i64>().ok().filter(|count| (least..=most).contains(count));
    count.and_then(|count| i32::try_from(count).ok()).ok_or_else(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str) -> Result<Wish, Vec<(String, Code)>> {
        let typed = FormFields::parse(form.as_bytes()).unwrap();
        let read = wish(&typed, CustomerId::at(jiff::Timestamp::UNIX_EPOCH), Currency::parse("KES").unwrap());
        read.map_err(|errors| errors.into_vec().into_iter().map(|error| (error.field, error.code)).collect())
    }

    fn errors(form: &str) -> Vec<(String, Code)> {
        read(form).unwrap_err()
    }

    #[test]
    fn money_of_its_own_needs_a_name_and_an_amount() {
        let wish = read("price=own&name=Pro&amount=49&interval=week&interval_count=2").unwrap();
        let What::Own { name, amount, interval } = wish.what else { panic!("{:?}", wish.what) };
        assert_eq!(
            (name.as_str(), amount.to_string().as_str(), interval.words().as_str()),
            ("Pro", "KES 49.00", "every 2 weeks")
        );
        assert_eq!((wish.collects, wish.first, wish.until), (Collects::Charge, First::Open, Until::Forever));
        let of = |field: &str, code| (field.to_owned(), code);
        assert_eq!(errors("price=own"), [of("name", Code::Required), of("amount", Code::Required)]);
        assert_eq!(errors(""), [of("price", Code::Required)]);
        assert_eq!(errors("price=pro"), [of("price", Code::NotOneOf)]);
    }

    #[test]
    fn days_and_times_are_read_where_they_are_asked_for() {
        let own = "price=own&name=Pro&amount=49";
        let wish =
            read(&format!("{own}&method=bills&days_until_due=30&starts=on&first_on=2027-01-31&until=times&times=12"));
        let wish = wish.unwrap();
        assert_eq!((wish.collects, wish.days_until_due, wish.until), (Collects::Invoice, Some(30), Until::Times(12)));
        assert_eq!(wish.first, First::On(jiff::civil::date(2027, 1, 31)));
        // What belongs to another choice is not looked at.
        assert!(read(&format!("{own}&days_until_due=x&first_on=x&times=x&ends_on=x")).is_ok());
        let of = |field: &str, code| (field.to_owned(), code);
        assert_eq!(
            errors(&format!("{own}&method=visa&starts=on&until=times&times=0")),
            [of("method", Code::NotOneOf), of("first_on", Code::Required), of("times", Code::OutOfRange)]
        );
        assert_eq!(
            errors(&format!("{own}&method=bills&days_until_due=366&until=date&ends_on=31.1.2027")),
            [of("days_until_due", Code::OutOfRange), of("ends_on", Code::DateInvalid)]
        );
    }
}
