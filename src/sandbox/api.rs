//! The call that makes a token of a card or account number. The number is forgotten at once.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        json::Object,
        object::{open, time},
        reading::{Faults, Members},
        refusal::{Refusal, Result},
        route::ApiRoute,
        shape::{Field, Kind as Takes, Shape},
    },
    api_keys::permissions::{Permission, Resource::Tokens},
    codes::Code,
    db::Db,
    gateway::{
        Instrument, Kind,
        tokens::{self, Fingerprints},
    },
    ids::TokenId,
    input::FormFields,
    values::expiry,
};

const MAKING: &str = "In test accounts only. Send a `card` or a `bank_account`. The token works once, for an hour; the number is \
    forgotten at once. Never send one of a real card.";

const NEW_TOKEN: Shape = Shape {
    name: "NewToken",
    meaning: "A card or a bank account for the sandbox: one of both.",
    fields: &[&[
        Field::new("card", Takes::Object(&CARD), "A card.").like_inner(),
        Field::new("bank_account", Takes::Object(&BANK_ACCOUNT), "A bank account, instead of a card."),
    ]],
};
const CARD: Shape = Shape {
    name: "NewTokenCard",
    meaning: "A card for the sandbox.",
    fields: &[&[
        Field::new("number", Takes::Digits, "The number; spaces do not matter.").required().like("4242 4242 4242 4242"),
        Field::new("exp_month", Takes::Whole(1, 12), "The month in which it expires.").required().like_number(12),
        Field::new("exp_year", Takes::Whole(1, 9999), "The year in which it expires.").required().like_number(2040),
    ]],
};
const BANK_ACCOUNT: Shape = Shape {
    name: "NewTokenBankAccount",
    meaning: "A bank account for the sandbox.",
    fields: &[&[Field::new("account_number", Takes::Digits, "The number.").required()]],
};

/// Returns the call that makes tokens.
pub fn routes() -> Vec<ApiRoute> {
    vec![
        ApiRoute::post("/v1/tokens", Permission::write(Tokens), create)
            .told("create_token", "Make a token of the sandbox", MAKING)
            .reading(&NEW_TOKEN)
            .answering::<TokenObject>(StatusCode::CREATED)
            .refusing(&[Code::TestOnly]),
    ]
}

/// A token that was made.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Token")]
struct TokenObject {
    /// Stands for the card or bank account, once.
    id: TokenId,
    /// Names the kind of object.
    #[schemars(extend("const" = "token"))]
    object: &'static str,
    /// Always false.
    livemode: bool,
    /// Whether it is a card or a bank account.
    #[schemars(transform = open(&["card", "bank_account"]))]
    kind: &'static str,
    /// The word for a card's network; a bank account has none.
    #[schemars(transform = open(&["visa", "mastercard", "american_express"]), example = &"visa")]
    network: Option<String>,
    /// The last four digits of the number.
    #[schemars(example = &"4242")]
    last4: String,
    /// The end of the time in which it can be used.
    #[schemars(transform = time)]
    expires: i64,
}

/// Answers `POST /v1/tokens`.
async fn create(
    call: Call,
    sent: Body,
    db: web::Data<Db>,
    fingerprints: web::Data<Fingerprints>,
) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        refuse_live(caller)?;
        // The age of a token is by the machine's time.
        let (id, now) = (TokenId::new(), caller.now());
        let numbers = read(&sent?)?;
        let instrument = numbers.checked(caller, &fingerprints, expiry::today(now, &caller.key.settings.time_zone))?;
        tokens::keep(conn, caller.key.account, id, &instrument, now)?;
        let token = TokenObject {
            id,
            object: "token",
            livemode: caller.livemode(),
            kind: instrument.kind.as_str(),
            network: instrument.network(),
            last4: instrument.last4,
            expires: (now + tokens::LIFE).as_second(),
        };
        Reply::new(StatusCode::CREATED, &token, caller.request)
    };
    call.write(&db, &raw, change).await
}

