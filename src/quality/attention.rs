//! The customers whose record needs another look, by what is found of them.

use diesel::PgConnection;
use jiff::Timestamp;

use super::findings::Finding;
use crate::{
    attention::{Attends, Need},
    error::Result,
    who::SignedIn,
};

/// Quality as a feature that needs people.
pub static ATTENDS: &dyn Attends = &Quality;

struct Quality;

impl Attends for Quality {
    fn needs(&self, conn: &mut PgConnection, who: &SignedIn, _: Timestamp) -> Result<Vec<Need>> {
        let mut needs = Vec::new();
        for finding in Finding::all() {
            let count = finding.count(conn, who)?;
            if count.customers > 0 {
                let text = format!("{}: {count}", finding.title());
                needs.push(Need { icon: finding.icon(), is_urgent: false, text, href: finding.path() });
            }
        }
        Ok(needs)
    }
}
