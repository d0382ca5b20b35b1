//! What subscriptions come to a month, and what payment schedules charge soon: a page, and the section of the front page that
//! loads it apart.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::Overview;
use crate::{
    db::Db,
    error::Result,
    schedules::forecast::Coming as ComingParts,
    search_box::address,
    shell::{Place, Shell, Visit},
    subscriptions::revenue::{Coming, DAYS, Group, Monthly, Sum},
    values::{Currency, Money, money::grouped, when::When},
};

/// The most currencies that the section of the front page has.
const MOST: usize = 5;

#[derive(Template)]
#[template(path = "revenue_page/revenue.html", blocks = ["panel"])]
struct RevenuePage {
    shell: Shell,
    /// The account's time, as on a clock.
    computed: String,
    computed_at: When,
    is_whole: bool,
    lines: Vec<Line>,
    /// The lines that are on the page alone.
    others: usize,
    moves: Vec<Moves>,
    parts: Vec<Parts>,
    is_panel: bool,
}

/// The revenue of one currency.
struct Line {
    currency: Currency,
    counted: Option<Figure>,
    trials: Option<Figure>,
    coming: Vec<Option<Figure>>,
}

/// What payment schedules charge soon in one currency.
struct Parts {
    currency: Currency,
    coming: Vec<Option<Figure>>,
}

/// What changed this month in one currency.
struct Moves {
    currency: Currency,
    moves: Vec<Option<Figure>>,
}

/// A sum with the list that it is made of.
struct Figure {
    amount: Money,
    /// "120 subscriptions"
    words: String,
    href: String,
    /// True when a plus stands before what rose.
    is_signed: bool,
}

impl Figure {
    fn of(sum: Sum, (one, many): (&str, &str), q: &str) -> Option<Self> {
        let amount = sum.monthly;
        let words = counted(sum.subscriptions, one, many);
        let href = || list("/subscriptions", q, amount.currency);
        (sum.subscriptions > 0).then(|| Self { amount, words, href: href(), is_signed: false })
    }

    fn coming(coming: &Coming) -> Self {
        let words = counted(coming.charges, "charge", "charges");
        let href = list("/subscriptions", &next(coming.days), coming.amount.currency);
        Self { amount: coming.amount, words, href, is_signed: false }
    }

    fn parts(coming: &ComingParts) -> Self {
        let words = counted(coming.parts, "part", "parts");
        let href = list("/schedules", &next(coming.days), coming.amount.currency);
        Self { amount: coming.amount, words, href, is_signed: false }
    }

    /// Returns whether its number begins with a plus.
    fn has_plus(&self) -> bool {
        self.is_signed && self.amount.minor > 0
    }
}

fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count.unsigned_abs()), if count == 1 { one } else { many })
}

/// Returns the search for what is charged next within so many days.
fn next(days: i32) -> String {
    format!("next:next-{days}d")
}

fn list(path: &str, q: &str, currency: Currency) -> String {
    address(path, &[("q", format!("{q} currency:{currency}"))])
}

impl Line {
    fn of(monthly: &Monthly, coming: &[Coming]) -> Self {
        let currency = monthly.counted.monthly.currency;
        let of_days = |days: &i32| {
            let found = coming.iter().find(|one| one.days == *days && one.amount.currency == currency);
            found.map(Figure::coming)
        };
        let counts = format!("revenue:{}", Group::Counted.word());
        Self {
            currency,
            counted: Figure::of(monthly.counted, ("subscription", "subscriptions"), &counts),
            trials: Figure::of(monthly.trials, ("trial", "trials"), "status:trialing"),
            coming: DAYS.iter().map(of_days).collect(),
        }
    }
}

impl Parts {
    /// Returns all of them, the currency first in which most is charged soon.
    fn all(coming: &[ComingParts]) -> Vec<Self> {
        let mut currencies: Vec<(i64, Currency)> = Vec::new();
        for one in coming.iter().filter(|one| DAYS.last() == Some(&one.days)) {
            currencies.push((one.parts, one.amount.currency));
        }
        currencies.sort_by_key(|(parts, currency)| (-parts, currency.to_string()));
        let of_currency = |(_, currency): (i64, Currency)| {
            let of_days = |days: &i32| {
                let found = coming.iter().find(|one| one.days == *days && one.amount.currency == currency);
                found.map(Figure::parts)
            };
            Self { currency, coming: DAYS.iter().map(of_days).collect() }
        };
        currencies.into_iter().map(of_currency).collect()
    }
}

impl Moves {
    fn of(currency: Currency, moves: &[(Group, Sum)]) -> Option<Self> {
        let of_group = |group: Group| {
            let (_, sum) = moves.iter().find(|(of, sum)| *of == group && sum.monthly.currency == currency)?;
            let figure = Figure::of(*sum, ("subscription", "subscriptions"), &format!("revenue:{}", group.word()))?;
            Some(Figure { is_signed: true, ..figure })
        };
        let moves: Vec<_> = Group::MOVES.into_iter().map(of_group).collect();
        moves.iter().any(Option::is_some).then_some(Self { currency, moves })
    }
}

/// Answers `GET /revenue`.
pub async fn show(visit: Visit, db: web::Data<Db>) -> Result<HttpResponse> {
    let who = visit.who.clone();
    let now = who.now();
    let zone = who.settings.time_zone.clone();
    let all = db.read(move |conn| Overview::read(conn, who.account, (&who.settings.time_zone, now), true)).await?;
    let (is_whole, revenue) = (all.is_whole(), all.revenue);
    let mut parts = Parts::all(all.parts.as_deref().unwrap_or_default());
    let is_panel = visit.hx.wants_fragment;
    let (monthly, moves) =
        (revenue.monthly.as_deref().unwrap_or_default(), revenue.moves.as_deref().unwrap_or_default());
    let coming = revenue.coming.as_deref().unwrap_or_default();
    let mut currencies: Vec<Currency> = Vec::new();
    for (_, sum) in moves {
        if !currencies.contains(&sum.monthly.currency) {
            currencies.push(sum.monthly.currency);
        }
    }
    let shown = if is_panel { MOST } else { usize::MAX };
    let others = monthly.len().max(currencies.len()).max(parts.len()).saturating_sub(shown);
    parts.truncate(shown);
    let page = RevenuePage {
        computed: now.to_zoned(zone.clone()).strftime("%H:%M").to_string(),
        computed_at: When::new(now, &zone, now),
        is_whole,
        lines: monthly.iter().take(shown).map(|one| Line::of(one, coming)).collect(),
        others,
        moves: currencies.into_iter().filter_map(|currency| Moves::of(currency, moves)).take(shown).collect(),
        parts,
        is_panel,
        shell: visit.shell(Place::Subscriptions),
    };
    visit.answer(&page, page.as_panel())
}
