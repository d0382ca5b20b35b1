//! The program's settings and commands: what they do, and what is said when they cannot.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use clap::CommandFactory;
use clientele::commands::Cli;
use diesel::RunQueryDsl;

use crate::world::{
    Database,
    program::{SECRET, clientele, free_port, run_with, said},
};

// --- settings -------------------------------------------------------------------------------------

/// What the server says instead of starting, with one setting wrong.
fn refused(name: &str, value: Option<&str>) -> String {
    let mut command = clientele(&["serve"]);
    command
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")
        .env("CLIENTELE_SECRET", SECRET)
        .env("CLIENTELE_LISTEN", format!("127.0.0.1:{}", free_port()));
    match value {
        Some(value) => command.env(name, value),
        None => command.env_remove(name),
    };
    let (output, text) = said(command, "");
    assert!(!output.status.success(), "{name}={value:?} is taken");
    assert!(text.contains(name), "{name}={value:?} is told as: {text}");
    text
}

#[test]
fn a_wrong_setting_is_named_with_what_a_right_one_looks_like() {
    for (name, value, like) in [
        ("CLIENTELE_SECRET", None, "openssl rand -hex 32"),
        ("CLIENTELE_SECRET", Some("short"), "openssl rand -hex 32"),
        ("CLIENTELE_SECRET", Some(""), "openssl rand -hex 32"),
        ("DATABASE_URL", None, "postgres://"),
        ("DATABASE_URL", Some("mysql://db/x"), "postgres://"),
        ("DATABASE_URL", Some(""), "postgres://"),
        ("CLIENTELE_LISTEN", Some("nonsense"), "127.0.0.1:8080"),
        ("CLIENTELE_LISTEN", Some("127.0.0.1"), "127.0.0.1:8080"),
        ("CLIENTELE_URL", Some("clientele.example.com"), "https://clientele.example.com"),
        ("CLIENTELE_URL", Some("https://clientele.example.com/path"), "https://clientele.example.com"),
        ("CLIENTELE_TRUSTED_PROXIES", Some("proxy.internal"), "10.0.0.0/8"),
        ("CLIENTELE_WEBHOOK_NETWORKS", Some("hooks.internal"), "10.0.0.0/8"),
        ("CLIENTELE_WEBHOOK_NETWORKS", Some("10.0.0.0/8,10.1.0.0/40"), "“10.1.0.0/40” is no address or network"),
        ("CLIENTELE_WORKERS", Some("0"), "1"),
        ("CLIENTELE_DB_CONNECTIONS", Some("many"), "connections"),
        ("CLIENTELE_PLAN_CACHE_MODE", Some("fast"), "auto"),
        ("CLIENTELE_JOBS", Some("maybe"), "expected on, off, or a number from 1 to 32"),
        ("CLIENTELE_JOBS", Some("33"), "expected on, off, or a number from 1 to 32"),
    ] {
        let text = refused(name, value);
        assert!(text.contains(like), "{name}={value:?} is told as: {text}");
    }
}

#[test]
fn every_setting_is_told_in_the_tables() {
    let told = ["README.md", "docs/operations.md"].map(|file| std::fs::read_to_string(file).unwrap()).concat();
    let cli = Cli::command();
    let settings: Vec<_> =
        cli.get_arguments().chain(cli.get_subcommands().flat_map(clap::Command::get_arguments)).collect();
    for setting in settings.iter().filter(|setting| setting.get_env().is_some()) {
        let name = setting.get_env().unwrap().to_str().unwrap();
        let flag = format!("--{}`", setting.get_long().unwrap());
        let row = told.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        assert!(row.is_some_and(|row| row.contains(&flag)), "{name} has no row with its flag");
    }
    for row in told.lines().filter_map(|line| line.strip_prefix("| `CLIENTELE_")) {
        let name = format!("CLIENTELE_{}", row.split_once('`').unwrap().0);
        let known = settings.iter().any(|setting| setting.get_env().is_some_and(|env| env == name.as_str()));
        assert!(known, "{name} is no setting");
    }
}

#[test]
fn a_refused_setting_is_not_repeated_when_it_is_secret() {
    let secret = refused("CLIENTELE_SECRET", Some("hunter2"));
    let database = refused("DATABASE_URL", Some("mysql://clientele:hunter2@db/x"));
    assert!(!secret.contains("hunter2") && !database.contains("hunter2"), "{secret}{database}");
}

