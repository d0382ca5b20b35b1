//! The state of a list, which lives in its URL: view, search, order, columns, page.

use crate::{
    codes::Code,
    customer_parts::{COLUMNS, LANGUAGE},
    error::{Error, Result},
    ids::{IdError, ViewId},
    input::FormFields,
    paging::{CursorError, Direction, Limit},
    query::Home,
    reason::Reason,
    search::{
        self, BY_DELETION, BY_NAME,
        columns::{Chosen, Columns},
        listing::Sort,
    },
    search_box::{List, address},
    values::{field::Fields, text},
    views::model::View,
};

/// The state in the URL: the view, search, order, columns, page and its size.
#[derive(Clone, Debug)]
pub struct State {
    /// The view that is open. Parameters in the URL take precedence over what it holds.
    pub view: Option<View>,
    /// The text in the search box.
    pub q: String,
    pub sort: Sort,
    /// The columns after the name.
    pub columns: Columns,
    /// The number of rows on a page.
    pub limit: Limit,
    pub direction: Direction,
    /// The ways of who asks, in which the search is read.
    home: Home,
}

/// The search of the tab of deleted customers.
pub const DELETED: &str = "status:deleted";

/// Returns the order of a list that is asked for without one: that of its view; else the latest deletion first where all
/// are deleted, and the newest customer first where not.
fn usual_sort(view: Option<&View>, q: &str, home: &Home) -> Sort {
    if let Some(view) = view {
        return if view.content.sort.is_among(home) { view.content.sort } else { Sort::NEWEST };
    }
    let is_of_deleted = LANGUAGE.parse(q, home.clone()).is_ok_and(|query| search::is_of_deleted(&query));
    if is_of_deleted { BY_DELETION.usual() } else { Sort::NEWEST }
}

/// Returns the columns of a list that is asked for without any: those of its view that there are, else the usual ones.
fn saved_columns(view: Option<&View>, fields: &Fields) -> Columns {
    let saved = view.map(|view| view.content.columns.clone().among(fields));
    saved.filter(|saved| !saved.is_empty()).unwrap_or_else(|| COLUMNS.usual_among(fields))
}

/// Returns the view that the URL names.
///
/// # Errors
/// [`Error::BadRequest`] when it is no view's id.
pub fn view_asked(asked: &FormFields) -> Result<Option<ViewId>> {
    let refuse = |err: IdError| Error::BadRequest(Code::InvalidParameter.says(err.to_string()));
    asked.filled("view").map(str::parse).transpose().map_err(refuse)
}

/// Returns whether the list may cost the database much: when it is searched, a view's, or in an order by figures.
pub fn is_costly(asked: &FormFields) -> bool {
    let sort = asked.filled("sort").and_then(|text| COLUMNS.sort(text));
    asked.filled("q").is_some() || asked.filled("view").is_some() || sort.is_some_and(|sort| sort.by.is_by_figure())
}

impl State {
    /// Reads the parameters, over what the open view holds.
    ///
    /// # Errors
    /// [`Error::BadRequest`] with a sentence about the one that is not understood.
    pub fn read(asked: &FormFields, view: Option<View>, home: Home) -> Result<Self> {
        let refuse = |sentence: String| Error::BadRequest(Code::InvalidParameter.says(sentence));
        let saved = view.as_ref().map(|view| &view.content);
        // Stored texts have their accents composed.
        let q = match asked.first("q") {
            Some(q) => text::searched(q),
            None => saved.map(|saved| saved.query.clone()).unwrap_or_default(),
        };
        let sort = match asked.filled("sort") {
            Some(text) => COLUMNS.sort_among(text, &home).map_err(Error::BadRequest)?,
            None => usual_sort(view.as_ref(), &q, &home),
        };
        let columns = match asked.filled("columns") {
            Some(text) => {
                let columns = COLUMNS.parse(text).and_then(|columns| columns.with_fields(&home.fields));
                columns.map_err(|err| refuse(err.to_string()))?
            }
            None => saved_columns(view.as_ref(), &home.fields),
        };
        let limit = asked
            .filled("limit")
            .map_or(Ok(Limit::SCREEN), Limit::parse)
            .map_err(|err| Error::BadRequest(err.into()))?;
        let direction = Direction::parse(asked.filled("after"), asked.filled("before"), sort.tag())
            .map_err(|err| Error::BadRequest(err.into()))?;
        if let Direction::After(cursor) | Direction::Before(cursor) = &direction
            && !sort.has_place(cursor)
        {
            return Err(Error::BadRequest(CursorError::Broken.into()));
        }
        Ok(Self { view, q, sort, columns, limit, direction, home })
    }

