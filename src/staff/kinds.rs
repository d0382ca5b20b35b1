//! The kinds of the events about staff. They stand in the live account of the merchant.

crate::events::kinds! {
    PASSWORD_RESET = "staff.password_reset";
    RENAMED = "staff.renamed";
}
