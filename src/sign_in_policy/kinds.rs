//! The kinds of the events about the merchant's security. They stand in its live account.

crate::events::kinds! {
    CHANGED = "merchant.security_changed";
}
