//! The front page.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;
use jiff::Timestamp;

use super::{FEATURES, weeks::Charts};
use crate::{
    attention::Need,
    customers::{
        identity, kinds,
        model::{erased_among, titles},
    },
    db::{Db, each_in_time},
    error::Result,
    history,
    html::html,
    input::Parameters,
    revenue_page,
    shell::{Place, Shell, Visit},
    values::{Currency, when::When},
    views::model::{self as views, View},
    who::SignedIn,
};

/// The time that a feature has for each statement about what needs a person: a page without one of them is better than none.
const PATIENCE: Duration = Duration::from_millis(400);

/// The most customers that are shown of those whom one worked on.
const RECENT: usize = 8;

/// A customer whom the person worked on.
struct Recent {
    href: String,
    title: String,
    when: When,
}

#[derive(Template)]
#[template(path = "front/index.html")]
struct FrontPage {
    shell: Shell,
    needs: Vec<Need>,
    /// Whether every feature could say what it needs in time.
    has_all_needs: bool,
    /// Whether anything was ever charged again and again.
    has_revenue: bool,
    charts: Charts,
    recent: Vec<Recent>,
    views: Vec<View>,
}

/// GET /
pub async fn show(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let wanted = asked.0.filled("currency").and_then(|code| code.parse::<Currency>().ok());
    let (who, now) = (visit.who.clone(), visit.who.now());
    let (needs, has_all_needs, has_revenue, charts, recent, views) = db
        .read(move |conn| {
            let who = &who;
            let each = FEATURES.iter().map(|feature| move |conn: &mut PgConnection| feature.needs(conn, who, now));
            let found = each_in_time(conn, PATIENCE, each)?;
            let has_all_needs = found.iter().all(Option::is_some);
            let mut needs: Vec<Need> = found.into_iter().flatten().flatten().collect();
            needs.sort_by_key(|need| !need.is_urgent);
            let views = views::visible(conn, who.account, who.staff, &who.home())?;
            let has_revenue = revenue_page::is_there(conn, who.account)?;
            let charts = Charts::of(conn, who, wanted, now)?;
            Ok((needs, has_all_needs, has_revenue, charts, recent(conn, who, now)?, views))
        })
        .await?;
    let shell = visit.as_page().shell(Place::Front);
    html(FrontPage { shell, needs, has_all_needs, has_revenue, charts, recent, views })
}

/// Returns the customers whom somebody worked on last. Those who are erased are left out.
fn recent(conn: &mut PgConnection, who: &SignedIn, now: Timestamp) -> Result<Vec<Recent>> {
    let mut worked = history::worked_on(conn, (who.account, who.staff), kinds::ALL, 3 * RECENT as i64)?;
    let ids: Vec<_> = worked.iter().map(|one| one.customer).collect();
    let erased = erased_among(conn, who.account, &ids)?;
    worked.retain(|one| !erased.contains(&one.customer));
    worked.truncate(RECENT);
    let ids: Vec<_> = worked.iter().map(|one| one.customer).collect();
    let mut titles = titles(conn, who.account, &ids, who.curtain())?;
    let zone = &who.settings.time_zone;
    let line = |one: &history::Worked| {
        let title = titles.remove(&one.customer)?;
        Some(Recent { href: identity::path(one.customer), title, when: When::new(one.at, zone, now) })
    };
    Ok(worked.iter().filter_map(line).collect())
}
