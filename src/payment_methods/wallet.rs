//! A wallet is the set of methods that a customer keeps: no more than the merchant allows, none twice, and one default
//! at most.
//!
//! Every change locks the customer's row first and methods after it, so that two people cannot fill the same place, and
//! a delete of the customer comes before or after a change of the wallet, never in between.

use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Timestamp, civil::Date};
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};

use super::{
    kinds,
    model::{self, Consent, Method, Recording, title},
    recorded::Recorded,
    uses::{self, Uses},
};
use crate::{
    codes::Code,
    customers::model::{self as customers, Customer, UNDO_WINDOW},
    error::{Error, Result},
    events::{By, Fields, fields::difference},
    gateway::{Instrument, Verified},
    idempotency::{self, OneTimeKey},
    ids::{AccountId, CustomerId, MethodId},
    jobs,
    merchants::Settings,
    reason::{Detail, Reason},
    schema::used_tokens,
    values::{Address, expiry},
};

/// The merchant's settings for wallets, with the merchant's current date.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The most methods in a wallet.
    pub size: usize,
    /// The merchant's date.
    pub today: Date,
}

impl Rules {
    /// Returns the merchant's rules at `now`.
    pub fn new(settings: &Settings, now: Timestamp) -> Self {
        Self { size: settings.wallet_size, today: expiry::today(now, &settings.time_zone) }
    }
}

/// A card or bank account to be kept.
#[derive(Clone, Debug)]
pub struct New {
    /// The card or bank account as the gateway told it, now or when an earlier payment was made, or as recorded.
    pub instrument: Instrument,
    /// Set when it is recorded, and no gateway told of it.
    pub recorded: Option<Recording>,
    /// The token, if it may be used only once.
    pub single_use: Option<String>,
    /// The method's own billing address.
    pub billing: Option<Address>,
    /// The customer's consent to be charged.
    pub consent: Option<Consent>,
    /// True when it is to become the default.
    pub is_default: bool,
    /// The method in the wallet that is the same card, to be renewed by this one instead.
    pub renews: Option<MethodId>,
}

impl New {
    /// Makes a new method of a verified token.
    pub fn of_token(token: &str, verified: Verified) -> Self {
        let single_use = verified.is_single_use.then(|| token.to_owned());
        Self { single_use, ..Self::of(verified.instrument) }
    }

    /// Makes a new method of a card or bank account that an earlier payment was made with.
    pub fn of(instrument: Instrument) -> Self {
        let (recorded, single_use, billing, consent) = (None, None, None, None);
        Self { instrument, recorded, single_use, billing, consent, is_default: false, renews: None }
    }

    /// Makes a new method of a card or bank account that somebody wrote down.
    pub fn of_recorded(recorded: Recorded) -> Self {
        let (instrument, recording) = recorded.instrument();
        Self { recorded: Some(recording), ..Self::of(instrument) }
    }
}

/// A card of the wallet that was renewed: the same card with another month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    pub method: MethodId,
    pub title: String,
    /// The last day that is stored.
    pub was: Date,
    /// The last day of the new card.
    pub now: Date,
}

/// The reason that a wallet refuses a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The wallet is full; holds its size.
    Full(usize),
    /// The wallet has the same card or bank account already; holds its id and title.
    Same(MethodId, String),
    /// The wallet has the same card already, with another month.
    Renewed(Renewal),
    /// The card has expired; holds its title.
    Expired(String),
    /// The token was used before.
    Used,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Full(1) => f.write_str("The wallet is full: it holds 1 payment method. Remove that one first."),
            Self::Full(size) => {
                write!(f, "The wallet is full: it holds {size} payment methods. Remove one of them first.")
            }
            Self::Same(_, title) => write!(f, "{title} is in this wallet already. Use that one, or add another."),
            Self::Renewed(Renewal { title, was, now, .. }) => write!(
                f,
                "{title} is in this wallet already, with {}. Put {} into it instead.",
                expiry::shown(*was),
                expiry::shown(*now)
            ),
            Self::Expired(title) => write!(f, "{title} has expired. Add one that is still valid."),
            Self::Used => f.write_str("This token has been used already. Make a new one."),
        }
    }
}

