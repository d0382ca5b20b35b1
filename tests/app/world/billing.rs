//! What is billed: prices and invoices.

use super::*;

impl World {
    /// Makes a price of KES 4,900 a month in an account.
    pub fn price(&self, account: AccountId, name: &str) -> PriceId {
        let typed = FormFields(vec![("name".to_owned(), name.to_owned()), ("amount".to_owned(), "4900".to_owned())]);
        let new = prices::input::new_price(&typed, "KES".parse().unwrap()).unwrap();
        let (id, now) = (PriceId::new(), Timestamp::now());
        let make = |conn: &mut PgConnection| {
            prices::writing::create(conn, &By::system(account, Clock::system()), now, id, new)
        };
        self.with(|conn| conn.transaction(make)).unwrap();
        id
    }

    /// Starts a subscription of KES 4,900 a month, which is billed from the 1st of 2040 on.
    pub fn subscription(&self, account: AccountId, customer: CustomerId) -> SubscriptionId {
        let (id, by) = (SubscriptionId::new(), By::system(account, Clock::system()));
        let new = NewSubscription {
            customer,
            name: "Pro".to_owned(),
            price: None,
            amount: Money::new(490_000, "KES".parse().unwrap()),
            interval: Interval::new(Unit::Month, 1).unwrap(),
            days_until_due: Some(14),
            method: None,
            first_on: jiff::civil::date(2040, 1, 1),
            anchor_day: None,
            until: Until::Forever,
            started_on: None,
            beginning: Beginning::Charged,
            metadata: serde_json::json!({}),
        };
        self.with(|conn| conn.transaction(|conn| creating::create(conn, &by, id, new))).unwrap();
        id
    }

    /// Makes a payment schedule of KES 90 on two days of 2040, also where nothing could be charged.
    pub fn schedule(&self, account: AccountId, customer: CustomerId) -> ScheduleId {
        let (id, kes) = (ScheduleId::new(), "KES".parse().unwrap());
        let schedule = Schedule {
            account_id: account,
            id,
            version: 1,
            customer_id: customer,
            description: "Roof".to_owned(),
            currency: kes,
            total: 9_000,
            paid: 0,
            method_id: None,
            status: schedules::Status::Active,
            next_on: Some(jiff::civil::date(2040, 1, 1)),
            ended_at: None,
            updated_at: Timestamp::now(),
        };
        let part = |position: i16| Part {
            account_id: account,
            id: PartId::new(),
            schedule_id: id,
            position,
            due_on: jiff::civil::date(2040, 1, 1 + i8::try_from(position).unwrap()),
            amount: 4_500,
            status: PartStatus::Planned,
            tries: 0,
            first_failed_at: None,
            next_try_at: None,
            failure: None,
        };
        use clientele::schema::{payment_schedules, schedule_parts};
        self.with(|conn| {
            diesel::insert_into(payment_schedules::table).values(schedule).execute(conn).unwrap();
            diesel::insert_into(schedule_parts::table).values(vec![part(1), part(2)]).execute(conn).unwrap();
        });
        id
    }

    /// The first part of a payment schedule.
    pub fn part(&self, account: AccountId, id: ScheduleId) -> PartId {
        self.with(|conn| schedules::model::parts(conn, account, id)).unwrap()[0].id
    }

    /// Makes an invoice of KES 98 that is sent to a customer.
    pub fn invoice(&self, account: AccountId, customer: CustomerId) -> InvoiceId {
        let line = NewLine { description: "Setting up".to_owned(), quantity: 1, unit_amount: 9_800, period: None };
        self.invoice_of(account, customer, "KES", vec![line])
    }

    /// Makes an invoice with these lines, in a currency.
    pub fn invoice_of(
        &self,
        account: AccountId,
        customer: CustomerId,
        currency: &str,
        lines: Vec<NewLine>,
    ) -> InvoiceId {
        let id = InvoiceId::new();
        let new = NewByHand {
            id,
            customer,
            currency: currency.parse().unwrap(),
            lines,
            collects: Collects::Invoice,
            method: None,
            due: None,
            memo: None,
            reference: None,
            replaces: None,
        };
        let by = By::system(account, Clock::system());
        self.with(|conn| conn.transaction(|conn| by_hand::make(conn, &by, new))).unwrap();
        id
    }
}
