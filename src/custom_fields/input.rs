//! What is said of a field, in a form or a body: it becomes a checked field, or errors by the names of the form.

use super::limits;
use crate::{
    codes::Code,
    input::{FieldErrors, FormFields},
    reason::{Detail, Reason},
    values::{
        field::{Field, Kind},
        text::{self, unaccented},
    },
};

/// The most characters of a key, a label, a help and a choice.
pub const LONGEST_KEY: usize = 40;
pub const LONGEST_LABEL: usize = 60;
pub const LONGEST_HELP: usize = 200;
pub const LONGEST_CHOICE: usize = 100;
/// The most characters of a limit: a number with all its digits.
pub const LONGEST_LIMIT: usize = 40;

/// The most choices of a field.
pub const MOST_CHOICES: usize = 100;

/// A field to be defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewField {
    /// The key; nothing when one is to be made of the label.
    pub key: Option<String>,
    /// All the rest; its key is empty.
    pub field: Field,
}

/// What was said of a field that can be changed; nothing where it was not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub label: Option<String>,
    pub help: Option<String>,
    pub choices: Option<Vec<String>>,
    pub least: Option<String>,
    pub most: Option<String>,
    pub is_required: Option<bool>,
    pub is_listed: Option<bool>,
    pub in_form: Option<bool>,
}

impl Draft {
    /// Reads a form. Its choices stand in lines.
    pub fn of_form(typed: &FormFields) -> Self {
        let text = |name: &str| typed.first(name).map(str::to_owned);
        // A box that is not ticked is not sent, so a hidden “no” follows it.
        let flag = |name: &str| typed.first(name).map(|text| text == "on");
        Self {
            label: text("label"),
            help: text("help_text"),
            choices: typed.first("choices").map(|text| text.lines().map(str::to_owned).collect()),
            least: text("least"),
            most: text("most"),
            is_required: flag("is_required"),
            is_listed: flag("is_listed"),
            in_form: flag("in_form"),
        }
    }

    /// Checks it as all of a field to be defined.
    ///
    /// # Errors
    /// All errors at once.
    pub fn check_new(&self, key: Option<&str>, kind: Option<&str>) -> Result<NewField, FieldErrors> {
        let mut errors = FieldErrors::default();
        let key =
            errors.note("field_key", "Key", key.map(str::trim).filter(|key| !key.is_empty()).map(read_key).transpose());
        let kind = errors.note("kind", "Kind", read_kind(kind.unwrap_or_default()));
        // Without a kind the rest is checked as far as it can be.
        let checked = self.check(blank(kind.unwrap_or(Kind::Text)), &mut errors);
        if kind.is_none() {
            errors.retain(|field| !matches!(field, "choices" | "least" | "most"));
            self.refuse_long_limits(&mut errors);
        }
        match (errors.is_empty(), key) {
            (true, Some(key)) => Ok(NewField { key, field: checked }),
            _ => Err(errors),
        }
    }

    /// Refuses limits of no kind that are longer than any.
    fn refuse_long_limits(&self, errors: &mut FieldErrors) {
        for (name, label, limit) in [("least", "Lower limit", &self.least), ("most", "Upper limit", &self.most)] {
            if limit.as_ref().is_some_and(|limit| limit.chars().count() > LONGEST_LIMIT) {
                let sentence = format!("Enter a limit of at most {LONGEST_LIMIT} characters.");
                errors.add(name, label, Code::TooLong.says(sentence));
            }
        }
    }

    /// Checks it over a stored field.
    ///
    /// # Errors
    /// All errors at once.
    pub fn check_over(&self, stored: &Field) -> Result<Field, FieldErrors> {
        let mut errors = FieldErrors::default();
        let checked = self.check(stored.clone(), &mut errors);
        if errors.is_empty() { Ok(checked) } else { Err(errors) }
    }

