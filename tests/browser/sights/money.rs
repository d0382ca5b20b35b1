//! Payments and wallets in every state.

use super::*;

/// Gives a customer payments of a year, some refunded, some failed, one of them with the longest words, and one that
/// nobody has yet; returns the refunded one, the one under way and the one of nobody.
pub fn pay(house: &House, customer: CustomerId) -> [PaymentId; 3] {
    let wide = "W".repeat(500);
    for n in 0..30 {
        house.payment(Some(customer), (1_850_000 + 91_300 * n, 0), Status::Succeeded, 11 * n, &format!("Order {n}"));
    }
    house.payment(Some(customer), (620_000, 0), Status::Failed, 2, "Order 10455");
    house.payment(Some(customer), (100_000_000_000, 0), Status::Succeeded, 40, &wide);
    [
        house.payment(Some(customer), (450_000, 120_000), Status::Succeeded, 1, "Kampala pop-up"),
        house.payment(Some(customer), (4_900, 0), Status::Processing, 0, ""),
        house.payment(None, (4_900, 0), Status::Succeeded, 0, ""),
    ]
}

/// Payments: the list, a customer's, and each way to change one.
pub fn payments(house: &House, look: Look) {
    let named = furnish(house);
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422", "status of 409"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/payments");
    see("payments, none yet");
    let [refunded, open, alone] = pay(house, named.full);
    browser.go("/payments");
    see("payments");
    browser.click("[popovertarget=search-help]");
    browser.see("#search-help:popover-open");
    see("payments, what can be typed");
    browser.go("/payments?q=nobody+at+all");
    see("payments, no result");
    browser.go("/payments?q=statu%3Ax");
    see("payments, not understood");
    browser.go(&format!("/customers/{}", named.full));
    browser.see("#payments .rowlink");
    browser.press("Show as a table");
    see("customer with payments");
    browser.go(&format!("/customers/{}/payments", named.full));
    see("payments of a customer");
    for id in [refunded, open, alone] {
        browser.go(&format!("/payments/{id}"));
        see("payment");
    }
    browser.press("Attach to a customer");
    browser.fill("Find the customer by name, email, phone or ID", "wanjiru");
    browser.see("dialog [name=customer]");
    see("attach dialog");
    browser.go(&format!("/payments/{refunded}"));
    browser.press("Refund");
    browser.see("dialog:modal");
    see("refund dialog");
    browser.go("/payments/new");
    see("record page");
    browser.press("Record payment");
    browser.see(".note--bad");
    see("record page, errors");
    browser.go(&format!("/customers/{}/charges/new", named.full));
    see("charge page, no gateway");
    browser.press("You, Njeri Admin");
    browser.press("Switch to test");
    browser.see(".banner");
    browser.go("/customers/new");
    browser.fill("Name", "Tess");
    browser.fill("Email", "tess@example.com");
    browser.press("Create customer");
    browser.see_text("h1", "Tess");
    see("test customer without payments");
    browser.press("Charge customer");
    browser.see("dialog:modal");
    browser.press("Another billing address for this charge");
    see("charge dialog");
    browser.fill("Amount", "5");
    browser.fill("Token", "tok_declined");
    browser.click("[data-verb]");
    browser.see("#failure");
    see("payment, declined");
}

/// Returns the second.
pub fn fill_wallet(house: &House, id: CustomerId) -> MethodId {
    let rows = [
        ("card", "Visa", "4242", "'2040-12-31'", true),
        ("card", "American Express", "0005", "'2020-01-31'", false),
        ("card", "Mastercard", "4444", "(date_trunc('month', now()) + interval '2 months')::date - 1", false),
        ("bank_account", "Sandbox Bank", "6789", "NULL", false),
    ];
    let mut ids = Vec::new();
    for (kind, brand, last4, expires_on, is_default) in rows {
        let method = MethodId::new();
        house.sql(&format!(
            "INSERT INTO payment_methods (account_id, id, version, customer_id, kind, brand, last4, expires_on, fingerprint,
                credential, billing, is_default, consent_source, consent_at, created_at, updated_at)
             SELECT account_id, '{}', 1, id, '{kind}', '{brand}', '{last4}', {expires_on}, '{last4}', 'sandbox:succeeded',
                '{{\"line1\": \"14 Riverside Drive\", \"country\": \"KE\"}}', {is_default}, 'Signed form', now(), now(), now()
             FROM customers WHERE id = '{}'",
            method.uuid(),
            id.uuid()
        ));
        ids.push(method);
    }
    ids[1]
}

