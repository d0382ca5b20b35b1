//! A password: hashed with argon2id at OWASP's parameters (19 MiB, two passes), away from the threads that answer
//! pages and never many at once, so that a flood of sign-ins slows only sign-ins.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use actix_web::web;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Shortest and longest password, in characters.
pub const LENGTH: std::ops::RangeInclusive<usize> = 8..=200;

/// How long a sign-in queues for its turn before it is told to come back.
const QUEUE: Duration = Duration::from_secs(10);

/// Hashes and verifies a few passwords at a time; cloning shares the queue.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    /// Half of the cores, at least one.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { turns: Arc::new(Semaphore::new((cores / 2).max(1))) }
    }
}

impl Passwords {
    /// Whether `password` is the one behind `hash`. Without a hash it takes as long and answers no, so that time
    /// does not tell which emails are known.
    ///
    /// # Errors
    /// [`Error::TooMany`] when too many wait already.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.in_turn(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODYS.clone());
            let parsed = PasswordHash::new(&hash).map_err(|err| Error::internal(err.to_string()))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await
    }

    /// The hash to store for a password.
    ///
    /// # Errors
    /// [`Error::TooMany`] when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.in_turn(move || hash(&password)).await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let turn = tokio::time::timeout(QUEUE, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Error::TooMany(QUEUE))?.map_err(Error::internal)?;
        web::block(move || {
            let answer = work();
            drop(turn);
            answer
        })
        .await
        .map_err(Error::internal)?
    }
}

/// Verified when an email is unknown.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash("nobody's").unwrap_or_default());

/// Makes the PHC string of a password, on this thread.
///
/// # Errors
/// When the system has no randomness.
pub fn hash(password: &str) -> Result<String> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|err| Error::internal(err.to_string()))
}

/// Says what is wrong with a new password.
///
/// # Errors
/// A sentence for the form.
pub fn check_new(password: &str, email: &str) -> std::result::Result<(), &'static str> {
    if !LENGTH.contains(&password.chars().count()) {
        return Err("Use 8 to 200 characters.");
    }
    if password.eq_ignore_ascii_case(email) {
        return Err("Use something other than the email address.");
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
    fn a_new_password_has_a_length_and_is_not_the_email() {
        assert!(check_new("1234567", "a@b.example").is_err());
        assert!(check_new("JANE@b.example", "jane@b.example").is_err());
        assert!(check_new("päßwörter", "jane@b.example").is_ok());
    }
}
