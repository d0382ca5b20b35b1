//! The form of an invoice that is made by hand, and the invoice as it would be, before it is made.

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;
use jiff::{Span, civil::Date};

use super::{day, settle};
use crate::{
    customers::{identity, model as customers},
    db::Db,
    error::{Error, Result},
    form::{
        Form, Sent, Why,
        currencies::{Choice, currencies},
    },
    gateway::Sandbox,
    html, idempotency,
    ids::{CustomerId, InvoiceId, MethodId},
    input::{FormFields, Parameters},
    invoice_page::{
        body::MOST_LINES,
        input::{self, Checked, SENT, Typed},
    },
    invoices::{
        self, Collects,
        making::{Due, NewLine},
        object::BillToObject,
    },
    merchants,
    payment_methods::model as payment_methods,
    payments::{self, debts::Owed, of_debt},
    reveal,
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
    subscriptions::by_hand,
    values::{Money, expiry},
    who::SignedIn,
};

/// A method of the wallet to charge.
struct Choosable {
    id: MethodId,
    title: String,
    is_default: bool,
    is_expired: bool,
}

/// What the form is about.
struct About {
    customer: String,
    customer_path: String,
    wallet: Vec<Choosable>,
    /// The number of the void invoice that it corrects.
    replaced: Option<String>,
    today: Date,
    /// The days in which what is sent is to be paid, unless the form says otherwise.
    days: i32,
    /// Who it is addressed to.
    bill_to: BillToObject,
    address: Vec<String>,
}

impl About {
    fn read(conn: &mut PgConnection, who: &SignedIn, id: CustomerId, typed: &FormFields) -> Result<Self> {
        let who = reveal::reader(conn, who, id)?;
        let (account, curtain, today) = (who.account, who.curtain(), expiry::today(who.now(), &who.settings.time_zone));
        let customer = customers::find_or_say_where(conn, account, id)?;
        customer.refuse_deleted()?;
        let mut wallet = match who.has_gateway() {
            true => payment_methods::of_customer(conn, account, id)?,
            false => Vec::new(),
        };
        wallet.sort_by_key(|method| !method.is_default);
        let choosable = |method: payment_methods::Method| Choosable {
            id: method.id,
            is_default: method.is_default,
            is_expired: method.is_expired(today),
            title: method.behind(curtain).title(),
        };
        let replaced = typed.filled("replaces").and_then(|id| id.parse::<InvoiceId>().ok());
        let replaced = match replaced.map(|id| invoices::model::find(conn, account, id)) {
            None | Some(Err(Error::NotFound)) => None,
            Some(found) => Some(found?.number),
        };
        let bill_to = curtain.json("", &invoices::making::addressee(&customer));
        let address = bill_to.get("address").filter(|address| !address.is_null());
        Ok(Self {
            wallet: wallet.into_iter().map(choosable).collect(),
            replaced,
            today,
            days: merchants::invoicing(conn, account)?.days_until_due,
            address: address.map(|one| crate::payment_methods::billing::of_json(one).lines()).unwrap_or_default(),
            bill_to: BillToObject::of(&bill_to),
            customer: customer.behind(curtain).title(),
            customer_path: identity::path(id),
        })
    }
}

#[derive(Template)]
#[template(path = "invoice_page/new.html")]
struct NewPage {
    shell: Shell,
    about: About,
    form: Form,
    lines: Vec<Typed>,
    currencies: Vec<Choice>,
    /// The day that is proposed.
    due_on: String,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
}

impl NewPage {
    fn is_sent(&self) -> bool {
        matches!(self.form.text("pay"), "" | SENT)
    }

    fn pays(&self, one: &Choosable) -> bool {
        self.form.text("pay") == one.id.to_string()
    }
}

/// The invoice as it would be, with the form to make it or to change it.
#[derive(Template)]
#[template(path = "invoice_page/review.html")]
struct ReviewPage {
    shell: Shell,
    about: About,
    typed: FormFields,
    checked: Checked,
    due_on: String,
    /// The method that is charged.
    method: Option<String>,
}

impl ReviewPage {
    fn each(&self, line: &NewLine) -> Money {
        Money::new(line.unit_amount, self.checked.new.currency)
    }

    fn amount(&self, line: &NewLine) -> Money {
        Money::new(line.amount().unwrap_or_default(), self.checked.new.currency)
    }

    fn is_charged(&self) -> bool {
        self.checked.new.collects == Collects::Charge
    }

    /// Returns what the button does.
    fn button(&self) -> String {
        match self.is_charged() {
            true => format!("Make it and charge {}", self.checked.total),
            false => format!("Make invoice of {}", self.checked.total),
        }
    }
}

