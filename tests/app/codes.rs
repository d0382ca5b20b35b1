//! The codes of refusals: each is made by what a person or a program does here, or is listed with who makes it.

mod money;

use std::{collections::BTreeSet, time::Duration};

use actix_web::{cookie::Key, http::StatusCode};
use clientele::{
    codes::{Code, Family, Place},
    custom_fields::{changing, input::Draft},
    customer_list,
    customers::{self, saving},
    error::{Error, Result},
    events::Fields,
    gateway::{
        self, Gateway,
        sandbox::SAMPLES,
        tokens::{self, Fingerprints},
    },
    ids::{AccountId, AddressId, CustomerId, FieldId, MethodId, PaymentId, PriceId, TokenId, ViewId},
    input::{FieldErrors, FormFields},
    lists,
    merchants::{self, Settings},
    notes,
    paging::Cursor,
    payment_methods::{
        charging::for_charge,
        editing,
        input::check_adding,
        wallet::{self, Added, New, Rules},
    },
    payments::{self, Status, charging, model::Recorded, settling},
    prices,
    reason::{Detail, Reason},
    search::listing::Sort,
    values::{
        Mode, expiry,
        field::{Kind, MOST_FIELDS},
    },
    views,
};
use diesel::{Connection, PgConnection};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use crate::{
    charging::{Till, kes},
    world::{World, by_person, settings},
};

/// Those that only the API makes: of its keys, its JSON, its limits, and of results that are no errors below it.
const OF_THE_API: &[Code] = &[
    Code::InvalidJson,
    Code::NotAnObject,
    Code::DuplicateKey,
    Code::InvalidFields,
    Code::UnknownParameter,
    Code::ReadOnlyField,
    Code::WrongType,
    Code::CustomerErased,
    Code::Masked,
    Code::NotUndoable,
    Code::AlreadyUndone,
    Code::TooLateToUndo,
    Code::ChangedSince,
    Code::KeyMissing,
    Code::KeyMalformed,
    Code::KeyUnknown,
    Code::KeyRevoked,
    Code::KeyExpired,
    Code::TestOnly,
    Code::ClockMoving,
    Code::TooManyCharges,
    Code::UnknownPath,
    Code::NotAcceptable,
    Code::BodyTooSlow,
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::PossibleDuplicate,
    Code::CustomFieldExists,
    Code::DeletionBlocked,
    Code::PlanChanged,
    Code::IdempotencyInProgress,
    Code::IdempotencyKeyReused,
];

/// Those that a page's handler makes, which shows the sentence alone: the tests of the pages read it.
const OF_PAGES: &[Code] = &[
    Code::PaymentUnknown,
    Code::PasswordWrong,
    Code::OneTimeCodeWrong,
    Code::PasswordRefused,
    Code::PasswordsDiffer,
    Code::TooManyKeys,
    Code::KeyEnded,
    Code::AccessRefused,
    Code::EmailInTeam,
    Code::TooManyInvitations,
];

/// Those of subscriptions, payment schedules and invoices, whose tests read them.
const OF_SUBSCRIPTIONS: &[Code] = &[
    Code::MethodInUse,
    Code::PriceArchived,
    Code::AlreadyCanceled,
    Code::EndsAlready,
    Code::NotActive,
    Code::ChargeUnderWay,
    Code::InvoiceClosed,
    Code::InvoicePaidInPart,
    Code::InvoiceNotVoid,
    Code::ScheduleEnded,
    Code::PartClosed,
];

/// Those of webhooks, whose tests read them.
const OF_WEBHOOKS: &[Code] =
    &[Code::UrlNotAllowed, Code::TypeUnknown, Code::TooManyEndpoints, Code::RotationUnderWay, Code::EventTooOld];

/// Those that stand for the reason of a bank or gateway, which a payment or refund keeps as a word.
fn of_gateways() -> BTreeSet<Code> {
    Code::ALL.iter().copied().filter(|code| code.family() == Family::PaymentFailed).collect()
}

