//! The keys of the search over payments, and the SQL conditions that a search becomes.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, BoxableExpression, ExpressionMethods, NullableExpressionMethods,
    dsl::{not, sql},
    pg::Pg,
    sql_types::{Bool, Nullable},
};
use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

use crate::{
    ids::{AccountId, CustomerId, PaymentId},
    merchants::Settings,
    query::{self, Branch, Choice, Home, Keyed, Keyword, Says, Shape, Term, Test, Text, Value, Values},
    schema::payments,
    values::{Currency, curtain::Curtain},
};

/// The account whose payments are searched, with its settings and the time of the search.
#[derive(Clone, Debug)]
pub struct Scope {
    pub account: AccountId,
    /// The time zone in which days begin.
    pub zone: TimeZone,
    /// The time that `today` is counted from.
    pub now: Timestamp,
    /// The ways of the people who type, for a customer's search.
    pub home: Home,
    /// The currency of amounts that name none.
    pub currency: Currency,
    /// The customers that each text of the search finds.
    pub found: HashMap<String, Vec<CustomerId>>,
}

impl Scope {
    /// Makes the scope of a search in an account at `now` in it, for who sees customers like that.
    pub fn of(account: AccountId, now: Timestamp, settings: &Settings, curtain: Curtain) -> Self {
        Self {
            account,
            zone: settings.time_zone.clone(),
            now,
            home: settings.home(curtain),
            currency: settings.default_currency,
            found: HashMap::new(),
        }
    }
}

/// Returns the term that asks for the payments of one customer.
pub fn of_customer(id: CustomerId) -> Term {
    let text = Text { typed: id.to_string(), quoted: false, shape: Shape::Customer(id) };
    Term::of(Test::Text(text))
}

/// A condition on a payment; it is NULL when the payment lacks the value.
pub type Condition = Box<dyn BoxableExpression<payments::table, Pg, SqlType = Nullable<Bool>>>;

/// The condition of a term, with its reach.
pub struct Meets {
    condition: Condition,
    reach: Reach,
}

/// The way to find the payments of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Along the index of the list's order.
    InOrder,
    /// Through an index of the condition's own; the payments may be few.
    ByIndex,
    /// Through one customer.
    OneCustomer,
}

/// A key of the search over payments.
pub type Key = query::Key<Meets, Scope>;

/// The search language over payments.
pub static LANGUAGE: query::Language<Meets, Scope> = query::Language { keys: &[&KEYS], things: &[] };

static STATUSES: [Choice; 6] = [
    Choice::new("processing", "Processing").also(&["pending"]),
    Choice::new("succeeded", "Succeeded").also(&["success", "successful", "paid"]),
    Choice::new("partially_refunded", "Partially refunded").saying("partially refunded"),
    Choice::new("refunded", "Refunded"),
    Choice::new("failed", "Failed").also(&["declined"]),
    Choice::new("canceled", "Canceled").also(&["cancelled"]),
];

