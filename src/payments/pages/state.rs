//! The state of the list of payments, which lives in its URL: search, order, page.

use unicode_normalization::UnicodeNormalization;

use crate::{
    error::{Error, Result},
    input::Pairs,
    paging::{Direction, Limit},
    payments::{listing::Order, search::KEYS},
    query::Problem,
};

/// What the URL says.
#[derive(Clone, Debug)]
pub struct State {
    /// What is in the search box.
    pub q: String,
    /// The order.
    pub order: Order,
    /// Rows a page.
    pub limit: Limit,
    /// Which page.
    pub direction: Direction,
}

impl State {
    /// Reads the parameters.
    ///
    /// # Errors
    /// [`Error::BadRequest`] with a sentence about the one that is not understood.
    pub fn read(asked: &Pairs) -> Result<Self> {
        let refuse = |sentence: String| Error::BadRequest(sentence.into());
        let order = match asked.filled("sort") {
            Some(text) => Order::parse(text)
                .ok_or_else(|| refuse(format!("Payments cannot be sorted by “{text}”, but by created.")))?,
            None => Order::Newest,
        };
        let limit =
            asked.filled("limit").map_or(Ok(Limit::SCREEN), Limit::parse).map_err(|err| refuse(err.to_string()))?;
        let direction = Direction::parse(asked.filled("after"), asked.filled("before"), order.tag())
            .map_err(|err| refuse(err.to_string()))?;
        let q = asked.first("q").map_or_else(String::new, |q| q.trim().nfc().collect());
        Ok(Self { q, order, limit, direction })
    }

