//! What the wallet keeps about a person: cards and bank accounts, with billing addresses, consents and the provider's
//! references.

use diesel::PgConnection;
use serde_json::Value;

use super::{destruction, kinds, model, object::MethodObject};
use crate::{
    customers::{
        keeping::{Held, Keeper},
        model::Customer,
        part::{Effect, Tone},
    },
    error::{Error, Result},
    events,
    ids::AccountId,
    merchants,
    values::Mode,
};

/// The wallet as a keeper.
pub static KEEPER: &dyn Keeper = &Wallet;

struct Wallet;

/// The fields that events keep of a method: what payments say of it too.
const KEPT: &[&str] = &["kind", "brand", "last4", "is_default", "default"];

impl Keeper for Wallet {
    fn held(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Held>> {
        let is_live = merchants::mode(conn, account)? == Mode::Live;
        let methods = model::all_of(conn, account, customer.id)?;
        let told =
            |method: model::Method| serde_json::to_value(MethodObject::new(&method, is_live)).map_err(Error::internal);
        let things: Vec<Value> = methods.into_iter().map(told).collect::<Result<_>>()?;
        Ok(vec![Held { name: "payment_methods", title: "Payment methods", things }])
    }

    fn erasure(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let says = match model::all_of(conn, account, customer.id)?.len() {
            0 => return Ok(Vec::new()),
            1 => "1 payment method is destroyed".to_owned(),
            count => format!("{count} payment methods are destroyed"),
        };
        Ok(vec![Effect::new(Tone::Bad, "card", says, "with billing addresses and consents.")])
    }

    fn erase(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<()> {
        destruction::destroy_of(conn, account, customer.id)?;
        events::scrub(conn, account, &[customer.id.uuid()], kinds::ALL, KEPT)
    }
}
