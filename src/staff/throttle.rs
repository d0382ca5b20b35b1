//! Limits how often somebody may try to sign in.
//!
//! Of codes of a second factor a person may try 10 in ten minutes, from wherever.
//!
//! An address may try 10 times a minute. After ten failures in ten minutes from one address for one email, that pair
//! has to wait. Failures for an email from everywhere only slow it, so that a stranger can lock nobody out. The counts
//! are kept in memory: a restart forgives, and each server counts for itself.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::Mutex,
    time::{Duration, Instant},
};

use crate::ids::StaffId;

const TRIES: Limit = Limit { count: 10, within: Duration::from_secs(60) };
const FAILURES: Limit = Limit { count: 10, within: Duration::from_secs(600) };

/// The codes of a second factor that a person may try, from everywhere: who sends them has the password.
const CODES: Limit = Limit { count: 10, within: Duration::from_secs(600) };

/// The longest delay of a sign-in for what others did.
const SLOWEST: Duration = Duration::from_secs(3);

/// The number of remembered keys above which those that ran out are dropped.
const MANY: usize = 10_000;

/// The tries of the last minutes.
#[derive(Default)]
pub struct Throttle {
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    tries: HashMap<IpAddr, VecDeque<Instant>>,
    failures: HashMap<(String, IpAddr), VecDeque<Instant>>,
    everywhere: HashMap<String, VecDeque<Instant>>,
    codes: HashMap<StaffId, VecDeque<Instant>>,
}

struct Limit {
    count: usize,
    within: Duration,
}

impl Throttle {
    /// Counts a try; returns how long to slow it.
    ///
    /// # Errors
    /// The time to wait when there were too many.
    pub fn admit(&self, email: &str, address: IpAddr, now: Instant) -> Result<Duration, Duration> {
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.forget_old(now);
        let address = network(address);
        let tries = seen.tries.entry(address).or_default();
        TRIES.wait(tries, now)?;
        tries.push_back(now);
        let email = key(email);
        if let Some(failures) = seen.failures.get_mut(&(email.clone(), address)) {
            FAILURES.wait(failures, now)?;
        }
        let everywhere = seen.everywhere.get_mut(&email).map_or(0, |times| FAILURES.recent(times, now));
        let beyond = everywhere.saturating_sub(FAILURES.count);
        Ok(SLOWEST.min(Duration::from_millis(250) * u32::try_from(beyond).unwrap_or(u32::MAX)))
    }

    /// Counts a failure.
    pub fn failed(&self, email: &str, address: IpAddr, now: Instant) {
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let email = key(email);
        seen.failures.entry((email.clone(), network(address))).or_default().push_back(now);
        let everywhere = seen.everywhere.entry(email).or_default();
        everywhere.push_back(now);
        // More than this many change nothing, and a flood must not fill the memory.
        if everywhere.len() > 100 {
            everywhere.pop_front();
        }
    }

    /// Counts a code of a person's second factor that is to be tried.
    ///
    /// # Errors
    /// The time to wait when too many were wrong.
    pub fn admit_code(&self, staff: StaffId, now: Instant) -> Result<(), Duration> {
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.forget_old(now);
        let tries = seen.codes.entry(staff).or_default();
        CODES.wait(tries, now)?;
        // Before it is looked at, so that of many at once no more are.
        tries.push_back(now);
        Ok(())
    }

    /// Forgets the codes of somebody who then got it right.
    pub fn code_succeeded(&self, staff: StaffId) {
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.codes.remove(&staff);
    }

    /// Forgets the failures of somebody who then got it right.
    pub fn succeeded(&self, email: &str, address: IpAddr) {
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.failures.remove(&(key(email), network(address)));
    }
}

impl Seen {
    fn forget_old(&mut self, now: Instant) {
        if self.tries.len() + self.failures.len() + self.everywhere.len() + self.codes.len() > MANY {
            retain_recent(&mut self.tries, &TRIES, now);
            retain_recent(&mut self.failures, &FAILURES, now);
            retain_recent(&mut self.everywhere, &FAILURES, now);
            retain_recent(&mut self.codes, &CODES, now);
        }
    }
}

