//! Who asks: the person, what they may do, and the account they are in. `staff` finds out; the frame and the features read it.

use uuid::Uuid;

use crate::{
    error::Result,
    events::By,
    gateway,
    ids::{AccountId, StaffId},
    merchants::Settings,
    values::Mode,
};

/// The person who asks, their merchant, and the account their session is in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub staff: StaffId,
    pub email: String,
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether keys like / and c work alone for them.
    pub single_keys: bool,
    /// Their merchant's name.
    pub merchant: String,
    /// What their merchant decided.
    pub settings: Settings,
    /// The account every finder starts with.
    pub account: AccountId,
    /// Which one it is.
    pub mode: Mode,
    /// The request they ask in.
    pub request: Uuid,
}

impl SignedIn {
    /// Whether they may create, edit, delete and restore.
    pub fn may_edit(&self) -> bool {
        self.role >= Role::Editor
    }

    /// Whether they may also refund.
    pub fn may_refund(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Whether the account has a gateway, so that customers can be charged in it.
    pub fn has_gateway(&self) -> bool {
        gateway::has(self.mode)
    }

    /// Whether the account is the test one.
    pub fn is_testing(&self) -> bool {
        self.mode == Mode::Test
    }

    /// As the author of a change.
    pub fn by(&self) -> By {
        By { account: self.account, staff: Some(self.staff), request: Some(self.request) }
    }
}

/// What a person may do; each role may also do what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Also creates, edits, deletes and restores.
    Editor,
    /// Also bulk actions, settings and team.
    Admin,
    /// Also erases and appoints owners.
    Owner,
}

impl Role {
    /// All, least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Editor, Self::Admin, Self::Owner];

    /// As stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| "expected viewer, editor, admin or owner".to_owned())
    }
}