    /// The parameters of this list from its first page; what is as usual is left out.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        if self.order != Order::Newest {
            pairs.push(("sort", self.order.as_str().to_owned()));
        }
        if self.limit != Limit::SCREEN {
            pairs.push(("limit", self.limit.rows().to_string()));
        }
        pairs
    }

    /// The parameters that a form keeps which itself sends the one called `own`.
    pub fn kept_beside(&self, own: &str) -> Vec<(&'static str, String)> {
        self.parameters().into_iter().filter(|(name, _)| *name != own).collect()
    }

    /// This list from a place on.
    pub fn list(&self, place: Option<(&'static str, String)>) -> String {
        let mut pairs = self.parameters();
        pairs.extend(place);
        address("/payments", &pairs)
    }

    /// This list from its first page.
    pub fn first_page(&self) -> String {
        self.list(None)
    }

    /// Where the count of this list comes from.
    pub fn count_href(&self) -> String {
        address("/payments/count", &Self { limit: Limit::SCREEN, ..self.clone() }.parameters())
    }

    /// The list of another search.
    pub fn searching(&self, q: impl ToString) -> String {
        Self { q: q.to_string(), ..self.clone() }.first_page()
    }

    /// The list the other way round.
    pub fn reversed(&self) -> String {
        let order = if self.order == Order::Newest { Order::Oldest } else { Order::Newest };
        Self { order, ..self.clone() }.first_page()
    }

    /// For `aria-sort`.
    pub fn aria_sort(&self) -> &'static str {
        if self.order == Order::Newest { "descending" } else { "ascending" }
    }

    /// The order in words, for the table's caption.
    pub fn order_words(&self) -> &'static str {
        if self.order == Order::Newest { "newest first" } else { "oldest first" }
    }

    /// The page sizes to choose from, and which is in use.
    pub fn limits(&self) -> Vec<(usize, bool)> {
        let used = self.limit.rows();
        let mut sizes = vec![25, 50, 100];
        if !sizes.contains(&used) {
            sizes.insert(0, used);
        }
        sizes.into_iter().map(|size| (size, size == used)).collect()
    }

    /// The searches that are one press away.
    pub fn tabs(&self) -> Vec<Tab> {
        const TABS: [(&str, &str); 6] = [
            ("All", ""),
            ("Succeeded", "status:succeeded"),
            ("Failed", "status:failed"),
            ("Processing", "status:processing"),
            ("Refunded", "status:partially_refunded,refunded"),
            ("Without customer", "customer:none"),
        ];
        let tab = |(name, q): (&'static str, &str)| Tab { name, href: self.searching(q), is_current: self.q == q };
        TABS.map(tab).into()
    }

    /// All that can be typed, each with a link that adds it to the search.
    pub fn help(&self) -> Vec<Help> {
        const SIGNS: [(&str, &str, &str); 3] = [
            ("-", "Not: leaves out what it stands before", "-status:failed"),
            (",", "Any of several values, without spaces", "status:failed,canceled"),
            ("OR", "Either search; it separates everything on its two sides", "status:failed OR customer:none"),
        ];
        let keys = KEYS.iter().map(|(name, explanation, example)| (format!("{name}:"), *explanation, *example));
        let signs = SIGNS.iter().map(|(sign, explanation, example)| ((*sign).to_owned(), *explanation, *example));
        let help = |(sign, explanation, example): (String, &'static str, &'static str)| {
            let q = if sign == "OR" { example.to_owned() } else { format!("{} {example}", self.q).trim().to_owned() };
            Help { sign, explanation, example, href: self.searching(q) }
        };
        keys.chain(signs).map(help).collect()
    }

    /// The searches of less, for one that took too long.
    pub fn narrower(&self) -> Vec<(&'static str, String)> {
        let periods =
            [("the last 30 days", "last-30d"), ("the last 90 days", "last-90d"), ("the last year", "last-1y")];
        let narrowed =
            |(label, period): (&'static str, &str)| (label, self.searching(format!("{} created:{period}", self.q)));
        let can = !self.q.contains("created:") && !self.q.contains(" OR ");
        if can { periods.map(narrowed).into() } else { Vec::new() }
    }
}

/// A search that is one press away.
pub struct Tab {
    /// What it is called.
    pub name: &'static str,
    /// Its list.
    pub href: String,
    /// Whether it is what the list shows.
    pub is_current: bool,
}

/// What can be typed.
pub struct Help {
    /// What stands before the colon, or another sign.
    pub sign: String,
    /// What it does.
    pub explanation: &'static str,
    /// A use of it.
    pub example: &'static str,
    /// The list with that use added.
    pub href: String,
}

/// What was not understood.
pub struct Trouble {
    /// In a sentence.
    pub message: String,
    /// The search around the part that is wrong, if there is anything.
    pub excerpt: Option<Excerpt>,
    /// What was probably meant: the text, and the list with it.
    pub instead: Option<(String, String)>,
}

/// A part of a search with what stands around it.
pub struct Excerpt {
    /// What stands before.
    pub before: String,
    /// The part.
    pub part: String,
    /// What stands behind.
    pub behind: String,
}

impl Trouble {
    /// The problem with the search of a list.
    pub fn new(state: &State, problem: Problem) -> Self {
        const AROUND: usize = 30;
        let (before, rest) = state.q.split_at_checked(problem.span.start).unwrap_or((&state.q, ""));
        let (part, behind) = rest.split_at_checked(problem.span.len()).unwrap_or((rest, ""));
        let is_whole = before.trim().is_empty() && behind.trim().is_empty();
        let skipped = before.chars().count().saturating_sub(AROUND);
        let start = |text: &str| text.chars().take(AROUND).collect::<String>();
        let excerpt =
            Excerpt { before: before.chars().skip(skipped).collect(), part: start(part), behind: start(behind) };
        let instead = problem.instead.map(|text| {
            let href = state.searching(format!("{before}{text}{behind}"));
            (text, href)
        });
        Self { message: problem.message, excerpt: (!is_whole && !part.is_empty()).then_some(excerpt), instead }
    }
}

/// A path with parameters.
pub(super) fn address(path: &str, pairs: &[(&str, String)]) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let query: Vec<String> = pairs.iter().map(|(name, text)| format!("{name}={}", encode(text))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}
