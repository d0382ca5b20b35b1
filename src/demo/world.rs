//! The world of the demo customers: its cultures (the names of people) and countries (phones, addresses, firms), read
//! from the two text files beside this one.

use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A word as it is written, and its form in an email address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// The word in its own script.
    pub native: String,
    /// The form of lower-case ASCII letters only.
    pub latin: String,
}

/// The names of a people.
#[derive(Default)]
pub struct Culture {
    /// The name that finds the culture.
    pub name: String,
    /// The country where most of them live, as an index in [`World::countries`].
    pub country: usize,
    /// The number of people, relative to the other cultures.
    pub share: u32,
    /// The languages as ISO 639-1 codes, equally likely.
    pub languages: Vec<String>,
    /// The patterns of whole names: G given, M middle, F family.
    pub shapes: Vec<String>,
    /// True when names are written without spaces.
    pub is_close: bool,
    pub given: Vec<Word>,
    /// The second given names or fathers' names.
    pub middle: Vec<Word>,
    pub family: Vec<Word>,
}

/// The pattern of a phone number, for [`super::dice::Dice::fill`].
#[derive(Debug)]
pub struct PhonePattern {
    /// The digits dialled before it inside the country only.
    pub trunk: String,
    /// The digits after that, which also follow the calling code from abroad.
    pub number: String,
}

/// A town, with a pattern for its postal codes.
#[derive(Debug)]
pub struct City {
    pub name: String,
    /// The state, county or province; can be empty.
    pub region: String,
    /// The pattern of postal codes; can be empty.
    pub postal_code: String,
}

/// A country, with the patterns of its phones, addresses and firms.
#[derive(Debug, Default)]
pub struct Country {
    /// The code, by ISO 3166 alpha-2.
    pub code: String,
    /// The calling code, without the plus sign.
    pub calling_code: String,
    /// The currency, an ISO 4217 code.
    pub currency: String,
    /// The patterns of phone numbers, equally likely.
    pub phones: Vec<PhonePattern>,
    /// The patterns of the first line of an address, with `{n}` and `{s}`.
    pub lines: Vec<String>,
    /// The patterns of the second line of an address, if the country uses one.
    pub units: Vec<String>,
    pub streets: Vec<String>,
    pub cities: Vec<City>,
    /// The patterns of whole firm names.
    pub companies: Vec<String>,
    /// The trades of firms.
    pub trades: Vec<Word>,
    /// The legal endings of firm names; one can be empty.
    pub endings: Vec<String>,
}

/// All cultures and countries.
pub struct World {
    /// The cultures, in the order of their file.
    pub cultures: Vec<Culture>,
    /// The countries, in the order of their file.
    pub countries: Vec<Country>,
    /// The sum of the cultures' shares.
    pub shares: u32,
}

/// Returns the world, read at first use.
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

    /// Returns the culture with that name.
    pub fn culture(&self, name: &str) -> Option<&Culture> {
        self.cultures.iter().find(|culture| culture.name == name)
    }

    /// Returns the culture of one among all people, counted from 0 to below [`World::shares`].
    pub fn culture_of(&self, mut one: u32) -> &Culture {
        let is_theirs = |culture: &&Culture| {
            let found = one < culture.share;
            one = one.saturating_sub(culture.share);
            found
        };
        self.cultures.iter().find(is_theirs).unwrap_or(&self.cultures[0])
    }

    /// Returns the country of a culture.
    pub fn country_of(&self, culture: &Culture) -> &Country {
        &self.countries[culture.country]
    }
}

/// Returns the lines with content, as their first word and the rest.
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

/// Reads a word with its Latin form after a slash, or makes that form.
pub fn word(text: &str) -> Word {
    let (native, latin) = text.split_once('/').unwrap_or((text, text));
    Word { native: spaced(native), latin: letters(latin) }
}

/// Returns the ASCII letters of Latin text, in lower case, without accents.
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
