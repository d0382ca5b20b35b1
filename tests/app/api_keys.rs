//! Keys of the API: who made them, what they open and for how long, what they did.

use clientele::{
    api_keys::{
        Permission, Permissions, Resource, Secret,
        model::{self, Found, NewKey, Standing},
        uses::{self, Use},
    },
    error::Error,
    events::{Actor, By},
    history,
    ids::{AccountId, ApiKeyId},
    values::Mode,
};
use diesel::{Connection, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, by_person};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A key made by the shop's admin, with its secret.
struct Made {
    id: ApiKeyId,
    by: By,
    secret: Secret,
}

fn made(world: &World, mode: Mode, name: &str, expires_at: Option<Timestamp>) -> Made {
    let account = if mode == Mode::Live { world.shop.live } else { world.shop.test };
    let by = by_person(account, &world.shop.admin);
    let (id, secret) = world.api_key(account, name);
    if let Some(end) = expires_at {
        world.sql(&format!("UPDATE api_keys SET expires_at = '{end}' WHERE id = '{}'", id.uuid()));
    }
    Made { id, by, secret }
}

fn found(world: &World, secret: &Secret) -> Option<Found> {
    world.with(|conn| model::find_by_secret(conn, &secret.hash())).unwrap()
}

/// The kinds of what happened to a key, oldest first, and all that its events keep as one text.
fn told(world: &World, account: AccountId, id: ApiKeyId) -> (Vec<String>, String) {
    let events = world.with(|conn| history::after_version(conn, account, id.uuid(), 0)).unwrap();
    let kept = events.iter().map(|event| format!("{:?} {:?}", event.before, event.after)).collect();
    (events.into_iter().map(|event| event.kind).collect(), kept)
}

#[actix_web::test]
async fn a_secret_finds_its_key_account_and_settings_in_one_statement() {
    let world = World::empty().await;
    let (live, test) = (made(&world, Mode::Live, "Shop", None), made(&world, Mode::Test, "Trial", None));
    world.statements.take();
    let one = found(&world, &live.secret).unwrap();
    assert_eq!(world.statements.take().len(), 1);
    assert_eq!((one.id, one.account, one.mode, one.name.as_str()), (live.id, world.shop.live, Mode::Live, "Shop"));
    assert_eq!((one.merchant_id, &one.merchant), (world.shop.merchant, &world.shop.name));
    assert_eq!(one.settings.time_zone.iana_name(), Some("Africa/Nairobi"));
    assert!(one.permissions.allow(Permission::write(Resource::Customers)));
    assert!(!one.permissions.allow(Permission::read(Resource::Payments)));
    assert_eq!((one.last4.as_str(), one.standing(Timestamp::now())), (live.secret.last4(), Standing::Good));

    let other = found(&world, &test.secret).unwrap();
    assert_eq!((other.account, other.mode), (world.shop.test, Mode::Test));
    assert!(found(&world, &Secret::new(Mode::Live).unwrap()).is_none());
}

#[actix_web::test]
async fn nothing_kept_is_the_secret() {
    let world = World::empty().await;
    let Made { id, secret, by } = made(&world, Mode::Live, "Shop", None);
    let newer = Secret::new(Mode::Live).unwrap();
    world.with(|conn| model::rotate(conn, &by, id, &newer, HOUR, Timestamp::now())).unwrap();
    let (_, kept) = told(&world, world.shop.live, id);
    for secret in [&secret, &newer] {
        assert!(kept.contains(secret.last4()));
        assert!(!kept.contains(&secret.reveal()[8..40]));
        let rows = format!(
            "SELECT count(*) AS n FROM api_key_secrets s JOIN api_keys k ON k.id = s.key_id
             WHERE (s::text || k::text) LIKE '%{}%'",
            &secret.reveal()[8..40]
        );
        assert_eq!(world.number(&rows), 0);
    }
}