/// The wallet and its dialogs, and the sandbox.
pub fn wallets(house: &House, look: Look) {
    let named = furnish(house);
    let method = fill_wallet(house, named.full);
    let browser = &house.browser_of(AMINA, Script::On);
    browser.expect_in_console(&["status of 422"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    let wallet = format!("/customers/{}/payment_methods", named.full);
    browser.go(&wallet);
    see("wallet, full");
    browser.click(&format!("[popovertarget=menu-{method}]"));
    browser.see(&format!("#menu-{method}:popover-open"));
    see("wallet, menu");
    browser.press("Remove…");
    browser.see("dialog:modal");
    see("removal dialog");
    browser.press("Remove payment method");
    browser.see(".toast");
    see("wallet, one just removed");
    browser.press("Add a payment method");
    browser.see("dialog:modal #last4");
    see("add dialog");
    browser.press("Add payment method");
    browser.see("dialog .note--bad");
    see("add dialog, errors");
    browser.go(&format!("{wallet}/new"));
    see("add page");
    browser.click("[value=bank_account]");
    see("add page, bank account");
    browser.go(&format!("/payment_methods/{method}/edit"));
    see("edit page");
    browser.go(&format!("/customers/{}/payment_methods", named.bare));
    see("wallet, empty");
    browser.press("Add a payment method");
    browser.see("dialog:modal #last4");
    browser.choose("Brand", "Visa");
    browser.fill("Last four digits", "4242");
    browser.fill("Expires", "11/2040");
    browser.fill("Provider’s reference", "pm_1Nx8");
    browser.press("Add payment method");
    browser.see(".toast");
    see("wallet, recorded");
    browser.press("Add a payment method");
    browser.choose("Brand", "Visa");
    browser.fill("Last four digits", "4242");
    browser.fill("Expires", "12/2041");
    browser.fill("Provider’s reference", "pm_1Nx8");
    browser.press("Add payment method");
    browser.see("dialog [name=renews]");
    see("add dialog, renewed card");
    browser.go(&format!("/customers/{}/payment_methods", named.deleted));
    see("wallet, deleted customer");
    browser.press("You, Amina Editor");
    browser.press("Switch to test");
    browser.see(".banner");
    browser.go("/sandbox/tokens/new");
    see("sandbox");
    browser.press("Make a token");
    browser.see(".note--bad");
    see("sandbox, errors");
}

/// What the wallet's pages say while a past-due subscription charges the default.
pub fn wallets_in_use(house: &House, look: Look) {
    let named = furnish(house);
    let method = fill_wallet(house, named.full);
    house.past_due(named.full);
    house.past_due(named.full);
    let browser = &house.browser_of(AMINA, Script::On);
    browser.expect_in_console(&["status of 409"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    let wallet = format!("/customers/{}/payment_methods", named.full);
    browser.go(&wallet);
    browser.click(".wallet li:first-child [popovertarget]");
    browser.press("Remove…");
    browser.see("dialog:modal #uses");
    see("removal of a method in use");
    browser.go(&wallet);
    browser.click(&format!("[popovertarget=menu-{method}]"));
    browser.press("Make default…");
    browser.see("dialog:modal #unpaid");
    see("another default, asked about");
    browser.go(&format!("/payment_methods/{method}/default"));
    see("another default, page");
    browser.go(&format!("{wallet}/new"));
    see("add page, past due");
}
