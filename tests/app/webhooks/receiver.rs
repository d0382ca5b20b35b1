//! A system of the merchant's that is told what happens: a server on this machine that answers as it is told.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::Value;

/// What came in.
#[derive(Clone, Debug)]
pub struct Heard {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Heard {
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The type of the event.
    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
}

/// A status with more lines of the head, and a body.
pub type Says = (u16, &'static str, &'static str);

pub const OK: Says = (200, "", "ok");

/// What it answers to the n-th that comes, from 0 on.
pub type Manner = Arc<dyn Fn(usize, &Heard) -> Says + Send + Sync>;

pub struct Receiver {
    pub at: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Receiver {
    pub fn new(manner: impl Fn(usize, &Heard) -> Says + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self { at: listener.local_addr().unwrap(), heard: Arc::default() };
        let (heard, manner): (_, Manner) = (Arc::clone(&receiver.heard), Arc::new(manner));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (heard, manner) = (Arc::clone(&heard), Arc::clone(&manner));
                thread::spawn(move || serve(stream, &heard, &manner));
            }
        });
        receiver
    }

    pub fn content() -> Self {
        Self::new(|_, _| OK)
    }

    /// One that always answers with this.
    pub fn saying(says: Says) -> Self {
        Self::new(move |_, _| says)
    }

    pub fn url(&self) -> String {
        format!("http://{}/hooks", self.at)
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// The types of what came, in its order.
    pub fn kinds(&self) -> Vec<String> {
        self.heard().iter().map(Heard::kind).collect()
    }
}

fn serve(mut stream: TcpStream, heard: &Mutex<Vec<Heard>>, manner: &Manner) {
    let Some(one) = read(&mut stream) else { return };
    let place = {
        let mut heard = heard.lock().unwrap();
        heard.push(one.clone());
        heard.len() - 1
    };
    let (status, head, body) = manner(place, &one);
    let length = body.len();
    // Whoever came may be gone.
    let _ = write!(stream, "HTTP/1.1 {status} So\r\ncontent-length: {length}\r\nconnection: close\r\n{head}\r\n{body}");
}

/// Reads a request; nothing when it breaks off.
fn read(stream: &mut TcpStream) -> Option<Heard> {
    let mut bytes = Vec::new();
    let mut part = [0; 16 * 1024];
    loop {
        let count = stream.read(&mut part).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&part[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers: BTreeMap<String, String> =
            lines.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        if bytes.len() >= end + 4 + length {
            let body = String::from_utf8(bytes[end + 4..].to_vec()).unwrap();
            return Some(Heard { headers, body });
        }
    }
}
