//! Tests that writing any tree and reading it again changes nothing, and that any text is answered.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::{
    query::{Keyword, Numbers, Own, kind_of},
    values::field::{Field, Kind},
};

fn collapsed(text: &str) -> String {
    text.split(is_gap).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

const WORDS: &[&str] = &[
    "jane",
    "OR",
    "or",
    "-jane",
    "--",
    "%",
    "(a",
    "b)",
    "(b)",
    "a,b",
    "name:x",
    "10:30",
    "a\"b",
    "\"",
    "@acme",
    "a@b",
    "@",
    "@@a",
    "5678",
    "0712345678",
    "12",
    "+254712345678",
    "(0712)",
    "cust_01h2xcejqtf2nbrexx3vqjhp41",
    "a  b",
    "0712 345 678",
    "é",
    "李",
    "*",
    "-5",
    "x*",
];

fn any_word() -> impl Strategy<Value = String> {
    prop_oneof![select(WORDS).prop_map(str::to_owned), "\\PC{1,8}", "[-a:(), \"*@+0-9]{1,8}"]
        .prop_map(|text| collapsed(&text))
        .prop_filter("no text", |text| !text.is_empty())
}

fn substantial() -> impl Strategy<Value = String> {
    any_word().prop_filter("nothing to search for", |text| has_substance(text))
}

fn bare_text() -> impl Strategy<Value = (bool, Text)> {
    let is_bare = |(negated, text): &(bool, String)| {
        let is_one = !text.contains([' ', '"']) && !text.contains(is_gap) || *text == "0712 345 678";
        let is_minus = text.strip_prefix('-').is_some_and(is_negatable);
        let is_key = key_length(text).is_some() || is_bracketed(text.trim_start_matches('-'));
        is_one && !is_minus && !is_key && if *negated { is_negatable(text) } else { text != "OR" }
    };
    (any::<bool>(), any_word())
        .prop_filter("no bare word", is_bare)
        .prop_map(|(negated, text)| (negated, Text::bare(&text, kenya())))
        .prop_filter("another language", |(_, text)| {
            let is_operator = ["AND", "NOT", "&&", "|", "||"].contains(&&*text.typed);
            let is_read_otherwise = text.typed.contains(['*', ',', ';']);
            let alone = || Query { branches: vec![Branch { terms: vec![Term::of(Test::Text(text.clone()))] }] };
            !is_operator && (!is_read_otherwise || LANGUAGE.parse(&text.typed, home()) == Ok(alone()))
        })
}

fn calendar() -> impl Strategy<Value = Calendar> {
    (1000i16..=9998, 1i8..=12, 1i8..=28, 0..3).prop_map(|(year, month, day, form)| match form {
        0 => Calendar::Year(year),
        1 => Calendar::Month(year, month),
        _ => Calendar::Day(jiff::civil::date(year, month, day)),
    })
}

fn period() -> impl Strategy<Value = Period> {
    let units = select(&[Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year][..]);
    prop_oneof![
        calendar().prop_map(Period::In),
        calendar().prop_map(Period::After),
        calendar().prop_map(Period::Since),
        calendar().prop_map(Period::Before),
        calendar().prop_map(Period::Until),
        (1000i16..5000, calendar()).prop_filter_map("ends before it starts", |(year, end)| {
            let period = Period::Between(Calendar::Year(year), end);
            Period::parse(&period.to_string()).is_ok().then_some(period)
        }),
        (1u16..=9999, units).prop_map(|(count, unit)| Period::Last(count, unit)),
        Just(Period::Today),
        Just(Period::Yesterday),
        Just(Period::Tomorrow),
        (1u16..=9999, select(&[Unit::Day, Unit::Month][..])).prop_map(|(count, unit)| Period::Next(count, unit)),
        select(&[Unit::Week, Unit::Month, Unit::Year][..]).prop_map(Period::Following),
        select(&[Unit::Week, Unit::Month, Unit::Year][..]).prop_map(Period::This),
        select(&[Unit::Week, Unit::Month, Unit::Year][..]).prop_map(Period::Previous),
    ]
}

fn email() -> impl Strategy<Value = EmailPattern> {
    substantial().prop_map(EmailPattern::of)
}

fn country() -> impl Strategy<Value = CountryCode> {
    select(CountryCode::all().collect::<Vec<_>>())
}

fn phone() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{4,16}", "\\+[0-9]{4,14}", "(0|254|00)7[0-9]{8}", "00[0-9]{4,12}"]
        .prop_filter_map("no phone", |text| phone_digits(&text, kenya()))
}

