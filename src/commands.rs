//! The commands of the binary; `main` picks one and calls it.

mod keys;
mod merchants;
mod people;

use crate::{
    config::{DatabaseSettings, ServerSettings, WorkerSettings},
    customers::{counts, hours as customer_hours},
    db::{self, Db, checking::Contradiction},
    demo::{self, Demo, Teller, Way},
    error::{Error, Result},
    ids::JobId,
    jobs, logging,
    payments::{figures, hours as payment_hours},
    schedules, serve,
    subscriptions::{self, figures as subscription_figures},
    work,
};
use keys::KeyCommand;
use merchants::MerchantCommand;
use people::StaffCommand;
use std::io::Write;

use clap::{
    Args, CommandFactory, Parser, Subcommand,
    error::{ContextKind, ContextValue},
};
use diesel::{Connection, PgConnection, connection::SimpleConnection};
use jiff::Timestamp;

/// The customers dashboard of a merchant who takes payments
#[derive(Parser, Debug)]
#[command(name = "clientele", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve the dashboard
    Serve(ServerSettings),
    /// Do jobs: what is to be done later, like settling payments
    ///
    /// `serve` does them too, unless its --jobs is off. Any number of workers may run, here and on other machines.
    Work(WorkerSettings),
    /// List the jobs that failed too often and wait for somebody
    Jobs(JobsCommand),
    /// Compute the payment figures of all customers and their number anew, and say what differs from what is kept
    Figures {
        /// Correct those that differ; payments made meanwhile wait, and are refused where that takes too long
        #[arg(long)]
        repair: bool,
    },
    /// Subscriptions
    #[command(subcommand)]
    Subscriptions(SubscriptionsCommand),
    /// Bring the database up to date
    Migrate,
    /// Make a demo merchant with invented customers, in its test account
    ///
    /// Up to 200,000 customers come in one transaction, all or none. More are loaded in bulk, many times faster:
    /// the indexes and keys of all that is loaded are dropped first and built again at the end. That is
    /// for a database of its own, and refused where another account has customers. A load in bulk may be stopped at
    /// any moment; the same command, or --continue, goes on with it. A server may run meanwhile, slowly. More than two
    /// million customers come without payments.
    Demo(DemoCommand),
    /// Merchants
    #[command(subcommand)]
    Merchant(MerchantCommand),
    /// The people who sign in
    #[command(subcommand)]
    Staff(StaffCommand),
    /// The keys of merchants' own systems, which ask the API
    #[command(subcommand)]
    Key(KeyCommand),
}

#[derive(Subcommand, Debug)]
enum SubscriptionsCommand {
    /// Say what contradicts itself among subscriptions, invoices and payment schedules; there should be nothing
    Check,
}

#[derive(Args, Debug)]
struct DemoCommand {
    /// How many customers
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    customers: u32,
    /// The same seed invents the same customers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Finish a load in bulk that was stopped; without one, do nothing
    #[arg(long = "continue", conflicts_with_all = ["customers", "seed"])]
    go_on: bool,
    /// More customers than this are loaded in bulk; for tests
    #[arg(long, hide = true, default_value_t = demo::BULK)]
    bulk: u32,
}

#[derive(Args, Debug)]
struct JobsCommand {
    #[command(subcommand)]
    verb: Option<JobsVerb>,
}

#[derive(Subcommand, Debug)]
enum JobsVerb {
    /// Put a stuck job back, to be done now
    Retry {
        /// Which, like job_01h2xcejqtf2nbrexx3vqjhp41
        id: JobId,
    },
}

/// Reads the command line and the environment. An error in them ends the program with a sentence about each setting.
pub fn parse() -> Cli {
    for flag in ["--secret", "--database-url"] {
        if std::env::args().any(|word| word == flag || word.starts_with(&format!("{flag}="))) {
            eprintln!(
                "warning: {flag} is seen by everybody on this machine who lists its processes; set the variable or its file"
            );
        }
    }
    Cli::try_parse().unwrap_or_else(|err| {
        match secret_setting(&err) {
            Some(name) => eprintln!("error: the value of '{name}' cannot be used"),
            None => _ = err.print(),
        }
        for hint in hints(&err) {
            eprintln!("{hint}");
        }
        std::process::exit(err.exit_code())
    })
}

/// Returns the setting whose refused value must not be repeated on a screen or in a log, if the error is about one.
fn secret_setting(err: &clap::Error) -> Option<&str> {
    let Some(ContextValue::String(name)) = err.get(ContextKind::InvalidArg) else { return None };
    let is_secret = name.starts_with("--secret ") || name.starts_with("--database-url ");
    (is_secret && err.get(ContextKind::InvalidValue).is_some()).then_some(name)
}

