//! A call that asks a gateway. What it begins is written before the gateway is asked, and its answer afterwards, so that
//! no order is ever lost between the two; whoever sends the same request again meanwhile goes on with what was begun.

use actix_web::HttpResponse;
use diesel::PgConnection;
use uuid::Uuid;

use super::{
    answer::Reply,
    call::{Call, Caller},
    refusal::{Refusal, Result},
    replay::{Begun, Known},
    transaction::transaction,
};
use crate::db::Db;

/// The steps of such a call. Those with a connection each run in a transaction of their own.
pub trait Order: Send + Sync + 'static {
    /// What is needed to begin.
    type Ready: Send + 'static;

    /// Checks what was sent, and asks outside of any transaction for what is needed. Returns that, with the id of what
    /// will be begun.
    fn prepare(&self, caller: &Caller) -> impl Future<Output = Result<(Uuid, Self::Ready)>>;

    /// Writes what the gateway will be asked for.
    fn begin(conn: &mut PgConnection, caller: &Caller, id: Uuid, ready: Self::Ready) -> Result<()>;

    /// Asks the gateway, and writes what it says. It may be asked twice for the same.
    fn ask(&self, caller: &Caller, id: Uuid) -> impl Future<Output = Result<()>>;

    /// Tells what became of it, as the answer of the request that began it.
    fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply>;
}

impl Call {
    /// Runs an order, once for each `Idempotency-Key`.
    ///
    /// # Errors
    /// The reasons why the key may not, and whatever a step refuses; then nothing is remembered.
    pub async fn order<O: Order>(&self, db: &Db, body: &[u8], order: O) -> Result<HttpResponse> {
        let once = self.once(body);
        let asked = once.clone();
        let (caller, known) = self
            .read(db, move |conn, caller| {
                let known = asked.as_ref().map_or(Ok(None), |once| once.known(conn, caller.key.account))?;
                Ok((caller.clone(), known))
            })
            .await?;
        let known = match known {
            Some(known) => known,
            None => {
                let (subject, ready) = order.prepare(&caller).await?;
                let (once, begun) = (once.clone(), Begun { subject, request: self.request });
                // The gateway is not asked.
                if self.is_rehearsal() {
                    let reply = self.change(db, move |conn, caller| {
                        O::begin(conn, caller, subject, ready)?;
                        O::answer(conn, caller, begun)
                    });
                    return Ok(reply.await?.answer());
                }
                self.change(db, move |conn, caller| {
                    let known = once.map_or(Ok(None), |once| once.begin(conn, caller.key.account, begun))?;
                    if let Some(known) = known {
                        return Ok(known);
                    }
                    caller.refuse_while_moving()?;
                    O::begin(conn, caller, subject, ready)?;
                    Ok(Known::Begun(begun))
                })
                .await?
            }
        };
        let begun = match known {
            Known::Answered(reply) => return Ok(reply.answer()),
            Known::Begun(begun) => begun,
        };
        order.ask(&caller, begun.subject).await?;
        // Whoever began it gets the answer, even if the key was revoked meanwhile.
        let reply = transaction(db, move |conn| {
            let account = caller.key.account;
            match (O::answer(conn, &caller, begun), once) {
                (Ok(reply), Some(once)) => Ok(Ok(once.end(conn, account, reply)?)),
                (Ok(reply), None) => Ok(Ok(reply)),
                (Err(Refusal::Said(said)), once) => {
                    once.map_or(Ok(()), |once| once.release(conn, account, begun))?;
                    Ok(Err(Refusal::Said(said)))
                }
                (Err(house), _) => Err(house),
            }
        });
        let reply = reply.await??;
        Ok(Reply { replayed: begun.request != self.request, ..reply }.answer())
    }
}
