//! A password: hashed with argon2id at OWASP's parameters (19 MiB, two passes) on threads of its own, a few at a time,
//! so that a flood of sign-ins slows only sign-ins. Each such thread keeps its 19 MiB and uses them again: given back
//! and taken anew for every hash, they would leave the process many times as large.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, LazyLock, Mutex, PoisonError},
    thread,
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        PasswordHasher,
        phc::{Output, PasswordHash},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

use super::common::{self, Surroundings};
use crate::error::{Error, Result};

/// The shortest and longest password, in characters.
pub const LENGTH: std::ops::RangeInclusive<usize> = 8..=200;

/// The time that a sign-in queues for its turn before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most sign-ins in the queue; more could not be served in time.
const QUEUE: usize = 500;

/// The memory that a hash is computed in.
type Memory = Vec<Block>;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// Hashes and verifies a few passwords at a time; cloning shares the queue.
#[derive(Clone)]
pub struct Passwords {
    queue: mpsc::Sender<Job>,
}

impl Default for Passwords {
    /// Uses half of the cores, at least one.
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let (queue, jobs) = mpsc::channel::<Job>(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..(cores / 2).max(1) {
            let jobs = Arc::clone(&jobs);
            thread::spawn(move || {
                let mut memory = Memory::new();
                while let Some(job) = next(&jobs) {
                    // A job that panics fails alone; without its thread every later one would wait for ever.
                    let _ = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
                }
            });
        }
        Self { queue }
    }
}

/// Returns the next job; nothing when the last [`Passwords`] is gone.
fn next(jobs: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

impl Passwords {
    /// Returns whether `password` is the one behind `hash`. Without a hash it takes as long and returns false, so that
    /// the time does not tell which emails are known.
    ///
    /// # Errors
    /// [`Error::TooMany`] when too many wait already.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.in_turn(move |memory| {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODYS.clone());
            Ok(is_hash_of(&password, &hash, memory).map_err(Error::internal)? && known)
        })
        .await
    }

    /// Returns the hash to store for a password.
    ///
    /// # Errors
    /// [`Error::TooMany`] when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.in_turn(move |_| hash(&password)).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job = move |memory: &mut Memory| {
            // Nobody waits any more for a closed one.
            if !answer.is_closed() {
                let _ = answer.send(work(memory));
            }
        };
        self.queue.try_send(Box::new(job)).map_err(|_| Error::TooMany(PATIENCE))?;
        let in_time = tokio::time::timeout(PATIENCE, answered).await;
        in_time.map_err(|_| Error::TooMany(PATIENCE))?.map_err(Error::internal)?
    }
}

/// The hash that is verified when an email is unknown.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash("nobody's").unwrap_or_default());

/// Returns whether `hash`, a PHC string of any argon2, is made of `password`. The comparison takes the same time
/// wherever the two differ.
fn is_hash_of(password: &str, hash: &str, memory: &mut Memory) -> std::result::Result<bool, String> {
    let text = |err: &dyn std::fmt::Display| err.to_string();
    let stored = PasswordHash::new(hash).map_err(|err| text(&err))?;
    let params = Params::try_from(&stored).map_err(|err| text(&err))?;
    let algorithm = Algorithm::new(stored.algorithm).map_err(|err| text(&err))?;
    let version = stored.version.map_or(Ok(Version::default()), Version::try_from).map_err(|err| text(&err))?;
    let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else { return Ok(false) };
    memory.resize(memory.len().max(params.block_count()), Block::default());
    let blocks = params.block_count();
    let mut output = vec![0; expected.len()];
    Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(password.as_bytes(), salt.as_ref(), &mut output, &mut memory[..blocks])
        .map_err(|err| text(&err))?;
    Ok(Output::new(&output).map_err(|err| text(&err))? == expected)
}

/// Makes the PHC string of a password, on this thread.
///
/// # Errors
/// When the system has no randomness.
pub fn hash(password: &str) -> Result<String> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|err| Error::internal(err.to_string()))
}

/// Returns a short mark of a stored hash, to tell whether it is still the same one.
pub fn digest(hash: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(hash)[..12])
}

/// Says what is wrong with a new password of a person.
///
/// # Errors
/// A sentence for the form.
pub fn check_new(password: &str, around: &Surroundings) -> std::result::Result<(), &'static str> {
    if !LENGTH.contains(&password.chars().count()) {
        return Err("Use 8 to 200 characters.");
    }
    if common::is_common(password) {
        return Err("Many people use this password, so it is guessed first. Use another.");
    }
    if around.hold(password) {
        return Err("Use something other than your name, email, merchant or the word Clientele.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_argon2id_at_owasps_parameters() {
        assert!(hash("correct horse").unwrap().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[actix_web::test]
    async fn only_the_right_password_verifies_and_nobodys_never_does() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("Correct horse".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("nobody's".into(), None).await.unwrap());
    }

    #[test]
    fn a_new_password_has_a_length_and_is_not_guessed_first() {
        let around = Surroundings { merchant: "Duka", name: "Jane Roe", email: "jane@b.example" };
        for (password, words) in [
            ("1234567", "8 to 200"),
            ("JANE@b.example", "other than"),
            ("duka!!!!!!", "other than"),
            ("sunshine", "Many people"),
        ] {
            assert!(check_new(password, &around).unwrap_err().contains(words), "{password}");
        }
        assert!(check_new("päßwörter", &around).is_ok());
    }
}
