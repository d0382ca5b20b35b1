//! API keys: the secrets with which a merchant's own systems ask, each for one account.

pub mod kinds;
pub mod model;
pub mod permissions;
pub mod secret;

pub use permissions::{Access, Permission, Permissions, Resource};
pub use secret::Secret;
