//! The page that a person begins with: where sign-in leads when no other page was asked for.

/// A page to begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// What needs a person today.
    #[default]
    Front,
    /// The customers, with the view that the person starts with.
    Customers,
    Payments,
    Quality,
}

impl Start {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Front, Self::Customers, Self::Payments, Self::Quality];

    /// Returns the word as stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Front => "home",
            Self::Customers => "customers",
            Self::Payments => "payments",
            Self::Quality => "quality",
        }
    }

    /// Returns the name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Front => "Home",
            Self::Customers => "Customers",
            Self::Payments => "Payments",
            Self::Quality => "Quality",
        }
    }

    /// Returns the page's path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Front => "/",
            Self::Customers => "/views/default",
            Self::Payments => "/payments",
            Self::Quality => "/quality",
        }
    }

    /// Returns the page of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|start| start.as_str() == word)
    }

    /// Returns the page of a stored word; the usual one for what this version does not know.
    pub fn of_stored(word: Option<&str>) -> Self {
        word.and_then(Self::parse).unwrap_or_default()
    }
}
