//! Versions: `ETag` on answers, `If-Match` on changes.

use actix_web::{HttpRequest, http::header};
use serde_json::{Value, json};

use super::{
    reading::Members,
    refusal::{Refusal, Result},
};
use crate::codes::Code;

/// The versions of a thing that a change is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whichever there is.
    Any,
    /// One of these.
    OneOf(Vec<i32>),
}

impl IfMatch {
    /// Reads the header. A weak tag counts too: proxies that compress weaken ours, and no encoding changes a version.
    ///
    /// # Errors
    /// When it is none of our tags.
    pub fn of(req: &HttpRequest) -> Result<Option<Self>> {
        let Some(header) = req.headers().get(header::IF_MATCH) else { return Ok(None) };
        let text = header.to_str().unwrap_or_default().trim();
        Self::parse(text).map(Some).ok_or_else(|| {
            Refusal::new(Code::InvalidParameter, "If-Match has the ETag of an answer, like \"7\", or * for any.")
        })
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        let one = |tag: &str| {
            let tag = tag.trim();
            tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?.parse().ok()
        };
        text.split(',').map(one).collect::<Option<Vec<i32>>>().map(Self::OneOf)
    }

    /// Returns whether a version is meant.
    pub fn matches(&self, version: i32) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }
}

/// Refuses a change that is meant for another version than the stored one.
///
/// # Errors
/// `version_mismatch` with the current version.
pub fn check(asked: Option<&IfMatch>, current: i32) -> Result<()> {
    if asked.is_none_or(|asked| asked.matches(current)) {
        return Ok(());
    }
    let message = "Somebody changed it meanwhile. Read it again, then decide.";
    Err(Refusal::new(Code::VersionMismatch, message).with("current_version", current))
}

/// Reads the version that a body names.
pub fn named(members: &Members<'_>) -> Option<i32> {
    members.whole("version").value().map(|version| i32::try_from(version).unwrap_or(i32::MAX))
}

/// Returns the version that a change is of: the named one, which has to be one there was.
///
/// # Errors
/// `version_mismatch` with the current version.
pub fn check_named(named: Option<i32>, current: i32) -> Result<i32> {
    let version = named.unwrap_or(current);
    if (1..=current).contains(&version) {
        return Ok(version);
    }
    let message = format!("There is no version {version} of this yet.");
    Err(Refusal::new(Code::VersionMismatch, message).with("current_version", current))
}

/// Returns the refusal of a change of what somebody else changed meanwhile. Each field has its name, what it was to become,
/// and what it is.
pub fn clashed<'n>(current: i32, fields: impl IntoIterator<Item = (&'n str, Value, Value)>) -> Refusal {
    let conflict = |(name, yours, theirs)| json!({"field": name, "yours": yours, "theirs": theirs});
    let conflicts: Vec<Value> = fields.into_iter().map(conflict).collect();
    let message = "Somebody changed the same meanwhile. Nothing is saved.";
    Refusal::new(Code::VersionMismatch, message).with("current_version", current).with("conflicts", conflicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_weak_or_strong_and_several() {
        for (text, expected) in [
            ("\"7\"", Some(IfMatch::OneOf(vec![7]))),
            ("W/\"7\"", Some(IfMatch::OneOf(vec![7]))),
            ("\"7\", W/\"8\"", Some(IfMatch::OneOf(vec![7, 8]))),
            ("*", Some(IfMatch::Any)),
            ("7", None),
            ("\"x\"", None),
            ("", None),
        ] {
            assert_eq!(IfMatch::parse(text), expected, "{text}");
        }
        assert!(IfMatch::Any.matches(3) && IfMatch::OneOf(vec![2, 3]).matches(3));
        assert!(!IfMatch::OneOf(vec![2]).matches(3));
    }
}
