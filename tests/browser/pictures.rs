//! Pictures of pages for the README, taken when somebody names a directory for them.

use std::path::PathBuf;

/// Where pictures are wanted.
pub fn directory() -> Option<PathBuf> {
    std::env::var_os("CLIENTELE_SCREENSHOTS").map(PathBuf::from)
}
