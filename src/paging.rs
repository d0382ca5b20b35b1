//! A page is one screenful of an ordered list, and a cursor the place where the next or previous one begins.
//!
//! Lists are read by keyset: the row after (sort column, id), never an OFFSET, so that any depth costs the same and
//! rows that arrive meanwhile shift nothing. One row more than the page shows is fetched, to know whether there is
//! more.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::{codes::Code, reason::Reason};

/// The number of rows that a page shows: 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u8);

/// The text is not a whole number from 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitError;

/// One letter that names the order of a list, kept in its cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortTag(u8);

/// The place of one row in one order of a list. It is opaque outside: base64url of the tag, the id and the sort
/// column's value.
///
/// It is not signed: whoever changes one only asks for another place in a list they may read anyway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    sort: SortTag,
    key: Option<String>,
    id: Uuid,
}

/// The reason why a text is not a place in this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorError {
    /// It is no cursor, or was cut or changed on the way.
    Broken,
    /// It was made for another order of the list.
    OtherSort,
    /// It has both a place to start after and one to end before.
    Both,
}

/// The page of the list that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// The first page.
    #[default]
    First,
    /// The rows behind this place.
    After(Cursor),
    /// The rows ahead of this place; they are fetched in reverse order.
    Before(Cursor),
}

/// The rows of one page in the list's order, and whether there are more on either side.
///
/// An empty page has neither side: offer the first page instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// True when rows come before the first of these.
    pub has_previous: bool,
    /// True when rows come after the last of these.
    pub has_next: bool,
}

impl Limit {
    /// The rows of a screen unless another number is asked for.
    pub const SCREEN: Limit = Limit(25);
    /// The most rows that can be asked for.
    pub const LONGEST: Limit = Limit(100);
    /// The rows of an answer of the API unless another number is asked for.
    pub const API: Limit = Limit(20);
    /// The most rows that there may be.
    pub const MOST: Limit = Limit(100);
    /// The rows of a part of another page.
    pub const PANEL: Limit = Limit(6);
    /// The rows of a part that is read at a glance.
    pub const FEW: Limit = Limit(5);
    /// The rows of the palette.
    pub const PALETTE: Limit = Limit(6);

    /// Reads a `limit` parameter; nothing is clamped.
    pub fn parse(raw: &str) -> Result<Self, LimitError> {
        let plain = raw.bytes().all(|byte| byte.is_ascii_digit());
        let number = raw.parse().ok().filter(|n| plain && (1..=Self::LONGEST.0).contains(n));
        number.map(Self).ok_or(LimitError)
    }

    /// Returns the number of rows that the page shows.
    pub const fn rows(self) -> usize {
        self.0 as usize
    }

    /// Returns the same number for the database.
    pub fn count(self) -> i64 {
        i64::from(self.0)
    }

    /// Returns the number of rows to fetch: one more than is shown.
    pub fn fetch(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self::SCREEN
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Give a whole number from 1 to 100.")
    }
}

impl std::error::Error for LimitError {}

impl From<LimitError> for Reason {
    fn from(err: LimitError) -> Self {
        Code::InvalidParameter.says(err.to_string())
    }
}

/// The bit of the first byte that says a sort column's value follows.
const HAS_KEY: u8 = 0x80;

const ID_BYTES: usize = 16;

impl SortTag {
    /// Makes the tag of an order, such as `b'n'` for “by name”. A letter other than a to z does not compile in a
    /// constant.
    pub const fn new(letter: u8) -> Self {
        assert!(letter.is_ascii_lowercase(), "a tag is a letter a to z");
        Self(letter)
    }
}

impl Cursor {
    /// The longest sort column value that fits, in bytes: far more than 200 characters, accents taken off, can need.
    pub const MAX_KEY_BYTES: usize = 2048;

    /// Makes the place of the row with this id and, unless the list is ordered by id alone, this value in the sort
    /// column.
    pub fn new(sort: SortTag, key: Option<String>, id: impl Into<Uuid>) -> Self {
        Self { sort, key, id: id.into() }
    }

    /// Reads a cursor of the list in the given order.
    pub fn parse(text: &str, sort: SortTag) -> Result<Self, CursorError> {
        let cursor = Self::decode(text).ok_or(CursorError::Broken)?;
        if cursor.sort == sort { Ok(cursor) } else { Err(CursorError::OtherSort) }
    }

    /// Returns the sort column's value; `None` when the list is ordered by id alone.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Returns the row's id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    fn decode(text: &str) -> Option<Self> {
        // Four characters carry three bytes.
        if text.len() > (1 + ID_BYTES + Self::MAX_KEY_BYTES).div_ceil(3) * 4 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (&tag, rest) = bytes.split_first()?;
        let (id, key) = rest.split_at_checked(ID_BYTES)?;
        let has_key = tag & HAS_KEY != 0;
        if key.len() > Self::MAX_KEY_BYTES || (!has_key && !key.is_empty()) {
            return None;
        }
        // PostgreSQL takes no NUL in a text.
        let key = str::from_utf8(key).ok().filter(|key| !key.contains('\0'))?;
        Some(Self {
            sort: SortTag(tag & !HAS_KEY),
            key: has_key.then(|| key.to_owned()),
            id: Uuid::from_slice(id).ok()?,
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tag = self.sort.0 | if self.key.is_some() { HAS_KEY } else { 0 };
        let mut bytes = vec![tag];
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(self.key().unwrap_or_default().as_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken => "This link to a page of the list is damaged. Start again from the first page.",
            Self::OtherSort => "This link is to a page of the list in another order. Start again from the first page.",
            Self::Both => "Give “after” or “before”, not both.",
        })
    }
}