    fn check(&self, mut field: Field, errors: &mut FieldErrors) -> Field {
        if self.label.is_some() || field.label.is_empty() {
            let label = read_label(self.label.as_deref().unwrap_or_default());
            field.label = errors.note("label", "Label", label).unwrap_or_default();
        }
        if let Some(help) = &self.help {
            field.help = errors.note("help_text", "Help", text::free_line(help, LONGEST_HELP)).flatten();
        }
        if self.choices.is_some() || (field.kind.has_choices() && field.choices.is_empty()) {
            let choices = read_choices(field.kind, self.choices.as_deref().unwrap_or_default());
            field.choices = errors.note("choices", "Choices", choices).unwrap_or_default();
        }
        if let Some(least) = &self.least {
            field.least = errors.note("least", least_label(field.kind), read_limit(field.kind, least)).flatten();
        }
        if let Some(most) = &self.most {
            field.most = errors.note("most", most_label(field.kind), read_limit(field.kind, most)).flatten();
        }
        if errors.on("least").is_none() && errors.on("most").is_none() {
            errors.note("most", most_label(field.kind), limits::check_order(&field));
        }
        field.is_required = self.is_required.unwrap_or(field.is_required);
        field.is_listed = self.is_listed.unwrap_or(field.is_listed);
        field.in_form = self.in_form.unwrap_or(field.in_form);
        field
    }
}

/// Returns a field of which nothing was said yet.
fn blank(kind: Kind) -> Field {
    Field {
        key: String::new(),
        label: String::new(),
        help: None,
        kind,
        choices: Vec::new(),
        least: None,
        most: None,
        is_required: false,
        is_listed: false,
        in_form: true,
    }
}

/// Returns the label of the lower limit of a kind.
pub fn least_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "Fewest characters",
        Kind::Date => "First day",
        _ => "Least",
    }
}

/// Returns the label of the upper limit of a kind.
pub fn most_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "Most characters",
        Kind::Date => "Last day",
        _ => "Most",
    }
}

fn read_kind(typed: &str) -> Result<Kind, Reason> {
    match typed {
        "" => Err(Code::Required.says("Choose what kind of values the field has.")),
        other => other.parse().map_err(|sentence: String| Code::NotOneOf.says(sentence)),
    }
}

fn read_label(typed: &str) -> Result<String, Reason> {
    let sentence = "Give the field the name that people read, like “VAT number”.";
    text::free_line(typed, LONGEST_LABEL)?.ok_or_else(|| Code::Required.says(sentence))
}

/// Reads a key.
///
/// # Errors
/// A sentence, with the key that was probably meant.
pub fn read_key(typed: &str) -> Result<String, Reason> {
    let is_key = typed.len() <= LONGEST_KEY
        && typed.starts_with(|c: char| c.is_ascii_lowercase())
        && typed.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_key {
        return Ok(typed.to_owned());
    }
    let meant = key_of(typed, |_| false);
    let sentence = format!(
        "Use 1 to {LONGEST_KEY} of the letters a to z, digits and “_”, beginning with a letter, like “{meant}”."
    );
    Err(Code::CustomFieldKeyInvalid.says(sentence).with(Detail::DidYouMean(meant)))
}

/// Makes a key of a label, one that is not taken.
pub fn key_of(label: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let letters =
        unaccented(label).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect::<String>();
    let words: Vec<&str> = letters.split('_').filter(|word| !word.is_empty()).collect();
    let key = match words.join("_") {
        empty if empty.is_empty() => "field".to_owned(),
        key if key.starts_with(|c: char| c.is_ascii_digit()) => format!("field_{key}"),
        key => key,
    };
    let numbered = (2u32..).map(|n| format!("_{n}"));
    std::iter::once(String::new())
        .chain(numbered)
        .map(|end| {
            let start: String = key.chars().take(LONGEST_KEY - end.len()).collect();
            format!("{}{end}", start.trim_end_matches('_'))
        })
        .find(|key| !is_taken(key))
        .unwrap_or(key)
}

fn read_choices(kind: Kind, typed: &[String]) -> Result<Vec<String>, Reason> {
    let mut choices: Vec<String> = Vec::new();
    for line in typed {
        let Some(choice) = text::free_line(line, LONGEST_CHOICE)? else { continue };
        if let Some(other) = choices.iter().find(|other| unaccented(other) == unaccented(&choice)) {
            let sentence =
                format!("“{other}” and “{choice}” are told apart by case or accents at most. Keep one of them.");
            return Err(Code::GivenTwice.says(sentence));
        }
        choices.push(choice);
    }
    match (kind.has_choices(), choices.len()) {
        (true, 0) => Err(Code::Required.says("Enter the choices, each in a line of its own.")),
        (true, 1..=MOST_CHOICES) | (false, 0) => Ok(choices),
        (true, _) => {
            Err(Code::TooMany.says(format!("Use at most {MOST_CHOICES} choices; these are {}.", choices.len())))
        }
        (false, _) => Err(Code::NotOneOf.says(format!(
            "A field of the kind “{}” has no choices. Leave this empty, or choose the kind “{}”.",
            kind.label(),
            Kind::Choice.label()
        ))),
    }
}