fn retain_recent<K: Eq + Hash>(times: &mut HashMap<K, VecDeque<Instant>>, limit: &Limit, now: Instant) {
    times.retain(|_, times| limit.recent(times, now) > 0);
}

impl Limit {
    /// Returns the number of times within the limit; older ones are dropped.
    fn recent(&self, times: &mut VecDeque<Instant>, now: Instant) -> usize {
        while times.front().is_some_and(|first| now.duration_since(*first) >= self.within) {
            times.pop_front();
        }
        times.len()
    }

    /// Returns an error with the time until one more is allowed, if too many were made.
    fn wait(&self, times: &mut VecDeque<Instant>, now: Instant) -> Result<(), Duration> {
        if self.recent(times, now) < self.count {
            return Ok(());
        }
        let oldest = times.get(times.len() - self.count).copied().unwrap_or(now);
        Err(self.within - now.duration_since(oldest))
    }
}

fn key(email: &str) -> String {
    email.trim().to_lowercase().chars().take(254).collect()
}

/// Returns the network of an address. An IPv6 client has a whole /64 to come from.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn there(n: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, n])
    }

    #[test]
    fn an_address_may_try_ten_times_a_minute() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        for n in 0..10 {
            assert!(throttle.admit(&format!("{n}@x.example"), HERE, start).is_ok());
        }
        assert_eq!(throttle.admit("a@x.example", HERE, start), Err(Duration::from_secs(60)));
        assert!(throttle.admit("a@x.example", there(1), start).is_ok());
        assert!(throttle.admit("a@x.example", HERE, start + Duration::from_secs(60)).is_ok());
    }

    #[test]
    fn ten_failures_for_one_email_from_one_address_wait_for_the_rest_of_ten_minutes() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        for n in 0..10 {
            throttle.failed("Jane@x.example", HERE, start + Duration::from_secs(n));
        }
        let later = start + Duration::from_secs(120);
        assert_eq!(throttle.admit("jane@X.example ", HERE, later), Err(Duration::from_secs(480)));
        assert!(throttle.admit("jane@x.example", there(1), later).is_ok(), "elsewhere she may");
        assert!(throttle.admit("other@x.example", HERE, later).is_ok());
        assert!(throttle.admit("jane@x.example", HERE, start + Duration::from_secs(600)).is_ok());
    }

    #[test]
    fn failures_from_everywhere_slow_an_email_and_never_refuse_it() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        for n in 0..200 {
            throttle.failed("jane@x.example", there(n), start);
        }
        assert_eq!(throttle.admit("jane@x.example", HERE, start), Ok(SLOWEST));
        assert_eq!(throttle.admit("other@x.example", HERE, start), Ok(Duration::ZERO));
    }

    #[test]
    fn ten_wrong_codes_of_a_person_wait_from_wherever_they_come() {
        let (throttle, start, staff) = (Throttle::default(), Instant::now(), StaffId::new());
        for n in 0..10 {
            assert!(throttle.admit_code(staff, start).is_ok(), "{n}");
        }
        assert_eq!(throttle.admit_code(staff, start), Err(Duration::from_secs(600)));
        assert!(throttle.admit_code(StaffId::new(), start).is_ok(), "another person may");
        assert!(throttle.admit_code(staff, start + Duration::from_secs(600)).is_ok());
        throttle.code_succeeded(staff);
        assert!(throttle.admit_code(staff, start).is_ok());
    }

    #[test]
    fn success_forgives_and_ipv6_counts_by_network() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let other: IpAddr = "2001:db8::ffff".parse().unwrap();
        (0..10).for_each(|_| throttle.failed("a@x.example", one, start));
        assert!(throttle.admit("a@x.example", other, start).is_err());
        throttle.succeeded("a@x.example", other);
        assert!(throttle.admit("a@x.example", one, start).is_ok());
    }
}
