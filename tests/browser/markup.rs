//! Every page and every fragment is valid HTML, as it comes from the server, before any browser has repaired it.
//!
//! The rules are in `tests/vendor/html-validate.entry.mjs`; none is switched off here.

mod money;
mod webhooks;

use serde_json::json;

use crate::{
    browser::{Browser, Script},
    house::{AMINA, BARAKA, House, NJERI, OTTO, PASSWORD, ZURI},
    sights,
};

const VALIDATOR: &str = include_str!("../vendor/html-validate.js");

/// A browser on a page of ours, from which all others are fetched and checked.
struct Reader<'a> {
    browser: &'a Browser,
    found: Vec<String>,
    read: usize,
}

impl<'a> Reader<'a> {
    fn new(browser: &'a Browser) -> Self {
        browser.run(&format!("{VALIDATOR}\nwindow.HtmlValidateCheck = HtmlValidateCheck"), json!([]));
        browser.expect_in_console(&["Failed to load resource"]);
        // A judge that never says no proves nothing.
        let wrong = "return (await HtmlValidateCheck.check('<p><div id=a id=a></p>', { fragment: true })).length";
        assert!(browser.run_promise(wrong, json!([])).as_u64() > Some(0));
        Self { browser, found: Vec::new(), read: 0 }
    }

    fn read(&mut self, status: u16, path: &str, form: Option<&str>, fragment: bool, signed_in: bool) {
        let script = "
            const [path, body, fragment, signedIn] = arguments;
            const headers = fragment ? { 'HX-Request': 'true', 'HX-Current-URL': location.href } : {};
            if (body !== null) headers['Content-Type'] = 'application/x-www-form-urlencoded';
            const credentials = signedIn ? 'same-origin' : 'omit';
            const answer = await fetch(path, { method: body === null ? 'GET' : 'POST', body, headers, credentials });
            const html = await answer.text();
            const isPage = html.trimStart().toLowerCase().startsWith('<!doctype');
            const found = await HtmlValidateCheck.check(html, { fragment });
            return { status: answer.status, isPage, found: found.map((f) =>
                `${f.rule}: ${f.message}: ${html.split('\\n')[f.line - 1].trim().slice(0, 200)}`) }";
        let answer = self.browser.run_promise(script, json!([path, form, fragment, signed_in]));
        let kind = if fragment { "fragment" } else { "page" };
        let what = format!("{kind} {path} {}", form.unwrap_or_default());
        assert_eq!(answer["status"], status, "{what}");
        // A session that ended is told by the whole sign-in page's body, to htmx too.
        assert!(answer["isPage"] == !fragment || status == 401, "{what}: a page for a fragment or the other way round");
        self.read += 1;
        let found = answer["found"].as_array().unwrap().iter();
        self.found.extend(found.map(|line| format!("{what}: {}", line.as_str().unwrap_or_default())));
    }

    /// A page, and the fragment at the same address.
    fn both(&mut self, status: u16, path: &str) {
        self.read(status, path, None, false, true);
        self.read(status, path, None, true, true);
    }

    fn page(&mut self, status: u16, path: &str) {
        self.read(status, path, None, false, true);
    }

    /// The page that answers a form, and the fragment that does.
    fn sent(&mut self, status: u16, path: &str, form: &str) {
        self.read(status, path, Some(form), false, true);
        self.read(status, path, Some(form), true, true);
    }

    #[track_caller]
    fn done(self, at_least: usize) {
        assert!(self.read >= at_least, "only {} were read", self.read);
        assert!(self.found.is_empty(), "{:#?}", self.found);
    }
}

