//! The call about the recurring revenue.

use actix_web::{HttpResponse, http::StatusCode, web};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    api::{answer::Reply, call::Call, object::time, refusal::Result, route::ApiRoute},
    api_keys::permissions::{
        Permission,
        Resource::{Schedules, Subscriptions},
    },
    db::Db,
    schedules::forecast::Coming as ComingParts,
    subscriptions::revenue::{Coming, Group, Monthly, Sum},
};

use super::Overview;

const READING: &str = "What subscriptions come to a month, in each currency and never added over currencies. Each sum is \
    exactly that of the `monthly` of its subscriptions. Parts of payment schedules are no recurring revenue: they are charged too, \
    and stand apart in `upcoming_parts`, which is null for a key that may not read payment schedules. Besides that, null is what \
    could not be added up within 2 seconds: ask again.";

/// Returns the route of the call.
pub fn route() -> ApiRoute {
    ApiRoute::get("/v1/revenue", Permission::read(Subscriptions), retrieve)
        .told("retrieve_revenue", "Read the recurring revenue", READING)
        .answering::<RevenueObject>(StatusCode::OK)
}

/// What subscriptions come to a month.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Revenue")]
struct RevenueObject {
    /// Names the kind of object.
    #[schemars(extend("const" = "revenue"))]
    object: &'static str,
    /// Whether it is of the live account.
    livemode: bool,
    /// When it was computed, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    computed: i64,
    /// Of those that have begun, until they end or stand still.
    monthly: Option<Vec<SumObject>>,
    /// Of those in their trial, if all stay.
    trials: Option<Vec<SumObject>>,
    /// By what it changed since the month began.
    this_month: Option<MovesObject>,
    /// What subscriptions will charge and bill within 7 and 30 days, from today on.
    upcoming: Option<Vec<ComingObject>>,
    /// What payment schedules will charge besides, within the same days. Null also for a key that may not read those.
    upcoming_parts: Option<Vec<ComingPartsObject>>,
}

/// So many subscriptions of a currency.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "RevenueSum")]
struct SumObject {
    /// The currency as ISO 4217.
    #[schemars(example = &"KES")]
    currency: String,
    /// How many they are.
    #[schemars(example = 12)]
    subscriptions: i64,
    /// What they come to a month, in the currency’s smallest unit; less than nothing where that fell.
    #[schemars(example = 5_880_000)]
    amount: i64,
}

impl SumObject {
    fn of(sum: &Sum) -> Option<Self> {
        let (currency, subscriptions) = (sum.monthly.currency.to_string(), sum.subscriptions);
        (subscriptions > 0).then_some(Self { currency, subscriptions, amount: sum.monthly.minor })
    }
}

/// By what the recurring revenue changed.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "RevenueMoves")]
struct MovesObject {
    /// Those that began.
    new: Vec<SumObject>,
    /// Those that had stood still and went on.
    recovered: Vec<SumObject>,
    /// Those that came to another amount.
    changed: Vec<SumObject>,
    /// Those whose tries are over, and that stand still until somebody decides.
    stopped: Vec<SumObject>,
    /// Those that ended.
    ended: Vec<SumObject>,
}

impl MovesObject {
    fn of(moves: &[(Group, Sum)]) -> Self {
        let of =
            |group| moves.iter().filter(|(of, _)| *of == group).filter_map(|(_, sum)| SumObject::of(sum)).collect();
        Self {
            new: of(Group::New),
            recovered: of(Group::Recovered),
            changed: of(Group::Changed),
            stopped: of(Group::Stopped),
            ended: of(Group::Ended),
        }
    }
}

/// What will be charged and billed in a currency.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "UpcomingCharges")]
struct ComingObject {
    /// Within so many days.
    #[schemars(example = 7)]
    days: i32,
    /// The currency as ISO 4217.
    #[schemars(example = &"KES")]
    currency: String,
    /// Of how many subscriptions.
    #[schemars(example = 30)]
    subscriptions: i64,
    /// How many charges and bills.
    #[schemars(example = 37)]
    charges: i64,
    /// What they come to, in the currency’s smallest unit.
    #[schemars(example = 18_130_000)]
    amount: i64,
}

impl From<&Coming> for ComingObject {
    fn from(coming: &Coming) -> Self {
        let Coming { days, subscriptions, charges, amount } = *coming;
        Self { days, currency: amount.currency.to_string(), subscriptions, charges, amount: amount.minor }
    }
}

/// What payment schedules will charge in a currency.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "UpcomingParts")]
struct ComingPartsObject {
    /// Within so many days.
    #[schemars(example = 7)]
    days: i32,
    /// The currency as ISO 4217.
    #[schemars(example = &"KES")]
    currency: String,
    /// Of how many payment schedules.
    #[schemars(example = 4)]
    schedules: i64,
    /// How many parts: those due by then, of schedules whose next charge is within the days.
    #[schemars(example = 5)]
    parts: i64,
    /// What they come to, in the currency’s smallest unit.
    #[schemars(example = 1_650_000)]
    amount: i64,
}

impl From<&ComingParts> for ComingPartsObject {
    fn from(coming: &ComingParts) -> Self {
        let ComingParts { days, schedules, parts, amount } = *coming;
        Self { days, currency: amount.currency.to_string(), schedules, parts, amount: amount.minor }
    }
}

/// Answers `GET /v1/revenue`.
async fn retrieve(call: Call, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, |conn, caller| {
        let now = caller.now();
        let sees_parts = caller.key.permissions.allow(Permission::read(Schedules));
        let time = (&caller.key.settings.time_zone, now);
        let Overview { revenue, parts } = Overview::read(conn, caller.key.account, time, sees_parts)?;
        let of = |part: fn(&Monthly) -> &Sum| {
            let sums = revenue.monthly.as_ref()?.iter().filter_map(|one| SumObject::of(part(one)));
            Some(sums.collect())
        };
        let object = RevenueObject {
            object: "revenue",
            livemode: caller.livemode(),
            computed: now.as_second(),
            monthly: of(|one| &one.counted),
            trials: of(|one| &one.trials),
            this_month: revenue.moves.as_deref().map(MovesObject::of),
            upcoming: revenue.coming.as_ref().map(|coming| coming.iter().map(ComingObject::from).collect()),
            upcoming_parts: parts.map(|parts| parts.iter().map(ComingPartsObject::from).collect()),
        };
        Reply::new(StatusCode::OK, &object, caller.request)
    });
    Ok(answer.await?.answer())
}
