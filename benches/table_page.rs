//! What the customers table costs: the page over HTTP, beside the same statements in pgbench in the same run.
//!
//! Wants a database with the demo merchant in `DATABASE_URL`; `script/bench` makes one and calls this.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use clientele::demo;

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
        server.measure(name, path, &cookie, 1);
    }
    server.measure("newest", "/customers", &cookie, 16);
    println!("\nServer memory after that: {} MB", server.resident_kb() / 1024);
    for clients in [1, 16] {
        pgbench(clients);
    }
}

struct Server {
    process: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start() -> Self {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let process = Command::new(env!("CARGO_BIN_EXE_clientele"))
            .arg("serve")
            .env("CLIENTELE_LISTEN", address.to_string())
            .env("CLIENTELE_SECRET", "a secret that only this measurement uses")
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

    fn sign_in(&self) -> String {
        let body = format!("email={}&password={}", demo::EMAIL.replace('@', "%40"), demo::PASSWORD);
        let request = format!(
            "POST /login HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.write_all(request.as_bytes()).expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let cookie =
            answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("the demo staff signs in");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    /// Asks for a page over and over on kept connections.
    fn measure(&self, name: &str, path: &str, cookie: &str, connections: usize) {
        let each = REQUESTS / connections;
        let began = Instant::now();
        let mut times: Vec<Duration> = thread::scope(|scope| {
            let ask = || scope.spawn(|| Connection::open(self.address).ask_often(path, cookie, each));
            let running: Vec<_> = (0..connections).map(|_| ask()).collect();
            running.into_iter().flat_map(|one| one.join().expect("no request fails")).collect()
        });
        let rate = times.len() as f64 / began.elapsed().as_secs_f64();
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
        println!("| {name} | {connections} | {rate:.0} | {:.2} | {:.2} |", at(0.5), at(0.99));
    }

    fn resident_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
    }
}

struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream: BufReader::new(stream) }
    }

    /// A tenth more requests than are counted, first, to warm up.
    fn ask_often(&mut self, path: &str, cookie: &str, count: usize) -> Vec<Duration> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n");
        (0..count / 10).for_each(|_| self.ask(&request));
        (0..count)
            .map(|_| {
                let began = Instant::now();
                self.ask(&request);
                began.elapsed()
            })
            .collect()
    }

    fn ask(&mut self, request: &str) {
        self.stream.get_mut().write_all(request.as_bytes()).expect("the request is sent");
        let (mut line, mut length) = (String::new(), 0);
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("a header");
            assert!(!line.starts_with("HTTP/1.1") || line.contains(" 200 "), "{line}");
            match line.trim_end().to_ascii_lowercase().strip_prefix("content-length: ") {
                Some(text) => length = text.parse().expect("a length"),
                None if line == "\r\n" => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body");
    }
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
