//! The groups of fields of a customer's form. Each is a template of its own: one that is included is compiled anew in
//! every place of every page that includes it, which once took longer than all the rest.

use askama::Template;

use crate::{
    customers::field_rows::{FieldRow, Wanted},
    form::Form,
    merchants::Settings,
};

/// A form of a customer, of which a template draws the groups that it needs.
#[derive(Clone, Copy)]
pub struct Groups<'a> {
    pub form: &'a Form,
    pub settings: &'a Settings,
    /// True when the name takes the focus.
    pub focus_first: bool,
    /// Which of the merchant's own fields it has.
    pub wanted: Wanted,
}

impl<'a> Groups<'a> {
    /// Returns name, email and phone.
    pub fn core(self) -> Core<'a> {
        Core { form: self.form, settings: self.settings, focus_first: self.focus_first }
    }

    /// Returns the merchant's own fields.
    pub fn own(self) -> Own<'a> {
        Own { rows: self.form.fields(&self.settings.fields, &self.wanted), settings: self.settings }
    }

    /// Returns the other names, the kind, the language, the reference and the description.
    pub fn details(self) -> Details<'a> {
        Details { form: self.form }
    }

    pub fn addresses(self) -> Addresses<'a> {
        Addresses { form: self.form }
    }

    pub fn metadata(self) -> Metadata<'a> {
        Metadata { form: self.form }
    }

    /// Returns the empty rows that the script copies when one more is wanted.
    pub fn row_templates(self) -> RowTemplates<'a> {
        RowTemplates { form: self.form }
    }
}

#[derive(Template)]
#[template(path = "customer_page/_core.html")]
pub struct Core<'a> {
    form: &'a Form,
    settings: &'a Settings,
    focus_first: bool,
}

#[derive(Template)]
#[template(path = "customer_page/_own_fields.html")]
pub struct Own<'a> {
    rows: Vec<FieldRow<'a>>,
    settings: &'a Settings,
}

#[derive(Template)]
#[template(path = "customer_page/_details.html")]
pub struct Details<'a> {
    form: &'a Form,
}

#[derive(Template)]
#[template(path = "customer_page/_addresses.html")]
pub struct Addresses<'a> {
    form: &'a Form,
}

#[derive(Template)]
#[template(path = "customer_page/_pairs.html")]
pub struct Metadata<'a> {
    form: &'a Form,
}

#[derive(Template)]
#[template(path = "customer_page/_row_templates.html")]
pub struct RowTemplates<'a> {
    form: &'a Form,
}
