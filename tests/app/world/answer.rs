//! An answer, and the looking at it: by element, never by the position of a text.

use std::cell::OnceCell;

use actix_web::{
    HttpResponse,
    body::to_bytes,
    cookie::Cookie,
    http::{
        StatusCode,
        header::{HeaderMap, LOCATION, SET_COOKIE},
    },
    web::Bytes,
};
use scraper::{ElementRef, Html, Selector};

use super::encode;

/// Status, headers and page.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    page: OnceCell<Html>,
}

impl Answer {
    pub(super) async fn read(response: HttpResponse) -> Self {
        let (head, body) = response.into_parts();
        let body = to_bytes(body).await.unwrap_or_else(|_| panic!("a body that arrives"));
        Self { status: head.status(), headers: head.headers().clone(), body, page: OnceCell::new() }
    }

    /// Itself, after a look that its status is the one expected.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.outline());
        self
    }

    /// What to tell of an answer that was not expected.
    pub fn outline(&self) -> String {
        let said = self.all("h1, h2, [role=alert]").iter().map(|e| squeezed(&words(e))).collect::<Vec<_>>();
        format!("{} {} {:?}", self.status, self.header("Location").unwrap_or_default(), said)
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Where a redirect leads.
    #[track_caller]
    pub fn location(&self) -> &str {
        let location = self.headers.get(LOCATION).unwrap_or_else(|| panic!("a redirect, not {}", self.outline()));
        location.to_str().unwrap()
    }

    /// A cookie it sets.
    pub fn cookie(&self, name: &str) -> Option<Cookie<'_>> {
        let cookies =
            self.headers.get_all(SET_COOKIE).map(|value| Cookie::parse_encoded(value.to_str().unwrap()).unwrap());
        let mut of_name = cookies.filter(|cookie| cookie.name() == name);
        of_name.next()
    }

    /// The body as text.
    pub fn text_body(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    /// Whether it is a page and no fragment.
    pub fn is_page(&self) -> bool {
        self.text_body().trim_start().starts_with("<!doctype html>")
    }

    fn page(&self) -> &Html {
        self.page.get_or_init(|| {
            if self.is_page() { Html::parse_document(self.text_body()) } else { Html::parse_fragment(self.text_body()) }
        })
    }

    /// The elements of a selector, in order; what waits in a `<template>` is not on the page.
    pub fn all(&self, css: &str) -> Vec<ElementRef<'_>> {
        let selector = Selector::parse(css).unwrap_or_else(|err| panic!("{css}: {err}"));
        self.page().select(&selector).filter(|element| !is_in_template(element)).collect()
    }

    /// Whether there is such an element.
    pub fn has(&self, css: &str) -> bool {
        !self.all(css).is_empty()
    }

    /// The one element of a selector.
    #[track_caller]
    pub fn one(&self, css: &str) -> ElementRef<'_> {
        let all = self.all(css);
        assert_eq!(all.len(), 1, "{css} in {}", self.outline());
        all[0]
    }

    /// The text of the one element, white space as it is read.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        squeezed(&words(&self.one(css)))
    }

    /// The texts of all elements.
    pub fn texts(&self, css: &str) -> Vec<String> {
        self.all(css).iter().map(|element| squeezed(&words(element))).collect()
    }

    /// An attribute of the one element.
    #[track_caller]
    pub fn attribute(&self, css: &str, name: &str) -> String {
        let element = self.one(css);
        element.attr(name).unwrap_or_else(|| panic!("{css} has no {name}")).to_owned()
    }

    /// The title, without the product's name.
    #[track_caller]
    pub fn title(&self) -> String {
        self.text("head > title").trim_end_matches(" · Clientele").to_owned()
    }

    /// What the names of a list's rows are.
    pub fn rows(&self) -> Vec<String> {
        self.texts("#results tbody tr .rowlink")
    }

    /// The error beside a field, by the field's id.
    pub fn error_of(&self, field: &str) -> Option<String> {
        let id = format!("{field}-d");
        let said = self.all("p.error").into_iter().find(|element| element.attr("id") == Some(&id));
        said.map(|element| squeezed(&words(&element)))
    }

    /// A form as the browser would send it untouched, without a button.
    #[track_caller]
    pub fn form(&self, css: &str) -> Form {
        let form = self.one(css);
        let inside = Selector::parse("input, select, textarea").expect("a selector");
        let mut controls: Vec<_> = form.select(&inside).filter(|control| !is_in_template(control)).collect();
        if let Some(id) = form.attr("id") {
            controls.extend(self.all(&format!("[form='{id}']")));
        }
        Form::read(&form, &controls)
    }

    /// The one form that posts to a path.
    #[track_caller]
    pub fn form_to(&self, action: &str) -> Form {
        self.form(&format!("form[action='{action}'][method=post]"))
    }
}

/// A form with what is in it.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    fn read(form: &ElementRef, controls: &[ElementRef]) -> Self {
        let fields = controls.iter().filter_map(|control| {
            let name = control.attr("name").filter(|_| control.attr("disabled").is_none())?;
            Some((name.to_owned(), sent_by(control)?))
        });
        Self {
            action: form.attr("action").unwrap_or_default().to_owned(),
            method: form.attr("method").unwrap_or("get").to_owned(),
            fields: fields.collect(),
        }
    }

    /// What is in a field.
    #[track_caller]
    pub fn value(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or_else(|| panic!("no field {name} in {:?}", self.fields), |(_, text)| text)
    }

    /// Types into a field, chooses from it, or presses a button of that name.
    pub fn set(mut self, name: &str, text: &str) -> Self {
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => text.clone_into(old),
            None => self.fields.push((name.to_owned(), text.to_owned())),
        }
        self
    }

    /// Unticks a box.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    /// As the browser sends it.
    pub fn encoded(&self) -> String {
        let pairs = self.fields.iter().map(|(name, text)| format!("{}={}", encode(name), encode(text)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// What a control sends, if it sends anything.
fn sent_by(control: &ElementRef) -> Option<String> {
    let value = || control.attr("value").unwrap_or_default().to_owned();
    match (control.value().name(), control.attr("type").unwrap_or_default()) {
        ("select", _) => {
            let options = Selector::parse("option").expect("a selector");
            let all: Vec<_> = control.select(&options).collect();
            let chosen = all.iter().find(|option| option.attr("selected").is_some()).or(all.first())?;
            Some(chosen.attr("value").map_or_else(|| squeezed(&words(chosen)), str::to_owned))
        }
        ("textarea", _) => Some(control.text().collect()),
        (_, "checkbox" | "radio") => {
            control.attr("checked").is_some().then(|| control.attr("value").unwrap_or("on").to_owned())
        }
        (_, "submit" | "button" | "image" | "reset" | "file") => None,
        _ => Some(value()),
    }
}

fn words(element: &ElementRef) -> String {
    let is_shown = |node: &scraper::node::Text| !node.trim().is_empty();
    let texts = element.descendants().filter_map(|node| {
        let parent = node.parent().and_then(ElementRef::wrap)?;
        let text = node.value().as_text().filter(|text| is_shown(text))?;
        (parent.value().name() != "template" && !is_in_template(&parent)).then(|| text.to_string())
    });
    texts.collect::<Vec<_>>().join(" ")
}

/// A text with its white space as it is read.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_in_template(element: &ElementRef) -> bool {
    element.ancestors().filter_map(ElementRef::wrap).any(|ancestor| ancestor.value().name() == "template")
}
