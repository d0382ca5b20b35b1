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
};
use crate::{db::Db, events::By};

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
    fn ask(&self, by: By, id: Uuid) -> impl Future<Output = Result<()>>;

    /// Tells what became of it, as the answer of that request.
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
                let known = asked.as_ref().map(|once| once.known(conn, caller.key.account)).transpose()?;
                Ok((caller.clone(), known.unwrap_or(Known::Nothing)))
            })
            .await?;
        let known = match known {
            Known::Nothing => {
                let (subject, ready) = order.prepare(&caller).await?;
                let (once, begun) = (once.clone(), Begun { subject, request: self.request });
                self.change(db, move |conn, caller| {
                    if let Some(once) = once
                        && let known @ (Known::Begun(_) | Known::Answered(_)) =
                            once.begin(conn, caller.key.account, begun)?
                    {
                        return Ok(known);
                    }
                    O::begin(conn, caller, subject, ready)?;
                    Ok(Known::Begun(begun))
                })
                .await?
            }
            known => known,
        };
        let begun = match known {
            Known::Answered(reply) => return Ok(reply.answer()),
            Known::Begun(begun) => begun,
            Known::Nothing => return Err(crate::error::Error::internal("an order that was not begun").into()),
        };
        order.ask(caller.by(), begun.subject).await?;
        let reply = self.change(db, move |conn, caller| {
            let account = caller.key.account;
            match (O::answer(conn, caller, begun), once) {
                (Ok(reply), Some(once)) => Ok(Ok(once.end(conn, account, reply)?)),
                (Ok(reply), None) => Ok(Ok(reply)),
                (Err(Refusal::Said(said)), once) => {
                    once.map_or(Ok(()), |once| once.release(conn, account))?;
                    Ok(Err(Refusal::Said(said)))
                }
                (Err(house), _) => Err(house),
            }
        });
        let reply = reply.await??;
        let replayed = reply.replayed || begun.request != self.request;
        Ok(Reply { replayed, ..reply }.answer())
    }
}
