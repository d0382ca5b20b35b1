//! Any tree of the language against a plain reading of every row.

use super::{
    stored::{FIGURED, sorted_plainly, stored},
    *,
};

// --- any tree against a plain reading of every row ------------------------------------------------

#[derive(QueryableByName)]
pub struct Row {
    #[diesel(sql_type = Uuid)]
    pub id: CustomerId,
    #[diesel(sql_type = Text)]
    pub name_key: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub company: Option<String>,
    #[diesel(sql_type = Text)]
    pub email_key: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub phone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub reference: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub country: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub language: Option<String>,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Jsonb)]
    pub metadata: serde_json::Value,
    #[diesel(sql_type = Bool)]
    pub deleted: bool,
    /// In milliseconds.
    #[diesel(sql_type = BigInt)]
    pub updated: i64,
    #[diesel(sql_type = Bool)]
    pub addressed: bool,
    /// Of payments and wallet: `spent` by currency, `payments`, `last` in milliseconds, `methods`.
    #[diesel(sql_type = Jsonb)]
    pub money: serde_json::Value,
}

#[derive(QueryableByName)]
pub struct Folded {
    #[diesel(sql_type = Text)]
    folded: String,
}

pub const NAMES: &[&str] = &[
    "Ann Kamau",
    "José Müller",
    "Bo",
    "Anna-Lena",
    "李明",
    "山田太郎",
    "ジョン김민준",
    "50% Off",
    "A_B",
    "back\\slash",
    "O'Neil \"Q\"",
    "Ørsted OR",
    "5678 Ltd",
];
pub const EMAILS: &[&str] = &[
    "ann@acme.com",
    "Ann@ACME.com",
    "a_b@acme.co",
    "anna@b.example",
    "é@x.example",
    "50%@x.example",
    "o*k@x.example",
    "x@annacme.com",
];
pub const PHONES: &[&str] = &["+254712345678", "+254700005678", "+31628410937", "+12125552368", "+25471234567"];
pub const MOMENTS: &[&str] = &[
    "2024-02-29T10:00:00Z",
    "2025-12-31T20:59:59.999Z",
    "2025-12-31T21:00:00Z",
    "2026-01-31T20:59:59.999Z",
    "2026-01-31T21:00:00Z",
    "2026-03-30T20:59:59.999Z",
    "2026-03-30T21:00:00Z",
    "2026-03-31T20:59:59.999Z",
    "2026-03-31T21:00:00Z",
    "2026-03-31T22:00:00Z",
];
pub const TEXTS: &[&str] = &[
    "ann",
    "an",
    "a",
    "kamau",
    "jose",
    "müller",
    "李",
    "李明",
    "太郎",
    "民",
    "민준",
    "ジョ",
    "ョン",
    "50%",
    "A_B",
    "k\\s",
    "o'n",
    "acme",
    "5678",
    "712345",
    "12",
    "0712345678",
    "254712345678",
    "ann@",
    "ann@acme.com",
    "a_b@",
    "@acme",
    "@acme.com",
    "@a",
    "@x",
    "é@x",
    "x@annacme.co",
    "or",
    "ltd",
    "712345678",
    "R-12",
    "kamau",
    "7",
];
pub const PHRASES: &[&str] =
    &["ann kamau", "o'neil \"q\"", "ørsted OR", "5678", "nn k", "@acme", "ann", "50% o", "-a", "(ann)"];
pub const PATTERNS: &[&str] = &[
    "*@acme.com",
    "ann@*",
    "ann@acme.com",
    "a_b*",
    "*%@*x*",
    "acme",
    "o*k",
    "ANN",
    "é@*",
    "5",
    "*a*n*",
    "%@x",
    "acme.com",
];
pub const WORDS: &[&str] =
    &["ann", "an", "a", "kamau", "jose", "off", "50%", "a_b", "a%b", "ann kamau", "李", "郎", "acme", "sons", "5678"];

pub fn pick<'a, T: Copy>(dice: &mut u64, of: &'a [T]) -> Option<&'a T> {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let place = usize::try_from(*dice >> 33).unwrap() % (of.len() * 4 / 3 + 1);
    of.get(place)
}

