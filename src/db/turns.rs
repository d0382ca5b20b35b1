//! Who may search now. A search can take a connection and a core for seconds, so that nobody may have many at a time:
//! not a person, not a merchant, and not all of them together, since pages that need little must find a connection too.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::error::{Error, Result};

/// The most searches of a person at a time.
const OF_PERSON: usize = 2;

/// The most searches of a person that wait behind those.
const WAITING: usize = 8;

/// The longest time that a search waits for its turn.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The pause after which somebody who was turned away may try again.
pub const PAUSE: Duration = Duration::from_secs(1);

/// The one who searches.
#[derive(Clone, Copy, Debug)]
pub struct Searcher {
    /// The merchant, over both of its accounts.
    pub merchant: Uuid,
    /// The person, or the key of a system.
    pub person: Uuid,
    /// True when the time that an answer takes must tell nothing: it comes after a whole number of [`STEP`]s, and a part of one by chance.
    pub is_even: bool,
}

/// What the time of such an answer is rounded up to: more than the ways of searching differ by, and too little to notice.
pub const STEP: Duration = Duration::from_millis(50);

/// The turns of all who search.
pub struct Turns {
    everybody: Arc<Semaphore>,
    /// The turns of each merchant and each person that searches now.
    own: Mutex<HashMap<Uuid, Arc<Semaphore>>>,
    of_merchant: usize,
}

/// A turn, given back when dropped.
#[derive(Debug)]
pub struct Turn {
    _held: [OwnedSemaphorePermit; 3],
}

/// Returns how many of the connections are kept for what is no search: a quarter.
fn kept(connections: usize) -> usize {
    connections.div_ceil(4)
}

/// Returns how many of the connections jobs have together beside requests: of those that are kept, all but one, so that
/// neither searches nor jobs nor both keep everybody else from a connection.
pub fn of_jobs(connections: usize) -> usize {
    kept(connections).saturating_sub(1).max(1)
}

impl Turns {
    /// Makes the turns over a number of connections: a quarter is kept for what is no search, and a merchant may have
    /// half.
    pub fn new(connections: usize) -> Self {
        Self {
            everybody: Arc::new(Semaphore::new(connections.saturating_sub(kept(connections)).max(1))),
            own: Mutex::default(),
            of_merchant: (connections / 2).max(1),
        }
    }

    /// Waits for a turn, which comes in the order of asking.
    ///
    /// # Errors
    /// [`Error::Searching`] when too many searches of the person wait already, or this one did for too long.
    pub async fn take(&self, who: Searcher) -> Result<Turn> {
        let person = self.of(who.person, OF_PERSON);
        // Each turn and each wait holds the semaphore, and so do the map and this call.
        if Arc::strong_count(&person) >= OF_PERSON + WAITING + 2 {
            return Err(Error::Searching(PAUSE));
        }
        let merchant = self.of(who.merchant, self.of_merchant);
        let everybody = Arc::clone(&self.everybody);
        let turn = async move {
            // The narrowest first, so that nobody holds a wider turn while waiting for their own.
            let person = person.acquire_owned().await.map_err(Error::internal)?;
            let merchant = merchant.acquire_owned().await.map_err(Error::internal)?;
            let everybody = everybody.acquire_owned().await.map_err(Error::internal)?;
            Ok(Turn { _held: [person, merchant, everybody] })
        };
        tokio::time::timeout(LONGEST_WAIT, turn).await.unwrap_or(Err(Error::Searching(PAUSE)))
    }

    fn of(&self, id: Uuid, count: usize) -> Arc<Semaphore> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if !own.contains_key(&id) {
            // Nobody searches with those that only the map holds.
            own.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
        }
        Arc::clone(own.entry(id).or_insert_with(|| Arc::new(Semaphore::new(count))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody_of(merchant: Uuid) -> Searcher {
        Searcher { merchant, person: Uuid::new_v4(), is_even: false }
    }

    /// Returns whether a turn comes at once.
    async fn has_turn(turns: &Turns, who: Searcher) -> Option<Turn> {
        tokio::time::timeout(Duration::from_millis(20), turns.take(who)).await.ok()?.ok()
    }

    #[actix_web::test]
    async fn a_person_has_two_turns_and_the_third_waits_for_one_of_them() {
        let turns = Turns::new(8);
        let who = somebody_of(Uuid::new_v4());
        let (first, second) = (has_turn(&turns, who).await, has_turn(&turns, who).await);
        assert!(first.is_some() && second.is_some());
        assert!(has_turn(&turns, who).await.is_none());
        drop(first);
        assert!(has_turn(&turns, who).await.is_some());
    }

    #[actix_web::test]
    async fn a_merchant_has_half_of_the_connections_and_all_together_three_quarters() {
        let turns = Turns::new(8);
        let mut held = Vec::new();
        for merchant in [Uuid::new_v4(), Uuid::new_v4()] {
            for _ in 0..5 {
                held.extend(has_turn(&turns, somebody_of(merchant)).await);
            }
        }
        assert_eq!(held.len(), 6, "four of the first merchant, and two of the second");
    }

    #[test]
    fn searches_and_jobs_together_leave_a_connection() {
        for connections in 5..=200 {
            let searches = Turns::new(connections).everybody.available_permits();
            assert!(searches + of_jobs(connections) < connections, "{connections}");
        }
        assert_eq!([1, 8, 10, 16].map(of_jobs), [1, 1, 2, 3]);
    }

    #[actix_web::test]
    async fn one_connection_is_still_enough_to_search() {
        assert!(has_turn(&Turns::new(1), somebody_of(Uuid::new_v4())).await.is_some());
    }

    #[actix_web::test]
    async fn who_has_many_waiting_is_turned_away_at_once() {
        let turns = Arc::new(Turns::new(8));
        let who = somebody_of(Uuid::new_v4());
        let _held = (has_turn(&turns, who).await, has_turn(&turns, who).await);
        let waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let turns = Arc::clone(&turns);
                actix_web::rt::spawn(async move { turns.take(who).await })
            })
            .collect();
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let began = std::time::Instant::now();
        assert!(matches!(turns.take(who).await, Err(Error::Searching(_))));
        assert!(began.elapsed() < LONGEST_WAIT / 2);
        // Somebody else of the same merchant is not held up by them.
        assert!(has_turn(&turns, somebody_of(who.merchant)).await.is_some());
        waiting.iter().for_each(|wait| wait.abort());
    }

    #[actix_web::test]
    async fn those_who_went_away_are_forgotten() {
        let turns = Turns::new(8);
        for _ in 0..100 {
            has_turn(&turns, somebody_of(Uuid::new_v4())).await.unwrap();
        }
        assert!(turns.own.lock().unwrap().len() <= 4);
    }
}
