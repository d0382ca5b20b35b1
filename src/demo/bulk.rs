//! The load of millions of customers. It drops indexes and keys, copies the customers with their data batch by batch,
//! and builds the dropped indexes and keys again, exactly as it read them from PostgreSQL's catalogue.
//!
//! Two tables that exist only meanwhile hold the request, the number of customers done, and every statement that is to
//! follow. A batch, or such a statement, and the note that it is done are one transaction, so a load that was killed at
//! any moment continues from where it stopped.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use diesel::{
    PgConnection,
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{Array, Bool, Double, Integer, Nullable, Text},
};
use jiff::Timestamp;

use super::{
    After, Demo, Progress, TABLES as LOADED, batches,
    copying::{self, Owners},
};
use crate::{
    db::Db,
    error::{Error, Result},
    ids::{AccountId, StaffId},
};

/// The number of statements that run at once, each on a connection of its own.
pub const BUILDERS: usize = 2;

diesel::table! {
    /// One row: the request and its progress.
    demo_load (account_id) {
        account_id -> Uuid,
        owner_id -> Uuid,
        editor_id -> Uuid,
        customers -> BigInt,
        seed -> Text,
        now -> Text,
        made -> BigInt,
    }
}

diesel::table! {
    /// The steps that follow the copied customers.
    demo_load_steps (place) {
        place -> Integer,
        wave -> Integer,
        name -> Text,
        statement -> Text,
        done -> Bool,
    }
}

/// The tables of a load. They need no keys: they hold one row, and some sixty.
const TABLES: &str = "
    CREATE TABLE demo_load (account_id uuid NOT NULL, owner_id uuid NOT NULL, editor_id uuid NOT NULL,
      customers bigint NOT NULL, seed text NOT NULL, now text NOT NULL, made bigint NOT NULL);
    CREATE TABLE demo_load_steps (place integer NOT NULL, wave integer NOT NULL, name text NOT NULL,
      statement text NOT NULL, done boolean NOT NULL)";

/// A group of statements that can run in any order, after those of the waves before.
#[derive(Clone, Copy)]
enum Wave {
    /// Marks rows as visible to all, while there is no index to look into.
    Vacuum,
    /// Primary and unique keys.
    Keys,
    /// All other indexes, and the tables filled from the customers.
    Indexes,
    /// Foreign keys, which need the keys.
    ForeignKeys,
    /// Statistics for the planner.
    Analyze,
}

/// A constraint or an index that is dropped and built again: its name, and both statements.
#[derive(QueryableByName)]
struct Built {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    build: String,
    #[diesel(sql_type = Text)]
    remove: String,
}

/// Selects the constraints of a kind that are on the tables or point at them.
const CONSTRAINTS: &str = "
    SELECT conname::text AS name,
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS build,
           format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS remove
    FROM pg_constraint, (SELECT $2::regclass[]::oid[] AS loaded) tables
    WHERE (conrelid = ANY (loaded) OR confrelid = ANY (loaded)) AND contype::text = ANY (string_to_array($1, ','))
    ORDER BY oid";

/// Selects the indexes that belong to no constraint, those that take longest first.
const INDEXES: &str = "
    SELECT relname::text AS name, pg_get_indexdef(indexrelid) AS build, format('DROP INDEX %s', indexrelid::regclass) AS remove
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = ANY ($1::regclass[]::oid[])
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
    ORDER BY amname = 'btree', indexrelid";

/// Returns the load that was begun and not finished.
pub fn unfinished(conn: &mut PgConnection) -> Result<Option<Demo>> {
    let is_there = diesel::dsl::sql::<Bool>("to_regclass('demo_load') IS NOT NULL");
    if !diesel::select(is_there).get_result::<bool>(conn)? {
        return Ok(None);
    }
    Ok(begun(conn)?.map(|begun| begun.demo))
}

/// Returns the error for a second load while one is not finished.
pub fn refusal(begun: &Demo) -> Error {
    let Demo { customers, seed } = begun;
    let sentence = format!(
        "A load of {customers} customers with seed {seed} was begun in this database and is not finished. Finish it \
         with “clientele demo --continue”, or start over with a new database."
    );
    Error::Command(sentence.into())
}

struct Begun {
    demo: Demo,
    owners: Owners,
    now: Timestamp,
    made: u32,
}

