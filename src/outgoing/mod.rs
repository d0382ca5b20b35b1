//! The one way out: everything that Clientele sends over HTTP to addresses that people gave.
//!
//! Such an address may lead inside: to this machine, its network, what a cloud tells its machines. So each try asks for
//! the name once, goes on only if every address that comes back is of the internet or allowed by the operator
//! ([`Networks`]), and connects to these addresses and no others, while certificate and `Host` stay those of the name.
//! No redirect is followed, no proxy of the environment is used, no connection is kept, nothing is unpacked. Time and size
//! are bounded in all. No other room opens connections over HTTP; `tests/app/house.rs` checks it.

mod answer;
mod names;
mod networks;
mod target;
mod tls;

use std::{
    error::Error as StdError,
    io,
    iter::successors,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::web::Bytes;
use jiff::Timestamp;
use reqwest::{
    Client, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect, retry,
};
use rustls::{ClientConfig, pki_types::CertificateDer};
use tokio::time::timeout;

pub use answer::{Answer, EXCERPT, Failure, LONGEST_WAIT, Why};
pub use names::{Addresses, Names};
pub use networks::{Networks, is_global};
pub use target::{MOST_CHARACTERS, Refused, Target};

/// How Clientele calls itself.
const USER_AGENT: &str = concat!("Clientele/", env!("CARGO_PKG_VERSION"));

/// The most headers of an answer. Together they have at most about 400 KiB.
const MOST_HEADERS: usize = 100;

/// How long a try may take, and how much of an answer is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For asking for the name, and again for connecting.
    pub connect: Duration,
    /// From the beginning to the end.
    pub whole: Duration,
    /// In bytes of the body. What follows is not waited for.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(15), body: 64 * 1024 }
    }
}

/// Sends. It keeps no connection and is cheap to clone, and may be used from any thread: one for each process is enough.
#[derive(Clone)]
pub struct Outgoing {
    networks: Networks,
    names: Arc<dyn Names>,
    /// Those who are believed instead of the system's.
    authorities: Option<ClientConfig>,
    limits: Limits,
}

/// An answer before it is known how long it took.
struct Heard {
    status: u16,
    headers: HeaderMap,
    start: Vec<u8>,
}

impl Outgoing {
    /// Makes a way out to the internet and to these networks.
    pub fn new(networks: Networks) -> Self {
        Self { networks, names: Arc::new(names::System), authorities: None, limits: Limits::default() }
    }

    /// Makes it ask somebody else than the system for names.
    pub fn with_names(self, names: Arc<dyn Names>) -> Self {
        Self { names, ..self }
    }

    /// Makes it believe one authority, and no longer the system's.
    ///
    /// # Errors
    /// When the encryption cannot be set up.
    pub fn with_authority(self, authority: Vec<u8>) -> Result<Self, rustls::Error> {
        let authorities = Some(tls::believing(vec![CertificateDer::from(authority)])?);
        Ok(Self { authorities, ..self })
    }

    /// Makes it more or less patient.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Returns the networks that it may go to besides the internet, by which a [`Target`] is read.
    pub fn networks(&self) -> &Networks {
        &self.networks
    }

    /// Sends a body by POST and returns the answer, whatever its status is. `now` is the machine's time, by which a
    /// receiver says until when it wants to be left alone.
    ///
    /// # Errors
    /// When there is no whole answer within the limits, or when the target leads to where Clientele may not go.
    pub async fn post(
        &self,
        target: &Target,
        headers: &[(&str, &str)],
        body: Bytes,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let begun = Instant::now();
        let heard = timeout(self.limits.whole, self.exchange(target, headers, body)).await;
        let took = begun.elapsed();
        match heard.unwrap_or(Err(Why::TooSlow)) {
            Ok(heard) => Ok(heard.answer(now, took)),
            Err(why) => Err(Failure { why, took }),
        }
    }

    async fn exchange(&self, target: &Target, headers: &[(&str, &str)], body: Bytes) -> Result<Heard, Why> {
        let headers = sendable(headers)?;
        let client = self.client(self.addresses(target).await?)?;
        let sent = client.post(target.url().clone()).headers(headers).body(body).send().await;
        self.hear(sent.map_err(|err| why(&err))?).await
    }