#[actix_web::test]
async fn every_code_is_made_or_has_its_maker() {
    let till = Till::open(World::empty().await).await;
    let mut made = of_situations();
    made.extend(of_what_is_typed(&till).await);
    made.extend(of_addresses());
    made.extend(of_customers(&till));
    made.extend(money::of_wallets(&till).await);
    made.extend(money::of_payments(&till).await);
    made.extend(of_views(&till));
    made.extend(of_custom_fields(&till));
    made.extend(of_notes(&till));
    made.extend(of_prices(&till));
    let lists = [OF_THE_API, OF_PAGES, OF_SUBSCRIPTIONS, OF_WEBHOOKS].concat();
    let listed: BTreeSet<Code> = lists.into_iter().chain(of_gateways()).collect();
    assert_eq!(made.intersection(&listed).collect::<Vec<_>>(), Vec::<&Code>::new(), "made, so not to be listed");
    let neither: Vec<&Code> = Code::ALL.iter().filter(|code| !made.contains(code) && !listed.contains(code)).collect();
    assert_eq!(neither, Vec::<&Code>::new(), "nobody makes these");
}

#[test]
fn every_reason_of_a_gateway_is_a_code() {
    for code in of_gateways() {
        assert_ne!(gateway::reason(code.as_str()), code.as_str(), "staff read a sentence");
    }
    let always = ["succeeded", "slow", "slow_declined", "refund_fails", "no_answer"];
    let by_count = ["declined_later", "declined_twice", "lost_later"];
    let is_told = |outcome: &str| !always.contains(&outcome) && !by_count.contains(&outcome);
    for outcome in SAMPLES.iter().map(|sample| sample.outcome).filter(|outcome| is_told(outcome)) {
        assert_eq!(Code::find(outcome).map(Code::family), Some(Family::PaymentFailed), "{outcome}");
    }
}

#[test]
fn a_search_that_is_not_understood_tells_the_place_and_what_was_meant() {
    let problem =
        clientele::customer_parts::LANGUAGE.parse("jane countri:KE", settings().home(Default::default())).unwrap_err();
    let reason = Reason::from(problem.clone());
    assert_eq!((reason.code, &*reason.sentence), (Code::QueryNotUnderstood, &*problem.message));
    assert_eq!(reason.did_you_mean(), Some("country:KE"));
    assert_eq!(reason.detail, Some(Detail::NotUnderstood { span: 5..15, instead: Some("country:KE".to_owned()) }));
}

// --- what makes them ------------------------------------------------------------------------------

/// The situations of a request, whatever it is about. A page's status is the code's own.
fn of_situations() -> BTreeSet<Code> {
    let second = Duration::from_secs(1);
    let situations = [
        (Error::NotFound, Code::NotFound),
        (Error::InOtherAccount(Mode::Test), Code::NotFound),
        (Error::Forbidden, Code::PermissionMissing),
        (Error::CrossSite("https://x.example".to_owned()), Code::CrossSite),
        (Error::MethodNotAllowed, Code::MethodNotAllowed),
        (Error::SignInFirst, Code::SignInFirst),
        (Error::TooMany(second), Code::TooManyRequests),
        (Error::Searching(second), Code::TooManyRequests),
        (Error::Unavailable("away".to_owned()), Code::Unavailable),
        (Error::SessionUnwritten("away".to_owned()), Code::Unavailable),
        (Error::TookTooLong, Code::Unavailable),
        (Error::ConnectionLost, Code::Unavailable),
        (Error::Command("no".into()), Code::Internal),
        (Error::JobTaken, Code::Internal),
        (Error::internal("broken"), Code::Internal),
    ];
    for (error, code) in &situations {
        assert_eq!((error.code(), error.status()), (*code, code.status()));
    }
    situations.into_iter().map(|(_, code)| code).collect()
}

/// The form that is filled in.
enum Typed {
    Customer,
    /// A customer with a field of the merchant's own, of this kind.
    Own(Kind),
    Payment,
    Charge,
    Method,
    Number,
    View,
    Field,
    Price,
}

