//! Tests numbers as people write them, and that any text can be read.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::*;

fn country(code: &str) -> CountryCode {
    CountryCode::parse(code).unwrap()
}

/// Numbers as typed, the default country, E.164 and grouped. The last is possible, though of no range in use.
const NUMBERS: &str = "
    0712 345 678 | KE | +254712345678 | +254 712 345 678
    712345678 | KE | +254712345678 | +254 712 345 678
    254712345678 | KE | +254712345678 | +254 712 345 678
    00254 712 345 678 | KE | +254712345678 | +254 712 345 678
    000 254 712 345 678 | KE | +254712345678 | +254 712 345 678
    +254 (0)712 345 678 | NL | +254712345678 | +254 712 345 678
    ٠٧١٢ ٣٤٥ ٦٧٨ | KE | +254712345678 | +254 712 345 678
    ０７１２３４５６７８ | KE | +254712345678 | +254 712 345 678
    ٠٠٢٥٤٧١٢٣٤٥٦٧٨ | KE | +254712345678 | +254 712 345 678
    +31 6 2841 0937 | KE | +31628410937 | +31 6 2841 0937
    0031 6 2841 0937 | KE | +31628410937 | +31 6 2841 0937
    0031628410937 | NL | +31628410937 | +31 6 2841 0937
    0031 6 2841 0937 | ID | +31628410937 | +31 6 2841 0937
    0011 31 6 2841 0937 | AU | +31628410937 | +31 6 2841 0937
    06-28410937 | NL | +31628410937 | +31 6 2841 0937
    (415) 555-2671 | US | +14155552671 | +1 415-555-2671
    1.415.555.2671 | US | +14155552671 | +1 415-555-2671
    011 44 20 7183 8750 | US | +442071838750 | +44 20 7183 8750
    0044 20 7183 8750 | US | +442071838750 | +44 20 7183 8750
    020 7183 8750 | GB | +442071838750 | +44 20 7183 8750
    030/123456 | DE | +4930123456 | +49 30 123 456
    06 12 34 56 78 | FR | +33612345678 | +33 6 12 34 56 78
    02 1234 5678 | IT | +390212345678 | +39 02 1234 5678
    312 345 6789 | IT | +393123456789 | +39 312 345 6789
    0412 345 678 | AU | +61412345678 | +61 412 345 678
    011 15 2345 6789 | AR | +5491123456789 | +54 9 11 2345-6789
    (11) 96123–4567 | BR | +5511961234567 | +55 11 96123-4567
    090-1234-5678 | JP | +819012345678 | +81 90-1234-5678
    010-2000-0000 | KR | +821020000000 | +82 10-2000-0000
    131 2345 6789 | CN | +8613123456789 | +86 131 2345 6789
    081234 56789 | IN | +918123456789 | +91 81234 56789
    0803 123 4567 | NG | +2348031234567 | +234 803 123 4567
    071 123 4567 | ZA | +27711234567 | +27 71 123 4567
    0621 234 567 | TZ | +255621234567 | +255 621 234 567
    8 (912) 345-67-89 | RU | +79123456789 | +7 912 345-67-89
    050 123 4567 | AE | +971501234567 | +971 50 123 4567
    0501 234 56 78 | TR | +905012345678 | +90 501 234 56 78
    +383 43 201 234 | KE | +38343201234 | +383 43 201 234
    +800 1234 5678 | KE | +80012345678 | +800 1234 5678
    +290 51234 | KE | +29051234 | +290 51234
    +1 242 359 1234 | AQ | +12423591234 | +1 242-359-1234
    1234 5678 | HK | +85212345678 | +852 1234 5678
";

#[test]
fn numbers_of_one_kind_are_grouped_alike() {
    let is_code = |code: &i32| PHONE_NUMBER_UTIL.get_region_for_country_code(*code).is_some();
    let (mut numbers, mut runner) = (0, TestRunner::deterministic());
    let mut any = |digits: usize| {
        let some = proptest::collection::vec(b'0'..=b'9', digits).new_tree(&mut runner).unwrap().current();
        String::from_utf8(some).unwrap()
    };
    for code in (1..1000).filter(is_code) {
        for national in 4..=15 - code.to_string().len() {
            let first = format!("+{code}{}", any(national));
            let second = format!("{}{}", &first[..first.len() - 4], any(4));
            if let Some(kind_of_both) = kind(&first) {
                numbers += 1;
                assert_eq!(kind(&second), Some(kind_of_both));
                assert_eq!(filled(&grouped_by_plan(&first), &second), grouped_by_plan(&second));
            }
        }
    }
    assert!(numbers > 500, "{numbers}");
}