    /// Returns the addresses of a target, all of which may be gone to.
    async fn addresses(&self, target: &Target) -> Result<Vec<SocketAddr>, Why> {
        let addresses = match target.who().ok_or(Why::Unresolved)? {
            target::Who::Address(address) => vec![address],
            target::Who::Name(name) => self.look_up(name).await?,
        };
        if addresses.is_empty() {
            return Err(Why::Unresolved);
        }
        // One that leads inside is enough: whoever answers so would have the next one tried.
        if !addresses.iter().all(|address| self.networks.allow(*address)) {
            return Err(Why::NotAllowed);
        }
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, target.port())).collect())
    }

    async fn look_up(&self, name: &str) -> Result<Vec<IpAddr>, Why> {
        let found = timeout(self.limits.connect, self.names.addresses(name)).await;
        found.ok().and_then(io::Result::ok).ok_or(Why::Unresolved)
    }

    /// Makes a client that can connect to these addresses only, for one try.
    fn client(&self, addresses: Vec<SocketAddr>) -> Result<Client, Why> {
        let tls = self.authorities.clone().map_or_else(tls::system, Ok);
        let tls = tls.map_err(|err| unsendable(&err))?;
        Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Pinned(addresses))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .http1_only()
            .http1_max_headers(MOST_HEADERS)
            .pool_max_idle_per_host(0)
            .connect_timeout(self.limits.connect)
            .user_agent(USER_AGENT)
            .build()
            .map_err(|err| unsendable(&err))
    }

    /// Reads as much of an answer as is wanted of it.
    async fn hear(&self, mut answer: Response) -> Result<Heard, Why> {
        let mut start = Vec::new();
        let mut left = self.limits.body;
        while left > 0 {
            let Some(chunk) = answer.chunk().await.map_err(|err| why(&err))? else { break };
            left = left.saturating_sub(chunk.len());
            if start.len() < 4 * EXCERPT {
                start.extend_from_slice(&chunk[..chunk.len().min(4 * EXCERPT)]);
            }
        }
        Ok(Heard { status: answer.status().as_u16(), headers: answer.headers().clone(), start })
    }
}

impl Heard {
    fn answer(&self, now: Timestamp, took: Duration) -> Answer {
        let wait = self.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        Answer {
            status: self.status,
            retry_after: wait.and_then(|text| answer::retry_after(text, now)),
            excerpt: answer::excerpt(&self.start),
            took,
        }
    }
}

/// Answers every name with the addresses that were checked.
struct Pinned(Vec<SocketAddr>);

impl Resolve for Pinned {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(async { Ok(addresses) })
    }
}

fn sendable(headers: &[(&str, &str)]) -> Result<HeaderMap, Why> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: HeaderName = name.parse().map_err(|err| unsendable(&err))?;
        let value: HeaderValue = value.parse().map_err(|err| unsendable(&err))?;
        map.insert(name, value);
    }
    Ok(map)
}

fn unsendable(err: &dyn StdError) -> Why {
    tracing::error!(error = %err, "what was to be sent could not be put together");
    Why::Unsendable
}

/// Returns what an error of the client comes to.
fn why(err: &reqwest::Error) -> Why {
    let mut causes = successors(Some(err as &(dyn StdError + 'static)), |cause| (*cause).source());
    if causes.any(is_of_tls) {
        Why::Tls
    } else if err.is_timeout() {
        Why::TooSlow
    } else if err.is_connect() {
        Why::Unreachable
    } else if err.is_builder() {
        unsendable(err)
    } else {
        Why::Broken
    }
}

/// Returns whether a cause is a fault of the encryption. An error of input and output passes over what it wraps when it is
/// asked for its source, and may wrap another one.
fn is_of_tls(cause: &(dyn StdError + 'static)) -> bool {
    let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    cause.is::<rustls::Error>() || wrapped.is_some_and(|err| is_of_tls(err))
}
