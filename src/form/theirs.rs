//! What somebody else saved while a form was open, as `ui/_theirs.html` shows it.

/// A value that somebody else saved meanwhile, where it differs from the typed one.
pub struct Theirs {
    pub label: &'static str,
    /// What is typed; nothing when that is empty.
    pub typed: Option<String>,
    /// What is stored by now; nothing when that is empty.
    pub stored: Option<String>,
}
