//! The form that adds a payment method: by a token or from the card or bank account of an earlier payment, or, where
//! there is no gateway, as a record.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    panel::{self, begun, rules},
    source, wallet_path,
};
use crate::{
    codes::Code,
    customer_parts::USES,
    customers::model as customers,
    db::Db,
    error::Result,
    form::{Form, Sent},
    gateway::Kind,
    html::DIALOG,
    ids::{CustomerId, MethodId},
    input::{FieldErrors, Parameters},
    payment_methods::{
        input::{self, Adding},
        model,
        uses::{self, Charged, Unpaid},
        wallet::{self, Added, New, Refusal, Renewal},
    },
    payments::used_before::{self, Earlier},
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
    values::{card, expiry},
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "wallet_page/new.html", blocks = ["dialog"])]
struct NewPage {
    shell: Shell,
    title: String,
    customer: CustomerId,
    path: String,
    form: Form,
    earlier: Vec<Earlier>,
    /// The size of the wallet, if it is full.
    full: Option<usize>,
    /// True when it is the first one, which becomes the default in any case.
    is_first: bool,
    /// The card of the wallet that the typed one renews.
    renewal: Option<Renewal>,
    /// What is past due and would be charged by it at once, if it becomes the default or renews a card.
    unpaid: Unpaid,
    /// True when that is to be charged.
    collects: bool,
}

impl NewPage {
    /// Returns whether nothing can be added, so that there is nothing to type either. What is typed already stays: it
    /// may renew a card of the wallet.
    fn is_closed(&self) -> bool {
        self.full.is_some() && self.form.typed.0.is_empty()
    }

    /// Returns whether a bank account is to be recorded, and not a card.
    fn is_bank(&self) -> bool {
        Kind::parse(self.form.text("kind")) == Some(Kind::BankAccount)
    }

    /// Returns when what is past due is charged at once.
    fn collect_when(&self) -> &'static str {
        if self.is_first || self.renewal.is_some() { "" } else { " if it becomes the default" }
    }

    /// Returns the brands of cards to choose from.
    fn brands(&self) -> impl Iterator<Item = &'static str> {
        card::brands()
    }
}

/// The data that the form needs besides the typed fields.
struct Around {
    title: String,
    earlier: Vec<Earlier>,
    full: Option<usize>,
    is_first: bool,
    unpaid: Unpaid,
}

/// Reads the customer's name, the cards and bank accounts of earlier payments, and whether the wallet is full.
async fn around(who: &SignedIn, id: CustomerId, renews: Option<MethodId>, db: &Db) -> Result<Around> {
    let (account, curtain, rules, by) = (who.account, who.curtain(), rules(who), who.by());
    db.read(move |conn| {
        let customer = customers::find_or_say_where(conn, account, id)?;
        customer.refuse_deleted()?;
        let wallet = model::of_customer(conn, account, id)?;
        let earlier = used_before::of_customer(conn, account, id, &wallet, rules.today)?;
        let full = (wallet.len() >= rules.size).then_some(rules.size);
        let charged = Charged { named: renews, ..Charged::BY_DEFAULT };
        let unpaid = USES.unpaid(conn, &by, id, charged)?;
        Ok(Around { title: customer.behind(curtain).title(), earlier, full, is_first: wallet.is_empty(), unpaid })
    })
    .await
}

async fn page(visit: &Visit, id: CustomerId, form: Form, renewal: Option<Renewal>, db: &Db) -> Result<NewPage> {
    let renews = renewal.as_ref().map(|renewal| renewal.method);
    let Around { title, earlier, full, is_first, unpaid } = around(&visit.who, id, renews, db).await?;
    let (shell, path) = (visit.shell(Place::Customers), wallet_path(id));
    // A box that is not ticked is not sent.
    let collects = !form.has("key") || form.has("collect");
    Ok(NewPage { shell, title, customer: id, path, form, earlier, full, is_first, renewal, unpaid, collects })
}

/// Answers with the form again, in its dialog.
fn again(visit: &Visit, status: StatusCode, page: NewPage) -> Result<HttpResponse> {
    Ok(visit.retargeted(visit.answer_with(status, &page, page.as_dialog())?, DIALOG))
}

