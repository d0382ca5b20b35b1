//! What a customer of the world paid, and keeps to pay with.

use super::*;

impl World {
    /// So many payments of KES 10 by a customer of the shop's live account, an hour apart, with their figures; the newest.
    pub fn paid(&self, customer: CustomerId, count: i64) -> PaymentId {
        use diesel::sql_types::{Array, Uuid};
        let now = jiff::Timestamp::now();
        let at = |n: i64| PaymentId::at(now - jiff::SignedDuration::from_hours(n));
        let ids: Vec<PaymentId> = (0..count).map(at).collect();
        let insert = diesel::sql_query(
            "INSERT INTO payments (account_id, id, version, customer_id, amount, currency, status, refunded, is_recorded, created_at, updated_at)
             SELECT $1, id, 1, $2, 1000, 'KES', 'succeeded', 0, true, now() - n * interval '1 hour', now()
             FROM unnest($3) WITH ORDINALITY AS made (id, n)",
        )
        .bind::<Uuid, _>(self.shop.live.uuid())
        .bind::<Uuid, _>(customer.uuid())
        .bind::<Array<Uuid>, _>(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>());
        self.with(|conn| insert.execute(conn)).unwrap();
        self.sql(&format!(
            "INSERT INTO payment_figures (account_id, customer_id, currency, payments, volume, refunds, refunded, last_payment_at)
             VALUES ('{}', '{}', 'KES', {count}, {count} * 1000, 0, 0, now())",
            self.shop.live.uuid(),
            customer.uuid()
        ));
        ids[0]
    }

    /// Figures of a customer of the shop's live account, as if of one payment in each of these currencies.
    pub fn figured(&self, customer: CustomerId, currencies: &[&str], volume: i64, at: &str) {
        let (account, id) = (self.shop.live.uuid(), customer.uuid());
        let payments = currencies.len();
        self.sql(&format!("INSERT INTO payment_totals VALUES ('{account}', '{id}', {payments}, '{at}')"));
        for currency in currencies {
            let values = format!("'{account}', '{id}', '{currency}', 1, {volume}, 0, 0, '{at}'");
            self.sql(&format!("INSERT INTO payment_figures VALUES ({values})"));
        }
    }

    /// Puts a card into a customer's wallet.
    pub fn method(&self, account: AccountId, customer: CustomerId) -> MethodId {
        let card = Instrument {
            kind: gateway::Kind::Card,
            brand: "Visa".to_owned(),
            last4: "4242".to_owned(),
            expires_on: Some(jiff::civil::date(2040, 12, 31)),
            fingerprint: "a card".to_owned(),
            credential: gateway::sandbox::credential("succeeded"),
        };
        let rules = Rules { size: 20, today: jiff::civil::date(2026, 11, 21) };
        let by = by_person(account, &self.shop.editor);
        let add = |conn: &mut PgConnection| {
            conn.transaction(|conn| wallet::add(conn, &by, customer, New::of(card), rules, None))
        };
        match self.with(add).unwrap() {
            Added::Done(method) | Added::Before(method) => method.id,
            Added::Refused(refusal) => panic!("{refusal}"),
        }
    }
}
