//! The views table: finds the views a person sees, and writes every change with its event.

use super::kinds;
use crate::{
    codes::Code,
    customer_parts::{COLUMNS, LANGUAGE},
    error::{Error, Result},
    events::{
        self, By, Fields, NewEvent,
        fields::{difference, value},
    },
    history::{self, Event},
    ids::{AccountId, StaffId, ViewId},
    query::Home,
    schema::views,
    search::{columns::Columns, listing::Sort},
    who::SignedIn,
};
use diesel::{
    PgConnection,
    dsl::max,
    pg::Pg,
    prelude::*,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_types::{self, Bool},
};
use serde_json::{Value, json};

/// The most shared views of an account, and the most own views of a person: all of them are in one row of tabs.
pub const MOST_VIEWS: usize = 50;

/// The content of a view: all but its owner and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The name, of 1 to 60 characters.
    pub name: String,
    /// The text of the search, perhaps in an older version of the search language.
    pub query: String,
    pub sort: Sort,
    pub columns: Columns,
    /// True when everybody in the account sees it.
    pub is_shared: bool,
}

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub id: ViewId,
    /// The version, which each change of the content increases; a save names the one it started from.
    pub version: i32,
    /// The person who owns it.
    pub keeper: StaffId,
    pub content: Content,
    position: i32,
}

/// The person who asks, with the permission to change shared views.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The person as the author of a change.
    pub by: By,
    pub staff: StaffId,
    /// True when the person may share views and change shared ones.
    pub may_share: bool,
    /// The ways of theirs, with what hides private data from them.
    pub home: Home,
}

impl Viewer {
    /// Returns the viewer who is signed in.
    pub fn of(who: &SignedIn) -> Self {
        Self { by: who.by(), staff: who.staff, may_share: who.may_edit(), home: who.home() }
    }

    pub(super) fn account(&self) -> AccountId {
        self.by.account
    }

    /// Returns whether the person may change a view that they see.
    pub fn may_change(&self, view: &View) -> bool {
        self.may_share || !view.content.is_shared
    }
}

impl View {
    /// Returns the link to the list that this view shows.
    pub fn href(&self) -> String {
        format!("/customers?view={}", self.id)
    }

    /// Returns whether a person sees it whom a curtain hides something from: a colleague's may ask for an email, or a part.
    pub(super) fn is_shown_to(&self, staff: StaffId, home: &Home) -> bool {
        let (Content { name, query, .. }, curtain) = (&self.content, home.curtain);
        let is_open = || !curtain.hides(name) && !curtain.hides(query) && LANGUAGE.parse(query, home.clone()).is_ok();
        self.keeper == staff || !curtain.is_drawn() || is_open()
    }