pub fn people(world: &World) {
    let mut dice = 7;
    let dice = &mut dice;
    for _ in 0..320 {
        let mut one = Stored {
            name: pick(dice, NAMES).copied(),
            email: pick(dice, EMAILS).copied(),
            phone: pick(dice, PHONES).copied(),
            reference: pick(dice, &["R-12", "ann", "Ann Kamau", "5678", "r-12", "太郎"]).copied(),
            company: pick(dice, &["Acme & Sons", "ann", "50_%", "Müller KG"]).copied(),
            country: pick(dice, &["KE", "UG", "NL"]).copied(),
            language: pick(dice, &["en", "sw"]).copied(),
            kind: pick(dice, &["person", "organization"]).copied().unwrap_or_default(),
            metadata: pick(dice, &[&[("tier", "gold")][..], &[("tier", "50%"), ("x", "a b")][..]])
                .copied()
                .unwrap_or_default(),
            created: pick(dice, MOMENTS).copied().unwrap_or(MOMENTS[0]),
            deleted: pick(dice, &[true, false, false]).copied().unwrap_or_default(),
            address: pick(dice, &[true, false]).copied().unwrap_or_default(),
        };
        if one.name.or(one.email).or(one.phone).is_none() {
            one.name = Some("Nobody");
        }
        insert(world, &one);
    }
    let (account, moments) = (world.shop.live.uuid(), MOMENTS.join("', '"));
    for statement in MONEY.iter().chain([&CHANGED]) {
        world.sql(&statement.replace("{account}", &account.to_string()).replace("{moments}", &moments));
    }
    learn(world);
}

/// The times of the last change, other than those of the creation.
const CHANGED: &str = "UPDATE customers SET updated_at = (ARRAY['{moments}'])[('x' || right(id::text, 2))::bit(8)::int % 10 + 1]::timestamptz
     WHERE account_id = '{account}'";

/// Figures and wallets as no payments made them, for two of three customers each.
pub const MONEY: [&str; 3] = [
    "INSERT INTO payment_figures SELECT account_id, id, currency, 1, n % 40 * 229 + 1, 0, 0, now()
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c,
     unnest(ARRAY['KES', 'JPY', 'USD']) WITH ORDINALITY AS of (currency, o) WHERE (n + o) % 3 > 0",
    "INSERT INTO payment_totals SELECT account_id, id, n % 5 + 1, (ARRAY['{moments}'])[n % 10 + 1]::timestamptz
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c WHERE n % 3 > 0",
    "INSERT INTO payment_methods SELECT account_id, gen_random_uuid(), 1, id, kind_of, 'Visa',
       (ARRAY['4242', '0005', '0007'])[n % 3 + 1], CASE kind_of WHEN 'card' THEN
       (ARRAY['2026-02-28', '2026-03-31', '2026-05-31', '2026-06-30', '2027-01-31'])[n % 5 + 1]::date END, kind_of, '', NULL,
       false, NULL, NULL, now(), now(), CASE WHEN n % 7 = 0 THEN now() END
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers WHERE account_id = '{account}') c,
     unnest(ARRAY['card', 'bank_account']) WITH ORDINALITY AS of (kind_of, o) WHERE (n + o) % 3 > 0",
];

pub fn learn(world: &World) {
    // Tests share a database, and two that analyze the same table would wait for each other.
    let learn =
        words::INDEX_ALL.replace("ANALYZE words", "").replace("{account}", &format!("'{}'", world.shop.live.uuid()));
    world.with(|conn| conn.batch_execute(&learn)).unwrap();
}

pub fn period() -> impl Strategy<Value = Period> {
    let calendar = || {
        select(vec![
            Calendar::Year(2025),
            Calendar::Year(2026),
            Calendar::Month(2026, 1),
            Calendar::Month(2026, 3),
            Calendar::Month(2024, 2),
            Calendar::Day(jiff::civil::date(2026, 1, 31)),
            Calendar::Day(jiff::civil::date(2026, 3, 31)),
        ])
    };
    let units = select(&[Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year][..]);
    prop_oneof![
        calendar().prop_map(Period::In),
        calendar().prop_map(Period::After),
        calendar().prop_map(Period::Since),
        calendar().prop_map(Period::Before),
        calendar().prop_map(Period::Until),
        calendar().prop_map(|end| Period::Between(Calendar::Month(2024, 2), end)),
        (1u16..4, units).prop_map(|(count, unit)| Period::Last(count, unit)),
        Just(Period::Today),
        Just(Period::Yesterday),
        select(&[Unit::Week, Unit::Month, Unit::Year][..]).prop_map(Period::This),
        select(&[Unit::Week, Unit::Month, Unit::Year][..]).prop_map(Period::Previous),
    ]
}