static KEYS: [Key; 8] = [
    Key {
        word: Keyword::new("status", "Status", "What became of it", "status:failed", Values::Choice(&STATUSES))
            .offered(1),
        asks: |term, _| {
            let words: Vec<&'static str> = term.choices().map(|choice| choice.word).collect();
            // Most succeed, and those of one status come in the list's order from their index anyway.
            let is_rare = words.len() > 1 && !words.contains(&"succeeded");
            let condition: Condition = match words[..] {
                [one] => Box::new(payments::status.eq(one).nullable()),
                _ => Box::new(payments::status.eq_any(words).nullable()),
            };
            one(condition, if is_rare { Reach::ByIndex } else { Reach::InOrder })
        },
    },
    Key {
        word: Keyword::new(
            "amount",
            "Amount",
            "How much, in your currency unless another follows",
            "amount:>500",
            Values::Amounts,
        )
        .read_as("Amount", Says::Is)
        .offered(2),
        asks: |term, scope| {
            let within = |value: &Value| {
                let Value::Amounts(amounts) = value else { return None };
                let range = amounts.range(scope.currency);
                let within = payments::amount.between(range.least, range.most);
                Some(Box::new(payments::currency.eq(range.currency).and(within).nullable()) as Condition)
            };
            one(any(term.values.iter().filter_map(within)), Reach::ByIndex)
        },
    },
    Key {
        word: Keyword::new("currency", "Currency", "In which currency", "currency:KES,USD", Values::Currency)
            .offered(3),
        asks: |term, _| {
            let currency = |value: &Value| if let Value::Currency(currency) = value { Some(*currency) } else { None };
            let currencies: Vec<Currency> = term.values.iter().filter_map(currency).collect();
            one(Box::new(payments::currency.eq_any(currencies).nullable()), Reach::ByIndex)
        },
    },
    Key {
        word: Keyword::new("created", "Created", "When it was made", "created:last-30d", Values::Days).offered(4),
        asks: |term, scope| {
            let within = |value: &Value| {
                let Value::Period(period) = value else { return None };
                let (from, below) = period.range(&scope.zone, scope.now);
                let first = from.map_or(PaymentId::from_uuid(Uuid::nil()), PaymentId::first_at);
                let behind = below.map_or(PaymentId::from_uuid(Uuid::max()), PaymentId::first_at);
                Some(Box::new(payments::id.ge(first).and(payments::id.lt(behind)).nullable()) as Condition)
            };
            one(any(term.values.iter().filter_map(within)), Reach::InOrder)
        },
    },
    Key {
        word: Keyword::new(
            "customer",
            "Customer",
            "Whose: an ID, a name, an email; or none",
            "customer:none",
            Values::Customers,
        )
        .offered(5),
        asks: of_customers,
    },
    Key {
        word: Keyword::new(
            "last4",
            "Last four digits",
            "The last four digits of the card or bank account",
            "last4:4242",
            Values::Last4,
        )
        .read_as("Method", Says::EndsIn)
        .offered(6),
        asks: |term, _| one(Box::new(payments::method_last4.eq_any(term.texts())), Reach::ByIndex),
    },
    Key {
        word: Keyword::new(
            "reference",
            "Reference",
            "Your own number for it, exactly",
            "reference:\"C 1\"",
            Values::Exact,
        )
        .offered(7),
        asks: |term, _| one(Box::new(payments::reference.eq_any(term.texts())), Reach::ByIndex),
    },
    Key {
        word: Keyword::new(
            "id",
            "ID",
            "The payment with this whole ID",
            "id:pay_01h2xcejqtf2nbrexx3vqjhp41",
            Values::PaymentId,
        ),
        asks: |term, _| {
            let id = |value: &Value| if let Value::Payment(id) = value { Some(*id) } else { None };
            let ids: Vec<PaymentId> = term.values.iter().filter_map(id).collect();
            one(Box::new(payments::id.eq_any(ids).nullable()), Reach::ByIndex)
        },
    },
];

fn one(condition: Condition, reach: Reach) -> Vec<Meets> {
    vec![Meets { condition, reach }]
}

fn of_customers(term: &Keyed, scope: &Scope) -> Vec<Meets> {
    match term.values[..] {
        [Value::Customer(id)] => return one(Box::new(payments::customer_id.eq(id)), Reach::OneCustomer),
        [Value::Nobody] => return one(Box::new(payments::customer_id.is_null().nullable()), Reach::InOrder),
        _ => {}
    }
    let customers = |value: &Value| match value {
        Value::Customer(id) => vec![*id],
        Value::Text(words) => scope.found.get(words).cloned().unwrap_or_default(),
        _ => Vec::new(),
    };
    let theirs = payments::customer_id.eq_any(term.values.iter().flat_map(customers).collect::<Vec<_>>());
    let condition: Condition = match term.values.contains(&Value::Nobody) {
        true => Box::new(payments::customer_id.is_null().or(theirs)),
        false => Box::new(theirs),
    };
    one(condition, Reach::ByIndex)
}

diesel::define_sql_function! {
    /// PostgreSQL's function `coalesce`.
    fn coalesce(met: Nullable<Bool>, otherwise: Bool) -> Bool;
}

/// One condition of a branch: a term with a key, a negated text, or all other texts together.
#[derive(Clone, Debug)]
pub enum Part<'q> {
    /// A term with a key, or of a whole ID.
    Term(&'q Term),
    /// Texts that find a customer, a reference or the end of a card number.
    Words {
        /// True when the payments found are left out.
        negated: bool,
        /// The text for a search for customers.
        words: String,
        /// The text for a search in references.
        text: String,
    },
}

