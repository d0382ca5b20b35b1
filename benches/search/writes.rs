//! What a create and an edit of a name cost PostgreSQL, all of it: the row, its words and indexes, its event, the checks.

use crate::{
    postgres::Postgres,
    server::{Connection, Server},
};

const WRITES: usize = 1_000;

pub fn measure(server: &Server, cookie: &str, postgres: &mut Postgres) {
    let mut connection = Connection::open(server.address);
    let names = postgres.texts("SELECT name AS text FROM sampled WHERE kind = 'person' AND name LIKE '% %' LIMIT 1000");
    let seed = std::process::id();
    let began = postgres.cpu();
    let paths: Vec<String> = (0..WRITES)
        .map(|n| {
            let name =
                percent_encoding::utf8_percent_encode(&names[n % names.len()], percent_encoding::NON_ALPHANUMERIC);
            let form =
                format!("name={name}&email=bench{seed}.{n}%40mail.example&metadata.1.key=tier&metadata.1.value=gold");
            connection.post("/customers", cookie, &form)
        })
        .collect();
    let created = postgres.cpu();
    for (n, path) in paths.iter().enumerate() {
        let name =
            percent_encoding::utf8_percent_encode(&names[(n + 1) % names.len()], percent_encoding::NON_ALPHANUMERIC);
        connection.post(path, cookie, &format!("version=1&name={name}+{n}"));
    }
    let edited = postgres.cpu();
    let rate = |cpu: f64| WRITES as f64 / cpu;
    println!(
        "\nA second of PostgreSQL's CPU: {:.0} creates, {:.0} edits of a name",
        rate(created - began),
        rate(edited - created)
    );
}
