//! Changes to the tree, as filter chips make them. The text in the box is then written from the tree.

use super::{Branch, Query, Term};

impl Query {
    /// Returns the search without one term. A branch that has no other term goes with it, unless it is the only one.
    #[must_use]
    pub fn without(&self, branch: usize, term: usize) -> Self {
        let mut query = self.clone();
        if let Some(branch) = query.branches.get_mut(branch).filter(|branch| term < branch.terms.len()) {
            branch.terms.remove(term);
        }
        query.tidied()
    }

    /// Returns the search with this term in every branch, in the place of those of the same key, else behind the
    /// others.
    #[must_use]
    pub fn with(&self, term: Term) -> Self {
        let mut query = self.clone();
        for branch in &mut query.branches {
            let key = term.key();
            let is_same = |other: &Term| key.is_some() && other.key() == key;
            let place = branch.terms.iter().position(is_same).unwrap_or(branch.terms.len());
            branch.terms.retain(|other| !is_same(other));
            branch.terms.insert(place, term.clone());
        }
        query
    }

    /// Returns the search for those of its rows that meet this term too, whatever else it asks of the same key.
    #[must_use]
    pub fn narrowed(mut self, term: Term) -> Self {
        for branch in &mut self.branches {
            branch.terms.push(term.clone());
        }
        self
    }

    /// Returns the search with this term: beside others of a key like `has:`, which can all hold, but in the place of
    /// those of any other key.
    #[must_use]
    pub fn adding(&self, term: Term) -> Self {
        if !term.keyed().is_some_and(|keyed| keyed.key.repeats && keyed.own.is_none()) {
            return self.with(term);
        }
        let mut query = self.clone();
        for branch in query.branches.iter_mut().filter(|branch| !branch.terms.contains(&term)) {
            branch.terms.push(term.clone());
        }
        query
    }

    /// Returns the search with these terms in the place of one. Without any, that one is removed.
    #[must_use]
    pub fn replaced(&self, branch: usize, term: usize, terms: Vec<Term>) -> Self {
        let mut query = self.clone();
        if let Some(branch) = query.branches.get_mut(branch).filter(|branch| term < branch.terms.len()) {
            branch.terms.splice(term..=term, terms);
        }
        query.tidied()
    }

    /// Returns the search without the terms that have a key.
    #[must_use]
    pub fn without_keys(&self) -> Self {
        let mut query = self.clone();
        for branch in &mut query.branches {
            branch.terms.retain(|term| term.key().is_none());
        }
        query.tidied()
    }

    /// Returns every term of this key, with its branch and place for [`Query::without`].
    pub fn terms_of<'q>(&'q self, key: &'q str) -> impl Iterator<Item = (usize, usize, &'q Term)> {
        let places =
            |(b, branch): (usize, &'q Branch)| branch.terms.iter().enumerate().map(move |(t, term)| (b, t, term));
        self.branches.iter().enumerate().flat_map(places).filter(move |(_, _, term)| term.key().as_deref() == Some(key))
    }

    /// Removes empty branches. A branch that asks for nothing would ask for everybody, which nobody meant who took its
    /// last term away.
    fn tidied(mut self) -> Self {
        self.branches.retain(|branch| !branch.terms.is_empty());
        if self.branches.is_empty() { Self::default() } else { self }
    }
}
