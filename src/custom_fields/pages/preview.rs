//! How a field will look in a form, while it is being defined.

use actix_web::HttpResponse;
use askama::Template;

use crate::{
    error::Result,
    form::Sent,
    html::html,
    input::FormFields,
    staff::guard::Admin,
    values::field::{Field, Kind},
};

/// An input as the forms of customers will have it.
#[derive(Template)]
#[template(path = "custom_fields/_preview.html")]
pub struct Preview {
    label: String,
    help: String,
    kind: Kind,
    choices: Vec<String>,
    is_required: bool,
}

impl Preview {
    /// Makes it of what is typed so far, which need not be valid. The kind of a stored field does not change.
    pub fn of(typed: &FormFields, stored: Option<&Field>) -> Self {
        let text = |name: &str| typed.filled(name).unwrap_or_default().to_owned();
        let kind = stored.map(|field| field.kind).or_else(|| typed.filled("kind")?.parse().ok());
        let lines = typed.first("choices").unwrap_or_default().lines();
        Self {
            label: text("label"),
            help: text("help_text"),
            kind: kind.unwrap_or(Kind::Text),
            choices: lines.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect(),
            is_required: typed.first("is_required") == Some("on"),
        }
    }
}

/// POST /settings/fields/preview: sent again and again while somebody types.
pub async fn preview(Admin(visit): Admin, sent: Sent) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return Ok(visit.go_to("/settings/fields/new"));
    }
    html(Preview::of(&sent.typed, None))
}