impl From<Refusal> for Reason {
    fn from(refusal: Refusal) -> Self {
        let sentence = refusal.to_string();
        match refusal {
            Refusal::Full(size) => Code::WalletFull.says(sentence).with(Detail::WalletSize(size)),
            Refusal::Same(id, _) | Refusal::Renewed(Renewal { method: id, .. }) => {
                Code::AlreadyInWallet.says(sentence).with(Detail::PaymentMethod(id))
            }
            Refusal::Expired(_) => Code::CardExpired.says(sentence),
            Refusal::Used => Code::TokenUsed.says(sentence),
        }
    }
}

/// The result of adding a method.
#[derive(Debug)]
pub enum Added {
    /// The method is in the wallet.
    Done(Box<Method>),
    /// The same form was sent before, and the method is in the wallet since.
    Before(Box<Method>),
    /// The method was refused and nothing was changed: the token can still be used.
    Refused(Refusal),
}

/// A locked customer with all its methods. Nobody changes them without that lock.
struct Wallet {
    customer: Customer,
    methods: Vec<Method>,
}

impl Wallet {
    fn open(conn: &mut PgConnection, by: &By, id: CustomerId) -> Result<Self> {
        let customer = customers::find_for_update(conn, by.account, id)?;
        customer.refuse_deleted()?;
        let methods = model::all_of(conn, by.account, id)?;
        Ok(Self { customer, methods })
    }

    fn kept(&self) -> impl Iterator<Item = &Method> {
        self.methods.iter().filter(|method| !method.is_removed())
    }

    fn default(&self) -> Option<&Method> {
        self.methods.iter().find(|method| method.is_default)
    }

    /// Returns the method that is the same card or bank account. Of two that are recorded, with the same brand and
    /// digits, only the provider's references could tell that they are not.
    fn same(&self, instrument: &Instrument, recorded: Option<&Recording>) -> Option<&Method> {
        let looks = |one: &Instrument| (one.kind, one.brand.to_lowercase(), one.last4.clone());
        let is_untold = |method: &Method| {
            recorded.zip(method.recorded.as_ref()).is_some_and(|(one, other)| {
                (one.reference.is_none() || other.reference.is_none()) && looks(&method.instrument) == looks(instrument)
            })
        };
        self.kept().find(|method| method.instrument.fingerprint == instrument.fingerprint || is_untold(method))
    }

    fn refusal(&self, instrument: &Instrument, recorded: Option<&Recording>, rules: Rules) -> Option<Refusal> {
        if let Some(same) = self.same(instrument, recorded) {
            let (method, title) = (same.id, same.title());
            return Some(match (same.instrument.expires_on, instrument.expires_on) {
                (Some(was), Some(now)) if was != now => Refusal::Renewed(Renewal { method, title, was, now }),
                _ => Refusal::Same(method, title),
            });
        }
        let is_full = self.kept().count() >= rules.size;
        is_full.then_some(Refusal::Full(rules.size))
    }
}

/// Returns a method with the wallet that it is or was in.
fn opened(conn: &mut PgConnection, by: &By, id: MethodId) -> Result<(Wallet, Method)> {
    let customer = model::find(conn, by.account, id)?.customer;
    let wallet = Wallet::open(conn, by, customer)?;
    // Between the two it may have changed or been destroyed.
    let method = wallet.methods.iter().find(|method| method.id == id).cloned().ok_or(Error::NotFound)?;
    Ok((wallet, method))
}

/// Returns a method to be changed, with its customer's row locked.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the method was removed or the customer is deleted.
pub(super) fn find_for_update(conn: &mut PgConnection, by: &By, id: MethodId) -> Result<Method> {
    let (_, method) = opened(conn, by, id)?;
    refuse_removed(&method)?;
    Ok(method)
}