impl std::error::Error for CursorError {}

impl From<CursorError> for Reason {
    fn from(err: CursorError) -> Self {
        let code = match err {
            CursorError::Broken => Code::CursorDamaged,
            CursorError::OtherSort => Code::CursorOfOtherSort,
            CursorError::Both => Code::InvalidParameter,
        };
        code.says(err.to_string())
    }
}

impl Direction {
    /// Reads the `after` and `before` parameters of a list in the given order; an empty one counts as absent.
    pub fn parse(after: Option<&str>, before: Option<&str>, sort: SortTag) -> Result<Self, CursorError> {
        let given = |text: &&str| !text.is_empty();
        match (after.filter(given), before.filter(given)) {
            (None, None) => Ok(Self::First),
            (Some(after), None) => Cursor::parse(after, sort).map(Self::After),
            (None, Some(before)) => Cursor::parse(before, sort).map(Self::Before),
            (Some(_), Some(_)) => Err(CursorError::Both),
        }
    }

    /// Returns whether the rows are to be fetched in the reverse of the list's order.
    pub fn is_backward(&self) -> bool {
        matches!(self, Self::Before(_))
    }
}

impl<T> Page<T> {
    /// Makes the page of up to [`Limit::fetch`] rows, in the order they were fetched: reversed for
    /// [`Direction::Before`].
    pub fn from_rows(mut rows: Vec<T>, limit: Limit, direction: &Direction) -> Self {
        let has_more = rows.len() > limit.rows();
        rows.truncate(limit.rows());
        let came_from_elsewhere = *direction != Direction::First && !rows.is_empty();
        if direction.is_backward() {
            rows.reverse();
            return Self { items: rows, has_previous: has_more, has_next: came_from_elsewhere };
        }
        Self { items: rows, has_previous: came_from_elsewhere, has_next: has_more }
    }

    /// Returns the `before` of the previous page, if there is one.
    pub fn previous_cursor(&self, place: impl FnOnce(&T) -> Cursor) -> Option<Cursor> {
        self.items.first().filter(|_| self.has_previous).map(place)
    }

    /// Returns the `after` of the next page, if there is one.
    pub fn next_cursor(&self, place: impl FnOnce(&T) -> Cursor) -> Option<Cursor> {
        self.items.last().filter(|_| self.has_next).map(place)
    }

    /// Returns the same page with each row changed.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            has_previous: self.has_previous,
            has_next: self.has_next,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BY_NAME: SortTag = SortTag::new(b'n');
    const BY_ID: SortTag = SortTag::new(b'c');

    fn name_cursor(key: &str) -> Cursor {
        Cursor::new(BY_NAME, Some(key.to_owned()), Uuid::from_u128(7))
    }

    #[test]
    fn a_limit_is_a_whole_number_from_1_to_100() {
        assert_eq!(Limit::parse("1").map(Limit::rows), Ok(1));
        assert_eq!(Limit::parse("100").map(Limit::fetch), Ok(101));
        assert_eq!(Limit::default().rows(), 25);
        for bad in ["", "0", "101", "256", "-1", "+5", "2.5", " 7", "ten", "٣", "99999999999999999999"] {
            assert_eq!(Limit::parse(bad), Err(LimitError), "{bad:?}");
        }
    }

