//! The classes of search: for each a few dozen pages, their terms taken from the customers that are there.

use clientele::{
    paging::Cursor,
    search::{BY_CREATION, BY_EMAIL, BY_NAME, Order, listing::Sort},
};
use uuid::Uuid;

use crate::postgres::Postgres;

pub struct Class {
    pub name: &'static str,
    pub paths: Vec<String>,
    /// Asked for as htmx does.
    pub fragment: bool,
}

impl Class {
    /// Whether it is of the API.
    pub fn is_call(&self) -> bool {
        self.paths.iter().all(|path| path.starts_with("/v1/"))
    }
}

/// How many terms a class has.
const TERMS: usize = 40;

/// Some customers from all over the table.
const SOME: &str = "SELECT * FROM (SELECT * FROM customers TABLESAMPLE system_rows(40000)) c WHERE deleted_at IS NULL";

pub fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn search(terms: impl IntoIterator<Item = String>) -> Vec<String> {
    terms.into_iter().map(|term| format!("/customers?q={}", encode(&term))).collect()
}

fn named(terms: &[&str]) -> Vec<String> {
    search(terms.iter().map(|term| (*term).to_owned()))
}

/// What completes the last word of these, as asked while it is typed.
fn completed(typed: &[&str]) -> Vec<String> {
    typed.iter().map(|text| format!("/customers/completions?q={}", encode(text))).collect()
}

/// With its second and third letter swapped.
fn misspelt(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.swap(1, 2);
    letters.into_iter().collect()
}

