//! Invoices in every state.

use super::*;

/// A customer's invoices, an invoice with the longest words, each form with its errors, and what becomes of it.
pub fn invoices(house: &House, look: Look) {
    let named = furnish(house);
    let wide = "W".repeat(500);
    let lines = [("Setting up", 1, 980_000), (wide.as_str(), 1_000_000, 90_000), ("Discount", 1, -100_000)];
    let ids = [(); 3].map(|()| house.invoice(named.full, "KES", &lines));
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422", "status of 409"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go(&format!("/customers/{}/invoices", named.bare));
    see("invoices, none");
    browser.go(&format!("/customers/{}/invoices", named.full));
    see("invoices of a customer");
    let [recorded, void, written_off] = ids.map(|id| format!("/invoices/{id}"));
    browser.go(&recorded);
    see("an open invoice");
    browser.press("Record a payment");
    browser.see("#paid_on");
    see("a payment for an invoice");
    browser.fill("Amount in KES", "x");
    browser.press("Record the payment");
    browser.see(".note--bad");
    see("a payment for an invoice, errors");
    browser.fill("Amount in KES", "1,000");
    browser.press("Record the payment");
    browser.see("#payments-title");
    see("an invoice paid in part");
    browser.go(&void);
    browser.press("Void");
    browser.see(".savebar .btn--danger");
    see("before an invoice is void");
    browser.click(".savebar .btn--danger");
    browser.see("#lines-title");
    see("a void invoice");
    browser.go(&written_off);
    browser.press("Write off");
    browser.see(".savebar .btn--danger");
    see("before an invoice is written off");
    browser.click(".savebar .btn--danger");
    browser.see("#lines-title");
    see("an invoice that is written off");
    browser.go(&format!("{recorded}/print"));
    see("a printed invoice");
}