pub fn email() -> impl Strategy<Value = EmailPattern> {
    select(PATTERNS).prop_map(|text| EmailPattern::of(text.to_owned()))
}

/// A term of this key.
pub fn keyed(name: &str, values: Vec<Value>) -> Test {
    let key = LANGUAGE.vocabulary().find(name).unwrap();
    Test::Keyed(Keyed { key, own: key.is_own().then(|| "tier".to_owned()), values })
}

/// Terms of this key with one or two such values.
fn of<S: Strategy<Value = Value>>(name: &'static str, value: S) -> impl Strategy<Value = Test> {
    vec(value, 1..3).prop_map(move |values| keyed(name, values))
}

fn texts(of: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(of).prop_map(|text| Value::Text(text.to_owned()))
}

/// One of the words that the key's values may be.
fn word(name: &str) -> impl Strategy<Value = Value> {
    let words = LANGUAGE.vocabulary();
    select(words.choices(words.find(name).unwrap()).unwrap()).prop_map(Value::Choice)
}

pub fn test() -> impl Strategy<Value = Test> {
    let country = select(&["KE", "UG", "NL", "DE"][..]).prop_map(|code| code.parse::<CountryCode>().unwrap());
    let language = select(&["en", "sw", "nl"][..]).prop_map(|code| code.parse::<Language>().unwrap());
    let digits = select(&["254712345678", "5678", "1234", "31628410937"][..]).prop_map(str::to_owned);
    prop_oneof![
        8 => select(TEXTS).prop_map(|text| Test::Text(Typed::bare(text, kenya()))),
        3 => select(PHRASES).prop_map(|text| Test::Text(Typed::quoted(text))),
        2 => of("name", texts(WORDS)),
        2 => of("company", texts(WORDS)),
        3 => of("email", email().prop_map(Value::Email)),
        2 => of("phone", digits.prop_map(Value::Phone)),
        2 => of("reference", texts(&["R-12", "ANN KAMAU", "5678", "R-1"])),
        2 => of("country", country.prop_map(Value::Country)),
        1 => of("lang", language.prop_map(Value::Language)),
        1 => of("kind", word("kind")),
        2 => of("status", word("status")),
        3 => of("created", period().prop_map(Value::Period)),
        2 => of("updated", period().prop_map(Value::Period)),
        1 => of("metadata", texts(&["gold", "50%", "Gold"])),
        2 => of("has", word("has")),
        2 => of("spent", amounts(&["0", ">0", "<=10.5", ">100JPY", "5..20USD", ">=3000", "<1JPY"])),
        1 => of("payments", amounts(&["0", ">2", "1..3", "<1"])),
        2 => of("last_payment", prop_oneof![4 => period().prop_map(Value::Period), 1 => Just(Value::Never)]),
        2 => of("last4", select(&["4242", "0005", "0007", "9999"][..]).prop_map(|end| Value::Last4(end.to_owned()))),
        2 => of("card", word("card")),
    ]
}

pub fn amounts(of: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(of).prop_map(|text| Value::Amounts(Amounts::parse(text, home().currency).unwrap()))
}

pub fn query() -> impl Strategy<Value = Query> {
    let term = (prop::bool::weighted(0.25), test()).prop_map(|(negated, test)| Term { negated, test });
    // Neighbours that are digits would be read as one phone.
    let branch = vec(term, 1..4).prop_map(|mut terms| {
        let is_digits = |term: &Term| matches!(&term.test, Test::Text(text) if !text.quoted && text.typed.starts_with(|c: char| c.is_ascii_digit()));
        terms.dedup_by(|next, last| is_digits(last) && is_digits(next));
        Branch { terms }
    });
    // Nobody has two emails.
    let is_one =
        |query: &Query| !query.to_string().contains("x@annacme.co") || !query.to_string().contains("ann@acme.com");
    vec(branch, 1..4).prop_map(|branches| Query { branches }).prop_filter("several at once", is_one)
}

