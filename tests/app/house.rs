//! The direction of the house: rooms import downwards only, in Rust paths, in templates and in table names within SQL.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// From the top down. A room may use those on lines below its own; rooms on one line do not know each other. A room that
/// stands behind `>` is below those before it.
const ORDER: &[&str] = &[
    "main > commands > serve > work > app > test_clock_page > audit > front > jobs_page",
    "demo",
    "customer_page > undo erasing personal_file quality > customer_list > palette > views wallet_page invoice_page revenue_page",
    "deletion activity settings team test_clock webhooks > profile",
    "customer_parts",
    "subscriptions schedules > invoices",
    "payments > payment_methods custom_fields prices notes",
    "lists",
    "search sandbox search_box second_factor sign_in_policy reveal",
    "customers > history > api > api_keys security",
    "staff > shell > form attention > who > gateway defences idempotency links outgoing",
    "health > db > logging",
    "jobs > merchants > events > html > input config routes assets chart sealing",
    "query > error > values paging > reason > codes > ids schema clock",
];

/// The room that owns a table; nobody above is named by those below.
const TABLES: &[(&str, &str)] = &[
    ("customers", "customers"),
    ("addresses", "customers"),
    ("words", "customers"),
    ("seen_values", "customers"),
    ("customer_counts", "customers"),
    ("customer_hours", "customers"),
    ("custom_values", "customers"),
    ("doubts", "customers"),
    ("erasure_holds", "erasing"),
    ("payments", "payments"),
    ("refunds", "payments"),
    ("payment_figures", "payments"),
    ("payment_totals", "payments"),
    ("payment_hours", "payments"),
    ("payment_methods", "payment_methods"),
    ("custom_fields", "custom_fields"),
    ("prices", "prices"),
    ("used_tokens", "payment_methods"),
    ("notes", "notes"),
    ("sandbox_tokens", "gateway"),
    ("sandbox_orders", "gateway"),
    ("views", "views"),
    ("view_defaults", "views"),
    ("api_keys", "api_keys"),
    ("api_key_secrets", "api_keys"),
    ("api_requests", "api"),
    ("staff", "staff"),
    ("sessions", "staff"),
    ("invitations", "team"),
    ("staff_notices", "staff"),
    ("passkeys", "second_factor"),
    ("totp_secrets", "second_factor"),
    ("recovery_codes", "second_factor"),
    ("events", "events"),
    ("webhook_endpoints", "events"),
    ("webhook_deliveries", "events"),
    ("webhook_messages", "events"),
    ("webhook_tries", "events"),
    ("jobs", "jobs"),
    ("invoices", "invoices"),
    ("invoice_lines", "invoices"),
    ("invoice_series", "invoices"),
    ("subscriptions", "subscriptions"),
    ("payment_schedules", "schedules"),
    ("schedule_parts", "schedules"),
    ("subscription_days", "subscriptions"),
    ("subscription_figures", "subscriptions"),
    ("merchants", "merchants"),
    ("accounts", "merchants"),
    ("idempotency_keys", "idempotency"),
    ("demo_load", "demo"),
    ("demo_load_steps", "demo"),
];

/// Templates that belong to another room than their folder says.
const TEMPLATES: &[(&str, &str)] = &[("", "html"), ("ui", "html"), ("query", "html")];

/// The only places that go by the machine's time. Everything else happens in an account, and goes by the account's.
const MACHINE_TIME: &[(&str, &str)] = &[
    ("api/call.rs", "keys are of the world outside"),
    ("api/replay.rs", "answers that are kept to be given again"),
    ("api_keys/model.rs", "keys are of the world outside"),
    ("api_keys/pages.rs", "keys are of the world outside"),
    ("audit/search.rs", "whether a key works"),
    ("clock.rs", "the machine's clock itself"),
    ("commands", "a person at the machine"),
    ("gateway/tokens.rs", "the age of what is cleared away"),
    ("idempotency.rs", "one-time keys"),
    ("jobs/model.rs", "the queue"),
    ("merchants/mod.rs", "a merchant is made"),
    ("payment_methods/wallet.rs", "tokens that were used, to be cleared away"),
    ("profile", "sessions"),
    ("second_factor", "codes and challenges"),
    ("security/keeping.rs", "the age of what is cleared away"),
    ("settings/pages.rs", "sessions that a change would end"),
    ("sign_in_policy/model.rs", "sessions that a change would end"),
    ("staff", "sessions, sign-in and throttle"),
    ("team", "invitations, and people who are in no account"),
    ("who.rs", "notices of a person"),
];

