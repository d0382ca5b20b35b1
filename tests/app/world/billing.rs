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
