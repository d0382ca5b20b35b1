//! The bodies about a subscription, as they are told.

use crate::{
    api::shape::{Field, Kind as Takes, Shape},
    ids::{CustomerId, MethodId},
    prices::{
        body::{MOST_UNITS, UNITS},
        input::{LONGEST_KEY, LONGEST_NAME, MOST_TRIAL_DAYS},
    },
    values::money::LARGEST,
};

pub const BEHAVIORS: &[&str] = &["allow_incomplete", "default_incomplete", "error_if_incomplete"];
pub const COLLECTS: &[&str] = &["charge", "invoice"];
pub const MOMENTS: &[&str] = &["now", "period_end"];
pub const UNPAID: &[&str] = &["keep", "void"];

/// The most periods after which one ends by itself.
pub const MOST_TIMES: i64 = 3_650;

/// The most days in which a bill is to be paid.
pub const MOST_DAYS_UNTIL_DUE: i64 = 365;

const PRICE: Field = Field::new("price", Takes::Text(LONGEST_KEY), "The id of a price, or your own key of it.");
const METHOD: Field = Field::new(
    "payment_method",
    Takes::Id(MethodId::PREFIX),
    "The payment method of the customer’s wallet to charge; `null` is the wallet’s default of each day.",
);
const ENDS_ON: Field =
    Field::new("ends_on", Takes::Text(10), "The first day on which it is not used any more, like `2027-12-31`.");
const METADATA: Field = Field::new(
    "metadata",
    Takes::Texts(500),
    "Keys of your own with their texts: at most 50 keys of 1 to 40 of `A–Z a–z 0–9 _ . -`. Keys that are not sent stay; one \
     with `null` goes.",
);

/// A subscription to be started, as it is sent.
pub const NEW_SUBSCRIPTION: Shape = Shape {
    name: "NewSubscription",
    meaning: "A subscription to be started: by a `price`, or with an `amount`, `currency`, `interval` and `name` of its own. \
        The first charge is today, unless one of `first_charge_on`, `trial_days` and `trial_end` or the price says otherwise.",
    fields: &[&[
        Field::new("customer", Takes::Id(CustomerId::PREFIX), "The customer to charge.")
            .required()
            .like("cust_01h2xcejqtf2nbrexx3vqjhp41"),
        PRICE.like("price_monthly_pro"),
        Field::new("amount", Takes::Whole(1, LARGEST), "How much each period, in the currency’s smallest unit."),
        Field::new("currency", Takes::Text(3), "The currency as ISO 4217, in any case."),
        Field::new("interval", Takes::OneOf(UNITS), "The unit of the interval."),
        Field::new(
            "interval_count",
            Takes::Whole(1, MOST_UNITS),
            "How many of these lie between two charges, 3 years at most; 1 when it is not given.",
        ),
        Field::new("name", Takes::Text(LONGEST_NAME), "The name that people read."),
        Field::new(
            "payment_behavior",
            Takes::OneOf(BEHAVIORS),
            "What happens when the first charge is today. `allow_incomplete`, unless another is given: it is charged at once, \
             and stays `incomplete` if that fails. `default_incomplete`: nothing is charged, and it is `incomplete` until its \
             first invoice is paid in any way. `error_if_incomplete`: it is charged at once, and over if that fails. \
             With a later first charge, or with bills, it decides nothing.",
        )
        .like("default_incomplete"),
        METHOD,
        Field::new(
            "collects",
            Takes::OneOf(COLLECTS),
            "`charge`, unless `invoice` is given: a bill is sent for each period, and its payment waited for. Live accounts \
             have no gateway yet, so there it is `invoice`.",
        ),
        Field::new(
            "days_until_due",
            Takes::Whole(0, MOST_DAYS_UNTIL_DUE),
            "The days in which a bill is to be paid; yours of the settings when it is not given. Only where bills are sent.",
        ),
        Field::new(
            "first_charge_on",
            Takes::Text(10),
            "The day of the first charge, today or later, like `2026-11-28`; the days until then are free.",
        ),
        Field::new(
            "trial_days",
            Takes::Whole(0, MOST_TRIAL_DAYS as i64),
            "The free days before the first charge; with 0 it is today, whatever the price says.",
        ),
        Field::new("trial_end", Takes::Time, "The end of what is free: the day of this moment is that of the first charge."),
        Field::new(
            "billing_day",
            Takes::Whole(1, 31),
            "The day of the month that is meant, where the first charge is the last day of a shorter month: with 31, one that \
             begins on 30 April is charged on 31 May.",
        ),
        Field::new("times", Takes::Whole(1, MOST_TIMES), "The number of periods after which it ends."),
        ENDS_ON,
        Field::new(
            "started_on",
            Takes::Text(10),
            "The day on which it began, as people tell it; it may have passed. Nothing is charged for the past.",
        ),
        METADATA.like_pair("order", "A-1042"),
        Field::new("allow_duplicate", Takes::Flag, "Whether the customer may have another one by the same price."),
    ]],
};

/// A change of a subscription, as it is sent.
pub const SUBSCRIPTION_CHANGE: Shape = Shape {
    name: "SubscriptionChange",
    meaning: "A change of a subscription: only what is sent changes. The read-only fields of what was read may stand beside \
        these as they are.",
    fields: &[&[
        Field::new(
            "amount",
            Takes::Whole(1, LARGEST),
            "What each period costs, from the next one on. What it costs now, sent alone, takes a change that waits back.",
        ),
        Field::new(
            "price",
            Takes::Text(LONGEST_KEY),
            "The price by which it is charged from the next period on: its id, or your own key of it. It has the currency and \
             the interval that the subscription has.",
        ),
        METHOD,
        Field::new(
            "collect",
            Takes::Flag,
            "Whether what is unpaid is charged now. `true` where the payment method changes and nothing else is sent.",
        ),
        Field::new(
            "cancel_at_period_end",
            Takes::Flag,
            "`true` lets it end with its period, `false` lets one go on that was to end.",
        ),
        Field::new(
            "ends_on",
            Takes::Text(10),
            "The first day on which it is not used any more, like `2027-12-31`; `null` lets it go on.",
        ),
        Field::new(
            "next_charge_on",
            Takes::Text(10),
            "The day of the next charge, today or later, from which all others are counted. Nothing is charged until then.",
        ),
        METADATA.like_pair("order", "A-1043"),
        Field::new("version", Takes::Whole(1, i32::MAX as i64), "The version that this is a change of.").like_number(1),
    ]],
};

/// The end of a subscription, as it is sent.
pub const CANCELLATION: Shape = Shape {
    name: "SubscriptionCancellation",
    meaning: "When a subscription ends, and what becomes of what is unpaid.",
    fields: &[&[
        Field::new("at", Takes::OneOf(MOMENTS), "`now`, or `period_end`, which it is when nothing is given.").like("now"),
        Field::new(
            "unpaid",
            Takes::OneOf(UNPAID),
            "What becomes of its open invoices when it ends now. `keep`, unless `void` is given: they stay owed, and nobody \
             tries to collect them by itself.",
        )
        .like("keep"),
    ]],
};
