//! ChromeDriver: the program that starts Chromiums and passes WebDriver commands on to them, spoken to in plain HTTP.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{ChildStdout, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{process::Process, run::locked};

/// A running ChromeDriver.
pub struct Driver {
    process: Mutex<Process>,
    port: u16,
    /// Kept open: it would end when it has nobody to print to.
    _prints: BufReader<ChildStdout>,
}

/// Why a command was not done: WebDriver's word for it, and a sentence.
pub type Refusal = String;

impl Driver {
    /// Starts one on a free port; it and its browsers keep their temporary files in `directory`.
    pub fn start(directory: &Path) -> Self {
        let program = program("CHROMEDRIVER", "chromedriver");
        let mut command = Command::new(&program);
        command.arg("--port=0").env("TMPDIR", directory);
        let mut process = Process::start(command.stdout(Stdio::piped()).stderr(Stdio::null()))
            .unwrap_or_else(|err| panic!("{program} does not start ({err}); CHROMEDRIVER names another"));
        let mut prints = BufReader::new(process.stdout().expect("a pipe"));
        let port = loop {
            let mut line = String::new();
            let read = prints.read_line(&mut line).unwrap_or_default();
            assert!(read > 0, "{program} ended before it said its port");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim().trim_end_matches('.').parse().expect("a port");
            }
        };
        Self { process: Mutex::new(process), port, _prints: prints }
    }

    /// Sends a command and returns its value.
    pub fn tell(&self, method: &str, path: &str, body: &Value) -> Result<Value, Refusal> {
        let text = if method == "POST" { body.to_string() } else { String::new() };
        let (status, answer) = ask(self.port, method, path, &text).map_err(|err| err.to_string())?;
        let mut answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let value = answer["value"].take();
        if status == 200 {
            return Ok(value);
        }
        let word = |name: &str| value[name].as_str().unwrap_or_default().lines().next().unwrap_or_default().to_owned();
        Err(format!("{}: {}", word("error"), word("message")))
    }

    /// Ends it.
    pub fn end(&self) {
        locked(&self.process).end();
    }
}

/// The program that a variable names, or the usual one.
pub fn program(variable: &str, usual: &str) -> String {
    std::env::var(variable).ok().filter(|path| !path.is_empty()).unwrap_or_else(|| usual.to_owned())
}

/// ChromeDriver finds the usual Chromium by itself; it is told of another.
pub fn chromium() -> Value {
    let path = program("CHROMIUM", "");
    if path.is_empty() { json!({}) } else { json!({ "binary": path }) }
}

/// One HTTP request to a port of this machine: status and body.
pub fn ask(port: u16, method: &str, path: &str, body: &str) -> std::io::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    let mut answer = BufReader::new(stream);
    let (mut line, mut head) = (String::new(), Vec::new());
    while answer.read_line(&mut line)? > 2 {
        head.push(std::mem::take(&mut line).trim().to_ascii_lowercase());
    }
    let status = head.first().and_then(|first| first.split(' ').nth(1)?.parse().ok());
    let length = head.iter().find_map(|header| header.strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = Vec::new();
    match length {
        Some(length) => _ = answer.take(length).read_to_end(&mut body)?,
        None => _ = answer.read_to_end(&mut body)?,
    }
    Ok((status.ok_or(std::io::ErrorKind::InvalidData)?, body))
}
