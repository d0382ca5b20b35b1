//! The curtain hides what of a person is private from those who need not know it: emails, phones, addresses, and numbers and
//! emails inside of texts. What it hides is hidden before anything is drawn or sent, so that no page has to think of it.

use serde_json::{Map, Value};

use super::{Address, address, digits::digit_value, phone};

/// What stands for the hidden part of a value.
pub const DOTS: &str = "•••";

/// The fewest digits of a number that is hidden in a text: fewer are a year, a price or the end of a card.
const FEWEST_DIGITS: usize = 5;

/// Whether somebody sees what is private.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Curtain {
    /// They see it in full.
    #[default]
    Open,
    /// They see that it is there, and what tells it from others.
    Drawn,
}

impl Curtain {
    /// Returns whether it hides anything.
    pub fn is_drawn(self) -> bool {
        self == Self::Drawn
    }

    /// Hides what stands before the “@” of an email: `j•••@example.com`.
    pub fn email(self, email: &str) -> String {
        match email.rsplit_once('@').filter(|_| self.is_drawn()) {
            Some((local, domain)) => format!("{}{DOTS}@{domain}", first(local)),
            None if self.is_drawn() => DOTS.to_owned(),
            None => email.to_owned(),
        }
    }

    /// Hides a phone in E.164 up to its country and its last two digits: `+254 ••• 78`.
    pub fn phone(self, e164: &str) -> String {
        if !self.is_drawn() {
            return e164.to_owned();
        }
        let end: String = e164.chars().skip(e164.chars().count().saturating_sub(2)).collect();
        match phone::pretty(e164).split_once(' ') {
            Some((code, _)) if code.len() <= 4 => format!("{code} {DOTS} {end}"),
            _ => format!("{DOTS} {end}"),
        }
    }

    /// Hides all of an address but its country.
    pub fn address(self, address: &Address) -> Address {
        let mut hidden = address.clone();
        for part in address::PARTS.iter().filter(|part| self.is_drawn() && **part != "country") {
            hidden.set_part(part, address.part(part).map(|_| DOTS.to_owned()));
        }
        hidden
    }

    /// Hides emails and numbers of five and more digits in a text. Public ids stay: they name nobody outside.
    pub fn text(self, text: &str) -> String {
        if self.is_drawn() { numbers(&self.emails(text)) } else { text.to_owned() }
    }

    /// Hides emails in a text, and leaves its numbers: for the merchant's own references.
    pub fn emails(self, text: &str) -> String {
        if !self.is_drawn() || !text.contains(['@', '＠']) {
            return text.to_owned();
        }
        let (mut hidden, mut word) = (String::with_capacity(text.len()), String::new());
        for c in text.chars() {
            if c.is_whitespace() || "<>()[]{},;:\"'“”‘’„«»|/\\".contains(c) {
                hidden.push_str(&self.word(&std::mem::take(&mut word)));
                hidden.push(c);
            } else {
                word.push(c);
            }
        }
        hidden.push_str(&self.word(&word));
        hidden
    }

    fn word(self, word: &str) -> String {
        match word.rsplit_once(['@', '＠']) {
            // The name alone, as on a social network, is no email.
            Some((local, domain)) if !local.is_empty() && !domain.is_empty() => {
                self.email(&format!("{local}@{domain}"))
            }
            _ => word.to_owned(),
        }
    }

    /// Returns whether it hides anything of a text.
    pub fn hides(self, text: &str) -> bool {
        self.text(text) != text
    }