impl Typed {
    fn check(&self, form: &str, account: AccountId) -> FieldErrors {
        let (typed, now) = (FormFields::parse(form.as_bytes()).unwrap(), Timestamp::now());
        let checked = match self {
            Self::Customer => customers::input::check(&typed, &settings()).err(),
            Self::Own(kind) => customers::input::check(&typed, &with_field(*kind)).err(),
            Self::Payment => payments::input::recorded(&typed, &settings(), now).err(),
            Self::Charge => payments::input::charge(&typed, &settings()).err(),
            Self::Method => check_adding(&typed, true, now, &TimeZone::UTC).err(),
            Self::Number => {
                let (typed, numbers) = tokens::split(typed);
                tokens::check(&typed, &numbers, account, &Fingerprints::new(&Key::generate()), today()).err()
            }
            Self::View => views::input::check(&typed, None, settings().home(Default::default())).err(),
            Self::Field => Draft::of_form(&typed).check_new(typed.first("field_key"), typed.first("kind")).err(),
            Self::Price => prices::input::new_price(&typed, settings().default_currency).err(),
        };
        checked.unwrap_or_else(|| panic!("{form} is taken"))
    }
}

/// What is typed, and which field is refused with which code.
const TYPED: &[(Typed, &str, &str, Code)] = &[
    (Typed::Customer, "name=Ann%07Bo", "name", Code::CharacterRefused),
    (Typed::Customer, "company=Ac%E2%80%AEme", "company", Code::CharacterRefused),
    (Typed::Customer, "description=5555+5555+5555+4444", "description", Code::CardNumberInText),
    (Typed::Customer, "email=ann%40bo%40x.example", "email", Code::EmailInvalid),
    (Typed::Customer, "email=a%00%40x.example", "email", Code::CharacterRefused),
    (Typed::Customer, "phone=07x", "phone", Code::PhoneUnreadable),
    (Typed::Customer, "phone=%E2%80%AA%E2%80%AC", "phone", Code::Required),
    (Typed::Customer, "language=swahili", "language", Code::LanguageUnknown),
    (Typed::Customer, "kind=robot", "kind", Code::NotOneOf),
    (Typed::Customer, "metadata_key=na%C3%AFve&metadata_value=1", "metadata_key_0", Code::MetadataKeyInvalid),
    (Typed::Customer, "metadata_key=&metadata_value=1", "metadata_key_0", Code::Required),
    (Typed::Customer, "metadata.tier=4111111111111111", "metadata.tier", Code::CardNumberInText),
    (Typed::Customer, "metadata.a=1&metadata_key=a&metadata_value=2", "metadata_key_0", Code::GivenTwice),
    (Typed::Customer, "address.n1.country=Atlantis", "address.n1.country", Code::CountryUnknown),
    (Typed::Customer, "address.n1.kind=holiday", "address.n1.kind", Code::NotOneOf),
    (Typed::Own(Kind::Number), "field.own=1e3", "field.own", Code::NumberInvalid),
    (Typed::Own(Kind::Boolean), "field.own=maybe", "field.own", Code::NotOneOf),
    (Typed::Own(Kind::Url), "field.own=example.com", "field.own", Code::UrlInvalid),
    (Typed::Own(Kind::Text), "field.gone=1", "field.gone", Code::UnknownField),
    (Typed::Payment, "amount=", "amount", Code::Required),
    (Typed::Payment, "amount=7.555&currency=USD", "amount", Code::AmountInvalid),
    (Typed::Payment, "amount=7&currency=XAU", "currency", Code::CurrencyUnknown),
    (Typed::Payment, "amount=7&date=yesterday", "date", Code::DateInvalid),
    (Typed::Payment, "amount=7&customer=cust_7", "customer", Code::IdMalformed),
    (Typed::Payment, "amount=7&status=lost", "status", Code::NotOneOf),
    (Typed::Payment, "amount=7&status=partially_refunded&refunded=8", "refunded", Code::AmountInvalid),
    (Typed::Charge, "amount=7&method=tok&token=tok_visa", "token", Code::GivenTwice),
    (Typed::Charge, "amount=7&method=pm_7", "method", Code::NotOneOf),
    (Typed::Charge, "amount=7&address.billing.country=Atlantis", "address.billing.country", Code::CountryUnknown),
    (Typed::Method, "token=", "token", Code::Required),
    (Typed::Method, "token=tok_visa&billing.country=Atlantis", "billing.country", Code::CountryUnknown),
    (Typed::Method, "token=tok_visa&consent_on=2000-01-01", "consent_source", Code::Required),
    (Typed::Method, "token=tok_visa&consent_source=Call&consent_on=1.2.", "consent_on", Code::DateInvalid),
    (Typed::Number, "card_number=4242424242424241&expires=12%2F2030", "card_number", Code::NumberInvalid),
    (Typed::Number, "card_number=4242424242424242&expires=13%2F2030", "expires", Code::DateInvalid),
    (Typed::View, "name=X&q=shoe%3A7", "q", Code::QueryNotUnderstood),
    (Typed::View, "name=X&columns=email,email", "columns", Code::GivenTwice),
    (Typed::View, "name=X&columns=shoe", "columns", Code::NotOneOf),
    (Typed::Field, "label=Tier&kind=text&field_key=Tier", "field_key", Code::CustomFieldKeyInvalid),
    (Typed::Field, "label=Tier&kind=choice&choices=A%0Aa", "choices", Code::GivenTwice),
    (Typed::Field, "label=Tier&kind=number&least=2&most=1", "most", Code::AmountInvalid),
    (Typed::Price, "name=Pro&amount=5&price_key=Pro", "price_key", Code::PriceKeyInvalid),
    (Typed::Price, "name=Pro&amount=5&interval=fortnight", "interval", Code::NotOneOf),
    (Typed::Price, "name=Pro&amount=5&interval_count=37", "interval_count", Code::OutOfRange),
    (Typed::Price, "name=Pro&amount=5&trial_days=two", "trial_days", Code::NumberInvalid),
];

