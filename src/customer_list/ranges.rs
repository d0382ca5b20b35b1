//! Ranges: the two ends of a stretch of time, of amounts or of counts, as the form of a filter asks for them.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{filter_form::written, state::State};
use crate::{
    input::Pairs,
    query::{Period, amounts::Amounts},
    search::{Query, Term, Test},
    values::{Currency, Money},
};

/// What is filled in of a range.
pub struct Range {
    /// Ranges that are often wanted.
    pub usual: Vec<Usual>,
    /// What the ends are.
    pub kind: Kind,
    /// The first end, as its field takes it.
    pub from: String,
    /// The last end.
    pub to: String,
}

/// What the ends of a range are.
pub enum Kind {
    /// Days.
    Days,
    /// Amounts in a currency.
    Amounts(Currencies),
    /// Whole numbers.
    Counts,
}

/// The currencies to choose from.
pub struct Currencies {
    /// The account's own, which needs no naming.
    pub own: Currency,
    /// The others and it: which of them is named.
    pub all: Vec<(Currency, bool)>,
}

/// A range that is often wanted.
pub struct Usual {
    /// How it reads.
    pub label: &'static str,
    /// The list with it.
    pub href: String,
    /// Whether it is the one shown.
    pub is_current: bool,
}

/// Where a range is asked for.
pub struct Asker<'a> {
    /// The list.
    pub state: &'a State,
    /// Its search.
    pub query: &'a Query,
    /// The term that is changed, and its place, if none is added.
    pub changed: Option<(usize, &'a Term)>,
}

impl Asker<'_> {
    /// The stretch of time of `key`; nothing for a term of several.
    pub fn days(&self, key: &str, zone: &TimeZone, now: Timestamp) -> Option<Range> {
        let shown = match self.changed.map(|(_, term)| &term.test) {
            Some(Test::Created(periods) | Test::LastPayment(periods)) if periods.len() == 1 => periods.first(),
            Some(_) => return None,
            None => None,
        };
        let test = |typed: &str| {
            let periods = vec![Period::parse(typed).ok()?];
            Some(if key == "created" { Test::Created(periods) } else { Test::LastPayment(periods) })
        };
        let month = now.to_zoned(zone.clone()).strftime("%Y-%m").to_string();
        let usual = [
            ("Today", "today"),
            ("Last 7 days", "last-7d"),
            ("Last 30 days", "last-30d"),
            ("Last 90 days", "last-90d"),
            ("This month", &*month),
        ];
        let (from, to) = shown.and_then(Period::days).unwrap_or_default();
        let text = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        Some(Range { usual: self.usual(&usual, test), kind: Kind::Days, from: text(from), to: text(to) })
    }

    /// The amounts that were spent; nothing for a term of several.
    pub fn amounts(&self, own: Currency) -> Option<Range> {
        let shown = match self.changed.map(|(_, term)| &term.test) {
            Some(Test::Spent(amounts)) if amounts.len() == 1 => amounts.first(),
            Some(_) => return None,
            None => None,
        };
        let named = shown.and_then(Amounts::currency);
        let text = |minor: i64| Money::new(minor, named.unwrap_or(own)).plain();
        let (from, to) = ends(shown.map(|shown| shown.range(own)).map(|range| (range.least, range.most)), text);
        let all = Currency::all().into_iter().map(|currency| (currency, named == Some(currency))).collect();
        let test = |typed: &str| Amounts::parse(typed).ok().map(|amounts| Test::Spent(vec![amounts]));
        let usual = self.usual(&[("Nothing", "0"), ("Anything", ">0")], test);
        Some(Range { usual, kind: Kind::Amounts(Currencies { own, all }), from, to })
    }

    /// The number of payments; nothing for a term of several.
    pub fn counts(&self) -> Option<Range> {
        let shown = match self.changed.map(|(_, term)| &term.test) {
            Some(Test::Payments(counts)) if counts.len() == 1 => counts.first(),
            Some(_) => return None,
            None => None,
        };
        let (from, to) = ends(shown.map(Amounts::whole), |count| count.to_string());
        let test = |typed: &str| Amounts::parse(typed).ok().map(|counts| Test::Payments(vec![counts]));
        let usual = self.usual(&[("None", "0"), ("Any", ">0")], test);
        Some(Range { usual, kind: Kind::Counts, from, to })
    }

    fn usual(&self, typed: &[(&'static str, &str)], test: impl Fn(&str) -> Option<Test>) -> Vec<Usual> {
        let usual = |(label, typed): &(&'static str, &str)| {
            let test = test(typed)?;
            let is_current = self.changed.is_some_and(|(_, term)| !term.negated && term.test == test);
            let term = Term::of(test);
            let query = match self.changed {
                Some((place, _)) => self.query.replaced(0, place, vec![term]),
                None => self.query.with(term),
            };
            Some(Usual { label, href: self.state.searching(query), is_current })
        };
        typed.iter().filter_map(usual).collect()
    }
}

/// Both ends as text; nothing for one that is open.
fn ends(range: Option<(i64, i64)>, text: impl Fn(i64) -> String) -> (String, String) {
    let Some((least, most)) = range else { return Default::default() };
    let from = if least == 0 && most > 0 { String::new() } else { text(least) };
    (from, if most == i64::MAX { String::new() } else { text(most) })
}

/// What was sent of a range, as it would be typed; nothing if neither end was.
pub fn typed(key: &str, asked: &Pairs) -> Option<String> {
    match key {
        "created" | "last_payment" => period(asked),
        "spent" | "payments" => numbers(asked),
        _ => None,
    }
}

/// From one day to another, either of them open.
fn period(asked: &Pairs) -> Option<String> {
    let day = |name| asked.filled(name).map(written);
    Some(match (day("from"), day("to")) {
        (Some(from), Some(to)) if from == to => from,
        (Some(from), Some(to)) => format!("{}..{}", (&from).min(&to), (&from).max(&to)),
        (Some(from), None) => format!(">={from}"),
        (None, Some(to)) => format!("<={to}"),
        (None, None) => return None,
    })
}

/// From one number to another, either of them open, and their currency.
fn numbers(asked: &Pairs) -> Option<String> {
    let currency = asked.filled("currency").unwrap_or_default();
    let between = |one: &str, other: &str| format!("{one}..{other}{currency}");
    let typed = match (asked.filled("from"), asked.filled("to")) {
        (Some(from), Some(to)) if from == to => format!("{from}{currency}"),
        (Some(from), Some(to)) if Amounts::parse(&between(to, from)).is_ok() => between(to, from),
        (Some(from), Some(to)) => between(from, to),
        (Some(from), None) => format!(">={from}{currency}"),
        (None, Some(to)) => format!("<={to}{currency}"),
        (None, None) => return None,
    };
    Some(written(&typed))
}
