//! What a change of settings does, in numbers, before it is done. One planner for the page, the deed and the command. No
//! change touches a customer, a payment or a method.

use diesel::PgConnection;
use jiff::{Timestamp, tz::TimeZone};

use super::{changing::Stored, content::Content};
use crate::{
    customers::{
        custom_counts::{self, Count, Required},
        part::{Effect, Tone},
    },
    error::{Error, Result},
    payment_methods::crowded,
    payments::figures,
};

/// Returns what it does when the stored settings become `new`, in the order of the page; nothing when nothing changes.
pub fn of_change(conn: &mut PgConnection, stored: &Stored, new: &Content, now: Timestamp) -> Result<Vec<Effect>> {
    let old = &stored.content;
    let mut effects = Vec::new();
    if new.name != old.name {
        let says = format!("“{}” stands at the top of every page", new.name);
        effects.push(Effect::new(
            Tone::Plain,
            "pencil",
            says,
            "instead of the old name. Commands find the merchant by it.",
        ));
    }
    if new.time_zone != old.time_zone {
        effects.push(of_zone(old, new, now)?);
    }
    if new.country != old.country {
        let says = format!("Phones without a country code are read as of {}", new.country.name());
        effects.push(Effect::new(Tone::Plain, "phone", says, "from now on, in forms and searches. Kept ones stay."));
    }
    if new.currency != old.currency {
        effects.extend(of_currency(conn, stored, new)?);
    }
    if new.required != old.required {
        effects.extend(of_required(conn, stored, new)?);
    }
    if new.wallet_size != old.wallet_size {
        effects.push(of_wallet(conn, stored, new)?);
    }
    Ok(effects)
}

