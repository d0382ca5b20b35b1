//! The events about jobs in words.

use super::{kinds, words};
use crate::{
    events::telling::{Happened, Tells, Words},
    jobs::Kind,
};

/// Jobs as a feature that tells its events.
pub static TELLS: &dyn Tells = &Jobs;

struct Jobs;

impl Tells for Jobs {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let did = match happened.kind {
            kinds::RETRIED => "had a stuck job tried again",
            _ => return None,
        };
        let job = happened.text("job").unwrap_or_default();
        let what = Kind::parse(&job).map_or_else(|| job.replace('_', " "), |kind| words::what(kind).to_owned());
        let about = happened.text("about").map(|about| format!("{what}, {about}"));
        Some(Words::new("refresh", did).with_detail(about.or(Some(what))))
    }
}
