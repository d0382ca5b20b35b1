//! The lists of invoices and subscriptions.

use super::*;

/// Makes forty subscriptions of a customer, in every state, and as many invoices, with the longest words.
pub fn bill(house: &House, customer: CustomerId) {
    let (account, customer) =
        (format!("(SELECT account_id FROM customers WHERE id = '{}')", customer.uuid()), customer.uuid());
    let wide = "W".repeat(100);
    house.sql(
        "CREATE OR REPLACE FUNCTION id_at(t timestamptz, n int) RETURNS uuid LANGUAGE sql AS $$ SELECT (lpad(to_hex((extract(\
         epoch from t) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n), 3, '0') || '8000000000000000')::uuid $$",
    );
    house.sql(&format!(
        "INSERT INTO subscriptions SELECT {account}, id_at(c, n), 1, '{customer}', CASE WHEN n = 40 THEN '{wide}' ELSE \
         (ARRAY['Pro, monthly','Basic','Studio'])[n % 3 + 1] END, NULL, CASE WHEN n = 39 THEN 1000000000000 ELSE n * 12300 END, \
         (ARRAY['KES','USD','JPY'])[n % 3 + 1], (ARRAY['month','year','week'])[n % 3 + 1], n % 2 + 1, 1000, NULL, NULL, s, \
         c::date, 1, 1, 1, c::date, c::date + 30, CASE WHEN s IN ('canceled', 'incomplete') OR n % 11 = 0 THEN NULL ELSE \
         current_date + n END, CASE WHEN n % 5 = 1 AND s <> 'canceled' THEN current_date + n END, NULL, NULL, CASE WHEN s = \
         'past_due' THEN 1 ELSE 0 END, CASE WHEN s <> 'canceled' AND n % 11 = 0 THEN current_date - 3 END, CASE WHEN s = \
         'incomplete' THEN c END, c::date, CASE WHEN s = 'canceled' THEN c END, CASE WHEN s = 'canceled' THEN 'by_staff' END, \
         '{{}}', c FROM (SELECT n, now() - (40 - n) * interval '13 hours' AS c, (ARRAY['active','trialing','past_due',\
         'canceled','incomplete','active'])[n % 6 + 1] AS s FROM generate_series(1, 40) n) g"
    ));
    house.sql(&format!(
        "INSERT INTO invoices SELECT {account}, id_at(c, n), 1, CASE WHEN n = 40 THEN 'SAVANNA-WHOLESALE-2026-00040' ELSE \
         'LIST-2026-' || lpad(n::text, 4, '0') END, 2026, 1000 + n, '{customer}', NULL, NULL, s, \
         (ARRAY['KES','USD','JPY'])[n % 3 + 1], t, CASE WHEN s = 'paid' THEN t ELSE 0 END, 'invoice', NULL, c::date, c::date + 14, \
         '{{}}', NULL, NULL, 0, NULL, NULL, NULL, s = 'open' AND n % 3 = 0, c, c, CASE WHEN s <> 'open' THEN c END FROM (SELECT \
         n, now() - (40 - n) * interval '13 hours' AS c, CASE WHEN n = 39 THEN 1000000000000 ELSE n * 12300 END AS t, \
         (ARRAY['paid','open','void','uncollectible','paid'])[n % 5 + 1] AS s FROM generate_series(1, 40) n) g"
    ));
}

/// Both lists: empty, full, searched, and what is found by no search.
pub fn bills(house: &House, look: Look) {
    let named = furnish(house);
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    for list in ["/invoices", "/subscriptions"] {
        browser.go(list);
        see("a list of what customers have, none yet");
    }
    bill(house, named.full);
    for (list, search) in [("/invoices", "status%3Aoverdue"), ("/subscriptions", "status%3Aactive")] {
        browser.go(list);
        see("a list of what customers have");
        browser.go(&format!("{list}?q={search}+currency%3AKES%2CUSD&sort=amount"));
        see("a list of what customers have, searched");
        browser.click("#filter-add");
        browser.see("#filter-list");
        see("a list of what customers have, filters");
        browser.go(&format!("{list}?q=nobody+at+all"));
        see("a list of what customers have, no result");
        browser.go(&format!("{list}/help"));
        see("a list of what customers have, help");
        browser.go(&format!("{list}/filters/status"));
        see("a list of what customers have, a filter");
    }
}
