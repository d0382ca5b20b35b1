//! The kinds of a subscription's events.

crate::events::kinds! {
    CREATED = "subscription.created";
    /// Its first period is billed, or its first invoice is paid.
    ACTIVATED = "subscription.activated";
    /// The next period is billed; after an outage several.
    RENEWED = "subscription.renewed";
    /// What it costs or how it is paid changed, now or from the next period on.
    CHANGED = "subscription.changed";
    CHARGE_MOVED = "subscription.charge_moved";
    /// It ends with its period.
    ENDING = "subscription.ending";
    /// It goes on, after all.
    KEPT = "subscription.kept";
    PAST_DUE = "subscription.past_due";
    /// Nothing of it is unpaid any more.
    RECOVERED = "subscription.recovered";
    /// The last try failed, and it stands still until somebody decides.
    GAVE_UP = "subscription.gave_up";
    CANCELED = "subscription.canceled";
    /// That somebody canceled it is taken back.
    RESTORED = "subscription.restored";
}