/// Refuses to change a method that was removed.
///
/// # Errors
/// [`Error::Conflict`] whose sentence says how to go on.
pub fn refuse_removed(method: &Method) -> Result<()> {
    if !method.is_removed() {
        return Ok(());
    }
    let sentence = format!("{} was removed from the wallet. Restore it first.", method.title());
    Err(Error::Conflict(Code::MethodRemoved.says(sentence).with(Detail::PaymentMethod(method.id))))
}

/// Adds a card or bank account to a customer's wallet. The first one becomes the default, and so does one that is meant
/// to be. A card that renews one of the wallet puts its month into that one. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the customer is deleted.
pub fn add(
    conn: &mut PgConnection,
    by: &By,
    customer: CustomerId,
    new: New,
    rules: Rules,
    key: Option<&OneTimeKey>,
) -> Result<Added> {
    let wallet = Wallet::open(conn, by, customer)?;
    // The row's lock is held, so of two sends of one form the second finds what the first has made.
    if let Some(made) = idempotency::made_with(conn, by.account, key)? {
        return Ok(Added::Before(Box::new(model::find(conn, by.account, MethodId::from_uuid(made))?)));
    }
    if new.instrument.expires_on.is_some_and(|last| expiry::is_expired(last, rules.today)) {
        return Ok(Added::Refused(Refusal::Expired(title(&new.instrument))));
    }
    let renewed = match wallet.refusal(&new.instrument, new.recorded.as_ref(), rules) {
        Some(Refusal::Renewed(renewal)) if new.renews == Some(renewal.method) => Some(renewal.method),
        Some(refusal) => return Ok(Added::Refused(refusal)),
        None => None,
    };
    if let Some(token) = &new.single_use
        && !use_token(conn, by.account, token)?
    {
        return Ok(Added::Refused(Refusal::Used));
    }
    let id = renewed.unwrap_or_else(MethodId::new);
    idempotency::take(conn, by.account, key, id.uuid())?;
    let is_wanted = new.is_default;
    let method = match wallet.methods.iter().find(|method| method.id == id) {
        Some(same) => renew(conn, by, same.clone(), new)?,
        None => insert(conn, by, &wallet, id, new)?,
    };
    let method = if is_wanted { make_default(conn, by, method.id)? } else { method };
    Ok(Added::Done(Box::new(method)))
}

/// Puts the month of a renewed card into the method that it renews, with what else was typed.
fn renew(conn: &mut PgConnection, by: &By, mut method: Method, new: New) -> Result<Method> {
    let before = method.fields();
    method.instrument.expires_on = new.instrument.expires_on;
    // The gateway charges the card by what it told last.
    method.instrument.credential = new.instrument.credential;
    method.billing = new.billing.or(method.billing);
    method.consent = new.consent.or(method.consent);
    let change = difference(&before, &method.fields());
    model::update(conn, by, &mut method, kinds::RENEWED, change)?;
    Ok(method)
}

fn insert(conn: &mut PgConnection, by: &By, wallet: &Wallet, id: MethodId, new: New) -> Result<Method> {
    let method = Method {
        id,
        version: 1,
        customer: wallet.customer.id,
        instrument: new.instrument,
        recorded: new.recorded,
        billing: new.billing,
        is_default: wallet.kept().next().is_none(),
        consent: new.consent,
        created_at: id.created_at(),
        updated_at: id.created_at(),
        removed_at: None,
    };
    model::insert(conn, by, &method)?;
    Ok(method)
}

