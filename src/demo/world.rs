//! The world that demo customers come from: its cultures (what people are called) and countries (phones, addresses,
//! firms), read from the two text files beside this one.

use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A word as it is written, and what an email address makes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// In its own script.
    pub native: String,
    /// Lower-case ASCII letters only.
    pub latin: String,
}

/// How a people names its people.
#[derive(Default)]
pub struct Culture {
    /// To ask for it.
    pub name: String,
    /// Where most of them live, as a place in [`World::countries`].
    pub country: usize,
    /// How many of them there are, relative to the others.
    pub share: u32,
    /// ISO 639-1 codes, equally likely.
    pub languages: Vec<String>,
    /// Whole names: G given, M middle, F family.
    pub shapes: Vec<String>,
    /// Whether names are written without spaces.
    pub is_close: bool,
    /// Given names.
    pub given: Vec<Word>,
    /// Second given names, fathers' names.
    pub middle: Vec<Word>,
    /// Family names.
    pub family: Vec<Word>,
}

/// A phone number's pattern, for [`super::dice::Dice::fill`].
#[derive(Debug)]
pub struct PhonePattern {
    /// Dialled before it inside the country only.
    pub trunk: String,
    /// All that follows, and what follows the calling code from abroad.
    pub number: String,
}

/// A town, with a pattern for its postal codes.
#[derive(Debug)]
pub struct City {
    pub name: String,
    /// State, county or province; can be empty.
    pub region: String,
    /// Can be empty.
    pub postal_code: String,
}

/// Where people live.
#[derive(Debug, Default)]
pub struct Country {
    /// ISO 3166 alpha-2.
    pub code: String,
    /// Without the plus sign.
    pub calling_code: String,
    /// ISO 4217.
    pub currency: String,
    /// Equally likely.
    pub phones: Vec<PhonePattern>,
    /// First lines of an address, patterns with `{n}` and `{s}`.
    pub lines: Vec<String>,
    /// Second lines of an address, if they have any.
    pub units: Vec<String>,
    /// Streets.
    pub streets: Vec<String>,
    /// Towns.
    pub cities: Vec<City>,
    /// Whole names of firms, patterns.
    pub companies: Vec<String>,
    /// What firms do.
    pub trades: Vec<Word>,
    /// What the law has firms end in; one can be empty.
    pub endings: Vec<String>,
}

/// All of it.
pub struct World {
    /// In the order of their file.
    pub cultures: Vec<Culture>,
    /// In the order of their file.
    pub countries: Vec<Country>,
    /// The sum of the cultures' shares.
    pub shares: u32,
}

/// The world, read at first use.
pub fn world() -> &'static World {
    static WORLD: LazyLock<World> =
        LazyLock::new(|| World::read(include_str!("cultures.txt"), include_str!("countries.txt")));
    &WORLD
}

impl World {
    fn read(cultures: &str, countries: &str) -> Self {
        let countries = read_countries(countries);
        let cultures = read_cultures(cultures, &countries);
        let shares = cultures.iter().map(|culture| culture.share).sum();
        Self { cultures, countries, shares }
    }

    /// The culture of a name.
    pub fn culture(&self, name: &str) -> Option<&Culture> {
        self.cultures.iter().find(|culture| culture.name == name)
    }

    /// The culture of one among all people, counted from 0 to below [`World::shares`].
    pub fn culture_of(&self, mut one: u32) -> &Culture {
        let is_theirs = |culture: &&Culture| {
            let found = one < culture.share;
            one = one.saturating_sub(culture.share);
            found
        };
        self.cultures.iter().find(is_theirs).unwrap_or(&self.cultures[0])
    }

    /// Where a culture lives.
    pub fn country_of(&self, culture: &Culture) -> &Country {
        &self.countries[culture.country]
    }
}

