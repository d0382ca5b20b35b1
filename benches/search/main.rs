//! What finding customers costs, by class of search, as a page and as a call of the API: the answer over HTTP on 1 and 16
//! connections, PostgreSQL's own time and buffers for it, and the same statements in pgbench in the same run.
//!
//! Wants a database with the demo merchant in `DATABASE_URL`, whose role may read the server's log settings, and the
//! server's log in `POSTGRES_LOG`; `script/bench` makes both and calls this. Arguments are names of classes to measure.

mod calls;
mod classes;
mod crowd;
mod day;
mod payments;
mod postgres;
mod recurring;
mod server;
mod writes;

use std::{env, thread, time::Duration};

use classes::Class;
use postgres::Postgres;
use server::{Connection, Server, share};

/// Requests on one connection, and in all on sixteen.
const ALONE: usize = 200;
const TOGETHER: usize = 800;

fn main() {
    // `cargo test --benches` asks for a quick look only, and there is nothing to look at without the data.
    if !env::args().any(|arg| arg == "--bench") {
        return;
    }
    let wanted: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let mut postgres = Postgres::connect();
    let mut classes = classes::all(&mut postgres);
    classes.extend(payments::all(&mut postgres));
    classes.extend(recurring::all(&mut postgres));
    classes.extend(calls::all(&mut postgres, &classes));
    let keys = calls::keys(&mut postgres);
    let pages_of_people: Vec<String> =
        classes.iter().filter(|class| day::PAGES.contains(&class.name)).flat_map(|class| class.paths.clone()).collect();
    let classes: Vec<Class> = classes
        .into_iter()
        .filter(|class| wanted.is_empty() || wanted.iter().any(|name| class.name.contains(name.as_str())))
        .collect();
    let statements = told(&mut postgres, &classes, &keys);
    let server = Server::start();
    let cookie = server.sign_in();
    let cookies: Vec<String> = server.colleagues(8).iter().map(|cookie| format!("Cookie: {cookie}")).collect();
    println!(
        "| search | p50 ms | p99 ms | p50 of 16 | p99 of 16 | requests/s of 16 | PostgreSQL ms | buffers | app ms | pgbench/s of 16 | ratio |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (class, statements) in classes.iter().zip(statements) {
        let askers = if class.is_call() { &keys } else { &cookies };
        let alone = measure(&server, askers, class, 1, ALONE);
        let (app, database) = (server.cpu(), postgres.cpu());
        let together = measure(&server, askers, class, 16, TOGETHER);
        // Sixteenths of the requests were for warming up.
        let count = (TOGETHER + TOGETHER / 10) as f64;
        let (app, database) = ((server.cpu() - app) / count, (postgres.cpu() - database) / count);
        let limit = postgres::pgbench(&statements.scripts, 16);
        println!(
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} | {:.2} | {:.0} | {:.2} | {:.0} | {:.2} |",
            class.name,
            share(&alone.times, 0.5),
            share(&alone.times, 0.99),
            share(&together.times, 0.5),
            share(&together.times, 0.99),
            together.rate,
            database * 1000.0,
            statements.buffers,
            app * 1000.0,
            limit,
            together.rate / limit,
        );
    }
    if wanted.is_empty() || wanted.iter().any(|name| name == "writes") {
        writes::measure(&server, &cookie, &mut postgres);
    }
    if wanted.is_empty() || wanted.iter().any(|name| name == "calls") {
        calls::measure(&server, &keys, &mut postgres);
    }
    if wanted.is_empty() || wanted.iter().any(|name| name == "crowd") {
        crowd::measure(&server, &cookie, &mut postgres);
    }
    if wanted.iter().any(|name| name == "day") {
        day::measure(&server, &cookies, &pages_of_people, &mut postgres);
    }
    println!("\nMemory of the server after that: {} MB", server.resident_kb() / 1024);
}

struct Measured {
    times: Vec<Duration>,
    rate: f64,
}

/// Asks for the pages of a class in turn, each connection as people or keys of its own.
fn measure(server: &Server, askers: &[String], class: &Class, connections: usize, requests: usize) -> Measured {
    let each = requests / connections;
    let ask = |number: usize| {
        let mut connection = Connection::open(server.address);
        let turn = |n: usize| {
            let path = &class.paths[(number * 7 + n) % class.paths.len()];
            let asker = if class.is_call() { number + n * connections } else { number };
            server::request(path, &askers[asker % askers.len()], class.fragment)
        };
        (0..each.div_ceil(10)).for_each(|n| _ = connection.ask(&turn(n)));
        let began = std::time::Instant::now();
        let times: Vec<Duration> = (0..each).map(|n| connection.ask(&turn(n))).collect();
        (times, began.elapsed())
    };
    let all: Vec<(Vec<Duration>, Duration)> = thread::scope(|scope| {
        let running: Vec<_> = (0..connections).map(|number| scope.spawn(move || ask(number))).collect();
        running.into_iter().map(|one| one.join().expect("no request fails")).collect()
    });
    let rate = all.iter().map(|(times, took)| times.len() as f64 / took.as_secs_f64()).sum();
    let mut times: Vec<Duration> = all.into_iter().flat_map(|(times, _)| times).collect();
    times.sort_unstable();
    Measured { times, rate }
}

/// The statements behind every page of every class, as a server tells the log that has to tell all.
fn told(postgres: &mut Postgres, classes: &[Class], keys: &[String]) -> Vec<postgres::Statements> {
    postgres.tell_all(true);
    let server = Server::start();
    let cookie = format!("Cookie: {}", server.sign_in());
    let mut connection = Connection::open(server.address);
    // The first request of a session, a key and a connection asks more than those that follow.
    (0..20).for_each(|_| _ = connection.ask(&server::request("/customers", &cookie, false)));
    (0..20).for_each(|_| _ = connection.ask(&server::request("/v1/key", &keys[0], false)));
    thread::sleep(Duration::from_millis(500));
    let statements = classes
        .iter()
        .map(|class| {
            let pages: Vec<Vec<String>> = class
                .paths
                .iter()
                .take(10)
                .map(|path| {
                    let mark = postgres.mark();
                    let asker = if class.is_call() { &keys[0] } else { &cookie };
                    connection.ask(&server::request(path, asker, class.fragment));
                    postgres.since(mark)
                })
                .collect();
            postgres.statements(class.name, &pages)
        })
        .collect();
    postgres.tell_all(false);
    statements
}
