//! What is typed or sent of an endpoint, checked.

use super::subjects;
use crate::{
    codes::Code,
    events::outbox::means,
    outgoing::{Networks, Target},
    reason::Reason,
    values::{nearest::nearest_of, text},
};

/// The most characters of a description.
pub const LONGEST_DESCRIPTION: usize = 200;

/// The most types that an endpoint names.
pub const MOST_TYPES: usize = 100;

/// Reads the address that events are sent to.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn url(typed: &str, is_test: bool, networks: &Networks) -> Result<String, Reason> {
    if typed.trim().is_empty() {
        return Err(Code::Required.says("Enter the address that events are sent to."));
    }
    let target = Target::parse(typed, is_test, networks);
    target.map(|target| target.as_str().to_owned()).map_err(|refused| Code::UrlNotAllowed.says(refused.to_string()))
}

/// Reads types of events, whole or as beginnings: `customer.*`; `*` is all. What another one means already is left out.
///
/// # Errors
/// A sentence that names the first that means nothing.
pub fn types(typed: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<String>, Reason> {
    let mut types: Vec<String> = Vec::new();
    for one in typed {
        let one = one.as_ref().trim();
        if one.is_empty() {
            continue;
        }
        if !subjects::kinds().any(|kind| means(one, kind)) {
            let near = nearest_of(one, subjects::kinds());
            let hint = near.map(|near| format!(" Did you mean “{near}”?")).unwrap_or_default();
            return Err(Code::TypeUnknown.says(format!("There are no events “{one}”.{hint}")));
        }
        types.push(one.to_owned());
    }
    let is_meant = |one: &str, types: &[String]| types.iter().any(|other| other != one && means(other, one));
    let mut kept: Vec<String> = types.iter().filter(|one| !is_meant(one, &types)).cloned().collect();
    kept.sort_unstable();
    kept.dedup();
    match kept.len() {
        0 => Err(Code::Required.says("Choose the events that are sent; “*” is all of them.")),
        1..=MOST_TYPES => Ok(kept),
        _ => Err(Code::TooLong.says(format!("Name at most {MOST_TYPES} types, or take beginnings like “customer.*”."))),
    }
}

/// Reads the description; nothing when it is empty.
///
/// # Errors
/// When it is too long.
pub fn description(typed: &str) -> Result<Option<String>, Reason> {
    Ok(text::line(typed, LONGEST_DESCRIPTION)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{customers, payments};

    #[test]
    fn types_are_those_that_there_are_and_each_once() {
        let (updated, failed) = (customers::kinds::UPDATED, payments::kinds::FAILED);
        let spaced = format!(" {updated} ");
        assert_eq!(types(["customer.*", &spaced, failed, ""]).unwrap(), ["customer.*", failed]);
        assert_eq!(types(["*", "customer.*"]).unwrap(), ["*"]);
        assert_eq!(types([failed, failed]).unwrap(), [failed]);
        let refused = types([updated.trim_end_matches('d')]).unwrap_err();
        assert!(refused.sentence.contains(updated), "{}", refused.sentence);
        for none in [vec![], vec![" "], vec!["team.*"], vec!["cust*"], vec!["security.x"]] {
            assert!(types(none).is_err());
        }
    }
}
