//! The schema: its migrations run both ways, and PostgreSQL's catalogue keeps the rules that let one account's data
//! live anywhere, on this server or on a shard.

use clientele::db::{self, MIGRATIONS};
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, Text},
};
use diesel_migrations::MigrationHarness;

use crate::world::Database;

/// Tables that hold no account's data: what must be unique everywhere, and Diesel's own. The account of a request to the
/// API is found by the hash of its secret, so that hash is the primary key and unique in all accounts.
const WITHOUT_ACCOUNT: [&str; 12] = [
    "merchants",
    "accounts",
    "staff",
    "sessions",
    "invitations",
    "staff_notices",
    "passkeys",
    "totp_secrets",
    "recovery_codes",
    "jobs",
    "api_key_secrets",
    "__diesel_schema_migrations",
];

#[derive(QueryableByName, Debug, PartialEq)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The lines of a query that names its one column `line`.
fn lines(conn: &mut PgConnection, query: &str) -> Vec<String> {
    let found = sql_query(query).bind::<Array<Text>, _>(&WITHOUT_ACCOUNT[..]).load::<Line>(conn);
    found.unwrap_or_else(|err| panic!("{query}: {err}")).into_iter().map(|Line { line }| line).collect()
}

/// Our tables, and which of them hold an account's data. Every query that starts with it may use $1.
const TABLES: &str = "WITH ours AS (
    SELECT c.oid, c.relname::text AS name, NOT c.relname = ANY ($1) AS of_account
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')) ";

fn nothing_breaks(rule: &str, query: &str) {
    let database = Database::cloned();
    let broken = lines(&mut database.connect(), &format!("{TABLES}{query}"));
    assert!(broken.is_empty(), "{rule}: {broken:#?}");
}

/// Columns, constraints, indexes and functions as one text each.
fn everything(conn: &mut PgConnection) -> Vec<String> {
    let query = "
        SELECT format('column %s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
            pg_get_expr(d.adbin, d.adrelid)) AS line
        FROM pg_attribute a JOIN ours c ON c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        UNION ALL SELECT format('constraint %s.%s %s', c.relname, k.conname, pg_get_constraintdef(k.oid))
            FROM pg_constraint k JOIN ours c ON c.oid = k.conrelid
        UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN ours c ON c.oid = i.indrelid
        UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')
        UNION ALL SELECT format('extension %s', extname) FROM pg_extension WHERE extname <> 'plpgsql'
        ORDER BY line";
    lines(conn, &format!("{}{query}", TABLES.replace("c.relname::text AS name", "c.relname, c.relname::text AS name")))
}

#[test]
fn migrations_run_up_down_and_up_again() {
    let database = Database::blank();
    let mut conn = database.connect();
    let ran = db::migrate(&mut conn).unwrap();
    assert!(!ran.is_empty());
    let first = everything(&mut conn);
    assert!(db::migrate(&mut conn).unwrap().is_empty(), "a second run finds nothing to do");

    conn.revert_all_migrations(MIGRATIONS).unwrap();
    let left: Vec<String> =
        everything(&mut conn).into_iter().filter(|line| !line.contains("__diesel_schema_migrations")).collect();
    assert!(left.is_empty(), "down leaves behind: {left:#?}");

    assert_eq!(db::migrate(&mut conn).unwrap(), ran);
    assert_eq!(everything(&mut conn), first);
}

#[test]
fn a_database_knows_whether_migrations_wait() {
    let database = Database::blank();
    let mut conn = database.connect();
    assert!(db::is_behind(&mut conn).unwrap());
    db::migrate(&mut conn).unwrap();
    assert!(!db::is_behind(&mut conn).unwrap());
    // A server may only read what is not its own.
    sql_query("BEGIN READ ONLY").execute(&mut conn).unwrap();
    assert!(!db::is_behind(&mut conn).unwrap());
    sql_query("COMMIT").execute(&mut conn).unwrap();
    conn.revert_last_migration(MIGRATIONS).unwrap();
    assert!(db::is_behind(&mut conn).unwrap());
}

#[test]
fn an_accounts_data_has_its_account_in_every_row() {
    nothing_breaks(
        "account_id is a uuid and never null",
        "SELECT name AS line FROM ours WHERE of_account AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = ours.oid
            AND a.attname = 'account_id' AND a.atttypid = 'uuid'::regtype AND a.attnotnull AND a.attnum = 1)",
    );
}