fn of_zone(old: &Content, new: &Content, now: Timestamp) -> Result<Effect> {
    let offset = |name: &str| TimeZone::get(name).map(|zone| zone.to_offset(now).seconds()).map_err(Error::internal);
    // Where clocks are ahead, a day begins before it does elsewhere.
    let ahead = offset(&new.time_zone)? - offset(&old.time_zone)?;
    let minutes = (ahead / 60).abs();
    let hours = match (minutes / 60, minutes % 60) {
        (1, 0) => "1 hour".to_owned(),
        (hours, 0) => format!("{hours} hours"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    };
    let says = match ahead {
        0 => format!("Days begin when they did until now, as of today, by the clocks of {}.", new.time_zone),
        _ if ahead > 0 => format!("Days begin {hours} earlier, by the clocks of {}.", new.time_zone),
        _ => format!("Days begin {hours} later, by the clocks of {}.", new.time_zone),
    };
    let then = "Times on all pages and days in searches and figures move with it. What is kept stays.";
    Ok(Effect::new(Tone::Plain, "clock", says, then))
}

fn of_currency(conn: &mut PgConnection, stored: &Stored, new: &Content) -> Result<Vec<Effect>> {
    let (was, is) = (stored.content.currency, new.currency);
    let both = |conn: &mut PgConnection, currency| {
        Ok::<_, Error>((figures::payers(conn, stored.live, currency)?, figures::payers(conn, stored.test, currency)?))
    };
    let (payers, former) = (both(conn, is)?, both(conn, was)?);
    let list = format!("The list’s volume is in {is} instead of {was}");
    let then = format!("and is sorted by it. Amounts typed without a currency are in {is}, also in saved views.");
    let mut effects = vec![Effect::new(Tone::Plain, "sort", list, then)];
    effects.push(match customers(payers) {
        Some((who, has)) => {
            let says = format!("{who} {has} paid in {is}.");
            Effect::new(Tone::Ok, "payments", says, "They come first by volume, all others behind them.")
        }
        None => {
            let says = format!("Nobody has paid in {is} yet.");
            Effect::new(Tone::Bad, "alert", says, "Until somebody does, no customer has a volume that is sorted.")
        }
    });
    if let Some((who, has)) = customers(former) {
        let says = format!("{who} {has} paid in {was}.");
        let then = "Nothing is converted: what they paid stays as it is, and is shown where there is nothing else.";
        effects.push(Effect::new(Tone::Plain, "payments", says, then));
    }
    Ok(effects)
}

fn of_required(conn: &mut PgConnection, stored: &Stored, new: &Content) -> Result<Vec<Effect>> {
    let mut effects = Vec::new();
    let is_in = |field: Required, content: &Content| content.required.iter().any(|name| name == field.as_str());
    for field in Required::ALL {
        let word = match field {
            Required::Name => "a name",
            Required::Email => "an email",
            Required::Phone => "a phone",
        };
        match (is_in(field, &stored.content), is_in(field, new)) {
            (false, true) => {
                let live = custom_counts::without(conn, stored.live, field)?;
                let test = custom_counts::without(conn, stored.test, field)?;
                effects.push(lacking(live, test, word));
            }
            (true, false) => {
                let says = format!("Customers need not have {word} any more.");
                effects.push(Effect::new(Tone::Plain, "check", says, "What they have stays."));
            }
            _ => {}
        }
    }
    if new.required.is_empty() {
        let says = "A name, an email or a phone is needed all the same,";
        effects.push(Effect::new(Tone::Ok, "info", says, "so that every customer can be found."));
    }
    Ok(effects)
}

fn lacking(live: Count, test: Count, word: &str) -> Effect {
    let then = "They stay as they are until somebody changes them, who is then asked for it.";
    match customers((live, test)) {
        Some((who, has)) => Effect::new(Tone::Bad, "alert", format!("{who} {has} no {}.", bare(word)), then),
        None => {
            let says = format!("Every customer has {word} already.");
            Effect::new(Tone::Ok, "check", says, "Nobody has to be asked for it.")
        }
    }
}

/// Returns a word without its article.
fn bare(word: &str) -> &str {
    word.split_once(' ').map_or(word, |(_, bare)| bare)
}

fn of_wallet(conn: &mut PgConnection, stored: &Stored, new: &Content) -> Result<Effect> {
    let (was, size) = (stored.content.wallet_size, new.wallet_size);
    let methods = |size: i32| if size == 1 { "1 payment method".to_owned() } else { format!("{size} payment methods") };
    if size > was {
        let says = format!("Each customer can keep {}", methods(size));
        return Ok(Effect::new(Tone::Ok, "card", says, format!("instead of {was}.")));
    }
    let crowded = (crowded::count(conn, stored.live, size)?, crowded::count(conn, stored.test, size)?);
    Ok(match customers(crowded) {
        Some((who, has)) => {
            let says = format!("{who} {has} more than {}.", methods(size));
            Effect::new(Tone::Bad, "card", says, "They keep all of them, and can add one only when they have fewer.")
        }
        None => {
            let says = format!("No customer has more than {}.", methods(size));
            Effect::new(Tone::Ok, "card", says, "Nobody can keep more from now on.")
        }
    })
}

/// Returns who is counted, live ones and those of the test account, and the verb: "3 customers", "have". Nothing for
/// nobody.
fn customers((live, test): (Count, Count)) -> Option<(String, &'static str)> {
    let noun = |count: Count| if count.is_one() { "customer" } else { "customers" };
    let verb = |count: Count| if count.is_one() { "has" } else { "have" };
    match (live.words(), test.words()) {
        (None, None) => None,
        (Some(words), None) => Some((format!("{words} {}", noun(live)), verb(live))),
        (None, Some(words)) => Some((format!("{words} {} of the test account", noun(test)), verb(test))),
        (Some(words), Some(tests)) => {
            let tests = tests.to_lowercase();
            Some((format!("{words} {}, and {tests} of the test account,", noun(live)), "have"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_counted_is_said_in_words() {
        let count = |number, is_capped| Count { number, is_capped };
        let told = |live, test| customers((live, test)).map(|(who, has)| format!("{who} {has}"));
        assert_eq!(told(count(0, false), count(0, false)), None);
        assert_eq!(told(count(1, false), count(0, false)).unwrap(), "1 customer has");
        assert_eq!(told(count(0, false), count(1204, false)).unwrap(), "1,204 customers of the test account have");
        assert_eq!(
            told(count(10_001, true), count(3, true)).unwrap(),
            "More than 10,000 customers, and at least 3 of the test account, have"
        );
        assert_eq!(told(count(0, true), count(0, false)).unwrap(), "Some customers have");
    }
}