/// Lines that say something, as their first word and the rest.
fn statements(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

fn read_countries(text: &str) -> Vec<Country> {
    let mut countries: Vec<Country> = Vec::new();
    for (what, rest) in statements(text) {
        if what == "country" {
            countries.extend(country(rest));
        }
        let Some(country) = countries.last_mut() else { continue };
        match what {
            "phone" => country.phones = rest.split(',').filter_map(phone).collect(),
            "line" => country.lines = texts(rest),
            "unit" => country.units = texts(rest),
            "street" => country.streets = texts(rest),
            "city" => country.cities = rest.split(' ').filter_map(city).collect(),
            "company" => country.companies = texts(rest),
            "trade" => country.trades = words(rest),
            "ending" => country.endings = texts(rest),
            _ => {}
        }
    }
    countries
}

fn read_cultures(text: &str, countries: &[Country]) -> Vec<Culture> {
    let mut cultures: Vec<Culture> = Vec::new();
    for (what, rest) in statements(text) {
        if what == "culture" {
            cultures.extend(culture(rest, countries));
        }
        let Some(culture) = cultures.last_mut() else { continue };
        match what {
            "shape" => {
                culture.is_close = rest.ends_with(" close");
                culture.shapes = texts(rest.trim_end_matches(" close"));
            }
            "given" => culture.given = words(rest),
            "middle" => culture.middle = words(rest),
            "family" => culture.family = words(rest),
            _ => {}
        }
    }
    cultures
}

fn culture(line: &str, countries: &[Country]) -> Option<Culture> {
    let mut parts = line.split(' ');
    let (name, code) = (parts.next()?, parts.next()?);
    let share = parts.next()?.parse().ok()?;
    let languages = parts.next()?.split(',').map(str::to_owned).collect();
    let country = countries.iter().position(|country| country.code == code)?;
    Some(Culture { name: name.to_owned(), country, share, languages, ..Culture::default() })
}

fn country(line: &str) -> Option<Country> {
    let mut parts = line.split(' ').map(str::to_owned);
    let (code, calling_code, currency) = (parts.next()?, parts.next()?, parts.next()?);
    let calling_code = calling_code.trim_start_matches('+').to_owned();
    Some(Country { code, calling_code, currency, ..Country::default() })
}

fn phone(pattern: &str) -> Option<PhonePattern> {
    let (trunk, number) = pattern.trim().split_once('|')?;
    Some(PhonePattern { trunk: trunk.to_owned(), number: number.to_owned() })
}

fn city(text: &str) -> Option<City> {
    let mut parts = text.split(':').map(spaced);
    Some(City { name: parts.next()?, region: parts.next()?, postal_code: parts.next()? })
}

fn texts(line: &str) -> Vec<String> {
    line.split(' ').map(|text| if text == "-" { String::new() } else { spaced(text) }).collect()
}

fn spaced(text: &str) -> String {
    text.replace('_', " ")
}

fn words(line: &str) -> Vec<Word> {
    line.split(' ').map(word).collect()
}

/// A word with its Latin form after a slash, or that can make its own.
pub fn word(text: &str) -> Word {
    let (native, latin) = text.split_once('/').unwrap_or((text, text));
    Word { native: spaced(native), latin: letters(latin) }
}

/// The ASCII letters of Latin text, small, without accents.
fn letters(text: &str) -> String {
    let mut letters = String::new();
    for c in text.nfd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)) {
        match c {
            'a'..='z' => letters.push(c),
            'ø' => letters.push('o'),
            'ł' => letters.push('l'),
            'đ' | 'ð' => letters.push('d'),
            'ı' => letters.push('i'),
            'ß' => letters.push_str("ss"),
            'æ' => letters.push_str("ae"),
            'œ' => letters.push_str("oe"),
            'þ' => letters.push_str("th"),
            _ => {}
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{CountryCode, Language};

    #[test]
    fn every_culture_can_name_somebody() {
        assert!(world().cultures.len() > 60);
        for culture in &world().cultures {
            let needs_family = culture.shapes.iter().any(|shape| shape != "G");
            assert!(!culture.given.is_empty() && (!needs_family || !culture.family.is_empty()), "{}", culture.name);
            assert!(culture.shapes.iter().all(|shape| shape.contains('G')), "{}", culture.name);
            let has_middle = culture.shapes.iter().any(|shape| shape.contains('M'));
            assert_eq!(has_middle, !culture.middle.is_empty(), "{}", culture.name);
            assert!(culture.languages.iter().all(|code| Language::parse(code).is_ok()), "{}", culture.name);
            for word in [&culture.given, &culture.middle, &culture.family].into_iter().flatten() {
                assert!(!word.latin.is_empty() && !word.native.contains('/'), "{word:?}");
            }
        }
    }

    #[test]
    fn every_country_has_all_it_needs() {
        for country in &world().countries {
            let Country { code, calling_code, phones, lines, streets, cities, trades, endings, .. } = country;
            assert!(CountryCode::parse(code).is_ok() && !calling_code.is_empty());
            assert!(!phones.is_empty() && !cities.is_empty() && !trades.is_empty() && !endings.is_empty(), "{code}");
            assert!(
                !lines.is_empty() && (lines.iter().all(|line| !line.contains("{s}")) || !streets.is_empty()),
                "{code}"
            );
            assert!(trades.iter().all(|trade| !trade.latin.is_empty()), "{code}");
        }
    }

    #[test]
    fn everybody_has_a_culture_in_its_share() {
        let of = |name: &str| (0..world().shares).filter(|one| world().culture_of(*one).name == name).count();
        assert_eq!(of("kikuyu"), 120);
        assert_eq!(of("australian"), 8);
        assert!(world().culture("japanese").is_some() && world().culture("martian").is_none());
    }

    #[test]
    fn words_become_letters_for_an_address() {
        assert_eq!(word("van_den_Berg"), Word { native: "van den Berg".into(), latin: "vandenberg".into() });
        assert_eq!(word("Łukasz").latin, "lukasz");
        assert_eq!(word("Bjørn").latin, "bjorn");
        assert_eq!(word("Groß").latin, "gross");
        assert_eq!(word("Nguyễn").latin, "nguyen");
        assert_eq!(word("İpek").latin, "ipek");
        assert_eq!(word("O'Brien").latin, "obrien");
        assert_eq!(word("李/Li"), Word { native: "李".into(), latin: "li".into() });
    }
}
