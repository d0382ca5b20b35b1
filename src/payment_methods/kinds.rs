//! The kinds of a payment method's events.

crate::events::kinds! {
    ADDED = "payment_method.added";
    MADE_DEFAULT = "payment_method.made_default";
    UPDATED = "payment_method.updated";
    REMOVED = "payment_method.removed";
    RESTORED = "payment_method.restored";
    /// When the time is over in which its removal could be taken back.
    DESTROYED = "payment_method.destroyed";
}