/// The settings with one field of the merchant's own, which takes one character at most.
fn with_field(kind: Kind) -> Settings {
    let own = json!([{"key": "own", "label": "Own", "help": null, "kind": kind.as_str(), "choices": [], "least": null,
        "most": "1", "is_required": false, "is_listed": false, "in_form": false}]);
    Settings { fields: merchants::read_fields(Some(own)).unwrap(), ..settings() }
}

async fn of_what_is_typed(till: &Till) -> BTreeSet<Code> {
    let code_on = |errors: &FieldErrors, field: &str, form: &str| {
        let error = errors.all().iter().find(|error| error.field == field);
        error.unwrap_or_else(|| panic!("{form}: no error of {field} in {errors:?}")).code
    };
    let long = format!("name={}", "x".repeat(201));
    let many: Vec<String> = (0..51).map(|n| format!("metadata.k{n}=1")).collect();
    let many = many.join("&");
    let long_ones =
        [(&Typed::Customer, &*long, "name", Code::TooLong), (&Typed::Customer, &*many, "metadata", Code::TooMany)];
    let rows = TYPED.iter().map(|(typed, form, field, code)| (typed, *form, *field, *code)).chain(long_ones);
    let mut made = BTreeSet::new();
    for (typed, form, field, code) in rows {
        assert_eq!(code_on(&typed.check(form, till.account()), field, form), code, "{form}");
        made.insert(code);
    }
    let limited = with_field(Kind::Text).fields[0].check(&json!("ab"), None).unwrap_err();
    made.insert(limited.code);
    let near = Typed::Customer.check("address.n1.country=Kenja", till.account());
    assert_eq!(near.all()[0].did_you_mean.as_deref(), Some("KE"));
    made
}

