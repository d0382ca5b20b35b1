//! A check: a condition on one customer as SQL, with the entries of the index of words that lead to the customers it
//! may find.

use diesel::{
    pg::Pg,
    query_builder::AstPass,
    result::QueryResult,
    sql_types::{Array, Jsonb, Text as SqlText, Timestamptz, Uuid as SqlUuid},
};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::{
    beside::Beside,
    needs::{Entry, Place},
};
use crate::{
    ids::CustomerId,
    query::{EmailPattern, Shape, Text},
    values::{curtain::Curtain, email},
};

/// What a curtain hides in a text, as a regular expression of PostgreSQL over its folded form: at least what
/// [`Curtain::text`] hides.
const HIDDEN: &str = "[^[:space:]]*([@＠]|%40)[^[:space:]]*|[0-9०-९](([^[:alpha:]]|ー)*[0-9०-९]){4}";

/// Returns the expression for the text of a column as words are looked for in it, without what a curtain hides.
pub fn unhidden(column: &str) -> String {
    format!("search_text(regexp_replace(fold({column}), '{HIDDEN}', ' ', 'g'))")
}

/// A condition on the columns of `customers`.
#[derive(Clone, Debug)]
pub struct Check {
    sql: Sql,
    /// The entries of the index of words of which every customer who meets the check has at least one.
    entries: Vec<Entry>,
}

/// A piece of SQL with the values it binds.
#[derive(Clone, Debug)]
enum Sql {
    Words(String),
    Field {
        column: &'static str,
        words: String,
    },
    Digits(String),
    /// Words in what of these columns a curtain does not hide.
    Unhidden {
        columns: &'static [&'static str],
        words: String,
    },
    /// Digits there.
    UnhiddenDigits(String),
    /// A name that is shown, and of which nothing is hidden.
    WholeName,
    EmailStart(Between),
    Email(String),
    EmailLike(String),
    Phone(String),
    WholePhone(String),
    References(Vec<String>),
    Ids(Vec<Uuid>),
    OneOf {
        column: &'static str,
        values: Vec<String>,
    },
    Metadata(Value),
    Has(&'static str),
    Beside(Beside),
    Created {
        from: Option<Uuid>,
        below: Option<Uuid>,
    },
    Time {
        column: &'static str,
        from: Option<jiff_diesel::Timestamp>,
        below: Option<jiff_diesel::Timestamp>,
    },
}

/// The two ends of a range of texts.
#[derive(Clone, Debug)]
struct Between {
    from: String,
    below: String,
}

impl Check {
    /// Makes the checks of a text without a key, of which any will do. Behind a curtain an email or a phone is found as a
    /// whole only, and words in what is shown.
    pub fn texts(text: &Text, curtain: Curtain) -> Vec<Self> {
        let shapes: Vec<Shape> = match &text.shape {
            Shape::Email(email) => email::forms(email).into_iter().map(Shape::Email).collect(),
            Shape::Domain(domain) => {
                let forms = email::forms(&format!("@{domain}"));
                forms.into_iter().map(|form| Shape::Domain(form[1..].to_owned())).collect()
            }
            Shape::Digits(digits) if curtain.is_drawn() => {
                let shown = Entry::Digits { digits: digits.clone(), anywhere: true };
                let shown = Self::new(Sql::UnhiddenDigits(format!("%{digits}%")), shown);
                return vec![Self::phone(digits, curtain), shown];
            }
            _ => return vec![Self::text(text, curtain)],
        };
        shapes.into_iter().map(|shape| Self::text(&Text { shape, ..text.clone() }, curtain)).collect()
    }

