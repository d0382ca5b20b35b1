//! Taking changes of payment schedules back. Nothing is ever charged with that: who takes something back is not asked
//! about a charge.

use diesel::PgConnection;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    held::{Held, OPEN},
    kinds,
    model::{Part, Schedule},
    path,
    restoring::{not_undoable, part_no},
    status::PartStatus,
};
use crate::{
    api_keys::permissions::{Permission, Resource},
    codes::Code,
    error::{Error, Result},
    events::{By, Fields, fields::value, telling::plain},
    history::{
        self, Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::{EventId, MethodId, PartId, ScheduleId},
    payment_methods::revert::refuse_removed,
    reason::Reason,
    values::{Currency, Money, field::Fields as CustomFields, when},
    who::Role,
};

/// Changes of payment schedules and of their parts can be taken back, also that one was canceled.
pub static REVERTS: &dyn Reverts = &Schedules;

struct Schedules;

impl Reverts for Schedules {
    fn kinds(&self) -> &'static [&'static str] {
        use kinds::{CANCELED, CHANGED, PART_MOVED, PART_RESTORED, PART_SKIPPED, RESTORED};
        &[CHANGED, CANCELED, RESTORED, PART_MOVED, PART_SKIPPED, PART_RESTORED]
    }

    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.may(Role::Editor, Permission::write(Resource::Schedules))
    }

    fn closed(&self, event: &Event) -> Option<Reason> {
        let says = match event.kind.as_str() {
            kinds::PART_MOVED if event.before.contains_key("status") => {
                "It had failed, and was planned anew with all its tries. Charge it, skip it, or give it another day."
            }
            kinds::CANCELED if !event.before.contains_key(OPEN) => {
                "What was left of it is not known any more. Make another one."
            }
            _ => return None,
        };
        Some(Code::NotUndoable.says(says))
    }

    fn decided_again(&self, event: &Event) -> &'static [&'static str] {
        match event.kind.as_str() {
            kinds::CANCELED | kinds::RESTORED => &[kinds::CANCELED, kinds::RESTORED],
            // Those of parts are also about other parts.
            _ => &[],
        }
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        let part = part_no(&event.after).unwrap_or_default();
        match event.kind.as_str() {
            kinds::PART_MOVED => format!("Part {part} is as before"),
            kinds::PART_SKIPPED => format!("Part {part} is no longer skipped"),
            kinds::PART_RESTORED => format!("Part {part} is skipped"),
            kinds::CANCELED => "The payment schedule goes on".to_owned(),
            kinds::RESTORED => "The payment schedule is canceled".to_owned(),
            _ => "The payment schedule is as before".to_owned(),
        }
    }

    fn path(&self, event: &Event) -> String {
        path(ScheduleId::from_uuid(event.subject))
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let mut held = Held::open(conn, &undoing.by, ScheduleId::from_uuid(event.subject))?;
        let before = held.charged_now()?;
        let no = part_no(&event.after).unwrap_or_default();
        let reverted = match event.kind.as_str() {
            kinds::CHANGED => change_back(conn, &mut held, event)?,
            kinds::PART_MOVED => move_back(conn, &mut held, event)?,
            kinds::PART_SKIPPED => held.bring_back(conn, no, event).map(|()| Reverted::Done)?,
            kinds::PART_RESTORED => held.leave_out(conn, no).map(|()| Reverted::Done)?,
            kinds::CANCELED => held.restore(conn, event).map(|()| Reverted::Done)?,
            _ => held.cancel(conn).map(|()| Reverted::Done)?,
        };
        let charged = held.charged_now()?;
        let is_more = |(id, amount): &&(PartId, i64)| !before.iter().any(|(was, sum)| was == id && sum >= amount);
        if let Some(part) =
            charged.iter().find(is_more).and_then(|(id, _)| held.parts.iter().find(|part| part.id == *id))
        {
            return Err(would_charge(&held, part, event));
        }
        held.schedule_next(conn)?;
        Ok(reverted)
    }
}

/// Says that a part would be charged at once.
fn would_charge(held: &Held, part: &Part, event: &Event) -> Error {
    let instead = match event.kind.as_str() {
        kinds::CANCELED | kinds::PART_SKIPPED => "Make another payment schedule for what is left.",
        _ => "Change it on its page, which says what is charged.",
    };
    let (no, money) = (part.position, held.money(part));
    not_undoable(format!("Part {no} is due by now, so {money} would be charged at once. {instead}"))
}

