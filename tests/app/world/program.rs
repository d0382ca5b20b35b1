//! The program itself, as a process: its commands, and a server that is asked over a socket.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use diesel::{PgConnection, dsl::sql, prelude::*, sql_types::BigInt};

use super::{Database, PASSWORD, encode};

/// What a server signs its cookies with.
pub const SECRET: &str = "0123456789abcdef0123456789abcdef0123";

/// The program with nothing set but what a test sets.
pub fn clientele(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clientele"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CLIENTELE_") || name == "DATABASE_URL" || name == "RUST_LOG" {
            command.env_remove(&*name);
        }
    }
    command
}

/// What a command says, with something on its standard input.
pub fn said(mut command: Command, input: &str) -> (Output, String) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output, text)
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A running server; dropping it kills it.
pub struct Server {
    pub child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Starts one and waits until it answers.
    pub fn start(database_url: &str) -> Self {
        Self::start_with(database_url, &[])
    }

    /// Like [`Server::start`], with more settings.
    pub fn start_with(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let address: SocketAddr = ([127, 0, 0, 1], free_port()).into();
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("server-{}.log", uuid::Uuid::new_v4().simple()));
        let mut command = clientele(&["serve"]);
        command
            .env("DATABASE_URL", database_url)
            .env("CLIENTELE_SECRET", SECRET)
            .env("CLIENTELE_LISTEN", address.to_string())
            .env("CLIENTELE_WORKERS", "2")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap());
        let mut server = Self { child: command.spawn().unwrap(), address, log };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(server.child.try_wait().unwrap().is_none(), "it ended: {}", server.log());
            assert!(began.elapsed() < Duration::from_secs(20), "it does not listen: {}", server.log());
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// With a merchant and an editor in a database of its own.
    pub fn furnished() -> (Database, Self) {
        let database = Database::cloned();
        run_with(&database, &["merchant", "add", "Duka", "--country", "KE", "--time-zone", "Africa/Nairobi"], "");
        let add = ["staff", "add", "edgar@duka.example", "--merchant", "Duka", "--role", "editor", "--password-stdin"];
        run_with(&database, &add, PASSWORD);
        let server = Self::start(&database.url());
        (database, server)
    }

    /// All that it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Sends a signal, like TERM.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Asks and waits for the answer.
    pub fn ask(&self, method: &str, path: &str, cookie: &str, form: &str) -> Reply {
        try_ask(self.address, method, path, cookie, form).unwrap_or_else(|err| panic!("{method} {path}: {err}"))
    }

    /// Asks for a page.
    pub fn get(&self, path: &str, cookie: &str) -> Reply {
        self.ask("GET", path, cookie, "")
    }

    /// The cookie of a fresh session.
    pub fn sign_in(&self) -> String {
        let form = format!("email=edgar%40duka.example&password={}", encode(PASSWORD));
        let reply = self.ask("POST", "/login", "", &form);
        assert_eq!(reply.status, 303, "{}", self.log());
        reply.cookie().expect("a session")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.log);
    }
}

/// What a server answered.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    fn cookie(&self) -> Option<String> {
        self.header("Set-Cookie").map(|cookie| cookie.split(';').next().unwrap().to_owned())
    }
}

/// One request on a connection of its own.
pub fn try_ask(address: SocketAddr, method: &str, path: &str, cookie: &str, form: &str) -> std::io::Result<Reply> {
    let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
    let kind = if method == "POST" { "Content-Type: application/x-www-form-urlencoded\r\n" } else { "" };
    try_send(address, (method, path), &format!("{kind}{cookie}"), form)
}

/// One call of the API on a connection of its own, with a key and an `Idempotency-Key`.
pub fn try_post(address: SocketAddr, path: &str, (key, once): (&str, &str), body: &str) -> std::io::Result<Reply> {
    let headers =
        format!("Content-Type: application/json\r\nAuthorization: Bearer {key}\r\nIdempotency-Key: {once}\r\n");
    try_send(address, ("POST", path), &headers, body)
}

/// One request with these lines of its head, on a connection of its own.
pub fn try_send(
    address: SocketAddr,
    (method, path): (&str, &str),
    headers: &str,
    body: &str,
) -> std::io::Result<Reply> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| std::io::Error::other("no whole answer"))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| std::io::Error::other("no status"))?;
    Ok(Reply { status, head: head.to_owned(), body: body.to_owned() })
}

/// Runs a command over a database; it must succeed.
pub fn run_with(database: &Database, arguments: &[&str], input: &str) -> String {
    let mut command = clientele(arguments);
    command.env("DATABASE_URL", database.url());
    let (output, text) = said(command, input);
    assert!(output.status.success(), "{arguments:?}: {text}");
    text
}

/// Makes a key that may write everything in the test account of the merchant of [`Server::furnished`].
pub fn test_key(database: &Database) -> String {
    let add = ["key", "add", "Web shop", "--merchant", "Duka", "--mode", "test", "--write", "all"];
    let said = run_with(database, &add, "");
    said.lines().find(|line| line.starts_with("sk_test_")).expect("the secret alone on a line").to_owned()
}

/// The one number of a query.
pub fn number(conn: &mut PgConnection, query: &str) -> i64 {
    diesel::select(sql::<BigInt>(query)).first(conn).unwrap_or_else(|err| panic!("{query}: {err}"))
}
