//! The keys of the search over subscriptions, and the SQL conditions that a search becomes.

use crate::{
    ids::{AnyId, PriceId, SubscriptionId},
    lists::{BY_CREATION, Bind, Column, Condition, Key, Language, Meets, Order, Reach, Scope, by_amount, keys},
    query::{Choice, Keyed, Keyword, Says, Values},
};

/// The search language over subscriptions.
pub static LANGUAGE: Language = Language { keys: &[&KEYS], things: &[] };

static STATUSES: [Choice; 5] = [
    Choice::new("trialing", "Trial").saying("in its trial").also(&["trial"]),
    Choice::new("incomplete", "Waiting for the first payment").saying("waiting for its first payment"),
    Choice::new("active", "Active"),
    Choice::new("past_due", "Past due").saying("past due").also(&["unpaid"]),
    Choice::new("canceled", "Canceled").also(&["cancelled", "ended"]),
];

static INTERVALS: [Choice; 6] = [
    Choice::new("day", "Day").also(&["daily"]),
    Choice::new("week", "Week").also(&["weekly"]),
    Choice::new("month", "Month").also(&["monthly"]),
    Choice::new("quarter", "3 months").saying("3 months").also(&["quarterly"]),
    Choice::new("year", "Year").also(&["yearly", "annual"]),
    Choice::new("other", "Something else").saying("something else"),
];

static WAYS: [Choice; 2] = [
    Choice::new("charge", "Charges a payment method").saying("by charging a method").also(&["automatic"]),
    Choice::new("invoice", "Sends invoices").saying("by sending invoices").also(&["manual"]),
];

static METHODS: [Choice; 3] = [
    Choice::new("own", "One of its own").saying("one of its own"),
    Choice::new("default", "The wallet’s default").saying("the wallet’s default"),
    Choice::new("none", "None: nothing can be charged"),
];

/// What is charged without a method of its own, of a customer whose wallet has no default either.
const WITHOUT_METHOD: &str = "(ended_at IS NULL AND days_until_due IS NULL AND method_id IS NULL AND NOT EXISTS (\
    SELECT FROM payment_methods p WHERE p.account_id = subscriptions.account_id \
    AND p.customer_id = subscriptions.customer_id AND p.is_default))";

static KEYS: [Key; 12] = [
    Key {
        word: Keyword::new("status", "Status", "How it stands", "status:past_due", Values::Choice(&STATUSES))
            .offered(1),
        asks: |term, _| keys::choices(term, "status", &["active", "canceled"]),
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
            "What each period costs, in your currency unless another follows",
            "amount:>500",
            Values::Amounts,
        )
        .read_as("Amount", Says::Is)
        .offered(3),
        asks: |term, scope| keys::amounts(term, scope, "amount"),
    },
    Key {
        word: Keyword::new("currency", "Currency", "In which currency", "currency:KES,USD", Values::Currency)
            .offered(4),
        asks: |term, _| keys::currencies(term),
    },
    Key {
        word: Keyword::new("every", "Interval", "How often", "every:month", Values::Choice(&INTERVALS))
            .read_as("Every", Says::Plainly)
            .offered(5),
        asks: |term, _| keys::one(Condition::any(term.choices().map(|choice| every(choice.word))), Reach::InOrder),
    },
    Key {
        word: Keyword::new(
            "next",
            "Next charge",
            "The day of the next charge or bill, or never",
            "next:<2026-12-01",
            Values::Days,
        )
        .or_never()
        .read_as("Next charge", Says::Plainly)
        .offered(6),
        asks: |term, scope| {
            // The index has it so.
            const NEVER: &str = "coalesce(next_on, '9999-12-31'::date) = '9999-12-31'::date";
            keys::periods(term, |period| scope.days("next_on", period), NEVER, Reach::ByIndex)
        },
    },
    Key {
        word: Keyword::new(
            "ends",
            "Ends",
            "The day from which it is not used any more, or never",
            "ends:2026-12",
            Values::Days,
        )
        .or_never()
        .read_as("Ends", Says::Plainly)
        .offered(7),
        asks: |term, scope| {
            keys::periods(term, |period| scope.days("ends_on", period), "ends_on IS NULL", Reach::ByIndex)
        },
    },
    Key {
        word: Keyword::new(
            "price",
            "Price",
            "The price it is charged by: your key of it, its ID, or none",
            "price:pro_monthly",
            Values::Exact,
        )
        .offered(8),
        asks: of_prices,
    },
    Key {
        word: Keyword::new("collects", "Collects", "How its money comes in", "collects:invoice", Values::Choice(&WAYS))
            .read_as("Collects", Says::Plainly)
            .offered(9),
        asks: |term, _| {
            let way = |word| if word == "charge" { "days_until_due IS NULL" } else { "days_until_due IS NOT NULL" };
            let any = Condition::any(term.choices().map(|choice| Condition::sql(way(choice.word))));
            keys::one(any, Reach::InOrder)
        },
    },
    Key {
        word: Keyword::new("method", "Payment method", "What it charges", "method:none", Values::Choice(&METHODS))
            .offered(10),
        asks: |term, _| {
            let method = |word| match word {
                "own" => "method_id IS NOT NULL",
                "default" => "(days_until_due IS NULL AND method_id IS NULL)",
                _ => WITHOUT_METHOD,
            };
            let any = Condition::any(term.choices().map(|choice| Condition::sql(method(choice.word))));
            keys::one(any, Reach::InOrder)
        },
    },
    Key {
        word: Keyword::new("created", "Created", "When it was made", "created:last-30d", Values::Days).offered(11),
        asks: keys::created,
    },
    Key {
        word: Keyword::new(
            "id",
            "ID",
            "The subscription with this whole ID",
            "id:sub_01h2xcejqtf2nbrexx3vqjhp41",
            Values::Id(SubscriptionId::PREFIX, "subscription"),
        ),
        asks: |term, _| keys::ids(term, "id", None),
    },
];

