//! stub until the wallet arrives
use crate::{
    customers::addresses::Address,
    error::{Error, Result},
    gateway::Instrument,
    ids::*,
};
use diesel::PgConnection;
use jiff::Timestamp;
pub struct Chosen {
    pub id: MethodId,
    pub instrument: Instrument,
    pub billing: Option<Address>,
}
pub fn for_charge(
    _c: &mut PgConnection,
    _a: AccountId,
    _cu: CustomerId,
    _m: Option<MethodId>,
    _now: Timestamp,
) -> Result<Chosen> {
    Err(Error::Conflict("no".into()))
}