/// What opens connections, or looks names up. Only `outgoing` does: an address that somebody gave may lead inside.
const WAYS_OUT: &[&str] = &[
    "awc",
    "hyper",
    "isahc",
    "lookup_host",
    "reqwest",
    "rustls",
    "surf",
    "TcpSocket",
    "TcpStream",
    "ToSocketAddrs",
    "UdpSocket",
    "ureq",
];

/// Where one of them is named for another reason.
const NO_WAY_OUT: &[(&str, &str, &str)] = &[("serve.rs", "TcpStream", "the connection of who came")];

type Uses = BTreeMap<(String, String), BTreeSet<String>>;

fn ranks() -> BTreeMap<&'static str, usize> {
    let lines = ORDER.iter().flat_map(|line| line.split(" > "));
    lines.enumerate().flat_map(|(rank, rooms)| rooms.split(' ').map(move |room| (room, rank))).collect()
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry, endings));
        } else if endings.iter().any(|ending| entry.extension().is_some_and(|found| found == *ending)) {
            found.push(entry);
        }
    }
    found.sort();
    found
}

/// `customers` for `src/customers/record.rs`, `clock` for `src/clock.rs`.
fn room_of(file: &Path) -> String {
    let inside = file.components().nth(1).unwrap().as_os_str().to_str().unwrap();
    inside.trim_end_matches(".rs").to_owned()
}

/// The text without its comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The first words of all paths that begin at `crate::`, through brackets.
fn imported(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, start) in text.match_indices("crate::") {
        let rest = &text[at + start.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut word = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ if depth == 1 && (c.is_alphanumeric() || c == '_') => word.push(c),
                    ':' | ',' if depth == 1 && !word.is_empty() => {
                        rooms.insert(std::mem::take(&mut word));
                    }
                    _ => {}
                }
                // What follows the room in its path is not another room.
                if depth == 1 && c == ':' {
                    word = "\u{0}".to_owned();
                } else if depth == 1 && c == ',' {
                    word.clear();
                }
                if depth == 0 {
                    break;
                }
            }
            rooms.insert(word);
        } else {
            rooms.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    rooms.retain(|room| !room.is_empty() && !room.contains('\u{0}'));
    rooms
}

/// The tables that a text names as SQL does, and as Diesel does.
fn tables(text: &str) -> BTreeSet<&'static str> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let is_before = |word: &str| matches!(word, "FROM" | "JOIN" | "INTO" | "UPDATE" | "TABLE");
    let in_sql = words.windows(2).filter(|pair| is_before(pair[0])).map(|pair| pair[1]);
    let in_diesel = TABLES.iter().map(|(table, _)| *table).filter(|table| text.contains(&format!("{table}::table")));
    let named: BTreeSet<&str> = in_sql.chain(in_diesel).collect();
    TABLES.iter().map(|(table, _)| *table).filter(|table| named.contains(table)).collect()
}

fn owner(table: &str) -> String {
    TABLES.iter().find(|(name, _)| *name == table).map(|(_, room)| (*room).to_owned()).unwrap()
}

fn template_room(path: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    TEMPLATES.iter().find(|(name, _)| *name == folder).map_or(folder, |(_, room)| room).to_owned()
}

/// Which room uses which, and where.
fn uses() -> Uses {
    let mut uses = Uses::new();
    let mut add = |from: &str, to: String, place: String| {
        if from != to && from != "lib" {
            uses.entry((from.to_owned(), to)).or_default().insert(place);
        }
    };
    for file in files(Path::new("src"), &["rs", "sql"]) {
        let (room, text) = (room_of(&file), code(&fs::read_to_string(&file).unwrap()));
        let place = file.display().to_string();
        for to in imported(&text) {
            add(&room, to, place.clone());
        }
        if room != "schema" {
            for table in tables(&text) {
                add(&room, owner(table), format!("{place} ({table})"));
            }
        }
        for template in quoted_after(&text, "template(path = \"") {
            add(&room, template_room(&template), format!("{place} ({template})"));
        }
    }
    for file in files(Path::new("templates"), &["html"]) {
        let text = fs::read_to_string(&file).unwrap();
        let inside = file.strip_prefix("templates").unwrap().display().to_string();
        let room = template_room(&inside);
        for to in imported(&text) {
            add(&room, to, format!("templates/{inside}"));
        }
        for kind in ["include", "import", "extends"] {
            for template in quoted_after(&text, &format!("{kind} \"")) {
                add(&room, template_room(&template), format!("templates/{inside} ({template})"));
            }
        }
    }
    uses
}

