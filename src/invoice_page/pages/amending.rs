//! The form that changes what can be changed of an invoice: its memo, its reference and, while it is open and sent, the
//! day by which it is to be paid.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{View, day};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    events::fields::value,
    form::{Form, Sent},
    html,
    ids::InvoiceId,
    input::{FieldErrors, FormFields},
    invoice_page::input,
    invoices::{self, Collects, Invoice},
    reveal,
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
    subscriptions::by_hand::{self, Amended, changeable},
};

#[derive(Template)]
#[template(path = "invoice_page/edit.html")]
struct EditPage {
    shell: Shell,
    view: View,
    form: Form,
    version: i32,
    /// What somebody else saved meanwhile in place of what was typed: the label, and the value.
    theirs: Vec<(&'static str, String)>,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
}

impl EditPage {
    /// Returns whether its day can still change.
    fn has_day(&self) -> bool {
        self.view.invoice.is_open() && self.view.invoice.collects == Collects::Invoice
    }
}

/// Returns an invoice as the form sends it.
fn as_typed(invoice: &Invoice) -> FormFields {
    let pairs = [
        ("memo", invoice.memo.clone().unwrap_or_default()),
        ("reference", invoice.reference.clone().unwrap_or_default()),
        ("due_on", invoice.due_on.to_string()),
    ];
    FormFields(pairs.map(|(name, text)| (name.to_owned(), text)).into())
}

/// Reads the invoice for who may see all of it.
async fn view(visit: &Visit, id: InvoiceId, db: &Db) -> Result<View> {
    let who = visit.who.clone();
    db.read(move |conn| {
        let (view, reader) = View::read(conn, &who, id)?;
        reveal::refuse_masked(&reader)?;
        Ok(view)
    })
    .await
}

fn page(visit: &Visit, view: View, typed: FormFields, errors: FieldErrors) -> EditPage {
    EditPage {
        shell: visit.clone().as_page().shell(Place::Payments),
        version: typed.filled("version").and_then(|text| text.parse().ok()).unwrap_or(view.invoice.version),
        form: Form::new(typed.over(as_typed(&view.invoice)), errors),
        view,
        theirs: Vec::new(),
        conflict: None,
    }
}

/// GET /invoices/{id}/edit
pub async fn edit(Editor(visit): Editor, id: web::Path<InvoiceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let view = view(&visit, *id, &db).await?;
    html::html(page(&visit, view, FormFields::default(), FieldErrors::default()))
}

/// POST /invoices/{id}
pub async fn save(
    Editor(visit): Editor,
    id: web::Path<InvoiceId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let id = *id;
    let now = view(&visit, id, &db).await?;
    if sent.is_review() {
        return html::html(page(&visit, now, sent.typed, FieldErrors::default()));
    }
    let version = sent.version().ok_or_else(|| {
        let sentence = "The form does not say which version of the invoice it changes. Open it again.";
        Error::BadRequest(Code::InvalidParameter.says(sentence))
    })?;
    let given = match input::check_change(&sent.typed) {
        Ok(given) => given,
        Err(errors) => return html::invalid(page(&visit, now, sent.typed, errors)),
    };
    let (by, wanted) = (visit.who.by(), given.clone());
    match db.write(move |conn| by_hand::amend(conn, &by, id, version, &wanted)).await {
        Ok(Amended::Done(invoice)) => {
            let is_new = invoice.version > now.invoice.version;
            let text =
                if is_new { format!("{} was changed", invoice.number) } else { "Nothing was changed".to_owned() };
            visit.done(Toast::new(text), invoices::path(id))
        }
        Ok(Amended::Clash(current, names)) => {
            let stored = changeable(&current);
            let theirs = names.into_iter().map(|name| (label(name), shown(name, &value(&stored, name)))).collect();
            let mut typed = sent.typed;
            // Saved again, it is a change of what is stored now.
            typed.0.retain(|(name, _)| name != "version");
            let fresh = view(&visit, id, &db).await?;
            let page = page(&visit, fresh, typed, FieldErrors::default());
            html::with_status(StatusCode::CONFLICT, EditPage { theirs, ..page })
        }
        Err(Error::Conflict(reason)) if reason.code == Code::DateInvalid => {
            let errors = FieldErrors::of("due_on", label("due_on"), reason);
            html::invalid(page(&visit, now, sent.typed, errors))
        }
        Err(Error::Conflict(reason)) => {
            let conflict = Some(reason.sentence.into_owned());
            let page = page(&visit, now, sent.typed, FieldErrors::default());
            html::with_status(StatusCode::CONFLICT, EditPage { conflict, ..page })
        }
        Err(err) => Err(err),
    }
}

fn label(name: &str) -> &'static str {
    match name {
        "memo" => "Memo",
        "reference" => "Your reference",
        _ => "To be paid by",
    }
}

fn shown(name: &str, value: &serde_json::Value) -> String {
    let text = value.as_str().unwrap_or_default();
    match text.parse() {
        Ok(date) if name == "due_on" => day(date),
        _ => text.to_owned(),
    }
}
