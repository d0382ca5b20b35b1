//! Notices that stay until their person dismisses them: what concerns them was done by somebody else.

use actix_web::{HttpRequest, HttpResponse, web};
use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::{
    db::Db,
    defences::CameFrom,
    error::{Error, Result},
    form::Sent,
    html::see_other,
    ids::StaffId,
    schema::{staff, staff_notices},
    shell::Visit,
    who::Notice,
};

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A person's second factor was taken away.
    FactorReset,
}

impl About {
    /// Returns the name as stored.
    fn as_str(self) -> &'static str {
        match self {
            Self::FactorReset => "second_factor_reset",
        }
    }
}

/// Leaves a notice for each of these people, about a person to whom another did something; nobody when it was a command.
/// Call it in the transaction of the deed.
pub fn leave(
    conn: &mut PgConnection,
    about: About,
    of: StaffId,
    by: Option<StaffId>,
    readers: &[StaffId],
) -> Result<()> {
    let now = Timestamp::now().to_diesel();
    let row = |reader: &StaffId| {
        (
            staff_notices::staff_id.eq(*reader),
            staff_notices::id.eq(Uuid::now_v7()),
            staff_notices::about.eq(about.as_str()),
            staff_notices::of_staff_id.eq(of),
            staff_notices::by_staff_id.eq(by),
            staff_notices::created_at.eq(now),
        )
    };
    let rows: Vec<_> = readers.iter().map(row).collect();
    let read = staff::table.filter(staff::id.eq_any(readers));
    diesel::update(read).set(staff::has_notices.eq(true)).execute(conn)?;
    diesel::insert_into(staff_notices::table).values(rows).execute(conn)?;
    Ok(())
}

/// Returns the notices of a person, the oldest first.
pub fn of(conn: &mut PgConnection, reader: StaffId) -> Result<Vec<Notice>> {
    let (subject, actor) = diesel::alias!(staff as subject, staff as actor);
    type Row = (Uuid, StaffId, String, Option<String>, jiff_diesel::Timestamp);
    let rows: Vec<Row> = staff_notices::table
        .inner_join(subject.on(subject.field(staff::id).eq(staff_notices::of_staff_id)))
        .left_join(actor.on(actor.field(staff::id).nullable().eq(staff_notices::by_staff_id)))
        .filter(staff_notices::staff_id.eq(reader))
        .order(staff_notices::id)
        .select((
            staff_notices::id,
            subject.field(staff::id),
            subject.field(staff::name),
            actor.field(staff::name).nullable(),
            staff_notices::created_at,
        ))
        .load(conn)?;
    let notice = |(id, of, name, by, at): Row| {
        let by = by.unwrap_or_else(|| "An operator of Clientele".to_owned());
        let (text, detail) = match of == reader {
            true => (
                format!("{by} took your second factor away"),
                "If you did not ask for it, tell an owner now. Signing in asks for your password alone until you set one up.",
            ),
            false => (
                format!("{by} took the second factor of {name} away"),
                "If nobody asked for it, find out why. Signing in asks them for their password alone.",
            ),
        };
        Notice { id, text, detail, at: at.to_jiff() }
    };
    Ok(rows.into_iter().map(notice).collect())
}

/// Deletes a notice of a person. One that is not theirs stays.
pub fn dismiss(conn: &mut PgConnection, reader: StaffId, id: Uuid) -> Result<()> {
    // Whoever leaves another one meanwhile comes before or after.
    staff::table.find(reader).select(staff::id).for_no_key_update().first::<StaffId>(conn)?;
    diesel::delete(staff_notices::table.find((reader, id))).execute(conn)?;
    let left: i64 = staff_notices::table.filter(staff_notices::staff_id.eq(reader)).count().get_result(conn)?;
    if left == 0 {
        diesel::update(staff::table.find(reader)).set(staff::has_notices.eq(None::<bool>)).execute(conn)?;
    }
    Ok(())
}

/// Answers `POST /profile/notices`: the notice that the button names is dismissed.
pub async fn dismissed(req: HttpRequest, visit: Visit, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let (staff, id) = (visit.who.staff, sent.typed.first("notice").and_then(|text| Uuid::parse_str(text).ok()));
    let id = id.ok_or(Error::NotFound)?;
    db.write(move |conn| dismiss(conn, staff, id)).await?;
    Ok(see_other(CameFrom::of_request(&req).page))
}
