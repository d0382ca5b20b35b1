//! The search key that finds customers by the words of their notes, and what `has:` knows of them.

use crate::{
    ids::AccountId,
    query::{Choice, Keyword, Says, Values},
    search::{Beside, Bind, Check, Key, Thing},
};

/// The key `note:`.
pub static KEYS: [Key; 1] = [Key {
    word: Keyword::new("note", "Note", "A word or phrase in a note", "note:delivery", Values::Words)
        .read_as("Note", Says::Has)
        .offered(16),
    asks: |term, scope| {
        let has = |words| {
            let pattern = Bind::Text(words);
            Check::beside(
                kept(scope.account).and("p.search LIKE (SELECT word_pattern(", pattern, "))").found_by_index(),
            )
        };
        term.texts().into_iter().map(has).collect()
    },
}];

/// The thing `note`.
pub static THINGS: [Thing; 1] = [Thing {
    choice: Choice::new("note", "A note").saying("a note"),
    asks: |scope| Check::beside(kept(scope.account).found_by_index()),
}];

/// Returns the subquery for a customer's notes.
fn kept(account: AccountId) -> Beside {
    Beside::new(account, "notes").when("p.removed_at IS NULL")
}
