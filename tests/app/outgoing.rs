//! The one way out: where it goes, where it never goes, and how long it waits.
//!
//! Receivers are sockets of this machine that count who comes; names are answered by the test.

mod answers;
mod inside;
mod secure;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use actix_web::rt::{self, net};
use clientele::outgoing::{Addresses, Answer, Failure, Limits, Names, Networks, Outgoing, Target, Why};
use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK";

/// What a receiver does with who comes.
#[derive(Clone)]
enum Manner {
    /// Says this and hangs up.
    Says(Vec<u8>),
    /// Says this and then this again and again, until nobody listens.
    GoesOn(Vec<u8>, Vec<u8>),
    /// Says this, and this every few milliseconds, until nobody listens.
    Drips(Vec<u8>, Vec<u8>),
    /// Says nothing and waits.
    IsSilent,
}

/// Somebody who listens on this machine.
struct Receiver {
    at: SocketAddr,
    came: Rc<Cell<usize>>,
    /// What those said who came.
    heard: Rc<RefCell<Vec<String>>>,
}

impl Receiver {
    fn new(manner: Manner) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), manner)
    }

    fn saying(text: impl Into<Vec<u8>>) -> Self {
        Self::new(Manner::Says(text.into()))
    }

    fn on(listener: TcpListener, manner: Manner) -> Self {
        listener.set_nonblocking(true).unwrap();
        let listener = net::TcpListener::from_std(listener).unwrap();
        let receiver = Self { at: listener.local_addr().unwrap(), came: Rc::default(), heard: Rc::default() };
        let (came, heard) = (receiver.came.clone(), receiver.heard.clone());
        rt::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                came.set(came.get() + 1);
                rt::spawn(serve(stream, manner.clone(), heard.clone()));
            }
        });
        receiver
    }

    fn url(&self) -> String {
        format!("http://{}/hooks", self.at)
    }

    fn heard(&self) -> String {
        self.heard.borrow().last().cloned().unwrap_or_default()
    }
}

/// Reads a request and answers it.
async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, manner: Manner, heard: Rc<RefCell<Vec<String>>>) {
    let Ok(text) = request(&mut stream).await else { return };
    heard.borrow_mut().push(text);
    // Whoever came may leave at any time.
    let _ = match manner {
        Manner::Says(text) => stream.write_all(&text).await,
        Manner::GoesOn(head, more) => repeat(&mut stream, &head, &more, None).await,
        Manner::Drips(head, more) => repeat(&mut stream, &head, &more, Some(Duration::from_millis(2))).await,
        Manner::IsSilent => stream.read_u8().await.map(|_| ()),
    };
    let _ = stream.shutdown().await;
}

async fn repeat(
    stream: &mut (impl AsyncWrite + Unpin),
    head: &[u8],
    more: &[u8],
    every: Option<Duration>,
) -> io::Result<()> {
    let mut ticks = rt::time::interval(every.unwrap_or(Duration::from_secs(1)));
    stream.write_all(head).await?;
    loop {
        if every.is_some() {
            ticks.tick().await;
        }
        stream.write_all(more).await?;
    }
}

/// Reads a request as it was sent.
async fn request(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Ok(text);
            }
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// A name service that says what it was told, and counts who asks.
#[derive(Default)]
struct Told {
    names: BTreeMap<&'static str, Vec<IpAddr>>,
    /// Answers one after the other, the last one again and again.
    turning: Vec<IpAddr>,
    asked: AtomicUsize,
}

impl Told {
    fn of(names: &[(&'static str, &[&str])]) -> Arc<Self> {
        let parsed = |addresses: &[&str]| addresses.iter().map(|text| text.parse().unwrap()).collect();
        let names = names.iter().map(|(name, addresses)| (*name, parsed(addresses))).collect();
        Arc::new(Self { names, ..Self::default() })
    }
}

impl Names for Told {
    fn addresses<'a>(&'a self, name: &'a str) -> Addresses<'a> {
        let asked = self.asked.fetch_add(1, SeqCst);
        let turned = self.turning.get(asked).or(self.turning.last()).map(|address| vec![*address]);
        let found = turned.or_else(|| self.names.get(name).cloned()).ok_or(io::ErrorKind::NotFound.into());
        Box::pin(async { found })
    }
}

fn networks(texts: &[&str]) -> Networks {
    Networks::from(texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>())
}

/// A way out that may go to this machine.
fn out() -> Outgoing {
    Outgoing::new(networks(&["127.0.0.0/8", "::1/128"]))
}

/// A way out that loses patience soon.
fn impatient() -> Outgoing {
    out().with_limits(Limits { whole: Duration::from_millis(300), ..Limits::default() })
}

async fn post(out: &Outgoing, url: &str) -> Result<Answer, Failure> {
    let target = Target::parse(url, true, out.networks()).unwrap();
    out.post(&target, &[("content-type", "application/json"), ("webhook-id", "evt_1")], "{}".into(), Timestamp::now())
        .await
}

async fn why(out: &Outgoing, url: &str) -> Why {
    post(out, url).await.unwrap_err().why
}