/// Returns the conditions of a branch. Its texts that are not negated are one condition: together they find a customer.
pub fn parts(branch: &Branch) -> Vec<Part<'_>> {
    let is_words =
        |term: &Term| term.text().is_some_and(|text| !matches!(text.shape, Shape::Customer(_) | Shape::Payment(_)));
    let mut parts: Vec<Part<'_>> = Vec::new();
    let (mut words, mut texts): (Vec<String>, Vec<&str>) = Default::default();
    for term in &branch.terms {
        let Some(text) = term.text().filter(|_| is_words(term)) else {
            parts.push(Part::Term(term));
            continue;
        };
        let written = Term::of(term.test.clone()).to_string();
        if term.negated {
            parts.push(Part::Words { negated: true, words: written, text: text.typed.clone() });
        } else {
            words.push(written);
            texts.push(&text.typed);
        }
    }
    if !words.is_empty() {
        parts.push(Part::Words { negated: false, words: words.join(" "), text: texts.join(" ") });
    }
    parts
}

impl Part<'_> {
    /// Returns the words that have to find customers before the part can become a condition.
    pub fn words(&self) -> Vec<&str> {
        match self {
            Self::Words { words, .. } => vec![words],
            Self::Term(term) if term.is_of("customer") => {
                term.keyed().into_iter().flat_map(|keyed| &keyed.values).filter_map(Value::as_text).collect()
            }
            Self::Term(_) => Vec::new(),
        }
    }

    /// Returns the way to find the payments of the condition.
    pub fn reach(&self, scope: &Scope) -> Reach {
        self.asked(scope).reach
    }

    /// Returns whether the condition is negated.
    pub fn is_negated(&self) -> bool {
        match self {
            Self::Term(term) => term.negated,
            Self::Words { negated, .. } => *negated,
        }
    }

    pub fn condition(&self, scope: &Scope) -> Condition {
        let meets = self.asked(scope).condition;
        // What is not known of a payment is not what was asked for either.
        if self.is_negated() { Box::new(not(coalesce(meets, false)).nullable()) } else { meets }
    }

    fn asked(&self, scope: &Scope) -> Meets {
        match self {
            Self::Words { words, text, .. } => Meets { condition: of_words(words, text, scope), reach: Reach::ByIndex },
            Self::Term(Term { test: Test::Text(text), .. }) => match text.shape {
                Shape::Customer(id) => {
                    Meets { condition: Box::new(payments::customer_id.eq(id)), reach: Reach::OneCustomer }
                }
                Shape::Payment(id) => {
                    Meets { condition: Box::new(payments::id.eq(id).nullable()), reach: Reach::ByIndex }
                }
                _ => Meets { condition: of_words(&text.typed, &text.typed, scope), reach: Reach::ByIndex },
            },
            Self::Term(Term { test: Test::Keyed(keyed), .. }) => {
                let asked = LANGUAGE.ask(keyed, scope).pop();
                asked.unwrap_or_else(|| Meets { condition: always(true), reach: Reach::InOrder })
            }
        }
    }
}

fn of_words(words: &str, text: &str, scope: &Scope) -> Condition {
    let theirs = payments::customer_id.eq_any(scope.found.get(words).cloned().unwrap_or_default());
    let same = payments::reference.eq(text.to_owned());
    let digits = payments::method_last4.eq(text.to_ascii_uppercase());
    Box::new(theirs.or(same).or(digits))
}

/// Returns the currency that a branch names, if any. Amounts beside it are in that currency.
pub fn named_currency(branch: &Branch) -> Option<Currency> {
    let named = |term: &Term| match term.keyed()?.values[..] {
        [Value::Currency(currency)] if !term.negated => Some(currency),
        _ => None,
    };
    branch.terms.iter().find_map(named)
}

/// Returns a condition that every payment meets, or none.
pub fn always(it_is: bool) -> Condition {
    Box::new(sql::<Nullable<Bool>>(if it_is { "true" } else { "false" }))
}

