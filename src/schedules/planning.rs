//! The days and sums of a payment schedule before it is made: as they are given, or as equal parts of one sum.

use jiff::civil::Date;

use crate::{
    codes::Code,
    reason::Reason,
    values::{Currency, Interval, Money, money::LARGEST},
};

/// The fewest and the most parts of a sum.
pub const FEWEST_PARTS: i64 = 2;
pub const MOST_PARTS: i64 = 60;

/// A part to be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    pub on: Date,
    /// In the currency's smallest unit.
    pub amount: i64,
}

/// What a schedule is planned by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// As they are given.
    Parts(Vec<Planned>),
    /// Instalments.
    Equal { total: i64, count: i64, first_on: Date, interval: Interval },
}

/// What is wrong with a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The part at this place, counted from 0, has a day that has passed.
    Past(usize, Reason),
    /// The sum, the number of parts, or the day of the last one.
    Whole(Reason),
}

impl Plan {
    /// Returns the parts in the order of their days.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn parts(&self, currency: Currency, today: Date) -> Result<Vec<Planned>, Misfit> {
        let mut parts = match self {
            Self::Parts(parts) => parts.clone(),
            Self::Equal { total, count, first_on, interval } => equal(*total, *count, *first_on, *interval)
                .map_err(|reason| Misfit::Whole(named(reason, Money::new(*total, currency))))?,
        };
        if let Some(place) = parts.iter().position(|part| part.on < today) {
            let sentence = "This day has passed. Choose today or a later one.";
            return Err(Misfit::Past(place, Code::DateInvalid.says(sentence)));
        }
        let sum = parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.amount));
        match sum {
            None => Err(Misfit::Whole(too_much(currency))),
            Some(sum) if sum > LARGEST => Err(Misfit::Whole(too_much(currency))),
            Some(_) => {
                parts.sort_by_key(|part| part.on);
                Ok(parts)
            }
        }
    }
}

fn too_much(currency: Currency) -> Reason {
    Code::AmountInvalid.says(format!("All parts together come to {} at most.", Money::new(LARGEST, currency)))
}

/// Why a sum cannot be parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unpartable {
    /// The number of parts.
    Count,
    /// There is less than one unit for each.
    Little,
    /// The last day is beyond the calendar.
    Far,
}

fn named(why: Unpartable, total: Money) -> Reason {
    match why {
        Unpartable::Count => Code::OutOfRange.says(format!("Use {FEWEST_PARTS} to {MOST_PARTS} parts.")),
        Unpartable::Little => Code::AmountInvalid.says(format!("{total} is too little for so many parts.")),
        Unpartable::Far => Code::DateInvalid.says("The last part would be after the year 9999."),
    }
}

/// Parts a sum equally, the remainder on the first, on days counted from the first.
fn equal(total: i64, count: i64, first_on: Date, interval: Interval) -> Result<Vec<Planned>, Unpartable> {
    if !(FEWEST_PARTS..=MOST_PARTS).contains(&count) {
        return Err(Unpartable::Count);
    }
    let (each, rest) = (total / count, total % count);
    if each < 1 {
        return Err(Unpartable::Little);
    }
    let part = |n: i64| {
        let on = interval.after(first_on, first_on.day(), n).ok_or(Unpartable::Far)?;
        Ok(Planned { on, amount: if n == 0 { each + rest } else { each } })
    };
    (0..count).map(part).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::values::interval::Unit;

    fn monthly() -> Interval {
        Interval::new(Unit::Month, 1).unwrap()
    }

    #[test]
    fn the_remainder_is_on_the_first_part_and_days_are_counted_from_it() {
        let parts = equal(10_000, 3, date(2027, 1, 31), monthly()).unwrap();
        let told: Vec<String> = parts.iter().map(|part| format!("{} {}", part.on, part.amount)).collect();
        assert_eq!(told, ["2027-01-31 3334", "2027-02-28 3333", "2027-03-31 3333"]);
        let yen: Vec<i64> =
            equal(1_000, 3, date(2027, 1, 1), monthly()).unwrap().iter().map(|one| one.amount).collect();
        assert_eq!(yen, [334, 333, 333]);
        assert_eq!(equal(1_000, 1, date(2027, 1, 1), monthly()), Err(Unpartable::Count));
        assert_eq!(equal(1_000, 61, date(2027, 1, 1), monthly()), Err(Unpartable::Count));
        assert_eq!(equal(2, 3, date(2027, 1, 1), monthly()), Err(Unpartable::Little));
        assert_eq!(equal(100, 60, date(9999, 1, 1), monthly()), Err(Unpartable::Far));
    }

    #[test]
    fn parts_as_given_are_put_in_the_order_of_their_days() {
        let (kes, today) = ("KES".parse().unwrap(), date(2027, 1, 10));
        let part = |day, amount| Planned { on: date(2027, 1, day), amount };
        let given = Plan::Parts(vec![part(20, 2), part(10, 1)]);
        assert_eq!(given.parts(kes, today).unwrap(), [part(10, 1), part(20, 2)]);
        let past = Plan::Parts(vec![part(20, 2), part(9, 1)]).parts(kes, today);
        assert!(matches!(past, Err(Misfit::Past(1, _))), "{past:?}");
        let much = Plan::Parts(vec![part(20, LARGEST), part(21, 1)]).parts(kes, today);
        assert!(matches!(much, Err(Misfit::Whole(_))), "{much:?}");
    }

    proptest! {
        #[test]
        fn equal_parts_come_to_the_sum_and_differ_by_the_remainder(total in 60_i64..LARGEST, count in FEWEST_PARTS..=MOST_PARTS) {
            let parts = equal(total, count, date(2027, 1, 31), monthly()).unwrap();
            prop_assert_eq!(parts.iter().map(|part| part.amount).sum::<i64>(), total);
            prop_assert!(parts[1..].iter().all(|part| part.amount == total / count));
            prop_assert!((0..count).contains(&(parts[0].amount - total / count)));
            prop_assert!(parts.windows(2).all(|two| two[0].on < two[1].on));
        }
    }
}
