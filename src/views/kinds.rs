//! The kinds of a view's events.

crate::events::kinds! {
    CREATED = "view.created";
    UPDATED = "view.updated";
    MOVED = "view.moved";
    DELETED = "view.deleted";
    RESTORED = "view.restored";
    MADE_DEFAULT = "view.made_default";
    UNMADE_DEFAULT = "view.unmade_default";
}
