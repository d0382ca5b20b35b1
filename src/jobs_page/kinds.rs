//! The kinds of the events about jobs.

crate::events::kinds! {
    /// One that was given up is tried again.
    RETRIED = "job.retried";
}
