//! How many customers there are: exact however many, the moment a change is saved, and with many changes at once.

use clientele::{
    customers::counts::{self, Counts},
    ids::CustomerId,
};

use crate::world::World;

fn kept(world: &World) -> Counts {
    world.with(|conn| Counts::of(conn, world.shop.live)).unwrap()
}

#[actix_web::test]
async fn the_number_of_all_is_exact_beyond_the_cap_of_searches() {
    let world = World::empty().await;
    let people: Vec<(String, String)> = (0..1_203).map(|n| (format!("C {n}"), format!("c{n}@x.example"))).collect();
    let ids = world.crowd(&people);
    let viewer = world.viewer();
    let told = async |path: &str| viewer.fragment(path).await.expect(200).text("#count");
    assert_eq!(told("/customers/count").await, "1,203 customers");
    assert_eq!(told("/customers/count?q=x.example").await, "1,000+ customers", "a search is capped");
    for id in &ids[..3] {
        world.delete(*id);
    }
    assert_eq!(told("/customers/count").await, "1,200 customers");
    assert_eq!(told("/customers/count?q=status%3Adeleted").await, "3 customers");
    assert_eq!(told("/customers/count?q=status%3Aactive,deleted").await, "1,203 customers");
    let tabs = viewer.fragment("/views/counts").await.expect(200);
    assert!(tabs.text_body().contains("1,200"), "{}", tabs.text_body());
    world.editor().post(format!("/customers/{}/restoration", ids[0]), "").await.expect(303);
    assert_eq!(told("/customers/count").await, "1,201 customers");
}

#[actix_web::test]
async fn every_way_to_change_their_number_is_counted() {
    let (world, named) = World::populated().await;
    let counted = || {
        let of = |condition: &str| {
            let sql = format!(
                "SELECT count(*) AS n FROM customers WHERE deleted_at {condition} AND account_id = '{}'",
                world.shop.live.uuid()
            );
            world.number(&sql)
        };
        Counts { active: of("IS NULL"), deleted: of("IS NOT NULL") }
    };
    assert_eq!(kept(&world), counted());
    let editor = world.editor();
    editor.post("/customers", "name=New&email=new%40x.example").await.expect(303);
    editor.post("/customers", "name=&email=").await.expect(422);
    editor.post(format!("/customers/{}", named.jose), "version=1&name=Changed").await;
    editor.post(format!("/customers/{}/restoration", named.gone), "").await.expect(303);
    world.delete(named.jose);
    assert_eq!(kept(&world), counted());
    assert_ne!(kept(&world).deleted, 0);
}

#[actix_web::test]
async fn a_number_that_drifted_is_found_and_mended() {
    let (world, _) = World::populated().await;
    let before = kept(&world);
    let drifted = world.with(counts::check).unwrap();
    world.with(|conn| Counts { active: 5, deleted: -1 }.add(conn, world.shop.live, CustomerId::new())).unwrap();
    assert_eq!(drifted, [], "all of them are kept");
    let drifted = world.with(counts::check).unwrap();
    assert_eq!(
        drifted.iter().map(|one| (one.account_id, one.counted)).collect::<Vec<_>>(),
        [(world.shop.live, before.active)]
    );
    world.with(|conn| counts::repair(conn, &drifted)).unwrap();
    assert_eq!(world.with(counts::check).unwrap(), []);
    assert_eq!(kept(&world), before);
}
