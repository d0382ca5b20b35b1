//! Endpoints and what is sent to them, in words.

use jiff::{Timestamp, tz::TimeZone};

use super::model::Endpoint;
use crate::values::when::When;

/// The types of events that a line names.
const MOST_NAMED: usize = 3;

/// Returns an address as people read it: without the scheme that nearly all have.
pub fn name(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url)
}

/// Returns the name of the machine that an address leads to, with its port where that is an unusual one.
pub fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// Returns what the events of a kind are about, by the first word of the kind.
pub fn subject(first: &str) -> &str {
    match first {
        "customer" => "customers",
        "note" => "notes",
        "payment_method" => "payment methods",
        "payment" => "payments",
        "price" => "prices",
        "subscription" => "subscriptions",
        "invoice" => "invoices",
        "schedule" => "payment schedules",
        "part" => "parts of payment schedules",
        "custom_field" => "custom fields",
        "webhook_endpoint" => "webhook endpoints",
        other => other,
    }
}

/// Returns the types of an endpoint in words: "All about customers, payment.failed and 3 more".
pub fn types(types: &[String]) -> String {
    let word = |one: &String| match one.strip_suffix(".*") {
        _ if one == "*" => "all events".to_owned(),
        Some(first) => format!("all about {}", subject(first)),
        None => one.clone(),
    };
    // One that is left is named, rather than counted.
    let most = if types.len() == MOST_NAMED + 1 { types.len() } else { MOST_NAMED };
    let named: Vec<String> = types.iter().take(most).map(word).collect();
    let named = match types.len().saturating_sub(most) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    };
    match named.strip_prefix("all ") {
        Some(rest) => format!("All {rest}"),
        None => named,
    }
}

/// How an endpoint is.
pub struct State {
    /// The colour and the word of its badge.
    pub badge: (&'static str, &'static str),
    /// Why nothing is sent there: "because somebody decided so".
    pub why: Option<&'static str>,
    /// Since when nothing arrives.
    pub since: Option<When>,
}

impl State {
    /// Returns that of an endpoint at `now`, a time of the machine.
    pub fn of(one: &Endpoint, zone: &TimeZone, now: Timestamp) -> Self {
        let since = one.failing_since.map(|at| When::new(at, zone, now));
        let badge = match (one.disabled, &since) {
            (Some(_), _) => ("line", "Disabled"),
            (None, Some(_)) => ("bad", "Failing"),
            (None, None) => ("ok", "Enabled"),
        };
        Self { badge, why: one.disabled.map(super::model::Disabled::words), since }
    }
}

/// Returns JSON with each member on its own line, in the order in which it was written.
pub fn lines(json: &str) -> String {
    let (mut text, mut depth) = (String::with_capacity(json.len() * 2), 0_usize);
    let (mut is_string, mut is_escaped) = (false, false);
    let mut rest = json.chars().peekable();
    while let Some(c) = rest.next() {
        if is_string {
            text.push(c);
            is_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            continue;
        }
        match c {
            '{' | '[' => {
                text.push(c);
                if let Some(end) = rest.next_if(|next| matches!(next, '}' | ']')) {
                    text.push(end);
                    continue;
                }
                depth += 1;
                break_line(&mut text, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut text, depth);
                text.push(c);
            }
            ',' => {
                text.push(c);
                break_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            _ => {
                is_string = c == '"';
                text.push(c);
            }
        }
    }
    text
}

fn break_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_by_a_few() {
        let told = |all: &[&str]| types(&all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        assert_eq!(told(&["*"]), "All events");
        assert_eq!(told(&["customer.*", "note.*", "b.two"]), "All about customers, all about notes, b.two");
        assert_eq!(told(&["a.one", "b.two", "c.three", "d.four"]), "a.one, b.two, c.three, d.four");
        assert_eq!(told(&["a.*", "b.two", "c.three", "d.four", "e.five"]), "All about a, b.two, c.three and 2 more");
        assert!(super::super::subjects::kinds().all(|kind| {
            let first = kind.split('.').next().unwrap();
            subject(first) != first
        }));
    }

    #[test]
    fn an_address_is_told_by_its_host() {
        assert_eq!(host("https://shop.example.com/hooks?a=b"), "shop.example.com");
        assert_eq!(host("http://shop.example.com:8080"), "shop.example.com:8080");
        assert_eq!(name("https://shop.example.com/hooks"), "shop.example.com/hooks");
        assert_eq!(name("http://shop.example.com/"), "http://shop.example.com/");
    }

    #[test]
    fn json_is_told_in_lines_that_mean_the_same() {
        let json = r#"{"b":{"a":[1,-2.5],"c":[],"d":{}},"a":"x,\"{y\\","n":null}"#;
        let told = lines(json);
        assert!(
            told.starts_with("{\n  \"b\": {\n    \"a\": [\n      1,\n      -2.5\n    ],\n    \"c\": [],"),
            "{told}"
        );
        assert!(told.contains(r#""a": "x,\"{y\\","#), "{told}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&told), read(json));
        assert_eq!(lines("no json }"), "no json \n}");
    }
}