#[test]
fn pages_without_a_session_are_valid() {
    let house = House::open();
    let browser = house.browser(Script::On);
    browser.go("/login");
    let mut reader = Reader::new(&browser);
    for path in ["/docs/api", "/login", "/login?signed_out=1", "/login?next=%2Fcustomers%3Fq%3D%22%3E"] {
        reader.read(200, path, None, false, false);
    }
    let wrong = "email=%22%3E%3Cb%3E&password=a+wrong+guess&next=%2Fprofile&waiting.name=%22%3E";
    reader.read(422, "/login", Some(wrong), false, false);
    let lost = "name=%22Wanjiru%22&email=w%40example.com&as=x&address.n1.city=Nairobi";
    reader.read(401, "/customers", Some(lost), false, false);
    reader.done(5);
}

#[test]
fn lists_are_valid() {
    let house = House::open();
    let browser = house.browser_of(AMINA, Script::On);
    let mut reader = Reader::new(&browser);
    reader.both(200, "/customers");
    reader.both(200, "/customers?q=status%3Adeleted");
    sights::furnish(&house);
    reader.both(200, "/customers");
    reader.both(200, "/customers?q=w&sort=-name&limit=50");
    reader.both(200, "/customers?sort=email&limit=7");
    reader.both(200, "/customers?q=%22nobody%20at%20%3Call%3E%22");
    reader.both(200, "/customers?q=status%3Adeleted");
    reader.both(200, "/customers?q=nobody+status%3Adeleted");
    reader.both(200, "/customers?q=%22w%22+country%3AKE,UG+-has%3Aemail,phone+metadata.a%3A%22%3Cb%3E%22+created%3A2026+name%3A%22x%20y%22");
    reader.both(200, "/customers?q=%22%3Cb%3E%22+country%3AKE+OR+kind%3Aperson+status%3Adeleted");
    reader.both(200, "/customers?q=wanjriu");
    reader.both(200, "/customers?q=x+pay_01h2xcejqtf2nbrexx3vqjhp41+metadata.tier%3A%22%3Cb%3E%22");
    reader.both(200, "/payments?q=x+re_01h2xcejqtf2nbrexx3vqjhp41");
    reader.both(422, "/customers?q=%3Cb%3E+a@x.example+b@x.example");
    reader.both(200, "/customers?q=otieno");
    reader.both(422, "/customers?q=foo%3A%3Cb%3E");
    reader.both(422, "/customers?q=%3Cb%3E+emial%3A%3Cb%3E+%22");
    reader.both(400, "/customers?sort=%3Cb%3E");
    for key in ["country", "created", "has", "kind", "lang", "company", "metadata", "status"] {
        reader.both(200, &format!("/customers/filters/{key}?q=%22%3Cb%3E%22&sort=name"));
    }
    reader.both(200, "/customers/filters/country?q=country%3AKE,UG&place=0");
    reader.both(200, "/customers/help?q=%22%3Cb%3E%22");
    reader.read(200, "/customers/count?q=c", None, true, true);
    reader.page(200, "/views");
    let view = "name=%22View%22&q=%22w%22&sort=name&columns=email,metadata.tier&is_shared=on&is_default=on";
    reader.read(200, "/views", Some(view), true, true);
    reader.page(200, "/views");
    reader.both(200, "/customers?q=%22w%22&columns=company,updated,metadata.tier");
    reader.both(200, "/views/new?q=%22%3Cb%3E");
    reader.sent(422, "/views", "name=&q=foo%3Abar&columns=%3Cb%3E");
    reader.read(200, "/views/counts", None, true, true);
    reader.both(404, "/nothing/here");
    for q in ["", "%22w%22", "%3Cb%3E", "foo%3Abar"] {
        reader.both(200, &format!("/palette?q={q}"));
    }
    reader.page(200, "/profile");
    reader.read(422, "/profile/password", Some("current_password=a&new_password=b&repeated_password=c"), false, true);
    reader.done(62);
}

