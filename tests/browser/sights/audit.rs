//! The audit log in every state.

use super::{Look, Widths};
use crate::{
    browser::Script,
    house::{House, NJERI},
};

/// The log with an entry open, its filters, what is not understood, and the export.
pub fn audit(house: &House, look: Look) {
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    let customer = house.customer("name=Wanjiru&email=w%40example.com");
    browser.go(&format!("/customers/{customer}/edit"));
    browser.fill("Company", &"W".repeat(200));
    browser.press("Save changes");
    browser.see_text(".toast", "Undo");
    browser.go("/settings/audit");
    browser.see(".audit");
    see("audit log");
    browser.click(".audit summary");
    see("audit log, an entry open");
    browser.go("/settings/audit?q=kind%3Acustomer%20-person%3Ax");
    see("audit log, filtered");
    browser.click("#filter-add");
    browser.see("#filter-panel .pop__body, #filter-panel a");
    see("audit log, filters");
    browser.go("/settings/audit?q=person%3Ax9");
    browser.see(".empty");
    see("audit log, nothing found");
    browser.go("/settings/audit?q=kind%3Anots");
    see("audit log, not understood");
    browser.go("/settings/audit/filters/kind");
    see("audit log, the filter of kinds");
    browser.go("/settings/audit/help");
    see("audit log, help");
    browser.go("/settings/audit/export");
    see("audit log, export");
    browser.go("/settings/jobs");
    see("jobs, none is stuck");
    house.sql(
        "INSERT INTO jobs SELECT gen_random_uuid(), account_id, 'destroy_deleted', id, now(), 12, NULL, NULL, \
         'the database does not answer', now(), now(), NULL FROM customers LIMIT 3",
    );
    browser.go("/settings/jobs");
    browser.see(".keyline");
    see("jobs that are stuck");
}
