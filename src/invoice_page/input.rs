//! What is typed of an invoice that is made by hand: it becomes a checked invoice, or errors by their fields.

use jiff::{Span, civil::Date};

use super::body::{LONGEST, MOST_LINES, MOST_UNITS, described, total};
use crate::{
    codes::Code,
    events::Fields,
    ids::{CustomerId, InvoiceId, MethodId},
    input::{FieldErrors, FormFields},
    invoices::{
        Collects, Invoice,
        making::{Due, NewLine},
        model::Line,
    },
    payments::input::day,
    reason::Reason,
    subscriptions::by_hand::NewByHand,
    values::{Currency, Money, text},
};

/// The number of lines of an empty form.
const FEW: usize = 3;

/// What `pay` says where nothing is charged.
pub const SENT: &str = "invoice";

/// A line as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub no: usize,
    pub description: String,
    pub quantity: String,
    pub unit_amount: String,
}

impl Typed {
    /// Returns the name of one of its fields.
    pub fn field(&self, name: &str) -> String {
        format!("line.{}.{name}", self.no)
    }

    fn is_blank(&self) -> bool {
        [&self.description, &self.unit_amount].iter().all(|text| text.trim().is_empty())
    }
}

/// Returns the lines of a form: those that were typed, and one more if `adds`; a few empty ones when it was just opened.
pub fn lines(typed: &FormFields, adds: bool) -> Vec<Typed> {
    let numbers = typed.under("line.").filter_map(|(name, _)| name.split('.').next()?.parse::<usize>().ok());
    let numbers = numbers.filter(|no| *no < MOST_LINES);
    let count = numbers.max().map_or(FEW, |last| last + 1 + usize::from(adds)).min(MOST_LINES);
    let text = |no: usize, name: &str| typed.first(&format!("line.{no}.{name}")).unwrap_or_default().to_owned();
    let line = |no: usize| Typed {
        no,
        description: text(no, "description"),
        quantity: text(no, "quantity"),
        unit_amount: text(no, "unit_amount"),
    };
    (0..count).map(line).collect()
}

/// An invoice as it was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    pub new: NewByHand,
    pub total: Money,
}

/// Checks what was typed of an invoice of a customer on the merchant's date `today`, to be paid within `days` unless it
/// says otherwise.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn check(
    typed: &FormFields,
    (id, customer): (InvoiceId, CustomerId),
    (today, days): (Date, i32),
) -> Result<Checked, FieldErrors> {
    let mut errors = FieldErrors::default();
    let currency = Currency::parse_offered(typed.first("currency").unwrap_or_default());
    let currency = errors.note("currency", "Currency", currency);
    let mut checked = Vec::new();
    let mut is_whole = true;
    for one in lines(typed, false).iter().filter(|one| !one.is_blank()) {
        match line(one, currency, &mut errors) {
            Some(line) => checked.push(line),
            None => is_whole = false,
        }
    }
    if checked.is_empty() && is_whole {
        errors.add(
            "line.0.description",
            "Description",
            Code::Required.says("Say what it is for, in one line at least."),
        );
    }
    let sum = match is_whole && !checked.is_empty() {
        true => errors.note("lines", "Lines", total(&checked, currency)),
        false => None,
    };
    let (collects, method) = match typed.filled("pay") {
        None | Some(SENT) => (Collects::Invoice, None),
        Some(id) => {
            let named = id.parse::<MethodId>().map_err(|_| Code::NotOneOf.says("Choose how it is paid."));
            (Collects::Charge, errors.note("pay", "Paid", named))
        }
    };
    let due = match (collects, typed.filled("due_on")) {
        (Collects::Charge, _) => None,
        (Collects::Invoice, None) => today.checked_add(Span::new().days(days)).ok(),
        (Collects::Invoice, Some(raw)) => errors.note("due_on", "To be paid by", due(raw, today)),
    };
    let (memo, reference) = (memo(typed, &mut errors), reference(typed, &mut errors));
    let replaces = typed.filled("replaces").map(str::parse::<InvoiceId>).transpose();
    let replaces = errors.note("replaces", "Replaces", replaces).flatten();
    match currency.zip(sum) {
        Some((currency, sum)) if errors.is_empty() => {
            let due = due.map(Due::On);
            let new =
                NewByHand { id, customer, currency, lines: checked, collects, method, due, memo, reference, replaces };
            Ok(Checked { new, total: Money::new(sum, currency) })
        }
        _ => Err(errors),
    }
}

fn due(raw: &str, today: Date) -> Result<Date, Reason> {
    let day = day(raw.trim())?;
    let sentence = "This day is over already. Choose today or a later one.";
    if day < today { Err(Code::DateInvalid.says(sentence)) } else { Ok(day) }
}

