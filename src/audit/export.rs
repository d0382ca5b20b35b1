//! The log as a file: JSON for programs, CSV for spreadsheets, of what is filtered and in its order. Making one is an event
//! of its own.

use std::sync::Arc;

use actix_web::{HttpResponse, http::header};
use diesel::PgConnection;
use serde_json::{Value, json};

use super::{
    entry::{self, Entry},
    reading::{self, Found},
    search::{LANGUAGE, Scope},
};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    events::{self, Fields, NewEvent},
    ids::EventId,
    merchants,
    query::Query,
    security,
    values::Mode,
    who::SignedIn,
};

/// The most events of a file.
pub const MOST: usize = 5_000;

/// The events that are read at once.
const AT_ONCE: usize = 250;

/// The most pages that are read: where what is looked for is rare, a page has few events.
const MOST_PAGES: usize = 120;

/// The kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
}

impl Format {
    /// Reads its word.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for another word.
    pub fn parse(word: &str) -> Result<Self> {
        match word {
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            _ => Err(Error::BadRequest(Code::InvalidParameter.says("The format is “csv” or “json”."))),
        }
    }

    /// Returns the word, which is also the end of the file's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// A file that was made.
pub struct File {
    format: Format,
    name: String,
    text: String,
}

impl File {
    /// Answers with it.
    pub fn answer(self) -> HttpResponse {
        let kind = match self.format {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Json => "application/json",
        };
        let named = format!("attachment; filename=\"{}.{}\"", self.name, self.format.as_str());
        HttpResponse::Ok().content_type(kind).insert_header((header::CONTENT_DISPOSITION, named)).body(self.text)
    }
}

/// Makes a file of what a search finds, newest first and `most` events of it, and records that. It reads page by page, so
/// that no connection is held for long.
///
/// # Errors
/// [`Error::BadRequest`] when the search cannot be answered.
pub async fn make(db: &Db, who: &SignedIn, (q, query): (String, Query), format: Format, most: usize) -> Result<File> {
    let (reader, searched) = (who.clone(), query.clone());
    let scope = db.search(who.searcher(), move |conn| {
        let mut scope = Scope::read(conn, &reader)?;
        match scope.find_customers(conn, &reader, &searched)? {
            Some(problem) => Err(Error::BadRequest(problem.into())),
            None => Ok(scope),
        }
    });
    let reading = Arc::new((scope.await?, query, who.clone()));
    let (mut entries, mut before, mut is_whole) = (Vec::new(), None, false);
    for _ in 0..MOST_PAGES {
        let (reading, limit) = (Arc::clone(&reading), AT_ONCE.min(most - entries.len()));
        let page = move |conn: &mut PgConnection| {
            let (scope, query, who) = &*reading;
            let Found { events, earlier } = reading::page(conn, who.account, scope, query, before, limit)?;
            let names = entry::names(&scope.people, &scope.keys);
            Ok((entry::of(conn, who.account, events, &names, &who.settings.fields)?, earlier))
        };
        let (found, earlier) = db.search(who.searcher(), page).await?;
        entries.extend(found);
        (before, is_whole) = (earlier, earlier.is_none());
        if is_whole || entries.len() == most {
            break;
        }
    }
    let (author, rows) = (who.clone(), entries.len());
    db.write(move |conn| record(conn, &author, &q, format, rows)).await?;
    let text = match format {
        Format::Csv => as_csv(&entries),
        Format::Json => as_json(&entries, is_whole, before)?,
    };
    let day = who.now().to_zoned(who.settings.time_zone.clone()).date();
    Ok(File { format, name: format!("audit-log-{}-{day}", who.mode.as_str()), text })
}

fn record(conn: &mut PgConnection, who: &SignedIn, q: &str, format: Format, rows: usize) -> Result<()> {
    let by = who.by().in_live(merchants::account(conn, who.merchant_id, Mode::Live)?);
    let mut after = Fields::from([
        ("format".to_owned(), json!(format.as_str())),
        ("rows".to_owned(), json!(rows)),
        ("mode".to_owned(), json!(who.mode.as_str())),
    ]);
    // The search itself may name a customer, who may be erased: how it was filtered is said by its keys.
    let keys: Vec<String> = LANGUAGE
        .parse(q, who.home())
        .map(|query| query.branches.iter().flat_map(|branch| &branch.terms).filter_map(|term| term.key()).collect())
        .unwrap_or_default();
    if !q.is_empty() {
        after.insert("search".to_owned(), json!(if keys.is_empty() { "words".to_owned() } else { keys.join(", ") }));
    }
    let (kind, subject, before) = (security::kinds::EXPORTED, who.staff.uuid(), Fields::new());
    events::record(conn, &by, &NewEvent { kind, subject, customer: None, version: 0, before: &before, after: &after })?;
    Ok(())
}

/// The headings of the columns.
const COLUMNS: [&str; 8] = ["id", "time", "kind", "by", "what", "about", "detail", "changes"];

fn as_csv(entries: &[Entry]) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for Entry { event, told, about } in entries {
        let changes = told.changes.iter().map(|change| {
            let value = |value: &Option<String>| value.clone().unwrap_or_default();
            format!("{}: {} → {}", change.label, value(&change.before), value(&change.after))
        });
        let cells = [
            event.id.to_string(),
            event.id.created_at().to_string(),
            event.kind.clone(),
            event.by.clone().unwrap_or_else(|| "Clientele".to_owned()),
            told.did.clone(),
            about.as_ref().map(|about| about.name.clone()).unwrap_or_default(),
            told.detail.clone().unwrap_or_default(),
            changes.collect::<Vec<_>>().join("; "),
        ];
        text.push_str(&cells.map(|cell| as_cell(&cell)).join(","));
        text.push_str("\r\n");
    }
    text
}

/// Writes a cell. What a spreadsheet would take for a formula is a text by the apostrophe before it.
fn as_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    let is_plain = !text.contains([',', '"', '\n', '\r', ';', '\'']);
    if is_plain { text } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

fn as_json(entries: &[Entry], is_whole: bool, before: Option<EventId>) -> Result<String> {
    let event = |Entry { event, told, about }: &Entry| {
        json!({
            "id": event.id.to_string(),
            "time": event.id.created_at().to_string(),
            "kind": event.kind,
            "by": event.by,
            "what": told.did,
            "about": about.as_ref().map(|about| &about.name),
            "detail": told.detail,
            "undoes": event.undoes.map(|id| id.to_string()),
            "before": event.before,
            "after": event.after,
        })
    };
    let events: Vec<Value> = entries.iter().map(event).collect();
    let file = json!({
        "events": events,
        "is_whole": is_whole,
        "continues_before": before.filter(|_| !is_whole).map(|id| id.to_string()),
    });
    serde_json::to_string_pretty(&file).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("=1+1", "\"'=1+1\""),
            ("+254", "\"'+254\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("a=b", "a=b"),
            ("say \"hi\", you", "\"say \"\"hi\"\", you\""),
            ("two\nlines", "\"two\nlines\""),
            ("", ""),
        ] {
            assert_eq!(as_cell(text), cell, "{text}");
        }
    }
}