/// What the language says of one row, read plainly.
pub struct Reading<'a> {
    pub world: &'a World,
    pub folds: RefCell<HashMap<String, String>>,
}

impl Reading<'_> {
    fn fold(&self, text: &str) -> String {
        let fold = || {
            let statement = sql_query("SELECT fold($1) AS folded").bind::<Text, _>(text);
            self.world.with(|conn| statement.get_result::<Folded>(conn).optional()).unwrap().unwrap().folded
        };
        self.folds.borrow_mut().entry(text.to_owned()).or_insert_with(fold).clone()
    }

    /// Anywhere, or with less than three characters at the start of a word: where one script of digits, kana or others
    /// follows another, or punctuation, and before each Han character and each Hangul syllable.
    fn holds(&self, folded: &str, words: &str) -> bool {
        let words = self.fold(words);
        let parts = |c: char| c == ' ' || c.is_ascii_punctuation();
        let begins = |at: usize| {
            let (before, first) = (folded[..at].chars().next_back(), folded[at..].chars().next());
            first.is_none_or(parts)
                || first.is_some_and(is_syllable)
                || before.is_none_or(|before| parts(before) || Some(kind(before)) != first.map(kind))
        };
        match words.chars().count() {
            0..3 => folded.match_indices(&words).any(|(at, _)| begins(at)),
            _ => folded.contains(&words),
        }
    }

    /// Everything that words are looked for in.
    fn text(&self, row: &Row) -> String {
        let all = [&row.name, &row.email, &row.company].map(|field| field.as_deref().unwrap_or_default());
        self.fold(&all.join(" "))
    }

    fn field(&self, field: Option<&str>, values: &[String]) -> bool {
        field.is_some_and(|field| values.iter().any(|value| self.holds(&self.fold(field), value)))
    }

    pub fn finds(&self, query: &Query, row: &Row) -> bool {
        query.branches.iter().any(|branch| {
            let is_about_status = branch.terms.iter().any(|term| term.is_of("status"));
            (is_about_status || !row.deleted)
                && (self.meets_all(&branch.terms, row) || self.is_referred_to(&branch.terms, row))
        })
    }

    fn meets_all<'t>(&self, terms: impl IntoIterator<Item = &'t Term>, row: &Row) -> bool {
        terms.into_iter().all(|term| self.meets(&term.test, row) != term.negated)
    }

    /// Whether the texts together are the row's reference, and the rest is met.
    fn is_referred_to(&self, terms: &[Term], row: &Row) -> bool {
        let (texts, others): (Vec<&Term>, Vec<&Term>) =
            terms.iter().partition(|term| !term.negated && term.text().is_some());
        let whole = texts.iter().filter_map(|term| Some(&*term.text()?.typed)).collect::<Vec<_>>().join(" ");
        row.reference.as_ref().is_some_and(|reference| reference.to_lowercase() == whole.to_lowercase())
            && self.meets_all(others, row)
    }

    fn meets(&self, test: &Test, row: &Row) -> bool {
        let lower = |text: &str| text.to_lowercase();
        let at = |row: &Row| row.email_key.split_once('@').map(|(_, domain)| domain.to_owned());
        match test {
            Test::Text(text) => match &text.shape {
                Shape::Words => self.holds(&self.text(row), &text.typed),
                Shape::Digits(digits) => {
                    self.text(row).contains(digits) || row.phone.as_ref().is_some_and(|phone| phone.contains(digits))
                }
                Shape::Email(email) => row.email_key.starts_with(&lower(email)),
                Shape::Domain(domain) => at(row).is_some_and(|host| host.starts_with(&lower(domain))),
                Shape::Customer(id) => row.id == *id,
                Shape::Payment(_) | Shape::Other(_) => self.holds(&self.text(row), &text.typed),
            },
            Test::Keyed(term) => term.values.iter().any(|value| self.has(term, value, row)),
        }
    }

    /// Whether a row has this value of a key.
    fn has(&self, term: &Keyed, value: &Value, row: &Row) -> bool {
        let lower = |text: &str| text.to_lowercase();
        match (term.key.name, value) {
            ("name", Value::Text(text)) => self.field(row.name.as_deref(), std::slice::from_ref(text)),
            ("company", Value::Text(text)) => self.field(row.company.as_deref(), std::slice::from_ref(text)),
            ("email", Value::Email(EmailPattern::Whole(email))) => row.email_key == lower(email),
            ("email", Value::Email(EmailPattern::Part(part))) => row.email_key.contains(&lower(part)),
            ("email", Value::Email(EmailPattern::Glob(glob))) => is_like(&row.email_key, &lower(glob)),
            ("phone", Value::Phone(digits)) => row.phone.as_ref().is_some_and(|phone| phone.contains(digits)),
            ("id", Value::Customer(id)) => row.id == *id,
            ("reference", Value::Text(whole)) => {
                row.reference.as_ref().is_some_and(|reference| lower(reference) == lower(whole))
            }
            ("country", Value::Country(country)) => row.country.as_deref() == Some(country.as_str()),
            ("lang", Value::Language(language)) => row.language.as_deref() == Some(language.as_str()),
            ("kind", Value::Choice(kind)) => kind.word == row.kind,
            ("status", Value::Choice(status)) => status.word == if row.deleted { "deleted" } else { "active" },
            ("created", Value::Period(period)) => is_in(period, row.id.created_at()),
            ("updated", Value::Period(period)) => is_in(period, Timestamp::from_millisecond(row.updated).unwrap()),
            ("metadata", Value::Text(value)) => row.metadata[term.own.as_deref().unwrap()] == **value,
            ("has", Value::Choice(thing)) => match thing.word {
                "email" => row.email.is_some(),
                "phone" => row.phone.is_some(),
                "address" => row.addressed,
                "card" => methods(row).any(|method| method["kind"] == "card"),
                "bank" => methods(row).any(|method| method["kind"] == "bank_account"),
                other => panic!("what is has:{other}?"),
            },
            ("spent", Value::Amounts(amounts)) => {
                let range = amounts.range("KES".parse().unwrap());
                let spent = row.money["spent"][range.currency.as_str()].as_i64().unwrap_or_default();
                (range.least..=range.most).contains(&spent)
            }
            ("payments", Value::Amounts(counts)) => {
                let ((least, most), payments) = (counts.whole(), row.money["payments"].as_i64().unwrap_or_default());
                (least..=most).contains(&payments)
            }
            ("last_payment", Value::Period(period)) => {
                row.money["last"].as_i64().is_some_and(|last| is_in(period, Timestamp::from_millisecond(last).unwrap()))
            }
            ("last_payment", Value::Never) => row.money["payments"].as_i64().unwrap_or_default() == 0,
            ("last4", Value::Last4(digits)) => methods(row).any(|method| method["last4"] == **digits),
            ("card", Value::Choice(state)) => {
                methods(row).filter_map(|method| method["expires"].as_str()).any(|expires| {
                    // It is the 1st of April in Nairobi; this month and the next two are soon.
                    let expired = expires < "2026-04-01";
                    expires <= "2026-06-30" && state.word == if expired { "expired" } else { "expiring" }
                })
            }
            (key, value) => panic!("how is {key}:{value:?} read?"),
        }
    }
}

