//! The demo merchant's own fields, and the values that its customers have. A load in bulk has neither, so that what is
//! measured with millions is of customers alone.

use diesel::PgConnection;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::{Map, Value, json};

use super::{
    BULK, Demo,
    copying::Owners,
    dice::{Dice, Purpose},
    lives::Life,
};
use crate::{
    clock::Clock,
    custom_fields::{changing, input::Draft},
    error::{Error, Result},
    events::{Actor, By},
    ids::FieldId,
};

/// The SQL that keeps the values of all customers of `{account}` in the form in which they are searched.
pub const KEEP_ALL: &str = "INSERT INTO custom_values (account_id, customer_id, key, value) \
    SELECT account_id, id, own.key, own.value FROM customers, custom_values_of(custom) AS own \
    WHERE account_id = {account} AND custom IS NOT NULL; \
    ANALYZE custom_values";

const VAT: &str = "vat";
const TIER: &str = "tier";
const RENEWAL: &str = "renewal";
const CREDIT: &str = "credit_limit";
const NEWSLETTER: &str = "newsletter";

/// The tiers with how many of a thousand have them; the others have none.
const TIERS: [(&str, u32); 3] = [("Gold", 80), ("Silver", 200), ("Bronze", 400)];

/// Defines the fields, unless the load is one in bulk.
pub fn define(conn: &mut PgConnection, demo: &Demo, owners: &Owners) -> Result<()> {
    if demo.customers > BULK {
        return Ok(());
    }
    let by = By::new(owners.account, Clock::system(), Actor::Staff(owners.owner), None);
    for (key, label, kind, help) in [
        (VAT, "VAT number", "text", "Of organizations, with the country in front."),
        (TIER, "Tier", "choice", ""),
        (RENEWAL, "Renewal date", "date", "The day on which the agreement goes on or ends."),
        (CREDIT, "Credit limit", "money", "What may be open at once."),
        (NEWSLETTER, "Newsletter", "boolean", ""),
    ] {
        let tiers = || TIERS.map(|(tier, _)| tier.to_owned()).into();
        let draft = Draft {
            label: Some(label.to_owned()),
            help: Some(help.to_owned()),
            choices: (key == TIER).then(tiers),
            is_listed: Some(key == TIER),
            ..Draft::default()
        };
        let new = draft.check_new(Some(key), Some(kind));
        let new = new.map_err(|errors| Error::internal(format!("{label}: {errors:?}")))?;
        // A merchant who has a field of that key keeps it.
        changing::define(conn, &by, FieldId::at(by.now()), new)?;
    }
    Ok(())
}

/// Returns the values of a customer, by the keys of the fields; nothing when there are none.
pub fn values(demo: &Demo, number: u32, life: &Life, now: Timestamp) -> Option<Value> {
    if demo.customers > BULK {
        return None;
    }
    let mut dice = Dice::new(demo.seed, number, Purpose::Fields);
    let mut values = Map::new();
    let is_organization = life.record.kind == "organization";
    if is_organization && dice.chance(800) {
        values.insert(VAT.to_owned(), dice.fill(&format!("{}%########", life.country.code)).into());
    }
    if let Some(tier) = tier(&mut dice) {
        values.insert(TIER.to_owned(), tier.into());
        let today = now.to_zoned(TimeZone::UTC).date();
        let day = today.saturating_add(i64::from(dice.below(400)).days()).saturating_sub(35.days());
        values.insert(RENEWAL.to_owned(), day.to_string().into());
    }
    if is_organization && dice.chance(500) {
        let amount = i64::from(dice.below(20) + 1) * 5_000_000;
        values.insert(CREDIT.to_owned(), json!({"amount": amount, "currency": "KES"}));
    }
    if dice.chance(600) {
        values.insert(NEWSLETTER.to_owned(), dice.chance(700).into());
    }
    (!values.is_empty()).then_some(Value::Object(values))
}

fn tier(dice: &mut Dice) -> Option<&'static str> {
    let mut place = dice.below(1000);
    TIERS.into_iter().find_map(|(tier, share)| match place.checked_sub(share) {
        None => Some(tier),
        Some(rest) => {
            place = rest;
            None
        }
    })
}