/// Returns any values that a key can have.
fn values(values: Values) -> BoxedStrategy<Vec<Value>> {
    fn some<S: Strategy<Value = Value> + 'static>(of: S) -> BoxedStrategy<Vec<Value>> {
        vec(of, 1..4).boxed()
    }
    let id = any::<u128>().prop_map(|bits| CustomerId::from_uuid(uuid::Uuid::from_u128(bits)));
    match values {
        Values::Words => some(substantial().prop_map(Value::Text)),
        Values::Exact | Values::Own => some(any_word().prop_map(Value::Text)),
        Values::Choice(choices) => some(select(choices.iter().collect::<Vec<_>>()).prop_map(Value::Choice)),
        Values::Things => some(select(LANGUAGE.vocabulary().things).prop_map(Value::Choice)),
        Values::Country => some(country().prop_map(Value::Country)),
        Values::Language => some(select(Language::all().collect::<Vec<_>>()).prop_map(Value::Language)),
        Values::Days => some(period().prop_map(Value::Period)),
        Values::Amounts => some(
            amounts("(>=|<=|>|<|)[0-9]{1,6}(\\.([0-9]{1,2}|[0-9]{4}))?(KES|EUR|JPY)?|[0-9]{1,6}\\.[0-9]{3}KWD")
                .prop_map(Value::Amounts),
        ),
        Values::Counts(_) => some(amounts("(>=|<=|>|<|)[0-9]{1,6}").prop_map(Value::Amounts)),
        Values::Email => some(email().prop_map(Value::Email)),
        Values::Phone => some(phone().prop_map(Value::Phone)),
        Values::Last4 => some("[0-9]{4}".prop_map(Value::Last4)),
        Values::CustomerId => some(id.prop_map(Value::Customer)),
        Values::Numbers | Values::Fields | Values::Currency | Values::Id(..) | Values::Customers => {
            unreachable!("no key of customers has these, but for a field’s")
        }
    }
}

/// Returns a term of any key.
fn test() -> impl Strategy<Value = Test> {
    let own = "[A-Za-z0-9_.-]{1,40}";
    (select(LANGUAGE.vocabulary().keywords), own).prop_flat_map(|(key, own)| {
        let own = key.is_own().then_some(Own::Key(own));
        values(key.values).prop_map(move |values| Test::Keyed(Keyed { key, own: own.clone(), values }))
    })
}

/// Returns where there is a field of every kind, with the kind as its key.
fn home_with_fields() -> Home {
    let field = |kind: Kind| Field {
        key: kind.as_str().to_owned(),
        label: kind.label().to_owned(),
        help: None,
        kind,
        choices: Vec::new(),
        least: None,
        most: None,
        is_required: false,
        is_listed: false,
        in_form: false,
    };
    Home { fields: Kind::ALL.into_iter().map(field).collect(), ..home() }
}