    /// Hides what is private in a value of a field, as events and custom fields keep it; the name of the field says what it
    /// is. A day, a moment, an id and a number stay.
    pub fn json(self, name: &str, value: &Value) -> Value {
        match value {
            _ if !self.is_drawn() => value.clone(),
            Value::String(text) => Value::String(self.named(name, text)),
            Value::Array(values) => values.iter().map(|value| self.json(name, value)).collect(),
            Value::Object(members) => {
                // What stands beside the name of a field is a value of that field.
                let field = members.get("field").and_then(Value::as_str).map(last);
                let of = |name: &String| match field {
                    Some(field) if VALUES.contains(&name.as_str()) => field.to_owned(),
                    _ => name.clone(),
                };
                let hidden = members.iter().map(|(name, value)| (name.clone(), self.json(&of(name), value)));
                Value::Object(hidden.collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    fn named(self, name: &str, text: &str) -> String {
        let is_plain = text.parse::<uuid::Uuid>().is_ok()
            || text.parse::<jiff::Timestamp>().is_ok()
            || (text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok());
        match name {
            _ if PLAIN.contains(&name) => text.to_owned(),
            "email" => self.email(text),
            "e164" | "phone" => self.phone(text),
            "typed" | "phone_typed" => DOTS.to_owned(),
            // It may have been cut within what has to be hidden.
            "beginning" if text.ends_with('…') => self.text(text.rsplit_once(' ').map_or(DOTS, |(whole, _)| whole)),
            "reference" => self.emails(text),
            _ if address::PARTS.contains(&name) && name != "country" => DOTS.to_owned(),
            _ if is_plain => text.to_owned(),
            _ => self.text(text),
        }
    }
}

/// The members that have a value of the field that is named beside them.
const VALUES: [&str; 4] = ["yours", "theirs", "wanted", "current"];

/// The members that are of the system's own making, and mean nothing to people.
const PLAIN: [&str; 2] = ["next_cursor", "previous_cursor"];

/// Returns the last part of a path like `billing_address.line1`.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Returns the first character as people see it.
fn first(text: &str) -> String {
    text.chars().next().map(String::from).unwrap_or_default()
}

/// Returns whether a character may stand between the digits of one number.
fn separates(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '.' | '/' | '(' | ')' | '+' | '\u{a0}' | '\u{2009}' | '\u{200a}' | '\u{2010}'
            ..='\u{2015}' | '\u{202f}'
    )
}

/// Hides the numbers of a text that have enough digits.
fn numbers(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut hidden = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let id = public_id(&chars, at);
        if id > 0 {
            hidden.extend(&chars[at..at + id]);
            at += id;
            continue;
        }
        if digit_value(*c).is_none() {
            hidden.push(*c);
            at += 1;
            continue;
        }
        let (mut end, mut next, mut digits) = (at, at, 0);
        while let Some(c) = chars.get(next).filter(|c| digit_value(**c).is_some() || separates(**c)) {
            next += 1;
            if digit_value(*c).is_some() {
                (end, digits) = (next, digits + 1);
            }
        }
        match digits >= FEWEST_DIGITS {
            true => hidden.push_str(DOTS),
            false => hidden.extend(&chars[at..end]),
        }
        at = end;
    }
    hidden
}

/// Returns the length of the public id, like `pay_01h2xcejqtf2nbrexx3vqjhp41`, whose last part begins here; else 0.
fn public_id(chars: &[char], at: usize) -> usize {
    const LENGTH: usize = 26;
    let is_behind = at >= 2 && chars[at - 1] == '_' && chars[at - 2].is_ascii_lowercase();
    let is_of_id = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let rest = chars.get(at..).unwrap_or_default();
    let length = rest.iter().take_while(|c| is_of_id(c)).count();
    if is_behind && length == LENGTH { LENGTH } else { 0 }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DRAWN: Curtain = Curtain::Drawn;

    #[test]
    fn an_email_keeps_its_first_letter_and_its_domain() {
        for (email, hidden) in [
            ("jane@example.com", "j•••@example.com"),
            ("Ünal@münchen.example", "Ü•••@münchen.example"),
            ("j@x.example", "j•••@x.example"),
            ("no email", "•••"),
        ] {
            assert_eq!(DRAWN.email(email), hidden);
            assert_eq!(Curtain::Open.email(email), email);
        }
    }

    #[test]
    fn a_phone_keeps_its_country_and_its_end() {
        for (phone, hidden) in
            [("+254712345678", "+254 ••• 78"), ("+18005550100", "+1 ••• 00"), ("+9991234567", "••• 67"), ("", "••• ")]
        {
            assert_eq!(DRAWN.phone(phone), hidden);
        }
    }

    #[test]
    fn emails_and_numbers_are_hidden_in_texts() {
        for (text, hidden) in [
            ("Call 0712 345 678, or write to jane@example.com.", "Call •••, or write to j•••@example.com."),
            ("+254 (0)712-345678 again", "+••• again"),
            ("mailto:jane@example.com<b@c.example>", "mailto:j•••@example.com<b•••@c.example>"),
            ("tel0712345678x", "tel•••x"),
            ("٠٧١٢٣٤٥٦٧٨", "•••"),
            ("in 2026, 4 of 1200 at 19.99", "in 2026, 4 of 1200 at 19.99"),
            ("@jane and a@ b", "@jane and a@ b"),
            ("see pay_01h2xcejqtf2nbre123456jp41 of 12345", "see pay_01h2xcejqtf2nbre123456jp41 of •••"),
            (
                "pay_01234567890123456789012345 is no number, pay_0123456 is",
                "pay_01234567890123456789012345 is no number, pay_••• is",
            ),
            ("", ""),
        ] {
            assert_eq!(DRAWN.text(text), hidden);
            assert_eq!(Curtain::Open.text(text), text);
            assert_eq!(DRAWN.text(&DRAWN.text(text)), hidden, "hidden twice it is the same");
        }
        assert_eq!(DRAWN.emails("A-100234, jane@example.com"), "A-100234, j•••@example.com");
    }

    #[test]
    fn values_are_hidden_by_the_names_of_their_fields() {
        let value = json!({
            "email": "jane@example.com", "phone": {"e164": "+254712345678", "typed": "0712 345 678"},
            "reference": "ACC-001234", "line1": "12 Ngong Road", "country": "KE", "since": "2026-11-30",
            "at": "2026-11-30T10:00:00Z", "id": "01234567-1234-7123-8123-123456781234", "amount": 123456,
            "tags": ["call 0712345678", "gold"],
        });
        let hidden = json!({
            "email": "j•••@example.com", "phone": {"e164": "+254 ••• 78", "typed": "•••"},
            "reference": "ACC-001234", "line1": "•••", "country": "KE", "since": "2026-11-30",
            "at": "2026-11-30T10:00:00Z", "id": "01234567-1234-7123-8123-123456781234", "amount": 123456,
            "tags": ["call •••", "gold"],
        });
        assert_eq!(DRAWN.json("address.x", &value), hidden);
        assert_eq!(Curtain::Open.json("address.x", &value), value);
    }

    #[test]
    fn of_an_address_the_country_stays() {
        let address = Address {
            kind: "billing".into(),
            line1: Some("12 Ngong Road".into()),
            city: Some("Nairobi".into()),
            country: Some("KE".into()),
            ..Address::default()
        };
        assert_eq!(DRAWN.address(&address).lines(), ["•••", "•••", "Kenya"]);
        assert_eq!(Curtain::Open.address(&address), address);
    }
}
