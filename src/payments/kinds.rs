//! The kinds of a payment's events.

/// Every kind begins so, also those of a later version.
pub const PREFIX: &str = "payment.";

crate::events::kinds! {
    /// A charge was asked for.
    BEGUN = "payment.begun";
    /// It happened elsewhere, and somebody wrote it down.
    RECORDED = "payment.recorded";
    SUCCEEDED = "payment.succeeded";
    FAILED = "payment.failed";
    CANCELED = "payment.canceled";
    REFUNDED = "payment.refunded";
    REFUND_FAILED = "payment.refund_failed";
    /// Somebody gave it to a customer.
    ATTACHED = "payment.attached";
}
