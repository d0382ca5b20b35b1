//! The kinds of the events about what was revealed.

crate::events::kinds! {
    /// Somebody who sees customers masked had what is private of this one shown.
    REVEALED = "customer.revealed";
}
