//! The status in a search: whether deleted customers are among those it may find.

use crate::query::{Branch, Choice, Keyed, Query, Term, Test, Value};

/// The status of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not deleted.
    Active,
    /// Deleted, and not erased.
    Deleted,
}

/// The key that asks for a status.
pub(super) const KEY: &str = "status";

/// The words behind the key.
pub(super) static CHOICES: [Choice; 2] = [Choice::new("active", "Active"), Choice::new("deleted", "Deleted")];

impl Status {
    /// Returns the word as typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => CHOICES[0].word,
            Self::Deleted => CHOICES[1].word,
        }
    }
}

/// Returns whether the query asks for nothing but the status.
pub fn is_everything(query: &Query) -> bool {
    query.branches.iter().any(|branch| branch.terms.iter().all(|term| term.is_of(KEY)))
}

/// Returns whether the query asks for deleted customers alone.
pub fn is_of_deleted(query: &Query) -> bool {
    query.branches.iter().all(|branch| allows(branch, Status::Deleted) && !allows(branch, Status::Active))
}

/// Returns whether the branch can find customers of this status. Unless a term is about the status, it finds only the
/// active ones.
pub fn allows(branch: &Branch, status: Status) -> bool {
    let says = |term: &Term| {
        let keyed = term.keyed().filter(|keyed| keyed.key.name == KEY)?;
        Some(keyed.has_choice(status.word()) != term.negated)
    };
    let mut said = branch.terms.iter().filter_map(says);
    match said.next() {
        None => status == Status::Active,
        Some(first) => first && said.all(|allowed| allowed),
    }
}

impl Status {
    /// Returns the term that asks for it.
    pub fn term(self) -> Option<Term> {
        let key = &super::KEYS.iter().find(|key| key.word.name == KEY)?.word;
        let choice = CHOICES.iter().find(|choice| choice.word == self.word())?;
        Some(Term::of(Test::Keyed(Keyed { key, own: None, values: vec![Value::Choice(choice)] })))
    }
}
