//! The call that deletes a customer, or says what deleting it would do.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::id;
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        lists::Parameters,
        refusal::{Refusal, Result},
        version,
    },
    codes::Code,
    customers::{model::Customer, part::Desk},
    db::Db,
    deletion::{self, Deletion, Plan},
    gateway::{self, Sandbox},
    ids::CustomerId,
};

/// What a delete did, or would do.
#[derive(Serialize)]
struct DeleteResult {
    object: &'static str,
    id: CustomerId,
    deleted: bool,
    dry_run: bool,
    restorable_until: Option<i64>,
    plan: Option<PlanObject>,
}

/// The effects of a delete in numbers.
#[derive(Serialize)]
struct PlanObject {
    /// Sent with the delete, it is done only if the numbers are still these.
    id: String,
    payment_methods: usize,
    addresses: usize,
    payments_kept: usize,
    running_payments: Vec<String>,
    active_subscriptions: Vec<String>,
    blocked: bool,
    restorable_until: i64,
}

impl PlanObject {
    fn of(plan: &Plan) -> Self {
        let blockers = plan.blocking().flat_map(|(_, blocks)| blocks.by.iter().map(|one| one.id.clone()));
        Self {
            id: digest(plan),
            payment_methods: plan.count("payment_methods"),
            addresses: plan.count("addresses"),
            payments_kept: plan.count("payments_kept"),
            running_payments: blockers.collect(),
            active_subscriptions: Vec::new(),
            blocked: plan.is_blocked(),
            restorable_until: plan.restorable_until.as_second(),
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
    let wish = match Wish::read(&asked) {
        Ok(wish) => wish,
        Err(why) => return call.refuse(&db, why).await,
    };
    if wish.dry_run {
        let answer = call.read(&db, move |conn, caller| dry_run(conn, caller, id(&path, caller)?));
        return Ok(answer.await?.answer());
    }
    let mut wish = wish;
    if wish.cancel_payments {
        let caller = call.caller(&db).await?;
        call_off(&db, &sandbox, &caller, id(&path, &caller)?, &mut wish).await?;
    }
    let if_match = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let id = id(&path, caller)?;
        let plan = caller.found("customer", deletion::plan(conn, caller.key.account, id))?;
        version::check(if_match.as_ref(), plan.customer.version)?;
        if wish.plan.as_ref().is_some_and(|agreed| *agreed != digest(&plan)) && !plan.customer.is_deleted() {
            return Err(refused(
                Code::PlanChanged,
                "The delete would do something else by now. Nothing is done.",
                &plan,
            ));
        }
        let done = caller.found("customer", deletion::delete(conn, &caller.by(), id, Some(&plan.digest())))?;
        match done {
            Deletion::Done(customer) => {
                let plan = (!plan.customer.is_deleted()).then(|| PlanObject::of(&plan));
                reply(caller, &customer, false, plan)
            }
            Deletion::Replanned(plan) => {
                Err(refused(Code::PlanChanged, "The delete would do something else by now. Nothing is done.", &plan))
            }
            Deletion::Blocked(plan) => {
                let message = "Payments of this customer are under way. Wait for them, or send cancel_payments=true.";
                Err(refused(Code::DeletionBlocked, message, &plan))
            }
        }
    };
    call.write(&db, &sent.raw, change).await
}

/// What the parameters ask for.
struct Wish {
    dry_run: bool,
    cancel_payments: bool,
    plan: Option<String>,
}

impl Wish {
    fn read(asked: &Parameters) -> Result<Self> {
        asked.check(&["dry_run", "cancel_payments", "cancel_subscriptions", "plan"])?;
        // There are no subscriptions yet that could be ended.
        asked.flag("cancel_subscriptions")?;
        let (dry_run, cancel_payments) = (asked.flag("dry_run")?, asked.flag("cancel_payments")?);
        Ok(Self { dry_run, cancel_payments, plan: asked.given("plan").map(str::to_owned) })
    }
}

fn dry_run(conn: &mut PgConnection, caller: &Caller, id: CustomerId) -> Result<Reply> {
    let plan = caller.found("customer", deletion::plan(conn, caller.key.account, id))?;
    let object = PlanObject::of(&plan);
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

fn refused(code: Code, message: &'static str, plan: &Plan) -> Refusal {
    Refusal::new(code, message).with("plan", serde_json::to_value(PlanObject::of(plan)).unwrap_or_default())
}

/// Calls off what blocks the delete, if the plan is still the one that was agreed to.
async fn call_off(db: &Db, sandbox: &Sandbox, caller: &Caller, id: CustomerId, wish: &mut Wish) -> Result<()> {
    let account = caller.key.account;
    let plan = caller.found("customer", db.read(move |conn| deletion::plan(conn, account, id)).await)?;
    if wish.plan.as_ref().is_some_and(|agreed| *agreed != digest(&plan)) {
        return Err(refused(Code::PlanChanged, "The delete would do something else by now. Nothing is done.", &plan));
    }
    let gateway = gateway::of(caller.key.mode, sandbox);
    let desk = Desk { db, gateway, by: caller.by(), now: Timestamp::now() };
    // The plan that is agreed to now is the one without what is called off.
    wish.plan = None;
    match caller.found("customer", deletion::call_off(&desk, id, None).await)? {
        Ok(_) => Ok(()),
        Err(plan) => Err(refused(Code::PlanChanged, "The delete would do something else by now.", &plan)),
    }
}