/// Returns the condition that it is charged so often.
fn every(word: &str) -> Condition {
    Condition::sql(match word {
        "day" => "(interval_unit = 'day' AND interval_count = 1)",
        "week" => "(interval_unit = 'week' AND interval_count = 1)",
        "month" => "(interval_unit = 'month' AND interval_count = 1)",
        "quarter" => "(interval_unit = 'month' AND interval_count = 3)",
        "year" => "(interval_unit = 'year' AND interval_count = 1)",
        _ => "(interval_count > 1 AND NOT (interval_unit = 'month' AND interval_count = 3))",
    })
}

/// Asks for prices, by the merchant's own keys or by IDs; `none` asks for amounts of their own.
fn of_prices(term: &Keyed, scope: &Scope) -> Vec<Meets> {
    let texts = term.texts();
    let ids = texts.iter().filter_map(|text| AnyId::find(text)).filter(|id| id.prefix() == PriceId::PREFIX);
    let ids = Condition::any_of("price_id", Bind::Ids(ids.map(AnyId::uuid).collect()));
    let none = texts.iter().any(|text| text.eq_ignore_ascii_case("none"));
    let none = none.then(|| Condition::sql("price_id IS NULL"));
    keys::one(Condition::any([ids, with_key(texts, scope)].into_iter().chain(none)), Reach::ByIndex)
}

/// Returns the condition that the price has one of these keys.
fn with_key(texts: Vec<String>, scope: &Scope) -> Condition {
    let texts = texts.into_iter().map(|text| text.to_lowercase()).collect();
    Condition::sql("price_id = ANY(ARRAY(SELECT p.id FROM prices p WHERE p.account_id = ")
        .with(Bind::Id(scope.account.uuid()))
        .then(" AND p.key = ANY(")
        .with(Bind::Texts(texts))
        .then(")))")
}

/// Returns what a text without a key finds besides a customer: the key of a price.
pub fn texts(text: &str, scope: &Scope) -> Vec<Condition> {
    vec![with_key(vec![text.to_owned()], scope)]
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
    by_amount(&[Column::Text("currency"), Column::Number("amount")]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriptions::Status;

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
        let statuses: Vec<_> = Status::ALL.iter().map(|status| (status.as_str(), status.label())).collect();
        assert_eq!(STATUSES.iter().map(|choice| (choice.word, choice.label)).collect::<Vec<_>>(), statuses);
    }
}
