//! Taking changes of the team back: another role, and whether somebody may sign in. Who is removed stays so.

use diesel::PgConnection;
use serde_json::Value;

use super::{
    TEAM, kinds,
    model::{self, Manager, may_grant},
    roles,
};
use crate::{
    error::{Error, Result},
    events::Fields,
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing},
    },
    ids::StaffId,
    staff::model::State,
    values::field::Fields as CustomFields,
    who::Role,
};

/// Changes of the team can be taken back.
pub static REVERTS: &dyn Reverts = &Team;

struct Team;

impl Reverts for Team {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::ROLE_CHANGED, kinds::STATE_CHANGED]
    }

    /// Whoever may make such a change may; nobody's own access is theirs to change.
    fn allows(&self, asker: &Asker, event: &Event) -> bool {
        let Some(who) = asker.person() else { return false };
        let roles = [&event.before, &event.after].into_iter().filter_map(role);
        let is_removal = text(&event.after, "state") == Some(State::Removed.as_str());
        !is_removal
            && who.staff.uuid() != event.subject
            && who.may_manage_team()
            && roles.into_iter().all(|role| may_grant(who.role, role))
    }

    fn is_of_the_merchant(&self) -> bool {
        true
    }

    fn decided_again(&self, _: &Event) -> &'static [&'static str] {
        &[]
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        match role(&event.before) {
            Some(role) => format!("The role is {} again", role.as_str()),
            None if text(&event.before, "state") == Some(State::Enabled.as_str()) => {
                "They may sign in again".to_owned()
            }
            None => "They are disabled again".to_owned(),
        }
    }

    fn path(&self, event: &Event) -> String {
        format!("{TEAM}/{}", StaffId::from_uuid(event.subject))
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        undoing.refuse_unproven("Settings → Team")?;
        let who = undoing.asker.person().ok_or(Error::Forbidden)?;
        let manager = Manager::person(conn, who)?.acting_as(undoing.by.clone());
        let id = StaffId::from_uuid(event.subject);
        let member = model::find(conn, manager.merchant, id)?;
        if let (Some(was), Some(became)) = (role(&event.before), role(&event.after)) {
            if member.role() != was && member.role() != became {
                return Ok(changed("Role", roles::label(was), roles::label(member.role())));
            }
            model::set_role(conn, &manager, id, became, was)?;
        } else {
            let state = match text(&event.before, "state") {
                Some(state) if state == State::Disabled.as_str() => State::Disabled,
                _ => State::Enabled,
            };
            model::set_state(conn, &manager, id, state)?;
        }
        Ok(Reverted::Done)
    }
}

fn text<'e>(fields: &'e Fields, name: &str) -> Option<&'e str> {
    fields.get(name).and_then(Value::as_str)
}

fn role(fields: &Fields) -> Option<Role> {
    text(fields, "role")?.parse().ok()
}

fn changed(label: &str, wanted: &str, current: &str) -> Reverted {
    let (wanted, current) = (Some(wanted.to_owned()), Some(current.to_owned()));
    Reverted::Changed(vec![Since { label: label.to_owned(), wanted, current, changed: None }])
}
