//! Tests what the language means.

mod carets;
mod columns;
mod trees;

use super::LANGUAGE;
use crate::{
    ids::CustomerId,
    query::{
        Amounts, Branch, EmailPattern, Home, Keyed, Period, Query, Shape, Term, Test, Text, Value, Values,
        has_substance, is_bracketed, is_phone_like,
        parse::phone_digits,
        parse_counted,
        period::{Calendar, Unit},
        scan::{is_gap, is_negatable, key_length},
    },
    search::{Status, allows, is_everything, is_of_deleted},
    values::{CountryCode, Currency, Language},
};

fn kenya() -> CountryCode {
    "KE".parse().unwrap()
}

fn home() -> Home {
    Home { country: kenya(), currency: kes(), fields: Default::default(), curtain: Default::default() }
}

fn kes() -> Currency {
    "KES".parse().unwrap()
}

/// Returns a term of this key.
fn keyed(name: &str, values: Vec<Value>) -> Test {
    let key = LANGUAGE.vocabulary().find(name).unwrap();
    let own = key.is_own().then(|| "tier".to_owned().into());
    Test::Keyed(Keyed { key, own, values })
}

fn parsed(text: &str) -> Query {
    LANGUAGE.parse(text, home()).unwrap_or_else(|problem| panic!("{text}: {}", problem.message))
}

fn refused(text: &str) -> String {
    LANGUAGE.parse(text, home()).map(|query| format!("{query:?}")).unwrap_err().message
}

/// Returns the tree in short: shapes, and the text it is written back as.
fn outline(text: &str) -> String {
    let shape = |term: &Term| {
        let negated = if term.negated { "not " } else { "" };
        match &term.test {
            Test::Text(text) => match &text.shape {
                Shape::Words => format!("{negated}words {}", text.typed),
                Shape::Email(email) => format!("{negated}email {email}"),
                Shape::Domain(domain) => format!("{negated}domain {domain}"),
                Shape::Digits(digits) => format!("{negated}digits {digits}"),
                Shape::Customer(id) => format!("{negated}id {id}"),
                Shape::Payment(id) => format!("{negated}payment {id}"),
                Shape::Other(id) => format!("{negated}other {id}"),
            },
            _ => term.to_string(),
        }
    };
    let branch = |branch: &Branch| branch.terms.iter().map(shape).collect::<Vec<_>>().join("; ");
    parsed(text).branches.iter().map(branch).collect::<Vec<_>>().join(" | ")
}

#[test]
fn text_has_the_meaning_of_its_look() {
    let id = CustomerId::new();
    for (text, expected) in [
        ("", ""),
        ("  jane \u{a0} smith ", "words jane; words smith"),
        ("\"jane  smith\" x", "words jane smith; words x"),
        ("\"jane sm", "words jane sm"),
        ("a\0b", "words a; words b"),
        ("\"a\0b\"", "words a b"),
        (" \"\" ", ""),
        ("\"say \"\"hi\"\"\"", "words say \"hi\""),
        ("0712 345 678", "digits 254712345678"),
        ("jane 0712 345 678 x", "words jane; digits 254712345678; words x"),
        ("(0712) 345 678", "digits 254712345678"),
        ("+254-712-345678", "digits 254712345678"),
        ("45 67", "digits 4567"),
        ("jane 45 67", "words jane; words 45; words 67"),
        ("45 67 status:deleted", "digits 4567; status:deleted"),
        ("0034 5", "digits 345"),
        ("0044", "words 0044"),
        ("jane 5678", "words jane; digits 5678"),
        ("123", "words 123"),
        ("\"5678\"", "words 5678"),
        ("jane@acme", "email jane@acme"),
        ("jane@", "email jane@"),
        ("\"jane@acme\"", "words jane@acme"),
        ("@acme.com", "domain acme.com"),
        ("x @", "words x; words @"),
        ("10:30", "words 10:30"),
        ("or \"OR\" Or", "words or; words OR; words Or"),
        ("a - b --- c -% d", "words a; words -; words b; words ---; words c; words -%; words d"),
        ("-jane", "not words jane"),
        ("-\"a b\" x", "not words a b; words x"),
        ("-5678", "not digits 5678"),
        ("-0712 345 678", "not digits 254712345678"),
        ("-+254712345678", "not digits 254712345678"),
        ("-@acme -a@b -country:KE", "not domain acme; not email a@b; -country:KE"),
        ("-OR", "not words OR"),
        ("a b OR c", "words a; words b | words c"),
        ("\"a\"OR\"b\"", "words a | words b"),
    ] {
        assert_eq!(outline(text), expected, "{text}");
    }
    assert_eq!(outline(&id.to_string()), format!("id {id}"));
    assert_eq!(outline("cust_01h2"), "words cust_01h2");
}

