//! Creating a customer as it is looked at.

use super::{Look, Widths, furnish};
use crate::{
    browser::{Browser, Script, TAB},
    house::{AMINA, House},
};

/// Creating, as a page and as a dialog.
pub fn creating(house: &House, look: Look) {
    furnish(house);
    let browser = &house.browser_of(AMINA, Script::On);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.press("Create customer");
    browser.see("dialog:modal");
    see("create dialog");
    fill_wrongly(browser);
    browser.press("Create customer");
    browser.see("dialog .note--bad");
    see("create dialog, errors");
    browser.go("/customers");
    browser.press("Create customer");
    fill_like_another(browser);
    browser.press("Create customer");
    browser.see("dialog .note--warn");
    see("create dialog, lookalike");
    browser.press("Create anyway");
    browser.see(".toast");
    see("list with a notice");
    browser.go("/customers/new");
    see("create page");
    fill_wrongly(browser);
    for _ in 0..3 {
        browser.press("Add address");
        browser.press("Add metadata");
    }
    browser.keys(&format!("no key{TAB}value"));
    see("create page, many rows");
    browser.press("Create customer");
    browser.see(".note--bad");
    see("create page, errors");
    browser.go("/customers/new");
    fill_like_another(browser);
    browser.press("Create customer");
    browser.see(".note--warn");
    see("create page, lookalike");
    let gone = house.customer("name=Otieno+Gone&email=otieno%40gone.example&phone=0755000111");
    house.delete(gone);
    browser.go("/customers/new");
    browser.fill("Name", "Otieno Again");
    browser.fill("Email", "otieno@gone.example");
    browser.press("Create customer");
    browser.see(".note--warn");
    see("create page, deleted lookalike");
    browser.go("/customers");
    browser.press("Create customer");
    fill_like_another(browser);
    browser.fill("Phone", "0755 000 111");
    browser.press("Create customer");
    browser.see("dialog .note--warn");
    see("create dialog, live and deleted lookalike");
}

fn fill_wrongly(browser: &Browser) {
    browser.fill("Email", "wanjiru");
    browser.fill("Phone", "call me");
    browser.press("More: company, language, addresses, metadata");
    browser.fill("Company", "4242 4242 4242 4242");
}

fn fill_like_another(browser: &Browser) {
    browser.fill("Name", "Wanjiru Again");
    browser.fill("Email", "wanjiru@gmial.com");
}
