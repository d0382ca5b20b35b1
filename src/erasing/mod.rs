//! Erasing: an owner has all personal data of a customer overwritten, everywhere and for good. Money stays, without the
//! person. Each feature says and does what concerns its own things: see [`Keeper`](crate::customers::keeping::Keeper).
//!
//! As with a delete, the page and the deed use the same planner, and nothing is done when the plan has changed.

pub mod hold;
pub mod pages;
mod words;

use diesel::PgConnection;
use uuid::Uuid;

use self::hold::Hold;
use crate::{
    api::replay,
    codes::Code,
    custom_fields,
    customer_parts::KEEPERS,
    customers::{
        erasure::{self, Traces},
        model::{self, Customer},
        part::{Blocks, Effect, Tone},
    },
    deletion,
    error::{Error, Result},
    events::{By, Fields},
    history,
    ids::{AccountId, CustomerId},
    jobs, payments,
    routes::Route,
    staff::session,
    values::field::Kind,
    views::model as views,
};

/// Returns the routes: the plan, the deed, and the mark that forbids it.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{id}/erasure", pages::plan).confirmed(),
        Route::post("/customers/{id}/erasure", pages::erase).confirmed(),
        Route::get("/customers/{id}/hold", pages::hold).confirmed(),
        Route::post("/customers/{id}/hold", pages::place_hold).confirmed(),
        Route::post("/customers/{id}/hold/lifting", pages::lift_hold).confirmed(),
    ]
}

/// The effects of an erasure.
#[derive(Clone, Debug)]
pub struct Plan {
    pub customer: Customer,
    /// The effects, the worst first, with those that block it.
    pub effects: Vec<Effect>,
    /// The mark that forbids it.
    pub hold: Option<Hold>,
}

impl Plan {
    fn of(conn: &mut PgConnection, account: AccountId, customer: Customer) -> Result<Self> {
        let mut effects = Vec::new();
        for keeper in KEEPERS {
            effects.extend(keeper.erasure(conn, account, &customer)?);
        }
        let traces = Traces::of(conn, account, &customer)?;
        let patterns = words::patterns(&customer, &traces, &own_texts(conn, account)?);
        effects.extend(of_views(views::naming(conn, account, &patterns)?));
        if !customer.is_deleted() {
            let says = "The customer leaves every list";
            effects.push(Effect::new(Tone::Bad, "trash", says, "and cannot be restored."));
            // What blocks a delete blocks it too.
            let plan = deletion::plan(conn, account, customer.id)?;
            effects.extend(plan.effects.into_iter().filter(|effect| effect.blocks.is_some()));
        }
        effects.sort_by_key(|effect| effect.tone);
        Ok(Self { hold: hold::of(conn, account, customer.id)?, customer, effects })
    }

    /// Returns the lines that tell the effects.
    pub fn lines(&self) -> impl Iterator<Item = &Effect> {
        self.effects.iter().filter(|effect| effect.blocks.is_none())
    }

    /// Returns the effects that block it, each with what must end first.
    pub fn blocking(&self) -> impl Iterator<Item = (&Effect, &Blocks)> {
        self.effects.iter().filter_map(|effect| Some((effect, effect.blocks.as_ref()?)))
    }

    /// Returns whether something stands against it.
    pub fn is_blocked(&self) -> bool {
        self.hold.is_some() || self.blocking().next().is_some()
    }

    /// Returns the plan as one text, which the form carries.
    pub fn digest(&self) -> String {
        self.effects.iter().map(|effect| effect.says.as_str()).collect::<Vec<_>>().join("; ")
    }
}

fn of_views(count: usize) -> Option<Effect> {
    let (says, then) = match count {
        0 => return None,
        1 => ("1 saved view names the person".to_owned(), "and is deleted for good."),
        count => (format!("{count} saved views name the person"), "and are deleted for good."),
    };
    Some(Effect::new(Tone::Bad, "filter", says, then))
}

/// The result of an erasure.
#[derive(Debug)]
pub enum Erasure {
    /// The customer is erased, now or before.
    Done,
    /// The plan has changed, or something stands against it; nothing is done.
    Not(Box<Plan>),
}

/// Returns the plan of a customer's erasure.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the customer is erased already.
pub fn plan(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Plan> {
    let customer = model::find_or_say_where(conn, account, id)?;
    if customer.is_erased() {
        return Err(Error::Conflict(Code::CustomerErased.says("This customer is erased already.")));
    }
    Plan::of(conn, account, customer)
}

/// Erases a customer if the plan still equals `agreed`. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`].
pub fn erase(conn: &mut PgConnection, by: &By, id: CustomerId, agreed: &str) -> Result<Erasure> {
    let customer = model::find_for_update(conn, by.account, id)?;
    if customer.is_erased() {
        return Ok(Erasure::Done);
    }
    let plan = Plan::of(conn, by.account, customer)?;
    if plan.is_blocked() || plan.digest() != agreed {
        return Ok(Erasure::Not(Box::new(plan)));
    }
    let customer = &plan.customer;
    let traces = Traces::of(conn, by.account, customer)?;
    let patterns = words::patterns(customer, &traces, &own_texts(conn, by.account)?);
    // Before anything is destroyed, since the answers are found by what is the customer's.
    let about = subjects(conn, by.account, id)?;
    let requests = history::requests(conn, by.account, &about)?;
    let addresses = customer.record.addresses.keys().map(ToString::to_string);
    let named: Vec<String> = addresses.chain([id.to_string()]).collect();
    replay::forget(conn, by.account, &requests, &named)?;
    for keeper in KEEPERS {
        keeper.erase(conn, by.account, customer)?;
    }
    views::forget(conn, by, &patterns)?;
    session::drop_notices(conn, by.account, &patterns)?;
    jobs::cancel(conn, by.account, jobs::Kind::DestroyDeleted, id.uuid())?;
    erasure::empty(conn, by, customer, &traces, &counts(&plan))?;
    Ok(Erasure::Done)
}

/// Returns the keys of the merchant's own fields that hold texts, also of those that are archived.
fn own_texts(conn: &mut PgConnection, account: AccountId) -> Result<Vec<String>> {
    let (here, archived) =
        (custom_fields::model::list(conn, account, false)?, custom_fields::model::list(conn, account, true)?);
    let texts =
        here.into_iter().chain(archived).filter(|one| matches!(one.field.kind, Kind::Text | Kind::Email | Kind::Url));
    Ok(texts.map(|one| one.field.key).collect())
}

/// Returns the subjects of events about a customer: the customer, and the payments, which may have been nobody's once.
fn subjects(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Vec<Uuid>> {
    let payments = payments::model::all_of(conn, account, id)?;
    Ok(payments.into_iter().map(|payment| payment.id.uuid()).chain([id.uuid()]).collect())
}

/// Returns the numbers of the plan, for the event.
fn counts(plan: &Plan) -> Fields {
    let counts = plan.effects.iter().filter_map(|effect| effect.counts);
    counts.map(|(what, number)| (what.to_owned(), number.into())).collect()
}
