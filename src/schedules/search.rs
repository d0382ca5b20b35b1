//! The keys of the search over payment schedules, and the SQL conditions that a search becomes.

use super::status::PartStatus;
use crate::{
    ids::ScheduleId,
    lists::{BY_CREATION, Bind, Column, Condition, Key, Language, Order, Reach, Scope, by_amount, keys},
    query::{Choice, Keyword, Says, Values},
};

/// The search language over payment schedules.
pub static LANGUAGE: Language = Language { keys: &[&KEYS], things: &[] };

static STATUSES: [Choice; 4] = [
    Choice::new("active", "Active"),
    Choice::new("past_due", "Past due").saying("past due").also(&["unpaid"]),
    Choice::new("finished", "Finished").also(&["done", "paid"]),
    Choice::new("canceled", "Canceled").also(&["cancelled"]),
];

static PARTS: [Choice; 5] = [
    Choice::new("planned", "Planned"),
    Choice::new("processing", "Processing"),
    Choice::new("paid", "Paid"),
    Choice::new("failed", "Failed").also(&["declined"]),
    Choice::new("skipped", "Skipped"),
];

static KEYS: [Key; 8] = [
    Key {
        word: Keyword::new("status", "Status", "How it stands", "status:past_due", Values::Choice(&STATUSES))
            .offered(1),
        asks: |term, _| keys::choices(term, "status", &["finished"]),
    },
    Key {
        word: Keyword::new(
            "customer",
            "Customer",
            "Whose: an ID, a name, an email",
            "customer:wanjiru",
            Values::Customers,
        )
        .offered(2),
        asks: |term, scope| keys::customers(term, scope, None),
    },
    Key {
        word: Keyword::new(
            "amount",
            "Amount",
            "All parts together, in your currency unless another follows",
            "amount:>500",
            Values::Amounts,
        )
        .read_as("Amount", Says::Is)
        .offered(3),
        asks: |term, scope| keys::amounts(term, scope, "total"),
    },
    Key {
        word: Keyword::new("currency", "Currency", "In which currency", "currency:KES,USD", Values::Currency)
            .offered(4),
        asks: |term, _| keys::currencies(term),
    },
    Key {
        word: Keyword::new("part", "Part", "Has a part that stands so", "part:failed", Values::Choice(&PARTS))
            .read_as("Part", Says::Plainly)
            .offered(5),
        asks: |term, scope| {
            let words: Vec<String> = term.choices().map(|choice| choice.word.to_owned()).collect();
            match words.as_slice() {
                [word] if word == PartStatus::Failed.as_str() => keys::one(with_failed_part(scope), Reach::ByIndex),
                _ => keys::one(with_part(words, scope), Reach::InOrder),
            }
        },
    },
    Key {
        word: Keyword::new(
            "next",
            "Next charge",
            "The day of the next charge, or never",
            "next:<2026-12-01",
            Values::Days,
        )
        .or_never()
        .to_come()
        .read_as("Next charge", Says::Plainly)
        .offered(6),
        asks: |term, scope| {
            // The index has it so.
            const NEVER: &str = "coalesce(next_on, '9999-12-31'::date) = '9999-12-31'::date";
            keys::periods(term, |period| scope.days("next_on", period), NEVER, Reach::ByIndex)
        },
    },
    Key {
        word: Keyword::new("created", "Created", "When it was made", "created:last-30d", Values::Days).offered(7),
        asks: keys::created,
    },
    Key {
        word: Keyword::new(
            "id",
            "ID",
            "The payment schedule with this whole ID",
            "id:sch_01h2xcejqtf2nbrexx3vqjhp41",
            Values::Id(ScheduleId::PREFIX, "payment schedule"),
        ),
        asks: |term, _| keys::ids(term, "id", None),
    },
];

/// Returns the condition that a schedule has a part of one of these statuses.
fn with_part(words: Vec<String>, scope: &Scope) -> Condition {
    Condition::sql(
        "EXISTS (SELECT FROM schedule_parts p WHERE p.schedule_id = payment_schedules.id AND p.account_id = ",
    )
    .with(Bind::Id(scope.account.uuid()))
    .then(" AND p.status = ANY(")
    .with(Bind::Texts(words))
    .then("))")
}

/// Works like [`with_part`] for those of which a part failed, which are few and have an index.
fn with_failed_part(scope: &Scope) -> Condition {
    Condition::sql("payment_schedules.id IN (SELECT p.schedule_id FROM schedule_parts p WHERE p.status = 'failed' AND p.account_id = ")
        .with(Bind::Id(scope.account.uuid()))
        .then(")")
}

/// Returns what a text without a key finds besides a customer: nothing.
pub fn texts(_: &str, _: &Scope) -> Vec<Condition> {
    Vec::new()
}

/// The orders of the list.
pub static ORDERS: [Order; 3] = [
    BY_CREATION,
    Order {
        name: "next",
        columns: &[Column::Day("coalesce(next_on, '9999-12-31'::date)")],
        letters: *b"de",
        words: ["the next charge first", "the last charge first, and before it what is charged no more"],
        begins_with_greatest: false,
    },
    by_amount(&[Column::Text("currency"), Column::Number("total")]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedules::{PartStatus, Status};

    #[test]
    fn the_examples_of_the_keys_are_understood_and_every_status_has_its_word() {
        for key in LANGUAGE.vocabulary().keywords {
            let home = crate::query::Home {
                country: "KE".parse().unwrap(),
                currency: "KES".parse().unwrap(),
                fields: Default::default(),
                curtain: Default::default(),
            };
            let read = LANGUAGE.parse(key.example, home).unwrap();
            assert!(read.branches[0].terms[0].is_of(key.name), "{}", key.name);
        }
        let words = |choices: &[Choice]| choices.iter().map(|choice| (choice.word, choice.label)).collect::<Vec<_>>();
        let statuses: Vec<_> = Status::ALL.iter().map(|status| (status.as_str(), status.label())).collect();
        assert_eq!(words(&STATUSES), statuses);
        let parts: Vec<_> = PartStatus::ALL.iter().map(|status| (status.as_str(), status.label())).collect();
        assert_eq!(words(&PARTS), parts);
    }
}