/// Every class.
pub fn all(postgres: &mut Postgres) -> Vec<Class> {
    postgres.run("CREATE EXTENSION IF NOT EXISTS tsm_system_rows");
    postgres.run(&format!("CREATE TEMP TABLE sampled AS {SOME}"));
    let mut texts = |expression: &str, condition: &str| -> Vec<String> {
        postgres.texts(&format!(
            "SELECT text FROM (SELECT {expression} AS text FROM sampled WHERE {condition}) t \
             WHERE text <> '' GROUP BY text ORDER BY md5(text) LIMIT {TERMS}"
        ))
    };
    let first = "fold(split_part(name, ' ', 1))";
    let last = "fold(regexp_replace(name, '^.* ', ''))";
    let person = "kind = 'person' AND name LIKE '% %'";
    let lasts = texts(last, &format!("{person} AND length({last}) > 3"));
    let ids = texts("id::text", "true");
    let deep: Vec<(Uuid, String, String)> = texts(
        "id || ' ' || name_key || ' ' || email_key",
        "email_key <> '' AND name_key NOT LIKE '% % %' AND name_key LIKE '% %'",
    )
    .into_iter()
    .filter_map(|text| {
        let parts: Vec<&str> = text.split(' ').collect();
        Some((parts[0].parse().ok()?, format!("{} {}", parts[1], parts[2]), (*parts.last()?).to_owned()))
    })
    .collect();
    let sorted = |by: &'static Order, descending| Sort { by, own: None, descending };
    let behind = |sort: Sort| -> Vec<String> {
        let key = |name: &String, email: &String| match sort.by.name {
            "name" => Some(name.clone()),
            "email" => Some(email.clone()),
            _ => None,
        };
        let cursor = |(id, name, email): &(Uuid, String, String)| Cursor::new(sort.tag(), key(name, email), *id);
        deep.iter().map(|place| format!("/customers?sort={sort}&after={}", cursor(place))).collect()
    };
    let by_name = |paths: Vec<String>| paths.into_iter().map(|path| format!("{path}&sort=name")).collect::<Vec<_>>();
    let public = |id: &String| {
        id.parse::<Uuid>().map(|id| clientele::ids::CustomerId::from_uuid(id).to_string()).unwrap_or_default()
    };
    let common = ["example", "mail", "ltd", "shop", "sons", "maria", "john", "com"];
    let adversarial = [
        "ster.com",
        "sson.com",
        "nova.com",
        "ai.example",
        "op.example",
        "ng.org",
        "王.com",
        "李.example",
        "an@ma",
        "e.k",
        "ou.m",
        "\"ka ma\"",
        "x x",
        "\"e m\"",
    ];
    let filters = [
        "country:KE",
        "country:IS",
        "country:NL,DE",
        "lang:fr",
        "lang:is",
        "kind:organization",
        "has:phone",
        "-has:email",
        "created:last-30d",
        "created:2024",
        "metadata.tier:gold",
        "status:deleted",
        "-kind:person country:KE",
        "email:*@example.com",
    ];
    let with_words = |word: &String, n: usize| {
        let filter = ["country:KE", "-has:phone", "created:2025", "lang:en", "has:email kind:person"][n % 5];
        format!("{word} {filter}")
    };
    let filtered = search(lasts.iter().enumerate().map(|(n, word)| with_words(word, n)));
    let counted =
        |paths: &[String]| paths.iter().map(|path| path.replace("/customers?", "/customers/count?")).collect();
    let two = search(texts(&format!("{first} || ' ' || left({last}, 2)"), &format!("{person} AND length({last}) > 3")));
    let four = search(texts("right(phone, 4)", "phone IS NOT NULL"));
    let count_paths: Vec<String> =
        [&search(lasts.clone())[..12], &named(&common)[..], &named(&filters)[..], &two[..12], &four[..12]].concat();
    let page = |name, paths| Class { name, paths, fragment: false };
    vec![
        page("newest", vec!["/customers".to_owned()]),
        page("newest, deep", behind(Sort::NEWEST)),
        page("oldest, deep", behind(sorted(&BY_CREATION, false))),
        page("by name", vec!["/customers?sort=name".to_owned(), "/customers?sort=-name".to_owned()]),
        page("by name, deep", behind(sorted(&BY_NAME, false))),
        page("by email, deep", behind(sorted(&BY_EMAIL, true))),
        page("1 character", search(texts("left(fold(name), 1)", "name ~ '^[A-Za-z]'"))),
        page("2 characters", search(texts("left(fold(name), 2)", "name ~ '^[A-Za-z]{2}'"))),
        page("3 characters", search(texts("substr(fold(name), 2, 3)", "name ~ '^[A-Za-z]{5}'"))),
        page("4 inside", search(texts(&format!("substr({last}, 2, 4)"), &format!("{person} AND length({last}) > 6")))),
        page("common", named(&common)),
        page("first name", search(texts(first, person))),
        page("last name", search(lasts.clone())),
        page(
            "rare",
            search(
                texts(
                    "substring(email FROM '[0-9]{3,4}')||'@' || left(split_part(email, '@', 2), 5)",
                    "email ~ '[0-9]{3}@'",
                )
                .into_iter()
                .map(|text| format!("email:*{text}*")),
            ),
        ),
        page("local part", search(texts("fold(split_part(email, '@', 1))", "email IS NOT NULL"))),
        page("company", search(texts("fold(split_part(company, ' ', 1))", "company IS NOT NULL"))),
        page("jane sm", two),
        page("two full words", search(texts(&format!("{first} || ' ' || {last}"), person))),
        page(
            "two frequent words",
            named(&[
                "example ltd",
                "mail shop",
                "john ltd",
                "maria example.com",
                "sons mail",
                "ltd shop",
                "co example",
                "john mary",
            ]),
        ),
        page("full email", search(texts("lower(email)", "email IS NOT NULL"))),
        page("phone, 4 digits", four),
        page("phone, 6 digits", search(texts("right(phone, 6)", "phone IS NOT NULL"))),
        page("phone, whole", search(texts("phone", "phone IS NOT NULL"))),
        page("id", search(ids.iter().map(public))),
        page(
            "nothing",
            named(
                &["zqxzqx", "qqqq", "xyzzyx plugh", "jane qzqz", "nobody@nowhere.invalid", "zzzz:", "999999999999"]
                    .map(|t| t.trim_end_matches(':')),
            ),
        ),
        page("misspelt", search(lasts.iter().map(|word| misspelt(word)))),
        page("adversarial", named(&adversarial)),
        page("filters", named(&filters)),
        page("filters and words", filtered),
        page("last name, by name", by_name(search(lasts.clone()))),
        page("first name, by name", by_name(search(texts(first, person)))),
        page("common, by email", named(&common).into_iter().map(|path| format!("{path}&sort=-email")).collect()),
        page("jane OR john", search(lasts.windows(2).map(|pair| pair.join(" OR ")))),
        Class {
            name: "completed keys",
            paths: completed(&["la", "kenya", "tie", "zur", "metadata.t"]),
            fragment: true,
        },
        Class {
            name: "completed values",
            paths: completed(&[
                "country:",
                "lang:",
                "metadata.tier:",
                "metadata.",
                "status:",
                "has:",
                "kind:",
                "card:",
            ]),
            fragment: true,
        },
        Class { name: "count", paths: counted(&count_paths), fragment: true },
        Class { name: "count of all", paths: vec!["/customers/count".to_owned()], fragment: true },
    ]
}
