//! A form as drawn: the text as typed or stored, with what is wrong with it.

use crate::input::{FieldErrors, Pairs};

/// Texts and errors of a form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// What is in the fields.
    pub typed: Pairs,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Form {
    /// A form with what was typed and what is wrong with it.
    pub fn new(typed: Pairs, errors: FieldErrors) -> Self {
        Self { typed, errors }
    }

    /// What is in a field.
    pub fn text(&self, name: &str) -> &str {
        self.typed.first(name).unwrap_or_default()
    }

    /// Whether a field was sent, be it empty.
    pub fn has(&self, name: &str) -> bool {
        self.typed.first(name).is_some()
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.on(name)
    }

    /// Whether the first field takes the focus: not when something is to be read first.
    pub fn wants_focus(&self) -> bool {
        self.typed.0.is_empty()
    }
}