    /// Makes the check of a text without a key, by its shape.
    fn text(text: &Text, curtain: Curtain) -> Self {
        let at_start = |text: String| Entry::Text { text, place: Place::AtStart };
        match &text.shape {
            Shape::Words | Shape::Payment(_) | Shape::Other(_) if curtain.is_drawn() => {
                Self::unhidden(&["name", "company"], text.typed.clone())
            }
            Shape::Words | Shape::Payment(_) | Shape::Other(_) => {
                let entry = Entry::Text { text: text.typed.clone(), place: Place::Anywhere };
                Self::new(Sql::Words(text.typed.clone()), entry)
            }
            Shape::Digits(digits) => {
                let entry = Entry::Digits { digits: digits.clone(), anywhere: true };
                Self::new(Sql::Digits(format!("%{digits}%")), entry)
            }
            Shape::Email(email) if curtain.is_drawn() => Self::email(&EmailPattern::Whole(email.clone())),
            // Every text that starts with the typed one sorts below it followed by the last character there is.
            Shape::Email(email) => {
                let between = Between { from: email.clone(), below: format!("{email}\u{10FFFF}") };
                Self::new(Sql::EmailStart(between), at_start(email.clone()))
            }
            Shape::Domain(domain) => {
                Self::new(Sql::EmailLike(format!("%@{}%", escaped(domain))), at_start(format!("@{domain}")))
            }
            Shape::Customer(id) => Self::ids(vec![id.uuid()]),
        }
    }

    /// Makes the check for words or a phrase in one of the columns that have words.
    pub fn field(column: &'static [&'static str; 1], words: String, curtain: Curtain) -> Self {
        if curtain.is_drawn() {
            return Self::unhidden(column, words);
        }
        let [column] = *column;
        let entry = Entry::Text { text: words.clone(), place: Place::Anywhere };
        Self::new(Sql::Field { column, words }, entry)
    }

    fn unhidden(columns: &'static [&'static str], words: String) -> Self {
        let entry = Entry::Text { text: words.clone(), place: Place::Anywhere };
        Self::new(Sql::Unhidden { columns, words }, entry)
    }

    /// Makes the check for a name of which a curtain hides nothing.
    pub fn whole_name() -> Self {
        Self::unindexed(Sql::WholeName)
    }

    /// Makes the checks of an email behind its key, of which any will do.
    pub fn emails(pattern: &EmailPattern, curtain: Curtain) -> Vec<Self> {
        match pattern {
            // It was refused where it was read, by whoever sees no emails.
            EmailPattern::Part(_) | EmailPattern::Glob(_) if curtain.is_drawn() && !pattern.is_of_domain() => {
                vec![Self::ids(Vec::new())]
            }
            EmailPattern::Whole(email) => {
                email::forms(email).into_iter().map(|form| Self::email(&EmailPattern::Whole(form))).collect()
            }
            pattern => vec![Self::email(pattern)],
        }
    }

    fn email(pattern: &EmailPattern) -> Self {
        let sql = match pattern {
            EmailPattern::Whole(email) => Sql::Email(email.clone()),
            EmailPattern::Part(part) => Sql::EmailLike(format!("%{}%", escaped(part))),
            EmailPattern::Glob(glob) => Sql::EmailLike(glob.split('*').map(escaped).collect::<Vec<_>>().join("%")),
        };
        Self::new(sql, Entry::of_email(pattern))
    }

    /// Makes the check for digits of the phone; behind a curtain for all of them.
    pub fn phone(digits: &str, curtain: Curtain) -> Self {
        let sql = match curtain {
            Curtain::Drawn => Sql::WholePhone(format!("+{digits}")),
            Curtain::Open => Sql::Phone(format!("%{digits}%")),
        };
        Self::new(sql, Entry::Digits { digits: digits.to_owned(), anywhere: false })
    }

    /// Makes the check for any of these as the merchant's own whole reference; case does not matter.
    pub fn references(references: &[String]) -> Self {
        // Stored texts have their accents composed.
        Self::unindexed(Sql::References(references.iter().map(|one| one.nfc().collect()).collect()))
    }

    pub fn ids(ids: Vec<Uuid>) -> Self {
        Self::unindexed(Sql::Ids(ids))
    }

    /// Makes the check for a column with one of these values, which the index of words has behind `fact` and a colon.
    pub fn one_of(column: &'static str, fact: &'static str, values: Vec<String>) -> Self {
        let entries = values.iter().map(|value| Entry::Fact(format!("{fact}:{value}"))).collect();
        Self { sql: Sql::OneOf { column, values }, entries }
    }

    /// Makes the check for a column with one of these values, which are too common for the index of words.
    pub fn one_of_many(column: &'static str, values: Vec<String>) -> Self {
        Self::unindexed(Sql::OneOf { column, values })
    }

    /// Makes the check for a whole value of a metadata key.
    pub fn metadata(key: &str, value: &str) -> Self {
        // Stored texts have their accents composed.
        let value = value.nfc().collect::<String>();
        Self::new(Sql::Metadata(json!({ key: value })), Entry::Fact(format!("metadata.{key}:{value}")))
    }

    /// Makes the check for a column that is filled.
    pub fn filled(column: &'static str) -> Self {
        Self::unindexed(Sql::Has(column))
    }

    /// Makes the check for what stands in another table.
    pub fn beside(beside: Beside) -> Self {
        Self::unindexed(Sql::Beside(beside))
    }

    /// Makes the check for customers created at or after the first time and before the second. A customer's id has the
    /// time of its creation, and the primary key is in its order.
    pub fn created((from, below): (Option<Timestamp>, Option<Timestamp>)) -> Self {
        let first = |moment: Timestamp| CustomerId::first_at(moment).uuid();
        Self::unindexed(Sql::Created { from: from.map(first), below: below.map(first) })
    }

    /// Makes the check for a time at or after the first one and before the second. No index is in the order of such a
    /// column.
    pub fn time(column: &'static str, (from, below): (Option<Timestamp>, Option<Timestamp>)) -> Self {
        let stored = |moment: Timestamp| moment.to_diesel();
        Self::unindexed(Sql::Time { column, from: from.map(stored), below: below.map(stored) })
    }

    fn new(sql: Sql, entry: Entry) -> Self {
        Self { sql, entries: vec![entry] }
    }

    fn unindexed(sql: Sql) -> Self {
        Self { sql, entries: vec![Entry::Unknown] }
    }

    /// Returns the entries of the index of words of which every customer that the check finds has at least one.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the first id and the one after the last, when the check limits the time of creation.
    pub(super) fn span(&self) -> (Option<Uuid>, Option<Uuid>) {
        if let Sql::Created { from, below } = &self.sql { (*from, *below) } else { (None, None) }
    }

    /// Returns the condition on another table, when an index leads to the rows that meet it.
    pub(super) fn indexed_beside(&self) -> Option<&Beside> {
        if let Sql::Beside(beside) = &self.sql { Some(beside).filter(|beside| beside.has_index()) } else { None }
    }

    /// Returns whether the check names customers by id.
    pub(super) fn is_ids(&self) -> bool {
        matches!(self.sql, Sql::Ids(_))
    }

    /// Returns whether an index of its own leads to the few who meet the check: those with an email, or the start of
    /// one, and those with a reference.
    pub(super) fn is_of_few(&self) -> bool {
        matches!(self.sql, Sql::Email(_) | Sql::EmailStart(_) | Sql::References(_))
    }

    /// Returns whether the SQL is the same for most searches, so that a statement with it is worth keeping prepared.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self.sql, Sql::Words(_) | Sql::Digits(_) | Sql::EmailStart(_) | Sql::Ids(_))
    }

    pub(super) fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.sql.push(out)
    }
}

