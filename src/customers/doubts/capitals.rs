//! Names in capitals, as forms of old systems have them.

/// The fewest capitals of a name in them; initials and short names are written so.
const FEWEST: usize = 4;

/// Returns whether a name has capitals only.
pub fn is_in_capitals(name: &str) -> bool {
    let has_word = name.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() > 2);
    has_word && !name.chars().any(char::is_lowercase) && name.chars().filter(|c| c.is_uppercase()).count() >= FEWEST
}

/// Returns a name in capitals as people write it, each part with one: "Jean-Luc O’Neil" for "JEAN-LUC O’NEIL". Where
/// that is wrong, as for "van" or "McKay", a person knows better.
pub fn lowered(name: &str) -> String {
    let mut begins = true;
    let mut lowered = String::with_capacity(name.len());
    for c in name.chars() {
        if begins {
            lowered.push(c);
        } else {
            lowered.extend(c.to_lowercase());
        }
        begins = !c.is_alphanumeric();
    }
    lowered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_capitals_is_told_from_initials_and_scripts_without_case() {
        for name in ["JANE OTIENO", "ÉLODIE", "O’NEIL J.", "ИВАН ПЕТРОВ", "A. B. SMITH 3"] {
            assert!(is_in_capitals(name), "{name}");
        }
        for name in ["Jane OTIENO", "JON", "LI WU", "J. R. R. T.", "山田太郎", "محمد", "", "1234"] {
            assert!(!is_in_capitals(name), "{name}");
        }
    }

    #[test]
    fn each_part_of_a_name_keeps_one_capital() {
        for (name, lowered_name) in [
            ("JANE OTIENO", "Jane Otieno"),
            ("JEAN-LUC O’NEIL", "Jean-Luc O’Neil"),
            ("ÉLODIE Ç. ÅBERG", "Élodie Ç. Åberg"),
        ] {
            assert_eq!(lowered(name), lowered_name);
        }
    }
}
