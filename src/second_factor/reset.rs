//! Recovery by an owner, or by an operator: a person's second factor is taken away, and everybody whom it concerns is told
//! on their next page.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use diesel::{PgConnection, prelude::*};

use super::{kinds, passkeys};
use crate::{
    db::Db,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    ids::{MerchantId, StaffId},
    logging::SecurityEvent,
    merchants,
    schema::{recovery_codes, totp_secrets},
    shell::{Place, Shell, Toast},
    staff::{
        guard::{Owner, whom},
        model::{self as staff, Member},
        notices::{self, About},
        sessions,
    },
    values::Mode,
    who::{Role, SecondFactor},
};

/// Takes all of a person's second factor away, ends their sessions, and leaves a notice for them and for every other owner.
/// Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] when they have none.
pub fn reset(conn: &mut PgConnection, by: &By, member: &Member) -> Result<()> {
    let id = member.id;
    if !staff::second_factor_of(conn, id)?.is_set_up() {
        return Err(Error::NotFound);
    }
    forget(conn, id)?;
    sessions::end_all(conn, id)?;
    let by = by.in_live(merchants::account(conn, member.merchant_id, Mode::Live)?);
    let (kind, subject, none) = (kinds::RESET, id.uuid(), &Fields::new());
    events::record(conn, &by, &NewEvent { kind, subject, customer: None, version: 0, before: none, after: none })?;
    let mut readers = staff::owners(conn, member.merchant_id)?;
    readers.retain(|owner| *owner != id && Some(*owner) != by.actor.staff());
    readers.push(id);
    notices::leave(conn, About::FactorReset, id, by.actor.staff(), &readers)
}

/// Deletes all of a person's second factor, as when they are removed. Call it in a transaction.
pub fn forget(conn: &mut PgConnection, id: StaffId) -> Result<()> {
    diesel::delete(totp_secrets::table.find(id)).execute(conn)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::staff_id.eq(id))).execute(conn)?;
    passkeys::remove_all(conn, id)?;
    staff::keep_second_factor(conn, id, SecondFactor::default())
}

#[derive(Template)]
#[template(path = "second_factor/reset.html")]
struct ResetPage {
    shell: Shell,
    path: String,
    member: Member,
    has_any: bool,
}

fn path(id: StaffId) -> String {
    format!("/settings/team/{id}/second_factor")
}

async fn found(db: &Db, merchant: MerchantId, id: StaffId) -> Result<(Member, SecondFactor)> {
    db.read(move |conn| Ok((staff::member_of(conn, merchant, id)?, staff::second_factor_of(conn, id)?))).await
}

/// Answers `GET /settings/team/{member}/second_factor`.
pub async fn page(Owner(visit): Owner, id: web::Path<StaffId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (member, factor) = found(&db, visit.who.merchant_id, *id).await?;
    let shell = visit.as_page().shell(Place::Team);
    crate::html::html(ResetPage { shell, path: path(*id), member, has_any: factor.is_set_up() })
}

/// Answers `POST /settings/team/{member}/second_factor`.
pub async fn take_away(
    req: HttpRequest,
    Owner(visit): Owner,
    id: web::Path<StaffId>,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (by, owner, visit) = (visit.who.by(), visit.who.staff, visit.as_page());
    let (member, _) = found(&db, visit.who.merchant_id, *id).await?;
    let (name, is_own) = (member.name.clone(), member.id == visit.who.staff);
    let taken = db.write(move |conn| {
        staff::refuse_below(conn, owner, Role::Owner)?;
        reset(conn, &by, &member)
    });
    match taken.await {
        Ok(()) => SecurityEvent::SecondFactorReset.tell(whom(&req)),
        Err(Error::NotFound) => {
            return visit.done(Toast::new(format!("{name} has no second factor")), path(*id));
        }
        Err(err) => return Err(err),
    }
    if is_own {
        visit.session.purge();
        return Ok(visit.go_to("/login"));
    }
    let mut toast = Toast::new(format!("The second factor of {name} is taken away"));
    toast.detail = Some("They are signed out everywhere, and they and the other owners are told".to_owned());
    visit.done(toast, path(*id))
}
