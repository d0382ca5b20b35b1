//! Reading a page of the log: the same cost at any depth, however rare what is looked for.
//!
//! Each branch of a search is walked along the index that leaves the fewest events, newest first, and each walk looks at so
//! many at most. What it has not looked at by then is the next page's: a page may have few entries, or none, and go on.

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, Nullable, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::search::{Condition, Mark, Scope};
use crate::{
    error::Result,
    history::{self, Event},
    ids::{AccountId, EventId},
    query::{Branch, Query},
};

/// The most events that a page looks at, over all walks.
const LOOKED_AT: usize = 20_000;

/// The most walks along one condition's index; with more it is only looked at.
const MOST_WALKS: usize = 60;

/// A page of the log.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The events, newest first.
    pub events: Vec<Event>,
    /// The event before which the earlier ones begin, if there may be any.
    pub earlier: Option<EventId>,
}

/// A walk along an index, newest first.
struct Walk {
    /// The condition that the index serves; nothing for all events.
    along: Option<Mark>,
    /// What the events on the way have to meet besides.
    rest: Vec<String>,
    from: EventId,
    below: EventId,
}

/// Reads up to `limit` events that a search finds, older than `before`, or the newest.
///
/// # Errors
/// When the database fails.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    scope: &Scope,
    query: &Query,
    before: Option<EventId>,
    limit: usize,
) -> Result<Found> {
    let walks: Vec<Walk> = query.branches.iter().flat_map(|branch| walks(scope, branch, before)).collect();
    if walks.is_empty() {
        return Ok(Found::default());
    }
    let Ids { ids, edge } = sql_query(statement(&walks, limit + 1)).bind::<SqlUuid, _>(account).get_result(conn)?;
    let has_more = ids.len() > limit;
    let events = history::with_ids(conn, account, &ids[..ids.len().min(limit)])?;
    let last = if has_more { events.last().map(|event| event.id) } else { edge.map(EventId::from_uuid) };
    Ok(Found { earlier: last, events })
}

#[derive(QueryableByName)]
struct Ids {
    #[diesel(sql_type = Array<SqlUuid>)]
    ids: Vec<Uuid>,
    /// The last event that was looked at where a walk was cut.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    edge: Option<Uuid>,
}

/// Returns the walks of a branch: along the condition that leaves the fewest.
fn walks(scope: &Scope, branch: &Branch, before: Option<EventId>) -> Vec<Walk> {
    let conditions: Vec<(bool, Condition)> =
        branch.terms.iter().map(|term| (term.negated, scope.conditions(term))).collect();
    let (mut from, mut below) = (EventId::from_uuid(Uuid::nil()), before.unwrap_or(EventId::from_uuid(Uuid::max())));
    for (_, condition) in conditions.iter().filter(|(negated, _)| !negated) {
        if let Condition::Within(times) = condition {
            from = from.max(times.iter().map(|(from, _)| *from).min().unwrap_or(from));
            below = below.min(times.iter().map(|(_, below)| *below).max().unwrap_or(below));
        }
    }
    let ranked = |(place, (negated, condition)): (usize, &(bool, Condition))| {
        let Condition::Any(marks) = condition else { return None };
        let is_led = !negated && marks.len() <= MOST_WALKS;
        let rank = marks.iter().map(Mark::rank).collect::<Option<Vec<u8>>>().filter(|_| is_led)?;
        // What nothing has is found without a walk.
        Some((rank.into_iter().max(), place))
    };
    let leader = conditions.iter().enumerate().filter_map(ranked).min().map(|(_, place)| place);
    let rest: Vec<String> = conditions
        .iter()
        .enumerate()
        .filter(|(place, _)| Some(*place) != leader)
        .map(|(_, (negated, condition))| format!("{condition} IS {}", if *negated { "NOT TRUE" } else { "TRUE" }))
        .collect();
    let walk = |along: Option<Mark>| Walk { along, rest: rest.clone(), from, below };
    match leader.map(|place| &conditions[place].1) {
        Some(Condition::Any(marks)) => marks.iter().cloned().map(|mark| walk(Some(mark))).collect(),
        _ => vec![walk(None)],
    }
}

/// Writes the statement that returns the ids of a page.
fn statement(walks: &[Walk], limit: usize) -> String {
    let share = (LOOKED_AT / walks.len()).max(limit);
    let (mut looks, mut found, mut edges) = (Vec::new(), Vec::new(), Vec::new());
    for (n, walk) in walks.iter().enumerate() {
        // Where nothing else has to be met, the first ones will do.
        let most = if walk.rest.is_empty() { limit } else { share };
        let along = walk.along.as_ref().map_or_else(String::new, |mark| format!(" AND {mark}"));
        let (from, below) = (walk.from.uuid(), walk.below.uuid());
        looks.push(format!(
            "w{n} AS MATERIALIZED (SELECT id, kind, subject_id, customer_id, key_id, staff_id, actor_kind FROM events \
             WHERE account_id = $1{along} AND id >= '{from}'::uuid AND id < '{below}'::uuid ORDER BY id DESC LIMIT {most})"
        ));
        edges.push(format!("(SELECT id FROM w{n} ORDER BY id DESC OFFSET {} LIMIT 1)", most - 1));
        let meets = if walk.rest.is_empty() { "true".to_owned() } else { walk.rest.join(" AND ") };
        found.push(format!("SELECT id FROM w{n} WHERE {meets}"));
    }
    format!(
        "WITH {}, edge AS (SELECT greatest({}) AS id), \
         found AS (SELECT id FROM ({}) f WHERE id >= coalesce((SELECT id FROM edge), '{}'::uuid) ORDER BY id DESC LIMIT {limit}) \
         SELECT ARRAY(SELECT id FROM found ORDER BY id DESC) AS ids, (SELECT id FROM edge) AS edge",
        looks.join(", "),
        edges.join(", "),
        found.join(" UNION "),
        Uuid::nil(),
    )
}
