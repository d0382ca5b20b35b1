//! The keys of the search over subscriptions, and the SQL conditions that a search becomes.

use crate::{
    ids::{AnyId, PriceId, SubscriptionId},
    lists::{BY_CREATION, Bind, Column, Condition, Key, Language, Meets, Order, Reach, Scope, by_amount, keys},
    query::{Choice, Keyed, Keyword, Says, Value, Values},
};

use super::revenue::Group;

/// The search language over subscriptions.
pub static LANGUAGE: Language = Language { keys: &[&KEYS], things: &[] };

static STATUSES: [Choice; 7] = [
    Choice::new("trialing", "Trial").saying("in its trial").also(&["trial"]),
    Choice::new("incomplete", "Waiting for the first payment").saying("waiting for its first payment"),
    Choice::new("active", "Active"),
    Choice::new("past_due", "Past due").saying("past due").also(&["unpaid"]),
    Choice::new("canceled", "Canceled").also(&["cancelled", "ended"]),
    Choice::new(STILL, "Stands still").saying("standing still").also(&["gave_up", "stopped"]),
    Choice::new(MISSED, "Missed charges").saying("missed charges").also(&["missed_charges"]),
];

/// Tries are over, and nobody decided yet.
pub const STILL: &str = "still";
/// Periods were billed together after an outage, and nobody charged or voided them yet.
pub const MISSED: &str = "missed";

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

/// The payment method that it charges, with the beginning of a condition on it; the wallet's default of that day where it
/// names none.
const CHARGES: &str = "EXISTS (SELECT FROM payment_methods p WHERE p.account_id = subscriptions.account_id \
    AND p.customer_id = subscriptions.customer_id AND p.removed_at IS NULL \
    AND CASE WHEN subscriptions.method_id IS NULL THEN p.is_default ELSE p.id = subscriptions.method_id END AND ";

static GROUPS: [Choice; 6] = [
    Choice::new("counted", "All that count").saying("of all that count"),
    Choice::new("new", "New this month").saying("new this month"),
    Choice::new("recovered", "Went on this month").saying("of what went on this month"),
    Choice::new("changed", "Changed this month").saying("changed this month"),
    Choice::new("stopped", "Stands still since this month").saying("standing still since this month"),
    Choice::new("ended", "Ended this month").saying("ended this month"),
];

static CARDS: [Choice; 1] =
    [Choice::new("expiring", "Expired by the next charge").saying("expired by the next charge").also(&["expired"])];

