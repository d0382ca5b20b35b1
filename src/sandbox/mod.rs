//! The sandbox's own page, in test accounts alone: it makes a token of a card number or account number. [`api`] has the
//! call that makes one.

pub mod api;

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use crate::{
    codes::Code,
    customers::model as customers,
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    gateway::{
        Instrument, Kind,
        sandbox::{SAMPLES, Sample},
        tokens::{self, Fingerprints},
    },
    html::{self, html, see_other},
    idempotency,
    ids::{CustomerId, TokenId},
    input::{FormFields, Parameters},
    routes::Route,
    shell::{Place, Shell, Visit},
    staff::guard::Editor,
    values::{Mode, expiry},
    who::SignedIn,
};

/// Returns the routes of the sandbox's page.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/sandbox/tokens/new", new), Route::post("/sandbox/tokens/new", create)]
}

#[derive(Template)]
#[template(path = "sandbox/new_token.html")]
struct TokenPage {
    shell: Shell,
    form: Form,
    /// The customer whom the token is for, with their title.
    customer: Option<(CustomerId, String)>,
    /// The token that was made for nobody in particular.
    made: Option<TokenId>,
}

impl TokenPage {
    fn new(visit: Visit, customer: Option<(CustomerId, String)>, form: Form) -> Self {
        Self { shell: visit.as_page().shell(Place::Customers), form, customer, made: None }
    }

    fn is_bank(&self) -> bool {
        self.form.text("kind") == Kind::BankAccount.as_str()
    }

    fn samples(&self) -> &'static [Sample] {
        &SAMPLES
    }
}

/// Refuses live accounts. Only the test account has a sandbox; the refusal in the live one leads over to it.
fn refuse_live(who: &SignedIn) -> Result<()> {
    if who.is_testing() { Ok(()) } else { Err(Error::InOtherAccount(Mode::Test)) }
}

/// Reads the customer whom the token is for.
async fn customer(who: &SignedIn, db: &Db, typed: &FormFields) -> Result<Option<(CustomerId, String)>> {
    let Some(text) = typed.filled("customer") else { return Ok(None) };
    let damaged = |_| {
        let sentence = "This link names no customer. Start again from the customer’s page.";
        Error::BadRequest(Code::InvalidParameter.says(sentence))
    };
    let (account, id): (_, CustomerId) = (who.account, text.parse().map_err(damaged)?);
    let found = db.read(move |conn| customers::find_or_say_where(conn, account, id)).await?;
    found.refuse_deleted()?;
    Ok(Some((id, found.behind(who.curtain()).title())))
}

/// Answers `GET /sandbox/tokens/new`; `customer` says for whom.
pub async fn new(Editor(visit): Editor, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    refuse_live(&visit.who)?;
    let (typed, _) = tokens::split(asked.0);
    let customer = customer(&visit.who, &db, &typed).await?;
    html(TokenPage::new(visit, customer, Form::open(typed)))
}

/// Answers `POST /sandbox/tokens/new`.
pub async fn create(
    Editor(visit): Editor,
    sent: Sent,
    db: web::Data<Db>,
    fingerprints: web::Data<Fingerprints>,
) -> Result<HttpResponse> {
    refuse_live(&visit.who)?;
    let (sent, numbers) = sent.split(tokens::split);
    let customer = customer(&visit.who, &db, &sent.typed).await?;
    if sent.is_review() {
        return html(TokenPage::new(visit, customer, Form::open(sent.typed)));
    }
    let (who, now) = (&visit.who, visit.who.now());
    let today = expiry::today(now, &who.settings.time_zone);
    let instrument = match tokens::check(&sent.typed, &numbers, who.account, &fingerprints, today) {
        Ok(instrument) => instrument,
        Err(errors) => return html::invalid(TokenPage::new(visit, customer, Form::new(sent.typed, errors))),
    };
    let id = make(who, &db, sent, instrument, now).await?;
    match customer {
        Some((customer, _)) => Ok(see_other(format!("/customers/{customer}/payment_methods/new?token={id}"))),
        None => html(TokenPage { made: Some(id), ..TokenPage::new(visit, None, Form::open(FormFields::default())) }),
    }
}

/// Makes a new token, or returns the one that the same form has made.
async fn make(who: &SignedIn, db: &Db, mut sent: Sent, instrument: Instrument, now: Timestamp) -> Result<TokenId> {
    // The number's keyed fingerprint stands for it, so that another number in the same form is another token.
    sent.typed.0.push(("fingerprint".to_owned(), instrument.fingerprint.clone()));
    let (key, account) = (sent.key()?, who.account);
    db.write(move |conn| {
        // Its age is by the machine's time.
        let id = TokenId::new();
        if let Some(made) = idempotency::take(conn, account, key.as_ref(), id.uuid())? {
            return Ok(TokenId::from_uuid(made));
        }
        tokens::keep(conn, account, id, &instrument, now)?;
        Ok(id)
    })
    .await
}
