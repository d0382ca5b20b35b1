//! The call that deletes a customer, or says what deleting it would do.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        lists::Parameters,
        object::time,
        refusal::{Refusal, Result},
        told::Parameter,
        version,
    },
    codes::Code,
    customers::{
        model::{self, Customer},
        part::Desk,
    },
    db::Db,
    deletion::{self, Deletion, Plan},
    gateway::{self, Sandbox},
    ids::{CustomerId, PaymentId, ScheduleId, SubscriptionId},
};

/// What a delete can be asked.
pub const PARAMETERS: &[Parameter] = &[
    Parameter::flag("dry_run", "Does nothing, and says what would be done."),
    Parameter::flag("cancel_payments", "Calls payments off that are under way, so that they do not block."),
    Parameter::flag(
        "cancel_subscriptions",
        "Ends what goes on by itself, so that it does not block: subscriptions and payment schedules.",
    ),
    Parameter::text("plan", "The `id` of a plan: deletes only if the plan is still the same."),
];

/// What a delete of a customer did, or would do.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CustomerDeleteResult")]
pub struct DeleteResult {
    /// Names the kind of object.
    #[schemars(extend("const" = "delete_result"))]
    object: &'static str,
    /// The customer.
    id: CustomerId,
    /// Whether the customer is deleted.
    #[schemars(example = true)]
    deleted: bool,
    /// Whether this only says what would be done.
    dry_run: bool,
    /// The end of the time in which all can be restored.
    #[schemars(transform = time)]
    restorable_until: Option<i64>,
    /// What the delete does; null when the customer was deleted before.
    plan: Option<PlanObject>,
}

/// The effects of a delete in numbers.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "DeletePlan")]
struct PlanObject {
    /// Sent as `plan` with the delete, it is done only if the numbers are still these.
    #[schemars(example = &"7f3c5a0e9b1d2c4f60718293")]
    id: String,
    /// How many payment methods end.
    #[schemars(example = 2)]
    payment_methods: usize,
    /// How many addresses end.
    addresses: usize,
    /// How many notes end; 1,000 may be more.
    notes: usize,
    /// How many payments stay.
    #[schemars(example = 38)]
    payments_kept: usize,
    /// The payments under way, which block it.
    #[schemars(with = "Vec<PaymentId>")]
    running_payments: Vec<String>,
    /// How many open invoices stay owed.
    #[schemars(example = 0)]
    invoices_kept: usize,
    /// The subscriptions that block it. They can be ended together with it.
    #[schemars(extend("examples" = [[]]))]
    active_subscriptions: Vec<String>,
    /// The payment schedules that block it. They can be canceled together with it.
    #[schemars(extend("examples" = [[]]))]
    active_payment_schedules: Vec<String>,
    /// Whether something blocks it.
    blocked: bool,
    /// The end of the time in which all could be restored.
    #[schemars(transform = time)]
    restorable_until: i64,
}

impl PlanObject {
    fn of(plan: &Plan, now: Timestamp) -> Self {
        let of = |prefix: &str| {
            let is_of = |id: &str| id.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_'));
            plan.blockers().into_iter().map(|one| one.id).filter(|id| is_of(id)).collect()
        };
        Self {
            id: digest(plan),
            payment_methods: plan.count("payment_methods"),
            addresses: plan.count("addresses"),
            notes: plan.count("notes"),
            payments_kept: plan.count("payments_kept"),
            invoices_kept: plan.count("invoices_kept"),
            running_payments: of(PaymentId::PREFIX),
            active_subscriptions: of(SubscriptionId::PREFIX),
            active_payment_schedules: of(ScheduleId::PREFIX),
            blocked: plan.is_blocked(),
            restorable_until: Plan::restorable_until(now).as_second(),
        }
    }
}

/// Returns the plan's id: the same as long as the plan says the same.
fn digest(plan: &Plan) -> String {
    Sha256::digest(plan.digest()).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// Answers `DELETE /v1/customers/{id}`.
pub async fn delete(
    call: Call,
    path: web::Path<String>,
    asked: Parameters,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let raw = sent.raw.clone();
    let wish = match sent.none().and_then(|()| Wish::read(&asked)) {
        Ok(wish) => wish,
        Err(why) => return call.refuse(&db, why).await,
    };
    if wish.dry_run {
        let answer = call.read(&db, move |conn, caller| dry_run(conn, caller, caller.id("customer", &path)?));
        return Ok(answer.await?.answer());
    }
    let agreed = if wish.cancel_payments { call_off(&call, &db, &sandbox, &raw, (&path, &wish)).await? } else { None };
    let meant = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let id = caller.id("customer", &path)?;
        let customer = caller.found("customer", model::find_for_update(conn, caller.key.account, id))?;
        version::check(meant.as_ref(), customer.version)?;
        if customer.is_deleted() {
            return reply(caller, &customer, false, None);
        }
        let plan = deletion::plan(conn, caller.key.account, id)?;
        if agreed.is_none() {
            wish.check(&plan, caller.now())?;
        }
        match deletion::delete_with(conn, &caller.by(), id, agreed.as_deref(), wish.cancel_subscriptions)? {
            Deletion::Done(customer) => reply(caller, &customer, false, Some(PlanObject::of(&plan, caller.now()))),
            Deletion::Replanned(plan) => Err(changed(&plan, caller.now())),
            Deletion::Blocked(plan) => Err(blocked(&plan, &wish, caller.now())),
        }
    };
    call.write(&db, &raw, change).await
}