    pub(super) fn fields(&self) -> Fields {
        let Content { name, query, sort, columns, is_shared } = &self.content;
        [
            ("name", json!(name)),
            ("query", json!(query)),
            ("sort", json!(sort.to_string())),
            ("columns", json!(columns.to_string())),
            ("is_shared", json!(is_shared)),
            ("staff_id", json!(self.keeper)),
            ("position", json!(self.position)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// Returns the view that an event's fields describe.
    pub(super) fn of_fields(id: ViewId, version: i32, fields: &Fields) -> Option<Self> {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let content = Content {
            name: text("name")?.to_owned(),
            query: text("query")?.to_owned(),
            sort: sort(text("sort")?),
            columns: COLUMNS.parse(text("columns")?).unwrap_or_else(|_| COLUMNS.usual()),
            is_shared: value(fields, "is_shared").as_bool()?,
        };
        let position = i32::try_from(value(fields, "position").as_i64()?).ok()?;
        Some(Self { id, version, keeper: text("staff_id")?.parse().ok()?, content, position })
    }
}

/// Reads a stored order. It was checked when it was stored, perhaps by older rules.
fn sort(text: &str) -> Sort {
    COLUMNS.sort(text).unwrap_or(Sort::NEWEST)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = views, check_for_backend(Pg))]
pub(super) struct Row {
    id: ViewId,
    version: i32,
    staff_id: StaffId,
    name: String,
    query: String,
    sort: String,
    column_names: Vec<Option<String>>,
    is_shared: bool,
    position: i32,
}

impl From<Row> for View {
    fn from(row: Row) -> Self {
        let columns = COLUMNS.named(row.column_names.iter().flatten().map(String::as_str));
        let content = Content {
            name: row.name,
            query: row.query,
            sort: sort(&row.sort),
            columns: columns.unwrap_or_else(|_| COLUMNS.usual()),
            is_shared: row.is_shared,
        };
        Self { id: row.id, version: row.version, keeper: row.staff_id, content, position: row.position }
    }
}

/// The columns that hold a content.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = views)]
struct Stored<'a> {
    name: &'a str,
    query: &'a str,
    sort: String,
    column_names: Vec<String>,
    is_shared: bool,
    position: i32,
}

impl<'a> Stored<'a> {
    fn of(view: &'a View) -> Self {
        let Content { name, query, sort, columns, is_shared } = &view.content;
        let (sort, column_names) = (sort.to_string(), columns.names());
        Self { name, query, sort, column_names, is_shared: *is_shared, position: view.position }
    }
}

type Condition = Box<dyn BoxableExpression<views::table, Pg, SqlType = Bool>>;

/// Returns the condition for the views of an account that a person sees.
fn seen(account: AccountId, staff: StaffId) -> Condition {
    Box::new(views::account_id.eq(account).and(views::is_shared.or(views::staff_id.eq(staff))))
}

/// Returns the condition for the views in one row of tabs: the shared ones, or the person's own.
fn beside(account: AccountId, keeper: StaffId, is_shared: bool) -> Condition {
    let there = views::account_id.eq(account).and(views::is_shared.eq(is_shared));
    if is_shared { Box::new(there) } else { Box::new(there.and(views::staff_id.eq(keeper))) }
}

/// Returns the views that a person sees, in the order of the tabs: the shared ones, then their own.
pub fn visible(conn: &mut PgConnection, account: AccountId, staff: StaffId, home: &Home) -> Result<Vec<View>> {
    let rows: Vec<Row> = views::table
        .filter(seen(account, staff))
        .order((views::is_shared.desc(), views::position, views::id))
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(View::from).filter(|view| view.is_shown_to(staff, home)).collect())
}

/// Returns a view that the person sees: see [`visible`].
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut PgConnection, account: AccountId, staff: StaffId, id: ViewId, home: &Home) -> Result<View> {
    let of_id = views::table.filter(seen(account, staff)).filter(views::id.eq(id));
    let view = View::from(of_id.select(Row::as_select()).first(conn)?);
    if view.is_shown_to(staff, home) { Ok(view) } else { Err(Error::NotFound) }
}

/// Returns the address of the list of a view that the person may see.
///
/// # Errors
/// [`Error::NotFound`].
pub fn href(conn: &mut PgConnection, account: AccountId, staff: StaffId, id: ViewId) -> Result<String> {
    let of_id = views::table.filter(seen(account, staff)).filter(views::id.eq(id));
    Ok(View::from(of_id.select(Row::as_select()).first(conn)?).href())
}

/// Returns a view like [`find`], for a person who may change it, locked until the transaction ends.
fn find_for_update(conn: &mut PgConnection, viewer: &Viewer, id: ViewId) -> Result<View> {
    let view = View::from(
        views::table
            .filter(views::account_id.eq(viewer.account()))
            .filter(views::id.eq(id))
            .select(Row::as_select())
            .for_update()
            .first(conn)?,
    );
    permitted(viewer, view)
}

fn permitted(viewer: &Viewer, view: View) -> Result<View> {
    match () {
        () if !view.content.is_shared && view.keeper != viewer.staff => Err(Error::NotFound),
        () if !view.is_shown_to(viewer.staff, &viewer.home) => Err(Error::NotFound),
        () if !viewer.may_change(&view) => Err(Error::Forbidden),
        () => Ok(view),
    }
}

/// The result of a change.
#[derive(Debug)]
pub enum Saved {
    /// The change is stored.
    Done,
    /// Another view in the same row of tabs has that name; nothing is stored.
    NameTaken,
    /// Another person has changed the view meanwhile; nothing is stored. Holds the current view.
    Changed(Box<View>),
}

/// Creates a view, at the end of its row. Call it in a transaction.
///
/// # Errors
/// [`Error::Forbidden`] when it is shared by a person who may not share; [`Error::Conflict`] when there are too many.
pub fn create(conn: &mut PgConnection, viewer: &Viewer, id: ViewId, content: Content) -> Result<Saved> {
    let position = end(conn, viewer.account(), viewer.staff, content.is_shared)?;
    let view = permitted(viewer, View { id, version: 1, keeper: viewer.staff, content, position })?;
    insert(conn, viewer, &view, kinds::CREATED)
}

