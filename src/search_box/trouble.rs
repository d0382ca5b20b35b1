//! The notice under the box about what was not understood.

use askama::Template;

use super::List;
use crate::query::Problem;

/// The notice about what was not understood.
pub struct ProblemNotice {
    /// A sentence that says what is wrong.
    pub message: String,
    /// The search around the part that is wrong, if there is anything.
    pub excerpt: Option<Excerpt>,
    /// The text that was probably meant, and the list with it.
    pub instead: Option<(String, String)>,
}

/// A part of a search with what stands around it.
pub struct Excerpt {
    /// The end of the text before it.
    pub before: String,
    pub part: String,
    /// The beginning of the text after it.
    pub behind: String,
}

/// The message for the place under the box. The rows stay, and what could not work with such a search goes.
#[derive(Template)]
#[template(path = "search_box/_not_understood.html")]
pub struct ProblemFragment {
    /// The notice.
    pub problem: ProblemNotice,
    /// True when the list has tools beside its filters.
    pub has_view_tools: bool,
}

/// The sentence about a value of a filter's form, for the place in it.
#[derive(Template)]
#[template(path = "search_box/_refused.html")]
pub struct RefusedFragment {
    pub sentence: String,
}

/// The number of characters shown on each side.
const AROUND: usize = 30;

impl ProblemNotice {
    /// Makes the notice about the search of a list.
    pub fn new(list: &dyn List, problem: Problem) -> Self {
        let (before, rest) = list.q().split_at_checked(problem.span.start).unwrap_or((list.q(), ""));
        let (part, behind) = rest.split_at_checked(problem.span.len()).unwrap_or((rest, ""));
        let is_whole = before.trim().is_empty() && behind.trim().is_empty();
        let excerpt = || Excerpt { before: end(before), part: start(part, 2 * AROUND), behind: start(behind, AROUND) };
        let corrected = problem.corrected(list.q()).map(|whole| list.searching(&whole));
        Self {
            message: problem.message,
            excerpt: (!is_whole && !part.is_empty()).then(excerpt),
            instead: problem.instead.zip(corrected),
        }
    }
}

fn start(text: &str, most: usize) -> String {
    let start: String = text.chars().take(most).collect();
    if start.len() < text.len() { start + "…" } else { start }
}

fn end(text: &str) -> String {
    let skipped = text.chars().count().saturating_sub(AROUND);
    let end: String = text.chars().skip(skipped).collect();
    if skipped > 0 { format!("…{end}") } else { end }
}