/// The parameters of an address.
fn of_addresses() -> BTreeSet<Code> {
    let customers = |asked: &FormFields| {
        customer_list::state::State::read(asked, None, settings().home(Default::default())).map(drop)
    };
    let payments = |asked: &FormFields| lists::State::read(&payments::TABLE, asked).map(drop);
    let newest = Cursor::new(Sort::NEWEST.tag(), None, CustomerId::new().uuid());
    let of_other_sort = format!("sort=name&after={newest}");
    let rows = [
        ("limit=0", Code::InvalidParameter),
        ("sort=shoe", Code::InvalidParameter),
        ("after=a&before=b", Code::InvalidParameter),
        ("after=damaged", Code::CursorDamaged),
    ];
    let code = |read: Result<()>| read.unwrap_err().code();
    for (asked, expected) in rows {
        let asked = FormFields::parse(asked.as_bytes()).unwrap();
        assert_eq!((code(customers(&asked)), code(payments(&asked))), (expected, expected), "{asked:?}");
    }
    let asked = FormFields::parse(of_other_sort.as_bytes()).unwrap();
    assert_eq!(code(customers(&asked)), Code::CursorOfOtherSort);
    rows.into_iter().map(|(_, code)| code).chain([Code::CursorOfOtherSort]).collect()
}

/// The reason of a conflict. Only a wrong version and what is one field's have another status in the API.
fn conflict<T>(done: Result<T>) -> Reason {
    let error = done.map(drop).unwrap_err();
    assert_eq!(error.status(), StatusCode::CONFLICT, "{error:?}");
    let code = error.code();
    assert!(
        code.status() == StatusCode::CONFLICT || code == Code::VersionMismatch || code.place() == Place::Field,
        "{code}"
    );
    match error {
        Error::Conflict(reason) => reason,
        other => panic!("{other:?}"),
    }
}

fn in_transaction<T>(till: &Till, work: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
    till.world.with(|conn| conn.transaction(work))
}

fn of_customers(till: &Till) -> BTreeSet<Code> {
    let (account, editor) = (till.account(), &till.world.shop.editor);
    let other = till.world.customer_in(account, editor, "name=Chebet&address.n1.city=Eldoret");
    let theirs = till.world.with(|conn| customers::model::find(conn, account, other)).unwrap();
    let theirs: &AddressId = theirs.record.addresses.keys().next().unwrap();
    let form = format!("address.{theirs}.kind=billing&address.{theirs}.city=Nakuru");
    let change = customers::input::check(&FormFields::parse(form.as_bytes()).unwrap(), &settings()).unwrap();
    let save = |version| {
        let (id, agreed) = (till.customer, BTreeSet::new());
        let save = saving::Save {
            id,
            version,
            change: &change,
            settings: &settings(),
            even_deleted: false,
            agreed: &agreed,
            key: None,
        };
        conflict(in_transaction(till, |conn| saving::save(conn, &till.by, &save))).code
    };
    assert_eq!((save(1), save(2)), (Code::AddressOfAnother, Code::VersionMismatch));

    let deleted = till.world.customer_in(account, editor, "name=Gone");
    in_transaction(till, |conn| clientele::deletion::delete(conn, &till.by, deleted, None)).unwrap();
    let stored = till.world.with(|conn| customers::model::find(conn, account, deleted)).unwrap();
    let until = stored.restorable_until().map(Detail::RestorableUntil);
    let refused = [
        conflict(in_transaction(till, |conn| customers::model::lock_live(conn, account, deleted))),
        conflict(in_transaction(till, |conn| for_charge(conn, account, deleted, None, today()))),
    ];
    for reason in refused {
        assert_eq!((reason.code, reason.detail), (Code::CustomerDeleted, until.clone()));
    }
    [Code::AddressOfAnother, Code::VersionMismatch, Code::CustomerDeleted].into()
}

