//! A mode: one of a merchant's two accounts.

use serde::{Deserialize, Serialize};

/// One of a merchant's two accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Real customers and money.
    Live,
    /// For trying things out.
    Test,
}

impl Mode {
    /// Returns the name as stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// Returns the mode of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Live, Self::Test].into_iter().find(|mode| mode.as_str() == text)
    }
}
