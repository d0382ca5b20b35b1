//! Webhooks: what happens is sent to the merchant's systems, signed, in order, again and again until it is received.

mod endpoints;
mod log;
mod processes;
pub mod receiver;
mod sending;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::SeqCst},
};

use clientele::{
    clock::Clock,
    ids::{AccountId, CustomerId, EndpointId},
    outgoing::{Networks, Outgoing},
    webhooks::{
        model::{self, Endpoint, Wish},
        secret::Secret,
        sending::Sender,
        writing,
    },
};
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, by_person};

/// A clock that is put forward by hand.
#[derive(Clone, Default)]
pub struct Passing(Arc<AtomicI64>);

impl Passing {
    pub fn pass(&self, time: SignedDuration) {
        self.0.fetch_add(time.as_secs(), SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let ahead = Arc::clone(&self.0);
        Clock::telling(move || Timestamp::now() + SignedDuration::from_secs(ahead.load(SeqCst)))
    }
}

/// A shop's test account with its sender.
pub struct Post {
    pub world: World,
    pub passing: Passing,
    pub sender: Sender,
}

impl Post {
    pub async fn open() -> Self {
        Self::of(World::empty().await)
    }

    pub fn of(world: World) -> Self {
        let passing = Passing::default();
        let sender = Sender::new(world.db.clone(), loopback(), world.shared.seals.clone(), passing.clock());
        Self { world, passing, sender }
    }

    pub fn account(&self) -> AccountId {
        self.world.shop.test
    }

    /// Makes an endpoint that wants these types, and its secret.
    pub fn endpoint(&self, url: &str, types: &[&str]) -> (EndpointId, Secret) {
        let (id, secret) = (EndpointId::new(), Secret::new().unwrap());
        let types = types.iter().map(|one| (*one).to_owned()).collect();
        let wish = Wish { url: url.to_owned(), types, description: None };
        let by = by_person(self.account(), &self.world.shop.admin);
        let seals = &self.world.shared.seals;
        self.world.with(|conn| writing::create(conn, &by, id, wish, (&secret, seals))).unwrap();
        (id, secret)
    }

    pub fn find(&self, id: EndpointId) -> Endpoint {
        self.world.with(|conn| model::find(conn, self.account(), id)).unwrap()
    }

    /// A customer of the account, which is an event.
    pub fn customer(&self, name: &str) -> CustomerId {
        self.world.customer_in(self.account(), &self.world.shop.editor, &format!("name={name}"))
    }

    /// Sends all that is due, and returns how many tries that were.
    pub async fn send(&self) -> usize {
        self.sender.send_all_due().await.unwrap()
    }

    pub async fn send_after(&self, time: SignedDuration) -> usize {
        self.passing.pass(time);
        self.send().await
    }
}

/// The way out to this machine alone.
pub fn loopback() -> Outgoing {
    Outgoing::new(Networks::from(vec!["127.0.0.0/8".parse().unwrap()]))
}