#[test]
fn secrets_are_read_from_files_and_a_flag_that_shows_them_warns() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("secret-{}", uuid::Uuid::new_v4().simple()));
    let database = Database::cloned();
    std::fs::write(&file, format!("{}\n", database.url())).unwrap();
    let mut command = clientele(&["staff", "list"]);
    command.env("DATABASE_URL_FILE", &file);
    let (output, text) = said(command, "");
    assert!(output.status.success() && text.is_empty(), "{text}");
    let (output, text) = said(clientele(&["staff", "list", "--database-url", &database.url()]), "");
    assert!(output.status.success() && text.starts_with("warning: --database-url"), "{text}");

    std::fs::write(&file, "hunter2").unwrap();
    for name in ["CLIENTELE_SECRET_FILE", "DATABASE_URL_FILE"] {
        let text = refused(name, file.to_str());
        assert!(!text.contains("hunter2"), "{text}");
    }
    std::fs::remove_file(&file).unwrap();
    assert!(refused("CLIENTELE_SECRET_FILE", file.to_str()).contains("cannot be read"));
}

#[test]
fn an_address_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let text = refused("CLIENTELE_LISTEN", Some(&address));
    assert!(text.contains(&address), "{text}");
}

// --- commands -------------------------------------------------------------------------------------

#[test]
fn a_database_is_migrated_and_furnished_by_commands() {
    let database = Database::blank();
    assert!(run_with(&database, &["migrate"], "").starts_with("Ran "));
    assert_eq!(run_with(&database, &["migrate"], ""), "The database is up to date.\n");
    run_with(&database, &["merchant", "add", "Duka", "--country", "KE"], "");
    let add = ["staff", "add", "Edgar@duka.example", "--merchant", "Duka", "--role", "editor", "--password-stdin"];
    assert_eq!(run_with(&database, &add, "correct horse\n"), "Added Edgar@duka.example as editor.\n");
    assert_eq!(run_with(&database, &["staff", "list"], ""), "Edgar@duka.example\tEdgar\teditor\tDuka\tenabled\n");
    let reset = ["staff", "reset-password", "edgar@duka.example", "--password-stdin"];
    assert!(run_with(&database, &reset, "another horse").contains("all their sessions are ended"));
}

#[test]
fn subscriptions_and_invoices_are_checked_by_a_command() {
    let database = Database::blank();
    run_with(&database, &["migrate"], "");
    run_with(&database, &["merchant", "add", "Duka", "--country", "KE"], "");
    let told = run_with(&database, &["subscriptions", "check"], "");
    assert_eq!(told, "No subscription, invoice or payment schedule contradicts itself.\n");
    let gap = "INSERT INTO invoice_series SELECT id, 2027, 3, '2027-01-01' FROM accounts WHERE mode = 'live'";
    diesel::sql_query(gap).execute(&mut database.connect()).unwrap();
    let mut command = clientele(&["subscriptions", "check"]);
    command.env("DATABASE_URL", database.url());
    let (output, text) = said(command, "");
    assert!(!output.status.success() && text.contains("numbers of 2027 that have gaps: 0 of 2"), "{text}");
    assert!(text.contains("1 things contradict themselves"), "{text}");
}

#[test]
fn a_merchants_settings_are_listed_and_changed_by_commands() {
    let database = Database::blank();
    run_with(&database, &["migrate"], "");
    run_with(&database, &["merchant", "add", "Duka", "--country", "KE", "--currency", "KES"], "");
    let list = || run_with(&database, &["merchant", "list"], "");
    assert_eq!(list(), "Duka\tUTC\tKE\tKES\tname,email\t4\n");
    let change = |words: &[&str]| run_with(&database, &[&["merchant", "change", "Duka"], words].concat(), "");
    let told = change(&["--currency", "ugx", "--dry-run"]);
    assert!(told.contains("Nobody has paid in UGX yet.") && told.ends_with("Nothing is saved.\n"), "{told}");
    assert_eq!(change(&["--wallet-size", "4"]), "The merchant “Duka” is so already.\n");
    let told = change(&["--time-zone", "africa/nairobi", "--require", "phone", "--wallet-size", "6"]);
    assert!(told.contains("Each customer can keep 6 payment methods instead of 4."), "{told}");
    assert!(
        told.ends_with(
            "Changed the merchant “Duka”: time zone, required of a customer, payment methods of a customer.\n"
        )
    );
    change(&["--name", "Duka Kuu"]);
    assert_eq!(list(), "Duka Kuu\tAfrica/Nairobi\tKE\tKES\tphone\t6\n");
    run_with(&database, &["merchant", "change", "Duka Kuu", "--require", "none"], "");
    assert_eq!(list(), "Duka Kuu\tAfrica/Nairobi\tKE\tKES\tnone\t6\n");
}

