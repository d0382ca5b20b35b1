//! The columns of a list after the name, which is always there: the usual ones, or those that somebody chose.

use std::{fmt, ptr};

use diesel::{PgConnection, pg::Pg, query_builder::AstPass, result::QueryResult, sql_types::Text};

use super::{
    column::{Cells, Column, Content, Fill},
    listing::{Row, Sort},
    order::Order,
    own_columns::{BY_DELETION, BY_NAME},
    own_fields::{self, BY_FIELD},
    scope::Scope,
};
use crate::{
    codes::Code,
    error,
    ids::CustomerId,
    query::{Home, Own},
    reason::Reason,
    values::{
        curtain::Curtain,
        field::{Field, FieldKey, Fields, PREFIX},
        metadata,
        nearest::nearest_of,
    },
};

/// The most columns that a list may show; more are refused.
pub const MOST_COLUMNS: usize = 10;

/// All columns that a list can show, in the order in which they are offered, and with them all orders.
#[derive(Debug)]
pub struct Catalogue {
    /// The columns, feature by feature.
    pub columns: &'static [&'static [Column]],
}

/// A column that somebody chose.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub column: &'static Column,
    /// The merchant's own key, for a column that needs one. Read from an address or a view, it is one without its field,
    /// which [`Columns::with_fields`] and [`Columns::among`] add.
    pub own: Option<Own>,
}

impl PartialEq for Chosen {
    fn eq(&self, other: &Self) -> bool {
        self.column == other.column && self.own.as_ref().map(Own::key) == other.own.as_ref().map(Own::key)
    }
}

impl Eq for Chosen {}

/// The columns after the name, in order; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<Chosen>);

impl Catalogue {
    fn all(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.columns.iter().copied().flatten()
    }

    /// Returns the columns that need no key.
    fn offered(&self) -> impl Iterator<Item = Chosen> + use<> {
        self.all().filter(|column| !column.is_own()).map(Chosen::of)
    }

    /// Returns the usual columns: email, phone, creation, and what was paid.
    pub fn usual(&self) -> Columns {
        Columns(self.usual_ones().collect())
    }

    /// Returns whether these are the usual columns.
    pub fn is_usual(&self, columns: &Columns) -> bool {
        self.usual_ones().eq(columns.iter().cloned())
    }

    fn usual_ones(&self) -> impl Iterator<Item = Chosen> + use<> {
        self.all().filter(|column| column.usual.is_some()).map(Chosen::of)
    }

    /// Returns the usual columns of a merchant with these fields: those that are listed too, before a time at the end.
    pub fn usual_among(&self, fields: &Fields) -> Columns {
        let mut columns: Vec<Chosen> = self.usual_ones().collect();
        let at = columns.len() - usize::from(columns.last().is_some_and(|last| last.column.is_time()));
        let room = MOST_COLUMNS.saturating_sub(columns.len());
        let listed = fields.iter().filter(|field| field.is_listed).filter_map(|field| self.of_field(field));
        columns.splice(at..at, listed.take(room).collect::<Vec<_>>());
        Columns(columns)
    }

    /// Returns the column of a field.
    fn of_field(&self, field: &Field) -> Option<Chosen> {
        let column = self.all().find(|column| column.is_of_fields())?;
        Some(Chosen { column, own: Some(Own::Field(Box::new(field.clone()))) })
    }

    /// Reads a text like `email,metadata.tier,created`.
    ///
    /// # Errors
    /// A sentence that names what is no column.
    pub fn parse(&self, text: &str) -> Result<Columns, Reason> {
        self.named(text.split(','))
    }

