//! The kinds of an invoice's events.

crate::events::kinds! {
    CREATED = "invoice.created";
    /// A try to collect it failed, with the code of the reason and the next try, if there is one.
    TRY_FAILED = "invoice.try_failed";
    PAID = "invoice.paid";
    /// Part of it was paid elsewhere.
    RECORDED = "invoice.recorded";
    /// Its day, its memo or its reference changed.
    CHANGED = "invoice.changed";
    OVERDUE = "invoice.overdue";
    VOIDED = "invoice.voided";
    WRITTEN_OFF = "invoice.written_off";
    /// That it was written off is taken back.
    REOPENED = "invoice.reopened";
}
