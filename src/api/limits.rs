//! The limits of a key: so many requests a second, with a burst; fewer of those that search. Each server counts for
//! itself.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::staff::throttle::network;

/// A rate with a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub name: &'static str,
    /// The requests that come back in a second.
    pub a_second: u32,
    /// The most requests at once.
    pub burst: u32,
}

/// All requests of a key.
pub const DEFAULT: Limit = Limit { name: "default", a_second: 100, burst: 200 };
/// Those of a key that search.
pub const SEARCH: Limit = Limit { name: "search", a_second: 20, burst: 40 };
/// The use of a key, which is noted once a minute.
const USED: &str = "used";
/// Unknown keys from one address, a minute.
const UNKNOWN: u32 = 20;

/// The number of keys and addresses above which those are forgotten that are full again.
const MOST_REMEMBERED: usize = 20_000;
const FORGOTTEN_EVERY: Duration = Duration::from_secs(5);

/// What is left of a limit after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    pub limit: Limit,
    /// The requests that are left at once.
    pub requests: u32,
    /// The whole seconds until one more, at least, is there.
    pub seconds: u64,
}

impl Left {
    /// Returns `RateLimit` as a header has it: `"default";r=187;t=1`.
    pub fn header(&self) -> String {
        format!("\"{}\";r={};t={}", self.limit.name, self.requests, self.seconds)
    }
}

/// The limits, and the counts of all keys.
#[derive(Debug)]
pub struct Limits {
    default: Limit,
    search: Limit,
    counts: Mutex<Counts>,
}

#[derive(Debug)]
struct Counts {
    buckets: HashMap<(&'static str, Vec<u8>), Bucket>,
    /// When those were forgotten last that are full again.
    forgot: Instant,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(DEFAULT, SEARCH)
    }
}

impl Limits {
    /// Makes limits of all requests, and of those that search.
    pub fn new(default: Limit, search: Limit) -> Self {
        let counts = Counts { buckets: HashMap::new(), forgot: Instant::now() };
        Self { default, search, counts: Mutex::new(counts) }
    }

    /// Returns `RateLimit-Policy` as a header has it.
    pub fn policy(&self) -> String {
        let window = |limit: Limit| limit.burst / limit.a_second.max(1);
        let one = |limit: Limit| format!("\"{}\";q={};w={}", limit.name, limit.burst, window(limit));
        format!("{}, {}", one(self.default), one(self.search))
    }

    /// Takes one request of a key, known by its hash, and one search if it is one. Returns what is left of the nearer
    /// limit.
    ///
    /// # Errors
    /// The time to wait, when one of them is used up.
    pub fn take(&self, key: &[u8], searches: bool) -> Result<Left, (Left, Duration)> {
        self.take_at(key, searches, Instant::now())
    }

    fn take_at(&self, key: &[u8], searches: bool, now: Instant) -> Result<Left, (Left, Duration)> {
        let limits: &[Limit] = if searches { &[self.search, self.default] } else { &[self.default] };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let buckets = counts.recent(now);
        let mut nearest: Option<Left> = None;
        for limit in limits {
            let bucket = buckets.entry((limit.name, key.to_vec())).or_insert(Bucket::full(*limit, now));
            let left = bucket.take(*limit, now).map_err(|wait| (Left::none(*limit, wait), wait))?;
            if nearest.is_none_or(|nearest| left.requests < nearest.requests) {
                nearest = Some(left);
            }
        }
        // There is always the limit of all requests.
        Ok(nearest.unwrap_or(Left { limit: self.default, requests: 0, seconds: 1 }))
    }

