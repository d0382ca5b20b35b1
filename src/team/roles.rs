//! What each role may do, in words.

use crate::who::Role;

/// Something that people do here, and the least role that may.
pub struct Deed {
    pub words: &'static str,
    pub least: Role,
}

impl Deed {
    /// Returns whether people of that role may.
    pub fn is_for(&self, role: &Role) -> bool {
        *role >= self.least
    }
}

const fn deed(words: &'static str, least: Role) -> Deed {
    Deed { words, least }
}

/// The deeds by which the roles differ.
pub const DEEDS: [Deed; 12] = [
    deed("Find and see customers and payments", Role::Viewer),
    deed("Keep views of their own", Role::Viewer),
    deed("Create, edit, delete and restore customers", Role::Editor),
    deed("Write notes, and share views", Role::Editor),
    deed("Charge, record, cancel and attach payments", Role::Editor),
    deed("Refund", Role::Admin),
    deed("Define custom fields", Role::Admin),
    deed("Manage API keys, and the team but for its owners", Role::Admin),
    deed("Change the settings and how everybody signs in, and read the audit log", Role::Admin),
    deed("Erase customers, and forbid that", Role::Owner),
    deed("Take away a second factor that somebody has lost", Role::Owner),
    deed("Appoint, change and remove owners", Role::Owner),
];

/// Returns a role in a sentence of what it adds to the one before it.
pub fn words(role: Role) -> &'static str {
    match role {
        Role::Viewer => {
            "Finds everybody and changes nothing. What is private is masked, unless Security says otherwise."
        }
        Role::Editor => "Also creates and changes customers, writes notes, charges and records payments.",
        Role::Admin => {
            "Also refunds, changes settings and custom fields, manages API keys and the team, and reads the audit log."
        }
        Role::Owner => "Also erases customers, appoints owners, and takes away lost second factors.",
    }
}

/// Returns a role as a word that begins a line.
pub fn label(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer",
        Role::Editor => "Editor",
        Role::Admin => "Admin",
        Role::Owner => "Owner",
    }
}
