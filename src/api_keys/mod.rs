//! API keys: the secrets with which a merchant's own systems ask, each for one account.

pub mod kinds;
