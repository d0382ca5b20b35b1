//! A release server of one's own on a free port, and somebody who asks it over kept connections.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use clientele::demo;

pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    pub fn start() -> Self {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let process = Command::new(env!("CARGO_BIN_EXE_clientele"))
            .arg("serve")
            .env("CLIENTELE_LISTEN", address.to_string())
            // What falls due meanwhile is not what is measured.
            .env("CLIENTELE_JOBS", "off")
            .env("CLIENTELE_SECRET", "a secret that only this measurement uses")
            // Everybody signs in from an address of their own; one may try ten times a minute.
            .env("CLIENTELE_TRUSTED_PROXIES", "127.0.0.1")
            .env("RUST_LOG", "warn")
            .spawn()
            .expect("the server starts");
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < Duration::from_secs(10), "the server does not listen");
            thread::sleep(Duration::from_millis(50));
        }
        Self { process, address }
    }

    /// Signs in as the person of the demo.
    pub fn sign_in(&self) -> String {
        self.sign_in_as(demo::EMAIL)
    }

    /// Signs in as so many colleagues of the demo's person: one person has two searches at a time.
    pub fn colleagues(&self, count: usize) -> Vec<String> {
        (0..count)
            .map(|n| {
                let email = format!("bench{n}@clientele.example");
                add(&["staff", "add", &email, "--merchant", demo::MERCHANT, "--role", "editor", "--password-stdin"]);
                // The demo's customers are in the test account; a session begins in the mode that was used last.
                Connection::open(self.address).post("/mode", &self.sign_in_as(&email), "mode=test");
                self.sign_in_as(&email)
            })
            .collect()
    }

    /// Signs in as somebody of another merchant.
    pub fn neighbour(&self) -> String {
        let (name, email) = ("Bench neighbour", "neighbour@clientele.example");
        add(&["merchant", "add", name, "--country", "KE", "--time-zone", "Africa/Nairobi"]);
        add(&["staff", "add", email, "--merchant", name, "--role", "editor", "--password-stdin"]);
        self.sign_in_as(email)
    }

    fn sign_in_as(&self, email: &str) -> String {
        let address = format!("192.0.2.{}", email.bytes().map(usize::from).sum::<usize>() % 250);
        let body = format!("email={}&password={}", email.replace('@', "%40"), demo::PASSWORD);
        let request = format!(
            "POST /login HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             X-Forwarded-For: {address}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.write_all(request.as_bytes()).expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let cookie = answer
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "))
            .unwrap_or_else(|| panic!("{email} does not sign in: {answer}"));
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    /// Seconds of CPU that the server has used.
    pub fn cpu(&self) -> f64 {
        cpu_of(self.process.id())
    }

    pub fn resident_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
    }
}

/// Seconds of CPU that a process has used, over all of its threads.
pub fn cpu_of(process: u32) -> f64 {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let nanoseconds = tasks.filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() / 1e9
}

/// A time that this share of all (sorted) are below, in milliseconds.
pub fn share(times: &[Duration], share: f64) -> f64 {
    times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0
}

/// A request for a page, or for the fragment that htmx asks for, or for a call; `who` is the header of who asks.
pub fn request(path: &str, who: &str, fragment: bool) -> String {
    let htmx = if fragment { "HX-Request: true\r\n" } else { "" };
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\n{who}\r\n{htmx}\r\n")
}

/// Runs a command that adds something, which may be there from the last run.
fn add(arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clientele"));
    let child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = child.expect("the program starts");
    child.stdin.take().and_then(|mut input| input.write_all(demo::PASSWORD.as_bytes()).ok());
    let _ = child.wait();
}

pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream: BufReader::new(stream) }
    }

    /// Sends a form; returns the path that the answer leads to.
    pub fn post(&mut self, path: &str, cookie: &str, form: &str) -> String {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).expect("the request is sent");
        let (mut line, mut length, mut leads) = (String::new(), 0, String::new());
        while line != "\r\n" {
            line.clear();
            self.stream.read_line(&mut line).expect("a header");
            assert!(!line.starts_with("HTTP/1.1") || line.contains(" 303 "), "{line}{form}");
            let header = line.trim_end();
            if let Some((name, value)) = header.split_once(": ") {
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.parse().expect("a length"),
                    "location" => value.clone_into(&mut leads),
                    _ => {}
                }
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body");
        leads
    }

    /// How long the answer took, with the times that it was to be waited for. It must be a page.
    pub fn ask(&mut self, request: &str) -> Duration {
        let began = Instant::now();
        loop {
            match self.try_ask(request).0 {
                200 => return began.elapsed(),
                429 => {}
                status => panic!("{status} for {request}"),
            }
        }
    }

    /// The status of the answer, and how long it took.
    pub fn try_ask(&mut self, request: &str) -> (u16, Duration) {
        let began = Instant::now();
        self.stream.get_mut().write_all(request.as_bytes()).expect("the request is sent");
        let (mut line, mut length, mut status) = (String::new(), 0, 0);
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("a header");
            if line.starts_with("HTTP/1.1") {
                status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
            }
            match line.trim_end().to_ascii_lowercase().strip_prefix("content-length: ") {
                Some(text) => length = text.parse().expect("a length"),
                None if line == "\r\n" => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body");
        (status, began.elapsed())
    }
}