    /// Returns the columns of these names.
    ///
    /// # Errors
    /// A sentence that names what is no column.
    pub fn named<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Columns, Reason> {
        let mut columns = Vec::new();
        for name in names.into_iter().map(str::trim) {
            let column = self.find(name).ok_or_else(|| self.unknown(name))?;
            if columns.contains(&column) {
                return Err(Code::GivenTwice.says(format!("The column “{name}” is there twice.")));
            }
            columns.push(column);
        }
        match columns.len() {
            0 => Err(Code::Required.says("Choose at least one column.")),
            1..=MOST_COLUMNS => Ok(Columns(columns)),
            _ => Err(Code::TooMany.says(format!("Choose at most {MOST_COLUMNS} columns."))),
        }
    }

    fn find(&self, name: &str) -> Option<Chosen> {
        let (name, own) = name.split_once('.').map_or((name, None), |(name, own)| (name, Some(own)));
        let column = self.all().find(|column| column.name == name && column.is_own() == own.is_some())?;
        let is_key = |own: &str| match column.is_of_fields() {
            true => FieldKey::parse(own).is_some(),
            false => metadata::is_key(own),
        };
        own.is_none_or(is_key).then(|| Chosen { column, own: own.map(|own| Own::Key(own.to_owned())) })
    }

    fn unknown(&self, name: &str) -> Reason {
        let shown: String = name.chars().take(60).collect();
        let known = self.offered().map(|chosen| chosen.column.name).collect::<Vec<_>>().join(", ");
        let sentence = format!("A list has no column “{shown}”, but {known}, and metadata.KEY for a key of yours.");
        Code::NotOneOf.says(sentence)
    }

    /// Returns all columns that can be chosen, each with whether it is chosen: first those in their order. `fields` and
    /// `keys` are the merchant's own.
    pub fn choices(
        &self,
        columns: &Columns,
        fields: &Fields,
        keys: impl Iterator<Item = String>,
    ) -> Vec<(Chosen, bool)> {
        let own = |key: String| self.find(&format!("metadata.{key}"));
        let fields = fields.iter().filter_map(|field| self.of_field(field));
        let others = self.offered().chain(fields).chain(keys.filter_map(own)).filter(|one| !columns.0.contains(one));
        columns.iter().cloned().map(|one| (one, true)).chain(others.map(|one| (one, false))).collect()
    }

    /// Returns the columns of these names in place of `before`. What is new stands before a time at the end, which stays
    /// there.
    ///
    /// # Errors
    /// A sentence that names what is no column.
    pub fn arranged<'a>(&self, names: impl IntoIterator<Item = &'a str>, before: &Columns) -> Result<Columns, Reason> {
        let named = self.named(names)?;
        let (mut kept, new): (Vec<_>, Vec<_>) = named.0.into_iter().partition(|one| before.0.contains(one));
        let at = kept.len() - usize::from(kept.last().is_some_and(|last| last.column.is_time()));
        kept.splice(at..at, new);
        Ok(Columns(kept))
    }

    /// Returns the orders: by the name, by the columns that can be sorted by, and by the deletion, for which a list of
    /// deleted customers has a column of its own.
    pub fn orders(&self) -> impl Iterator<Item = &'static Order> + use<> {
        let of_columns = self.all().filter_map(|column| column.order);
        std::iter::once(&BY_NAME).chain(of_columns).chain(std::iter::once(&BY_DELETION))
    }

    /// Returns all orders both ways, as they are offered: the newest first, then each in its most common direction
    /// first.
    pub fn sorts(&self) -> Vec<Sort> {
        let newest = Sort::NEWEST.by;
        let orders = std::iter::once(newest).chain(self.orders().filter(|order| *order != newest));
        orders.flat_map(|order| [order.usual(), order.usual().reversed()]).collect()
    }

    /// Returns the names of the orders, in a sentence.
    pub fn names_of_orders(&self) -> String {
        let mut names: Vec<&str> = self.orders().map(|order| order.name).collect();
        let last = names.pop().unwrap_or_default();
        format!("{} and {last}", names.join(", "))
    }

    /// Reads `name` or `-name`.
    pub fn sort(&self, text: &str) -> Option<Sort> {
        let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        if let Some(own) = name.strip_prefix(PREFIX) {
            return Some(Sort { by: &BY_FIELD, own: Some(FieldKey::parse(own)?), descending });
        }
        let by = self.orders().find(|order| order.name == name)?;
        Some(Sort { by, own: None, descending })
    }

    /// Works like [`Catalogue::sort`], with an order by one of `home`'s fields only where it has one, and no order by what
    /// is hidden there.
    ///
    /// # Errors
    /// A sentence that names the orders there are.
    pub fn sort_among(&self, text: &str, home: &Home) -> Result<Sort, Reason> {
        let (fields, named) = (&home.fields, self.sort(text));
        let sort = named.filter(|sort| sort.is_among(home));
        let refused = || {
            if named.is_some_and(|named| named.is_among(&Home { curtain: Curtain::Open, ..home.clone() })) {
                let sentence = "What this order compares is masked for you. Choose another order.";
                return Code::InvalidParameter.says(sentence);
            }
            let own = fields.iter().filter(|field| field.kind.has_order()).map(Field::name).collect::<Vec<_>>();
            let near = nearest_of(text.trim_start_matches('-'), own.iter().map(String::as_str));
            let hint = near.map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
            let shown: String = text.chars().take(60).collect();
            let orders = self.names_of_orders();
            Code::InvalidParameter.says(format!("A list cannot be sorted by “{shown}”, but by {orders}.{hint}"))
        };
        sort.ok_or_else(refused)
    }

    /// Returns the orders by these fields both ways, each in its most common direction first, with its words.
    pub fn sorts_of(&self, fields: &Fields) -> Vec<(Sort, String)> {
        let sorts = fields.iter().filter_map(|field| Some((own_fields::usual_sort(field)?, &field.label)));
        let both = |(usual, label): (Sort, &String)| {
            [(usual, format!("by {label}")), (usual.reversed(), format!("by {label}, reversed"))]
        };
        sorts.flat_map(both).collect()
    }
}

