//! Every page in every state, one after the other, for the tests that look at all of them.

mod api_keys;
mod audit;
mod bills;
mod creating;
mod curtain;
mod fields;
mod front;
mod invoices;
mod money;
mod notes;
mod persons;
mod prices;
mod quality;
mod schedules;
mod second_factor;
mod settings;
mod subscriptions;
mod team;
mod test_clock;
mod webhooks;

pub use api_keys::keys;
pub use audit::audit;
pub use bills::{bill, bills};
pub use creating::creating;
pub use curtain::curtain;
pub use fields::fields;
pub use front::front;
pub use invoices::invoices;
pub use money::{fill_wallet, pay, payments, wallets, wallets_in_use};
pub use persons::persons;
pub use prices::prices;
pub use quality::quality;
pub use schedules::schedules;
pub use second_factor::{recovery, second_factor};
pub use settings::settings;
pub use subscriptions::subscriptions;
pub use team::team;
pub use test_clock::test_clock;
pub use webhooks::hooks;

use clientele::{
    ids::{CustomerId, MethodId, PaymentId},
    payments::Status,
};
use diesel::{RunQueryDsl, sql_query};

use crate::{
    browser::{Browser, ESCAPE, Script, TAB},
    house::{AMINA, BARAKA, House, NJERI, ZURI},
};

/// The widths at which a sight exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widths {
    All,
    /// Only where the navigation is a drawer.
    Narrow,
}

/// Looks at what a browser shows; the text names it.
pub type Look<'a> = &'a mut dyn FnMut(&Browser, &str, Widths);

/// The customers whose pages are looked at.
pub struct Named {
    /// Everything filled in.
    pub full: CustomerId,
    /// An organization whose words are as long as they may be.
    pub long: CustomerId,
    /// A name that is read from right to left.
    pub rtl: CustomerId,
    /// Only an email.
    pub bare: CustomerId,
    pub deleted: CustomerId,
}

/// Fills a house with them and as many others as a list of two pages needs.
pub fn furnish(house: &House) -> Named {
    sql_query(
        "INSERT INTO customers (account_id, id, version, kind, name, email, metadata, created_at, updated_at)
         SELECT accounts.id, gen_random_uuid(), 1, 'person', 'Customer ' || n, n || '@example.com', '{}', now(), now()
         FROM accounts, generate_series(1, 30) AS n WHERE mode = 'live'",
    )
    .execute(&mut house.connect())
    .unwrap();
    let address = |n: u8| {
        format!(
            "&address.n{n}.kind=billing&address.n{n}.line1={n}+Riverside+Drive&address.n{n}.city=Nairobi\
             &address.n{n}.postal_code=00100&address.n{n}.country=KE"
        )
    };
    let wide = "W".repeat(200);
    let deleted = house.customer(&format!("name=Otieno+Gone&email=otieno%40gone.example{}", address(1)));
    house.delete(deleted);
    Named {
        full: house.customer(&format!(
            "name=Wanjiru+Kamau&email=wanjiru%40gmial.com&phone=0712+345+678&company=Duka+Moja&language=sw\
             &first_name=Wanjiru&last_name=Kamau&reference=C-17&description=Pays+on+Fridays&metadata.tier=gold\
             &metadata.since=2019{}{}{}",
            address(1),
            address(2),
            address(3)
        )),
        long: house.customer(&format!(
            "kind=organization&name={wide}&email={}%40{}.example&company={wide}&description={wide}\
             &metadata.{}={wide}&address.n1.line1={wide}&address.n1.city={wide}",
            "w".repeat(60),
            "w".repeat(60),
            "k".repeat(40)
        )),
        rtl: house.customer(
            "name=%D9%85%D8%AD%D9%85%D8%AF+%D8%A7%D9%84%D9%81%D8%A7%D8%AA%D8%AD&email=m%40example.com\
             &description=%D8%B9%D9%85%D9%8A%D9%84+%D9%82%D8%AF%D9%8A%D9%85",
        ),
        bare: house.customer("email=nobody%40nameless.example"),
        deleted,
    }
}

