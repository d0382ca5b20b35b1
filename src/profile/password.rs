//! A person's own new password.

use std::time::Instant;

use actix_web::{HttpRequest, HttpResponse, web};

use super::{PAGE, pages};
use crate::{
    codes::Code,
    db::Db,
    defences::client_address,
    error::{Error, Result},
    form::Sent,
    input::FieldErrors,
    logging::SecurityEvent,
    shell::{Toast, Visit},
    staff::{
        common::Surroundings,
        guard::whom,
        model,
        pages::put,
        password::{self, Passwords},
        session::PASSWORD,
        throttle::Throttle,
    },
};

/// POST /profile/password: all other sessions of the person end.
pub async fn change(
    req: HttpRequest,
    visit: Visit,
    sent: Sent,
    db: web::Data<Db>,
    passwords: web::Data<Passwords>,
    throttle: web::Data<Throttle>,
) -> Result<HttpResponse> {
    let who = &visit.who;
    let text = |name| sent.typed.first(name).unwrap_or_default().to_owned();
    let (current, new, repeated) = (text("current_password"), text("new_password"), text("repeated_password"));
    let mut errors = FieldErrors::default();
    let email = who.email.clone();
    let known = db.read(move |conn| model::credentials(conn, &email)).await?.ok_or(Error::SignInFirst)?;
    let address = client_address(&req);
    if let Err(wait) = throttle.admit(&who.email, address, Instant::now()) {
        SecurityEvent::SignInLimited.tell(whom(&req));
        return Err(Error::TooMany(wait));
    }
    if !passwords.verify(current, Some(known.password_hash)).await? {
        throttle.failed(&who.email, address, Instant::now());
        SecurityEvent::PasswordRefused.tell(whom(&req));
        errors.add("current_password", "Current password", Code::PasswordWrong.says("This is not your password."));
    }
    let around = Surroundings { merchant: &who.merchant, name: &who.name, email: &who.email };
    check_new(&mut errors, &new, &repeated, &around);
    if !errors.is_empty() {
        return pages::answer(visit, None, errors, &db).await;
    }
    let hash = passwords.hash(new).await?;
    let (staff, digest) = (who.staff, password::digest(&hash));
    db.write(move |conn| model::set_password(conn, staff, &hash)).await?;
    put(&visit.session, PASSWORD, digest)?;
    SecurityEvent::PasswordChanged.tell(whom(&req));
    visit.session.renew();
    visit.keep(Toast::new("Password changed. You are signed out everywhere else"))?;
    Ok(crate::html::see_other(PAGE))
}

/// Notes what is wrong with a new password, which was typed twice.
pub fn check_new(errors: &mut FieldErrors, new: &str, repeated: &str, around: &Surroundings) {
    let checked = password::check_new(new, around).map_err(|err| Code::PasswordRefused.says(err));
    errors.note("new_password", "New password", checked);
    if new != repeated {
        let differ = Code::PasswordsDiffer.says("The two new passwords differ.");
        errors.add("repeated_password", "New password again", differ);
    }
}
