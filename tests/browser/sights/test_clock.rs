//! The time of the test account in every state.

use super::{Look, Widths};
use crate::{
    browser::Script,
    house::{AMINA, House},
};

/// The page before, what will happen, what is refused, the way with a job that holds it, and what happened.
pub fn test_clock(house: &House, look: Look) {
    let browser = &house.browser_of(AMINA, Script::On);
    browser.expect_in_console(&["status of 422"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.press("You, Amina Editor");
    browser.press("Switch to test");
    browser.see(".banner");
    browser.go("/test-clock");
    browser.see("#move-title");
    see("the time of the test account");
    browser.press("1 month");
    browser.see("#plan");
    see("a move of the time, before");
    browser.go("/test-clock?by=date&on=2020-01-01");
    browser.see(".note--bad");
    see("a move of the time, refused");
    house.sql(
        "UPDATE accounts SET clock_from_at = now() - interval '1 hour', clock_to_at = now() + interval '1 day', \
         clock_state = 'moving' WHERE mode = 'test'",
    );
    house.sql(
        "INSERT INTO jobs (id, account_id, kind, subject_id, due_at, attempts, error, created_at, account_due_at) \
         SELECT gen_random_uuid(), id, 'destroy_note', gen_random_uuid(), now() + interval '1 hour', 1, \
         'the database does not answer', now(), now() FROM accounts WHERE mode = 'test'",
    );
    browser.go("/test-clock");
    browser.see("#held");
    see("the time on its way, held by a job");
    house.sql("UPDATE accounts SET clock_state = NULL, ahead_ms = 86400000 WHERE mode = 'test'");
    browser.go("/test-clock");
    browser.see("#move-title");
    see("the time of the test account, ahead");
}
