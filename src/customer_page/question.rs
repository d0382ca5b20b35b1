//! The question that a form is answered with when other customers have its email or phone already: who they are, why
//! they may be meant, and the ways on.

use jiff::Timestamp;

use crate::{
    customers::{
        identity::path,
        lookalikes::{Lookalike, Lookalikes},
    },
    form::Form,
    values::when::When,
    who::SignedIn,
};

/// The form that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    Creating,
    Editing,
}

/// A customer who may be meant.
pub struct Candidate {
    pub of: Lookalike,
    pub path: String,
    /// The time of its deletion, if it is deleted.
    pub deleted: Option<When>,
}

impl Candidate {
    fn new(of: Lookalike, who: &SignedIn) -> Self {
        let when = |at| When::new(at, &who.settings.time_zone, Timestamp::now());
        Self { path: path(of.id), deleted: of.deleted_at.map(when), of }
    }

    /// Returns what it has in common with the form, as typed there.
    pub fn shared<'a>(&self, form: &'a Form) -> Vec<&'a str> {
        let fields = [("email", self.of.has_email), ("phone", self.of.has_phone)];
        fields.into_iter().filter(|(_, has)| *has).map(|(name, _)| form.text(name).trim()).collect()
    }
}

/// The question, with everybody who may be meant.
pub struct Question {
    asks: Asks,
    pub live: Vec<Candidate>,
    pub deleted: Vec<Candidate>,
}

impl Question {
    /// Makes the question about a form of `who`.
    pub fn new(asks: Asks, found: Lookalikes, who: &SignedIn) -> Self {
        let candidates = |found: Vec<Lookalike>| found.into_iter().map(|one| Candidate::new(one, who)).collect();
        Self { asks, live: candidates(found.live), deleted: candidates(found.deleted) }
    }

    pub fn is_creating(&self) -> bool {
        self.asks == Asks::Creating
    }

    /// Returns whether only deleted customers may be meant, who do not stand in the way.
    pub fn is_harmless(&self) -> bool {
        self.live.is_empty()
    }

    /// Returns everybody, the live ones first.
    pub fn candidates(&self) -> impl Iterator<Item = &Candidate> {
        self.live.iter().chain(&self.deleted)
    }

    pub fn title(&self) -> &'static str {
        match (self.asks, self.live.len(), self.deleted.len()) {
            (_, 0, 1) => "A deleted customer may be this one",
            (_, 0, _) => "Deleted customers may be this one",
            (Asks::Creating, 1, _) => "This customer may be here already",
            (Asks::Creating, ..) => "These customers may be this one",
            (Asks::Editing, 1, _) => "This is another customer’s already",
            (Asks::Editing, ..) => "This is other customers’ already",
        }
    }

    /// Returns the ids of everybody who is shown, for the form to carry: who agrees, agrees to these.
    pub fn ids(&self) -> String {
        self.candidates().map(|one| one.of.id.to_string()).collect::<Vec<_>>().join(" ")
    }

    /// Returns the fields that can be changed instead.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        let has = [
            ("email", self.candidates().any(|one| one.of.has_email)),
            ("phone", self.candidates().any(|one| one.of.has_phone)),
        ];
        has.into_iter().filter(|(_, has)| *has).map(|(name, _)| name)
    }
}
