//! A person's file as a page to print, and as JSON.

use actix_web::{HttpResponse, http::header, web};
use askama::Template;
use serde_json::Value;

use super::{PersonalFile, api::FileObject};
use crate::{
    customers::identity,
    db::Db,
    error::{Error, Result},
    html::html,
    ids::CustomerId,
    reveal,
    shell::{Place, Shell, Visit},
    values::{curtain::Curtain, when::When},
};

#[derive(Template)]
#[template(path = "personal_file/show.html")]
struct FilePage {
    shell: Shell,
    title: String,
    path: String,
    file: PersonalFile,
    compiled: When,
}

impl FilePage {
    /// Returns the values of a thing by name, one a line.
    fn lines(&self, thing: &Value) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        flatten("", thing, &mut lines);
        lines
    }
}

/// Adds the values of a JSON value by their paths; what is empty is left out.
fn flatten(name: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    let within = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Null => {}
        Value::Object(members) => members.iter().for_each(|(key, value)| flatten(&within(key), value, lines)),
        Value::Array(values) => {
            (1..).zip(values).for_each(|(place, value)| flatten(&within(&format!("{place}")), value, lines));
        }
        Value::String(text) => lines.push((name.to_owned(), text.clone())),
        other => lines.push((name.to_owned(), other.to_string())),
    }
}

async fn read(visit: &Visit, id: CustomerId, db: &Db) -> Result<PersonalFile> {
    let who = visit.who.clone();
    db.read(move |conn| {
        let file = PersonalFile::of(conn, who.account, id, who.now())?;
        // A file of masks would be none of theirs.
        match reveal::reader(conn, &who, id)?.curtain() {
            Curtain::Drawn => Err(Error::Forbidden),
            Curtain::Open => Ok(file),
        }
    })
    .await
}

/// Answers `GET /customers/{id}/file`.
pub async fn show(visit: Visit, id: web::Path<CustomerId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let visit = visit.as_page();
    let file = read(&visit, *id, &db).await?;
    let compiled = When::new(file.compiled_at, &visit.who.settings.time_zone, file.compiled_at);
    let (title, path) = (file.customer.title(), identity::path(*id));
    html(FilePage { shell: visit.shell(Place::Customers), title, path, file, compiled })
}

/// Answers `GET /customers/{id}/file/download`.
pub async fn download(visit: Visit, id: web::Path<CustomerId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let file = read(&visit, *id, &db).await?;
    let json = serde_json::to_string_pretty(&FileObject::from(&file)).map_err(Error::internal)?;
    let named = format!("attachment; filename=\"{}.json\"", file.customer.id);
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CONTENT_DISPOSITION, named))
        .body(json))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_lies_within_has_a_path_and_what_is_empty_is_left_out() {
        let mut lines = Vec::new();
        flatten("", &json!({"a": {"b": [1, {"c": "x"}]}, "d": null, "e": true}), &mut lines);
        let expected = [("a.b.1", "1"), ("a.b.2.c", "x"), ("e", "true")];
        assert_eq!(lines, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
}
