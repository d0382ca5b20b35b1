//! Charging a customer, as a dialog and as a page.

use actix_session::Session;
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;
use jiff::{Timestamp, civil::Date};

use super::{Choice, Whose, Why, currencies, show};
use crate::{
    customers::form::AddressRow,
    db::Db,
    error::{Error, Result},
    form::Form,
    gateway::{self, Instrument, Sandbox},
    html::{self, Hx},
    idempotency::OneTimeKey,
    ids::{AccountId, CustomerId, MethodId, PaymentId},
    input::{Asked, FieldErrors, Pairs, Typed},
    payment_methods::{input::without_number, model as payment_methods},
    payments::{
        Status,
        charging::{self, NewCharge},
        input::{self, BILLING, TOKEN},
        model::{self, PaidWith},
        row::{self, Method},
    },
    shell::{Link, Place, Shell, Toast},
    staff::guard::Editor,
    values::expiry,
    who::SignedIn,
};

/// A method of the wallet to choose.
struct Choosable {
    id: MethodId,
    method: Method,
    is_default: bool,
    is_expired: bool,
    is_chosen: bool,
}

/// The wallet of a customer, the default method first.
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
    whose: Whose,
    form: Form,
    /// The charge's own billing address.
    billing: AddressRow,
    key: String,
    currencies: Vec<Choice>,
    wallet: Vec<Choosable>,
    /// Whether a token is charged, and not a method of the wallet.
    by_token: bool,
    /// Whether the account has a gateway at all.
    has_gateway: bool,
    /// What contradicts what is stored.
    conflict: Option<String>,
}

impl ChargePage {
    /// Whether anything of it is typed or wrong.
    fn has_billing(&self) -> bool {
        self.billing.parts.iter().any(|part| !part.value.is_empty() || part.error.is_some())
    }
}

/// Whom a form is about, and what is in the wallet.
struct Opened {
    who: SignedIn,
    whose: Whose,
    wallet: Vec<Choosable>,
}

impl Opened {
    async fn read(who: SignedIn, id: CustomerId, db: &Db) -> Result<Self> {
        let account = who.account;
        let today = expiry::today(Timestamp::now(), &who.settings.time_zone);
        let (whose, wallet) =
            db.read(move |conn| Ok((Whose::find(conn, account, id)?, wallet(conn, account, id, today)?))).await?;
        Ok(Self { who, whose, wallet })
    }

    fn form(mut self, hx: Hx, session: &Session, typed: Pairs, why: Why) -> Result<HttpResponse> {
        let chosen = typed.filled("method").map(str::to_owned);
        let by_token = chosen.as_deref() == Some(TOKEN) || self.wallet.is_empty();
        for one in &mut self.wallet {
            one.is_chosen = chosen.as_ref().map_or(one.is_default, |id| *id == one.id.to_string());
        }
        let usual = self.who.settings.default_currency;
        let currency = typed.filled("currency").map_or_else(|| usual.to_string(), str::to_owned);
        let key = typed.filled("key").map_or_else(OneTimeKey::fresh, str::to_owned);
        let form = Form::new(typed, why.errors);
        let page = ChargePage {
            key,
            currencies: currencies(&currency),
            has_gateway: self.who.has_gateway(),
            shell: Shell::new(self.who, hx, session, Place::Customers),
            whose: self.whose,
            billing: form.address(BILLING),
            form,
            wallet: self.wallet,
            by_token,
            conflict: why.conflict,
        };
        match hx.wants_fragment {
            true => html::with_status(why.status, page.as_dialog()),
            false => html::with_status(why.status, page),
        }
    }
}

const DELETED: &str = "This customer is deleted. Restore the customer first.";

/// GET /customers/{id}/charges/new; `method` and the like may be given to start with.
pub async fn new(
    who: Editor,
    hx: Hx,
    id: web::Path<CustomerId>,
    asked: Asked,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let opened = Opened::read(who.0, *id, &db).await?;
    if opened.whose.is_deleted {
        return Err(Error::Conflict(DELETED.into()));
    }
    opened.form(hx, &session, without_number(asked.0).0, Why::opened())
}

/// POST /customers/{id}/charges
pub async fn charge(
    who: Editor,
    hx: Hx,
    id: web::Path<CustomerId>,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let ((typed, had_number), id) = (without_number(typed.0), *id);
    let opened = Opened::read(who.0, id, &db).await?;
    let Some(gateway) = gateway::of(opened.who.mode, &sandbox) else {
        return opened.form(hx, &session, typed, Why::conflict(show::NO_GATEWAY));
    };
    // A form that waited for a sign-in: the form again, nothing charged.
    if typed.filled("review").is_some() {
        return opened.form(hx, &session, typed, Why::opened());
    }
    let mut errors = FieldErrors::default();
    if had_number {
        errors.add(TOKEN, "Token", "This is a card number. Never type one here: make a token of it first.");
    } else if !opened.wallet.is_empty() && typed.filled("method").is_none() && typed.filled(TOKEN).is_none() {
        // What was chosen is gone. Nobody chose the default instead.
        errors.add("method", "Pay with", "Choose what to charge.");
    }
    let asked = input::charge(&typed, &opened.who.settings).map_err(|more| errors.extend(more)).ok();
    let Some(asked) = asked.filter(|_| errors.is_empty()) else {
        return opened.form(hx, &session, typed, Why::invalid(errors));
    };
    let key = OneTimeKey::of(&typed)?.map(|key| key.about(id.uuid()));
    let input::Asked { money, source, description, billing } = asked;
    let new = NewCharge { customer: id, money, source, description, billing };
    match charging::charge(&db, gateway, opened.who.by(), new, key, Timestamp::now()).await {
        Ok(payment) => charged(hx, opened.who.account, payment, &session, &db).await,
        Err(Error::Conflict(sentence)) => opened.form(hx, &session, typed, Why::conflict(sentence)),
        Err(err) => Err(err),
    }
}

/// The payment's page with a notice of what became of it, and after a refusal with a way to try again.
async fn charged(hx: Hx, account: AccountId, id: PaymentId, session: &Session, db: &Db) -> Result<HttpResponse> {
    let payment = db.read(move |conn| model::find(conn, account, id)).await?;
    let mut toast = Toast::new(show::told(&payment));
    if let (Status::Failed, Some(customer)) = (payment.status, payment.customer) {
        let href = format!("/customers/{customer}/charges/new");
        toast.link = Some(Link { text: "Charge again".to_owned(), href });
    }
    toast.keep(session)?;
    Ok(html::go_to(hx, row::path(id)))
}
