//! Random numbers that are the same every time for the same seed and customer, on every machine and in every version.

use jiff::Timestamp;
use uuid::Uuid;

/// The purpose of random numbers. Each purpose has its own sequence, so that one more number for one leaves the others
/// unchanged.
#[derive(Clone, Copy)]
pub enum Purpose {
    /// The time of arrival.
    Arrival = 1,
    /// The others of the same family or firm.
    Company = 2,
    /// The name, firm and email.
    Who = 3,
    /// Everything else about the customer.
    Life = 4,
    /// The wallet.
    Wallet = 5,
    /// The payments.
    Payments = 6,
    /// The values of the merchant's own fields.
    Fields = 7,
    /// The notes.
    Notes = 8,
    /// What old systems leave.
    Blemishes = 9,
    /// The subscription.
    Subscriptions = 10,
    /// The ids of what happened to it.
    Happenings = 11,
    /// The merchant's prices.
    Prices = 12,
    /// The bills that are sent.
    Bills = 13,
    /// The payment schedule.
    Schedules = 14,
    /// The ids of what happened to it.
    Parts = 15,
    /// The charges of its parts.
    PartCharges = 16,
}

/// SplitMix64 (Steele, Lea and Flood, 2014). A crate's generator may change its numbers with its version.
pub struct Dice(u64);

impl Dice {
    /// Makes the generator of one customer of a seed.
    pub fn new(seed: u64, number: u32, purpose: Purpose) -> Self {
        let mut of_seed = Self(seed);
        let mut of_number = Self(of_seed.throw() ^ (u64::from(number) << 8 | purpose as u64));
        Self(of_number.throw())
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 to below `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        ((u64::from(end) * (self.throw() >> 32)) >> 32) as u32
    }

    /// Returns a number from 0 to below 1.
    pub fn fraction(&mut self) -> f64 {
        (self.throw() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns true with this probability, in thousandths.
    pub fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// Returns one of the items, all equally likely.
    ///
    /// # Panics
    /// When there are none.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len() as u32) as usize]
    }

    /// Fills the places of a pattern: `#` with a digit, `%` with a digit from 1, `?` with a capital letter that reads
    /// well.
    pub fn fill(&mut self, pattern: &str) -> String {
        let place = |c| match c {
            '#' => char::from(b'0' + self.below(10) as u8),
            '%' => char::from(b'1' + self.below(9) as u8),
            '?' => char::from(*self.pick(b"ABCDEFGHJKLMNPRSTVWXYZ")),
            other => other,
        };
        pattern.chars().map(place).collect()
    }

    /// Returns a UUIDv7 of a time. It contains the time below a millisecond too, so that ids sort as their times do.
    pub fn uuid(&mut self, at: Timestamp) -> Uuid {
        let nanos = at.as_nanosecond().max(0) as u128;
        let (millis, part) = (nanos / 1_000_000, (nanos % 1_000_000) * 4096 / 1_000_000);
        let random = u128::from(self.throw() >> 2);
        Uuid::from_u128(millis << 80 | 7 << 76 | part << 64 | 2 << 62 | random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_are_those_of_the_published_generator() {
        let mut dice = Dice(1_234_567);
        let falls: Vec<u64> = (0..3).map(|_| dice.throw()).collect();
        assert_eq!(falls, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn seed_number_and_purpose_each_make_other_dice() {
        let first = |seed, number, purpose| Dice::new(seed, number, purpose).throw();
        let one = first(1, 1, Purpose::Who);
        assert_eq!(one, first(1, 1, Purpose::Who));
        assert!(
            [first(2, 1, Purpose::Who), first(1, 2, Purpose::Who), first(1, 1, Purpose::Life)]
                .iter()
                .all(|other| *other != one)
        );
    }

    #[test]
    fn ids_are_version_7_and_sort_as_their_times() {
        let mut dice = Dice::new(1, 1, Purpose::Who);
        let at = |nanos: i128| Timestamp::from_nanosecond(1_700_000_000_000_000_000 + nanos).unwrap();
        let ids: Vec<Uuid> = (0..1000).map(|n| dice.uuid(at(n * 500))).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
    }

    #[test]
    fn patterns_are_filled() {
        let filled = Dice::new(1, 1, Purpose::Who).fill("0%# ?-x");
        let chars: Vec<char> = filled.chars().collect();
        assert!(chars[1].is_ascii_digit() && chars[1] != '0' && chars[2].is_ascii_digit());
        assert!(chars[4].is_ascii_uppercase() && filled.ends_with("-x"));
    }
}
