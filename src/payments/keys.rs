//! The search keys that find customers by their payments.

use jiff_diesel::ToDiesel;

use crate::{
    notes, payment_methods,
    query::{Keyword, Says, Value, Values},
    search::{self, Beside, Bind, Check, Key, Language},
};

/// The keys `spent:`, `payments:` and `last_payment:`.
pub static KEYS: [Key; 3] = [
    Key {
        word: Keyword::new(
            "spent",
            "Spent",
            "What all payments come to, in your currency unless another follows",
            "spent:>100EUR",
            Values::Amounts,
        )
        .offered(3),
        asks: |term, scope| {
            let spent = |value: &Value| {
                let Value::Amounts(amounts) = value else { return None };
                let range = amounts.range(scope.currency);
                let volume = Beside::new(scope.account, "payment_figures")
                    .and("p.currency = ", Bind::Text(range.currency.to_string()), "")
                    .between("volume", (range.least, range.most));
                Some(Check::beside(volume))
            };
            term.values.iter().filter_map(spent).collect()
        },
    },
    Key {
        word: Keyword::new(
            "payments",
            "Payments",
            "How many payments succeeded",
            "payments:0",
            Values::Counts("payments"),
        )
        .read_as("Payments", Says::Plainly)
        .offered(4),
        asks: |term, scope| {
            let payments = |value: &Value| {
                let Value::Amounts(counts) = value else { return None };
                Some(Check::beside(Beside::new(scope.account, "payment_totals").between("payments", counts.whole())))
            };
            term.values.iter().filter_map(payments).collect()
        },
    },
    Key {
        word: Keyword::new(
            "last_payment",
            "Last payment",
            "When the last payment was made, or never",
            "last_payment:<2026-06-01",
            Values::Days,
        )
        .or_never()
        .read_as("Last payment", Says::Plainly)
        .offered(5),
        asks: |term, scope| {
            let last = |value: &Value| {
                let totals = Beside::new(scope.account, "payment_totals");
                let period = match value {
                    Value::Period(period) => period,
                    Value::Never => return Some(Check::beside(totals.between("payments", (0, 0)))),
                    _ => return None,
                };
                let (from, below) = period.range(&scope.zone, scope.now);
                let mut paid = totals.found_by_index();
                if let Some(from) = from {
                    paid = paid.and("p.last_payment_at >= ", Bind::Time(from.to_diesel()), "");
                }
                if let Some(below) = below {
                    paid = paid.and("p.last_payment_at < ", Bind::Time(below.to_diesel()), "");
                }
                Some(Check::beside(paid))
            };
            term.values.iter().filter_map(last).collect()
        },
    },
];

/// The search language that finds the customers of payments: all keys of this module and of those below it.
pub static CUSTOMERS: Language = Language {
    keys: &[&search::KEYS, &KEYS, &payment_methods::KEYS, &notes::KEYS, &search::LAST_KEYS],
    things: &[&search::THINGS, &payment_methods::THINGS, &notes::THINGS],
};
