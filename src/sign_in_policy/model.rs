//! What a change of the settings does, in numbers, and the change itself.

use diesel::PgConnection;
use jiff::Timestamp;

use super::kinds;
use crate::{
    customers::part::{Effect, Tone},
    error::Result,
    events::{self, By, Fields, NewEvent, fields::difference},
    ids::{EventId, MerchantId},
    merchants::{self, Privacy, Security, Sees},
    staff::{model as staff, sessions},
    values::Mode,
    who::Role,
};

/// Returns what a change does to people, the worst first; nothing when it does nothing.
pub fn effects(conn: &mut PgConnection, merchant: MerchantId, old: &Security, new: &Security) -> Result<Vec<Effect>> {
    let mut effects = Vec::new();
    if new.factor_required && !old.factor_required {
        let count = staff::without_second_factor(conn, merchant)?;
        let then = "They set one up at their next page, and nothing else opens until then.";
        effects.push(match count {
            0 => Effect::new(Tone::Ok, "check", "Everybody has a second factor.", "Nobody is held up."),
            1 => Effect::new(Tone::Bad, "lock", "1 person has no second factor.", then),
            count => Effect::new(Tone::Bad, "lock", format!("{count} people have no second factor."), then),
        });
        effects.push(Effect::new(Tone::Plain, "key", "API keys", "go on as before."));
    }
    if old.factor_required && !new.factor_required {
        let then = "Those who have one are still asked for it.";
        effects.push(Effect::new(Tone::Bad, "lock", "Everybody may remove their second factor.", then));
    }
    if new.most_sessions < old.most_sessions {
        let count = sessions::with_more(conn, merchant, new.most_sessions, Timestamp::now())?;
        let then = "With their next sign-in those that they used longest ago end.";
        effects.extend(match count {
            0 => None,
            1 => Some(Effect::new(Tone::Bad, "logout", "1 person has more sessions than that.", then)),
            count => {
                Some(Effect::new(Tone::Bad, "logout", format!("{count} people have more sessions than that."), then))
            }
        });
    }
    for (role, was, is) in [
        (Role::Viewer, old.privacy.viewers, new.privacy.viewers),
        (Role::Editor, old.privacy.editors, new.privacy.editors),
    ] {
        if was != is {
            effects.push(of_privacy(staff::count_of(conn, merchant, role)?, role, (was, is)));
        }
    }
    effects.sort_by_key(|effect| effect.tone);
    Ok(effects)
}

/// Says what people of a role see from now on.
fn of_privacy(count: i64, role: Role, (was, is): (Sees, Sees)) -> Effect {
    let who = match count {
        1 => format!("1 {} sees", role.as_str()),
        count => format!("{count} {}s see", role.as_str()),
    };
    let (what, then) = match is {
        Sees::Masked => {
            ("masked", "from their next page on, and the searches of theirs that ask for a part of one end.")
        }
        Sees::Revealed => (
            "masked until they ask for those of one customer,",
            "which the audit log tells. Searches for a part of one end.",
        ),
        Sees::Shown => ("in full", "from their next page on."),
    };
    let tone = if is > was { Tone::Bad } else { Tone::Plain };
    Effect::new(tone, "lock", format!("{who} emails, phones and addresses {what}"), then)
}

/// Returns the settings as events keep them.
pub fn fields(security: &Security) -> Fields {
    let Privacy { viewers, editors } = security.privacy;
    let fields = [
        ("second_factor_required", security.factor_required.into()),
        ("most_sessions", security.most_sessions.into()),
        ("viewers_see", viewers.as_str().into()),
        ("editors_see", editors.as_str().into()),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Reads the settings as events keep them; nothing when something is missing.
pub fn of_fields(fields: &Fields) -> Option<Security> {
    let most_sessions = fields.get("most_sessions")?.as_u64()?;
    let sees = |name: &str| Sees::parse(fields.get(name)?.as_str()?);
    let privacy = Privacy { viewers: sees("viewers_see")?, editors: sees("editors_see")? };
    Some(Security {
        factor_required: fields.get("second_factor_required")?.as_bool()?,
        most_sessions: usize::try_from(most_sessions).ok()?,
        privacy,
    })
}

/// Changes the settings, and returns the event, if something differs. Call it in a transaction.
///
/// # Errors
/// When the database fails.
pub fn change(conn: &mut PgConnection, by: &By, merchant: MerchantId, new: &Security) -> Result<Option<EventId>> {
    let old = merchants::security_for_update(conn, merchant)?;
    let (before, after) = difference(&fields(&old), &fields(new));
    if after.is_empty() {
        return Ok(None);
    }
    merchants::set_security(conn, merchant, new)?;
    let by = by.in_live(merchants::account(conn, merchant, Mode::Live)?);
    let (kind, subject) = (kinds::CHANGED, merchant.uuid());
    let what = NewEvent { kind, subject, customer: None, version: 0, before: &before, after: &after };
    events::record(conn, &by, &what).map(Some)
}
