//! Finds which of a few known words a misspelt one was meant to be.

/// Returns the word that `typed` is short for, begins with, or is misspelt from.
pub fn nearest_of<'w>(typed: &str, words: impl Iterator<Item = &'w str> + Clone) -> Option<&'w str> {
    let typed: String = typed.to_lowercase();
    // What is much longer than every word is none of them, and comparing it would cost more than reading it did.
    if typed.len() > 60 {
        return None;
    }
    let akin = |word: &&str| {
        let word = word.to_lowercase();
        typed.len().min(word.len()) >= 3 && (word.starts_with(&typed) || typed.starts_with(&word))
    };
    if let Some(word) = words.clone().find(akin) {
        return Some(word);
    }
    let distance = |word: &str| strsim::damerau_levenshtein(&typed, &word.to_lowercase());
    let near = words.map(|word| (distance(word), word)).min_by_key(|(distance, _)| *distance);
    near.filter(|(distance, word)| *distance <= if word.len() > 4 { 2 } else { 1 }).map(|(_, word)| word)
}
