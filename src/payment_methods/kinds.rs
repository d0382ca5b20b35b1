//! The kinds of a payment method's events.

crate::events::kinds! {
    ADDED = "payment_method.added";
    MADE_DEFAULT = "payment_method.made_default";
    /// The wallet has no default any more.
    UNMADE_DEFAULT = "payment_method.unmade_default";
    UPDATED = "payment_method.updated";
    /// A card of the wallet got another month, as the gateway told it.
    RENEWED = "payment_method.renewed";
    REMOVED = "payment_method.removed";
    RESTORED = "payment_method.restored";
    /// The undo window of a removal ended, and the method was destroyed.
    DESTROYED = "payment_method.destroyed";
}
