//! The keys of the search over invoices, and the SQL conditions that a search becomes.

use crate::{
    ids::{InvoiceId, SubscriptionId},
    lists::{BY_CREATION, Bind, Column, Condition, Key, Language, Meets, Order, Reach, Scope, by_amount, keys},
    query::{Choice, Keyed, Keyword, Says, Values},
};

/// The search language over invoices.
pub static LANGUAGE: Language = Language { keys: &[&KEYS], things: &[] };

static STATUSES: [Choice; 5] = [
    Choice::new("open", "Open").also(&["unpaid"]),
    Choice::new("overdue", "Overdue").also(&["late"]),
    Choice::new("paid", "Paid"),
    Choice::new("void", "Void").also(&["voided"]),
    Choice::new("uncollectible", "Written off").saying("written off").also(&["written_off"]),
];

static KEYS: [Key; 12] = [
    Key {
        word: Keyword::new("status", "Status", "What became of it", "status:overdue", Values::Choice(&STATUSES))
            .offered(1),
        asks: of_status,
    },
    Key {
        word: Keyword::new("number", "Number", "Its whole number, as printed", "number:SG-2026-0412", Values::Exact)
            .offered(2),
        asks: |term, _| {
            let numbers = term.texts().iter().map(|text| text.to_uppercase()).collect();
            keys::one(Condition::any_of("number", Bind::Texts(numbers)), Reach::ByIndex)
        },
    },
    Key {
        word: Keyword::new(
            "customer",
            "Customer",
            "To whom: an ID, a name, an email",
            "customer:wanjiru",
            Values::Customers,
        )
        .offered(3),
        asks: |term, scope| keys::customers(term, scope, None),
    },
    Key {
        word: Keyword::new(
            "amount",
            "Amount",
            "All of it, in your currency unless another follows",
            "amount:>500",
            Values::Amounts,
        )
        .read_as("Amount", Says::Is)
        .offered(4),
        asks: |term, scope| keys::amounts(term, scope, "total"),
    },
    Key {
        word: Keyword::new("currency", "Currency", "In which currency", "currency:KES,USD", Values::Currency)
            .offered(5),
        asks: |term, _| keys::currencies(term),
    },
    Key {
        word: Keyword::new("due", "To be paid by", "The last day to pay it", "due:<2026-12-01", Values::Days)
            .to_come()
            .read_as("Due", Says::AsVerb)
            .offered(6),
        asks: |term, scope| keys::periods(term, |period| scope.days("due_on", period), "false", Reach::ByIndex),
    },
    Key {
        word: Keyword::new("paid", "Paid", "When all of it was paid, or never", "paid:last-7d", Values::Days)
            .or_never()
            .offered(7),
        asks: |term, scope| {
            let is_paid = || Condition::sql("status = 'paid'");
            let within = |period: &_| Condition::all([is_paid(), scope.times("closed_at", period)]);
            keys::periods(term, within, "status IN ('open', 'void', 'uncollectible')", Reach::ByIndex)
        },
    },
    Key {
        word: Keyword::new(
            "failed",
            "Failed",
            "When a try to collect it failed first, or never",
            "failed:last-7d",
            Values::Days,
        )
        .or_never()
        .offered(10),
        asks: |term, scope| {
            let within = |period: &_| scope.times("first_failed_at", period);
            keys::periods(term, within, "first_failed_at IS NULL", Reach::ByIndex)
        },
    },
    Key {
        word: Keyword::new("created", "Created", "When it was made", "created:last-30d", Values::Days).offered(8),
        asks: keys::created,
    },
    Key {
        word: Keyword::new(
            "subscription",
            "Subscription",
            "Whose periods it bills: an ID, or none for one made by hand",
            "subscription:none",
            Values::Id(SubscriptionId::PREFIX, "subscription"),
        )
        .or_none(),
        asks: |term, _| keys::ids(term, "subscription_id", Some("subscription_id IS NULL")),
    },
    Key {
        word: Keyword::new(
            "reference",
            "Reference",
            "Your own number for it, exactly",
            "reference:\"PO 1\"",
            Values::Exact,
        )
        .offered(9),
        asks: |term, _| keys::texts(term, "reference"),
    },
    Key {
        word: Keyword::new(
            "id",
            "ID",
            "The invoice with this whole ID",
            "id:inv_01h2xcejqtf2nbrexx3vqjhp41",
            Values::Id(InvoiceId::PREFIX, "invoice"),
        ),
        asks: |term, _| keys::ids(term, "id", None),
    },
];

/// Asks for statuses. What is overdue is open too.
fn of_status(term: &Keyed, _: &Scope) -> Vec<Meets> {
    let overdue = || Condition::sql("(status = 'open' AND is_overdue)");
    if !term.has_choice("overdue") {
        return keys::choices(term, "status", &["paid"]);
    }
    let stored = Keyed {
        values: term.values.iter().filter(|value| value.text() != "overdue").cloned().collect(),
        ..term.clone()
    };
    if stored.values.is_empty() {
        return keys::one(overdue(), Reach::ByIndex);
    }
    let rest = keys::choices(&stored, "status", &["paid"]).into_iter().map(|meets| meets.condition);
    let reach = if stored.has_choice("paid") { Reach::InOrder } else { Reach::ByIndex };
    keys::one(Condition::any(rest.chain([overdue()])), reach)
}

/// Returns what a text without a key finds besides a customer: a whole number or reference.
pub fn texts(text: &str, _: &Scope) -> Vec<Condition> {
    vec![
        Condition::is("number", Bind::Text(text.to_uppercase())),
        Condition::is("reference", Bind::Text(text.to_owned())),
    ]
}

/// The orders of the list.
pub static ORDERS: [Order; 3] = [
    BY_CREATION,
    Order {
        name: "due",
        columns: &[Column::Day("due_on")],
        letters: *b"de",
        words: ["the first to be paid first", "the last to be paid first"],
        begins_with_greatest: false,
    },
    by_amount(&[Column::Text("currency"), Column::Number("total")]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invoices::Status;

    #[test]
    fn the_examples_of_the_keys_are_understood_and_every_status_has_its_word() {
        let home = || crate::query::Home {
            country: "KE".parse().unwrap(),
            currency: "KES".parse().unwrap(),
            fields: Default::default(),
            curtain: Default::default(),
        };
        for key in LANGUAGE.vocabulary().keywords {
            let read = LANGUAGE.parse(key.example, home()).unwrap();
            assert!(read.branches[0].terms[0].is_of(key.name), "{}", key.name);
        }
        assert!(Status::ALL.iter().all(|status| STATUSES.iter().any(|choice| choice.word == status.as_str())));
        let problem = LANGUAGE.parse("subscription:pay_01h2xcejqtf2nbrexx3vqjhp41", home()).unwrap_err();
        assert!(problem.message.ends_with("is no subscription’s ID. Copy all of it: it begins with “sub_”."));
    }
}