#[actix_web::test]
async fn after_a_rotation_the_old_secret_works_for_the_chosen_time() {
    let world = World::empty().await;
    for overlap in [SignedDuration::ZERO, HOUR, SignedDuration::from_hours(24 * 7)] {
        let Made { id, by, secret: old } = made(&world, Mode::Live, "Shop", None);
        let (new, now) = (Secret::new(Mode::Live).unwrap(), Timestamp::now());
        world.with(|conn| model::rotate(conn, &by, id, &new, overlap, now)).unwrap();
        let standing = |secret, at| found(&world, secret).unwrap().standing(at);
        let second = SignedDuration::from_secs(1);
        assert_eq!(standing(&old, now + overlap - second), Standing::Good);
        assert_eq!(standing(&old, now + overlap + second), Standing::Replaced);
        assert_eq!(standing(&new, now + overlap + second), Standing::Good);
        let key = world.with(|conn| model::find(conn, world.shop.live, id, now)).unwrap();
        assert_eq!((key.last4.as_str(), key.older.len()), (new.last4(), usize::from(!overlap.is_zero())));
        assert_eq!(told(&world, world.shop.live, id).0, ["api_key.created", "api_key.rotated"]);
    }
}

#[actix_web::test]
async fn a_second_rotation_lengthens_the_life_of_no_secret() {
    let world = World::empty().await;
    let Made { id, by, secret: first } = made(&world, Mode::Live, "Shop", None);
    let (second, third) = (Secret::new(Mode::Live).unwrap(), Secret::new(Mode::Live).unwrap());
    let now = Timestamp::now();
    world.with(|conn| model::rotate(conn, &by, id, &second, HOUR, now)).unwrap();
    world.with(|conn| model::rotate(conn, &by, id, &third, HOUR * 24, now)).unwrap();
    let standing = |secret| found(&world, secret).unwrap().standing(now + HOUR * 2);
    assert_eq!([&first, &second, &third].map(standing), [Standing::Replaced, Standing::Good, Standing::Good]);
}

#[actix_web::test]
async fn a_revoked_or_expired_key_opens_nothing_and_gets_no_new_secret() {
    let world = World::empty().await;
    let now = Timestamp::now();
    let revoked = made(&world, Mode::Live, "Old plugin", None);
    world.with(|conn| model::revoke(conn, &revoked.by, revoked.id, now)).unwrap();
    world.with(|conn| model::revoke(conn, &revoked.by, revoked.id, now + HOUR)).unwrap();
    assert_eq!(told(&world, world.shop.live, revoked.id).0, ["api_key.created", "api_key.revoked"]);
    let expired = made(&world, Mode::Live, "Summer", Some(now - HOUR));
    for (key, standing) in [(revoked, Standing::Revoked), (expired, Standing::Expired)] {
        assert_eq!(found(&world, &key.secret).unwrap().standing(now), standing);
        let new = Secret::new(Mode::Live).unwrap();
        let rotated = world.with(|conn| model::rotate(conn, &key.by, key.id, &new, HOUR, now));
        assert!(matches!(rotated, Err(Error::Conflict(_))));
        assert!(found(&world, &new).is_none());
    }
}

#[actix_web::test]
async fn a_key_of_another_account_is_not_there() {
    let world = World::empty().await;
    let key = made(&world, Mode::Live, "Shop", None);
    for account in [world.shop.test, world.rival.live] {
        let by = by_person(account, &world.shop.owner);
        let now = Timestamp::now();
        let new = Secret::new(Mode::Live).unwrap();
        let asked = [
            world.with(|conn| model::find(conn, account, key.id, now)),
            world.with(|conn| model::rotate(conn, &by, key.id, &new, HOUR, now)),
            world.with(|conn| model::revoke(conn, &by, key.id, now)),
        ];
        assert!(asked.iter().all(|answer| matches!(answer, Err(Error::NotFound))));
        assert!(world.with(|conn| model::list(conn, account, now)).unwrap().is_empty());
    }
    assert_eq!(found(&world, &key.secret).unwrap().standing(Timestamp::now()), Standing::Good);
}

