//! The word that the caret is in, and what can be put in its place.

use crate::{
    customer_parts::LANGUAGE,
    query::{Caret, Typing},
};

/// Returns what is typed before the bar, as text, with the part of the text that a completion takes.
fn typing(text: &str) -> Option<(String, String)> {
    let at = text.find('|').unwrap();
    let text = text.replacen('|', "", 1);
    let caret = Caret::at(&text, at, &LANGUAGE.vocabulary())?;
    let typing = match caret.typing {
        Typing::Word(typed) => typed,
        Typing::Own { key, typed } => format!("{}.{typed}", key.name),
        Typing::Value { key, own: None, typed, .. } => format!("{}:{typed}", key.name),
        Typing::Value { key, own: Some(own), typed, .. } => format!("{}.{own}:{typed}", key.name),
    };
    Some((typing, text[caret.span].to_owned()))
}

#[test]
fn the_word_around_the_caret_is_found() {
    for (text, typed, taken) in [
        ("coun|", "coun", "coun"),
        ("jane cou|n doe", "cou", "coun"),
        ("-coun|", "coun", "coun"),
        ("country:|", "country:", ""),
        ("country:K|", "country:K", "K"),
        ("COUNTRY:K|E lang:en", "country:K", "KE"),
        ("country:KE,U|,TZ", "country:U", "U"),
        ("country:KE,|", "country:", ""),
        ("country:\"Cote d|", "country:Cote d", "\"Cote d"),
        ("country:\"a,b\",\"c|\",d", "country:c", "\"c\""),
        ("metadata.ti|", "metadata.ti", "metadata.ti"),
        ("metadata.tier:go|", "metadata.tier:go", "go"),
        ("-metadata.tier:\"a \"\"b|", "metadata.tier:a \"b", "\"a \"\"b"),
        ("José|", "José", "José"),
    ] {
        assert_eq!(typing(text), Some((typed.to_owned(), taken.to_owned())), "{text}");
    }
}

#[test]
fn between_words_and_in_what_is_no_key_there_is_none() {
    for text in
        ["|", "|jane", "jane |", "jane  |  doe", "\"jane d|", "cou|ntry:KE", "nokey:a|", "metadata:a|", "-|x", "OR|"]
    {
        assert_eq!(typing(text), None, "{text}");
    }
}

#[test]
fn what_begins_a_key_or_is_compared_as_a_whole_is_unfinished() {
    let words = LANGUAGE.vocabulary();
    let unfinished = |text: &str| Caret::at(text, text.len(), &words).is_some_and(|caret| caret.is_unfinished(&words));
    for text in ["c", "SPEN", "jane coun", "metadata.t", "metadata.tier:go", "reference:A-1", "email:a@b"] {
        assert!(unfinished(text), "{text}");
    }
    for text in ["", "zuri", "jane ", "spentx", "name:zu", "country:KE"] {
        assert!(!unfinished(text), "{text}");
    }
}

#[test]
fn no_place_of_any_text_is_a_panic() {
    let words = LANGUAGE.vocabulary();
    for text in ["", "-", "\"", "a:\"", "metadata.:\"é,\"", "é:é", "日本 country:\"日,本\"x,-"] {
        for at in 0..=text.len() + 2 {
            let _ = Caret::at(text, at, &words);
        }
    }
}

#[test]
fn something_offered_is_meant_only_where_nothing_else_can_be() {
    let words = LANGUAGE.vocabulary();
    let known = ["gold".to_owned()];
    let needs = |text: &str| Caret::at(text, text.len(), &words).unwrap().needs_completion(&words, &known);
    for text in [
        "country:",
        "country:Ken",
        "country:KE,",
        "status:del",
        "has:e",
        "created:las",
        "lang:Swah",
        "metadata.tier:go",
    ] {
        assert!(needs(text), "{text}");
    }
    for text in [
        "coun",
        "country:DE",
        "country:ke",
        "country:Kenya",
        "kind:company",
        "status:deleted",
        "created:",
        "created:2026",
        "spent:",
        "spent:50",
        "payments:3",
        "metadata.tier:gold",
        "name:jane",
    ] {
        assert!(!needs(text), "{text}");
    }
}