    /// Returns the order that the list has when none is asked for.
    pub fn usual_sort(&self) -> Sort {
        usual_sort(self.view.as_ref(), &self.q, &self.home)
    }

    /// Returns the parameters of the page of this list that is shown.
    pub fn page_parameters(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.parameters();
        pairs.extend(match &self.direction {
            Direction::First => None,
            Direction::After(cursor) => Some(("after", cursor.to_string())),
            Direction::Before(cursor) => Some(("before", cursor.to_string())),
        });
        pairs
    }

    /// Returns the address of the page of this list that is shown.
    pub fn this_page(&self) -> String {
        address(self.path(), &self.page_parameters())
    }

    /// Returns the name of the list where another page leads back to it: that of its view, or what is searched for.
    pub fn name(&self) -> &str {
        match &self.view {
            Some(view) if view.content.query == self.q => &view.content.name,
            _ if self.q.is_empty() => "Customers",
            _ if self.q == DELETED => "Deleted",
            _ => &self.q,
        }
    }

    /// Returns the link to the list by deletion.
    pub fn by_deletion(&self) -> Sorted {
        self.sorted_by(BY_DELETION.usual())
    }

    /// Returns whether the list is of this search, order and columns.
    pub fn shows(&self, q: &str, sort: Sort, columns: &Columns) -> bool {
        self.q == q && self.sort == sort && self.columns == *columns
    }

    /// Returns whether the list is as that view holds it.
    pub fn is_as_saved(&self, view: &View) -> bool {
        self.shows(&view.content.query, view.content.sort, &view.content.columns)
    }

    /// Returns whether a view is open, and the list is not as it was saved.
    pub fn is_edited(&self) -> bool {
        self.view.as_ref().is_some_and(|view| !self.is_as_saved(view))
    }

    /// Returns the order as in a URL.
    pub fn sort_text(&self) -> String {
        self.sort.to_string()
    }

    /// Returns whether other columns than the usual are shown.
    pub fn has_chosen_columns(&self) -> bool {
        self.columns != self.usual_columns()
    }

    /// Returns the columns that the list has when none are chosen, outside of a view.
    pub fn usual_columns(&self) -> Columns {
        COLUMNS.usual_among(&self.home.fields)
    }

    /// Returns the link to the list in an order: in its most common direction, or the other one when the list is in
    /// that already.
    pub fn sorted_by(&self, usual: Sort) -> Sorted {
        let sort = if self.sort == usual { usual.reversed() } else { usual };
        let way = if self.sort.descending { "descending" } else { "ascending" };
        Sorted {
            name: usual.to_string().trim_start_matches('-').replace('.', "-"),
            href: Self { sort, ..self.clone() }.first_page(),
            way: (self.sort.by == usual.by && self.sort.own == usual.own).then_some(way),
        }
    }

    /// Returns whether whoever asks may have the list in an order.
    pub fn may_sort(&self, sort: Sort) -> bool {
        sort.is_among(&self.home)
    }

    /// Returns whether customers without a name are left out, since their place would tell a masked email.
    pub fn is_of_names_alone(&self) -> bool {
        self.home.curtain.is_drawn() && *self.sort.by == BY_NAME
    }

    /// Returns the link to the list by name.
    pub fn by_name(&self) -> Sorted {
        self.sorted_by(BY_NAME.usual())
    }

