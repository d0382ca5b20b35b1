//! The pages of webhooks.

use super::*;

/// Webhooks: the list, the form, the secret, an endpoint in each state, its log, and a delivery with its tries.
pub fn hooks(house: &House, look: Look) {
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/settings/webhooks");
    see("webhooks, none yet");
    browser.press("Add endpoint");
    browser.see_text("h1", "Add webhook endpoint");
    browser.press("Add endpoint");
    browser.see(".note--bad");
    see("new webhook endpoint, errors");
    browser.fill("Address", &format!("https://shop.example.com/{}", "w".repeat(300)));
    browser.fill("Description", &"W".repeat(60));
    browser.click("[name=types][value='*']");
    browser.press("Add endpoint");
    browser.see(".secret");
    see("webhook endpoint, its secret");
    browser.press("I have copied it");
    browser.see_text("h2", "Deliveries");
    see("webhook endpoint, new");
    browser.press("Send test event");
    browser.see_text(".toast", "A test event is on its way");
    see("webhook delivery, on its way");
    house.sql(
        "UPDATE webhook_deliveries SET status = 'failed', due_at = NULL, is_extra = false, resumes_at = NULL,
         claim_id = NULL, claimed_until = NULL",
    );
    house.sql(
        "INSERT INTO webhook_tries
         (account_id, endpoint_id, event_id, number, at, took_ms, code, failure, answer, is_extra)
         SELECT account_id, endpoint_id, event_id, n, now(), 15000, CASE WHEN n = 91 THEN 503 END,
         CASE WHEN n = 90 THEN 'too_slow' END, CASE WHEN n = 91 THEN repeat('W', 1000) ELSE '' END, true
         FROM webhook_deliveries, generate_series(90, 91) AS n",
    );
    browser.reload();
    browser.see_text(".keyline", "503");
    see("webhook delivery, failed");
    house.sql("UPDATE webhook_endpoints SET failing_since = now() - interval '2 hours'");
    browser.go("/settings/webhooks");
    browser.see_text(".table", "Failing");
    see("webhooks, one fails");
    browser.click(".rowlink");
    browser.see("#failing");
    see("webhook endpoint, failing");
    browser.press("Edit");
    browser.see_text("h1", "Edit");
    browser.click("details summary");
    see("webhook endpoint, edited");
    browser.press("Cancel");
    browser.see("#failing");
    browser.press("Replace secret");
    browser.see_text("h1", "Replace the secret");
    see("webhook endpoint, replacing its secret");
    browser.press("Replace secret");
    browser.see(".secret");
    browser.press("I have copied it");
    browser.see_text("main", "It was replaced.");
    browser.press("Disable");
    browser.see("#disabled");
    see("webhook endpoint, disabled");
    browser.press("Remove");
    browser.see_text(".toast", "is removed");
    see("webhooks, the one removed");
}
