//! The headings and cells of the list's columns after the name.

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    payments::figures::Summary,
    search::{
        columns::{Columns, Shown},
        listing::{Column, ExtraColumn, Row},
    },
    values::{CountryCode, Language, Money, phone, when},
};

/// A heading and how its column is drawn.
pub struct Head {
    /// What people call it.
    pub label: String,
    /// Says on which screens it is seen, and how it stands.
    pub class: String,
    /// The order it leads to.
    pub order: Option<Column>,
    shown: Shown,
}

/// The columns after the name. Deleted customers have times of their own, for which the usual ones make room.
pub fn heads(columns: &Columns, deleted: bool) -> Vec<Head> {
    let is_usual = *columns == Columns::usual();
    let makes_room = |shown: &Shown| match shown {
        Shown::Created => true,
        Shown::Phone | Shown::Volume | Shown::LastPayment => is_usual,
        Shown::Email | Shown::Extra(_) => false,
    };
    let stays = |shown: &&Shown| !deleted || !makes_room(shown);
    let shown: Vec<&Shown> = columns.iter().filter(stays).collect();
    let count = shown.len();
    let head = |(n, shown): (usize, &&Shown)| {
        let is_last = n + 1 == count && !deleted;
        // The last one stays on the smallest screen. What somebody chose stays on every other.
        let place = match shown {
            _ if is_last => "c-end",
            Shown::Phone if is_usual => "p3",
            Shown::Created if is_usual => "p4",
            Shown::Volume => "p2 c-vol",
            _ => "p2",
        };
        let is_number = shown.is_time() || **shown == Shown::Volume;
        let class = if is_number { format!("num {place}") } else { place.to_owned() };
        Head { label: shown.label(), class, order: shown.order(), shown: (*shown).clone() }
    };
    shown.iter().enumerate().map(head).collect()
}

/// What stands in a cell.
pub enum Content {
    /// Nothing is known.
    Nothing,
    /// A text.
    Text(String),
    /// A text that may run the other way.
    Foreign(String),
    /// A number that people read digit by digit.
    Digits(String),
    /// A moment.
    Time(when::When),
    /// An amount.
    Volume(Volume),
}

/// What payments come to.
#[derive(Clone)]
pub struct Volume {
    /// In the account's currency.
    pub money: Money,
    /// Whether there are others, in other currencies.
    pub has_others: bool,
}

/// A cell of a row.
pub struct Cell {
    /// As its heading's.
    pub class: String,
    /// What stands in it.
    pub content: Content,
    /// What stands above it on the smallest screen, where the volume has no column.
    pub sub: Option<Volume>,
}

impl Cell {
    /// Whether it is short by nature.
    pub fn is_short(&self) -> bool {
        matches!(self.content, Content::Time(_) | Content::Volume(_))
    }
}

/// The cells of a row under `heads`.
pub fn cells(
    row: &Row,
    paid: Option<&Summary>,
    columns: &Columns,
    heads: &[Head],
    (zone, now): (&TimeZone, Timestamp),
) -> Vec<Cell> {
    let volume = || paid.map(|paid| Volume { money: paid.volume, has_others: paid.has_others });
    let has_volume = heads.iter().any(|head| head.shown == Shown::Volume);
    let last = heads.len().wrapping_sub(1);
    let extras = columns.extras();
    let extra = |wanted: &ExtraColumn| {
        let n = extras.iter().position(|extra| extra == wanted)?;
        row.extra.get(n).cloned().flatten().filter(|text| !text.is_empty())
    };
    let cell = |(n, head): (usize, &Head)| {
        let content = match &head.shown {
            Shown::Email => row.email.clone().map(Content::Text),
            Shown::Phone => row.phone.as_deref().map(|phone| Content::Digits(phone::pretty(phone))),
            Shown::Created => Some(Content::Time(when::When::new(row.created_at, zone, now))),
            Shown::Volume => volume().map(Content::Volume),
            Shown::LastPayment => paid.map(|paid| Content::Time(when::When::new(paid.last_payment_at, zone, now))),
            Shown::Extra(wanted) => extra(wanted).map(|text| shown(wanted, text, zone, now)),
        };
        let is_above = n == last && head.shown == Shown::LastPayment && has_volume;
        let sub = volume().filter(|_| is_above);
        Cell { class: head.class.clone(), content: content.unwrap_or(Content::Nothing), sub }
    };
    heads.iter().enumerate().map(cell).collect()
}

fn shown(column: &ExtraColumn, text: String, zone: &TimeZone, now: Timestamp) -> Content {
    match column {
        ExtraColumn::Country => Content::Text(CountryCode::parse(&text).map_or(text, |code| code.name().to_owned())),
        ExtraColumn::Language => Content::Text(Language::parse(&text).map_or(text, |code| code.name().to_owned())),
        ExtraColumn::Kind if text == "organization" => Content::Text("Organization".to_owned()),
        ExtraColumn::Kind => Content::Text("Person".to_owned()),
        ExtraColumn::Updated => match text.parse() {
            Ok(moment) => Content::Time(when::When::new(moment, zone, now)),
            Err(_) => Content::Text(text),
        },
        ExtraColumn::Company | ExtraColumn::Reference | ExtraColumn::Metadata(_) => Content::Foreign(text),
    }
}
