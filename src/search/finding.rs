//! Finds a page of one branch of a search, by a short walk or by the index of words.
//!
//! 1. A walk along the order looks at the first rows of [`Effort`]. It is enough for everything common, and for
//!    accounts that have no more customers. Where the rest is likely to be near, it goes on.
//! 2. In the order of time, the index of words is asked span by span, newest first. The number of spans asked at once
//!    follows from what was found.
//! 3. In another order the index is asked for everything, if that is little enough to be sorted, else after more of the
//!    walk. If it is too much even then, the walk goes on.
//! 4. Conditions that the index does not know, like `has:phone`, are met by walking.
//!
//! A search that takes too long says how far it came.

use std::time::Instant;

use diesel::{
    OptionalExtension, PgConnection, QueryableByName, RunQueryDsl,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    sql_query,
    sql_types::Uuid as SqlUuid,
};
use uuid::Uuid;

use super::{
    Need, Status, needs,
    scope::Effort,
    statements::{AccessPath, Common, End, Entries, Ids, Place},
};
use crate::{
    error::{Error, Result},
    ids::AccountId,
};

/// A limit that is never reached.
const NO_LIMIT: i64 = 1_000_000_000;
/// The number of entries that one statement looks up, about. Each row found costs a look at all of them.
const MOST_ENTRIES: usize = 600;
/// The most entries in a span that a need is looked up by. A need of more, in a span and for all time, is checked on
/// each row instead, where another need finds few rows.
const FEW_IN_SPAN: usize = 40;
const FEW_IN_ALL: usize = 100;
/// The number of entries above which they are looked up only where the next rows are not likely enough.
const MANY_ENTRIES: usize = 50;
/// The number of rows that are looked at in the time in which an entry is looked up and compared.
const ROWS_AN_ENTRY: usize = 8;

/// The length of a span in milliseconds, as a power of two; see `search_span` in the migrations.
const SPAN_BITS: u32 = 31;

/// The rows or ids that were found.
#[derive(Debug)]
pub struct Found<T> {
    /// The rows, in the order of the list if the statement that fetches them has one.
    pub rows: Vec<T>,
    /// True when time ran out before everything was looked at.
    pub is_stopped: bool,
}

/// Runs one statement and returns what it finds, at most as many rows as given.
pub trait Fetch<T>: Fn(&mut PgConnection, &Common, &AccessPath, i64) -> Result<Vec<T>> {}
impl<T, F: Fn(&mut PgConnection, &Common, &AccessPath, i64) -> Result<Vec<T>>> Fetch<T> for F {}

/// Finds the first `wanted` customers of a list.
///
/// # Errors
/// When the database fails. Running out of time is no error.
pub fn find<T>(
    conn: &mut PgConnection,
    common: Common,
    (wanted, effort, until): (i64, Effort, Instant),
    fetch: impl Fetch<T>,
) -> Result<Found<T>> {
    let complete = |rows| Ok(Found { rows, is_stopped: false });
    if !common.filter.is_selective() {
        let way = AccessPath::Walk(common.sort.by.figure().map(|_| wanted));
        return complete(fetch(conn, &common, &way, wanted)?);
    }
    if common.filter.has_id() {
        return complete(fetch(conn, &common, &AccessPath::Few(NO_LIMIT), wanted)?);
    }
    let mut search = Search { conn, common, wanted, effort, fetch, rows: Vec::new(), until, is_limited: false };
    match search.run() {
        Err(Error::TookTooLong) => Ok(Found { rows: search.rows, is_stopped: true }),
        done => done.and(complete(search.rows)),
    }
}

struct Search<'c, T, F> {
    conn: &'c mut PgConnection,
    common: Common,
    wanted: i64,
    effort: Effort,
    fetch: F,
    rows: Vec<T>,
    until: Instant,
    /// True when the settings of the long part are in force.
    is_limited: bool,
}