/// Joins conditions with OR.
pub fn any(conditions: impl Iterator<Item = Condition>) -> Condition {
    conditions.reduce(|any, one| Box::new(any.or(one))).unwrap_or_else(|| always(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Home {
        Home {
            country: "KE".parse().unwrap(),
            currency: "KES".parse().unwrap(),
            fields: Default::default(),
            curtain: Default::default(),
        }
    }

    fn parsed(text: &str) -> query::Query {
        LANGUAGE.parse(text, home()).unwrap_or_else(|problem| panic!("{text}: {}", problem.message))
    }

    fn message(text: &str) -> String {
        LANGUAGE.parse(text, home()).unwrap_err().message
    }

    /// Returns the words that have to find customers, part by part.
    fn words(text: &str) -> Vec<String> {
        let query = parsed(text);
        let parts = parts(&query.branches[0]);
        parts.iter().flat_map(Part::words).map(str::to_owned).collect()
    }

    #[test]
    fn the_examples_of_the_keys_are_understood() {
        for key in LANGUAGE.vocabulary().keywords {
            assert!(parsed(key.example).branches[0].terms[0].is_of(key.name), "{}", key.name);
        }
        let statuses: Vec<_> =
            super::super::Status::ALL.iter().map(|status| (status.as_str(), status.label())).collect();
        assert_eq!(STATUSES.iter().map(|choice| (choice.word, choice.label)).collect::<Vec<_>>(), statuses);
    }

    #[test]
    fn texts_find_a_customer_together_and_leave_out_alone() {
        assert_eq!(words("jane smith 4242 status:failed"), ["jane smith 4242"]);
        assert_eq!(words("\"C 1\" -jane -\"b c\""), ["jane", "\"b c\"", "\"C 1\""]);
        assert_eq!(words("customer:none,\"jane s\",cust_01h2xcejqtf2nbrexx3vqjhp41"), ["jane s"]);
        assert_eq!(words("cust_01h2xcejqtf2nbrexx3vqjhp41 pay_01h2xcejqtf2nbrexx3vqjhp41"), [""; 0]);
        let query = parsed("-\"b c\" \"C 1\" x");
        let Part::Words { negated: true, text, .. } = &parts(&query.branches[0])[0] else { panic!() };
        assert_eq!(text, "b c", "as a reference has it");
    }

    #[test]
    fn an_amount_is_of_the_currency_that_is_named() {
        let named = |text: &str| named_currency(&parsed(text).branches[0]).map(|currency| currency.to_string());
        assert_eq!(named("amount:>500 currency:USD").as_deref(), Some("USD"));
        assert_eq!(named("amount:>500 currency:USD,EUR"), None);
        assert_eq!(named("amount:>500 -currency:USD"), None);
    }

    #[test]
    fn a_comma_between_digits_belongs_to_the_amount() {
        let written = |text: &str| parsed(text).to_string();
        assert_eq!(written("amount:>=12,500"), "amount:>=12500");
        assert_eq!(written("amount:1,250.50..1,00,000EUR,>5"), "amount:1250.5..100000EUR,>5");
        assert_eq!(written("amount:20,\"300\""), "amount:20,\"300\"", "quotes keep amounts apart");
        assert_eq!(written("amount:20KES,300"), "amount:20KES,300");
        assert!(message("amount:>1,50").starts_with("“>1,50” is no amount to search for. Write the amount in digits"));
        assert!(message("-amount:2.000").ends_with("can be read as KES 2.00 or KES 2,000.00. Write 2 or 2,000."));
    }

    #[test]
    fn what_is_not_understood_is_told_with_what_was_meant() {
        assert!(message("statu:failed").starts_with("There is no search key “statu”. Did you mean status:?"));
        assert!(message("status:faild").starts_with("“status:faild” is not known. Did you mean status:failed?"));
        assert!(message("amount:>x").starts_with("“>x” is no amount to search for. Write the amount in digits"));
        assert!(message("currency:KS").starts_with("“KS” is no currency."));
        assert!(message("last4:42").contains("four digits"));
        assert!(message("amount:").contains("needs a value"));
        assert!(message("a OR").contains("OR"));
        assert!(message(&"x ".repeat(31)).contains("30 words"));
        let problem = LANGUAGE.parse("jane statu:failed", home()).unwrap_err();
        assert_eq!(problem.instead.as_deref(), Some("status:failed"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(\\PC|[a-z]+:|\"|-|OR ){0,40}") {
            if let Ok(query) = LANGUAGE.parse(&text, home()) {
                let _ = query.branches.iter().map(parts).count();
                proptest::prop_assert_eq!(LANGUAGE.parse(&query.to_string(), home()), Ok(query));
            }
        }
    }
}
