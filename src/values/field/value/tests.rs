use proptest::prelude::*;

use super::*;

fn field(kind: Kind) -> Field {
    Field {
        key: "one".to_owned(),
        label: "One".to_owned(),
        help: None,
        kind,
        choices: ["Gold", "Silver", "Bronze"].map(str::to_owned).to_vec(),
        least: None,
        most: None,
        is_required: false,
        is_listed: false,
        in_form: false,
    }
}

fn kes() -> Currency {
    Currency::parse("KES").unwrap()
}

fn read(kind: Kind, text: &str) -> Result<Option<Value>, Reason> {
    field(kind).read(&Typed { texts: vec![text], currency: None }, kes())
}

#[test]
fn every_kind_reads_its_values() {
    for (kind, text, value) in [
        (Kind::Text, "  DE  123 ", json!("DE 123")),
        (Kind::Number, "1,250.50", json!(1250.5)),
        (Kind::Number, "-0.000001", json!(-0.000001)),
        (Kind::Number, "2.0", json!(2)),
        (Kind::Integer, "−12", json!(-12)),
        (Kind::Boolean, "Yes", json!(true)),
        (Kind::Boolean, "false", json!(false)),
        (Kind::Date, "2026-03-31", json!("2026-03-31")),
        (Kind::Money, "1,250.50", json!({"amount": 125_050, "currency": "KES"})),
        (Kind::Money, "0", json!({"amount": 0, "currency": "KES"})),
        (Kind::Choice, "Gold", json!("Gold")),
        (Kind::Choices, "Gold", json!(["Gold"])),
        (Kind::Email, "Jane@Example.com", json!("Jane@Example.com")),
        (Kind::Url, "https://example.com/a?b", json!("https://example.com/a?b")),
    ] {
        assert_eq!(read(kind, text), Ok(Some(value)), "{kind:?} {text}");
        assert_eq!(read(kind, " "), Ok(None), "{kind:?} left empty");
    }
    let several = Typed { texts: vec!["", "Silver", "Gold", "Silver"], currency: None };
    assert_eq!(field(Kind::Choices).read(&several, kes()), Ok(Some(json!(["Gold", "Silver"]))));
    let yen = Typed { texts: vec!["2500"], currency: Some("jpy") };
    assert_eq!(field(Kind::Money).read(&yen, kes()), Ok(Some(json!({"amount": 2500, "currency": "JPY"}))));
}

#[test]
fn what_is_no_value_is_refused_with_a_sentence() {
    for (kind, text, code) in [
        (Kind::Text, "4242 4242 4242 4242", Code::CardNumberInText),
        (Kind::Text, &"x".repeat(501), Code::TooLong),
        (Kind::Number, "1,5", Code::NumberInvalid),
        (Kind::Number, "1e3", Code::NumberInvalid),
        (Kind::Number, "0.0000001", Code::NumberInvalid),
        (Kind::Number, "1000000000000", Code::NumberInvalid),
        (Kind::Number, "999999999999.1234", Code::NumberInvalid),
        (Kind::Integer, "1.5", Code::NumberInvalid),
        (Kind::Boolean, "maybe", Code::NotOneOf),
        (Kind::Date, "31.3.2026", Code::DateInvalid),
        (Kind::Date, "2026-02-30", Code::DateInvalid),
        (Kind::Money, "1.000", Code::AmountInvalid),
        (Kind::Money, "-5", Code::AmountInvalid),
        (Kind::Email, "jane", Code::EmailInvalid),
        (Kind::Url, "example.com", Code::UrlInvalid),
        (Kind::Url, "https://", Code::UrlInvalid),
        (Kind::Url, "javascript:alert(1)", Code::UrlInvalid),
        (Kind::Url, "https://a@b.example", Code::UrlInvalid),
    ] {
        assert_eq!(read(kind, text).unwrap_err().code, code, "{kind:?} {text}");
    }
}

#[test]
fn a_choice_that_is_not_offered_stays_only_where_it_was() {
    let choices = field(Kind::Choices);
    let reason = choices.check(&json!(["Gold", "Sliver"]), None).unwrap_err();
    assert_eq!((reason.code, reason.did_you_mean()), (Code::NotOneOf, Some("Silver")));
    let before = json!(["Platinum"]);
    assert_eq!(choices.check(&json!(["Gold", "Platinum"]), Some(&before)), Ok(()));
    assert!(field(Kind::Choice).check(&json!("Platinum"), None).is_err());
    assert_eq!(field(Kind::Choice).check(&json!("Platinum"), Some(&json!("Platinum"))), Ok(()));
}

#[test]
fn limits_are_said_in_the_sentence() {
    for (kind, least, most, fits, below, above) in [
        (Kind::Text, "2", "3", json!("abc"), json!("a"), json!("abcd")),
        (Kind::Number, "-1.5", "10", json!(0), json!(-1.6), json!(10.5)),
        (Kind::Integer, "1", "10", json!(10), json!(0), json!(11)),
        (Kind::Date, "2026-01-01", "2026-12-31", json!("2026-06-01"), json!("2025-12-31"), json!("2027-01-01")),
    ] {
        let field = Field { least: Some(least.to_owned()), most: Some(most.to_owned()), ..field(kind) };
        assert_eq!(field.check(&fits, None), Ok(()), "{kind:?}");
        for (value, limit) in [(below, least), (above, most)] {
            let reason = field.check(&value, None).unwrap_err();
            assert_eq!(reason.code, Code::OutOfRange);
            assert!(reason.sentence.contains(limit), "{}", reason.sentence);
        }
    }
}

proptest! {
    #[test]
    fn what_was_read_is_read_as_the_same_again(kind in prop::sample::select(&Kind::ALL[..]), text in "\\PC{0,20}|-?[0-9]{1,12}(\\.[0-9]{1,6})?|(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]") {
        let Ok(Some(value)) = read(kind, &text) else { return Ok(()) };
        let (texts, currency) = typed(&value);
        let again = Typed { texts: texts.iter().map(String::as_str).collect(), currency: currency.as_deref() };
        prop_assert_eq!(field(kind).read(&again, kes()), Ok(Some(value.clone())));
        // What JSON keeps is the same number.
        prop_assert_eq!(serde_json::from_str::<Value>(&value.to_string()).unwrap(), value);
    }
}
