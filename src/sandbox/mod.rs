//! The sandbox's own page, in test accounts alone: it makes a token of a card number or account number.

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use crate::{
    customers::model as customers,
    db::Db,
    error::{Error, Result},
    gateway::{
        Instrument, Kind,
        sandbox::{SAMPLES, Sample},
        tokens::{self, Fingerprints},
    },
    html::{self, Hx, see_other},
    idempotency::{self, OneTimeKey},
    ids::{CustomerId, TokenId},
    input::{Asked, FieldErrors, Pairs, Typed},
    routes::Route,
    shell::{Place, Shell},
    staff::guard::Editor,
    values::{Mode, expiry},
    who::SignedIn,
};

/// The sandbox's page.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/sandbox/tokens/new", new), Route::post("/sandbox/tokens/new", create)]
}

#[derive(Template)]
#[template(path = "sandbox/new_token.html")]
struct TokenPage {
    shell: Shell,
    typed: Pairs,
    errors: FieldErrors,
    key: String,
    /// For whom the token is, and what they are called.
    customer: Option<(CustomerId, String)>,
    /// The token that was made for nobody in particular.
    made: Option<TokenId>,
}

impl TokenPage {
    fn new(who: SignedIn, session: &Session, customer: Option<(CustomerId, String)>, typed: Pairs) -> Self {
        let key = typed.filled("key").map_or_else(OneTimeKey::fresh, str::to_owned);
        let shell = Shell::new(who, Hx::PAGE, session, Place::Customers);
        Self { shell, typed, errors: FieldErrors::default(), key, customer, made: None }
    }

    fn text(&self, name: &str) -> &str {
        self.typed.first(name).unwrap_or_default()
    }

    fn error(&self, name: &str) -> Option<&str> {
        self.errors.on(name)
    }

    fn is_bank(&self) -> bool {
        self.text("kind") == Kind::BankAccount.as_str()
    }

    fn samples(&self) -> &'static [Sample] {
        &SAMPLES
    }
}

/// Only the test account has a sandbox; in the live one the refusal leads over.
fn refuse_live(who: &SignedIn) -> Result<()> {
    if who.is_testing() { Ok(()) } else { Err(Error::InOtherAccount(Mode::Test)) }
}

/// The customer whom the token is for.
async fn customer(who: &SignedIn, db: &Db, typed: &Pairs) -> Result<Option<(CustomerId, String)>> {
    let Some(text) = typed.filled("customer") else { return Ok(None) };
    let damaged = |_| Error::BadRequest("This link names no customer. Start again from the customer’s page.".into());
    let (account, id): (_, CustomerId) = (who.account, text.parse().map_err(damaged)?);
    let found = db.read(move |conn| customers::linked(conn, account, id)).await?;
    Ok(Some((id, found.title())))
}

/// GET /sandbox/tokens/new; `customer` says for whom.
pub async fn new(who: Editor, asked: Asked, session: Session, db: web::Data<Db>) -> Result<HttpResponse> {
    refuse_live(&who.0)?;
    let (typed, _) = tokens::split(asked.0);
    let customer = customer(&who.0, &db, &typed).await?;
    html::html(TokenPage::new(who.0, &session, customer, typed))
}

/// POST /sandbox/tokens/new
pub async fn create(
    who: Editor,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
    fingerprints: web::Data<Fingerprints>,
) -> Result<HttpResponse> {
    let who = who.0;
    refuse_live(&who)?;
    let (typed, numbers) = tokens::split(typed.0);
    let customer = customer(&who, &db, &typed).await?;
    if typed.filled("review").is_some() {
        return html::html(TokenPage::new(who, &session, customer, typed));
    }
    let now = Timestamp::now();
    let today = expiry::today(now, &who.settings.time_zone);
    let instrument = match tokens::check(&typed, &numbers, who.account, &fingerprints, today) {
        Ok(instrument) => instrument,
        Err(errors) => return html::invalid(TokenPage { errors, ..TokenPage::new(who, &session, customer, typed) }),
    };
    let id = make(&who, &db, &typed, instrument, now).await?;
    match customer {
        Some((customer, _)) => Ok(see_other(format!("/customers/{customer}/payment_methods/new?token={id}"))),
        None => {
            let page = TokenPage { made: Some(id), ..TokenPage::new(who, &session, None, Pairs::default()) };
            html::with_status(StatusCode::OK, page)
        }
    }
}

/// A new token, or the one that the same form has made.
async fn make(who: &SignedIn, db: &Db, typed: &Pairs, instrument: Instrument, now: Timestamp) -> Result<TokenId> {
    // The number's keyed fingerprint stands for it, so that another number in the same form is another token.
    let mut content = typed.clone();
    content.0.push(("fingerprint".to_owned(), instrument.fingerprint.clone()));
    let (key, account) = (OneTimeKey::of(&content)?, who.account);
    db.write(move |conn| {
        let id = TokenId::new();
        if let Some(made) = idempotency::take(conn, account, key.as_ref(), id.uuid())? {
            return Ok(TokenId::from_uuid(made));
        }
        tokens::keep(conn, account, id, &instrument, now)?;
        Ok(id)
    })
    .await
}
