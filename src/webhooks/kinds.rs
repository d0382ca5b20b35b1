//! The kinds of events about webhook endpoints.

crate::events::kinds! {
    CREATED = "webhook_endpoint.created";
    /// Its address, its types or its description are others.
    UPDATED = "webhook_endpoint.updated";
    ENABLED = "webhook_endpoint.enabled";
    /// Nothing is sent to it any more: somebody decided so, it said that it is gone, or it failed for days.
    DISABLED = "webhook_endpoint.disabled";
    SECRET_REPLACED = "webhook_endpoint.secret_replaced";
    REMOVED = "webhook_endpoint.removed";
    RESTORED = "webhook_endpoint.restored";
    /// Sent to try the receiver; nothing happened.
    TEST = "webhook_endpoint.test";
}
