//! The people: name, firm and email of each demo customer. All are invented, and their email addresses are at domains
//! that are kept for examples (RFC 2606).

use super::{
    Demo, calendar,
    dice::{Dice, Purpose},
    firms::{self, Firm},
    world::{Country, Culture, Word, world},
};

/// A person, or an organisation with its contact person.
#[derive(Clone)]
pub struct Who {
    /// The culture of the name.
    pub culture: &'static Culture,
    /// The country of residence.
    pub country: &'static Country,
    /// True for an organisation.
    pub is_organization: bool,
    pub name: String,
    /// The first name, when it was given separately.
    pub first_name: Option<String>,
    /// The last name, when it was given separately.
    pub last_name: Option<String>,
    /// The place of work, if given, or the organisation itself.
    pub firm: Option<Firm>,
    /// The email address; tests check that it is valid.
    pub email: Option<String>,
    /// The language, an ISO 639-1 code.
    pub language: Option<String>,
    given: &'static Word,
    family: &'static Word,
}

/// The cultures of the newest customers, newest first, so that the first page shows the variety.
const SHOWN: [&str; calendar::NEWEST as usize] = [
    "kikuyu",
    "japanese",
    "luo",
    "egyptian",
    "dutch",
    "swahili",
    "hindi",
    "yoruba",
    "greek_women",
    "chinese",
    "kamba",
    "irish",
    "brazilian",
    "hebrew",
    "kalenjin",
    "polish",
    "korean",
    "american",
    "amharic",
    "luhya",
    "ukrainian",
    "german",
    "vietnamese",
    "ugandan",
    "french",
];

/// The longest name, in characters.
const LONGEST: usize = 200;

/// The domains that no mail can reach, the likelier ones repeated.
const DOMAINS: [&str; 13] = [
    "example.com",
    "example.com",
    "example.com",
    "example.com",
    "example.org",
    "example.org",
    "example.net",
    "mail.example",
    "mail.example",
    "mail.example",
    "post.example",
    "inbox.example",
    "home.example",
];

/// The first and second halves of invented handles.
const HANDLES: [&[&str]; 2] = [
    &["quiet", "blue", "mighty", "tiny", "lucky", "sunny", "happy", "swift", "wild", "golden", "jolly", "cosmic"],
    &["twiga", "heron", "mango", "comet", "duma", "river", "pepper", "violin", "tembo", "cactus", "lemon", "otter"],
];

/// The mailboxes of organisations.
const MAILBOXES: [&str; 7] = ["info", "accounts", "office", "orders", "hello", "procurement", "finance"];

/// Returns the person or organisation of a customer. A few share the mailbox of an earlier customer of their family or
/// firm; a few came twice.
pub fn who(demo: &Demo, number: u32) -> Who {
    let mut dice = Dice::new(demo.seed, number, Purpose::Company);
    let is_shown = number.saturating_add(calendar::NEWEST) >= demo.customers;
    let before = number.checked_sub(dice.below(40) + 1).filter(|_| !is_shown);
    match (before, dice.below(1000)) {
        (Some(before), 0..6) => together(&mut dice, alone(demo, before)),
        (Some(before), 6..10) => alone(demo, before),
        _ => alone(demo, number),
    }
}

/// Returns the person or organisation as if there were no other customers.
fn alone(demo: &Demo, number: u32) -> Who {
    let mut dice = Dice::new(demo.seed, number, Purpose::Who);
    let place = demo.customers.saturating_sub(number + 1) as usize;
    let shown = SHOWN.get(place).and_then(|name| world().culture(name));
    let culture = shown.unwrap_or(world().culture_of(dice.below(world().shares)));
    let mut who = person(&mut dice, culture, None, shown.is_some());
    let other_family = dice.pick(&culture.family);
    let (is_organization, works) = (dice.chance(120), dice.chance(150));
    if is_organization || works {
        who.firm = Some(firms::firm(&mut dice, who.country, other_family));
    }
    if is_organization {
        incorporate(&mut who, &mut dice);
    }
    let has_email = dice.chance(960) || shown.is_some();
    who.email = Some(email(&mut dice, &who)).filter(|_| has_email);
    who
}

/// Returns a customer who shares the mailbox of `other`: a colleague in an organisation, a relative of a person.
fn together(dice: &mut Dice, other: Who) -> Who {
    let family = (!other.is_organization).then_some(other.family);
    let who = person(dice, other.culture, family, true);
    Who { firm: other.firm, email: other.email, ..who }
}