/// Returns the first event of a schedule after a version, if it can be taken back and nothing was charged or failed with it.
pub(super) fn offered(conn: &mut PgConnection, by: &By, id: ScheduleId, version: i32) -> Result<Option<EventId>> {
    let mut done = history::after_version(conn, by.account, id.uuid(), version)?.into_iter();
    let can = |event: &Event| REVERTS.kinds().contains(&event.kind.as_str()) && REVERTS.closed(event).is_none();
    let first = done.next().filter(can);
    let follows = done.all(|event| [kinds::RECOVERED, kinds::FINISHED].contains(&event.kind.as_str()));
    Ok(first.filter(|_| follows).map(|event| event.id))
}

/// Gives what an event changed of a schedule its former values.
fn change_back(conn: &mut PgConnection, held: &mut Held, event: &Event) -> Result<Reverted> {
    let current = changeable(&held.schedule);
    let names = ["description", "method"].into_iter().filter(|name| event.before.contains_key(*name));
    let since = changed_since(event, &current, names.clone());
    if !since.is_empty() {
        let label = |name: &str| if name == "method" { "Payment method" } else { "Description" }.to_owned();
        let shown = |_: &str, value: &Value| plain(value);
        return Ok(Reverted::Changed(Since::of(conn, held.by.account, (event, &current), &since, (label, shown))?));
    }
    for name in names {
        let former = text(&event.before, name);
        match name {
            "method" => {
                let method = former.and_then(|id| id.parse::<MethodId>().ok());
                refuse_removed(conn, held.by.account, method)?;
                held.change_method(conn, method, false)?;
            }
            _ => held.describe(conn, former.ok_or(Error::NotFound)?.to_owned())?,
        }
    }
    Ok(Reverted::Done)
}

fn changeable(schedule: &Schedule) -> Fields {
    let fields = [("description", json!(schedule.description)), ("method", json!(schedule.method_id))];
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Gives a part its former day and amount.
fn move_back(conn: &mut PgConnection, held: &mut Held, event: &Event) -> Result<Reverted> {
    let part = held.part(part_no(&event.after).unwrap_or_default())?.clone();
    let current = [("due_on", json!(part.due_on)), ("amount", json!(part.amount))];
    let current: Fields = current.map(|(name, value)| (name.to_owned(), value)).into();
    let names = ["due_on", "amount"].into_iter().filter(|name| event.before.contains_key(*name));
    let since = changed_since(event, &current, names);
    if !since.is_empty() {
        return Ok(Reverted::Changed(part_since(conn, held, (event, &current), &since)?));
    }
    let day = text(&event.before, "due_on").and_then(|day| day.parse::<Date>().ok()).filter(|day| *day != part.due_on);
    if let Some(day) = day {
        if part.status == PartStatus::Failed {
            let sentence = "Charging it failed since. Charge it again, skip it, or give it another day.";
            return Err(not_undoable(sentence));
        }
        if day < held.today {
            return Err(not_undoable(format!("Its former day, {}, has passed. Choose another one.", when::day(day))));
        }
    }
    held.alter(conn, part.position, (day, value(&event.before, "amount").as_i64()))?;
    Ok(Reverted::Done)
}

/// Tells what was changed of a part since, and who did: events of a schedule are about any of its parts.
fn part_since(
    conn: &mut PgConnection,
    held: &Held,
    (event, current): (&Event, &Fields),
    names: &[&str],
) -> Result<Vec<Since>> {
    let later = history::after_version(conn, held.by.account, event.subject, event.version)?;
    let currency = held.schedule.currency;
    let since = |name: &&str| {
        let is_it = |one: &&Event| part_no(&one.after) == part_no(&event.after) && one.before.contains_key(*name);
        let last = later.iter().rev().find(is_it);
        Since {
            label: if *name == "amount" { "Amount" } else { "Day" }.to_owned(),
            wanted: shown(currency, &value(&event.before, name)),
            current: shown(currency, &value(current, name)),
            changed: last.map(|last| (last.by.clone(), last.id.created_at())),
        }
    };
    Ok(names.iter().map(since).collect())
}

/// Returns an amount or a day as people read it.
fn shown(currency: Currency, value: &Value) -> Option<String> {
    match value.as_i64() {
        Some(minor) => Some(Money::new(minor, currency).to_string()),
        None => plain(value),
    }
}

fn text<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields.get(name).and_then(Value::as_str)
}
