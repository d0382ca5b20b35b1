//! What the pages can do, the API can: every page stands here beside the call that does the same, or the reason why there
//! is none.

use std::collections::BTreeSet;

use clientele::{
    app::{calls, pages},
    customer_parts::COLUMNS,
};
use serde_json::Value;

use super::Client;
use crate::world::World;

/// The other side of a page.
enum Other {
    /// The call, as its method and path.
    Call(&'static str),
    /// The reason why no call does this.
    None(&'static str),
}

use Other::{Call, None as NoCall};

const FORM: Other = NoCall("A form on its way to a change, which has its call.");
const SCREEN: Other =
    NoCall("It helps to write a search or a form, or to find the way, on the screen; it tells nothing of the account.");
const PERSON: Other = NoCall("It is about the person who is signed in, and a key is no person.");
const KEYS: Other = NoCall("No call makes or changes keys, so that a stolen one makes no other.");
const VIEWS: Other =
    NoCall("Views are how people look; their search, order and number are what lists of the API take.");
const ERASING: Other = NoCall("It is for good, and a key is no owner who reads what it does and confirms it.");
const DISMISSAL: Other =
    NoCall("A person looked and says that it is right; the record, which has its calls, stays as it is.");
const REVEALING: Other = NoCall("A person asks for a while; a key is told private data masked, or is not.");
const JOBS: Other = NoCall(
    "A person reads why it failed and decides. What waits for it says so itself: a payment is still processing.",
);
const SETTINGS: Other = NoCall("People decide for their merchant. A key reads what it needs of it by GET /v1/key.");
const EVENTS: Other = Call("GET /v1/events");
const AUDIT: Other =
    NoCall("Admins look after their people. What happens to customers and money is told by GET /v1/events.");

const TABLE: &[(&str, Other)] = &[
    ("GET /", SCREEN),
    ("GET /customers", Call("GET /v1/customers")),
    ("GET /customers/count", Call("GET /v1/customers/count")),
    ("GET /customers/columns", SCREEN),
    ("GET /customers/completions", SCREEN),
    ("GET /customers/filters", SCREEN),
    ("GET /customers/filters/{key}", SCREEN),
    ("GET /customers/help", SCREEN),
    ("GET /customers/new", FORM),
    ("GET /customers/email", SCREEN),
    ("GET /customers/phone", SCREEN),
    ("POST /customers", Call("POST /v1/customers")),
    ("GET /customers/{id}", Call("GET /v1/customers/{id}")),
    ("GET /customers/{id}/edit", FORM),
    ("POST /customers/{id}", Call("PATCH /v1/customers/{id}")),
    ("GET /customers/{id}/activity", EVENTS),
    ("GET /customers/{id}/place", SCREEN),
    ("GET /quality", Call("GET /v1/customers/count")),
    ("GET /quality/{finding}", Call("GET /v1/customers")),
    ("GET /quality/{finding}/{id}", FORM),
    ("POST /quality/{finding}/{id}", Call("PATCH /v1/customers/{id}")),
    ("POST /quality/{finding}/{id}/dismissal", DISMISSAL),
    ("GET /customers/{id}/figures", Call("GET /v1/customers/{id}/analytics")),
    ("GET /customers/{id}/deletion", Call("DELETE /v1/customers/{id}")),
    ("POST /customers/{id}/deletion", Call("DELETE /v1/customers/{id}")),
    ("POST /customers/{id}/restoration", Call("POST /v1/customers/{id}/restoration")),
    ("POST /events/{id}/undo", Call("POST /v1/events/{id}/undo")),
    ("GET /customers/{id}/file", Call("GET /v1/customers/{id}/file")),
    ("GET /customers/{id}/file/download", Call("GET /v1/customers/{id}/file")),
    ("POST /customers/{id}/reveal", REVEALING),
    ("GET /customers/{id}/erasure", ERASING),
    ("POST /customers/{id}/erasure", ERASING),
    ("POST /customers/{id}/hold", ERASING),
    ("POST /customers/{id}/hold/lifting", ERASING),
    ("GET /customers/{id}/notes", Call("GET /v1/customers/{id}/notes")),
    ("POST /customers/{id}/notes", Call("POST /v1/customers/{id}/notes")),
    ("POST /notes/{id}", Call("PATCH /v1/notes/{id}")),
    ("GET /notes/{id}/edit", FORM),
    ("GET /notes/{id}/history", EVENTS),
    ("POST /notes/{id}/pin", Call("PATCH /v1/notes/{id}")),
    ("POST /notes/{id}/deletion", Call("DELETE /v1/notes/{id}")),
    ("POST /notes/{id}/restoration", Call("POST /v1/notes/{id}/restoration")),
    ("GET /customers/{id}/payment_methods", Call("GET /v1/customers/{id}/wallet")),
    ("GET /customers/{id}/payment_methods/new", FORM),
    ("POST /customers/{id}/payment_methods", Call("POST /v1/customers/{id}/wallet")),
    ("GET /payment_methods/{id}", Call("GET /v1/customers/{id}/wallet/{method}")),
    ("GET /payment_methods/{id}/edit", FORM),
    ("POST /payment_methods/{id}", Call("PATCH /v1/customers/{id}/wallet/{method}")),
    ("GET /payment_methods/{id}/default", FORM),
    ("POST /payment_methods/{id}/default", Call("PATCH /v1/customers/{id}/wallet/{method}")),
    ("GET /payment_methods/{id}/deletion", FORM),
    ("POST /payment_methods/{id}/deletion", Call("DELETE /v1/customers/{id}/wallet/{method}")),
    ("POST /payment_methods/{id}/restoration", Call("POST /v1/customers/{id}/wallet/{method}/restoration")),
    ("GET /customers/{id}/charges/new", FORM),
    ("POST /customers/{id}/charges", Call("POST /v1/payments")),
    ("GET /customers/{id}/payments", Call("GET /v1/customers/{id}/payments")),
    ("GET /payments", Call("GET /v1/payments")),
    ("GET /payments/count", Call("GET /v1/payments/count")),
    ("GET /payments/completions", SCREEN),
    ("GET /payments/filters", SCREEN),
    ("GET /payments/filters/{key}", SCREEN),
    ("GET /payments/help", SCREEN),
    ("GET /payments/new", FORM),
    ("POST /payments", Call("POST /v1/payments")),
    ("GET /payments/{id}", Call("GET /v1/payments/{id}")),
    ("GET /payments/{id}/customer", FORM),
    ("POST /payments/{id}/customer", Call("PATCH /v1/payments/{id}")),
    ("POST /payments/{id}/cancellation", Call("POST /v1/payments/{id}/cancellation")),
    ("POST /payments/{id}/outcome", Call("POST /v1/payments/{id}/outcome")),
    ("GET /payments/{id}/refunds/new", FORM),
    ("POST /payments/{id}/refunds", Call("POST /v1/payments/{id}/refunds")),
    ("GET /sandbox/tokens/new", FORM),
    ("POST /sandbox/tokens/new", Call("POST /v1/tokens")),
    ("GET /test-clock", Call("GET /v1/test_clock")),
    ("GET /test-clock/progress", Call("GET /v1/test_clock")),
    ("POST /test-clock/moves", Call("POST /v1/test_clock/moves")),
    ("POST /test-clock/stop", Call("DELETE /v1/test_clock/moves")),
    ("GET /palette", SCREEN),
    ("GET /views", VIEWS),
    ("GET /views/counts", VIEWS),
    ("GET /views/default", VIEWS),
    ("GET /views/new", VIEWS),
    ("POST /views", VIEWS),
    ("GET /views/{id}", VIEWS),
    ("GET /views/{id}/edit", VIEWS),
    ("POST /views/{id}", VIEWS),
    ("POST /views/{id}/default", VIEWS),
    ("POST /views/{id}/deletion", VIEWS),
    ("POST /views/{id}/position", VIEWS),
    ("POST /views/{id}/restoration", VIEWS),
    ("GET /login", PERSON),
    ("POST /login", PERSON),
    ("POST /logout", PERSON),
    ("POST /mode", PERSON),
    ("GET /profile", PERSON),
    ("POST /profile", PERSON),
    ("POST /profile/password", PERSON),
    ("POST /profile/preferences", PERSON),
    ("POST /profile/sign-outs", PERSON),
    ("GET /confirmation", PERSON),
    ("POST /confirmation", PERSON),
    ("POST /confirmation/challenge", PERSON),
    ("GET /login/second_factor", PERSON),
    ("POST /login/second_factor", PERSON),
    ("POST /login/passkey", PERSON),
    ("POST /login/passkey/challenge", PERSON),
    ("POST /profile/notices", PERSON),
    ("GET /profile/second_factor", PERSON),
    ("GET /profile/second_factor/app", PERSON),
    ("POST /profile/second_factor/app", PERSON),
    ("GET /profile/second_factor/app/removal", PERSON),
    ("POST /profile/second_factor/app/removal", PERSON),
    ("GET /profile/second_factor/codes", PERSON),
    ("POST /profile/second_factor/codes", PERSON),
    ("GET /profile/second_factor/passkeys/new", PERSON),
    ("POST /profile/second_factor/passkeys/new", PERSON),
    ("POST /profile/second_factor/passkeys/challenge", PERSON),
    ("GET /profile/second_factor/passkeys/removal", PERSON),
    ("POST /profile/second_factor/passkeys/removal", PERSON),
    ("GET /settings/security", PERSON),
    ("POST /settings/security", PERSON),
    ("GET /settings/team/{member}/second_factor", PERSON),
    ("POST /settings/team/{member}/second_factor", PERSON),
    ("GET /customers/{id}/hold", ERASING),
    ("GET /invitations/{token}", PERSON),
    ("POST /invitations/{token}", PERSON),
    ("GET /settings/team", PERSON),
    ("GET /settings/team/invitations", PERSON),
    ("POST /settings/team/invitations", PERSON),
    ("POST /settings/team/invitations/{invitation}/link", PERSON),
    ("POST /settings/team/invitations/{invitation}/withdrawal", PERSON),
    ("GET /settings/team/handover", PERSON),
    ("POST /settings/team/handover", PERSON),
    ("GET /settings/team/{member}", PERSON),
    ("POST /settings/team/{member}/role", PERSON),
    ("POST /settings/team/{member}/state", PERSON),
    ("POST /settings/team/{member}/sign-outs", PERSON),
    ("GET /settings/team/{member}/removal", PERSON),
    ("POST /settings/team/{member}/removal", PERSON),
    ("GET /settings", Call("GET /v1/key")),
    ("GET /settings/invoicing", SETTINGS),
    ("POST /settings/invoicing", SETTINGS),
    ("POST /settings", SETTINGS),
    ("GET /settings/jobs", JOBS),
    ("POST /settings/jobs/{id}/retry", JOBS),
    ("GET /settings/audit", AUDIT),
    ("GET /settings/audit/completions", SCREEN),
    ("GET /settings/audit/export", AUDIT),
    ("POST /settings/audit/export", AUDIT),
    ("GET /settings/audit/filters", SCREEN),
    ("GET /settings/audit/filters/{key}", SCREEN),
    ("GET /settings/audit/help", SCREEN),
    ("GET /settings/fields", Call("GET /v1/custom_fields")),
    ("POST /settings/fields", Call("POST /v1/custom_fields")),
    ("GET /settings/fields/new", FORM),
    ("POST /settings/fields/preview", SCREEN),
    ("GET /settings/fields/{id}/edit", FORM),
    ("POST /settings/fields/{id}", Call("PATCH /v1/custom_fields/{id}")),
    ("POST /settings/fields/{id}/position", Call("PATCH /v1/custom_fields/{id}")),
    ("GET /settings/fields/{id}/archiving", Call("DELETE /v1/custom_fields/{id}")),
    ("POST /settings/fields/{id}/archiving", Call("DELETE /v1/custom_fields/{id}")),
    ("POST /settings/fields/{id}/restoration", Call("POST /v1/custom_fields/{id}/restoration")),
    ("GET /prices", Call("GET /v1/prices")),
    ("POST /prices", Call("POST /v1/prices")),
    ("GET /prices/new", FORM),
    ("GET /prices/monthly", SCREEN),
    ("GET /prices/{id}", Call("GET /v1/prices/{id}")),
    ("POST /prices/{id}", Call("PATCH /v1/prices/{id}")),
    ("POST /prices/{id}/archiving", Call("PATCH /v1/prices/{id}")),
    ("POST /prices/{id}/restoration", Call("PATCH /v1/prices/{id}")),
    ("GET /customers/{id}/subscriptions", Call("GET /v1/customers/{id}/subscriptions")),
    ("POST /customers/{id}/subscriptions", Call("POST /v1/subscriptions")),
    ("GET /customers/{id}/subscriptions/new", FORM),
    ("GET /customers/{id}/subscriptions/preview", FORM),
    ("GET /customers/{id}/schedules", Call("GET /v1/customers/{id}/payment_schedules")),
    ("POST /customers/{id}/schedules", Call("POST /v1/payment_schedules")),
    ("GET /customers/{id}/schedules/new", FORM),
    ("GET /customers/{id}/schedules/preview", FORM),
    ("GET /schedules/{id}", Call("GET /v1/payment_schedules/{id}")),
    ("GET /schedules/{id}/method", FORM),
    ("POST /schedules/{id}/method", Call("PATCH /v1/payment_schedules/{id}")),
    ("GET /schedules/{id}/collection", FORM),
    ("POST /schedules/{id}/collection", Call("PATCH /v1/payment_schedules/{id}")),
    ("GET /schedules/{id}/payoff", FORM),
    ("POST /schedules/{id}/payoff", Call("POST /v1/payment_schedules/{id}/payoff")),
    ("GET /schedules/{id}/cancellation", FORM),
    ("POST /schedules/{id}/cancellation", Call("DELETE /v1/payment_schedules/{id}")),
    ("GET /schedules/{id}/parts/{no}", FORM),
    ("POST /schedules/{id}/parts/{no}", Call("PATCH /v1/payment_schedules/{id}/parts/{number}")),
    ("GET /schedules/{id}/parts/{no}/skipping", FORM),
    ("POST /schedules/{id}/parts/{no}/skipping", Call("POST /v1/payment_schedules/{id}/parts/{number}/skipping")),
    ("GET /schedule_parts/{id}", SCREEN),
    ("GET /schedules", Call("GET /v1/payment_schedules")),
    ("GET /schedules/count", Call("GET /v1/payment_schedules/count")),
    ("GET /schedules/completions", SCREEN),
    ("GET /schedules/filters", SCREEN),
    ("GET /schedules/filters/{key}", SCREEN),
    ("GET /schedules/help", SCREEN),
    ("GET /subscriptions/{id}", Call("GET /v1/subscriptions/{id}")),
    ("GET /subscriptions/{id}/amount", FORM),
    ("POST /subscriptions/{id}/amount", Call("PATCH /v1/subscriptions/{id}")),
    ("GET /subscriptions/{id}/method", FORM),
    ("POST /subscriptions/{id}/method", Call("PATCH /v1/subscriptions/{id}")),
    ("GET /subscriptions/{id}/next_charge", FORM),
    ("POST /subscriptions/{id}/next_charge", Call("PATCH /v1/subscriptions/{id}")),
    ("GET /subscriptions/{id}/cancellation", FORM),
    ("POST /subscriptions/{id}/cancellation", Call("POST /v1/subscriptions/{id}/cancellation")),
    ("POST /subscriptions/{id}/keeping", Call("DELETE /v1/subscriptions/{id}/cancellation")),
    ("GET /customers/{id}/invoices", Call("GET /v1/customers/{id}/invoices")),
    ("GET /invoices", Call("GET /v1/invoices")),
    ("GET /invoices/count", Call("GET /v1/invoices/count")),
    ("GET /invoices/completions", SCREEN),
    ("GET /invoices/filters", SCREEN),
    ("GET /invoices/filters/{key}", SCREEN),
    ("GET /invoices/help", SCREEN),
    ("GET /revenue", Call("GET /v1/revenue")),
    ("GET /subscriptions", Call("GET /v1/subscriptions")),
    ("GET /subscriptions/count", Call("GET /v1/subscriptions/count")),
    ("GET /subscriptions/completions", SCREEN),
    ("GET /subscriptions/filters", SCREEN),
    ("GET /subscriptions/filters/{key}", SCREEN),
    ("GET /subscriptions/help", SCREEN),
    ("POST /customers/{id}/invoices", Call("POST /v1/invoices")),
    ("GET /customers/{id}/invoices/new", FORM),
    ("GET /invoices/{id}/edit", FORM),
    ("POST /invoices/{id}", Call("PATCH /v1/invoices/{id}")),
    ("GET /invoices/{id}", Call("GET /v1/invoices/{id}")),
    ("GET /invoices/{id}/print", Call("GET /v1/invoices/{id}")),
    ("GET /invoices/{id}/charge", FORM),
    ("POST /invoices/{id}/charge", Call("POST /v1/invoices/{id}/charges")),
    ("GET /invoices/{id}/payment", FORM),
    ("POST /invoices/{id}/payment", Call("POST /v1/invoices/{id}/payments")),
    ("GET /invoices/{id}/voiding", FORM),
    ("POST /invoices/{id}/voiding", Call("POST /v1/invoices/{id}/voiding")),
    ("GET /invoices/{id}/write_off", FORM),
    ("POST /invoices/{id}/write_off", Call("POST /v1/invoices/{id}/write_off")),
    ("POST /invoices/{id}/reopening", Call("DELETE /v1/invoices/{id}/write_off")),
    ("GET /settings/api_keys", KEYS),
    ("GET /settings/api_keys/new", KEYS),
    ("POST /settings/api_keys", KEYS),
    ("GET /settings/api_keys/{id}/revocation", KEYS),
    ("POST /settings/api_keys/{id}/revocation", KEYS),
    ("GET /settings/api_keys/{id}/rotation", KEYS),
    ("POST /settings/api_keys/{id}/rotation", KEYS),
    ("GET /settings/webhooks", Call("GET /v1/webhook_endpoints")),
    ("POST /settings/webhooks", Call("POST /v1/webhook_endpoints")),
    ("GET /settings/webhooks/new", FORM),
    ("GET /settings/webhooks/{id}", Call("GET /v1/webhook_endpoints/{id}/deliveries")),
    ("POST /settings/webhooks/{id}", Call("PATCH /v1/webhook_endpoints/{id}")),
    ("GET /settings/webhooks/{id}/edit", FORM),
    ("GET /settings/webhooks/{id}/secret", FORM),
    ("POST /settings/webhooks/{id}/secret", Call("POST /v1/webhook_endpoints/{id}/secret")),
    ("POST /settings/webhooks/{id}/enabling", Call("PATCH /v1/webhook_endpoints/{id}")),
    ("POST /settings/webhooks/{id}/disabling", Call("PATCH /v1/webhook_endpoints/{id}")),
    ("POST /settings/webhooks/{id}/removal", Call("DELETE /v1/webhook_endpoints/{id}")),
    ("POST /settings/webhooks/{id}/test", Call("POST /v1/webhook_endpoints/{id}/test")),
    ("GET /settings/webhooks/{id}/deliveries/{event}", Call("GET /v1/webhook_endpoints/{id}/deliveries")),
    (
        "POST /settings/webhooks/{id}/deliveries/{event}/attempts",
        Call("POST /v1/webhook_endpoints/{id}/deliveries/{event}/attempts"),
    ),
];

#[test]
fn every_act_of_the_pages_has_its_call_or_a_reason() {
    let acts: BTreeSet<String> = pages().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let listed: BTreeSet<String> = TABLE.iter().map(|(act, _)| (*act).to_owned()).collect();
    assert_eq!(acts, listed, "every page stands in the table, and none that is gone");
    let offered: BTreeSet<String> =
        calls().iter().flat_map(|call| call.methods.iter().map(|method| format!("{method} {}", call.path))).collect();
    for (act, other) in TABLE {
        match other {
            Call(call) => assert!(offered.contains(*call), "{act}: there is no {call}"),
            NoCall(why) => assert!(why.ends_with('.')),
        }
        // A reason is for what tells or changes nothing of customers, wallets and payments, but that no key erases or reveals.
        let changes = ["customers", "notes", "pay", "prices", "invoices", "subscriptions", "schedules"]
            .iter()
            .any(|start| act.starts_with(&format!("POST /{start}")));
        let is_of_persons = act.ends_with("/erasure") || act.ends_with("/reveal") || act.contains("/hold");
        assert!(!changes || is_of_persons || matches!(other, Call(_)), "{act}");
    }
}

#[actix_web::test]
async fn whatever_a_table_is_ordered_and_searched_by_a_list_of_the_api_is_too() {
    let (world, _) = World::populated().await;
    let client = Client::of(&world);
    for order in COLUMNS.names_of_orders().replace(" and ", ", ").split(", ") {
        for order in [order.to_owned(), format!("-{order}")] {
            client.get(&format!("/v1/customers?sort={order}")).await.expect(200);
        }
    }
    let saved = client.get("/v1/customers?q=acme&sort=name").await.expect(200).json;
    assert_eq!(saved["data"][0]["name"], Value::from("Acme Ltd"), "as the view of this search shows it");
}