#[test]
fn a_number_is_grouped_the_same_when_others_of_its_kind_were() {
    for [_, _, e164, grouped] in numbers().chain(numbers()) {
        let changed = format!("{}9999", &e164[..e164.len() - 4]);
        assert_eq!(pretty(&changed), grouped_by_plan(&changed));
        assert_eq!(pretty(e164), grouped);
    }
    for other in ["+1234567890123456", "+29051234", "+2547123456x8", "+", "0712345678"] {
        assert_eq!(pretty(other), grouped_by_plan(other));
    }
}

fn numbers() -> impl Iterator<Item = [&'static str; 4]> {
    let row = |row: &'static str| {
        let cells: Vec<_> = row.split(" | ").map(str::trim).collect();
        cells.try_into().unwrap()
    };
    NUMBERS.trim().lines().map(row)
}

#[test]
fn reads_numbers_as_people_write_them() {
    for [raw, default_country, e164, grouped] in numbers() {
        let phone = Phone::parse(raw, country(default_country)).unwrap_or_else(|error| panic!("{raw}: {error}"));
        assert_eq!(phone.e164(), e164, "{raw}");
        assert_eq!(phone.to_string(), grouped, "{raw}");
    }
}

#[test]
fn keeps_what_was_typed() {
    let phone = Phone::parse(" \u{202a}(0712)  345-678\u{202c}\n", country("KE")).unwrap();
    assert_eq!(phone.typed(), "(0712) 345-678");
    assert_eq!(phone.e164(), "+254712345678");
}

#[test]
fn what_other_programs_write_around_a_number_goes() {
    for (raw, e164) in [
        ("0711000031.0", "+254711000031"),
        ("254733000777.00", "+254733000777"),
        ("+31201234567.0", "+31201234567"),
        ("'+254711000001", "+254711000001"),
        ("‘0733 000 123", "+254733000123"),
        ("`0733000124", "+254733000124"),
        ("TEL:+254-733-000-125", "+254733000125"),
        ("+254\u{fe0d}711000009", "+254711000009"),
        ("\u{3164}0733\u{ad}000126\u{e0041}", "+254733000126"),
        ("0733.000.127", "+254733000127"),
    ] {
        assert_eq!(Phone::parse(raw, country("KE")).map(|phone| phone.e164), Ok(e164.to_owned()), "{raw:?}");
    }
}

#[test]
fn a_number_with_its_calling_code_is_taken_as_it_is() {
    for (raw, e164, callable) in [
        ("+1234567890", "+1234567890", false),
        ("+1-555-0100", "+15550100", false),
        ("＋44 20 7946", "+44207946", false),
        ("+49 1234567", "+491234567", true),
        ("+254 712 345 678 99", "+25471234567899", false),
        ("+1 202 555 0143", "+12025550143", true),
    ] {
        let phone = Phone::parse(raw, country("KE")).unwrap_or_else(|error| panic!("{raw}: {error}"));
        assert_eq!((phone.e164(), is_callable(phone.e164())), (e164, callable), "{raw}");
    }
}

