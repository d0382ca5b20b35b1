//! The search keys that find customers by their payment methods.

use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::{
    gateway::Kind,
    ids::AccountId,
    query::{Choice, Keyed, Keyword, Says, Values},
    search::{Beside, Bind, Check, Key, Scope, Thing},
    values::expiry,
};

const EXPIRING: &str = "expiring";

/// The word for a default card that expired.
pub const DEFAULT_EXPIRED: &str = "default-expired";

/// The word for a default card that expires in the month that it is.
pub const DEFAULT_EXPIRING: &str = "default-expiring";

static CARD_STATES: [Choice; 4] = [
    Choice::new(EXPIRING, "Expiring soon"),
    Choice::new("expired", "Expired"),
    Choice::new(DEFAULT_EXPIRING, "Default, and expires this month").saying("default and expiring this month"),
    Choice::new(DEFAULT_EXPIRED, "Default, and expired").saying("default and expired"),
];

/// The earliest expiry of any card.
const FIRST_CARDS: Date = Date::constant(1950, 1, 1);

/// The keys `card:` and `last4:`.
pub static KEYS: [Key; 2] = [
    Key {
        word: Keyword::new(
            "card",
            "Card",
            "A card is expiring soon, or expired, or is the default and expires this month or has expired",
            "card:expiring",
            Values::Choice(&CARD_STATES),
        )
        .offered(7),
        asks: expires,
    },
    Key {
        word: Keyword::new(
            "last4",
            "Last four digits",
            "The last four digits of a card or bank account in the wallet",
            "last4:4242",
            Values::Last4,
        )
        .read_as("Method", Says::EndsIn)
        .offered(8),
        asks: |term, scope| {
            let kept =
                kept(scope.account).and("p.removed_at IS NULL AND p.last4 = ANY(", Bind::Texts(term.texts()), ")");
            vec![Check::beside(kept.found_by_index())]
        },
    },
];

/// The things `card` and `bank account`.
pub static THINGS: [Thing; 2] = [
    Thing { choice: Choice::new("card", "A card").saying("a card"), asks: |scope| of_kind(scope.account, Kind::Card) },
    Thing {
        choice: Choice::new("bank", "A bank account").saying("a bank account"),
        asks: |scope| of_kind(scope.account, Kind::BankAccount),
    },
];

/// Returns the subquery for a customer's methods.
fn kept(account: AccountId) -> Beside {
    Beside::new(account, "payment_methods")
}

fn of_kind(account: AccountId, kind: Kind) -> Check {
    Check::beside(kept(account).and("p.removed_at IS NULL AND p.kind = ", Bind::Text(kind.as_str().to_owned()), ""))
}

/// Returns the checks for a card whose last day is one of those that the words mean today.
fn expires(term: &Keyed, scope: &Scope) -> Vec<Check> {
    let today = expiry::today(scope.now, &scope.zone);
    let past = (FIRST_CARDS, today.yesterday().unwrap_or(FIRST_CARDS));
    let check = |choice: &Choice| {
        let all = kept(scope.account);
        let (cards, (first, last)) = match choice.word {
            EXPIRING => (all, expiry::expiring(today).into_inner()),
            DEFAULT_EXPIRED => (all.when("p.is_default"), past),
            DEFAULT_EXPIRING => (all.when("p.is_default"), expiry::this_month(today)),
            _ => (all, past),
        };
        let cards = cards.and("p.removed_at IS NULL AND p.expires_on BETWEEN ", Bind::Date(first.to_diesel()), "");
        Check::beside(cards.and("", Bind::Date(last.to_diesel()), "").found_by_index())
    };
    term.choices().map(check).collect()
}