#[actix_web::test]
async fn the_newest_use_of_each_key_is_noted() {
    let world = World::empty().await;
    let (one, other) = (made(&world, Mode::Live, "One", None), made(&world, Mode::Test, "Other", None));
    let now: Timestamp = "2026-05-04T10:20:30Z".parse().unwrap();
    let used =
        |key: &Made, at, from: &str| Use { account: key.by.account, key: key.id, at, from: from.parse().unwrap() };
    let note = |uses: &[Use]| world.with(|conn| uses::note(conn, uses)).unwrap();
    assert_eq!(note(&[]), 0);
    assert_eq!(note(&[used(&one, now, "203.0.113.9"), used(&other, now, "2001:db8::7")]), 2);
    assert_eq!(note(&[used(&one, now - HOUR, "198.51.100.1"), used(&other, now + HOUR, "198.51.100.2")]), 1);
    let kept = |key: &Made| {
        let key = world.with(|conn| model::find(conn, key.by.account, key.id, now)).unwrap();
        (key.last_used_at, key.last_used_from)
    };
    assert_eq!(kept(&one), (Some(now), Some("203.0.113.9".to_owned())));
    assert_eq!(kept(&other), (Some(now + HOUR), Some("198.51.100.2".to_owned())));
}

#[actix_web::test]
async fn an_account_has_a_hundred_keys_at_most() {
    let world = World::empty().await;
    let key = made(&world, Mode::Live, "First", None);
    world.sql(&format!(
        "INSERT INTO api_keys (account_id, id, version, name, permissions, created_at)
         SELECT account_id, gen_random_uuid(), 1, 'Another', '{{}}', now() FROM api_keys, generate_series(2, {})
         WHERE id = '{}'",
        model::MOST,
        key.id.uuid()
    ));
    let new =
        NewKey { name: "One more".to_owned(), permissions: Permissions::default(), is_masked: false, expires_at: None };
    let another = || {
        let secret = Secret::new(Mode::Live).unwrap();
        world.with(|conn| model::create(conn, &key.by, ApiKeyId::new(), &new, &secret))
    };
    assert!(matches!(another(), Err(Error::Conflict(_))));
    world.with(|conn| model::revoke(conn, &key.by, key.id, Timestamp::now())).unwrap();
    assert!(another().is_ok());
}

#[actix_web::test]
async fn what_a_key_did_is_told_under_its_name() {
    let (world, named) = World::populated().await;
    let key = made(&world, Mode::Live, "Web shop", None);
    let by = By { actor: Actor::Key(key.id), ..key.by };
    world.with(|conn| clientele::deletion::delete(conn, &by, named.wanjiru, None)).unwrap();
    let page = world.viewer().get(format!("/customers/{}", named.wanjiru)).await.expect(200);
    assert_eq!(page.texts("#activity li > div > p")[0], "Web shop (API key) deleted the customer");
    let of_key = format!(
        "SELECT count(*) AS n FROM events WHERE actor_kind = 'key' AND staff_id IS NULL AND key_id = '{}'",
        key.id.uuid()
    );
    assert!(world.number(&of_key) > 0);
    // A rotation and the end of a key leave its name.
    world.with(|conn| model::revoke(conn, &by, key.id, Timestamp::now())).unwrap();
    let page = world.viewer().get(format!("/customers/{}/activity", named.wanjiru)).await.expect(200);
    assert!(page.text("main").contains("Web shop (API key)"));
}

#[actix_web::test]
async fn a_payments_page_and_a_customers_wallet_name_the_key_too() {
    let (world, named) = World::populated().await;
    let key = made(&world, Mode::Live, "Till 3", None);
    for subject in [named.payment.uuid(), named.method.uuid()] {
        let taken_over = format!(
            "UPDATE events SET actor_kind = 'key', staff_id = NULL, key_id = '{}' WHERE subject_id = '{subject}'",
            key.id.uuid()
        );
        assert!(world.sql(&taken_over) > 0);
    }
    let payment = world.viewer().get(format!("/payments/{}", named.payment)).await.expect(200);
    assert!(payment.text("main").contains("Till 3 (API key) recorded a payment"));
    let activity = world.viewer().get(format!("/customers/{}/activity", named.wanjiru)).await.expect(200);
    assert!(activity.text("main").contains("Till 3 (API key) added a payment method"));
}