    /// Returns the columns that can be chosen, those that are shown first. `keys` are the merchant's own keys.
    pub fn choices(&self, keys: impl Iterator<Item = String>) -> Vec<ColumnChoice> {
        let choice = |(chosen, is_shown): (Chosen, bool)| ColumnChoice {
            name: chosen.to_string(),
            label: chosen.label().to_owned(),
            is_shown,
        };
        COLUMNS.choices(&self.columns, &self.home.fields, keys).into_iter().map(choice).collect()
    }

    /// Returns the list with the columns that the form which offers them sent, of which one may move.
    ///
    /// # Errors
    /// [`Error::BadRequest`] when they are no columns, or too many.
    pub fn arranged(&self, asked: &FormFields) -> Result<Self> {
        let key = asked.filled("metadata_key").map(|key| format!("metadata.{}", key.trim_start_matches("metadata.")));
        let mut names = asked.every("column");
        names.extend(key.as_deref().filter(|key| !asked.every("column").contains(key)));
        let moved = |way: &str| asked.filled(way).filter(|name| names.contains(name));
        let (up, down) = (moved("up"), moved("down"));
        let refuse = |err: Reason| Error::BadRequest(Code::InvalidParameter.says(err.sentence));
        let columns = match (names.is_empty(), up, down) {
            (true, ..) => self.usual_columns(),
            (_, Some(name), _) => COLUMNS.named(names).map_err(refuse)?.moved(name, false),
            (_, _, Some(name)) => COLUMNS.named(names).map_err(refuse)?.moved(name, true),
            _ => COLUMNS.arranged(names, &self.columns).map_err(refuse)?,
        };
        let columns = columns.with_fields(&self.home.fields).map_err(refuse)?;
        Ok(Self { columns, ..self.clone() })
    }

    /// Returns the address of the form that chooses the columns.
    pub fn columns_form(&self) -> String {
        address("/customers/columns", &self.parameters())
    }

    /// Returns the address of the form that saves what the list shows as a new view.
    pub fn new_view(&self) -> String {
        let mut pairs = vec![("q", self.q.clone())];
        pairs.extend([("sort", self.sort.to_string()), ("columns", self.columns.to_string())]);
        address("/views/new", &pairs)
    }

    /// Returns the order in words, for the table's caption.
    pub fn order(&self) -> &'static str {
        self.sort.words()
    }
}

impl List for State {
    fn path(&self) -> &'static str {
        "/customers"
    }

    fn q(&self) -> &str {
        &self.q
    }

    fn limit(&self) -> Limit {
        self.limit
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        // Without further parameters it shows what the view holds, or the newest of all.
        let saved = self.view.as_ref().map(|view| &view.content);
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if let Some(view) = &self.view {
            pairs.push(("view", view.id.to_string()));
        }
        if self.q != saved.map_or("", |saved| &saved.query) {
            pairs.push(("q", self.q.clone()));
        }
        if self.sort != self.usual_sort() {
            pairs.push(("sort", self.sort.to_string()));
        }
        if self.columns != saved_columns(self.view.as_ref(), &self.home.fields) {
            pairs.push(("columns", self.columns.to_string()));
        }
        if self.limit != Limit::SCREEN {
            pairs.push(("limit", self.limit.rows().to_string()));
        }
        pairs
    }

    fn searching(&self, q: &str) -> String {
        let mut other = Self { q: q.to_owned(), ..self.clone() };
        if self.sort == self.usual_sort() {
            other.sort = other.usual_sort();
        }
        other.first_page()
    }
}

/// A column that can be chosen.
pub struct ColumnChoice {
    /// The name, as in an address.
    pub name: String,
    pub label: String,
    pub is_shown: bool,
}

/// The link of a heading.
pub struct Sorted {
    /// The order's name, for ids.
    pub name: String,
    /// The list in that order.
    pub href: String,
    /// The direction, for `aria-sort`; nothing where the list is in another order.
    pub way: Option<&'static str>,
}
