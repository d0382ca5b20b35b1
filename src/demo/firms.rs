//! The firms: organisations that buy, or the places where people work.

use super::{
    dice::Dice,
    world::{Country, Word},
};

/// A firm's name, and the domain of its email addresses.
#[derive(Clone, Debug)]
pub struct Firm {
    /// The registered name.
    pub name: String,
    /// The domain under `.example`, which no one can own.
    pub domain: String,
}

/// The patterns of firm names in most countries.
const PATTERNS: [&str; 5] = ["{F} {T} {E}", "{W} {T} {E}", "{F} & Sons {E}", "{W} {T}", "{C} {T} {E}"];

/// The words of firm names.
const WORDS: [&str; 44] = [
    "Acacia",
    "Amber",
    "Aurora",
    "Bahari",
    "Baobab",
    "Baraka",
    "Bluegum",
    "Cedar",
    "Coral",
    "Dawa",
    "Duma",
    "Equator",
    "Faida",
    "Fig Tree",
    "Gecko",
    "Harvest",
    "Ibis",
    "Imara",
    "Jabali",
    "Jacaranda",
    "Jua",
    "Kifaru",
    "Kijani",
    "Lulu",
    "Malaika",
    "Marula",
    "Mwanga",
    "Nyota",
    "Nuru",
    "Pamoja",
    "Pembe",
    "Rafiki",
    "Ridge",
    "Safina",
    "Simba",
    "Sokoni",
    "Sunbird",
    "Tembo",
    "Tumaini",
    "Twiga",
    "Umoja",
    "Upepo",
    "Weaver",
    "Zawadi",
];

/// Returns a firm of a family in a country.
pub fn firm(dice: &mut Dice, country: &Country, family: &Word) -> Firm {
    let pattern = match country.companies.as_slice() {
        [] => *dice.pick(&PATTERNS),
        own => dice.pick(own).as_str(),
    };
    let mut firm = Naming { country, family, name: pattern.to_owned(), slugs: Vec::new() };
    for place in ["{C}", "{W}", "{F}", "{T}"] {
        firm.put(dice, place);
    }
    let ending = dice.pick(&country.endings);
    let name = firm.name.replace("{E}", ending).trim().to_owned();
    let name = if name.starts_with(char::is_lowercase) { capital(&name) } else { name };
    Firm { name, domain: format!("{}.example", firm.slugs.join("-")) }
}

/// A firm's name while its pattern is filled.
struct Naming<'a> {
    country: &'a Country,
    family: &'a Word,
    name: String,
    slugs: Vec<String>,
}

impl Naming<'_> {
    /// Fills the places of one kind, each with another word.
    fn put(&mut self, dice: &mut Dice, place: &str) {
        while self.name.contains(place) {
            let (native, slug) = self.word(dice, place);
            self.name = self.name.replacen(place, &native, 1);
            self.slugs.extend(Some(slug).filter(|slug| !slug.is_empty()));
        }
    }

    fn word(&self, dice: &mut Dice, place: &str) -> (String, String) {
        let latin = |text: &str| super::world::word(text).latin;
        match place {
            "{C}" => {
                let city = &dice.pick(&self.country.cities).name;
                (city.clone(), latin(city))
            }
            "{W}" => {
                let word = *dice.pick(&WORDS);
                (word.to_owned(), latin(word))
            }
            "{F}" => (self.family.native.clone(), self.family.latin.clone()),
            _ => {
                let trade = dice.pick(&self.country.trades);
                (trade.native.clone(), trade.latin.clone())
            }
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
