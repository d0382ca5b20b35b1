//! The keys that will expire soon, or have: a system of the merchant's stops then.

use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp};

use super::{model, pages::last_day};
use crate::{
    attention::{Attends, Need},
    error::Result,
    who::SignedIn,
};

/// The time before its end in which a key is marked as expiring.
pub const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Keys as a feature that needs people.
pub static ATTENDS: &dyn Attends = &Keys;

struct Keys;

impl Attends for Keys {
    fn needs(&self, conn: &mut PgConnection, who: &SignedIn, now: Timestamp) -> Result<Vec<Need>> {
        if !who.may_manage_keys() {
            return Ok(Vec::new());
        }
        let zone = &who.settings.time_zone;
        let need = |(name, end)| Need {
            icon: "key",
            is_urgent: false,
            text: format!("The API key “{name}” works until the end of {}", last_day(end, zone)),
            href: "/settings/api_keys".to_owned(),
        };
        Ok(model::expiring(conn, who.account, (now, now + SOON))?.into_iter().map(need).collect())
    }
}