fn quoted_after(text: &str, start: &str) -> Vec<String> {
    let ends = text.match_indices(start).map(|(at, _)| &text[at + start.len()..]);
    ends.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

#[test]
fn every_room_has_its_place() {
    let ranks = ranks();
    let rooms: BTreeSet<String> = files(Path::new("src"), &["rs"]).iter().map(|file| room_of(file)).collect();
    let without: Vec<_> = rooms.iter().filter(|room| *room != "lib" && !ranks.contains_key(room.as_str())).collect();
    assert!(without.is_empty(), "say in ORDER where these stand: {without:?}");
    let gone: Vec<_> = ranks.keys().filter(|room| !rooms.contains(**room)).collect();
    assert!(gone.is_empty(), "these are no rooms: {gone:?}");
}

#[test]
fn every_kind_of_event_is_written_once() {
    use clientele::audit::entry;
    let source: Vec<String> =
        files(Path::new("src"), &["rs"]).iter().map(|file| code(&fs::read_to_string(file).unwrap())).collect();
    for kind in entry::kinds() {
        let times: usize = source.iter().map(|text| text.matches(&format!("\"{kind}\"")).count()).sum();
        assert_eq!(times, 1, "{kind}: use its constant");
    }
}

#[test]
fn what_happens_in_an_account_goes_by_its_clock() {
    let mut unused: BTreeSet<&str> = MACHINE_TIME.iter().map(|(place, _)| *place).collect();
    let mut elsewhere = Vec::new();
    for file in files(Path::new("src"), &["rs"]) {
        let text = code(&fs::read_to_string(&file).unwrap());
        let text = text.split("#[cfg(test)]").next().unwrap();
        if !text.contains("Timestamp::now") && !text.contains("Zoned::now") {
            continue;
        }
        let path = file.strip_prefix("src").unwrap().to_str().unwrap();
        match MACHINE_TIME.iter().find(|(place, _)| path.starts_with(place)) {
            Some((place, _)) => _ = unused.remove(place),
            None => elsewhere.push(path.to_owned()),
        }
    }
    assert!(elsewhere.is_empty(), "take the time from who asks (`by.now()`), or say why not: {elsewhere:?}");
    assert!(unused.is_empty(), "these need no exception any more: {unused:?}");
}

#[test]
fn nothing_is_used_upwards() {
    let ranks = ranks();
    let is_up = |from: &str, to: &str| match (ranks.get(from), ranks.get(to)) {
        (Some(from), Some(to)) => to <= from,
        _ => true,
    };
    let up: Vec<String> = uses()
        .into_iter()
        .filter(|((from, to), _)| is_up(from, to))
        .map(|((from, to), places)| format!("{from} uses {to}: {}", places.into_iter().collect::<Vec<_>>().join(", ")))
        .collect();
    assert!(up.is_empty(), "\n{}", up.join("\n"));
}

#[test]
fn there_is_one_way_out() {
    let mut unused: BTreeSet<_> = NO_WAY_OUT.iter().map(|(file, word, _)| ((*file).to_owned(), *word)).collect();
    let mut elsewhere = Vec::new();
    for file in files(Path::new("src"), &["rs"]).iter().filter(|file| room_of(file) != "outgoing") {
        let text = code(&fs::read_to_string(file).unwrap());
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        for word in WAYS_OUT.iter().filter(|word| words.contains(**word)) {
            let place = (file.strip_prefix("src").unwrap().display().to_string(), *word);
            if !unused.remove(&place) {
                elsewhere.push(place);
            }
        }
    }
    assert!(elsewhere.is_empty(), "go through `outgoing`, which looks where an address leads: {elsewhere:?}");
    assert!(unused.is_empty(), "these need no exception any more: {unused:?}");
}
