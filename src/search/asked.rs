//! A key with its values: read, or the sentence that says what was expected.

use super::{
    EmailPattern, Test, Word,
    keys::{self, KEYS},
    parse::{FEWEST_DIGITS, phone_digits},
};
use crate::{
    ids::CustomerId,
    query::{
        Period, Problem, Value as Written,
        amounts::Amounts,
        brackets, has_substance, is_bracketed, nearest_of, problem,
        scan::{Piece, Token, Value},
        shown,
    },
    values::{CountryCode, Language, card::is_last4, metadata},
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A key with its values, to be read.
pub(super) struct Asked<'a, 't> {
    pub token: &'a Token<'t>,
    pub key: &'a str,
    pub values: &'a [Value],
    pub country: CountryCode,
}

impl Asked<'_, '_> {
    pub fn test(&self) -> Result<Test, Problem> {
        let (stem, own) = self.key.split_once('.').map_or((self.key, None), |(stem, own)| (stem, Some(own)));
        let known = keys::find(stem).filter(|key| own.is_none() || key.name == "metadata");
        let Some(known) = known else { return self.unknown() };
        if self.values.iter().any(|value| value.text.is_empty()) {
            return self.empty(known.example);
        }
        let bracketed = self.values.iter().find(|value| !value.quoted && is_bracketed(&value.text));
        if let Some(value) = bracketed {
            return self.problem(brackets(&value.text));
        }
        match known.name {
            "name" => self.words().map(Test::Name),
            "company" => self.words().map(Test::Company),
            "email" => self.each(|text| self.email(text)).map(Test::Email),
            "phone" => self.each(|text| self.phone(text)).map(Test::Phone),
            "country" => self.each(|text| self.country(text)).map(Test::Country),
            "lang" => self.each(|text| self.language(text)).map(Test::Language),
            "kind" => self.each(|text| self.word(text)).map(Test::Kind),
            "status" => self.each(|text| self.word(text)).map(Test::Status),
            "has" => self.each(|text| self.word(text)).map(Test::Has),
            "created" => self.each(|text| self.period(text)).map(Test::Created),
            "id" => self.each(|text| self.id(text)).map(Test::Id),
            "spent" => self.each(|text| self.amounts(text)).map(Test::Spent),
            "payments" => self.each(|text| self.count(text)).map(Test::Payments),
            "last_payment" => self.each(|text| self.period(text)).map(Test::LastPayment),
            "card" => self.each(|text| self.word(text)).map(Test::Card),
            "last4" => self.each(|text| self.last4(text)).map(Test::Last4),
            _ => self.metadata(own.unwrap_or_default()),
        }
    }

    fn problem<T>(&self, message: String) -> Result<T, Problem> {
        problem(self.token, message)
    }

    /// With what was probably meant in the place of key or value.
    fn misspelt<T>(&self, message: String, meant: Option<(&str, Option<&str>)>) -> Result<T, Problem> {
        let negated = matches!(self.token.piece, Piece::Keyed { negated: true, .. });
        let instead = meant.and_then(|(key, value)| {
            let values: Vec<String> = match (value, self.values) {
                (None, values) => values.iter().map(|value| Written(&value.text).to_string()).collect(),
                (Some(value), [_]) => vec![value.to_owned()],
                (Some(_), _) => return None,
            };
            Some(format!("{}{key}:{}", if negated { "-" } else { "" }, values.join(",")))
        });
        self.problem(message).map_err(|problem| Problem { instead, ..problem })
    }

    fn each<T>(&self, read: impl Fn(&str) -> Result<T, Problem>) -> Result<Vec<T>, Problem> {
        self.values.iter().map(|value| read(&value.text)).collect()
    }

    fn unknown<T>(&self) -> Result<T, Problem> {
        let key = shown(self.key);
        let near = keys::nearest(self.key);
        let hint = match near {
            Some(near) if near.name == "metadata" => format!("Did you mean {}?", near.example),
            Some(near) => format!("Did you mean {}:?", near.name),
            None => {
                let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
                format!("The keys are {}.", names.join(", "))
            }
        };
        let values: Vec<&str> = self.values.iter().map(|value| value.text.as_str()).collect();
        let whole = shown(&format!("{}:{}", self.key, values.join(",")).replace('"', "\"\""));
        let message =
            format!("There is no search key “{key}”. {hint} To search for the text itself, quote it: \"{whole}\".");
        let has_values = self.values.iter().all(|value| !value.text.is_empty());
        self.misspelt(message, near.filter(|near| near.name != "metadata" && has_values).map(|near| (near.name, None)))
    }

    fn empty<T>(&self, example: &str) -> Result<T, Problem> {
        let key = shown(self.key);
        if self.values.len() > 1 {
            return self.problem(format!(
                "A value is missing beside a comma of “{key}:”. Write commas without spaces, like {example}."
            ));
        }
        self.problem(format!("“{key}:” needs a value, like {example}."))
    }

    fn words(&self) -> Result<Vec<String>, Problem> {
        self.each(|text| self.substantial(text).map(str::to_owned))
    }

    fn substantial<'v>(&self, text: &'v str) -> Result<&'v str, Problem> {
        if has_substance(text) {
            return Ok(text);
        }
        let (key, text) = (self.key, shown(text));
        self.problem(format!("“{text}” of “{key}:” has nothing to search for. Use letters or digits."))
    }

    fn email(&self, text: &str) -> Result<EmailPattern, Problem> {
        if text.contains('*') && !has_substance(text) {
            let text = shown(text);
            return self.problem(format!("“{text}” finds every email. To find who has one, write has:email."));
        }
        let text = self.substantial(text)?.to_owned();
        Ok(match (text.contains('*'), text.contains('@')) {
            (true, _) => EmailPattern::Glob(text),
            (false, true) => EmailPattern::Whole(text),
            (false, false) => EmailPattern::Part(text),
        })
    }

    fn phone(&self, text: &str) -> Result<String, Problem> {
        phone_digits(text, self.country).map_or_else(
            || {
                let text = shown(text);
                self.problem(format!(
                    "“{text}” is no phone. Write the number or {FEWEST_DIGITS} and more of its digits, like phone:5678."
                ))
            },
            Ok,
        )
    }

    fn country(&self, text: &str) -> Result<CountryCode, Problem> {
        let named = || CountryCode::all().find(|country| is_same_name(country.name(), text));
        if let Some(country) = CountryCode::parse(text).ok().or_else(named) {
            return Ok(country);
        }
        let near = nearest_of(text, CountryCode::all().map(CountryCode::name).collect::<Vec<_>>().into_iter());
        let near = near.and_then(|name| CountryCode::all().find(|country| country.name() == name));
        let hint = near.map(|near| format!(" Did you mean country:{near} ({})?", near.name())).unwrap_or_default();
        let text = shown(text);
        let message = format!(
            "“{text}” is no country.{hint} Write a two-letter code or a name, like country:KE or country:Kenya."
        );
        self.misspelt(message, near.map(|near| ("country", Some(near.as_str()))))
    }

    fn language(&self, text: &str) -> Result<Language, Problem> {
        let named = || Language::all().find(|language| is_same_name(language.name(), text));
        if let Some(language) = Language::parse(text).ok().or_else(named) {
            return Ok(language);
        }
        let near = nearest_of(text, Language::all().map(Language::name).collect::<Vec<_>>().into_iter());
        let near = near.and_then(|name| Language::all().find(|language| language.name() == name));
        let hint = near.map(|near| format!(" Did you mean lang:{near} ({})?", near.name())).unwrap_or_default();
        let text = shown(text);
        let message =
            format!("“{text}” is no language.{hint} Write a two-letter code or a name, like lang:en or lang:English.");
        self.misspelt(message, near.map(|near| ("lang", Some(near.as_str()))))
    }

    fn word<W: Word>(&self, text: &str) -> Result<W, Problem> {
        if let Some((_, word)) = W::ALL.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
            return Ok(*word);
        }
        let words = W::ALL.iter().map(|(word, _)| *word);
        let key = self.key.to_ascii_lowercase();
        let near = nearest_of(text, words.clone());
        let hint = near.map(|near| format!(" Did you mean {key}:{near}?"));
        let forms: Vec<String> = words.map(|word| format!("{key}:{word}")).collect();
        let text = shown(text);
        let message = format!("“{key}:{text}” is not known.{} Use {}.", hint.unwrap_or_default(), forms.join(" or "));
        self.misspelt(message, near.map(|near| (key.as_str(), Some(near))))
    }

    fn period(&self, text: &str) -> Result<Period, Problem> {
        Period::parse(text).or_else(|reason| {
            let text = shown(text);
            self.problem(format!("“{text}” is no time to search for. {reason}"))
        })
    }

    fn amounts(&self, text: &str) -> Result<Amounts, Problem> {
        Amounts::parse(text).or_else(|reason| {
            let text = shown(text);
            self.problem(format!("“{text}” is no amount to search for. {reason}"))
        })
    }

    fn count(&self, text: &str) -> Result<Amounts, Problem> {
        Amounts::parse(text).ok().filter(Amounts::is_whole).map_or_else(
            || {
                let text = shown(text);
                self.problem(format!(
                    "“{text}” is no number of payments. Write payments:0, payments:>5 or payments:2..4."
                ))
            },
            Ok,
        )
    }

    fn last4(&self, text: &str) -> Result<String, Problem> {
        if is_last4(text) {
            return Ok(text.to_ascii_uppercase());
        }
        let text = shown(text);
        self.problem(format!(
            "“{text}” is not the end of a card or bank account. Write its last four digits, like last4:4242."
        ))
    }

    fn id(&self, text: &str) -> Result<CustomerId, Problem> {
        text.parse().or_else(|reason| {
            let text = shown(text);
            self.problem(format!("“{text}” is no customer’s ID. {reason}"))
        })
    }

    fn metadata(&self, key: &str) -> Result<Test, Problem> {
        if !metadata::is_key(key) {
            let typed = shown(self.key);
            return self.problem(format!(
                "“{typed}:” needs a key of 1 to 40 letters without accents, digits, “_”, “.” or “-” behind a dot, like \
                 metadata.tier:gold."
            ));
        }
        let values = self.each(|text| Ok(text.to_owned()))?;
        Ok(Test::Metadata { key: key.to_owned(), values })
    }
}

/// Without case and accents.
fn is_same_name(name: &str, typed: &str) -> bool {
    let plain =
        |text: &str| text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect::<String>();
    typed.len() >= 3 && plain(name) == plain(typed)
}
