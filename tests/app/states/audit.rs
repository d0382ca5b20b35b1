//! The audit log.

use super::States;
use crate::world::World;

/// The list with and without rows, its searches, filters, help and export.
pub async fn audit(states: &mut States) {
    let path = "/settings/audit";
    let empty = World::empty().await;
    states.both("audit-none", &empty.asker(&empty.shop.admin), path, 200).await;
    let (world, named) = World::populated().await;
    let admin = world.asker(&world.shop.admin);
    states.both("audit-editor", &world.editor(), path, 403).await;
    admin.post(format!("/customers/{}", named.wanjiru), "version=1&company=Safari&phone=0712345679").await.expect(303);
    admin.post("/settings/fields", "label=Tier&kind=text").await.expect(303);
    states.both("audit", &admin, path, 200).await;
    states.both("audit-short", &admin, format!("{path}?limit=2"), 200).await;
    states.both("audit-testing", &world.testing(&world.shop.admin), path, 200).await;
    for (name, q) in
        [("kind", "kind:customer,note"), ("person", "person:edgar OR -kind:note"), ("nothing", "person:x9")]
    {
        states.both(&format!("audit-{name}"), &admin, format!("{path}?q={}", crate::world::encode(q)), 200).await;
    }
    states.both("audit-not-understood", &admin, format!("{path}?q=kind%3Anots"), 422).await;
    states.both("audit-damaged", &admin, format!("{path}?after=x"), 400).await;
    states.both("audit-help", &admin, format!("{path}/help"), 200).await;
    states.both("audit-filters", &admin, format!("{path}/filters"), 200).await;
    for key in ["person", "key", "kind", "customer", "created"] {
        states.both(&format!("audit-filter-{key}"), &admin, format!("{path}/filters/{key}"), 200).await;
    }
    states.both("audit-filter-unknown", &admin, format!("{path}/filters/hat"), 404).await;
    states.page("audit-export", &admin, format!("{path}/export?q=kind%3Anote"), 200).await;
    let typed = admin.fragment(format!("{path}/completions?q=person%3Aed&at=9")).await;
    states.keep("audit-completions", 200, &typed);
}
