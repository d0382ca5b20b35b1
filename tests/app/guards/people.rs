//! The people of another merchant, and their invitations: they are not there.

use clientele::ids::{InvitationId, StaffId};

use super::*;

#[actix_web::test]
async fn another_merchants_people_are_not_there() {
    let (world, _) = World::populated().await;
    let before = world.census();
    let theirs = world.invited(&world.rival, "theirs@rival.example", &format!("their-{}", world.token()));
    for (name, strangers) in [
        ("{member}", [world.rival.viewer.id.to_string(), StaffId::new().to_string()]),
        ("{invitation}", [theirs.to_string(), InvitationId::new().to_string()]),
    ] {
        for rule in RULES.iter().filter(|rule| rule.path.contains(name)) {
            for stranger in &strangers {
                let answer = rule.asked_at(&world.owner(), rule.path.replace(name, stranger)).await;
                assert_eq!(answer.status, 404, "{}", told(rule, &answer));
            }
        }
    }
    world.owner().post("/settings/team/handover", format!("heir={}", world.rival.viewer.id)).await.expect(404);
    assert_eq!(world.census(), before);
}
