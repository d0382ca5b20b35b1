//! The kinds of a note's events.

crate::events::kinds! {
    WRITTEN = "note.written";
    EDITED = "note.edited";
    /// It took the place of the one that was pinned, if one was.
    PINNED = "note.pinned";
    UNPINNED = "note.unpinned";
    REMOVED = "note.removed";
    RESTORED = "note.restored";
    /// The undo window of a removal ended, and the note was destroyed.
    DESTROYED = "note.destroyed";
}
