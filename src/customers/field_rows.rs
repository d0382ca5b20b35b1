//! The merchant's own fields in a form: the texts as typed or stored, in the shape that the templates draw.

use super::input::CURRENCY;
use crate::{
    form::Form,
    input::FormFields,
    values::{
        Currency,
        field::{Field, Fields, Kind},
    },
};

/// The fields that a form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those of a new customer: which are required, or were chosen for it, or are given already.
    OfNew,
    All,
}

/// A field with what was typed.
pub struct FieldRow<'f> {
    pub field: &'f Field,
    /// The name in the form, which is also the id of its input.
    pub name: String,
    /// The name of the input for the currency of an amount.
    pub currency: String,
    /// The texts as typed. Several choices have many.
    texts: Vec<&'f str>,
    /// The error of the value.
    pub error: Option<&'f str>,
    code: &'f str,
}

/// A choice to tick or to select.
pub struct FieldChoice<'f> {
    pub text: &'f str,
    /// True when it is chosen.
    pub is_on: bool,
    /// False for one that is kept, though nobody can choose it any more.
    pub is_offered: bool,
}

impl Form {
    /// Returns the merchant's own fields, in their order.
    pub fn fields<'f>(&'f self, fields: &'f Fields, wanted: &Wanted) -> Vec<FieldRow<'f>> {
        let is_wanted =
            |field: &&Field| *wanted == Wanted::All || field.in_form || field.is_required || self.has(&field.name());
        fields
            .iter()
            .filter(is_wanted)
            .map(|field| FieldRow::new(field, &self.typed, self.error(&field.name())))
            .collect()
    }
}

impl<'f> FieldRow<'f> {
    fn new(field: &'f Field, typed: &'f FormFields, error: Option<&'f str>) -> Self {
        let name = field.name();
        let currency = format!("{name}{CURRENCY}");
        let texts = typed.every(&name).into_iter().filter(|text| !text.trim().is_empty()).collect();
        Self { field, error, texts, code: typed.first(&currency).unwrap_or_default(), currency, name }
    }

    /// Returns the text of a field that has one.
    pub fn text(&self) -> &'f str {
        self.texts.first().copied().unwrap_or_default()
    }

    /// Returns the help, if there is any.
    pub fn help(&self) -> &'f str {
        self.field.help.as_deref().unwrap_or_default()
    }

    /// Returns whether a sentence stands below the input.
    pub fn described(&self) -> bool {
        self.error.is_some() || self.field.help.is_some()
    }

    /// Returns the type of the input. A browser would empty one for days that holds something else, and rewrite one for
    /// emails or numbers.
    pub fn input_type(&self) -> &'static str {
        let is_day = self.text().is_empty() || self.text().parse::<jiff::civil::Date>().is_ok();
        match self.field.kind {
            Kind::Date if is_day => "date",
            Kind::Url => "url",
            _ => "text",
        }
    }

    /// Returns the keyboard that a phone shows.
    pub fn keyboard(&self) -> Option<&'static str> {
        match self.field.kind {
            Kind::Number | Kind::Money => Some("decimal"),
            // The keyboard for whole numbers has no minus on some phones.
            Kind::Integer => Some("text"),
            Kind::Email => Some("email"),
            _ => None,
        }
    }

    /// Returns whether it is drawn as a list to choose from.
    pub fn is_select(&self) -> bool {
        matches!(self.field.kind, Kind::Choice | Kind::Boolean)
    }

    /// Returns whether it is drawn as boxes to tick.
    pub fn is_boxes(&self) -> bool {
        self.field.kind == Kind::Choices
    }

    /// Returns whether it has a currency beside it.
    pub fn is_money(&self) -> bool {
        self.field.kind == Kind::Money
    }

    /// Returns the choices, those that are kept though nobody can choose them any more behind the others.
    pub fn choices(&self) -> Vec<FieldChoice<'f>> {
        let kept = self.texts.iter().copied().filter(|text| !self.field.offers(text));
        let offered = self.field.choices.iter().map(|text| FieldChoice {
            text,
            is_on: self.texts.contains(&text.as_str()),
            is_offered: true,
        });
        offered.chain(kept.map(|text| FieldChoice { text, is_on: true, is_offered: false })).collect()
    }

    /// Returns the currencies, each with whether it is the one of the amount; `usual` is it where none was given.
    pub fn currencies(&self, usual: &Currency) -> Vec<(Currency, bool)> {
        let chosen = Currency::parse(self.code).unwrap_or(*usual);
        let mut all = Currency::offered();
        if !all.contains(&chosen) {
            all.insert(0, chosen);
        }
        all.into_iter().map(|one| (one, one == chosen)).collect()
    }

    /// Returns the id of the input of one of several choices.
    pub fn choice_id(&self, n: &usize) -> String {
        if *n == 1 { self.name.clone() } else { format!("{}-{n}", self.name) }
    }
}