fn of_custom_fields(till: &Till) -> BTreeSet<Code> {
    let define = |n: usize| {
        let new =
            Draft { label: Some(format!("Field {n}")), ..Draft::default() }.check_new(None, Some("text")).unwrap();
        let id = FieldId::new();
        in_transaction(till, |conn| changing::define(conn, &till.by, id, new)).map(|_| id)
    };
    let ids: Vec<FieldId> = (0..MOST_FIELDS).map(|n| define(n).unwrap()).collect();
    let too_many = conflict(define(MOST_FIELDS));
    let version = conflict(in_transaction(till, |conn| changing::change(conn, &till.by, ids[0], 2, &Fields::new())));
    in_transaction(till, |conn| changing::archive(conn, &till.by, ids[0])).unwrap();
    define(MOST_FIELDS).unwrap();
    let archived = conflict(in_transaction(till, |conn| changing::place(conn, &till.by, ids[0], 3)));
    let full = conflict(in_transaction(till, |conn| changing::restore(conn, &till.by, ids[0])));
    told([
        (too_many, Code::TooManyCustomFields, None),
        (version, Code::VersionMismatch, None),
        (archived, Code::CustomFieldArchived, None),
        (full, Code::TooManyCustomFields, None),
    ])
}

fn today() -> Date {
    expiry::today(Timestamp::now(), &TimeZone::UTC)
}

/// Compares reasons with what is expected of them; returns their codes.
fn told(rows: impl IntoIterator<Item = (Reason, Code, Option<Detail>)>) -> BTreeSet<Code> {
    let compared = rows.into_iter().map(|(reason, code, detail)| {
        assert_eq!((reason.code, &reason.detail), (code, &detail), "{reason}");
        code
    });
    compared.collect()
}

fn of_notes(till: &Till) -> BTreeSet<Code> {
    let note = till.world.note(till.account(), till.customer, "Deliver to the gate");
    let empty = notes::input::text(" \n ").unwrap_err();
    let version = conflict(in_transaction(till, |conn| notes::writing::edit(conn, &till.by, note, 9, "x").map(|_| ())));
    in_transaction(till, |conn| notes::writing::remove(conn, &till.by, note)).unwrap();
    let removed = conflict(in_transaction(till, |conn| notes::writing::pin(conn, &till.by, note)));
    told([(empty, Code::Required, None), (version, Code::VersionMismatch, None), (removed, Code::NoteRemoved, None)])
}

fn of_prices(till: &Till) -> BTreeSet<Code> {
    let now = Timestamp::now();
    let make = || {
        let typed = FormFields::parse(b"name=Pro&price_key=pro&amount=5").unwrap();
        let new = prices::input::new_price(&typed, settings().default_currency).unwrap();
        let make = |conn: &mut PgConnection| prices::writing::create(conn, &till.by, now, PriceId::at(now), new);
        in_transaction(till, make)
    };
    let first = make().unwrap().id;
    let rename = |conn: &mut PgConnection| prices::writing::rename(conn, &till.by, now, first, 2, &Fields::new());
    let version = conflict(in_transaction(till, rename));
    let taken = Some(Detail::Price(first));
    told([(conflict(make()), Code::PriceKeyTaken, taken), (version, Code::VersionMismatch, None)])
}

fn of_views(till: &Till) -> BTreeSet<Code> {
    let (account, editor) = (till.account(), &till.world.shop.editor);
    let by = by_person(account, editor);
    let viewer =
        views::model::Viewer { by, staff: editor.id, may_share: true, home: settings().home(Default::default()) };
    let was = till.world.view_of(account, editor, "name=Gold");
    in_transaction(till, |conn| views::model::delete(conn, &viewer, was)).unwrap();
    till.world.view_of(account, editor, "name=Gold");
    let taken = conflict(in_transaction(till, |conn| views::model::restore(conn, &viewer, was)));
    for n in 1..views::model::MOST_VIEWS {
        till.world.view_of(account, editor, &format!("name=View+{n}"));
    }
    let typed = FormFields::parse(b"name=One+more").unwrap();
    let content = views::input::check(&typed, None, settings().home(Default::default())).unwrap().of_new();
    let one_more = conflict(in_transaction(till, |conn| views::model::create(conn, &viewer, ViewId::new(), content)));
    told([(taken, Code::NameTaken, None), (one_more, Code::TooManyViews, None)])
}