impl Chosen {
    /// Chooses a column that needs no key.
    pub const fn of(column: &'static Column) -> Self {
        Self { column, own: None }
    }

    /// Returns the label in its heading.
    pub fn label(&self) -> &str {
        self.own.as_ref().map_or(self.column.label, Own::label)
    }

    /// Returns the field of the merchant's own, if it is the column of one.
    pub fn field(&self) -> Option<&Field> {
        self.own.as_ref().and_then(Own::field)
    }

    /// Returns whether its cells are aligned at their end, so that digits are below each other.
    pub fn is_number(&self) -> bool {
        self.field().map_or_else(|| self.column.is_number(), |field| field.kind.is_number())
    }

    /// Returns the order that its heading leads to, in its most common direction.
    pub fn sort(&self) -> Option<Sort> {
        match self.field() {
            Some(field) => own_fields::usual_sort(field),
            None => self.column.order.map(Order::usual),
        }
    }

    fn is_among(&self, fields: &Fields) -> bool {
        self.own.as_ref().is_some_and(|own| fields.find(own.key()).is_some())
    }

    /// Returns whether the column needs something read along with the row.
    pub(super) fn is_extra(&self) -> bool {
        matches!(self.column.fill, Fill::Sql(..) | Fill::Own(..) | Fill::Field)
    }

    /// Writes what is read along with the row.
    pub(super) fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let Fill::Sql(expression, _) | Fill::Own(expression, _) = self.column.fill {
            out.push_sql(expression);
        }
        match &self.own {
            None => Ok(()),
            Some(Own::Key(key)) => out.push_bind_param::<Text, _>(key),
            Some(Own::Field(field)) => {
                out.push_sql("custom ->> ");
                out.push_bind_param::<Text, _>(&field.key)
            }
        }
    }
}

impl Columns {
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Chosen> {
        self.0.iter()
    }

