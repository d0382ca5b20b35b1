//! PostgreSQL beside the server: its CPU, its log, its buffers, and pgbench.

use std::{
    env, fs,
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Array, Integer, Json, Text},
};

use crate::server::cpu_of;

pub struct Postgres {
    connection: PgConnection,
    log: PathBuf,
}

/// What the pages of a class ask.
pub struct Statements {
    /// A script for pgbench for each page.
    pub scripts: Vec<PathBuf>,
    /// Pages of 8 kB looked at, on average for one page of ours.
    pub buffers: f64,
}

#[derive(QueryableByName)]
struct One {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Process {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

#[derive(QueryableByName)]
struct Types {
    #[diesel(sql_type = Array<Text>)]
    types: Vec<String>,
}

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = Json, column_name = "QUERY PLAN")]
    plan: serde_json::Value,
}

fn url() -> String {
    env::var("DATABASE_URL").expect("DATABASE_URL")
}

impl Postgres {
    pub fn connect() -> Self {
        let mut connection = PgConnection::establish(&url()).expect("the database");
        connection
            .batch_execute(
                "SET statement_timeout = 0; SET plan_cache_mode = force_generic_plan; SET jit = off; \
                            SET max_parallel_workers_per_gather = 0; SET work_mem = '64MB'",
            )
            .expect("settings");
        Self { connection, log: env::var("POSTGRES_LOG").expect("POSTGRES_LOG").into() }
    }

    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// The texts that a query with the column `text` finds.
    pub fn texts(&mut self, query: &str) -> Vec<String> {
        let rows: Vec<One> = sql_query(query).load(&mut self.connection).unwrap_or_else(|err| panic!("{query}: {err}"));
        rows.into_iter().map(|row| row.text).collect()
    }

    pub fn run(&mut self, statement: &str) {
        self.connection.batch_execute(statement).unwrap_or_else(|err| panic!("{statement}: {err}"));
    }

    /// Seconds of CPU that the server's connections have used.
    pub fn cpu(&mut self) -> f64 {
        let query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let processes: Vec<Process> = sql_query(query).load(&mut self.connection).expect("its connections");
        processes.into_iter().map(|process| cpu_of(process.pid as u32)).sum()
    }

    /// How many connections there are to the database, without this one.
    pub fn connections(&mut self) -> usize {
        let query = "SELECT pid::text AS text FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()";
        self.texts(query).len()
    }

    /// Whether new connections write every statement to the log.
    pub fn tell_all(&mut self, yes: bool) {
        let name = self.texts("SELECT quote_ident(current_database()) AS text").remove(0);
        let setting = if yes { "SET log_statement = 'all'" } else { "RESET log_statement" };
        self.connection.batch_execute(&format!("ALTER DATABASE {name} {setting}")).expect("to set what is logged");
    }

    pub fn mark(&self) -> u64 {
        fs::metadata(&self.log).expect("the log").len()
    }

    /// The statements in the log since a mark, with their values in place.
    pub fn since(&mut self, mark: u64) -> Vec<String> {
        thread::sleep(Duration::from_millis(200));
        let mut file = fs::File::open(&self.log).expect("the log");
        file.seek(SeekFrom::Start(mark)).expect("the mark");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("the log");
        // What is more than a line goes on behind a tab.
        let text = String::from_utf8_lossy(&bytes).replace("\n\t", " ");
        let mut lines = text.lines().peekable();
        let mut statements = Vec::new();
        while let Some(line) = lines.next() {
            let Some((_, rest)) = line.split_once("LOG:  ") else { continue };
            if let Some(sql) = rest.strip_prefix("statement: ") {
                statements.push(sql.to_owned());
            } else if let Some((_, sql)) = rest.strip_prefix("execute ").and_then(|rest| rest.split_once(": ")) {
                let details = lines.next_if(|line| line.contains("DETAIL:  parameters: "));
                let values = details.and_then(|line| line.split_once("parameters: ")).map_or("", |(_, values)| values);
                statements.push(self.filled(sql, &values_of(values)));
            }
        }
        statements
    }

    /// The statement with values in place of `$1` and so on, each with the type that PostgreSQL takes it for.
    fn filled(&mut self, sql: &str, values: &[String]) -> String {
        if values.is_empty() {
            return sql.to_owned();
        }
        let prepared = format!("DEALLOCATE ALL; PREPARE asked AS {sql}");
        self.connection.batch_execute(&prepared).unwrap_or_else(|err| panic!("{sql}: {err}"));
        let query = "SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'asked'";
        let types = sql_query(query).get_result::<Types>(&mut self.connection).expect("its types").types;
        let mut filled = sql.to_owned();
        for (n, (value, kind)) in values.iter().zip(types).enumerate().rev() {
            filled = filled.replace(&format!("${}", n + 1), &format!("{value}::{kind}"));
        }
        filled
    }

    pub fn statements(&mut self, class: &str, pages: &[Vec<String>]) -> Statements {
        let (mut scripts, mut buffers) = (Vec::new(), 0);
        for (n, page) in pages.iter().enumerate() {
            let script: String = page.iter().map(|sql| format!("{sql};\n")).collect();
            scripts.push(self.script(&format!("{class}-{n}"), &script));
            buffers += page.iter().map(|sql| self.buffers(sql)).sum::<i64>();
        }
        Statements { scripts, buffers: buffers as f64 / pages.len() as f64 }
    }

    /// Keeps a script for pgbench.
    pub fn script(&self, name: &str, script: &str) -> PathBuf {
        let directory = env::temp_dir().join(format!("clientele-bench-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory");
        let path = directory.join(format!("{}.sql", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-")));
        fs::write(&path, script).expect("a script");
        path
    }

    fn buffers(&mut self, sql: &str) -> i64 {
        if !sql.starts_with("SELECT") && !sql.starts_with("WITH") {
            return 0;
        }
        let explained = sql_query(format!("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}"));
        let plan = explained.get_result::<Plan>(&mut self.connection).unwrap_or_else(|err| panic!("{sql}: {err}")).plan;
        let count = |name: &str| plan[0]["Plan"][name].as_i64().unwrap_or(0);
        count("Shared Hit Blocks") + count("Shared Read Blocks")
    }
}

/// `$1 = 'a', $2 = NULL` as literals.
fn values_of(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once(" = ") {
        let end = if let Some(inside) = behind.strip_prefix('\'') {
            let mut from = 0;
            loop {
                let quote = from + inside[from..].find('\'').expect("a closing quote");
                if inside[quote + 1..].starts_with('\'') { from = quote + 2 } else { break quote + 2 }
            }
        } else {
            behind.find(", $").unwrap_or(behind.len())
        };
        values.push(behind[..end].to_owned());
        rest = &behind[end..];
    }
    values
}

/// How often a second pgbench runs the scripts, chosen at random, on so many connections.
pub fn pgbench(scripts: &[PathBuf], clients: usize) -> f64 {
    let program = env::var("PGBENCH").unwrap_or_else(|_| "pgbench".to_owned());
    let mut command = Command::new(program);
    command.args(["-n", "-M", "prepared", "-T", "3", "-j", "2", "-c", &clients.to_string()]);
    for script in scripts {
        command.arg("-f").arg(script);
    }
    let settings = "-c plan_cache_mode=force_generic_plan -c jit=off -c max_parallel_workers_per_gather=0";
    let output = command.arg(url()).env("PGOPTIONS", settings).stderr(Stdio::null()).output().expect("pgbench runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
    rate.and_then(|rate| rate.split(' ').next()?.parse().ok()).unwrap_or(f64::NAN)
}
