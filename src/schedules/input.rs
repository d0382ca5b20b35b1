//! The forms about payment schedules, read to checked values, or to errors under the names of their fields.

use jiff::civil::Date;

use super::planning::{FEWEST_PARTS, MOST_PARTS, Misfit, Plan, Planned};
use crate::{
    api::typed::is_near,
    codes::Code,
    ids::MethodId,
    input::{FieldErrors, FormFields},
    payments,
    prices::input as prices,
    reason::Reason,
    values::{Currency, Money, money::LARGEST, text},
};

/// The most characters of what a schedule is for.
pub const LONGEST: usize = 100;

/// The choice of the wallet's default of each day, among its methods.
pub const DEFAULT: &str = "default";

/// The choice of sums with their days, instead of equal parts.
pub const OWN: &str = "own";

/// The most rows of a form for sums with their days.
pub const ROWS: usize = 12;

/// What a form makes.
#[derive(Clone, Debug)]
pub struct Wish {
    pub description: String,
    pub currency: Currency,
    pub parts: Vec<Planned>,
    pub method: Option<MethodId>,
}

/// Checks what a schedule is for.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn description(typed: &str) -> Result<String, Reason> {
    text::free_line(typed, LONGEST)?.ok_or_else(|| Code::Required.says("Say what it is for, like “New roof”."))
}

/// Checks the form that makes a payment schedule, on the merchant's date `today`. `usual` is the currency of sums without
/// one.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn wish(typed: &FormFields, usual: Currency, today: Date) -> Result<Wish, FieldErrors> {
    let mut errors = FieldErrors::default();
    let description = description(typed.first("description").unwrap_or_default());
    let description = errors.note("description", "What it is for", description);
    let method = method(typed, &mut errors);
    let planned = planned(typed, usual, today, &mut errors);
    match (description, planned, method) {
        (Some(description), Some((currency, parts)), Some(method)) if errors.is_empty() => {
            Ok(Wish { description, currency, parts, method })
        }
        _ => Err(errors),
    }
}

/// Reads the parts alone, as they will be.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn parts(typed: &FormFields, usual: Currency, today: Date) -> Result<(Currency, Vec<Planned>), FieldErrors> {
    let mut errors = FieldErrors::default();
    planned(typed, usual, today, &mut errors).filter(|_| errors.is_empty()).ok_or(errors)
}

/// Reads the method that is charged; the inner nothing is the wallet's default.
pub fn method(typed: &FormFields, errors: &mut FieldErrors) -> Option<Option<MethodId>> {
    match typed.filled("method") {
        None | Some(DEFAULT) => Some(None),
        Some(method) => {
            let method = method.parse().map_err(|_| Code::NotOneOf.says("Choose one of the payment methods."));
            errors.note("method", "Paid by", method).map(Some)
        }
    }
}

fn planned(
    typed: &FormFields,
    usual: Currency,
    today: Date,
    errors: &mut FieldErrors,
) -> Option<(Currency, Vec<Planned>)> {
    let currency = Currency::parse_offered(typed.first("currency").unwrap_or(usual.as_str()));
    let currency = errors.note("currency", "Currency", currency);
    let is_own = typed.filled("way") == Some(OWN);
    let plan = if is_own { own(typed, currency.unwrap_or(usual), errors) } else { equal(typed, usual, today, errors) };
    let (plan, currency) = (plan?, currency?);
    match plan.parts(currency, today) {
        Ok(parts) => Some((currency, parts)),
        Err(misfit) => {
            match (is_own, misfit) {
                (true, Misfit::Past(place, reason)) => {
                    let row = rows(typed).nth(place).unwrap_or_default();
                    errors.add(format!("due_on.{row}"), "Day", reason);
                }
                (false, Misfit::Past(_, reason)) => errors.add("first_on", "First part on", reason),
                (true, Misfit::Whole(reason)) => errors.add("due_on.0", "Parts", reason),
                (false, Misfit::Whole(reason)) => errors.add("amount", "Sum", reason),
            }
            None
        }
    }
}

fn equal(typed: &FormFields, usual: Currency, today: Date, errors: &mut FieldErrors) -> Option<Plan> {
    let total = prices::amount(typed, usual, errors);
    let count = errors.note("count", "Parts", count(typed.first("count").unwrap_or_default()));
    let first_on = match typed.filled("first_on") {
        Some(raw) => errors.note("first_on", "First part on", day(raw)),
        None => Some(today),
    };
    let interval = prices::interval(typed, errors);
    Some(Plan::Equal { total: total?.minor, count: count?, first_on: first_on?, interval: interval? })
}

/// Reads a day that a calendar of charges can have.
fn day(raw: &str) -> Result<Date, Reason> {
    let day = payments::input::day(raw)?;
    let sentence = "This day is too far away. Choose one before the year 3000.";
    if is_near(&day) { Ok(day) } else { Err(Code::DateInvalid.says(sentence)) }
}

