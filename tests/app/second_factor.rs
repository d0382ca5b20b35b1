//! The second factor: an app's codes, recovery codes, and the second step of signing in.

mod reset;
mod sign_in;

use clientele::{second_factor::totp::App, values::Mode};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;

use crate::world::{Answer, Asker, PASSWORD, Person, World, signed_in};

pub const SETUP: &str = "/profile/second_factor/app";
pub const STEP: &str = "/login/second_factor";

/// A device of somebody: it has the secret that a page showed.
pub struct Device(totp_rs::Totp);

impl Device {
    /// Reads the secret as a person does who types it.
    pub fn reading(page: &Answer) -> Self {
        let typed: String = page.text(".qr__key code").split_whitespace().collect();
        let secret = totp_rs::Secret::try_from_base32(&typed).unwrap();
        Self(totp_rs::Builder::new().with_secret(secret.as_bytes().to_vec()).build().unwrap())
    }

    /// The code that it shows at a time.
    pub fn at(&self, time: Timestamp) -> String {
        self.0.generate(u64::try_from(time.as_second()).unwrap()).to_string()
    }

    /// The code that it shows now.
    pub fn now(&self) -> String {
        self.at(Timestamp::now())
    }

    /// The code that it shows in half a minute, which is taken already.
    pub fn next(&self) -> String {
        self.at(Timestamp::now() + SignedDuration::from_secs(30))
    }

    /// One that it does not show.
    pub fn wrong(&self) -> String {
        let shown: Vec<String> =
            (-3..=3).map(|n| self.at(Timestamp::now() + SignedDuration::from_secs(30 * n))).collect();
        (0..10).map(|n| format!("00000{n}")).find(|code| !shown.contains(code)).unwrap()
    }
}

/// Sets an app up as a person does; returns it with the recovery codes.
pub async fn set_up(browser: &Asker) -> (Device, Vec<String>) {
    let page = browser.get(SETUP).await.expect(200);
    let device = Device::reading(&page);
    let codes = browser.submit(&page.form_to(SETUP).set("one_time_code", &device.now())).await.expect(200);
    (device, codes.texts(".recovery code"))
}

/// The editor with an app, and the browser in which they have set it up.
pub async fn editor_with_app(world: &World) -> (Asker, Device, Vec<String>) {
    let browser = signed_in(world, &world.shop.editor).await;
    let (device, codes) = set_up(&browser).await;
    (browser, device, codes)
}

/// A browser in which a person has typed the right password.
pub async fn half_way(world: &World, person: &Person) -> Asker {
    let browser = world.nobody();
    let answer = browser.post("/login", [("email", person.email.as_str()), ("password", PASSWORD)]).await.expect(303);
    assert!(answer.location().starts_with(STEP), "{}", answer.location());
    browser
}

/// Lets the last code count again, as if it were minutes ago.
pub fn forget_last_code(world: &World) {
    world.sql("UPDATE totp_secrets SET last_step = 0");
}

pub fn events(world: &World, kind: &str) -> i64 {
    let live = world.shop.live.uuid();
    world.number(&format!("SELECT count(*) AS n FROM events WHERE kind = '{kind}' AND account_id = '{live}'"))
}

#[actix_web::test]
async fn an_app_counts_once_a_code_has_shown_that_it_has_the_secret() {
    let world = World::empty().await;
    let (browser, elsewhere) = (signed_in(&world, &world.shop.editor).await, world.editor());
    elsewhere.get("/profile").await.expect(200);
    let page = browser.get(SETUP).await.expect(200);
    let device = Device::reading(&page);
    assert_eq!(Device::reading(&browser.get(SETUP).await).now(), device.now(), "a reload shows the same secret");
    assert!(page.attribute(".qr path", "d").starts_with('M'));

    let refused = browser.submit(&page.form_to(SETUP).set("one_time_code", &device.wrong())).await.expect(422);
    assert_eq!(refused.title(), "Error: Set up an authenticator app");
    assert!(refused.error_of("one_time_code").unwrap().contains("not the code that the app shows"));
    assert_eq!(Device::reading(&refused).now(), device.now());
    assert_eq!(world.number("SELECT count(*) AS n FROM totp_secrets"), 0);

    let codes = browser.submit(&refused.form_to(SETUP).set("one_time_code", &device.now())).await.expect(200);
    assert_eq!(codes.texts(".recovery code").len(), 10);
    assert_eq!(events(&world, "staff.app_added"), 1);
    elsewhere.get("/profile").await.expect(303);
    let overview = browser.get("/profile/second_factor").await.expect(200).text("main");
    assert!(overview.contains("10 are left") && overview.contains("Set up another device"), "{overview}");
}

