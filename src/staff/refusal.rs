//! The page of a refusal for somebody who is signed in: what was refused, why, and who may.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

use super::pages::{is_whole_form, waiting};
use crate::{
    defences::{CameFrom, words},
    error::{Error, Result},
    form::Sent,
    html,
    ids::AnyId,
    shell::{Place, Shell},
    who::{Role, SignedIn},
};

/// What is told, in the frame.
#[derive(Template)]
#[template(path = "staff/refusal.html")]
pub struct RefusalPage {
    shell: Shell,
    title: String,
    sentence: String,
    /// The way to the other account, if it is there.
    elsewhere: Option<Elsewhere>,
}

/// The way to what is in the merchant's other account.
struct Elsewhere {
    /// The mode of that account.
    mode: &'static str,
    /// The address there.
    next: String,
    /// The fields of a form that was sent, which waits for the switch.
    waiting: Vec<(String, String)>,
}

impl RefusalPage {
    /// Makes the page of an error for a person who asked for a path, with the form that they sent.
    pub fn new(who: SignedIn, err: &Error, path: &str, from: &CameFrom, sent: Option<&Sent>) -> Self {
        let (title, sentence) = words(err.status(), Some(err));
        let waiting = sent.map(|sent| waiting(&sent.typed)).unwrap_or_default();
        let is_whole_form = is_whole_form(&waiting);
        let (title, sentence) = match err {
            Error::InOtherAccount(mode) => {
                let thing = thing_of(path).unwrap_or("page");
                let mode = mode.as_str();
                let sentence = match is_whole_form {
                    true => format!("Nothing of your form was saved or lost. Switch to {mode} to go on with it."),
                    false => format!("Switch to {mode} to open it."),
                };
                (format!("This {thing} is in your {mode} account"), sentence)
            }
            Error::NotFound => match thing_of(path) {
                Some(thing) => (
                    format!("No {thing} has this ID"),
                    "There is none in this account, not among the deleted either.".to_owned(),
                ),
                None => {
                    (title.to_owned(), "There is nothing at this address. Perhaps the link is not whole.".to_owned())
                }
            },
            Error::Forbidden => (title.to_owned(), who_may(who.role).to_owned()),
            _ => (title.to_owned(), sentence),
        };
        let elsewhere = match err {
            Error::InOtherAccount(mode) => {
                let next = if is_whole_form { &from.path } else { &from.page }.clone();
                Some(Elsewhere { mode: mode.as_str(), next, waiting })
            }
            _ => None,
        };
        let place = match path.split('/').nth(1) {
            Some("payments") => Place::Payments,
            Some("quality") => Place::Quality,
            Some("profile") => Place::Profile,
            Some("settings") => Place::Settings,
            _ => Place::Customers,
        };
        Self { shell: Shell { who, place, toast: None, unknown: None }, title, sentence, elsewhere }
    }

    /// Answers with it.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub fn answer(self, status: StatusCode) -> Result<HttpResponse> {
        html::with_status(status, self)
    }
}

/// Returns the word for what the last ID in a path names.
fn thing_of(path: &str) -> Option<&'static str> {
    let id = path.rsplit('/').find_map(AnyId::find)?;
    Some(match id.prefix() {
        "cust" => "customer",
        "pay" => "payment",
        "pm" => "payment method",
        "view" => "view",
        "key" => "API key",
        _ => return None,
    })
}

fn who_may(role: Role) -> &'static str {
    match role {
        Role::Viewer => {
            "You are a viewer: you see everything and change nothing. Ask an editor, an admin or an owner. Nothing was \
             changed."
        }
        Role::Editor => "You are an editor, and this is for admins and owners. Ask one of them. Nothing was changed.",
        Role::Admin | Role::Owner => "Your role does not allow it. Ask an owner. Nothing was changed.",
    }
}