    /// Returns the columns with one of them moved by one place.
    #[must_use]
    pub fn moved(&self, name: &str, down: bool) -> Self {
        let mut columns = self.0.clone();
        let place = columns.iter().position(|chosen| chosen.to_string() == name);
        let other = place.and_then(|place| if down { Some(place + 1) } else { place.checked_sub(1) });
        if let (Some(place), Some(other)) = (place, other.filter(|other| *other < columns.len())) {
            columns.swap(place, other);
        }
        Self(columns)
    }

    /// Returns the columns with those of the fields that there are.
    ///
    /// # Errors
    /// A sentence that names the field that there is not.
    pub fn with_fields(self, fields: &Fields) -> Result<Self, Reason> {
        let is_there = |chosen: &&Chosen| !chosen.column.is_of_fields() || chosen.is_among(fields);
        if let Some(missing) = self.0.iter().find(|chosen| !is_there(chosen)) {
            let key = missing.own.as_ref().map(Own::key).unwrap_or_default();
            let near = nearest_of(key, fields.iter().map(|field| field.key.as_str()));
            let hint = near.map(|near| format!(" Did you mean “field.{near}”?")).unwrap_or_default();
            return Err(Code::NotOneOf.says(format!("There is no custom field “{key}”.{hint}")));
        }
        Ok(self.among(fields))
    }

    /// Returns the columns without those of fields that there are not any more.
    #[must_use]
    pub fn among(self, fields: &Fields) -> Self {
        let known = |chosen: Chosen| match chosen.own.as_ref().filter(|_| chosen.column.is_of_fields()) {
            None => Some(chosen),
            Some(own) => {
                let field = fields.find(own.key())?.clone();
                Some(Chosen { own: Some(Own::Field(Box::new(field))), ..chosen })
            }
        };
        Self(self.0.into_iter().filter_map(known).collect())
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn as_slice(&self) -> &[Chosen] {
        &self.0
    }

    /// Returns the names, as they are stored.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// Returns the content of each of these columns in each of `rows`, which were read with them.
    pub fn contents(
        &self,
        conn: &mut PgConnection,
        scope: &Scope,
        rows: &[Row],
    ) -> error::Result<Vec<Vec<Option<Content>>>> {
        let mut cells = self.cells(conn, scope, rows)?;
        let mut content_of = |row: &Row| {
            let mut extra = row.extra.iter();
            let mut text = || extra.next().cloned().flatten().filter(|text| !text.is_empty());
            let content = |chosen: &Chosen| match &chosen.column.fill {
                Fill::Row(content) => content(row, scope),
                Fill::Sql(_, content) | Fill::Own(_, content) => {
                    let column = chosen.column;
                    text().map(|text| content(text, scope)).map(|content| column.behind(content, scope.curtain))
                }
                Fill::Field => {
                    let content = text().and_then(|text| own_fields::content(chosen.field()?, text));
                    content.map(|content| chosen.column.behind(content, scope.curtain))
                }
                Fill::Page(_) => cells.remove(&(row.id, chosen.column.name)),
            };
            self.0.iter().map(content).collect()
        };
        Ok(rows.iter().map(&mut content_of).collect())
    }

    /// Reads what is needed for the whole page: nothing twice, and nothing for a page without rows.
    fn cells(&self, conn: &mut PgConnection, scope: &Scope, rows: &[Row]) -> error::Result<Cells> {
        let mut cells = Cells::with_capacity(2 * rows.len());
        let customers: Vec<CustomerId> = rows.iter().map(|row| row.id).collect();
        let mut done = Vec::new();
        for Chosen { column, .. } in &self.0 {
            let Fill::Page(reading) = &column.fill else { continue };
            if !customers.is_empty() && !done.iter().any(|other| ptr::eq(*other, *reading)) {
                (reading.0)(conn, scope, &customers, &mut cells)?;
                done.push(*reading);
            }
        }
        Ok(cells)
    }
}

/// Writes it as in an address.
impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.column.name)?;
        self.own.as_ref().map_or(Ok(()), |own| write!(f, ".{own}"))
    }
}

/// Writes it as in an address.
impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(","))
    }
}
