//! What a merchant decides about how its staff sign in, and what they see.

use std::ops::RangeInclusive;

use diesel::{PgConnection, prelude::*};

use super::Privacy;
use crate::{
    error::{Error, Result},
    ids::MerchantId,
    schema::merchants,
};

/// The numbers of sessions that a person may have at most.
pub const MOST_SESSIONS: RangeInclusive<usize> = 1..=50;

/// The most sessions of a person, unless the merchant decides otherwise.
pub const USUAL_SESSIONS: usize = 10;

/// The decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Security {
    /// True when everybody must have a second factor.
    pub factor_required: bool,
    /// The most sessions that a person may have at once.
    pub most_sessions: usize,
    /// What they see of customers.
    pub privacy: Privacy,
}

impl Default for Security {
    fn default() -> Self {
        Self { factor_required: false, most_sessions: USUAL_SESSIONS, privacy: Privacy::default() }
    }
}

impl Security {
    /// Reads what a merchant's row has of them.
    pub fn read(factor_required: Option<bool>, most_sessions: Option<i32>, privacy: Privacy) -> Self {
        let most_sessions = most_sessions.and_then(|most| usize::try_from(most).ok());
        Self {
            factor_required: factor_required == Some(true),
            most_sessions: most_sessions.unwrap_or(USUAL_SESSIONS),
            privacy,
        }
    }
}

/// Returns the decisions of a merchant, whose row is locked until the transaction ends.
pub fn security_for_update(conn: &mut PgConnection, merchant: MerchantId) -> Result<Security> {
    let columns =
        (merchants::second_factor_required, merchants::most_sessions, merchants::viewers_see, merchants::editors_see);
    let (factor_required, most_sessions, viewers, editors): (_, _, Option<String>, Option<String>) =
        merchants::table.find(merchant).select(columns).for_no_key_update().first(conn)?;
    let privacy = Privacy::read(viewers.as_deref(), editors.as_deref());
    Ok(Security::read(factor_required, most_sessions, privacy))
}

/// Writes the decisions of a merchant.
pub fn set_security(conn: &mut PgConnection, merchant: MerchantId, new: &Security) -> Result<()> {
    let most_sessions = i32::try_from(new.most_sessions).map_err(Error::internal)?;
    let values = (
        merchants::second_factor_required.eq(new.factor_required),
        merchants::most_sessions.eq(most_sessions),
        merchants::viewers_see.eq(new.privacy.viewers.as_str()),
        merchants::editors_see.eq(new.privacy.editors.as_str()),
    );
    diesel::update(merchants::table.find(merchant)).set(values).execute(conn)?;
    Ok(())
}