fn begun(conn: &mut PgConnection) -> Result<Option<Begun>> {
    type Row = (AccountId, StaffId, StaffId, i64, String, String, i64);
    let row: Option<Row> = demo_load::table.first(conn).optional()?;
    let read = |(account, owner, editor, customers, seed, now, made): Row| {
        Ok(Begun {
            demo: Demo {
                customers: customers.try_into().map_err(Error::internal)?,
                seed: seed.parse().map_err(Error::internal)?,
            },
            owners: Owners { account, owner, editor },
            now: now.parse().map_err(Error::internal)?,
            made: made.try_into().map_err(Error::internal)?,
        })
    };
    row.map(read).transpose()
}

/// Notes the request and the indexes and keys of the tables, and drops those.
///
/// # Errors
/// [`Error::Command`] when the tables have other rows; the errors of [`super::load`].
pub fn begin(conn: &mut PgConnection, demo: &Demo, now: Timestamp, after: &[After]) -> Result<()> {
    be_patient(conn)?;
    conn.transaction(|conn| {
        let owners = super::owners(conn)?;
        conn.batch_execute(&format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", LOADED.join(", ")))?;
        refuse_company(conn)?;
        conn.batch_execute(TABLES)?;
        let Owners { account, owner, editor } = owners;
        let row = (
            demo_load::account_id.eq(account),
            demo_load::owner_id.eq(owner),
            demo_load::editor_id.eq(editor),
            demo_load::customers.eq(i64::from(demo.customers)),
            demo_load::seed.eq(demo.seed.to_string()),
            demo_load::now.eq(now.to_string()),
            demo_load::made.eq(0),
        );
        diesel::insert_into(demo_load::table).values(row).execute(conn)?;
        let loaded = LOADED.to_vec();
        let constraints = |kinds| sql_query(CONSTRAINTS).bind::<Text, _>(kinds).bind::<Array<Text>, _>(&loaded);
        let foreign_keys = constraints("f").load::<Built>(conn)?;
        let keys = constraints("p,u,x").load::<Built>(conn)?;
        let indexes = sql_query(INDEXES).bind::<Array<Text>, _>(&loaded).load::<Built>(conn)?;
        note(conn, &steps(&foreign_keys, &keys, &indexes, &filled(after, account)))?;
        for built in foreign_keys.iter().chain(&keys).chain(&indexes) {
            conn.batch_execute(&built.remove)?;
        }
        Ok(())
    })
}

fn refuse_company(conn: &mut PgConnection) -> Result<()> {
    let others = LOADED.map(|table| format!("EXISTS (SELECT FROM {table})")).join(" OR ");
    let others = diesel::dsl::sql::<Bool>(&others);
    if !diesel::select(others).get_result::<bool>(conn)? {
        return Ok(());
    }
    let sentence = format!(
        "More than {} customers are loaded without indexes, which are built afterwards, and that is for a database of \
         its own: this one has customers or payments of another account. Use a new database.",
        super::BULK
    );
    Err(Error::Command(sentence.into()))
}

fn filled(after: &[After], account: AccountId) -> Vec<(String, String)> {
    after.iter().map(|after| (after.name.to_owned(), after.sql_for(account))).collect()
}

/// Returns all steps that follow the customers, in order.
fn steps(
    foreign_keys: &[Built],
    keys: &[Built],
    indexes: &[Built],
    filled: &[(String, String)],
) -> Vec<(Wave, String, String)> {
    let built = |wave, built: &[Built]| {
        built.iter().map(|built| (wave, built.name.clone(), built.build.clone())).collect::<Vec<_>>()
    };
    let each = |wave, what: &str| {
        let of = |table| (wave, format!("{} {table}", what.to_lowercase()), format!("{what} {table}"));
        LOADED.map(of)
    };
    let mut steps = Vec::from(each(Wave::Vacuum, "VACUUM"));
    steps.extend(built(Wave::Keys, keys));
    steps.extend(filled.iter().map(|(name, sql)| (Wave::Indexes, name.clone(), sql.clone())));
    steps.extend(built(Wave::Indexes, indexes));
    steps.extend(built(Wave::ForeignKeys, foreign_keys));
    steps.extend(each(Wave::Analyze, "ANALYZE"));
    steps
}

fn note(conn: &mut PgConnection, steps: &[(Wave, String, String)]) -> Result<()> {
    use demo_load_steps::{done, name, place, statement, table, wave};
    let row = |(number, (of, called, sql)): (i32, &(Wave, String, String))| {
        (place.eq(number), wave.eq(*of as i32), name.eq(called.clone()), statement.eq(sql.clone()), done.eq(false))
    };
    let rows: Vec<_> = (0..).zip(steps).map(row).collect();
    diesel::insert_into(table).values(rows).execute(conn)?;
    Ok(())
}

/// Does all remaining steps.
///
/// # Errors
/// When the database fails, or the error of `report`: the steps done until then stay done.
pub fn go_on(db: &Db, report: &mut impl FnMut(&Progress) -> Result<()>) -> Result<()> {
    db.directly(|conn| {
        be_patient(conn)?;
        let Some(begun) = begun(conn)? else { return Ok(()) };
        make_customers(conn, &begun, report)?;
        while let Some(wave) = next_wave(conn)? {
            run(db, conn, wave, report)?;
        }
        conn.batch_execute("DROP TABLE IF EXISTS demo_load_steps, demo_load")?;
        Ok(())
    })
}

/// Lifts the time limits of statements, and gives them memory, with which they take less time: a gigabyte for both
/// builders.
fn be_patient(conn: &mut PgConnection) -> Result<()> {
    conn.batch_execute(
        "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
         SET maintenance_work_mem = '512MB'; SET work_mem = '64MB';
         SET max_parallel_maintenance_workers = 0",
    )?;
    // So that PostgreSQL gives up an index when the program is killed. Not every system can tell it; then the next
    // try waits for that index.
    let _ = conn.batch_execute("SET client_connection_check_interval = '1s'");
    Ok(())
}

fn make_customers(
    conn: &mut PgConnection,
    begun: &Begun,
    report: &mut impl FnMut(&Progress) -> Result<()>,
) -> Result<()> {
    let Begun { demo, owners, now, made } = begun;
    if *made >= demo.customers {
        return Ok(());
    }
    report(&Progress::Customers { made: *made, of: demo.customers })?;
    batches::each(demo, *now, owners, *made, |batch| {
        conn.transaction(|conn| {
            // Locked, so that of two loads at once one sees that it is not alone.
            let made: i64 = demo_load::table.select(demo_load::made).for_update().first(conn)?;
            if made != i64::from(batch.begin) {
                return Err(Error::Command("Another “clientele demo” is at work in this database.".into()));
            }
            if batch.end < demo.customers {
                // What a crash of the machine takes back is made again. The last waits for the disk, and so for all
                // before it: VACUUM marks nothing that is not there for good.
                conn.batch_execute("SET LOCAL synchronous_commit = off")?;
            }
            copying::copy(conn, batch)?;
            diesel::update(demo_load::table).set(demo_load::made.eq(i64::from(batch.end))).execute(conn)?;
            Ok(())
        })?;
        report(&Progress::Customers { made: batch.end, of: demo.customers })
    })
}

fn next_wave(conn: &mut PgConnection) -> Result<Option<i32>> {
    use demo_load_steps::{done, table, wave};
    Ok(table.filter(done.eq(false)).select(diesel::dsl::min(wave)).first(conn)?)
}

/// The message of a builder.
enum Said {
    /// The builder began this step, in this process of PostgreSQL.
    Began { name: String, process: i32 },
    /// The builder ended its step.
    Did { process: i32 },
    /// The builder has no more steps, or failed.
    Ended(Result<()>),
}

/// Runs the steps of a wave, some at once.
fn run(db: &Db, conn: &mut PgConnection, wave: i32, report: &mut impl FnMut(&Progress) -> Result<()>) -> Result<()> {
    use demo_load_steps::{done, place, table};
    let waiting = table.filter(done.eq(false)).filter(demo_load_steps::wave.eq(wave)).order(place).select(place);
    let queue = Mutex::new(waiting.load::<i32>(conn)?.into_iter().collect::<VecDeque<_>>());
    thread::scope(|scope| {
        let (say, said) = mpsc::channel();
        for _ in 0..BUILDERS {
            let (say, queue) = (say.clone(), &queue);
            scope.spawn(move || {
                let ended = db.directly(|conn| build(conn, queue, &say));
                // Nobody listens any more when the load was stopped.
                let _ = say.send(Said::Ended(ended));
            });
        }
        drop(say);
        let listened = listen(conn, &said, report);
        if listened.is_err() {
            queue.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        listened
    })
}

/// Runs one step after another, until there are no more.
fn build(conn: &mut PgConnection, queue: &Mutex<VecDeque<i32>>, say: &mpsc::Sender<Said>) -> Result<()> {
    be_patient(conn)?;
    let process = diesel::select(diesel::dsl::sql::<Integer>("pg_backend_pid()")).get_result(conn)?;
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(place) = next else { return Ok(()) };
        let columns = (demo_load_steps::name, demo_load_steps::statement);
        let (name, statement): (String, String) = demo_load_steps::table.find(place).select(columns).first(conn)?;
        let _ = say.send(Said::Began { name, process });
        if statement.starts_with("VACUUM") {
            // It refuses a transaction; doing it twice does no harm.
            conn.batch_execute(&statement)?;
            conclude(conn, place)?;
        } else {
            conn.transaction(|conn| step(conn, place, &statement))?;
        }
        let _ = say.send(Said::Did { process });
    }
}

/// Runs a step, unless it is done by now: PostgreSQL may still be running it for a program that was killed.
fn step(conn: &mut PgConnection, place: i32, statement: &str) -> Result<()> {
    let is_done: bool = demo_load_steps::table.find(place).select(demo_load_steps::done).for_update().first(conn)?;
    if is_done {
        return Ok(());
    }
    conn.batch_execute(statement)?;
    conclude(conn, place)
}

fn conclude(conn: &mut PgConnection, place: i32) -> Result<()> {
    diesel::update(demo_load_steps::table.find(place)).set(demo_load_steps::done.eq(true)).execute(conn)?;
    Ok(())
}

/// Reports the builders' messages, and their progress every second, until all have ended.
fn listen(
    conn: &mut PgConnection,
    said: &mpsc::Receiver<Said>,
    report: &mut impl FnMut(&Progress) -> Result<()>,
) -> Result<()> {
    let mut at_work: Vec<(i32, String)> = Vec::new();
    loop {
        match said.recv_timeout(Duration::from_secs(1)) {
            Ok(Said::Began { name, process }) => at_work.push((process, name)),
            Ok(Said::Did { process }) => at_work.retain(|(other, _)| *other != process),
            Ok(Said::Ended(ended)) => {
                ended?;
                continue;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        report(&how_far(conn, &at_work)?)?;
    }
}

/// The share of its index or vacuum that a process has done.
#[derive(QueryableByName)]
struct Share {
    #[diesel(sql_type = Integer)]
    pid: i32,
    #[diesel(sql_type = Nullable<Double>)]
    share: Option<f64>,
}

/// Selects the progress of index builds and vacuums. A B-tree is read, sorted and written; of other indexes PostgreSQL
/// reports only the reading, and does the rest meanwhile.
const SHARES: &str = "
    SELECT pid, CASE WHEN phase LIKE '%sorting%' THEN 0.5
                     WHEN phase LIKE '%loading%' THEN 0.5 + 0.5 * tuples_done / nullif(tuples_total, 0)
                     WHEN phase LIKE '%: scanning%' THEN 0.5 * blocks_done / nullif(blocks_total, 0)
                     ELSE 1.0 * blocks_done / nullif(blocks_total, 0) END::float8 AS share
    FROM pg_stat_progress_create_index
    UNION ALL SELECT pid, (1.0 * heap_blks_scanned / nullif(heap_blks_total, 0))::float8 FROM pg_stat_progress_vacuum";

fn how_far(conn: &mut PgConnection, at_work: &[(i32, String)]) -> Result<Progress> {
    use demo_load_steps::{done, table};
    let of: i64 = table.count().get_result(conn)?;
    let did: i64 = table.filter(done.eq(true)).count().get_result(conn)?;
    let shares: Vec<Share> = sql_query(SHARES).load(conn)?;
    let share_of = |process| shares.iter().find(|share| share.pid == process).and_then(|share| share.share);
    let at_work = at_work.iter().map(|(process, name)| (name.clone(), share_of(*process))).collect();
    Ok(Progress::Steps { done: did as usize, of: of as usize, at_work })
}
