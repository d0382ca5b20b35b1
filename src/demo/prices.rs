//! The prices: the currency in which a demo customer pays, and the amounts in it.

use super::{calendar::along, dice::Dice, phones, world::Country};

/// A currency with its lowest and highest price.
#[derive(Debug, PartialEq, Eq)]
pub struct Prices {
    /// The code, by ISO 4217.
    pub code: &'static str,
    /// The number of minor units in one unit; a test compares it with ISO 4217.
    pub unit: i64,
    /// The lowest price, in whole units.
    pub low: i64,
    /// The highest price, in whole units.
    pub high: i64,
    /// The step between prices, in whole units; when it is one, prices can have cents.
    step: i64,
}

const fn prices(code: &'static str, unit: i64, low: i64, high: i64, step: i64) -> Prices {
    Prices { code, unit, low, high, step }
}

/// The prices of all currencies, the one of the merchant's own country first.
pub const PRICES: [Prices; 44] = [
    prices("KES", 100, 200, 90_000, 10),
    prices("UGX", 1, 5_000, 3_000_000, 500),
    prices("TZS", 100, 4_000, 2_000_000, 500),
    prices("RWF", 1, 2_000, 1_000_000, 100),
    prices("ETB", 100, 100, 60_000, 5),
    prices("NGN", 100, 2_000, 900_000, 50),
    prices("GHS", 100, 30, 9_000, 1),
    prices("ZAR", 100, 80, 16_000, 1),
    prices("XOF", 1, 2_500, 500_000, 100),
    prices("EGP", 100, 150, 40_000, 5),
    prices("AED", 100, 20, 3_500, 1),
    prices("SAR", 100, 20, 3_500, 1),
    prices("MAD", 100, 50, 9_000, 1),
    prices("ILS", 100, 20, 3_300, 1),
    prices("INR", 100, 250, 75_000, 10),
    prices("PKR", 100, 800, 250_000, 10),
    prices("BDT", 100, 400, 100_000, 10),
    prices("CNY", 100, 30, 6_500, 1),
    prices("TWD", 100, 150, 28_000, 10),
    prices("JPY", 1, 500, 130_000, 10),
    prices("KRW", 1, 5_000, 1_200_000, 100),
    prices("VND", 1, 100_000, 22_000_000, 1_000),
    prices("THB", 100, 150, 30_000, 5),
    prices("IDR", 100, 60_000, 14_000_000, 500),
    prices("PHP", 100, 250, 50_000, 5),
    prices("RUB", 100, 300, 75_000, 10),
    prices("UAH", 100, 150, 37_000, 5),
    prices("PLN", 100, 18, 3_500, 1),
    prices("CZK", 100, 100, 20_000, 5),
    prices("HUF", 100, 1_500, 320_000, 10),
    prices("RON", 100, 20, 4_000, 1),
    prices("TRY", 100, 150, 35_000, 5),
    prices("EUR", 100, 5, 850, 1),
    prices("MXN", 100, 90, 16_000, 1),
    prices("ARS", 100, 4_000, 850_000, 50),
    prices("BRL", 100, 25, 5_000, 1),
    prices("SEK", 100, 50, 9_500, 1),
    prices("NOK", 100, 50, 9_500, 1),
    prices("DKK", 100, 35, 6_300, 1),
    prices("ISK", 1, 700, 125_000, 10),
    prices("GBP", 100, 4, 700, 1),
    prices("USD", 100, 5, 900, 1),
    prices("CAD", 100, 7, 1_200, 1),
    prices("AUD", 100, 8, 1_350, 1),
];

/// The share of all prices, and the share of the way from the lowest to the highest: most things are cheap.
const SPREAD: [(f64, f64); 6] = [(0.0, 0.0), (0.30, 0.008), (0.60, 0.03), (0.85, 0.12), (0.96, 0.40), (1.0, 1.0)];

/// The cents after the whole units, in hundredths, where prices have cents.
const CENTS: [i64; 8] = [0, 0, 0, 50, 50, 95, 99, 99];

impl Prices {
    /// Returns the prices in a currency; those of the merchant's own country when the currency has none.
    pub fn of(code: &str) -> &'static Self {
        PRICES.iter().find(|prices| prices.code == code).unwrap_or(&PRICES[0])
    }

    /// Returns a price, in minor units.
    pub fn amount(&self, dice: &mut Dice) -> i64 {
        self.at(dice.fraction(), dice)
    }

    /// Returns the price of a subscription, in minor units: neither the lowest nor near the highest.
    pub fn subscription(&self, dice: &mut Dice) -> i64 {
        self.at(0.15 + 0.6 * dice.fraction(), dice)
    }

    /// Returns the next round number, in minor units.
    pub fn rounded_up(&self, amount: i64) -> i64 {
        let round = 10 * self.step * self.unit;
        (amount + round - 1) / round * round
    }

    fn at(&self, share: f64, dice: &mut Dice) -> i64 {
        let above = (self.high - self.low) as f64 * along(&SPREAD, share);
        let whole = self.low + above as i64 / self.step * self.step;
        let cents = if self.step == 1 && whole < self.high { *dice.pick(&CENTS) } else { 0 };
        whole * self.unit + cents
    }
}

/// Returns the currency a customer pays in, and for some a second one: their own country's, and the merchant's or
/// dollars.
pub fn currencies(dice: &mut Dice, country: &Country) -> (&'static Prices, Option<&'static Prices>) {
    let (own, home) = (Prices::of(&country.currency), &PRICES[0]);
    let second = if country.code == phones::HOME { Prices::of("USD") } else { home };
    match dice.below(1000) {
        0..80 => (own, Some(second)),
        // Who lives far away and buys in the shop when they visit.
        80..330 => (home, None),
        _ => (own, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        demo::{dice::Purpose, world::world},
        values::Currency,
    };

    #[test]
    fn every_currency_is_one_with_its_own_digits() {
        for Prices { code, unit, low, high, .. } in &PRICES {
            let currency = Currency::parse(code).unwrap();
            assert_eq!(*unit, 10_i64.pow(currency.digits()), "{code}");
            assert!(0 < *low && 50 * low < *high, "{code}");
        }
        for country in &world().countries {
            assert_eq!(Prices::of(&country.currency).code, country.currency, "{}", country.code);
        }
    }

    #[test]
    fn amounts_stay_within_their_bounds_and_most_are_small() {
        let mut dice = Dice::new(1, 1, Purpose::Payments);
        for prices in &PRICES {
            let mut amounts: Vec<i64> = (0..2000).map(|_| prices.amount(&mut dice)).collect();
            amounts.sort_unstable();
            let (low, high) = (prices.low * prices.unit, prices.high * prices.unit);
            assert!(low <= amounts[0] && amounts[1999] <= high, "{prices:?}");
            assert!(amounts[1000] < low + (high - low) / 20, "{prices:?}");
            let subscription = prices.subscription(&mut dice);
            assert!((low..low + (high - low) / 5).contains(&subscription), "{prices:?}");
        }
    }
}
