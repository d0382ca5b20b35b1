//! What a change of a field does to customers, in numbers, before it is done. It never takes a value away.

use diesel::PgConnection;
use sha2::{Digest, Sha256};

use super::{limits, model::Definition};
use crate::{
    customers::{
        custom_counts::{self, Count},
        part::{Effect, Tone},
    },
    error::Result,
    ids::AccountId,
    values::{
        field::{Field, Kind},
        text::unaccented,
    },
};

/// Returns what a new field does; nothing unless customers must have a value.
pub fn of_definition(conn: &mut PgConnection, account: AccountId, new: &Field) -> Result<Vec<Effect>> {
    let before = Field { is_required: false, ..new.clone() };
    of_change(conn, account, &before, new)
}

/// Returns what a change of a field does to values that customers have, or lack; nothing when it does nothing.
pub fn of_change(conn: &mut PgConnection, account: AccountId, old: &Field, new: &Field) -> Result<Vec<Effect>> {
    let mut effects = of_choices(conn, account, old, new)?;
    effects.extend(of_limits(conn, account, old, new)?);
    if new.is_required && !old.is_required {
        let count = custom_counts::lacking(conn, account, &new.key)?;
        let then = "They stay as they are until somebody changes them, who is then asked for one.";
        let line = line(count, "alert", "has no value.", "have no value.", then);
        effects.extend(line.map(|line| line.counting("customers_without", count.for_programs())));
    }
    Ok(effects)
}

/// Returns what archiving a field does.
pub fn of_archiving(conn: &mut PgConnection, account: AccountId, one: &Definition) -> Result<Vec<Effect>> {
    let Field { key, .. } = &one.field;
    let count = custom_counts::having(conn, account, key)?;
    let (has, have) = ("has a value,", "have a value,");
    let then = "which is kept and hidden until the field is restored.";
    let values = line(count, "user", has, have, then)
        .unwrap_or_else(|| Effect::new(Tone::Plain, "user", "No customer has a value", "that would be hidden."));
    let searches = format!("Searches by field.{key}: are not understood,");
    Ok(vec![
        values.counting("customers_with", count.for_programs()),
        Effect::new(Tone::Bad, "search", searches, "and its column leaves the list. Views that use it stay."),
        Effect::new(Tone::Ok, "undo", "You can restore it any time,", "with all its values."),
    ])
}

fn of_choices(conn: &mut PgConnection, account: AccountId, old: &Field, new: &Field) -> Result<Vec<Effect>> {
    let stays = |choice: &&String| new.choices.iter().any(|other| unaccented(other) == unaccented(choice));
    let gone: Vec<String> = old.choices.iter().filter(|choice| !stays(choice)).cloned().collect();
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let counts = custom_counts::having_each(conn, account, &new.key, &gone)?;
    let lines = gone.iter().zip(counts).filter_map(|(choice, count)| {
        let (has, have) = (format!("has “{choice}”."), format!("have “{choice}”."));
        let then = "They keep it, but nobody can choose it any more.";
        line(count, "blocked", &has, &have, then)
            .map(|line| line.counting("customers_with_removed_choice", count.for_programs()))
    });
    Ok(lines.collect())
}

fn of_limits(conn: &mut PgConnection, account: AccountId, old: &Field, new: &Field) -> Result<Option<Effect>> {
    let is_below = |one: &String, other: &String| limits::is_below(new.kind, one, other);
    let least = new.least.as_ref().filter(|least| old.least.as_ref().is_none_or(|old| is_below(old, least)));
    let most = new.most.as_ref().filter(|most| old.most.as_ref().is_none_or(|old| is_below(most, old)));
    if least.is_none() && most.is_none() {
        return Ok(None);
    }
    let count = match new.kind {
        Kind::Text => {
            let length = |limit: Option<&String>| limit.and_then(|limit| limit.parse().ok());
            let range = (length(least).unwrap_or(0), length(most).unwrap_or(i64::MAX));
            custom_counts::of_other_lengths(conn, account, &new.key, range)?
        }
        kind => custom_counts::outside(conn, account, &new.key, (as_json(kind, least), as_json(kind, most)))?,
    };
    let (has, have) = ("has a value outside of the new limits.", "have a value outside of the new limits.");
    let then = "It stays until somebody changes it, who then keeps to the limits.";
    Ok(line(count, "alert", has, have, then).map(|line| line.counting("customers_outside", count.for_programs())))
}

/// Writes a stored limit as JSON of the field's values.
fn as_json(kind: Kind, limit: Option<&String>) -> Option<String> {
    limit.map(|limit| if kind == Kind::Date { format!("\"{limit}\"") } else { limit.clone() })
}

/// Returns a line about so many customers; nothing about none.
fn line(count: Count, icon: &'static str, has: &str, have: &str, then: &str) -> Option<Effect> {
    let (words, who) = (count.words()?, if count.is_one() { "customer" } else { "customers" });
    Some(Effect::new(Tone::Bad, icon, format!("{words} {who} {}", if count.is_one() { has } else { have }), then))
}

/// Returns what a form carries once somebody agreed: the same as long as the effects are.
pub fn digest(effects: &[Effect]) -> String {
    let says: Vec<&str> = effects.iter().map(|effect| effect.says.as_str()).collect();
    Sha256::digest(says.join("\n")).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}
