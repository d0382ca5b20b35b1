//! Passwords that are guessed first: those that many people use, and those made of the words around a person.

/// The words of the product itself.
const PRODUCT: &str = "clientele";

/// The shortest part of a name or an email that counts as a word.
const SHORTEST_WORD: usize = 3;

/// Passwords that many people use, in lower case, one a line; its README says whose list it is. They are looked up
/// rarely and beside an argon2 hash, so that reading through them costs nothing that shows.
const LIST: &str = include_str!("common_passwords/list.txt");

/// The words around a person, which strangers know too.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Their merchant's name.
    pub merchant: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Their email.
    pub email: &'a str,
}

/// Returns whether many people use this password, in any case.
pub fn is_common(password: &str) -> bool {
    let lowered = password.to_lowercase();
    LIST.lines().any(|common| common == lowered)
}

impl Surroundings<'_> {
    /// Returns whether a password is one of the words, whole or in part, in any case, with or without digits and
    /// punctuation around it.
    pub fn hold(&self, password: &str) -> bool {
        let lowered = password.to_lowercase();
        let (whole, core) = (joined(&lowered), joined(lowered.trim_matches(|c: char| !c.is_alphabetic())));
        self.words().iter().any(|word| *word == whole || *word == core)
    }

    /// Returns each text, and its parts that are long enough, as letters and digits in lower case.
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for text in [PRODUCT, self.merchant, self.name, self.email] {
            let lowered = text.to_lowercase();
            words.push(joined(&lowered));
            words.extend(lowered.split('@').map(joined));
            words.extend(lowered.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
        }
        words.retain(|word| word.chars().count() >= SHORTEST_WORD);
        words
    }
}

fn joined(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_list_is_the_one_its_readme_tells_of() {
        let sum: String = Sha256::digest(LIST).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sum, "f4c5f8cc90741eb1c008405c42ba73af17f5376927b3c8dd0d416833992a759c");
        assert!(LIST.lines().count() > 10_000);
        assert!(LIST.lines().all(|common| common == common.to_lowercase() && common.chars().count() >= 8));
    }

    #[test]
    fn what_many_people_use_is_common_in_any_case() {
        for password in ["password", "12345678", "QwertyUIOP", "iloveyou1", "Football", "passw0rd"] {
            assert!(is_common(password), "{password}");
        }
        for password in ["correct horse battery", "password of nobody", "", "päßwörter"] {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn the_words_around_a_person_are_known_with_what_stands_around_them() {
        let around =
            Surroundings { merchant: "Duka la Jua", name: "Amina Otieno", email: "amina.o@savanna-goods.co.ke" };
        for password in [
            "clientele",
            "Clientele2026!",
            "dukalajua",
            "Duka la Jua",
            "duka-la-jua-1",
            "AminaOtieno",
            "otieno1234",
            "!!Amina!!",
            "amina.o@savanna-goods.co.ke",
            "savanna-goods.co.ke",
            "Savanna2026",
        ] {
            assert!(around.hold(password), "{password}");
        }
        for password in ["amina loves mangoes", "clientelement", "12345678", "la la la la", "!!!!!!!!", ""] {
            assert!(!around.hold(password), "{password}");
        }
    }

    #[test]
    fn names_of_every_script_and_of_digits_are_words_too() {
        let around = Surroundings { merchant: "李明商店", name: "Ünal Öz", email: "0712345678@x.example" };
        for password in ["李明商店2026", "ÜNAL-2026", "0712345678"] {
            assert!(around.hold(password), "{password}");
        }
    }
}
