//! What another merchant feels while one person sends dear searches, 32 at once.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use crate::{
    postgres::Postgres,
    server::{self, Connection, Server, share},
};

/// The searches at once.
const CROWD: usize = 32;

/// The pages that the other merchant asks for, and the pause between two.
const PAGES: usize = 300;
const PAUSE: Duration = Duration::from_millis(20);

/// Searches that have to look at very many customers.
const DEAR: [&str; 3] = [
    "/customers?sort=last_payment&q=ann+OR+joe+OR+kim+OR+lee+OR+max+OR+ray+OR+sam+OR+tim+OR+zoe+OR+ian",
    "/customers?q=-created:last-9999y",
    "/customers?q=-has:phone+-has:email",
];

pub fn measure(server: &Server, cookie: &str, postgres: &mut Postgres) {
    let neighbour = format!("Cookie: {}", server.neighbour());
    let cookie = format!("Cookie: {cookie}");
    let dear = DEAR.map(|path| server::request(path, &cookie, false));
    let list = server::request("/customers", &neighbour, false);
    let mut connection = Connection::open(server.address);
    let quiet = pages(&mut connection, &list);
    let (dear, over) = (&dear, AtomicBool::new(false));
    let (busy, most, answers) = thread::scope(|scope| {
        let search = |number: usize| {
            let mut counts = BTreeMap::<u16, usize>::new();
            let mut connection = Connection::open(server.address);
            while !over.load(Ordering::Relaxed) {
                let (status, _) = connection.try_ask(&dear[number % dear.len()]);
                *counts.entry(status).or_default() += 1;
                // As Retry-After says.
                if status == 429 {
                    thread::sleep(Duration::from_secs(1));
                }
            }
            counts
        };
        let crowd: Vec<_> = (0..CROWD).map(|number| scope.spawn(move || search(number))).collect();
        thread::sleep(Duration::from_secs(1));
        let busy = pages(&mut connection, &list);
        let most = postgres.connections();
        over.store(true, Ordering::Relaxed);
        let mut answers = BTreeMap::<u16, usize>::new();
        for counts in crowd.into_iter().map(|search| search.join().expect("a searcher goes on")) {
            counts.into_iter().for_each(|(status, count)| *answers.entry(status).or_default() += count);
        }
        (busy, most, answers)
    });
    println!("\nAnother merchant's list, p50 / p99 ms, quiet: {:.1} / {:.1}", share(&quiet, 0.5), share(&quiet, 0.99));
    println!("beside {CROWD} dear searches of one person: {:.1} / {:.1}", share(&busy, 0.5), share(&busy, 0.99));
    println!("the searches by status: {answers:?}; connections to PostgreSQL: {most}");
}

/// How long the pages took, sorted; each must be there.
fn pages(connection: &mut Connection, request: &str) -> Vec<Duration> {
    let mut times: Vec<Duration> = (0..PAGES)
        .map(|_| {
            thread::sleep(PAUSE);
            let (status, took) = connection.try_ask(request);
            assert_eq!(status, 200, "the list is always there");
            took
        })
        .collect();
    times.sort_unstable();
    times
}
