//! The sandbox is the gateway of test accounts. Its tokens and numbers are documented, and each always has the same
//! outcome, or that of a few cards which count how often they were charged. It keeps its own books, as an external gateway would: an order with the key of an earlier one is that
//! earlier one, for as long as it keeps keys.

use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::{Charge, Gateway, Instrument, Kind, Outcome, Refund, Verified};
use crate::{
    db::Db,
    error::{Error, Result},
    ids::{AccountId, TokenId},
    schema::{sandbox_orders, sandbox_tokens},
    values::Money,
};

/// The time that an order takes when it needs more time.
pub const MORE_TIME: SignedDuration = SignedDuration::from_secs(10);

/// The time for which a key is kept. An order with an older one is carried out again, as at other gateways.
const KEYS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A token that can be used again and again, with a number that has the same outcome.
pub struct Sample {
    /// The token, typed where a token is asked for.
    pub token: &'static str,
    /// The number, typed on the sandbox's token page.
    pub number: &'static str,
    /// The card brand or the bank.
    pub brand: &'static str,
    /// The code of the outcome.
    pub outcome: &'static str,
    /// The outcome in words for people.
    pub does: &'static str,
}

const fn sample(
    token: &'static str,
    number: &'static str,
    brand: &'static str,
    outcome: &'static str,
    does: &'static str,
) -> Sample {
    Sample { token, number, brand, outcome, does }
}

/// All samples. A card with another number that passes the checks succeeds.
pub const SAMPLES: [Sample; 19] = [
    sample("tok_visa", "4242424242424242", "Visa", "succeeded", "succeeds"),
    sample("tok_mastercard", "5555555555554444", "Mastercard", "succeeded", "succeeds"),
    sample("tok_amex", "378282246310005", "American Express", "succeeded", "succeeds"),
    sample("tok_bank", "000123456789", "Sandbox Bank", "succeeded", "a bank account that succeeds"),
    sample("tok_declined", "4000000000000002", "Visa", "card_declined", "is declined"),
    sample("tok_insufficient_funds", "4000000000009995", "Visa", "insufficient_funds", "is declined: not enough money"),
    sample("tok_expired_card", "4000000000000069", "Visa", "expired_card", "is declined: expired"),
    sample("tok_lost_card", "4000000000009987", "Visa", "lost_card", "is declined: lost"),
    sample("tok_stolen_card", "4000000000009979", "Visa", "stolen_card", "is declined: stolen"),
    sample("tok_incorrect_cvc", "4000000000000127", "Visa", "incorrect_cvc", "is declined: wrong security code"),
    sample("tok_confirm", "4000002500003155", "Visa", "authentication_required", "is declined: must be confirmed"),
    sample("tok_processing_error", "4000000000000119", "Visa", "processing_error", "is declined: processing error"),
    sample("tok_slow", "4000000000000077", "Visa", "slow", "succeeds after 10 seconds"),
    sample("tok_slow_declined", "4000000000000341", "Visa", "slow_declined", "is declined after 10 seconds"),
    sample("tok_refund_fails", "4000000000005126", "Visa", "refund_fails", "succeeds; a refund fails"),
    sample("tok_no_answer", "4000000000000259", "Visa", "no_answer", "succeeds, but the answer is lost at first"),
    sample(
        "tok_declined_later",
        "4000000000000408",
        "Visa",
        DECLINED_LATER,
        "in a wallet: succeeds once, and is declined from then on",
    ),
    sample(
        "tok_declined_twice",
        "4000000000009235",
        "Visa",
        DECLINED_TWICE,
        "in a wallet: is declined twice, and succeeds from then on",
    ),
    sample(
        "tok_lost_later",
        "4000000000009680",
        "Visa",
        LOST_LATER,
        "in a wallet: succeeds once, and is reported lost from then on",
    ),
];

/// The outcomes that depend on how often a card was charged before. Each such card counts for itself, by a credential of
/// its own.
const DECLINED_LATER: &str = "declined_later";
const DECLINED_TWICE: &str = "declined_twice";
const LOST_LATER: &str = "lost_later";

/// Returns the outcome of a charge of such a card after so many others; nothing for an outcome that is always the same.
fn by_count(outcome: &str, before: i64) -> Option<&'static str> {
    Some(match (outcome, before) {
        (DECLINED_LATER, 0) | (LOST_LATER, 0) | (DECLINED_TWICE, 2..) => "succeeded",
        (DECLINED_LATER | DECLINED_TWICE, _) => "card_declined",
        (LOST_LATER, _) => "lost_card",
        _ => return None,
    })
}

/// The sandbox, with the database in which it keeps its books.
#[derive(Clone)]
pub struct Sandbox {
    db: Db,
}

impl Sandbox {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Takes an order, or finds the one with that key.
    async fn order(&self, order: Order, now: Timestamp) -> Result<Outcome> {
        self.db.write(move |conn| order.place(conn)).await?.outcome(now)
    }