/// Inserts a view, with its event.
fn insert(conn: &mut PgConnection, viewer: &Viewer, view: &View, kind: &'static str) -> Result<Saved> {
    let rows = diesel::insert_into(views::table)
        .values((
            views::account_id.eq(viewer.account()),
            views::id.eq(view.id),
            views::version.eq(view.version),
            views::staff_id.eq(view.keeper),
            Stored::of(view),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if rows == 0 {
        return Ok(Saved::NameTaken);
    }
    record(conn, viewer, view, kind, &Fields::new(), &view.fields())?;
    Ok(Saved::Done)
}

/// Changes the content of a view, if it still has the version that the change started from. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] when the person may not change it, or when another person's view would no
/// longer be shared with the team; [`Error::Conflict`] when the row it moves to has too many.
pub fn change(
    conn: &mut PgConnection,
    viewer: &Viewer,
    id: ViewId,
    version: i32,
    change: impl FnOnce(&View) -> Content,
) -> Result<Saved> {
    let current = find_for_update(conn, viewer, id)?;
    if version != current.version {
        return Ok(Saved::Changed(Box::new(current)));
    }
    let content = change(&current);
    if content == current.content {
        return Ok(Saved::Done);
    }
    let mut next = View { content, version: version + 1, ..current.clone() };
    if next.content.is_shared != current.content.is_shared {
        if next.keeper != viewer.staff {
            return Err(Error::Forbidden);
        }
        next.position = end(conn, viewer.account(), next.keeper, next.content.is_shared)?;
    }
    let next = permitted(viewer, next)?;
    // A transaction of its own, so that the outer one survives a name that is taken.
    let written = conn.transaction(|conn| {
        let row = views::table.find((viewer.account(), id));
        diesel::update(row).set((views::version.eq(next.version), Stored::of(&next))).execute(conn)
    });
    match written {
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => return Ok(Saved::NameTaken),
        other => other?,
    };
    let (before, after) = difference(&current.fields(), &next.fields());
    record(conn, viewer, &next, kinds::UPDATED, &before, &after)?;
    Ok(Saved::Done)
}

/// Returns the position after the last view of a row.
fn end(conn: &mut PgConnection, account: AccountId, keeper: StaffId, is_shared: bool) -> Result<i32> {
    let (count, last): (i64, Option<i32>) = views::table
        .filter(beside(account, keeper, is_shared))
        .select((diesel::dsl::count_star(), max(views::position)))
        .first(conn)?;
    if usize::try_from(count).is_ok_and(|count| count >= MOST_VIEWS) {
        let whose = if is_shared { "shared views" } else { "views of your own" };
        let sentence = format!("There are {MOST_VIEWS} {whose} already. Delete one first.");
        return Err(Error::Conflict(Code::TooManyViews.says(sentence)));
    }
    Ok(last.map_or(0, |last| last + 1))
}

/// Moves a view one position towards the beginning or the end of its row. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub fn shift(conn: &mut PgConnection, viewer: &Viewer, id: ViewId, to_left: bool) -> Result<()> {
    let view = find_for_update(conn, viewer, id)?;
    let mut row: Vec<(ViewId, i32)> = views::table
        .filter(beside(viewer.account(), view.keeper, view.content.is_shared))
        .order((views::position, views::id))
        .select((views::id, views::position))
        .for_update()
        .load(conn)?;
    let from = row.iter().position(|(other, _)| *other == id).ok_or(Error::NotFound)?;
    let to = if to_left { from.checked_sub(1) } else { Some(from + 1).filter(|to| *to < row.len()) };
    let Some(to) = to else { return Ok(()) };
    row.swap(from, to);
    for (place, (other, position)) in (0i32..).zip(row) {
        if place != position {
            let other = views::table.find((viewer.account(), other));
            diesel::update(other).set(views::position.eq(place)).execute(conn)?;
        }
    }
    let at = |place: usize| Fields::from([("position".to_owned(), json!(place))]);
    record(conn, viewer, &view, kinds::MOVED, &at(from), &at(to))
}

/// Deletes a view; returns its name. Deleting it again changes nothing. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub fn delete(conn: &mut PgConnection, viewer: &Viewer, id: ViewId) -> Result<String> {
    let view = match find_for_update(conn, viewer, id) {
        Err(Error::NotFound) => return Ok(deleted(conn, viewer, id)?.content.name),
        found => found?,
    };
    diesel::delete(views::table.find((viewer.account(), id))).execute(conn)?;
    let gone = View { version: view.version + 1, ..view };
    record(conn, viewer, &gone, kinds::DELETED, &gone.fields(), &Fields::new())?;
    Ok(gone.content.name)
}

