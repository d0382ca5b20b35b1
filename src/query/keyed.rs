//! Reads a key with its values, or says in a sentence what was expected.

use super::{
    Amounts, Home, Keyed, Keyword, Numbers, Own, Period, Problem, Values, Vocabulary, Written, brackets, foreign,
    has_substance, is_bracketed,
    key::Choice,
    parse::{FEWEST_DIGITS, phone_digits},
    problem,
    scan::{self, Piece, Token},
    shown,
    tree::kind_of,
    value::{EmailPattern, Value, is_whole},
};
use crate::{
    ids::AnyId,
    values::{CountryCode, Currency, Language, Phone, card::is_last4, metadata, nearest::nearest_of, text::plain},
};

/// The most of the merchant's own fields that a sentence names.
const MOST_NAMED: usize = 8;

/// A key with its values, to be read.
pub(super) struct KeyedTerm<'a, 't> {
    pub token: &'a Token<'t>,
    pub key: &'a str,
    pub values: &'a [scan::Value],
    pub home: &'a Home,
    pub words: &'a Vocabulary,
}

impl KeyedTerm<'_, '_> {
    pub fn read(&self) -> Result<Keyed, Problem> {
        let (stem, own) = self.key.split_once('.').map_or((self.key, None), |(stem, own)| (stem, Some(own)));
        let known = self.words.find(stem).filter(|key| own.is_none() || key.is_own());
        let Some(key) = known else { return self.unknown() };
        if self.values.iter().any(|value| value.text.is_empty()) {
            return self.empty(key.example);
        }
        let bracketed = self.values.iter().find(|value| !value.quoted && is_bracketed(&value.text));
        if let Some(value) = bracketed {
            return self.problem(brackets(&value.text));
        }
        if key.has_words() {
            self.values.iter().filter(|value| !value.quoted).try_for_each(|value| self.unstarred(key, &value.text))?;
        }
        let own = match key.values {
            Values::Own => Some(self.own(own.unwrap_or_default(), key)?.into()),
            Values::Fields => Some(self.field(own.unwrap_or_default(), key)?),
            _ => None,
        };
        let kind = kind_of(key, own.as_ref());
        let texts = match kind {
            Values::Amounts | Values::Counts(_) | Values::Numbers => numbers(self.values),
            _ => self.values.iter().map(|value| value.text.clone()).collect(),
        };
        let field = own.as_ref().and_then(Own::field);
        let spelled = texts.iter().map(|text| field.map_or(text.as_str(), |field| field.spelled(text)));
        let values = spelled.map(|text| self.value(key, kind, text)).collect::<Result<_, _>>()?;
        Ok(Keyed { key, own, values })
    }

    fn value(&self, key: &Keyword, kind: Values, text: &str) -> Result<Value, Problem> {
        match kind {
            Values::Words => self.substantial(text).map(|text| Value::Text(text.to_owned())),
            Values::Exact | Values::Own | Values::Fields => Ok(Value::Text(text.to_owned())),
            Values::Choice(choices) => self.choice(self.key, text, choices.iter()),
            Values::Things => self.choice(key.name, text, self.words.things.iter().copied()),
            Values::Numbers => {
                self.or_said(text, Numbers::parse(text).map(Value::Numbers), "is no number to search for.")
            }
            Values::Country => self.country(key, text),
            Values::Language => self.language(key, text),
            Values::Currency => self.or_said(text, Currency::parse(text).map(Value::Currency), "is no currency."),
            Values::Days if key.may_be_never && is_never(text) => Ok(Value::Never),
            Values::Days => self.or_said(text, Period::parse(text).map(Value::Period), "is no time to search for."),
            Values::Amounts => self.or_said(
                text,
                Amounts::parse(text, self.home.currency).map(Value::Amounts),
                "is no amount to search for.",
            ),
            Values::Counts(of) => self.count(key, text, of),
            Values::Email => self.email(text),
            Values::Phone => self.phone(key, text),
            Values::Last4 => self.last4(key, text),
            Values::CustomerId => self.or_said(text, text.parse().map(Value::Customer), "is no customer’s ID."),
            Values::Id(..) if key.may_be_none && is_none(text) => Ok(Value::Nobody),
            Values::Id(prefix, of) => self.id(text, prefix, of),
            Values::Customers => Ok(customers(text)),
        }
    }

    fn problem<T>(&self, message: String) -> Result<T, Problem> {
        problem(self.token, message)
    }

    /// Returns what was read, or a sentence that begins with the text.
    fn or_said<E: ToString>(&self, text: &str, read: Result<Value, E>, what: &str) -> Result<Value, Problem> {
        read.or_else(|reason| self.problem(format!("“{}” {what} {}", shown(text), reason.to_string())))
    }

