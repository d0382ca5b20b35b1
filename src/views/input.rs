//! Checks what was typed about a view. There is no other way from typed text to a checked content.

use super::model::{Content, View};
use crate::{
    codes::Code,
    customer_parts::{COLUMNS, LANGUAGE},
    input::{FieldErrors, FormFields},
    query::Home,
    search::{columns::Columns, listing::Sort},
    values::text,
};

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 60;

/// The longest search that can be saved, in characters.
pub const LONGEST_QUERY: usize = 2_000;

/// The fields that a form sets; `None` for those it did not send.
#[derive(Clone, Debug, Default)]
pub struct Change {
    name: Option<String>,
    query: Option<String>,
    sort: Option<Sort>,
    columns: Option<Columns>,
    is_shared: Option<bool>,
    /// True when the person starts with the view.
    pub is_default: Option<bool>,
}

impl Change {
    /// Returns the content of a new view. [`check`] has made sure of a name.
    pub fn of_new(self) -> Content {
        Content {
            name: self.name.unwrap_or_default(),
            query: self.query.unwrap_or_default(),
            sort: self.sort.unwrap_or(Sort::NEWEST),
            columns: self.columns.unwrap_or_else(|| COLUMNS.usual()),
            is_shared: self.is_shared.unwrap_or_default(),
        }
    }

    /// Returns a content with these changes.
    pub fn over(self, content: &Content) -> Content {
        let old = content.clone();
        Content {
            name: self.name.unwrap_or(old.name),
            query: self.query.unwrap_or(old.query),
            sort: self.sort.unwrap_or(old.sort),
            columns: self.columns.unwrap_or(old.columns),
            is_shared: self.is_shared.unwrap_or(old.is_shared),
        }
    }
}

/// Checks what was typed over `stored`, or about a new view. A search that is unchanged need not be valid: the search
/// language may have changed since.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn check(typed: &FormFields, stored: Option<&View>, home: Home) -> Result<Change, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut change = Change::default();
    if typed.first("name").is_some() || stored.is_none() {
        change.name = name(typed.first("name").unwrap_or_default(), &mut errors);
    }
    if let Some(raw) = typed.first("q") {
        change.query = query(raw, stored, home.clone(), &mut errors);
    }
    if let Some(raw) = typed.filled("sort") {
        let stays = |sort: &Sort| stored.is_some_and(|view| view.content.sort == *sort);
        let sort = COLUMNS.sort(raw).filter(|sort| stays(sort) || sort.is_among(&home));
        let sort = sort.ok_or_else(|| Code::NotOneOf.says("Choose an order from the list."));
        change.sort = errors.note("sort", "Order", sort);
    }
    if let Some(raw) = typed.filled("columns") {
        change.columns =
            errors.note("columns", "Columns", COLUMNS.parse(raw).and_then(|all| all.with_fields(&home.fields)));
    }
    // A box that is not ticked is not sent, so a hidden “no” follows it in every form that asks.
    change.is_shared = typed.first("is_shared").map(|text| text == "on");
    change.is_default = typed.first("is_default").map(|text| text == "on");
    if errors.is_empty() { Ok(change) } else { Err(errors) }
}

fn name(raw: &str, errors: &mut FieldErrors) -> Option<String> {
    let name = errors.note("name", "Name", text::line(raw, LONGEST_NAME))?;
    if name.is_none() {
        errors.add("name", "Name", Code::Required.says("Enter a name for the tab."));
    }
    name
}

fn query(raw: &str, stored: Option<&View>, home: Home, errors: &mut FieldErrors) -> Option<String> {
    let query = errors.note("q", "Search", text::line(raw, LONGEST_QUERY))?.unwrap_or_default();
    if stored.is_none_or(|view| view.content.query != query) {
        errors.note("q", "Search", LANGUAGE.parse(&query, home))?;
    }
    Some(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(form: &str) -> Result<Change, FieldErrors> {
        let home = Home {
            country: "KE".parse().unwrap(),
            currency: "KES".parse().unwrap(),
            fields: Default::default(),
            curtain: Default::default(),
        };
        check(&FormFields::parse(form.as_bytes()).unwrap(), None, home)
    }

    #[test]
    fn a_new_view_needs_a_name_and_the_rest_is_as_usual() {
        let content = checked("name=+All+of+it+").unwrap().of_new();
        assert_eq!((content.name.as_str(), content.query.as_str()), ("All of it", ""));
        assert_eq!((content.sort, content.columns, content.is_shared), (Sort::NEWEST, COLUMNS.usual(), false));
        for form in ["", "name=+", "name=a%00b"] {
            assert!(checked(form).unwrap_err().on("name").is_some(), "{form}");
        }
        assert!(checked(&format!("name={}", "x".repeat(60))).is_ok());
        assert!(checked(&format!("name={}", "x".repeat(61))).is_err());
    }

    #[test]
    fn every_field_is_checked() {
        let errors = checked("name=X&q=foo%3Abar&sort=shoe&columns=hat").unwrap_err();
        assert_eq!(errors.all().iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["q", "sort", "columns"]);
        assert!(checked(&format!("name=X&q={}", "x".repeat(2001))).unwrap_err().on("q").is_some());
    }

    #[test]
    fn a_box_counts_before_the_no_behind_it() {
        assert!(checked("name=X&is_shared=on&is_shared=no").unwrap().of_new().is_shared);
        assert!(!checked("name=X&is_shared=no").unwrap().of_new().is_shared);
        assert_eq!(checked("name=X").unwrap().is_default, None);
    }
}