/// Returns a deleted view as it was, from the event of its deletion.
fn deleted(conn: &mut PgConnection, viewer: &Viewer, id: ViewId) -> Result<View> {
    let last: Option<Event> = history::of_subject(conn, viewer.account(), id.uuid(), None, 1)?.pop();
    let event = last.filter(|event| event.kind == kinds::DELETED).ok_or(Error::NotFound)?;
    permitted(viewer, View::of_fields(id, event.version, &event.before).ok_or(Error::NotFound)?)
}

/// Restores a deleted view as it was; returns its name. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]; [`Error::Conflict`] when another has its name now.
pub fn restore(conn: &mut PgConnection, viewer: &Viewer, id: ViewId) -> Result<String> {
    match find_for_update(conn, viewer, id) {
        Err(Error::NotFound) => {}
        found => return Ok(found?.content.name),
    }
    let was = deleted(conn, viewer, id)?;
    let view = View { version: was.version + 1, ..was };
    match insert(conn, viewer, &view, kinds::RESTORED)? {
        Saved::Done => Ok(view.content.name),
        _ => {
            let name = view.content.name;
            let sentence = format!("There is another view “{name}” now. Rename that one first.");
            Err(Error::Conflict(Code::NameTaken.says(sentence)))
        }
    }
}

/// Returns how many views have a name or search that fits one of these patterns.
pub fn naming(conn: &mut PgConnection, account: AccountId, patterns: &[String]) -> Result<usize> {
    Ok(named_by(conn, account, patterns)?.len())
}

fn named_by(conn: &mut PgConnection, account: AccountId, patterns: &[String]) -> Result<Vec<Named>> {
    let statement = "SELECT id, version FROM views WHERE account_id = $1 AND (fold(name) ~ ANY(ARRAY(SELECT fold(p) FROM unnest($2) AS p)) \
        OR fold(query) ~ ANY(ARRAY(SELECT fold(p) FROM unnest($2) AS p)))";
    Ok(diesel::sql_query(statement)
        .bind::<sql_types::Uuid, _>(account)
        .bind::<sql_types::Array<sql_types::Text>, _>(patterns)
        .load(conn)?)
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Named {
    #[diesel(sql_type = sql_types::Uuid)]
    id: ViewId,
    #[diesel(sql_type = sql_types::Integer)]
    version: i32,
}

/// Deletes the views whose name or search fits one of these patterns, for good, and takes all values out of the events of
/// views that fit. An erasure does so.
pub fn forget(conn: &mut PgConnection, by: &By, patterns: &[String]) -> Result<usize> {
    let named = named_by(conn, by.account, patterns)?;
    let nothing = Fields::new();
    for Named { id, version } in &named {
        diesel::delete(views::table.find((by.account, id))).execute(conn)?;
        let (kind, subject, version) = (kinds::DELETED, id.uuid(), version + 1);
        events::record(
            conn,
            by,
            &NewEvent { kind, subject, customer: None, version, before: &nothing, after: &nothing },
        )?;
    }
    // Also of those that named them once, or were deleted before.
    diesel::sql_query(
        "UPDATE events SET before = '{}', after = '{}' WHERE account_id = $1 AND kind LIKE 'view.%' \
         AND (fold(before::text) ~ ANY(ARRAY(SELECT fold(p) FROM unnest($2) AS p)) \
           OR fold(after::text) ~ ANY(ARRAY(SELECT fold(p) FROM unnest($2) AS p)))",
    )
    .bind::<sql_types::Uuid, _>(by.account)
    .bind::<sql_types::Array<sql_types::Text>, _>(patterns)
    .execute(conn)?;
    Ok(named.len())
}

/// Writes the event of a change.
pub(super) fn record(
    conn: &mut PgConnection,
    viewer: &Viewer,
    view: &View,
    kind: &'static str,
    before: &Fields,
    after: &Fields,
) -> Result<()> {
    let what = NewEvent { kind, subject: view.id.uuid(), customer: None, version: view.version, before, after };
    events::record(conn, &viewer.by, &what)?;
    Ok(())
}
