//! The last weeks in a time zone, from Monday to Sunday.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// The number of weeks shown, with the one in progress.
pub const WEEKS: usize = 12;

/// A week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its Monday.
    pub monday: Date,
    /// Its Sunday.
    pub sunday: Date,
    /// Its first moment.
    pub start: Timestamp,
    /// The first moment after it.
    pub end: Timestamp,
}

impl Week {
    /// Returns the first whole hour of UTC in it.
    pub fn first_hour(&self) -> Timestamp {
        let into = SignedDuration::from_secs(self.start.as_second().rem_euclid(3600));
        if into.is_zero() { self.start } else { self.start - into + SignedDuration::from_hours(1) }
    }

    /// Returns the end of the last whole hour of UTC in it.
    pub fn last_hour(&self) -> Timestamp {
        self.end - SignedDuration::from_secs(self.end.as_second().rem_euclid(3600))
    }

    /// Returns it as a search writes it: "2026-11-23..2026-11-29".
    pub fn search(&self) -> String {
        format!("{}..{}", self.monday, self.sunday)
    }
}

/// Returns the last weeks, oldest first.
///
/// # Errors
/// When `now` is at the end of time.
pub fn weeks(zone: &TimeZone, now: Timestamp) -> Result<Vec<Week>, jiff::Error> {
    let today = now.to_zoned(zone.clone()).date();
    let monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days())?;
    let moment = |day: Date| Ok::<_, jiff::Error>(day.to_zoned(zone.clone())?.timestamp());
    let week = |back: usize| {
        let monday = monday.checked_sub((back as i64).weeks())?;
        let next = monday.checked_add(1.week())?;
        Ok(Week { monday, sunday: next.yesterday()?, start: moment(monday)?, end: moment(next)? })
    };
    (0..WEEKS).rev().map(week).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(zone: &str, now: &str) -> Week {
        *weeks(&TimeZone::get(zone).unwrap(), now.parse().unwrap()).unwrap().last().unwrap()
    }

    #[test]
    fn a_week_is_from_monday_to_sunday_where_the_merchant_is() {
        let week = last("Africa/Nairobi", "2026-11-29T22:30:00Z");
        assert_eq!(week.search(), "2026-11-30..2026-12-06", "it is Monday in Nairobi already");
        assert_eq!(week.start.to_string(), "2026-11-29T21:00:00Z");
        assert_eq!((week.first_hour(), week.last_hour()), (week.start, week.end));
        let all = weeks(&TimeZone::UTC, "2026-11-29T22:30:00Z".parse().unwrap()).unwrap();
        assert_eq!((all.len(), all[0].search().as_str()), (12, "2026-09-07..2026-09-13"));
        assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
    }

    #[test]
    fn whole_hours_lie_inside_where_days_begin_at_half_past() {
        for (zone, after, before) in [("Asia/Kolkata", 30, 30), ("Asia/Kathmandu", 45, 15), ("UTC", 0, 0)] {
            let week = last(zone, "2026-11-26T12:00:00Z");
            let minutes = |one: Timestamp, other: Timestamp| one.duration_since(other).as_mins();
            assert_eq!(minutes(week.first_hour(), week.start), after, "{zone}");
            assert_eq!(minutes(week.end, week.last_hour()), before, "{zone}");
        }
    }

    #[test]
    fn a_week_in_which_clocks_change_has_more_or_fewer_hours() {
        let week = last("Europe/Berlin", "2026-10-25T12:00:00Z");
        assert_eq!(week.end.duration_since(week.start).as_hours(), 7 * 24 + 1);
    }
}