fn count(raw: &str) -> Result<i64, Reason> {
    let sentence = || Code::OutOfRange.says(format!("Use a whole number from {FEWEST_PARTS} to {MOST_PARTS}."));
    let count = raw.trim().parse::<i64>().ok().filter(|count| (FEWEST_PARTS..=MOST_PARTS).contains(count));
    count.ok_or_else(sentence)
}

/// Returns the rows of the form in which something is typed.
fn rows(typed: &FormFields) -> impl Iterator<Item = usize> {
    (0..ROWS).filter(|row| ["due_on", "part"].iter().any(|name| typed.filled(&format!("{name}.{row}")).is_some()))
}

fn own(typed: &FormFields, currency: Currency, errors: &mut FieldErrors) -> Option<Plan> {
    let mut parts = Vec::new();
    for row in rows(typed) {
        let (day_name, name) = (format!("due_on.{row}"), format!("part.{row}"));
        let missing = || Code::Required.says("Choose a day.");
        let on = errors.note(&day_name, "Day", typed.filled(&day_name).ok_or_else(missing).and_then(day));
        let missing = || Code::Required.says("Enter an amount.");
        let amount = typed.filled(&name).ok_or_else(missing);
        let amount = amount.and_then(|raw| Money::parse(raw, currency).map_err(Reason::from));
        let amount = errors.note(&name, "Amount", amount);
        parts.push(on.zip(amount).map(|(on, amount)| Planned { on, amount: amount.minor }));
    }
    if parts.is_empty() {
        errors.add("due_on.0", "Parts", Code::Required.says("Enter one day with its sum at least."));
        return None;
    }
    Some(Plan::Parts(parts.into_iter().collect::<Option<_>>()?))
}

/// Checks the form that changes a part.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn part(typed: &FormFields, currency: Currency) -> Result<(Date, i64), FieldErrors> {
    let mut errors = FieldErrors::default();
    let missing = || Code::Required.says("Choose a day.");
    let on = errors.note("due_on", "Day", typed.filled("due_on").ok_or_else(missing).and_then(day));
    let missing = || Code::Required.says("Enter an amount.");
    let amount = typed.filled("amount").ok_or_else(missing);
    let amount = amount.and_then(|raw| Money::parse(raw, currency).map_err(Reason::from));
    let amount = errors.note("amount", "Amount", amount).filter(|amount| amount.minor <= LARGEST);
    on.zip(amount.map(|amount| amount.minor)).filter(|_| errors.is_empty()).ok_or(errors)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read(form: &str) -> Result<Wish, Vec<(String, Code)>> {
        let typed = FormFields::parse(form.as_bytes()).unwrap();
        let read = wish(&typed, Currency::parse("KES").unwrap(), date(2027, 1, 10));
        read.map_err(|errors| errors.into_vec().into_iter().map(|error| (error.field, error.code)).collect())
    }

    #[test]
    fn equal_parts_begin_today_unless_a_day_is_given() {
        let wish = read("description=Roof&amount=100&count=3").unwrap();
        let told: Vec<String> = wish.parts.iter().map(|part| format!("{} {}", part.on, part.amount)).collect();
        assert_eq!(told, ["2027-01-10 3334", "2027-02-10 3333", "2027-03-10 3333"]);
        assert_eq!((wish.description.as_str(), wish.method), ("Roof", None));
        let later =
            read("description=Roof&amount=100&count=2&first_on=2027-01-31&interval=week&interval_count=2").unwrap();
        assert_eq!(later.parts[1].on, date(2027, 2, 14));
        let of = |field: &str, code| (field.to_owned(), code);
        assert_eq!(
            read("count=1").unwrap_err(),
            [of("description", Code::Required), of("amount", Code::Required), of("count", Code::OutOfRange)]
        );
        assert_eq!(
            read("description=Roof&amount=100&count=2&first_on=2027-01-09").unwrap_err(),
            [of("first_on", Code::DateInvalid)]
        );
        assert_eq!(read("description=Roof&amount=0.01&count=2").unwrap_err(), [of("amount", Code::AmountInvalid)]);
    }

    #[test]
    fn rows_of_their_own_may_be_left_empty_and_tell_where_they_are_wrong() {
        let own = "description=Roof&way=own";
        let wish =
            read(&format!("{own}&due_on.0=2027-03-01&part.0=20&due_on.1=&part.1=&due_on.2=2027-02-01&part.2=10"));
        let told: Vec<String> = wish.unwrap().parts.iter().map(|part| format!("{} {}", part.on, part.amount)).collect();
        assert_eq!(told, ["2027-02-01 1000", "2027-03-01 2000"]);
        let of = |field: &str, code| (field.to_owned(), code);
        assert_eq!(read(own).unwrap_err(), [of("due_on.0", Code::Required)]);
        assert_eq!(
            read(&format!("{own}&due_on.1=2027-02-01&part.2=x")).unwrap_err(),
            [of("part.1", Code::Required), of("due_on.2", Code::Required), of("part.2", Code::AmountInvalid)]
        );
        assert_eq!(
            read(&format!("{own}&due_on.1=2027-03-01&part.1=1&due_on.3=2027-01-01&part.3=1")).unwrap_err(),
            [of("due_on.3", Code::DateInvalid)]
        );
    }
}
