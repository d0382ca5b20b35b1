//! Editing a payment method's expiry and billing address.

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    Form,
    panel::{self, rules},
    path, stay_in_dialog, wallet_path,
};
use crate::{
    customers::model::{self as customers, Customer},
    db::Db,
    error::{Error, Result},
    gateway::Kind,
    html::{self, Hx},
    ids::MethodId,
    input::{FieldErrors, Pairs, Typed},
    payment_methods::{
        billing,
        editing::{self, Edited},
        input,
        model::{self, Method},
        wallet,
    },
    shell::{Place, Shell, Toast},
    staff::guard::Editor,
    values::expiry,
    who::SignedIn,
};

/// What somebody else saved meanwhile in place of what was typed.
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
}

impl EditPage {
    fn new(who: SignedIn, hx: Hx, session: &Session, stored: &Stored, typed: Pairs, errors: FieldErrors) -> Self {
        let (customer, method) = (&stored.customer, &stored.method);
        Self {
            shell: Shell::new(who, hx, session, Place::Customers),
            customer_title: customer.title(),
            customer_path: crate::customers::identity::path(customer.id),
            wallet: wallet_path(customer.id),
            path: path(method.id),
            title: method.title(),
            version: method.version,
            is_card: method.instrument.kind == Kind::Card,
            form: Form { typed: typed.over(as_typed(method)), errors },
            theirs: Vec::new(),
        }
    }

    fn answer(self, hx: Hx, status: StatusCode) -> Result<HttpResponse> {
        if hx.wants_fragment { html::with_status(status, self.as_dialog()) } else { html::with_status(status, self) }
    }
}

/// A method as its form would send it.
fn as_typed(method: &Method) -> Pairs {
    let mut typed = billing::typed(method.billing.as_ref());
    if let Some(last) = method.instrument.expires_on {
        typed.0.push(("expires".to_owned(), expiry::shown(last)));
    }
    typed
}

/// A method that can be edited, and whose it is.
struct Stored {
    customer: Customer,
    method: Method,
}

async fn stored(who: &SignedIn, db: &Db, id: MethodId) -> Result<Stored> {
    let account = who.account;
    db.read(move |conn| {
        let method = model::find(conn, account, id)?;
        let customer = customers::find(conn, account, method.customer)?;
        wallet::refuse_deleted(&customer)?;
        wallet::refuse_removed(&method)?;
        Ok(Stored { customer, method })
    })
    .await
}

/// GET /payment_methods/{id}/edit
pub async fn edit(
    who: Editor,
    hx: Hx,
    id: web::Path<MethodId>,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let stored = stored(&who.0, &db, *id).await?;
    EditPage::new(who.0, hx, &session, &stored, Pairs::default(), FieldErrors::default()).answer(hx, StatusCode::OK)
}

/// POST /payment_methods/{id}: what is sent changes.
pub async fn save(
    who: Editor,
    hx: Hx,
    id: web::Path<MethodId>,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (who, id, typed) = (who.0, *id, typed.0);
    let now = stored(&who, &db, id).await?;
    let again = |who, stored: &Stored, errors| EditPage::new(who, hx, &session, stored, typed.clone(), errors);
    let version: i32 = typed.filled("version").and_then(|text| text.parse().ok()).ok_or(Error::BadRequest(
        "The form does not say which version of the payment method it changes. Open it again.".into(),
    ))?;
    if typed.filled("review").is_some() {
        let page = EditPage { version, ..again(who, &now, FieldErrors::default()) };
        return page.answer(hx, StatusCode::OK).map(|answer| stay_in_dialog(hx, answer));
    }
    let change = match input::check_edit(&typed, &now.method, rules(&who).today) {
        Ok(change) => change,
        Err(errors) => {
            let page = EditPage { version, ..again(who, &now, errors) };
            let answer = page.answer(hx, StatusCode::UNPROCESSABLE_ENTITY)?;
            return Ok(stay_in_dialog(hx, answer));
        }
    };
    let by = who.by();
    match db.write(move |conn| editing::edit(conn, &by, id, version, &change)).await? {
        Edited::Done(method) => {
            let toast = Toast::new(format!("{} was changed", method.title()));
            panel::answer(who, hx, method.customer, toast, &session, &db).await
        }
        Edited::Clash(method, fields) => {
            let theirs = fields.into_iter().map(|name| theirs(&method, name)).collect();
            let current = Stored { method: *method, ..now };
            let page = EditPage { theirs, ..again(who, &current, FieldErrors::default()) };
            page.answer(hx, StatusCode::CONFLICT).map(|answer| stay_in_dialog(hx, answer))
        }
    }
}

fn theirs(method: &Method, name: &str) -> Theirs {
    match name {
        "expires_on" => {
            Theirs { label: "Expires", stored: method.instrument.expires_on.map(expiry::shown).unwrap_or_default() }
        }
        _ => {
            let lines = method.billing.as_ref().map(|address| address.lines().join(", "));
            Theirs { label: "Billing address", stored: lines.unwrap_or_default() }
        }
    }
}