#[test]
fn each_key_has_its_values() {
    for (text, written) in [
        ("NAME:jane,\"a, b\"", "name:jane,\"a, b\""),
        ("company:\"Acme\"", "company:Acme"),
        ("email:*@acme.com,A@b.example,acme", "email:*@acme.com,A@b.example,acme"),
        ("phone:0712345678,5678,\"0712 345 678\"", "phone:+254712345678,5678,+254712345678"),
        ("country:ke,UK,Uganda,\"cote d’ivoire\"", "country:KE,GB,UG,CI"),
        ("lang:EN,swahili", "lang:en,sw"),
        ("kind:Person", "kind:person"),
        ("kind:company", "kind:organization"),
        ("kind:Organisation,individual", "kind:organization,person"),
        ("created:This-Month", "created:this-month"),
        ("-created:last-week", "-created:last-week"),
        ("Updated:LAST-7D,2026", "updated:last-7d,2026"),
        ("last_payment:NEVER,none,2026", "last_payment:never,never,2026"),
        ("spent:100-200EUR,5–9", "spent:100..200EUR,5..9"),
        ("-payments:2-4", "-payments:2..4"),
        ("status:active,deleted", "status:active,deleted"),
        ("Metadata.Tier:gold,\"a b\"", "metadata.Tier:gold,\"a b\""),
        ("metadata.a.b:x:y", "metadata.a.b:x:y"),
        ("has:email,phone,address", "has:email,phone,address"),
        ("created:>=2026-01,today", "created:>=2026-01,today"),
        ("name:\"(x)\"", "name:\"(x)\""),
        ("name:\"ja*\",b*c", "name:\"ja*\",b*c"),
    ] {
        assert_eq!(parsed(text).to_string(), written, "{text}");
    }
    let query = parsed("email:*@a,b@c,d");
    let values = &query.branches[0].terms[0].keyed().unwrap().values[..];
    let [Value::Email(glob), Value::Email(whole), Value::Email(part)] = values else { panic!("{values:?}") };
    assert!(matches!((glob, whole, part), (EmailPattern::Glob(_), EmailPattern::Whole(_), EmailPattern::Part(_))));
}

#[test]
fn what_is_not_understood_is_said() {
    for (text, says) in [
        ("foo:bar", "“foo”"),
        ("foo:bar", "The keys are name, email"),
        ("foo:bar", "\"foo:bar\""),
        ("statsu:deleted", "Did you mean status:?"),
        ("language:en", "Did you mean lang:?"),
        ("remark:late", "no search key “remark”"),
        ("spent:>5XX", "three letters, such as KES"),
        ("payments:>1.5", "no number of payments"),
        ("last4:42", "last four digits"),
        ("card:gone", "Use card:expiring or card:expired"),
        ("has:fax", "Use has:email or has:phone"),
        ("country:", "country:KE,UG"),
        ("country:KE, UG", "comma"),
        ("country:Kenia", "country:KE (Kenya)"),
        ("lang:en-GB", "“en-GB” is no language"),
        ("lang:Swahil", "lang:sw (Swahili)"),
        ("kind:orgnisation", "Did you mean kind:organization?"),
        ("status:gone", "status:deleted"),
        ("metadata:gold", "metadata.tier:gold"),
        ("metadata.é:gold", "metadata.tier:gold"),
        ("created:soon", "“soon”"),
        ("created:2026-02-30", "no such day"),
        ("created:never", "“never” is no time"),
        ("spent:200-100", "Write 100..200"),
        ("spent:-100", "no amount"),
        ("id:cust_1", "“cust_1”"),
        ("phone:jane", "“jane”"),
        ("phone:12", "“12”"),
        ("name:%", "Use letters or digits"),
        ("email:*@*", "has:email"),
        ("--- %", "“--- %”"),
        ("a OR %", "“%”"),
        ("a OR", "“OR”"),
        ("OR a", "“OR”"),
        ("a OR OR b", "“OR”"),
        ("OR", "“OR”"),
        ("(a OR b)", "Brackets"),
        ("x (name:a)", "Brackets"),
        ("name:(a b", "Brackets"),
        ("( a", "Brackets"),
        ("-(a)", "Brackets"),
    ] {
        assert!(refused(text).contains(says), "{text}: {}", refused(text));
    }
    assert!(refused(&"é".repeat(2001)).contains("at most 2000"));
    assert!(refused(&"a ".repeat(31)).contains("at most 30"));
    assert!(refused(&"a OR ".repeat(20)).contains("at most 10"));
    assert!(refused(&format!("name:{}a", "a,".repeat(50))).contains("at most 50"));
    parsed(&"a ".repeat(30));
    parsed(&format!("{}a", "a OR ".repeat(9)));
    parsed(&format!("name:{}a", "a,".repeat(49)));
}

