//! The one question to the name service.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
};

use tokio::net::lookup_host;

/// The addresses of a name, once they are known.
pub type Addresses<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Who knows the addresses of names; another than the system in tests.
pub trait Names: Send + Sync {
    /// Looks up all addresses of a name, IPv4 and IPv6.
    fn addresses<'a>(&'a self, name: &'a str) -> Addresses<'a>;
}

/// The system: its hosts file and the name servers that it knows.
pub(super) struct System;

impl Names for System {
    fn addresses<'a>(&'a self, name: &'a str) -> Addresses<'a> {
        Box::pin(async move { Ok(lookup_host((name, 0)).await?.map(|found: SocketAddr| found.ip()).collect()) })
    }
}
