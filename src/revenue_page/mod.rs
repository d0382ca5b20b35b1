//! What is charged again and again, for people and programs: the recurring revenue of [`subscriptions`], and apart from it
//! what payment schedules charge in the days to come. Above both, since neither knows the other.
//!
//! [`pages`] is for people, [`api`] for programs.

pub mod api;
pub mod pages;

use diesel::PgConnection;
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    db::in_time,
    error::Result,
    ids::AccountId,
    routes::Route,
    schedules::{
        self,
        forecast::{self, Coming},
    },
    subscriptions::{
        self,
        revenue::{DAYS, PATIENCE, Revenue},
    },
    values::expiry,
};

/// Returns the route of the page.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/revenue", pages::show).taking(&[])]
}

/// All of it, each part nothing where it took too long.
#[derive(Clone, Debug)]
pub struct Overview {
    pub revenue: Revenue,
    /// What payment schedules charge within [`DAYS`], which is no recurring revenue. Nothing too for who may not see it.
    pub parts: Option<Vec<Coming>>,
}

impl Overview {
    /// Computes it for an account at `now` in its time, for who may see what payment schedules charge or for who may not.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(
        conn: &mut PgConnection,
        account: AccountId,
        (zone, now): (&TimeZone, Timestamp),
        sees_parts: bool,
    ) -> Result<Self> {
        let today = expiry::today(now, zone);
        let revenue = Revenue::read(conn, account, zone, now)?;
        let parts = match sees_parts {
            true => in_time(conn, PATIENCE, |conn| forecast::within(conn, account, today, DAYS))?,
            false => None,
        };
        Ok(Self { revenue, parts })
    }

    /// Returns whether all of it was computed in time.
    pub fn is_whole(&self) -> bool {
        self.revenue.is_whole() && self.parts.is_some()
    }
}

/// Returns whether an account ever had something that is charged again.
pub fn is_there(conn: &mut PgConnection, account: AccountId) -> Result<bool> {
    Ok(subscriptions::revenue::is_there(conn, account)? || schedules::model::is_there(conn, account)?)
}
