//! The kinds of events about fields.

crate::events::kinds! {
    DEFINED = "custom_field.defined";
    CHANGED = "custom_field.changed";
    MOVED = "custom_field.moved";
    ARCHIVED = "custom_field.archived";
    RESTORED = "custom_field.restored";
}
