//! Ranges: the two ends of a stretch of time, of amounts or of counts, as the form of a filter asks for them.

use jiff::civil::Date;

use super::List;
use crate::{
    input::FormFields,
    query::{
        Amounts, Home, Keyed, Keyword, NEVER, Numbers, Own, Period, Query, Term, Test, USUAL_AMOUNTS, USUAL_COUNTS,
        Value, Values, Written, kind_of,
    },
    values::{Currency, Money},
};

/// The range that a form asks for.
pub struct Range {
    /// The ranges that are often wanted.
    pub usual: Vec<Usual>,
    /// The kind of the ends.
    pub kind: RangeKind,
    /// The first end, as its field takes it.
    pub from: String,
    /// The last end.
    pub to: String,
}

/// The kind of the ends of a range.
pub enum RangeKind {
    Days,
    /// Amounts in a currency.
    Amounts(Currencies),
    /// Whole numbers.
    Counts,
    /// Numbers of any kind.
    Numbers,
}

/// The currencies to choose from.
pub struct Currencies {
    /// The account's own currency, which needs no naming.
    pub own: Currency,
    /// All currencies, each with whether it is the one named.
    pub all: Vec<(Currency, bool)>,
}

/// A range that is often wanted.
pub struct Usual {
    /// The label.
    pub label: &'static str,
    /// The list with this range.
    pub href: String,
    /// True when it is the one shown.
    pub is_current: bool,
}

/// The context in which a range is asked for.
pub(super) struct RangeForm<'a> {
    pub list: &'a dyn List,
    pub query: &'a Query,
    /// The key of the range.
    pub key: &'static Keyword,
    /// The merchant's field behind it, if it is one of those.
    pub own: Option<&'a Own>,
    /// The term that is changed, and its place; none when a term is added.
    pub changed: Option<(usize, &'a Term)>,
}

