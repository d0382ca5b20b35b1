//! The kinds of events of the clock.

crate::events::kinds! {
    /// The clock of a test account was sent to a time.
    MOVED = "test_clock.moved";
    /// It was stopped on the way.
    STOPPED = "test_clock.stopped";
}