fn person(dice: &mut Dice, culture: &'static Culture, family: Option<&'static Word>, is_plain: bool) -> Who {
    let (given, some_family) = (dice.pick(&culture.given), dice.pick(&culture.family));
    let family = family.unwrap_or(some_family);
    let mut who = Who {
        culture,
        country: world().country_of(culture),
        is_organization: false,
        name: String::new(),
        first_name: None,
        last_name: None,
        firm: None,
        email: None,
        language: dice.chance(850).then(|| dice.pick(&culture.languages).clone()),
        given,
        family,
    };
    match dice.below(10_000) {
        0..3 if !is_plain => who.name = long_name(dice, culture),
        3..100 if !is_plain => who.name = given.native.clone(),
        form => who.name_by_shape(dice, form < 300),
    }
    who
}

impl Who {
    /// Sets the whole name, and often its parts.
    fn name_by_shape(&mut self, dice: &mut Dice, is_double: bool) {
        let shape = dice.pick(&self.culture.shapes);
        let (mut parts, mut families) = (Vec::new(), Vec::new());
        for part in shape.chars() {
            let text = match part {
                'G' => self.given.native.clone(),
                'M' => dice.pick(&self.culture.middle).native.clone(),
                _ if !families.is_empty() => dice.pick(&self.culture.family).native.clone(),
                _ if is_double => format!("{}-{}", self.family.native, dice.pick(&self.culture.family).native),
                _ => self.family.native.clone(),
            };
            families.extend((part == 'F').then(|| text.clone()));
            parts.push(text);
        }
        self.name = parts.join(if self.culture.is_close { "" } else { " " });
        if dice.chance(700) && !families.is_empty() {
            self.first_name = Some(self.given.native.clone());
            self.last_name = Some(families.join(" "));
        }
    }

    /// Returns another family name of the same culture.
    pub fn other_family(&self, dice: &mut Dice) -> &'static Word {
        dice.pick(&self.culture.family)
    }
}

/// Returns a name of the greatest length that forms get: many given names and family names.
fn long_name(dice: &mut Dice, culture: &Culture) -> String {
    let mut name = dice.pick(&culture.given).native.clone();
    loop {
        let words = if dice.chance(400) { &culture.given } else { &culture.family };
        let next = dice.pick(words);
        if name.chars().count() + 1 + next.native.chars().count() > LONGEST {
            return name;
        }
        name = format!("{name} {}", next.native);
    }
}

/// Makes a person the contact of their firm.
fn incorporate(who: &mut Who, dice: &mut Dice) {
    who.is_organization = true;
    if let Some(firm) = &who.firm {
        who.name.clone_from(&firm.name);
    }
    if !dice.chance(400) {
        (who.first_name, who.last_name) = (None, None);
    }
}

/// Returns an email address, at the firm's domain if there is a firm and the person uses it.
pub fn email(dice: &mut Dice, who: &Who) -> String {
    let at_work = who.firm.as_ref().filter(|_| who.is_organization || dice.chance(600));
    let domain = at_work.map_or(*dice.pick(&DOMAINS), |firm| firm.domain.as_str());
    let local = if who.is_organization { (*dice.pick(&MAILBOXES)).to_owned() } else { mailbox(dice, who) };
    let address = format!("{local}@{domain}");
    if dice.chance(20) { capitals(&address) } else { address }
}

fn mailbox(dice: &mut Dice, who: &Who) -> String {
    let (given, family) = (who.given.latin.as_str(), who.family.latin.as_str());
    let initial = given.get(..1).unwrap_or(given);
    match dice.below(12) {
        0..3 => format!("{given}.{family}"),
        3 => format!("{given}_{family}"),
        4 => format!("{family}.{given}"),
        5 => format!("{initial}{family}"),
        6 | 7 => dice.fill(&format!("{given}.{family}%#")),
        8 => dice.fill(&format!("{given}{family}%###")),
        9 => dice.fill(&format!("{initial}.{family}%##")),
        10 => format!("{}{}{}", dice.pick(HANDLES[0]), dice.pick(HANDLES[1]), dice.below(90) + 10),
        _ => format!("{given}+shop{}", dice.below(1000)),
    }
}

/// Capitalises each part between dots, as the keyboard of a phone does.
fn capitals(address: &str) -> String {
    let capital = |part: &str| part.get(..1).map(|first| first.to_uppercase() + &part[1..]).unwrap_or_default();
    address.split('.').map(capital).collect::<Vec<_>>().join(".")
}