#[test]
fn pages_to_create_and_to_change_are_valid() {
    let house = House::open();
    let named = sights::furnish(&house);
    let browser = house.browser_of(AMINA, Script::On);
    let mut reader = Reader::new(&browser);
    reader.both(200, "/customers/new");
    let rows = "name=%22W%22&add=address&address.n1.city=%22N%22&metadata_key=a&metadata_value=b&metadata_key=&metadata_value=";
    reader.sent(200, "/customers", rows);
    let wrong = "name=&email=%3Cb%3E&phone=x&company=4242424242424242&metadata_key=no+key&metadata_value=v\
                 &address.n1.line1=4242424242424242&address.n1.country=XX";
    reader.sent(422, "/customers", wrong);
    reader.sent(409, "/customers", "name=Again&email=wanjiru%40gmial.com&phone=0712345678");
    house.delete(house.customer("name=Gone+%22G%22&email=gone%40x.example"));
    reader.sent(409, "/customers", "name=Again&email=gone%40x.example&phone=0712345678");
    reader.sent(409, "/customers", "name=Again&email=gone%40x.example");
    let created = "name=Njoroge&email=njoroge%40example.com";
    reader.read(200, "/customers", Some(created), true, true);
    for id in [named.full, named.long, named.rtl, named.bare] {
        for part in ["", "/edit", "/edit?part=details", "/edit?part=addresses", "/edit?part=metadata", "/deletion"] {
            reader.both(200, &format!("/customers/{id}{part}"));
        }
        reader.page(200, &format!("/customers/{id}/activity"));
    }
    let full = format!("/customers/{}", named.full);
    let note = house.note(named.full, "Deliver to the \"gate\"\n  <b>");
    reader.page(200, &format!("{full}/notes"));
    reader.page(200, &format!("/notes/{note}/history"));
    reader.both(200, &format!("/notes/{note}/edit"));
    reader.sent(422, &format!("{full}/notes"), "note=");
    reader.sent(422, &format!("/notes/{note}"), "version=1&text=4242424242424242");
    reader.sent(422, &full, &format!("version=1&part=details&{wrong}"));
    reader.sent(200, &full, &format!("version=1&part=addresses&{rows}"));
    reader.sent(422, &full, &format!("version=1&{wrong}"));
    reader.sent(200, &full, &format!("version=1&{rows}"));
    reader.sent(409, &full, "version=1&email=njoroge%40example.com");
    house.change(named.full, BARAKA, "name=Wanjiru+K.&company=");
    reader.sent(409, &full, "version=1&name=Wanjiru+%22W%22&company=Duka+Mbili&phone=0712000111&metadata.tier=silver");
    reader.read(200, &full, Some("version=2&description=Pays"), true, true);
    reader.sent(409, &format!("{full}/deletion"), "plan=another");
    let plan = format!("plan={}", house.plan_of(named.full));
    reader.read(200, &format!("{full}/deletion"), Some(&plan), true, true);
    reader.sent(409, &full, "version=3&name=Too+late");
    reader.both(200, &full);
    reader.both(409, &format!("{full}/edit"));
    reader.read(200, &format!("{full}/restoration"), Some(""), true, true);
    let account = house.staff_id(AMINA);
    let waiting = format!(
        "email=amina%40duka.example&password={}&next=%2Fcustomers&waiting.as={account}&waiting.name=%22W%22",
        PASSWORD.replace(' ', "+")
    );
    reader.read(200, "/login", Some(&waiting), false, true);
    reader.done(55);
}

