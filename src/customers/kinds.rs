//! The kinds of a customer's own events.

crate::events::kinds! {
    CREATED = "customer.created";
    UPDATED = "customer.updated";
    DELETED = "customer.deleted";
    RESTORED = "customer.restored";
    /// Recorded when the time is over in which a delete could be taken back with everything.
    DETAILS_DESTROYED = "customer.details_destroyed";
    /// All personal data was overwritten, for good.
    ERASED = "customer.erased";
    /// It was forbidden to erase the customer.
    HOLD_PLACED = "customer.hold_placed";
    HOLD_LIFTED = "customer.hold_lifted";
    /// Somebody said that what looked doubtful is right.
    DOUBT_DISMISSED = "customer.doubt_dismissed";
    /// That was taken back.
    DOUBT_RAISED = "customer.doubt_raised";
}