fn read_limit(kind: Kind, typed: &str) -> Result<Option<String>, Reason> {
    match typed.trim() {
        "" => Ok(None),
        _ if !limits::has_limits(kind) => Err(Code::NotOneOf.says(limits::none(kind))),
        typed => limits::read(kind, typed).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(form: &str) -> Result<NewField, FieldErrors> {
        let typed = FormFields::parse(form.as_bytes()).unwrap();
        Draft::of_form(&typed).check_new(typed.first("field_key"), typed.first("kind"))
    }

    fn errors(form: &str) -> Vec<(String, Code)> {
        checked(form).unwrap_err().into_vec().into_iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn a_field_needs_a_label_and_a_kind() {
        let new = checked("label=+VAT++number+&kind=text&is_listed=on&is_listed=no&is_required=no").unwrap();
        assert_eq!((new.key, new.field.label.as_str(), new.field.kind), (None, "VAT number", Kind::Text));
        assert!(new.field.is_listed && new.field.in_form && !new.field.is_required);
        let of = |field: &str, code| (field.to_owned(), code);
        assert_eq!(errors(""), [of("kind", Code::Required), of("label", Code::Required)]);
        assert_eq!(errors("label=A&kind=hat&choices=x"), [of("kind", Code::NotOneOf)]);
        assert_eq!(errors("label=4242+4242+4242+4242&kind=text"), [of("label", Code::CardNumberInText)]);
    }

    #[test]
    fn choices_and_limits_are_of_the_kinds_that_have_them() {
        let of = |field: &str, code| vec![(field.to_owned(), code)];
        let new = checked("label=Tier&kind=choice&choices=+Gold%0D%0A%0D%0ASilver&least=&most=").unwrap();
        assert_eq!(new.field.choices, ["Gold", "Silver"]);
        assert_eq!(errors("label=Tier&kind=choices&choices=%0A"), of("choices", Code::Required));
        assert_eq!(errors("label=Tier&kind=choices"), of("choices", Code::Required));
        assert_eq!(errors("label=Tier&kind=choice&choices=Gold%0AgOLD"), of("choices", Code::GivenTwice));
        assert_eq!(errors("label=Tier&kind=text&choices=Gold"), of("choices", Code::NotOneOf));
        let many: String = (0..101).map(|n| format!("{n}%0A")).collect();
        assert_eq!(errors(&format!("label=Tier&kind=choice&choices={many}")), of("choices", Code::TooMany));
        assert_eq!(errors("label=A&kind=money&least=5"), of("least", Code::NotOneOf));
        assert_eq!(errors("label=A&kind=number&least=5&most=4.9"), of("most", Code::AmountInvalid));
        assert_eq!(errors("label=A&kind=date&least=yesterday"), of("least", Code::DateInvalid));
        assert_eq!(checked("label=A&kind=number&least=5&most=5.0").unwrap().field.most.as_deref(), Some("5"));
    }

    #[test]
    fn a_key_is_made_of_the_label() {
        let made = |label: &str| key_of(label, |_| false);
        assert_eq!(made("  VAT number (EU) "), "vat_number_eu");
        assert_eq!(made("Prénom"), "prenom");
        assert_eq!(made("2nd phone"), "field_2nd_phone");
        assert_eq!(made("税番号"), "field");
        assert_eq!(made(&"a".repeat(60)), "a".repeat(40));
        assert_eq!(key_of("Tier", |key| key != "tier_3"), "tier_3");
        assert_eq!(read_key("tier_2"), Ok("tier_2".to_owned()));
        for wrong in ["Tier", "2nd", "_a", "a-b", "é", &"a".repeat(41)] {
            let reason = read_key(wrong).unwrap_err();
            assert!(read_key(reason.did_you_mean().unwrap()).is_ok(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_said_stays() {
        let stored = checked("label=Tier&kind=choice&choices=Gold&help_text=Which&is_required=on").unwrap().field;
        assert_eq!(Draft::default().check_over(&stored), Ok(stored.clone()));
        let draft = Draft { help: Some(String::new()), is_required: Some(false), ..Draft::default() };
        let changed = draft.check_over(&stored).unwrap();
        assert_eq!((changed.help, changed.is_required, changed.choices), (None, false, stored.choices));
    }
}
