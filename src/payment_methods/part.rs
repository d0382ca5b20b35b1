//! The part that payment methods add to a customer: their events, and the wallet on the page. A delete ends the wallet.

use askama::Template;
use diesel::PgConnection;
use serde_json::Value;

use super::{destruction, kinds, model, wallet_path};
use crate::{
    customers::{
        model::Customer,
        part::{Effect, Panel, Part, Told, Tone},
    },
    error::Result,
    history::Event,
    ids::{AccountId, CustomerId},
    who::SignedIn,
};

/// The wallet as a part of the customer.
pub static PART: &dyn Part = &PaymentMethods;

struct PaymentMethods;

impl Part for PaymentMethods {
    fn effects(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let count = model::of_customer(conn, account, customer.id)?.len();
        let (says, are) = match count {
            0 => return Ok(Vec::new()),
            1 => ("1 payment method cannot be charged any more".to_owned(), "is"),
            count => (format!("{count} payment methods cannot be charged any more"), "are"),
        };
        let then = format!("and {are} destroyed when the 30 days end.");
        Ok(vec![Effect::new(Tone::Bad, "card", says, then).counting("payment_methods", count)])
    }

    fn destroys(&self) -> Option<&'static str> {
        Some("payment_methods")
    }

    fn destroy(&self, conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<usize> {
        destruction::destroy_of(conn, account, id)
    }

    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, event: &Event) -> Option<Told> {
        let (icon, did) = match event.kind.as_str() {
            kinds::ADDED => ("card", "added a payment method"),
            kinds::MADE_DEFAULT => ("card", "made a payment method the default"),
            kinds::UNMADE_DEFAULT => ("card", "left the wallet without a default"),
            kinds::RENEWED => ("refresh", "renewed a payment method"),
            kinds::UPDATED => ("pencil", "changed a payment method"),
            kinds::REMOVED => ("trash", "removed a payment method"),
            kinds::RESTORED => ("undo", "restored a payment method"),
            kinds::DESTROYED => ("trash", "destroyed a removed payment method"),
            _ => return None,
        };
        Some(Told { detail: called(event), ..Told::new(event, icon, did) })
    }

    fn panels(&self, _: &mut PgConnection, _: &SignedIn, customer: &Customer) -> Result<Vec<Panel>> {
        let path = wallet_path(customer.id);
        Ok(vec![Panel::ready("wallet", "Methods", &WalletSection { path })?])
    }
}

/// Returns the title of the card or bank account, when the event names it.
fn called(event: &Event) -> Option<String> {
    let text = |name: &str| event.after.get(name).and_then(Value::as_str);
    Some(format!("{} •••• {}", text("brand")?, text("last4")?))
}

/// The placeholder of the wallet, which loads itself when people scroll to it.
#[derive(Template)]
#[template(path = "payment_methods/_wallet.html")]
struct WalletSection {
    path: String,
}
