//! The events of the clock in words.

use jiff::{Timestamp, tz::TimeZone};

use super::kinds;
use crate::events::{
    Fields,
    fields::value,
    telling::{Happened, Tells, Words},
};

/// The clock as a feature that tells its events.
pub static TELLS: &dyn Tells = &TestClock;

struct TestClock;

impl Tells for TestClock {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let (from, to) = (time(happened.before), time(happened.after));
        let did = match happened.kind {
            kinds::MOVED => format!("moved the time of the test account from {from} to {to}"),
            kinds::STOPPED => format!("stopped the time of the test account on its way from {from} to {to}"),
            _ => return None,
        };
        Some(Words::new("clock", did))
    }
}

/// Returns a time as people read it. A sentence of the log knows no zone.
fn time(fields: &Fields) -> String {
    let stored = value(fields, "time");
    let time = stored.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let shown = |time: Timestamp| time.to_zoned(TimeZone::UTC).strftime("%-d %b %Y, %H:%M UTC").to_string();
    time.map_or_else(|| "another time".to_owned(), shown)
}
