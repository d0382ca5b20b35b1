//! A person's sessions: where they are signed in, and signing out there.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::{Timestamp, tz::TimeZone};

use super::PAGE;
use crate::{
    db::Db,
    error::{Error, Result},
    form::Sent,
    html::see_other,
    logging::SecurityEvent,
    shell::{Toast, Visit},
    staff::{
        guard::whom,
        session::{self, SINCE},
        sessions::{self, Listed},
    },
    values::when::When,
};

/// A session in the list.
pub struct Line {
    /// What names it in the form that ends it: the hash of its key, as hexadecimal digits.
    pub name: String,
    pub browser: String,
    pub address: Option<String>,
    pub used: Option<When>,
    /// The time of sign-in.
    pub since: Option<When>,
    /// True for the one that asks.
    pub is_current: bool,
}

impl Line {
    /// Makes the line of a session, as read at `now` in `zone`.
    pub fn new(session: Listed, zone: &TimeZone, now: Timestamp) -> Self {
        let when = |at| When::new(at, zone, now);
        let since = session.state.get(SINCE).and_then(|text| text.as_str()).map(|text| text.trim_matches('"'));
        Self {
            is_current: session::current().is_some_and(|current| current == session.hash),
            name: session.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            browser: session.browser.unwrap_or_else(|| "A browser".to_owned()),
            address: session.address,
            used: session.used_at.map(when),
            since: since.and_then(|text| text.parse().ok()).map(when),
        }
    }
}

/// Returns the hash that a form names.
fn hash(name: &str) -> Option<Vec<u8>> {
    let byte = |at| u8::from_str_radix(name.get(at..at + 2)?, 16).ok();
    (0..name.len()).step_by(2).map(byte).collect()
}

/// POST /profile/sign-outs: one session of the person ends, or all but this one.
pub async fn sign_out(req: HttpRequest, visit: Visit, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let staff = visit.who.staff;
    let Some(name) = sent.typed.filled("session") else {
        let current = session::current().ok_or(Error::SignInFirst)?;
        db.write(move |conn| sessions::end_others(conn, staff, &current)).await?;
        SecurityEvent::SessionsEnded.tell(whom(&req));
        return done(&visit, "You are signed out everywhere else");
    };
    let hash = hash(name).unwrap_or_default();
    if session::current().is_some_and(|current| current == hash) {
        SecurityEvent::SignedOut.tell(whom(&req));
        visit.session.purge();
        return Ok(see_other("/login?signed_out=1"));
    }
    // One that is gone meanwhile is what was wanted.
    db.write(move |conn| sessions::end(conn, staff, &hash)).await?;
    SecurityEvent::SessionsEnded.tell(whom(&req));
    done(&visit, "You are signed out there")
}

fn done(visit: &Visit, text: &str) -> Result<HttpResponse> {
    visit.keep(Toast::new(text))?;
    Ok(see_other(PAGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        assert_eq!(hash("00ff1a"), Some(vec![0, 255, 26]));
        for nonsense in ["0", "zz", "00f", "é1", "0é"] {
            assert_eq!(hash(nonsense), None, "{nonsense}");
        }
    }
}