impl<T, F: Fetch<T>> Search<'_, T, F> {
    fn missing(&self) -> i64 {
        self.wanted - self.rows.len() as i64
    }

    /// Adds what one statement finds; returns the number of rows.
    fn add(&mut self, way: &AccessPath) -> Result<i64> {
        let left = self.left()?;
        // The statement that takes longest must end when the search does.
        if self.is_limited {
            self.conn.batch_execute(&format!("SET LOCAL statement_timeout = {left}"))?;
        }
        let found = (self.fetch)(self.conn, &self.common, way, self.missing())?;
        let count = found.len() as i64;
        self.rows.extend(found);
        Ok(count)
    }

    /// Returns the milliseconds that are left.
    fn left(&self) -> Result<u128> {
        let left = self.until.saturating_duration_since(Instant::now()).as_millis();
        if left == 0 { Err(Error::TookTooLong) } else { Ok(left) }
    }

    fn run(&mut self) -> Result<()> {
        if self.common.filter.is_of_few() && self.by_key()? {
            return Ok(());
        }
        let Some(end) = self.walk(self.effort.walk)? else { return Ok(()) };
        self.within_deadline(end)
    }

    /// Tries an index that leads to few rows; returns whether it did.
    fn by_key(&mut self) -> Result<bool> {
        self.add(&AccessPath::Few(self.effort.few))
            .and_then(|count| Ok(count > 0 || self.is_nobody(&AccessPath::Few(1))?))
    }

    /// Returns whether a way leads to nobody, as opposed to too many.
    fn is_nobody(&mut self, way: &AccessPath) -> Result<bool> {
        let way = match way {
            AccessPath::Entries { needs, .. } => AccessPath::Entries { needs: needs.clone(), most: None },
            AccessPath::Few(_) => AccessPath::Few(NO_LIMIT),
            AccessPath::Walk(most) => AccessPath::Walk(*most),
        };
        Ok((Ids { common: &self.common, way: &way, limit: 1 }).load::<Uuid>(self.conn)?.is_empty())
    }

    /// Looks at the next `rows` rows of the list; returns where it stopped if there may be more to find.
    fn walk(&mut self, rows: i64) -> Result<Option<Place>> {
        self.add(&AccessPath::Walk(Some(rows)))?;
        if self.missing() <= 0 {
            return Ok(None);
        }
        Ok(End { common: &self.common, rows }.get_result(self.conn).optional()?)
    }

    /// Does the rest of the search, which may be long.
    fn within_deadline(&mut self, end: Place) -> Result<()> {
        let left = self.left()?;
        AnsiTransactionManager::begin_transaction(self.conn)?;
        // With less memory PostgreSQL keeps only the pages of what it found, and cuts the words of all rows on them again.
        let settings = format!("SET LOCAL statement_timeout = {left}; SET LOCAL work_mem = '64MB'");
        self.is_limited = true;
        let done = self.conn.batch_execute(&settings).map_err(Error::from).and_then(|()| self.by_index(end));
        AnsiTransactionManager::rollback_transaction(self.conn)?;
        done
    }

    fn by_index(&mut self, end: Place) -> Result<()> {
        if let Some(few) = self.by_payments()? {
            self.common.start = Some(end);
            self.common.filter.among(few);
            return self.add(&AccessPath::Few(NO_LIMIT)).map(|_| ());
        }
        let needs = needs(self.conn, self.common.account, &self.common.filter)?;
        if needs.iter().any(Need::is_empty) {
            return Ok(());
        }
        let is_by_time = self.common.sort.by.is_by_id();
        if needs.is_empty() && (is_by_time || self.common.ids == (None, None)) {
            return self.walk_on(end, self.effort.walk * 4);
        }
        // When so many of the first rows match, the missing ones are near. A few entries are looked up sooner than that.
        let near = if is_by_time && entries_of(&needs) <= MANY_ENTRIES { 2 } else { 5 };
        let end = match self.rows.len() as i64 * near >= self.wanted {
            true => self.walk_from(end, self.effort.walk * 8)?,
            false => Some(end),
        };
        let Some(end) = end else { return Ok(()) };
        if is_by_time {
            self.common.start = Some(end);
            return self.by_span(&needs);
        }
        self.sorted(&needs, end)
    }

    /// Returns the customers who meet a condition about payments or wallets, if an index says that they are few.
    fn by_payments(&mut self) -> Result<Option<Vec<Uuid>>> {
        let most = self.effort.few * 10;
        for candidates in self.common.filter.candidates(most + 1) {
            let mut ids: Vec<Uuid> = candidates.load(self.conn)?;
            if ids.len() as i64 <= most {
                ids.sort_unstable();
                ids.dedup();
                return Ok(Some(ids));
            }
        }
        Ok(None)
    }

    fn walk_from(&mut self, start: Place, rows: i64) -> Result<Option<Place>> {
        self.common.start = Some(start);
        self.walk(rows)
    }

    fn walk_on(&mut self, mut end: Place, mut rows: i64) -> Result<()> {
        while let Some(further) = self.walk_from(end, rows)? {
            end = further;
            rows = (rows * 4).min(500_000);
        }
        Ok(())
    }

    /// Adds everything behind a place that the index knows, or of the time asked for, sorted. If that is too much,
    /// walking on soon meets it, unless it all lies together far away.
    fn sorted(&mut self, needs: &[Need], end: Place) -> Result<()> {
        let Some((oldest, newest)) = extent(self.conn, self.common.account)? else { return Ok(()) };
        self.common.start = Some(end.clone());
        let spans = self.spans(oldest, newest);
        let needs = self.selective_needs(needs, &spans, FEW_IN_ALL)?;
        // A time asked for leaves few spans, and in these few of a common word's customers.
        let of_all_time = entries_of(needs) * spans.len() > MOST_ENTRIES;
        let way = |search: &Self, most: i64| match needs {
            [] => AccessPath::Few(most),
            needs => AccessPath::Entries { needs: search.entries(needs, &spans, of_all_time), most: Some(most) },
        };
        let most = self.effort.sorted;
        if !self.are_more(needs, &spans, most)? && self.sorted_or_none(&way(self, most))? {
            return Ok(());
        }
        let Some(further) = self.walk_from(end, self.effort.walk * 16)? else { return Ok(()) };
        self.common.start = Some(further.clone());
        let many = way(self, most * 20);
        if self.sorted_or_none(&many)? { Ok(()) } else { self.walk_on(further, self.effort.walk * 64) }
    }

    /// Adds what a way finds, if that is little enough to be sorted; returns false when it was too much.
    fn sorted_or_none(&mut self, way: &AccessPath) -> Result<bool> {
        Ok(self.add(way)? > 0 || self.is_nobody(way)?)
    }

    /// Returns whether the index probably knows of more than `most` rows, judged by a few spans.
    fn are_more(&mut self, needs: &[Need], spans: &[i64], most: i64) -> Result<bool> {
        let limit = most * some(spans).len() as i64 / spans.len().max(1) as i64;
        Ok(!needs.is_empty() && !spans.is_empty() && self.proposed(needs, some(spans), limit + 1)? > limit)
    }

    /// Returns the number of rows that the index proposes in these spans, `limit` at most.
    fn proposed(&mut self, needs: &[Need], spans: &[i64], limit: i64) -> Result<i64> {
        let common = Common { filter: self.common.filter.without_conditions(), ..self.common.clone() };
        let way = AccessPath::Entries { needs: self.entries(needs, spans, false), most: None };
        Ok((Ids { common: &common, way: &way, limit }).load::<Uuid>(self.conn)?.len() as i64)
    }

    /// Looks through the spans in the order of the list.
    fn by_span(&mut self, needs: &[Need]) -> Result<()> {
        let Some((oldest, newest)) = extent(self.conn, self.common.account)? else { return Ok(()) };
        let mut spans = self.spans(oldest, newest);
        let needs = self.selective_needs(needs, &spans, FEW_IN_SPAN)?;
        let words = entries_of(needs);
        let (mut take, mut done, mut found) = (1, 0, 0);
        while !spans.is_empty() && self.missing() > 0 {
            // Many words in many spans are quicker looked up for all time, if that finds few.
            let is_rare = done > 0 && found * spans.len() as i64 / done < 2_000;
            if is_rare && words * spans.len() > MOST_ENTRIES / 4 {
                self.leave_out(&spans);
                self.add(&AccessPath::Entries { needs: self.entries(needs, &spans, true), most: None })?;
                return Ok(());
            }
            let some: Vec<i64> = spans.drain(..take.min(spans.len())).collect();
            let count = self.add(&AccessPath::Entries { needs: self.entries(needs, &some, false), most: None })?;
            done += some.len() as i64;
            found += count;
            let enough = if found == 0 { i64::MAX } else { (self.missing() * done * 3 / found / 2).max(1) };
            take = (take * 4).min(enough as usize).min((MOST_ENTRIES / words).max(1));
        }
        Ok(())
    }

    /// Returns the first of the needs, which have few entries, if these find few rows in a few spans: then looking up
    /// the many entries of the others takes longer than looking at these rows.
    fn selective_needs<'n>(&mut self, needs: &'n [Need], spans: &[i64], few: usize) -> Result<&'n [Need]> {
        let few = needs.partition_point(|need| need.entries() <= few).max(1);
        let Some(many) = needs.get(few) else { return Ok(needs) };
        let limit = (many.entries() * ROWS_AN_ENTRY) as i64;
        let proposed = self.proposed(&needs[..few], some(spans), limit)?;
        Ok(if proposed < limit { &needs[..few] } else { needs })
    }

    /// Returns the spans in which the list goes on, in its order.
    fn spans(&self, oldest: Uuid, newest: Uuid) -> Vec<i64> {
        let Common { ids: (from, below), start, descending, .. } = &self.common;
        let by_time = self.common.sort.by.is_by_id();
        let start = start.as_ref().filter(|_| by_time).map(|(_, id)| *id);
        let (mut low, mut high) = (oldest.max(from.unwrap_or(oldest)), newest.min(below.unwrap_or(newest)));
        match (start, *descending) {
            (Some(start), true) => high = high.min(start),
            (Some(start), false) => low = low.max(start),
            (None, _) => {}
        }
        let spans = span(low)..=span(high);
        if *descending { spans.rev().collect() } else { spans.collect() }
    }

    /// Leaves out everything outside of these spans, which is done.
    fn leave_out(&mut self, spans: &[i64]) {
        let (Some(low), Some(high)) = (spans.iter().min(), spans.iter().max()) else { return };
        let (from, below) = &mut self.common.ids;
        *from = Some(from.map_or(first_id(*low), |id| id.max(first_id(*low))));
        *below = Some(below.map_or(first_id(high + 1), |id| id.min(first_id(high + 1))));
    }

    /// Returns the index's entries for the needs: words in these spans or for all time, other facts in these spans.
    fn entries(&self, needs: &[Need], spans: &[i64], of_all_time: bool) -> Vec<Entries> {
        let deleted = i64::from(self.common.filter.status() == Status::Deleted);
        let scopes = || spans.iter().map(|span| 2 + 2 * span + deleted);
        let one = |need: &Need| {
            let mut entries = Entries::default();
            if of_all_time {
                entries.add(&need.words, std::iter::once(deleted));
            } else {
                entries.add(&need.words, scopes());
            }
            entries.add(&need.facts, scopes());
            entries
        };
        needs.iter().map(one).collect()
    }
}