    /// Looks for an order of that key.
    async fn find(&self, account: AccountId, key: Uuid, now: Timestamp) -> Result<Option<Outcome>> {
        let found = self.db.read(move |conn| Ok(Placed::find(conn, account, key).optional()?)).await?;
        found.map(|placed| placed.outcome(now)).transpose()
    }
}

impl Gateway for Sandbox {
    async fn verify(&self, account: AccountId, token: &str, now: Timestamp) -> Result<Option<Verified>> {
        if let Some(sample) = SAMPLES.iter().find(|sample| sample.token == token) {
            return Ok(Some(Verified { instrument: sample.instrument(now), is_single_use: false }));
        }
        let Ok(id) = token.parse::<TokenId>() else { return Ok(None) };
        let found = self.db.read(move |conn| {
            let live = sandbox_tokens::table.find((account, id)).filter(sandbox_tokens::expires_at.gt(now.to_diesel()));
            Ok(live.select(sandbox_tokens::instrument).first::<serde_json::Value>(conn).optional()?)
        });
        let Some(stored) = found.await? else { return Ok(None) };
        let instrument = serde_json::from_value(stored).map_err(Error::internal)?;
        Ok(Some(Verified { instrument, is_single_use: true }))
    }

    async fn charge(&self, order: &Charge, now: Timestamp) -> Result<Outcome> {
        self.order(Order::charge(order, now), now).await
    }

    async fn refund(&self, order: &Refund, now: Timestamp) -> Result<Outcome> {
        self.order(Order::refund(order, now), now).await
    }

    async fn charged(&self, order: &Charge, now: Timestamp) -> Result<Option<Outcome>> {
        self.find(order.account, order.payment.uuid(), now).await
    }

    async fn refunded(&self, order: &Refund, now: Timestamp) -> Result<Option<Outcome>> {
        self.find(order.account, order.refund.uuid(), now).await
    }

    async fn cancel(&self, order: &Charge, now: Timestamp) -> Result<Outcome> {
        let order = Order::charge(order, now);
        self.db.write(move |conn| order.cancel(conn, now)).await?.outcome(now)
    }
}

impl Sample {
    /// Returns the sample's card or bank account. Cards expire at the end of the year after next.
    fn instrument(&self, now: Timestamp) -> Instrument {
        let year = now.to_zoned(TimeZone::UTC).year() + 2;
        let is_card = self.token != "tok_bank";
        Instrument {
            kind: if is_card { Kind::Card } else { Kind::BankAccount },
            brand: self.brand.to_owned(),
            last4: self.number[self.number.len() - 4..].to_owned(),
            expires_on: is_card.then(|| Date::constant(year, 12, 31)),
            fingerprint: format!("sandbox {}", self.token),
            credential: credential(self.outcome),
        }
    }
}

/// Returns the credential that makes orders have this outcome. Where the outcome depends on what was charged before, each
/// is of another card.
pub fn credential(outcome: &str) -> String {
    match by_count(outcome, 0) {
        Some(_) => format!("sandbox:{outcome}:{}", Uuid::now_v7().simple()),
        None => format!("sandbox:{outcome}"),
    }
}

/// Returns the outcome for a full number, given in digits alone.
pub fn outcome_of(number: &str) -> &'static str {
    SAMPLES.iter().find(|sample| sample.number == number).map_or("succeeded", |sample| sample.outcome)
}

/// A line in the sandbox's books.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = sandbox_orders)]
struct Order {
    account_id: AccountId,
    key: Uuid,
    kind: &'static str,
    amount: i64,
    currency: String,
    credential: String,
    outcome: &'static str,
    #[diesel(serialize_as = jiff_diesel::Timestamp)]
    settles_at: Timestamp,
    #[diesel(serialize_as = jiff_diesel::Timestamp)]
    placed_at: Timestamp,
    times: i32,
}

impl Order {
    fn charge(order: &Charge, now: Timestamp) -> Self {
        let known = order.credential.strip_prefix("sandbox:").unwrap_or("card_declined");
        let known = known.split(':').next().unwrap_or(known);
        let (outcome, takes) = match known {
            "slow" => ("succeeded", MORE_TIME),
            "slow_declined" => ("card_declined", MORE_TIME),
            "refund_fails" => ("succeeded", SignedDuration::ZERO),
            other => {
                let sample = SAMPLES.iter().find(|sample| sample.outcome == other);
                (sample.map_or("card_declined", |sample| sample.outcome), SignedDuration::ZERO)
            }
        };
        let order =
            Self::new(order.account, order.payment.uuid(), "charge", order.money, &order.credential, outcome, now);
        Self { settles_at: now + takes, ..order }
    }