/// Fills the wallet of a customer of the live account: a valid card, an expired one, one that soon will be, and a bank account.
pub fn signed_out(house: &House, look: Look) {
    let browser = &house.browser(Script::On);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/docs/api");
    see("the API");
    browser.go("/login");
    see("sign in");
    browser.fill("Email", AMINA.email);
    browser.fill("Password", "a wrong guess");
    browser.press("Sign in");
    browser.see("[role=alert]");
    see("sign in, refused");
    browser.sign_in(AMINA);
    browser.go("/customers/new");
    browser.fill("Name", "Wanjiru");
    house.end_sessions();
    browser.press("Create customer");
    browser.see_text("h2", "Your session has ended");
    see("sign in, session ended");
    browser.enter(AMINA);
    browser.see_text("h1", "You are signed in again");
    see("welcome back");
    browser.press("Go on with the form");
    browser.see("#name");
    browser.go("/login");
    browser.press("You, Amina Editor");
    browser.press("Sign out");
    browser.see_text("[role=status]", "You are signed out");
    see("sign in, signed out");
}

/// The list, its states, and the frame's menus.
pub fn lists(house: &House, look: Look) {
    furnish(house);
    let browser = &house.browser_of(AMINA, Script::On);
    let mut see = |name: &str| look(browser, name, Widths::All);
    see("list");
    browser.go("/customers?limit=25&sort=name");
    browser.press("Next");
    browser.see("a[rel=prev]");
    see("list, second page by name");
    browser.go("/customers?q=example&columns=company,country,language,kind,updated,metadata.tier,email,created");
    see("list, many columns");
    browser.press("Columns");
    browser.see("#columns-panel:popover-open form");
    see("columns panel");
    browser.keys(ESCAPE);
    browser.press("Save view");
    browser.see("dialog[open] [name=name]");
    see("save view dialog");
    browser.go("/views");
    see("no views");
    browser.go("/customers?q=kamau+country%3AKE,UG+has%3Aemail+metadata.tier%3Agold+created%3Alast-30d");
    see("list, filters");
    browser.click("#chip-0-1 > a");
    browser.see("#filter-panel:popover-open form");
    see("country filter");
    browser.go("/customers?q=kamau");
    browser.click("#filter-add");
    browser.see("#filter-panel:popover-open #filter-list");
    see("filters to add");
    browser.click("#filter-list a[href*='filters/created']");
    browser.see("#filter-panel:popover-open form");
    see("created filter");
    browser.go("/customers");
    browser.click("#q");
    browser.keys("country:");
    browser.see("#completions [aria-selected=true]");
    see("list, completions");
    browser.go("/customers?q=kamau+country%3AKE+OR+-has%3Aemail+kind%3Aorganization");
    see("list, filters with OR");
    browser.click("[popovertarget=search-help]");
    browser.see("#search-help:popover-open dl");
    see("what can be typed");
    browser.go("/customers/filters?q=country%3AKE");
    see("filters to add, as a page");
    browser.go("/customers/columns");
    see("columns, as a page");
    browser.go("/customers/filters/country?q=country%3AKE&place=0");
    see("country filter, as a page");
    browser.go("/customers/filters/created?q=created%3Alast-7d&place=0");
    see("created filter, as a page");
    browser.go("/customers/help");
    see("what can be typed, as a page");
    go_for(browser, "/customers?q=wanjriu", "#meant");
    see("list, no result but near ones");
    go_for(browser, "/customers?q=otieno", "#deleted-too");
    see("list, no result but deleted ones");
    browser.go("/customers?q=nobody+at+all");
    see("list, no result");
    go_for(browser, "/customers?q=nobody+pay_01h2xcejqtf2nbrexx3vqjhp41+metadata.tier%3AGOLD", "#opening");
    see("list, no result for an ID and a value of metadata");
    browser.go("/customers?q=nobody+status%3Adeleted");
    see("list, no result among the deleted");
    browser.expect_in_console(&["status of 422"]);
    browser.go("/customers?q=kamau+emial%3Abar+x");
    see("list, search not understood");
    browser.go("/customers");
    browser.click("#q");
    browser.keys("foo:bar");
    browser.see("#search-problem [role=alert]");
    see("list, search not understood in place");
    browser.go("/customers?q=status%3Adeleted");
    see("deleted view");
    browser.go("/customers");
    browser.press("You, Amina Editor");
    browser.see("#person");
    see("person menu");
    browser.keys("\u{E00C}");
    browser.press("Keyboard shortcuts");
    browser.see("#help");
    see("help");
    browser.go("/customers");
    browser.press("Go to");
    browser.see("#palette-pages");
    see("palette");
    browser.keys("wan");
    browser.see("#palette-customers [aria-selected=true]");
    see("palette, results");
    browser.keys(" zzz");
    browser.see_text("#palette-results", "Nothing matches");
    see("palette, nothing found");
    browser.keys(" foo:bar");
    browser.see("#palette-results .error");
    see("palette, search not understood");
    browser.go("/palette?q=w");
    see("palette page");
    browser.go("/palette?q=zzz");
    see("palette page, nothing found");
    browser.go("/palette?q=foo%3Abar");
    see("palette page, search not understood");
    browser.go("/customers");
    browser.resize(390, 844);
    browser.press("Open menu");
    browser.see("#sidebar:popover-open");
    look(browser, "drawer", Widths::Narrow);
    browser.resize(1280, 900);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/customers");
    browser.press("You, Amina Editor");
    browser.press("Switch to test");
    browser.see(".banner");
    browser.go("/customers");
    browser.see_text("h2", "No customers yet");
    see("test account, no customers");
    browser.click("#views a[href$=deleted]");
    browser.see_text("h2", "Nothing is deleted");
    see("test account, nothing deleted");
}

