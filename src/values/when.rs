//! A moment as people read it, in the merchant's time zone.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// A moment in the three forms a page needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// For `<time datetime>`: RFC 3339 in UTC.
    pub machine: String,
    /// "just now", "5 min ago", "2 h ago" within a day, else the date.
    pub short: String,
    /// Date and time with the zone.
    pub full: String,
}

impl When {
    /// Returns whether the short form is an age, and not the date again.
    pub fn is_recent(&self) -> bool {
        !self.full.starts_with(&self.short)
    }

    /// Returns `moment` as read at `now` in `zone`.
    pub fn new(moment: Timestamp, zone: &TimeZone, now: Timestamp) -> Self {
        let local = moment.to_zoned(zone.clone());
        Self {
            machine: moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            short: ago(now.duration_since(moment)).unwrap_or_else(|| date(moment, zone)),
            full: local.strftime("%-d %b %Y, %H:%M %Z").to_string(),
        }
    }
}

/// Returns the date, like "3 Dec 2025".
pub fn date(moment: Timestamp, zone: &TimeZone) -> String {
    moment.to_zoned(zone.clone()).strftime("%-d %b %Y").to_string()
}

/// Returns a day, like "3 Dec 2025".
pub fn day(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

/// Returns a date that is so near that its year need not be said, like "3 Dec".
pub fn near_date(moment: Timestamp, zone: &TimeZone) -> String {
    moment.to_zoned(zone.clone()).strftime("%-d %b").to_string()
}

/// Returns an age in words; nothing for a day or more, or for a future time by more than clocks differ.
fn ago(age: SignedDuration) -> Option<String> {
    match age.as_secs() {
        -60..60 => Some("just now".to_owned()),
        seconds @ 60..3600 => Some(format!("{} min ago", seconds / 60)),
        seconds @ 3600..86_400 => Some(format!("{} h ago", seconds / 3600)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_the_merchants_zone() {
        let nairobi = TimeZone::get("Africa/Nairobi").unwrap();
        let moment: Timestamp = "2025-12-02T22:30:00Z".parse().unwrap();
        let at = |age| When::new(moment, &nairobi, moment + age);
        assert_eq!(at(SignedDuration::from_secs(5)).short, "just now");
        assert_eq!(at(SignedDuration::from_mins(59)).short, "59 min ago");
        assert_eq!(at(SignedDuration::from_hours(23)).short, "23 h ago");
        let old = at(SignedDuration::from_hours(24));
        assert_eq!(old.short, "3 Dec 2025", "the day has changed in Nairobi");
        assert_eq!(old.full, "3 Dec 2025, 01:30 EAT");
        assert_eq!(old.machine, "2025-12-02T22:30:00Z");
    }
}
