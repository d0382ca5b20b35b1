//! Why a form is shown: newly opened, or again with what is wrong.

use actix_web::http::StatusCode;

use crate::input::FieldErrors;

/// The status and the errors that a form is shown with.
pub struct Why {
    pub status: StatusCode,
    pub errors: FieldErrors,
    /// The conflict with what is stored, as a sentence.
    pub conflict: Option<String>,
}

impl Why {
    /// Shows the form without errors: newly opened, or in a step between.
    pub fn opened() -> Self {
        Self { status: StatusCode::OK, errors: FieldErrors::default(), conflict: None }
    }

    /// Shows the form with errors in its fields.
    pub fn invalid(errors: FieldErrors) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors, conflict: None }
    }

    /// Shows the form with a conflict between what was typed and what is stored.
    pub fn conflict(sentence: impl Into<String>) -> Self {
        Self { status: StatusCode::CONFLICT, conflict: Some(sentence.into()), ..Self::opened() }
    }
}
