//! The curtain hides what of a person is private from those who need not know it: emails, phones, addresses, and numbers and
//! emails inside of texts. What it hides is hidden before anything is drawn or sent, so that no page has to think of it.

use serde_json::{Map, Value};

use super::{Address, address, digits::digit_value, phone};

/// The sign of emails, also as wide as other letters of East Asia.
const AT: [char; 2] = ['@', '＠'];

/// The sign in a link.
const AT_IN_LINK: &str = "%40";

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
        if !self.is_drawn() || !(text.contains(AT) || text.contains(AT_IN_LINK)) {
            return text.to_owned();
        }
        let (mut hidden, mut word) = (String::with_capacity(text.len()), String::new());
        for c in text.chars() {
            // What no email has before its “@”.
            if c.is_whitespace() || "<>()[],;:\"\\“”„«»".contains(c) {
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
        let word = &word.replace(AT_IN_LINK, "@");
        match word.rsplit_once(AT) {
            None => word.clone(),
            // The sign alone, a name as on a social network, and a pattern over all emails are none.
            Some(("" | "*", _)) => word.clone(),
            Some((local, domain)) if !local.is_empty() && !domain.is_empty() => {
                self.email(&format!("{local}@{domain}"))
            }
            Some(_) => DOTS.to_owned(),
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
                let one = |(name, value): (&String, &Value)| match OWN.contains(&name.as_str()) {
                    true => (name.clone(), self.own(value)),
                    false => (name.clone(), self.json(&of(name), value)),
                };
                let hidden = members.iter().map(one);
                Value::Object(hidden.collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    /// Hides what is private in what a merchant named themselves: a name says nothing there.
    fn own(self, value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let hidden = members.iter().map(|(name, value)| (self.text(name), self.json("", value)));
                Value::Object(hidden.collect::<Map<_, _>>())
            }
            other => self.json("", other),
        }
    }

    fn named(self, name: &str, text: &str) -> String {
        let is_plain = (text.len() == 36 && text.parse::<uuid::Uuid>().is_ok())
            || text.parse::<jiff::Timestamp>().is_ok()
            || (text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok());
        match name {
            // That of a plan is a digest.
            "id" | "plan" if text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => text.to_owned(),
            "email" => self.email(text),
            "e164" | "phone" => self.phone(text),
            "typed" | "phone_typed" => DOTS.to_owned(),
            // It may have been cut within what has to be hidden.
            "beginning" if text.ends_with('…') => self.text(whole_words(text)),
            "reference" | "number" => self.emails(text),
            _ if address::PARTS.contains(&name) && name != "country" => DOTS.to_owned(),
            _ if is_plain => text.to_owned(),
            _ => self.text(text),
        }
    }
}

/// The members that have a value of the field that is named beside them.
const VALUES: [&str; 4] = ["yours", "theirs", "wanted", "current"];

/// The members that a merchant's own names and values are in.
const OWN: [&str; 2] = ["metadata", "custom_fields"];

/// Returns a text that was cut without the words at its end that may have been cut within what has to be hidden.
fn whole_words(text: &str) -> &str {
    let mut whole = text.rsplit_once(' ').map_or("", |(whole, _)| whole);
    while let Some((before, last)) =
        whole.rsplit_once(' ').filter(|(_, last)| last.contains(|c| digit_value(c).is_some()))
    {
        (whole, _) = (before, last);
    }
    whole
}

/// Returns the last part of a path like `billing_address.line1`.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Returns the first character as people see it.
fn first(text: &str) -> String {
    text.chars().next().map(String::from).unwrap_or_default()
}

/// The most characters between two digits of one number: " - ".
const MOST_BETWEEN: usize = 3;

/// Returns whether a character may stand between the digits of one number: anything but a letter, of which people write
/// one for a dash.
fn separates(c: char) -> bool {
    !c.is_alphabetic() || c == 'ー'
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
            if next - end > MOST_BETWEEN + 1 {
                break;
            }
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
            ("in 2026 or so, 4 of 1200", "in 2026 or so, 4 of 1200"),
            ("0712,345,678 or 0712_345_678", "••• or •••"),
            ("03ー1234ー5678, 03−1234−5678", "•••"),
            ("12 of\n345\n678", "12 of\n•••"),
            ("1 . . . . 23456", "1 . . . . •••"),
            ("@jane and a@ b", "@jane and ••• b"),
            ("mary.o'neil@x.example, 'j/k@x.example'", "m•••@x.example, '•••@x.example'"),
            ("https://x.example/?to=jane%40y.example", "https:/•••@y.example"),
            ("jane@y.example@ x", "••• x"),
            ("Write email:*@acme.com", "Write email:*@acme.com"),
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
            "tags": ["call 0712345678", "gold"], "plan": "0123456789abcdef01234567",
            "metadata": {"next_cursor": "a@b.example", "reference": "0712345678", "0712345678": "x"},
        });
        let hidden = json!({
            "email": "j•••@example.com", "phone": {"e164": "+254 ••• 78", "typed": "•••"},
            "reference": "ACC-001234", "line1": "•••", "country": "KE", "since": "2026-11-30",
            "at": "2026-11-30T10:00:00Z", "id": "01234567-1234-7123-8123-123456781234", "amount": 123456,
            "tags": ["call •••", "gold"], "plan": "0123456789abcdef01234567",
            "metadata": {"next_cursor": "a•••@b.example", "reference": "•••", "•••": "x"},
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