fn line(one: &Typed, currency: Option<Currency>, errors: &mut FieldErrors) -> Option<NewLine> {
    let at = |label: &str| format!("{label} of line {}", one.no + 1);
    let description = errors.note(&one.field("description"), &at("Description"), described(&one.description));
    let quantity = match one.quantity.trim() {
        "" => Some(1),
        text => {
            let quantity = text.parse::<i32>().ok().filter(|number| (1..=MOST_UNITS).contains(&i64::from(*number)));
            let wrong = || Code::OutOfRange.says(format!("Enter a whole number from 1 to {MOST_UNITS}."));
            errors.note(&one.field("quantity"), &at("Quantity"), quantity.ok_or_else(wrong))
        }
    };
    let amount = currency.map(|currency| unit_amount(&one.unit_amount, currency));
    let unit_amount = amount.and_then(|amount| errors.note(&one.field("unit_amount"), &at("Amount"), amount));
    Some(NewLine { description: description?, quantity: quantity?, unit_amount: unit_amount?, period: None })
}

/// Reads what one costs; less than nothing is a discount.
fn unit_amount(raw: &str, currency: Currency) -> Result<i64, Reason> {
    let text = raw.trim();
    if text.is_empty() {
        return Err(Code::Required.says("Enter what one costs; less than nothing is a discount."));
    }
    let (sign, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    Ok(sign * Money::parse(text, currency)?.minor)
}

fn memo(typed: &FormFields, errors: &mut FieldErrors) -> Option<String> {
    errors.note("memo", "Memo", text::free_lines(typed.first("memo").unwrap_or_default(), LONGEST)).flatten()
}

fn reference(typed: &FormFields, errors: &mut FieldErrors) -> Option<String> {
    let line = text::free_line(typed.first("reference").unwrap_or_default(), LONGEST);
    errors.note("reference", "Your reference", line).flatten()
}

/// Returns an invoice with its lines as the form of another one sends them.
pub fn typed(invoice: &Invoice, lines: &[Line]) -> FormFields {
    let mut pairs = vec![
        ("replaces".to_owned(), invoice.id.to_string()),
        ("currency".to_owned(), invoice.currency.to_string()),
        ("memo".to_owned(), invoice.memo.clone().unwrap_or_default()),
        ("reference".to_owned(), invoice.reference.clone().unwrap_or_default()),
    ];
    for (no, line) in lines.iter().enumerate() {
        let amount = Money::new(line.unit_amount, invoice.currency).plain();
        pairs.push((format!("line.{no}.description"), line.description.clone()));
        pairs.push((format!("line.{no}.quantity"), line.quantity.to_string()));
        pairs.push((format!("line.{no}.unit_amount"), amount));
    }
    FormFields(pairs)
}

/// Checks a change of an invoice: what of it was sent, by the names of [`crate::subscriptions::by_hand::CHANGEABLE`].
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn check_change(typed: &FormFields) -> Result<Fields, FieldErrors> {
    let (mut errors, mut given) = (FieldErrors::default(), Fields::new());
    if typed.first("memo").is_some() {
        given.insert("memo".to_owned(), serde_json::json!(memo(typed, &mut errors)));
    }
    if typed.first("reference").is_some() {
        given.insert("reference".to_owned(), serde_json::json!(reference(typed, &mut errors)));
    }
    let day = typed.first("due_on").map(|raw| day(raw.trim())).transpose();
    if let Some(day) = errors.note("due_on", "To be paid by", day).flatten() {
        given.insert("due_on".to_owned(), serde_json::json!(day));
    }
    if errors.is_empty() { Ok(given) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn checked(form: &str) -> Result<Checked, FieldErrors> {
        let typed = FormFields::parse(form.as_bytes()).unwrap();
        check(&typed, (InvoiceId::new(), CustomerId::new()), (date(2026, 12, 1), 14))
    }

    #[test]
    fn lines_come_to_a_total_and_empty_ones_are_none() {
        let form = "currency=kes&line.0.description=Setting+up&line.0.quantity=2&line.0.unit_amount=49.00&\
                    line.2.description=Discount&line.2.unit_amount=-8";
        let Checked { new, total } = checked(form).unwrap();
        assert_eq!((total.minor, new.lines.len(), new.lines[1].unit_amount), (9_000, 2, -800));
        assert_eq!(new.due, Some(Due::On(date(2026, 12, 15))));
        assert_eq!(new.collects, Collects::Invoice);
    }

    #[test]
    fn all_errors_come_at_once_under_their_fields() {
        let form = "currency=KES&line.0.description=&line.0.quantity=0&line.0.unit_amount=x&due_on=2026-11-30&pay=me";
        let errors = checked(form).unwrap_err();
        let fields: Vec<_> = errors.all().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["line.0.description", "line.0.quantity", "line.0.unit_amount", "pay"]);
        let errors = checked("currency=KES&line.0.description=A&line.0.unit_amount=-5").unwrap_err();
        assert!(errors.on("lines").unwrap().contains("more than nothing"));
        assert!(checked("currency=KES").unwrap_err().on("line.0.description").is_some());
    }

    #[test]
    fn a_form_has_a_few_lines_and_one_more_when_asked() {
        let typed = FormFields::parse(b"line.0.description=A&line.4.quantity=2").unwrap();
        assert_eq!((lines(&FormFields::default(), false).len(), lines(&typed, false).len()), (FEW, 5));
        assert_eq!(lines(&typed, true).len(), 6);
    }
}