/// What the parameters ask for.
#[derive(Clone)]
struct Wish {
    dry_run: bool,
    cancel_payments: bool,
    cancel_subscriptions: bool,
    plan: Option<String>,
}

impl Wish {
    fn read(asked: &Parameters) -> Result<Self> {
        let (dry_run, cancel_payments) = (asked.flag("dry_run")?, asked.flag("cancel_payments")?);
        let cancel_subscriptions = asked.flag("cancel_subscriptions")?;
        Ok(Self { dry_run, cancel_payments, cancel_subscriptions, plan: asked.given("plan").map(str::to_owned) })
    }

    /// Refuses a plan that is not the one that was agreed to, if one was.
    fn check(&self, plan: &Plan, now: Timestamp) -> Result<()> {
        if self.plan.as_ref().is_none_or(|agreed| *agreed == digest(plan)) { Ok(()) } else { Err(changed(plan, now)) }
    }
}

fn dry_run(conn: &mut PgConnection, caller: &Caller, id: CustomerId) -> Result<Reply> {
    let plan = caller.found("customer", deletion::plan(conn, caller.key.account, id))?;
    let object = PlanObject::of(&plan, caller.now());
    reply(caller, &plan.customer, true, Some(object))
}

fn reply(caller: &Caller, customer: &Customer, dry_run: bool, plan: Option<PlanObject>) -> Result<Reply> {
    let result = DeleteResult {
        object: "delete_result",
        id: customer.id,
        deleted: customer.is_deleted(),
        dry_run,
        restorable_until: customer.restorable_until().map(Timestamp::as_second),
        plan,
    };
    Ok(Reply::new(StatusCode::OK, &result, caller.request)?.of_version(customer.version))
}

fn refused(code: Code, message: &'static str, plan: &Plan, now: Timestamp) -> Refusal {
    Refusal::new(code, message).with("plan", serde_json::to_value(PlanObject::of(plan, now)).unwrap_or_default())
}

fn blocked(plan: &Plan, wish: &Wish, now: Timestamp) -> Refusal {
    let message = match !wish.cancel_subscriptions && plan.blocking().any(|(_, blocks)| blocks.with_delete) {
        true => {
            "Subscriptions or payment schedules of this customer go on. End them, or send cancel_subscriptions=true."
        }
        false => "Payments of this customer are under way. Wait for them, or send cancel_payments=true.",
    };
    refused(Code::DeletionBlocked, message, plan, now)
}

fn changed(plan: &Plan, now: Timestamp) -> Refusal {
    refused(Code::PlanChanged, "The delete would do something else by now. Nothing is deleted.", plan, now)
}

/// Calls off what blocks the delete, if nothing else stands against it. Returns what is agreed to from then on: the same
/// plan without what was called off; nothing when there is nothing to delete, or the call was answered before.
async fn call_off(
    call: &Call,
    db: &Db,
    sandbox: &Sandbox,
    raw: &[u8],
    (path, wish): (&str, &Wish),
) -> Result<Option<String>> {
    let (once, meant, path, wish) = (call.once(raw), call.if_match.clone(), path.to_owned(), wish.clone());
    let ready = call.read(db, move |conn, caller| {
        let id = caller.id("customer", &path)?;
        let plan = caller.found("customer", deletion::plan(conn, caller.key.account, id))?;
        let known = once.as_ref().map_or(Ok(None), |once| once.known(conn, caller.key.account))?;
        if known.is_some() || plan.customer.is_deleted() {
            return Ok(None);
        }
        caller.refuse_while_moving()?;
        version::check(meant.as_ref(), plan.customer.version)?;
        wish.check(&plan, caller.now())?;
        if !wish.cancel_subscriptions && plan.blocking().any(|(_, blocks)| blocks.with_delete) {
            return Err(blocked(&plan, &wish, caller.now()));
        }
        Ok(Some((id, plan.digest(), caller.clone())))
    });
    let Some((id, agreed, caller)) = ready.await? else { return Ok(None) };
    let gateway = gateway::of(caller.key.mode, sandbox);
    let desk = Desk { db, gateway, by: caller.by(), now: caller.now() };
    let agreed = caller.found("customer", deletion::call_off(&desk, id, Some(agreed)).await)?;
    agreed.map_err(|plan| changed(&plan, caller.now()))
}