/// GET /customers/{id}/payment_methods/new; `token` may be given to start with.
pub async fn new(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (typed, _) = input::without_number(asked.0);
    let page = page(&visit, *id, Form::open(typed), None, &db).await?;
    visit.answer(&page, page.as_dialog())
}

/// POST /customers/{id}/payment_methods
pub async fn add(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let ((sent, had_number), id) = (sent.split(input::without_number), *id);
    if sent.is_review() {
        return again(&visit, StatusCode::OK, page(&visit, id, Form::open(sent.typed), None, &db).await?);
    }
    let done = match had_number {
        true => Err(Refused::of(number_refused(&visit.who))),
        false => store(&db, &visit.who, id, &sent).await?,
    };
    match done {
        Ok((method, charges)) => {
            panel::answer(&visit, id, told(&method.behind(visit.who.curtain()), charges), &db).await
        }
        Err(Refused { errors, renewal }) => {
            let page = page(&visit, id, Form::new(sent.typed, errors), renewal, &db).await?;
            again(&visit, StatusCode::UNPROCESSABLE_ENTITY, page)
        }
    }
}

/// Returns the notice of a method that was added, or renewed.
fn told(method: &model::Method, charges: usize) -> Toast {
    let title = method.title();
    let mut toast = Toast::new(match method.instrument.expires_on.filter(|_| method.version > 1) {
        Some(last) => format!("{title} expires {} now", expiry::shown(last)),
        None => format!("{title} was added"),
    });
    let details = method.is_default.then(|| "It is the default".to_owned()).into_iter().chain(begun(charges));
    toast.detail = Some(details.collect::<Vec<_>>().join(". ")).filter(|detail| !detail.is_empty());
    toast
}

fn number_refused(who: &SignedIn) -> FieldErrors {
    let (field, label, instead) = match who.has_gateway() {
        true => ("token", "Token", "Enter the token that the gateway gave for the card."),
        false => ("last4", "Last four digits", "Enter only the last four digits."),
    };
    let sentence = format!("This is a card number; it was not kept. {instead}");
    FieldErrors::of(field, label, Code::CardNumberInText.says(sentence))
}

/// The reason why a method was not added.
struct Refused {
    errors: FieldErrors,
    /// The card of the wallet that the typed one renews.
    renewal: Option<Renewal>,
}

impl Refused {
    fn of(errors: FieldErrors) -> Self {
        Self { errors, renewal: None }
    }
}

/// Adds the method; returns it with the number of charges that have begun, or why it was not added.
async fn store(
    db: &Db,
    who: &SignedIn,
    id: CustomerId,
    sent: &Sent,
) -> Result<Result<(Box<model::Method>, usize), Refused>> {
    let now = who.now();
    let key = sent.key_about(id.uuid())?;
    let checked = input::check_adding(&sent.typed, who.has_gateway(), now, &who.settings.time_zone);
    let Adding { source, billing, consent } = match checked {
        Ok(adding) => adding,
        Err(errors) => return Ok(Err(Refused::of(errors))),
    };
    let is_default = sent.typed.filled("default").is_some();
    let renews = sent.typed.filled("renews").and_then(|id| id.parse().ok());
    // Without a gateway the form has no other field.
    let (field, label) = match who.has_gateway() {
        true => (source.field(), source.label()),
        false => ("last4", "Last four digits"),
    };
    let new = match source::instrument(db, (who.account, who.mode), id, source, now).await? {
        Ok(new) => New { billing, consent, is_default, renews, ..new },
        Err(reason) => return Ok(Err(Refused::of(FieldErrors::of(field, label, reason)))),
    };
    let (by, rules) = (who.by(), rules(who));
    let collects = sent.typed.first("collect").is_some();
    let added = db.write(move |conn| {
        let added = wallet::add(conn, &by, id, new, rules, key.as_ref())?;
        let begun = match &added {
            Added::Done(method) if collects => uses::collect(conn, &by, id, Charged::of(method), USES)?,
            _ => 0,
        };
        Ok((added, begun))
    });
    let (added, begun) = added.await?;
    Ok(match added {
        Added::Done(method) | Added::Before(method) => Ok((method, begun)),
        Added::Refused(refusal) => {
            let renewal = if let Refusal::Renewed(renewal) = &refusal { Some(renewal.clone()) } else { None };
            Err(Refused { errors: FieldErrors::of(field, label, refusal), renewal })
        }
    })
}
