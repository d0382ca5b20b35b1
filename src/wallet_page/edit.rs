//! The form that edits a payment method's expiry, billing address and consent.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::tz::TimeZone;

use super::{panel, path, wallet_path};
use crate::{
    codes::Code,
    customer_parts::USES,
    customers::model::{self as customers, Customer},
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    gateway::Kind,
    history,
    html::DIALOG,
    ids::MethodId,
    input::{FieldErrors, FormFields},
    payment_methods::{
        billing,
        editing::{self, Edited},
        input,
        model::{self, Method},
        uses::{self, Charged, Unpaid},
        wallet,
    },
    reveal::{self, Uses},
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
    values::{curtain::Curtain, expiry, when},
    who::SignedIn,
};

/// The values that another person saved meanwhile, in place of the typed ones.
struct Theirs {
    label: &'static str,
    stored: String,
}

#[derive(Template)]
#[template(path = "wallet_page/edit.html", blocks = ["dialog"])]
struct EditPage {
    shell: Shell,
    customer_title: String,
    customer_path: String,
    wallet: String,
    path: String,
    title: String,
    version: i32,
    is_card: bool,
    form: Form,
    theirs: Vec<Theirs>,
    /// What is past due that charges it.
    unpaid: Unpaid,
    /// True when that is to be charged at once if the expiry changes.
    collects: bool,
}

impl EditPage {
    fn new(visit: &Visit, stored: &Stored, typed: FormFields, errors: FieldErrors) -> Self {
        let (customer, method) = (stored.customer.clone().behind(stored.curtain), &stored.method);
        let as_stored = match stored.curtain {
            Curtain::Open => as_typed(method, &visit.who.settings.time_zone),
            Curtain::Drawn => FormFields::default(),
        };
        Self {
            shell: visit.shell(Place::Customers),
            customer_title: customer.title(),
            customer_path: crate::customers::identity::path(customer.id),
            wallet: wallet_path(customer.id),
            path: path(method.id),
            title: method.clone().behind(stored.curtain).title(),
            version: method.version,
            is_card: method.instrument.kind == Kind::Card,
            // A box that is not ticked is not sent.
            collects: typed.first("version").is_none() || typed.first("collect").is_some(),
            form: Form::new(typed.over(as_stored), errors),
            theirs: Vec::new(),
            unpaid: stored.unpaid.clone(),
        }
    }

    /// Returns when what is past due is charged.
    fn collect_when(&self) -> &'static str {
        " if it expires on another day"
    }

    /// Answers with the form again, in its dialog.
    fn again(self, visit: &Visit, status: StatusCode) -> Result<HttpResponse> {
        let answer = visit.answer_with(status, &self, self.as_dialog())?;
        Ok(visit.retargeted(answer, DIALOG))
    }
}

/// Returns the fields that the form of a method would send.
fn as_typed(method: &Method, zone: &TimeZone) -> FormFields {
    let mut typed = billing::typed(method.billing.as_ref());
    if let Some(consent) = &method.consent {
        typed.0.push(("consent_source".to_owned(), consent.source.clone()));
        typed.0.extend(input::consent_day(consent, zone).map(|day| ("consent_on".to_owned(), day)));
    }
    if let Some(last) = method.instrument.expires_on {
        typed.0.push(("expires".to_owned(), expiry::shown(last)));
    }
    typed
}

/// A method that can be edited, with its customer.
struct Stored {
    customer: Customer,
    method: Method,
    /// What hides it from who edits.
    curtain: Curtain,
    /// What is past due that charges it.
    unpaid: Unpaid,
}

async fn stored(who: &SignedIn, db: &Db, id: MethodId, uses: Uses) -> Result<Stored> {
    let who = who.clone();
    db.read(move |conn| {
        let method = model::find(conn, who.account, id)?;
        let customer = customers::find(conn, who.account, method.customer)?;
        let curtain = uses(conn, &who, customer.id)?.curtain();
        customer.refuse_deleted()?;
        wallet::refuse_removed(&method)?;
        let unpaid = USES.unpaid(conn, &who.by(), customer.id, Charged::of(&method))?;
        Ok(Stored { customer, method, curtain, unpaid })
    })
    .await
}

/// GET /payment_methods/{id}/edit
pub async fn edit(Editor(visit): Editor, id: web::Path<MethodId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let stored = stored(&visit.who, &db, *id, reveal::opener).await?;
    let page = EditPage::new(&visit, &stored, FormFields::default(), FieldErrors::default());
    visit.answer(&page, page.as_dialog())
}

/// POST /payment_methods/{id}: changes the fields that are sent.
pub async fn save(
    Editor(visit): Editor,
    id: web::Path<MethodId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let id = *id;
    let now = stored(&visit.who, &db, id, reveal::sender).await?;
    let version = sent.version().ok_or_else(|| {
        let sentence = "The form does not say which version of the payment method it changes. Open it again.";
        Error::BadRequest(Code::InvalidParameter.says(sentence))
    })?;
    let form = |stored: &Stored, errors| EditPage::new(&visit, stored, sent.typed.clone(), errors);
    if sent.is_review() {
        let page = EditPage { version, ..form(&now, FieldErrors::default()) };
        return page.again(&visit, StatusCode::OK);
    }
    let change = match input::check_edit(&sent.typed, &now.method, visit.who.now(), &visit.who.settings.time_zone) {
        Ok(change) => change,
        Err(errors) => {
            return EditPage { version, ..form(&now, errors) }.again(&visit, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let (by, collects) = (visit.who.by(), sent.typed.first("collect").is_some());
    let stored = db.write(move |conn| {
        let before = model::find(conn, by.account, id)?;
        let edited = editing::edit(conn, &by, id, version, &change)?;
        let event = history::of_request(conn, &by, id.uuid())?;
        let begun = match &edited {
            Edited::Done(method) if collects => {
                uses::collect(conn, &by, method.customer, Charged::anew(&before, method), USES)?
            }
            _ => 0,
        };
        Ok((edited, event, begun))
    });
    match stored.await? {
        (Edited::Done(method), event, charges) => {
            let title = method.clone().behind(now.curtain).title();
            let mut toast = Toast::new(format!("{title} was changed")).undoing(event.map(|event| event.id));
            toast.detail = panel::begun(charges);
            panel::answer(&visit, method.customer, toast, &db).await
        }
        (Edited::Clash(method, fields), ..) => {
            let zone = &visit.who.settings.time_zone;
            let hidden = method.clone().behind(now.curtain);
            let theirs = fields.into_iter().map(|name| theirs(&hidden, name, zone)).collect();
            let current = Stored { method: *method, ..now };
            let page = EditPage { theirs, ..form(&current, FieldErrors::default()) };
            page.again(&visit, StatusCode::CONFLICT)
        }
    }
}

fn theirs(method: &Method, name: &str, zone: &TimeZone) -> Theirs {
    let consent = method.consent.as_ref();
    let (label, stored) = match name {
        "expires_on" => ("Expires", method.instrument.expires_on.map(expiry::shown)),
        "consent_source" => ("How the customer agreed", consent.map(|consent| consent.source.clone())),
        "consent_at" => ("Agreed on", consent.and_then(|consent| consent.at).map(|at| when::date(at, zone))),
        _ => ("Billing address", method.billing.as_ref().map(|address| address.lines().join(", "))),
    };
    Theirs { label, stored: stored.unwrap_or_default() }
}
