//! The kinds of a payment's events.

/// The beginning of the name of every kind, also of those of a later version.
pub const PREFIX: &str = "payment.";

crate::events::kinds! {
    /// A charge was begun.
    BEGUN = "payment.begun";
    /// A payment that happened elsewhere was recorded.
    RECORDED = "payment.recorded";
    SUCCEEDED = "payment.succeeded";
    FAILED = "payment.failed";
    CANCELED = "payment.canceled";
    REFUNDED = "payment.refunded";
    REFUND_FAILED = "payment.refund_failed";
    /// A payment was attached to a customer.
    ATTACHED = "payment.attached";
}