/// A customer's pages.
pub fn customers(house: &House, look: Look) {
    let named = furnish(house);
    let browser = &house.browser_of(AMINA, Script::On);
    let mut see = |name: &str| look(browser, name, Widths::All);
    let pages = [(named.full, "full"), (named.long, "long"), (named.rtl, "rtl"), (named.bare, "bare")];
    for (id, name) in pages.into_iter().chain([(named.deleted, "deleted")]) {
        browser.go(&format!("/customers/{id}"));
        see(&format!("customer, {name}"));
    }
    let full = format!("/customers/{}", named.full);
    browser.go(&format!("{full}/activity"));
    see("activity");
    browser.go(&format!("{full}/deletion"));
    see("deletion page");
    notes::notes(house, browser, &named, &mut see);
    browser.go(&full);
    browser.press("More actions");
    browser.press("Delete");
    browser.see("dialog:modal");
    see("deletion dialog");
    browser.press("Delete customer");
    browser.see(".toast");
    see("customer, just deleted");
    browser.press("Undo");
    browser.see_no(".badge--bad");
    browser.go(&format!("/customers/{}/edit", named.long));
    see("edit, long");
}

/// Editing and its collisions.
pub fn editing(house: &House, look: Look) {
    let named = furnish(house);
    let browser = &house.browser_of(AMINA, Script::On);
    let mut see = |name: &str| look(browser, name, Widths::All);
    let full = format!("/customers/{}", named.full);
    browser.go(&format!("{full}/edit"));
    see("edit");
    browser.go(&full);
    for section in ["details", "addresses", "metadata"] {
        browser.press(&format!("Edit {section}"));
        browser.see("dialog:modal");
        see(&format!("edit dialog, {section}"));
        browser.press("Cancel");
        browser.see_no("dialog");
    }
    for (kind, key, label, choices) in [
        ("text", "vat", "VAT number", ""),
        ("money", "credit", "Credit limit", ""),
        ("choices", "interests", "What they are interested in, as far as they said", "'Tea', 'Coffee', 'Cocoa'"),
        ("boolean", "newsletter", "Newsletter", ""),
        ("date", "renewal", "Renewal", ""),
    ] {
        house.field(kind, key, label, choices);
    }
    browser.go(&format!("{full}/edit?part=fields"));
    browser.fill("VAT number", &"W".repeat(200));
    browser.fill("Credit limit", "1.000");
    browser.press("Save changes");
    browser.see(".note--bad");
    see("edit page of custom fields, errors");
    browser.fill("Credit limit", "1000");
    browser.choose("Newsletter", "Yes");
    browser.press("Save changes");
    browser.see_text("#fields", "KES 1,000.00");
    see("customer with custom fields");
    browser.press("Edit fields");
    browser.see("dialog:modal");
    see("edit dialog, custom fields");
    browser.press("Cancel");
    browser.go("/customers?columns=field.vat,field.credit,field.renewal&q=field.newsletter%3Ayes");
    see("list, columns of custom fields");
    browser.go("/customers/filters/field.interests");
    see("filter of choices, as a page");
    browser.go(&format!("{full}/edit?part=details"));
    browser.fill("Email", "wanjiru@gmial.com");
    browser.see("#email-said button");
    see("edit page of details, mistyped domain");
    browser.go(&format!("{full}/edit"));
    browser.fill("Email", "wanjiru");
    browser.fill("Phone", "call me");
    browser.press("Add address");
    browser.press("Add metadata");
    browser.keys(&format!("no key{TAB}value"));
    browser.press("Save changes");
    browser.see(".note--bad");
    see("edit, errors");
    house.customer("name=Njoroge+Family&email=njoroge%40x.example&phone=0755000222");
    browser.go(&format!("{full}/edit"));
    browser.fill("Email", "njoroge@x.example");
    browser.fill("Phone", "0755 000 222");
    browser.press("Save changes");
    browser.see("#lookalikes-title");
    see("edit, lookalike");
    browser.go(&full);
    browser.press("Edit");
    browser.fill("Name", "Wanjiru wa Kamau");
    browser.fill("Phone", "");
    browser.fill("Company", "Duka Mbili");
    house.change(named.full, BARAKA, "name=Wanjiru+K.&phone=0712+000+111");
    browser.press("Save changes");
    browser.see("#conflict-title");
    see("conflict");
    browser.go(&full);
    browser.press("Edit");
    browser.fill("Name", "Wanjiru wa Kamau");
    house.delete(named.full);
    browser.press("Save changes");
    browser.see_text("h2", "was deleted while you edited it");
    see("edit, deleted meanwhile");
}

