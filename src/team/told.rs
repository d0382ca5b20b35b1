//! The events about the team in words.

use super::kinds;
use crate::events::telling::{Happened, Tells, Words, plain};

/// The team as a feature that tells its events.
pub static TELLS: &dyn Tells = &Team;

struct Team;

impl Tells for Team {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let (icon, did) = match happened.kind {
            kinds::INVITED => ("mail", "invited somebody to the team"),
            kinds::INVITATION_RENEWED => ("refresh", "made a new link for an invitation"),
            kinds::INVITATION_WITHDRAWN => ("x", "withdrew an invitation"),
            kinds::JOINED => ("plus", "joined the team"),
            kinds::ROLE_CHANGED => ("shield", "gave somebody another role"),
            kinds::STATE_CHANGED => ("user", "changed whether somebody may sign in"),
            kinds::SIGNED_OUT => ("logout", "ended the sessions of somebody"),
            _ => return None,
        };
        let label = |name: &str| match name {
            "email" => "Email".to_owned(),
            "role" => "Role".to_owned(),
            "state" => "State".to_owned(),
            other => other.replace('_', " "),
        };
        Some(Words::new(icon, did).with_changes(happened, label, |_, value| plain(value)))
    }
}
