//! What a search says of the status: whether deleted customers are among those it may find.

use crate::query::{Branch, Choice, Keyed, Query, Term, Test, Value};

/// Whether a customer is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not deleted.
    Active,
    /// Deleted, and not erased.
    Deleted,
}

/// The key that says it.
pub(super) const KEY: &str = "status";

/// The words behind the key.
pub(super) static CHOICES: [Choice; 2] = [Choice::new("active", "Active"), Choice::new("deleted", "Deleted")];

impl Status {
    /// As typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => CHOICES[0].word,
            Self::Deleted => CHOICES[1].word,
        }
    }
}

/// Whether nothing is asked but the status.
pub fn is_everything(query: &Query) -> bool {
    query.branches.iter().any(|branch| branch.terms.iter().all(|term| term.is_of(KEY)))
}

/// Whether deleted customers alone are asked for.
pub fn is_of_deleted(query: &Query) -> bool {
    query.branches.iter().all(|branch| allows(branch, Status::Deleted) && !allows(branch, Status::Active))
}

/// Whether customers of this status can be among the found. Unless a term is about the status, only the active are.
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
    /// The term that asks for it.
    pub fn term(self) -> Option<Term> {
        let key = &super::KEYS.iter().find(|key| key.word.name == KEY)?.word;
        let choice = CHOICES.iter().find(|choice| choice.word == self.word())?;
        Some(Term::of(Test::Keyed(Keyed { key, own: None, values: vec![Value::Choice(choice)] })))
    }
}