/// Returns, for each setting that an error names, its variable and what a right value looks like.
fn hints(err: &clap::Error) -> Vec<String> {
    let named = match err.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(names)) => names.clone(),
        Some(ContextValue::String(name)) => vec![name.clone()],
        _ => Vec::new(),
    };
    let cli = Cli::command();
    let settings: Vec<_> =
        cli.get_arguments().chain(cli.get_subcommands().flat_map(clap::Command::get_arguments)).collect();
    let hint = |name: &String| {
        let setting =
            settings.iter().find(|arg| arg.get_long().is_some_and(|long| name.starts_with(&format!("--{long} "))))?;
        let variable = setting.get_env()?.to_string_lossy();
        Some(format!("{variable} sets it too. {}", setting.get_help()?))
    };
    named.iter().filter_map(hint).collect()
}

/// Runs the command that was typed.
///
/// # Errors
/// A sentence that says what went wrong.
pub fn run(cli: Cli) -> Result<()> {
    let Cli { database, command } = cli;
    if let Command::Serve(settings) = command {
        logging::start();
        return actix_web::rt::System::new().block_on(serve::serve(&database, &settings));
    }
    if let Command::Work(settings) = command {
        logging::start();
        return actix_web::rt::System::new().block_on(work::worker::work(&database, &settings));
    }
    if let Command::Demo(wanted) = command {
        return load_demo(&Db::open(&DatabaseSettings { db_connections: demo::CONNECTIONS, ..database })?, &wanted);
    }
    let db = Db::open(&DatabaseSettings { db_connections: 1, ..database })?;
    db.directly(|conn| match command {
        Command::Serve(_) | Command::Work(_) | Command::Demo(_) => Ok(()),
        Command::Migrate => migrate(conn),
        Command::Figures { repair } => check_figures(conn, repair),
        Command::Subscriptions(SubscriptionsCommand::Check) => check_subscriptions(conn),
        Command::Jobs(JobsCommand { verb: None }) => list_stuck(conn),
        Command::Jobs(JobsCommand { verb: Some(JobsVerb::Retry { id }) }) => retry(conn, id),
        Command::Merchant(command) => merchants::run(conn, command),
        Command::Key(command) => keys::run(conn, command),
        Command::Staff(command) => people::run(conn, command),
    })
}

fn migrate(conn: &mut PgConnection) -> Result<()> {
    diesel::connection::SimpleConnection::batch_execute(conn, "SET statement_timeout = 0; SET lock_timeout = 0")?;
    let ran = db::migrate(conn)?;
    match ran.len() {
        0 => say(format_args!("The database is up to date.")),
        count => say(format_args!("Ran {count} migrations.")),
    }
}

fn list_stuck(conn: &mut PgConnection) -> Result<()> {
    let stuck = jobs::model::stuck(conn)?;
    if stuck.is_empty() {
        return say(format_args!("No job is stuck."));
    }
    for jobs::model::Stuck { id, kind, subject, attempts, error, since } in stuck {
        say(format_args!("{id}\t{kind}\t{subject}\t{attempts} attempts\t{error}\t{since:.0}"))?;
    }
    Ok(())
}

fn retry(conn: &mut PgConnection, id: JobId) -> Result<()> {
    jobs::model::retry(conn, id, Timestamp::now())
        .map_err(|err| not_found(err, format!("No job {id} is stuck. See: clientele jobs")))?;
    say(format_args!("{id} is tried again as soon as a worker is free."))
}

/// Checks the figures. It ends with an error when figures differ and are left so, for whoever runs it by the clock.
fn check_figures(conn: &mut PgConnection, repair: bool) -> Result<()> {
    diesel::connection::SimpleConnection::batch_execute(conn, "SET statement_timeout = 0")?;
    check_counts(conn, repair)?;
    check_hours(conn, repair)?;
    check_revenue(conn, repair)?;
    let drifts = figures::check(conn)?;
    for figures::Drift { account_id, customer_id, currency, kept, computed } in &drifts {
        say(format_args!("{account_id}\t{customer_id}\t{currency}\tkept {kept}\tcomputed {computed}"))?;
    }
    match (drifts.len(), repair) {
        (0, _) => say(format_args!("All figures are what the payments come to.")),
        (_, true) => {
            let count = figures::repair(conn)?;
            say(format_args!("Corrected those of {count} customers."))?;
            match figures::check(conn)?.len() {
                0 => Ok(()),
                left => Err(Error::Command(format!("{left} still differ; look at the payments themselves").into())),
            }
        }
        (count, false) => Err(Error::Command(format!("{count} figures differ; --repair corrects them").into())),
    }
}

