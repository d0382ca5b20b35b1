//! Keys of the API: who made them, what they open and for how long, what they did.

use clientele::{
    api_keys::{
        Permission, Permissions, Resource, Secret,
        model::{self, Found, NewKey, Standing, Use},
    },
    error::Error,
    events::{Actor, By},
    history,
    ids::{AccountId, ApiKeyId},
    values::Mode,
};
use diesel::Connection;
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
    let permissions = Permissions::of_stored(["customers:write", "events:read"]);
    let (id, secret) = (ApiKeyId::new(), Secret::new(mode).unwrap());
    let new = NewKey { name: name.to_owned(), permissions, expires_at };
    world.with(|conn| conn.transaction(|conn| model::create(conn, &by, id, &new, &secret))).unwrap();
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
    let note = |uses: &[Use]| world.with(|conn| model::note_use(conn, uses)).unwrap();
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
    let new = NewKey { name: "One more".to_owned(), permissions: Permissions::default(), expires_at: None };
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