#[test]
fn people_are_disabled_enabled_given_a_role_and_removed_by_commands() {
    let database = Database::blank();
    run_with(&database, &["migrate"], "");
    run_with(&database, &["merchant", "add", "Duka"], "");
    let add = ["staff", "add", "amina@x.example", "--merchant", "Duka", "--role", "editor", "--password-stdin"];
    run_with(&database, &add, "correct horse");
    let list = || run_with(&database, &["staff", "list"], "");
    assert!(run_with(&database, &["staff", "disable", "Amina@x.example"], "").contains("sessions are ended"));
    assert_eq!(list(), "amina@x.example\tamina\teditor\tDuka\tdisabled\n");
    run_with(&database, &["staff", "enable", "amina@x.example"], "");
    run_with(&database, &["staff", "role", "amina@x.example", "admin"], "");
    let mut conn = database.connect();
    let mut sql = |statement: &str| diesel::sql_query(statement).execute(&mut conn).unwrap();
    let factor = "UPDATE staff SET has_app = true";
    let code = "INSERT INTO recovery_codes (staff_id, code_hash) SELECT id, 'x' FROM staff";
    sql(factor);
    sql(code);
    let reset = ["staff", "reset-second-factor", "amina@x.example"];
    assert!(run_with(&database, &reset, "").contains("is taken away, and all their sessions are ended"));
    assert_eq!(sql("DELETE FROM recovery_codes"), 0);
    assert_eq!(sql("DELETE FROM staff_notices"), 1, "they are told");
    sql(factor);
    sql(code);
    assert_eq!(list(), "amina@x.example\tamina\tadmin\tDuka\tenabled\n");
    run_with(&database, &["staff", "remove", "amina@x.example"], "");
    assert_eq!(list(), "");
    assert_eq!(sql("DELETE FROM recovery_codes"), 0, "nothing of theirs stays but the name");
    run_with(&database, &add, "correct horse");
    assert_eq!(list(), "amina@x.example\tamina\teditor\tDuka\tenabled\n", "the email is free again");
}

#[test]
fn keys_are_made_listed_and_revoked_by_commands() {
    let database = Database::blank();
    run_with(&database, &["migrate"], "");
    run_with(&database, &["merchant", "add", "Duka", "--time-zone", "Africa/Nairobi"], "");
    let list = || run_with(&database, &["key", "list"], "");
    assert_eq!(list(), "");
    let add = |arguments: &[&'static str]| {
        let mut command = clientele(&[&["key", "add", "Web shop", "--merchant", "Duka"], arguments].concat());
        command.env("DATABASE_URL", database.url());
        let (output, text) = said(command, "");
        assert!(output.status.success(), "{text}");
        String::from_utf8(output.stdout).unwrap()
    };
    let trial = add(&["--mode", "test", "--write", "all"]);
    assert!(trial.starts_with("sk_test_") && trial.len() == 47 && trial.ends_with('\n'), "the secret alone: {trial}");
    let live = add(&["--mode", "live", "--write", "customers,wallet", "--read", "all", "--expires", "2999-12-31"]);
    assert!(live.starts_with("sk_live_"));
    let listed = list();
    let lines: Vec<Vec<&str>> = listed.lines().map(|line| line.split('\t').collect()).collect();
    let may_live = "customers:write,wallet:write,payments:read,refunds:read,prices:read,subscriptions:read,\
         payment_schedules:read,invoices:read,custom_fields:read,events:read,webhook_endpoints:read";
    let may_test = "customers:write,wallet:write,payments:write,refunds:write,prices:write,subscriptions:write,\
         payment_schedules:write,invoices:write,custom_fields:write,events:read,webhook_endpoints:write,tokens:write";
    assert_eq!(lines[0][1..], ["Web shop", "Duka", "live", may_live, "works", "never used"]);
    assert_eq!(lines[1][1..], ["Web shop", "Duka", "test", may_test, "works", "never used"]);
    assert!(!listed.contains(live.trim()) && !listed.contains(trial.trim()));

    let id = lines[0][0];
    for _ in 0..2 {
        assert_eq!(run_with(&database, &["key", "revoke", id], ""), format!("{id} “Web shop” is revoked.\n"));
    }
    assert!(list().contains("\trevoked\t"));
}