#[test]
fn wallets_are_valid() {
    let house = House::open();
    let named = sights::furnish(&house);
    let browser = house.browser_of(AMINA, Script::On);
    let mut reader = Reader::new(&browser);
    let wallet = format!("/customers/{}/payment_methods", named.full);
    reader.both(200, &wallet);
    reader.both(200, &format!("{wallet}/new"));
    reader.sent(422, &wallet, "token=%22%3Cb%3E&consent_on=%3Cb%3E&billing.country=%3Cb%3E");
    reader.sent(422, &wallet, "kind=bank_account&bank=%22%3Cb%3E&last4=%3Cb%3E&reference=%22%3Cb%3E");
    let card = "kind=card&brand=Visa&last4=4242&reference=%22%3Cb%3E&expires=";
    reader.read(200, &wallet, Some(&format!("{card}11%2F2040")), true, true);
    reader.both(200, &wallet);
    reader.sent(422, &wallet, &format!("{card}12%2F2041"));
    house.sql("DELETE FROM payment_methods");
    let method = sights::fill_wallet(&house, named.full);
    reader.both(200, &wallet);
    reader.both(200, &format!("{wallet}/new"));
    let path = format!("/payment_methods/{method}");
    reader.both(200, &format!("{path}/edit"));
    reader.both(200, &format!("{path}/deletion"));
    reader.sent(422, &path, "version=1&expires=%22%3Cb%3E&billing.line1=4242424242424242");
    reader.read(200, &path, Some("version=1&expires=01%2F2041&billing.city=%22Nairobi%22"), true, true);
    reader.sent(409, &path, "version=1&expires=02%2F2042");
    reader.read(200, &format!("{path}/default"), Some(""), true, true);
    reader.read(200, &format!("{path}/deletion"), Some(""), true, true);
    reader.both(200, &wallet);
    reader.sent(409, &path, "version=2&expires=02%2F2042");
    reader.read(200, &format!("{path}/restoration"), Some(""), true, true);
    reader.both(404, "/sandbox/tokens/new");
    reader.read(200, "/mode", Some("mode=test"), false, true);
    reader.page(200, "/sandbox/tokens/new");
    reader.read(422, "/sandbox/tokens/new", Some("card_number=1&expires=%22%3Cb%3E"), false, true);
    reader.read(422, "/sandbox/tokens/new", Some("kind=bank_account&account_number=%3Cb%3E"), false, true);
    reader.read(200, "/sandbox/tokens/new", Some("card_number=4242424242424242&expires=01%2F2040"), false, true);
    reader.done(30);
}

#[test]
fn pages_of_api_keys_are_valid() {
    let house = House::open();
    let browser = house.browser_of(NJERI, Script::On);
    let mut reader = Reader::new(&browser);
    let list = "/settings/api_keys";
    reader.page(200, list);
    reader.page(200, "/settings/api_keys/new");
    reader.read(422, list, Some("name=&may.customers=%3Cb%3E&expires_on=%22%3Cb%3E"), false, true);
    let key = "name=%22%3Cb%3E%22&may.customers=write&may.events=read&expires_on=2999-12-31";
    reader.read(200, list, Some(key), false, true);
    reader.page(200, list);
    let id = browser.run(
        "return fetch('/settings/api_keys').then((a) => a.text()).then((t) => t.match(/key_\\w{26}/)[0])",
        json!([]),
    );
    let path = format!("{list}/{}", id.as_str().unwrap());
    reader.both(200, &format!("{path}/rotation"));
    reader.sent(422, &format!("{path}/rotation"), "overlap=%22%3Cb%3E");
    reader.read(200, &format!("{path}/rotation"), Some("overlap=7d"), false, true);
    reader.both(200, &format!("{path}/revocation"));
    reader.page(200, list);
    reader.read(200, &format!("{path}/revocation"), Some(""), false, true);
    reader.page(200, list);
    reader.done(14);
}

#[test]
fn home_is_valid() {
    let house = House::open();
    house.customer("name=%22%3Cb%3E%22&email=b%40x.example");
    let browser = house.browser_of(AMINA, Script::On);
    let mut reader = Reader::new(&browser);
    reader.page(200, "/");
    reader.done(1);
}

