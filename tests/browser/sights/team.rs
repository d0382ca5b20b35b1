//! The pages of the team.

use super::*;
use crate::house::OTTO;

/// The team, inviting, joining, a colleague's page, removing and handing over.
pub fn team(house: &House, look: Look) {
    let browser = &house.browser_of(OTTO, Script::On);
    browser.expect_in_console(&["status of 422", "status of 404"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/settings/team/invitations");
    browser.press("Make link");
    browser.see(".note--bad");
    see("inviting, errors");
    browser.fill("Email", "a.very.long.address.of.somebody@a-company-with-a-long-name.example");
    browser.click("[name=role][value=editor]");
    browser.press("Make link");
    browser.see(".secret");
    see("a link");
    browser.press("I have copied it");
    browser.see_text("h2", "Invited");
    see("the team");
    browser.press(AMINA.name);
    browser.see_text("h2", "Access");
    see("a colleague");
    browser.press("Remove");
    browser.see("dialog:modal");
    see("a colleague, removing");
    browser.go("/settings/team/handover");
    see("handing over");
    house.sql("UPDATE invitations SET token_hash = sha256('known')");
    let stranger = &house.browser(Script::On);
    stranger.expect_in_console(&["status of 422", "status of 404"]);
    let mut see = |name: &str| look(stranger, name, Widths::All);
    stranger.go("/invitations/known");
    stranger.press("Join");
    stranger.see(".note--bad");
    see("joining, errors");
    stranger.go("/invitations/nobodys");
    see("an invitation that does not work");
}