fn is_syllable(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Digits, kana, what stands alone, and all others.
fn kind(c: char) -> u8 {
    match c {
        '0'..='9' => 0,
        '\u{3040}'..='\u{30FF}' => 1,
        c if is_syllable(c) => 2,
        _ => 3,
    }
}

pub fn methods(row: &Row) -> impl Iterator<Item = &serde_json::Value> {
    row.money["methods"].as_array().into_iter().flatten()
}

pub fn is_like(text: &str, glob: &str) -> bool {
    match glob.split_once('*') {
        None => text == glob,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|behind| {
            behind.char_indices().map(|(at, _)| at).chain([behind.len()]).any(|at| is_like(&behind[at..], rest))
        }),
    }
}

/// By the local date, not by moments.
pub fn is_in(period: &Period, created: Timestamp) -> bool {
    let zone = TimeZone::get("Africa/Nairobi").unwrap();
    let (day, today) = (created.to_zoned(zone.clone()).date(), now().to_zoned(zone).date());
    let written = day.to_string();
    let place = |calendar: &Calendar| written[..calendar.to_string().len()].cmp(&calendar.to_string());
    match period {
        Period::In(calendar) => place(calendar).is_eq(),
        Period::After(calendar) => place(calendar).is_gt(),
        Period::Since(calendar) => place(calendar).is_ge(),
        Period::Before(calendar) => place(calendar).is_lt(),
        Period::Until(calendar) => place(calendar).is_le(),
        Period::Between(one, other) => place(one).is_ge() && place(other).is_le(),
        Period::Last(count, Unit::Hour) => created >= now() - i64::from(*count).hours(),
        Period::Last(count, Unit::Day) => day >= today - i64::from(*count).days(),
        Period::Last(count, Unit::Week) => day >= today - i64::from(*count).weeks(),
        Period::Last(count, Unit::Month) => day >= today - i64::from(*count).months(),
        Period::Last(count, Unit::Year) => day >= today - i64::from(*count).years(),
        Period::Today => day == today,
        Period::Yesterday => day == today - 1.day(),
        Period::This(unit) => is_in_one(*unit, day, today),
        Period::Previous(Unit::Week) => is_in_one(Unit::Week, day, today - 7.days()),
        Period::Previous(Unit::Month) => is_in_one(Unit::Month, day, today - i64::from(today.day()).days()),
        Period::Previous(unit) => is_in_one(*unit, day, today - i64::from(today.day_of_year()).days()),
    }
}