#[test]
fn a_command_that_cannot_be_done_says_why_in_a_sentence() {
    let database = Database::cloned();
    run_with(&database, &["merchant", "add", "Duka"], "");
    let staff = |email: &'static str, merchant: &'static str| {
        ["staff", "add", email, "--merchant", merchant, "--role", "viewer", "--password-stdin"]
    };
    run_with(&database, &staff("a@x.example", "Duka"), "correct horse");
    for (arguments, input, words) in [
        (&["merchant", "add", "Duka"][..], "", "already"),
        (&["merchant", "add", " "], "", "needs a name"),
        (&["merchant", "add", "B", "--time-zone", "Mars/Base"], "", "Mars/Base"),
        (&["merchant", "add", "B", "--country", "ZZ"], "", "ZZ"),
        (&["merchant", "change", "Duka"], "", "Nothing is to be changed"),
        (&["merchant", "change", "Nobody's", "--name", "B"], "", "no merchant"),
        (&["merchant", "change", "Duka", "--wallet-size", "21"], "", "from 1 to 20"),
        (&["merchant", "change", "Duka", "--require", "fax"], "", "can be required"),
        (&["merchant", "change", "Duka", "--time-zone", "Nairobi"], "", "Did you mean Africa/Nairobi?"),
        (&["merchant", "add", "B", "--currency", "shilling"], "", "KES"),
        (&staff("A@X.example", "Duka"), "correct horse", "already"),
        (&staff("b@x.example", "Nobody's"), "correct horse", "no merchant"),
        (&staff("nobody", "Duka"), "correct horse", "name@example.com"),
        (&staff("b@x.example", "Duka"), "short", "8 to 200"),
        (&staff("b@x.example", "Duka"), "", "8 to 200"),
        (&staff("b@x.example", "Duka"), "Iloveyou1\n", "Many people use"),
        (&staff("b@x.example", "Duka"), "duka-2026", "other than your name"),
        (&["staff", "reset-password", "a@x.example", "--password-stdin"], "superman", "Many people use"),
        (&["staff", "reset-second-factor", "a@x.example"], "", "a@x.example has no second factor"),
        (&["staff", "reset-second-factor", "z@x.example"], "", "Nobody signs in as z@x.example"),
        (&["staff", "reset-password", "who@x.example", "--password-stdin"], "correct horse", "Nobody signs in"),
        (&["staff", "disable", "who@x.example"], "", "Nobody signs in"),
        (&["key", "add", "A", "--merchant", "Nobody's", "--mode", "live", "--read", "all"], "", "no merchant"),
        (&["key", "add", "A", "--merchant", "Duka", "--mode", "live"], "", "--write or --read"),
        (&["key", "add", "A", "--merchant", "Duka", "--mode", "live", "--read", "flights"], "", "customers"),
        (&["key", "add", "A", "--merchant", "Duka", "--mode", "live", "--write", "tokens"], "", "tokens:write"),
        (&["key", "add", "A", "--merchant", "Duka", "--mode", "paper", "--read", "all"], "", "live or test"),
        (&["key", "add", " ", "--merchant", "Duka", "--mode", "live", "--read", "all"], "", "name of the system"),
        (
            &["key", "add", "A", "--merchant", "Duka", "--mode", "live", "--read", "all", "--expires", "2020-01-01"],
            "",
            "later day",
        ),
        (&["key", "revoke", "key_01h2xcejqtf2nbrexx3vqjhp41"], "", "no key"),
        (&["staff", "role", "a@x.example", "king"], "", "expected viewer, editor, admin or owner"),
    ] {
        let mut command = clientele(arguments);
        command.env("DATABASE_URL", database.url());
        let (output, text) = said(command, input);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(text.contains(words), "{arguments:?} is told as: {text}");
        assert!(!text.contains("panicked") && !text.contains("correct horse"), "{text}");
    }
}

#[test]
fn a_command_without_its_database_says_so() {
    let mut command = clientele(&["staff", "list"]);
    command.env("DATABASE_URL", "postgres://clientele:hunter2@127.0.0.1:1/nothing");
    let began = Instant::now();
    let (output, text) = said(command, "");
    assert!(!output.status.success());
    assert!(text.contains("Is PostgreSQL running, and is DATABASE_URL right?"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    assert!(began.elapsed() < Duration::from_secs(10));
}