impl RangeForm<'_> {
    /// Returns the range of the key's kind; nothing for a term with several values, or a key of another kind.
    pub fn range(&self, own: Currency) -> Option<Range> {
        let shown = match self.changed.and_then(|(_, term)| term.keyed()).map(|keyed| &keyed.values[..]) {
            Some([one]) => Some(one),
            Some(_) => return None,
            None => None,
        };
        match kind_of(self.key, self.own) {
            Values::Numbers => Some(numbers_of(shown)),
            Values::Days => Some(self.days(shown)),
            Values::Amounts => Some(self.amounts(shown, own)),
            Values::Counts(_) => Some(self.counts(shown)),
            _ => None,
        }
    }

    fn days(&self, shown: Option<&Value>) -> Range {
        let shown = shown.and_then(|value| if let Value::Period(period) = value { Some(period) } else { None });
        let (from, to) = shown.and_then(Period::days).unwrap_or_default();
        let text = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let value = |typed: &str| match typed {
            typed if typed == NEVER.1 => Some(Value::Never),
            typed => Period::parse(typed).ok().map(Value::Period),
        };
        let never = &[NEVER][..usize::from(self.key.may_be_never)];
        Range {
            usual: self.usual(&[self.key.usual_days(), never].concat(), value),
            kind: RangeKind::Days,
            from: text(from),
            to: text(to),
        }
    }

    fn amounts(&self, shown: Option<&Value>, own: Currency) -> Range {
        let shown = shown.and_then(as_amounts);
        let named = shown.and_then(Amounts::currency);
        let text = |minor: i64| Money::new(minor, named.unwrap_or(own)).plain();
        let (from, to) = ends(shown.map(|shown| shown.range(own)).map(|range| (range.least, range.most)), text);
        // One that is not offered any more may be named all the same.
        let mut all = Currency::offered();
        all.extend(named.filter(|named| !named.is_offered()));
        let all = all.into_iter().map(|currency| (currency, named == Some(currency))).collect();
        let usual = self.usual(&USUAL_AMOUNTS, amounts);
        Range { usual, kind: RangeKind::Amounts(Currencies { own, all }), from, to }
    }

    fn counts(&self, shown: Option<&Value>) -> Range {
        let (from, to) = ends(shown.and_then(as_amounts).map(Amounts::whole), |count| count.to_string());
        Range { usual: self.usual(&USUAL_COUNTS, amounts), kind: RangeKind::Counts, from, to }
    }

    fn usual(&self, typed: &[(&'static str, &str)], value: impl Fn(&str) -> Option<Value>) -> Vec<Usual> {
        let usual = |(label, typed): &(&'static str, &str)| {
            let test = Test::Keyed(Keyed { key: self.key, own: self.own.cloned(), values: vec![value(typed)?] });
            let is_current = self.changed.is_some_and(|(_, term)| !term.negated && term.test == test);
            let term = Term::of(test);
            let query = match self.changed {
                Some((place, _)) => self.query.replaced(0, place, vec![term]),
                None => self.query.with(term),
            };
            Some(Usual { label, href: self.list.searching(&query.to_string()), is_current })
        };
        typed.iter().filter_map(usual).collect()
    }
}

fn numbers_of(shown: Option<&Value>) -> Range {
    let shown = shown.and_then(|value| if let Value::Numbers(numbers) = value { Some(numbers) } else { None });
    let (from, to) = shown.map(Numbers::typed_ends).unwrap_or_default();
    let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
    Range { usual: Vec::new(), kind: RangeKind::Numbers, from, to }
}

/// Reads what is the same in every currency.
fn amounts(typed: &str) -> Option<Value> {
    Amounts::parse_counts(typed).ok().map(Value::Amounts)
}

fn as_amounts(value: &Value) -> Option<&Amounts> {
    if let Value::Amounts(amounts) = value { Some(amounts) } else { None }
}

/// Returns both ends as text; an empty text for one that is open.
fn ends(range: Option<(i64, i64)>, text: impl Fn(i64) -> String) -> (String, String) {
    let Some((least, most)) = range else { return Default::default() };
    let from = if least == 0 && most > 0 { String::new() } else { text(least) };
    (from, if most == i64::MAX { String::new() } else { text(most) })
}

/// Returns the sent range as it would be typed; nothing if neither end was sent, or there are no ranges of the kind.
pub(super) fn typed(kind: Values, asked: &FormFields, home: &Home) -> Option<String> {
    match kind {
        Values::Numbers => numbers(asked, |text| Numbers::parse(text).is_ok()),
        Values::Days => period(asked),
        Values::Amounts => numbers(asked, |text| Amounts::parse(text, home.currency).is_ok()),
        Values::Counts(_) => numbers(asked, |text| Amounts::parse_counts(text).is_ok()),
        _ => None,
    }
}

/// Returns the period from one day to another, either of them open.
fn period(asked: &FormFields) -> Option<String> {
    let day = |name| asked.filled(name).map(|text| Written(text).to_string());
    Some(match (day("from"), day("to")) {
        (Some(from), Some(to)) if from == to => from,
        (Some(from), Some(to)) => format!("{}..{}", (&from).min(&to), (&from).max(&to)),
        (Some(from), None) => format!(">={from}"),
        (None, Some(to)) => format!("<={to}"),
        (None, None) => return None,
    })
}

/// Returns the range from one number to another, either of them open, with their currency.
fn numbers(asked: &FormFields, is_range: impl Fn(&str) -> bool) -> Option<String> {
    let currency = asked.filled("currency").unwrap_or_default();
    let between = |one: &str, other: &str| format!("{one}..{other}{currency}");
    let typed = match (asked.filled("from"), asked.filled("to")) {
        (Some(from), Some(to)) if from == to => format!("{from}{currency}"),
        (Some(from), Some(to)) if is_range(&between(to, from)) => between(to, from),
        (Some(from), Some(to)) => between(from, to),
        (Some(from), None) => format!(">={from}{currency}"),
        (None, Some(to)) => format!("<={to}{currency}"),
        (None, None) => return None,
    };
    Some(Written(&typed).to_string())
}