#[actix_web::test]
async fn an_event_by_a_key_without_the_key_is_refused_by_the_database() {
    let (world, named) = World::populated().await;
    let wrong =
        format!("UPDATE events SET actor_kind = 'key', staff_id = NULL WHERE subject_id = '{}'", named.acme.uuid());
    let refused =
        world.with(|conn| conn.transaction(|conn| diesel::sql_query(wrong).execute(conn)).unwrap_err().to_string());
    assert!(refused.contains("events_key_named"), "{refused}");
}

// --- pages ----------------------------------------------------------------------------------------

const LIST: &str = "/settings/api_keys";

/// The secret on a page that shows one.
fn shown(page: &crate::world::Answer) -> Secret {
    Secret::parse(&page.text(".secret code")).unwrap_or_else(|_| panic!("{}", page.outline()))
}

#[actix_web::test]
async fn an_admin_makes_a_key_whose_secret_is_shown_once() {
    let world = World::empty().await;
    let admin = world.asker(&world.shop.admin);
    let form = admin.get(format!("{LIST}/new")).await.expect(200).form_to(LIST);
    assert!(form.fields.iter().filter(|(name, _)| name.starts_with("may.")).all(|(_, value)| value == "none"));
    let form = form.set("name", "Till & <b>").set("may.customers", "write").set("may.payments", "read");
    let page = admin.submit(&form).await.expect(200);
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    let secret = shown(&page);
    assert_eq!(page.attribute("[data-copy]", "data-copy"), secret.reveal());
    let one = found(&world, &secret).unwrap();
    assert_eq!((one.name.as_str(), one.account), ("Till & <b>", world.shop.live));
    assert_eq!(one.permissions.to_stored(), ["customers:write", "payments:read"]);
    assert_eq!(told(&world, world.shop.live, one.id).0, ["api_key.created"]);

    // A reload sends the form again, and "back" asks for the page before.
    let again = admin.submit(&form).await.expect(303);
    assert_eq!(again.location(), LIST);
    let list = admin.get(LIST).await.expect(200);
    assert!(list.text(".toast").contains("shown once"));
    assert_eq!(list.all(".keyline").len(), 1);
    assert!(list.text(".keyline").contains("Write customers · Read payments"));
    assert!(list.text(".keyline").contains(&format!("sk_live_…{}", secret.last4())));
    assert!(list.text(".keyline").contains("by Ada Admin · never used"));
    for text in [list.text_body(), admin.get(format!("{LIST}/new")).await.text_body()] {
        assert!(!text.contains(&secret.reveal()[8..40]));
    }
}

#[actix_web::test]
async fn a_form_that_is_not_complete_is_shown_again_as_it_was() {
    let world = World::empty().await;
    let admin = world.asker(&world.shop.admin);
    let form = admin.get(format!("{LIST}/new")).await.form_to(LIST);
    let page = admin.submit(&form.set("may.wallet", "read").set("expires_on", "yesterday")).await.expect(422);
    assert!(page.error_of("name").unwrap().contains("Web shop"));
    assert!(page.error_of("expires_on").unwrap().contains("2027-03-31"));
    let again = page.form_to(LIST);
    assert_eq!((again.value("may.wallet"), again.value("may.events")), ("read", "none"));
    let nothing =
        admin.submit(&again.set("name", "A").set("may.wallet", "none").set("expires_on", "")).await.expect(422);
    assert!(nothing.text("#permissions-d").contains("Choose what the key may do"));
    // Switched to the other account meanwhile, in another tab.
    let other = world.testing(&world.shop.admin);
    other.submit(&nothing.form_to(LIST).set("may.wallet", "read")).await.expect(409);
    assert_eq!(world.number("SELECT count(*) AS n FROM api_keys"), 0);
}

#[actix_web::test]
async fn only_a_test_accounts_form_offers_tokens() {
    let world = World::empty().await;
    let path = format!("{LIST}/new");
    let offered = |page: crate::world::Answer| page.has("[name='may.tokens'][value=write]");
    assert!(!offered(world.owner().get(&path).await));
    assert!(offered(world.testing(&world.shop.owner).get(&path).await));
}

