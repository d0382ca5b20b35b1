//! The kinds of events of payment schedules and of their parts. The subject of all is the schedule.

crate::events::kinds! {
    CREATED = "schedule.created";
    /// What it is for, or the method that is charged.
    CHANGED = "schedule.changed";
    /// The tries of a part are over, and nothing more is charged until somebody decides.
    PAST_DUE = "schedule.past_due";
    /// What was past due is paid, moved or skipped.
    RECOVERED = "schedule.recovered";
    /// All that was left became one part, to be charged at once.
    PAID_OFF = "schedule.paid_off";
    /// Every part is paid or skipped.
    FINISHED = "schedule.finished";
    CANCELED = "schedule.canceled";
    /// That somebody canceled it is taken back.
    RESTORED = "schedule.restored";
    PART_PAID = "part.paid";
    PART_FAILED = "part.failed";
    PART_SKIPPED = "part.skipped";
    /// That somebody skipped it is taken back.
    PART_RESTORED = "part.restored";
    /// It has another day or another amount.
    PART_MOVED = "part.moved";
}
