//! The kinds of the events about second factors. They stand in the live account of the merchant.

crate::events::kinds! {
    APP_ADDED = "staff.app_added";
    APP_REMOVED = "staff.app_removed";
    CODES_REPLACED = "staff.recovery_codes_replaced";
    PASSKEY_ADDED = "staff.passkey_added";
    PASSKEY_REMOVED = "staff.passkey_removed";
    RESET = "staff.second_factor_reset";
    CODE_USED = "staff.recovery_code_used";
}
