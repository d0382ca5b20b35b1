//! The search key that finds customers by their subscriptions.

use crate::{
    ids::AccountId,
    query::{Choice, Keyword, Says, Values},
    search::{Beside, Bind, Check, Key},
};

static STATES: [Choice; 6] = [
    Choice::new("active", "Active").saying("active"),
    Choice::new("trialing", "In its trial").saying("in its trial").also(&["trial"]),
    Choice::new("past_due", "Past due").saying("past due").also(&["unpaid"]),
    Choice::new("incomplete", "Waiting for the first payment").saying("waiting for its first payment"),
    Choice::new("canceled", "Canceled").also(&["cancelled", "ended"]),
    Choice::new("none", "None that goes on").saying("none that goes on"),
];

/// The key `subscription:`.
pub static KEYS: [Key; 1] = [Key {
    word: Keyword::new(
        "subscription",
        "Subscription",
        "Who has one that stands so, or none that goes on",
        "subscription:past_due",
        Values::Choice(&STATES),
    )
    .read_as("Subscription", Says::Plainly)
    .offered(14),
    asks: |term, scope| term.choices().map(|choice| Check::beside(of(scope.account, choice.word))).collect(),
}];

fn of(account: AccountId, state: &str) -> Beside {
    let subscriptions = Beside::new(account, "subscriptions");
    match state {
        "none" => subscriptions.when("p.status <> 'canceled'").between("count(*)", (0, 0)),
        state => subscriptions.and("p.status = ", Bind::Text(state.to_owned()), "").found_by_index().looked_up_alone(),
    }
}
