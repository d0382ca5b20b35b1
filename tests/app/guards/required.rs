//! A merchant that requires a second factor (ASVS 6.3.3): who has none sets one up, and nothing else opens.

use super::*;

/// What opens all the same: setting one up, confirming that it is them, and signing out.
fn opens(rule: &Rule) -> bool {
    rule.path.starts_with("/profile/second_factor") || ["/confirmation", "/logout"].contains(&rule.path)
}

#[actix_web::test]
async fn without_a_required_second_factor_only_its_own_pages_open() {
    let (world, named) = World::populated().await;
    world.sql("UPDATE merchants SET second_factor_required = true");
    let before = world.census();
    for rule in RULES.iter().filter(|rule| !rule.is_open()) {
        for person in [&world.shop.viewer, &world.shop.editor, &world.shop.admin, &world.shop.owner] {
            let answer = rule.asked(&rule.asker(&world, person), &named).await;
            if opens(rule) {
                assert_ne!(answer.status, 403, "{}", told(rule, &answer));
            } else if rule.changes() {
                assert_eq!(answer.status, 403, "{}", told(rule, &answer));
                assert_eq!(answer.title(), "Set up a second factor", "{}", told(rule, &answer));
            } else {
                assert_eq!(answer.status, 303, "{}", told(rule, &answer));
                let leads = answer.location().starts_with("/profile/second_factor?next=");
                assert!(leads, "{}", told(rule, &answer));
            }
        }
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn keys_go_on_where_people_need_a_second_factor() {
    let (world, _) = World::populated().await;
    let (_, secret) = world.api_key(world.shop.live, "Web shop");
    world.sql("UPDATE merchants SET second_factor_required = true");
    let bearer = format!("Bearer {}", secret.reveal());
    world.nobody().get("/v1/customers").header("Authorization", &bearer).await.expect(200);
}