#[test]
fn every_key_of_an_accounts_data_starts_with_the_account() {
    nothing_breaks(
        "account_id comes first in primary keys, unique constraints and foreign keys",
        "SELECT k.conname::text AS line FROM pg_constraint k JOIN ours ON ours.oid = k.conrelid
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
            WHERE of_account AND k.contype IN ('p', 'u', 'f') AND a.attname <> 'account_id'",
    );
    nothing_breaks(
        "every table of an account's data has a primary key",
        "SELECT name AS line FROM ours WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = ours.oid AND k.contype = 'p')",
    );
    nothing_breaks(
        "account_id comes first in unique indexes",
        "SELECT i.indexrelid::regclass::text AS line FROM pg_index i JOIN ours ON ours.oid = i.indrelid
            LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE of_account AND i.indisunique AND a.attname IS DISTINCT FROM 'account_id'",
    );
}

#[test]
fn a_row_cannot_point_into_another_account() {
    nothing_breaks(
        "a foreign key to an account's data takes the account along",
        "SELECT k.conname::text AS line FROM pg_constraint k JOIN ours target ON target.oid = k.confrelid
            JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = k.confkey[1]
            WHERE k.contype = 'f' AND target.of_account AND a.attname <> 'account_id'",
    );
    nothing_breaks(
        "no session, and nothing else without an account, points to an account's data",
        "SELECT k.conname::text AS line FROM pg_constraint k JOIN ours source ON source.oid = k.conrelid
            JOIN ours target ON target.oid = k.confrelid WHERE k.contype = 'f' AND NOT source.of_account AND target.of_account",
    );
}

#[test]
fn nothing_happens_behind_the_statements() {
    nothing_breaks(
        "no triggers but the one that keeps the text of search, as a generated column would",
        "SELECT t.tgname::text AS line FROM pg_trigger t JOIN ours ON ours.oid = t.tgrelid
            WHERE NOT t.tgisinternal AND t.tgname <> 'customers_search'",
    );
    nothing_breaks(
        "foreign keys cascade or refuse, and set nothing to null",
        "SELECT k.conname::text AS line FROM pg_constraint k JOIN ours ON ours.oid = k.conrelid
            WHERE k.contype = 'f' AND (k.confdeltype NOT IN ('a', 'c') OR k.confupdtype <> 'a')",
    );
    nothing_breaks(
        "no row-level security",
        "SELECT name AS line FROM ours JOIN pg_class c ON c.oid = ours.oid WHERE c.relrowsecurity OR c.relforcerowsecurity",
    );
    nothing_breaks(
        "ids and times come from the program, so no column has a default that makes one up",
        "SELECT format('%s.%s', name, a.attname) AS line FROM ours JOIN pg_attribute a ON a.attrelid = ours.oid
            JOIN pg_attrdef d ON d.adrelid = ours.oid AND d.adnum = a.attnum
            WHERE a.attgenerated = '' AND name <> '__diesel_schema_migrations'",
    );
}

#[test]
fn every_constraint_and_index_has_a_name_of_ours() {
    nothing_breaks(
        "a name starts with its table's and is none that PostgreSQL makes up",
        "SELECT n.made AS line FROM ours JOIN LATERAL (
            SELECT k.conname::text AS made FROM pg_constraint k WHERE k.conrelid = ours.oid AND k.contype <> 'n'
            UNION SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = ours.oid) n ON true
            WHERE name <> '__diesel_schema_migrations' AND (NOT starts_with(n.made, name || '_') OR n.made ~ '_(fkey|check|key|idx|excl)[0-9]*$')",
    );
}

#[test]
fn the_table_of_columns_in_the_program_is_that_of_the_database() {
    let database = Database::cloned();
    let query = "SELECT format('%s.%s %s%s', name, a.attname, format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attnotnull THEN '' ELSE ' null' END) AS line
        FROM ours JOIN pg_attribute a ON a.attrelid = ours.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE name <> '__diesel_schema_migrations' ORDER BY name, a.attnum";
    assert_eq!(columns_of_the_program(), lines(&mut database.connect(), &format!("{TABLES}{query}")));
}

/// The lines of `src/schema.rs`, in the words of the catalogue.
fn columns_of_the_program() -> Vec<String> {
    let mut table = "";
    let mut columns = Vec::new();
    for line in include_str!("../../src/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            table = name;
        } else if let Some((column, kind)) = line.split_once(" -> ").filter(|_| !line.starts_with("diesel::")) {
            let kind = kind.trim_end_matches(',');
            let filled = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let null = if filled.is_some() { " null" } else { "" };
            columns.push(format!("{table}.{column} {}{null}", kind_in_the_catalogue(filled.unwrap_or(kind))));
        }
    }
    columns
}

fn kind_in_the_catalogue(kind: &str) -> &str {
    match kind {
        "Uuid" => "uuid",
        "Text" => "text",
        "Bool" => "boolean",
        "Int2" => "smallint",
        "Int4" => "integer",
        "Int8" => "bigint",
        "Jsonb" => "jsonb",
        "Bytea" => "bytea",
        "Date" => "date",
        "Timestamptz" => "timestamp with time zone",
        "Array<Nullable<Text>>" => "text[]",
        other => panic!("say what {other} is in the catalogue"),
    }
}