#[actix_web::test]
async fn neither_the_database_nor_a_session_has_the_secret_as_it_is() {
    let world = World::empty().await;
    let browser = signed_in(&world, &world.shop.editor).await;
    let page = browser.get(SETUP).await;
    let base32: String = page.text(".qr__key code").split_whitespace().collect();
    let bytes = totp_rs::Secret::try_from_base32(&base32).unwrap();
    let hex: String = bytes.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let plain = serde_json::to_string(bytes.as_bytes()).unwrap();
    let holds = |what: &str| {
        world.number(&format!(
            "SELECT (SELECT count(*) FROM sessions s WHERE s.state::text LIKE '%{what}%')
              + (SELECT count(*) FROM totp_secrets t WHERE to_jsonb(t)::text LIKE '%{what}%') AS n"
        ))
    };
    assert_eq!(world.number("SELECT count(*) AS n FROM sessions WHERE state::text LIKE '%pending_app%'"), 1);
    set_up(&browser).await;
    for form in [base32.as_str(), hex.as_str(), plain.trim_matches(['[', ']'])] {
        assert_eq!(holds(form), 0, "{form}");
    }
    assert_eq!(world.number("SELECT count(*) AS n FROM totp_secrets"), 1);
}

#[actix_web::test]
async fn another_device_takes_the_place_of_the_first() {
    let world = World::empty().await;
    let (browser, old, _) = editor_with_app(&world).await;
    let page = browser.get(SETUP).await.expect(200);
    let new = Device::reading(&page);
    assert_ne!(new.now(), old.now());
    let done = browser.submit(&page.form_to(SETUP).set("one_time_code", &new.now())).await.expect(303);
    assert_eq!(done.location(), "/profile/second_factor");
    assert!(browser.get("/profile/second_factor").await.text("main").contains("10 are left"), "the codes stay");
    let half = half_way(&world, &world.shop.editor).await;
    half.post(STEP, [("one_time_code", old.next().as_str())]).await.expect(422);
    half.post(STEP, [("one_time_code", new.next().as_str())]).await.expect(303);
}

#[actix_web::test]
async fn an_app_is_removed_with_its_codes_and_the_other_sessions() {
    let world = World::empty().await;
    let (browser, device, _) = editor_with_app(&world).await;
    let other = half_way(&world, &world.shop.editor).await;
    other.post(STEP, [("one_time_code", device.next().as_str())]).await.expect(303);
    let removal = "/profile/second_factor/app/removal";
    let page = browser.get(removal).await.expect(200);
    assert!(page.text(".effects").contains("signing in asks for your password alone"));
    browser.submit(&page.form_to(removal)).await.expect(303);
    assert_eq!(events(&world, "staff.app_removed"), 1);
    assert_eq!(world.number("SELECT count(*) AS n FROM recovery_codes"), 0);
    other.get("/profile").await.expect(303);
    browser.get("/profile").await.expect(200);
    let email = world.shop.editor.email.as_str();
    let answer = world.nobody().post("/login", [("email", email), ("password", PASSWORD)]).await.expect(303);
    assert_eq!(answer.location(), "/");
    browser.post(removal, "").await.expect(303);
    assert_eq!(events(&world, "staff.app_removed"), 1, "what is gone is not removed again");
}

#[actix_web::test]
async fn new_recovery_codes_end_the_old_ones() {
    let world = World::empty().await;
    let (browser, _, old) = editor_with_app(&world).await;
    let path = "/profile/second_factor/codes";
    let page = browser.get(path).await.expect(200);
    assert!(page.text(".effects").contains("10 that are left"));
    let new = browser.submit(&page.form_to(path)).await.expect(200).texts(".recovery code");
    assert_eq!(new.len(), 10);
    assert!(new.iter().all(|code| !old.contains(code)));
    assert_eq!(events(&world, "staff.recovery_codes_replaced"), 1);
    let half = half_way(&world, &world.shop.editor).await;
    half.post(STEP, [("one_time_code", old[0].as_str())]).await.expect(422);
    half.post(STEP, [("one_time_code", new[0].as_str())]).await.expect(303);
}

