//! Any tree of the language against a plain reading of every row.

use super::{
    people::people,
    stored::{FIGURED, sorted_plainly, stored},
    trees::query,
    *,
};

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
    /// Of payments and wallet: `spent` by currency, `payments`, `last` in milliseconds, `methods`, `subscriptions`.
    #[diesel(sql_type = Jsonb)]
    pub money: serde_json::Value,
}

#[derive(QueryableByName)]
pub struct Folded {
    #[diesel(sql_type = Text)]
    folded: String,
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
            ("metadata", Value::Text(value)) => row.metadata[term.own.as_ref().unwrap().key()] == **value,
            ("has", Value::Choice(thing)) => match thing.word {
                "email" => row.email.is_some(),
                "phone" => row.phone.is_some(),
                "address" => row.addressed,
                "card" => methods(row).any(|method| method["kind"] == "card"),
                "bank" => methods(row).any(|method| method["kind"] == "bank_account"),
                "note" => notes(row).next().is_some(),
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
            ("note", Value::Text(text)) => notes(row).any(|note| self.holds(&self.fold(note), text)),
            ("last4", Value::Last4(digits)) => methods(row).any(|method| method["last4"] == **digits),
            ("card", Value::Choice(state)) => {
                methods(row).filter_map(|method| method["expires"].as_str()).any(|expires| {
                    // It is the 1st of April in Nairobi; this month and the next two are soon.
                    let expired = expires < "2026-04-01";
                    expires <= "2026-06-30" && state.word == if expired { "expired" } else { "expiring" }
                })
            }
            ("subscription", Value::Choice(state)) => {
                let mut states = row.money["subscriptions"].as_array().into_iter().flatten();
                match state.word {
                    "none" => states.all(|one| one == "canceled"),
                    word => states.any(|one| one == word),
                }
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

pub fn notes(row: &Row) -> impl Iterator<Item = &str> {
    row.money["notes"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str)
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
        Period::Next(count, Unit::Hour) => created >= now() && created < now() + i64::from(*count).hours(),
        Period::Next(count, Unit::Day) => day >= today && day <= today + i64::from(*count).days(),
        Period::Next(count, Unit::Week) => day >= today && day <= today + i64::from(*count).weeks(),
        Period::Next(count, Unit::Month) => day >= today && day <= today + i64::from(*count).months(),
        Period::Next(count, Unit::Year) => day >= today && day <= today + i64::from(*count).years(),
        Period::Today => day == today,
        Period::Tomorrow => day == today + 1.day(),
        Period::Yesterday => day == today - 1.day(),
        Period::This(unit) => is_in_one(*unit, day, today),
        Period::Following(Unit::Week) => is_in_one(Unit::Week, day, today + 7.days()),
        Period::Following(Unit::Month) => is_in_one(Unit::Month, day, today.last_of_month() + 1.day()),
        Period::Following(unit) => is_in_one(*unit, day, today.last_of_year() + 1.day()),
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
                let named = first_hundred(&world, &scope, &read, Sort { by: &BY_NAME, own: None, descending: false });
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
