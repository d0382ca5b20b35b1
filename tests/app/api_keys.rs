//! Keys of the API: who made them, what they did, their page.

use clientele::{
    events::{Actor, By},
    ids::ApiKeyId,
};

use crate::world::World;

/// Puts a key into an account, as short as the table allows.
fn key_named(world: &World, account: clientele::ids::AccountId, name: &str) -> ApiKeyId {
    let id = ApiKeyId::new();
    world.sql(&format!(
        "INSERT INTO api_keys (account_id, id, version, name, permissions, created_at)
         VALUES ('{}', '{}', 1, '{name}', '{{}}', now())",
        account.uuid(),
        id.uuid()
    ));
    id
}

#[actix_web::test]
async fn the_activity_names_the_key_that_changed_a_customer() {
    let (world, named) = World::populated().await;
    let id = key_named(&world, world.shop.live, "Web shop");
    let by = By { account: world.shop.live, actor: Actor::Key(id), request: None };
    world.with(|conn| clientele::deletion::delete(conn, &by, named.wanjiru, None)).unwrap();
    let page = world.viewer().get(format!("/customers/{}", named.wanjiru)).await.expect(200);
    assert_eq!(page.texts("#activity li > div > p")[0], "Web shop (API key) deleted the customer");
    let of_key = format!("SELECT count(*) AS n FROM events WHERE actor_kind = 'key' AND key_id = '{}'", id.uuid());
    assert!(world.number(&of_key) > 0);
}