#[test]
fn pages_of_the_team_are_valid() {
    let house = House::open();
    let browser = house.browser_of(OTTO, Script::On);
    let mut reader = Reader::new(&browser);
    let team = "/settings/team";
    reader.page(200, team);
    reader.page(200, "/settings/team/handover");
    reader.read(422, "/settings/team/handover", Some("heir="), false, true);
    reader.page(200, "/settings/team/invitations");
    reader.read(422, "/settings/team/invitations", Some("email=%22%3Cb%3E"), false, true);
    reader.read(200, "/settings/team/invitations", Some("email=nia%40new.example&role=viewer"), false, true);
    house.sql("UPDATE invitations SET token_hash = sha256('known')");
    reader.page(200, team);
    let all = "return fetch('/settings/team').then((a) => a.text()).then((t) => t.match(/team\\/stf_\\w{26}/g))";
    let paths = browser.run(all, json!([]));
    for path in paths.as_array().unwrap().iter().take(2) {
        reader.page(200, &format!("/settings/{}", path.as_str().unwrap()));
    }
    let path = format!("/settings/{}", paths[1].as_str().unwrap());
    reader.both(200, &format!("{path}/removal"));
    reader.read(409, &format!("{path}/role"), Some("was=owner&role=viewer"), false, true);
    reader.page(200, "/invitations/known");
    reader.read(422, "/invitations/known", Some("name=%22%3Cb%3E"), false, true);
    reader.page(404, "/invitations/nobodys");
    reader.done(14);
}

#[test]
fn pages_of_custom_fields_are_valid() {
    let house = House::open();
    let browser = house.browser_of(NJERI, Script::On);
    let mut reader = Reader::new(&browser);
    let list = "/settings/fields";
    reader.page(200, list);
    reader.page(200, "/settings/fields/new");
    let wrong = "label=%22%3Cb%3E&kind=text&choices=%3Cb%3E%22%0AB&least=%3Cb%3E&most=%22&field_key=%22%3Cb%3E&help_text=%3Cb%3E";
    reader.read(422, list, Some(wrong), false, true);
    for kind in ["text", "boolean", "choice", "choices", "date"] {
        let sent = format!("label=%22%3Cb%3E&kind={kind}&choices=%3Cb%3E%22%0AB&help_text=%22%3Cb%3E&review=on");
        reader.read(200, list, Some(&sent), false, true);
    }
    let field = "label=%22%3Cb%3E%22&field_key=tier&kind=choice&choices=%3Cb%3E%22%0AB&help_text=%3Cb%3E&is_listed=on";
    reader.read(200, list, Some(field), false, true);
    reader.read(409, list, Some(field), false, true);
    let id = browser.run(
        "return fetch('/settings/fields').then((a) => a.text()).then((t) => t.match(/fld_\\w{26}/)[0])",
        json!([]),
    );
    let path = format!("{list}/{}", id.as_str().unwrap());
    reader.page(200, &format!("{path}/edit"));
    reader.both(200, &format!("{path}/archiving"));
    reader.read(200, &format!("{path}/archiving"), Some(""), false, true);
    reader.page(200, list);
    reader.read(409, list, Some(field), false, true);
    reader.done(15);
}

#[test]
fn settings_and_the_audit_log_are_valid() {
    let house = House::open();
    sights::furnish(&house);
    let browser = house.browser_of(NJERI, Script::On);
    let mut reader = Reader::new(&browser);
    reader.page(200, "/settings");
    reader.read(422, "/settings", Some("version=1&name=&time_zone=%3Cb%3E&wallet_size=%22"), false, true);
    reader.read(409, "/settings", Some("version=1&name=%22%3Cb%3E&default_currency=USD&required_fields="), false, true);
    let log = "/settings/audit";
    reader.both(200, log);
    reader.both(200, &format!("{log}?q=%22%3Cb%3E%22+OR+-kind%3Acustomer,note+created%3A2026&limit=3"));
    reader.both(422, &format!("{log}?q=foo%3A%3Cb%3E"));
    for key in ["person", "key", "kind", "customer", "created"] {
        reader.both(200, &format!("{log}/filters/{key}?q=%22%3Cb%3E%22"));
    }
    reader.both(200, &format!("{log}/filters"));
    reader.both(200, &format!("{log}/help"));
    reader.page(200, &format!("{log}/export?q=%22%3Cb%3E%22"));
    reader.done(24);
}

