//! The search key that finds customers by the words of their notes, and what `has:` knows of them.

use std::sync::LazyLock;

use crate::{
    ids::AccountId,
    query::{Choice, Keyword, Says, Values},
    search::{Beside, Bind, Check, Key, Thing, unhidden},
};

/// The condition that words stand in what of a note's text a curtain does not hide.
static SHOWN: LazyLock<String> =
    LazyLock::new(|| format!("{} LIKE (SELECT word_pattern(", unhidden("regexp_replace(p.text, '\\s+', ' ', 'g')")));

/// The key `note:`.
pub static KEYS: [Key; 1] = [Key {
    word: Keyword::new("note", "Note", "A word or phrase in a note", "note:delivery", Values::Words)
        .read_as("Note", Says::Has)
        .offered(16),
    asks: |term, scope| {
        let has = |words: String| {
            let pattern = || Bind::Text(words.clone());
            let mut has = kept(scope.account).and("p.search LIKE (SELECT word_pattern(", pattern(), "))");
            if scope.curtain.is_drawn() {
                has = has.and(SHOWN.as_str(), pattern(), "))");
            }
            Check::beside(has.found_by_index())
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
