//! Half a session (ASVS 6.3.3), of who has typed the right password and not yet the code: it opens nothing.

use super::*;
use crate::{
    second_factor::{half_way, set_up},
    world::signed_in,
};

#[actix_web::test]
async fn half_a_session_opens_nothing_but_its_second_step() {
    let (world, named) = World::populated().await;
    let owner = &world.shop.owner;
    set_up(&signed_in(&world, owner).await).await;
    let browser = half_way(&world, owner).await;
    let before = world.census();
    for rule in RULES.iter().filter(|rule| !rule.is_open()) {
        let answer = rule.asked(&browser, &named).await;
        if rule.changes() {
            assert_eq!(answer.status, 401, "{}", told(rule, &answer));
        } else {
            assert_eq!(answer.status, 303, "{}", told(rule, &answer));
            assert!(answer.location().starts_with("/login"), "{}", told(rule, &answer));
        }
    }
    assert_eq!(world.census(), before);
    browser.get("/login/second_factor").await.expect(200);
}
