//! Endpoints, and what is sent to them without sending anything.

use clientele::{
    jobs::model::database_time,
    webhooks::{
        deliveries::{self, Message, Next, Outcome},
        model::Wish,
        secret::Secret,
        writing,
    },
};

use super::*;

/// What came of a try: the status of the answer, or why there was none.
pub type Came<'a> = std::result::Result<(i16, &'a str), &'static str>;

impl World {
    /// Makes an endpoint, as the shop's admin.
    pub fn endpoint(&self, account: AccountId, url: &str, types: &[&str]) -> EndpointId {
        let (id, by, secret) = (EndpointId::new(), by_person(account, &self.shop.admin), Secret::new().unwrap());
        let types = types.iter().map(|one| (*one).to_owned()).collect();
        let wish = Wish { url: url.to_owned(), types, description: None };
        let make = |conn: &mut PgConnection| writing::create(conn, &by, id, wish, (&secret, &self.shared.seals));
        self.with(|conn| conn.transaction(make)).unwrap();
        id
    }

    /// Has a test event sent to an endpoint, as the shop's admin.
    pub fn test_event(&self, account: AccountId, endpoint: EndpointId) -> EventId {
        let by = by_person(account, &self.shop.admin);
        self.with(|conn| conn.transaction(|conn| writing::test(conn, &by, endpoint))).unwrap()
    }

    /// Notes that all that is due was tried, with this body and this outcome; returns how many those are.
    pub fn tried(&self, body: &str, came: Came<'_>, next: Next) -> usize {
        let now = Timestamp::now();
        let (code, answer) = came.unwrap_or_default();
        let outcome = Outcome {
            at: now,
            took_ms: 212,
            code: came.is_ok().then_some(code),
            failure: came.err(),
            answer: answer.to_owned(),
        };
        self.with(|conn| {
            let database = database_time(conn).unwrap();
            let claimed = deliveries::claim(conn, (now, database), &[], 100).unwrap();
            for one in &claimed {
                let message = Message {
                    event: one.event_id,
                    subject: one.endpoint_id.uuid(),
                    customer: None,
                    body: body.to_owned(),
                };
                deliveries::keep_message(conn, one.account_id, &message, now).unwrap();
                assert!(deliveries::note(conn, one, &outcome, next).unwrap());
            }
            claimed.len()
        })
    }
}
