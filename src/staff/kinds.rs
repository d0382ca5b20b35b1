//! The kinds of the events about staff. They stand in the live account of the merchant.

crate::events::kinds! {
    STATE_CHANGED = "staff.state_changed";
    PASSWORD_RESET = "staff.password_reset";
    ROLE_CHANGED = "staff.role_changed";
}