/// Whether two days are in the same week, month or year.
fn is_in_one(unit: Unit, one: jiff::civil::Date, other: jiff::civil::Date) -> bool {
    let week = |day: jiff::civil::Date| (day.iso_week_date().year(), day.iso_week_date().week());
    match unit {
        Unit::Week => week(one) == week(other),
        Unit::Month => one.first_of_month() == other.first_of_month(),
        _ => one.year() == other.year(),
    }
}

#[actix_web::test]
async fn any_query_finds_what_reading_every_row_finds() {
    let world = World::empty().await;
    people(&world);
    let rows = stored(&world);
    let reading = Reading { world: &world, folds: RefCell::default() };
    let mut hits = 0;
    let mut runner = TestRunner::new(Config { cases: 150, failure_persistence: None, ..Config::default() });
    let hits_of = RefCell::new(&mut hits);
    runner
        .run(&query(), |query| {
            let text = query.to_string();
            let read = LANGUAGE.parse(&text, home()).unwrap();
            prop_assert_eq!(&read, &query, "{}", text);
            let all: Vec<CustomerId> = rows.iter().filter(|row| reading.finds(&query, row)).map(|row| row.id).collect();
            let mut by_name: Vec<&Row> = rows.iter().filter(|row| all.contains(&row.id)).collect();
            by_name.sort_by(|a, b| (&a.name_key, a.id).cmp(&(&b.name_key, b.id)));
            let by_name: Vec<CustomerId> = by_name.into_iter().map(|row| row.id).take(100).collect();
            for effort in EFFORTS {
                let scope = Scope { effort, ..scope(&world) };
                let newest = first_hundred(&world, &scope, &read, Sort::NEWEST);
                prop_assert_eq!(&newest[..], &all[..all.len().min(100)], "{} with {:?}", text, effort);
                let named = first_hundred(&world, &scope, &read, Sort { by: &BY_NAME, descending: false });
                prop_assert_eq!(&named, &by_name, "{} by name with {:?}", text, effort);
                let by_figure = FIGURED[text.len() % FIGURED.len()];
                let figured = first_hundred(&world, &scope, &read, by_figure);
                let plain = sorted_plainly(rows.iter().filter(|row| all.contains(&row.id)), by_figure);
                prop_assert_eq!(
                    &figured[..],
                    &plain[..plain.len().min(100)],
                    "{} {} with {:?}",
                    text,
                    by_figure,
                    effort
                );
                let counted = world.with(|conn| listing::count(conn, &scope, &read)).unwrap();
                prop_assert_eq!(counted.customers, all.len() as i64, "the count of {} with {:?}", text, effort);
            }
            **hits_of.borrow_mut() += usize::from(!all.is_empty());
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    assert!(hits > 50, "only {hits} of the queries found anybody");
}