/// Refuses live accounts. Only the test account has a sandbox.
fn refuse_live(caller: &Caller) -> Result<()> {
    if !caller.livemode() {
        return Ok(());
    }
    let message = "Tokens are made in test accounts only. Use a key that begins with sk_test_.";
    Err(Refusal::new(Code::TestOnly, message))
}

/// What the form of the sandbox's page would send.
struct Numbers {
    typed: FormFields,
    numbers: FormFields,
}

/// Reads the body.
///
/// # Errors
/// `invalid_fields`, with every fault at once; none quotes the number.
fn read(object: &Object) -> Result<Numbers> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let (card, bank) = (members.object("card", &[]).value(), members.object("bank_account", &[]).value());
    members.finish();
    let read = match (&card, &bank) {
        (Some(card), None) => of_card(card, &faults),
        (None, Some(bank)) => of_bank(bank, &faults),
        (Some(_), Some(_)) => {
            faults.add("bank_account", Code::GivenTwice, "Send “card” or “bank_account”, not both.");
            None
        }
        (None, None) => {
            faults.add("card", Code::Required, "Send a “card” or a “bank_account”.");
            None
        }
    };
    match (read, faults.into_vec()) {
        (Some(read), faults) if faults.is_empty() => Ok(read),
        (_, faults) => Err(Refusal::fields(Code::InvalidFields, faults)),
    }
}

fn of_card(card: &Members<'_>, faults: &Faults) -> Option<Numbers> {
    let number = number(card, "number", faults);
    let month = part(card, "exp_month", 12, faults);
    let year = part(card, "exp_year", 9999, faults);
    card.finish();
    let typed = [("kind", Kind::Card.as_str().to_owned()), ("expires", format!("{:02}/{:04}", month?, year?))];
    Some(Numbers { typed: fields(typed), numbers: fields([("card_number", number?)]) })
}

fn of_bank(bank: &Members<'_>, faults: &Faults) -> Option<Numbers> {
    let number = number(bank, "account_number", faults);
    bank.finish();
    let typed = fields([("kind", Kind::BankAccount.as_str().to_owned())]);
    Some(Numbers { typed, numbers: fields([("account_number", number?)]) })
}

fn fields<const N: usize>(pairs: [(&str, String); N]) -> FormFields {
    FormFields(pairs.map(|(name, text)| (name.to_owned(), text)).into())
}

fn number(members: &Members<'_>, name: &'static str, faults: &Faults) -> Option<String> {
    let given = members.text(name, &[]).value().filter(|text| !text.trim().is_empty());
    if given.is_none() {
        missing(members, name, faults);
    }
    given.map(str::to_owned)
}

fn part(members: &Members<'_>, name: &'static str, most: i64, faults: &Faults) -> Option<i64> {
    let given = members.whole(name).value();
    match given {
        None => missing(members, name, faults),
        Some(number) if !(1..=most).contains(&number) => {
            let path = members.path(name);
            let message = format!("“{path}” is a number from 1 to {most}.");
            faults.add(path, Code::DateInvalid, message);
        }
        Some(_) => {}
    }
    given
}

/// Notes a member that is needed, unless its kind is a fault already.
fn missing(members: &Members<'_>, name: &str, faults: &Faults) {
    let path = members.path(name);
    if !faults.has(&path) {
        let message = format!("“{path}” is needed.");
        faults.add(path, Code::Required, message);
    }
}

impl Numbers {
    fn checked(&self, caller: &Caller, fingerprints: &Fingerprints, today: Date) -> Result<Instrument> {
        tokens::check(&self.typed, &self.numbers, caller.key.account, fingerprints, today).map_err(|errors| {
            let faults = Faults::default();
            faults.extend(errors, |field| as_sent(field).to_owned());
            Refusal::fields(Code::InvalidFields, faults.into_vec())
        })
    }
}

/// Returns the path under which a field of the form is sent.
fn as_sent(field: &str) -> &str {
    match field {
        "card_number" => "card.number",
        "account_number" => "bank_account.account_number",
        "expires" => "card.exp_month",
        other => other,
    }
}