#[test]
fn pages_of_what_needs_another_look_are_valid() {
    let house = House::open();
    let named = sights::furnish(&house);
    let nia = house.customer("name=NIA+%3CNJERI%3E&email=nia%40gmial.com&phone=%2B2547123");
    sights::fill_wallet(&house, named.full);
    house.sql("UPDATE payment_methods SET is_default = coalesce(expires_on < now(), false)");
    let browser = house.browser_of(AMINA, Script::On);
    let mut reader = Reader::new(&browser);
    reader.page(200, "/quality");
    for finding in ["phone", "domain", "capitals", "contact", "country", "card"] {
        reader.both(200, &format!("/quality/{finding}"));
    }
    reader.sent(422, &format!("/quality/phone/{nia}"), "version=1&phone=%22x");
    reader.done(15);
}

#[test]
fn what_a_viewer_reads_and_the_test_account_are_valid() {
    let house = House::open();
    let named = sights::furnish(&house);
    let browser = house.browser_of(ZURI, Script::On);
    let mut reader = Reader::new(&browser);
    for path in ["/customers".to_owned(), format!("/customers/{}", named.full), format!("/customers/{}", named.deleted)]
    {
        reader.both(200, &path);
    }
    reader.both(403, "/customers/new");
    reader.page(200, "/profile");
    reader.read(200, "/mode", Some("mode=test"), false, true);
    reader.both(404, &format!("/customers/{}", named.full));
    reader.both(200, "/customers?q=status%3Adeleted");
    house.close_database(true);
    reader.both(503, "/customers");
    reader.done(16);
}

#[test]
fn pages_of_second_factors_are_valid() {
    let house = House::at_localhost(1);
    let browser = house.browser_of(OTTO, Script::On);
    let mut reader = Reader::new(&browser);
    reader.page(200, "/profile/second_factor");
    reader.page(200, "/profile/second_factor/app?next=%2F%22%3Cb%3E");
    let form = "one_time_code=%3Cb%3E&next=%2F%22&waiting.name=%22%3Cb%3E&as=x";
    reader.read(422, "/profile/second_factor/app", Some(form), false, true);
    reader.page(200, "/profile/second_factor/passkeys/new");
    let form = "name=%22%3Cb%3E&credential=%22&waiting.name=%22%3Cb%3E";
    reader.read(422, "/profile/second_factor/passkeys/new", Some(form), false, true);
    reader.page(200, "/settings/security");
    reader.read(422, "/settings/security", Some("factor=x&most_sessions=%22%3Cb%3E"), false, true);
    reader.read(
        409,
        "/settings/security",
        Some("factor=required&most_sessions=5&viewers_see=masked&editors_see=shown"),
        false,
        true,
    );
    reader.page(200, &format!("/settings/team/{}/second_factor", house.staff_id(OTTO)));
    reader.read(422, "/login/second_factor", Some("one_time_code=x&waiting.name=%22%3Cb%3E"), false, true);
    house.sql("UPDATE staff SET has_app = true, has_passkeys = true");
    house.sql("UPDATE sessions SET state = state || jsonb_build_object('factor', 'true')");
    reader.page(200, "/profile/second_factor");
    reader.page(200, "/profile/second_factor/app/removal");
    reader.page(200, "/profile/second_factor/codes");
    reader.read(200, "/profile/second_factor/codes", Some(""), false, true);
    let past = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(11);
    house.sql(&format!("UPDATE sessions SET state = state || jsonb_build_object('since', '\"{past}\"')"));
    reader.page(200, "/confirmation?next=%2F%22%3Cb%3E");
    reader.read(401, "/settings/api_keys", Some("name=%22%3Cb%3E&as=x"), false, true);
    reader.read(422, "/confirmation", Some("one_time_code=x&waiting.name=%22%3Cb%3E&was_sent=1"), false, true);
    house.sql("UPDATE merchants SET second_factor_required = true");
    house.sql("UPDATE staff SET has_app = NULL, has_passkeys = NULL");
    reader.page(200, "/profile/second_factor?next=%2F%22%3Cb%3E");
    reader.read(403, "/customers", Some("name=%22%3Cb%3E&as=x"), false, true);
    reader.done(19);
}