#[test]
fn several_that_nobody_has_together_are_offered_as_any_of_them() {
    let (one, other) = (CustomerId::new(), CustomerId::new());
    for (text, instead) in [
        ("a@x.example b@y.example", "email:a@x.example,b@y.example"),
        ("a@x.example,b@y.example; A@x.example", "email:a@x.example,b@y.example"),
        ("Ann Lee <a@x.example>, \"Bo\" <b@y.example>", "email:a@x.example,b@y.example"),
        ("mailto:a@x.example,b@y.example", "email:a@x.example,b@y.example"),
        ("a@x.example kamau b@y.example country:KE", "kamau email:a@x.example,b@y.example country:KE"),
        ("0712345678 0722345678", "phone:+254712345678,+254722345678"),
        ("0712 345 678 +254 722 345 678\t0733-345-678", "phone:+254712345678,+254722345678,+254733345678"),
        ("0712345678;0722345678", "phone:+254712345678,+254722345678"),
        (&format!("{one},{other}"), &format!("id:{one},{other}")),
        (&format!("{one}\n({other})"), &format!("id:{one},{other}")),
    ] {
        let problem = LANGUAGE.parse(text, home()).unwrap_err();
        assert!(problem.message.starts_with("These are "), "{text}: {}", problem.message);
        let (before, behind) = (&text[..problem.span.start], &text[problem.span.end..]);
        let offered = format!("{before}{}{behind}", problem.instead.unwrap());
        assert_eq!(offered, instead, "{text}");
        parsed(&offered);
    }
    let many = |count: usize| (0..count).map(|n| format!("p{n}@x.example ")).collect::<String>();
    assert!(LANGUAGE.parse(&many(50), home()).unwrap_err().instead.is_some());
    let problem = LANGUAGE.parse(&many(51), home()).unwrap_err();
    assert!(problem.instead.is_none() && problem.message.contains("at most 50"));
    for text in [
        "a@x.example A@x.example",
        "ann a@x.example 0712 345 678",
        "a@x.example b@",
        "a@x.example -b@y.example",
        "a@x.example \"b@y.example\"",
        "0712345678 5678",
        "0712345678 +254712345678",
        "a@x.example OR b@y.example",
    ] {
        parsed(text);
    }
}

#[test]
fn a_signature_is_read_without_its_labels() {
    for (text, plain) in [
        ("Tel: 0712 345 678", "digits 254712345678"),
        (
            "Ann Lee Mobile: +254 712 345 678 E-Mail: ann@x.example",
            "words Ann; words Lee; digits 254712345678; email ann@x.example",
        ),
        ("T:0712345678", "digits 254712345678"),
        ("e-mail:ann@x.example", "email ann@x.example"),
        ("Ann,ann@x.example", "words Ann; email ann@x.example"),
    ] {
        assert_eq!(outline(text), plain, "{text}");
    }
    assert!(refused("mobile:gold").contains("no search key"));
    assert!(refused("Tel: soon").contains("no search key"));
    let problem = LANGUAGE.parse("Ann Email: ann@x.example", home()).unwrap_err();
    assert_eq!((problem.instead.as_deref(), problem.span.start), (Some("email:ann@x.example"), 4));
}

