//! The kinds of the events about settings. They stand in the live account of the merchant, whichever account the person
//! was in.

crate::events::kinds! {
    CHANGED = "merchant.changed";
}