/// A person's own page, and what goes wrong.
pub fn others(house: &House, look: Look) {
    let named = furnish(house);
    let browser = &house.browser_of(AMINA, Script::On);
    browser.expect_in_console(&["status of 400", "status of 404", "status of 503"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    browser.go("/profile");
    see("profile");
    for name in ["Current password", "New password", "New password again"] {
        browser.fill(name, "short");
    }
    browser.press("Change password");
    browser.see(".note--bad");
    see("profile, errors");
    browser.go("/customers?sort=shoe+size");
    browser.see_text("h1", "damaged");
    see("error 400");
    browser.go("/nothing/here");
    browser.see_text("h1", "Not found");
    see("error 404");
    browser.go("/profile");
    browser.press("You, Amina Editor");
    browser.press("Switch to test");
    browser.see(".banner");
    browser.go(&format!("/customers/{}", named.full));
    browser.see_text("h1", "This customer is in your live account");
    see("error 404, in the other account");
    browser.click("main form button");
    browser.see_text("h1", "Wanjiru Kamau");
    house.close_database(true);
    browser.go("/customers");
    browser.see_text("h1", "The database does not answer");
    see("error 503");
    house.close_database(false);
    browser.press("Try again");
    browser.see_text("h1", "Customers");
}

/// Goes to a page for a part of it that the server leaves out when it has no time, as a machine at work may not have.
fn go_for(browser: &Browser, path: &str, css: &str) {
    for _ in 0..10 {
        browser.go(path);
        if browser.has(css) {
            return;
        }
    }
    browser.see(css);
}

/// What somebody sees who may only read.
pub fn reading(house: &House, look: Look) {
    let named = furnish(house);
    let browser = &house.browser_of(ZURI, Script::On);
    browser.expect_in_console(&["status of 403"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    see("list, to a viewer");
    browser.go("/customers?q=status%3Adeleted");
    see("deleted view, to a viewer");
    for (id, name) in [(named.full, "customer, to a viewer"), (named.deleted, "deleted customer, to a viewer")] {
        browser.go(&format!("/customers/{id}"));
        see(name);
    }
    browser.go("/customers/new");
    browser.see_text("h1", "You may not do this");
    see("error 403");
}