fn form(visit: &Visit, about: About, mut typed: FormFields, why: Why) -> Result<HttpResponse> {
    let adds = typed.filled("add").is_some();
    typed.0.retain(|(name, _)| !["add", "review", "agreed"].contains(&name.as_str()));
    let usual = visit.who.settings.default_currency;
    let currency = typed.filled("currency").map_or_else(|| usual.to_string(), str::to_owned);
    let due = about.today.checked_add(Span::new().days(about.days)).unwrap_or(about.today);
    let page = NewPage {
        lines: input::lines(&typed, adds),
        currencies: currencies(&currency),
        due_on: typed.first("due_on").map_or_else(|| due.to_string(), str::to_owned),
        form: Form::new(typed, why.errors),
        conflict: why.conflict,
        shell: visit.clone().as_page().shell(Place::Customers),
        about,
    };
    html::with_status(why.status, page)
}

async fn about(visit: &Visit, id: CustomerId, typed: &FormFields, db: &Db) -> Result<About> {
    let (who, typed) = (visit.who.clone(), typed.clone());
    db.read(move |conn| About::read(conn, &who, id, &typed)).await
}

/// GET /customers/{id}/invoices/new: with `replaces` it begins as the void invoice that it corrects.
pub async fn new(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let id = *id;
    let (typed, too_long) = match asked.0.filled("replaces").map(str::parse::<InvoiceId>) {
        None => (FormFields::default(), None),
        Some(Err(_)) => return Err(Error::NotFound),
        Some(Ok(replaces)) => {
            let who = visit.who.clone();
            let as_was = move |conn: &mut PgConnection| {
                let invoice = invoices::model::find(conn, who.account, replaces)?;
                if invoice.customer_id != id {
                    return Err(Error::NotFound);
                }
                reveal::refuse_masked(&reveal::reader(conn, &who, id)?)?;
                let lines = invoices::model::lines(conn, who.account, replaces)?;
                Ok((input::typed(&invoice, &lines), too_long(lines.len())))
            };
            db.read(as_was).await?
        }
    };
    let about = about(&visit, id, &typed, &db).await?;
    form(&visit, about, typed, Why { conflict: too_long, ..Why::opened() })
}

/// Says that the lines of an invoice are more than a form takes, if they are.
fn too_long(lines: usize) -> Option<String> {
    let sentence = || {
        format!(
            "The invoice has {lines} lines, and a form takes {MOST_LINES}: these are the first. Make another invoice for the \
             rest."
        )
    };
    (lines > MOST_LINES).then(sentence)
}

/// POST /customers/{id}/invoices: shows the invoice as it would be, and makes it once somebody agreed to its total.
pub async fn make(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
    debts: web::Data<Owed>,
) -> Result<HttpResponse> {
    let (id, key) = (*id, sent.key_about(id.uuid())?);
    let typed = sent.typed.clone();
    let about = about(&visit, id, &typed, &db).await?;
    if sent.is_review() {
        return form(&visit, about, typed, Why::opened());
    }
    let new = (InvoiceId::at(visit.who.now()), id);
    let checked = match input::check(&typed, new, (about.today, about.days)) {
        Ok(checked) => checked,
        Err(errors) => return form(&visit, about, typed, Why::invalid(errors)),
    };
    if typed.filled("agreed") != Some(checked.total.to_string().as_str()) {
        return review(&visit, about, typed, checked);
    }
    let (by, account, new) = (visit.who.by(), visit.who.account, checked.new);
    let made = db.write(move |conn| {
        if let Some(made) = idempotency::take(conn, account, key.as_ref(), new.id.uuid())? {
            return invoices::model::find(conn, account, InvoiceId::from_uuid(made));
        }
        by_hand::make(conn, &by, new)
    });
    let invoice = match made.await {
        Err(Error::Conflict(reason)) => return form(&visit, about, typed, Why::conflict(reason.sentence)),
        made => made?,
    };
    let running = db.read(move |conn| of_debt::running(conn, account, invoice.id)).await?;
    let mut toast = Toast::new(format!("Invoice {} is made", invoice.number));
    if let Some(payment) = running {
        settle(&visit, payment, &db, &sandbox, **debts).await;
        let payment = db.read(move |conn| payments::model::find(conn, account, payment)).await?;
        let told = payments::pages::show::told(&payment);
        toast = Toast { detail: Some(toast.text), ..told };
    }
    visit.done(toast, invoices::path(invoice.id))
}

fn review(visit: &Visit, about: About, mut typed: FormFields, checked: Checked) -> Result<HttpResponse> {
    typed.0.retain(|(name, _)| name != "agreed");
    let method = checked.new.method.map(|id| {
        let chosen = about.wallet.iter().find(|one| one.id == id);
        chosen.map_or_else(|| "a payment method that is gone".to_owned(), |one| one.title.clone())
    });
    let due_on = match checked.new.due {
        Some(Due::On(due)) => day(due),
        _ => day(about.today),
    };
    let shell = visit.clone().as_page().shell(Place::Customers);
    html::html(ReviewPage { shell, about, typed, checked, due_on, method })
}
