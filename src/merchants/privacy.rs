//! What a merchant decides about who sees the emails, phones, addresses and notes of customers in full.

use crate::values::curtain::Curtain;

/// What people of a role see of customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sees {
    /// Values are masked.
    Masked,
    /// Values are masked until somebody asks for those of one customer, which is an event.
    Revealed,
    /// Values are shown in full.
    Shown,
}

impl Sees {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Masked, Self::Revealed, Self::Shown];

    /// What an editor may be given: who could not see a value could not correct it.
    pub const OF_EDITORS: [Self; 2] = [Self::Revealed, Self::Shown];

    /// Returns the word as it is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Masked => "masked",
            Self::Revealed => "revealed",
            Self::Shown => "shown",
        }
    }

    /// Returns it in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Masked => "Masked",
            Self::Revealed => "Masked until revealed",
            Self::Shown => "In full",
        }
    }

    /// Returns what it means, as a sentence.
    pub fn means(self) -> &'static str {
        match self {
            Self::Masked => "They tell customers apart, and find one by a whole email or phone.",
            Self::Revealed => {
                "One press shows those of one customer for ten minutes. The audit log tells who and when."
            }
            Self::Shown => "Nothing is hidden.",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sees| sees.as_str() == word)
    }

    /// Returns whether values are hidden as long as nothing is revealed.
    pub fn curtain(self) -> Curtain {
        if self == Self::Shown { Curtain::Open } else { Curtain::Drawn }
    }
}

/// What each role sees. Admins and owners, who decide it, see everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Privacy {
    pub viewers: Sees,
    pub editors: Sees,
}

impl Default for Privacy {
    fn default() -> Self {
        Self { viewers: Sees::Masked, editors: Sees::Shown }
    }
}

impl Privacy {
    /// Reads what a merchant's row has of it. A word that this version does not know hides what there is.
    pub fn read(viewers: Option<&str>, editors: Option<&str>) -> Self {
        let usual = Self::default();
        Self {
            viewers: viewers.map_or(usual.viewers, |word| Sees::parse(word).unwrap_or(Sees::Masked)),
            editors: editors.map_or(usual.editors, |word| Sees::parse(word).unwrap_or(Sees::Revealed)),
        }
    }
}
