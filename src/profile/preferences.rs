//! How a person wants their pages: colours, the page to begin with, keys that work alone.

use actix_web::{HttpResponse, web};

use super::PAGE;
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::Sent,
    html::see_other,
    shell::{Toast, Visit},
    staff::{model, start::Start},
    who::Theme,
};

/// POST /profile/preferences
pub async fn choose(visit: Visit, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let unknown = || Error::BadRequest(Code::InvalidParameter.says("Choose from what the page offers."));
    let theme = sent.typed.filled("theme").map(|word| Theme::parse(word).ok_or_else(unknown)).transpose()?;
    let start = sent.typed.filled("start").map(|word| Start::parse(word).ok_or_else(unknown)).transpose()?;
    let single_keys = sent.typed.first("single_keys").is_some_and(|text| text == "on");
    let staff = visit.who.staff;
    db.write(move |conn| model::prefer(conn, staff, &model::Preferences { theme, start, single_keys })).await?;
    visit.keep(Toast::new("Preferences saved"))?;
    Ok(see_other(PAGE))
}