#[test]
fn refuses_what_cannot_be_called() {
    for (raw, default_country, error) in [
        ("", "KE", PhoneError::Empty),
        (" \u{202a}\u{202c} ", "KE", PhoneError::Empty),
        ("0712 345 67x", "KE", PhoneError::Character('x')),
        ("0712 345 678 ext. 12", "KE", PhoneError::Character('e')),
        ("tel 0712 345 678", "KE", PhoneError::Character('t')),
        ("0712.0", "KE", PhoneError::TooShort(254)),
        ("1-800-FLOWERS", "US", PhoneError::Character('F')),
        ("0712 345 678 #12", "KE", PhoneError::Character('#')),
        ("0712345678, 0722000000", "KE", PhoneError::Character(',')),
        ("+999 123456789", "KE", PhoneError::UnknownCode),
        ("0712 345 678", "AQ", PhoneError::CodeMissing),
        ("12", "KE", PhoneError::TooShort(254)),
        ("112", "NL", PhoneError::TooShort(31)),
        ("+254 712 345 678 999 000", "KE", PhoneError::TooLong(254)),
        ("0712345678 / 0722000000", "KE", PhoneError::Unreadable),
        ("555-2671", "US", PhoneError::AreaMissing),
        ("+254 71", "KE", PhoneError::TooShort(254)),
        ("+254", "KE", PhoneError::Unreadable),
        ("+", "KE", PhoneError::Unreadable),
        ("()-", "KE", PhoneError::Unreadable),
        ("+254 712 345 678 +254 722 000 000", "KE", PhoneError::Unreadable),
        ("0712\0", "KE", PhoneError::Text(TextError::Control('\0'))),
    ] {
        assert_eq!(Phone::parse(raw, country(default_country)).map(|phone| phone.e164), Err(error), "{raw:?}");
    }
    let long = "1".repeat(61);
    assert_eq!(Phone::parse(&long, country("KE")), Err(PhoneError::Text(TextError::TooLong { max: 60, has: 61 })));
}

#[test]
fn errors_say_how_to_fix_it() {
    for (error, sentence) in [
        (PhoneError::Character('x'), "There is an “x” in this number. Use digits, with or without the country code."),
        (PhoneError::Character('#'), "There is a “#” in this number. Use digits, with or without the country code."),
        (
            PhoneError::TooShort(254),
            "This number is too short for +254. Check the digits, or start with “+” and the country code.",
        ),
    ] {
        assert_eq!(error.to_string(), sentence);
    }
}

#[test]
fn a_whole_number_is_searched_as_its_e164_digits() {
    for (raw, default_country, digits) in [
        ("0712 345 678", "KE", Some("254712345678")),
        ("712345678", "KE", Some("254712345678")),
        ("+254712345678", "NL", Some("254712345678")),
        ("0031 6 2841 0937", "KE", Some("31628410937")),
        ("(415) 555-2671", "US", Some("14155552671")),
        ("8 912 345 67 89", "RU", Some("79123456789")),
        ("0712", "KE", None),
        ("0712345", "KE", None),
        ("07123456", "KE", None),
        ("2012345", "KE", None), // a landline of Nairobi without its 0, or a part of any number
        ("20260101", "KE", None),
        ("4242", "KE", None),
        ("jane", "KE", None),
        ("otieno 0712345678", "KE", None),
        ("", "KE", None),
    ] {
        assert_eq!(Phone::search_digits(raw, country(default_country)).as_deref(), digits, "{raw:?}");
    }
}

#[test]
fn groups_only_what_is_e164() {
    for text in
        ["", "+", "0712345678", "254712345678", "+0712", "+999123456", "+254 712", "+٢٥٤", "+99999999999999999999999"]
    {
        assert_eq!(pretty(text), text);
    }
}

#[test]
fn groups_as_the_library_does_after_reading() {
    for [_, _, e164, _] in numbers() {
        let read = PHONE_NUMBER_UTIL.parse(e164, None).unwrap();
        assert_eq!(number_of(e164).as_ref(), Some(&read));
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in any::<String>(), near in "[+0-9 ()./-]{0,30}", place in 0usize..250) {
        let default_country = CountryCode::all().nth(place).unwrap();
        for text in [text, near] {
            let _ = pretty(&text);
            if let Ok(phone) = Phone::parse(&text, default_country) {
                prop_assert_eq!(format!("+{}", digits(&phone.to_string())), phone.e164());
            }
            if let Some(digits) = Phone::search_digits(&text, default_country) {
                let again = Phone::parse(&format!("+{digits}"), default_country);
                prop_assert_eq!(again.map(|phone| phone.e164), Ok(format!("+{digits}")));
            }
        }
    }

    #[test]
    fn any_e164_keeps_its_digits_when_grouped(digits in "[1-9][0-9]{3,14}") {
        let grouped = pretty(&format!("+{digits}"));
        prop_assert_eq!(super::digits(&grouped), digits);
    }
}