/// Returns the number of entries in a span of the need that has the most; at least one.
fn entries_of(needs: &[Need]) -> usize {
    needs.iter().map(Need::entries).max().unwrap_or(0).max(1)
}

/// Returns a few spans to judge the others by. The newest and the oldest are left out, since they are seldom full.
fn some(spans: &[i64]) -> &[i64] {
    let middle = spans.len() / 2;
    &spans[middle..spans.len().min(middle + 2)]
}

fn span(id: Uuid) -> i64 {
    (id.as_u128() >> (80 + SPAN_BITS)) as i64
}

/// Returns the smallest id of a span.
fn first_id(span: i64) -> Uuid {
    Uuid::from_u128((span.max(0) as u128) << (80 + SPAN_BITS))
}

#[derive(QueryableByName)]
struct Extent {
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlUuid>)]
    oldest: Option<Uuid>,
    #[diesel(sql_type = diesel::sql_types::Nullable<SqlUuid>)]
    newest: Option<Uuid>,
}

/// Returns the oldest and the newest id of an account.
fn extent(conn: &mut PgConnection, account: AccountId) -> Result<Option<(Uuid, Uuid)>> {
    let extent: Extent = sql_query(
        "SELECT (SELECT id FROM customers WHERE account_id = $1 ORDER BY id LIMIT 1) AS oldest, \
                (SELECT id FROM customers WHERE account_id = $1 ORDER BY id DESC LIMIT 1) AS newest",
    )
    .bind::<SqlUuid, _>(account)
    .get_result(conn)?;
    Ok(extent.oldest.zip(extent.newest))
}
