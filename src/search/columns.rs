//! The columns of a list after the name, which is always there: the usual ones, or those that somebody chose.

use std::fmt;

use super::listing::{Column, ExtraColumn};
use crate::values::metadata;

/// More than this are refused.
pub const MOST_COLUMNS: usize = 10;

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As typed.
    Email,
    /// As read.
    Phone,
    /// When.
    Created,
    /// What all payments in the account's currency come to.
    Volume,
    /// When the newest payment was made.
    LastPayment,
    /// What is read only when it is asked for.
    Extra(ExtraColumn),
}

/// The columns after the name, in order; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<Shown>);

/// Why a text does not name columns: a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnsError(String);

impl Shown {
    /// All but metadata, in the order in which they are offered.
    pub fn all() -> Vec<Self> {
        use ExtraColumn::{Company, Country, Kind, Language, Reference, Updated};
        let mut all = vec![Self::Email, Self::Phone];
        all.extend([Company, Country, Language, Kind, Reference, Updated].map(Self::Extra));
        all.extend([Self::Created, Self::Volume, Self::LastPayment]);
        all
    }

    /// What people call it.
    pub fn label(&self) -> String {
        let label = match self {
            Self::Email => "Email",
            Self::Phone => "Phone",
            Self::Created => "Created",
            Self::Volume => "Volume",
            Self::LastPayment => "Last payment",
            Self::Extra(ExtraColumn::Company) => "Company",
            Self::Extra(ExtraColumn::Country) => "Country",
            Self::Extra(ExtraColumn::Language) => "Language",
            Self::Extra(ExtraColumn::Kind) => "Kind",
            Self::Extra(ExtraColumn::Updated) => "Updated",
            Self::Extra(ExtraColumn::Reference) => "Reference",
            Self::Extra(ExtraColumn::Metadata(key)) => key,
        };
        label.to_owned()
    }

    /// The order of the list that its heading leads to, if a list can be sorted by it.
    pub fn order(&self) -> Option<Column> {
        match self {
            Self::Email => Some(Column::Email),
            Self::Created => Some(Column::Created),
            Self::Volume => Some(Column::Volume),
            Self::LastPayment => Some(Column::LastPayment),
            Self::Phone | Self::Extra(_) => None,
        }
    }

    /// Whether it holds a time.
    pub fn is_time(&self) -> bool {
        matches!(self, Self::Created | Self::LastPayment | Self::Extra(ExtraColumn::Updated))
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some(key) = text.strip_prefix("metadata.") {
            return metadata::is_key(key).then(|| Self::Extra(ExtraColumn::Metadata(key.to_owned())));
        }
        Self::all().into_iter().find(|column| column.to_string() == text)
    }
}

/// As in a URL.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extra(ExtraColumn::Metadata(key)) => write!(f, "metadata.{key}"),
            other => f.write_str(&other.label().to_lowercase().replace(' ', "_")),
        }
    }
}

impl Columns {
    /// Email, phone, creation, and what was paid.
    pub fn usual() -> Self {
        Self(vec![Shown::Email, Shown::Phone, Shown::Created, Shown::Volume, Shown::LastPayment])
    }

    /// Reads `email,metadata.tier,created`.
    ///
    /// # Errors
    /// A sentence that names what is no column.
    pub fn parse(text: &str) -> Result<Self, ColumnsError> {
        Self::of(text.split(','))
    }

    /// The columns of these names.
    ///
    /// # Errors
    /// A sentence that names what is no column.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, ColumnsError> {
        let mut columns = Vec::new();
        for name in names.into_iter().map(str::trim) {
            let column = Shown::parse(name).ok_or_else(|| unknown(name))?;
            if columns.contains(&column) {
                return Err(ColumnsError(format!("The column “{name}” is there twice.")));
            }
            columns.push(column);
        }
        match columns.len() {
            0 => Err(ColumnsError("Choose at least one column.".to_owned())),
            1..=MOST_COLUMNS => Ok(Self(columns)),
            _ => Err(ColumnsError(format!("Choose at most {MOST_COLUMNS} columns."))),
        }
    }

    /// Whether any of them says something of payments.
    pub fn has_figures(&self) -> bool {
        self.0.iter().any(|column| matches!(column, Shown::Volume | Shown::LastPayment))
    }

    /// In order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Shown> {
        self.0.iter()
    }

    /// Their names, as they are stored.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// What has to be read besides the usual, in order.
    pub fn extras(&self) -> Vec<ExtraColumn> {
        let extra = |column: &Shown| match column {
            Shown::Extra(extra) => Some(extra.clone()),
            _ => None,
        };
        self.0.iter().filter_map(extra).collect()
    }

    /// All that can be chosen, and which are: in the order in which a new choice would be shown, so that a time at
    /// the end stays there.
    pub fn choices(&self) -> Vec<(Shown, bool)> {
        let keeps_last = self.0.last().is_some_and(Shown::is_time);
        let split = self.0.len() - usize::from(keeps_last);
        let mut choices: Vec<_> = self.0[..split].iter().map(|column| (column.clone(), true)).collect();
        choices
            .extend(Shown::all().into_iter().filter(|column| !self.0.contains(column)).map(|column| (column, false)));
        choices.extend(self.0[split..].iter().map(|column| (column.clone(), true)));
        choices
    }
}

/// As in a URL.
impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(","))
    }
}

impl fmt::Display for ColumnsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ColumnsError {}

fn unknown(name: &str) -> ColumnsError {
    let shown: String = name.chars().take(60).collect();
    let known = Shown::all().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    ColumnsError(format!("A list has no column “{shown}”, but {known}, and metadata.KEY for a key of yours."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_as_they_are_written() {
        for text in
            ["email,phone,created", "metadata.tier", "company,metadata.A.b-c,updated,kind", "last_payment,volume"]
        {
            assert_eq!(Columns::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Columns::parse("email,phone,created,volume,last_payment").unwrap(), Columns::usual());
        assert_eq!(Columns::usual().extras(), []);
    }

    #[test]
    fn what_is_no_column_is_said() {
        for text in [
            "",
            "shoe size",
            "name",
            "email,email",
            "metadata.",
            "metadata.a b",
            "EMAIL",
            "email,,phone",
            "last payment",
        ] {
            assert!(Columns::parse(text).is_err(), "{text}");
        }
        let many = (0..11).map(|n| format!("metadata.k{n}")).collect::<Vec<_>>().join(",");
        assert_eq!(Columns::parse(&many).unwrap_err().to_string(), "Choose at most 10 columns.");
    }

    #[test]
    fn a_time_at_the_end_stays_there_when_a_column_is_added() {
        let choices = Columns::usual().choices();
        assert_eq!(choices.first(), Some(&(Shown::Email, true)));
        assert_eq!(choices.last(), Some(&(Shown::LastPayment, true)));
        assert_eq!(choices.len(), Shown::all().len());
    }
}