impl Sql {
    /// Writes the condition. Patterns are made once per statement and not once per row, hence the SELECTs. A condition
    /// on one field is preceded by the same one on the text of all fields, which is stored in the form that is
    /// compared.
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Self::Words(words) => push_pattern(out, "search LIKE (SELECT word_pattern(", words, "))"),
            Self::Field { column, words } => {
                push_pattern(out, "search LIKE (SELECT word_pattern(", words, ")) AND search_text(")?;
                out.push_sql(column);
                push_pattern(out, ") LIKE (SELECT word_pattern(", words, "))")
            }
            Self::Unhidden { columns, words } => {
                push_pattern(out, "search LIKE (SELECT word_pattern(", words, ")) AND (")?;
                for (n, column) in columns.iter().enumerate() {
                    out.push_sql(if n == 0 { "" } else { " OR " });
                    out.push_sql(&unhidden(column));
                    push_pattern(out, " LIKE (SELECT word_pattern(", words, "))")?;
                }
                out.push_sql(")");
                Ok(())
            }
            Self::UnhiddenDigits(pattern) => {
                push_pattern(out, "search LIKE ", pattern, " AND (")?;
                out.push_sql(&unhidden("name"));
                push_pattern(out, " LIKE ", pattern, " OR ")?;
                out.push_sql(&unhidden("company"));
                push_pattern(out, " LIKE ", pattern, ")")
            }
            Self::WholeName => {
                out.push_sql("name IS NOT NULL AND fold(name) !~ '");
                out.push_sql(HIDDEN);
                out.push_sql("'");
                Ok(())
            }
            Self::Digits(pattern) => {
                push_pattern(out, "(search LIKE ", pattern, "")?;
                push_pattern(out, " OR phone LIKE ", pattern, ")")
            }
            Self::EmailStart(Between { from, below }) => {
                push_pattern(out, "email_key >= lower(", from, ")")?;
                push_pattern(out, " AND email_key < lower(", below, ")")
            }
            Self::Email(email) => push_pattern(out, "email_key = lower(", email, ")"),
            Self::EmailLike(pattern) => push_pattern(out, "email_key LIKE lower(", pattern, ")"),
            Self::Phone(pattern) => push_pattern(out, "phone LIKE ", pattern, ""),
            Self::WholePhone(phone) => push_pattern(out, "phone = ", phone, ""),
            // As the index has it.
            Self::References(references) => {
                out.push_sql("reference IS NOT NULL AND lower(reference) ");
                match &references[..] {
                    [reference] => push_pattern(out, "= lower(", reference, ")"),
                    _ => {
                        out.push_sql("= ANY (ARRAY(SELECT lower(one) FROM unnest(");
                        out.push_bind_param::<Array<SqlText>, _>(references)?;
                        out.push_sql(") AS one))");
                        Ok(())
                    }
                }
            }
            Self::Ids(ids) => match &ids[..] {
                [id] => push_id(out, "id = ", id),
                _ => {
                    out.push_sql("id = ANY(");
                    out.push_bind_param::<Array<SqlUuid>, _>(ids)?;
                    out.push_sql(")");
                    Ok(())
                }
            },
            Self::OneOf { column, values } => {
                out.push_sql(column);
                match &values[..] {
                    [value] => push_pattern(out, " = ", value, ""),
                    _ => {
                        out.push_sql(" = ANY(");
                        out.push_bind_param::<Array<SqlText>, _>(values)?;
                        out.push_sql(")");
                        Ok(())
                    }
                }
            }
            Self::Metadata(pair) => {
                out.push_sql("metadata @> ");
                out.push_bind_param::<Jsonb, _>(pair)
            }
            Self::Has(column) => {
                out.push_sql(column);
                out.push_sql(" IS NOT NULL");
                Ok(())
            }
            Self::Beside(beside) => beside.push(out),
            Self::Created { from, below } => {
                let (from_led, below_led) = ("id >= ", if from.is_some() { " AND id < " } else { "id < " });
                from.as_ref().map_or(Ok(()), |id| push_id(out, from_led, id))?;
                below.as_ref().map_or(Ok(()), |id| push_id(out, below_led, id))?;
                // Open at both ends only where the calendar itself ends.
                out.push_sql(if from.is_none() && below.is_none() { "true" } else { "" });
                Ok(())
            }
            Self::Time { column, from, below } => {
                let mut led = "";
                for (than, time) in [(" >= ", from), (" < ", below)] {
                    let Some(time) = time else { continue };
                    out.push_sql(led);
                    out.push_sql(column);
                    out.push_sql(than);
                    out.push_bind_param::<Timestamptz, _>(time)?;
                    led = " AND ";
                }
                out.push_sql(if led.is_empty() { "true" } else { "" });
                Ok(())
            }
        }
    }
}

fn push_pattern<'b>(out: &mut AstPass<'_, 'b, Pg>, before: &str, text: &'b String, behind: &str) -> QueryResult<()> {
    out.push_sql(before);
    out.push_bind_param::<SqlText, _>(text)?;
    out.push_sql(behind);
    Ok(())
}

fn push_id<'b>(out: &mut AstPass<'_, 'b, Pg>, before: &str, id: &'b Uuid) -> QueryResult<()> {
    out.push_sql(before);
    out.push_bind_param::<SqlUuid, _>(id)
}

/// Escapes the characters that have a meaning for LIKE.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '%' | '_') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