    /// Returns a problem with what was probably meant in the place of key or value.
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

    fn unknown<T>(&self) -> Result<T, Problem> {
        let is_unused =
            |key: &&Keyword| self.key.split('.').next().is_some_and(|stem| key.name.eq_ignore_ascii_case(stem));
        if self.words.unused.iter().copied().any(|key| is_unused(&key)) {
            let typed = shown(self.key);
            return self.problem(format!(
                "No custom field is defined, so there is no “{typed}:”. To search for the text itself, quote it."
            ));
        }
        let names: Vec<&str> = self.words.keywords.iter().map(|key| key.name).collect();
        let near = nearest_of(self.key, names.iter().copied()).and_then(|name| self.words.find(name));
        let hint = match near {
            Some(near) if near.is_own() => format!("Did you mean {}?", near.example),
            Some(near) => format!("Did you mean {}:?", near.name),
            None => format!("The keys are {}.", names.join(", ")),
        };
        let key = shown(self.key);
        let values: Vec<&str> = self.values.iter().map(|value| value.text.as_str()).collect();
        let whole = shown(&format!("{}:{}", self.key, values.join(",")).replace('"', "\"\""));
        let message =
            format!("There is no search key “{key}”. {hint} To search for the text itself, quote it: \"{whole}\".");
        let has_values = self.values.iter().all(|value| !value.text.is_empty());
        self.misspelt(message, near.filter(|near| !near.is_own() && has_values).map(|near| (near.name, None)))
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

    fn own(&self, own: &str, key: &Keyword) -> Result<String, Problem> {
        if metadata::is_key(own) {
            return Ok(own.to_owned());
        }
        let (typed, example) = (shown(self.key), key.example);
        self.problem(format!(
            "“{typed}:” needs a key of 1 to 40 letters without accents, digits, “_”, “.” or “-” behind a dot, like \
             {example}."
        ))
    }

    /// Returns the merchant's field of that key.
    fn field(&self, own: &str, key: &Keyword) -> Result<Own, Problem> {
        let fields = &self.words.fields;
        if let Some(field) = fields.find(&own.to_ascii_lowercase()) {
            return Ok(Own::Field(Box::new(field.clone())));
        }
        let near = nearest_of(own, fields.iter().map(|field| field.key.as_str()));
        let names: Vec<String> =
            fields.iter().take(MOST_NAMED).map(|field| format!("{}.{}:", key.name, field.key)).collect();
        let hint = match near {
            Some(near) => format!("Did you mean {}.{near}:?", key.name),
            None => format!("There are {}.", names.join(", ")),
        };
        let typed = shown(own);
        let instead = near.map(|near| format!("{}.{near}", key.name));
        self.misspelt(
            format!("There is no custom field “{typed}”. {hint}"),
            instead.as_deref().map(|instead| (instead, None)),
        )
    }

    fn substantial<'v>(&self, text: &'v str) -> Result<&'v str, Problem> {
        if has_substance(text) {
            return Ok(text);
        }
        let (key, text) = (self.key, shown(text));
        self.problem(format!("“{text}” of “{key}:” has nothing to search for. Use letters or digits."))
    }

    /// Refuses a star at an end of words.
    fn unstarred(&self, key: &Keyword, text: &str) -> Result<(), Problem> {
        let Some(plain) = foreign::without_stars(text) else { return Ok(()) };
        let (name, plain) = (key.name, Written(plain).to_string());
        let message = format!(
            "Words are found by any part of them, so leave out the “*”: {name}:{plain}. To search for the text itself, \
             quote it: {name}:\"{text}\"."
        );
        self.misspelt(message, Some((name, Some(&plain))))
    }

    fn email(&self, text: &str) -> Result<Value, Problem> {
        if text.contains('*') && !has_substance(text) {
            let text = shown(text);
            return self.problem(format!("“{text}” finds every email. To find who has one, write has:email."));
        }
        let pattern = EmailPattern::of(self.substantial(text)?.to_owned());
        if self.home.curtain.is_drawn() && !pattern.is_of_domain() && !matches!(pattern, EmailPattern::Whole(_)) {
            let text = shown(text);
            return self.problem(format!(
                "Emails are masked for you, so “{text}” cannot be looked for in them. Write a whole email, or what follows \
                 the “@”, like email:*@acme.com."
            ));
        }
        Ok(Value::Email(pattern))
    }

    fn phone(&self, key: &Keyword, text: &str) -> Result<Value, Problem> {
        if let Some(digits) = phone_digits(text, self.home.country) {
            let is_stored = || text.starts_with('+') && Phone::parse(text, self.home.country).is_ok();
            if self.home.curtain.is_drawn() && !is_whole(&digits) && !is_stored() {
                let text = shown(text);
                return self.problem(format!(
                    "Phones are masked for you, so “{text}” cannot be looked for in them. Write a whole number \
                     with its country’s code."
                ));
            }
            return Ok(Value::Phone(digits));
        }
        let (text, example) = (shown(text), key.example);
        self.problem(format!(
            "“{text}” is no phone. Write the number or {FEWEST_DIGITS} and more of its digits, like {example}."
        ))
    }

    fn country(&self, key: &Keyword, text: &str) -> Result<Value, Problem> {
        let near = match CountryCode::parse(text) {
            Ok(country) => return Ok(Value::Country(country)),
            Err(error) => error.near,
        };
        let (name, text) = (key.name, shown(text));
        let hint = near.map(|near| format!(" Did you mean {name}:{near} ({})?", near.name())).unwrap_or_default();
        let message =
            format!("“{text}” is no country.{hint} Write a two-letter code or a name, like {name}:KE or {name}:Kenya.");
        self.misspelt(message, near.map(|near| (name, Some(near.as_str()))))
    }

    fn language(&self, key: &Keyword, text: &str) -> Result<Value, Problem> {
        let named = || Language::all().find(|language| plain(language.name()) == plain(text));
        if let Some(language) = Language::parse(text).ok().or_else(named) {
            return Ok(Value::Language(language));
        }
        let near = nearest_of(text, Language::all().map(Language::name).collect::<Vec<_>>().into_iter());
        let near = near.and_then(|name| Language::all().find(|language| language.name() == name));
        let (name, text) = (key.name, shown(text));
        let hint = near.map(|near| format!(" Did you mean {name}:{near} ({})?", near.name())).unwrap_or_default();
        let message = format!(
            "“{text}” is no language.{hint} Write a two-letter code or a name, like {name}:en or {name}:English."
        );
        self.misspelt(message, near.map(|near| (name, Some(near.as_str()))))
    }

    fn choice(
        &self,
        name: &str,
        text: &str,
        choices: impl Iterator<Item = &'static Choice> + Clone,
    ) -> Result<Value, Problem> {
        if let Some(choice) = choices.clone().find(|choice| choice.is_meant(text)) {
            return Ok(Value::Choice(choice));
        }
        let words = choices.map(|choice| choice.word);
        let near = nearest_of(text, words.clone());
        let hint = near.map(|near| format!(" Did you mean {name}:{near}?")).unwrap_or_default();
        let forms: Vec<String> = words.map(|word| format!("{name}:{word}")).collect();
        let (text, forms) = (shown(text), forms.join(" or "));
        self.misspelt(format!("“{name}:{text}” is not known.{hint} Use {forms}."), near.map(|near| (name, Some(near))))
    }

    fn id(&self, text: &str, prefix: &str, of: &str) -> Result<Value, Problem> {
        match AnyId::find(text).filter(|id| id.prefix() == prefix) {
            Some(id) => Ok(Value::Id(id)),
            None => {
                self.problem(format!("“{}” is no {of}’s ID. Copy all of it: it begins with “{prefix}_”.", shown(text)))
            }
        }
    }

    fn count(&self, key: &Keyword, text: &str, of: &str) -> Result<Value, Problem> {
        if let Ok(counts) = Amounts::parse_counts(text) {
            return Ok(Value::Amounts(counts));
        }
        let (name, text) = (key.name, shown(text));
        self.problem(format!("“{text}” is no number of {of}. Write {name}:0, {name}:>5 or {name}:2..4."))
    }

    fn last4(&self, key: &Keyword, text: &str) -> Result<Value, Problem> {
        if is_last4(text) {
            return Ok(Value::Last4(text.to_ascii_uppercase()));
        }
        let (text, example) = (shown(text), key.example);
        self.problem(format!(
            "“{text}” is not the end of a card or bank account. Write its last four digits, like {example}."
        ))
    }
}

/// Returns the values between commas as numbers: a comma between digits belongs to a number, which says whether it
/// stands where it may. Quotes keep numbers apart.
fn numbers(values: &[scan::Value]) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    let mut may_go_on = false;
    for value in values {
        let begins = !value.quoted && value.text.starts_with(|c: char| c.is_ascii_digit());
        match numbers.last_mut().filter(|_| may_go_on && begins) {
            Some(number) => number.extend([",", &value.text]),
            None => numbers.push(value.text.clone()),
        }
        may_go_on = !value.quoted && value.text.ends_with(|c: char| c.is_ascii_digit());
    }
    numbers
}

fn is_never(text: &str) -> bool {
    ["never", "none"].iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn is_none(text: &str) -> bool {
    text.eq_ignore_ascii_case("none")
}

fn customers(text: &str) -> Value {
    if is_none(text) {
        return Value::Nobody;
    }
    text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Customer)
}
