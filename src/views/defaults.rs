//! The view that a person starts with, in each account at most one.

use diesel::{PgConnection, prelude::*};
use serde_json::json;

use super::{
    kinds,
    model::{Row, View, Viewer, find, record},
};
use crate::{
    error::Result,
    events::Fields,
    ids::{AccountId, StaffId, ViewId},
    query::Home,
    schema::{view_defaults, views},
};

/// Returns the view that a person starts with in an account, if they chose one that they can still see.
pub fn of(conn: &mut PgConnection, account: AccountId, staff: StaffId, home: &Home) -> Result<Option<ViewId>> {
    let chosen = view_defaults::account_id.eq(views::account_id).and(view_defaults::view_id.eq(views::id));
    let view: Option<Row> = views::table
        .inner_join(view_defaults::table.on(chosen))
        .filter(views::account_id.eq(account))
        .filter(views::is_shared.or(views::staff_id.eq(staff)))
        .filter(view_defaults::staff_id.eq(staff))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(view.map(View::from).filter(|view| view.is_shown_to(staff, home)).map(|view| view.id))
}

/// Makes a view the one that the person starts with, or no longer. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`].
pub fn choose(conn: &mut PgConnection, viewer: &Viewer, id: ViewId, on: bool) -> Result<()> {
    let view = find(conn, viewer.account(), viewer.staff, id, &viewer.home)?;
    let chosen = of(conn, viewer.account(), viewer.staff, &viewer.home)?;
    if on == (chosen == Some(id)) {
        return Ok(());
    }
    if on {
        diesel::insert_into(view_defaults::table)
            .values((
                view_defaults::account_id.eq(viewer.account()),
                view_defaults::staff_id.eq(viewer.staff),
                view_defaults::view_id.eq(id),
            ))
            .on_conflict((view_defaults::account_id, view_defaults::staff_id))
            .do_update()
            .set(view_defaults::view_id.eq(id))
            .execute(conn)?;
    } else {
        diesel::delete(view_defaults::table.find((viewer.account(), viewer.staff))).execute(conn)?;
    }
    let opens = |view: Option<ViewId>| Fields::from([("default".to_owned(), json!(view))]);
    let kind = if on { kinds::MADE_DEFAULT } else { kinds::UNMADE_DEFAULT };
    record(conn, viewer, &view, kind, &opens(chosen), &opens(on.then_some(id)))
}