/// Marks a single-use token as used; returns whether it was unused before. Call it in the transaction that uses the
/// token: a second transaction with the same token waits for the first.
pub fn use_token(conn: &mut PgConnection, account: AccountId, token: &str) -> Result<bool> {
    let used = diesel::insert_into(used_tokens::table)
        .values((
            used_tokens::account_id.eq(account),
            used_tokens::token.eq(token),
            used_tokens::used_at.eq(Timestamp::now().to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(used == 1)
}

/// The time for which it is known that a token was used: longer than any gateway takes one.
const TOKENS_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Forgets the tokens that were used longer ago than any could be used again; returns their number.
pub fn forget_used_tokens(conn: &mut PgConnection) -> Result<usize> {
    let limit = (Timestamp::now() - TOKENS_KEPT).to_diesel();
    Ok(diesel::delete(used_tokens::table.filter(used_tokens::used_at.lt(limit))).execute(conn)?)
}

/// Makes a method the default; the former default stays usable. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the method was removed or the customer is deleted.
pub fn make_default(conn: &mut PgConnection, by: &By, id: MethodId) -> Result<Method> {
    let (wallet, mut method) = opened(conn, by, id)?;
    refuse_removed(&method)?;
    if method.is_default {
        return Ok(method);
    }
    // The default is the wallet's: one event tells which it was and which it is.
    let was = wallet.default().map(|default| json!(default.id)).unwrap_or_default();
    model::clear_default(conn, by, method.customer)?;
    method.is_default = true;
    let change = (Fields::from([("default".into(), was)]), Fields::from([("default".into(), json!(id))]));
    model::update(conn, by, &mut method, kinds::MADE_DEFAULT, change)?;
    Ok(method)
}

/// Leaves the wallet of a method without a default, if that method is it. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the method was removed or the customer is deleted.
pub(super) fn unmake_default(conn: &mut PgConnection, by: &By, id: MethodId) -> Result<Method> {
    let mut method = find_for_update(conn, by, id)?;
    if !method.is_default {
        return Ok(method);
    }
    method.is_default = false;
    let change = (Fields::from([("default".into(), json!(id))]), Fields::from([("default".into(), Value::Null)]));
    model::update(conn, by, &mut method, kinds::UNMADE_DEFAULT, change)?;
    Ok(method)
}

/// Removes a method from the wallet, to be destroyed after 30 days. No other method becomes the default in its place.
/// Returns the method, and whether it was the default. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when one of `users` needs it, or the customer is deleted.
pub fn remove(conn: &mut PgConnection, by: &By, id: MethodId, users: &dyn Uses) -> Result<(Method, bool)> {
    let (_, mut method) = opened(conn, by, id)?;
    if method.is_removed() {
        return Ok((method, false));
    }
    uses::refuse_used(&method, &users.of(conn, by.account, &method)?)?;
    let (was_default, now) = (method.is_default, by.now());
    method.is_default = false;
    method.removed_at = Some(now);
    let was = |is: bool| Fields::from([("is_default".to_owned(), json!(is))]);
    model::update(conn, by, &mut method, kinds::REMOVED, (was(was_default), was(false)))?;
    jobs::model::enqueue(conn, by, jobs::model::Kind::DestroyMethod, id.uuid(), now + UNDO_WINDOW)?;
    Ok((method, was_default))
}

/// Restores a removed method within 30 days, if the wallet still takes it. It becomes the default only in an empty
/// wallet. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the wallet does not take it, when it is too late, or when the customer
/// is deleted.
pub fn restore(conn: &mut PgConnection, by: &By, id: MethodId, rules: Rules) -> Result<Method> {
    let (wallet, mut method) = opened(conn, by, id)?;
    let Some(until) = method.restorable_until() else { return Ok(method) };
    if until < by.now() {
        let sentence = "It was removed more than 30 days ago and cannot be restored. Add it again instead.";
        return Err(Error::Conflict(Code::TooLateToRestore.says(sentence)));
    }
    if let Some(refusal) = wallet.refusal(&method.instrument, method.recorded.as_ref(), rules) {
        return Err(Error::Conflict(refusal.into()));
    }
    method.is_default = wallet.kept().next().is_none();
    method.removed_at = None;
    let is_default = |is: bool| Fields::from([("is_default".to_owned(), json!(is))]);
    let change = (is_default(false), is_default(method.is_default));
    model::update(conn, by, &mut method, kinds::RESTORED, change)?;
    jobs::model::cancel(conn, by.account, jobs::model::Kind::DestroyMethod, id.uuid())?;
    Ok(method)
}
