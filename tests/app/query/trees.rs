//! Trees of the language, as anybody might write them.

use super::*;

pub const TEXTS: &[&str] = &[
    "ann",
    "an",
    "a",
    "kamau",
    "jose",
    "müller",
    "李",
    "李明",
    "太郎",
    "民",
    "민준",
    "ジョ",
    "ョン",
    "50%",
    "A_B",
    "k\\s",
    "o'n",
    "acme",
    "5678",
    "712345",
    "12",
    "0712345678",
    "254712345678",
    "ann@",
    "ann@acme.com",
    "a_b@",
    "@acme",
    "@acme.com",
    "@a",
    "@x",
    "é@x",
    "x@annacme.co",
    "or",
    "ltd",
    "712345678",
    "R-12",
    "kamau",
    "7",
];
pub const PHRASES: &[&str] =
    &["ann kamau", "o'neil \"q\"", "ørsted OR", "5678", "nn k", "@acme", "ann", "50% o", "-a", "(ann)"];
pub const PATTERNS: &[&str] = &[
    "*@acme.com",
    "ann@*",
    "ann@acme.com",
    "a_b*",
    "*%@*x*",
    "acme",
    "o*k",
    "ANN",
    "é@*",
    "5",
    "*a*n*",
    "%@x",
    "acme.com",
];
pub const WORDS: &[&str] =
    &["ann", "an", "a", "kamau", "jose", "off", "50%", "a_b", "a%b", "ann kamau", "李", "郎", "acme", "sons", "5678"];

pub fn period() -> impl Strategy<Value = Period> {
    let calendar = || {
        select(vec![
            Calendar::Year(2025),
            Calendar::Year(2026),
            Calendar::Month(2026, 1),
            Calendar::Month(2026, 3),
            Calendar::Month(2024, 2),
            Calendar::Day(jiff::civil::date(2026, 1, 31)),
            Calendar::Day(jiff::civil::date(2026, 3, 31)),
        ])
    };
    let units = select(&[Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year][..]);
    prop_oneof![
        calendar().prop_map(Period::In),
        calendar().prop_map(Period::After),
        calendar().prop_map(Period::Since),
        calendar().prop_map(Period::Before),
        calendar().prop_map(Period::Until),
        calendar().prop_map(|end| Period::Between(Calendar::Month(2024, 2), end)),
        (1u16..4, units).prop_map(|(count, unit)| Period::Last(count, unit)),
        Just(Period::Today),
        Just(Period::Yesterday),
        select(&[Unit::Week, Unit::Month, Unit::Year][..]).prop_map(Period::This),
        select(&[Unit::Week, Unit::Month, Unit::Year][..]).prop_map(Period::Previous),
    ]
}

pub fn email() -> impl Strategy<Value = EmailPattern> {
    select(PATTERNS).prop_map(|text| EmailPattern::of(text.to_owned()))
}

/// A term of this key.
pub fn keyed(name: &str, values: Vec<Value>) -> Test {
    let key = LANGUAGE.vocabulary().find(name).unwrap();
    Test::Keyed(Keyed { key, own: key.is_own().then(|| "tier".to_owned().into()), values })
}

/// Terms of this key with one or two such values.
fn of<S: Strategy<Value = Value>>(name: &'static str, value: S) -> impl Strategy<Value = Test> {
    vec(value, 1..3).prop_map(move |values| keyed(name, values))
}

fn texts(of: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(of).prop_map(|text| Value::Text(text.to_owned()))
}

/// One of the words that the key's values may be.
fn word(name: &str) -> impl Strategy<Value = Value> {
    let words = LANGUAGE.vocabulary();
    select(words.choices(words.find(name).unwrap().values).unwrap()).prop_map(Value::Choice)
}

pub fn test() -> impl Strategy<Value = Test> {
    let country = select(&["KE", "UG", "NL", "DE"][..]).prop_map(|code| code.parse::<CountryCode>().unwrap());
    let language = select(&["en", "sw", "nl"][..]).prop_map(|code| code.parse::<Language>().unwrap());
    let digits = select(&["254712345678", "5678", "1234", "31628410937"][..]).prop_map(str::to_owned);
    prop_oneof![
        8 => select(TEXTS).prop_map(|text| Test::Text(Typed::bare(text, kenya()))),
        3 => select(PHRASES).prop_map(|text| Test::Text(Typed::quoted(text))),
        2 => of("name", texts(WORDS)),
        2 => of("company", texts(WORDS)),
        3 => of("email", email().prop_map(Value::Email)),
        2 => of("phone", digits.prop_map(Value::Phone)),
        2 => of("reference", texts(&["R-12", "ANN KAMAU", "5678", "R-1"])),
        2 => of("country", country.prop_map(Value::Country)),
        1 => of("lang", language.prop_map(Value::Language)),
        1 => of("kind", word("kind")),
        2 => of("status", word("status")),
        3 => of("created", period().prop_map(Value::Period)),
        2 => of("updated", period().prop_map(Value::Period)),
        1 => of("metadata", texts(&["gold", "50%", "Gold"])),
        2 => of("has", word("has")),
        2 => of("spent", amounts(&["0", ">0", "<=10.5", ">100JPY", "5..20USD", ">=3000", "<1JPY"])),
        1 => of("payments", amounts(&["0", ">2", "1..3", "<1"])),
        2 => of("last_payment", prop_oneof![4 => period().prop_map(Value::Period), 1 => Just(Value::Never)]),
        2 => of("last4", select(&["4242", "0005", "0007", "9999"][..]).prop_map(|end| Value::Last4(end.to_owned()))),
        2 => of("card", word("card")),
        2 => of("subscription", word("subscription")),
        3 => of("note", texts(WORDS)),
    ]
}

pub fn amounts(of: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(of).prop_map(|text| Value::Amounts(Amounts::parse(text, home().currency).unwrap()))
}

pub fn query() -> impl Strategy<Value = Query> {
    let term = (prop::bool::weighted(0.25), test()).prop_map(|(negated, test)| Term { negated, test });
    // Neighbours that are digits would be read as one phone.
    let branch = vec(term, 1..4).prop_map(|mut terms| {
        let is_digits = |term: &Term| matches!(&term.test, Test::Text(text) if !text.quoted && text.typed.starts_with(|c: char| c.is_ascii_digit()));
        terms.dedup_by(|next, last| is_digits(last) && is_digits(next));
        Branch { terms }
    });
    // Nobody has two emails.
    let is_one =
        |query: &Query| !query.to_string().contains("x@annacme.co") || !query.to_string().contains("ann@acme.com");
    vec(branch, 1..4).prop_map(|branches| Query { branches }).prop_filter("several at once", is_one)
}
