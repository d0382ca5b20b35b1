//! The clock: what time it is, passed in, so that a test can say so.

use std::sync::Arc;

use jiff::Timestamp;

/// Tells the time; cloning shares it.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's own.
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// One that says what `tell` says.
    pub fn telling(tell: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}
