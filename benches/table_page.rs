//! What the customers table costs: the page over HTTP, beside the same statements in pgbench in the same run.
//!
//! Wants a database with the demo merchant in `DATABASE_URL`; `script/bench` makes one and calls this.

mod server;

use std::{
    env,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use server::{Connection, Server, share};

const REQUESTS: usize = 4_000;
/// The newest page, a sort, a word on many rows, a last name, two words, a phone's end, nothing.
const PAGES: [(&str, &str); 7] = [
    ("newest", "/customers"),
    ("by name", "/customers?sort=name"),
    ("common word", "/customers?q=example"),
    ("last name", "/customers?q=kamau"),
    ("two words", "/customers?q=wanjiru%20ka"),
    ("last 4 digits", "/customers?q=0187"),
    ("nothing matches", "/customers?q=zzqxzz"),
];

fn main() {
    // `cargo test --benches` asks for a quick look only, and there is nothing to look at without the data.
    if !env::args().any(|arg| arg == "--bench") {
        return;
    }
    let server = Server::start();
    let cookie = server.sign_in();
    println!("| page | connections | requests a second | p50 ms | p99 ms |");
    println!("| --- | --- | --- | --- | --- |");
    for (name, path) in PAGES {
        measure(&server, name, path, &cookie, 1);
    }
    measure(&server, "newest", "/customers", &cookie, 16);
    println!("\nServer memory after that: {} MB", server.resident_kb() / 1024);
    for clients in [1, 16] {
        pgbench(clients);
    }
}

/// Asks for a page over and over on kept connections.
fn measure(server: &Server, name: &str, path: &str, cookie: &str, connections: usize) {
    let each = REQUESTS / connections;
    let request = server::request(path, cookie, false);
    let ask_often = || {
        let mut connection = Connection::open(server.address);
        // A tenth more requests than are counted, first, to warm up.
        (0..each / 10).for_each(|_| _ = connection.ask(&request));
        (0..each).map(|_| connection.ask(&request)).collect::<Vec<Duration>>()
    };
    let began = Instant::now();
    let mut times: Vec<Duration> = thread::scope(|scope| {
        let running: Vec<_> = (0..connections).map(|_| scope.spawn(ask_often)).collect();
        running.into_iter().flat_map(|one| one.join().expect("no request fails")).collect()
    });
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_unstable();
    println!("| {name} | {connections} | {rate:.0} | {:.2} | {:.2} |", share(&times, 0.5), share(&times, 0.99));
}

/// The statements of the newest page with nothing around them: PostgreSQL's own limit.
fn pgbench(clients: usize) {
    let url = env::var("DATABASE_URL").expect("DATABASE_URL");
    let program = env::var("PGBENCH").unwrap_or_else(|_| "pgbench".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/table_page.sql");
    let output = Command::new(program)
        .args(["-n", "-M", "prepared", "-T", "5", "-j", "2", "-c", &clients.to_string(), "-f", script, &url])
        .env("PGOPTIONS", "-c plan_cache_mode=force_generic_plan")
        .stderr(Stdio::inherit())
        .output()
        .expect("pgbench runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let wanted = text.lines().filter(|line| line.starts_with("tps") || line.starts_with("latency average"));
    println!("\npgbench, {clients} connections: {}", wanted.collect::<Vec<_>>().join(", "));
}