#[actix_web::test]
async fn a_secret_is_replaced_and_the_old_one_works_on_for_a_while() {
    let world = World::empty().await;
    let (id, old) = world.api_key(world.shop.live, "Web shop");
    let (admin, path) = (world.asker(&world.shop.admin), format!("{LIST}/{id}/rotation"));
    let form = admin.get(&path).await.expect(200).form_to(&path);
    admin.submit(&form.clone().set("overlap", "for ever")).await.expect(422);
    let page = admin.submit(&form.clone().set("overlap", "7d")).await.expect(200);
    let new = shown(&page);
    assert!(page.text(".note").contains("The old secret works until"));
    for secret in [&old, &new] {
        assert_eq!(found(&world, secret).unwrap().standing(Timestamp::now()), Standing::Good);
    }
    assert_eq!(admin.submit(&form.set("overlap", "7d")).await.expect(303).location(), LIST);
    let list = admin.get(LIST).await;
    assert!(list.text(".keyline").contains(&format!("The old secret sk_live_…{} works until", old.last4())));

    let form = admin.get(&path).await.form_to(&path).set("overlap", "0");
    let newest = shown(&admin.submit(&form).await.expect(200));
    let standing = |secret| found(&world, secret).unwrap().standing(Timestamp::now());
    assert_eq!([&old, &new, &newest].map(standing), [Standing::Replaced, Standing::Replaced, Standing::Good]);
}

#[actix_web::test]
async fn revoking_asks_first_and_ends_the_key() {
    let world = World::empty().await;
    let (id, secret) = world.api_key(world.shop.live, "Old plugin");
    let (owner, path) = (world.owner(), format!("{LIST}/{id}/revocation"));
    let page = owner.get(&path).await.expect(200);
    assert!(page.text("main").contains("It was never used. It may: Write customers · Read events."));
    assert_eq!(found(&world, &secret).unwrap().standing(Timestamp::now()), Standing::Good);
    let done = owner.submit(&page.form_to(&path)).await.expect(303);
    assert_eq!(found(&world, &secret).unwrap().standing(Timestamp::now()), Standing::Revoked);
    let list = owner.get(done.location()).await.expect(200);
    assert!(list.text(".toast").contains("The key “Old plugin” is revoked"));
    assert!(list.text("[aria-labelledby=revoked-title]").contains("Old plugin"));
    assert!(!list.has("main a[href$='/rotation']") && !list.has("main a[href$='/revocation']"));
    owner.get(&path).await.expect(303);
    owner.get(format!("{LIST}/{id}/rotation")).await.expect(409);
}

#[actix_web::test]
async fn the_list_tells_of_use_and_end_in_the_merchants_time() {
    let world = World::empty().await;
    let (id, _) = world.api_key(world.shop.test, "Trial");
    world.sql(&format!(
        "UPDATE api_keys SET expires_at = '2026-01-09T21:00:00Z', last_used_at = '2026-01-02T22:00:00Z',
         last_used_from = '203.0.113.9' WHERE id = '{}'",
        id.uuid()
    ));
    let page = world.testing(&world.shop.owner).get(LIST).await.expect(200);
    let line = page.text(".keyline");
    assert!(line.contains("last used 3 Jan 2026 from 203.0.113.9 · worked until the end of 9 Jan 2026"), "{line}");
    assert!(line.contains("Expired") && line.contains("sk_test_…"));
    assert!(world.owner().get(LIST).await.text("main").contains("No keys that work"));
}

#[actix_web::test]
async fn the_way_to_the_keys_is_shown_to_who_may_go_it() {
    let world = World::empty().await;
    for (person, may) in
        [(&world.shop.viewer, false), (&world.shop.editor, false), (&world.shop.admin, true), (&world.shop.owner, true)]
    {
        let asker = world.asker(person);
        assert_eq!(asker.get("/customers").await.has("#sidebar a[href='/settings/api_keys']"), may);
        assert_eq!(asker.get("/palette?q=keys").await.has("a[href='/settings/api_keys']"), may);
    }
}
