//! The kinds of the events about API keys.

crate::events::kinds! {
    CREATED = "api_key.created";
    ROTATED = "api_key.rotated";
    REVOKED = "api_key.revoked";
}
