//! The form that charges a customer, as a dialog and as a page.

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;
use jiff::civil::Date;

use super::{CustomerRef, show};
use crate::{
    codes::Code,
    customers::form::AddressRow,
    db::Db,
    error::{Error, Result},
    form::{
        Form, Sent, Why,
        currencies::{Choice, currencies},
    },
    gateway::{self, Instrument, Sandbox},
    ids::{AccountId, CustomerId, MethodId, PaymentId},
    input::{FieldErrors, FormFields, Parameters},
    payment_methods::{input::without_number, model as payment_methods},
    payments::{
        Status,
        charging::{self, NewCharge},
        input::{self, BILLING, TOKEN},
        model::{self, PaidWith},
        row::{self, Method},
    },
    shell::{Link, Place, Shell, Visit},
    staff::guard::Editor,
    values::expiry,
};

/// A method of the wallet to choose.
struct Choosable {
    id: MethodId,
    method: Method,
    is_default: bool,
    is_expired: bool,
    is_chosen: bool,
}

/// Returns the wallet of a customer, the default method first.
fn wallet(conn: &mut PgConnection, account: AccountId, customer: CustomerId, today: Date) -> Result<Vec<Choosable>> {
    let mut methods = payment_methods::of_customer(conn, account, customer)?;
    methods.sort_by_key(|method| !method.is_default);
    let choosable = |method: payment_methods::Method| {
        let is_expired = method.is_expired(today);
        let payment_methods::Method { id, instrument, is_default, .. } = method;
        let Instrument { kind, brand, last4, .. } = instrument;
        let method = Method::new(&PaidWith { kind, brand, last4: Some(last4) });
        Choosable { id, method, is_default, is_expired, is_chosen: false }
    };
    Ok(methods.into_iter().map(choosable).collect())
}

#[derive(Template)]
#[template(path = "payments/charge.html", blocks = ["dialog"])]
struct ChargePage {
    shell: Shell,
    whose: CustomerRef,
    form: Form,
    /// The charge's own billing address.
    billing: AddressRow,
    currencies: Vec<Choice>,
    wallet: Vec<Choosable>,
    /// True when a token is charged, and not a method of the wallet.
    by_token: bool,
    /// True when the account has a gateway.
    has_gateway: bool,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
}

impl ChargePage {
    /// Returns whether any part of the billing address is typed or wrong.
    fn has_billing(&self) -> bool {
        self.billing.parts.iter().any(|part| !part.value.is_empty() || part.error.is_some())
    }
}

/// A form's customer, with the wallet to choose from.
struct Opened {
    visit: Visit,
    whose: CustomerRef,
    wallet: Vec<Choosable>,
}

impl Opened {
    async fn read(visit: Visit, id: CustomerId, db: &Db) -> Result<Self> {
        let who = visit.who.clone();
        let today = expiry::today(who.now(), &who.settings.time_zone);
        let read = move |conn: &mut PgConnection| {
            Ok((CustomerRef::find(conn, &who, id)?, wallet(conn, who.account, id, today)?))
        };
        let (whose, wallet) = db.read(read).await?;
        Ok(Self { visit, whose, wallet })
    }

    /// Returns the checked charge, or the errors of the form.
    fn check(&self, typed: &FormFields, had_number: bool) -> Result<input::ChargeInput, FieldErrors> {
        let mut errors = FieldErrors::default();
        if had_number {
            let sentence = "This is a card number. Never type one here: make a token of it first.";
            errors.add(TOKEN, "Token", Code::CardNumberInText.says(sentence));
        } else if !self.wallet.is_empty() && typed.filled("method").is_none() && typed.filled(TOKEN).is_none() {
            // What was chosen is gone. Nobody chose the default instead.
            errors.add("method", "Pay with", Code::Required.says("Choose what to charge."));
        }
        match input::charge(typed, &self.visit.who.settings) {
            Ok(asked) if errors.is_empty() => return Ok(asked),
            Ok(_) => {}
            Err(more) => errors.extend(more),
        }
        Err(errors)
    }

    fn form(mut self, typed: FormFields, why: Why) -> Result<HttpResponse> {
        let chosen = typed.filled("method").map(str::to_owned);
        let by_token = chosen.as_deref() == Some(TOKEN) || self.wallet.is_empty();
        for one in &mut self.wallet {
            one.is_chosen = chosen.as_ref().map_or(one.is_default, |id| *id == one.id.to_string());
        }
        let usual = self.visit.who.settings.default_currency;
        let currency = typed.filled("currency").map_or_else(|| usual.to_string(), str::to_owned);
        let form = Form::new(typed, why.errors);
        let page = ChargePage {
            currencies: currencies(&currency),
            has_gateway: self.visit.who.has_gateway(),
            shell: self.visit.shell(Place::Customers),
            whose: self.whose,
            billing: form.address(BILLING),
            form,
            wallet: self.wallet,
            by_token,
            conflict: why.conflict,
        };
        self.visit.answer_with(why.status, &page, page.as_dialog())
    }
}

/// GET /customers/{id}/charges/new; `method` and other fields may be given to start with.
pub async fn new(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let opened = Opened::read(visit, *id, &db).await?;
    opened.whose.refuse_deleted()?;
    opened.form(without_number(asked.0).0, Why::opened())
}

/// POST /customers/{id}/charges
pub async fn charge(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let ((sent, had_number), id) = (sent.split(without_number), *id);
    let opened = Opened::read(visit, id, &db).await?;
    let Some(gateway) = gateway::of(opened.visit.who.mode, &sandbox) else {
        return opened.form(sent.typed, Why::conflict(gateway::none().sentence));
    };
    if sent.is_review() {
        return opened.form(sent.typed, Why::opened());
    }
    let asked = match opened.check(&sent.typed, had_number) {
        Ok(asked) => asked,
        Err(errors) => return opened.form(sent.typed, Why::invalid(errors)),
    };
    let input::ChargeInput { money, source, description, reference, billing } = asked;
    let new = NewCharge { customer: id, money, source, description, reference, billing, debt: None };
    let key = sent.key_about(id.uuid())?;
    match charging::charge(&db, gateway, opened.visit.who.by(), new, key, opened.visit.who.now()).await {
        Ok(payment) => charged(&opened.visit, payment, &db).await,
        Err(Error::Conflict(reason)) => opened.form(sent.typed, Why::conflict(reason.sentence)),
        Err(err) => Err(err),
    }
}

/// Answers with the payment's page and a notice of the outcome, which links to another try when the charge failed.
async fn charged(visit: &Visit, id: PaymentId, db: &Db) -> Result<HttpResponse> {
    let account = visit.who.account;
    let payment = db.read(move |conn| model::find(conn, account, id)).await?;
    let mut toast = show::told(&payment);
    if let (Status::Failed, Some(customer)) = (payment.status, payment.customer) {
        let href = format!("/customers/{customer}/charges/new");
        toast.link = Some(Link { text: "Charge again".to_owned(), href });
    }
    visit.done(toast, row::path(id))
}