    /// Returns whether a key was not used within the last minute, as far as this server knows, and counts it as used.
    pub fn is_first_use(&self, key: &[u8], now: Instant) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let buckets = counts.recent(now);
        let last = buckets.get(&(USED, key.to_vec())).map(|bucket| bucket.at);
        let is_first = last.is_none_or(|last| now.saturating_duration_since(last) >= Duration::from_secs(60));
        if is_first {
            buckets.insert((USED, key.to_vec()), Bucket { tokens: 0.0, at: now });
        }
        is_first
    }

    /// Counts an unknown key from an address, and returns whether there were too many.
    pub fn is_guessing(&self, address: std::net::IpAddr) -> bool {
        let limit = Limit { name: "unknown keys", a_second: 0, burst: UNKNOWN };
        let now = Instant::now();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let buckets = counts.recent(now);
        let key = (limit.name, network(address).to_string().into_bytes());
        let bucket = buckets.entry(key).or_insert(Bucket::full(limit, now));
        if now.duration_since(bucket.at) >= Duration::from_secs(60) {
            *bucket = Bucket::full(limit, now);
        }
        bucket.tokens -= 1.0;
        bucket.tokens < 0.0
    }
}

impl Left {
    fn none(limit: Limit, wait: Duration) -> Self {
        Self { limit, requests: 0, seconds: wait.as_secs() + 1 }
    }
}

impl Bucket {
    fn full(limit: Limit, at: Instant) -> Self {
        Self { tokens: f64::from(limit.burst), at }
    }

    fn take(&mut self, limit: Limit, now: Instant) -> Result<Left, Duration> {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = f64::from(limit.burst).min(self.tokens + passed * f64::from(limit.a_second));
        self.at = now;
        if self.tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - self.tokens) / f64::from(limit.a_second.max(1))));
        }
        self.tokens -= 1.0;
        Ok(Left { limit, requests: self.tokens as u32, seconds: 1 })
    }
}

impl Counts {
    /// Returns all counts, without those that are full again by now, when there are many.
    fn recent(&mut self, now: Instant) -> &mut HashMap<(&'static str, Vec<u8>), Bucket> {
        // Not at every call, since it looks at all of them.
        if self.buckets.len() >= MOST_REMEMBERED && now.saturating_duration_since(self.forgot) >= FORGOTTEN_EVERY {
            self.buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at) < Duration::from_secs(60));
            self.forgot = now;
        }
        &mut self.buckets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let (limits, start) = (Limits::default(), Instant::now());
        let take = |ms: u64| limits.take_at(b"key", false, start + Duration::from_millis(ms));
        assert_eq!(take(0), Ok(Left { limit: DEFAULT, requests: 199, seconds: 1 }));
        assert!((1..200).all(|_| take(0).is_ok()));
        let (left, wait) = take(0).unwrap_err();
        assert!((left.requests, wait <= Duration::from_millis(10)) == (0, true), "{wait:?}");
        assert!(take(10).is_ok() && take(10).is_err(), "one came back");
        assert!(limits.take_at(b"other", false, start).is_ok());
        assert_eq!(take(60_000).unwrap().requests, 199);
    }

    #[test]
    fn searches_have_a_limit_of_their_own_and_count_as_requests_too() {
        let (limits, start) = (Limits::default(), Instant::now());
        for n in (0..40).rev() {
            assert_eq!(limits.take_at(b"key", true, start).map(|left| (left.limit, left.requests)), Ok((SEARCH, n)));
        }
        assert_eq!(limits.take_at(b"key", true, start).unwrap_err().0.header(), "\"search\";r=0;t=1");
        assert_eq!(limits.take_at(b"key", false, start).unwrap().requests, 159);
        assert_eq!(limits.policy(), "\"default\";q=200;w=2, \"search\";q=40;w=2");
    }

    #[test]
    fn an_address_may_send_a_few_unknown_keys() {
        let limits = Limits::default();
        let address = [192, 0, 2, 7].into();
        assert!((0..UNKNOWN).all(|_| !limits.is_guessing(address)));
        assert!(limits.is_guessing(address));
        assert!(!limits.is_guessing([192, 0, 2, 8].into()));
    }
}