static KEYS: [Key; 15] = [
    Key {
        word: Keyword::new("status", "Status", "How it stands", "status:past_due", Values::Choice(&STATUSES))
            .offered(1),
        asks: of_status,
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
        word: Keyword::new(
            "ends",
            "Ends",
            "The day from which it is not used any more, or never",
            "ends:2026-12",
            Values::Days,
        )
        .or_never()
        .to_come()
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
        word: Keyword::new(
            "card",
            "Card",
            "Whose card will have expired by the next charge",
            "card:expiring",
            Values::Choice(&CARDS),
        )
        .read_as("Card", Says::Plainly)
        .offered(11),
        asks: |_, _| {
            let it = Condition::sql("(days_until_due IS NULL AND ")
                .then(CHARGES)
                .then("p.expires_on < subscriptions.next_on))");
            keys::one(it, Reach::InOrder)
        },
    },
    Key {
        word: Keyword::new(
            "last4",
            "Last four digits",
            "The last four digits of the card or bank account that it charges",
            "last4:4242",
            Values::Last4,
        )
        .read_as("Method", Says::EndsIn)
        .offered(12),
        asks: of_last4,
    },
    Key {
        word: Keyword::new(
            "revenue",
            "Recurring revenue",
            "What a figure of the recurring revenue is made of",
            "revenue:counted",
            Values::Choice(&GROUPS),
        )
        .read_as("Revenue", Says::Plainly)
        .offered(13),
        asks: of_revenue,
    },
    Key {
        word: Keyword::new("created", "Created", "When it was made", "created:last-30d", Values::Days).offered(14),
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

/// Asks for statuses. What stands still, or missed charges, has another one too.
fn of_status(term: &Keyed, _: &Scope) -> Vec<Meets> {
    let also = |word: &str| match word {
        STILL => Some(Condition::sql("given_up_on IS NOT NULL")),
        MISSED => Some(Condition::sql(
            "(ended_at IS NULL AND days_until_due IS NULL AND EXISTS (SELECT FROM invoices i WHERE \
             i.account_id = subscriptions.account_id AND i.subscription_id = subscriptions.id AND i.status = 'open' \
             AND i.collects = 'invoice'))",
        )),
        _ => None,
    };
    let own: Vec<Condition> = term.choices().filter_map(|choice| also(choice.word)).collect();
    if own.is_empty() {
        return keys::choices(term, "status", &["active", "canceled"]);
    }
    let is_stored = |value: &&Value| ![STILL, MISSED].contains(&value.text().as_str());
    let stored = Keyed { values: term.values.iter().filter(is_stored).cloned().collect(), ..term.clone() };
    let is_common = stored.has_choice("active") || stored.has_choice("canceled");
    let rest = if stored.values.is_empty() { Vec::new() } else { keys::choices(&stored, "status", &[]) };
    let reach = if is_common { Reach::InOrder } else { Reach::ByIndex };
    keys::one(Condition::any(own.into_iter().chain(rest.into_iter().map(|meets| meets.condition))), reach)
}

/// Asks for what a sum of the recurring revenue is made of.
fn of_revenue(term: &Keyed, scope: &Scope) -> Vec<Meets> {
    let groups: Vec<_> = term.choices().map(|choice| Group::condition(choice.word, scope)).collect();
    let reach = if groups.iter().all(|(_, reach)| *reach == Reach::ByIndex) { Reach::ByIndex } else { Reach::InOrder };
    keys::one(Condition::any(groups.into_iter().map(|(condition, _)| condition)), reach)
}

/// Asks for the last four digits of what it charges.
fn of_last4(term: &Keyed, scope: &Scope) -> Vec<Meets> {
    let digits = || Bind::Texts(term.texts());
    let theirs =
        Condition::sql("customer_id = ANY(ARRAY(SELECT p.customer_id FROM payment_methods p WHERE p.account_id = ")
            .with(Bind::Id(scope.account.uuid()))
            .then(" AND p.removed_at IS NULL AND p.last4 = ANY(")
            .with(digits())
            .then(")))");
    let it = Condition::sql(CHARGES).then("p.last4 = ANY(").with(digits()).then("))");
    keys::one(Condition::all([Condition::sql("days_until_due IS NULL"), theirs, it]), Reach::ByIndex)
}

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
    let keyed = texts.iter().map(|text| with_key(text, scope));
    keys::one(Condition::any(std::iter::once(ids).chain(keyed).chain(none)), Reach::ByIndex)
}

/// Returns the condition that the price has this key. It is one price at most, and PostgreSQL must see that: where it expects
/// many it looks at all subscriptions.
fn with_key(text: &str, scope: &Scope) -> Condition {
    Condition::sql("price_id = (SELECT p.id FROM prices p WHERE p.account_id = ")
        .with(Bind::Id(scope.account.uuid()))
        .then(" AND p.key = ")
        .with(Bind::Text(text.to_lowercase()))
        .then(")")
}

/// Returns what a text without a key finds besides a customer: the key of a price.
pub fn texts(text: &str, scope: &Scope) -> Vec<Condition> {
    vec![with_key(text, scope)]
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
        let known: Vec<_> = STATUSES.iter().map(|choice| (choice.word, choice.label)).collect();
        assert_eq!(known[..statuses.len()], statuses);
        assert_eq!([known[5].0, known[6].0], [STILL, MISSED]);
        let groups = [Group::Counted].into_iter().chain(Group::MOVES).map(Group::word);
        assert_eq!(groups.collect::<Vec<_>>(), GROUPS.iter().map(|choice| choice.word).collect::<Vec<_>>());
    }
}
