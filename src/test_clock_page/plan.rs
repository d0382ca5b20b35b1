//! A move before it is made: where it goes, and what will happen until there.

use diesel::PgConnection;
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

use crate::{
    codes::Code,
    error::{Error, Result},
    input::FormFields,
    reason::Reason,
    schedules, subscriptions,
    test_clock::{
        ahead::{self, Ahead},
        model,
    },
    values::{Money, interval::begins, money::grouped, when::When},
    who::SignedIn,
};

/// A move that somebody looks at.
pub struct Plan {
    /// Where it goes, for the form.
    pub to: Timestamp,
    pub when: When,
    /// What will happen, a line each.
    pub lines: Vec<String>,
    /// True when more would be charged than in one move.
    pub is_too_long: bool,
}

/// Reads where somebody wants to go, by the account's time; nothing when they did not say.
///
/// # Errors
/// The reason why it cannot go there.
pub fn wished(
    conn: &mut PgConnection,
    who: &SignedIn,
    asked: &FormFields,
    now: Timestamp,
) -> Result<Option<Result<Timestamp, Reason>>> {
    let zone = &who.settings.time_zone;
    let later = |span: Span| now.to_zoned(zone.clone()).checked_add(span).map_err(Error::internal);
    let to = match asked.filled("by") {
        None => return Ok(None),
        Some("next") => match next_charge(conn, who, now)? {
            Some(next) => Ok(next),
            None => Err(Code::NotOneOf.says("Nothing is charged within the next 2 years. Choose another time.")),
        },
        Some("day") => Ok(later(Span::new().days(1))?.timestamp()),
        Some("week") => Ok(later(Span::new().weeks(1))?.timestamp()),
        Some("month") => Ok(later(Span::new().months(1))?.timestamp()),
        Some(_) => day(asked, zone),
    };
    Ok(Some(to.and_then(|to| model::check(to, now, zone).map(|()| to))))
}

/// Returns the time of the next charge that a move may reach.
pub fn next_charge(conn: &mut PgConnection, who: &SignedIn, now: Timestamp) -> Result<Option<Timestamp>> {
    let zone = &who.settings.time_zone;
    let today = now.to_zoned(zone.clone()).date();
    let renewed = subscriptions::forecast::next_after(conn, who.account, today)?;
    let renewed = renewed.map(|day| begins(day, zone).map_err(Error::internal)).transpose()?;
    let planned = schedules::forecast::next_after(conn, who.account, now)?;
    let next = renewed.into_iter().chain(planned).min();
    Ok(next.filter(|next| *next <= model::latest(now, zone)))
}

fn day(asked: &FormFields, zone: &TimeZone) -> Result<Timestamp, Reason> {
    let typed = asked.filled("on").ok_or_else(|| Code::Required.says("Choose a day."))?;
    let unreadable = || Code::DateInvalid.says("This is no day. Write it like 2027-03-31.");
    let day: Date = typed.trim().parse().map_err(|_| unreadable())?;
    begins(day, zone).map_err(|_| unreadable())
}

impl Plan {
    /// Counts what will happen until a time of the account.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(conn: &mut PgConnection, who: &SignedIn, now: Timestamp, to: Timestamp) -> Result<Self> {
        let zone = &who.settings.time_zone;
        let ahead = ahead::until(conn, who.account, (now, to), zone)?;
        let is_too_long = ahead.is_too_much();
        Ok(Self { to, when: When::new(to, zone, now), lines: lines(&ahead, is_too_long), is_too_long })
    }
}

fn lines(ahead: &Ahead, is_too_long: bool) -> Vec<String> {
    let sums = |sums: &[Money]| sums.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    let charges = match ahead.charges {
        _ if is_too_long => "More than 20,000 charges, which is too much for one move".to_owned(),
        0 => "No subscription is charged or billed".to_owned(),
        charges => format!(
            "{} of {}, {}",
            few(charges, "charge or bill", "charges and bills"),
            few(ahead.subscriptions, "subscription", "subscriptions"),
            sums(&ahead.sums)
        ),
    };
    let parts = (ahead.parts > 0 && !is_too_long).then(|| {
        let (parts, schedules) = (few(ahead.parts, "part", "parts"), ahead.schedules);
        format!("{parts} of {}, {}", few(schedules, "payment schedule", "payment schedules"), sums(&ahead.part_sums))
    });
    let count = |number: i64| usize::try_from(number).unwrap_or_default();
    let others = [
        (ahead.trials, "free time ends", "free times end"),
        (ahead.endings, "subscription ends as agreed", "subscriptions end as agreed"),
        (
            count(ahead.invoices),
            "unpaid invoice is tried again, or its day passes",
            "unpaid invoices are tried again, or their day passes",
        ),
        (count(ahead.cards), "default card will have expired", "default cards will have expired"),
        (
            count(ahead.customers),
            "deleted customer can no longer be restored whole",
            "deleted customers can no longer be restored whole",
        ),
    ];
    let others =
        others.into_iter().filter(|(number, ..)| *number > 0).map(|(number, one, many)| few(number, one, many));
    std::iter::once(charges).chain(parts).chain(others).collect()
}

/// Returns a number with its word: "1 charge", "1,200 charges".
fn few(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number as u64), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_will_happen_is_told_in_numbers_and_what_will_not_is_left_out() {
        let sums = vec![Money::new(98_000, "KES".parse().unwrap())];
        let ahead = Ahead { charges: 2, subscriptions: 1, sums, trials: 1, cards: 1_200, ..Ahead::default() };
        let told = lines(&ahead, false);
        assert_eq!(told[0], "2 charges and bills of 1 subscription, KES 980.00");
        assert_eq!(told[1..], ["1 free time ends", "1,200 default cards will have expired"]);
        assert_eq!(lines(&Ahead::default(), false), ["No subscription is charged or billed"]);
        let part_sums = vec![Money::new(6_667, "KES".parse().unwrap())];
        let planned = Ahead { parts: 2, schedules: 1, part_sums, ..Ahead::default() };
        assert_eq!(lines(&planned, false)[1..], ["2 parts of 1 payment schedule, KES 66.67"]);
    }
}