#[actix_web::test]
async fn who_has_an_app_confirms_with_it_and_no_more_with_the_password() {
    let world = World::empty().await;
    let (browser, device, codes) = editor_with_app(&world).await;
    let past = Timestamp::now() - SignedDuration::from_mins(11);
    let age = || {
        world.sql(&format!(
            "UPDATE sessions SET state = state - 'confirmed' || jsonb_build_object('since', '\"{past}\"')"
        ))
    };
    age();
    let asks = browser.get("/profile/second_factor/codes").await.expect(303).location().to_owned();
    let page = browser.get(&asks).await.expect(200);
    assert!(!page.has("#password"));
    browser.submit(&page.form_to("/confirmation").set("password", PASSWORD)).await.expect(422);
    browser.submit(&page.form_to("/confirmation").set("one_time_code", &device.wrong())).await.expect(422);
    let right = page.form_to("/confirmation").set("one_time_code", &device.next());
    assert_eq!(browser.submit(&right).await.expect(303).location(), "/profile/second_factor/codes");
    age();
    browser.submit(&right).await.expect(422);
    browser.submit(&page.form_to("/confirmation").set("one_time_code", &codes[3])).await.expect(303);
    let notice = browser.get("/profile/second_factor/codes").await.expect(200).text("#toasts");
    assert!(notice.contains("You used a recovery code. 9 are left"), "{notice}");
}

/// A server of an older version, or a sign-in that was under way, lets people in by the password alone.
#[actix_web::test]
async fn a_session_without_the_second_factor_opens_nothing_once_there_is_one() {
    let world = World::empty().await;
    editor_with_app(&world).await;
    let browser = world.nobody();
    browser.start_session(&world.shop.editor, Mode::Live, Timestamp::now()).await;
    browser.get("/profile").await.expect(303);
}

/// ASVS 11.2.2: the key has a name, so that the secret can be changed.
#[actix_web::test]
async fn a_new_secret_reads_what_the_former_one_encrypted() {
    use actix_web::cookie::Key;
    use clientele::sealing::Seals;
    let world = World::empty().await;
    let (_, device, _) = editor_with_app(&world).await;
    let key = Key::derive_from(&[8; 32]);
    let mut shared = world.shared.clone();
    shared.seals = Seals::new(&key, &[]);
    shared.key = key.clone();
    forget_last_code(&world);
    let lost = world.nobody().at(&shared).await;
    let credentials = [("email", world.shop.editor.email.as_str()), ("password", PASSWORD)];
    lost.post("/login", credentials).await.expect(303);
    lost.post(STEP, [("one_time_code", device.now().as_str())]).await.expect(422);
    shared.seals = Seals::new(&key, std::slice::from_ref(&world.shared.key));
    for _ in 0..2 {
        let kept = world.nobody().at(&shared).await;
        kept.post("/login", credentials).await.expect(303);
        kept.post(STEP, [("one_time_code", device.now().as_str())]).await.expect(303);
        // The second time the former secret is gone: it is encrypted anew.
        shared.seals = Seals::new(&key, &[]);
        forget_last_code(&world);
    }
}

#[actix_web::test]
async fn the_picture_says_what_the_text_says() {
    let world = World::empty().await;
    let page = signed_in(&world, &world.shop.editor).await.get(SETUP).await;
    let typed: String = page.text(".qr__key code").split_whitespace().collect();
    let secret = totp_rs::Secret::try_from_base32(&typed).unwrap();
    let address = App::of(secret.as_bytes()).unwrap().address(&world.shop.editor.email);
    let picture = clientele::second_factor::totp::Picture::of(&address).unwrap();
    assert_eq!(page.attribute(".qr path", "d"), picture.path);
    let decoded = percent_decode_str(&address).decode_utf8().unwrap().into_owned();
    assert!(decoded.contains(&world.shop.editor.email) && decoded.contains(&typed));
}
