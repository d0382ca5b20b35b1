//! A page as text that two runs have in common: a tag a line, and plain words for what is new in every run.

/// White space beside one of these is seen.
const INLINE: [&str; 29] = [
    "a", "abbr", "b", "bdi", "br", "button", "code", "del", "em", "i", "img", "input", "ins", "kbd", "label", "output",
    "q", "s", "select", "small", "span", "strong", "sub", "summary", "sup", "svg", "textarea", "time", "var",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Numbers the ids of a run in the order in which they are met.
#[derive(Default)]
pub struct Tidy {
    ids: Vec<String>,
}

impl Tidy {
    /// An answer's text without what is new in every run.
    pub fn tidied(&mut self, text: &str) -> String {
        let mut cursors = Vec::new();
        let text = replaced(text, |before, rest| cursor(before, rest, &mut cursors));
        let text = replaced(&text, |_, rest| self.id(rest));
        let text = replaced(&text, |before, rest| key(before, rest).or_else(|| asset(rest)).or_else(|| avatar(rest)));
        replaced(&text, |before, rest| time(before, rest).or_else(|| age(before, rest)))
    }

    /// What follows the prefix of an id.
    fn id(&mut self, rest: &str) -> Option<(usize, String)> {
        let mark = ["_", "%5F"].into_iter().find(|mark| rest.starts_with(mark))?;
        let id = rest.get(mark.len()..mark.len() + 26)?;
        let is_id = id.starts_with(|c| matches!(c, '0'..='7'))
            && id.chars().all(|c| matches!(c, '0'..='9' | 'a'..='z') && !"ilou".contains(c));
        let is_whole = !rest[mark.len() + 26..].starts_with(|c: char| c.is_ascii_alphanumeric());
        (is_id && is_whole).then(|| (mark.len() + 26, format!("{mark}{}", numbered(&mut self.ids, id))))
    }
}

/// The number of a text among those that were met, from 1.
fn numbered(all: &mut Vec<String>, text: &str) -> usize {
    let at = all.iter().position(|one| one == text).unwrap_or_else(|| {
        all.push(text.to_owned());
        all.len() - 1
    });
    at + 1
}

/// Where `find`, given the character before and what follows, names a length and a text, that text instead.
fn replaced(text: &str, mut find: impl FnMut(char, &str) -> Option<(usize, String)>) -> String {
    let (mut out, mut at, mut before) = (String::with_capacity(text.len()), 0, '\n');
    while let Some(next) = text[at..].chars().next() {
        let length = match find(before, &text[at..]) {
            Some((length, instead)) => {
                out.push_str(&instead);
                length
            }
            None => {
                out.push(next);
                next.len_utf8()
            }
        };
        before = text[..at + length].chars().next_back().unwrap_or('\n');
        at += length;
    }
    out
}

/// The place of a page in a list. That of an activity is an id.
fn cursor(before: char, rest: &str, met: &mut Vec<String>) -> Option<(usize, String)> {
    let name = ["after=", "before="].into_iter().find(|name| rest.starts_with(name))?;
    let value = &rest[name.len()..];
    let length = value.find(|c: char| !c.is_ascii_alphanumeric() && !"-_%".contains(c)).unwrap_or(value.len());
    let is_parameter = "?&;".contains(before) && length > 20 && !value.starts_with("evt");
    is_parameter.then(|| (name.len() + length, format!("{name}cursor{}", numbered(met, &value[..length]))))
}

/// One-time keys and ids of requests, and what makes a world's names its own.
fn key(before: char, rest: &str) -> Option<(usize, String)> {
    if before.is_ascii_alphanumeric() && !rest.starts_with('%') {
        return None;
    }
    // An encoded sign ends in what could be the first digits.
    let sign = if rest.starts_with('%') { rest.get(..3)? } else { "" };
    let run = &rest[sign.len()..];
    let length = run.find(|c: char| !c.is_ascii_hexdigit() && c != '-').unwrap_or(run.len());
    let dashes: Vec<usize> = run[..length].match_indices('-').map(|(at, _)| at).collect();
    let word = match (length, &dashes[..]) {
        (36, [8, 13, 18, 23]) => "UUID",
        (32, []) => "UNIQUE",
        _ => return None,
    };
    Some((sign.len() + length, format!("{sign}{word}")))
}

/// The hash in an asset's path.
fn asset(rest: &str) -> Option<(usize, String)> {
    let hash = rest.strip_prefix('.')?.get(..12)?;
    let is_hash = hash.chars().all(|c| c.is_ascii_hexdigit()) && rest[13..].starts_with('.');
    is_hash.then(|| (13, ".HASH".to_owned()))
}

/// A colour that an id chose.
fn avatar(rest: &str) -> Option<(usize, String)> {
    let colour = rest.strip_prefix("avatar--")?;
    colour.starts_with(|c: char| c.is_ascii_digit()).then(|| ("avatar--0".len(), "avatar--N".to_owned()))
}

/// Days, months, moments and clock times, as machines and as people read them.
fn time(before: char, rest: &str) -> Option<(usize, String)> {
    if before.is_ascii_digit() || !rest.starts_with(|c: char| c.is_ascii_digit() || "JFMASOND".contains(c)) {
        return None;
    }
    let found = |length: usize, word: &str| Some((length, word.to_owned()));
    if let Some(length) = month(before, rest) {
        return found(length, "MONTH");
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 4 && rest.starts_with('2') {
        let length = machine_date(rest)?;
        return found(length, if length > "2026%2D01".len() { "DATE" } else { "YEAR-MONTH" });
    }
    if let Some(length) = pattern(rest, "00/0000") {
        return found(length, "EXPIRY");
    }
    if digits == 2 && before != ':' && rest[2..].starts_with(':') {
        return found(pattern(rest, "00:00:00").or_else(|| pattern(rest, "00:00"))?, "TIME");
    }
    let day = rest.get(digits + 1..).filter(|_| matches!(digits, 1 | 2) && rest[digits..].starts_with(' '))?;
    found(digits + 1 + month(' ', day)?, "DATE")
}

/// The length of "Jan 2026" or "January 2026"; or of a short month that has its line alone.
fn month(before: char, rest: &str) -> Option<usize> {
    let names = MONTHS.iter().copied().chain(MONTHS.iter().map(|name| &name[..3]));
    let followed = |name: &str| Some((name.len(), rest.strip_prefix(name)?.strip_prefix(' ')?));
    let dated =
        names.clone().find_map(|name| followed(name).and_then(|(length, year)| Some((length, pattern(year, "0000")?))));
    if let Some((length, year)) = dated {
        return Some(length + 1 + year);
    }
    let is_alone = |name: &&str| name.len() == 3 && rest.strip_prefix(*name).is_some_and(|rest| rest.starts_with('\n'));
    (before == '\n').then(|| names.into_iter().find(is_alone)).flatten().map(str::len)
}

/// The length of `2026-01`, `2026-01-15` or `2026-01-15T09:00:00Z`, with the dashes encoded or not.
fn machine_date(rest: &str) -> Option<usize> {
    ["-", "%2D"].into_iter().find_map(|dash| {
        let shapes = ["0000-00-00T00:00:00Z", "0000-00-00", "0000-00"];
        shapes.into_iter().find_map(|shape| pattern(rest, &shape.replace('-', dash)))
    })
}

/// The length of a shape, in which a 0 stands for any digit outside of `%2D`, where no digit follows.
fn pattern(rest: &str, shape: &str) -> Option<usize> {
    let text = rest.get(..shape.len())?;
    let fits = text.bytes().zip(shape.bytes()).all(|(c, of)| if of == b'0' { c.is_ascii_digit() } else { c == of });
    (fits && !rest[shape.len()..].starts_with(|c: char| c.is_ascii_digit())).then_some(shape.len())
}

/// How long ago something was.
fn age(before: char, rest: &str) -> Option<(usize, String)> {
    if before.is_ascii_alphanumeric() {
        return None;
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let words: &[&str] = if digits == 0 { &["just now"] } else { &[" min ago", " h ago"] };
    let word = words.iter().find(|word| rest[digits..].starts_with(**word))?;
    Some((digits + word.len(), "AGO".to_owned()))
}

/// A tag or text a line. White space that nobody sees is dropped; where it parts words or small elements an empty line
/// stands for it, so that `diff -B` leaves it out of account.
pub fn lines(html: &str) -> String {
    let (mut out, mut rest) = (String::new(), html);
    let (mut is_apart, mut was_inline, mut is_verbatim) = (false, false, false);
    while !rest.is_empty() {
        let length = token(rest);
        let (piece, after) = rest.split_at(length);
        rest = after;
        let is_tag = is_tag(piece);
        let is_inline = !is_tag || INLINE.contains(&name(piece));
        let line = if is_verbatim && !is_tag { piece.replace('\n', "⏎") } else { squeezed(piece) };
        is_apart |= piece.starts_with(char::is_whitespace);
        if line.is_empty() {
            continue;
        }
        if is_apart && was_inline && is_inline {
            out.push('\n');
        }
        out.push_str(&line);
        out.push('\n');
        is_apart = piece.ends_with(char::is_whitespace);
        was_inline = is_inline;
        is_verbatim = piece.starts_with("<textarea");
    }
    out
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_tag(text: &str) -> bool {
    text.strip_prefix('<').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!".contains(c)))
}

fn name(tag: &str) -> &str {
    tag.trim_start_matches(['<', '/'])
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .next()
        .unwrap_or_default()
}

/// The length of the tag or text that comes first.
fn token(rest: &str) -> usize {
    if !is_tag(rest) {
        return rest.char_indices().skip(1).find(|(at, _)| is_tag(&rest[*at..])).map_or(rest.len(), |(at, _)| at);
    }
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn what_is_new_in_every_run_becomes_a_word() {
    let mut tidy = Tidy::default();
    for (text, tidied) in [
        ("/customers/cust_01h2xcejqtf2nbrexx3vqjhp41/edit", "/customers/cust_1/edit"),
        ("view%5F01h455vb4pex5vsknk084sn02q cust_01h2xcejqtf2nbrexx3vqjhp41", "view%5F2 cust_1"),
        ("?q=a&#38;after=bWFhYWFhYWFhYWFhYWFhYWFhYQ\"", "?q=a&#38;after=cursor1\""),
        ("editor%400123456789abcdef0123456789abcdef.example", "editor%40UNIQUE.example"),
        ("\"0188bac7-4afa-78aa-bc3b-bd1eef28d881\"", "\"UUID\""),
        ("/static/app.0123456789ab.css", "/static/app.HASH.css"),
        ("avatar avatar--3 avatar--org", "avatar avatar--N avatar--org"),
        ("2025-12-02T22:30:00Z 3 Dec 2025, 01:30 EAT", "DATE DATE, TIME EAT"),
        ("created%3A2026%2D01\" March 2026 5 min ago", "created%3AYEAR-MONTH\" MONTH AGO"),
        ("created:2026-01-01..2026-01-31 00:15:30", "created:DATE..DATE TIME"),
        ("Mar\nMarch just now 12/2040 KES 2,000.00", "MONTH\nMarch AGO EXPIRY KES 2,000.00"),
    ] {
        assert_eq!(tidy.tidied(text), tidied);
    }
}

#[test]
fn a_page_is_a_tag_a_line_with_the_spaces_that_are_seen() {
    let html = "<ul>\n <li  class=\"a\n  b\">\n  One <b>two</b> <i>x</i>, <p title='a>b'> c </p></li>\n</ul>";
    let seen =
        ["<ul>", "<li class=\"a b\">", "One", "", "<b>", "two", "</b>", "", "<i>", "x", "</i>", ",", "<p title='a>b'>"];
    assert_eq!(lines(html), format!("{}\nc\n</p>\n</li>\n</ul>\n", seen.join("\n")));
    assert_eq!(lines("<textarea>a\n b</textarea>"), "<textarea>\na⏎ b\n</textarea>\n");
}
