//! The keys of the search over payments, and the SQL conditions that a search becomes.

use crate::{
    ids::PaymentId,
    lists::{Bind, Condition, Key, Language, Scope, keys},
    query::{Choice, Keyword, Says, Values},
};

/// The search language over payments.
pub static LANGUAGE: Language = Language { keys: &[&KEYS], things: &[] };

static STATUSES: [Choice; 6] = [
    Choice::new("processing", "Processing").also(&["pending"]),
    Choice::new("succeeded", "Succeeded").also(&["success", "successful", "paid"]),
    Choice::new("partially_refunded", "Partially refunded").saying("partially refunded"),
    Choice::new("refunded", "Refunded"),
    Choice::new("failed", "Failed").also(&["declined"]),
    Choice::new("canceled", "Canceled").also(&["cancelled"]),
];

/// The keys of what a payment has itself.
pub static KEYS: [Key; 8] = [
    Key {
        word: Keyword::new("status", "Status", "What became of it", "status:failed", Values::Choice(&STATUSES))
            .offered(1),
        asks: |term, _| keys::choices(term, "status", &["succeeded"]),
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
        asks: |term, scope| keys::amounts(term, scope, "amount"),
    },
    Key {
        word: Keyword::new("currency", "Currency", "In which currency", "currency:KES,USD", Values::Currency)
            .offered(3),
        asks: |term, _| keys::currencies(term),
    },
    Key {
        word: Keyword::new("created", "Created", "When it was made", "created:last-30d", Values::Days).offered(4),
        asks: keys::created,
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
        asks: |term, scope| keys::customers(term, scope, Some("customer_id IS NULL")),
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
        asks: |term, _| keys::texts(term, "method_last4"),
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
        asks: |term, _| keys::texts(term, "reference"),
    },
    Key {
        word: Keyword::new(
            "id",
            "ID",
            "The payment with this whole ID",
            "id:pay_01h2xcejqtf2nbrexx3vqjhp41",
            Values::Id(PaymentId::PREFIX, "payment"),
        ),
        asks: |term, _| keys::ids(term, "id", None),
    },
];

/// Returns what a text without a key finds besides a customer: a whole reference, or the end of a card's number.
pub fn texts(text: &str, _: &Scope) -> Vec<Condition> {
    vec![
        Condition::is("reference", Bind::Text(text.to_owned())),
        Condition::is("method_last4", Bind::Text(text.to_ascii_uppercase())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lists::{self, Part, named_currency},
        query::{self, Home},
    };

    fn home() -> Home {
        Home {
            country: "KE".parse().unwrap(),
            currency: "KES".parse().unwrap(),
            fields: Default::default(),
            curtain: Default::default(),
        }
    }

    fn parts(branch: &query::Branch) -> Vec<Part<'_>> {
        lists::parts(&super::super::TABLE, branch)
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