/// Checks subscriptions, invoices and payment schedules. It ends with an error when something contradicts itself.
fn check_subscriptions(conn: &mut PgConnection) -> Result<()> {
    conn.batch_execute("SET statement_timeout = 0")?;
    let mut found = subscriptions::checking::check(conn)?;
    found.extend(schedules::checking::check(conn)?);
    for Contradiction { account_id, id, says } in &found {
        say(format_args!("{account_id}\t{id}\t{says}"))?;
    }
    match found.len() {
        0 => say(format_args!("No subscription, invoice or payment schedule contradicts itself.")),
        count => Err(Error::Command(format!("{count} things contradict themselves").into())),
    }
}

/// Checks what the subscriptions of each account come to a month, and charge on the days to come.
fn check_revenue(conn: &mut PgConnection, repair: bool) -> Result<()> {
    let drifts = subscription_figures::check(conn)?;
    for subscription_figures::Drift { account_id } in &drifts {
        say(format_args!("{account_id}\tsubscriptions\tcome to another amount a month, or on the days to come"))?;
    }
    match (drifts.len(), repair) {
        (0, _) => say(format_args!("What subscriptions come to a month and charge next is right in every account.")),
        (_, true) => {
            subscription_figures::repair(conn, &drifts)?;
            say(format_args!("Added the subscriptions of {} accounts up anew.", drifts.len()))
        }
        (count, false) => {
            let sentence = format!("what subscriptions come to differs in {count} accounts; --repair corrects it");
            Err(Error::Command(sentence.into()))
        }
    }
}

/// Checks how many customers each account has.
fn check_counts(conn: &mut PgConnection, repair: bool) -> Result<()> {
    let drifts = counts::check(conn)?;
    for counts::Drift { account_id, kept, counted } in &drifts {
        say(format_args!("{account_id}\tcustomers\tkept {kept}\tcounted {counted}"))?;
    }
    match (drifts.len(), repair) {
        (0, _) => say(format_args!("The number of customers is right in every account.")),
        (_, true) => {
            counts::repair(conn, &drifts)?;
            say(format_args!("Counted the customers of {} accounts anew.", drifts.len()))
        }
        (count, false) => {
            let sentence = format!("the number of customers differs in {count} accounts; --repair corrects it");
            Err(Error::Command(sentence.into()))
        }
    }
}

/// Checks what is kept of each hour: how many customers came, and what was paid.
fn check_hours(conn: &mut PgConnection, repair: bool) -> Result<()> {
    match (customer_hours::check(conn)? + payment_hours::check(conn)?, repair) {
        (0, _) => say(format_args!("What came and was paid in each hour is right.")),
        (_, true) => {
            conn.transaction(|conn| {
                conn.batch_execute("LOCK TABLE customers, payments IN SHARE MODE")?;
                for one in crate::merchants::accounts(conn)? {
                    let account = format!("'{}'", one.account.uuid());
                    for sql in [customer_hours::COUNT_ALL, payment_hours::SUM_ALL] {
                        conn.batch_execute(&sql.replace("{account}", &account))?;
                    }
                }
                Ok::<_, Error>(())
            })?;
            say(format_args!("Counted what came and was paid in each hour anew."))
        }
        (hours, false) => {
            let sentence =
                format!("what is kept of {hours} hours differs from what came or was paid; --repair corrects it");
            Err(Error::Command(sentence.into()))
        }
    }
}

fn load_demo(db: &Db, wanted: &DemoCommand) -> Result<()> {
    let demo = match wanted.go_on {
        true => demo::unfinished(db)?,
        false => Some(Demo { customers: wanted.customers, seed: wanted.seed }),
    };
    let Some(demo) = demo else { return say(format_args!("There is no load to finish.")) };
    let mut teller = Teller::new();
    let way = Way { bulk: wanted.bulk, ..Way::default() };
    let loaded = demo::load(db, &demo, Timestamp::now(), &way, |progress| {
        teller.tell(progress);
        Ok(())
    })?;
    say(format_args!("Made the demo merchant with {} customers.", loaded.customers))?;
    say(format_args!(
        "Sign in as {} with the password {} (it starts in the test account).",
        loaded.email, loaded.password
    ))
}

fn refuse(err: impl ToString) -> Error {
    Error::Command(err.to_string().into())
}

fn not_found(err: Error, sentence: String) -> Error {
    if matches!(err, Error::NotFound) { Error::Command(sentence.into()) } else { err }
}

/// Writes a line on standard output. It is no error when the reader has closed it early.
fn say(line: std::fmt::Arguments) -> Result<()> {
    let _ = writeln!(std::io::stdout(), "{line}");
    Ok(())
}