#[test]
fn a_problem_knows_its_place() {
    for (text, place) in
        [("é foo:bar b", "foo:bar"), ("a OR OR b", "OR"), ("x -name:\"%\" y", "-name:\"%\""), ("a (b) c", "(b)")]
    {
        let problem = LANGUAGE.parse(text, home()).unwrap_err();
        assert_eq!(&text[problem.span], place);
    }
}

#[test]
fn a_branch_without_a_word_about_the_status_is_about_the_active() {
    for (text, active, deleted) in [
        ("jane", true, false),
        ("status:deleted", false, true),
        ("status:active,deleted", true, true),
        ("-status:deleted", true, false),
        ("-status:active", false, true),
        ("status:active status:deleted", false, false),
    ] {
        let branch = &parsed(text).branches[0];
        assert_eq!((allows(branch, Status::Active), allows(branch, Status::Deleted)), (active, deleted), "{text}");
    }
    assert!(is_of_deleted(&parsed("a status:deleted OR status:deleted")));
    assert!(!is_of_deleted(&parsed("a status:deleted OR b")));
    for (text, everything) in [("", true), ("a", false), ("status:deleted", true), ("a status:deleted", false)] {
        assert_eq!(is_everything(&parsed(text)), everything, "{text}");
    }
}

#[test]
fn chips_change_the_tree() {
    let query = parsed("jane country:KE OR bob");
    assert_eq!(query.without(0, 1).to_string(), "jane OR bob");
    assert_eq!(query.without(1, 0).to_string(), "jane country:KE");
    assert_eq!(query.without(7, 7), query);
    assert_eq!(parsed("jane").without(0, 0), Query::default());
    let kind = Term::of(keyed("kind", parsed("kind:person").branches[0].terms[0].keyed().unwrap().values.clone()));
    assert_eq!(query.with(kind).to_string(), "jane country:KE kind:person OR bob kind:person");
    let countries = Term::of(keyed("country", vec![Value::Country("UG".parse().unwrap())]));
    assert_eq!(parsed("country:KE jane country:NL").with(countries.clone()).to_string(), "country:UG jane");
    assert_eq!(Query::default().with(countries).to_string(), "country:UG");
    assert_eq!(query.terms_of("country").map(|(b, t, _)| (b, t)).collect::<Vec<_>>(), [(0, 1)]);
}

#[test]
fn a_term_reads_in_words() {
    for (text, label) in [
        ("jane", "“jane”"),
        ("-\"a b\"", "Not “a b”"),
        ("country:KE,UG", "Country is Kenya or Uganda"),
        ("-country:KE", "Country is not Kenya"),
        ("created:last-30d", "Created in the last 30 days"),
        ("-created:2026", "Not created in 2026"),
        ("updated:yesterday", "Updated yesterday"),
        ("-updated:>2026-03", "Not updated after March 2026"),
        ("last_payment:never", "Last payment never"),
        ("-last_payment:none", "Last payment at any time"),
        ("-last_payment:never,2026", "Last payment not never or in 2026"),
        ("status:deleted", "Deleted"),
        ("-status:deleted", "Not deleted"),
        ("has:email,phone", "Has an email or a phone"),
        ("-has:address", "Has no address"),
        ("email:*@acme.com,jane", "Email is like *@acme.com or with “jane”"),
        ("phone:0712345678", "Phone has +254 712 345 678"),
        ("metadata.tier:gold", "tier is “gold”"),
        ("spent:>500", "Spent over KES 500"),
        ("spent:>=1500.5", "Spent from KES 1,500.50 on"),
        ("-spent:10..20EUR", "Not spent EUR 10 to EUR 20"),
        ("payments:0", "No payments"),
        ("-payments:0", "Some payments"),
        ("payments:2..4,>9", "Payments 2 to 4 or over 9"),
    ] {
        assert_eq!(parsed(text).branches[0].terms[0].label(kes()), label);
    }
}

#[test]
fn no_two_filters_stand_at_the_same_place() {
    let offered = LANGUAGE.vocabulary().offered();
    assert!(offered.windows(2).all(|two| two[0].offered < two[1].offered), "{offered:?}");
}

#[test]
fn the_examples_of_the_keys_are_understood() {
    for key in LANGUAGE.vocabulary().keywords {
        let query = parsed(key.example);
        assert!(query.branches[0].terms[0].is_of(key.name), "{}", key.name);
        assert!(
            !key.title.is_empty()
                && !key.explanation.ends_with('.')
                && key.name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '4')
        );
    }
}