/// Returns a search for values of a field of any kind.
fn query_of_fields() -> impl Strategy<Value = Query> {
    let words = LANGUAGE.vocabulary_of(&home_with_fields().fields);
    let fields: Vec<(&'static Keyword, Own)> = words.own_fields().collect();
    (any::<bool>(), select(fields)).prop_flat_map(|(negated, (key, own))| {
        let numbers = "(>=|<=|>|<|)-?[0-9]{1,9}(\\.[0-9]{1,6})?|-?[0-4]\\.\\.[5-9]";
        let some = match kind_of(key, Some(&own)) {
            Values::Numbers => {
                let read = |text: String| Numbers::parse(&text).ok().map(Value::Numbers);
                vec(numbers.prop_filter_map("no numbers", read), 1..4).boxed()
            }
            kind => values(kind),
        };
        some.prop_map(move |values| {
            let test = Test::Keyed(Keyed { key, own: Some(own.clone()), values });
            Query { branches: vec![Branch { terms: vec![Term { negated, test }] }] }
        })
    })
}

fn amounts(of: &'static str) -> impl Strategy<Value = Amounts> {
    of.prop_filter_map("no amounts", |text| Amounts::parse(&text, kes()).ok())
}

fn term() -> impl Strategy<Value = Term> {
    prop_oneof![
        bare_text().prop_map(|(negated, text)| Term { negated, test: Test::Text(text) }),
        (any::<bool>(), any_word()).prop_map(|(negated, text)| Term { negated, test: Test::Text(Text::quoted(&text)) }),
        (any::<bool>(), test()).prop_map(|(negated, test)| Term { negated, test }),
    ]
}

/// Returns any branch that can come from text: without neighbours that would be read as one phone, and without
/// punctuation alone.
fn branch() -> impl Strategy<Value = Branch> {
    vec(term(), 1..6).prop_map(|mut terms| {
        let bare_phone = |term: &Term| term.text().is_some_and(|text| !text.quoted && is_phone_like(&text.typed));
        terms.dedup_by(|next, last| bare_phone(last) && bare_phone(next));
        let texts = || terms.iter().filter_map(|term| Some(&term.text()?.typed));
        if texts().next().is_some() && !texts().any(|text| has_substance(text)) {
            terms.push(Term::of(Test::Text(Text::quoted("x"))));
        }
        Branch { terms }
    })
}

fn query() -> impl Strategy<Value = Query> {
    prop_oneof![1 => Just(Query::default()), 20 => vec(branch(), 1..5).prop_map(|branches| Query { branches })]
        .prop_filter("several at once", |query| {
            let refused = LANGUAGE.parse(&query.to_string(), home()).map_err(|problem| problem.message);
            refused.err().is_none_or(|message| !message.starts_with("These are "))
        })
}

/// Returns text made of parts that mean something, which random characters seldom are.
fn adversarial() -> impl Strategy<Value = String> {
    let pieces = &[
        "\"",
        "\"\"",
        "-",
        "(",
        ")",
        ",",
        ":",
        "OR",
        " OR ",
        " ",
        "a",
        "name:",
        "country:",
        "created:",
        "phone:",
        "email:",
        "meta",
        "data.",
        "x:",
        "0712",
        "345678",
        "+",
        "@",
        "*",
        "..",
        "last-",
        "2026",
        "\0",
        "é",
        "KE",
        ">=",
        "id:",
        "spent:",
        "payments:",
        ">1,000",
        "2,50",
        "1.000",
    ];
    prop_oneof![
        vec(select(&pieces[..]), 0..400).prop_map(|pieces| pieces.concat()),
        (select(&pieces[..]), 1usize..2000).prop_map(|(piece, times)| piece.repeat(times)),
        "\\PC{0,600}",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_written_and_read_is_the_same(query in query()) {
        let text = query.to_string();
        prop_assert_eq!(LANGUAGE.parse(&text, home()), Ok(query), "{}", text);
    }

    #[test]
    fn a_term_of_a_field_written_and_read_is_the_same(query in query_of_fields()) {
        let text = query.to_string();
        prop_assert_eq!(LANGUAGE.parse(&text, home_with_fields()), Ok(query), "{}", text);
    }

    #[test]
    fn any_text_is_answered_and_what_is_read_is_read_again(text in adversarial(), country in country()) {
        let home = Home { country, ..home() };
        match LANGUAGE.parse(&text, home.clone()) {
            Ok(query) => {
                let written = query.to_string();
                prop_assert_eq!(LANGUAGE.parse(&written, home), Ok(query.clone()), "{}", written);
                for term in query.branches.iter().flat_map(|branch| &branch.terms) {
                    prop_assert!(!term.label(super::kes()).is_empty());
                }
                let _ = query.without(0, 0).to_string();
            }
            Err(problem) => {
                prop_assert!(text.get(problem.span.clone()).is_some());
                prop_assert!(problem.message.chars().count() < 600, "{}", problem.message);
            }
        }
    }

    #[test]
    fn reading_takes_steps_in_proportion_to_the_text(text in adversarial()) {
        let (_, steps) = parse_counted(&text, home(), &LANGUAGE.vocabulary());
        prop_assert!(steps <= 12 * text.len() + 8, "{steps} steps for {} bytes", text.len());
    }
}
