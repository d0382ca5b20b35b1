//! The object `payment_schedule` of the API. It has one shape wherever it appears.

use std::collections::HashMap;

use diesel::PgConnection;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::model::{self, Part, Schedule};
use crate::{
    api::object::{open, time},
    error::{Error, Result},
    ids::{AccountId, CustomerId, MethodId, PartId, PaymentId, ScheduleId},
    payments::of_debt,
};

/// Sums that a customer agreed to pay on days to come.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "PaymentSchedule")]
pub struct ScheduleObject {
    /// Names the payment schedule for good.
    pub id: ScheduleId,
    /// Names the kind of object.
    #[schemars(extend("const" = "payment_schedule"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// Counts the changes, also of its parts, from 1 on; that a charge of a part began or was called off is none. `If-Match`
    /// and `version` compare with it.
    pub version: i32,
    /// The customer who pays.
    pub customer: CustomerId,
    /// What it is for.
    #[schemars(example = &"New roof")]
    pub description: String,
    /// The currency as ISO 4217.
    #[schemars(example = &"KES")]
    pub currency: String,
    /// What all parts come to that are not skipped, in the currency’s smallest unit.
    #[schemars(example = 10_000)]
    pub total: i64,
    /// What of it is paid.
    #[schemars(example = 3_334)]
    pub paid: i64,
    /// What became of it.
    #[schemars(transform = open(&["active", "past_due", "finished", "canceled"]), example = &"active")]
    pub status: &'static str,
    /// The payment method that is charged; null is the wallet’s default of each day.
    pub payment_method: Option<MethodId>,
    /// The day of the next charge; null when there is none to come by itself.
    pub next_charge: Option<String>,
    /// Its parts by their numbers.
    pub parts: Vec<PartObject>,
    /// When every part was paid or skipped, or it was canceled.
    pub ended_at: Option<i64>,
    /// When it was made, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// When it was changed last.
    #[schemars(transform = time)]
    pub updated: i64,
}

/// A part of a payment schedule.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "SchedulePart")]
pub struct PartObject {
    /// Names the part for good, also in its payments.
    pub id: PartId,
    /// Its number in the schedule, from 1, by which it is changed.
    #[schemars(example = 1)]
    pub number: i16,
    /// The day on which it is charged.
    #[schemars(example = &"2026-11-28")]
    pub due_on: String,
    /// How much, in the smallest unit of the schedule’s currency.
    #[schemars(example = 3_334)]
    pub amount: i64,
    /// What became of it.
    #[schemars(transform = open(&["planned", "processing", "paid", "failed", "skipped"]), example = &"planned")]
    pub status: &'static str,
    /// Its newest payment: the one that paid it, is under way, or failed last.
    pub payment: Option<PaymentId>,
    /// How often charging it failed.
    #[schemars(example = 0)]
    pub tries: i32,
    /// When it is tried again.
    pub next_try: Option<i64>,
    /// Why the last try failed, as a code.
    pub failure: Option<String>,
}

impl ScheduleObject {
    /// Makes the objects of schedules, in as many statements for one as for a hundred. The order stays.
    pub fn of_all(
        conn: &mut PgConnection,
        (account, livemode): (AccountId, bool),
        schedules: &[Schedule],
    ) -> Result<Vec<Self>> {
        let ids: Vec<ScheduleId> = schedules.iter().map(|one| one.id).collect();
        let parts = if ids.is_empty() { HashMap::new() } else { model::parts_of(conn, account, &ids)? };
        let tried: Vec<PartId> = parts.values().flatten().map(|part| part.id).collect();
        let payments = if tried.is_empty() { HashMap::new() } else { of_debt::newest_of_parts(conn, account, &tried)? };
        let object =
            |one: &Schedule| Self::new(one, parts.get(&one.id).map_or(&[][..], Vec::as_slice), &payments, livemode);
        Ok(schedules.iter().map(object).collect())
    }

    /// Works like [`ScheduleObject::of_all`] for one.
    pub fn of(conn: &mut PgConnection, account: (AccountId, bool), schedule: &Schedule) -> Result<Self> {
        Self::of_all(conn, account, std::slice::from_ref(schedule))?.pop().ok_or(Error::NotFound)
    }

    fn new(schedule: &Schedule, parts: &[Part], payments: &HashMap<PartId, PaymentId>, livemode: bool) -> Self {
        let part = |part: &Part| PartObject {
            id: part.id,
            number: part.position,
            due_on: part.due_on.to_string(),
            amount: part.amount,
            status: part.status.as_str(),
            payment: payments.get(&part.id).copied(),
            tries: part.tries,
            next_try: part.next_try_at.map(Timestamp::as_second),
            failure: part.failure.clone(),
        };
        Self {
            id: schedule.id,
            object: "payment_schedule",
            livemode,
            version: schedule.version,
            customer: schedule.customer_id,
            description: schedule.description.clone(),
            currency: schedule.currency.to_string(),
            total: schedule.total,
            paid: schedule.paid,
            status: schedule.status.as_str(),
            payment_method: schedule.method_id,
            next_charge: schedule.next_on.map(|day| day.to_string()),
            parts: parts.iter().map(part).collect(),
            ended_at: schedule.ended_at.map(Timestamp::as_second),
            created: schedule.id.created_at().as_second(),
            updated: schedule.updated_at.as_second(),
        }
    }
}