    #[test]
    fn a_cursor_is_small_and_url_safe() {
        let by_id = Cursor::new(BY_ID, None, Uuid::from_u128(u128::MAX)).to_string();
        assert_eq!(by_id.len(), 23);
        assert!(by_id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
        assert_eq!(name_cursor("otieno").to_string().len(), 31);
    }

    #[test]
    fn an_empty_key_is_not_no_key() {
        let cursor = name_cursor("");
        assert_eq!(Cursor::parse(&cursor.to_string(), BY_NAME).unwrap().key(), Some(""));
    }

    #[test]
    fn refuses_other_orders_and_damage() {
        let text = name_cursor("otieno").to_string();
        assert_eq!(Cursor::parse(&text, BY_ID), Err(CursorError::OtherSort));
        let not_utf8 = URL_SAFE_NO_PAD.encode([&[b'n' | HAS_KEY][..], &[0; 16], &[0xff]].concat());
        let key_unasked = URL_SAFE_NO_PAD.encode([&b"n"[..], &[0; 16], b"x"].concat());
        let longest = name_cursor(&"x".repeat(Cursor::MAX_KEY_BYTES)).to_string();
        assert!(Cursor::parse(&longest, BY_NAME).is_ok());
        for broken in [
            "",
            "a",
            "%",
            "not a cursor",
            &text[..20],
            &format!("{text}="),
            &format!(" {text}"),
            &text.replace('v', "+"),
            &not_utf8,
            &key_unasked,
            &name_cursor("a\0b").to_string(),
            &format!("{longest}A"),
            &"A".repeat(100_000),
            &name_cursor(&"x".repeat(Cursor::MAX_KEY_BYTES + 1)).to_string(),
        ] {
            assert_eq!(Cursor::parse(broken, BY_NAME), Err(CursorError::Broken), "{broken:.60}");
        }
    }

    #[test]
    fn a_direction_is_one_of_two_parameters_or_none() {
        let text = name_cursor("a").to_string();
        let read = |after, before| Direction::parse(after, before, BY_NAME);
        assert_eq!(read(None, None), Ok(Direction::First));
        assert_eq!(read(Some(""), Some("")), Ok(Direction::First));
        assert_eq!(read(Some(&text), None), Ok(Direction::After(name_cursor("a"))));
        assert_eq!(read(None, Some(&text)), Ok(Direction::Before(name_cursor("a"))));
        assert_eq!(read(Some(&text), Some(&text)), Err(CursorError::Both));
        assert_eq!(read(Some("x"), None), Err(CursorError::Broken));
    }

    #[test]
    fn a_page_knows_its_sides() {
        let limit = Limit::parse("2").unwrap();
        let (after, before) = (Direction::After(name_cursor("a")), Direction::Before(name_cursor("a")));
        for (rows, direction, items, has_previous, has_next) in [
            (vec![], &Direction::First, vec![], false, false),
            (vec![1, 2], &Direction::First, vec![1, 2], false, false),
            (vec![1, 2, 3], &Direction::First, vec![1, 2], false, true),
            (vec![3], &after, vec![3], true, false),
            (vec![3, 4, 5], &after, vec![3, 4], true, true),
            (vec![4, 3, 2], &before, vec![3, 4], true, true),
            (vec![2, 1], &before, vec![1, 2], false, true),
            (vec![], &after, vec![], false, false),
            (vec![], &before, vec![], false, false),
        ] {
            let page = Page::from_rows(rows.clone(), limit, direction);
            assert_eq!(page, Page { items, has_previous, has_next }, "{rows:?} {direction:?}");
        }
    }

    #[test]
    fn cursors_lead_to_the_neighbours() {
        let place = |n: &u128| Cursor::new(BY_ID, None, Uuid::from_u128(*n));
        let page = Page::from_rows(vec![4, 3, 2], Limit::parse("2").unwrap(), &Direction::Before(place(&5)));
        assert_eq!(page.previous_cursor(place), Some(place(&3)));
        assert_eq!(page.next_cursor(place), Some(place(&4)));
        let alone = Page::from_rows(vec![1], Limit::SCREEN, &Direction::First);
        assert_eq!((alone.previous_cursor(place), alone.next_cursor(place)), (None, None));
        assert_eq!(page.map(|n| n * 10).items, [30, 40]);
    }

    proptest! {
        #[test]
        fn any_cursor_comes_back(letter in b'a'..=b'z', key in proptest::option::of("[^\0]{0,60}"), id: u128) {
            let cursor = Cursor::new(SortTag(letter), key, Uuid::from_u128(id));
            prop_assert_eq!(Cursor::parse(&cursor.to_string(), SortTag(letter)), Ok(cursor));
        }

        #[test]
        fn any_text_is_answered(text in ".*", base64 in "[A-Za-z0-9_-]{0,80}") {
            let _ = (Cursor::parse(&text, BY_NAME), Limit::parse(&text));
            // What is read at all is read from its one spelling.
            if let Some(cursor) = Cursor::decode(&base64) {
                prop_assert_eq!(cursor.to_string(), base64);
            }
        }

        #[test]
        fn pages_forward_and_back_cover_the_list_once(count in 0u128..60, size in 1u8..10) {
            let (limit, place) = (Limit(size), |n: &u128| Cursor::new(BY_ID, None, Uuid::from_u128(*n)));
            let fetch = |direction: &Direction| -> Page<u128> {
                let rows: Vec<u128> = match direction {
                    Direction::First => (0..count).take(limit.rows() + 1).collect(),
                    Direction::After(c) => (0..count).filter(|n| *n > c.id().as_u128()).take(limit.rows() + 1).collect(),
                    Direction::Before(c) => (0..count).rev().filter(|n| *n < c.id().as_u128()).take(limit.rows() + 1).collect(),
                };
                Page::from_rows(rows, limit, direction)
            };
            let mut pages = vec![fetch(&Direction::First)];
            while let Some(cursor) = pages[pages.len() - 1].next_cursor(place) {
                pages.push(fetch(&Direction::After(cursor)));
            }
            prop_assert_eq!(pages.iter().flat_map(|p| p.items.clone()).collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
            for pair in pages.windows(2) {
                let back = fetch(&Direction::Before(pair[1].previous_cursor(place).unwrap()));
                prop_assert_eq!(&back.items, &pair[0].items);
            }
        }
    }
}
