//! A section of a customer's page that can be edited alone.

use crate::{customers::record::Record, input::FormFields};

/// A section with a form of its own, which sends only the fields of that section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Names, email, phone and the other single fields.
    Details,
    Addresses,
    Metadata,
    /// The merchant's own fields.
    Fields,
}

impl Section {
    /// Returns the section that a form or an address names as `part`; without one the whole customer is edited.
    pub fn asked(typed: &FormFields) -> Option<Self> {
        let named = typed.filled("part")?;
        [Self::Details, Self::Addresses, Self::Metadata, Self::Fields]
            .into_iter()
            .find(|section| section.as_str() == named)
    }

    /// Returns its name in addresses and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::Addresses => "addresses",
            Self::Metadata => "metadata",
            Self::Fields => "fields",
        }
    }

    /// Returns the id of the button that opens its form, which has the focus again after a save.
    pub fn opener(self) -> String {
        format!("edit-{}", self.as_str())
    }

    /// Returns whether the customer has nothing in it.
    pub fn is_empty(self, record: &Record) -> bool {
        match self {
            Self::Details => false,
            Self::Addresses => record.addresses.is_empty(),
            Self::Metadata => record.metadata.is_empty(),
            Self::Fields => record.custom.is_empty(),
        }
    }

    /// Returns the wish for one more row, with which the form of an empty section begins.
    pub fn first_row(self) -> Option<&'static str> {
        match self {
            Self::Details | Self::Fields => None,
            Self::Addresses => Some("address"),
            Self::Metadata => Some("metadata"),
        }
    }
}
