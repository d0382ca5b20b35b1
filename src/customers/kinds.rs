//! The kinds of a customer's own events.

crate::events::kinds! {
    CREATED = "customer.created";
    UPDATED = "customer.updated";
    DELETED = "customer.deleted";
    RESTORED = "customer.restored";
    /// Recorded when the time is over in which a delete could be taken back with everything.
    DETAILS_DESTROYED = "customer.details_destroyed";
}
