//! What notes keep about a person: all that was ever written about them.

use diesel::{PgConnection, prelude::*};

use super::{destruction, model, object::NoteObject};
use crate::{
    customers::{
        keeping::{Held, Keeper},
        model::Customer,
        part::{Effect, Tone},
    },
    error::{Error, Result},
    ids::AccountId,
    merchants,
    schema::notes,
    values::Mode,
};

/// Notes as a keeper.
pub static KEEPER: &dyn Keeper = &Notes;

struct Notes;

impl Keeper for Notes {
    fn held(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Held>> {
        let is_live = merchants::mode(conn, account)? == Mode::Live;
        let told = |note| serde_json::to_value(NoteObject::new(&note, is_live)).map_err(Error::internal);
        let things = model::all_of(conn, account, customer.id)?.into_iter().map(told).collect::<Result<_>>()?;
        Ok(vec![Held { name: "notes", title: "Notes", things }])
    }

    fn erasure(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let theirs = notes::table.filter(notes::account_id.eq(account)).filter(notes::customer_id.eq(customer.id));
        let says = match theirs.count().get_result::<i64>(conn)? {
            0 => return Ok(Vec::new()),
            1 => "1 note is destroyed".to_owned(),
            count => format!("{count} notes are destroyed"),
        };
        Ok(vec![Effect::new(Tone::Bad, "note", says, "with all that they said before.")])
    }

    fn erase(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<()> {
        destruction::destroy_of(conn, account, customer.id).map(drop)
    }
}