    fn refund(order: &Refund, now: Timestamp) -> Self {
        let fails = order.credential == credential("refund_fails");
        let outcome = if fails { "refund_refused" } else { "succeeded" };
        Self::new(order.account, order.refund.uuid(), "refund", order.money, &order.credential, outcome, now)
    }

    fn new(
        account_id: AccountId,
        key: Uuid,
        kind: &'static str,
        money: Money,
        credential: &str,
        outcome: &'static str,
        now: Timestamp,
    ) -> Self {
        let (amount, currency, credential) = (money.minor, money.currency.to_string(), credential.to_owned());
        Self { account_id, key, kind, amount, currency, credential, outcome, settles_at: now, placed_at: now, times: 1 }
    }

    /// Returns it with the outcome that its card has after those before it.
    fn counted(self, conn: &mut PgConnection) -> Result<Self> {
        let known = self.credential.strip_prefix("sandbox:").and_then(|known| known.split_once(':'));
        let Some((known, _)) = known.filter(|_| self.kind == "charge") else { return Ok(self) };
        // Only such cards are in the index. A plan finds that out from a literal alone.
        let before: i64 = sandbox_orders::table
            .filter(sandbox_orders::account_id.eq(self.account_id))
            .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("credential LIKE 'sandbox:%:%'"))
            .filter(sandbox_orders::credential.eq(&self.credential))
            .filter(sandbox_orders::kind.eq("charge"))
            .filter(sandbox_orders::key.ne(self.key))
            .filter(sandbox_orders::times.gt(0))
            .count()
            .get_result(conn)?;
        let outcome = by_count(known, before).unwrap_or(self.outcome);
        Ok(Self { outcome, ..self })
    }

    /// Writes the order into the books, or returns the one that has its key already. One whose key is forgotten is
    /// carried out once more.
    fn place(self, conn: &mut PgConnection) -> Result<Placed> {
        self.counted(conn)?.write(conn)
    }

    fn write(self, conn: &mut PgConnection) -> Result<Placed> {
        let (account, key, now) = (self.account_id, self.key, self.placed_at);
        let once_more = (
            sandbox_orders::outcome.eq(self.outcome),
            sandbox_orders::settles_at.eq(self.settles_at.to_diesel()),
            sandbox_orders::placed_at.eq(now.to_diesel()),
            sandbox_orders::times.eq(sandbox_orders::times + 1),
        );
        let new = diesel::insert_into(sandbox_orders::table).values(self).on_conflict_do_nothing().execute(conn)?;
        let forgotten = sandbox_orders::table.find((account, key));
        let forgotten = forgotten.filter(sandbox_orders::placed_at.le((now - KEYS_KEPT).to_diesel()));
        let is_new = new == 1 || diesel::update(forgotten).set(once_more).execute(conn)? == 1;
        Ok(Placed { is_new, ..Placed::find(conn, account, key)? })
    }

    /// Cancels the order if it has not settled; an order that was never placed is written as canceled.
    fn cancel(self, conn: &mut PgConnection, now: Timestamp) -> Result<Placed> {
        let (account, key) = (self.account_id, self.key);
        let never_placed = Self { outcome: "canceled", settles_at: now, times: 0, ..self };
        diesel::insert_into(sandbox_orders::table).values(never_placed).on_conflict_do_nothing().execute(conn)?;
        let open = sandbox_orders::table.find((account, key)).filter(sandbox_orders::settles_at.gt(now.to_diesel()));
        diesel::update(open)
            .set((sandbox_orders::outcome.eq("canceled"), sandbox_orders::settles_at.eq(now.to_diesel())))
            .execute(conn)?;
        Ok(Placed::find(conn, account, key)?)
    }
}

/// An order in the books.
struct Placed {
    is_new: bool,
    outcome: String,
    settles_at: Timestamp,
}

impl Placed {
    fn find(conn: &mut PgConnection, account: AccountId, key: Uuid) -> QueryResult<Self> {
        let stored = sandbox_orders::table.find((account, key));
        let stored = stored.select((sandbox_orders::outcome, sandbox_orders::settles_at));
        let (outcome, settles_at): (String, jiff_diesel::Timestamp) = stored.first(conn)?;
        Ok(Self { is_new: false, outcome, settles_at: settles_at.into() })
    }

    /// Returns the outcome at `now`. The sample whose answer gets lost returns an error for its first order.
    fn outcome(self, now: Timestamp) -> Result<Outcome> {
        match self.outcome.as_str() {
            "no_answer" if self.is_new => Err(Error::Unavailable("the gateway’s answer was lost".into())),
            _ if now < self.settles_at => Ok(Outcome::Pending(self.settles_at)),
            "succeeded" | "no_answer" => Ok(Outcome::Succeeded),
            "canceled" => Ok(Outcome::Canceled),
            failure => Ok(Outcome::Failed(failure.to_owned())),
        }
    }
}
